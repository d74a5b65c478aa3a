"""The database of the jobs goes away and comes back."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("case", ["lives", "ends"])
def test_an_engine_lives_through_an_outage_and_ends_in_one(case: str, tmp_path: Path) -> None:
    """The cases stand in `outage.py`."""
    command = [sys.executable, "-W", "error", "-m", "tests.api.jobs.outage", case, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "done"), done.stderr[-2000:]
