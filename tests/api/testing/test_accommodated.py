"""What was agreed for a student takes effect by itself: time, formats, breaks, proctoring (clauses 6.2, 6.6, 7.3)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.accommodations.models import AccommodationRow
from api.domains.enrolment.service import enrol, held_place, withdraw
from api.domains.files import service as files
from api.domains.files.service import FileRules
from api.domains.grading.service import journal_entry
from api.domains.items.models import ItemRenditionRow, ItemVersionRow
from api.domains.people.roles import roles_of
from api.domains.people.rules import Name, UnitKind
from api.domains.people.service import NewPerson, create_persons, create_unit, grant_role
from api.domains.programmes.models import CurriculumCourseRow, CurriculumRow
from api.domains.teaching.models import ClassRow
from api.domains.tests.blocked import BLOCKED
from api.domains.tests.jobs import CONSUMERS, jobs
from api.domains.tests.mails import compose_blocked
from api.domains.tests.models import AttemptChangeRow, AttemptRow, BlockedStartRow, SittingRow
from api.events import Event, OutboxRow
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from api.jobs.port import JobRun
from tests.api.conftest import NOW, StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.world import CLOSES, DAY, HOUR, MINUTE, World, build, text

pytestmark = pytest.mark.anyio


async def test_a_student_sees_the_conditions_before_starting_and_gets_them(
    university: University, clock: StandingClock
) -> None:
    world = await build(university)
    plain, adjusted = world.students
    record = await world.agree(adjusted.person, "additional-testing-time", time_percent=150)
    test = await world.make_test(["numeric"])
    path = f"/v1/tests/{test}/conditions"
    seen = await world.sent(adjusted, "GET", path, 200, headers={"Accept-Language": "ru"})
    assert (seen["time_limit_s"]["base"], seen["time_limit_s"]["adjusted"]) == (3600, 5400)
    assert (seen["closes_at"]["base"], seen["closes_at"]["adjusted"]) == (text(CLOSES), text(CLOSES + 30 * MINUTE))
    (source,) = seen["time_limit_s"]["sources"]
    assert (source["id"], source["words"]) == (str(record), "План адаптации, версия 1: дополнительное время")
    unchanged = await world.sent(plain, "GET", path, 200)
    assert (unchanged["is_adjusted"], unchanged["time_limit_s"]["adjusted"]) == (False, 3600)
    mine = await world.sent(adjusted, "GET", "/v1/my-tests", 200)
    assert (mine["items"][0]["time_limit_s"], mine["items"][0]["is_adjusted"]) == (5400, True)
    # staff see what to do, never why
    listed = await world.sent(world.teacher, "GET", f"/v1/tests/{test}/students", 200)
    of = {one["person_id"]: one for one in listed["items"]}
    assert of[str(adjusted.person)]["time_limit_s"] == 5400
    assert "sources" not in str(listed)
    assert str(record) not in str(listed)
    one = await world.sent(world.teacher, "GET", f"/v1/tests/{test}/students/{adjusted.person}", 200)
    assert one == of[str(adjusted.person)]
    for actor in (plain, world.other_teacher, world.dean, world.campus.head):  # who differs is no matter of theirs
        answer = await (await world.client(actor)).get(f"/v1/tests/{test}/students/{adjusted.person}")
        assert answer.status_code in (403, 404)
    # half a minute before the others' window closes: whoever has more time has it in full
    clock.advance(seconds=(CLOSES - clock.now()).total_seconds() + 20 * 60)
    await world.refused(plain, "POST", f"/v1/tests/{test}/attempts", 409, "task-over", json={"language": "ky"})
    attempt = await world.start(adjusted, test)
    assert attempt["deadline_at"] == text(CLOSES + 30 * MINUTE)
    async with world.context.reading(SETUP) as unit:
        row = (await unit.session.scalars(select(AttemptRow))).one()
    assert row.conditions["time_limit_s"]["sources"][0]["id"] == str(record)
    # nor do the offices read it from the list of attempts, where the instructor sees until when somebody writes
    for reader, moments in (
        (world.teacher, (text(clock.now()), attempt["deadline_at"])),
        (world.dean, (None, None)),
        (world.campus.head, (None, None)),
    ):
        (one,) = (await world.sent(reader, "GET", f"/v1/tests/{test}/attempts", 200))["items"]
        assert (one["started_at"], one["deadline_at"]) == moments


async def test_unlimited_time_has_no_deadline(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    await world.agree(student.person, "additional-testing-time", is_unlimited=True)
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    assert attempt["deadline_at"] is None
    clock.advance(days=40)
    saved = await world.save(student, attempt, 1, {"kind": "numeric", "value": "3.5"})
    assert saved["deadline_at"] is None
    assert (await world.submit(student, attempt))["state"] == "graded"


async def test_what_is_promised_after_the_announcement_is_ordered_before_it_is_needed(
    university: University, clock: StandingClock
) -> None:
    """By a plan of later, to somebody who joined later, and on other days."""
    world = await build(university, students=4)
    early, late, third, fourth = world.students
    assert late.person
    async with world.context.writing(SETUP) as unit:
        place = await held_place(unit, world.class_id, late.person)
        assert place is not None
        await withdraw(unit, place, "Кийин келет", decided_elsewhere=True)
    test = await world.make_test(["numeric"])
    await look_again(world)
    assert await ordered(world) == set()
    await world.agree(early.person, "braille", told=True)
    await look_again(world)
    assert await ordered(world) == {("braille", "ky"), ("braille", "ru")}
    await world.agree(late.person, "spoken", told=True)
    await look_again(world)
    assert {each for each, _ in await ordered(world)} == {"braille"}
    async with world.context.writing(SETUP) as unit:
        await enrol(unit, world.class_id, late.person)
    await look_again(world)
    assert {each for each, _ in await ordered(world)} == {"braille", "spoken"}
    await world.agree(third.person, "sign-language")
    moved = {"closes_at": text(CLOSES + DAY), "reason": "Зал бош эмес"}
    await world.sent(world.teacher, "POST", f"/v1/tests/{test}/move", 200, json=moved)
    await look_again(world)
    assert {each for each, _ in await ordered(world)} == {"braille", "spoken", "sign-language"}
    clock.advance(days=4)  # over for everybody: nothing is made for nobody
    await world.agree(fourth.person, "simplified-language-portions", told=True)
    await look_again(world)
    assert {each for each, _ in await ordered(world)} == {"braille", "spoken", "sign-language"}


async def look_again(world: World) -> None:
    """What follows from all that has happened, as the relay and the engine would have it done; again is the same."""
    async with world.context.reading(SETUP) as unit:
        events = (await unit.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    wanted = [
        job for row in events for follow in CONSUMERS.get(row.kind, ()) for job in await follow(world.context, row)
    ]
    by_name = {one.name: one for one in jobs(world.context)}
    for one in wanted:
        await by_name[one.name].run(JobRun(one.name, one.key, one.payload, 1, False))


async def ordered(world: World) -> set[tuple[str, str]]:
    async with world.context.reading(SETUP) as unit:
        rows = await unit.session.execute(select(ItemRenditionRow.format, ItemRenditionRow.language))
        return {(form, language) for form, language in rows}


@pytest.mark.parametrize("scope", [Scope.UNIVERSITY, Scope.UNIT])
async def test_a_promised_rendition_that_is_missing_refuses_orders_and_tells(
    university: University, clock: StandingClock, scope: Scope
) -> None:
    world = await build(university)
    plain, blind = world.students
    test = await world.make_test(["single-choice", "numeric"])
    await world.agree(blind.person, "braille")  # agreed after the test was announced
    async with world.context.writing(SETUP) as unit:
        where = world.campus.faculty if scope is Scope.UNIT else None
        await grant_role(
            unit, world.campus.newcomer, Role.INCLUSION_OFFICE, scope, where, NOW.date(), source="assigned"
        )
    clock.advance(hours=2)
    start = f"/v1/tests/{test}/attempts"
    for _ in range(2):
        values = await world.refused(
            blind, "POST", start, 409, "rendition-missing", json={"language": "ky"}, headers={"Idempotency-Key": "a"}
        )
        assert values == {"formats": ["braille"], "missing": 2, "language": "ky"}
    await world.start(plain, test)
    async with world.context.writing(SETUP) as unit:
        ordered = (await unit.session.scalars(select(ItemRenditionRow))).all()
        assert {(one.format, one.language, one.orders) for one in ordered} == {("braille", "ky", 1)}
        assert {one.item_version_id for one in ordered} == {world.items["single-choice"], world.items["numeric"]}
        row = (await unit.session.scalars(select(BlockedStartRow))).one()
        assert (row.person_id, row.tries, row.missing) == (blind.person, 2, 2)
        told = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == BLOCKED))).all()
        assert [one.person for one in told] == [world.campus.newcomer]  # once, however often somebody tries
        assert await compose_blocked(unit, told[0]) is None  # the officer has no address
        assert await unit.session.scalar(select(AttemptRow.id).where(AttemptRow.person_id == blind.person)) is None
    listed = await world.sent(world.office, "GET", "/v1/blocked-starts", 200)
    assert [(one["person_id"], one["formats"]) for one in listed["items"]] == [(str(blind.person), ["braille"])]
    for actor in (plain, world.teacher, world.dean):
        assert (await (await world.client(actor)).get("/v1/blocked-starts")).status_code == 403
    await deliver(world, "braille", "ky")
    attempt = await world.start(blind, test)
    base = f"/v1/attempts/{attempt['id']}"
    paper = await world.sent(blind, "GET", f"{base}/paper", 200)
    given = [one for place in paper["places"] for one in place["renditions"]]
    assert [one["format"] for one in given] == ["braille", "braille"]
    client = await world.client(blind)
    answer = await client.get(f"{base}/files/{given[0]['file_id']}")
    assert (answer.status_code, answer.content) == (200, b"braille")
    assert answer.headers["content-disposition"].startswith("attachment")
    stranger = await (await world.client(plain)).get(f"{base}/files/{given[0]['file_id']}")
    assert stranger.status_code == 404
    async with world.context.reading(SETUP) as unit:
        assert (await unit.session.scalars(select(BlockedStartRow.resolved_at))).one() is not None
    await world.submit(blind, attempt)
    await world.refused(blind, "GET", f"{base}/files/{given[0]['file_id']}", 409, "attempt-over")


async def deliver(world: World, format_: str, language: str) -> None:
    """As if the renditions had been made."""
    async with world.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(ItemRenditionRow))).all()
    received = [
        await files.receive(files.of_bytes(b"braille"), world.context, "q.brf", "text/plain", FileRules(1_000))
        for _ in rows
    ]
    async with world.context.writing(SETUP) as unit:
        for row, one in zip(rows, received, strict=True):
            stored = await unit.session.get_one(ItemRenditionRow, row.id)
            version = await unit.session.get_one(ItemVersionRow, row.item_version_id)
            stored.file_id = await files.keep(unit, one, owner=None)
            stored.state, stored.media_type, stored.digest = "ready", "text/plain", version.digest


async def test_renditions_are_ordered_when_a_test_is_announced(university: University) -> None:
    world = await build(university, students=1)
    await world.agree(world.students[0].person, "spoken")
    await world.make_test(["numeric"])
    async with world.context.reading(SETUP) as unit:
        rows = (await unit.session.execute(select(ItemRenditionRow.format, ItemRenditionRow.language))).all()
    assert {tuple(row) for row in rows} == {("spoken", "ky"), ("spoken", "ru")}


async def test_breaks_stop_the_clock_within_what_was_agreed(university: University, clock: StandingClock) -> None:
    world = await build(university)
    plain, student = world.students
    await world.agree(student.person, "breaks", break_minutes=10, break_count=2)
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt, others = await world.start(student, test), await world.start(plain, test)
    start = clock.now()
    base = f"/v1/attempts/{attempt['id']}"
    await world.refused(plain, "POST", f"/v1/attempts/{others['id']}/breaks", 409, "no-break-left")
    assert (attempt["break_left_s"], attempt["breaks_left"]) == (600, 2)
    clock.advance(minutes=30)
    away = await world.sent(student, "POST", f"{base}/breaks", 200)
    assert (away["break_ends_at"], away["breaks_left"]) == (text(start + 40 * MINUTE), 1)
    body = {"version": 1, "answer": {"kind": "numeric", "value": "1"}}
    await world.refused(student, "PUT", f"{base}/responses/1", 409, "attempt-on-break", json=body)
    await world.refused(student, "GET", f"{base}/paper", 409, "attempt-on-break")
    clock.advance(minutes=4)
    back = await world.sent(student, "POST", f"{base}/breaks/end", 200)
    assert (back["deadline_at"], back["break_left_s"]) == (text(start + 64 * MINUTE), 360)
    await world.sent(student, "POST", f"{base}/breaks", 200)
    clock.advance(minutes=10)  # six were left: it ended by itself
    saved = await world.save(student, attempt, 1, {"kind": "numeric", "value": "1"})
    assert saved["deadline_at"] == text(start + 70 * MINUTE)
    await world.refused(student, "POST", f"{base}/breaks", 409, "no-break-left")
    assert (await world.see(student, attempt))["deadline_at"] == saved["deadline_at"]
    clock.advance(seconds=(start + 70 * MINUTE - clock.now()).total_seconds())
    assert (await world.submit(student, attempt))["submitted_at"] == saved["deadline_at"]


async def test_more_time_counts_a_break_that_ended_by_itself(university: University, clock: StandingClock) -> None:
    """An hour, twenty minutes of a break and half an hour more, whether or not the student has come back meanwhile."""
    world = await build(university)
    away, back = world.students
    for student in world.students:
        await world.agree(student.person, "breaks", break_minutes=20, break_count=2)
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempts = [await world.start(student, test) for student in world.students]
    start = clock.now()
    clock.advance(minutes=10)
    for student, attempt in zip(world.students, attempts, strict=True):
        await world.sent(student, "POST", f"/v1/attempts/{attempt['id']}/breaks", 200)
    clock.advance(minutes=25)
    await world.save(back, attempts[1], 1, {"kind": "numeric", "value": "1"})
    for student, attempt in zip((away, back), attempts, strict=True):
        await world.extend(student, test, minutes=30)
        seen = await world.see(student, attempt)
        assert (seen["deadline_at"], seen["break_left_s"]) == (text(start + 110 * MINUTE), 0)


async def test_more_time_is_added_to_what_was_promised(university: University, clock: StandingClock) -> None:
    """Also when less would be promised today: by a later version of the plan, or since the test was moved earlier. Each
    extension counts once, however often it is told."""
    world = await build(university)
    planned, _ = world.students
    record = await world.agree(planned.person, "additional-testing-time", time_percent=150)
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempts = [await world.start(student, test) for student in world.students]
    start = clock.now()

    async def minutes() -> list[float]:
        seen = [await world.see(student, one) for student, one in zip(world.students, attempts, strict=True)]
        return [(datetime.fromisoformat(one["deadline_at"]) - start) / MINUTE for one in seen]

    async def extend(added: int) -> None:
        for student in world.students:
            extension = await world.extend(student, test, minutes=added)
            async with world.context.writing(SETUP) as unit:
                ids = {"extension": UUID(extension["id"]), "task": UUID(test)}
                await unit.emit(Event("extension.granted", ids, student.person))

    assert await minutes() == [90, 60]
    async with world.context.writing(SETUP) as unit:
        (await unit.session.get_one(AccommodationRow, record)).time_percent = 125
    await extend(10)
    assert await minutes() == [100, 70]
    sooner = {"closes_at": text(start + 20 * MINUTE), "reason": "Баары бат бүтөт"}
    await world.sent(world.teacher, "POST", f"/v1/tests/{test}/move", 200, json=sooner)
    await extend(15)
    assert await minutes() == [115, 85]


EXAM: dict[str, Any] = {
    "is_exam": True,
    "is_proctored": True,
    "warning": {"ky": "Камера күйгүзүлөт", "ru": "Камера будет включена"},
    "grading": {"code": "EX", "category": "exam", "weight": 40},
}


async def test_an_exam_from_its_plan_to_its_retake(university: University, clock: StandingClock) -> None:
    """Clauses 6.2 and 6.5, with what a proctored exam asks for before it starts."""
    world = await build(university, students=3)
    student, excepted, absent = world.students
    head = world.campus.head
    record = await world.agree(excepted.person, "proctoring-exception", words="Окутуучу жанында отурат")
    exam = await world.make_test(["numeric"], announced=False, **EXAM)
    await world.refused(world.teacher, "POST", f"/v1/tests/{exam}/announce", 409, "sitting-not-planned")
    body = {"test_id": exam}
    sitting = await world.sent(head, "POST", "/v1/sittings", 201, json=body)
    path = f"/v1/sittings/{sitting['id']}"
    await world.refused(student, "GET", path, 404, "not-found")
    moved = await world.refused(head, "POST", f"{path}/close", 409, "move-not-allowed")
    assert moved == {"state": "planned", "allowed": ["announced"]}
    await world.refused(head, "POST", f"{path}/announce", 422, "invalid-fields", json={"format": "computer-class"})
    announced = await world.sent(head, "POST", f"{path}/announce", 200, json={"format": "online-proctored"})
    assert (announced["state"], announced["format"]) == ("announced", "online-proctored")
    assert (await world.sent(student, "GET", "/v1/sittings", 200))["items"][0]["format"] == "online-proctored"
    of_institute = HeldRole(Role.STUDENT, Scope.UNIT, frozenset({world.campus.department}))
    in_other_classes = replace(student, roles=(of_institute,))
    assert (await world.sent(in_other_classes, "GET", "/v1/sittings", 200))["items"] == []
    await world.refused(in_other_classes, "GET", path, 404, "not-found")
    clock.advance(hours=2)
    start = f"/v1/tests/{exam}/attempts"
    await world.refused(student, "POST", start, 409, "identity-not-checked", json={"language": "ky"})
    checks = f"/v1/tests/{exam}/identity-checks"
    check = {"person_id": str(student.person), "method": "document"}
    for actor in (student, world.other_teacher):
        answer = await (await world.client(actor)).post(checks, json=check)
        assert answer.status_code in (403, 404)
    made = await world.sent(world.teacher, "POST", checks, 201, json=check)
    await world.refused(student, "POST", start, 409, "warning-not-acknowledged", json={"language": "ky"})
    warning = await world.sent(student, "GET", f"/v1/tests/{exam}/warning", 200)
    assert (warning["warning"]["ky"], warning["acknowledged_at"]) == ("Камера күйгүзүлөт", None)
    await world.sent(student, "POST", f"/v1/tests/{exam}/warning/acknowledge", 200)
    attempt = await world.start(student, exam)
    other = await world.start(excepted, exam)
    assert (await world.sent(head, "GET", path, 200))["state"] == "open"
    async with world.context.reading(SETUP) as unit:
        kept: dict[UUID, Any] = dict(
            (await unit.session.execute(select(AttemptRow.person_id, AttemptRow.proctoring))).all()
        )
    assert kept[UUID(str(student.person))]["identity_check"] == made["id"]
    assert kept[UUID(str(excepted.person))] == {"exception": "proctoring-exception", "accommodations": [str(record)]}
    still = await world.refused(head, "POST", f"{path}/close", 409, "sitting-still-running")
    assert still == {"count": 3}
    await world.submit(student, attempt)
    await world.submit(excepted, other)
    assert (await world.refused(head, "POST", f"{path}/close", 409, "sitting-still-running")) == {"count": 1}
    clock.advance(days=1)
    await world.sent(head, "POST", f"{path}/close", 200)
    await world.refused(head, "POST", f"{path}/approve-results", 403, "not-allowed")
    # the exam commission that was given the sitting approves it; no other, and none of the class
    async with world.context.writing(SETUP) as unit:
        units = [
            (await create_unit(unit, code, UnitKind.COMMISSION, world.campus.faculty, {"ky": code})).id
            for code in ("EC-1", "EC-2", "EC-3")
        ]
        members = await create_persons(unit, [NewPerson(Name("ky-Cyrl", "Мүчө", "Нур")) for _ in units])
        for council, person in zip(units, [*members[:2], UUID(str(absent.person))], strict=True):
            await grant_role(unit, person, Role.COMMISSION, Scope.UNIT, council, NOW.date(), source="assigned")
    giving, approving = f"{path}/commission", f"{path}/approve-results"
    attempts = f"/v1/tests/{exam}/attempts"
    for unfit in (world.campus.department, units[2]):
        body = {"commission_id": str(unfit)}
        await world.refused(world.dean, "POST", giving, 422, "invalid-fields", json=body)
    await world.refused(head, "POST", giving, 403, "not-allowed", json={"commission_id": str(units[0])})
    for council in units[:2]:  # another one takes its place
        await world.sent(world.dean, "POST", giving, 200, json={"commission_id": str(council)})
    before, member = [await as_stored(world, person) for person in members[:2]]
    await world.refused(before, "GET", path, 404, "not-found")
    await world.refused(before, "POST", approving, 404, "not-found")
    assert len((await world.sent(member, "GET", attempts, 200))["items"]) == 2
    assert [one["id"] for one in (await world.sent(member, "GET", "/v1/sittings", 200))["items"]] == [sitting["id"]]
    approved = await world.sent(member, "POST", approving, 200)
    assert approved["state"] == "results-approved"
    assert {role.scope for role in (await as_stored(world, members[1])).roles} == {Scope.UNIT}  # done with it
    # the retake, at a separate time, for who was absent; its result goes into the column of the exam
    line_item = (await world.sent(world.teacher, "GET", f"/v1/tests/{exam}", 200))["line_item_id"]
    await world.sent(world.teacher, "POST", f"/v1/line-items/{line_item}/release", 200)
    granted = await world.sent(
        world.dean,
        "POST",
        f"/v1/line-items/{line_item}/retakes",
        201,
        json={"person_id": str(absent.person), "cause": "absent", "reason": "Ооруп калган"},
    )
    again = await world.make_test(
        ["numeric"],
        announced=False,
        is_exam=True,
        opens_at=text(clock.now() + HOUR),
        closes_at=text(clock.now() + 3 * HOUR),
        grading={"code": "EX-R", "category": "exam"},
    )
    retake = await world.sent(head, "POST", "/v1/sittings", 201, json={"test_id": again, "retakes_id": sitting["id"]})
    assert (retake["kind"], retake["retakes_id"]) == ("retake", sitting["id"])
    path = f"/v1/sittings/{retake['id']}"
    await world.sent(head, "POST", f"{path}/announce", 200, json={"format": "online"})
    named = {"person_id": str(absent.person), "reason": "Ооруп калган", "retake_id": granted["id"]}
    somebody = named | {"person_id": str(student.person)}
    await world.refused(head, "POST", f"{path}/candidates", 422, "invalid-fields", json=somebody)
    await world.sent(world.dean, "POST", f"{path}/candidates", 201, json=named)
    for actor, reason in ((world.dean, "Ооруп калган"), (head, None)):  # who only holds the exam need not know
        (shown,) = (await world.sent(actor, "GET", f"{path}/candidates", 200))["items"]
        assert (shown["person_id"], shown["reason"]) == (str(absent.person), reason)
    clock.advance(hours=2)
    await world.refused(student, "POST", f"/v1/tests/{again}/attempts", 409, "not-a-candidate", json={"language": "ky"})
    taken = await world.start(absent, again)
    await world.save(absent, taken, 1, {"kind": "numeric", "value": "3.5"})
    await world.submit(absent, taken)
    async with world.context.reading(SETUP) as unit:
        entry = await journal_entry(unit, UUID(line_item), UUID(str(absent.person)))
    assert entry is not None
    assert (entry.state.value, entry.points) == ("retaken", Decimal(2))
    async with world.context.reading(SETUP) as unit:
        states = await unit.session.execute(select(SittingRow.kind, SittingRow.state))
        assert {tuple(row) for row in states} == {("main", "results-approved"), ("retake", "open")}


async def as_stored(world: World, person: UUID) -> Actor:
    """With the roles that the person holds today."""
    async with world.context.reading(SETUP) as unit:
        roles = await roles_of(unit.session, person, unit.today)
    return Actor(person, person, roles=roles, method=Method.SESSION)


async def declare(world: World, kind: str) -> None:
    """A part of the course that the curriculum of a programme declares as held in person only (clause 5.7)."""
    part = {"kind": kind, "hours": 2, "mode": "in-person", "distance_hours": 0, "in_person_only": True}
    curriculum, hours = new_id(), {"taught_hours": 2, "distance_hours": 0}
    programme = world.campus.programme
    await world.campus.add(CurriculumRow(id=curriculum, created_at=NOW, programme_id=programme, intake_year=2026))
    await world.campus.add(
        CurriculumCourseRow(
            created_at=NOW,
            curriculum_id=curriculum,
            programme_id=programme,
            course_id=world.campus.courses[0],
            semester=1,
            is_elective=False,
            ects=5,
            national_credits=5,
            parts=[part],
            **hours,
        )
    )


async def hold_class(world: World, mode: str) -> None:
    async with world.context.writing(SETUP) as unit:
        (await unit.session.get_one(ClassRow, world.class_id)).mode = mode


async def test_an_exam_is_announced_before_it_begins_and_not_online_where_control_is_in_person_only(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    held, exam = [await world.make_test(["numeric"], announced=False, is_exam=True) for _ in range(2)]
    sitting = await world.sent(world.campus.head, "POST", "/v1/sittings", 201, json={"test_id": exam})
    path = f"/v1/sittings/{sitting['id']}/announce"
    quiz = await world.make_test(["numeric"], announced=False, grading={"code": "Q"})
    await declare(world, "control")
    refusal = (409, "control-in-person-only")
    await world.refused(world.campus.head, "POST", path, *refusal, json={"format": "online"})
    in_rooms = await world.sent(world.campus.head, "POST", "/v1/sittings", 201, json={"test_id": held})
    announcing = f"/v1/sittings/{in_rooms['id']}/announce"
    await world.sent(world.campus.head, "POST", announcing, 200, json={"format": "computer-class"})
    # a test without a sitting is held as its class is; what does not count is no control
    await hold_class(world, "distance")
    await world.refused(world.teacher, "POST", f"/v1/tests/{quiz}/announce", *refusal)
    await world.make_test(["numeric"], is_self_check=True)
    await hold_class(world, "in-person")
    await world.sent(world.teacher, "POST", f"/v1/tests/{quiz}/announce", 200)

    clock.advance(hours=1)
    await world.refused(world.campus.head, "POST", path, 409, "sitting-announced-late", json={"format": "online"})
    start = f"/v1/tests/{exam}/attempts"
    await world.refused(world.students[0], "POST", start, 404, "not-found", json={"language": "ky"})


async def test_unlimited_time_is_never_less_than_everybodys(university: University, clock: StandingClock) -> None:
    """Who may begin until the close of all others is waited for, and nobody who may begin again is shown the key."""
    world = await build(university)
    unlimited, other = world.students
    await world.agree(unlimited.person, "additional-testing-time", is_unlimited=True)
    head = world.campus.head
    exam = await world.make_test(["numeric"], announced=False, is_exam=True, grading={"code": "EX", "category": "exam"})
    sitting = await world.sent(head, "POST", "/v1/sittings", 201, json={"test_id": exam})
    path = f"/v1/sittings/{sitting['id']}"
    await world.sent(head, "POST", f"{path}/announce", 200, json={"format": "online"})
    test = await world.make_test(["numeric"], attempts=2)
    clock.advance(hours=2)
    await world.submit(other, await world.start(other, exam))
    assert (await world.refused(head, "POST", f"{path}/close", 409, "sitting-still-running")) == {"count": 1}
    await world.submit(unlimited, await world.start(unlimited, exam))
    await world.sent(head, "POST", f"{path}/close", 200)

    first = await world.start(unlimited, test)
    await world.submit(unlimited, first)
    clock.advance(days=1)
    line_item = (await world.sent(world.teacher, "GET", f"/v1/tests/{test}", 200))["line_item_id"]
    await world.sent(world.teacher, "POST", f"/v1/line-items/{line_item}/release", 200)
    review = f"/v1/attempts/{first['id']}/review"
    assert (await world.sent(unlimited, "GET", review, 200))["shown"] == ["points", "answers"]
    await world.submit(unlimited, await world.start(unlimited, test))
    assert "key" in (await world.sent(unlimited, "GET", review, 200))["shown"]


async def test_a_sitting_waits_for_every_attempt_that_somebody_has(
    university: University, clock: StandingClock
) -> None:
    """A plan and an extension gave another one; both students have handed in their first."""
    world = await build(university, students=3)
    planned, extended, _ = world.students
    await world.agree(planned.person, "additional-attempts", attempts=1)
    head = world.campus.head
    exam = await world.make_test(["numeric"], announced=False, is_exam=True, grading={"code": "EX", "category": "exam"})
    sitting = await world.sent(head, "POST", "/v1/sittings", 201, json={"test_id": exam})
    path = f"/v1/sittings/{sitting['id']}"
    await world.sent(head, "POST", f"{path}/announce", 200, json={"format": "online"})
    clock.advance(hours=2)
    for student in world.students:
        await world.submit(student, await world.start(student, exam))
    await world.extend(extended, exam, attempts=1, until=text(CLOSES + 2 * DAY))
    for student, waited_for in ((planned, 2), (extended, 1)):
        values = await world.refused(head, "POST", f"{path}/close", 409, "sitting-still-running")
        assert values == {"count": waited_for}
        await world.submit(student, await world.start(student, exam))
    await world.sent(head, "POST", f"{path}/close", 200)


async def test_time_is_not_promised_to_who_has_no_attempt_for_it(university: University, clock: StandingClock) -> None:
    world = await build(university, students=3)
    over, writing, waiting = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    await world.start(over, test)
    clock.advance(minutes=59)
    attempt = await world.start(writing, test)
    clock.advance(minutes=1)  # the first one's time is up, and nobody has handed it in yet
    body = {"task_id": test, "person_id": str(over.person), "reason": "Электр өчтү"}
    for adding in ({"minutes": 30}, {"until": text(CLOSES + DAY)}):
        given = body | {"adding": adding}
        await world.refused(world.teacher, "POST", "/v1/extensions", 409, "no-attempt-to-extend", json=given)
    failure = {"began_at": text(clock.now()), "ended_at": text(clock.now()), "story": "Сервер"}
    outage = {"task_id": test, **failure, "reason": "Сервер", "adding": {"minutes": 30}}
    decided = await world.sent(world.teacher, "POST", "/v1/outages", 201, json=outage)
    results = {one["person_id"]: (one["result"], one["refusal"]) for one in decided["rows"]}
    assert results == {
        str(over.person): ("refused", "no-attempt-to-extend"),
        str(writing.person): ("granted", None),
        str(waiting.person): ("granted", None),
    }
    assert (await world.see(writing, attempt))["deadline_at"] == text(clock.now() + 89 * MINUTE)
    await world.extend(over, test, minutes=30, attempts=1)
    again = await world.start(over, test)
    assert again["deadline_at"] == text(clock.now() + 90 * MINUTE)


async def test_a_later_moment_is_not_promised_to_who_writes_the_last_attempt(
    university: University, clock: StandingClock
) -> None:
    """The window would move and the attempt would not, unless it is the window that ends it."""
    world = await build(university, students=1)
    (student,) = world.students
    limited = await world.make_test(["numeric"])
    by_window = await world.make_test(["numeric"], time_limit_minutes=None, grading={"code": "T2"})
    clock.advance(hours=2)
    attempts = [await world.start(student, test) for test in (limited, by_window)]
    start, later = clock.now(), text(CLOSES + DAY)
    body = {"task_id": limited, "person_id": str(student.person), "reason": "Электр өчтү", "adding": {"until": later}}
    await world.refused(world.teacher, "POST", "/v1/extensions", 409, "attempt-not-lengthened", json=body)
    await world.extend(student, by_window, until=later)
    await world.extend(student, limited, until=later, minutes=30)
    await world.extend(student, limited, until=text(CLOSES + 2 * DAY), attempts=1)
    ends = [(await world.see(student, one))["deadline_at"] for one in attempts]
    assert ends == [text(start + 90 * MINUTE), later]


async def test_nothing_is_promised_behind_ones_own_close(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric"])
    clock.advance(days=3)
    body = {"task_id": test, "person_id": str(student.person), "reason": "Электр өчтү"}
    for adding, ends in (({"attempts": 1}, CLOSES), ({"minutes": 30}, CLOSES + 30 * MINUTE)):
        given = body | {"adding": adding}
        values = await world.refused(world.teacher, "POST", "/v1/extensions", 409, "extension-over", json=given)
        assert datetime.fromisoformat(values["closes_at"]) == ends
    failure = {"began_at": text(CLOSES), "ended_at": text(CLOSES), "story": "Сервер"}
    outage = {"task_id": test, **failure, "reason": "Сервер", "adding": {"minutes": 30}}
    decided = await world.sent(world.teacher, "POST", "/v1/outages", 201, json=outage)
    assert [(one["result"], one["refusal"]) for one in decided["rows"]] == [("refused", "extension-over")]
    await world.extend(student, test, until=text(clock.now() + DAY))
    assert (await world.start(student, test))["deadline_at"] == text(clock.now() + HOUR)


async def test_nothing_is_promised_when_the_sitting_is_closed(university: University, clock: StandingClock) -> None:
    """Nobody can begin any more: it takes another sitting, or a retake. A report can be granted without time."""
    world = await build(university, students=1)
    (student,) = world.students
    head = world.campus.head
    exam = await world.make_test(["numeric"], announced=False, is_exam=True, grading={"code": "EX", "category": "exam"})
    sitting = await world.sent(head, "POST", "/v1/sittings", 201, json={"test_id": exam})
    path = f"/v1/sittings/{sitting['id']}"
    await world.extend(student, exam, minutes=5)  # planned, and not announced yet
    await world.sent(head, "POST", f"{path}/announce", 200, json={"format": "online"})
    clock.advance(hours=2)
    await world.submit(student, await world.start(student, exam))
    failure = {"task_id": exam, "began_at": text(clock.now()), "story": "Электр өчтү"}
    report = await world.sent(student, "POST", "/v1/incidents", 201, json=failure)
    await world.sent(head, "POST", f"{path}/close", 200)

    client, incident = await world.client(world.dean), f"/v1/incidents/{report['id']}"

    async def decide(move: str, **decision: Any) -> Any:
        tag = (await client.get(incident)).headers["etag"]
        return await client.post(f"{incident}/{move}", json=decision or None, headers={"If-Match": tag})

    assert (await decide("review")).status_code == 200
    another = {"attempts": 1, "until": text(CLOSES + 2 * DAY)}
    for adding in (another, {"minutes": 30}):
        refused = await decide("grant", reason="Тастыкталды", adding=adding)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/sitting-closed")
    assert (await decide("grant", reason="Кайра тапшырат")).json()["state"] == "granted"


async def test_a_mistyped_year_is_refused(university: University) -> None:
    """Twice the time that is left until the year 9998 is no moment any more."""
    world = await build(university, students=1)
    await world.agree(world.students[0].person, "additional-testing-time", time_percent=200)
    test = await world.make_test(["numeric"])
    far = {"closes_at": "9998-09-01T00:00:00Z", "reason": "Жылы туура эмес"}
    body = await world.sent(world.teacher, "POST", f"/v1/tests/{test}/move", 422, json=far)
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [("/closes_at", "too-far-from-now")]


async def test_a_format_that_is_agreed_while_one_writes_arrives(university: University, clock: StandingClock) -> None:
    world = await build(university)
    student, other = world.students
    test = await world.make_test(["single-choice"])
    clock.advance(hours=2)
    attempt, others = await world.start(student, test), await world.start(other, test)
    await world.agree(student.person, "spoken", told=True)
    async with world.context.reading(SETUP) as unit:
        (change,) = (await unit.session.scalars(select(AttemptChangeRow))).all()
        (order,) = (await unit.session.scalars(select(ItemRenditionRow))).all()
    assert (str(change.attempt_id), change.kind) == (attempt["id"], "formats")
    assert (order.format, order.state) == ("spoken", "ordered")
    after = await world.see(student, attempt)
    assert (after["deadline_at"], after["changes"]) == (attempt["deadline_at"], 1)
    await deliver(world, "spoken", "ky")
    (place,) = (await world.sent(student, "GET", f"/v1/attempts/{attempt['id']}/paper", 200))["places"]
    assert [one["format"] for one in place["renditions"]] == ["spoken"]
    (place,) = (await world.sent(other, "GET", f"/v1/attempts/{others['id']}/paper", 200))["places"]
    assert place["renditions"] == []
