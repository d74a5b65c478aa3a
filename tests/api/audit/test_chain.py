"""Every way of tampering with the log shows, and the database itself refuses the simple ones."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.domains.audit.models import NOT_APPEND_ONLY, AuditHead, AuditRow
from api.domains.audit.rules import FIRST_DIGEST, Author, Entry, entry_digest
from api.domains.audit.service import find_broken_link, find_broken_links
from api.identity import Actor, Method, system_actor
from api.ids import new_id
from api.keys import KeyRing
from api.unit import Context
from tests.api.conftest import KEYS

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")


async def write_entries(context: Context, count: int = 5) -> None:
    for at in range(count):
        person = new_id()
        author = JOB if at % 2 else Actor(account=new_id(), person=new_id(), method=Method.SESSION)
        async with context.writing(author) as unit:
            unit.record("make", "thing", new_id(), person=person, state=f"{at}")


async def broken(context: Context, keys: KeyRing = KEYS) -> list[tuple[int, str]]:
    async with context.database.reading() as session:
        found = [(link.number, link.kind.value) async for link in find_broken_links(session, keys)]
        first = await find_broken_link(session, keys)
    assert (first.number, first.kind.value) == found[0] if first else not found
    return found


async def disarm(session: AsyncSession) -> None:
    """What the owner of the database can do."""
    for statement in NOT_APPEND_ONLY[session.get_bind().dialect.name]:
        await session.execute(text(statement))


async def test_an_untouched_log_is_whole(context: Context) -> None:
    assert await broken(context) == []
    await write_entries(context)
    assert await broken(context) == []


async def change(session: AsyncSession) -> None:
    await session.execute(update(AuditRow).where(AuditRow.number == 3).values(what="steal"))


async def blame(session: AsyncSession) -> None:
    await session.execute(update(AuditRow).where(AuditRow.number == 3).values(by_person=new_id()))


async def remove(session: AsyncSession) -> None:
    await session.execute(delete(AuditRow).where(AuditRow.number == 3))


async def remove_first(session: AsyncSession) -> None:
    await session.execute(delete(AuditRow).where(AuditRow.number == 1))


async def remove_and_renumber(session: AsyncSession) -> None:
    await remove(session)
    await renumber(session, 4, 3)
    await renumber(session, 5, 4)


async def exchange(session: AsyncSession) -> None:
    await renumber(session, 3, 99)
    await renumber(session, 4, 3)
    await renumber(session, 99, 4)


async def put_between(session: AsyncSession) -> None:
    for number in (5, 4, 3):
        await renumber(session, number, number + 1)
    before = (await session.scalars(select(AuditRow.digest).where(AuditRow.number == 2))).one()
    await add(session, 3, before)


async def append(session: AsyncSession) -> None:
    last = (await session.scalars(select(AuditRow.digest).where(AuditRow.number == 5))).one()
    await add(session, 6, last)


async def cut_off(session: AsyncSession) -> None:
    await session.execute(delete(AuditRow).where(AuditRow.number >= 4))


async def cut_off_with_head(session: AsyncSession) -> None:
    await cut_off(session)
    last = (await session.scalars(select(AuditRow.digest).where(AuditRow.number == 3))).one()
    await session.execute(update(AuditHead).values(number=3, digest=last))


async def rewrite_all(session: AsyncSession) -> None:
    """Everything that can be done without the keys: content changed, every digest and the head made anew."""
    await change(session)
    digest = FIRST_DIGEST
    rows = (await session.execute(select(*AuditRow.__table__.columns).order_by(AuditRow.number))).all()
    for row in rows:
        entry = Entry(row.what, row.subject, row.subject_id, row.person, row.facts)
        author = Author(row.account, row.by_person, row.service)
        digest = entry_digest(digest, row.number, row.at, author, entry)
        await session.execute(update(AuditRow).where(AuditRow.number == row.number).values(digest=digest))
    await session.execute(update(AuditHead).values(digest=digest))


async def remove_all(session: AsyncSession) -> None:
    await session.execute(delete(AuditRow))


async def remove_head(session: AsyncSession) -> None:
    await session.execute(delete(AuditHead))


async def renumber(session: AsyncSession, old: int, new: int) -> None:
    await session.execute(update(AuditRow).where(AuditRow.number == old).values(number=new))


async def add(session: AsyncSession, number: int, before: str) -> None:
    """An entry with a digest as it should be."""
    template = (await session.execute(select(*AuditRow.__table__.columns).where(AuditRow.number == 2))).one()
    entry = Entry("forge", template.subject, template.subject_id, template.person, template.facts)
    author = Author(template.account, template.by_person, template.service)
    digest = entry_digest(before, number, template.at, author, entry)
    values = {**template._mapping, "number": number, "what": "forge", "digest": digest}
    await session.execute(insert(AuditRow).values(values))


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (change, [(3, "changed")]),
        (blame, [(3, "changed")]),
        (remove, [(3, "removed")]),
        (remove_first, [(1, "removed")]),
        (remove_and_renumber, [(3, "changed"), (4, "changed"), (5, "cut-off")]),
        (exchange, [(3, "changed"), (4, "changed"), (5, "changed")]),
        (put_between, [(4, "changed"), (5, "changed"), (6, "changed"), (6, "added")]),
        (append, [(6, "added")]),
        (cut_off, [(4, "cut-off")]),
        (cut_off_with_head, [(3, "head")]),
        (rewrite_all, [(5, "head")]),
        (remove_all, [(1, "cut-off")]),
        (remove_head, [(5, "head")]),
    ],
)
async def test_tampering_is_found(
    context: Context, tamper: Callable[[AsyncSession], Awaitable[None]], expected: list[tuple[int, str]]
) -> None:
    await write_entries(context)
    async with context.database.writing() as session:
        await disarm(session)
        await tamper(session)
    assert await broken(context) == expected


async def test_going_on_does_not_sign_what_somebody_without_the_keys_wrote(context: Context) -> None:
    await write_entries(context)
    async with context.database.writing() as session:
        await disarm(session)
        await rewrite_all(session)
    await write_entries(context, 3)
    assert await broken(context) in ([(8, "head")], [(8, "unknown-key")])  # by what stands for the signature


async def test_a_head_is_not_believed_without_the_key_that_signed_it(context: Context) -> None:
    await write_entries(context)
    other = KeyRing({"1": bytes(range(1, 33))}, "1")
    assert await broken(context, other) == [(5, "head")]


@pytest.mark.parametrize("tamper", [change, remove, remove_all, renumber])
async def test_the_database_refuses_to_change_entries(context: Context, tamper: Callable[..., Awaitable[None]]) -> None:
    await write_entries(context)
    arguments = (3, 30) if tamper is renumber else ()
    with pytest.raises(DBAPIError, match="append-only"):
        async with context.database.writing() as session:
            await tamper(session, *arguments)
    assert await broken(context) == []


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has no TRUNCATE
async def test_postgresql_refuses_to_empty_the_table(context: Context) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with context.database.writing() as session:
            await session.execute(text("TRUNCATE audit_entry"))
