"""Cases: consent, one at a time, and a coordinator on every day (clause 7.1)."""

import asyncio

import pytest
from sqlalchemy import delete, select

from api.domains.access.accounts import ensure_accounts
from api.domains.access.service import end_accounts_of
from api.domains.accommodations.jobs import do_daily, find_lost_coordinators
from api.domains.accommodations.models import CaseRow
from api.domains.people.models import RoleAssignmentRow
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_person, end_role, grant_role
from api.events import OutboxRow
from api.identity import Role, Scope
from api.ids import new_id
from tests.api.accommodations.world import CASES, PLANS, World, move, request_body, requested
from tests.api.conftest import StandingClock
from tests.api.teaching.school import SETUP, officer, refused, sent, wrong_fields

pytestmark = pytest.mark.anyio


async def test_a_case_is_opened_for_a_student_with_consent_and_once(world: World) -> None:
    student, office = await world.as_(world.student), await world.as_(world.office)
    body = request_body(world)
    assert await wrong_fields(await student.post(CASES, json={"person_id": body["person_id"]})) == {"/need": "missing"}
    own = await student.post(CASES, json=body | {"consent_given_on": "2026-09-01"})
    assert await wrong_fields(own) == {"/consent_given_on": "consent-of-oneself"}
    assert await wrong_fields(await office.post(CASES, json=body)) == {"/consent_given_on": "consent-needed"}
    later = await office.post(CASES, json=body | {"consent_given_on": "2026-09-02"})
    assert await wrong_fields(later) == {"/consent_given_on": "not-yet"}
    nobody = body | {"consent_given_on": "2026-09-01", "person_id": str(world.school.newcomer)}
    assert await wrong_fields(await office.post(CASES, json=nobody)) == {"/person_id": "not-a-student"}
    await refused(await student.post(CASES, json=body | {"person_id": str(world.neighbour.person)}), 404, "not-found")
    opened = await sent(await office.post(CASES, json=body | {"consent_given_on": "2026-08-30"}), 201)
    assert opened["coordinator_id"] == str(world.office.person)
    assert (await sent(await student.get(f"{CASES}/{opened['id']}"), 200))["is_own_request"] is False
    await refused(await student.post(CASES, json=body), 409, "accommodation-case-open")
    await sent(await move(world, world.student, f"{CASES}/{opened['id']}/close", {"reason": "Кереги жок"}), 200)
    for verb, problem in (("close", {"reason": "x"}), ("coordinator", {"person_id": str(world.colleague.person)})):
        again = await move(world, world.office, f"{CASES}/{opened['id']}/{verb}", problem)
        await refused(again, 409, "accommodation-case-closed")
    (plan,) = (await sent(await office.get(PLANS), 200))["items"]
    reached = await move(world, world.office, f"{PLANS}/{plan['id']}/return", {"reason": "x"})
    await refused(reached, 409, "accommodation-case-closed")
    await refused(await student.post(f"{CASES}/{opened['id']}/plans", json={}), 409, "accommodation-case-closed")
    await sent(await student.post(CASES, json=body), 201)


async def test_requests_at_once_open_one_case_and_the_same_key_answers_the_same(world: World) -> None:
    student = await world.as_(world.student)
    answers = await asyncio.gather(*(student.post(CASES, json=request_body(world)) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409, 409]
    neighbour = await world.as_(world.neighbour)
    body = request_body(world, person_id=str(world.neighbour.person))
    key = {"Idempotency-Key": "one"}
    first, second = [await neighbour.post(CASES, json=body, headers=key) for _ in range(2)]
    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    async with world.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(CaseRow).order_by(CaseRow.id))).all()
        assert {row.person_id for row in rows} == set(world.school.students)
        assert {row.coordinator_id for row in rows} == {world.office.person, world.colleague.person}  # one each


async def test_without_an_office_nothing_is_opened(world: World) -> None:
    async with world.context.writing(SETUP) as unit:
        await unit.session.execute(delete(RoleAssignmentRow).where(RoleAssignmentRow.role == Role.INCLUSION_OFFICE))
    student = await world.as_(world.student)
    answer = await student.post(CASES, json=request_body(world))
    await refused(answer, 409, "accommodation-nobody-coordinates")


async def test_a_coordinator_who_leaves_is_missed_and_the_office_is_told(world: World, clock: StandingClock) -> None:
    """By the end of the account, of the role by hand, and of the role by its day."""
    case, _ = await requested(world)
    office = await world.as_(world.office)

    async def coordinator() -> str:
        return str((await sent(await office.get(f"{CASES}/{case}"), 200))["coordinator_id"])

    async def give_to(person: object) -> None:
        await sent(await move(world, world.office, f"{CASES}/{case}/coordinator", {"person_id": str(person)}), 200)

    async def missing() -> list[str]:
        return [one["id"] for one in (await sent(await office.get(f"{CASES}?is_coordinated=false"), 200))["items"]]

    await give_to(world.colleague.person)
    assert (await coordinator(), await missing()) == (str(world.colleague.person), [])
    async with world.context.writing(SETUP) as unit:
        assert world.colleague.person is not None
        await ensure_accounts(unit, {world.colleague.person})
        await end_accounts_of(unit, world.colleague.person, "Иштен кетти")
    assert await missing() == [case]
    again = {"person_id": str(world.colleague.person)}
    gone = await move(world, world.office, f"{CASES}/{case}/coordinator", again)
    assert await wrong_fields(gone) == {"/person_id": "not-of-the-office"}
    async with world.context.reading(SETUP) as unit:
        told = (
            await unit.session.scalars(
                select(OutboxRow).where(OutboxRow.kind == "accommodation-case.without-coordinator")
            )
        ).all()
    assert [one.person for one in told] == [world.office.person]
    await give_to(world.office.person)
    assert await missing() == []
    async with world.context.writing(SETUP) as unit:
        new_colleague = await create_person(unit, NewPerson(Name("ky-Cyrl", "Жаңы", "Нур")))
        await grant_role(unit, new_colleague, Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None, unit.today)
    await give_to(new_colleague)
    async with world.context.writing(SETUP) as unit:  # the role ends today
        await end_role(unit, new_colleague, Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None, ends_on=unit.today)
    await do_daily(world.context)
    assert await missing() == []  # still there today
    clock.advance(days=1)
    assert await find_lost_coordinators(world.context) == 1
    assert await find_lost_coordinators(world.context) == 0
    assert await missing() == [case]
    stale = await move(world, world.office, f"{CASES}/{case}/coordinator", {"person_id": str(new_id())}, '"1"')
    await refused(stale, 412, "stale-version")


async def test_an_office_of_one_institute_keeps_to_its_students(world: World) -> None:
    case, plan = await requested(world)
    school = world.school
    own = await world.as_(officer(Role.INCLUSION_OFFICE, Scope.UNIT, school.institute, school.department))
    assert [one["id"] for one in (await sent(await own.get(CASES), 200))["items"]] == [case]
    await sent(await own.get(f"{PLANS}/{plan}"), 200)
    other = await world.as_(officer(Role.INCLUSION_OFFICE, Scope.UNIT, school.other_institute))
    assert (await sent(await other.get(CASES), 200))["items"] == []
    await refused(await other.get(f"{CASES}/{case}"), 404, "not-found")
