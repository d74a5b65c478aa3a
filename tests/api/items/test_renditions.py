"""Renditions: what is missing, what a machine makes, what waits for a person; braille and sound that are read back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api import app
from api.domains.items import jobs as item_jobs
from api.domains.items import service
from api.domains.items.jobs import (
    MAKE,
    TELL,
    follow_order,
    follow_trouble,
    make_rendition,
    tell_office,
    waiting_orders,
)
from api.domains.items.mails import MAILS, WAITING
from api.domains.items.service import Missing, RenditionFormat
from api.domains.people.rules import Grant, Name
from api.domains.people.service import NewPerson, create_persons, grant_roles
from api.events import OutboxRow
from api.identity import Role, Scope
from api.jobs.port import JobRun, Lane
from api.narration import Narrated, NarrationFailed, NoVoice
from api.unit import Context
from builder.model.document import Document
from tests.api.conftest import StandingClock, University
from tests.api.items.pictures import PNG
from tests.api.items.samples import JOB, OFFICE, Place, actor, make_bank, make_item, make_place, teacher, version

pytestmark = pytest.mark.anyio
EVERY = tuple(RenditionFormat)
EASY = {"Content-Disposition": "attachment; filename=easy.txt", "Content-Type": "text/plain"}
ALWAYS = {
    RenditionFormat.SPOKEN,
    RenditionFormat.BRAILLE,
    RenditionFormat.LARGE_PRINT,
    RenditionFormat.SIGN_LANGUAGE,
    RenditionFormat.SIMPLIFIED,
}


class Reader:
    """A narrator that says what it was given; `fault` is raised instead."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.read: list[Document] = []

    def narrate(self, document: Document) -> Narrated:
        if self.fault is not None:
            raise self.fault
        self.read.append(document)
        return Narrated(b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(400), "audio/mpeg", "mp3", 1234, ("voice",))


def narrated_by(context: Context, narrator: Any) -> Context:
    object.__setattr__(context, "narrator", narrator)
    return context


async def stage(university: University, kind: str = "single-choice", **other: Any) -> tuple[Place, str]:
    place = await make_place(university.context)
    me = teacher(place)
    bank = await make_bank(university, place, me)
    return place, await make_item(university, bank, me, "q", kind, **other)


async def missing(
    context: Context, id_: str, formats: tuple[RenditionFormat, ...] = EVERY, language: str = "ky"
) -> dict[RenditionFormat, Missing]:
    async with context.reading(JOB) as unit:
        found = await service.missing_renditions(unit, [UUID(id_)], language, formats)
    return {one.format: one.why for one in found}


async def order(context: Context, id_: str, *formats: RenditionFormat) -> None:
    async with context.writing(JOB) as unit:
        await service.order_renditions(unit, await service.missing_renditions(unit, [UUID(id_)], "ky", formats))


async def ordered_jobs(context: Context) -> dict[str, UUID]:
    """Key -> rendition, as the relay would hand the events over."""
    async with context.reading(JOB) as unit:
        rows = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "item-rendition.ordered"))).all()
    jobs = [job for row in rows for job in await follow_order(context, row)]
    assert {job.name for job in jobs} <= {MAKE}
    return {job.key: UUID(job.payload["rendition"]) for job in jobs}


def test_the_service_carries_orders_out() -> None:
    assert follow_order in {one for mapping in app.CONSUMERS for one in mapping.get("item-rendition.ordered", ())}
    assert item_jobs.jobs in app.JOBS
    assert {one.job for one in item_jobs.SCHEDULES} <= {one.job for one in app.SCHEDULES}


async def test_what_is_promised_is_ordered_made_and_given_out(university: University, clock: StandingClock) -> None:
    context = narrated_by(university.context, reader := Reader())
    place, id_ = await stage(university)
    assert await missing(context, id_) == dict.fromkeys(ALWAYS, Missing.NOT_ORDERED)
    assert set((await missing(context, id_, language="en")).values()) == {Missing.NOT_ORDERED}
    assert set((await missing(context, id_, (RenditionFormat.SPOKEN,), "de")).values()) == {Missing.NO_LANGUAGE}

    await asyncio.gather(*(order(context, id_, *EVERY) for _ in range(4)))  # at once: ordered once
    jobs = await ordered_jobs(context)
    assert len(jobs) == 3
    found = await missing(context, id_)
    assert found[RenditionFormat.SPOKEN] is Missing.BEING_MADE
    assert found[RenditionFormat.SIGN_LANGUAGE] is Missing.NEEDS_PERSON

    for rendition in [*jobs.values(), *jobs.values()]:  # at least once, and once is enough
        await make_rendition(context, rendition)
    assert len(reader.read) == 1
    assert set(await missing(context, id_)) == {RenditionFormat.SIGN_LANGUAGE, RenditionFormat.SIMPLIFIED}
    async with context.reading(JOB) as unit:
        given = await service.rendition_files(unit, [UUID(id_)], "ky", EVERY)
    assert {one.format: (one.media_type, one.duration_ms) for one in given} == {
        RenditionFormat.BRAILLE: ("text/plain", None),
        RenditionFormat.LARGE_PRINT: ("application/pdf", None),
        RenditionFormat.SPOKEN: ("audio/mpeg", 1234),
    }

    # What only a person can make stands in the office's list and in that of the course; nobody else's
    office, me = await university.as_(OFFICE), await university.as_(teacher(place))
    for client in (office, me):
        due = (await client.get("/v1/item-renditions?state=needs-person")).json()["items"]
        assert {one["format"] for one in due} == {"sign-language", "simplified-language-portions"}
        assert all(one["explanation"] for one in due)
    stranger = await university.as_(actor(Role.INSTRUCTOR, Scope.CLASS, place.other_class))
    assert (await stranger.get("/v1/item-renditions")).json()["items"] == []
    student = await university.as_(actor(Role.STUDENT, Scope.CLASS, place.class_))
    assert (await student.get("/v1/item-renditions")).status_code == 403
    assert (await student.get(f"/v1/item-renditions/{due[0]['id']}/file")).status_code in (403, 404)

    # The office brings a text in easy language; a film in its place is refused
    url = f"/v1/item-versions/{id_}/renditions/ky/simplified-language-portions"
    named = EASY | {"If-Match": '"1"'}
    brought = await office.put(url, content="Жөнөкөй суроо.".encode(), headers=named)
    assert brought.status_code == 200 and brought.json()["counts"], brought.text
    assert set(await missing(context, id_)) == {RenditionFormat.SIGN_LANGUAGE}
    fetched = await office.get(f"/v1/item-renditions/{brought.json()['id']}/file")
    assert fetched.text == "Жөнөкөй суроо." and "attachment" in fetched.headers["content-disposition"]
    wrong = await office.put(url.replace("simplified-language-portions", "sign-language"), content=b"x", headers=named)
    assert wrong.status_code == 422
    useless = await office.put(url.replace("simplified-language-portions", "captions"), content=b"x", headers=named)
    assert useless.status_code == 409 and useless.json()["type"] == "/problems/rendition-not-needed"

    # Another text: what was made of the one before counts no more, and is made anew
    keeper = await university.as_(teacher(place))
    changed = await keeper.put(
        f"/v1/item-versions/{id_}", json=version("single-choice", 3), headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200
    assert set(await missing(context, id_)) == ALWAYS
    async with context.reading(JOB) as unit:
        assert await service.rendition_files(unit, [UUID(id_)], "ky", EVERY) == []
    await order(context, id_, RenditionFormat.BRAILLE)
    for rendition in (await ordered_jobs(context)).values():
        await make_rendition(context, rendition)
    assert RenditionFormat.BRAILLE not in await missing(context, id_)


async def test_what_was_made_of_another_text_is_not_taken(university: University, clock: StandingClock) -> None:
    """The question is changed before the file is sent, and while it is on its way."""
    place, id_ = await stage(university)
    office, keeper = await university.as_(OFFICE), await university.as_(teacher(place))
    address = f"/v1/item-versions/{id_}"
    url = f"{address}/renditions/ky/simplified-language-portions"

    async def change(points: int) -> None:
        tag = (await keeper.get(address)).headers["etag"]
        changed = await keeper.put(address, json=version("single-choice", points), headers={"If-Match": tag})
        assert changed.status_code == 200, changed.text

    async def slow_file() -> AsyncIterator[bytes]:
        yield "Жөнөкөй ".encode()
        await change(4)
        yield "суроо.".encode()

    seen = (await office.get(address)).headers["etag"]
    await change(3)
    for tag, status, problem in ((None, 428, "version-needed"), (seen, 412, "stale-version")):
        answer = await office.put(url, content=b"Easy", headers=EASY | ({} if tag is None else {"If-Match": tag}))
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    for tag in ((await office.get(address)).headers["etag"], "*"):
        answer = await office.put(url, content=slow_file(), headers=EASY | {"If-Match": tag})
        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/stale-version")
        await change(3)
    assert (await office.get(f"{address}/renditions")).json()["items"] == []
    seen = (await office.get(address)).headers["etag"]
    brought = await office.put(url, content=b"Easy", headers=EASY | {"If-Match": seen})
    assert brought.json()["counts"] and brought.headers["etag"] == seen


@pytest.mark.parametrize(
    ("narrator", "reason"),
    [(None, "no-narrator"), (Reader(NoVoice("ky")), "no-voice"), (Reader(NarrationFailed()), "voice-failed")],
)
async def test_an_order_that_fails_says_so_and_is_tried_again_by_itself(
    university: University, clock: StandingClock, narrator: Any, reason: str
) -> None:
    context = narrated_by(university.context, narrator)
    _, id_ = await stage(university)
    await order(context, id_, RenditionFormat.SPOKEN)
    (rendition,) = (await ordered_jobs(context)).values()
    for _ in range(2):
        await make_rendition(context, rendition)
    assert await missing(context, id_, (RenditionFormat.SPOKEN,)) == {RenditionFormat.SPOKEN: Missing.FAILED}
    office = await university.as_(OFFICE)
    (told,) = (await office.get("/v1/item-renditions?state=failed", headers={"Accept-Language": "ru"})).json()["items"]
    assert told["reason"] == reason and "час" in told["explanation"]
    async with context.reading(JOB) as unit:
        rows = await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "item-rendition.failed"))
        assert len(rows.all()) == 1  # told once, not every hour
    assert await waiting_orders(context, "p") == []
    clock.advance(hours=2)
    narrated_by(context, Reader())  # a voice was installed meanwhile
    for job in await waiting_orders(context, "p"):
        await make_rendition(context, UUID(job.payload["rendition"]))
    assert await missing(context, id_, (RenditionFormat.SPOKEN,)) == {}


async def test_the_office_has_one_mail_for_all_that_a_person_must_make(
    university: University, clock: StandingClock
) -> None:
    context = university.context
    async with context.writing(JOB) as unit:
        officers = await create_persons(
            unit,
            [NewPerson(Name("ky-Cyrl", name, "Нур"), email=f"{name}@university.test") for name in ("a", "b")],
        )
        held = [Grant(one, Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None, unit.today) for one in officers]
        await grant_roles(unit, held)
    _, id_ = await stage(university)
    await order(context, id_, RenditionFormat.SIGN_LANGUAGE, RenditionFormat.SIMPLIFIED, RenditionFormat.SPOKEN)
    (rendition,) = (await ordered_jobs(context)).values()
    await make_rendition(narrated_by(context, None), rendition)
    async with context.reading(JOB) as unit:
        kinds = ("item-rendition.failed", "item-rendition.needs-person")
        events = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind.in_(kinds)))).all()
    asked = {(job.name, job.key, job.not_before) for event in events for job in await follow_trouble(context, event)}
    assert len(events) == 3
    ((name, _, not_before),) = asked
    assert name == TELL and not_before is not None
    assert 0 <= (not_before - clock.now()).total_seconds() <= 900

    await tell_office(context)
    async with context.reading(JOB) as unit:
        told = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == WAITING))).all()
        mails = [await MAILS[WAITING](unit, event) for event in told]
    assert {event.person for event in told} == set(officers)
    assert all(mail is not None and "даярдай турган материалдар: 2" in mail.text for mail in mails)
    assert all(mail is not None and "калгандары: 1" in mail.text for mail in mails)


async def test_what_no_printer_can_write_waits_for_a_person(university: University, clock: StandingClock) -> None:
    """A damaged picture: no large print, and no trying every hour for ever."""
    context = university.context
    place = await make_place(context)
    me = teacher(place)
    client = await university.as_(me)
    bank = await make_bank(university, place, me)
    headers = {"Content-Disposition": "attachment; filename=a.png", "Content-Type": "image/png"}
    made = await client.post(f"/v1/item-banks/{bank}/media", content=PNG[:40] + PNG[44:], headers=headers)
    words = {"ky": "Схема", "ru": "Схема", "en": "Scheme"}
    medium = {"id": "m", "kind": "picture", "file_id": made.json()["file_id"], "text": words}
    id_ = await make_item(university, bank, me, "q", "essay", media=[medium])
    await order(context, id_, RenditionFormat.LARGE_PRINT)
    (rendition,) = (await ordered_jobs(context)).values()
    await make_rendition(context, rendition)
    office = await university.as_(OFFICE)
    (told,) = (await office.get("/v1/item-renditions?state=failed")).json()["items"]
    assert told["reason"] == "unwritable"
    clock.advance(hours=2)
    assert await waiting_orders(context, "p") == []


async def test_a_fault_of_ours_is_seen_and_tried_again_by_the_engine(university: University) -> None:
    context = narrated_by(university.context, Reader(ZeroDivisionError()))
    _, id_ = await stage(university)
    await order(context, id_, RenditionFormat.SPOKEN)
    (rendition,) = (await ordered_jobs(context)).values()
    (make,) = (one for one in item_jobs.jobs(context) if one.name == MAKE)
    assert make.lane is Lane.HEAVY
    with pytest.raises(ZeroDivisionError):
        await make.run(JobRun(MAKE, "k", {"rendition": str(rendition)}, 1, False))
    assert await missing(context, id_, (RenditionFormat.SPOKEN,)) == {RenditionFormat.SPOKEN: Missing.FAILED}


async def test_formats_that_cannot_apply_are_not_missing(university: University) -> None:
    place = await make_place(university.context)
    me = teacher(place)
    client = await university.as_(me)
    bank = await make_bank(university, place, me)
    wave = b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + bytes(40)
    files = {}
    for name, data, kind in (("a.png", PNG, "image/png"), ("a.wav", wave, "audio/wav")):
        headers = {"Content-Disposition": f"attachment; filename={name}", "Content-Type": kind}
        made = await client.post(f"/v1/item-banks/{bank}/media", content=data, headers=headers)
        assert made.status_code == 201, made.text
        files[name] = made.json()["file_id"]
    words = {"ky": "Схема", "ru": "Схема", "en": "Scheme"}
    picture = {"id": "m", "kind": "picture", "file_id": files["a.png"], "text": words}
    sound = {"id": "n", "kind": "audio", "file_id": files["a.wav"], "text": words}
    wanted = (RenditionFormat.LONG_DESCRIPTION, RenditionFormat.CAPTIONS, RenditionFormat.TRANSCRIPT)
    for code, media, expected in (
        ("none", [], set()),
        ("picture", [picture], {RenditionFormat.LONG_DESCRIPTION}),
        ("says-all", [picture | {"text_says_all": True}], set()),
        ("described", [picture | {"long_description": words}], set()),
        ("sound", [sound], {RenditionFormat.CAPTIONS, RenditionFormat.TRANSCRIPT}),
    ):
        id_ = await make_item(university, bank, me, code, "essay", media=media)
        assert set(await missing(university.context, id_, wanted)) == expected, code
        if code == "picture":  # whose bytes are those of a picture
            await order(university.context, id_, RenditionFormat.LARGE_PRINT)
            (rendition,) = (await ordered_jobs(university.context)).values()
            await make_rendition(university.context, rendition)
            assert await missing(university.context, id_, (RenditionFormat.LARGE_PRINT,)) == {}
