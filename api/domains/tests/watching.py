"""What students with an open attempt are told at once: one watcher in each process asks the database about once a
second for all of them, and no listening client holds a connection to it.

Server-sent events (HTML Living Standard, 9.2). The id of an event is the number of the change within its attempt, so
that a client that was cut off says `Last-Event-ID` and gets what it missed. A timer is the client's affair: events
give the moment of the end, never ticks.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from api.db.session import Database
from api.domains.access.service import living_sessions
from api.domains.people.service import chunks
from api.domains.tests.models import AttemptChangeRow, AttemptRow
from api.domains.tests.rules import AttemptState
from api.http.exchange import utc_text
from api.identity import system_actor
from api.unit import Context

LOG: Final = logging.getLogger("jetki.api")
EVERY_S: Final = 1.0
"""How often the watcher looks. Our choice: a student hears of more time within about a second."""
HEARTBEAT_S: Final = 15.0
"""A comment that keeps proxies from closing a silent connection; the session is looked at as often. Our choice, below
the 30 s and 60 s after which common proxies give up."""
LONGEST_S: Final = 30 * 60.0
"""After which the stream ends and the client comes back by itself: so that a process that has to stop is not held up.
Our choice."""
LOOK_BACK_S: Final = 15.0
"""Changes are numbered when they are written and seen when they are committed: what was given a number so long ago is
asked for again. Our choice, far above the time of a transaction."""
MARGIN: Final = 1_000
"""Numbers before the first look that are asked for too, for the same reason."""
_WATCHER: Final = system_actor("watcher:attempts")
_CHANGE: Final = AttemptChangeRow


@dataclass(eq=False)
class Listening:
    """One open connection. `last` is the number of the last change it was told."""

    attempt_id: UUID
    session_id: UUID | None
    last: int
    queue: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)


class Watcher:
    """Of one database in one process. Looks as long as somebody listens."""

    def __init__(self, context: Context, every_s: float = EVERY_S) -> None:
        self._context = context
        self.every_s = every_s
        self._listeners: dict[UUID, set[Listening]] = {}
        self._task: asyncio.Task[None] | None = None
        self._seen: deque[tuple[float, int]] = deque()
        self._floor: int | None = None
        self._sessions_at = time.monotonic()
        context.at_stop.append(self.let_go)

    def let_go(self) -> None:
        """Ends all streams; clients come back by themselves, to another process or the next start."""
        for several in self._listeners.values():
            for one in several:
                one.queue.put_nowait(None)

    @property
    def count(self) -> int:
        return sum(len(several) for several in self._listeners.values())

    def subscribe(self, attempt_id: UUID, session_id: UUID | None, last: int) -> Listening:
        """Before the state of the attempt is read, so that nothing falls between."""
        one = Listening(attempt_id, session_id, last)
        self._listeners.setdefault(attempt_id, set()).add(one)
        if self._task is None or self._task.done():
            self._floor = None
            self._task = asyncio.create_task(self._watch())
        return one

    def leave(self, one: Listening) -> None:
        several = self._listeners.get(one.attempt_id, set())
        several.discard(one)
        if not several:
            self._listeners.pop(one.attempt_id, None)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError, TimeoutError) as fault:  # it will be back; clients keep listening
                LOG.warning("changes of attempts could not be read", extra={"cause": type(fault).__name__})
            await asyncio.sleep(self.every_s)

    async def look(self) -> None:
        """Once: tells what is new, and lets those go whose session has ended."""
        now = time.monotonic()
        async with self._context.database.reading() as session:
            if self._floor is None:
                newest = await session.scalar(select(func.coalesce(func.max(_CHANGE.id), 0)))
                self._floor = (newest or 0) - MARGIN
                self._seen.clear()
            rows = (
                await session.execute(select(_CHANGE.__table__).where(_CHANGE.id > self._floor).order_by(_CHANGE.id))
            ).all()
        for row in rows:
            for one in self._listeners.get(row.attempt_id, ()):
                if row.number > one.last:
                    one.last = row.number
                    one.queue.put_nowait(row)
        self._seen.append((now, rows[-1].id if rows else self._floor))
        while self._seen and self._seen[0][0] < now - LOOK_BACK_S:
            self._floor = max(self._floor, self._seen.popleft()[1])
        if now - self._sessions_at >= HEARTBEAT_S:
            self._sessions_at = now
            await self.check_sessions()

    async def check_sessions(self) -> None:
        """Whoever has signed out, or was locked out, hears nothing more."""
        listening = [one for several in self._listeners.values() for one in several if one.session_id is not None]
        ids = {one.session_id for one in listening if one.session_id is not None}
        async with self._context.reading(_WATCHER) as unit:
            living: set[UUID] = set()
            for chunk in chunks(ids):
                living |= await living_sessions(unit, chunk)
        for one in listening:
            if one.session_id not in living:
                one.queue.put_nowait(None)


_WATCHERS: Final[WeakKeyDictionary[Database, Watcher]] = WeakKeyDictionary()


def watcher_of(context: Context) -> Watcher:
    """The one of this process."""
    known = _WATCHERS.get(context.database)
    if known is None:
        known = _WATCHERS[context.database] = Watcher(context)
    return known


async def stream(context: Context, attempt_id: UUID, session_id: UUID | None, last: int | None) -> AsyncIterator[bytes]:
    """The events of an attempt, until it is over, the session ends, or the client leaves. `last`: what the client was
    told last; None: it begins, and is told how things stand."""
    watcher = watcher_of(context)
    one = watcher.subscribe(attempt_id, session_id, 0)
    until = time.monotonic() + LONGEST_S
    try:
        state, missed = await _standing(context, attempt_id, last)
        one.last = max(one.last, state.changes)
        yield b"retry: 2000\n\n"
        for change in missed:
            yield event_of(change.number, change.kind, change.deadline_at, change.state)
        if last is None:
            yield event_of(state.changes, "standing", state.deadline_at, state.state)
        if state.state != AttemptState.IN_PROGRESS:
            return
        while time.monotonic() < until:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    change = await one.queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if change is None:
                return
            if change.number > state.changes:
                yield event_of(change.number, change.kind, change.deadline_at, change.state)
            if change.state != AttemptState.IN_PROGRESS:
                return
    finally:
        watcher.leave(one)


async def _standing(context: Context, attempt_id: UUID, last: int | None) -> tuple[Any, list[Any]]:
    table = AttemptRow
    async with context.database.reading() as session:
        state = (
            await session.execute(select(table.changes, table.deadline_at, table.state).where(table.id == attempt_id))
        ).one()
        missed: list[Any] = []
        if last is not None:
            found = await session.execute(
                select(_CHANGE.__table__)
                .where(_CHANGE.attempt_id == attempt_id, _CHANGE.number > last, _CHANGE.number <= state.changes)
                .order_by(_CHANGE.number)
            )
            missed = list(found.all())
    return state, missed


def event_of(number: int, kind: str, deadline_at: Any, state: str) -> bytes:
    """E.g. `id: 3`, `event: deadline`, `data: {"deadline_at": …, "state": …}`."""
    data = {"deadline_at": None if deadline_at is None else utc_text(deadline_at), "state": state}
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, kind.encode(), msgspec.json.encode(data))


async def stop_watching(context: Context) -> None:
    """For tests: nobody looks any more."""
    watcher = _WATCHERS.pop(context.database, None)
    if watcher is not None and watcher._task is not None:
        watcher._task.cancel()
        with suppress(asyncio.CancelledError):
            await watcher._task
