"""Two people at once."""

from uuid import UUID

import anyio
import httpx
import pytest
from msgspec import convert

from api.domains.programmes.approvals import Step, lock_module, take_step
from api.domains.programmes.rules import Move
from api.domains.programmes.schemas import DocumentIn
from api.identity import Actor
from tests.api.conftest import University
from tests.api.programmes.campus import PAPER, Campus, add_speciality, programme, sent, step

pytestmark = pytest.mark.anyio
LONG_ENOUGH_S = 0.5
"""For an approval that does not wait to be stored."""


async def at_once(university: University, requests: list[tuple[Actor, str, str, int]]) -> list[httpx.Response]:
    """The answers to steps that are asked for at the same time, in order."""
    answers: dict[int, httpx.Response] = {}
    clients = [await university.as_(who) for who, *_ in requests]

    async def ask(place: int) -> None:
        _, address, move, version = requests[place]
        answers[place] = await step(clients[place], address, move, version)

    async with anyio.create_task_group() as group:
        for place in range(len(requests)):
            group.start_soon(ask, place)
    return [answers[place] for place in range(len(requests))]


async def test_two_members_decide_at_once_and_one_decision_counts(university: University, campus: Campus) -> None:
    speciality = await add_speciality(await university.as_(campus.registry))
    dean = await university.as_(campus.dean)
    draft = await sent(await dean.post("/v1/programmes", json=programme(campus, speciality)), 201)
    address = f"/v1/programmes/{draft['id']}"
    await sent(await step(dean, address, "propose", 1), 200)
    await sent(await step(await university.as_(campus.reviewer), address, "review", 2), 200)
    answers = await at_once(
        university, [(campus.decider, address, "approve", 3), (campus.second_decider, address, "reject", 3)]
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    decisions = (await sent(await dean.get(f"{address}/decisions"), 200))["items"]
    assert len(decisions) == 3
    assert (await sent(await dean.get(address), 200))["state"] == decisions[-1]["state"]


async def test_two_cases_on_one_course_approved_at_once_leave_one_in_force(
    university: University, campus: Campus
) -> None:
    """The second approval begins while the first one is not stored yet; it waits, and then takes its place."""
    dean = await university.as_(campus.dean)
    body = {
        "unit_id": str(campus.department),
        "course_id": str(campus.course),
        "mode": "distance",
        "distance_percent": 100,
        "valid_from": "2026-09-01",
    }
    cases = []
    for _ in range(2):
        found = await sent(await dean.post("/v1/module-approvals", json=body), 201)
        cases.append(UUID(found["id"]))
        address = f"/v1/module-approvals/{found['id']}"
        await sent(await step(dean, address, "propose", 1), 200)
        await sent(await step(await university.as_(campus.reviewer), address, "review", 2), 200)
    finished = anyio.Event()

    async def approve_second() -> None:
        client = await university.as_(campus.second_decider)
        await sent(await step(client, f"/v1/module-approvals/{cases[1]}", "approve", 3), 200)
        finished.set()

    async with anyio.create_task_group() as group, university.context.writing(campus.decider) as unit:
        row = await lock_module(unit, cases[0])
        await take_step(unit, row, Step(Move.APPROVE, [convert(PAPER, DocumentIn)]))
        group.start_soon(approve_second)
        with anyio.move_on_after(LONG_ENOUGH_S):
            await finished.wait()
        assert not finished.is_set()
    listed = (await sent(await dean.get("/v1/module-approvals"), 200))["items"]
    assert [one["state"] for one in listed] == ["superseded", "approved"]


async def test_the_next_edition_is_begun_once(university: University, campus: Campus) -> None:
    speciality = await add_speciality(await university.as_(campus.registry))
    dean, head = await university.as_(campus.dean), await university.as_(campus.head)
    draft = await sent(await dean.post("/v1/programmes", json=programme(campus, speciality)), 201)
    address = f"/v1/programmes/{draft['id']}"
    for who, move, version in (
        (campus.dean, "propose", 1),
        (campus.reviewer, "review", 2),
        (campus.decider, "approve", 3),
    ):
        await sent(await step(await university.as_(who), address, move, version), 200)
    answers: list[int] = []

    async def begin(client: httpx.AsyncClient) -> None:
        answers.append((await client.post(f"{address}/editions")).status_code)

    async with anyio.create_task_group() as group:
        group.start_soon(begin, dean)
        group.start_soon(begin, head)
    assert sorted(answers) == [201, 409]
