"""From the draft to the receipt: windows, versions, lateness, what is kept, who sees it."""

import hashlib
import json
from datetime import timedelta

import pytest

from tests.api.assignments.world import CLOSES, DAY, DUE, OPENS, PDF, World, build, named, text
from tests.api.conftest import NOW, StandingClock, University

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(university: University) -> World:
    return await build(university)


async def test_a_work_is_begun_written_handed_in_and_proved(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment()
    student, client = world.students[0], await world.client(world.students[0])
    early = await client.post(f"/v1/assignments/{assignment}/submissions")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/task-not-open-yet")
    clock.advance(days=2)
    draft = await world.draft(student, assignment)
    assert await world.draft(student, assignment) == draft  # there is one draft
    added = await world.upload(student, draft, "Эссе: иш.pdf", type_="application/pdf")
    assert added.status_code == 201, added.text
    assert added.json() | {"scan": ""} == {
        "number": 1,
        "name": "Эссе_ иш.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "is_mismatch": False,
        "scan": "",
        "is_served": True,
    }
    assert (await world.upload(student, draft, "Эссе: иш.pdf")).json()["number"] == 1  # sent again: the same
    saved = await client.put(
        f"/v1/submissions/{draft}/text", json={"content": "Биринчи\nсап", "language": "ky"}, headers={"If-Match": '"0"'}
    )
    assert (saved.status_code, saved.headers["etag"]) == (200, '"1"')
    handed_in = await client.post(f"/v1/submissions/{draft}/submit", headers={"Idempotency-Key": "a"})
    assert handed_in.status_code == 200, handed_in.text
    shown = handed_in.json()
    assert (shown["state"], shown["late_ms"], shown["deduction_percent"]) == ("submitted", 0, 0)

    receipt = (await client.get(f"/v1/submissions/{draft}/receipt")).json()
    said = json.loads(receipt["content"])
    assert said["files"] == [
        {"name": "Эссе_ иш.pdf", "number": 1, "sha256": hashlib.sha256(PDF).hexdigest(), "size": len(PDF)}
    ]
    assert said["text_sha256"] == hashlib.sha256("Биринчи\nсап".encode()).hexdigest()
    assert (said["submitted_at"], said["late_ms"]) == ("2026-09-03T04:00:00.000Z", 0)
    assert said["persons"] == [str(student.person)]
    stranger = await world.university.as_(None)
    genuine = await stranger.post("/v1/receipts/verify", json=receipt)
    assert genuine.json() == {"is_genuine": True, "is_on_record": True}
    forged = receipt | {"content": receipt["content"].replace('"late_ms":0', '"late_ms":1')}
    answer = await stranger.post("/v1/receipts/verify", json=forged)
    assert answer.json() == {"is_genuine": False, "is_on_record": False}

    served = await client.get(f"/v1/submissions/{draft}/files/1")
    assert served.content == PDF
    for change in (
        await world.upload(student, draft, "more.pdf"),
        await client.delete(f"/v1/submissions/{draft}/files/1"),
        await client.put(f"/v1/submissions/{draft}/text", json={"content": "x"}, headers={"If-Match": '"1"'}),
        await client.post(f"/v1/submissions/{draft}/discard"),
    ):
        assert (change.status_code, change.json()["type"]) == (409, "/problems/move-not-allowed")
