"""What goes on without anybody: attempts whose deadline has passed are handed in, also those whose deadline passed
while the server was down; and attempts that began in the moment of a plan get what it promises."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from api.domains.tests import attempts
from api.events import OutboxRow
from api.identity import system_actor
from api.jobs.consuming import Consumer
from api.jobs.port import Job, JobRun, NewJob, Retry, Schedule
from api.unit import Context

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
    """A start and the activation of a plan that are stored in the same moment do not see each other: the attempts of
    that person are looked at once more."""
    if row.person is None:
        return []
    given = {"person": str(row.person)}
    return [NewJob(LOOK_AGAIN_JOB, str(row.id), given, row.created_at + LOOK_AGAIN_AFTER)]


CONSUMERS: Final[Mapping[str, Sequence[Consumer]]] = {
    "accommodation-plan.activated": (follow_plan,),
    "accommodation-plan.changed": (follow_plan,),
}


def jobs(context: Context) -> Sequence[Job]:
    async def run(_: JobRun) -> None:
        try:
            await hand_in_due(context)
        except NotAllHandedIn as fault:  # e.g. a deadlock with the release of grades; what is done stays done
            raise Retry("not-all") from fault

    async def look_again(run: JobRun) -> None:
        async with context.writing(system_actor(f"job:{LOOK_AGAIN_JOB}")) as unit:
            await attempts.reconsider(unit, UUID(run.payload["person"]))

    return (Job(HAND_IN_JOB, run), Job(LOOK_AGAIN_JOB, look_again))
