"""Nobody reaches the works of others: by id, as teacher of another class, by fields that are not theirs, or through
what blind marking lets out."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.http.openapi import routes_of
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from tests.api.assignments.world import CLOSES, DAY, PDF, World, assignment_body, build, named
from tests.api.conftest import StandingClock, University, app_for

pytestmark = pytest.mark.anyio
NAME = "Асанов Бакыт эссе.pdf"


async def ask(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    """With what the route needs to be understood."""
    body: dict[str, Any] | None = None
    if path.endswith(("/withdraw", "/cancel")):
        body = {"reason": "x"}
    elif path.endswith("/text") and method == "PUT":
        body = {"content": "x"}
    elif method != "GET" and path.endswith(("/groups", "/members")):
        body = {"persons": [str(new_id())]}
    elif path.startswith("/v1/classes/"):
        body = assignment_body()
    elif method == "PATCH":
        body = {"reason": "x", "penalty_percent": 0}
    headers = {"If-Match": "*"}
    if path.endswith("/files"):
        return await client.request(method, path, content=PDF, headers=dict(named("x.pdf")) | headers)
    return await client.request(method, path, json=body, headers=headers)


async def test_works_of_others_are_not_there(university: University, clock: StandingClock) -> None:
    world = await build(university)
    assignment = await world.assignment()
    teacher = await world.client(world.teacher)
    await teacher.post(f"/v1/assignments/{assignment}/files", content=b"x", headers=named("a.txt"))
    clock.advance(days=2)
    owner, classmate = world.students[:2]
    work = await world.hand_in(owner, assignment)
    draft = await world.draft(owner, assignment)
    await world.upload(owner, draft)
    line_item = (await teacher.get(f"/v1/assignments/{assignment}")).json()["grading"]["line_item_id"]
    queued = (await teacher.get(f"/v1/line-items/{line_item}/works")).json()["items"][0]["id"]
    marking = (await teacher.post(f"/v1/marking-works/{queued}/take")).json()["id"]

    theirs = [
        *((method, f"/v1/submissions/{one}{rest}") for one in (work, draft) for method, rest in OF_WORK),
        ("GET", f"/v1/markings/{marking}/submission"),
        ("GET", f"/v1/markings/{marking}/submission/files/1"),
    ]
    of_class = [(method, f"/v1/assignments/{assignment}{rest}") for method, rest in OF_CLASS]
    of_class.append(("POST", f"/v1/classes/{world.class_id}/assignments"))
    staff = [(method, f"/v1/assignments/{assignment}{rest}") for method, rest in OF_STAFF]
    programme = Actor(
        new_id(),
        new_id(),
        roles=(
            HeldRole(Role.STUDENT, Scope.PROGRAMME, frozenset({world.campus.programme})),
            HeldRole(Role.STUDENT, Scope.UNIT, frozenset({world.campus.department, world.campus.faculty})),
        ),
        method=Method.SESSION,
    )
    assert classmate.person
    elsewhere = Actor(  # row 14: a student here, a teacher there
        classmate.account,
        classmate.person,
        roles=(*classmate.roles, *world.other_teacher.roles),
        method=Method.SESSION,
    )
    for who, actor, expected in (
        ("classmate", classmate, {404}),
        ("teacher elsewhere, student here", elsewhere, {404}),
        ("teacher of another class", world.other_teacher, {404}),
        ("student of the programme", programme, {404, 403}),
        ("dean's office", world.campus.dean, {404, 403}),
        ("visitor", None, {401}),
    ):
        client = await world.university.as_(actor)
        for method, path in theirs:
            answer = await ask(client, method, path)
            # who marks nowhere is told so, of whatever id
            fits = expected | ({403} if "/markings/" in path and actor is not None else set())
            assert answer.status_code in fits, (who, method, path, answer.text)
    for who, actor, expected in (
        ("teacher of another class", world.other_teacher, {404, 403}),
        ("student of the programme", programme, {404, 403}),
        ("visitor", None, {401}),
    ):
        client = await world.university.as_(actor)
        for method, path in [*of_class, *staff]:
            answer = await ask(client, method, path)
            assert answer.status_code in expected, (who, method, path, answer.text)
        if actor is not None:
            listed = await client.get("/v1/assignments")
            assert listed.status_code == 403 or listed.json()["items"] == []
    student = await world.client(classmate)
    for method, path in staff:  # row 3: known to students, and not theirs to write
        assert (await ask(student, method, path)).status_code in {403, 404}, (method, path)
    # the marker reads a work by its marking, another teacher of the class does not, and nobody writes in works
    for method, rest in OF_WORK:
        if method != "GET":
            assert (await ask(teacher, method, f"/v1/submissions/{work}{rest}")).status_code == 404, rest
    assert (await teacher.get(f"/v1/markings/{marking}/submission")).status_code == 200
    colleague = Actor(new_id(), new_id(), roles=world.teacher.roles, method=Method.SESSION)
    assert (await world.get(colleague, f"/v1/markings/{marking}/submission")).status_code == 404
    assert (await world.get(world.head, f"/v1/markings/{marking}/submission/files/1")).content == PDF


OF_WORK = (
    ("GET", ""),
    ("GET", "/files/1"),
    ("DELETE", "/files/1"),
    ("POST", "/files"),
    ("GET", "/text/versions"),
    ("GET", "/text/versions/1"),
    ("PUT", "/text"),
    ("GET", "/receipt"),
    ("POST", "/submit"),
    ("POST", "/withdraw"),
    ("POST", "/discard"),
)
OF_CLASS = (("GET", ""), ("GET", "/files/1"), ("GET", "/groups"), ("GET", "/submissions"), ("POST", "/submissions"))
OF_STAFF = (
    ("PATCH", ""),
    ("POST", "/announce"),
    ("POST", "/cancel"),
    ("POST", "/files"),
    ("DELETE", "/files/1"),
    ("GET", "/students"),
    ("POST", "/groups"),
    ("PUT", f"/groups/{UUID(int=7)}/members"),
)


async def test_nobody_writes_what_the_service_says(university: University, clock: StandingClock) -> None:
    """Row 3 and 4: state, moments, lateness and persons come from no client."""
    world = await build(university)
    assignment = await world.assignment()
    clock.advance(days=2)
    student = await world.client(world.students[0])
    draft = await world.draft(world.students[0], assignment)
    forged: tuple[dict[str, Any], ...] = ({"late_ms": 0}, {"submitted_at": "2026-09-01T00:00:00Z"}, {"persons": []})
    for body in forged:
        assert (await student.post(f"/v1/submissions/{draft}/submit", json=body)).status_code == 400
        assert (await student.post(f"/v1/assignments/{assignment}/submissions", json=body)).status_code == 400
        answer = await student.put(
            f"/v1/submissions/{draft}/text", json={"content": "x"} | body, headers={"If-Match": '"0"'}
        )
        assert answer.status_code == 422
    teacher = await world.client(world.teacher)
    answer = await teacher.patch(
        f"/v1/assignments/{assignment}", json={"reason": "x", "class_id": str(world.other_class)}
    )
    assert answer.status_code == 422


async def nothing_tells_who_came_late(world: World, clock: StandingClock, assignment: str, line_item: str) -> None:
    """Whatever the marker can read, asked again and again while one student hands in late, changes in one place: there
    is another work in the queue."""
    late = world.students[1]
    teacher = await world.client(world.teacher)
    await world.extend(assignment, world.campus.students[1], 60 * 24 * 5)
    clock.advance(seconds=(CLOSES + DAY - clock.now()).total_seconds())
    ids = {
        **dict.fromkeys(("assignment_id", "task_id"), assignment),
        "class_id": str(world.class_id),
        "line_item_id": line_item,
        "person_id": str(late.person),
    }

    async def read() -> dict[str, Any]:
        found = {}
        for path, method, _ in routes_of(app_for(world.university.context)):
            names = re.findall(r"{(\w+)(?::\w+)?}", path)
            if method != "GET" or not path.startswith("/v1/") or set(names) - set(ids):
                continue
            answer = await teacher.get(re.sub(r"{(\w+)(?::\w+)?}", lambda name: ids[name[1]], path))
            if answer.headers["content-type"].startswith("application/json"):
                found[path] = answer.json()
        return found

    before = await read()
    work = await world.hand_in(late, assignment)
    clock.advance(minutes=1)
    after = await read()
    changed = [path for path, shown in after.items() if shown != before[path]]
    queue = "/v1/line-items/{line_item_id}/works"
    assert changed == [queue]
    known = {one["id"] for one in before[queue]["items"]}
    (new,) = [one for one in after[queue]["items"] if one["id"] not in known]
    assert (new["person_ids"], new["names"], new["work_id"]) == (None, None, None)
    assert {"/v1/assignments/{assignment_id}/students", "/v1/line-items/{line_item_id}/grades"} <= set(after)
    lines = after["/v1/assignments/{assignment_id}/students"]["items"]
    assert {(one["is_blind"], one["state"], one["submitted_at"], one["versions_used"]) for one in lines} == {
        (True, None, None, None)
    }
    assert work not in str(after)
    withdrawn = await (await world.client(late)).post(f"/v1/submissions/{work}/withdraw", json={"reason": "x"})
    assert withdrawn.status_code == 200, withdrawn.text


async def test_blind_marking_lets_nothing_out(university: University, clock: StandingClock, backend: str) -> None:
    """Row 17: no name, no id of person or submission, no name of a file, in address, answer or headers."""
    world = await build(university)
    assignment = await world.assignment(grading={"code": "E1", "is_blind": True})
    clock.advance(days=2)
    owner = world.students[0]
    draft = await world.draft(owner, assignment)
    await world.upload(owner, draft, NAME)
    await world.submit(owner, draft)
    teacher = await world.client(world.teacher)
    for path in (f"/v1/submissions/{draft}", f"/v1/submissions/{draft}/files/1", f"/v1/submissions/{draft}/text"):
        answer = await teacher.get(path)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/work-is-blind")
    assert (await teacher.get(f"/v1/assignments/{assignment}/submissions")).status_code == 409
    assert (await teacher.get(f"/v1/submissions/{draft}/receipt")).status_code == 404

    assert UUID(draft).version == 4  # similarity reports name works, and an id with its moment would say whose

    line_item = (await teacher.get(f"/v1/assignments/{assignment}")).json()["grading"]["line_item_id"]
    queue = await teacher.get(f"/v1/line-items/{line_item}/works")
    taken = await teacher.post(f"/v1/marking-works/{queue.json()['items'][0]['id']}/take")
    path = taken.json()["content_path"]
    shown, file = await teacher.get(path), await teacher.get(f"{path}/files/1")
    assert file.content == PDF
    assert "filename*=UTF-8''1.pdf" in file.headers["content-disposition"]
    assert shown.json()["files"] == [
        {"number": 1, "media_type": "application/pdf", "size": len(PDF), "is_served": True}
    ]
    students = await teacher.get(f"/v1/assignments/{assignment}/students")
    if backend == "sqlite":  # of what is shown, not of how it is found
        await nothing_tells_who_came_late(world, clock, assignment, line_item)
    told = "\n".join(f"{answer.request.url} {answer.headers} {answer.text}" for answer in (queue, taken, shown, file))
    secrets = [str(owner.person), draft, "Асанов", "Бакыт", "essay", NAME, str(owner.person).replace("-", "")]
    assert [one for one in secrets if one in told] == []
    works = {draft, queue.json()["items"][0]["id"], queue.json()["items"][0]["code"], taken.json()["id"]}
    assert [one for one in works if one in students.text] == []  # who has handed in, but not which work is whose

    marking = taken.json()["id"]
    saved = await teacher.patch(
        f"/v1/markings/{marking}",
        json={"points": "80", "comment": "", "scores": []},
        headers={"If-Match": taken.headers["etag"]},
    )
    assert saved.status_code == 200, saved.text
    done = await teacher.post(f"/v1/markings/{marking}/finish", headers={"If-Match": saved.headers["etag"]})
    assert done.status_code == 200, done.text
    assert (await teacher.get(f"/v1/submissions/{draft}")).status_code == 409
    released = await teacher.post(f"/v1/line-items/{line_item}/release")
    assert released.status_code == 200, released.text
    assert (await teacher.get(f"/v1/submissions/{draft}")).json()["persons"] == [str(owner.person)]
