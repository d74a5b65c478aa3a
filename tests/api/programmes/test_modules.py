"""Courses at a distance: their approval, and what may be scheduled (clauses 3.1, 3.3, 5.7)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.domains.programmes.errors import DistanceNotApproved, InPersonOnly, SpecialityClosed
from api.domains.programmes.rules import Kind
from api.domains.programmes.service import require_distance_approved
from api.errors import Problem
from api.identity import Role, Scope
from tests.api.conftest import StandingClock, University
from tests.api.programmes.campus import (
    SEED,
    Campus,
    actor_of,
    add_speciality,
    approved_programme,
    close,
    sent,
    step,
)

pytestmark = pytest.mark.anyio
START = "/v1/module-approvals"
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)


def module(campus: Campus, **changes: Any) -> dict[str, Any]:
    return {
        "unit_id": str(campus.department),
        "course_id": str(campus.course),
        "mode": "distance",
        "distance_percent": 100,
        "valid_from": FIRST.isoformat(),
        "valid_to": LAST.isoformat(),
        **changes,
    }


async def begin(university: University, campus: Campus, **changes: Any) -> str:
    dean = await university.as_(campus.dean)
    found = await sent(await dean.post(START, json=module(campus, **changes)), 201)
    return f"{START}/{found['id']}"


async def approve(university: University, campus: Campus, address: str) -> None:
    for place, (who, move) in enumerate(
        ((campus.dean, "propose"), (campus.reviewer, "review"), (campus.decider, "approve"))
    ):
        await sent(await step(await university.as_(who), address, move, place + 1), 200)


async def refusal(
    university: University, campus: Campus, programme: UUID | None, on: date = FIRST, **asked: Any
) -> type[Problem] | None:
    """What teaching is told when it schedules the course."""
    async with university.context.reading(SEED) as unit:
        try:
            await require_distance_approved(unit, campus.course, programme, on, **asked)
        except (DistanceNotApproved, InPersonOnly, SpecialityClosed) as problem:
            return type(problem)
    return None


async def test_a_course_is_scheduled_at_a_distance_only_after_three_bodies_agreed(
    university: University, campus: Campus
) -> None:
    address = await begin(university, campus)
    for place, (who, move) in enumerate(
        ((campus.dean, "propose"), (campus.reviewer, "review"), (campus.decider, "approve"))
    ):
        for mode in ("distance", "blended"):
            assert await refusal(university, campus, None, mode=mode) is DistanceNotApproved
        assert await refusal(university, campus, None, mode="in-person") is None
        await sent(await step(await university.as_(who), address, move, place + 1), 200)
    assert await refusal(university, campus, None) is None
    for day, refused in ((date(2026, 8, 31), True), (LAST, False), (date(2027, 9, 1), True)):
        assert (await refusal(university, campus, None, day) is DistanceNotApproved) is refused
    assert await refusal(university, campus, None, until=LAST) is None
    assert await refusal(university, campus, None, until=date(2027, 9, 1)) is DistanceNotApproved
    visitor = await university.as_()
    listed = (await sent(await visitor.get(START, params={"course_id": str(campus.course)}), 200))["items"]
    assert [one["state"] for one in listed] == ["approved"]


async def test_an_approval_for_one_programme_serves_that_one(university: University, campus: Campus) -> None:
    speciality = await add_speciality(await university.as_(campus.registry))
    own = await approved_programme(university.context, campus, speciality)
    other = await approved_programme(university.context, campus, speciality, code="OTHER")
    address = await begin(university, campus, programme_id=str(own), mode="blended", distance_percent=50)
    await approve(university, campus, address)
    assert await refusal(university, campus, own, mode="blended") is None
    assert await refusal(university, campus, own, mode="distance") is DistanceNotApproved
    assert await refusal(university, campus, other, mode="blended") is DistanceNotApproved
    assert await refusal(university, campus, None, mode="blended") is DistanceNotApproved


async def test_a_suspended_approval_holds_no_more(university: University, campus: Campus, clock: StandingClock) -> None:
    address = await begin(university, campus)
    await approve(university, campus, address)
    clock.advance(days=30)
    decider = await university.as_(campus.decider)
    found = await sent(await step(decider, address, "suspend", 4), 200)
    assert (found["state"], found["suspended_from"]) == ("suspended", "2026-10-01")
    assert await refusal(university, campus, None, date(2026, 9, 30)) is None
    assert await refusal(university, campus, None, date(2026, 10, 1)) is DistanceNotApproved


async def test_a_later_approval_takes_the_place_from_its_first_day_on(university: University, campus: Campus) -> None:
    old = await begin(university, campus)
    await approve(university, campus, old)
    change = {"valid_from": "2027-02-01", "mode": "blended", "distance_percent": 50}
    new = await begin(university, campus, **change)
    await approve(university, campus, new)
    found = await sent(await (await university.as_()).get(old), 200)
    assert (found["state"], found["superseded_from"]) == ("superseded", "2027-02-01")
    assert await refusal(university, campus, None, date(2027, 1, 31)) is None
    assert await refusal(university, campus, None, date(2027, 2, 1)) is DistanceNotApproved
    assert await refusal(university, campus, None, date(2027, 2, 1), mode="blended") is None


async def test_a_closed_speciality_stops_proposal_approval_and_scheduling(
    university: University, campus: Campus
) -> None:
    registry = await university.as_(campus.registry)
    speciality = await add_speciality(registry)
    programme = await approved_programme(university.context, campus, speciality)
    general = await begin(university, campus)
    await approve(university, campus, general)
    assert await refusal(university, campus, programme, mode="blended") is None
    own = await begin(university, campus, programme_id=str(programme), valid_from="2026-12-01")
    await close(registry, speciality, prohibited_from="2026-11-01")
    refused = await sent(await step(await university.as_(campus.dean), own, "propose", 1), 409)
    assert refused["type"] == "/problems/speciality-closed-to-distance"
    assert await refusal(university, campus, programme, date(2026, 10, 31), mode="blended") is None
    assert await refusal(university, campus, programme, date(2026, 11, 1), mode="blended") is SpecialityClosed
    assert await refusal(university, campus, programme, date(2026, 11, 1), mode="in-person") is None


async def test_a_part_declared_in_person_is_not_scheduled_at_a_distance(university: University, campus: Campus) -> None:
    speciality = await add_speciality(await university.as_(campus.registry))
    programme = await approved_programme(university.context, campus, speciality)
    parts = [
        {"kind": "lecture", "hours": 30, "mode": "distance", "is_in_person_only": False},
        {"kind": "laboratory", "hours": 15, "mode": "in-person", "is_in_person_only": True},
    ]
    course = {"course_id": str(campus.course), "semester": 1, "is_elective": False, "ects": 5, "parts": parts}
    dean = await university.as_(campus.dean)
    address = f"/v1/programmes/{programme}/curricula/2027"
    await sent(await dean.put(address, json={"courses": [course]}), 200)
    await approve(university, campus, await begin(university, campus))
    for one in (programme, None):
        assert await refusal(university, campus, one) is InPersonOnly
        assert await refusal(university, campus, one, mode="blended") is None
        assert await refusal(university, campus, one, mode="blended", kind=Kind.LABORATORY) is InPersonOnly
        assert await refusal(university, campus, one, kind="lecture") is None


async def test_nobody_decides_at_two_levels_on_a_module(university: University, campus: Campus) -> None:
    address = await begin(university, campus)
    both = actor_of(
        campus.people["reviewer"],
        (Role.COMMISSION, Scope.UNIT, [campus.methodical_council, campus.academic_council]),
    )
    await sent(await step(await university.as_(campus.dean), address, "propose", 1), 200)
    client = await university.as_(both)
    await sent(await step(client, address, "review", 2), 200)
    refused = await sent(await step(client, address, "approve", 3), 409)
    assert refused["type"] == "/problems/decided-at-another-level"
    dean = await university.as_(campus.dean)
    decisions = (await sent(await dean.get(f"{address}/decisions"), 200))["items"]
    assert [one["move"] for one in decisions] == ["propose", "review"]
    assert (await (await university.as_(campus.student)).get(f"{address}/decisions")).status_code == 404
    rejected = await step(await university.as_(campus.decider), address, "reject", 3)
    assert (await sent(rejected, 200))["state"] == "rejected"
    assert await refusal(university, campus, None) is DistanceNotApproved


async def test_each_fault_of_a_case_is_named_and_a_draft_can_be_corrected(
    university: University, campus: Campus
) -> None:
    dean = await university.as_(campus.dean)
    body = module(campus, distance_percent=99, valid_to="2026-08-31", course_id=str(UUID(int=1)))
    refused = await sent(await dean.post(START, json=body), 422)
    assert {(one["pointer"], one["code"]) for one in refused["errors"]} == {
        ("/distance_percent", "percent-and-mode"),
        ("/valid_to", "last-day-before-first"),
        ("/course_id", "no-such-course"),
    }
    nothing = module(campus)
    del nothing["course_id"]
    assert (await sent(await dean.post(START, json=nothing), 422))["errors"][0]["code"] == "course-or-programme"
    foreign = module(campus, programme_id=str(UUID(int=1)))
    assert (await sent(await dean.post(START, json=foreign), 422))["errors"][0]["code"] == "no-such-programme"
    for who, status in ((None, 401), (campus.other_dean, 404), (campus.student, 404), (campus.decider, 404)):
        assert (await (await university.as_(who)).post(START, json=module(campus))).status_code == status
    address = await begin(university, campus)
    await _assert_hidden(university, campus, address)
    wrong = await dean.patch(address, json={"mode": "blended"}, headers={"If-Match": '"1"'})
    assert (await sent(wrong, 422))["errors"][0]["code"] == "percent-and-mode"
    change = {"mode": "blended", "distance_percent": 40, "valid_to": None}
    found = await sent(await dean.patch(address, json=change, headers={"If-Match": '"1"'}), 200)
    assert (found["mode"], found["distance_percent"], found["valid_to"]) == ("blended", 40, None)
    await sent(await step(dean, address, "propose", 2), 200)
    late = await dean.patch(address, json=change, headers={"If-Match": '"3"'})
    assert (await sent(late, 409))["type"] == "/problems/not-a-draft"
    reviewer = await university.as_(campus.reviewer)
    assert len((await sent(await reviewer.get(START, params={"state": "proposed"}), 200))["items"]) == 1
    assert (await (await university.as_(campus.outsider)).get(address)).status_code == 404


async def _assert_hidden(university: University, campus: Campus, address: str) -> None:
    """A draft is its unit's alone."""
    for who in (None, campus.student, campus.other_dean, campus.outsider, campus.reviewer):
        client = await university.as_(who)
        assert (await client.get(address)).status_code == 404
        assert (await sent(await client.get(START), 200))["items"] == []
