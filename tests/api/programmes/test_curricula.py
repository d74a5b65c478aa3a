"""Curricula by intake, and the share at a distance approved and actual (clauses 3.2, 5.7)."""

from typing import Any
from uuid import UUID

import pytest

from api.domains.programmes.service import curriculum_courses, find_programme_by_code, programme_brief
from api.errors import NotFound
from tests.api.conftest import StandingClock, University
from tests.api.programmes.campus import SEED, Campus, add_speciality, approved_programme, programme, sent, step, tag

pytestmark = pytest.mark.anyio


def part(kind: str, hours: int, mode: str = "in-person", **changes: Any) -> dict[str, Any]:
    return {"kind": kind, "hours": hours, "mode": mode, "is_in_person_only": False, **changes}


def course(course_id: UUID, *parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "course_id": str(course_id),
        "semester": 1,
        "is_elective": False,
        "ects": 5,
        "parts": list(parts),
        **changes,
    }


@pytest.fixture
async def address(university: University, campus: Campus) -> str:
    """A programme in force, blended with 30 %."""
    speciality = await add_speciality(await university.as_(campus.registry))
    return f"/v1/programmes/{await approved_programme(university.context, campus, speciality)}"


async def test_students_keep_the_curriculum_of_their_intake(
    university: University, campus: Campus, address: str
) -> None:
    dean, visitor = await university.as_(campus.dean), await university.as_()
    algebra = course(campus.course, part("lecture", 30), part("self-study", 120))
    chemistry = course(campus.second_course, part("laboratory", 30, is_in_person_only=True), semester=2)
    first = await dean.put(f"{address}/curricula/2027", json={"courses": [algebra]})
    found = await sent(first, 200)
    assert (found["ects"], found["national_credits"], found["is_frozen"]) == (5, 5, False)
    assert (found["courses"][0]["hours"], found["courses"][0]["credit_hours"]) == (150, 150)
    await sent(await dean.put(f"{address}/curricula/2029", json={"courses": [algebra, chemistry]}), 200)
    programme_id = UUID(address.rsplit("/", 1)[1])
    for intake, version, courses in ((2027, 2027, 1), (2028, 2027, 1), (2029, 2029, 2), (2035, 2029, 2)):
        shown = await sent(await visitor.get(f"{address}/curricula/{intake}"), 200)
        assert (shown["intake_year"], len(shown["courses"])) == (version, courses)
        async with university.context.reading(SEED) as unit:
            followed = await curriculum_courses(unit, programme_id, intake)
        assert [str(one.course_id) for one in followed] == [one["course_id"] for one in shown["courses"]]
    assert (await visitor.get(f"{address}/curricula/2026")).status_code == 404
    async with university.context.reading(SEED) as unit:
        assert await curriculum_courses(unit, programme_id, 2026) == ()


async def test_a_curriculum_that_students_follow_is_not_written(
    university: University, campus: Campus, address: str, clock: StandingClock
) -> None:
    dean = await university.as_(campus.dean)
    body = {"courses": [course(campus.course)]}
    refused = await sent(await dean.put(f"{address}/curricula/2026", json=body), 409)
    assert refused["type"] == "/problems/curriculum-frozen"
    written = await dean.put(f"{address}/curricula/2027", json=body)
    assert written.status_code == 200
    clock.advance(days=365)
    late = await dean.put(f"{address}/curricula/2027", json={"courses": []}, headers=tag(written))
    assert (await sent(late, 409))["type"] == "/problems/curriculum-frozen"


async def test_what_the_councils_examine_stands_still(university: University, campus: Campus) -> None:
    dean = await university.as_(campus.dean)
    speciality = await add_speciality(await university.as_(campus.registry))
    draft = await sent(await dean.post("/v1/programmes", json=programme(campus, speciality)), 201)
    address = f"/v1/programmes/{draft['id']}"
    body = {"courses": [course(campus.course)]}
    assert (await dean.put(f"{address}/curricula/2026", json=body)).status_code == 200
    assert (await (await university.as_()).get(f"{address}/curricula/2026")).status_code == 404
    assert (await (await university.as_(campus.student)).put(f"{address}/curricula/2027", json=body)).status_code == 404
    await sent(await step(dean, address, "propose", 1), 200)
    assert (await dean.put(f"{address}/curricula/2027", json=body)).status_code == 409


async def test_two_writers_of_a_curriculum(university: University, campus: Campus, address: str) -> None:
    dean = await university.as_(campus.dean)
    target = f"{address}/curricula/2027"
    first = await dean.put(target, json={"courses": [course(campus.course)]})
    assert (await dean.put(target, json={"courses": []})).status_code == 428
    second = await dean.put(target, json={"courses": []}, headers=tag(first))
    assert (second.status_code, second.json()["courses"]) == (200, [])
    assert (await dean.put(target, json={"courses": []}, headers=tag(first))).status_code == 412
    assert (await dean.get(target)).headers["etag"] == second.headers["etag"]
    for who, status in ((None, 401), (campus.student, 403), (campus.other_dean, 403), (campus.decider, 403)):
        client = await university.as_(who)
        assert (await client.put(target, json={"courses": []}, headers=tag(second))).status_code == status


async def test_every_fault_of_a_curriculum_is_named(university: University, campus: Campus, address: str) -> None:
    dean = await university.as_(campus.dean)
    body = {
        "courses": [
            course(campus.course, part("laboratory", 20, "distance", is_in_person_only=True), semester=9),
            course(campus.course, part("lecture", 20, "blended"), part("control", 2, distance_hours=1)),
            course(UUID(int=1), part("lecture", 20, "blended", distance_hours=20)),
        ]
    }
    refused = await sent(await dean.put(f"{address}/curricula/2027", json=body), 422)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/courses/0/semester", "no-such-semester"),
        ("/courses/0/parts/0/mode", "in-person-part"),
        ("/courses/1/course_id", "course-twice"),
        ("/courses/1/parts/0/distance_hours", "distance-hours"),
        ("/courses/1/parts/1/distance_hours", "distance-hours"),
        ("/courses/2/course_id", "no-such-course"),
        ("/courses/2/parts/0/distance_hours", "distance-hours"),
    ]
    unknown = {"courses": [course(campus.course, part("seminar", 20, "radio"))]}
    errors = (await sent(await dean.put(f"{address}/curricula/2027", json=unknown), 422))["errors"]
    assert [(one["pointer"], one["code"]) for one in errors] == [
        ("/courses/0/parts/0/kind", "unknown-value"),
        ("/courses/0/parts/0/mode", "unknown-value"),
    ]
    assert (await dean.put(f"{address}/curricula/1000", json={"courses": []})).status_code == 422


async def test_deviations_from_the_approved_share_are_listed(
    university: University, campus: Campus, address: str
) -> None:
    """Clause 3.2. 30 % are approved for the programme; a course at a distance needs its own approval."""
    dean = await university.as_(campus.dean)
    algebra = course(campus.course, part("lecture", 30, "distance"), part("self-study", 90, "distance"))
    chemistry = course(
        campus.second_course, part("lecture", 30), part("practical", 20, "blended", distance_hours=4), semester=2
    )
    await sent(await dean.put(f"{address}/curricula/2027", json={"courses": [algebra, chemistry]}), 200)
    share = await sent(await dean.get(f"{address}/distance-share/2027"), 200)
    assert share["actual"] == {"distance_hours": 34, "taught_hours": 80, "percent": 43}
    assert (share["approved_percent"], share["deviation"]) == (30, "over")
    assert [(one["actual"]["percent"], one["deviation"]) for one in share["courses"]] == [
        (100, "not-approved"),
        (8, "not-approved"),
    ]
    listed = (await sent(await dean.get("/v1/distance-shares", params={"intake_year": 2028}), 200))["items"]
    assert [(one["code"], one["intake_year"], one["deviation"]) for one in listed] == [("B-MATH", 2027, "over")]
    programme_id = address.rsplit("/", 1)[1]
    case = {
        "unit_id": str(campus.department),
        "programme_id": programme_id,
        "mode": "blended",
        "distance_percent": 43,
        "valid_from": "2026-10-01",
    }
    for body in (case, {**case, "course_id": str(campus.course), "mode": "distance", "distance_percent": 100}):
        found = await sent(await dean.post("/v1/module-approvals", json=body), 201)
        for place, (who, move) in enumerate(
            ((campus.dean, "propose"), (campus.reviewer, "review"), (campus.decider, "approve"))
        ):
            client = await university.as_(who)
            await sent(await step(client, f"/v1/module-approvals/{found['id']}", move, place + 1), 200)
    for day, approved, differs in (("2026-09-30", 30, "over"), ("2026-10-01", 43, None)):
        share = await sent(await dean.get(f"{address}/distance-share/2027", params={"on": day}), 200)
        assert (share["approved_percent"], share["deviation"]) == (approved, differs)
    assert [one["deviation"] for one in share["courses"]] == [None, "not-approved"]
    asked: dict[str, Any] = {"intake_year": 2028, "on": "2026-10-01"}
    listed = (await sent(await dean.get("/v1/distance-shares", params=asked), 200))["items"]
    assert [one["deviation"] for one in listed] == [None]


async def test_shares_are_for_those_concerned(university: University, campus: Campus, address: str) -> None:
    wanted = {"intake_year": 2027}
    for who, status in ((None, 401), (campus.student, 403)):
        client = await university.as_(who)
        assert (await client.get("/v1/distance-shares", params=wanted)).status_code == status
        assert (await client.get(f"{address}/distance-share/2027")).status_code == status
    for who, count in ((campus.other_dean, 0), (campus.dean, 1), (campus.decider, 1), (campus.outsider, 0)):
        client = await university.as_(who)
        assert len((await sent(await client.get("/v1/distance-shares", params=wanted), 200))["items"]) == count
    missing = await (await university.as_(campus.dean)).get(f"{address}/distance-share/2027")
    assert missing.status_code == 404


async def test_the_next_edition_begins_with_the_same_curricula(
    university: University, campus: Campus, address: str
) -> None:
    dean = await university.as_(campus.dean)
    algebra = course(campus.course, part("lecture", 30, "distance"))
    before = await sent(await dean.put(f"{address}/curricula/2027", json={"courses": [algebra]}), 200)
    edition = await sent(await dean.post(f"{address}/editions"), 201)
    copied = await sent(await dean.get(f"/v1/programmes/{edition['id']}/curricula/2027"), 200)
    assert copied["courses"] == before["courses"]
    assert (await sent(await dean.get(f"{address}/curricula/2027"), 200)) == before


async def test_others_find_the_edition_in_force(university: University, campus: Campus, address: str) -> None:
    dean = await university.as_(campus.dean)
    in_force = UUID(address.rsplit("/", 1)[1])
    await sent(await dean.post(f"{address}/editions"), 201)
    async with university.context.reading(SEED) as unit:
        found = await find_programme_by_code(unit, "B-MATH")
        assert found == await programme_brief(unit, in_force)
        assert found is not None and found.is_open_to_admission
        assert (found.unit_id, found.level, found.form, found.state) == (
            campus.department,
            "bachelor",
            "day",
            "approved",
        )
        assert await find_programme_by_code(unit, "NONE") is None
        with pytest.raises(NotFound):
            await programme_brief(unit, UUID(int=1))
