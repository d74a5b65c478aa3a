"""QTI packages over HTTP."""

import asyncio
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, QueryParameter

from api.domains.items.errors import CourseStudied, ItemBankClosed, QtiRefused, QtiTooLarge
from api.domains.items.guards import KEEP_ITEMS, READ_ITEMS, READ_KEYS
from api.domains.items.packages import export_bank, import_items, prepare
from api.domains.items.qti import Finding, PackageRefused, read_package
from api.domains.items.reaching import check_open, require_bank
from api.domains.items.schemas import QtiItemOut, QtiLine, QtiReport
from api.errors import words_of
from api.http.exchange import Answer, TheExchange
from api.http.wire import Language
from api.unit import Unit

TAGS = ["items"]
ZIP: Final = "application/zip"
LARGEST: Final = 100_000_000
"""Bytes of a package as it is sent. Our choice."""


@get(
    "/{bank_id:uuid}/qti",
    policy=READ_KEYS,
    problems=(CourseStudied, QtiTooLarge),
    operation_id="export_item_bank",
    tags=TAGS,
)
async def export(bank_id: FromPath[UUID], exchange: TheExchange) -> Response[Any]:
    """The active questions of a bank as an IMS QTI 2.2 content package (ZIP), with keys, feedback and media, one file
    for each language of each question. For who keeps the bank, and no API token; it is recorded."""
    async with exchange.writing() as unit:
        bank = await require_bank(unit, bank_id, READ_KEYS, READ_ITEMS)
        data = await export_bank(unit, bank)
    headers = {"Content-Disposition": 'attachment; filename="items.zip"', "X-Content-Type-Options": "nosniff"}
    return Response(data, media_type=ZIP, headers=headers)


@post(
    "/{bank_id:uuid}/qti",
    policy=KEEP_ITEMS,
    accepts=(ZIP,),
    request_max_body_size=LARGEST,
    problems=(CourseStudied, QtiRefused, ItemBankClosed),
    idempotent=True,
    operation_id="import_items",
    tags=TAGS,
    status_code=200,
)
async def import_package(
    bank_id: FromPath[UUID],
    exchange: TheExchange,
    language: Annotated[
        Language, QueryParameter(name="language", description="Of items that do not say theirs")
    ] = "ky",
    trial: Annotated[bool, QueryParameter(name="trial", description="Only say what would happen")] = False,
) -> Response[QtiReport]:
    """Takes the questions of a QTI 2.1 or 2.2 package into the bank: single and multiple choice, ordering, matching,
    numbers, short texts, essays and files. Everything of the package that is not taken over is listed with its file and
    line. Questions whose code the bank has already are left out."""
    async with exchange.reading() as unit:  # before anything is read
        check_open(await require_bank(unit, bank_id, KEEP_ITEMS, READ_ITEMS))
    data = await exchange.request.body()
    try:
        package = await asyncio.to_thread(read_package, data, language)
    except PackageRefused as refused:
        words = words_of(f"qti-{refused.code}", "message", exchange.language, refused.values)
        raise QtiRefused(refused.code, refused.file, words) from None
    prepared = await prepare(exchange.context, package)

    async def work(unit: Unit) -> Answer:
        bank = await require_bank(unit, bank_id, KEEP_ITEMS, READ_ITEMS, lock=not trial)
        check_open(bank)
        made, findings = await import_items(unit, bank, prepared, is_trial=trial)
        report = QtiReport(
            items=[QtiItemOut(id=one.id, code=one.code, kind=one.kind, languages=list(one.languages)) for one in made],
            findings=[show_finding(one, exchange.language) for one in findings],
        )
        return Answer(report)

    return await exchange.once(work)


def show_finding(one: Finding, language: str) -> QtiLine:
    values = dict(one.values)
    if one.code == "fault":
        fault = values.pop("fault")
        values["explanation"] = words_of(f"field-{fault.code}", "message", language, fault.values)
    message = words_of(f"qti-{one.code}", "message", language, values)
    return QtiLine(file=one.file, line=one.line, code=one.code, message=message)


routers = (Router("/v1/item-banks", route_handlers=[export, import_package]),)
