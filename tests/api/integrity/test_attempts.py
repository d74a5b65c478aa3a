"""Attempts at tests: an incident lengthens one that runs, a case annuls one that was handed in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons
from api.domains.tests.service import attempt_brief
from api.identity import Actor, HeldRole, Role, Scope
from tests.api.conditions.world import actor, sent, version, wire
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.world import World, build

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(university: University, clock: StandingClock) -> World:
    return await build(university)


async def staff(world: World) -> list[Actor]:
    """Three who head the department."""
    async with world.context.writing(SETUP) as unit:
        persons = await create_persons(unit, [NewPerson(Name("ky-Cyrl", "Башчы", "Нур")) for _ in range(3)])
    held = HeldRole(Role.DEPARTMENT_HEAD, Scope.UNIT, frozenset({world.campus.department}))
    return [actor(person, held) for person in persons]


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


async def test_an_accepted_incident_lengthens_a_running_attempt_and_its_revocation_shortens_nothing(
    world: World, clock: StandingClock
) -> None:
    clock.advance(hours=2)
    student, head = world.students[0], (await staff(world))[0]
    attempt = await world.start(student, await world.make_test())
    before = moment((await world.see(student, attempt))["deadline_at"])
    clock.advance(minutes=10)
    client, decider = await world.client(student), await world.client(head)
    body = {"task_id": attempt["test_id"], "began_at": wire(clock.now()), "story": "Интернет үзүлдү"}
    made = await client.post("/v1/incidents", json=body)
    address = f"/v1/incidents/{(await sent(made, 201))['id']}"
    reviewed = await decider.post(f"{address}/review", headers=version(made))
    grant = {"reason": "Ырасталды", "adding": {"minutes": 15}}
    granted = await sent(await decider.post(f"{address}/grant", json=grant, headers=version(reviewed)))
    after = moment((await world.see(student, attempt))["deadline_at"])
    assert after == before + timedelta(minutes=15)
    (extension,) = granted["extension_ids"]
    await sent(await decider.post(f"/v1/extensions/{extension}/revoke", json={"reason": "Ката"}))
    assert moment((await world.see(student, attempt))["deadline_at"]) == after


async def annulled(world: World, clock: StandingClock, attempt: dict[str, Any]) -> None:
    """A whole case about an attempt, by three people."""
    first, second, third = await staff(world)
    teacher = await world.client(world.teacher)
    body = {"work_kind": "attempt", "work_id": attempt["id"], "ground": "proctoring", "suspicion": "Башка адам"}
    answer = await teacher.post("/v1/integrity-cases", json=body)
    address = f"/v1/integrity-cases/{(await sent(answer, 201))['id']}"
    for who, move, fields, days in (
        (first, "notify", {"hearing_at": wire(clock.now() + timedelta(days=6))}, 6),
        (first, "hear", {"was_present": False, "protocol": "Келген жок"}, 0),
        (first, "confirm", {"reason": "x"}, 0),
        (second, "sanction", {"sanction": "annulment", "reason": "x"}, 10),
        (second, "finish", None, 0),
        (third, "annul", {"reason": "x"}, 0),
    ):
        client = await world.client(who)
        answer = await client.post(f"{address}/{move}", json=fields, headers=version(answer))
        await sent(answer)
        clock.advance(days=days)


@pytest.mark.parametrize("kinds", [("single-choice",), ("essay",)], ids=["graded", "waiting-for-a-marker"])
async def test_a_case_annuls_an_attempt_with_and_without_a_grade(
    world: World, clock: StandingClock, kinds: tuple[str, ...]
) -> None:
    clock.advance(hours=2)
    student = world.students[0]
    attempt = await world.start(student, await world.make_test(kinds))
    await world.submit(student, attempt)
    await annulled(world, clock, attempt)
    async with world.context.reading(SETUP) as unit:
        brief = await attempt_brief(unit, UUID(attempt["id"]))
    assert brief.state == "annulled"
