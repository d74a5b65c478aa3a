"""Academic years, semesters and sessions: the calendar's tree, and how it opens and closes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from api.domains.people.errors import CodeTaken
from api.domains.teaching.briefs import NewSession, Outcome, RowRefusal, Saved
from api.domains.teaching.errors import (
    ParentNotOpen,
    SessionClosed,
    SessionHasClasses,
    SessionHasOpenParts,
    SessionNotOver,
    SessionOver,
)
from api.domains.teaching.models import AcademicSessionRow, ClassRow
from api.domains.teaching.rules import (
    SESSION_MOVES,
    ClassState,
    Fault,
    Period,
    Session,
    SessionKind,
    SessionState,
    session_faults,
)
from api.errors import FieldError, InvalidFields, NotFound, check_move
from api.events import Event
from api.ids import new_id
from api.unit import Unit

_CALENDAR_LOCK: Final = 0x6A65746B_0001
"""Of PostgreSQL's advisory locks: whoever changes the calendar waits for whoever does. Two sessions that overlap each
other share no row that could be locked."""
_LAST_CLASS_STATES: Final = (ClassState.ENDED, ClassState.CANCELLED)


async def lock_calendar(unit: Unit) -> None:
    """Until the transaction ends nobody else changes the calendar. SQLite has one writer anyway."""
    if unit.session.get_bind().dialect.name == "postgresql":
        await unit.session.execute(select(func.pg_advisory_xact_lock(_CALENDAR_LOCK)))


async def locked_session(unit: Unit, session_id: UUID, *, share: bool = False) -> AcademicSessionRow:
    """The row, which stays as it is until the transaction ends; with `share` others may hold it so too. Raises
    NotFound."""
    row = await unit.session.scalar(
        select(AcademicSessionRow)
        .where(AcademicSessionRow.id == session_id)
        .with_for_update(read=share)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound()
    return row


async def create_session(unit: Unit, new: NewSession) -> AcademicSessionRow:
    """A planned session. Raises InvalidFields, CodeTaken, SessionClosed."""
    await lock_calendar(unit)
    rows = await _all_sessions(unit)
    if any(row.code == new.code for row in rows.values()):
        raise CodeTaken(field="code")
    parent = rows.get(new.parent) if isinstance(new.parent, UUID) else None
    if isinstance(new.parent, UUID) and parent is None:
        raise InvalidFields(fields=[FieldError("/parent_id", "no-such-object", {})])
    if parent is not None and parent.state == SessionState.CLOSED:
        raise SessionClosed(session=parent.code)
    session = Session(new.code, new.kind, parent.code if parent else None, Period(new.starts_on, new.ends_on))
    _refuse(session_faults(session, _as_rules_see(rows.values())))
    row = AcademicSessionRow(
        id=new_id(),
        created_at=unit.now,
        code=new.code,
        kind=new.kind,
        parent_id=new.parent,
        titles=dict(new.titles),
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        state=SessionState.PLANNED,
        source_id=new.source_id,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("create", "academic-session", row.id, kind=new.kind.value)
    return row


@dataclass(frozen=True, slots=True)
class SessionChange:
    """None stays as it is."""

    code: str | None = None
    titles: Mapping[str, str] | None = None
    starts_on: date | None = None
    ends_on: date | None = None


async def change_session(unit: Unit, row: AcademicSessionRow, change: SessionChange) -> None:
    """Of a session that is not closed; `row` is locked, and so is the calendar. Raises InvalidFields, CodeTaken,
    SessionClosed."""
    if row.state == SessionState.CLOSED:
        raise SessionClosed(session=row.code)
    rows = await _all_sessions(unit)
    if change.code is not None and any(one.code == change.code and one.id != row.id for one in rows.values()):
        raise CodeTaken(field="code")
    sessions = _as_rules_see(rows.values())
    old = sessions[row.code]
    period = Period(change.starts_on or row.starts_on, change.ends_on or row.ends_on)
    _refuse(session_faults(replace(old, period=period), sessions))
    before = (row.starts_on, row.ends_on)
    row.code = change.code or row.code
    row.titles = dict(change.titles) if change.titles is not None else row.titles
    row.starts_on, row.ends_on = period.starts_on, period.ends_on or row.ends_on
    await unit.session.flush()
    if (row.starts_on, row.ends_on) != before:
        await unit.emit(Event("session.moved", {"session": row.id}))
    unit.record(
        "change", "academic-session", row.id, starts_on=row.starts_on.isoformat(), ends_on=row.ends_on.isoformat()
    )


async def open_session(unit: Unit, session_id: UUID) -> AcademicSessionRow:
    """Lets its classes be opened: the session in which it lies is open, and its last day has not passed.

    Raises NotFound, MoveNotAllowed, ParentNotOpen, SessionOver.
    """
    await lock_calendar(unit)
    row = await locked_session(unit, session_id)
    check_move(SESSION_MOVES, SessionState(row.state), SessionState.OPEN)
    if row.parent_id is not None:
        parent = await locked_session(unit, row.parent_id, share=True)
        if parent.state != SessionState.OPEN:
            raise ParentNotOpen(parent=parent.code)
    if row.ends_on < unit.today:
        raise SessionOver(ends_on=row.ends_on.isoformat())
    row.state, row.opened_at, row.opened_by = SessionState.OPEN, unit.now, unit.actor.person
    await unit.session.flush()
    await unit.emit(Event("session.opened", {"session": row.id}, codes={"kind": row.kind}))
    unit.record("open", "academic-session", row.id)
    return row


async def close_session(unit: Unit, session_id: UUID) -> AcademicSessionRow:
    """From its last day on, when nothing in it is open any more: sessions closed, classes ended or cancelled.

    Raises NotFound, MoveNotAllowed, SessionNotOver, SessionHasOpenParts, SessionHasClasses.
    """
    await lock_calendar(unit)
    row = await locked_session(unit, session_id)
    check_move(SESSION_MOVES, SessionState(row.state), SessionState.CLOSED)
    if unit.today < row.ends_on:
        raise SessionNotOver(ends_on=row.ends_on.isoformat())
    parts = await unit.session.scalars(
        select(AcademicSessionRow.code)
        .where(AcademicSessionRow.parent_id == row.id, AcademicSessionRow.state == SessionState.OPEN)
        .order_by(AcademicSessionRow.code)
    )
    if codes := list(parts):
        raise SessionHasOpenParts(parts=codes)
    count = await unit.session.scalar(
        select(func.count()).where(
            ClassRow.academic_session_id == row.id, ClassRow.state.not_in([state.value for state in _LAST_CLASS_STATES])
        )
    )
    if count:
        raise SessionHasClasses(count=count)
    row.state, row.closed_at, row.closed_by = SessionState.CLOSED, unit.now, unit.actor.person
    await unit.session.flush()
    await unit.emit(Event("session.closed", {"session": row.id}, codes={"kind": row.kind}))
    unit.record("close", "academic-session", row.id)
    return row


async def save_sessions(unit: Unit, sessions: Sequence[NewSession]) -> Saved:
    """Creates sessions, or changes those whose `source_id`, or without one whose code, is known. All, or nothing when
    a row is refused; the same again changes nothing. The order of the rows does not matter."""
    await lock_calendar(unit)
    rows = await _all_sessions(unit)
    plan = _Plan(rows, sessions)
    if plan.refusals:
        return Saved(refusals=tuple(plan.refusals))
    outcomes = [Outcome.UNCHANGED] * len(sessions)
    for index in plan.in_order():
        new, row, values = sessions[index], plan.known[index], plan.values(index)
        if row is None:
            row = AcademicSessionRow(id=plan.ids[index], created_at=unit.now, state=SessionState.PLANNED, **values)
            unit.session.add(row)
            unit.record("create", "academic-session", row.id, kind=new.kind.value)
            outcomes[index] = Outcome.CREATED
        elif any(getattr(row, name) != value for name, value in values.items()):
            moved = (row.starts_on, row.ends_on) != (new.starts_on, new.ends_on)
            for name, value in values.items():
                setattr(row, name, value)
            if moved:
                await unit.emit(Event("session.moved", {"session": row.id}))
            unit.record("change", "academic-session", row.id)
            outcomes[index] = Outcome.CHANGED
        await unit.session.flush()
    return Saved(tuple(plan.ids), tuple(outcomes))


class _Plan:
    """The calendar as it would be after a list, and what is wrong with that."""

    def __init__(self, rows: Mapping[UUID, AcademicSessionRow], sessions: Sequence[NewSession]) -> None:
        self.sessions = sessions
        self.refusals: list[RowRefusal] = []
        by_source = {row.source_id: row for row in rows.values() if row.source_id is not None}
        by_code = {row.code: row for row in rows.values()}
        self._stored = {code: str(row.id) for code, row in by_code.items()}
        self.known = [
            by_source.get(new.source_id)
            if new.source_id is not None and new.source_id in by_source
            # a code that another system knows by its own number is somebody else's
            else (
                row if (row := by_code.get(new.code)) is not None and row.source_id in (None, new.source_id) else None
            )
            for new in sessions
        ]
        self.ids = [new_id() if row is None else row.id for row in self.known]
        self._codes: dict[str, int] = {}
        self._check_codes(by_code)
        if not self.refusals:
            self._check_tree(rows)

    def _check_codes(self, by_code: Mapping[str, AcademicSessionRow]) -> None:
        replaced = {row.id for row in self.known if row is not None}
        sources: set[str] = set()
        for index, new in enumerate(self.sessions):
            holder = by_code.get(new.code)
            taken = holder is not None and holder.id != self.ids[index] and holder.id not in replaced
            if taken or new.code in self._codes:
                self._refuse(index, Fault("code", "code-twice", {"code": new.code}))
            if self.ids.index(self.ids[index]) != index or new.source_id in sources:
                self._refuse(index, Fault("source_id", "listed-twice", {}))
            sources |= {new.source_id} if new.source_id is not None else set()
            self._codes.setdefault(new.code, index)
            row = self.known[index]
            if row is not None and row.kind != new.kind:
                self._refuse(index, Fault("kind", "kind-stays", {"kind": row.kind}))
            elif row is not None and row.state == SessionState.CLOSED and self._differs(row, new):
                self._refuse(index, Fault("code", "session-is-closed", {"code": row.code}))

    @staticmethod
    def _differs(row: AcademicSessionRow, new: NewSession) -> bool:
        return (row.code, row.titles, row.starts_on, row.ends_on) != (
            new.code,
            dict(new.titles),
            new.starts_on,
            new.ends_on,
        )

    def _check_tree(self, rows: Mapping[UUID, AcademicSessionRow]) -> None:
        """Keys are ids as text: codes may change places within the list."""
        planned = {
            str(row.id): Session(
                str(row.id), SessionKind(row.kind), _text(row.parent_id), Period(row.starts_on, row.ends_on)
            )
            for row in rows.values()
        }
        names = {str(row.id): row.code for row in rows.values()}
        for index, new in enumerate(self.sessions):
            key = str(self.ids[index])
            planned[key] = Session(key, new.kind, self._parent_key(index), Period(new.starts_on, new.ends_on))
            names[key] = new.code
        for index in range(len(self.sessions)):
            for fault in session_faults(planned[str(self.ids[index])], planned):
                values = {name: names.get(str(value), value) for name, value in fault.values.items()}
                self._refuse(index, Fault(fault.field, fault.code, values))

    def _parent_key(self, index: int) -> str | None:
        parent = self.sessions[index].parent
        if isinstance(parent, str):
            place = self._codes.get(parent)
            return self._stored.get(parent, "unknown") if place is None else str(self.ids[place])
        return _text(parent)

    def _refuse(self, index: int, fault: Fault) -> None:
        self.refusals.append(RowRefusal(index, fault.field, fault.code, fault.values))

    def in_order(self) -> list[int]:
        """Parents before their children."""
        order = list(SessionKind)
        return sorted(range(len(self.sessions)), key=lambda index: order.index(self.sessions[index].kind))

    def values(self, index: int) -> dict[str, Any]:
        new = self.sessions[index]
        parent = self._parent_key(index)
        return {
            "code": new.code,
            "kind": new.kind.value,
            "parent_id": None if parent is None else UUID(parent),
            "titles": dict(new.titles),
            "starts_on": new.starts_on,
            "ends_on": new.ends_on,
            "source_id": new.source_id,
        }


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)


async def _all_sessions(unit: Unit) -> dict[UUID, AcademicSessionRow]:
    """A university has few: five or ten a year."""
    rows = await unit.session.scalars(select(AcademicSessionRow).execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def _as_rules_see(rows: Iterable[AcademicSessionRow]) -> dict[str, Session]:
    listed = list(rows)
    codes = {row.id: row.code for row in listed}
    return {
        row.code: Session(
            row.code,
            SessionKind(row.kind),
            None if row.parent_id is None else codes[row.parent_id],
            Period(row.starts_on, row.ends_on),
        )
        for row in listed
    }


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidFields(fields=[FieldError(f"/{fault.field}", fault.code, fault.values) for fault in faults])
