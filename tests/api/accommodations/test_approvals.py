"""The three approvals (clause 7.3): by whom, once each, about what was read, never about oneself."""

import asyncio

import pytest

from api.domains.people.service import grant_role
from api.identity import HeldRole, Role, Scope, system_actor
from tests.api.accommodations.world import (
    CASES,
    PLANS,
    World,
    agree,
    approve,
    assess,
    document,
    move,
    proposal,
    requested,
)
from tests.api.teaching.school import SETUP, officer, person_with, refused, sent, wrong_fields

pytestmark = pytest.mark.anyio


async def test_a_party_is_spoken_for_by_its_own_people_alone(world: World) -> None:
    _, plan = await requested(world)
    await refused(await approve(world, world.head, plan, "department"), 404, "not-found")  # not proposed yet
    await refused(await approve(world, world.office, plan, "service"), 409, "move-not-allowed")
    await assess(world, plan)
    for actor, party, status in (
        (world.head, "dean", 403),
        (world.head, "service", 403),
        (world.dean, "service", 403),
        (world.dean, "department", 403),
        (world.office, "department", 403),
        (world.office, "dean", 403),
        (world.student, "service", 403),
        (world.other_head, "department", 404),
        (world.other_dean, "dean", 404),
        (world.neighbour, "department", 404),
        (world.teacher, "department", 404),
        (None, "service", 401),
    ):
        assert (await approve(world, actor, plan, party)).status_code == status, (actor, party)
    seen = await sent(await (await world.as_(world.office)).get(f"{PLANS}/{plan}"), 200)
    assert (seen["approvals"], seen["state"]) == ([], "assessed")


async def test_one_person_counts_for_one_party_and_a_party_decides_once(world: World) -> None:
    """Somebody who heads the department and runs the dean's office is one of the two."""
    school = world.school
    assert world.head.person is not None
    both = person_with(
        world.head.person,
        *world.head.roles,
        HeldRole(Role.DEANS_OFFICE, Scope.UNIT, frozenset({school.institute, school.department})),
        HeldRole(Role.INCLUSION_OFFICE, Scope.UNIVERSITY),
    )
    _, plan = await requested(world)
    await assess(world, plan)
    await sent(await approve(world, both, plan, "department"), 200)
    await refused(await approve(world, both, plan, "dean"), 409, "accommodation-one-person-one-party")
    await refused(await approve(world, both, plan, "service"), 409, "accommodation-one-person-one-party")
    await refused(await approve(world, both, plan, "department"), 409, "accommodation-party-has-spoken")
    await sent(await approve(world, world.office, plan, "service"), 200)
    await refused(await approve(world, world.colleague, plan, "service"), 409, "accommodation-party-has-spoken")
    seen = await sent(await (await world.as_(world.office)).get(f"{PLANS}/{plan}"), 200)
    assert (seen["missing"], seen["state"]) == (["dean"], "assessed")


async def test_nobody_works_on_or_decides_about_their_own_case(world: World) -> None:
    """A student who works for the office, and heads the department, all in one."""
    assert world.student.person is not None
    everything = person_with(
        world.student.person,
        HeldRole(Role.INCLUSION_OFFICE, Scope.UNIVERSITY),
        HeldRole(Role.DEPARTMENT_HEAD, Scope.UNIT, frozenset({world.school.department})),
    )
    case, plan = await requested(world)
    await refused(await move(world, everything, f"{PLANS}/{plan}/assess", proposal()), 403, "accommodation-own-case")
    await assess(world, plan)
    for party in ("department", "service"):
        await refused(await approve(world, everything, plan, party), 403, "accommodation-own-case")
    await refused(
        await move(world, everything, f"{PLANS}/{plan}/return", {"reason": "x"}), 403, "accommodation-own-case"
    )
    await agree(world, plan)
    await refused(
        await move(world, everything, f"{PLANS}/{plan}/activate", document(world)), 403, "accommodation-own-case"
    )
    body = {"person_id": str(world.colleague.person)}
    await refused(await move(world, everything, f"{CASES}/{case}/coordinator", body), 403, "accommodation-own-case")
    own = {"person_id": str(world.student.person)}
    answer = await move(world, world.office, f"{CASES}/{case}/coordinator", own)
    assert await wrong_fields(answer) == {"/person_id": "not-of-the-office"}


async def test_a_refusal_needs_a_reason_and_returns_the_proposal_to_all_three(world: World) -> None:
    _, plan = await requested(world)
    await assess(world, plan)
    await sent(await approve(world, world.head, plan, "department"), 200)
    assert await wrong_fields(await approve(world, world.dean, plan, "dean", "refused")) == {"/reason": "reason-needed"}
    back = await sent(await approve(world, world.dean, plan, "dean", "refused", "Мөөнөтү өтө узун"), 200)
    assert (back["state"], back["return_reason"]) == ("requested", "Мөөнөтү өтө узун")
    await refused(await approve(world, world.office, plan, "service"), 409, "move-not-allowed")
    await assess(world, plan, valid_until="2026-10-31")
    again = await sent(await (await world.as_(world.office)).get(f"{PLANS}/{plan}"), 200)
    assert (again["round"], again["missing"]) == (2, ["department", "dean", "service"])  # the first consent is gone
    assert [(one["round"], one["decision"]) for one in again["approvals"]] == [(1, "agreed"), (1, "refused")]
    await agree(world, plan)
    taken = await sent(await move(world, world.office, f"{PLANS}/{plan}/return", {"reason": "Ката"}), 200)
    assert taken["state"] == "requested"


async def test_one_decides_about_what_one_has_read(world: World) -> None:
    _, plan = await requested(world)
    await assess(world, plan)
    head, office = await world.as_(world.head), await world.as_(world.office)
    tag = (await head.get(f"{PLANS}/{plan}")).headers["etag"]
    yes = {"party": "department", "decision": "agreed"}
    await refused(await head.post(f"{PLANS}/{plan}/approvals", json=yes), 428, "version-needed")
    await sent(await office.post(f"{PLANS}/{plan}/return", json={"reason": "Ката"}, headers={"If-Match": tag}), 200)
    await assess(world, plan, valid_until="2027-06-30")  # something else is proposed now
    stale = await head.post(f"{PLANS}/{plan}/approvals", json=yes, headers={"If-Match": tag})
    await refused(stale, 412, "stale-version")
    tag = (await head.get(f"{PLANS}/{plan}")).headers["etag"]
    await sent(await approve(world, world.dean, plan, "dean"), 200)  # and a decision of another party is news too
    stale = await head.post(f"{PLANS}/{plan}/approvals", json=yes, headers={"If-Match": tag})
    await refused(stale, 412, "stale-version")
    for verb, body in (
        ("assess", proposal()),
        ("activate", document(world)),
        ("revoke", {"reason": "x"}),
        ("return", {"reason": "x"}),
    ):
        await refused(await office.post(f"{PLANS}/{plan}/{verb}", json=body), 428, "version-needed")
        stale = await office.post(f"{PLANS}/{plan}/{verb}", json=body, headers={"If-Match": tag})
        await refused(stale, 412, "stale-version")


async def test_no_machine_decides(world: World) -> None:
    _, plan = await requested(world)
    await assess(world, plan)
    await refused(await approve(world, system_actor("job:x"), plan, "service"), 403, "not-allowed")


async def test_who_studies_here_and_works_elsewhere_is_no_business_of_the_employer(world: World) -> None:
    """The other institute's dean sees its employee's name, not what is agreed for the student."""
    async with world.context.writing(SETUP) as unit:
        assert world.student.person is not None
        await grant_role(
            unit, world.student.person, Role.COMMISSION, Scope.UNIT, world.school.other_institute, unit.today
        )
    case, plan = await requested(world)
    await assess(world, plan)
    office = await world.as_(officer(Role.INCLUSION_OFFICE, Scope.UNIT, world.school.other_institute))
    await refused(await office.get(f"{CASES}/{case}"), 404, "not-found")
    assert (await sent(await office.get(CASES), 200))["items"] == []
    employer = await world.as_(world.other_dean)
    await refused(await employer.get(f"{PLANS}/{plan}"), 404, "not-found")
    assert (await sent(await employer.get(PLANS), 200))["items"] == []
    await refused(await approve(world, world.other_dean, plan, "dean"), 404, "not-found")


async def test_two_decisions_at_once_are_one_and_a_stale_one(world: World) -> None:
    """Whoever comes second decides about something that has changed: the last two consents never cross."""
    _, plan = await requested(world)
    await assess(world, plan)
    await sent(await approve(world, world.office, plan, "service"), 200)
    head, dean = await world.as_(world.head), await world.as_(world.dean)
    tag = {"If-Match": (await head.get(f"{PLANS}/{plan}")).headers["etag"]}
    url = f"{PLANS}/{plan}/approvals"
    answers = await asyncio.gather(
        *(
            client.post(url, json={"party": party, "decision": "agreed"}, headers=tag)
            for client, party in ((head, "department"), (dean, "dean"), (head, "department"))
        )
    )
    assert sorted(one.status_code for one in answers) == [200, 412, 412]
    seen = await sent(await head.get(f"{PLANS}/{plan}"), 200)
    assert (seen["state"], len(seen["approvals"]), len(seen["missing"])) == ("assessed", 2, 1)
