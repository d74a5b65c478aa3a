"""The office's report: counts, no names, signed once the days are over."""

import pytest
from sqlalchemy import text

from api.identity import Role, Scope
from api.ids import new_id
from tests.api.accommodations.world import PLANS, REPORTS, World, in_force, move, requested
from tests.api.conftest import StandingClock
from tests.api.teaching.school import SETUP, officer, refused, sent, wrong_fields

pytestmark = pytest.mark.anyio
SEPTEMBER = {"starts_on": "2026-09-01", "ends_on": "2026-09-30"}


async def test_a_report_counts_and_names_nobody_and_is_signed_when_its_days_are_over(
    world: World, clock: StandingClock
) -> None:
    _, plan = await in_force(world)
    await requested(world, world.neighbour)
    office = await world.as_(world.office)
    early = await sent(await office.post(REPORTS, json=SEPTEMBER), 201)
    await refused(await office.post(f"{REPORTS}/{early['id']}/sign"), 409, "accommodation-period-not-over")
    await sent(await move(world, world.office, f"{PLANS}/{plan}/revoke", {"reason": "x"}), 200)
    clock.advance(days=35)
    made = await sent(await office.post(REPORTS, json=SEPTEMBER), 201)
    counted = {name: made[name] for name in ("cases_opened", "cases_open", "cases_closed", "plans_in_force")}
    assert counted == {"cases_opened": 2, "cases_open": 2, "cases_closed": 0, "plans_in_force": 1}
    assert (made["plans_activated"], made["plans_revoked"], made["days_to_activation"]) == (1, 1, None)
    told = {one["feature"]: one["plans"] for one in made["features"]}
    assert (told["spoken"], told["braille"]) == (None, 0)  # one student could be recognised
    later = await sent(await office.post(REPORTS, json={"starts_on": "2026-10-01", "ends_on": "2026-10-03"}), 201)
    assert (later["cases_opened"], later["plans_in_force"], later["cases_open"]) == (0, 0, 2)
    signed = await sent(await office.post(f"{REPORTS}/{made['id']}/sign"), 200)
    assert (signed["signed_by_name"], signed["is_signature_valid"]) == ("Инклюзия Нур", True)
    await refused(await office.post(f"{REPORTS}/{made['id']}/sign"), 409, "accommodation-report-signed")
    for word in ("Асанова", str(world.student.person), str(plan)):
        assert word not in str(signed)
    async with world.context.writing(SETUP) as unit:  # somebody counts one more, past the service
        changed = text("UPDATE accommodation_report SET ends_on = '2026-09-29' WHERE signed_at IS NOT NULL")
        await unit.session.execute(changed)
    shown = await sent(await office.get(f"{REPORTS}/{made['id']}"), 200)
    assert shown["is_signature_valid"] is False


async def test_a_report_needs_a_period_and_the_office_of_the_whole_university(world: World) -> None:
    office = await world.as_(world.office)
    for body, wrong in (
        ({"starts_on": "2026-09-02", "ends_on": "2026-09-01"}, {"/ends_on": "end-before-start"}),
        ({"starts_on": "2026-09-02", "ends_on": "2026-09-03"}, {"/starts_on": "not-yet"}),
        ({"starts_on": "2016-01-01", "ends_on": "2026-01-01"}, {"/ends_on": "period-too-long"}),
    ):
        assert await wrong_fields(await office.post(REPORTS, json=body)) == wrong
    local = officer(Role.INCLUSION_OFFICE, Scope.UNIT, world.school.institute)
    for actor in (local, world.dean, world.head, world.student, officer(Role.ADMINISTRATOR, Scope.UNIVERSITY)):
        client = await world.as_(actor)
        assert (await client.get(REPORTS)).status_code == 403
        assert (await client.post(REPORTS, json=SEPTEMBER)).status_code == 403
    await refused(await office.get(f"{REPORTS}/{new_id()}"), 404, "not-found")
    assert (await sent(await office.get(REPORTS), 200))["items"] == []
