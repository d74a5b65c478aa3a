"""What happens by itself every night: plans end, their end is announced, cases without a coordinator are found."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from api.domains.accommodations.cases import is_of_the_office, lose_coordinator
from api.domains.accommodations.models import CaseRow, PlanRow
from api.domains.accommodations.plans import expire, lock_plan, notify_end
from api.domains.accommodations.rules import NOTICE_DAYS, CaseState, PlanState, expires_soon, is_over
from api.identity import system_actor
from api.jobs.port import Job, JobRun, Schedule
from api.unit import Context

DAILY: Final = "accommodations.daily"
ACTOR: Final = system_actor("job:accommodations")
SCHEDULES: Final = (Schedule(DAILY, every=timedelta(days=1), offset=timedelta(hours=18, minutes=10)),)
"""At 18:10 in UTC a new day has begun in Bishkek ten minutes ago."""


def jobs(context: Context) -> Sequence[Job]:
    async def run(_: JobRun) -> None:
        await do_daily(context)

    return (Job(DAILY, run),)


async def do_daily(context: Context) -> None:
    """Again on the same day it finds nothing more to do. Each plan is a transaction of its own."""
    await end_plans(context)
    await announce_ends(context)
    await find_lost_coordinators(context)


async def end_plans(context: Context) -> int:
    """How many active plans expired: those whose last day has passed in Bishkek."""
    today = _today(context)
    return await _each(context, PlanRow.effective_until < today)


async def _each(context: Context, condition: ColumnElement[bool]) -> int:
    done = 0
    for plan_id in await _active(context, condition):
        async with context.writing(ACTOR) as unit:
            row, case = await lock_plan(unit, plan_id)
            if row.state != PlanState.ACTIVE or row.effective_until is None:
                continue  # somebody was faster
            if is_over(row.effective_until, unit.today):
                await expire(unit, row, case)
            elif row.notice_at is None and expires_soon(row.effective_until, unit.today):
                await notify_end(unit, row, case)
            else:
                continue
            done += 1
    return done


async def announce_ends(context: Context) -> int:
    """How many students and coordinators were told that a plan ends within the month."""
    last = _today(context) + timedelta(days=NOTICE_DAYS)
    return await _each(context, PlanRow.notice_at.is_(None) & (PlanRow.effective_until <= last))


async def _active(context: Context, condition: ColumnElement[bool]) -> Sequence[UUID]:
    async with context.reading(ACTOR) as unit:
        query = select(PlanRow.id).where(PlanRow.state == PlanState.ACTIVE, condition).order_by(PlanRow.id)
        return (await unit.session.scalars(query)).all()


async def find_lost_coordinators(context: Context) -> int:
    """How many open cases have lost their coordinator, e.g. because a role ended by its day."""
    async with context.reading(ACTOR) as unit:
        query = select(CaseRow.coordinator_id).where(
            CaseRow.state == CaseState.OPEN, CaseRow.coordinator_lost_at.is_(None)
        )
        persons = (await unit.session.scalars(query.distinct().order_by(CaseRow.coordinator_id))).all()
    lost = 0
    for person_id in persons:
        async with context.writing(ACTOR) as unit:
            if not await is_of_the_office(unit, person_id):
                lost += await lose_coordinator(unit, person_id)
    return lost


def _today(context: Context) -> date:
    return context.clock.now().astimezone(context.settings.time_zone).date()
