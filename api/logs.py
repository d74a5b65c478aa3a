"""The log of the service: one JSON object a line, without personal data.

A request is logged by its route, never by its path or query, which hold ids and what people search for; a fault by
its type and where it happened, never by its message, which may quote what a person wrote.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Final

FIELDS: Final = ("request", "route", "method", "status", "duration_ms", "number", "error", "job", "count", "where")
"""What may stand in a line besides time, level, logger and message; whatever else somebody adds is left out."""


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.casefold(),
            "logger": record.name,
            "message": record.msg,  # the template: arguments may be personal
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["where"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-12:]
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def write_json_lines(level: int = logging.INFO) -> None:
    """Sends every logger of this process to stderr as JSON lines; libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("jetki").setLevel(level)
