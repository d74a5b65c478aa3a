"""The daily look at the gates of packages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from api.domains.courses.packages import check_gates
from api.jobs.port import Job, JobRun, Schedule
from api.unit import Context

CHECK_GATES: Final = "courses.check-gates"
SCHEDULES: Final = (Schedule(CHECK_GATES, every=timedelta(days=1), offset=timedelta(hours=19)),)
"""At 19:00 in UTC it is 1 o'clock of a new day in Bishkek."""


def jobs(context: Context) -> Sequence[Job]:
    async def run(_: JobRun) -> None:
        await check_gates(context)

    return (Job(CHECK_GATES, run),)
