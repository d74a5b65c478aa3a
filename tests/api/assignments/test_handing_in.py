"""From the draft to the receipt: windows, versions, lateness, what is kept, who sees it."""

import asyncio
import hashlib
import json
import os
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from api.domains.assignments.service import RETENTION, texts_of
from api.domains.conditions.service import move_task
from api.domains.files.jobs import collect_unreferenced
from api.domains.people.models import RoleAssignmentRow
from api.domains.privacy.service import apply_retention
from api.events import Event
from api.identity import Actor
from tests.api.assignments.world import CLOSES, DAY, DUE, OPENS, PDF, World, build, named, text
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(university: University) -> World:
    return await build(university, 4)


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


def slug(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/")


async def test_due_and_close_hold_to_the_millisecond_on_both_sides(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment(versions=5)
    one, other, third, _ = world.students
    clock.advance(days=2)
    drafts = [await world.draft(each, assignment) for each in (one, other, third)]
    for each, draft in zip((one, other, third), drafts, strict=True):
        await world.upload(each, draft)

    async def at(moment: datetime, actor: Actor, draft: str) -> tuple[int, int, int]:
        clock.advance(seconds=(moment - clock.now()).total_seconds())
        answer = await world.submit(actor, draft)
        assert answer.status_code == 200, answer.text
        return answer.json()["late_ms"], answer.json()["deduction_percent"], answer.json()["number"]

    ms = timedelta(milliseconds=1)
    assert await at(DUE, one, drafts[0]) == (0, 0, 1)
    assert await at(DUE + ms, other, drafts[1]) == (1, 10, 1)
    second = await world.draft(one, assignment)
    await world.upload(one, second)
    assert await at(DUE + DAY, one, second) == (86_400_000, 10, 2)
    later = await world.draft(other, assignment)
    await world.upload(other, later)
    clock.advance(seconds=(CLOSES - ms - clock.now()).total_seconds())
    client = await world.client(third)
    assert (await client.delete(f"/v1/submissions/{drafts[2]}/files/1")).status_code == 204
    assert (await world.upload(third, drafts[2], "last.pdf")).status_code == 201
    assert await at(CLOSES - ms, other, later) == (2 * 86_400_000 - 1, 20, 2)

    async def standing(actor: Actor) -> tuple[str, str]:
        found = (await world.get(actor, f"/v1/assignments/{assignment}")).json()["mine"]
        return found["state"], found["standing"]

    assert await standing(third) == ("draft", "draft")
    clock.advance(milliseconds=1)
    assert await standing(third) == ("draft", "not-handed-in")  # nobody hands it in for the student
    assert await standing(one) == ("submitted", "handed-in")
    headers = {"If-Match": '"0"'}
    for answer in (
        await world.submit(third, drafts[2]),
        await world.upload(third, drafts[2], "late.pdf"),
        await client.delete(f"/v1/submissions/{drafts[2]}/files/1"),
        await client.put(f"/v1/submissions/{drafts[2]}/text", json={"content": "x"}, headers=headers),
        await client.post(f"/v1/submissions/{drafts[2]}/discard"),
        await client.post(f"/v1/assignments/{assignment}/submissions"),
        await (await world.client(other)).post(f"/v1/submissions/{later}/withdraw", json={"reason": "ката"}),
    ):
        assert (answer.status_code, slug(answer)) == (409, "task-over")
    mine = (await world.get(one, f"/v1/assignments/{assignment}")).json()["mine"]
    assert (mine["is_open"], mine["state"], mine["versions_used"]) == (False, "submitted", 2)


async def test_where_nothing_late_is_taken_it_closes_when_it_is_due(world: World, clock: StandingClock) -> None:
    teacher = await world.client(world.teacher)
    wrong = await teacher.post(
        f"/v1/classes/{world.class_id}/assignments",
        json={
            "titles": {"ky": "Эссе"},
            "instructions": {"ky": "х"},
            "opens_at": text(OPENS),
            "due_at": text(DUE),
            "closes_at": text(CLOSES),
        },
    )
    assert wrong.json()["errors"][0]["code"] == "late-refused-closes-when-due"
    assignment = await world.assignment(late="refused", penalty_percent=0, due_at=None, closes_at=text(DUE))
    student = world.students[0]
    clock.advance(days=2)
    draft = await world.draft(student, assignment)
    await world.upload(student, draft)
    clock.advance(seconds=(DUE - clock.now()).total_seconds())
    assert slug(await world.submit(student, draft)) == "task-over"


async def test_accommodations_and_extensions_hold_everywhere(world: World, clock: StandingClock) -> None:
    """Window, lateness, versions, links to files; of nobody else, and without anybody doing anything."""
    assignment = await world.assignment(versions=1)
    teacher = await world.client(world.teacher)
    attached = await teacher.post(
        f"/v1/assignments/{assignment}/files", content=b"data", headers=named("data.csv", "text/csv")
    )
    assert attached.status_code == 201, attached.text
    slow, extended, plain, _ = world.students
    assert slow.person and extended.person and plain.person
    await world.agree(slow.person, feature="extended-deadline", days=3)
    await world.extend(assignment, extended.person, 60)
    link = f"/v1/assignments/{assignment}/files/1"
    assert slug(await world.get(plain, link)) == "task-not-open-yet"
    assert (await world.get(plain, f"/v1/assignments/{assignment}")).json()["instructions"] == {}

    clock.advance(seconds=(CLOSES - clock.now()).total_seconds())  # the end of those who have nothing
    assert (await world.get(slow, link)).content == b"data"
    assert (await world.get(extended, link)).status_code == 200
    assert slug(await world.get(plain, link)) == "task-over"
    mine = (await world.get(slow, f"/v1/assignments/{assignment}")).json()["mine"]
    assert (mine["due_at"], mine["closes_at"]) == (text(DUE + 3 * DAY), text(CLOSES + 3 * DAY))
    assert [one["kind"] for one in mine["sources"]] == ["accommodation"]
    listed = (await world.get(plain, "/v1/assignments")).json()["items"][0]["mine"]
    assert (listed["due_at"], listed["is_open"], listed["sources"]) == (text(DUE), False, [])

    handed_in = await world.hand_in(slow, assignment)
    shown = (await world.get(slow, f"/v1/submissions/{handed_in}")).json()
    assert (shown["late_ms"], shown["deduction_percent"]) == (0, 0)  # due a day later
    late = await world.hand_in(extended, assignment)
    shown = (await world.get(extended, f"/v1/submissions/{late}")).json()
    assert shown["late_ms"] == (2 * DAY - timedelta(hours=1)) // timedelta(milliseconds=1)
    again = await (await world.client(slow)).post(f"/v1/assignments/{assignment}/submissions")
    assert slug(again) == "no-versions-left"

    rows = (await world.get(world.teacher, f"/v1/assignments/{assignment}/students?limit=2")).json()
    more = (await world.get(world.teacher, f"/v1/assignments/{assignment}/students?cursor={rows['next']}")).json()
    found = {one["person_id"]: one for one in rows["items"] + more["items"]}
    assert len(found) == 4
    assert found[str(slow.person)]["closes_at"] == text(CLOSES + 3 * DAY)
    assert found[str(plain.person)]["state"] is None
    assert "sources" not in found[str(slow.person)]  # what to do, never why
    head = (await world.get(world.head, f"/v1/assignments/{assignment}/students")).json()["items"]
    assert {one["closes_at"] for one in head} == {text(CLOSES)}  # whose time differs is for who teaches
    assert {one["late_ms"] for one in head} == {None}
    for reader, told in ((world.teacher, True), (world.head, False)):
        work = (await world.get(reader, f"/v1/submissions/{late}")).json()
        assert (work["late_ms"] is not None, work["deduction_percent"] is not None) == (told, told)


async def test_fifty_submits_at_once_are_one(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment()
    student = world.students[0]
    clock.advance(days=2)
    begun = await asyncio.gather(*(world.draft(student, assignment) for _ in range(20)))
    assert len(set(begun)) == 1
    draft = begun[0]
    await asyncio.gather(*(world.upload(student, draft) for _ in range(10)))
    keyed = [world.submit(student, draft, "same key") for _ in range(25)]
    answers = await asyncio.gather(*keyed, *(world.submit(student, draft) for _ in range(25)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
    shown = answers[0].json()
    assert [one["number"] for one in shown["files"]] == [1]
    listed = (await world.get(student, f"/v1/assignments/{assignment}/submissions")).json()["items"]
    assert [(one["number"], one["state"]) for one in listed] == [(1, "submitted")]
    line_item = (await world.get(world.teacher, f"/v1/assignments/{assignment}")).json()["grading"]["line_item_id"]
    works = (await world.get(world.teacher, f"/v1/line-items/{line_item}/works")).json()["items"]
    assert [one["work_id"] for one in works] == [draft]


async def test_a_later_version_counts_and_the_earlier_ones_are_kept(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment(versions=2)
    student = world.students[0]
    clock.advance(days=2)
    first = await world.hand_in(student, assignment, b"%PDF-1.7 first")
    second = await world.hand_in(student, assignment, b"%PDF-1.7 second")
    client = await world.client(student)
    states = {one: (await client.get(f"/v1/submissions/{one}")).json()["state"] for one in (first, second)}
    assert states == {first: "superseded", second: "submitted"}
    begin = f"/v1/assignments/{assignment}/submissions"
    assert slug(await client.post(begin)) == "no-versions-left"
    taken_back = await client.post(f"/v1/submissions/{second}/withdraw", json={"reason": "Башка файл экен"})
    assert taken_back.json()["state"] == "withdrawn"
    assert (await client.get(f"/v1/submissions/{first}/files/1")).content == b"%PDF-1.7 first"
    assert (await client.get(f"/v1/submissions/{second}/files/1")).content == b"%PDF-1.7 second"
    assert (await world.get(world.teacher, f"/v1/submissions/{second}")).status_code == 404
    line_item = (await world.get(world.teacher, f"/v1/assignments/{assignment}")).json()["grading"]["line_item_id"]
    works = (await world.get(world.teacher, f"/v1/line-items/{line_item}/works")).json()["items"]
    assert {one["work_id"]: one["state"] for one in works} == {first: "withdrawn", second: "withdrawn"}
    for receipt in (first, second):
        found = (await client.get(f"/v1/submissions/{receipt}/receipt")).json()
        assert (await client.post("/v1/receipts/verify", json=found)).json() == {
            "is_genuine": True,
            "is_on_record": True,
        }
    assert (await client.get(f"/v1/assignments/{assignment}")).json()["mine"]["versions_used"] == 1
    third = await world.hand_in(student, assignment)  # in place of the one that was taken back
    assert (await client.get(f"/v1/submissions/{third}")).json()["number"] == 3
    assert slug(await client.post(begin)) == "no-versions-left"


async def test_texts_are_saved_in_versions_and_nobody_writes_over_another(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment(text="required", most_files=0)
    student = world.students[0]
    clock.advance(days=2)
    draft, client = await world.draft(student, assignment), await world.client(student)
    path = f"/v1/submissions/{draft}/text"

    async def save(content: str, version: int) -> httpx.Response:
        return await client.put(path, json={"content": content}, headers={"If-Match": f'"{version}"'})

    assert (await save("бир", 0)).json()["version"] == 1
    assert (await save("бир", 0)).json()["version"] == 1  # the answer was lost, the save was not
    stale = await save("башка аппараттан", 0)
    assert (stale.status_code, stale.headers["etag"]) == (412, '"1"')
    assert (await client.put(path, json={"content": "x"})).status_code == 428
    assert (await save(" ", 1)).json()["version"] == 2
    assert slug(await world.submit(student, draft)) == "nothing-to-submit"
    assert (await save("үч", 2)).json()["version"] == 3
    assert slug(await world.upload(student, draft)) == "too-many-files"
    kept = (await client.get(f"{path}/versions")).json()["items"]
    assert [(one["version"], one["characters"]) for one in kept] == [(1, 3), (2, 1), (3, 2)]
    assert (await client.get(f"{path}/versions/1")).json()["content"] == "бир"
    assert (await world.submit(student, draft)).status_code == 200
    (found,) = await texts_of(partial(world.university.context.reading, SETUP), UUID(assignment))
    assert (found.text, list(found.persons)) == ("үч", [student.person])


async def mark_all(teacher: httpx.AsyncClient, assignment: str) -> str:
    """Gives eighty points to each; the line item."""
    line_item: str = (await teacher.get(f"/v1/assignments/{assignment}")).json()["grading"]["line_item_id"]
    for queued in (await teacher.get(f"/v1/line-items/{line_item}/works")).json()["items"]:
        taken = await teacher.post(f"/v1/marking-works/{queued['id']}/take")
        path = f"/v1/markings/{taken.json()['id']}"
        body = {"points": "80", "comment": "", "scores": []}
        saved = await teacher.patch(path, json=body, headers={"If-Match": taken.headers["etag"]})
        done = await teacher.post(f"{path}/finish", headers={"If-Match": saved.headers["etag"]})
        assert done.status_code == 200, done.text
    return line_item


async def test_an_extension_that_comes_later_takes_the_lateness_away(world: World, clock: StandingClock) -> None:
    """Also when the work is marked and its grade posted; and nobody else's becomes less, or more."""
    assignment = await world.assignment()
    one, other = world.students[:2]
    assert one.person
    clock.advance(seconds=(DUE + DAY / 2 - clock.now()).total_seconds())
    works = [await world.hand_in(each, assignment) for each in (one, other)]
    teacher = await world.client(world.teacher)
    line_item = await mark_all(teacher, assignment)

    async def standing() -> dict[str, tuple[int, int, str]]:
        found = (await teacher.get(f"/v1/line-items/{line_item}/grades")).json()["items"]
        points = {entry["person_id"]: str(entry["points"]) for entry in found}
        shown = [
            (await world.get(each, f"/v1/submissions/{work}")).json()
            for each, work in zip((one, other), works, strict=True)
        ]
        return {each["id"]: (each["late_ms"], each["deduction_percent"], points[each["persons"][0]]) for each in shown}

    half = 43_200_000
    assert await standing() == dict.fromkeys(works, (half, 10, "72.00"))
    receipt = (await world.get(one, f"/v1/submissions/{works[0]}/receipt")).json()
    await world.extend(assignment, one.person, 60)
    assert (await standing())[works[0]] == (half - 3_600_000, 10, "72.00")
    await world.extend(assignment, one.person, 24 * 60)
    assert await standing() == {works[0]: (0, 0, "80.00"), works[1]: (half, 10, "72.00")}
    assert (await world.get(one, f"/v1/submissions/{works[0]}/receipt")).json() == receipt
    assert (await teacher.post("/v1/receipts/verify", json=receipt)).json()["is_on_record"]


async def test_an_extension_lessens_what_a_work_was_late_by(world: World, clock: StandingClock) -> None:
    """Also when the assignment was moved earlier since, by which the work did not become later; and once."""
    assignment = await world.assignment()
    one = world.students[0]
    assert one.person
    clock.advance(seconds=(DUE + DAY / 2 - clock.now()).total_seconds())
    work = await world.hand_in(one, assignment)

    async def late_hours() -> float:
        return float((await world.get(one, f"/v1/submissions/{work}")).json()["late_ms"]) / 3_600_000

    async with world.university.context.writing(SETUP) as unit:
        await move_task(unit, UUID(assignment), due_at=DUE - DAY, reason="Эртерээк")
    assert await late_hours() == 12
    for hours, left in ((6, 6), (4, 2)):
        ids = {"extension": await world.extend(assignment, one.person, hours * 60), "task": UUID(assignment)}
        assert await late_hours() == left
        async with world.university.context.writing(SETUP) as unit:
            await unit.emit(Event("extension.granted", ids, one.person))  # told twice
        assert await late_hours() == left


async def test_time_that_has_passed_is_granted_for_late_works_alone(world: World, clock: StandingClock) -> None:
    """Whoever has handed in late is less late by it; whoever has not could not use it. Blind, both get the same answer:
    a refusal would tell who has handed in."""
    first, second = [
        await world.assignment(grading={"code": code, "is_blind": is_blind})
        for code, is_blind in (("E1", False), ("E2", True))
    ]
    late, absent = world.students[:2]
    clock.advance(seconds=(DUE + DAY / 2 - clock.now()).total_seconds())
    for assignment in (first, second):
        await world.hand_in(late, assignment)
    clock.advance(days=3)
    teacher = await world.client(world.teacher)

    async def extend(assignment: str, student: Actor, **adding: Any) -> str:
        body = {"task_id": assignment, "person_id": str(student.person), "adding": adding, "reason": "Ооруган"}
        answer = await teacher.post("/v1/extensions", json=body)
        return "granted" if answer.status_code == 201 else slug(answer)

    assert [await extend(first, each, minutes=60) for each in (late, absent)] == ["granted", "extension-over"]
    assert [await extend(second, each, minutes=60) for each in (late, absent)] == ["granted", "granted"]
    for assignment in (first, second):
        assert await extend(assignment, late, attempts=1) == "extension-over"
        assert await extend(assignment, absent, until=text(clock.now() + DAY)) == "granted"


async def test_an_extension_is_not_taken_back_from_what_rests_on_it(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment(versions=1)
    blind = await world.assignment(grading={"code": "E2", "is_blind": True})
    teacher = await world.client(world.teacher)

    async def extend(task: str, student: Actor, **adding: Any) -> str:
        body = {"task_id": task, "person_id": str(student.person), "adding": adding, "reason": "Ооруган"}
        answer = await teacher.post("/v1/extensions", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def revoke(extension: str) -> str:
        answer = await teacher.post(f"/v1/extensions/{extension}/revoke", json={"reason": "Ката"})
        return "revoked" if answer.status_code == 200 else slug(answer)

    writing, absent, done = world.students[:3]
    until = {"until": text(DUE + 10 * DAY)}
    clock.advance(days=2)
    assert await revoke(await extend(assignment, writing, **until)) == "revoked"  # the moment without it is to come
    held = {each.person: await extend(assignment, each, **until) for each in (writing, absent)}
    in_blind = await extend(blind, absent, **until)
    await world.hand_in(done, assignment)
    another = await extend(assignment, done, attempts=1)
    assert await revoke(another) == "revoked"
    another = await extend(assignment, done, attempts=1)
    second = await world.draft(done, assignment)
    assert await revoke(another) == "extension-in-use"

    clock.advance(seconds=(CLOSES + DAY - clock.now()).total_seconds())
    draft = await world.draft(writing, assignment)
    assert (await world.upload(writing, draft)).status_code == 201
    assert await revoke(held[writing.person]) == "extension-in-use"
    assert (await world.submit(writing, draft)).status_code == 200
    assert await revoke(held[writing.person]) == "extension-in-use"
    assert slug(await world.upload(done, second)) == "task-over"
    assert await revoke(held[absent.person]) == "revoked"
    assert await revoke(in_blind) == "extension-in-use"  # whether anything was begun stays untold


async def test_an_extension_is_not_taken_back_from_a_group_that_works_with_it(
    world: World, clock: StandingClock
) -> None:
    assignment = await world.assignment(forming="students", group_size=2)
    one, other = world.students[:2]
    teacher, first, second = [await world.client(each) for each in (world.teacher, one, other)]
    clock.advance(days=2)
    base = f"/v1/assignments/{assignment}/groups"
    group = (await first.post(base, json={})).json()["id"]
    assert (await second.post(f"{base}/{group}/join")).status_code == 200
    body = {"task_id": assignment, "person_id": str(one.person), "reason": "Ооруган"}
    granted = await teacher.post("/v1/extensions", json=body | {"adding": {"until": text(DUE + 10 * DAY)}})
    clock.advance(seconds=(CLOSES + DAY - clock.now()).total_seconds())
    draft = await world.draft(other, assignment)
    revoke = f"/v1/extensions/{granted.json()['id']}/revoke"
    assert slug(await teacher.post(revoke, json={"reason": "Ката"})) == "extension-in-use"
    assert (await world.upload(other, draft)).status_code == 201
    assert (await world.submit(other, draft)).status_code == 200


async def test_a_smaller_penalty_is_for_those_too_who_were_late_already(world: World, clock: StandingClock) -> None:
    """Of two who are as late nobody loses more for having handed in before it fell."""
    assignment = await world.assignment()
    first, second = world.students[:2]
    clock.advance(seconds=(DUE + DAY / 2 - clock.now()).total_seconds())
    works = [await world.hand_in(first, assignment)]
    teacher = await world.client(world.teacher)
    line_item = await mark_all(teacher, assignment)
    path = f"/v1/assignments/{assignment}"
    for percent, language, why in (
        (7, "ky", "Кечиккени үчүн кемитүү азайтылды."),
        (5, "en", "Less is now taken off for lateness."),
    ):
        tag = {"If-Match": (await teacher.get(path)).headers["etag"]}
        changed = await teacher.patch(path, json={"reason": "Сервер жай", "penalty_percent": percent}, headers=tag)
        assert changed.status_code == 200, changed.text
        answer = await teacher.get(
            f"/v1/line-items/{line_item}/grades/{first.person}", headers={"Accept-Language": language}
        )
        last = answer.json()["history"][-1]
        assert (last["points"], last["reason"]) == (f"{80 - 80 * percent / 100:.2f}", why)
    works.append(await world.hand_in(second, assignment))
    for student, work in zip((first, second), works, strict=True):
        assert (await world.get(student, f"/v1/submissions/{work}")).json()["deduction_percent"] == 5


async def test_works_are_let_go_when_everybody_has_left_and_no_sooner(world: World, clock: StandingClock) -> None:
    assignment = await world.assignment()
    clock.advance(days=2)
    works = [await world.hand_in(each, assignment, bytes(range(9 + n))) for n, each in enumerate(world.students[:2])]
    leaving, staying = world.students[:2]
    assert leaving.person
    async with world.university.context.writing(SETUP) as unit:
        ended = update(RoleAssignmentRow).where(RoleAssignmentRow.person_id == leaving.person)
        await unit.session.execute(ended.values(ends_on=unit.today))
    for days, expected in ((365, 0), (2, 1)):
        clock.advance(days=days)
        done = await apply_retention(world.university.context, RETENTION)
        assert done == {"submissions": expected}
    gone, kept = (await world.get(leaving, f"/v1/submissions/{works[0]}")).json(), works[1]
    assert (gone["files"], gone["has_receipt"], gone["state"]) == ([], False, "submitted")
    assert (await world.get(staying, f"/v1/submissions/{kept}/files/1")).content == bytes(range(10))
    for path in world.university.context.settings.data.glob("files/??/*"):
        os.utime(path, (0, 0))
    assert await collect_unreferenced(world.university.context) == 1
