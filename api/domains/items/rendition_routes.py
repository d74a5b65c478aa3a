"""Renditions: who orders them, who brings what a person has made, and the list of what is due."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import select

from api.domains.files import service as files
from api.domains.items.errors import CourseStudied, ItemLanguageAbsent, RenditionNotNeeded, RenditionNotReady
from api.domains.items.guards import DELIVER_RENDITIONS, ORDER_RENDITIONS, READ_ITEMS
from api.domains.items.models import ItemBankRow, ItemRenditionRow, ItemRow, ItemVersionRow
from api.domains.items.reaching import reached_banks, require_version
from api.domains.items.renditions import (
    RenditionFormat,
    RenditionState,
    applies,
    missing_renditions,
    order_renditions,
    store_rendition,
)
from api.domains.items.schemas import ItemRenditionOut, RenditionOrderIn
from api.domains.items.versions import read_content
from api.errors import NotFound, StaleVersion, words_of
from api.http.exchange import Answer, TheExchange, entity_tag, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import Language, PageOf
from api.unit import Unit

TAGS = ["item renditions"]
_SOUND: Final = frozenset({"audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/flac", "audio/aac"})
_VIDEO: Final = frozenset({"video/mp4", "video/webm", "video/ogg"})
_WORDS: Final = frozenset({"text/plain", "text/markdown", "application/pdf"})
TYPES: Final[Mapping[RenditionFormat, frozenset[str]]] = {
    RenditionFormat.SPOKEN: _SOUND,
    RenditionFormat.BRAILLE: frozenset({"text/plain"}),
    RenditionFormat.LARGE_PRINT: frozenset({"application/pdf"}),
    RenditionFormat.LONG_DESCRIPTION: _WORDS,
    RenditionFormat.SIMPLIFIED: _WORDS,
    RenditionFormat.SIGN_LANGUAGE: _VIDEO,
    RenditionFormat.CAPTIONS: frozenset({"text/vtt", "application/x-subrip"}),
    RenditionFormat.TRANSCRIPT: _WORDS,
}
"""What may be brought for each format."""
LARGEST: Final = 500_000_000


@get(
    "/{version_id:uuid}/renditions",
    policy=READ_ITEMS,
    problems=(CourseStudied,),
    operation_id="list_renditions_of_item_version",
    tags=TAGS,
)
async def list_of_version(
    version_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[ItemRenditionOut]]:
    """What exists or was ordered of a version, in every language and format."""
    async with exchange.reading() as unit:
        _, _, version = await require_version(unit, version_id, READ_ITEMS, READ_ITEMS)

        def show(row: ItemRenditionRow) -> ItemRenditionOut:
            return show_rendition(row, version.digest, exchange.language)

        query = select(ItemRenditionRow).where(ItemRenditionRow.item_version_id == version_id)
        return (await page(exchange, unit, query, [ItemRenditionRow.id], show, cursor, limit)).response()


@post(
    "/{version_id:uuid}/renditions",
    policy=ORDER_RENDITIONS,
    problems=(CourseStudied, ItemLanguageAbsent),
    idempotent=True,
    operation_id="order_item_renditions",
    tags=TAGS,
    status_code=200,
)
async def order(
    version_id: FromPath[UUID], data: JSONBody[RenditionOrderIn], exchange: TheExchange
) -> Response[PageOf[ItemRenditionOut]]:
    """Has formats of a version made in a language: spoken, braille and large print by a machine, the others by people,
    in whose list they then stand. What is there already, or cannot apply, stays as it is; what failed is tried again.
    """

    async def work(unit: Unit) -> Answer:
        _, _, version = await require_version(unit, version_id, ORDER_RENDITIONS, READ_ITEMS)
        if data.language not in version.languages:
            raise ItemLanguageAbsent(data.language, version.languages)
        await order_renditions(unit, await missing_renditions(unit, [version_id], data.language, data.formats))
        query = (
            select(ItemRenditionRow)
            .where(
                ItemRenditionRow.item_version_id == version_id,
                ItemRenditionRow.language == data.language,
                ItemRenditionRow.format.in_(data.formats),
            )
            .order_by(ItemRenditionRow.id)
        )
        rows = await unit.session.scalars(query)
        return Answer(PageOf(items=[show_rendition(row, version.digest, exchange.language) for row in rows]))

    return await exchange.once(work)


@put(
    "/{version_id:uuid}/renditions/{language:str}/{form:str}",
    policy=DELIVER_RENDITIONS,
    accepts=files.ANYTHING,
    request_max_body_size=LARGEST,
    problems=(CourseStudied, *files.UPLOAD_PROBLEMS, ItemLanguageAbsent, RenditionNotNeeded),
    versioned=True,
    operation_id="deliver_item_rendition",
    tags=TAGS,
)
async def deliver(
    version_id: FromPath[UUID],
    language: FromPath[Language],
    form: FromPath[RenditionFormat],
    exchange: TheExchange,
    content_disposition: files.SentName,
) -> Response[ItemRenditionOut]:
    """Brings what a person has made of a version: a video in sign language, a long description, easy language,
    captions; or better sound or braille than a machine's. The file as body, its name in Content-Disposition. If-Match
    names the text of which it was made, by the entity tag of the version; of a text that was changed since, nothing is
    taken, also when it changes while the file is on its way."""
    async with exchange.reading() as unit:
        _, _, version = await require_version(unit, version_id, DELIVER_RENDITIONS, READ_ITEMS)
        exchange.check_version(version.version)
        if language not in version.languages:
            raise ItemLanguageAbsent(language, version.languages)
        if not applies(form, read_content(version.content)):
            raise RenditionNotNeeded()
        digest = version.digest
    name, claimed = files.sent_name(content_disposition), files.sent_type(exchange)
    rules = files.FileRules(LARGEST, TYPES[form])
    received = await files.receive(exchange, exchange.context, name, claimed, rules)
    async with exchange.writing() as unit:
        _, _, version = await require_version(unit, version_id, DELIVER_RENDITIONS, READ_ITEMS, lock=True)
        if version.digest != digest:
            raise StaleVersion(current=entity_tag(version.version))
        query = select(ItemRenditionRow).where(
            ItemRenditionRow.item_version_id == version_id,
            ItemRenditionRow.language == language,
            ItemRenditionRow.format == form,
        )
        row = await unit.session.scalar(query.with_for_update())
        if row is None:
            row = ItemRenditionRow(
                created_at=unit.now,
                item_version_id=version_id,
                language=language,
                format=form,
                state=RenditionState.NEEDS_PERSON,
                orders=0,
                digest=digest,
            )
            unit.session.add(row)
        await store_rendition(unit, row, version, received)
        return tagged(show_rendition(row, version.digest, exchange.language), version.version).response()


@get("/", policy=READ_ITEMS, operation_id="list_item_renditions", tags=TAGS)
async def list_all(
    exchange: TheExchange,
    in_state: Annotated[RenditionState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[ItemRenditionOut]]:
    """Renditions of all questions that one keeps; the inclusive-education office sees all. With `state=needs-person`
    or `state=failed`: what somebody has to do, the oldest first. Those of texts that were changed since are left
    out."""
    async with exchange.reading() as unit:
        condition = await reached_banks(unit, READ_ITEMS)
        query = (
            select(ItemRenditionRow)
            .join(ItemVersionRow, ItemVersionRow.id == ItemRenditionRow.item_version_id)
            .join(ItemRow, ItemRow.id == ItemVersionRow.item_id)
            .join(ItemBankRow, ItemBankRow.id == ItemRow.bank_id)
            .where(condition, ItemRenditionRow.digest == ItemVersionRow.digest)
        )
        if in_state is not None:
            query = query.where(ItemRenditionRow.state == in_state)

        def show(row: ItemRenditionRow) -> ItemRenditionOut:
            return show_rendition(row, row.digest, exchange.language)

        return (await page(exchange, unit, query, [ItemRenditionRow.id], show, cursor, limit)).response()


@get(
    "/{rendition_id:uuid}/file",
    policy=READ_ITEMS,
    problems=(CourseStudied, RenditionNotReady),
    operation_id="fetch_item_rendition",
    tags=TAGS,
)
async def fetch(rendition_id: FromPath[UUID], exchange: TheExchange) -> Response[Any]:
    """The file, as an attachment, for who keeps the bank and the inclusive-education office. Students get theirs from
    their attempts."""
    async with exchange.reading() as unit:
        row = await unit.session.get(ItemRenditionRow, rendition_id)
        if row is None:
            unit.reach(READ_ITEMS)
            raise NotFound()
        await require_version(unit, row.item_version_id, READ_ITEMS, READ_ITEMS)
        if row.file_id is None:
            raise RenditionNotReady(row.state)
        return await files.deliver(unit, row.file_id)


def show_rendition(row: ItemRenditionRow, digest: str, language: str) -> ItemRenditionOut:
    words = None if row.reason is None else words_of(f"rendition-{row.reason}", "message", language, {})
    return ItemRenditionOut(
        id=row.id,
        item_version_id=row.item_version_id,
        language=row.language,
        format=RenditionFormat(row.format),
        state=RenditionState(row.state),
        counts=row.state == RenditionState.READY and row.digest == digest,
        reason=row.reason,
        explanation=words,
        media_type=row.media_type,
        duration_ms=row.duration_ms,
        made_by=row.made_by,
        made_at=row.made_at,
    )


routers = (
    Router("/v1/item-versions", route_handlers=[list_of_version, order, deliver]),
    Router("/v1/item-renditions", route_handlers=[list_all, fetch]),
)
