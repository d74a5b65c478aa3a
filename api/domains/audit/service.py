"""Appending to the log, and verifying it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.domains.audit.models import HEAD, AuditHead, AuditRow
from api.domains.audit.rules import (
    FIRST_DIGEST,
    HEAD_PURPOSE,
    Author,
    Break,
    BrokenLink,
    Entry,
    entry_digest,
    head_text,
)
from api.identity import Actor
from api.keys import KeyRing

NOT_OURS: Final = "-"
"""The signature of a head that was moved by others once, for ever."""

_HEADS: Final = cast(Table, AuditHead.__table__)
_HEAD: Final = select(_HEADS.c.number, _HEADS.c.digest, _HEADS.c.signature).where(_HEADS.c.id == HEAD).with_for_update()
_MOVE_HEAD: Final = (
    update(_HEADS)
    .where(_HEADS.c.id == HEAD)
    .values(number=bindparam("number_"), digest=bindparam("digest_"), signature=bindparam("signature_"))
)
_APPEND: Final = insert(cast(Table, AuditRow.__table__))


async def append_entries(
    session: AsyncSession, keys: KeyRing, actor: Actor, now: datetime, entries: Sequence[Entry]
) -> None:
    """The last thing a transaction does: from here to the commit others wait for the head of the chain."""
    head = (await session.execute(_HEAD)).one()
    author = Author(actor.account, actor.person, actor.name)
    rows = []
    number, digest = head.number, head.digest
    for entry in entries:
        number += 1
        digest = entry_digest(digest, number, now, author, entry)
        rows.append(
            {
                "number": number,
                "at": now,
                "account": author.account,
                "by_person": author.person,
                "service": author.service,
                "what": entry.what,
                "subject": entry.subject,
                "subject_id": entry.subject_id,
                "person": entry.person,
                "facts": dict(entry.facts),
                "digest": digest,
            }
        )
    await session.execute(_APPEND, rows)
    # a head that somebody moved without the keys is never signed by us: the check must go on seeing it
    signature = keys.sign(head_text(number, digest), HEAD_PURPOSE) if _is_ours(head, keys) else NOT_OURS
    await session.execute(_MOVE_HEAD, {"number_": number, "digest_": digest, "signature_": signature})


def _is_ours(head: AuditHead | Row[*tuple[Any, ...]], keys: KeyRing) -> bool:
    """Signed with our keys, or as the table's creation left it."""
    untouched = (head.number, head.digest, head.signature) == (0, FIRST_DIGEST, "")
    return untouched or keys.is_signature(head.signature, head_text(head.number, head.digest), HEAD_PURPOSE)


async def sign_head_again(session: AsyncSession, keys: KeyRing) -> bool:
    """Signs the end of the log with the current key, so that older keys can go. False when there was nothing to do; a
    signature that is not ours is left for `find_broken_links` to see."""
    head = await session.get_one(AuditHead, HEAD, with_for_update=True, populate_existing=True)
    text = head_text(head.number, head.digest)
    if keys.is_current(head.signature) or not keys.is_signature(head.signature, text, HEAD_PURPOSE):
        return False
    head.signature = keys.sign(text, HEAD_PURPOSE)
    await session.flush()
    return True


async def find_broken_link(session: AsyncSession, keys: KeyRing) -> BrokenLink | None:
    """The first of `find_broken_links`; None when every entry is what was written."""
    async with aclosing(find_broken_links(session, keys)) as links:
        async for link in links:
            return link
    return None


async def find_broken_links(session: AsyncSession, keys: KeyRing) -> AsyncGenerator[BrokenLink, None]:
    """Reads the whole log and tells every place where it is not what was written.

    What it cannot see: a whole database put back to an earlier state. Whoever fears that keeps number and digest of
    the head somewhere else.
    """
    last, digest = 0, FIRST_DIGEST
    rows = await session.stream(
        select(*AuditRow.__table__.columns).order_by(AuditRow.number).execution_options(yield_per=1000)
    )
    async for row in rows:
        if row.number != last + 1:
            yield BrokenLink(last + 1, Break.REMOVED)
            # goes on behind the gap: the entry's own digest is believed, its followers show whether it was right
        else:
            author = Author(row.account, row.by_person, row.service)
            entry = Entry(row.what, row.subject, row.subject_id, row.person, row.facts)
            if row.digest != entry_digest(digest, row.number, row.at, author, entry):
                yield BrokenLink(row.number, Break.CHANGED)
        last, digest = row.number, row.digest
    head = await session.get(AuditHead, HEAD, populate_existing=True)
    if head is None:
        yield BrokenLink(last, Break.HEAD)
        return
    if head.number > last:
        yield BrokenLink(last + 1, Break.CUT_OFF)
    elif head.number < last:
        yield BrokenLink(head.number + 1, Break.ADDED)
    elif head.digest != digest:
        yield BrokenLink(head.number, Break.CHANGED)
    if not _is_ours(head, keys):
        is_unknown = bool(head.signature) and head.signature.partition(":")[0] not in keys.keys
        yield BrokenLink(head.number, Break.UNKNOWN_KEY if is_unknown else Break.HEAD)
