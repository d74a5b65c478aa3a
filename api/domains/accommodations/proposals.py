"""What is wished, proposed and agreed: checked as a whole, stored with its version of the plan."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select

from api.domains.accommodations.models import AccommodationRow
from api.domains.accommodations.rules import AgreedValue, Feature, TaskKind, fits
from api.domains.teaching import service as teaching
from api.errors import FieldError, InvalidFields
from api.ids import new_id
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class NewAccommodation:
    feature: Feature
    value: AgreedValue
    kinds: frozenset[TaskKind]
    class_id: UUID | None = None
    fixed_time_reason: str | None = None


async def check_proposal(unit: Unit, wanted: Sequence[NewAccommodation]) -> None:
    """Raises InvalidFields with all that does not fit."""
    classes = {one.class_id for one in wanted if one.class_id is not None}
    known = await teaching.class_briefs(unit, classes)
    faults = [
        FieldError(f"/accommodations/{number}/class_id", "no-such-class", {})
        for number, one in enumerate(wanted)
        if one.class_id is not None and one.class_id not in known
    ]
    faults += faults_of(wanted)
    if faults:
        raise InvalidFields(fields=faults)


def faults_of(wanted: Sequence[NewAccommodation]) -> Iterator[FieldError]:
    """What does not fit in itself, and what is said twice."""
    said: set[tuple[object, ...]] = set()
    for number, one in enumerate(wanted):
        at = f"/accommodations/{number}"
        if not fits(one.feature, one.value):
            is_time = one.feature is Feature.ADDITIONAL_TESTING_TIME
            yield FieldError(f"{at}/feature", "one-time-value" if is_time else "value-of-feature", {})
        if one.value.is_fixed_time and one.fixed_time_reason is None:
            yield FieldError(f"{at}/fixed_time_reason", "fixed-time-reason", {})
        if one.value.is_fixed_time and one.class_id is None:
            yield FieldError(f"{at}/class_id", "fixed-time-class", {})
        if one.fixed_time_reason is not None and not one.value.is_fixed_time:
            yield FieldError(f"{at}/fixed_time_reason", "only-with-fixed-time", {})
        keys = {(one.feature, one.class_id, kind, one.value.form, one.value.words) for kind in one.kinds}
        if said & keys:
            yield FieldError(f"{at}/feature", "feature-twice", {})
        said |= keys


async def write_accommodations(unit: Unit, plan_id: UUID, wanted: Iterable[NewAccommodation]) -> None:
    """These instead of what the plan had."""
    await unit.session.execute(delete(AccommodationRow).where(AccommodationRow.plan_id == plan_id))
    rows = [
        {
            "id": new_id(),
            "created_at": unit.now,
            "plan_id": plan_id,
            "feature": one.feature,
            "for_tests": TaskKind.TEST in one.kinds,
            "for_assignments": TaskKind.ASSIGNMENT in one.kinds,
            "class_id": one.class_id,
            "time_percent": None if one.value.time_multiplier is None else int(one.value.time_multiplier * 100),
            "fixed_minutes": one.value.fixed_minutes,
            "is_unlimited": one.value.is_unlimited,
            "is_fixed_time": one.value.is_fixed_time,
            "fixed_time_reason": one.fixed_time_reason,
            "break_minutes": one.value.break_minutes,
            "break_count": one.value.break_count,
            "days": one.value.days,
            "attempts": one.value.attempts,
            "form": one.value.form,
            "words": one.value.words,
            "magnification_percent": one.value.magnification_percent,
        }
        for one in wanted
    ]
    if rows:
        await unit.session.execute(insert(AccommodationRow), rows)


async def accommodations_of(unit: Unit, plan_id: UUID) -> Sequence[AccommodationRow]:
    query = select(AccommodationRow).where(AccommodationRow.plan_id == plan_id).order_by(AccommodationRow.id)
    return (await unit.session.scalars(query)).all()
