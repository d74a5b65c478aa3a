"""Which courses a course needs, who has passed them, and who need not."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, text, union

from api.domains.courses.service import course_briefs
from api.domains.enrolment.errors import PrerequisiteCycle
from api.domains.enrolment.models import (
    EnrolmentRow,
    PrerequisiteOptionRow,
    PrerequisiteRow,
    PrerequisiteWaiverRow,
    RecognisedCourseRow,
)
from api.domains.enrolment.rules import EnrolmentState, closes_a_cycle, unmet
from api.errors import Conflict, FieldError, InvalidFields, NotFound
from api.events import Event
from api.ids import new_id
from api.unit import Unit

_OPTIONS: Final = (
    select(PrerequisiteOptionRow.prerequisite_id, PrerequisiteOptionRow.course_id)
    .join(PrerequisiteRow, PrerequisiteRow.id == PrerequisiteOptionRow.prerequisite_id)
    .where(PrerequisiteRow.course_id == bindparam("course_id"))
    .order_by(PrerequisiteRow.id, PrerequisiteOptionRow.id)
)


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One of the courses of `any_of` has to be passed."""

    id: UUID
    course_id: UUID
    any_of: tuple[UUID, ...]


async def prerequisites_of(unit: Unit, course_id: UUID) -> Sequence[Prerequisite]:
    """All of them are asked for."""
    options = await _options(unit, course_id)
    return [Prerequisite(id_, course_id, tuple(courses)) for id_, courses in options.items()]


async def set_prerequisite(unit: Unit, course_id: UUID, any_of: Sequence[UUID]) -> Prerequisite:
    """Asks for one more. Raises InvalidFields, PrerequisiteCycle."""
    known = await course_briefs(unit, any_of)
    wrong = [
        FieldError(f"/any_of/{number}", "no-such-object" if one not in known else "listed-twice", {})
        for number, one in enumerate(any_of)
        if one not in known or one in any_of[:number]
    ]
    if wrong:
        raise InvalidFields(fields=wrong)
    if unit.session.get_bind().dialect.name == "postgresql":
        # two halves of a cycle may not be added side by side; SQLite has one writer anyway
        await unit.session.execute(text("LOCK TABLE prerequisite IN SHARE ROW EXCLUSIVE MODE"))
    if closes_a_cycle(await _all_needs(unit), course_id, any_of):
        raise PrerequisiteCycle()
    id_ = new_id()
    await unit.session.execute(insert(PrerequisiteRow).values(id=id_, created_at=unit.now, course_id=course_id))
    await unit.session.execute(
        insert(PrerequisiteOptionRow),
        [{"id": new_id(), "created_at": unit.now, "prerequisite_id": id_, "course_id": one} for one in any_of],
    )
    unit.record("prerequisite.set", "course", course_id, prerequisite=str(id_), any_of=" ".join(map(str, any_of)))
    return Prerequisite(id_, course_id, tuple(any_of))


async def find_prerequisite(unit: Unit, prerequisite_id: UUID) -> UUID:
    """The course that asks for it. Raises NotFound."""
    query = select(PrerequisiteRow.course_id).where(PrerequisiteRow.id == prerequisite_id)
    course_id = await unit.session.scalar(query)
    if course_id is None:
        raise NotFound()
    return course_id


async def drop_prerequisite(unit: Unit, prerequisite_id: UUID, course_id: UUID) -> None:
    await unit.session.execute(
        delete(PrerequisiteOptionRow).where(PrerequisiteOptionRow.prerequisite_id == prerequisite_id)
    )
    await unit.session.execute(delete(PrerequisiteRow).where(PrerequisiteRow.id == prerequisite_id))
    unit.record("prerequisite.drop", "course", course_id, prerequisite=str(prerequisite_id))


async def waive(unit: Unit, course_id: UUID, person_id: UUID, reason: str) -> PrerequisiteWaiverRow:
    """Lets the person take the course without what it asks for. Raises Conflict when that is decided already."""
    table = PrerequisiteWaiverRow
    if await unit.session.scalar(select(table.id).where(table.person_id == person_id, table.course_id == course_id)):
        raise Conflict()
    row = PrerequisiteWaiverRow(
        created_at=unit.now, person_id=person_id, course_id=course_id, reason=reason, account_id=unit.actor.account
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("prerequisite.waive", "course", course_id, person=person_id)
    await unit.emit(Event("prerequisite.waived", {"course": course_id}, person_id))
    return row


async def recognise_course(unit: Unit, person_id: UUID, course_id: UUID, source_id: UUID) -> None:
    """Counts the course as passed, by the decision `source_id` of another domain (recognition, clause 8.4). The same
    again changes nothing."""
    table = RecognisedCourseRow
    known = select(table.id).where(
        table.person_id == person_id, table.course_id == course_id, table.source_id == source_id
    )
    if await unit.session.scalar(known) is None:
        await unit.session.execute(
            insert(table).values(
                id=new_id(), created_at=unit.now, person_id=person_id, course_id=course_id, source_id=source_id
            )
        )


async def passed_courses(
    unit: Unit, person_ids: Collection[UUID], course_ids: Collection[UUID]
) -> set[tuple[UUID, UUID]]:
    """Pairs of person and course: passed here or recognised. What else shall count is added here."""
    if not person_ids or not course_ids:
        return set()
    enrolment, recognised = EnrolmentRow, RecognisedCourseRow
    rows = await unit.session.execute(
        union(
            select(enrolment.person_id, enrolment.course_id).where(
                enrolment.person_id.in_(person_ids),
                enrolment.course_id.in_(course_ids),
                enrolment.state == EnrolmentState.PASSED,
            ),
            select(recognised.person_id, recognised.course_id).where(
                recognised.person_id.in_(person_ids), recognised.course_id.in_(course_ids)
            ),
        )
    )
    return {(person_id, course_id) for person_id, course_id in rows}


async def missing_prerequisites(
    unit: Unit, course_id: UUID, person_ids: Collection[UUID]
) -> dict[UUID, list[tuple[UUID, ...]]]:
    """For each person who may not take the course: what is not met, as the courses one of which is needed."""
    options = await _options(unit, course_id)
    if not options or not person_ids:
        return {}
    waiver = PrerequisiteWaiverRow
    free = set(
        await unit.session.scalars(
            select(waiver.person_id).where(waiver.course_id == course_id, waiver.person_id.in_(person_ids))
        )
    )
    bound = set(person_ids) - free
    passed: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, passed_id in await passed_courses(unit, bound, {one for some in options.values() for one in some}):
        passed[person_id].add(passed_id)
    missing = {one: [tuple(options[id_]) for id_ in unmet(options, passed[one])] for one in bound}
    return {one: courses for one, courses in missing.items() if courses}


async def _options(unit: Unit, course_id: UUID) -> Mapping[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    rows = await unit.session.execute(_OPTIONS, {"course_id": course_id})
    for prerequisite_id, option in rows:
        found[prerequisite_id].append(option)
    return found


async def _all_needs(unit: Unit) -> Mapping[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    rows = await unit.session.execute(
        select(PrerequisiteRow.course_id, PrerequisiteOptionRow.course_id).join(
            PrerequisiteOptionRow, PrerequisiteOptionRow.prerequisite_id == PrerequisiteRow.id
        )
    )
    for course_id, option in rows:
        found[course_id].append(option)
    return found
