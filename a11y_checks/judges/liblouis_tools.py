"""lou_checktable and lou_checkyaml, liblouis' own checkers of tables and of their tests (Debian `liblouis-bin`)."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

_INSTALL: Final = "apt-get install liblouis-bin liblouis-data"
_TABLES: Final = Path("/usr/share/liblouis/tables")
_FAILURE: Final = re.compile(r"(\d+) failures?")
_ALLOWED: Final = "No errors found."


def judge_table(tables: str, folders: Sequence[Path] = (), *, timeout_s: int = 120) -> Verdict:
    """lou_checktable's verdict on a list of tables, found in `folders` or among the system's own.

    Raises JudgeMissing where the program is not installed, JudgeFailed where it gives no verdict in time.
    """
    run = _run("lou_checktable", tables, folders, timeout_s)
    said = (run.stdout + run.stderr).strip()
    problems = tuple(_complaints(said)) if run.returncode or said != _ALLOWED else ()
    return Verdict("lou_checktable", _version("lou_checktable"), tables, problems)


def judge_tests(yaml: Path, folders: Sequence[Path] = (), *, timeout_s: int = 120) -> Verdict:
    """lou_checkyaml's verdict on a file of tests. Raises as `judge_table` does."""
    run = _run("lou_checkyaml", str(yaml), folders, timeout_s)
    said = (run.stdout + run.stderr).strip()
    problems = list(_complaints(said)) if run.returncode else []
    counted = [int(number) for number in _FAILURE.findall(said)]
    if not run.returncode and (not counted or any(counted)):
        problems = list(_complaints(said or "no test was run"))
    return Verdict("lou_checkyaml", _version("lou_checkyaml"), str(yaml), tuple(problems))


def _complaints(said: str) -> Iterator[Problem]:
    lines = [line.strip() for line in said.splitlines() if line.strip() and line.strip() != _ALLOWED]
    for line in lines or ["refused without a reason"]:
        place, _, rest = line.partition(": ")
        located = ":" in place and rest
        yield Problem(Severity.ERROR, "table", rest if located else line, place if located else "")


def _run(program: str, argument: str, folders: Sequence[Path], timeout_s: int) -> subprocess.CompletedProcess[str]:
    path = _find(program)
    # The variable replaces liblouis' own folder instead of adding to it.
    searched = [*map(str, folders), *([str(_TABLES)] if _TABLES.is_dir() else [])]
    environment = {**os.environ, "LOUIS_TABLEPATH": ",".join(searched), "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            [path, argument],
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            timeout=timeout_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JudgeFailed(program, str(error)) from error


def _version(program: str) -> str:
    run = subprocess.run([_find(program), "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+\.\d+", run.stdout)
    return found[0] if found else ""


def _find(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise JudgeMissing(program, _INSTALL)
    return path
