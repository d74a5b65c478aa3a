"""Groups hand in one work with the latest deadline of their members; what was announced stays what it was."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.domains.assignments.definitions import FIXED
from api.domains.assignments.service import submission_brief
from api.domains.conditions.models import incident_models
from api.domains.conditions.reminders import make_reminders
from api.domains.enrolment.service import held_place, withdraw
from tests.api.assignments.world import CLOSES, DAY, DUE, World, assignment_body, build, text
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.test_cost import counted

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(university: University) -> World:
    return await build(university, 4)


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/")


async def test_students_form_a_group_and_hand_in_one_work(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment(forming="students", group_size=2, versions=2)
    one, other, third, _ = world.students
    assert other.person
    await world.agree(other.person, feature="extended-deadline", days=3)
    clock.advance(days=2)
    clients = [await world.client(each) for each in world.students]
    base = f"/v1/assignments/{assignment}/groups"
    assert slug(await clients[0].post(f"/v1/assignments/{assignment}/submissions")) == "not-in-submission-group"
    made = (await clients[0].post(base, json={})).json()
    assert slug(await clients[0].post(base, json={})) == "already-in-submission-group"
    mine = (await clients[0].get(f"/v1/assignments/{assignment}")).json()["mine"]
    assert (mine["closes_at"], mine["needs_group"]) == (text(CLOSES), False)
    joined = await clients[1].post(f"{base}/{made['id']}/join")
    assert len(joined.json()["members"]) == 2
    assert slug(await clients[2].post(f"{base}/{made['id']}/join")) == "submission-group-full"
    mine = (await clients[0].get(f"/v1/assignments/{assignment}")).json()["mine"]
    by_group = [{"kind": "group", "id": made["id"]}]  # whose moment it is stays untold
    latest = text(DUE + 3 * DAY)
    assert (mine["due_at"], mine["closes_at"], mine["sources"]) == (latest, text(CLOSES + 3 * DAY), by_group)
    # what decides about lateness is what is shown elsewhere, and what is reminded of
    with counted(world.university.context) as together:
        assert [each["due_at"] for each in (await clients[0].get("/v1/me/tasks")).json()["items"]] == [latest]
    with counted(world.university.context) as by_oneself:
        assert [each["due_at"] for each in (await clients[2].get("/v1/me/tasks")).json()["items"]] == [text(DUE)]
    assert len(together) == len(by_oneself) + 1  # who the others are; of all tasks at once
    conditions = (await clients[0].get(f"/v1/tasks/{assignment}/effective-conditions")).json()
    assert (conditions["due_at"]["base"], conditions["due_at"]["adjusted"]) == (text(DUE), latest)
    clock.advance(seconds=(DUE + 2 * DAY - clock.now()).total_seconds())  # over for everybody else
    assert await make_reminders(world.university.context) == 2
    async with world.university.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(incident_models.ReminderRow))).all()
    assert {(row.person_id, text(row.due_at)) for row in rows} == {(one.person, latest), (other.person, latest)}
    alone = (await clients[2].get(f"/v1/assignments/{assignment}")).json()["mine"]
    assert (alone["closes_at"], alone["needs_group"]) == (text(CLOSES), True)

    draft = await world.draft(one, assignment)
    assert await world.draft(other, assignment) == draft
    assert (await world.upload(other, draft)).status_code == 201
    assert (await world.get(third, f"/v1/submissions/{draft}")).status_code == 404
    clock.advance(seconds=(CLOSES + DAY - clock.now()).total_seconds())
    assert slug(await clients[2].post(base, json={})) == "task-over"
    shown = (await world.submit(one, draft)).json()
    assert (shown["late_ms"], shown["deduction_percent"]) == (0, 0)
    assert set(shown["persons"]) == {str(one.person), str(other.person)}
    assert (await world.get(other, f"/v1/submissions/{draft}/files/1")).status_code == 200
    assert slug(await clients[1].post(f"{base}/{made['id']}/leave")) == "submission-group-has-work"
    async with world.university.context.reading(SETUP) as unit:
        brief = await submission_brief(unit, UUID(draft))
    assert set(brief.persons) == {one.person, other.person}
    line = (await world.get(world.teacher, f"/v1/assignments/{assignment}/students")).json()["items"]
    assert {each["person_id"] for each in line if each["state"] == "submitted"} == set(shown["persons"])


async def test_an_outage_gives_every_member_of_a_group_time_of_their_own(world: World, clock: StandingClock) -> None:
    """It does not leave the group with the one who was given it first."""
    assignment = await world.assignment(forming="students", group_size=2)
    clock.advance(days=2)
    pair, teacher = world.students[:2], await world.client(world.teacher)
    one, other = [await world.client(each) for each in pair]
    base = f"/v1/assignments/{assignment}/groups"
    group = f"{base}/{(await one.post(base, json={})).json()['id']}"
    assert (await other.post(f"{group}/join")).status_code == 200
    adding = {"until": text(DUE + DAY)}
    failure = {"began_at": text(clock.now()), "ended_at": text(clock.now()), "story": "Сервер", "reason": "Сервер"}
    outage = await teacher.post("/v1/outages", json={"task_id": assignment, "adding": adding} | failure)
    assert {row["result"] for row in outage.json()["rows"]} == {"granted"}

    # one by one too, when the other one has had it for long
    body = {"task_id": assignment, "reason": "Сервер", "adding": {"until": text(DUE + 2 * DAY)}}
    for each in pair:
        granted = await teacher.post("/v1/extensions", json=body | {"person_id": str(each.person)})
        assert granted.status_code == 201, granted.text
    again = await teacher.post("/v1/extensions", json=body | {"person_id": str(pair[0].person)})
    assert [each["code"] for each in again.json()["errors"]] == ["not-later"]
    assert (await one.post(f"{group}/leave")).status_code == 200
    for client in (one, other):
        mine = (await client.get(f"/v1/assignments/{assignment}")).json()["mine"]
        assert mine["due_at"] == text(DUE + 2 * DAY)


async def test_a_group_goes_on_without_who_has_left_the_class(world: World, clock: StandingClock) -> None:
    """Whoever goes keeps what was handed in with them; the others keep the time that they were told of."""
    assignment = await world.assignment(forming="students", group_size=2, versions=3)
    one, other, third, _ = world.students
    assert other.person
    await world.agree(other.person, feature="extended-deadline", days=3)
    clock.advance(days=2)
    client, leaver = await world.client(one), await world.client(other)
    base = f"/v1/assignments/{assignment}/groups"
    group = (await client.post(base, json={})).json()["id"]
    assert (await leaver.post(f"{base}/{group}/join")).status_code == 200
    first = await world.hand_in(one, assignment)
    draft = await world.draft(other, assignment)
    due = (await client.get(f"/v1/assignments/{assignment}")).json()["mine"]["due_at"]
    assert due == text(DUE + 3 * DAY)

    async with world.university.context.writing(SETUP) as unit:
        place = await held_place(unit, world.class_id, other.person)
        assert place is not None
        await withdraw(unit, place, "Башка ЖОЖго которулду", decided_elsewhere=True)
    assert (await client.get(f"/v1/assignments/{assignment}")).json()["mine"]["due_at"] == due
    assert (await leaver.get(f"/v1/submissions/{draft}")).status_code == 404
    assert (await leaver.get(f"/v1/submissions/{first}")).json()["state"] == "submitted"
    taken_back = await leaver.post(f"/v1/submissions/{first}/withdraw", json={"reason": "Мен кеттим"})
    assert slug(taken_back) == "not-allowed"
    clock.advance(seconds=(DUE + 2 * DAY - clock.now()).total_seconds())
    assert (await world.upload(one, draft)).status_code == 201
    shown = (await world.submit(one, draft)).json()
    assert (shown["persons"], shown["late_ms"]) == ([str(one.person)], 0)
    joint = sorted(UUID(str(each.person)) for each in (one, other))
    async with world.university.context.reading(SETUP) as unit:
        assert (await submission_brief(unit, UUID(first))).persons == joint
        assert (await submission_brief(unit, UUID(draft))).persons == [one.person]
    assert (await client.post(f"/v1/submissions/{draft}/withdraw", json={"reason": "Башка файл экен"})).is_success
    listed = (await (await world.client(third)).get(base)).json()["items"]
    assert [each["person_id"] for each in listed[0]["members"]] == [str(one.person)]


async def test_instructors_form_groups_that_students_cannot_change(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment(forming="instructor", group_size=2)
    one, other, third, _ = world.students
    teacher = await world.client(world.teacher)
    base = f"/v1/assignments/{assignment}/groups"
    made = await teacher.post(base, json={"persons": [str(one.person), str(other.person)]})
    assert made.status_code == 201, made.text
    twice = await teacher.post(base, json={"persons": [str(other.person)]})
    assert slug(twice) == "already-in-submission-group"
    stranger = await teacher.post(base, json={"persons": [str(world.campus.newcomer)]})
    assert slug(stranger) == "not-a-student-of-the-class"
    clock.advance(days=2)
    client = await world.client(one)
    for path in (f"{base}/{made.json()['id']}/leave",):
        assert slug(await client.post(path)) == "submission-group-closed"
    assert slug(await (await world.client(third)).post(base, json={})) == "submission-group-closed"
    changed = await teacher.put(f"{base}/{made.json()['id']}/members", json={"persons": [str(third.person)]})
    assert [each["person_id"] for each in changed.json()["members"]] == [str(third.person)]
    await world.hand_in(third, assignment)
    same = await teacher.put(f"{base}/{made.json()['id']}/members", json={"persons": [str(third.person)]})
    assert same.status_code == 200  # what changes nothing does not tell whether they have handed in
    assert slug(await client.post(f"/v1/assignments/{assignment}/submissions")) == "not-in-submission-group"


async def test_what_was_announced_stays(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment(announced=False)
    student, teacher = await world.client(world.students[0]), await world.client(world.teacher)
    path = f"/v1/assignments/{assignment}"
    assert (await student.get(path)).status_code == 404
    assert (await student.get("/v1/assignments")).json()["items"] == []
    drafted = await teacher.get(path)
    assert (await teacher.patch(path, json={"reason": "x", "text": "none"})).status_code == 428

    async def change(tag: str, **fields: object) -> httpx.Response:
        return await teacher.patch(path, json={"reason": "Такталды"} | fields, headers={"If-Match": tag})

    changed = await change(drafted.headers["etag"], text="none", most_files=2)
    assert (changed.status_code, changed.json()["text"]) == (200, "none")
    assert (await change(drafted.headers["etag"], most_files=3)).status_code == 412
    assert (await change(changed.headers["etag"], most_files=0)).json()["errors"][0]["code"] == "nothing-asked-for"
    announced = await teacher.post(f"{path}/announce")
    assert slug(await teacher.post(f"{path}/announce")) == "move-not-allowed"
    tag = announced.headers["etag"]
    fixed = {"text": "required", "late": "refused", "penalty_percent": 50, "group_size": 2, "forming": "students"}
    for field, value in fixed.items():
        refused = await change(tag, **{field: value})
        assert slug(refused) == "fixed-once-announced"
        assert refused.json()["values"] == {"part": field}  # for programs; people read a word
        assert f": {field}." not in refused.json()["detail"]
    assert {*FIXED} - fixed.keys() == {"grading"}
    assert slug(await change(tag, closes_at=text(DUE - DAY))) == "window-invalid"
    moved = await change(tag, due_at=text(DUE + DAY), penalty_percent=5)
    assert (moved.json()["due_at"], moved.json()["penalty_percent"]) == (text(DUE + DAY), 5)
    assert moved.headers["etag"] != tag

    # what a student is shown changes with time: the tag too, and nobody is told "unchanged" of what has changed
    before = await student.get(path)
    assert before.json()["instructions"] == {} and before.json()["grading"] is None
    clock.advance(days=2)
    after = await student.get(path, headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.json()["mine"]["is_open"]) == (200, True)
    assert after.json()["instructions"] == {"ky": "Эссе жазыңыз"}
    same = await student.get(path, headers={"If-None-Match": after.headers["etag"]})
    assert same.status_code == 304

    draft = await world.draft(world.students[0], assignment)
    assert (await teacher.post(f"{path}/cancel", json={"reason": "Ката"})).json()["state"] == "cancelled"
    assert slug(await world.upload(world.students[0], draft)) == "task-over"
    assert slug(await world.submit(world.students[0], draft)) == "task-over"
    assert (await student.get(path)).json()["mine"]["is_open"] is False


async def test_an_assignment_is_made_once_and_checked(world: World) -> None:
    teacher = await world.client(world.teacher)
    path = f"/v1/classes/{world.class_id}/assignments"

    async def make(**fields: object) -> httpx.Response:
        return await teacher.post(path, json=assignment_body() | fields, headers={"Idempotency-Key": "k"})

    for fields, code in (
        ({"late": "refused"}, "late-refused-closes-when-due"),
        ({"late": "refused", "due_at": None}, "no-penalty-without-late"),
        ({"group_size": 3}, "group-size-and-forming"),
        ({"media_types": ["application/x-nothing"]}, "unknown-file-type"),
        ({"grading": {"code": "E", "max_points": "0"}}, "no-points"),
    ):
        assert (await make(**fields)).json()["errors"][0]["code"] == code
    first, again = await make(), await make()
    assert (first.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert first.json()["id"] == again.json()["id"]
    assert slug(await make(most_files=7)) == "idempotency-key-reused"
    practice = await teacher.post(path, json=assignment_body() | {"grading": None})
    await teacher.post(f"/v1/assignments/{practice.json()['id']}/announce")
    assert (await teacher.get(f"/v1/classes/{world.class_id}/line-items")).json()["items"] == []
