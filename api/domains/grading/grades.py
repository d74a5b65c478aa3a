"""Grades as events, and the journal entry that is their fold, written in the same transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Row, Select, Table, bindparam, insert, select, update

from api.domains.enrolment.service import held_place
from api.domains.grading.errors import (
    AlreadyGraded,
    LineItemNotOpen,
    NotGraded,
    NotInClass,
    SecondPersonNeeded,
)
from api.domains.grading.line_items import LineItem, line_item
from api.domains.grading.models import GradeEventRow, JournalEntryRow
from api.domains.grading.rules import (
    Entry,
    EntryState,
    EventKind,
    GradeEvent,
    LineItemState,
    SourceKind,
    exact,
    fold,
    follow,
)
from api.errors import MoveNotAllowed, invalid
from api.events import Event
from api.ids import new_id
from api.unit import Unit

_ENTRY: Final = JournalEntryRow
_EVENT: Final = GradeEventRow
_EVENTS: Final = cast(Table, GradeEventRow.__table__)
_ENTRIES: Final = cast(Table, JournalEntryRow.__table__)
_HISTORY: Final = (
    select(_EVENT.kind, _EVENT.points)
    .where(_EVENT.line_item_id == bindparam("line_item_id"), _EVENT.person_id == bindparam("person_id"))
    .order_by(_EVENT.sequence)
)


def select_entries() -> Select[*tuple[Any, ...]]:
    """Rows for `as_entry`."""
    return select(*(_ENTRIES.c[one] for one in _OF_ENTRY))


_OF_ENTRY: Final = (
    *("id", "line_item_id", "class_id", "person_id", "state", "points", "sequence", "graded_at", "version"),
)
_CURRENT: Final = select_entries().where(
    _ENTRIES.c.line_item_id == bindparam("line_item_id"), _ENTRIES.c.person_id == bindparam("person_id")
)
_LOCKED: Final = _CURRENT.with_for_update()
_ADD_EVENT: Final = insert(_EVENTS)
_ADD_ENTRY: Final = insert(_ENTRIES)
_MOVE_ENTRY: Final = (
    update(_ENTRIES)
    .where(_ENTRIES.c.id == bindparam("id_"), _ENTRIES.c.version == bindparam("version_"))
    .values(
        state=bindparam("state_"),
        points=bindparam("points_"),
        sequence=bindparam("sequence_"),
        graded_at=bindparam("graded_at_"),
        version=_ENTRIES.c.version + 1,
    )
)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A person's grade of a line item, as it is now."""

    id: UUID
    line_item_id: UUID
    class_id: UUID
    person_id: UUID
    state: EntryState
    points: Decimal | None
    sequence: int
    graded_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class GradeSource:
    """What a grade comes from."""

    kind: SourceKind
    id: UUID | None = None


def as_entry(row: Row[*tuple[Any, ...]]) -> JournalEntry:
    values = row._asdict()
    return JournalEntry(**{**values, "state": EntryState(values["state"])})


async def journal_entry(unit: Unit, line_item_id: UUID, person_id: UUID, *, lock: bool = False) -> JournalEntry | None:
    """None for who has no grade."""
    given = {"line_item_id": line_item_id, "person_id": person_id}
    row = (await unit.session.execute(_LOCKED if lock else _CURRENT, given)).one_or_none()
    return None if row is None else as_entry(row)


async def grade_history(unit: Unit, line_item_id: UUID, person_id: UUID) -> Sequence[GradeEventRow]:
    """All that happened to a grade, in order."""
    rows = await unit.session.scalars(
        select(_EVENT)
        .where(_EVENT.line_item_id == line_item_id, _EVENT.person_id == person_id)
        .order_by(_EVENT.sequence)
    )
    return rows.all()


def as_event(row: GradeEventRow) -> GradeEvent:
    """For the rules."""
    return GradeEvent(EventKind(row.kind), row.points, SourceKind(row.source_kind), row.source_id)


def since_annulment(history: Sequence[GradeEventRow]) -> Sequence[GradeEventRow]:
    """What of a history still says something: nothing before an annulment that stands."""
    taken = [place for place, one in enumerate(history) if one.points is None]
    stands = taken and history[taken[-1]].kind == EventKind.ANNULLED
    return history[taken[-1] + 1 :] if stands else history


async def post_grade(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    points: Decimal,
    source_kind: SourceKind = SourceKind.HAND,
    source_id: UUID | None = None,
    reason: str | None = None,
    *,
    author_id: UUID | None = None,
) -> JournalEntry:
    """The first grade of a person. The very same grade from the same source again changes nothing.

    `author_id`: whose decision it is, when that is not the actor. Raises NotFound, InvalidFields (`points`),
    LineItemNotOpen, NotInClass, AlreadyGraded, MoveNotAllowed for an annulled one.
    """
    one = await line_item(unit, line_item_id, keep=True)
    wanted = _check_points(one, points)
    await _check_in_class(unit, one, person_id)
    known = await journal_entry(unit, line_item_id, person_id, lock=True)
    if known is not None:
        if source_id is not None and await _comes_from(unit, one.id, person_id, wanted, source_kind, source_id):
            return known
        if known.state is EntryState.ANNULLED:
            raise MoveNotAllowed(known.state.value, [EventKind.REINSTATED.value, EventKind.RETAKEN.value])
        raise AlreadyGraded()
    return await _append(
        unit,
        one,
        person_id,
        None,
        GradeEvent(EventKind.POSTED, wanted),
        GradeSource(source_kind, source_id),
        reason,
        author_id,
    )


async def amend_grade(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    points: Decimal,
    source_kind: SourceKind = SourceKind.HAND,
    source_id: UUID | None = None,
    *,
    reason: str,
    author_id: UUID | None = None,
) -> JournalEntry:
    """Other points, with the reason and the author; what was there stays in the history. Raises NotFound,
    InvalidFields, LineItemNotOpen, NotGraded, MoveNotAllowed."""
    one = await line_item(unit, line_item_id, keep=True)
    wanted = _check_points(one, points)
    known = await _known(unit, line_item_id, person_id)
    return await _append(
        unit,
        one,
        person_id,
        known,
        GradeEvent(EventKind.AMENDED, wanted),
        GradeSource(source_kind, source_id),
        reason,
        author_id,
    )


async def retake_grade(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    points: Decimal,
    retake_id: UUID,
    *,
    reason: str,
    author_id: UUID | None = None,
) -> JournalEntry:
    """The result of a retake in place of what was there, also of nothing or of an annulled grade. Which of the two
    counts is for the caller to say. Raises NotFound, InvalidFields, LineItemNotOpen, NotInClass."""
    source = GradeSource(SourceKind.RETAKE, retake_id)
    return await _replace(unit, line_item_id, person_id, points, source, reason, author_id)


async def replace_annulled(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    points: Decimal,
    source_kind: SourceKind,
    source_id: UUID,
    *,
    reason: str,
    author_id: UUID | None = None,
) -> JournalEntry:
    """The result of another work, to which the annulment says nothing, in place of the annulled one. Raises NotFound,
    InvalidFields, LineItemNotOpen, NotInClass."""
    source = GradeSource(source_kind, source_id)
    return await _replace(unit, line_item_id, person_id, points, source, reason, author_id)


async def _replace(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    points: Decimal,
    source: GradeSource,
    reason: str,
    author_id: UUID | None,
) -> JournalEntry:
    one = await line_item(unit, line_item_id, keep=True)
    event = GradeEvent(EventKind.RETAKEN, _check_points(one, points))
    await _check_in_class(unit, one, person_id)
    known = await journal_entry(unit, line_item_id, person_id, lock=True)
    return await _append(unit, one, person_id, known, event, source, reason, author_id)


async def annul_grade(
    unit: Unit, line_item_id: UUID, person_id: UUID, reason: str, case_id: UUID, *, beforehand: bool = False
) -> JournalEntry:
    """Takes a grade away: by a confirmed integrity case, and by who gave no part of it. `beforehand`: also one that is
    not there yet, so that none is posted later. Raises NotFound, NotGraded, MoveNotAllowed, SecondPersonNeeded."""
    known = await journal_entry(unit, line_item_id, person_id, lock=True)
    if known is None and not beforehand:
        raise NotGraded()
    involved = await _graders(unit, line_item_id, person_id)
    source, event = GradeSource(SourceKind.CASE, case_id), GradeEvent(EventKind.ANNULLED)
    return await _by_case(unit, line_item_id, person_id, known, event, source, reason, involved)


async def leave_points(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    points: Decimal,
    source: GradeSource,
    kind: EventKind = EventKind.AMENDED,
    *,
    reason: str,
) -> JournalEntry:
    """What is left of a grade when a case takes one of its results away: `source` is the case, or the other attempt
    that counts now; `kind` is RETAKEN where a retake stays that came after it. By who gave no part of it. Raises
    NotFound, NotGraded, MoveNotAllowed, SecondPersonNeeded."""
    known = await _known(unit, line_item_id, person_id)
    involved = await _graders(unit, line_item_id, person_id)
    return await _by_case(unit, line_item_id, person_id, known, GradeEvent(kind, points), source, reason, involved)


async def reinstate_grade(unit: Unit, line_item_id: UUID, person_id: UUID, reason: str, case_id: UUID) -> JournalEntry:
    """Brings back what an annulment took away, the whole grade or one of its results: the case did not stand on appeal.
    By somebody else than who took it away. Raises NotFound, NotGraded, MoveNotAllowed, SecondPersonNeeded."""
    known = await _known(unit, line_item_id, person_id)
    source, event = GradeSource(SourceKind.CASE, case_id), GradeEvent(EventKind.REINSTATED)
    *earlier, last = await grade_history(unit, line_item_id, person_id)
    if last.points is not None and (last.source_kind, last.source_id) == (SourceKind.CASE, case_id):
        before = fold(map(as_event, earlier))
        event = GradeEvent(EventKind.AMENDED, None if before is None else before.points)
    return await _by_case(unit, line_item_id, person_id, known, event, source, reason, [last.author_id])


async def _by_case(
    unit: Unit,
    line_item_id: UUID,
    person_id: UUID,
    known: JournalEntry | None,
    event: GradeEvent,
    source: GradeSource,
    reason: str,
    involved: Collection[UUID | None],
) -> JournalEntry:
    one = await line_item(unit, line_item_id, keep=True)
    actor = unit.actor.person
    if actor is None or actor == person_id or actor in involved:
        raise SecondPersonNeeded()
    return await _append(unit, one, person_id, known, event, source, reason, None)


async def _graders(unit: Unit, line_item_id: UUID, person_id: UUID) -> frozenset[UUID | None]:
    """Whoever gave a part of it: not who took one away by a case."""
    history = await grade_history(unit, line_item_id, person_id)
    return frozenset(one.author_id for one in history if one.source_kind != SourceKind.CASE)


async def authors_of(unit: Unit, line_item_id: UUID, person_id: UUID) -> frozenset[UUID]:
    """Whoever decided something of this grade."""
    rows = await unit.session.scalars(
        select(_EVENT.author_id).where(
            _EVENT.line_item_id == line_item_id, _EVENT.person_id == person_id, _EVENT.author_id.is_not(None)
        )
    )
    return frozenset(author for author in rows if author is not None)


def _check_points(one: LineItem, points: Decimal) -> Decimal:
    if one.state is LineItemState.CANCELLED:
        raise LineItemNotOpen(state=one.state.value)
    if not points.is_finite() or not 0 <= points <= one.max_points:
        raise invalid("/points", "points-out-of-range", max_points=str(one.max_points))
    return exact(points)


async def _check_in_class(unit: Unit, one: LineItem, person_id: UUID) -> None:
    if await held_place(unit, one.class_id, person_id) is None:
        raise NotInClass()


async def _known(unit: Unit, line_item_id: UUID, person_id: UUID) -> JournalEntry:
    known = await journal_entry(unit, line_item_id, person_id, lock=True)
    if known is None:
        raise NotGraded()
    return known


async def _comes_from(
    unit: Unit, line_item_id: UUID, person_id: UUID, points: Decimal, kind: SourceKind, source_id: UUID
) -> bool:
    last = await unit.session.scalar(
        select(_EVENT)
        .where(_EVENT.line_item_id == line_item_id, _EVENT.person_id == person_id)
        .order_by(_EVENT.sequence.desc())
        .limit(1)
    )
    return last is not None and (last.source_kind, last.source_id, last.points) == (kind, source_id, points)


async def _append(
    unit: Unit,
    one: LineItem,
    person_id: UUID,
    known: JournalEntry | None,
    event: GradeEvent,
    source: GradeSource,
    reason: str | None,
    author_id: UUID | None,
) -> JournalEntry:
    """Writes the event and its fold. The caller has locked the entry."""
    folded = await _followed(unit, one.id, person_id, known, event)
    author = author_id or unit.actor.person
    await unit.session.execute(
        _ADD_EVENT,
        {
            "id": new_id(),
            "created_at": unit.now,
            "line_item_id": one.id,
            "person_id": person_id,
            "sequence": folded.sequence,
            "kind": event.kind.value,
            "points": event.points,
            "reason": reason,
            "author_id": author,
            "source_kind": source.kind.value,
            "source_id": source.id,
        },
    )
    entry = JournalEntry(
        id=new_id() if known is None else known.id,
        line_item_id=one.id,
        class_id=one.class_id,
        person_id=person_id,
        state=folded.state,
        points=folded.points,
        sequence=folded.sequence,
        graded_at=unit.now,
        version=1 if known is None else known.version + 1,
    )
    if known is None:
        await unit.session.execute(
            _ADD_ENTRY,
            {
                **{name: getattr(entry, name) for name in JournalEntry.__slots__},
                "state": entry.state.value,
                "created_at": unit.now,
            },
        )
    else:
        await unit.session.execute(
            _MOVE_ENTRY,
            {
                "id_": known.id,
                "version_": known.version,
                "state_": entry.state.value,
                "points_": entry.points,
                "sequence_": entry.sequence,
                "graded_at_": unit.now,
            },
        )
    await _tell(unit, one, entry, event.kind, source)
    return entry


async def _followed(
    unit: Unit, line_item_id: UUID, person_id: UUID, known: JournalEntry | None, event: GradeEvent
) -> Entry:
    if known is None:
        return follow(None, event)
    if event.kind is not EventKind.REINSTATED:
        return follow(Entry(known.state, known.points, known.sequence), event)
    history = await unit.session.execute(_HISTORY, {"line_item_id": line_item_id, "person_id": person_id})
    return follow(fold(GradeEvent(EventKind(kind), points) for kind, points in history), event)


async def _tell(unit: Unit, one: LineItem, entry: JournalEntry, kind: EventKind, source: GradeSource) -> None:
    """What was done, to whom, by what; not how many points. Of a blind line item nothing before its release: not even
    the moment in which something was done may tell whose work it was. Students hear of it when it is released."""
    if one.is_blind and not one.is_released:
        return
    await _announce(unit, one, entry, kind.value, {"source": source.kind.value})
    if one.is_released:
        await tell_released(unit, one, entry)


async def announce_entry(unit: Unit, one: LineItem, entry: JournalEntry) -> None:
    """Tells of a grade of a blind line item what was kept back when it was posted, or annulled."""
    history = await grade_history(unit, one.id, entry.person_id)
    kind = EventKind.ANNULLED if entry.state is EntryState.ANNULLED else EventKind.POSTED
    await _announce(unit, one, entry, kind.value, {"source": history[-1].source_kind})


async def _announce(unit: Unit, one: LineItem, entry: JournalEntry, kind: str, codes: dict[str, str]) -> None:
    unit.record(f"grade.{kind}", "journal-entry", entry.id, person=entry.person_id, line_item=str(one.id), **codes)
    await unit.emit(Event(f"grade.{kind}", _ids(one, entry), entry.person_id, codes))


async def tell_released(unit: Unit, one: LineItem, entry: JournalEntry) -> None:
    """A student sees a new or a changed grade now."""
    await unit.emit(Event("grade.released", _ids(one, entry), entry.person_id))


def _ids(one: LineItem, entry: JournalEntry) -> dict[str, UUID]:
    return {"journal-entry": entry.id, "line-item": one.id, "class": one.class_id}
