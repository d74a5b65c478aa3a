"""Questions, their versions and keys."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET
from sqlalchemy import select

from api.domains.items import versions
from api.domains.items.checking import answer_faults
from api.domains.items.content import ItemKind
from api.domains.items.errors import CourseStudied, ItemBankClosed, ItemCodeTaken, ItemLanguageAbsent, ItemVersionUsed
from api.domains.items.guards import KEEP_ITEMS, READ_ITEMS, READ_KEYS
from api.domains.items.models import ItemRow, ItemVersionRow
from api.domains.items.presenting import LanguageAbsent, order_of, present, printed_order, rearranged, seed_for
from api.domains.items.reaching import check_open, reads_keys, require_bank, require_item, require_version
from api.domains.items.schemas import (
    ItemChangeIn,
    ItemIn,
    ItemOut,
    ItemState,
    PreviewOut,
    TrialIn,
    TrialOut,
    VersionBrief,
    VersionIn,
    VersionKeyOut,
    VersionOut,
    exact_points,
)
from api.domains.items.scoring import round_points, score
from api.errors import FieldError, InvalidFields, MoveNotAllowed
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import Language, PageOf
from api.unit import Unit

TAGS = ["items"]


@get("/{bank_id:uuid}/items", policy=READ_ITEMS, problems=(CourseStudied,), operation_id="list_items", tags=TAGS)
async def list_items(
    bank_id: FromPath[UUID],
    exchange: TheExchange,
    kind: Annotated[ItemKind | None, QueryParameter(name="kind")] = None,
    in_state: Annotated[ItemState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ItemOut]]:
    """The questions of a bank, in the order in which they were made; retired ones too."""
    async with exchange.reading() as unit:
        await require_bank(unit, bank_id, READ_ITEMS, READ_ITEMS)
        query = select(ItemRow).where(ItemRow.bank_id == bank_id)
        if kind is not None:
            query = query.where(ItemRow.kind == kind)
        if in_state is not None:
            query = query.where(ItemRow.state == in_state)
        return (await page(exchange, unit, query, [ItemRow.id], show_item, cursor, limit)).response()


@post(
    "/{bank_id:uuid}/items",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, ItemCodeTaken, ItemBankClosed),
    idempotent=True,
    operation_id="create_item",
    tags=TAGS,
    status_code=201,
)
async def create_item(bank_id: FromPath[UUID], data: JSONBody[ItemIn], exchange: TheExchange) -> Response[ItemOut]:
    """Writes a question with its key: its first version. Every text has to be there in every language that the prompt
    has, and the key has to name parts that exist; each fault is told with its field."""

    async def work(unit: Unit) -> Answer:
        bank = await require_bank(unit, bank_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        check_open(bank)
        item, _ = await versions.add_item(unit, bank, data.code, data.tags, _new(data.version, "/version"))
        return tagged(show_item(item), item.version, 201, {"Location": f"/v1/items/{item.id}"})

    return await exchange.once(work)


@get(
    "/{item_id:uuid}", policy=READ_ITEMS, problems=(CourseStudied,), versioned=True, operation_id="read_item", tags=TAGS
)
async def read_item(item_id: FromPath[UUID], exchange: TheExchange) -> Response[ItemOut]:
    """One question; what it says stands in its versions."""
    async with exchange.reading() as unit:
        _, item = await require_item(unit, item_id, READ_ITEMS, READ_ITEMS)
        return tagged(show_item(item), item.version).response()


@patch(
    "/{item_id:uuid}",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, ItemCodeTaken, ItemBankClosed),
    versioned=True,
    operation_id="change_item",
    tags=TAGS,
)
async def change_item(
    item_id: FromPath[UUID], data: JSONBody[ItemChangeIn], exchange: TheExchange
) -> Response[ItemOut]:
    """Changes code or tags."""
    async with exchange.writing() as unit:
        bank, item = await require_item(unit, item_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        check_open(bank)
        exchange.check_version(item.version)
        code = item.code if data.code is UNSET else data.code
        await versions.change_item(unit, item, code, item.tags if data.tags is UNSET else data.tags)
        return tagged(show_item(item), item.version).response()


@post(
    "/{item_id:uuid}/retire",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, MoveNotAllowed),
    operation_id="retire_item",
    tags=TAGS,
    status_code=200,
)
async def retire_item(item_id: FromPath[UUID], exchange: TheExchange) -> Response[ItemOut]:
    """No new test draws it any more."""
    return await _move(exchange, item_id, "retired")


@post(
    "/{item_id:uuid}/reinstate",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, MoveNotAllowed),
    operation_id="reinstate_item",
    tags=TAGS,
    status_code=200,
)
async def reinstate_item(item_id: FromPath[UUID], exchange: TheExchange) -> Response[ItemOut]:
    """Takes a retired question back."""
    return await _move(exchange, item_id, "active")


async def _move(exchange: TheExchange, item_id: UUID, to: str) -> Response[ItemOut]:
    async with exchange.writing() as unit:
        _, item = await require_item(unit, item_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        await versions.move_item(unit, item, to)
        return Answer(show_item(item)).response()


# ---------------------------------------------------------------- versions


@get(
    "/{item_id:uuid}/versions",
    policy=READ_ITEMS,
    problems=(CourseStudied,),
    operation_id="list_item_versions",
    tags=TAGS,
)
async def list_versions(
    item_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[VersionBrief]]:
    """Every version, the first first."""
    async with exchange.reading() as unit:
        await require_item(unit, item_id, READ_ITEMS, READ_ITEMS)
        query = select(ItemVersionRow).where(ItemVersionRow.item_id == item_id)
        return (await page(exchange, unit, query, [ItemVersionRow.id], show_brief, cursor, limit)).response()


@post(
    "/{item_id:uuid}/versions",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, ItemBankClosed),
    idempotent=True,
    operation_id="create_item_version",
    tags=TAGS,
    status_code=201,
)
async def create_version(
    item_id: FromPath[UUID], data: JSONBody[VersionIn], exchange: TheExchange
) -> Response[VersionOut]:
    """Writes the next version, e.g. with another language; new tests take it, others go on with theirs. Renditions of
    the version before do not count for it."""

    async def work(unit: Unit) -> Answer:
        bank, item = await require_item(unit, item_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        check_open(bank)
        row = await versions.add_version(unit, bank, item, _new(data))
        return tagged(show_version(row), row.version, 201, {"Location": f"/v1/item-versions/{row.id}"})

    return await exchange.once(work)


@get(
    "/{version_id:uuid}",
    policy=READ_ITEMS,
    problems=(CourseStudied,),
    versioned=True,
    operation_id="read_item_version",
    tags=TAGS,
)
async def read_version(version_id: FromPath[UUID], exchange: TheExchange) -> Response[VersionOut]:
    """What the question says, in all its languages; without its key. Who may not read the key (the inclusive-education
    office, an API token) gets its parts in the order of its printed renditions: the author's may be the right one."""
    async with exchange.reading() as unit:
        bank, _, row = await require_version(unit, version_id, READ_ITEMS, READ_ITEMS)
        shown = show_version(row)
        if not await reads_keys(unit, bank):
            shown.content = rearranged(shown.content, printed_order(shown.content, row.id))
        return tagged(shown, row.version).response()


@put(
    "/{version_id:uuid}",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, ItemBankClosed, ItemVersionUsed),
    versioned=True,
    operation_id="replace_item_version",
    tags=TAGS,
)
async def replace_version(
    version_id: FromPath[UUID], data: JSONBody[VersionIn], exchange: TheExchange
) -> Response[VersionOut]:
    """Writes a version anew that no student can have seen. Its renditions count no more."""
    async with exchange.writing() as unit:
        bank, item, row = await require_version(unit, version_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        check_open(bank)
        exchange.check_version(row.version)
        await versions.replace_version(unit, bank, item, row, _new(data))
        return tagged(show_version(row), row.version).response()


@get("/{version_id:uuid}/key", policy=READ_KEYS, problems=(CourseStudied,), operation_id="read_item_key", tags=TAGS)
async def read_key(version_id: FromPath[UUID], exchange: TheExchange) -> Response[VersionKeyOut]:
    """The key, weights, feedback and hints: for who keeps the bank, and no API token."""
    async with exchange.reading() as unit:
        await require_version(unit, version_id, READ_KEYS, READ_ITEMS)
        return Answer(VersionKeyOut(version_id=version_id, key=await versions.key_of(unit, version_id))).response()


@get(
    "/{version_id:uuid}/preview",
    policy=READ_ITEMS,
    problems=(CourseStudied, ItemLanguageAbsent),
    operation_id="preview_item_version",
    tags=TAGS,
)
async def preview_version(
    version_id: FromPath[UUID],
    language: Annotated[Language, QueryParameter(name="language")],
    exchange: TheExchange,
    seed: Annotated[int | None, QueryParameter(name="seed", ge=0, le=2**53, description="None: as printed")] = None,
) -> Response[PreviewOut]:
    """The question as students see it: in one language, with its choices in the order of a seed, or in that of its
    spoken, braille and printed renditions."""
    async with exchange.reading() as unit:
        _, _, row = await require_version(unit, version_id, READ_ITEMS, READ_ITEMS)
        content = versions.read_content(row.content)
        order = printed_order(content, row.id) if seed is None else order_of(content, seed_for(seed, row.id))
        try:
            shown = present(content, language, order)
        except LanguageAbsent as absent:
            raise ItemLanguageAbsent(absent.language, absent.available) from None
        return Answer(PreviewOut(version_id=row.id, points=float(row.points), question=shown)).response()


@post(
    "/{version_id:uuid}/try",
    policy=READ_KEYS,
    problems=(CourseStudied,),
    operation_id="try_item_version",
    tags=TAGS,
    status_code=200,
)
async def try_version(version_id: FromPath[UUID], data: JSONBody[TrialIn], exchange: TheExchange) -> Response[TrialOut]:
    """What an answer would be worth, for its author to see whether the key says what was meant. Nothing is stored."""
    async with exchange.reading() as unit:
        _, _, row = await require_version(unit, version_id, READ_KEYS, READ_ITEMS)
        content = versions.read_content(row.content)
        if faults := answer_faults(content, data.answer):
            raise InvalidFields(fields=[FieldError(f"/answer{one.pointer}", one.code, one.values) for one in faults])
        scored = score(content, await versions.key_of(unit, version_id), data.answer, row.points)
        points = None if scored.points is None else float(round_points(scored.points))
        return Answer(TrialOut(points=points, is_right=scored.is_right, needs_person=scored.needs_person)).response()


def _new(data: VersionIn, pointer: str = "") -> versions.NewVersion:
    return versions.NewVersion(exact_points(data.points, pointer), data.content, data.key, pointer)


def show_item(row: ItemRow) -> ItemOut:
    return ItemOut(
        id=row.id,
        bank_id=row.bank_id,
        code=row.code,
        kind=ItemKind(row.kind),
        state=ItemState(row.state),
        tags=row.tags,
        newest=row.newest,
    )


def show_brief(row: ItemVersionRow) -> VersionBrief:
    return VersionBrief(
        id=row.id,
        item_id=row.item_id,
        number=row.number,
        points=float(row.points),
        languages=row.languages,
        used_at=row.used_at,
    )


def show_version(row: ItemVersionRow) -> VersionOut:
    return VersionOut(
        id=row.id,
        item_id=row.item_id,
        number=row.number,
        points=float(row.points),
        languages=row.languages,
        used_at=row.used_at,
        content=versions.read_content(row.content),
    )


routers = (
    Router("/v1/item-banks", route_handlers=[list_items, create_item]),
    Router(
        "/v1/items",
        route_handlers=[read_item, change_item, retire_item, reinstate_item, list_versions, create_version],
    ),
    Router(
        "/v1/item-versions",
        route_handlers=[read_version, replace_version, read_key, preview_version, try_version],
    ),
)
