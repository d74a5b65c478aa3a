"""The job engine, carried out by DBOS. The only module that imports it.

What we use of DBOS is a durable queue with delays. One generic workflow carries out every kind of job, under one
application version that only changes with this file, because DBOS leaves the workflows of other versions alone.

Each attempt is a workflow of its own, `<job>/<key>/<attempt>`; the id makes asking twice harmless. An attempt that
must be repeated stores the next one, delayed, and ends: nothing sleeps in memory or occupies its lane.

DBOS gives the running workflows of a dead process back only to a process with the same name, and we have no fixed
names. So every process is known in `Memory` by a name of one life and says regularly that it lives. Every process
looks for running attempts of processes that do not, cancels them, and stores their next attempts. Each of these steps
is harmless when repeated, so several may do it at once, and whoever dies in between is followed by another one. An
attempt of a process that was only paused may still end, but its outcome is not accepted any more: a job is carried
out at least once and completed once. Processes that die of a job use up its attempts, so it does not go on for ever.

DBOS is one per process, with threads of its own; jobs run in the event loop in which the engine was started.
"""

import asyncio
import concurrent.futures
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, ParamSpec, TypeVar

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowSerializationFormat, WorkflowStatus
from dbos import error as dbos_error
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import SQLAlchemyError

from api.clock import Clock
from api.ids import new_id
from api.jobs.memory import Memory, close_what_is_given_back, open_engine
from api.jobs.port import (
    SCHEDULED_FOR,
    Backoff,
    FailedJob,
    GiveUp,
    Job,
    JobCounts,
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

LOG: Final = logging.getLogger("jetki.jobs")
APPLICATION: Final = "jetki"
WORKFLOW: Final = "job"
PROTOCOL: Final = "1"
"""The version of `_carry_out` and its arguments. Change it and what waits is never carried out: see the docstring."""
PURGE_BATCH: Final = 500

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pacing:
    """Our choice. A dead process's jobs are taken over after `silence` and at most one `pulse` more."""

    pulse: timedelta = timedelta(seconds=5)
    silence: timedelta = timedelta(seconds=30)
    poll: timedelta = timedelta(seconds=0.5)
    """How long a job that is due may lie. A longer pause saves work: two lanes idle at 1 s take 1 % of a core."""
    grace: timedelta = timedelta(seconds=10)
    """How long `stop` waits for running jobs."""
    remember: timedelta = timedelta(days=14)
    """How long a key that was carried out is known."""
    at_once: Mapping[Lane, int] = field(default_factory=lambda: {Lane.PROMPT: 8, Lane.OUTSIDE: 16, Lane.HEAVY: 1})


class _Failed(Exception):
    """How a failed job stands in DBOS: by its reason."""


class DbosEngine:
    """Implements `api.jobs.port.JobEngine`."""

    def __init__(
        self,
        url: URL,
        jobs: Iterable[Job],
        schedules: Sequence[Schedule],
        clock: Clock,
        *,
        pacing: Pacing | None = None,
        durable: bool = True,
    ) -> None:
        """`url` is what `jobs_database` gives. Raises UnknownJob for a schedule without its job."""
        self._url = url
        self._jobs = {job.name: job for job in jobs}
        self._schedules = tuple(schedules)
        self._clock = clock
        self._pacing = pacing or Pacing()
        self._durable = durable
        self._life: _Life | None = None
        for schedule in schedules:
            if schedule.job not in self._jobs:
                raise UnknownJob(schedule.job)

    async def start(self) -> None:
        global _carrier
        if _carrier is not None:
            raise JobEngineBusy()
        _carrier = life = _Life(self._url, self._jobs, self._schedules, self._clock, self._pacing, self._durable)
        try:
            await life.begin()
        except BaseException:
            await life.end()
            _carrier = None
            raise
        self._life = life

    async def stop(self) -> None:
        global _carrier
        if self._life is not None:
            life, self._life = self._life, None
            await life.end()
            _carrier = None

    async def enqueue(
        self, name: str, key: str, payload: Mapping[str, str], not_before: datetime | None = None
    ) -> None:
        life = self._living()
        await life.in_thread(life.store_new, NewJob(name, key, payload, not_before))

    async def remembers_since(self) -> datetime:
        life = self._living()
        return await life.in_thread(life.memory.began_at)

    async def count(self) -> JobCounts:
        life = self._living()
        return await life.in_thread(life.count)

    async def failed(self, limit: int = 100) -> list[FailedJob]:
        life = self._living()
        return await life.in_thread(life.failed, limit)

    def _living(self) -> "_Life":
        if self._life is None:
            raise JobEngineStopped()
        return self._life


class _Life:
    """What there is between start and stop. Methods that are not async block and are called in threads."""

    def __init__(
        self,
        url: URL,
        jobs: Mapping[str, Job],
        schedules: Sequence[Schedule],
        clock: Clock,
        pacing: Pacing,
        durable: bool,
    ) -> None:
        self.name = str(new_id())
        self._jobs = jobs
        self._schedules = schedules
        self._clock = clock
        self._pacing = pacing
        self._loop = asyncio.get_running_loop()
        self._threads = concurrent.futures.ThreadPoolExecutor(4, thread_name_prefix="jobs")
        self._engine: Engine = open_engine(url, durable=durable)
        self.memory = Memory(self._engine)
        self._client: DBOSClient | None = None
        self._pulse: asyncio.Task[None] | None = None
        self._served: dict[Schedule, datetime] = {}
        self._purged_at = time.monotonic()
        self._running = 0

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The loop's own default threads are left alone: DBOS's async calls would replace them with its own."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, partial(self._guarded, partial(function, *args, **kwargs))
        )

    @staticmethod
    def _guarded(function: Callable[[], T]) -> T:
        with _our_errors():
            return function()

    async def begin(self) -> None:
        await self.in_thread(self._launch)
        await self.in_thread(self._take_over, full=True)
        self._pulse = asyncio.create_task(self._keep_pulse())

    def _launch(self) -> None:
        dbos_log = logging.getLogger("dbos")
        dbos_log.addHandler(_SILENT)  # with a handler there already DBOS adds none that writes to the console
        dbos_log.addFilter(_is_no_failure_of_ours)
        self.memory.prepare(self._clock.now())
        self.memory.beat(self.name)
        schema = self.memory.schema
        config = DBOSConfig(
            name=APPLICATION,
            system_database_engine=self._engine,
            application_version=PROTOCOL,
            executor_id=self.name,
            use_listen_notify=False,  # only for messages between workflows, which we do not use
            notification_listener_polling_interval_sec=min(self._pacing.poll.total_seconds(), 1.0),
            log_level="WARNING",
        )
        if schema:
            config["dbos_system_schema"] = schema
        DBOS(config=config)
        DBOS.launch()
        for lane, at_once in self._pacing.at_once.items():
            DBOS.register_queue(
                lane.value,
                worker_concurrency=at_once,
                polling_interval_sec=self._pacing.poll.total_seconds(),
                on_conflict="always_update",
            )
        self._client = DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema=schema,
            application_name=APPLICATION,
            retry_connection_errors=False,
        )

    async def end(self) -> None:
        if self._pulse is not None:
            self._pulse.cancel()
            await asyncio.gather(self._pulse, return_exceptions=True)
        # Takes no new jobs from here on, and looks every second whether the running ones have ended
        grace_s = round(self._pacing.grace.total_seconds()) if self._running else 0
        await self._loop.run_in_executor(self._threads, partial(DBOS.destroy, workflow_completion_timeout_sec=grace_s))
        try:
            await self.in_thread(self.memory.leave, self.name)
        except JobEngineUnavailable:
            LOG.warning("the jobs' database is away; other processes will notice that this one has ended")
        if self._client is not None:
            self._client.destroy()
        close_what_is_given_back(self._engine)  # DBOS does not wait for the threads of its jobs
        self._engine.dispose()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _keep_pulse(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(self._pacing.pulse.total_seconds())
            try:
                await self.in_thread(self.memory.beat, self.name)
                beats += 1
                # After an outage of the database all look dead for a moment: let them speak first
                if beats > 2:
                    await self.in_thread(self._take_over)
                await self.in_thread(self._serve_schedules)
                await self.in_thread(self._purge)
            except JobEngineUnavailable as away:
                beats = 0
                LOG.warning("the jobs' database is away", extra={"cause": type(away.__cause__).__name__})

    def _serve_schedules(self) -> None:
        for schedule in self._schedules:
            period = schedule.period_at(self._clock.now())
            if self._served.get(schedule) != period:
                moment = period.isoformat()
                key = f"every-{schedule.every.total_seconds():g}-s/{moment}"
                self.store(schedule.job, key, 1, {SCHEDULED_FOR: moment})
                self._served[schedule] = period

    def _take_over(self, *, full: bool = False) -> None:
        """Stores the next attempts of what dead processes were at. `full` looks at everything that was ever cancelled,
        otherwise at what a process that died while taking over may have left just now."""
        living = self.memory.living(self._pacing.silence) | {self.name}
        orphans = [
            one.workflow_id for one in self._find(status="PENDING", load_input=False) if one.executor_id not in living
        ]
        if orphans:
            LOG.warning("jobs of dead processes are taken over", extra={"jobs": len(orphans)})
            self._dbos.cancel_workflows(orphans)
        recently = datetime.now(UTC) - 10 * self._pacing.silence
        for one in self._find(status="CANCELLED", since=None if full else recently):
            name, key, attempt, payload = _arguments(one)
            self.store(name, key, attempt + 1, payload)

    def _purge(self) -> None:
        if time.monotonic() - self._purged_at < 3600:
            return
        self._purged_at = time.monotonic()
        before = (datetime.now(UTC) - self._pacing.remember).isoformat()
        while old := self._dbos.list_workflows(
            name=WORKFLOW, completed_before=before, limit=PURGE_BATCH, load_input=False, load_output=False
        ):
            self._dbos.delete_workflows([one.workflow_id for one in old])

    def store_new(self, new: NewJob) -> None:
        """Stores the first attempt. Raises UnknownJob."""
        if new.name not in self._jobs:
            raise UnknownJob(new.name)
        pause = new.not_before - self._clock.now() if new.not_before is not None else timedelta()
        self.store(new.name, new.key, 1, new.payload, pause)

    def store(
        self, name: str, key: str, attempt: int, payload: Mapping[str, str], pause: timedelta = timedelta()
    ) -> None:
        """Stores an attempt, unless there is one of this number."""
        job = self._jobs.get(name)
        options = EnqueueOptions(
            workflow_name=WORKFLOW,
            queue_name=(job.lane if job else Lane.PROMPT).value,
            workflow_id=f"{name}/{key}/{attempt}",
            app_version=PROTOCOL,
            serialization_type=WorkflowSerializationFormat.PORTABLE,  # JSON; DBOS's own is pickle
        )
        if pause > timedelta():
            options["delay_seconds"] = pause.total_seconds()
        self._dbos.enqueue(options, name, key, attempt, dict(payload))

    def count(self) -> JobCounts:
        found = [
            self._find(status=status, load_input=False) for status in (["ENQUEUED", "DELAYED"], "PENDING", "ERROR")
        ]
        return JobCounts(*map(len, found))

    def failed(self, limit: int) -> list[FailedJob]:
        jobs = []
        for one in self._dbos.list_workflows(name=WORKFLOW, status="ERROR", limit=limit, sort_desc=True):
            name, key, attempt, _ = _arguments(one)
            at = datetime.fromtimestamp((one.completed_at or 0) / 1000, UTC)
            jobs.append(FailedJob(name, key, attempt, str(one.error), at))
        return jobs

    async def carry_out(self, name: str, key: str, attempt: int, payload: Mapping[str, str]) -> None:
        """Called in the event loop of DBOS; the job itself runs in ours."""
        job = self._jobs.get(name)
        backoff = job.backoff if job else Backoff()
        pause = backoff.pause_after(attempt)
        try:
            if job is None:
                raise Retry("unknown-job")  # a newer version may know it
            if attempt > backoff.attempts:
                raise GiveUp("process-died")  # whichever process began it
            self._running += 1
            try:
                run = JobRun(name, key, payload, attempt, is_last=pause is None)
                following = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_call(job, run), self._loop))
                for one in following or ():
                    await self.in_thread(self.store_new, one)
            finally:
                self._running -= 1
        except GiveUp as end:
            pause, reason = None, end.reason
        except Retry as again:
            pause, reason = (again.after or pause) if pause else None, again.reason
        except Exception as fault:  # noqa: BLE001 (whatever a job raises, it must not be lost)
            reason = type(fault).__name__
        else:
            return
        facts = {"job": name, "key": key, "attempt": attempt, "reason": reason}
        if pause is None:
            LOG.error("a job has failed", extra=facts)
            raise _Failed(reason)
        LOG.info("a job will be tried again", extra=facts)
        while True:
            try:
                await self.in_thread(self.store, name, key, attempt + 1, payload, pause)
                break
            except JobEngineUnavailable:
                await asyncio.sleep(1)

    def _find(
        self, status: str | list[str], *, since: datetime | None = None, load_input: bool = True
    ) -> list[WorkflowStatus]:
        return self._dbos.list_workflows(
            name=WORKFLOW,
            status=status,
            completed_after=since.isoformat() if since else None,
            load_input=load_input,
            load_output=False,
        )

    @property
    def _dbos(self) -> DBOSClient:
        if self._client is None:
            raise JobEngineStopped()
        return self._client


_carrier: _Life | None = None
"""DBOS is one per process, and finds its workflows by name: this is whom they belong to."""
_SILENT: Final = logging.NullHandler()


def _is_no_failure_of_ours(record: logging.LogRecord) -> bool:
    """A failed job stands in the log in one line; DBOS would add where in its depths it has been told so."""
    return not (record.exc_info and isinstance(record.exc_info[1], _Failed))


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def _carry_out(name: str, key: str, attempt: int, payload: dict[str, str]) -> None:
    if _carrier is None:
        raise JobEngineStopped()
    await _carrier.carry_out(name, key, attempt, payload)


async def _call(job: Job, run: JobRun) -> Sequence[NewJob] | None:
    return await job.run(run)


def _arguments(one: WorkflowStatus) -> tuple[str, str, int, dict[str, str]]:
    if one.input is None:
        raise ValueError(f"{one.workflow_id} was loaded without its input")
    name, key, attempt, payload = one.input["args"]
    return name, key, attempt, payload


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, dbos_error.DBOSException, OSError) as fault:
        raise JobEngineUnavailable() from fault
