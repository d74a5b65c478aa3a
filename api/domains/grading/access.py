"""How the policy is asked about a line item, and what all handlers of the domain share."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.exc import IntegrityError

from api.domains.grading.line_items import LineItem, line_item
from api.domains.grading.schemas import GradingRowOut, GradingRowsOut
from api.domains.teaching.service import class_brief
from api.errors import Conflict, NotFound, Problem, problem_body
from api.policy import Action, Reach, place
from api.unit import Unit


async def require_class(unit: Unit, wanted: Action, class_id: UUID, *, seen_by: Action | None = None) -> None:
    """Raises NotFound for a class that is not there, or of which the actor may know nothing here."""
    unit.require(wanted, (await class_brief(unit, class_id)).place, seen_by=seen_by)


async def require_line_item(
    unit: Unit, wanted: Action, line_item_id: UUID, *, seen_by: Action | None = None, lock: bool = False
) -> LineItem:
    """The line item, for who may: its place is that of its class. Raises NotFound, NotAllowed."""
    one = await line_item(unit, line_item_id)
    await require_class(unit, wanted, one.class_id, seen_by=seen_by)
    return await line_item(unit, line_item_id, lock=True) if lock else one


def within(
    reach: Reach,
    *,
    person: Any,
    class_: Any,
    units: Sequence[Any] = (),
    programme: Any | None = None,
) -> ColumnElement[bool]:
    """The condition that a row lies in the reach, by its columns: the rule of `Reach.covers` for a list."""
    if reach.everything:
        return true()
    found: list[ColumnElement[bool]] = []
    if reach.persons:
        found.append(person.in_(reach.persons))
    if reach.classes:
        found.append(class_.in_(reach.classes))
    if reach.units:
        found += [one.in_(reach.units) for one in units]
    if reach.programmes and programme is not None:
        found.append(programme.in_(reach.programmes))
    return or_(false(), *found)


def own_person(unit: Unit, wanted: Action) -> UUID:
    """Who asks, for lists of one's own. Raises SignInNeeded, NotAllowed."""
    unit.require(wanted, place(person=unit.actor.person))
    if unit.actor.person is None:  # the service itself has no grades
        raise NotFound()
    return unit.actor.person


def points_in(text: str) -> Decimal:
    """Of a field whose pattern was checked."""
    return Decimal(text)


async def row_by_row(
    unit: Unit, persons: Sequence[UUID], language: str, do: Callable[[int], Awaitable[tuple[UUID, int]]]
) -> GradingRowsOut:
    """Does something for each row, and says of each what became of it. What a refused row had begun is undone, with
    its events and audit entries; the others are stored."""
    rows = []
    for place_, person_id in enumerate(persons):
        told, recorded, endings = len(unit.events), len(unit.entries), dict(unit.endings)
        try:
            async with unit.session.begin_nested():
                id_, version = await do(place_)
        except (Problem, IntegrityError) as error:
            del unit.events[told:], unit.entries[recorded:]
            unit.endings = endings
            problem = error if isinstance(error, Problem) else Conflict()
            body = problem_body(problem, language)
            message = body["errors"][0]["message"] if problem.fields else body["detail"]
            rows.append(
                GradingRowOut(
                    person_id=person_id, is_done=False, problem=problem.slug, title=body["title"], detail=message
                )
            )
        else:
            rows.append(GradingRowOut(person_id=person_id, is_done=True, id=id_, version=version))
    done = sum(row.is_done for row in rows)
    return GradingRowsOut(rows=rows, done=done, refused=len(rows) - done)
