"""Ratings (clauses 1.4, 4.1 e): of a class by the points so far, of a group or programme by approved results.

The rule. In a class: the weighted total of what is released and counts, out of 100, of everybody who has a place; a
grade that is missing or annulled gives nothing. In a group or programme: for one semester, the mean of the approved
class results by the courses' ECTS credits (a course without credits counts as one credit); who has no approved result
has no place. Equal points share a place. Students see their own place, of how many, and nobody else's points.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select

from api.domains.courses.service import course_briefs
from api.domains.enrolment.service import held_places
from api.domains.grading.line_items import line_items_of_class
from api.domains.grading.models import ClassResultRow, JournalEntryRow
from api.domains.grading.rules import Part, Ranked, ResultState, ranking, weighted_mean, weighted_total
from api.domains.people.service import holders_of
from api.identity import Role, Scope
from api.unit import Unit


class RatingScope(StrEnum):
    CLASS = "class"
    GROUP = "group"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A student's own. `of` is how many have a place; no rank without points."""

    rank: int | None
    of: int
    points: Decimal | None


async def class_rating(unit: Unit, class_id: UUID) -> list[Ranked]:
    """By the points so far."""
    items = {one.id: one for one in await line_items_of_class(unit, class_id) if one.is_released and one.weight}
    if not items:
        return []
    rows = await unit.session.execute(
        select(JournalEntryRow.person_id, JournalEntryRow.line_item_id, JournalEntryRow.points).where(
            JournalEntryRow.class_id == class_id, JournalEntryRow.line_item_id.in_(items)
        )
    )
    parts: dict[UUID, list[Part]] = {}
    for person_id, line_item_id, points in rows:
        one = items[line_item_id]
        parts.setdefault(person_id, []).append(Part(one.weight, one.max_points, points))
    places = await held_places(unit, class_id)
    return ranking({one.person_id: weighted_total(parts.get(one.person_id, [])) for one in places})


async def group_rating(unit: Unit, group_id: UUID, academic_session_id: UUID) -> list[Ranked]:
    """Of the students who are in the group now."""
    members = frozenset(await holders_of(unit, Role.STUDENT, Scope.GROUP, group_id))
    return ranking(await _means(unit, academic_session_id, ClassResultRow.person_id.in_(members)))


async def programme_rating(unit: Unit, programme_id: UUID, academic_session_id: UUID) -> list[Ranked]:
    return ranking(await _means(unit, academic_session_id, ClassResultRow.programme_id == programme_id))


async def _means(unit: Unit, academic_session_id: UUID, whose: ColumnElement[bool]) -> Mapping[UUID, Decimal]:
    table = ClassResultRow
    rows = (
        await unit.session.execute(
            select(table.person_id, table.course_id, table.points).where(
                table.academic_session_id == academic_session_id,
                table.state == ResultState.APPROVED,
                whose,
            )
        )
    ).all()
    courses = await course_briefs(unit, {course_id for _, course_id, _ in rows})
    by_person: dict[UUID, list[tuple[Decimal, Decimal]]] = {}
    for person_id, course_id, points in rows:
        credits = Decimal(str(courses[course_id].ects or 1))
        by_person.setdefault(person_id, []).append((points, credits))
    means = {person_id: weighted_mean(results) for person_id, results in by_person.items()}
    return {person_id: mean for person_id, mean in means.items() if mean is not None}


def own_place(rating: list[Ranked], person_id: UUID) -> OwnPlace:
    mine = next((one for one in rating if one.person == person_id), None)
    return OwnPlace(None, len(rating), None) if mine is None else OwnPlace(mine.rank, len(rating), mine.points)
