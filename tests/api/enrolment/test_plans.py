"""Individual study plans (clause 2.1): versions, credit limits, approval, and enrolment by them."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from api.domains.courses.service import add_course
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import University
from tests.api.enrolment.world import SETUP, World, build_world, desk, officer, slug, student

pytestmark = pytest.mark.anyio


class Plans:
    """What one actor does about plans."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def draft(self, study: UUID, semester: UUID, *courses: UUID, **classes: UUID) -> httpx.Response:
        items: list[dict[str, str]] = [{"course_id": str(one)} for one in courses]
        for number, class_id in classes.items():
            items[int(number[1:])]["class_id"] = str(class_id)
        body = {"academic_session_id": str(semester), "items": items}
        return await self.client.post(f"/v1/studies/{study}/plans", json=body)

    async def move(self, plan: dict[str, Any], verb: str, version: int | None = None, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{version or plan["version"]}"'}
        return await self.client.post(
            f"/v1/study-plans/{plan['id']}/{verb}", json=None if verb == "propose" else body, headers=headers
        )

    async def see(self, plan: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(f"/v1/study-plans/{plan['id']}")).json()
        return found


async def plans(university: University, actor: Any) -> Plans:
    return Plans(await university.as_(actor))


async def approved(
    university: University, world: World, person: UUID, semester: UUID, *courses: UUID
) -> dict[str, Any]:
    mine, dean = await plans(university, student(person)), await plans(university, world.dean)
    drafted = await mine.draft(world.studies[person], semester, *courses)
    assert drafted.status_code == 201, drafted.text
    proposed = (await mine.move(drafted.json(), "propose")).json()
    answer = await dean.move(proposed, "approve")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def heavy(world: World, ects: float | None) -> UUID:
    async with world.context.writing(SETUP) as unit:
        return await add_course(unit, f"heavy-{new_id().hex[-8:]}", {"ky": "Чоң предмет"}, world.department, ects, ects)


async def test_two_students_of_a_programme_hold_different_plans(context: Context, university: University) -> None:
    """Clause 2.1."""
    world = await build_world(context)
    one, other = world.students[:2]
    first = await approved(university, world, one, world.semester, *world.courses[:2])
    second = await approved(university, world, other, world.semester, *world.courses[2:4])
    assert (first["state"], second["state"]) == ("approved", "approved")
    assert first["programme_id"] == second["programme_id"]
    assert [row["course_id"] for row in first["items"]] == [str(course) for course in world.courses[:2]]
    assert [row["course_id"] for row in second["items"]] == [str(course) for course in world.courses[2:4]]
    assert (first["ects"], first["national_credits"], first["breaches"]) == (10.0, 10.0, [])


async def test_a_new_version_supersedes_when_it_is_approved_and_not_before(
    context: Context, university: University
) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine, dean = await plans(university, student(me)), await plans(university, world.dean)
    first = await approved(university, world, me, world.semester, world.courses[0])
    second = (await mine.draft(world.studies[me], world.semester, *world.courses[:2])).json()
    assert (second["number"], second["state"]) == (2, "draft")
    third = await mine.draft(world.studies[me], world.semester)
    assert (third.status_code, slug(third)) == (409, "study-plan-exists")
    second = (await mine.move(second, "propose")).json()
    assert (await mine.see(first))["state"] == "approved"
    assert (await dean.move(second, "approve")).json()["state"] == "approved"
    assert (await mine.see(first))["state"] == "superseded"
    listed = (await mine.client.get("/v1/study-plans")).json()["items"]
    assert [(row["number"], row["state"]) for row in listed] == [(1, "superseded"), (2, "approved")]


async def test_only_the_listed_moves_of_a_plan_are_made(context: Context, university: University) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine, dean = await plans(university, student(me)), await plans(university, world.dean)
    draft = (await mine.draft(world.studies[me], world.semester, world.courses[0])).json()
    assert slug(await dean.move(draft, "approve")) == "move-not-allowed"
    assert slug(await dean.move(draft, "return", reason="Толук эмес")) == "move-not-allowed"
    proposed = (await mine.move(draft, "propose")).json()
    assert slug(await mine.move(proposed, "propose")) == "move-not-allowed"
    changed = await mine.client.patch(
        f"/v1/study-plans/{draft['id']}", json={"items": []}, headers={"If-Match": f'"{proposed["version"]}"'}
    )
    assert (changed.status_code, slug(changed)) == (409, "move-not-allowed")
    assert (await dean.move(proposed, "return")).status_code == 422  # a reason
    returned = (await dean.move(proposed, "return", reason="Чет тил жок")).json()
    assert (returned["state"], returned["returned_reason"]) == ("draft", "Чет тил жок")


async def test_nobody_approves_what_they_have_not_read(context: Context, university: University) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine, dean = await plans(university, student(me)), await plans(university, world.dean)
    draft = (await mine.draft(world.studies[me], world.semester, world.courses[0])).json()
    path = f"/v1/study-plans/{draft['id']}"
    items = {"items": [{"course_id": str(one)} for one in world.courses[:2]]}
    assert (await mine.client.patch(path, json=items)).status_code == 428
    changed = await mine.client.patch(path, json=items, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["ects"]) == (200, '"2"', 10.0)
    stale = await dean.client.patch(path, json=items, headers={"If-Match": '"1"'})
    assert (stale.status_code, slug(stale)) == (412, "stale-version")
    proposed = (await mine.move(changed.json(), "propose")).json()
    assert (await dean.client.post(f"{path}/approve", json={})).status_code == 428
    assert (await dean.move(proposed, "approve", version=1)).status_code == 412
    assert (await dean.move(proposed, "approve")).status_code == 200


async def test_over_the_limit_only_with_the_deans_reason(context: Context, university: University) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine, dean = await plans(university, student(me)), await plans(university, world.dean)
    big = await heavy(world, 27.5)
    draft = (await mine.draft(world.studies[me], world.semester, world.courses[0], big)).json()
    assert [(one["code"], one["credits"], one["limit"]) for one in draft["breaches"]] == [
        ("ects-semester-over", 32.5, 30),
        ("national-semester-over", 32.5, 30),
    ]
    proposed = (await mine.move(draft, "propose")).json()
    refused = await dean.move(proposed, "approve")
    assert (refused.status_code, slug(refused)) == (409, "outside-credit-limits")
    assert (await mine.move(proposed, "approve", exception_reason="Өзүм")).status_code == 403
    granted = await dean.move(proposed, "approve", exception_reason="Жогорку жетишкендик")
    assert (granted.json()["state"], granted.json()["exception_reason"]) == ("approved", "Жогорку жетишкендик")


async def test_a_year_counts_its_semesters_together(context: Context, university: University) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine = await plans(university, student(me))
    full = await heavy(world, 30)
    await approved(university, world, me, world.semester, full)
    spring = await mine.draft(world.studies[me], world.spring, await heavy(world, 30))
    assert (spring.json()["year_ects"], spring.json()["breaches"]) == (60.0, [])
    items = [*spring.json()["items"], {"course_id": str(world.courses[0]), "class_id": None}]
    path = f"/v1/study-plans/{spring.json()['id']}"
    more = (await mine.client.patch(path, json={"items": items}, headers={"If-Match": '"1"'})).json()
    assert {one["code"] for one in more["breaches"]} == {
        f"{kind}-{period}-over" for kind in ("ects", "national") for period in ("semester", "year")
    }


async def test_a_course_without_credits_needs_a_decision(context: Context, university: University) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine, dean = await plans(university, student(me)), await plans(university, world.dean)
    unknown = await heavy(world, None)
    draft = (await mine.draft(world.studies[me], world.semester, unknown)).json()
    assert (draft["ects"], draft["courses_without_credits"]) == (0.0, [str(unknown)])
    proposed = (await mine.move(draft, "propose")).json()
    refused = await dean.move(proposed, "approve")
    assert refused.json()["values"] == {"breaches": ["credits-unknown"]}


async def test_limits_are_dated_data_of_the_registry(context: Context, university: University) -> None:
    world = await build_world(context)
    registry = (await desk(university, world.registry)).client
    limit = {
        "starts_on": "2026-08-01",
        "basis": "Ректордун 2026-07-01 күнүндөгү № 45 буйругу",
        "programme_id": str(world.programme),
        "semester_min": 8,
        "semester_max": 9,
    }
    for actor in (world.dean, world.head, student(world.students[0])):
        assert (await (await desk(university, actor)).client.post("/v1/credit-limits", json=limit)).status_code == 403
    wrong = await registry.post("/v1/credit-limits", json=limit | {"semester_max": 1, "ends_on": "2026-07-01"})
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/semester_max", "/ends_on"]
    made = await registry.post("/v1/credit-limits", json=limit)
    assert made.status_code == 201, made.text
    mine = await plans(university, student(world.students[0]))
    plan = (await mine.draft(world.studies[world.students[0]], world.semester, *world.courses[:2])).json()
    assert [one["code"] for one in plan["breaches"]] == ["ects-semester-over"]
    path = f"/v1/credit-limits/{made.json()['id']}"
    ended = await registry.patch(path, json={"ends_on": "2026-08-31"}, headers={"If-Match": '"1"'})
    assert ended.status_code == 200
    assert (await mine.see(plan))["breaches"] == []
    assert (await registry.patch(path, json={"ends_on": None}, headers={"If-Match": '"1"'})).status_code == 412
    assert len((await mine.client.get("/v1/credit-limits")).json()["items"]) == 1


async def test_what_a_plan_names_is_checked_all_at_once(context: Context, university: University) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine = await plans(university, student(me))
    elsewhere = await world.add_class(world.courses[1])
    later = await world.add_class(session=world.spring)
    body = {
        "academic_session_id": str(world.semester),
        "items": [
            {"course_id": str(world.courses[0]), "class_id": str(elsewhere)},
            {"course_id": str(world.courses[0])},
            {"course_id": str(new_id())},
            {"course_id": str(world.courses[2]), "class_id": str(new_id())},
            {"course_id": str(world.courses[3]), "class_id": str(later)},
        ],
    }
    path = f"/v1/studies/{world.studies[me]}/plans"
    answer = await mine.client.post(path, json=body)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/items/0/class_id", "class-elsewhere"),
        ("/items/1/course_id", "listed-twice"),
        ("/items/2/course_id", "no-such-object"),
        ("/items/3/class_id", "no-such-object"),
        ("/items/4/class_id", "class-elsewhere"),
    ]
    year = await mine.client.post(path, json={"academic_session_id": str(world.year), "items": []})
    assert year.json()["errors"][0]["code"] == "not-a-semester"


async def test_other_peoples_plans_are_not_found(context: Context, university: University) -> None:
    world = await build_world(context)
    me = world.students[0]
    mine = await plans(university, student(me))
    draft = (await mine.draft(world.studies[me], world.semester, world.courses[0])).json()
    for actor in (student(world.students[1]), world.other_dean, officer(Role.INSTRUCTOR, Scope.CLASS, new_id())):
        other = await plans(university, actor)
        assert (await other.client.get(f"/v1/study-plans/{draft['id']}")).status_code == 404
        assert (await other.move(draft, "propose")).status_code == 404
        assert (await other.draft(world.studies[me], world.spring)).status_code == 404
    assert (await (await plans(university, world.head)).client.get(f"/v1/study-plans/{draft['id']}")).status_code == 404


async def test_a_programme_that_asks_for_plans_enrols_only_by_them(context: Context, university: University) -> None:
    world = await build_world(context)
    await world.open_window()
    me, other = world.students[:2]
    registry = (await desk(university, world.registry)).client
    limit = {
        "starts_on": "2026-08-01",
        "basis": "Буйрук № 46",
        "programme_id": str(world.programme),
        "plan_needed": True,
    }
    assert (await registry.post("/v1/credit-limits", json=limit)).status_code == 201
    planned, beside = await world.add_class(), await world.add_class()
    free = await world.add_class(world.courses[1])
    mine = await desk(university, student(me))
    assert slug(await mine.enrol(planned)) == "not-in-study-plan"
    own = await plans(university, student(me))
    draft = (await own.draft(world.studies[me], world.semester, *world.courses[:2], _0=planned)).json()
    assert slug(await mine.enrol(planned)) == "not-in-study-plan"  # a draft is no plan yet
    proposed = (await own.move(draft, "propose")).json()
    await (await plans(university, world.dean)).move(proposed, "approve")
    assert slug(await mine.enrol(beside)) == "not-in-study-plan"
    assert (await mine.enrol(planned)).status_code == 201
    assert (await mine.enrol(free)).status_code == 201
    assert slug(await (await desk(university, student(other))).enrol(free)) == "not-in-study-plan"
    assert (await (await desk(university, student(world.stranger))).enrol(free)).status_code == 201
