"""What happens at night: plans end by the day of Bishkek, their end is told in time, once."""

import pytest
from sqlalchemy import select, text

from api.domains.accommodations.jobs import announce_ends, do_daily, end_plans
from api.domains.accommodations.mails import compose
from api.domains.accommodations.objections import DECIDED
from api.domains.accommodations.retention import RETENTION
from api.domains.people.models import PersonRow
from api.domains.privacy.service import apply_retention, export_person
from api.events import OutboxRow
from tests.api.accommodations.test_access import NOTE, with_everything
from tests.api.accommodations.world import (
    CASES,
    EVIDENCE,
    NEED,
    OBJECTIONS,
    PLANS,
    World,
    activate,
    agree,
    approve,
    assess,
    in_force,
    move,
)
from tests.api.conftest import StandingClock
from tests.api.teaching.school import SETUP, refused, sent

pytestmark = pytest.mark.anyio


async def told(world: World, kind: str) -> list[object]:
    async with world.context.reading(SETUP) as unit:
        rows = await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
        return [one.person for one in rows]


async def test_a_plan_ends_by_the_day_of_bishkek_after_notice_in_time(world: World, clock: StandingClock) -> None:
    case, plan = await in_force(world, valid_until="2026-10-20")
    office = await world.as_(world.office)

    async def state() -> str:
        return str((await sent(await office.get(f"{PLANS}/{plan}"), 200))["state"])

    clock.advance(days=18)
    await do_daily(world.context)
    assert await told(world, "accommodation-plan.expiring") == []
    assert (await sent(await office.get(PLANS, params={"ends_soon": "true"}), 200))["items"] == []
    clock.advance(days=1)  # the 20th of September, 30 days before
    assert [one["id"] for one in (await sent(await office.get(PLANS, params={"ends_soon": "true"}), 200))["items"]] == [
        plan
    ]
    assert (await announce_ends(world.context), await announce_ends(world.context)) == (1, 0)
    assert await told(world, "accommodation-plan.expiring") == [world.student.person]
    assert await told(world, "accommodation-case.to-do")  # the coordinator
    clock.advance(days=30, hours=13, minutes=59)  # 23:59 of the 20th in Bishkek
    assert await end_plans(world.context) == 0
    assert await state() == "active"
    clock.advance(minutes=1)  # midnight there, 18:00 in UTC
    assert (await end_plans(world.context), await end_plans(world.context)) == (1, 0)
    assert await state() == "expired"
    assert await told(world, "accommodation-plan.expired") == [world.student.person]
    refusal = await move(world, world.office, f"{PLANS}/{plan}/revoke", {"reason": "x"})
    await refused(refusal, 409, "move-not-allowed")
    new = (await sent(await office.post(f"{CASES}/{case}/plans", json={}), 201))["id"]  # renewal
    renewed = await sent(await office.get(f"{PLANS}/{new}"), 200)
    assert (renewed["number"], renewed["previous_id"], len(renewed["accommodations"])) == (2, plan, 2)
    await refused(await office.post(f"{CASES}/{case}/plans", json={}), 409, "accommodation-plan-in-preparation")
    await assess(world, new, valid_from="2026-10-21", valid_until="2027-01-31")
    await agree(world, new)
    assert (await activate(world, new))["state"] == "active"


async def test_mails_go_to_the_right_person_in_their_language_with_the_days(world: World) -> None:
    await with_everything(world)
    async with world.context.writing(SETUP) as unit:
        events = (await unit.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        student = await unit.session.get_one(PersonRow, world.student.person)
        student.email, student.language = "aigul@university.test", "ru"
        await unit.session.flush()
        mails = {one.kind: await compose(unit, one) for one in events if one.kind == "accommodation-plan.activated"}
        opened = [await compose(unit, one) for one in events if one.kind == "accommodation-case.opened"]
    mail = mails["accommodation-plan.activated"]
    assert mail is not None
    assert (mail.to, mail.language, "с 01.09.2026 по 31.12.2026" in mail.text) == ("aigul@university.test", "ru", True)
    assert opened == [None]  # who asked knows


async def test_an_objection_is_reviewed_and_stops_nothing(world: World) -> None:
    case, plan = await in_force(world)
    student, office = await world.as_(world.student), await world.as_(world.office)
    first = (await sent(await student.post(f"{PLANS}/{plan}/objections", json={"words": "Убакыт аз"}), 201))["id"]
    again = await student.post(f"{PLANS}/{plan}/objections", json={"words": "Дагы"})
    await refused(again, 409, "accommodation-objection-open")
    await refused(await office.post(f"{PLANS}/{plan}/objections", json={"words": "x"}), 403, "not-allowed")
    assert (await sent(await office.get(f"{PLANS}/{plan}"), 200))["state"] == "active"
    assert (await sent(await office.get(OBJECTIONS, params={"state": "open"}), 200))["items"][0]["id"] == first
    url = f"{OBJECTIONS}/{first}/decide"
    body = {"is_upheld": False, "answer": "Жетиштүү"}
    await refused(await office.post(url, json=body), 428, "version-needed")
    done = await sent(await move(world, world.office, url, body), 200)
    assert (done["state"], done["answer"], done["decided_by_name"]) == ("dismissed", "Жетиштүү", "Инклюзия Нур")
    await refused(await move(world, world.office, url, body), 409, "move-not-allowed")
    second = (await sent(await student.post(f"{PLANS}/{plan}/objections", json={"words": "Дагы эле аз"}), 201))["id"]
    await sent(await move(world, world.office, f"{OBJECTIONS}/{second}/decide", body | {"is_upheld": True}), 200)
    versions = (await sent(await student.get(PLANS, params={"case_id": case}), 200))["items"]
    assert [(one["number"], one["state"]) for one in versions] == [(1, "active"), (2, "requested")]
    new = versions[1]["id"]
    one = await sent(await student.get(PLANS, params={"case_id": case, "limit": 1}), 200)
    two = await sent(await student.get(PLANS, params={"case_id": case, "limit": 1, "cursor": one["next"]}), 200)
    assert [*one["items"], *two["items"]] == versions
    nothing = await student.post(f"{PLANS}/{new}/objections", json={"words": "x"})
    assert (await refused(nothing, 409, "accommodation-nothing-to-object"))["state"] == "requested"
    assert await told(world, DECIDED) == [world.student.person] * 2
    await assess(world, new)
    await sent(await approve(world, world.dean, new, "dean", "refused", "Себеп"), 200)
    assert (await sent(await office.get(f"{PLANS}/{plan}"), 200))["state"] == "active"


async def test_evidence_goes_first_and_the_case_later_with_all_files(world: World, clock: StandingClock) -> None:
    ids = await with_everything(world)
    office = await world.as_(world.office)
    async with world.context.writing(SETUP) as unit:
        export = await export_person(unit, world.school.students[0], open_sealed=True)
    tables = {one.name: one.rows for one in export.tables}
    assert {"accommodation_case", "accommodation_plan", "accommodation", "accommodation_evidence"} <= set(tables)
    assert (tables["accommodation_case"][0]["need"], tables["accommodation_evidence"][0]["note"]) == (NEED, NOTE)
    async with world.context.writing(SETUP) as unit:
        export = await export_person(unit, world.school.students[1], open_sealed=True)
    assert not {one.name for one in export.tables} & set(tables) & {"accommodation_case", "accommodation_evidence"}
    await sent(await move(world, world.office, f"{PLANS}/{ids['plan']}/revoke", {"reason": "x"}), 200)
    reason = "Ооруп калды"
    closed = await sent(await move(world, world.student, f"{CASES}/{ids['case']}/close", {"reason": reason}), 200)
    assert closed["close_reason"] == reason
    async with world.context.reading(SETUP) as unit:
        assert reason not in str((await unit.session.execute(text("SELECT * FROM accommodation_case"))).all())
    file = {"Content-Type": "application/pdf", "Content-Disposition": "attachment; filename*=UTF-8''a.pdf"}
    late = await office.post(f"{EVIDENCE}/{ids['evidence']}/file", content=b"%PDF-1.7", headers=file)
    await refused(late, 409, "accommodation-case-closed")
    await apply_retention(world.context, RETENTION)
    assert (await office.get(f"{EVIDENCE}/{ids['evidence']}")).status_code == 200
    clock.advance(days=366)
    await apply_retention(world.context, RETENTION)
    assert (await office.get(f"{EVIDENCE}/{ids['evidence']}")).status_code == 404
    assert (await office.get(f"{CASES}/{ids['case']}")).status_code == 200
    clock.advance(days=4 * 365)
    await apply_retention(world.context, RETENTION)
    assert (await office.get(f"{CASES}/{ids['case']}")).status_code == 404
    async with world.context.reading(SETUP) as unit:
        for table in ("accommodation_plan", "accommodation", "plan_objection", "stored_file"):
            assert (await unit.session.execute(text(f"SELECT count(*) FROM {table}"))).scalar() == 0, table
