"""A small domain of these tests' own: things with a code, which may be made, read, renamed and listed."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy import Integer, MetaData, String, Uuid, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from api.db.base import UtcDateTime
from api.errors import Conflict, NotFound
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import Code, Input, Line, Moment, Output, PageOf, Titles
from api.ids import new_id
from api.policy import Anyone, action
from api.unit import Unit

READ: Final = action("toy.read", Anyone.EVERYBODY)
WRITE: Final = action("toy.write", Anyone.SIGNED_IN)


class ToyBase(DeclarativeBase):
    """Of its own, so that no university has its tables."""

    metadata = MetaData()
    type_annotation_map = {datetime: UtcDateTime, UUID: Uuid}  # noqa: RUF012 (SQLAlchemy's own attribute)


class ThingRow(ToyBase):
    __tablename__ = "toy_thing"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own attribute)


class PartIn(Input):
    name: Line
    weight: Annotated[int, Meta(ge=1, le=9)] = 1


class ThingIn(Input):
    code: Code
    count: Annotated[int, Meta(ge=1, le=100)] | None = None
    due: date | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    owner: UUID | None = None
    kind: Literal["large", "small"] = "small"
    is_open: bool = True
    share: Annotated[float, Meta(ge=0, le=1)] | None = None
    titles: Titles | None = None
    parts: Annotated[tuple[PartIn, ...], Meta(max_length=20)] = ()


class RenameIn(Input):
    code: Code | UnsetType = UNSET


class ThingOut(Output):
    id: UUID
    code: str
    created_at: datetime
    padding: str = ""


def show(row: ThingRow) -> ThingOut:
    return ThingOut(id=row.id, code=row.code, created_at=row.created_at)


async def find(unit: Unit, thing_id: UUID, *, for_update: bool = False) -> ThingRow:
    row = await unit.session.get(ThingRow, thing_id, with_for_update=for_update)
    if row is None:
        raise NotFound()
    return row


@get("", policy=READ, operation_id="list-things", tags=["toys"])
async def list_things(
    exchange: TheExchange,
    code: Annotated[Code | None, QueryParameter(name="code")] = None,
    since: FromQuery[date | None] = None,
    before: FromQuery[Moment | None] = None,
    kinds: Annotated[list[Literal["large", "small"]] | None, QueryParameter(name="kind", max_items=2)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ThingOut]]:
    """Lists the things."""
    async with exchange.reading() as unit:
        unit.reach(READ)
        query = select(ThingRow)
        if code is not None:
            query = query.where(ThingRow.code == code)
        columns = [ThingRow.created_at, ThingRow.id]
        return (await page(exchange, unit, query, columns, show, cursor, limit)).response()


@post("", policy=WRITE, problems=(Conflict,), idempotent=True, operation_id="make-thing", tags=["toys"])
async def make_thing(data: JSONBody[ThingIn], exchange: TheExchange) -> Response[ThingOut]:
    """Makes a thing."""

    async def work(unit: Unit) -> Answer:
        unit.require(WRITE)
        if data.code == "refused":
            raise Conflict()
        row = ThingRow(code=data.code, created_at=unit.now)
        unit.session.add(row)
        await unit.session.flush()
        padding = "ө" * 400_000 if data.code.startswith("long") else ""
        out = ThingOut(id=row.id, code=row.code, created_at=row.created_at, padding=padding)
        return tagged(out, row.version, 201, {"Location": f"/v1/things/{row.id}"})

    return await exchange.once(work)


@get("/{thing_id:uuid}", policy=READ, versioned=True, operation_id="show-thing", tags=["toys"])
async def show_thing(thing_id: FromPath[UUID], exchange: TheExchange) -> Response[ThingOut]:
    """Shows a thing."""
    async with exchange.reading() as unit:
        unit.require(READ)
        row = await find(unit, thing_id)
        return tagged(show(row), row.version).response()


@patch("/{thing_id:uuid}", policy=WRITE, versioned=True, operation_id="rename-thing", tags=["toys"])
async def rename_thing(thing_id: FromPath[UUID], data: JSONBody[RenameIn], exchange: TheExchange) -> Response[ThingOut]:
    """Renames a thing."""
    async with exchange.writing() as unit:
        unit.require(WRITE)
        row = await find(unit, thing_id, for_update=True)
        exchange.check_version(row.version)
        if data.code is not UNSET:
            row.code = data.code
        await unit.session.flush()
        return tagged(show(row), row.version).response()


@post("/{thing_id:uuid}/close", policy=WRITE, status_code=200, operation_id="close-thing", tags=["toys"])
async def close_thing(thing_id: FromPath[UUID], exchange: TheExchange) -> Response[ThingOut]:
    """Closes a thing; takes no body."""
    async with exchange.writing() as unit:
        unit.require(WRITE)
        return Response(show(await find(unit, thing_id)))


@post("/open", policy=READ, idempotent=True, operation_id="make-open-thing", tags=["toys"])
async def make_open_thing(data: JSONBody[ThingIn], exchange: TheExchange) -> Response[ThingOut]:
    """Makes a thing, for visitors too."""

    async def work(unit: Unit) -> Answer:
        unit.require(READ)
        row = ThingRow(code=data.code, created_at=unit.now)
        unit.session.add(row)
        await unit.session.flush()
        return Answer(show(row), 201)

    return await exchange.once(work)


@get("/named/{name:str}", policy=READ, cache_s=60, operation_id="name-thing", tags=["toys"])
async def name_thing(name: FromPath[str]) -> dict[str, str]:
    """Says the name."""
    return {"name": name}


@get("/numbered/{number:int}", policy=READ, operation_id="number-thing", tags=["toys"])
async def number_thing(number: FromPath[Annotated[int, Meta(ge=1, le=1_000)]]) -> dict[str, int]:
    """Says the number."""
    return {"number": number}


@get("/broken", policy=READ, operation_id="broken-thing", tags=["toys"])
async def broken_thing() -> dict[str, str]:
    """Fails."""
    raise RuntimeError("Айгүл")


@get("/needed", policy=READ, operation_id="needed-thing", tags=["toys"])
async def needed_thing(number: FromQuery[int], when: FromQuery[UUID]) -> dict[str, int]:
    """Needs parameters."""
    return {"number": number}


@get("/unasked", policy=READ, operation_id="unasked-thing", tags=["toys"])
async def unasked_thing(exchange: TheExchange) -> dict[str, str]:
    """Forgets to ask the policy."""
    async with exchange.reading():
        return {}


@post("/raw", policy=READ, accepts=("text/csv",), request_max_body_size=100, operation_id="raw-thing", tags=["toys"])
async def raw_thing(exchange: TheExchange) -> dict[str, Any]:
    """Takes a file."""
    return {"bytes": len(await exchange.request.body())}


HANDLERS: Final[tuple[HTTPRouteHandler, ...]] = (
    list_things,
    make_thing,
    show_thing,
    rename_thing,
    close_thing,
    make_open_thing,
    name_thing,
    number_thing,
    broken_thing,
    needed_thing,
    unasked_thing,
    raw_thing,
)


def toy_router() -> Router:
    return Router("/v1/things", route_handlers=list(HANDLERS))
