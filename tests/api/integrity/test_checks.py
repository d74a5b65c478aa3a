"""An oral check is held in the form agreed for the student and changes a grade only with reason and author."""

from decimal import Decimal

import pytest

from api.domains.grading import service as grading
from api.domains.integrity.mails import MAILS
from api.identity import HeldRole, Role, Scope
from tests.api.conditions.world import DAY, World, actor, build_world, refused, sent, version, wire
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.integrity.world import grade, handed_in, journal

pytestmark = pytest.mark.anyio
URL = "/v1/oral-checks"


@pytest.fixture
async def world(university: University) -> World:
    return await build_world(university)


async def test_a_check_is_held_as_agreed_and_changes_a_grade_with_reason_and_author(
    world: World, clock: StandingClock
) -> None:
    assignment, works = await handed_in(world, clock)
    student, other = world.students[:2]
    assert student.person is not None
    await world.room.agree(student.person, feature="alternative-form", form="written-for-oral")
    await grade(world, world.colleague, assignment, student.person, 80)
    teacher, own = await world.as_(world.teacher), await world.as_(student)
    begins_at = clock.now() + 2 * DAY
    body = {"work_kind": "submission", "work_id": works[0], "begins_at": wire(begins_at), "venue": "201-бөлмө"}
    made = await teacher.post(URL, json=body)
    one = await sent(made, 201)
    assert (one["form"], one["person_id"], one["examiner_id"]) == (
        "written",
        str(student.person),
        str(world.teacher.person),
    )
    assert "plan" not in str(one)  # what to do, never why
    address, tag = f"{URL}/{one['id']}", version(made)
    assert (await sent(await own.get(address)))["form"] == "written"
    plain = await sent(await teacher.post(URL, json=body | {"work_id": works[1]}), 201)
    assert plain["form"] == "oral"

    held = {"outcome": "doubts", "notes": "Айрым бөлүктөрдү түшүндүрө албады"}
    await refused(await teacher.post(f"{address}/hold", json=held, headers=tag), 409, "check-not-yet")
    change = {"points": "60.5", "reason": "Оозеки текшерүүнүн жыйынтыгы"}
    await refused(await teacher.post(f"{address}/grade", json=change, headers=tag), 409, "nothing-to-change")
    clock.advance(days=2)
    assert (await teacher.post(f"{address}/hold", json=held)).status_code == 428
    for stranger in (world.outsider, other):
        client = await world.as_(stranger)
        for answer in (
            await client.get(address),
            await client.post(f"{address}/hold", json=held, headers=tag),
            await client.post(f"{address}/grade", json=change, headers=tag),
        ):
            await refused(answer, 404, "not-found")
    await refused(await own.post(f"{address}/hold", json=held, headers=tag), 403, "not-allowed")
    both = await world.as_(actor(student.person, HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({world.class_id}))))
    await refused(await both.post(f"{address}/hold", json=held, headers=tag), 403, "part-in-case")
    answer = await teacher.post(f"{address}/hold", json=held, headers=tag)
    assert (await sent(answer))["outcome"] == "doubts"
    before = await journal(world, assignment, student.person)
    assert before is not None
    assert before.points == 80  # an outcome changes no grade by itself
    await refused(await teacher.post(f"{address}/cancel", headers=version(answer)), 409, "move-not-allowed")

    no_reason = await teacher.post(f"{address}/grade", json={"points": "60"}, headers=version(answer))
    assert no_reason.status_code == 422
    too_many = await teacher.post(f"{address}/grade", json=change | {"points": "101"}, headers=version(answer))
    assert too_many.json()["errors"][0]["pointer"] == "/points"
    changed = await teacher.post(f"{address}/grade", json=change, headers=version(answer))
    assert (await sent(changed))["has_changed_grade"]
    again = await teacher.post(f"{address}/grade", json=change, headers=version(changed))
    await refused(again, 409, "nothing-to-change")
    after = await journal(world, assignment, student.person)
    assert after is not None
    async with world.university.context.reading(SETUP) as unit:
        last = (await grading.grade_history(unit, after.line_item_id, student.person))[-1]
    assert (last.points, last.reason, last.author_id, last.source_kind) == (
        Decimal("60.5"),
        change["reason"],
        world.teacher.person,
        "oral-check",
    )
    assert str(last.source_id) == one["id"]


async def test_checks_are_listed_for_whom_they_concern_and_begin_in_the_future(
    world: World, clock: StandingClock
) -> None:
    _, works = await handed_in(world, clock)
    teacher = await world.as_(world.teacher)
    body = {"work_kind": "submission", "work_id": works[0], "begins_at": wire(clock.now()), "venue": "201"}
    past = await teacher.post(URL, json=body)
    assert past.json()["errors"][0]["code"] == "begins-in-the-past"
    body |= {"begins_at": wire(clock.now() + DAY)}
    own = await teacher.post(URL, json=body | {"examiner_id": str(world.students[0].person)})
    await refused(own, 403, "part-in-case")
    made = await teacher.post(URL, json=body)
    one = (await sent(made, 201))["id"]
    for reader, count in (
        (world.students[0], 1),
        (world.students[1], 0),
        (world.teacher, 1),
        (world.outsider, 0),
        (world.head, 1),
        (world.dean, 1),
    ):
        assert len((await sent(await (await world.as_(reader)).get(URL)))["items"]) == count, reader
    for stranger in (world.students[0], world.outsider, world.dean):
        await refused(await (await world.as_(stranger)).post(URL, json=body), 404, "not-found")
    await sent(await teacher.post(f"{URL}/{one}/cancel", headers=version(made)))
    assert "oral-check.scheduled" in MAILS
