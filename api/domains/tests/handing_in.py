"""What follows when an attempt is handed in: points by machine, work for a marker, the grade in the journal; and what
follows from grading afterwards."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Table, and_, bindparam, func, select, update

from api.domains.grading import service as grading
from api.domains.grading.errors import AlreadyGraded
from api.domains.items.content import NEEDS_PERSON, Answer, ItemKind
from api.domains.items.scoring import round_points, score
from api.domains.tests.frozen import as_scored
from api.domains.tests.models import AttemptRow, ResponseRow, TestRow
from api.domains.tests.papers import read_paper, used_keys, used_versions
from api.domains.tests.rules import HANDED_IN, AttemptState, Counting, Scored, eligible_attempts
from api.errors import NotFound, Problem
from api.events import Event
from api.identity import system_actor
from api.unit import Unit

SCORING: Final = system_actor("attempt:scoring")
LOG: Final = logging.getLogger("jetki.api")
_NO_GRADE: Final = (Problem, ValueError)
"""The column is cancelled, the grade annulled, the student has left the class: whatever the journal refuses, the
attempt is handed in all the same and keeps its points, where who teaches sees them. Nobody loses work over it."""
LATER_ATTEMPT: Final = "@later-attempt"
"""Reason of an amendment by an attempt that began after a grade was given by hand; its words are in the reader's
language."""
WORK_PATH: Final = "/v1/marking-attempts/{marking}"
_ATTEMPTS: Final = cast(Table, AttemptRow.__table__)
_RESPONSES: Final = cast(Table, ResponseRow.__table__)
_TESTS: Final = cast(Table, TestRow.__table__)
_LAST: Final = (
    select(_RESPONSES.c.place, func.max(_RESPONSES.c.version).label("version"))
    .where(_RESPONSES.c.attempt_id == bindparam("attempt_id"))
    .group_by(_RESPONSES.c.place)
    .subquery()
)
_COUNTING_RESPONSES: Final = (
    select(_RESPONSES.c.place, _RESPONSES.c.version, _RESPONSES.c.content, _RESPONSES.c.saved_at)
    .join(_LAST, and_(_LAST.c.place == _RESPONSES.c.place, _LAST.c.version == _RESPONSES.c.version))
    .where(_RESPONSES.c.attempt_id == bindparam("attempt_id"))
    .order_by(_RESPONSES.c.place)
)
_SAVED_VERSIONS: Final = (
    select(
        _RESPONSES.c.place,
        func.max(_RESPONSES.c.version).label("version"),
        func.max(_RESPONSES.c.saved_at).label("saved_at"),
    )
    .where(_RESPONSES.c.attempt_id == bindparam("attempt_id"))
    .group_by(_RESPONSES.c.place)
)
_TEST: Final = select(
    *(_TESTS.c.id, _TESTS.c.class_id, _TESTS.c.is_self_check, _TESTS.c.counting, _TESTS.c.line_item_id),
).where(_TESTS.c.id == bindparam("test_id"))


async def counting_responses(unit: Unit, attempt_id: UUID) -> dict[int, Any]:
    """Place -> its last version, with `content`, `version`, `saved_at`."""
    rows = await unit.session.execute(_COUNTING_RESPONSES, {"attempt_id": attempt_id})
    return {row.place: row for row in rows}


async def saved_versions(unit: Unit, attempt_id: UUID) -> dict[int, Any]:
    """As `counting_responses`, without the content."""
    rows = await unit.session.execute(_SAVED_VERSIONS, {"attempt_id": attempt_id})
    return {row.place: row for row in rows}


def read_answer(stored: Any) -> Answer:
    answer: Answer = msgspec.convert(stored, Answer)
    return answer


@dataclass(frozen=True, slots=True)
class Result:
    """What a machine can say of an attempt: `values` for its row; `base` and `open_points` of the whole, the latter
    what a person has to mark."""

    test: Any
    values: Mapping[str, Any]
    base: Decimal
    open_points: Decimal

    @property
    def needs_person(self) -> bool:
        return bool(self.open_points) and self.test.line_item_id is not None


async def score_attempt(unit: Unit, row: Any) -> Result:
    """Scores what a machine can. The attempt is locked by the caller, who stores the values."""
    test = (await unit.session.execute(_TEST, {"test_id": row.test_id})).one()
    paper = read_paper(row.paper)
    ids = [place.version_id for place in paper]
    versions = await used_versions(unit, ids)
    keys = await used_keys(unit, ids)
    answers = await counting_responses(unit, row.id)
    scores: list[list[Any]] = []
    total, open_points = Fraction(), 0
    is_blind = False
    if test.line_item_id is not None and any(ItemKind(place.kind) in NEEDS_PERSON for place in paper):
        is_blind = await grading.is_blind(unit, test.line_item_id)
    for place in paper:
        answer = read_answer(answers[place.number].content) if place.number in answers else None
        scored = score(versions[place.version_id].content, keys[place.version_id], answer, Decimal(place.points) / 100)
        # Where marking is blind an empty work goes to the marker too: its grade alone would tell whose the others are
        if scored.points is None or (is_blind and ItemKind(place.kind) in NEEDS_PERSON):
            scores.append([place.number, None, True])
            open_points += place.points
        else:
            total += scored.points
            scores.append([place.number, int(round_points(scored.points) * 100), False])
    base = round_points(total)
    values: dict[str, Any] = {"scores": scores}
    result = Result(test, values, base, Decimal(open_points) / 100)
    if not result.needs_person:
        values |= {"points": int(base * 100), "state": AttemptState.GRADED.value, "graded_at": unit.now}
    return result


async def pass_on(unit: Unit, row: Any, state: AttemptState, result: Result) -> None:
    """After it is stored: what is complete goes to the journal in this very transaction, the rest to a marker."""
    server = replace(unit, actor=SCORING)  # whose grade it is: nobody's, it scores itself
    test = result.test
    try:
        if result.needs_person:
            await _hand_to_marker(server, row, result)
        elif test.line_item_id is not None:
            await _post(server, row, result, test)
        if row.number > 1 and test.counting == Counting.LAST and test.line_item_id is not None:
            await _withdraw_earlier(server, row)
    except _NO_GRADE:
        LOG.warning("an attempt was handed in that gets no grade", exc_info=True, extra={"test": str(row.test_id)})
    await unit.emit(
        Event("attempt.submitted", {"test": row.test_id, "class": test.class_id}, row.person_id, {"state": state.value})
    )


async def _hand_to_marker(unit: Unit, row: Any, result: Result) -> None:
    await grading.open_marking(
        unit,
        result.test.line_item_id,
        [row.person_id],
        grading.WorkKind.ATTEMPT,
        row.id,
        WORK_PATH,
        max_points=result.open_points,
        base_points=result.base,
        # only of everybody's attempts a later one may take away what an earlier one gave
        keeps_better=result.test.counting != Counting.LAST or row.number == 1 or as_scored(row).is_granted,
    )


async def _withdraw_earlier(unit: Unit, row: Any) -> None:
    """Nobody marks what counts no longer: of the attempts that everybody has, those before the last one."""
    if as_scored(row).is_granted:
        return
    table = AttemptRow
    earlier = await unit.session.execute(
        select(table.id, table.number, table.points, table.conditions).where(
            table.test_id == row.test_id,
            table.person_id == row.person_id,
            table.number < row.number,
            table.state.in_(HANDED_IN),
        )
    )
    for one in earlier.all():
        if not as_scored(one).is_granted:
            await grading.withdraw_marking(unit, one.id)


async def _post(unit: Unit, row: Any, result: Result, test: Any) -> None:
    """The points that count of all attempts."""
    if row.number == 1:
        kind = grading.SourceKind.ATTEMPT
        try:
            await grading.post_grade(unit, test.line_item_id, row.person_id, result.base, kind, row.id)
            return
        except AlreadyGraded:
            pass
    await _settle(unit, test, row.person_id)
    if await grading.is_released(unit, test.line_item_id):  # also when its grade stays as it was
        await _set(unit, [row.id], state=AttemptState.RELEASED.value, released_at=unit.now)


async def _settle(unit: Unit, test: Any, person_id: UUID, *, after_marker: bool = False) -> None:
    """Has the journal say what counts of all attempts. What a person gave by hand stays, unless an attempt that began
    later is better; what was said in an oral check, an appeal, a retake or a case stays. `after_marker`: nor takes
    anything away then from what a marker has just given. What a case took away was another attempt's."""
    known = await grading.journal_entry(unit, test.line_item_id, person_id, lock=True)
    rows = await _graded_attempts(unit, test.id, person_id)
    eligible = _eligible(test, rows)
    kind = grading.SourceKind.ATTEMPT
    history = await grading.grade_history(unit, test.line_item_id, person_id)
    by_others = [
        event for event in grading.since_annulment(history) if event.source_kind not in (kind, grading.SourceKind.CASE)
    ]
    least = Decimal(0)
    if by_others:
        last = by_others[-1]
        if last.source_kind != grading.SourceKind.HAND or last.points is None:
            return
        began_later = {row.id for row in rows if row.started_at > last.created_at}
        eligible, least = [one for one in eligible if one.id in began_later], last.points
    if not eligible:
        return
    counting = max(eligible, key=lambda one: one.points)
    points = max(Decimal(counting.points) / 100, least)
    given = (test.line_item_id, person_id, points, kind, counting.id)
    if known is None:
        try:
            await grading.post_grade(unit, *given)
        except AlreadyGraded:  # in this very moment, by whoever marks another attempt
            await _settle(unit, test, person_id, after_marker=after_marker)
        return
    if known.points == points or (known.points is not None and by_others and after_marker and points < known.points):
        return
    if known.points is None:
        await grading.replace_annulled(unit, *given, reason=grading.OTHER_ATTEMPT)
        return
    await grading.amend_grade(unit, *given, reason=LATER_ATTEMPT if by_others else grading.OTHER_ATTEMPT)


async def _graded_attempts(unit: Unit, test_id: UUID, person_id: UUID) -> Sequence[Any]:
    table = AttemptRow
    rows = await unit.session.execute(
        select(table.id, table.number, table.points, table.conditions, table.started_at, table.state)
        .where(
            table.test_id == test_id,
            table.person_id == person_id,
            table.points.is_not(None),
            table.state.in_((AttemptState.GRADED, AttemptState.RELEASED, AttemptState.ANNULLED)),
        )
        .order_by(table.number)
    )
    return rows.all()


def _eligible(test: Any, rows: Sequence[Any], without: UUID | None = None) -> list[Scored]:
    """Those of which the best counts: none that is annulled, nor `without`. In place of a first one that is annulled no
    other counts, but what was granted."""
    gone = {row.id for row in rows if row.state == AttemptState.ANNULLED or row.id == without}
    rule = Counting(test.counting)
    asked = rows if rule is Counting.FIRST else [row for row in rows if row.id not in gone]
    return [one for one in eligible_attempts(rule, [as_scored(row) for row in asked]) if one.id not in gone]


async def result_without(unit: Unit, attempt_id: UUID) -> tuple[UUID, Decimal] | None:
    """The attempt that counts, with its points, when this one does not (any more). Raises NotFound."""
    row = await unit.session.get(AttemptRow, attempt_id)
    if row is None:
        raise NotFound()
    test = (await unit.session.execute(_TEST, {"test_id": row.test_id})).one()
    left = _eligible(test, await _graded_attempts(unit, row.test_id, row.person_id), without=attempt_id)
    found = max(left, key=lambda one: one.points, default=None)
    return None if found is None else (found.id, Decimal(found.points) / 100)


# What grading tells


async def on_marking_finished(unit: Unit, event: Event) -> None:
    """A person has marked it. Its own points are kept with it; the journal may have those of a better one."""
    if event.codes.get("work_kind") != grading.WorkKind.ATTEMPT:
        return
    table = AttemptRow
    row = (
        await unit.session.execute(
            select(table.id, table.test_id, table.person_id, table.state)
            .where(table.id == event.ids["work"])
            .with_for_update()
        )
    ).one_or_none()
    if row is None or AttemptState(row.state) not in HANDED_IN:
        return
    worth = await grading.points_of_work(unit, row.id)
    points = None if worth is None else int(worth * 100)
    is_released = await grading.is_released(unit, event.ids["line-item"])
    await _set(
        unit,
        [row.id],
        state=(AttemptState.RELEASED if is_released else AttemptState.GRADED).value,
        points=points,
        graded_at=unit.now,
        **({"released_at": unit.now} if is_released else {}),
    )
    test = (await unit.session.execute(_TEST, {"test_id": row.test_id})).one()
    if points is not None and test.counting == Counting.LAST:  # markers finish in any order
        await _settle(replace(unit, actor=SCORING), test, row.person_id, after_marker=True)


async def on_grade_released(unit: Unit, event: Event) -> None:
    """The student sees the grade: and, as far as the review rules say, the attempts."""
    is_graded = (AttemptRow.state == AttemptState.GRADED,)
    await _move(unit, event, is_graded, AttemptState.RELEASED, released_at=unit.now)


async def on_case_annulled(unit: Unit, event: Event) -> None:
    """Also an attempt without a grade: nobody has marked it, or its results do not count. No other one: it may count
    now."""
    table = AttemptRow
    marked = (*HANDED_IN, AttemptState.GRADED, AttemptState.RELEASED)
    if event.codes.get("work_kind") != "attempt":
        return
    ids = await unit.session.scalars(
        select(table.id).where(table.id == event.ids["work"], table.state.in_(marked)).with_for_update()
    )
    values = {"state": AttemptState.ANNULLED.value, "annulled_at": unit.now, "case_id": event.ids["case"]}
    await _set(unit, list(ids), **values)


async def on_grade_reinstated(unit: Unit, event: Event) -> None:
    """The case did not stand."""
    if event.person is None:
        return
    is_released = await grading.is_released(unit, event.ids["line-item"])
    to = AttemptState.RELEASED if is_released else AttemptState.GRADED
    history = await grading.grade_history(unit, event.ids["line-item"], event.person)
    cases = [one.source_id for one in history[:-1] if one.source_kind == grading.SourceKind.CASE][-1:]
    is_annulled = (AttemptRow.state == AttemptState.ANNULLED, AttemptRow.case_id.in_(cases))
    await _move(unit, event, is_annulled, to, annulled_at=None, case_id=None)


async def _move(
    unit: Unit, event: Event, which: Sequence[ColumnElement[bool]], to: AttemptState, **values: object
) -> None:
    table = AttemptRow
    ids = await unit.session.scalars(
        select(table.id)
        .join(TestRow, TestRow.id == table.test_id)
        .where(
            TestRow.line_item_id == event.ids["line-item"],
            table.person_id == event.person,
            *which,
        )
        .order_by(table.id)
        .with_for_update(of=table)
    )
    await _set(unit, list(ids), state=to.value, **values)


async def _set(unit: Unit, ids: Sequence[UUID], **values: object) -> None:
    if ids:
        await unit.session.execute(update(_ATTEMPTS).where(_ATTEMPTS.c.id.in_(ids)).values(**values))
