"""Java, which runs several of the judges: found, started, and its failures made ours."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib import util
from pathlib import Path
from typing import Final

from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing

# A judge runs for seconds: what the second compiler and parallel collection of garbage cost does not come back in that
# time. Measured on our books, prints and pages: about half of the processor time. What the first compiler makes needs
# more stack, and grammars and trees of tags are read by functions that call themselves.
SHORT_RUN: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss16m")


def find_java(judge: str, hint: str, *, compiler: bool = False) -> str:
    """Path of Java; `compiler` wants that of a development kit beside it. Raises JudgeMissing with this hint."""
    java = shutil.which("java")
    if java is None or (compiler and shutil.which("javac") is None):
        raise JudgeMissing(judge, hint)
    return java


def find_packaged_jar(judge: str, package: str, pattern: str) -> Path:
    """The first file of that pattern inside an installed Python package. Raises JudgeMissing."""
    found = util.find_spec(package)
    for folder in found.submodule_search_locations or [] if found else []:
        for jar in sorted(Path(folder).glob(pattern)):
            return jar
    raise JudgeMissing(judge, f"python -m pip install {package.replace('_', '-')}")


def run_judge(
    judge: str,
    command: Sequence[str],
    *,
    timeout_s: int,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """The finished program, whatever its exit code; `environment` is added to our own.

    Raises JudgeFailed where it did not start or end in time.
    """
    surroundings = {**os.environ, **(environment or {})}
    try:
        return subprocess.run(
            command, input=given, capture_output=True, timeout=timeout_s, check=False, env=surroundings
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JudgeFailed(judge, str(error)) from error
