"""What was agreed for a person: the one way in which other domains learn of accommodations."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Row, Select, Table, Uuid, bindparam, or_, select

from api.domains.accommodations.models import AccommodationRow, CaseRow, PlanRow
from api.domains.accommodations.rules import Agreed, AgreedValue, Feature, OtherForm, TaskKind
from api.domains.people.service import chunks
from api.unit import Unit

_CASES: Final = cast(Table, CaseRow.__table__)
_PLANS: Final = cast(Table, PlanRow.__table__)
_AGREEMENTS: Final = cast(Table, AccommodationRow.__table__)
_AGREED: Final[Select[*tuple[Any, ...]]] = (
    select(
        *(_CASES.c.person_id, _PLANS.c.number, _PLANS.c.effective_from, _PLANS.c.effective_until),
        *_AGREEMENTS.columns,
    )
    .join_from(_AGREEMENTS, _PLANS, _AGREEMENTS.c.plan_id == _PLANS.c.id)
    .join(_CASES, _PLANS.c.case_id == _CASES.c.id)
    .where(
        _CASES.c.person_id.in_(bindparam("persons", expanding=True)),
        _PLANS.c.effective_from.is_not(None),
        _PLANS.c.effective_until >= _PLANS.c.effective_from,
    )
    .order_by(_CASES.c.person_id, _PLANS.c.effective_from, _PLANS.c.number, _AGREEMENTS.c.id)
)
"""Of plans that are or ever were in force. Asked with every start of an attempt: built once."""
_AGREED_IN_CLASS: Final = _AGREED.where(
    or_(_AGREEMENTS.c.class_id.is_(None), _AGREEMENTS.c.class_id == bindparam("class", type_=Uuid()))
)


async def agreed_for(unit: Unit, person_id: UUID) -> Sequence[Agreed]:
    """All accommodations of the person's plans that are or ever were in force, with their days; by first day.

    The present moment plays no part: a task's conditions depend on whether a period meets its window
    (`rules.applicable`), and are the same whenever they are asked for.
    """
    return (await agreed_for_many(unit, [person_id])).get(person_id, ())


async def agreed_for_many(unit: Unit, persons: Collection[UUID]) -> Mapping[UUID, Sequence[Agreed]]:
    """As `agreed_for`, by person; who has none is not in it."""
    found: dict[UUID, list[Agreed]] = defaultdict(list)
    for chunk in chunks(persons):
        _gather(found, await unit.session.execute(_AGREED, {"persons": chunk}))
    return found


async def agreed_in_class(unit: Unit, class_id: UUID, persons: Collection[UUID]) -> Mapping[UUID, Sequence[Agreed]]:
    """As `agreed_for_many`, what holds in that class."""
    found: dict[UUID, list[Agreed]] = defaultdict(list)
    for chunk in chunks(persons):
        _gather(found, await unit.session.execute(_AGREED_IN_CLASS, {"persons": chunk, "class": class_id}))
    return found


def _gather(found: dict[UUID, list[Agreed]], rows: Iterable[Row[*tuple[Any, ...]]]) -> None:
    for row in rows:
        found[row.person_id].append(
            Agreed(
                row.id,
                row.plan_id,
                row.number,
                Feature(row.feature),
                value_of(row),
                row.effective_from,
                row.effective_until,
                kinds_of(row),
                row.class_id,
            )
        )


def value_of(row: Any) -> AgreedValue:
    """Of an `AccommodationRow`, or of a row with its columns."""
    return AgreedValue(
        time_multiplier=None if row.time_percent is None else Fraction(row.time_percent, 100),
        fixed_minutes=row.fixed_minutes,
        is_unlimited=row.is_unlimited,
        is_fixed_time=row.is_fixed_time,
        break_minutes=row.break_minutes,
        break_count=row.break_count,
        days=row.days,
        attempts=row.attempts,
        form=None if row.form is None else OtherForm(row.form),
        words=row.words,
        magnification_percent=row.magnification_percent,
    )


def kinds_of(row: Any) -> frozenset[TaskKind]:
    given = {TaskKind.TEST: row.for_tests, TaskKind.ASSIGNMENT: row.for_assignments}
    return frozenset(kind for kind, is_given in given.items() if is_given)
