"""What goes on without anybody: attempts whose deadline has passed are handed in, also those whose deadline passed
while the server was down."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError

from api.domains.tests import attempts
from api.identity import system_actor
from api.jobs.port import Job, JobRun, Retry, Schedule
from api.unit import Context

HAND_IN_JOB: Final = "attempts.hand-in-due"
SCHEDULE: Final = Schedule(HAND_IN_JOB, every=timedelta(minutes=1))
"""Our choice: until then whoever looks at an attempt finds it handed in anyway, as of its deadline."""
AT_ONCE: Final = 500
ACTOR: Final = system_actor(f"job:{HAND_IN_JOB}")


async def hand_in_due(context: Context) -> int:
    """Hands in all that is due, each in a transaction of its own; gives how many."""
    done = 0
    while True:
        async with context.reading(ACTOR) as unit:
            due = await attempts.due_attempts(unit, AT_ONCE)
        handed_in = 0
        for attempt_id in due:
            async with context.writing(ACTOR) as unit:
                handed_in += await attempts.finish_due(unit, attempt_id)
        done += handed_in
        if len(due) < AT_ONCE or not handed_in:
            return done


def jobs(context: Context) -> Sequence[Job]:
    async def run(_: JobRun) -> None:
        try:
            await hand_in_due(context)
        except DBAPIError as fault:  # e.g. a deadlock with the release of grades; what is done stays done
            raise Retry("database") from fault

    return (Job(HAND_IN_JOB, run),)
