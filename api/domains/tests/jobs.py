"""What goes on without anybody: attempts whose deadline has passed are handed in, also those whose deadline passed
while the server was down; attempts that began in the moment of a plan get what it promises; and the formats that are
promised after a test was announced are ordered, not when somebody stands before it."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from api.domains.conditions import service as conditions
from api.domains.conditions.service import TaskKind, TaskState
from api.domains.tests import attempts
from api.domains.tests.definitions import find_test, order_promised, order_promised_to
from api.events import OutboxRow
from api.identity import system_actor
from api.jobs.consuming import Consumer
from api.jobs.port import Job, JobRun, NewJob, Retry, Schedule
from api.unit import Context, Unit

LOG: Final = logging.getLogger("jetki.jobs")
HAND_IN_JOB: Final = "attempts.hand-in-due"
SCHEDULE: Final = Schedule(HAND_IN_JOB, every=timedelta(minutes=1))
"""Our choice: until then whoever looks at an attempt finds it handed in anyway, as of its deadline."""
LOOK_AGAIN_JOB: Final = "attempts.look-again"
LOOK_AGAIN_AFTER: Final = timedelta(seconds=15)
"""Our choice: longer than a start takes, which waits at most ten seconds for the database."""
AT_ONCE: Final = 500
ACTOR: Final = system_actor(f"job:{HAND_IN_JOB}")


class NotAllHandedIn(Exception):
    """Some could not be handed in; `done` were. The next run tries again."""

    def __init__(self, done: int) -> None:
        super().__init__(str(done))
        self.done = done


async def hand_in_due(context: Context) -> int:
    """Hands in all that is due, each in a transaction of its own; gives how many. Raises NotAllHandedIn."""
    done = 0
    while True:
        async with context.reading(ACTOR) as unit:
            due = await attempts.due_attempts(unit, AT_ONCE)
        handed_in = 0
        fault: Exception | None = None
        for attempt_id in due:
            try:
                async with context.writing(ACTOR) as unit:
                    handed_in += await attempts.finish_due(unit, attempt_id)
            except Exception as one:  # noqa: BLE001 (one that cannot be handed in must not keep the others waiting)
                LOG.warning("an attempt could not be handed in", extra={"cause": type(one).__name__})
                fault = one
        done += handed_in
        if fault is not None:
            raise NotAllHandedIn(done) from fault
        if len(due) < AT_ONCE or not handed_in:
            return done


async def follow_plan(_: Context, row: OutboxRow) -> Sequence[NewJob]:
    """A start, or an announcement, and the activation of a plan that are stored in the same moment do not see each
    other: the attempts of that person are looked at once more, and the tests that are to come."""
    return [] if row.person is None else [_look_again(row, person=row.person)]


async def follow_enrolment(context: Context, row: OutboxRow) -> Sequence[NewJob]:
    """Who joins the class later is promised the formats of what is announced there already."""
    async with context.reading(ACTOR) as unit:
        tasks = await conditions.tasks_of_class(unit, UUID(row.ids["class"]))
    has_tests = any(task.kind is TaskKind.TEST and task.state is TaskState.ANNOUNCED for task in tasks)
    return [_look_again(row, person=row.person)] if has_tests and row.person is not None else []


async def follow_move(_: Context, row: OutboxRow) -> Sequence[NewJob]:
    """On other days other plans are in force."""
    return [_look_again(row, task=UUID(row.ids["task"]))]


def _look_again(row: OutboxRow, **about: UUID) -> NewJob:
    given = {name: str(id_) for name, id_ in about.items()}
    return NewJob(LOOK_AGAIN_JOB, str(row.id), given, row.created_at + LOOK_AGAIN_AFTER)


CONSUMERS: Final[Mapping[str, Sequence[Consumer]]] = {
    "accommodation-plan.activated": (follow_plan,),
    "accommodation-plan.changed": (follow_plan,),
    "enrolment.enrolled": (follow_enrolment,),
    "enrolment.moved-up": (follow_enrolment,),
    "task.moved": (follow_move,),
}


async def order_of_task(unit: Unit, task_id: UUID) -> None:
    """What is promised for a test that is announced; of other tasks nothing."""
    task = await conditions.find_task(unit, task_id)
    if task.kind is TaskKind.TEST and task.state is TaskState.ANNOUNCED:
        await order_promised(unit, await find_test(unit, task_id))


def jobs(context: Context) -> Sequence[Job]:
    async def run(_: JobRun) -> None:
        try:
            await hand_in_due(context)
        except NotAllHandedIn as fault:  # e.g. a deadlock with the release of grades; what is done stays done
            raise Retry("not-all") from fault

    async def look_again(run: JobRun) -> None:
        actor = system_actor(f"job:{LOOK_AGAIN_JOB}")
        if "task" in run.payload:
            async with context.writing(actor) as unit:
                await order_of_task(unit, UUID(run.payload["task"]))
            return
        person_id = UUID(run.payload["person"])
        async with context.writing(actor) as unit:
            await attempts.reconsider(unit, person_id)
        async with context.writing(actor) as unit:
            await order_promised_to(unit, person_id)

    return (Job(HAND_IN_JOB, run), Job(LOOK_AGAIN_JOB, look_again))
