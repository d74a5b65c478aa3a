"""What conditions let the job engine do."""

from collections.abc import Sequence

from api.domains.conditions.reminders import SCHEDULES, remind_job
from api.jobs.port import Job
from api.unit import Context

__all__ = ["SCHEDULES", "jobs"]


def jobs(context: Context) -> Sequence[Job]:
    return (remind_job(context),)
