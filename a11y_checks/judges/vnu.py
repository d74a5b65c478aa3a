"""The Nu HTML checker, the W3C's own judge of markup: npm `vnu-jar` brings the program, Java runs it."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from a11y_checks.judges.java import SHORT_RUN, find_java, run_judge
from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

_PROGRAM: Final = "Nu HTML checker"
_INSTALL_JAVA: Final = "apt-get install default-jre-headless"
_INSTALL_JAR: Final = "npm install --prefix requirements/npm vnu-jar"
_JAR: Final = Path("requirements/npm/node_modules/vnu-jar/build/dist/vnu.jar")
_ROOT: Final = Path(__file__).parents[2]


def judge_html(folder: Path, *, timeout_s: int = 600) -> Verdict:
    """The checker's verdict on every ``.html`` file below a folder, in one start of Java, which is most of its cost.

    Locations are ``ky/index.html:12:4``, seen from the folder. Raises JudgeMissing where Java or the program is not
    installed, JudgeFailed where it gave no verdict in time, and FileNotFoundError for a folder without pages.
    """
    pages = sorted(folder.rglob("*.html"))
    if not pages:
        raise FileNotFoundError(f"{folder}: no .html file")
    java, jar = find_java(_PROGRAM, _INSTALL_JAVA), find_jar()
    # Warnings too: the verdict tells them apart, the caller decides. Folders hold more than pages.
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html"]
    report = _run([java, *SHORT_RUN, "-jar", str(jar), *options, str(folder)], timeout_s)
    try:
        problems = tuple(_problems(json.loads(report)["messages"], folder.resolve()))
    except (ValueError, KeyError, TypeError) as error:
        raise JudgeFailed(_PROGRAM, report) from error
    return Verdict(_PROGRAM, checker_version(), str(folder), problems)


@cache
def checker_version() -> str:
    """As the program says it: ``26.9.27``."""
    return _run([find_java(_PROGRAM, _INSTALL_JAVA), *SHORT_RUN, "-jar", str(find_jar()), "--version"], 60).strip()


def find_jar() -> Path:
    """``JETKI_VNU_JAR``, or where npm puts it. Raises JudgeMissing."""
    chosen = os.environ.get("JETKI_VNU_JAR")
    jar = Path(chosen) if chosen else _ROOT / _JAR
    if not jar.is_file():
        raise JudgeMissing(_PROGRAM, _INSTALL_JAR)
    return jar


def _run(command: Sequence[str], timeout_s: int) -> str:
    run = run_judge(_PROGRAM, command, timeout_s=timeout_s)
    if run.returncode != 0:
        raise JudgeFailed(_PROGRAM, (run.stderr or run.stdout).decode(errors="replace"))
    return run.stdout.decode()


def _problems(messages: Sequence[Mapping[str, Any]], folder: Path) -> Iterator[Problem]:
    for message in messages:
        severity = {"error": Severity.ERROR, "non-document-error": Severity.ERROR}.get(message["type"], Severity.NOTE)
        if message.get("subType") == "warning":
            severity = Severity.WARNING
        code = message.get("subType", message["type"])
        yield Problem(severity, code, message["message"], _place(message, folder))


def _place(message: Mapping[str, Any], folder: Path) -> str:
    path = Path(unquote(urlsplit(message.get("url", "")).path))
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    numbers = [str(message[one]) for one in ("lastLine", "firstColumn") if one in message]
    return ":".join([name, *numbers])
