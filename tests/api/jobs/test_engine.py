"""What a job may rely on, with the real engine on both databases."""

import asyncio
import logging
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from api.clock import SystemClock
from api.jobs.engine import DbosEngine
from api.jobs.memory import close_what_is_given_back, forget, jobs_database, open_engine
from api.jobs.port import (
    SCHEDULED_FOR,
    Backoff,
    GiveUp,
    Job,
    JobEngineBusy,
    JobEngineStopped,
    JobEngineUnavailable,
    JobRun,
    Lane,
    NewJob,
    Retry,
    Schedule,
    UnknownJob,
)
from tests.api.jobs.conftest import SOON, StartEngine

pytestmark = pytest.mark.anyio
AT_ONCE = Backoff(first=timedelta(milliseconds=1), attempts=3)


class Recorder:
    """Notes every run, and raises what the test has put into `faults`, one after the other."""

    def __init__(self, *faults: Exception) -> None:
        self.runs: list[JobRun] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()
        self._faults = list(faults)
        self._changed = asyncio.Event()

    async def __call__(self, run: JobRun) -> None:
        self.runs.append(run)
        self.loops.add(asyncio.get_running_loop())
        self._changed.set()
        if self._faults:
            raise self._faults.pop(0)

    async def wait_for(self, number: int) -> list[JobRun]:
        """Until so many runs have begun."""
        async with asyncio.timeout(20):
            while len(self.runs) < number:
                self._changed.clear()
                await self._changed.wait()
        return self.runs


async def wait_until_idle(engine: DbosEngine) -> None:
    async with asyncio.timeout(20):
        while (counts := await engine.count()).waiting or counts.running:
            await asyncio.sleep(0.02)


async def test_a_job_gets_its_payload_in_the_loop_that_started_the_engine(start_engine: StartEngine) -> None:
    notes = Recorder()
    async with start_engine(Job("note", notes)) as engine:
        await engine.enqueue("note", "1", {"id": "ө"})
        assert await notes.wait_for(1) == [JobRun("note", "1", {"id": "ө"}, 1, is_last=False)]
    assert notes.loops == {asyncio.get_running_loop()}


async def test_the_same_key_again_changes_nothing_even_after_a_restart(start_engine: StartEngine) -> None:
    notes = Recorder()
    for _ in range(2):
        async with start_engine(Job("note", notes), Job("other", notes)) as engine:
            for _ in range(3):
                await engine.enqueue("note", "same", {})
            await engine.enqueue("other", "same", {})
            await wait_until_idle(engine)
    assert sorted(run.name for run in notes.runs) == ["note", "other"]


async def test_a_retry_comes_again_and_says_which_attempt_is_the_last(start_engine: StartEngine) -> None:
    notes = Recorder(Retry("busy"), ValueError("Асанова Айгүл"))
    async with start_engine(Job("note", notes, AT_ONCE)) as engine:
        await engine.enqueue("note", "1", {"id": "a"})
        runs = await notes.wait_for(3)
        await wait_until_idle(engine)
        assert [(run.attempt, run.is_last, run.payload["id"]) for run in runs] == [
            (1, False, "a"),
            (2, False, "a"),
            (3, True, "a"),
        ]
        assert await engine.failed() == []


@pytest.mark.parametrize(
    ("faults", "attempt", "reason"),
    [
        ([Retry("busy")] * 3, 3, "busy"),
        ([Retry("busy", timedelta(milliseconds=1))] * 3, 3, "busy"),
        ([GiveUp("gone")], 1, "gone"),
        ([Retry("busy"), RuntimeError("Асанова Айгүл"), RuntimeError("Асанова Айгүл")], 3, "RuntimeError"),
    ],
    ids=["out-of-attempts", "its-own-pause", "gives-up", "exceptions"],
)
async def test_a_failed_job_is_shown_with_a_code_and_nothing_personal(
    start_engine: StartEngine, caplog: pytest.LogCaptureFixture, faults: list[Exception], attempt: int, reason: str
) -> None:
    notes = Recorder(*faults)
    async with start_engine(Job("note", notes, AT_ONCE)) as engine:
        await engine.enqueue("note", "1", {})
        await notes.wait_for(attempt)
        await wait_until_idle(engine)
        (failed,) = await engine.failed()
        assert (failed.name, failed.key, failed.attempt, failed.reason) == ("note", "1", attempt, reason)
        assert abs(failed.failed_at - datetime.now(UTC)) < timedelta(minutes=1)
        assert (await engine.count()).failed == 1
    assert len(notes.runs) == attempt
    assert "Айгүл" not in caplog.text
    assert [one.__dict__["reason"] for one in caplog.records if one.levelno == logging.ERROR] == [reason]


async def test_a_job_waits_for_its_time(start_engine: StartEngine) -> None:
    notes = Recorder()
    async with start_engine(Job("note", notes)) as engine:
        now = datetime.now(UTC)
        await engine.enqueue("note", "next-year", {}, now + timedelta(days=365))
        await engine.enqueue("note", "soon", {}, now + timedelta(seconds=0.3))
        await engine.enqueue("note", "past", {}, now - timedelta(days=1))
        runs = await notes.wait_for(2)
        assert datetime.now(UTC) >= now + timedelta(seconds=0.3)
        assert {run.key for run in runs} == {"past", "soon"}
        assert (await engine.count()).waiting == 1


async def test_strangers_who_are_slow_hold_up_nobody_else(start_engine: StartEngine) -> None:
    """More slow jobs than their lane has room, and a prompt one gets through."""
    release = asyncio.Event()
    running = 0
    most = 0

    async def slow(_: JobRun) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await release.wait()
        running -= 1

    notes = Recorder()
    async with start_engine(Job("slow", slow, lane=Lane.OUTSIDE), Job("note", notes)) as engine:
        for number in range(20):
            await engine.enqueue("slow", str(number), {})
        await engine.enqueue("note", "1", {})
        await notes.wait_for(1)
        release.set()
        await wait_until_idle(engine)
    assert most <= 16


async def test_a_schedule_runs_once_in_each_period(start_engine: StartEngine) -> None:
    notes = Recorder()
    every = timedelta(days=365_000)
    for _ in range(2):
        async with start_engine(Job("clean", notes), schedules=[Schedule("clean", every)]) as engine:
            await notes.wait_for(1)
            await wait_until_idle(engine)
    assert [run.payload for run in notes.runs] == [{SCHEDULED_FOR: "1970-01-01T00:00:00+00:00"}]


async def test_a_schedule_comes_again_in_the_next_period(start_engine: StartEngine) -> None:
    notes = Recorder()
    async with start_engine(Job("clean", notes), schedules=[Schedule("clean", timedelta(seconds=0.3))]):
        runs = await notes.wait_for(3)
    moments = [datetime.fromisoformat(run.payload[SCHEDULED_FOR]) for run in runs]
    assert len(set(moments)) == len(moments)


async def test_stopping_waits_for_what_runs(start_engine: StartEngine) -> None:
    begun, ended = asyncio.Event(), False

    async def work(_: JobRun) -> None:
        nonlocal ended
        begun.set()
        await asyncio.sleep(0.2)
        ended = True

    async with start_engine(Job("work", work)) as engine:
        await engine.enqueue("work", "1", {})
        await begun.wait()
    assert ended


async def test_what_does_not_end_in_time_is_left_to_the_next_start(start_engine: StartEngine) -> None:
    begun = asyncio.Event()
    runs: list[int] = []

    async def work(run: JobRun) -> None:
        runs.append(run.attempt)
        begun.set()
        if run.attempt == 1:
            await asyncio.Event().wait()

    hasty = replace(SOON, grace=timedelta())
    async with start_engine(Job("work", work), pacing=hasty) as engine:
        await engine.enqueue("work", "1", {"id": "a"})
        await begun.wait()
    async with start_engine(Job("work", work), pacing=hasty) as engine:
        await wait_until_idle(engine)
        assert await engine.failed() == []
    assert runs == [1, 2]


async def test_an_engine_leaves_no_thread_and_may_start_again(start_engine: StartEngine) -> None:
    before = set(threading.enumerate())
    for _ in range(2):
        async with start_engine():
            assert set(threading.enumerate()) > before
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert set(threading.enumerate()) <= before


async def test_there_is_one_engine_in_a_process(start_engine: StartEngine) -> None:
    async with start_engine():
        with pytest.raises(JobEngineBusy):
            async with start_engine():
                pass


async def test_memory_begins_again_when_the_database_was_lost(start_engine: StartEngine, jobs_url: URL) -> None:
    moments = []
    for lost in (False, False, True):
        if lost:
            forget(jobs_url)
        async with start_engine() as engine:
            moments.append(await engine.remembers_since())
    assert moments[0] == moments[1] < moments[2]


@pytest.fixture
def standing(tmp_path: Path) -> DbosEngine:
    return DbosEngine(jobs_database("sqlite+aiosqlite://", tmp_path), [Job("a", Recorder())], [], SystemClock())


async def test_a_job_that_was_not_declared_is_refused(start_engine: StartEngine) -> None:
    async with start_engine() as engine:
        with pytest.raises(UnknownJob, match="missing"):
            await engine.enqueue("missing", "1", {})
    with pytest.raises(UnknownJob, match="missing"):
        async with start_engine(schedules=[Schedule("missing", timedelta(days=1))]):
            pass


async def test_what_a_job_wants_done_is_stored_before_it_counts_as_done(start_engine: StartEngine) -> None:
    notes = Recorder()
    runs: list[int] = []

    async def divide(run: JobRun) -> list[NewJob]:
        """The first attempt asks for a job that does not exist, the second asks for two that do."""
        runs.append(run.attempt)
        later = datetime.now(UTC) + timedelta(days=365)
        good = [NewJob("note", "a", {"id": "1"}), NewJob("note", "b", {}), NewJob("note", "c", {}, later)]
        return good if run.attempt == 2 else [good[0], NewJob("missing", "a", {})]

    async with start_engine(Job("divide", divide, AT_ONCE), Job("note", notes)) as engine:
        await engine.enqueue("divide", "1", {})
        await notes.wait_for(2)
        assert (await engine.count()).waiting == 1
    assert runs == [1, 2]
    assert sorted(run.key for run in notes.runs) == ["a", "b"]


async def test_an_engine_that_does_not_run_takes_nothing(standing: DbosEngine) -> None:
    with pytest.raises(JobEngineStopped):
        await standing.enqueue("a", "1", {})


async def test_an_engine_without_its_database_does_not_start_and_may_be_tried_again(tmp_path: Path) -> None:
    url = jobs_database("sqlite+aiosqlite://", tmp_path / "missing")
    engine = DbosEngine(url, [], [], SystemClock(), durable=False)
    with pytest.raises(JobEngineUnavailable):
        await engine.start()
    (tmp_path / "missing").mkdir()
    await engine.start()
    await engine.stop()


def test_a_connection_in_use_at_the_end_is_closed_when_it_is_given_back(jobs_url: URL) -> None:
    engine = open_engine(jobs_url, durable=False)
    with engine.connect() as connection:
        used = connection.connection.driver_connection
        assert used is not None
        close_what_is_given_back(engine)
        engine.dispose()
        assert connection.scalar(text("SELECT 1")) == 1
    with pytest.raises((psycopg.OperationalError, sqlite3.ProgrammingError), match="closed"):
        used.cursor().execute("SELECT 1")
