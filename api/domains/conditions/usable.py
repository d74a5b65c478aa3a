"""Whether what is granted can be used, and whether what was granted is in use. The domain whose tasks these are says
it; conditions may not ask that domain.

Minutes for somebody who has handed in everything would be promised and never had, and nobody would notice; minutes that
are taken back would cut off what was begun with them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.domains.conditions.errors import ExtensionOver
from api.domains.conditions.rules import Conditions, Extension, TaskKind
from api.http.exchange import utc_text
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class ExtensionEffect:
    """What an extension makes of a person's conditions: those without it, and those with it."""

    person_id: UUID
    extension: Extension
    without: Conditions
    having: Conditions

    def is_over(self, now: datetime) -> bool:
        """Whether the person could begin nothing any more, even with it."""
        closes_at = self.having.closes_at.adjusted
        return closes_at is not None and closes_at <= now

    def require_not_over(self, now: datetime) -> None:
        """Raises ExtensionOver."""
        closes_at = self.having.closes_at.adjusted
        if closes_at is not None and closes_at <= now:
            raise ExtensionOver(closes_at=utc_text(closes_at))


RequireUsable = Callable[[Unit, ExtensionEffect], Awaitable[None]]
"""Raises what stands in the way of using it, e.g. NoAttemptToExtend. What is running stays so until the transaction
ends."""
IsInUse = Callable[[Unit, ExtensionEffect], Awaitable[bool]]
"""Whether something that the person has begun or handed in rests on it, and would lose by its revocation."""

_USABLE: dict[TaskKind, RequireUsable] = {}
_IN_USE: dict[TaskKind, IsInUse] = {}


def usable_by(kind: TaskKind, require: RequireUsable) -> None:
    """For the domain whose tasks are of this kind, once, when it is loaded."""
    _USABLE[kind] = require


def in_use_by(kind: TaskKind, ask: IsInUse) -> None:
    """The same. Of other kinds nothing is lost: they keep what has begun as it is."""
    _IN_USE[kind] = ask


async def require_usable(unit: Unit, effect: ExtensionEffect) -> None:
    require = _USABLE.get(effect.having.task.kind)
    if require is not None:
        await require(unit, effect)


async def is_in_use(unit: Unit, effect: ExtensionEffect) -> bool:
    ask = _IN_USE.get(effect.having.task.kind)
    return ask is not None and await ask(unit, effect)
