"""How many credits a plan may hold, by the data that are in force on a day."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from api.domains.enrolment.models import CreditLimitRow
from api.domains.enrolment.rules import USUAL_CREDITS, CreditRule, Limits
from api.unit import Unit


async def credit_rules(unit: Unit, programme_ids: Collection[UUID], on: date) -> dict[UUID, CreditRule]:
    """Of each programme: its own, else the university's, else the usual; of several, the one that began last."""
    table = CreditLimitRow
    rows = await unit.session.execute(
        select(
            *(table.programme_id, table.semester_min, table.semester_max, table.year_min, table.year_max),
            *(table.national_semester_min, table.national_semester_max),
            *(table.national_year_min, table.national_year_max, table.plan_needed),
        )
        .where(
            or_(table.programme_id.in_(programme_ids), table.programme_id.is_(None)),
            table.starts_on <= on,
            or_(table.ends_on.is_(None), table.ends_on >= on),
        )
        .order_by(table.starts_on, table.id)
    )
    found: dict[UUID | None, CreditRule] = {None: USUAL_CREDITS}
    for programme_id, *limits, plan_needed in rows:
        found[programme_id] = CreditRule(Limits(*limits[:4]), Limits(*limits[4:]), plan_needed)
    return {one: found.get(one, found[None]) for one in programme_ids}
