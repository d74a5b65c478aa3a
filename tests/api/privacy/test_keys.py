"""Keys change while the university works, and the old ones can go afterwards."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, select, update

from api.domains.audit.service import find_broken_link, sign_head_again
from api.domains.privacy import service
from api.domains.privacy.models import SpecialDataRow
from api.domains.privacy.rules import SpecialCategory
from api.ids import new_id
from api.keys import KeyRing
from api.unit import Context, Unit
from tests.api.conftest import KEYS
from tests.api.people.world import SETUP, make_person

pytestmark = pytest.mark.anyio
BOTH = KeyRing({"1": KEYS.keys["1"], "2": bytes(range(32, 64))}, "2")
NEW = KeyRing({"2": BOTH.keys["2"]}, "2")


def with_keys(context: Context, keys: KeyRing) -> Context:
    return Context(context.settings, context.database, context.clock, keys, context.listeners)


async def seal(context: Context, details: str) -> SpecialDataRow:
    person = await make_person(context)
    async with context.writing(SETUP) as unit:
        row = SpecialDataRow(id=new_id(), created_at=unit.now, person_id=person)
        service.seal_special_data(unit, row, [SpecialCategory.VISION], details)
        unit.session.add(row)
        return row


async def opened(context: Context) -> list[str]:
    async with context.reading(SETUP) as unit:
        rows = await unit.session.scalars(select(SpecialDataRow).order_by(SpecialDataRow.id))
        return [service.open_special_data(unit, row)[1] for row in rows]


async def test_after_the_rotation_the_old_key_is_not_needed_even_for_the_log(context: Context) -> None:
    for at in range(3):
        await seal(context, f"{at}")
    rotating = with_keys(context, BOTH)
    assert await service.count_sealed(rotating) == service.SealedFields(current=0, older=6, unreadable=0)
    assert await service.rotate_keys(rotating) == 6
    assert await service.rotate_keys(rotating) == 0
    after = with_keys(context, NEW)
    assert await opened(after) == ["0", "1", "2"]
    assert await service.count_sealed(after) == service.SealedFields(6, 0, 0)
    async with context.database.reading() as session:
        assert await find_broken_link(session, NEW) is None


async def test_a_log_that_nobody_wrote_to_while_keys_changed_is_signed_again(context: Context) -> None:
    await make_person(context)
    async with context.database.writing() as session:
        assert await sign_head_again(session, BOTH)
        assert not await sign_head_again(session, BOTH)
    async with context.database.reading() as session:
        assert await find_broken_link(session, NEW) is None


async def test_a_rotation_that_breaks_off_goes_on_where_it_stood(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    for at in range(5):
        await seal(context, f"{at}")
    rotating = with_keys(context, BOTH)
    seal_batch, calls = service._seal_batch, 0

    async def failing(unit: Unit, column: Column[Any], after: UUID | None) -> tuple[UUID | None, int]:
        nonlocal calls
        calls += column.table.name == "person_special_data"
        if calls == 3:
            raise OSError("no space")
        return await seal_batch(unit, column, after)

    monkeypatch.setattr(service, "_seal_batch", failing)
    with pytest.raises(OSError, match="no space"):
        await service.rotate_keys(rotating)
    monkeypatch.setattr(service, "_seal_batch", seal_batch)
    between = await service.count_sealed(rotating)
    assert (between.current, between.older) == (4, 6)
    assert await opened(rotating) == list("01234")  # both keys are in use, and everything can be read
    assert await service.rotate_keys(rotating) == 6
    assert await opened(with_keys(context, NEW)) == list("01234")


async def test_a_value_that_no_key_opens_stops_nothing_and_is_counted(context: Context) -> None:
    row, moved, _ = [await seal(context, f"{at}") for at in range(3)]
    async with context.database.writing() as session:
        foreign = KeyRing({"9": bytes(range(1, 33))}, "9").seal("x", "person_special_data", "details", row.id)
        await session.execute(
            update(SpecialDataRow).where(SpecialDataRow.id == row.id).values(details=foreign, version=2)
        )
        # a value that was copied to another person's row does not open there
        await session.execute(
            update(SpecialDataRow).where(SpecialDataRow.id == moved.id).values(details=row.details, version=2)
        )
    rotating = with_keys(context, BOTH)
    assert await service.rotate_keys(rotating) == 4
    assert await service.count_sealed(rotating) == service.SealedFields(current=4, older=0, unreadable=2)


async def test_what_is_written_while_keys_change_is_not_lost(context: Context) -> None:
    rows = [await seal(context, "old") for _ in range(4)]
    rotating = with_keys(context, BOTH)

    async def write(row: SpecialDataRow) -> None:
        async with rotating.writing(SETUP) as unit:
            stored = await unit.session.get_one(SpecialDataRow, row.id, with_for_update=True)
            service.seal_special_data(unit, stored, [SpecialCategory.OTHER], "new")

    await asyncio.gather(service.rotate_keys(rotating), *(write(row) for row in rows))
    assert await opened(with_keys(context, NEW)) == ["new"] * 4


@pytest.mark.parametrize("text", ["", "1", "1:", "1:00", "2:" + "0" * 64, ":" + "0" * 64])
def test_a_signature_is_made_with_a_key_of_the_ring_and_nothing_else(text: str) -> None:
    assert not KEYS.is_signature(text, "5:abc", "audit-head")
    signature = KEYS.sign("5:abc", "audit-head")
    assert KEYS.is_signature(signature, "5:abc", "audit-head")
    assert not KEYS.is_signature(signature, "5:abd", "audit-head")
    assert not KEYS.is_signature(signature, "5:abc", "something-else")
