"""In which line a TOML key stands: the standard library's reader does not tell."""

import re
from typing import Final

KeyPath = tuple[str | int, ...]

_TABLE: Final = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")


def find_key_lines(text: str) -> dict[KeyPath, int]:
    """1-based lines by key path; the tables of an array have their number in it: ``("resources", 0, "path")``."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    prefix: KeyPath = ()
    for number, line in enumerate(text.split("\n"), 1):
        if match := _TABLE.match(line):
            prefix = _parts(match[2])
            if match[1] == "[[":
                index = counts.get(prefix, 0)
                counts[prefix] = index + 1
                prefix = (*prefix, index)
            lines.setdefault(prefix, number)
        elif match := _KEY.match(line):
            lines.setdefault((*prefix, *_parts(match[1])), number)
    return lines


def _parts(written: str) -> KeyPath:
    return tuple(one.strip().strip("\"'") for one in written.split("."))
