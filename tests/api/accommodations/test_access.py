"""Who sees what: every route, asked by everybody who has nothing to look for there (failure classes 1, 2, 3, 14)."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from api.domains.accommodations.jobs import end_plans
from api.domains.accommodations.mails import MAILS, compose
from api.domains.audit.models import AuditRow
from api.domains.webhooks.rules import is_told
from api.events import OutboxRow
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from api.messages import mails as mail_folder
from tests.api.accommodations.world import (
    CASES,
    EVIDENCE,
    NEED,
    OBJECTIONS,
    ONE_AND_A_HALF,
    PLANS,
    REPORTS,
    World,
    document,
    in_force,
    proposal,
    request_body,
)
from tests.api.conftest import StandingClock
from tests.api.teaching.school import SETUP, officer, person_with, refused, sent

pytestmark = pytest.mark.anyio
NOTE = "Майыптык жөнүндө справка № 5"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DECIDING = {
    ("POST", verb)
    for verb in ("coordinator", "assess", "approvals", "return", "activate", "revoke", "decide", "document")
}
FILE = {"Content-Type": "application/pdf", "Content-Disposition": "attachment; filename*=UTF-8''spravka.pdf"}


async def with_everything(world: World) -> dict[str, str]:
    """A case with an active plan, its document, evidence with a file, an objection and a version in preparation."""
    keys = ({"Idempotency-Key": f"key-{number}"} for number in range(9))
    case, plan = await in_force(world)
    office, student = await world.as_(world.office), await world.as_(world.student)
    evidence = (
        await sent(await student.post(f"{CASES}/{case}/evidence", json={"note": NOTE}, headers=next(keys)), 201)
    )["id"]
    await sent(await student.post(f"{EVIDENCE}/{evidence}/file", content=PDF, headers=FILE), 200)
    objection = (
        await sent(await student.post(f"{PLANS}/{plan}/objections", json={"words": "Аз"}, headers=next(keys)), 201)
    )["id"]
    tag = (await office.get(f"{PLANS}/{plan}")).headers["etag"]
    await sent(await office.post(f"{PLANS}/{plan}/document", content=PDF, headers=FILE | {"If-Match": tag}), 200)
    new = (
        await sent(await student.post(f"{CASES}/{case}/plans", json={"wish": "Дагы убакыт"}, headers=next(keys)), 201)
    )["id"]
    return {"case": case, "plan": plan, "evidence": evidence, "objection": objection, "new": new}


def strangers(world: World) -> dict[str, Actor]:
    """None of them may come near the case, whatever they are elsewhere."""
    student = world.student.person
    assert student is not None
    everything = frozenset({world.school.department, world.school.institute})
    token = Actor(
        account=new_id(),
        person=student,
        method=Method.TOKEN,
        token_scopes=frozenset({"people:read", "teaching:read", "accommodations:read"}),
    )
    return {
        "another student": world.neighbour,
        "the teacher": world.teacher,
        "the other department": world.other_head,
        "the other dean": world.other_dean,
        "administrator": officer(Role.ADMINISTRATOR, Scope.UNIVERSITY),
        "registry": officer(Role.REGISTRY, Scope.UNIVERSITY),
        "the tutor": person_with(new_id(), HeldRole(Role.SUPPORT, Scope.PERSON, frozenset({student}))),
        "a curator": officer(Role.CURATOR, Scope.GROUP, new_id()),
        "a council": officer(Role.COMMISSION, Scope.UNIT, *everything),
        "the office of another institute": officer(Role.INCLUSION_OFFICE, Scope.UNIT, world.school.other_institute),
        "the student's own token": token,
    }


def questions(world: World, ids: dict[str, str]) -> list[tuple[str, str, Any]]:
    """All routes about one student's case."""
    case, plan, evidence = f"{CASES}/{ids['case']}", f"{PLANS}/{ids['plan']}", f"{EVIDENCE}/{ids['evidence']}"
    new, objection = f"{PLANS}/{ids['new']}", f"{OBJECTIONS}/{ids['objection']}"
    reason = {"reason": "x"}
    return [
        ("GET", case, None),
        ("POST", f"{case}/coordinator", {"person_id": str(world.colleague.person)}),
        ("POST", f"{case}/close", reason),
        ("POST", f"{case}/plans", {"wish": "x"}),
        ("GET", f"{case}/evidence", None),
        ("POST", f"{case}/evidence", {"note": "x"}),
        ("GET", evidence, None),
        ("POST", f"{evidence}/file", PDF),
        ("GET", f"{evidence}/file", None),
        ("DELETE", evidence, None),
        ("GET", plan, None),
        ("POST", f"{new}/assess", proposal()),
        ("POST", f"{plan}/approvals", {"party": "department", "decision": "agreed"}),
        ("POST", f"{plan}/approvals", {"party": "dean", "decision": "agreed"}),
        ("POST", f"{plan}/approvals", {"party": "service", "decision": "agreed"}),
        ("POST", f"{plan}/return", reason),
        ("POST", f"{plan}/activate", document(world)),
        ("POST", f"{plan}/revoke", reason),
        ("POST", f"{plan}/document", PDF),
        ("GET", f"{plan}/document", None),
        ("POST", f"{plan}/objections", {"words": "x"}),
        ("GET", objection, None),
        ("POST", f"{objection}/decide", {"is_upheld": True, "answer": "x"}),
    ]


async def ask(world: World, actor: Actor | None, method: str, url: str, body: Any) -> int:
    client = await world.as_(actor)
    headers = {"If-Match": "*"}
    if isinstance(body, bytes):
        return (await client.request(method, url, content=body, headers=headers | FILE)).status_code
    return (await client.request(method, url, json=body, headers=headers)).status_code


async def test_strangers_find_nothing_on_any_route_and_nothing_in_lists(world: World) -> None:
    ids = await with_everything(world)
    before = await _stored(world)
    for who, actor in strangers(world).items():
        for method, url, body in questions(world, ids):
            assert await ask(world, actor, method, url, body) == 404, (who, method, url)
        client = await world.as_(actor)
        for url in (CASES, PLANS, OBJECTIONS):
            answer = await client.get(url)
            assert answer.status_code == 403 or answer.json()["items"] == [], (who, url, answer.text)
        assert (await client.post(CASES, json=request_body(world))).status_code in (403, 404), who
    for method, url, body in questions(world, ids):
        assert await ask(world, None, method, url, body) == 401, url
    assert await _stored(world) == before


async def _stored(world: World) -> list[Any]:
    async with world.context.reading(SETUP) as unit:
        return [
            (await unit.session.execute(text(f"SELECT id, version, state FROM {table} ORDER BY id"))).all()
            for table in ("accommodation_case", "accommodation_plan", "plan_objection")
        ]


async def test_department_and_dean_see_the_adjustments_while_they_hold_and_nothing_that_tells_why(
    world: World, clock: StandingClock
) -> None:
    ids = await with_everything(world)
    for actor in (world.head, world.dean):
        client = await world.as_(actor)
        seen = await sent(await client.get(f"{PLANS}/{ids['plan']}"), 200)
        assert [one["feature"] for one in seen["accommodations"]] == ["additional-testing-time", "spoken"]
        assert (seen["wish"], seen["assessment"], seen["revoke_reason"]) == (None, None, None)
        for word in (NEED, "көрөт", NOTE, "справка"):
            assert word not in str(seen)
        for method, url, body in questions(world, ids):
            if url in (f"{PLANS}/{ids['plan']}", f"{PLANS}/{ids['plan']}/approvals"):
                continue
            assert await ask(world, actor, method, url, body) in (403, 404), (method, url)
        assert await ask(world, actor, "GET", f"{PLANS}/{ids['new']}", None) == 404  # a wish is not a proposal
        listed = (await sent(await client.get(PLANS), 200))["items"]
        assert [one["id"] for one in listed] == [ids["plan"]]
    clock.advance(days=200)  # its last day has passed: what was given before concerns them no longer
    await end_plans(world.context)
    for actor, found in ((world.head, []), (world.dean, []), (world.student, [ids["plan"], ids["new"]])):
        client = await world.as_(actor)
        assert (await client.get(f"{PLANS}/{ids['plan']}")).status_code == (200 if found else 404)
        assert [one["id"] for one in (await sent(await client.get(PLANS), 200))["items"]] == found


async def test_evidence_is_opened_by_the_office_and_its_owner_and_each_reading_is_recorded(world: World) -> None:
    ids = await with_everything(world)
    url = f"{EVIDENCE}/{ids['evidence']}"
    for actor in (world.office, world.colleague, world.student):
        client = await world.as_(actor)
        assert (await sent(await client.get(url), 200))["note"] == NOTE
        file = await client.get(f"{url}/file")
        assert (file.status_code, file.content) == (200, PDF)
        assert file.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in file.headers["content-security-policy"]
        assert NOTE not in (await client.get(f"{CASES}/{ids['case']}/evidence")).text
        assert (await client.get(f"{PLANS}/{ids['plan']}/document")).content == PDF
        await sent(await client.get(f"{PLANS}/{ids['plan']}"), 200)
    async with world.context.reading(SETUP) as unit:
        entries = (await unit.session.scalars(select(AuditRow).where(AuditRow.what.startswith("read")))).all()
        everything = (await unit.session.scalars(select(AuditRow))).all()
        events = (await unit.session.scalars(select(OutboxRow))).all()
    for actor in (world.office, world.colleague, world.student):
        mine = {(one.what, one.subject) for one in entries if one.account == actor.account}
        assert {
            ("read", "accommodation-evidence"),
            ("read-file", "accommodation-evidence"),
            ("read-document", "accommodation-plan"),
            ("read", "accommodation-plan"),
        } <= mine
    assert {one.person for one in entries} == {world.student.person}
    told = " ".join(f"{one.facts}" for one in everything) + " ".join(f"{one.ids} {one.codes}" for one in events)
    for word in ("spoken", "testing-time", NEED, NOTE, "көрөт", "time_multiplier"):
        assert word not in told, word


async def test_what_tells_about_health_lies_sealed(world: World) -> None:
    await with_everything(world)
    async with world.context.reading(SETUP) as unit:
        lying = ""
        for table in ("accommodation_case", "accommodation_plan", "accommodation_evidence", "plan_objection"):
            lying += str((await unit.session.execute(text(f"SELECT * FROM {table}"))).all())
        stored = (await unit.session.execute(text("SELECT key_name FROM stored_file"))).scalars().all()
        lying += str([bytes(one).decode() for one in await unit.session.scalars(text("SELECT body FROM idempotency"))])
    assert len(lying) > 2000
    for word in (NEED, NOTE, "Аз", "Эки көзү", "Дагы убакыт"):
        assert word not in lying
    assert len(stored) == 2
    assert all(stored)
    for path in (world.context.settings.data / "files").rglob("*"):
        assert path.is_dir() or b"%PDF" not in path.read_bytes()


async def test_instructors_see_what_to_do_for_whom_and_never_why(world: World) -> None:
    only_there = {"feature": "captions", "kinds": ["assignment"], "class_id": str(world.other_class_id)}
    fixed = {
        "feature": "additional-testing-time",
        "kinds": ["test"],
        "class_id": str(world.class_id),
        "is_fixed_time": True,
        "fixed_time_reason": "Ылдамдык бааланат",
    }
    await in_force(world, accommodations=[ONE_AND_A_HALF, only_there, fixed])
    url = f"/v1/classes/{world.class_id}/accommodations"
    teacher = await world.as_(world.teacher)
    (seen,) = (await sent(await teacher.get(url, headers={"Accept-Language": "ru"}), 200))["items"]
    assert (seen["person_id"], seen["name"]) == (str(world.student.person), "Асанова0 Айгүл")
    (one,) = seen["accommodations"]  # the class leaves the time as it is; captions are for another class
    assert one["title"] == "В этой учебной группе время не меняется"
    assert one["instruction"].startswith("В этой учебной группе дополнительное время не даётся")
    for word in (NEED, "көрөт", "need", "assessment", "case_id", "plan_id", "Ылдамдык"):
        assert word not in str(seen)
    elsewhere = f"/v1/classes/{world.other_class_id}/accommodations"
    await refused(await teacher.get(elsewhere), 404, "not-found")
    for actor in (world.student, world.neighbour, world.head, world.dean, world.other_dean):
        assert (await (await world.as_(actor)).get(url)).status_code in (403, 404), actor
    office = await world.as_(world.office)
    assert (await sent(await office.get(elsewhere), 200))["items"] == []  # nobody of that class has a plan
    async with world.context.reading(SETUP) as unit:
        read = (await unit.session.scalars(select(AuditRow).where(AuditRow.what == "read-class"))).all()
    assert [(entry.person, entry.account) for entry in read] == [(world.student.person, world.teacher.account)]


async def test_students_who_own_the_case_still_decide_nothing_in_it(world: World) -> None:
    """Failure class 3: the student's own case is no way to an approval."""
    ids = await with_everything(world)
    for method, url, body in questions(world, ids):
        verb = url.rpartition("/")[2]
        if (method, verb) in DECIDING or method == "DELETE":
            assert await ask(world, world.student, method, url, body) == 403, (method, url)
    office = await world.as_(world.office)
    assert (await sent(await office.get(f"{PLANS}/{ids['plan']}"), 200))["state"] == "active"
    for field in ("state", "coordinator_id", "version", "approvals"):
        answer = await (await world.as_(world.neighbour)).post(
            CASES, json=request_body(world, person_id=str(world.neighbour.person)) | {field: "active"}
        )
        assert answer.status_code == 422, field
    assert (await (await world.as_(world.student)).get(REPORTS)).status_code == 403


async def test_no_mail_and_no_webhook_tells_what_it_is_about(world: World) -> None:
    await with_everything(world)
    async with world.context.writing(SETUP) as unit:
        events = [one for one in await unit.session.scalars(select(OutboxRow)) if one.kind in MAILS]
        mails = [mail for event in events if (mail := await compose(unit, event)) is not None]
    kinds = {one.kind for one in events}
    assert set(MAILS) - kinds == {
        "accommodation-case.closed",
        "accommodation-case.without-coordinator",
        "accommodation-objection.decided",
        "accommodation-plan.expired",
        "accommodation-plan.expiring",
        "accommodation-plan.reinstated",
        "accommodation-plan.returned",
        "accommodation-plan.revoked",
    }
    assert {world.head.person, world.dean.person} <= {one.person for one in events}  # whose decision is wanted
    assert mails
    letters = Path(mail_folder.__path__[0]) / "accommodations.toml"
    words = letters.read_text(encoding="utf-8").partition("\n\n")[2].casefold()
    text_of_all = words + " ".join(f"{mail.subject} {mail.text}" for mail in mails).casefold()
    for stem in (
        *("инвалид", "майып", "адаптац", "особы", "ылайыкташ", "жеңилдик", "инклюз", "здоров", "ден соолук"),
        *("disab", "accommodat", "inclus", "health", "special", "braille", "көрүү"),
    ):
        assert stem not in text_of_all, stem
    for event in events:
        assert not is_told([event.kind, f"{event.kind.partition('.')[0]}.*"], {}, event.kind, {})
