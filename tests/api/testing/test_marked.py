"""Essays and files: marked by persons, blind, and posted by the marking; nothing tells whose work it is (row 17)."""

from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.domains.grading.service import journal_entry
from api.domains.tests.models import AttemptRow, TestRow
from api.domains.tests.routing import attempts as routing
from api.identity import HeldRole, Role, Scope
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.world import World, build, place_of

pytestmark = pytest.mark.anyio
ESSAY = "Менин оюмча, аралыктан окутуу"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


async def test_an_essay_and_a_file_are_marked_blind(
    university: University, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "MOST_TRIES", 1)
    world = await build(university)
    student, other = world.students
    grading = {"code": "E1", "weight": 20, "is_blind": True}
    test = await world.make_test(["essay", "file", "numeric"], grading=grading, counting="last", attempts=2)
    clock.advance(hours=2)
    attempt, others = await world.start(student, test), await world.start(other, test)
    base = f"/v1/attempts/{attempt['id']}"
    files = f"{base}/places/{place_of(attempt, 'file')}/files"
    client = await world.client(student)
    named = {"Content-Disposition": "attachment; filename*=UTF-8''asanova.pdf", "Content-Type": "application/pdf"}
    html = {"Content-Disposition": "attachment; filename*=UTF-8''a.pdf", "Content-Type": "application/pdf"}
    refused = await client.post(files, content=b"<!DOCTYPE html><script>alert(1)</script>", headers=html)
    assert refused.status_code in (415, 422), refused.text
    sent = await client.post(files, content=PDF, headers=named)
    assert sent.status_code == 201, sent.text
    file_id = sent.json()["file_id"]
    for content, status in ((PDF, 201), (PDF + b"%2", 201), (PDF + b"%3", 409), (PDF, 201)):  # two at most
        again = await client.post(files, content=content, headers=named)
        assert again.status_code == status, again.text
        assert content != PDF or again.json()["file_id"] == file_id  # the first answer may have been lost
    wrong_place = f"{base}/places/{place_of(attempt, 'numeric')}/files"
    assert (await client.post(wrong_place, content=PDF, headers=named)).status_code == 404
    await world.save(student, attempt, place_of(attempt, "essay"), {"kind": "essay", "text": ESSAY})
    answer = {"kind": "file", "file_ids": [file_id]}
    stolen = f"/v1/attempts/{others['id']}/responses/{place_of(others, 'file')}"
    await world.refused(other, "PUT", stolen, 422, "invalid-fields", json={"version": 1, "answer": answer})
    await world.save(student, attempt, place_of(attempt, "file"), answer)
    await world.save(student, attempt, place_of(attempt, "numeric"), {"kind": "numeric", "value": "3,5"})
    stranger = await world.client(other)
    assert (await stranger.get(f"{base}/files/{file_id}")).status_code == 404
    assert (await stranger.get(f"/v1/attempts/{others['id']}/files/{file_id}")).status_code == 404
    done = await world.submit(student, attempt)
    assert done["state"] == "submitted"
    own = await client.get(f"{base}/files/{file_id}")
    assert (own.content, own.headers["content-disposition"].split(";")[0]) == (PDF, "attachment")
    late = await client.post(files, content=PDF, headers=named)
    assert late.status_code == 409
    # staff see how many, not who
    listed = await world.sent(world.teacher, "GET", f"/v1/tests/{test}/attempts", 200)
    assert {one["state"] for one in listed["items"]} == {"submitted", "in-progress"}
    assert {value for one in listed["items"] for name, value in one.items() if name != "state"} == {None}
    async with world.context.reading(SETUP) as unit:
        line_item = await unit.session.scalar(select(TestRow.line_item_id))
    works = await world.sent(world.teacher, "GET", f"/v1/line-items/{line_item}/works", 200)
    (work,) = works["items"]
    assert (work["max_points"], work["person_ids"], work["work_id"]) == ("4.00", None, None)
    assert "/v1/marking-attempts/" not in str(works)  # the place is known to who takes it
    teacher = await world.client(world.teacher)
    tag = (await teacher.get(f"/v1/marking-works/{work['id']}")).headers["etag"]
    taken = await teacher.post(f"/v1/marking-works/{work['id']}/take", headers={"If-Match": tag})
    assert taken.status_code == 200, taken.text
    marking = taken.json()
    path = marking["content_path"]
    shown = await world.sent(world.teacher, "GET", path, 200)
    assert [place["answer"]["text"] for place in shown["places"] if place["question"]["kind"] == "essay"] == [ESSAY]
    # a marker who studies the course in another class goes without the hints, which are a part of the key
    studying = HeldRole(Role.STUDENT, Scope.CLASS, frozenset({await world.campus.add_class()}))
    both = replace(world.teacher, roles=(*world.teacher.roles, studying))
    without = await world.sent(both, "GET", path, 200)
    assert [any(place["hints"] for place in each["places"]) for each in (shown, without)] == [True, False]
    for secret in (attempt["id"], student.person, "asanova", "submitted_at", "saved_at"):
        assert str(secret) not in str(shown)
    given = await teacher.get(f"{path}/files/{file_id}")
    assert given.status_code == 200
    assert "asanova" not in str(given.headers)
    for actor in (student, other, world.other_teacher):
        for reached in (path, f"{path}/files/{file_id}"):
            answer_ = await (await world.client(actor)).get(reached)
            assert answer_.status_code in (403, 404)
    await _finish(world, taken, "3")
    await world.submit(other, others)  # nothing was answered: the marker gets it all the same
    works = await world.sent(world.teacher, "GET", f"/v1/line-items/{line_item}/works?state=waiting", 200)
    (empty,) = works["items"]
    tag = (await teacher.get(f"/v1/marking-works/{empty['id']}")).headers["etag"]
    await _finish(world, await teacher.post(f"/v1/marking-works/{empty['id']}/take", headers={"If-Match": tag}), "0")
    async with world.context.reading(SETUP) as unit:
        assert set(await unit.session.scalars(select(AttemptRow.state))) == {"submitted"}
    await world.sent(world.teacher, "POST", f"/v1/line-items/{line_item}/release", 200)
    async with world.context.reading(SETUP) as unit:
        entry = await journal_entry(unit, UUID(str(line_item)), UUID(str(student.person)))
        row = await unit.session.get_one(AttemptRow, UUID(attempt["id"]))
    assert entry is not None
    assert entry.points == 5
    assert (row.points, row.state) == (500, "released")


async def _finish(world: World, taken: httpx.Response, points: str) -> None:
    assert taken.status_code == 200, taken.text
    teacher, path = await world.client(world.teacher), f"/v1/markings/{taken.json()['id']}"
    body = {"points": points, "comment": ""}
    written = await teacher.patch(path, json=body, headers={"If-Match": taken.headers["etag"]})
    assert written.status_code == 200, written.text
    ended = await teacher.post(f"{path}/finish", headers={"If-Match": written.headers["etag"]})
    assert ended.status_code == 200, ended.text
