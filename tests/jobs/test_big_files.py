"""Inputs and outputs that are too big for memory, and programs that outlive nobody."""

import subprocess
import sys
from pathlib import Path

import pytest

from builder.jobs.executors import InProcess, Processes, Workshop
from builder.jobs.graph import FileOf, Job, OutputOf
from builder.jobs.pace import Pace
from builder.jobs.scheduler import run_jobs
from builder.jobs.store import Ledger, Store, digest_of
from tests.jobs import machines
from tests.jobs.machines import Gate

TALK = b"film" * 1000


def test_a_big_input_and_a_big_output_are_files(tmp_path: Path) -> None:
    (tmp_path / "talk.mp4").write_bytes(TALK)
    copy = Job(
        "copy",
        "tests.jobs.tasks:copy_on_disk",
        "talk.mp4",
        inputs={"talk": FileOf("talk.mp4", digest_of(TALK), on_disk=True)},
    )
    again = Job("again", copy.task, "talk.mp4", inputs={"talk": OutputOf("copy", "moved", on_disk=True)})
    store = Store(tmp_path / "store")
    with Workshop(lambda: InProcess(tmp_path, tmp_path / "store")) as workshop:
        outcome = run_jobs([copy, again], store, Ledger(tmp_path / "ledger"), workshop)
    assert not outcome.failures
    for name in ("copy", "again"):
        outputs = outcome.results[name].outputs
        assert {one.digest for one in outputs.values()} == {digest_of(TALK)}
    assert (tmp_path / "talk.mp4").read_bytes() == TALK  # the author's file stays where it was
    assert list((tmp_path / "store" / "scratch").iterdir()) == []


def test_a_source_file_that_is_written_to_while_it_is_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "talk.mp4").write_bytes(TALK)
    job = Job(
        "spoil",
        "tests.jobs.tasks:spoil",
        "talk.mp4",
        inputs={"talk": FileOf("talk.mp4", digest_of(TALK), on_disk=True)},
    )
    with Workshop(lambda: InProcess(tmp_path, tmp_path / "store")) as workshop:
        outcome = run_jobs([job], Store(tmp_path / "store"), Ledger(tmp_path / "ledger"), workshop)
    (failure,) = outcome.failures
    assert (failure.rule, failure.values) == ("file-changed", {"file": "talk.mp4"})


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc how much memory a process has")
def test_a_big_recording_is_never_in_memory(tmp_path: Path) -> None:
    size = 200_000_000  # three times what the process may take
    with (tmp_path / "talk.mp4").open("wb") as file:
        file.truncate(size)
    command = [sys.executable, "-m", "tests.jobs.big_file_process", str(tmp_path)]
    subprocess.run(command, check=True, cwd=machines.ROOT)
    assert (tmp_path / "site.mp4").stat().st_size == size


def test_programs_of_a_worker_end_with_an_interrupt(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    job = Job("held", "tests.jobs.tasks:hold_in_a_program", "", parameters={"word": "w", "gate": str(gate.folder)})
    seen: list[int] = []

    def interrupt(*_state: object) -> None:
        seen.extend(gate.wait_for_job())
        raise KeyboardInterrupt

    workshop = Workshop(lambda: Processes(tmp_path, tmp_path / "store", 1))
    with workshop, pytest.raises(KeyboardInterrupt):
        run_jobs([job], Store(tmp_path / "store"), Ledger(tmp_path / "ledger"), workshop, interrupt)
    for process in seen:  # the program, which ignores SIGTERM, and the worker that started it
        machines.wait_until_gone(process)
    for folder in (tmp_path / "store" / "scratch").iterdir():
        machines.wait_until_gone(int(folder.name.split("-")[-2]))
    Store(tmp_path / "store").clear_scratch()
    assert list((tmp_path / "store" / "scratch").iterdir()) == []


def test_the_time_left_is_known_when_every_task_has_been_timed(tmp_path: Path) -> None:
    pace = Pace(tmp_path / "pace.json")
    assert pace.left({"a": 2, "b": 1}, 1) is None
    pace.note("a", 4.0)
    assert pace.left({"a": 2, "b": 1}, 1) is None
    pace.note("b", 10.0)
    assert pace.left({"a": 2, "b": 1}, 1) == 18.0
    assert pace.left({"a": 2, "b": 1}, 4) == 10.0  # one job cannot be shared among workers
    pace.remember()
    later = Pace(tmp_path / "pace.json")
    assert later.left({"a": 2, "b": 1}, 2) == 10.0
    (tmp_path / "pace.json").write_text("[damaged")
    assert Pace(tmp_path / "pace.json").left({"a": 1}, 1) is None
