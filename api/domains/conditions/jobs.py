"""What conditions let the job engine do, which mails they send, what they forget."""

from collections.abc import Sequence

from api.domains.conditions import incidents, news, reminders
from api.domains.conditions.reminders import SCHEDULES, remind_job
from api.jobs.port import Job
from api.unit import Context

__all__ = ["LISTENERS", "MAILS", "RETENTION", "SCHEDULES", "jobs"]

LISTENERS = {**reminders.LISTENERS, **news.LISTENERS}
MAILS = {**reminders.MAILS, **incidents.MAILS, **news.MAILS}
RETENTION = (*incidents.RETENTION, *reminders.RETENTION)


def jobs(context: Context) -> Sequence[Job]:
    return (remind_job(context),)
