"""How many credits a plan may hold, by the data that are in force on a day."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, or_, select

from api.domains.enrolment.models import CreditLimitRow
from api.domains.enrolment.rules import USUAL_CREDITS, CreditRule, Limits
from api.unit import Unit

_TABLE: Final = CreditLimitRow
_LIMITS: Final = (
    select(
        *(_TABLE.programme_id, _TABLE.semester_min, _TABLE.semester_max, _TABLE.year_min, _TABLE.year_max),
        *(_TABLE.national_semester_min, _TABLE.national_semester_max),
        *(_TABLE.national_year_min, _TABLE.national_year_max, _TABLE.plan_needed),
    )
    .where(
        or_(
            _TABLE.programme_id.in_(bindparam("programme_ids", type_=Uuid(), expanding=True)),
            _TABLE.programme_id.is_(None),
        ),
        _TABLE.starts_on <= bindparam("day"),
        or_(_TABLE.ends_on.is_(None), _TABLE.ends_on >= bindparam("day")),
    )
    .order_by(_TABLE.starts_on, _TABLE.id)
)


async def credit_rules(unit: Unit, programme_ids: Collection[UUID], on: date) -> dict[UUID, CreditRule]:
    """Of each programme: its own, else the university's, else the usual; of several, the one that began last."""
    rows = await unit.session.execute(_LIMITS, {"programme_ids": list(programme_ids), "day": on})
    found: dict[UUID | None, CreditRule] = {None: USUAL_CREDITS}
    for programme_id, *limits, plan_needed in rows:
        found[programme_id] = CreditRule(Limits(*limits[:4]), Limits(*limits[4:]), plan_needed)
    return {one: found.get(one, found[None]) for one in programme_ids}
