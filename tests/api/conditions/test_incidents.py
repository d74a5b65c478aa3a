"""A technical failure is reported with evidence and decided by somebody else; an outage is decided for the class."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, text, update

from api.domains.audit.models import AuditRow
from api.domains.conditions.incidents import MAILS, forget_incidents
from api.domains.conditions.rules import TaskKind
from api.domains.people.models import PersonRow
from api.events import OutboxRow
from api.identity import HeldRole, Role, Scope
from tests.api.assignments.world import named
from tests.api.conditions.world import DAY, DUE, World, actor, build_world, refused, sent, version, wire
from tests.api.conftest import NOW, StandingClock, University
from tests.api.enrolment.world import SETUP

pytestmark = pytest.mark.anyio
URL = "/v1/incidents"
STORY = "Экран окуу программасы иштебей калды"
SCREEN = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


@pytest.fixture
async def world(university: University) -> World:
    return await build_world(university)


def report(task: str, **changes: object) -> dict[str, object]:
    return {"task_id": task, "began_at": wire(NOW - timedelta(hours=1)), "story": STORY, **changes}


async def test_a_report_from_the_failure_to_the_extension(world: World, clock: StandingClock) -> None:
    test = await world.task(TaskKind.TEST, time_limit=timedelta(hours=1))
    student, teacher = await world.as_(world.students[0]), await world.as_(world.teacher)
    once = {"Idempotency-Key": "first"}
    made = await student.post(URL, json=report(test), headers=once)
    one = (await sent(made, 201))["id"]
    again = await student.post(URL, json=report(test), headers=once)
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (one, "true")

    added = await sent(await student.post(f"{URL}/{one}/evidence", content=SCREEN, headers=named("экран.png")), 201)
    assert (added["name"], added["media_type"]) == ("экран.png", "image/png")
    page = b"<html><script>alert(1)</script></html>"
    hostile = await student.post(f"{URL}/{one}/evidence", content=page, headers=named("screen.png", "image/png"))
    await refused(hostile, 422, "file-type-refused")
    seen = await teacher.get(f"{URL}/{one}")
    own = await student.get(f"{URL}/{one}")
    assert (own.json()["story"], own.json()["state"], len(own.json()["evidence"])) == (STORY, "submitted", 1)

    decision = {"reason": "Сервер журналы ырастайт", "adding": {"minutes": 45}}
    first = version(seen)
    assert (await teacher.post(f"{URL}/{one}/review")).status_code == 428
    moved = await refused(
        await teacher.post(f"{URL}/{one}/grant", json=decision, headers=first), 409, "move-not-allowed"
    )
    assert moved == {"state": "submitted", "allowed": ["in-review"]}
    reviewed = await teacher.post(f"{URL}/{one}/review", headers=first)
    assert ((await sent(reviewed))["story"], len(reviewed.json()["evidence"])) == (STORY, 1)
    for reader in (student, teacher):
        served = await reader.get(f"{URL}/{one}/evidence/{added['id']}")
        assert (served.status_code, served.content) == (200, SCREEN)
        assert served.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in served.headers["content-security-policy"]
    stale = await (await world.as_(world.colleague)).post(f"{URL}/{one}/grant", json=decision, headers=first)
    assert stale.status_code == 412
    granted = await teacher.post(f"{URL}/{one}/grant", json=decision, headers=version(reviewed))
    body = await sent(granted)
    assert (body["state"], body["was_granted"], body["decided_by"]) == ("granted", True, str(world.teacher.person))
    (extension,) = body["extension_ids"]
    read = await sent(await student.get(f"/v1/extensions/{extension}"))
    assert (read["minutes"], read["incident_id"], read["reason"]) == (45, one, decision["reason"])
    own = await sent(await student.get(f"/v1/tasks/{test}/effective-conditions"))
    assert own["time_limit_s"]["adjusted"] == 3600 + 45 * 60
    late = await student.post(f"{URL}/{one}/evidence", content=SCREEN, headers=named("b.png"))
    await refused(late, 409, "incident-decided")
    closed = await sent(await teacher.post(f"{URL}/{one}/close", headers=version(granted)))
    assert (closed["state"], closed["was_granted"]) == ("closed", True)

    async with world.university.context.reading(SETUP) as unit:
        stored = (await unit.session.execute(text("SELECT * FROM incident"))).one()
        log = (await unit.session.scalars(select(AuditRow).where(AuditRow.person == world.students[0].person))).all()
    assert STORY not in str(stored)
    assert "ырастайт" not in str(stored)
    assert {"incident.report", "incident.add-evidence", "incident.granted", "extension.granted"} <= {
        one.what for one in log
    }


async def test_a_report_is_for_the_student_and_whoever_decides_and_is_never_decided_by_its_reporter(
    world: World,
) -> None:
    task = await world.task()
    student = await world.as_(world.students[0])
    made = await student.post(URL, json=report(task))
    one = (await sent(made, 201))["id"]
    evidence = (await sent(await student.post(f"{URL}/{one}/evidence", content=SCREEN, headers=named("a.png")), 201))[
        "id"
    ]
    head = version(made)
    for stranger in (world.students[1], world.outsider, world.office):
        client = await world.as_(stranger)
        for answer in (
            await client.get(f"{URL}/{one}"),
            await client.get(f"{URL}/{one}/evidence/{evidence}"),
            await client.post(f"{URL}/{one}/evidence", content=SCREEN, headers=named("a.png")),
            await client.post(f"{URL}/{one}/review", headers=head),
            await client.post(f"{URL}/{one}/refuse", json={"reason": "x"}, headers=head),
        ):
            assert answer.status_code in {403, 404}, (answer.request.url, answer.text)
            assert STORY not in answer.text
        listed = await client.get(URL)
        assert listed.status_code == 403 or listed.json()["items"] == []
    for move in ("review", "close"):
        await refused(await student.post(f"{URL}/{one}/{move}", headers=head), 403, "not-allowed")
    grant = await student.post(f"{URL}/{one}/grant", json={"reason": "x", "adding": {"minutes": 9}}, headers=head)
    await refused(grant, 403, "not-allowed")
    # who teaches the class and has reported does not decide about it
    person = world.students[0].person
    assert person is not None
    both = await world.as_(actor(person, HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({world.class_id}))))
    await refused(await both.post(f"{URL}/{one}/review", headers=head), 403, "own-decision")
    # evidence of another report is not read through this one
    other = (await sent(await (await world.as_(world.students[1])).post(URL, json=report(task)), 201))["id"]
    mixed = await (await world.as_(world.students[1])).get(f"{URL}/{other}/evidence/{evidence}")
    await refused(mixed, 404, "not-found")
    for decider in (world.head, world.dean, world.colleague):
        lines = (await sent(await (await world.as_(decider)).get(URL, params={"task_id": task})))["items"]
        assert [line["id"] for line in lines] == [one, other]
        assert "story" not in lines[0]
    # that there is one is known to all who may decide it; its words and evidence to who has taken it in hand
    chief, dean = await world.as_(world.head), await world.as_(world.dean)

    async def reads(client: httpx.AsyncClient) -> httpx.Response:
        shown = await client.get(f"{URL}/{one}")
        assert (await sent(shown))["began_at"] and shown.json()["person_id"] == str(person)
        file = await client.get(f"{URL}/{one}/evidence/{evidence}")
        if shown.json()["story"] is None:
            assert (shown.json()["evidence"], shown.json()["reason"], shown.json()["extension_ids"]) == ([], None, [])
            await refused(file, 409, "incident-not-in-hand")
            decision = {"reason": "x"}
            for move in ("grant", "refuse"):
                answer = await client.post(f"{URL}/{one}/{move}", json=decision, headers=version(shown))
                assert answer.status_code == 409
        else:
            assert (shown.json()["story"], file.content) == (STORY, SCREEN)
        return shown

    assert [(await reads(client)).json()["story"] for client in (chief, dean)] == [None, None]
    await sent(await chief.post(f"{URL}/{one}/review", headers=version(await reads(chief))))
    assert [(await reads(client)).json()["story"] for client in (chief, dean)] == [STORY, None]
    await sent(await dean.post(f"{URL}/{one}/review", headers=version(await reads(dean))))  # taken over
    assert [(await reads(client)).json()["story"] for client in (chief, dean)] == [None, STORY]
    again = await dean.post(f"{URL}/{one}/review", headers=version(await reads(dean)))
    await refused(again, 409, "move-not-allowed")
    decided = await sent(
        await dean.post(f"{URL}/{one}/refuse", json={"reason": "x"}, headers=version(await reads(dean)))
    )
    assert decided["state"] == "refused"


async def test_a_failure_is_reported_in_time_by_ones_own_deadline(world: World, clock: StandingClock) -> None:
    task = await world.task()
    draft = await world.task(announced=False)
    student, other = await world.as_(world.students[0]), await world.as_(world.students[1])
    await refused(await student.post(URL, json=report(draft)), 404, "not-found")
    future = report(task, began_at=wire(NOW + timedelta(minutes=1)))
    assert (await student.post(URL, json=future)).json()["errors"][0]["code"] == "in-the-future"
    body = {
        "task_id": task,
        "person_id": str(world.students[0].person),
        "reason": "x",
        "adding": {"until": wire(DUE + DAY)},
    }
    await sent(await (await world.as_(world.teacher)).post("/v1/extensions", json=body), 201)
    clock.advance(days=7, hours=73)  # the last day is three days after the close: 72 hours
    last = report(task, began_at=wire(DUE - DAY))
    assert (await refused(await other.post(URL, json=last), 409, "report-too-late"))["until"] == wire(
        DUE + 3 * DAY
    ).replace("Z", ".000Z")
    await sent(await student.post(URL, json=last), 201)
    # the university's own terms count from their day on
    person = world.office.person
    assert person is not None
    registry = await world.as_(actor(person, HeldRole(Role.REGISTRY, Scope.UNIVERSITY)))
    terms = {"valid_from": "2026-09-11", "hours_before": [24], "report_hours": 100}
    await refused(await (await world.as_(world.teacher)).post("/v1/reminder-terms", json=terms), 403, "not-allowed")
    await sent(await registry.post("/v1/reminder-terms", json=terms), 201)
    await refused(await registry.post("/v1/reminder-terms", json=terms), 409, "reminder-terms-exist")
    await sent(await other.post(URL, json=last), 201)


async def test_an_outage_is_decided_once_for_the_whole_class_and_says_of_each(world: World) -> None:
    """The result of every student is said by itself; time is not given twice for one failure, and nobody ends with less
    than the others; waiting reports of that time are granted by it, others are left alone."""
    test = await world.task(TaskKind.TEST, time_limit=timedelta(hours=1))
    first, second, third = world.students
    teacher = await world.as_(world.teacher)
    helped = await (await world.as_(first)).post(URL, json=report(test))
    one = helped.json()["id"]
    reviewed = await teacher.post(f"{URL}/{one}/review", headers=version(helped))
    decision = {"reason": "x", "adding": {"minutes": 10}}
    await sent(await teacher.post(f"{URL}/{one}/grant", json=decision, headers=version(reviewed)))
    waiting = (await (await world.as_(second)).post(URL, json=report(test))).json()["id"]
    earlier = report(test, began_at=wire(NOW - 2 * DAY), ended_at=wire(NOW - 2 * DAY))
    unrelated = (await (await world.as_(second)).post(URL, json=earlier)).json()["id"]
    body = {
        "task_id": test,
        "began_at": wire(NOW - timedelta(hours=2)),
        "ended_at": wire(NOW - timedelta(minutes=30)),
        "story": "Сервер токтогон",
        "reason": "Сервер 90 мүнөт иштеген жок",
        "adding": {"minutes": 90},
    }
    answer = await sent(await teacher.post("/v1/outages", json=body, headers={"Idempotency-Key": "outage"}), 201)
    assert (answer["granted"], answer["already"], answer["refused"]) == (3, 0, 0)
    extensions = {row["person_id"]: row["extension_id"] for row in answer["rows"]}
    difference = await sent(await teacher.get(f"/v1/extensions/{extensions[str(first.person)]}"))
    assert difference["minutes"] == 80  # ten were given for the own report
    again = await teacher.post("/v1/outages", json=body, headers={"Idempotency-Key": "outage"})
    assert again.json() == answer
    assert (await sent(await teacher.get(f"{URL}/{waiting}")))["state"] == "granted"
    assert (await sent(await teacher.get(f"{URL}/{unrelated}")))["state"] == "submitted"
    for adding, result in (({"minutes": 60}, "already"), ({"until": wire(DUE + DAY), "minutes": 90}, "granted")):
        once_more = await sent(await teacher.post("/v1/outages", json=body | {"adding": adding}), 201)
        assert {row["result"] for row in once_more["rows"]} == {result}
        assert (result == "granted") or {
            row["person_id"]: row["extension_id"] for row in once_more["rows"]
        } == extensions
    for student in world.students:
        own = await sent(await (await world.as_(student)).get(f"/v1/tasks/{test}/effective-conditions"))
        assert own["time_limit_s"]["adjusted"] == 3600 + 60 * 90
        assert own["due_at"]["adjusted"] == wire(DUE + DAY)
    outage = await sent(await (await world.as_(world.dean)).get(f"{URL}/{answer['incident_id']}"))
    assert (outage["person_id"], outage["state"]) == (None, "granted")
    await refused(await (await world.as_(third)).get(f"{URL}/{answer['incident_id']}"), 404, "not-found")
    # a mixture of students: each row has its own outcome
    named_body = body | {"person_ids": [str(world.outsider.person), str(third.person)], "began_at": wire(NOW - 2 * DAY)}
    named_body["ended_at"] = wire(NOW - 2 * DAY + timedelta(minutes=1))
    mixed = await sent(await teacher.post("/v1/outages", json=named_body), 201)
    assert [(row["result"], row["refusal"]) for row in mixed["rows"]] == [
        ("refused", "no-place-in-class"),
        ("granted", None),
    ]
    for stranger in (world.students[0], world.outsider):
        await refused(await (await world.as_(stranger)).post("/v1/outages", json=body), 404, "not-found")


async def test_decided_reports_are_forgotten_with_their_evidence_and_extensions_stay(
    world: World, clock: StandingClock
) -> None:
    task = await world.task()
    student, teacher = await world.as_(world.students[0]), await world.as_(world.teacher)
    ids = []
    for _ in range(2):
        made = await student.post(URL, json=report(task))
        ids.append((await sent(made, 201))["id"])
        files = await student.post(f"{URL}/{ids[-1]}/evidence", content=SCREEN, headers=named("a.png"))
        await sent(files, 201)
    reviewed = await teacher.post(f"{URL}/{ids[0]}/review", headers={"If-Match": "*"})
    decision = {"reason": "x", "adding": {"minutes": 10}}
    granted = await sent(await teacher.post(f"{URL}/{ids[0]}/grant", json=decision, headers=version(reviewed)))
    async with world.university.context.writing(SETUP) as unit:
        event = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "incident.granted"))).one()
        await unit.session.execute(
            update(PersonRow).where(PersonRow.id == world.students[0].person).values(email="a@university.test")
        )
        mail = await MAILS["incident.granted"](unit, event)
        assert mail is not None
        assert STORY not in mail.text
        assert await forget_incidents(unit, NOW, 100) == 0
        assert await forget_incidents(unit, NOW + DAY, 100) == 1
        left = (await unit.session.execute(text("SELECT count(*) FROM stored_file"))).scalar_one()
        assert left == 1  # that of the report which waits
    await refused(await teacher.get(f"{URL}/{ids[0]}"), 404, "not-found")
    kept = await sent(await student.get(f"/v1/extensions/{granted['extension_ids'][0]}"))
    assert (kept["incident_id"], kept["reason"]) == (None, "x")
