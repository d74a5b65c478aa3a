"""Banks, their files and packages."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import UNSET
from sqlalchemy import select

from api.domains.files import service as files
from api.domains.items import banks
from api.domains.items.content import MediumKind
from api.domains.items.errors import CourseStudied, ItemBankClosed, ItemCodeTaken
from api.domains.items.guards import KEEP_ITEMS, READ_ITEMS
from api.domains.items.models import ItemBankFileRow, ItemBankRow
from api.domains.items.reaching import check_open, require_bank, require_course
from api.domains.items.schemas import BankChangeIn, BankIn, BankOut, BankState, MediumFileOut
from api.errors import MoveNotAllowed, NotFound
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action
from api.unit import Unit

TAGS = ["items"]


@get("/", policy=READ_ITEMS, problems=(CourseStudied,), operation_id="list_item_banks", tags=TAGS)
async def list_banks(
    course_id: FromQuery[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[BankOut]]:
    """The banks of a course, in the order in which they were made. For who teaches a class of it, its department, the
    registry and the inclusive-education office."""
    async with exchange.reading() as unit:
        await _require(unit, course_id, READ_ITEMS)
        query = select(ItemBankRow).where(ItemBankRow.course_id == course_id)
        return (await page(exchange, unit, query, [ItemBankRow.id], show_bank, cursor, limit)).response()


@post(
    "/",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, ItemCodeTaken),
    idempotent=True,
    operation_id="create_item_bank",
    tags=TAGS,
    status_code=201,
)
async def create_bank(data: JSONBody[BankIn], exchange: TheExchange) -> Response[BankOut]:
    """Makes an empty bank for a course. By who teaches a class of it, its department, the registry."""

    async def work(unit: Unit) -> Answer:
        await _require(unit, data.course_id, KEEP_ITEMS)
        row = await banks.add_bank(unit, data.course_id, data.code, data.titles)
        return Answer(show_bank(row), 201, {"Location": f"/v1/item-banks/{row.id}"})

    return await exchange.once(work)


async def _require(unit: Unit, course_id: UUID, wanted: Action) -> None:
    try:
        await require_course(unit, course_id, wanted, READ_ITEMS)
    except NotFound:
        unit.reach(READ_ITEMS)
        raise


@get(
    "/{bank_id:uuid}",
    policy=READ_ITEMS,
    problems=(CourseStudied,),
    versioned=True,
    operation_id="read_item_bank",
    tags=TAGS,
)
async def read_bank(bank_id: FromPath[UUID], exchange: TheExchange) -> Response[BankOut]:
    """One bank."""
    async with exchange.reading() as unit:
        row = await require_bank(unit, bank_id, READ_ITEMS, READ_ITEMS)
        return tagged(show_bank(row), row.version).response()


@patch(
    "/{bank_id:uuid}",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, ItemCodeTaken),
    versioned=True,
    operation_id="change_item_bank",
    tags=TAGS,
)
async def change_bank(
    bank_id: FromPath[UUID], data: JSONBody[BankChangeIn], exchange: TheExchange
) -> Response[BankOut]:
    """Changes code or titles."""
    async with exchange.writing() as unit:
        row = await require_bank(unit, bank_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        exchange.check_version(row.version)
        code = row.code if data.code is UNSET else data.code
        titles = row.titles if data.titles is UNSET else data.titles
        await banks.change_bank(unit, row, code, titles)
        return tagged(show_bank(row), row.version).response()


@post(
    "/{bank_id:uuid}/close",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, MoveNotAllowed),
    operation_id="close_item_bank",
    tags=TAGS,
    status_code=200,
)
async def close_bank(bank_id: FromPath[UUID], exchange: TheExchange) -> Response[BankOut]:
    """Nothing is added to a closed bank or changed in it; tests that use it go on."""
    return await _move(exchange, bank_id, "closed")


@post(
    "/{bank_id:uuid}/open",
    policy=KEEP_ITEMS,
    problems=(CourseStudied, MoveNotAllowed),
    operation_id="open_item_bank",
    tags=TAGS,
    status_code=200,
)
async def open_bank(bank_id: FromPath[UUID], exchange: TheExchange) -> Response[BankOut]:
    """Opens a closed bank again."""
    return await _move(exchange, bank_id, "open")


async def _move(exchange: TheExchange, bank_id: UUID, to: str) -> Response[BankOut]:
    async with exchange.writing() as unit:
        row = await require_bank(unit, bank_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        await banks.move_bank(unit, row, to)
        return Answer(show_bank(row)).response()


@post(
    "/{bank_id:uuid}/media",
    policy=KEEP_ITEMS,
    accepts=files.ANYTHING,
    request_max_body_size=banks.LARGEST_MEDIUM,
    problems=(CourseStudied, *files.UPLOAD_PROBLEMS, ItemBankClosed),
    operation_id="add_item_medium",
    tags=TAGS,
    status_code=201,
)
async def add_medium(
    bank_id: FromPath[UUID], exchange: TheExchange, content_disposition: files.SentName
) -> Response[MediumFileOut]:
    """Takes a picture (PNG, JPEG, GIF, WebP) or a recording (MP3, Ogg, M4A, WAV, FLAC, AAC; MP4, WebM, Ogg) for the
    questions of this bank: the file as body, its name in Content-Disposition."""
    async with exchange.reading() as unit:  # before anything is taken to the disk
        check_open(await require_bank(unit, bank_id, KEEP_ITEMS, READ_ITEMS))
    name, claimed = files.sent_name(content_disposition), files.sent_type(exchange)
    received = await banks.receive_medium(exchange.context, exchange.request.stream(), name, claimed)
    async with exchange.writing() as unit:
        bank = await require_bank(unit, bank_id, KEEP_ITEMS, READ_ITEMS, lock=True)
        check_open(bank)
        row = await banks.keep_medium(unit, bank, received)
        return Answer(show_medium(row), 201).response()


@get("/{bank_id:uuid}/media", policy=READ_ITEMS, problems=(CourseStudied,), operation_id="list_item_media", tags=TAGS)
async def list_media(
    bank_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[MediumFileOut]]:
    """The pictures and recordings of the bank."""
    async with exchange.reading() as unit:
        await require_bank(unit, bank_id, READ_ITEMS, READ_ITEMS)
        query = select(ItemBankFileRow).where(ItemBankFileRow.bank_id == bank_id)
        return (await page(exchange, unit, query, [ItemBankFileRow.id], show_medium, cursor, limit)).response()


@get(
    "/{bank_id:uuid}/media/{medium_id:uuid}",
    policy=READ_ITEMS,
    problems=(CourseStudied,),
    operation_id="fetch_item_medium",
    tags=TAGS,
)
async def fetch_medium(bank_id: FromPath[UUID], medium_id: FromPath[UUID], exchange: TheExchange) -> Response[Any]:
    """The file, as an attachment."""
    async with exchange.reading() as unit:
        await require_bank(unit, bank_id, READ_ITEMS, READ_ITEMS)
        row = await unit.session.get(ItemBankFileRow, medium_id)
        if row is None or row.bank_id != bank_id:
            raise NotFound()
        return await files.deliver(unit, row.file_id)


def show_bank(row: ItemBankRow) -> BankOut:
    return BankOut(id=row.id, course_id=row.course_id, code=row.code, titles=row.titles, state=BankState(row.state))


def show_medium(row: ItemBankFileRow) -> MediumFileOut:
    return MediumFileOut(id=row.id, file_id=row.file_id, kind=MediumKind(row.kind))


routers = (
    Router(
        "/v1/item-banks",
        route_handlers=[
            list_banks,
            create_bank,
            read_bank,
            change_bank,
            close_bank,
            open_bank,
            add_medium,
            list_media,
            fetch_medium,
        ],
    ),
)
