"""A case is told, heard and decided by others than whoever reported it; a second person annuls, after any appeal."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text, update

from api.domains.audit.models import AuditRow
from api.domains.grading import service as grading
from api.domains.integrity import reports
from api.domains.integrity.mails import MAILS
from api.domains.integrity.models import IntegrityCaseRow
from api.domains.integrity.rules import CASE_MOVES
from api.domains.people.models import PersonRow
from api.domains.people.rules import UnitKind
from api.domains.people.service import create_unit, grant_role, roles_of
from api.domains.webhooks.rules import is_told
from api.events import OutboxRow
from api.identity import Actor, HeldRole, Role, Scope
from tests.api.conditions.world import DAY, World, actor, build_world, refused, sent, version, wire
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.integrity.world import PASSAGE, compare, grade, handed_in, journal

pytestmark = pytest.mark.anyio
URL = "/v1/integrity-cases"
SUSPICION, STATEMENT, PROTOCOL = "Экинчи ишке окшош", "Биз чогуу даярданганбыз", "Студент угулду"


@pytest.fixture
async def world(university: University) -> World:
    return await build_world(university)


class Case:
    """One case over HTTP, with the version that was read last."""

    def __init__(self, world: World, made: httpx.Response) -> None:
        self.world = world
        self.id = str(made.json()["id"])
        self.address = f"{URL}/{self.id}"
        self.tag = version(made)

    async def read(self, reader: Actor) -> httpx.Response:
        return await (await self.world.as_(reader)).get(self.address)

    async def step(self, who: Actor, move: str, status: int = 200, **body: Any) -> httpx.Response:
        client = await self.world.as_(who)
        answer = await client.post(f"{self.address}/{move}", json=body or None, headers=self.tag)
        await sent(answer, status)
        if status == 200:
            self.tag = version(answer)
        return answer


async def reported(world: World, work: str, **fields: Any) -> Case:
    body = {"work_kind": "submission", "work_id": work, "ground": "similarity", "suspicion": SUSPICION, **fields}
    made = await (await world.as_(world.teacher)).post(URL, json=body)
    await sent(made, 201)
    return Case(world, made)


async def test_a_case_from_the_report_to_the_annulment(
    world: World, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole path: told in time, evidence read, written, heard, confirmed, sanctioned, appealed, upheld, annulled by
    a second person; each wrong person and each wrong moment is refused on the way."""
    student, other = world.students[1], world.students[0]
    assignment, works = await handed_in(world, clock)
    await grade(world, world.colleague, assignment, student.person, 80)
    teacher = await world.as_(world.teacher)
    run = (await sent(await teacher.post("/v1/similarity-runs", json={"assignment_id": assignment}), 201))["id"]
    await compare(world, run)
    (pair,) = (await sent(await teacher.get(f"/v1/similarity-runs/{run}/pairs")))["items"]
    read = reports.shared_passages

    async def while_others_write(*given: Any) -> Any:
        async with asyncio.timeout(5), world.university.context.writing(SETUP) as unit:
            await unit.session.connection()
            return await read(*given)

    monkeypatch.setattr(reports, "shared_passages", while_others_write)  # of PDFs it may take a minute
    case = await reported(world, works[1], pair_id=pair["id"])
    again = {"work_kind": "submission", "work_id": works[1], "ground": "other", "suspicion": "x"}
    await refused(await teacher.post(URL, json=again), 409, "case-exists")

    # reported: the student knows nothing of it, not even that there is something
    for stranger in (student, other, world.outsider, world.office, world.colleague):
        await refused(await case.read(stranger), 404, "not-found")
        listed = await (await world.as_(stranger)).get(URL)
        assert listed.status_code == 403 or listed.json()["items"] == []
    await case.step(world.teacher, "notify", 403, hearing_at=wire(clock.now() + 9 * DAY))
    soon = wire(clock.now() + timedelta(days=4, hours=23))
    wrong = await case.step(world.dean, "notify", 422, hearing_at=soon)
    assert wrong.json()["errors"][0]["code"] == "hearing-too-soon"
    await case.step(world.dean, "notify", hearing_at=wire(clock.now() + 5 * DAY))

    # notified: the student reads the case and the evidence, not whose the other work is, and writes
    own = await world.as_(student)
    seen = (await case.read(student)).json()
    assert (seen["suspicion"], seen["reported_by"], seen["person_id"]) == (SUSPICION, None, str(student.person))
    evidence = await sent(await own.get(f"{case.address}/evidence"))
    assert [one["text"] for one in evidence["passages"]] == [PASSAGE]
    assert works[0] not in str(evidence)
    assert str(other.person) not in str(evidence)
    assert "окуп" in evidence["meaning"]
    for stranger in (other, world.outsider, world.office):
        client = await world.as_(stranger)
        for answer in (
            await client.get(case.address),
            await client.get(f"{case.address}/evidence"),
            await client.put(f"{case.address}/statement", json={"words": "x"}, headers=case.tag),
            await client.post(f"{case.address}/confirm", json={"reason": "x"}, headers=case.tag),
        ):
            assert answer.status_code in {403, 404}, answer.text
    unread = await own.put(f"{case.address}/statement", json={"words": STATEMENT})
    assert unread.status_code == 428
    written = await own.put(f"{case.address}/statement", json={"words": STATEMENT}, headers=case.tag)
    case.tag = version(written)
    assert (await case.read(world.teacher)).json()["statement"] is None  # whoever reported does not read it
    await case.step(student, "hear", 403, was_present=True, protocol="x")
    early = await case.step(world.dean, "hear", 409, was_present=True, protocol=PROTOCOL)
    assert early.json()["type"] == "/problems/hearing-not-yet"
    clock.advance(days=5)
    await refused(await case.step(world.dean, "confirm", 409, reason="x"), 409, "move-not-allowed")
    await case.step(world.dean, "hear", was_present=True, protocol=PROTOCOL)
    late = await own.put(f"{case.address}/statement", json={"words": "x"}, headers=case.tag)
    await refused(late, 409, "move-not-allowed")

    # decided by neither the reporter nor the student, whatever else they are
    assert world.teacher.person is not None
    assert student.person is not None
    as_head = HeldRole(Role.DEPARTMENT_HEAD, Scope.UNIT, frozenset({world.room.campus.department}))
    for person, part in ((world.teacher.person, "case-reporter"), (student.person, "case-student")):
        answer = await case.step(actor(person, as_head), "confirm", 403, reason="x")
        assert answer.json()["values"] == {"kind": part}
    await case.step(world.dean, "confirm", reason="Далилденди")
    await case.step(world.dean, "sanction", sanction="annulment", reason="6.2")
    await refused(await case.step(world.other_dean, "annul", 409, reason="x"), 409, "not-to-be-annulled")
    await refused(await case.step(world.other_dean, "finish", 409), 409, "appeal-open")

    # appealed: nothing is annulled meanwhile, others decide
    await case.step(student, "appeal", words="Чогуу даярдандык")
    await refused(await case.step(world.other_dean, "annul", 409, reason="x"), 409, "not-to-be-annulled")
    same = await case.step(world.dean, "decide-appeal", 403, outcome="upheld", reason="x")
    assert same.json()["values"] == {"kind": "case-decider"}
    await case.step(world.head, "decide-appeal", outcome="upheld", reason="Чечим туура")
    before = await journal(world, assignment, student.person)
    assert before is not None
    assert before.state is not grading.EntryState.ANNULLED

    # annulled by a second person, once, not by whoever gave the grade
    second = await case.step(world.dean, "annul", 403, reason="x")
    assert second.json()["values"] == {"kind": "case-decider"}
    assert world.colleague.person is not None
    author = await case.step(actor(world.colleague.person, as_head), "annul", 409, reason="x")
    assert author.json()["type"] == "/problems/second-person-needed"
    done = (await case.step(world.other_dean, "annul", reason="Экинчи адам")).json()
    assert (done["state"], done["annulled_by"]) == ("final", str(world.other_dean.person))
    after = await journal(world, assignment, student.person)
    assert after is not None
    assert after.state is grading.EntryState.ANNULLED
    await refused(await case.step(world.head, "annul", 409, reason="x"), 409, "not-to-be-annulled")

    async with world.university.context.reading(SETUP) as unit:
        stored = str((await unit.session.execute(text("SELECT * FROM integrity_case"))).one())
        told = (
            await unit.session.scalars(
                select(OutboxRow).where(OutboxRow.kind.like("integrity-%")).order_by(OutboxRow.id)
            )
        ).all()
        log = (await unit.session.scalars(select(AuditRow).where(AuditRow.subject == "integrity-case"))).all()
        history = await grading.grade_history(unit, after.line_item_id, student.person)
    for words in (SUSPICION, STATEMENT, PROTOCOL, PASSAGE[:20], "Далилденди"):
        assert words not in stored + str([one.facts for one in log]) + str([one.codes for one in told])
    assert history[-1].source_id == UUID(case.id)
    kinds = ["reported", "notified", "heard", "confirmed", "sanctioned", "appealed", "final", "annulled"]
    assert [one.kind for one in told] == [f"integrity-case.{kind}" for kind in kinds]
    assert (told[0].person, told[-1].person) == (None, student.person)
    assert told[-1].ids == {"case": case.id, "task": assignment, "work": works[1]}
    assert not any(is_told([one.kind, "integrity-case.*"], {}, one.kind, {}) for one in told)
    async with world.university.context.writing(SETUP) as unit:
        await unit.session.execute(
            update(PersonRow).where(PersonRow.id == student.person).values(email="a@university.test", language="ru")
        )
        mail = await MAILS["integrity-case.notified"](unit, told[1])
    assert mail is not None
    assert mail.language == "ru"
    assert SUSPICION not in mail.text


async def test_a_dismissed_case_ends_and_an_appeal_that_was_right_annuls_nothing(
    world: World, clock: StandingClock
) -> None:
    assignment, works = await handed_in(world, clock)
    student = world.students[0]
    await grade(world, world.colleague, assignment, student.person, 70)
    dismissed = await reported(world, works[2])
    right = await reported(world, works[0], person_id=str(student.person))
    for case in (dismissed, right):
        await case.step(world.dean, "notify", hearing_at=wire(clock.now() + 6 * DAY))
    clock.advance(days=6)
    for case in (dismissed, right):
        await case.step(world.dean, "hear", was_present=False, protocol="Келген жок")
    await dismissed.step(world.dean, "dismiss", reason="Далил жок")
    for move, body in (
        ("confirm", {"reason": "x"}),
        ("sanction", {"sanction": "warning", "reason": "x"}),
        ("appeal", {"words": "x"}),
    ):
        who = world.students[2] if move == "appeal" else world.dean
        await refused(await dismissed.step(who, move, 409, **body), 409, "move-not-allowed")
    await right.step(world.dean, "confirm", reason="x")
    await right.step(world.dean, "sanction", sanction="annulment", reason="x")
    await right.step(student, "appeal", words="x")
    await right.step(world.head, "decide-appeal", outcome="overturned", reason="x")
    await refused(await right.step(world.other_dean, "annul", 409, reason="x"), 409, "not-to-be-annulled")
    entry = await journal(world, assignment, student.person)
    assert entry is not None
    assert entry.state is not grading.EntryState.ANNULLED
    wrong = {"work_kind": "submission", "work_id": works[1], "ground": "other", "suspicion": "x"}
    teacher = await world.as_(world.teacher)
    answer = await teacher.post(URL, json=wrong | {"person_id": str(student.person)})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not-the-author")
    for stranger in (world.outsider, student, world.office):
        await refused(await (await world.as_(stranger)).post(URL, json=wrong), 404, "not-found")
    draft = await world.room.draft(world.students[1], assignment)
    await refused(await teacher.post(URL, json=wrong | {"work_id": draft}), 404, "not-found")


async def test_terms_of_the_university_and_a_commission_of_one_case(world: World, clock: StandingClock) -> None:
    _, works = await handed_in(world, clock)
    person = world.office.person
    assert person is not None
    registry = await world.as_(actor(person, HeldRole(Role.REGISTRY, Scope.UNIVERSITY)))
    terms = {"valid_from": "2026-09-02", "hearing_days": 10, "appeal_days": 2, "act": "Жобо № 34"}
    await refused(await (await world.as_(world.dean)).post("/v1/integrity-terms", json=terms), 403, "not-allowed")
    await sent(await registry.post("/v1/integrity-terms", json=terms), 201)
    await refused(await registry.post("/v1/integrity-terms", json=terms), 409, "integrity-terms-exist")
    case = await reported(world, works[1])
    dean = await world.as_(world.dean)
    for member, status in ((world.colleague, 200), (world.teacher, 403), (world.students[1], 403)):
        await sent(await dean.post(f"{case.address}/members", json={"person_id": str(member.person)}), status)
    assert world.colleague.person is not None
    async with world.university.context.reading(SETUP) as unit:
        held = await roles_of(unit.session, world.colleague.person, unit.today)
    member = actor(world.colleague.person, *held)
    assert HeldRole(Role.COMMISSION, Scope.CASE, frozenset({UUID(case.id)})) in held
    second = await reported(world, works[2])
    await refused(await second.read(member), 404, "not-found")  # of this one case alone
    await a_council_takes(world, second, clock)
    await case.step(member, "notify", 422, hearing_at=wire(clock.now() + 9 * DAY))
    await case.step(member, "notify", hearing_at=wire(clock.now() + 10 * DAY))
    clock.advance(days=10)
    await case.step(member, "hear", was_present=True, protocol="x")
    await case.step(member, "confirm", reason="x")
    until = (await case.step(member, "sanction", sanction="warning", reason="x")).json()["appeal_until"]
    assert until == wire(clock.now() + 2 * DAY)
    clock.advance(days=2)
    await refused(await case.step(world.students[1], "appeal", 409, words="x"), 409, "appeal-over")
    done = (await case.step(world.other_dean, "finish")).json()
    assert (done["state"], done["sanction"]) == ("final", "warning")
    await refused(await case.step(world.head, "annul", 409, reason="x"), 409, "not-to-be-annulled")
    clock.advance(days=1)
    async with world.university.context.reading(SETUP) as unit:
        assert await roles_of(unit.session, world.colleague.person, unit.today) == ()


async def a_council_takes(world: World, case: Case, clock: StandingClock) -> None:
    """A case is given to a council: whoever sits in it then decides this one, but not who reported it, and nobody who
    came later or left before."""
    context, dean = world.university.context, await world.as_(world.dean)
    assert world.outsider.person is not None and world.office.person is not None and world.teacher.person is not None
    async with context.writing(SETUP) as unit:
        council = (
            await create_unit(unit, "ETHICS", UnitKind.COMMISSION, world.room.campus.faculty, {"ky": "Этика"})
        ).id
    url = f"{case.address}/members"
    for body, code in (
        ({}, "person-or-council"),
        ({"council_id": str(council), "person_id": str(world.office.person)}, "person-or-council"),
        ({"council_id": str(world.class_id)}, "no-such-council"),
        ({"council_id": str(council)}, "council-without-members"),
    ):
        answer = await dean.post(url, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    seat = (Role.COMMISSION, Scope.UNIT, council)
    async with context.writing(SETUP) as unit:
        await grant_role(unit, world.outsider.person, *seat, unit.today)
        await grant_role(unit, world.teacher.person, *seat, unit.today)
    await refused(await (await world.as_(world.head)).post(url, json={"council_id": str(council)}), 403, "not-allowed")
    for _ in range(2):  # the same again changes nothing
        await sent(await dean.post(url, json={"council_id": str(council)}))
    async with context.writing(SETUP) as unit:
        await grant_role(unit, world.office.person, *seat, unit.today)
        held = {
            person: await roles_of(unit.session, person, unit.today)
            for person in (world.outsider.person, world.office.person, world.teacher.person)
        }
    on_case = HeldRole(Role.COMMISSION, Scope.CASE, frozenset({UUID(case.id)}))
    assert [on_case in roles for roles in held.values()] == [True, False, False]
    member, later = (actor(person, *held[person]) for person in (world.outsider.person, world.office.person))
    await refused(await case.read(later), 404, "not-found")
    listed = await sent(await (await world.as_(member)).get(URL))
    assert [one["id"] for one in listed["items"]] == [case.id]
    case.tag = version(await case.read(member))
    await case.step(member, "notify", hearing_at=wire(clock.now() + 10 * DAY))


async def test_a_blind_work_is_reported_without_saying_whose_it_is(world: World, clock: StandingClock) -> None:
    """While marking is blind neither the case, nor a guess, nor an oral check tells the instructor the author."""
    _, works = await handed_in(world, clock, grading={"code": "E1", "is_blind": True})
    case = await reported(world, works[1])
    teacher = await world.as_(world.teacher)
    listed = (await sent(await teacher.get(URL)))["items"]
    for shown in ((await case.read(world.teacher)).json(), listed[0]):
        assert shown["person_id"] is None
        assert str(world.students[1].person) not in str(shown)
    for student in world.students:
        guess = {"work_kind": "submission", "work_id": works[0], "ground": "other", "suspicion": "x"}
        answer = await teacher.post(URL, json=guess | {"person_id": str(student.person)})
        await refused(answer, 409, "marking-still-blind")
    check = {"work_kind": "submission", "work_id": works[0], "begins_at": wire(clock.now() + DAY), "venue": "201"}
    await refused(await teacher.post("/v1/oral-checks", json=check), 409, "marking-still-blind")
    assert (await case.read(world.dean)).json()["person_id"] == str(world.students[1].person)


@pytest.mark.parametrize("backend", ["sqlite"])  # rules of one row; the database plays no part
async def test_no_sequence_of_requests_reaches_an_undeclared_state(
    world: World, clock: StandingClock, backend: str
) -> None:
    """Hundreds of requests by anybody in any order: each either makes a declared move or changes nothing, and nobody
    who had another part ever took a step."""
    _, works = await handed_in(world, clock)
    student = world.students[1]
    assert world.teacher.person is not None
    assert student.person is not None
    as_head = HeldRole(Role.DEPARTMENT_HEAD, Scope.UNIT, frozenset({world.room.campus.department}))
    people = [
        *(world.dean, world.other_dean, world.head, world.head, student, world.teacher, world.outsider),
        *(actor(world.teacher.person, as_head), actor(student.person, as_head)),
    ]
    chance = random.Random(4)
    declared = {(start.value, end.value) for start, end in CASE_MOVES.values()}
    seen: set[str] = set()
    for _ in range(5):
        case = await reported(world, works[1])
        state = "reported"
        for _ in range(80):
            moves: dict[str, dict[str, object] | None] = {
                "notify": {"hearing_at": wire(clock.now() + chance.choice([4, 5]) * DAY)},
                "hear": {"was_present": chance.random() < 0.5, "protocol": "x"},
                "confirm": {"reason": "x"},
                "sanction": {"sanction": chance.choice(["warning", "annulment"]), "reason": "x"},
                "appeal": {"words": "x"},
                "decide-appeal": {"outcome": chance.choice(["upheld", "overturned"]), "reason": "x"},
                "finish": None,
                "annul": {"reason": "x"},
            }
            if chance.random() < 0.05:
                moves = {"dismiss": {"reason": "x"}}
            move = chance.choice(sorted(moves))
            client = await world.as_(chance.choice(people))
            answer = await client.post(f"{case.address}/{move}", json=moves[move], headers={"If-Match": "*"})
            assert answer.status_code in {200, 403, 404, 409, 422}, answer.text
            async with world.university.context.reading(SETUP) as unit:
                row = await unit.session.get_one(IntegrityCaseRow, UUID(case.id))
            if answer.status_code != 200 or move == "annul":
                assert row.state == state
            else:
                assert (state, row.state) in declared
            state = row.state
            clock.advance(days=chance.choice([0, 0, 0, 1, 6]))
        seen.add(state)
        kept = {row.reported_by, row.person_id}
        deciders = {row.heard_by, row.decided_by, row.sanctioned_by} - {None}
        assert not kept & (deciders | {row.appeal_decided_by, row.annulled_by} - {None})
        assert row.appeal_decided_by not in deciders
        if row.annulled_at is not None:
            assert row.annulled_by not in deciders
            assert (row.state, row.sanction) == ("final", "annulment")
            assert row.appeal_outcome != "overturned"
        if row.heard_at is not None:
            assert row.notified_at is not None
            assert row.heard_at >= row.notified_at + 5 * DAY
        async with world.university.context.writing(SETUP) as unit:  # so that the next one may be reported
            await unit.session.execute(update(IntegrityCaseRow).values(state="dismissed"))
    assert "final" in seen


async def test_a_work_about_which_a_case_runs_is_not_taken_back(world: World, clock: StandingClock) -> None:
    """From the suspicion on, of which the student is told nothing, until the case has ended."""
    _, works = await handed_in(world, clock, closes_at=wire(clock.now() + 90 * DAY))
    student, work = await world.as_(world.students[1]), works[1]
    case = await reported(world, work)

    async def withdraw() -> httpx.Response:
        return await student.post(f"/v1/submissions/{work}/withdraw", json={"reason": "Башка файл"})

    before = await withdraw()
    await refused(before, 409, "work-looked-at")
    await case.step(world.dean, "notify", hearing_at=wire(clock.now() + 6 * DAY))
    assert {**(await withdraw()).json(), "instance": None} == {**before.json(), "instance": None}
    clock.advance(days=6)
    await case.step(world.dean, "hear", was_present=True, protocol=PROTOCOL)
    await case.step(world.dean, "confirm", reason="x")
    await case.step(world.dean, "sanction", sanction="annulment", reason="x")
    clock.advance(days=11)
    await case.step(world.dean, "finish")
    await refused(await withdraw(), 409, "work-looked-at")  # the second person still has to read it
    other = await world.as_(world.students[0])
    await sent(await other.post(f"/v1/submissions/{works[0]}/withdraw", json={"reason": "Башка файл"}))
    for path in (f"/v1/submissions/{work}", f"/v1/submissions/{work}/text"):
        for reader, status in ((world.dean, 200), (world.head, 200), (world.outsider, 404), (world.office, 404)):
            await sent(await (await world.as_(reader)).get(path), status)


async def test_who_decides_a_case_reads_the_work_also_after_it_was_taken_back(
    world: World, clock: StandingClock
) -> None:
    """Both came in the same moment; and a member of the commission reads this one work."""
    _, works = await handed_in(world, clock)
    case = await reported(world, works[1])
    async with world.university.context.writing(SETUP) as unit:
        its_work = "SELECT work_id FROM integrity_case"
        await unit.session.execute(text(f"UPDATE submission SET state = 'withdrawn' WHERE id IN ({its_work})"))
    assert world.office.person is not None
    on_case = HeldRole(Role.COMMISSION, Scope.CASE, frozenset({UUID(case.id)}))
    member = actor(world.office.person, on_case)
    for reader, status in ((world.dean, 200), (world.head, 200), (member, 200), (world.teacher, 404)):
        await sent(await (await world.as_(reader)).get(f"/v1/submissions/{works[1]}"), status)
    await sent(await (await world.as_(member)).get(f"/v1/submissions/{works[0]}"), 404)
