"""Making what was ordered: a durable job for each order, and an hourly look at what could not be made.

An order that fails stands in the list with its reason; nobody has to order again when a voice was installed, since the
hourly look tries once more and tells nobody as long as nothing has changed. What needs a person, or has failed, is told
to the inclusive-education office: in one mail for all of a quarter of an hour, since a test has many questions.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from api.domains.courses import service as courses
from api.domains.files import service as files
from api.domains.items.checking import files_of, media_of
from api.domains.items.content import Content, MediumKind
from api.domains.items.documents import picture_name
from api.domains.items.mails import MAILS, WAITING, waiting_renditions
from api.domains.items.making import CannotMake, Made, make_braille, make_large_print, make_spoken
from api.domains.items.models import ItemBankRow, ItemRenditionRow, ItemVersionRow
from api.domains.items.renditions import RenditionFormat, RenditionState, event_of, store_rendition
from api.domains.items.versions import read_content
from api.domains.people.service import holders_above
from api.events import Event, OutboxRow
from api.identity import Role, system_actor
from api.jobs.consuming import Consumer
from api.jobs.port import SCHEDULED_FOR, Job, JobRun, Lane, NewJob, Retry, Schedule
from api.narration import NarrationFailed, NoVoice
from api.unit import Context, Unit

__all__ = ["CONSUMERS", "MAILS", "SCHEDULES", "jobs"]

MAKE: Final = "items.make-rendition"
LOOK_AGAIN: Final = "items.look-again"
TELL: Final = "items.tell-office"
_QUARTER: Final = 900
"""Seconds. Our choice."""
SCHEDULES: Final = (Schedule(LOOK_AGAIN, every=timedelta(hours=1)),)
LARGEST_PICTURE: Final = 20_000_000
"""Bytes, of a picture that is printed large. Our choice."""
LARGEST_RENDITION: Final = 500_000_000
MANY: Final = 1_000
"""Orders that one look takes up."""
_MADE_LATELY: Final = timedelta(hours=1)
_ACTOR: Final = system_actor(f"job:{MAKE}")
_FINAL: Final = ("no-language", "unwritable", "person-needed")
"""Another try alone changes nothing: the question must be changed, or a person bring the file. Whoever orders again has
it tried again."""
_UNMADE: Final = (RenditionState.ORDERED, RenditionState.MAKING, RenditionState.FAILED)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be made, as it is now."""

    version_id: UUID
    content: Content
    points: Decimal
    language: str
    format: RenditionFormat
    digest: str


async def follow_order(_: Context, row: OutboxRow) -> Sequence[NewJob]:
    """`item-rendition.ordered` -> the job that makes it."""
    rendition = row.ids["rendition"]
    return [NewJob(MAKE, f"{rendition}/{row.codes['order']}", {"rendition": rendition})]


async def follow_trouble(_: Context, row: OutboxRow) -> Sequence[NewJob]:
    """-> one job at the end of the quarter of an hour in which it happened."""
    ends_at = datetime.fromtimestamp((row.created_at.timestamp() // _QUARTER + 1) * _QUARTER, UTC)
    return [NewJob(TELL, ends_at.isoformat(), {}, ends_at)]


CONSUMERS: Final[Mapping[str, Sequence[Consumer]]] = {
    "item-rendition.failed": (follow_trouble,),
    "item-rendition.needs-person": (follow_trouble,),
    "item-rendition.ordered": (follow_order,),
}


def jobs(context: Context) -> Sequence[Job]:
    async def make(run: JobRun) -> None:
        rendition = UUID(run.payload["rendition"])
        try:
            await make_rendition(context, rendition)
        except Retry:
            raise
        except Exception:  # whatever it was: who waits for the rendition sees that it failed; the engine tries again
            await _fail(context, rendition, "fault")
            raise

    async def look_again(run: JobRun) -> Sequence[NewJob]:
        return await waiting_orders(context, run.payload[SCHEDULED_FOR])

    async def tell(_: JobRun) -> None:
        await tell_office(context)

    return (Job(MAKE, make, lane=Lane.HEAVY), Job(LOOK_AGAIN, look_again), Job(TELL, tell))


async def tell_office(context: Context) -> None:
    """An event for every member of the inclusive-education office who sees these questions, of which mails are made."""
    async with context.writing(system_actor(f"job:{TELL}")) as unit:
        found = (await unit.session.scalars(waiting_renditions(ItemBankRow.course_id).distinct())).all()
        briefs = (await courses.course_briefs(unit, set(found))).values()
        units = {brief.unit_id for brief in briefs if brief.unit_id is not None}
        for officer in sorted(await holders_above(unit, Role.INCLUSION_OFFICE, units)):
            await unit.emit(Event(WAITING, {}, officer))


async def make_rendition(context: Context, rendition_id: UUID) -> None:
    """Makes what was ordered, of the version as it is now. Does nothing when it is there already, or is a person's.

    What cannot be made is marked failed with its reason, told once, and tried again by the hourly look. Raises Retry
    when the version was changed meanwhile.
    """
    order = await _begin(context, rendition_id)
    if order is None:
        return
    try:
        made = await _make(context, order)
    except CannotMake as cannot:
        await _fail(context, rendition_id, cannot.reason)
        return
    received = await files.receive(
        files.of_bytes(made.data),
        context,
        f"{order.language}-{order.format}.{made.ending}",
        made.media_type,
        files.FileRules(LARGEST_RENDITION),
    )
    async with context.writing(_ACTOR) as unit:
        found = await _find(unit, rendition_id)
        if found is None or found[0].state not in _UNMADE:
            return
        row, version = found
        if version.digest != order.digest:
            raise Retry("version-changed")
        await store_rendition(unit, row, version, received, duration_ms=made.duration_ms, media_type=made.media_type)


async def waiting_orders(context: Context, period: str) -> Sequence[NewJob]:
    """Jobs for what failed, and for what was ordered an hour ago and is not there: its job may have been lost with the
    machine that had it."""
    before = context.clock.now() - _MADE_LATELY
    query = (
        select(ItemRenditionRow.id)
        .where(
            ItemRenditionRow.state.in_(_UNMADE),
            ItemRenditionRow.created_at < before,
            or_(ItemRenditionRow.reason.is_(None), ItemRenditionRow.reason.not_in(_FINAL)),
        )
        .order_by(ItemRenditionRow.id)
        .limit(MANY)
    )
    async with context.database.reading() as session:
        ids = (await session.scalars(query)).all()
    return [NewJob(MAKE, f"{id_}/{period}", {"rendition": str(id_)}) for id_ in ids]


async def _begin(context: Context, rendition_id: UUID) -> _Order | None:
    async with context.writing(_ACTOR) as unit:
        found = await _find(unit, rendition_id)
        if found is None:
            return None
        row, version = found
        if row.state not in _UNMADE:
            return None
        if row.state == RenditionState.ORDERED:
            row.state = RenditionState.MAKING  # what failed stays so until it is there: nobody sees it flicker
        row.digest = version.digest
        return _Order(
            version.id,
            read_content(version.content),
            version.points,
            row.language,
            RenditionFormat(row.format),
            version.digest,
        )


async def _make(context: Context, order: _Order) -> Made:
    if order.language not in order.content.prompt:
        raise CannotMake("no-language")
    given = (order.version_id, order.content, order.language, order.points)
    match order.format:
        case RenditionFormat.BRAILLE:
            return await asyncio.to_thread(make_braille, *given)
        case RenditionFormat.LARGE_PRINT:
            return await asyncio.to_thread(make_large_print, *given, await _pictures(context, order.content))
        case RenditionFormat.SPOKEN:
            if context.narrator is None:
                raise CannotMake("no-narrator")
            try:
                return await asyncio.to_thread(make_spoken, context.narrator, *given)
            except NoVoice as missing:
                raise CannotMake("no-voice") from missing
            except NarrationFailed as failed:
                raise CannotMake("voice-failed") from failed
        case _:
            raise CannotMake("person-needed")


async def _pictures(context: Context, content: Content) -> Mapping[str, bytes]:
    """What a large print shows, by the names in its document."""
    by_id = files_of(content)
    ids = [one.id for one in media_of(content) if one.kind is MediumKind.PICTURE]
    async with context.reading(_ACTOR) as unit:
        return {picture_name(id_): await files.read_bytes(unit, by_id[id_], LARGEST_PICTURE) for id_ in ids}


async def _fail(context: Context, rendition_id: UUID, reason: str) -> None:
    async with context.writing(_ACTOR) as unit:
        found = await _find(unit, rendition_id)
        if found is None or found[0].state not in _UNMADE:
            return
        row, _ = found
        if row.state == RenditionState.FAILED and row.reason == reason:
            return
        row.state, row.reason = RenditionState.FAILED, reason
        unit.record("fail", "item-rendition", row.id, reason=reason)
        await unit.emit(event_of("item-rendition.failed", row))


async def _find(unit: Unit, rendition_id: UUID) -> tuple[ItemRenditionRow, ItemVersionRow] | None:
    """Both for writing, so that the version does not change in between."""
    row = await unit.session.get(ItemRenditionRow, rendition_id, with_for_update=True)
    if row is None:
        return None
    version = await unit.session.get(ItemVersionRow, row.item_version_id, with_for_update={"key_share": True})
    return None if version is None else (row, version)
