"""Tries are counted in the database, so that all processes know them together.

A try is counted before it is made, in a transaction of its own: a hundred at the same moment are a hundred, and one
that fails is counted although nothing else of it is stored. A success takes its counts back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from api.domains.access.digests import throttle_key
from api.domains.access.models import ThrottleRow
from api.domains.access.rules import Limit
from api.errors import TooManyRequests
from api.identity import VISITOR
from api.keys import KeyRing
from api.unit import Context, Unit


@dataclass(frozen=True, slots=True)
class Counted:
    """A limit, and under which key it counts here."""

    limit: Limit
    key: str


def counted(keys: KeyRing, limit: Limit, *parts: str) -> Counted:
    return Counted(limit, throttle_key(keys, limit.name, *parts))


async def count_try(context: Context, tries: Sequence[Counted]) -> None:
    """Counts a try under all of the keys. Raises TooManyRequests, and counts nothing, when one of them has to wait:
    whoever comes too early waits no longer for it, and costs the database one reading."""
    async with context.database.reading() as session:
        now = context.clock.now()
        _refuse(await _load(session, tries), now)
    async with context.writing(VISITOR) as unit:
        await _count(unit, tries)


async def forget_tries(unit: Unit, tries: Sequence[Counted]) -> None:
    """After a success."""
    for one in _in_order(tries):
        await unit.session.execute(delete(ThrottleRow).where(ThrottleRow.key == one.key))


async def take_back(unit: Unit, tries: Sequence[Counted]) -> None:
    """One try less, where the successes of some must not cover the failures of others."""
    for one in _in_order(tries):
        await unit.session.execute(
            update(ThrottleRow)
            .where(ThrottleRow.key == one.key, ThrottleRow.tries > 0)
            .values(tries=ThrottleRow.tries - 1)
        )


async def _count(unit: Unit, tries: Sequence[Counted]) -> None:
    insert = sqlite.insert if unit.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for one in _in_order(tries):  # in one order, so that two never wait for each other
        await unit.session.execute(
            insert(ThrottleRow)
            .values(key=one.key, tries=0, blocked_until=unit.now, forget_at=unit.now + one.limit.forget)
            .on_conflict_do_update(index_elements=["key"], set_={"tries": ThrottleRow.tries})  # locks it
        )
    rows = await _load(unit.session, tries, locked=True)
    _refuse(rows, unit.now)
    for one in tries:
        row = rows[one.key]
        row.tries = 1 if row.forget_at <= unit.now else row.tries + 1
        row.blocked_until = unit.now + one.limit.wait_after(row.tries)
        row.forget_at = row.blocked_until + one.limit.forget
    await unit.session.flush()


async def _load(session: AsyncSession, tries: Sequence[Counted], *, locked: bool = False) -> dict[str, ThrottleRow]:
    query = select(ThrottleRow).where(ThrottleRow.key.in_([one.key for one in tries])).order_by(ThrottleRow.key)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {row.key: row for row in await session.scalars(query)}


def _refuse(rows: dict[str, ThrottleRow], now: datetime) -> None:
    waits = [(row.blocked_until - now).total_seconds() for row in rows.values() if row.blocked_until > now]
    if waits:
        raise TooManyRequests(retry_after_s=max(1, ceil(max(waits))))


def _in_order(tries: Sequence[Counted]) -> list[Counted]:
    return sorted(tries, key=lambda one: one.key)
