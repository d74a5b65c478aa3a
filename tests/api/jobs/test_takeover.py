"""Processes die and are paused in the middle of their work; the others carry it out."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from api.jobs.memory import SCHEMA

pytestmark = pytest.mark.anyio


class Worker:
    def __init__(self, url: URL, notes: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.api.jobs.worker", url.render_as_string(False), str(notes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word

    def ask(self, name: str, key: str, seconds: float) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{name} {key} {seconds}\n")
        self.process.stdin.flush()
        self.hear("stored")

    def end(self) -> None:
        """As with SIGTERM: the running jobs may finish."""
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0


StartWorker = Callable[[], Worker]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes"
    path.touch()
    return path


@pytest.fixture
def start_worker(jobs_url: URL, notes: Path) -> Iterator[StartWorker]:
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker(jobs_url, notes))
        return workers[-1]

    yield start
    for worker in workers:
        worker.process.kill()
        worker.process.communicate()


def read_notes(notes: Path, word: str) -> Counter[str]:
    """How often each key has begun or ended."""
    lines = [line.split() for line in notes.read_text(encoding="utf-8").splitlines()]
    return Counter(line[1] for line in lines if line[0] == word)


async def wait_for(truth: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(30):
            while not truth():
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"waited in vain: {what}")


def completions(url: URL) -> Counter[str]:
    """How often each key was completed, according to the database. Looks into DBOS's own table."""
    engine = create_engine(url)
    table = f"{SCHEMA}.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.connect() as connection:
        ids = connection.scalars(text(f"SELECT workflow_uuid FROM {table} WHERE status = 'SUCCESS'")).all()
    engine.dispose()
    return Counter(str(one).split("/")[1] for one in ids)


async def test_the_jobs_of_a_killed_process_are_carried_out_by_another(
    start_worker: StartWorker, notes: Path, jobs_url: URL
) -> None:
    first, second = start_worker(), start_worker()
    first.hear("ready")
    second.hear("ready")
    keys = {str(number) for number in range(30)}
    for key in keys:
        first.ask("work", key, 0.4)
    mine = str(first.process.pid)
    await wait_for(lambda: f" {mine}\n" in notes.read_text(encoding="utf-8"), "the first process has begun a job")
    first.process.kill()
    await wait_for(lambda: set(completions(jobs_url)) == keys, "all jobs are completed")
    assert set(read_notes(notes, "begin").values()) == {1, 2}, "something was interrupted"
    assert completions(jobs_url) == Counter(keys)
    assert set(read_notes(notes, "end")) == keys, (
        "a few may have ended twice: killed between the work and the note of it"
    )
    second.end()


async def test_a_process_that_was_only_paused_completes_nothing_twice(
    start_worker: StartWorker, notes: Path, jobs_url: URL
) -> None:
    first = start_worker()
    first.hear("ready")
    first.ask("work", "a", 1)
    await wait_for(lambda: read_notes(notes, "begin")["a"] == 1, "the job has begun")
    first.process.send_signal(signal.SIGSTOP)
    second = start_worker()
    second.hear("ready")
    await wait_for(lambda: read_notes(notes, "begin")["a"] == 2, "the job was taken over")
    first.process.send_signal(signal.SIGCONT)
    await wait_for(lambda: read_notes(notes, "end")["a"] == 2, "both have done the work")
    await wait_for(lambda: completions(jobs_url)["a"] > 0, "one was accepted")
    first.end()
    second.end()
    assert completions(jobs_url) == {"a": 1}


async def test_a_job_that_kills_its_process_ends_after_its_attempts(
    start_worker: StartWorker, notes: Path, jobs_url: URL
) -> None:
    for attempt in (1, 2):
        worker = start_worker()
        worker.hear("ready")
        if attempt == 1:
            worker.ask("fatal", "a", 0)
        assert worker.process.wait(20) == -signal.SIGKILL
        assert read_notes(notes, "begin")["a"] == attempt
    last = start_worker()
    last.hear("ready")
    last.ask("work", "b", 0)
    await wait_for(lambda: completions(jobs_url)["b"] == 1, "other jobs go on")
    engine = create_engine(jobs_url)
    table = f"{SCHEMA}.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"

    def failed() -> bool:
        with engine.connect() as connection:
            query = text(f"SELECT workflow_uuid FROM {table} WHERE status = 'ERROR'")
            return connection.scalars(query).all() == ["fatal/a/3"]

    await wait_for(failed, "the third attempt is marked failed without having begun")
    engine.dispose()
    assert read_notes(notes, "begin")["a"] == 2
    last.end()
