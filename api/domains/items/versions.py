"""Items and their versions. Nothing here asks the policy: whoever calls has done so."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from sqlalchemy import Table, bindparam, or_, select, update

from api.domains.items.banks import kinds_of_files
from api.domains.items.checking import (
    canonical,
    faults_of,
    identifiers_of,
    kind_of,
    languages_of,
    media_of,
    with_new_ids,
)
from api.domains.items.content import Content, ItemKind, Key
from api.domains.items.errors import ItemCodeTaken, ItemVersionUsed
from api.domains.items.models import ItemBankRow, ItemKeyRow, ItemRow, ItemVersionRow
from api.errors import FieldError, InvalidFields, MoveNotAllowed, NotFound
from api.unit import Unit

AT_ONCE: Final = 500
"""Ids in one statement."""


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """A version as it is shown and marked; without its key. `digest` changes with everything a student sees."""

    id: UUID
    item_id: UUID
    bank_id: UUID
    course_id: UUID
    code: str
    number: int
    kind: ItemKind
    points: Decimal
    languages: tuple[str, ...]
    content: Content
    digest: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be drawn, in its newest version."""

    item_id: UUID
    version_id: UUID
    kind: ItemKind
    points: Decimal
    languages: tuple[str, ...]
    tags: tuple[str, ...]


def read_content(stored: Mapping[str, Any]) -> Content:
    return cast(Content, msgspec.convert(stored, Content))


def read_key(stored: Mapping[str, Any]) -> Key:
    return cast(Key, msgspec.convert(stored, Key))


def write_struct(one: Content | Key) -> dict[str, Any]:
    return cast(dict[str, Any], msgspec.to_builtins(one))


def digest_of(content: Content, points_hundredths: int) -> str:
    """Of what a student sees of the version, in any language."""
    return sha256(msgspec.json.encode([write_struct(content), points_hundredths], order="deterministic")).hexdigest()


# ---------------------------------------------------------------- reading


async def versions(unit: Unit, ids: Iterable[UUID]) -> dict[UUID, ItemVersion]:
    """Those that exist, by id."""
    found: dict[UUID, ItemVersion] = {}
    for some in _chunks(ids):
        query = (
            select(ItemVersionRow, ItemRow.bank_id, ItemRow.code, ItemRow.kind, ItemBankRow.course_id)
            .join(ItemRow, ItemRow.id == ItemVersionRow.item_id)
            .join(ItemBankRow, ItemBankRow.id == ItemRow.bank_id)
            .where(ItemVersionRow.id.in_(some))
        )
        for row, bank_id, code, kind, course_id in await unit.session.execute(query):
            found[row.id] = ItemVersion(
                row.id,
                row.item_id,
                bank_id,
                course_id,
                code,
                row.number,
                ItemKind(kind),
                row.points,
                tuple(row.languages),
                read_content(row.content),
                row.digest,
                row.used_at is not None,
            )
    return found


async def keys_of(unit: Unit, ids: Iterable[UUID]) -> dict[UUID, Key]:
    """By the id of the version. For marking and for what is shown after release, nothing else."""
    found: dict[UUID, Key] = {}
    for some in _chunks(ids):
        query = select(ItemKeyRow.item_version_id, ItemKeyRow.content).where(ItemKeyRow.item_version_id.in_(some))
        found |= {id_: read_key(stored) for id_, stored in await unit.session.execute(query)}
    return found


async def draw_candidates(
    unit: Unit,
    *,
    bank_ids: Iterable[UUID] = (),
    item_ids: Iterable[UUID] = (),
    kinds: Iterable[ItemKind] = (),
    tags: Iterable[str] = (),
    languages: Iterable[str] = (),
) -> list[Candidate]:
    """Active items of the banks and those named, in the order of their ids; with kinds: one of them; with tags: one of
    them; with languages: all of them."""
    banks, items, wanted_kinds = set(bank_ids), set(item_ids), set(kinds)
    wanted_tags, wanted_languages = set(tags), set(languages)
    query = (
        select(ItemRow, ItemVersionRow)
        .join(ItemVersionRow, (ItemVersionRow.item_id == ItemRow.id) & (ItemVersionRow.number == ItemRow.newest))
        .where(ItemRow.state == "active", or_(ItemRow.bank_id.in_(banks), ItemRow.id.in_(items)))
        .order_by(ItemRow.id)
    )
    if wanted_kinds:
        query = query.where(ItemRow.kind.in_(wanted_kinds))
    return [
        Candidate(item.id, row.id, ItemKind(item.kind), row.points, tuple(row.languages), tuple(item.tags))
        for item, row in await unit.session.execute(query)
        if (not wanted_tags or wanted_tags & set(item.tags)) and wanted_languages <= set(row.languages)
    ]


_VERSIONS: Final = cast(Table, ItemVersionRow.__table__)
_MARK_USED: Final = (
    update(_VERSIONS)
    .where(_VERSIONS.c.id.in_(bindparam("ids", expanding=True)), _VERSIONS.c.used_at.is_(None))
    .values(used_at=bindparam("now_"))
)


async def mark_used(unit: Unit, version_ids: Iterable[UUID]) -> None:
    """From now on these versions never change. Harmless when repeated.

    Whoever draws a paper calls it before `versions`: an author who is writing a version anew at that moment has then
    either finished, or is refused.
    """
    for some in _chunks(version_ids):
        await unit.session.execute(_MARK_USED, {"ids": some, "now_": unit.now})
    for row in unit.session.identity_map.values():
        if isinstance(row, ItemVersionRow):
            unit.session.expire(row)


def _chunks(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    wanted = sorted(set(ids))
    return (wanted[place : place + AT_ONCE] for place in range(0, len(wanted), AT_ONCE))


# ---------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What an author has written; `pointer` is where in the body it stands, for what is wrong with it."""

    points: Decimal
    content: Content
    key: Key
    pointer: str = ""


async def add_item(
    unit: Unit, bank: ItemBankRow, code: str, tags: Sequence[str], new: NewVersion
) -> tuple[ItemRow, ItemVersionRow]:
    """A question with its first version. Raises ItemCodeTaken, InvalidFields."""
    await _refuse_taken(unit, bank.id, code)
    item = ItemRow(
        created_at=unit.now,
        bank_id=bank.id,
        code=code,
        kind=kind_of(new.content),
        state="active",
        tags=sorted(set(tags)),
        newest=0,
    )
    unit.session.add(item)
    await unit.session.flush()
    row = await add_version(unit, bank, item, new)
    return item, row


async def add_version(unit: Unit, bank: ItemBankRow, item: ItemRow, new: NewVersion) -> ItemVersionRow:
    """The next version of the question, which new tests take; others go on with theirs. Lock the item before.

    Raises InvalidFields.
    """
    content, key = await _sound(unit, bank, item, new)
    row = ItemVersionRow(created_at=unit.now, item_id=item.id, number=item.newest + 1, author_id=unit.actor.person)
    _write(row, new.points, content)
    item.newest = row.number
    unit.session.add(row)
    await unit.session.flush()
    unit.session.add(ItemKeyRow(created_at=unit.now, item_version_id=row.id, content=write_struct(key)))
    await unit.session.flush()
    unit.record("add", "item-version", row.id, number=str(row.number))
    return row


async def replace_version(unit: Unit, bank: ItemBankRow, item: ItemRow, row: ItemVersionRow, new: NewVersion) -> None:
    """Writes a version anew that nobody has used. Its renditions count no more. Lock the version before.

    Raises ItemVersionUsed, InvalidFields.
    """
    if row.used_at is not None:
        raise ItemVersionUsed()
    content, key = await _sound(unit, bank, item, new)
    _write(row, new.points, content)
    row.author_id = unit.actor.person
    stored = (await unit.session.scalars(select(ItemKeyRow).where(ItemKeyRow.item_version_id == row.id))).one()
    stored.content = write_struct(key)
    await unit.session.flush()
    unit.record("change", "item-version", row.id, number=str(row.number))


def _write(row: ItemVersionRow, points: Decimal, content: Content) -> None:
    row.points_hundredths = int(points * 100)
    row.languages = list(languages_of(content))
    row.content = write_struct(content)
    row.digest = digest_of(content, row.points_hundredths)


async def _sound(unit: Unit, bank: ItemBankRow, item: ItemRow, new: NewVersion) -> tuple[Content, Key]:
    """The question as it is stored, with ids that tell nothing. Raises InvalidFields."""
    faults = [*_kind_faults(item, new.content), *faults_of(new.content, new.key)]
    known = await kinds_of_files(unit, bank.id) if media_of(new.content) else {}
    faults += [
        FieldError("/content/media", "no-such-medium", {"id": medium.id})
        for medium in media_of(new.content)
        if known.get(medium.file_id) is not medium.kind
    ]
    if faults:
        raise InvalidFields(fields=[FieldError(new.pointer + one.pointer, one.code, one.values) for one in faults])
    content, key = canonical(new.content, new.key)
    return with_new_ids(content, key, _new_ids(identifiers_of(content)))


def _kind_faults(item: ItemRow, content: Content) -> list[FieldError]:
    if kind_of(content) == item.kind:
        return []
    return [FieldError("/content/kind", "other-kind", {"expected": item.kind, "found": str(kind_of(content))})]


def _new_ids(ids: Sequence[str]) -> dict[str, str]:
    """Eight random characters each: neither a hint nor an order can be read from them."""
    fresh: set[str] = set()
    while len(fresh) < len(ids):
        fresh.add(f"p{secrets.token_hex(4)}")
    return dict(zip(ids, fresh, strict=True))


async def change_item(unit: Unit, item: ItemRow, code: str, tags: Sequence[str]) -> None:
    """Raises ItemCodeTaken."""
    if code != item.code:
        await _refuse_taken(unit, item.bank_id, code)
    item.code, item.tags = code, sorted(set(tags))
    await unit.session.flush()
    unit.record("change", "item", item.id, code=code)


async def move_item(unit: Unit, item: ItemRow, to: str) -> None:
    """Retires an active item or takes a retired one back. Raises MoveNotAllowed."""
    other = "retired" if item.state == "active" else "active"
    if to != other:
        raise MoveNotAllowed(item.state, [other])
    item.state = to
    await unit.session.flush()
    unit.record("retire" if to == "retired" else "reinstate", "item", item.id)


async def _refuse_taken(unit: Unit, bank_id: UUID, code: str) -> None:
    if await unit.session.scalar(select(ItemRow.id).where(ItemRow.bank_id == bank_id, ItemRow.code == code)):
        raise ItemCodeTaken(code)


async def key_of(unit: Unit, version_id: UUID) -> Key:
    """Raises NotFound."""
    found = await keys_of(unit, [version_id])
    if version_id not in found:
        raise NotFound()
    return found[version_id]
