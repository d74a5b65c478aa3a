"""A unit of work: one transaction, by one actor, at one moment, with what it tells others and the record it leaves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.db.session import Database
from api.domains.audit.rules import Entry
from api.domains.audit.service import append_entries
from api.errors import NotAllowed, NotFound, SignInNeeded
from api.events import Event, Listeners, OutboxRow, outbox_values
from api.identity import Actor
from api.keys import KeyRing
from api.narration import Narrator
from api.policy import NOWHERE, Action, Place, Reach, reach
from api.settings import Settings

_INSERT_EVENTS: Final = insert(cast(Table, OutboxRow.__table__))


@dataclass
class Unit:
    """What a service gets. `now` is the same during the whole unit."""

    session: AsyncSession
    actor: Actor
    now: datetime
    settings: Settings
    keys: KeyRing
    listeners: Listeners
    asked: bool = False
    """Whether the policy was asked; see `api/http/exchange.py`."""
    events: list[Event] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    endings: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    """By name, what is done once for the whole unit before it is stored: for listeners that hear of thousands."""

    @property
    def today(self) -> date:
        """The day it is where the university is: periods of roles, semesters and windows are days there."""
        return self.now.astimezone(self.settings.time_zone).date()

    def reach(self, wanted: Action) -> Reach:
        """What lists are filtered by. Raises SignInNeeded for a visitor who reaches nothing, NotAllowed for others."""
        self.asked = True
        found = reach(self.actor, wanted)
        if found.is_empty:
            raise NotAllowed() if self.actor.is_signed_in else SignInNeeded()
        return found

    def require(self, wanted: Action, one: Place = NOWHERE, *, seen_by: Action | None = None) -> None:
        """Refuses what the actor may not do at this place.

        Raises NotFound for an object that the actor may not even see (`seen_by`; without it whoever may not do may
        not see), NotAllowed for one that may be seen, or that is no object (NOWHERE), SignInNeeded for a visitor.
        """
        self.asked = True
        if reach(self.actor, wanted).covers(one):
            return
        if not self.actor.is_signed_in:
            raise SignInNeeded()
        if one == NOWHERE or (seen_by is not None and reach(self.actor, seen_by).covers(one)):
            raise NotAllowed()
        raise NotFound()

    def may(self, wanted: Action, one: Place = NOWHERE) -> bool:
        self.asked = True
        return reach(self.actor, wanted).covers(one)

    async def emit(self, event: Event) -> None:
        """Tells other domains now, in this transaction, and the world outside after it."""
        self.events.append(event)
        await self.listeners.tell(self, event)

    def record(self, what: str, subject: str, id_: UUID, *, person: UUID | None = None, **facts: str) -> None:
        """Leaves an entry in the audit log: `what` was done to the `subject` with this id.

        `facts` are codes, ids, dates and reasons that the log may hold; never names, marks or anything about health.
        """
        self.entries.append(Entry(what, subject, id_, person, facts))


@dataclass(frozen=True)
class Context:
    """What lives as long as the service: settings, database, clock, keys, listeners."""

    settings: Settings
    database: Database
    clock: Clock
    keys: KeyRing
    listeners: Listeners
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    """Called without waiting after a transaction that told something to the outbox; the relay adds itself."""
    at_stop: list[Callable[[], None]] = field(default_factory=list)
    """Called without waiting when the process was asked to stop: answers that go on for long end by it."""
    narrator: Narrator | None = None
    """Reads questions aloud, in jobs; None where nobody has handed one in."""

    @asynccontextmanager
    async def reading(self, actor: Actor) -> AsyncIterator[Unit]:
        async with self.database.reading() as session:
            yield self._unit(session, actor)

    @asynccontextmanager
    async def writing(self, actor: Actor) -> AsyncIterator[Unit]:
        """The block's changes, its events and its audit entries are stored together when it ends, or not at all."""
        async with self.database.writing() as session:
            unit = self._unit(session, actor)
            yield unit
            await session.flush()
            for finish in [*unit.endings.values()]:
                await finish()
            if unit.events:
                await session.execute(_INSERT_EVENTS, [outbox_values(event, unit.now) for event in unit.events])
            if unit.entries:
                await append_entries(unit.session, unit.keys, unit.actor, unit.now, unit.entries)
        if unit.events:
            for wake in self.after_commit:
                wake()

    def _unit(self, session: AsyncSession, actor: Actor) -> Unit:
        return Unit(session, actor, self.clock.now(), self.settings, self.keys, self.listeners)
