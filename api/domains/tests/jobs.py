"""What goes on without anybody: attempts whose deadline has passed are handed in, also those whose deadline passed
while the server was down."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from api.domains.tests import attempts
from api.identity import system_actor
from api.jobs.port import Job, JobRun, Retry, Schedule
from api.unit import Context

LOG: Final = logging.getLogger("jetki.jobs")
HAND_IN_JOB: Final = "attempts.hand-in-due"
SCHEDULE: Final = Schedule(HAND_IN_JOB, every=timedelta(minutes=1))
"""Our choice: until then whoever looks at an attempt finds it handed in anyway, as of its deadline."""
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


def jobs(context: Context) -> Sequence[Job]:
    async def run(_: JobRun) -> None:
        try:
            await hand_in_due(context)
        except NotAllHandedIn as fault:  # e.g. a deadlock with the release of grades; what is done stays done
            raise Retry("not-all") from fault

    return (Job(HAND_IN_JOB, run),)
