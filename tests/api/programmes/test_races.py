"""Two people at once."""

import anyio
import httpx
import pytest

from api.identity import Actor
from tests.api.conftest import University
from tests.api.programmes.campus import Campus, add_speciality, programme, sent, step

pytestmark = pytest.mark.anyio


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
    dean = await university.as_(campus.dean)
    body = {
        "unit_id": str(campus.department),
        "course_id": str(campus.course),
        "mode": "distance",
        "distance_percent": 100,
        "valid_from": "2026-09-01",
    }
    addresses = []
    for _ in range(2):
        found = await sent(await dean.post("/v1/module-approvals", json=body), 201)
        addresses.append(f"/v1/module-approvals/{found['id']}")
    for address in addresses:
        await sent(await step(dean, address, "propose", 1), 200)
        await sent(await step(await university.as_(campus.reviewer), address, "review", 2), 200)
    answers = await at_once(
        university, [(campus.decider, addresses[0], "approve", 3), (campus.second_decider, addresses[1], "approve", 3)]
    )
    assert [one.status_code for one in answers] == [200, 200]
    listed = (await sent(await dean.get("/v1/module-approvals"), 200))["items"]
    assert sorted(one["state"] for one in listed) == ["approved", "superseded"]


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
