"""Grades over HTTP: from the plan to the approved result, and all that must not be possible."""

import asyncio
import csv
import random
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.enrolment.service import find_enrolment, held_place
from api.domains.grading import rules
from api.domains.grading.grades import (
    amend_grade,
    annul_grade,
    grade_history,
    post_grade,
    reinstate_grade,
    retake_grade,
)
from api.domains.grading.models import GradeEventRow, JournalEntryRow
from api.domains.grading.rules import EventKind, GradeEvent, SourceKind
from api.domains.people.models import PersonRow
from api.domains.privacy.service import export_person
from api.errors import Problem
from api.events import OutboxRow
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from api.unit import Context, Unit
from tests.api.conftest import University
from tests.api.grading.world import SETUP, Grading, build_grading, desk, student

pytestmark = pytest.mark.anyio


async def test_from_the_plan_to_an_approved_result_and_its_correction(context: Context, university: University) -> None:
    grading = await build_grading(context, students=2)
    ahead, behind = grading.students
    teacher, dean = await desk(university, grading.teacher), await desk(university, grading.dean)
    pupil = await desk(university, student(ahead))
    items = [
        await teacher.do(
            f"/classes/{grading.one}/line-items",
            {"code": code, "titles": {"ky": f"{code} модулу", "ru": f"Модуль {code}"}, "max_points": most},
        )
        for code, most in (("M1", "40"), ("M2", "3"))
    ]
    first, second = (item["id"] for item in items)

    # the plan adds to 100, in a scale of its own
    await teacher.do(f"/classes/{grading.one}/grading-scale", {"scale": "five"}, method="PUT")
    plan = await teacher.get(f"/classes/{grading.one}/grading-plan")
    assert (plan["sum"], plan["is_complete"]) == ("0.00", False)
    halves = {"weights": [{"line_item_id": first, "weight": "60"}, {"line_item_id": second, "weight": "30"}]}
    at = f"/classes/{grading.one}/grading-plan"
    assert await teacher.refused(at, halves, plan["version"], "PUT") == "plan-incomplete"
    halves["weights"][1]["weight"] = "40"
    await teacher.do(at, halves, plan["version"], "PUT")
    assert await teacher.refused(at, halves, plan["version"], "PUT") == "stale-version"

    # posted, and in the journal with the answer; nobody sees it before the release
    await teacher.grade(first, ahead, "30.5")
    await teacher.grade(first, behind, "8")
    await teacher.grade(second, ahead, "2")
    (row, _) = (await teacher.get(f"/classes/{grading.one}/journal"))["items"]
    assert [cell["points"] for cell in row["cells"]] == ["30.50", "2.00"]
    assert (row["total"], row["of"]) == ("0.00", "0.00")
    own = (await pupil.get("/me/grades"))["items"]
    assert [(one["points"], one["state"], one["graded_at"], one["is_released"]) for one in own] == [
        (None, None, None, False)
    ] * 2
    assert "30.50" not in await everything_about(grading, ahead)
    propose = f"/classes/{grading.one}/results/propose"
    assert await teacher.refused(propose, {}) == "grades-not-released"
    for item in (first, second):
        await teacher.do(f"/line-items/{item}/release")
    own = (await pupil.get("/me/grades", "ru"))["items"]
    assert [(one["title"], one["points"], one["state_words"]) for one in own] == [
        ("Модуль M1", "30.50", "поставлена"),
        ("Модуль M2", "2.00", "поставлена"),
    ]

    assert "30.50" in await everything_about(grading, ahead)

    # 60 x 30.5/40 + 40 x 2/3 = 45.75 + 26.666…, rounded once
    rows = await teacher.do(propose, {})
    assert [(one["is_done"], one["problem"]) for one in rows["rows"]] == [(True, None), (False, "grades-missing")]
    rows = await teacher.do(propose, {"missing_as_zero": True})
    assert (rows["done"], rows["refused"]) == (1, 0)
    results = (await dean.get(f"/class-results?class_id={grading.one}"))["items"]
    assert {one["person_id"]: (one["points"], one["grade_code"], one["is_pass"]) for one in results} == {
        str(ahead): ("72.42", "3", True),
        str(behind): ("12.00", "2", False),
    }
    assert (await pupil.get("/me/class-results"))["items"] == []
    one = next(result for result in results if result["person_id"] == str(ahead))
    path = f"/class-results/{one['id']}"
    assert await teacher.refused(f"{path}/approve", version=one["version"]) == "not-allowed"

    # a grade that changes meanwhile makes the proposal stale; it goes back and comes again
    await teacher.do(
        f"/line-items/{second}/grades/{ahead}/amend",
        {"person_id": str(ahead), "points": "3", "reason": "Үчүнчү суроо эсепке алынган эмес"},
        version=1,
    )
    assert await dean.refused(f"{path}/approve", version=one["version"]) == "result-outdated"
    await dean.do(f"{path}/return", {"reason": "Баа өзгөрдү"}, one["version"])
    await teacher.do(propose, {"person_ids": [str(ahead)]})
    waiting = (await dean.get("/class-results?state=proposed"))["items"]
    done = await dean.do(
        f"/classes/{grading.one}/results/approve",
        {"results": [{"id": result["id"], "version": result["version"]} for result in waiting]},
    )
    assert (done["done"], done["refused"]) == (2, 0)
    (mine,) = (await pupil.get("/me/class-results", "ky"))["items"]
    assert (mine["points"], mine["grade"], mine["state"]) == ("85.75", "жакшы", "approved")
    assert await enrolment_state(grading, ahead) == "passed"
    assert await enrolment_state(grading, behind) == "failed"

    # what is approved changes only with a reason and another approval; the weights never
    assert await teacher.refused(f"/line-items/{first}", {"weight": "50"}, 2, "PATCH") == "stale-version"
    version = (await teacher.get(f"/line-items/{first}"))["version"]
    assert await teacher.refused(f"/line-items/{first}", {"weight": "50"}, version, "PATCH") == "plan-fixed"
    rows = await teacher.do(propose, {"person_ids": [str(behind)], "reason": "-"})
    assert rows["rows"][0]["problem"] == "grades-missing"
    await teacher.grade(second, behind, "3")
    await teacher.do(
        f"/line-items/{first}/grades/{behind}/amend",
        {"person_id": str(behind), "points": "20", "reason": "Экинчи барак табылды"},
        version=1,
    )
    rows = await teacher.do(propose, {"person_ids": [str(behind)]})
    assert rows["rows"][0]["problem"] == "invalid-fields"
    await teacher.do(propose, {"person_ids": [str(behind)], "reason": "Экинчи барак табылды"})
    assert await enrolment_state(grading, behind) == "failed"
    (again,) = (await dean.get("/class-results?state=proposed"))["items"]
    await dean.do(f"/class-results/{again['id']}/approve", version=again["version"])
    assert await enrolment_state(grading, behind) == "passed"
    history = (await dean.get(f"/class-results?person_id={behind}"))["items"]
    assert [(result["number"], result["state"]) for result in history] == [(1, "superseded"), (2, "approved")]

    detail = await pupil.get(f"/me/grades/{second}", "en")
    assert [(event["kind_words"], event["points"], event["author"]) for event in detail["history"]] == [
        ("posted", "2.00", "Токтогулова Айнура"),
        ("amended", "3.00", "Токтогулова Айнура"),
    ]


async def everything_about(grading: Grading, person: UUID) -> str:
    """What the person may ask to be handed out."""
    async with grading.context.reading(SETUP) as unit:
        return str(await export_person(unit, person, open_sealed=True))


async def enrolment_state(grading: Grading, person: UUID) -> str:
    async with grading.context.reading(SETUP) as unit:
        place = await held_place(unit, grading.one, person)
        assert place is not None
        return (await find_enrolment(unit, place)).state.value


async def test_two_graders_one_of_whom_is_told_to_read_again(context: Context, university: University) -> None:
    grading = await build_grading(context, students=2)
    item, person = await grading.line_item("M1"), grading.students[0]
    first, second = await desk(university, grading.teacher), await desk(university, grading.colleague)
    await first.grade(item, person, "50")
    path = f"/line-items/{item}/grades/{person}"
    assert await second.refused(f"/line-items/{item}/grades", {"person_id": str(person), "points": "55"}) == (
        "already-graded"
    )
    read = [(await one.get(path))["entry"]["version"] for one in (first, second)]
    change = {"person_id": str(person), "points": "60", "reason": "Кайра саналды"}
    assert await first.refused(f"{path}/amend", change) == "version-needed"
    await first.do(f"{path}/amend", change, read[0])
    stale = await second.ask("POST", f"{path}/amend", {**change, "points": "55"}, read[1])
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    rows = {"grades": [{"person_id": str(person), "points": "55", "version": read[1], "reason": "x"}]}
    done = await second.do(f"/line-items/{item}/grades/bulk", rows)
    assert done["rows"][0]["problem"] == "stale-version"
    detail = await second.get(path)
    assert detail["entry"]["points"] == "60.00"
    assert [(one["kind"], one["points"], one["reason"]) for one in detail["history"]] == [
        ("posted", "50.00", None),
        ("amended", "60.00", "Кайра саналды"),
    ]
    # the person in the body is the person of the path, or nobody's grade changes
    wrong = {**change, "person_id": str(grading.students[1])}
    assert await first.refused(f"{path}/amend", wrong, 2) == "invalid-fields"
    # the same press twice is one amendment
    again = {"Idempotency-Key": "amend-1", "If-Match": '"2"'}
    answers = [await first.ask("POST", f"{path}/amend", {**change, "points": "61"}, headers=again) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert (await first.get(path))["entry"]["sequence"] == 3


async def test_of_many_who_write_at_once_one_is_heard(context: Context, university: University) -> None:
    """Row 9, at the same moment: one first grade, one amendment; the others are told, and nothing is lost."""
    grading = await build_grading(context, students=1)
    item, person = await grading.line_item("M1"), grading.students[0]
    desks = [await desk(university, actor) for actor in (grading.teacher, grading.colleague)] * 4
    path = f"/line-items/{item}/grades"
    answers = await asyncio.gather(
        *(one.ask("POST", path, {"person_id": str(person), "points": str(n)}) for n, one in enumerate(desks))
    )
    assert sorted(one.status_code for one in answers) == [201, *[409] * 7]
    change = {"person_id": str(person), "reason": "Кайра саналды"}
    answers = await asyncio.gather(
        *(
            one.ask("POST", f"{path}/{person}/amend", {**change, "points": str(n)}, version=1)
            for n, one in enumerate(desks)
        )
    )
    assert sorted(one.status_code for one in answers) == [200, *[412] * 7]
    (winner,) = [one.json() for one in answers if one.status_code == 200]
    detail = await desks[0].get(f"{path}/{person}")
    assert detail["entry"]["points"] == winner["points"]
    assert [one["sequence"] for one in detail["history"]] == [1, 2]


async def test_many_grades_are_stored_row_by_row(context: Context, university: University) -> None:
    grading = await build_grading(context, students=3)
    item = await grading.line_item("M1", max_points=Decimal(10))
    teacher = await desk(university, grading.teacher)
    a, b, c = (str(one) for one in grading.students)
    await teacher.grade(item, grading.students[1], "1")
    rows = [
        {"person_id": a, "points": "9.99"},
        {"person_id": b, "points": "5"},
        {"person_id": c, "points": "10.01"},
        {"person_id": str(grading.world.stranger), "points": "5"},
        {"person_id": b, "points": "6", "version": 1},
        {"person_id": b, "points": "6", "version": 1, "reason": "Кайра саналды"},
    ]
    done = await teacher.do(f"/line-items/{item}/grades/bulk", {"grades": rows})
    assert [one["problem"] for one in done["rows"]] == [
        None,
        "already-graded",
        "invalid-fields",
        "not-in-class",
        "invalid-fields",
        None,
    ]
    assert (done["done"], done["refused"]) == (2, 4)
    entries = (await teacher.get(f"/line-items/{item}/grades"))["items"]
    assert {one["person_id"]: one["points"] for one in entries} == {a: "9.99", b: "6.00"}


async def test_nobody_but_who_teaches_the_class_writes_its_journal(context: Context, university: University) -> None:
    """Rows 2, 3, 4 and 14: another teacher, students, a student who teaches elsewhere, a score that is sent along."""
    grading = await build_grading(context, students=2)
    item, person = await grading.line_item("M1"), grading.students[0]
    teacher = await desk(university, grading.teacher)
    await teacher.grade(item, person, "50")
    assistant = Actor(
        account=grading.students[1],
        person=grading.students[1],
        roles=(
            HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({grading.other})),
            HeldRole(Role.STUDENT, Scope.CLASS, frozenset({grading.one})),
        ),
        method=Method.SESSION,
    )
    writes: list[tuple[str, str, Any]] = [
        ("POST", f"/classes/{grading.one}/line-items", {"code": "X", "titles": {"ky": "x"}}),
        ("PATCH", f"/line-items/{item}", {"weight": "100"}),
        ("POST", f"/line-items/{item}/release", None),
        ("POST", f"/line-items/{item}/cancel", None),
        ("PUT", f"/classes/{grading.one}/grading-plan", {"weights": [{"line_item_id": str(item), "weight": "100"}]}),
        ("PUT", f"/classes/{grading.one}/grading-scale", {"scale": "five"}),
        ("POST", f"/line-items/{item}/grades", {"person_id": str(grading.students[1]), "points": "100"}),
        ("POST", f"/line-items/{item}/grades/bulk", {"grades": [{"person_id": str(person), "points": "1"}]}),
        (
            "POST",
            f"/line-items/{item}/grades/{person}/amend",
            {"person_id": str(person), "points": "1", "reason": "x"},
        ),
        ("POST", f"/line-items/{item}/grades/{person}/feedback", {"words": "x"}),
        ("POST", f"/classes/{grading.one}/rubrics", {"titles": {"ky": "x"}, "criteria": [criterion()]}),
        ("POST", f"/classes/{grading.one}/results/propose", {}),
        ("POST", f"/line-items/{item}/retakes", {"person_id": str(person), "cause": "failed", "reason": "x"}),
    ]
    reads = [
        f"/classes/{grading.one}/journal",
        f"/classes/{grading.one}/journal/export",
        f"/classes/{grading.one}/line-items",
        f"/classes/{grading.one}/grading-plan",
        f"/classes/{grading.one}/rubrics",
        f"/line-items/{item}",
        f"/line-items/{item}/grades",
        f"/line-items/{item}/grades/{person}",
        f"/line-items/{item}/works",
        f"/ratings?scope=class&scope_id={grading.one}",
    ]
    pupil = student(grading.students[1])
    for actor in (grading.stranger, pupil, assistant, student(person)):
        other = await desk(university, actor)
        for method, path, body in writes:
            answer = await other.ask(method, path, body, version=1)
            assert answer.status_code in (403, 404), (path, answer.text)
        for path in reads:
            answer = await other.ask("GET", path)
            assert answer.status_code in (403, 404), (path, answer.text)
        listed = (await other.ask("GET", "/class-results")).json()
        assert listed.get("items", []) == []
    visitor = await desk(university, None)
    assert (await visitor.ask("GET", reads[0])).status_code == 401
    # what students write in is refused when it carries a score; the class's own teacher sets none for themselves
    own = await desk(university, pupil)
    await teacher.do(f"/line-items/{item}/release")
    sent = await (await desk(university, student(person))).ask(
        "POST", f"/me/grades/{item}/appeals", {"words": "Кайра карап чыгыңыз", "points": "100"}
    )
    assert sent.status_code == 422
    assert await own.refused(f"/me/grades/{item}/appeals", {"words": "Мага баа коюлган жок"}) == "not-found"
    assert (
        await teacher.refused(f"/line-items/{item}/grades", {"person_id": str(grading.world.stranger), "points": "1"})
        == "not-in-class"
    )
    assert (
        await teacher.refused(f"/line-items/{item}/grades", {"person_id": str(grading.teacher.person), "points": "1"})
        == "own-work"
    )
    async with context.reading(SETUP) as unit:
        (entry,) = (await unit.session.scalars(select(JournalEntryRow))).all()
        assert (entry.points, entry.person_id, entry.version) == (Decimal(50), person, 1)
    head = await desk(university, grading.head)
    assert len((await head.get(f"/classes/{grading.one}/journal"))["items"]) == 2
    assert await head.refused(*writes[6][1:]) == "not-allowed"


def criterion() -> dict[str, Any]:
    return {"code": "c", "titles": {"ky": "x"}, "max_points": "1"}


async def test_the_export_holds_no_formula(context: Context, university: University) -> None:
    grading = await build_grading(context, students=2)
    item = await grading.line_item("=1+1")
    teacher = await desk(university, grading.teacher)
    await teacher.grade(item, grading.students[0], "7.5")
    async with context.writing(SETUP) as unit:
        row = await unit.session.get_one(PersonRow, grading.students[0])
        row.family_name = '=HYPERLINK("http://evil.test")'
    answer = await teacher.ask("GET", f"/classes/{grading.one}/journal/export")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    head, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert head[2].startswith("'=1+1")
    assert sorted(cells[2] for cells in rows) == ["", "7.50"]
    assert not [cell for cells in (head, *rows) for cell in cells if cell.startswith(("=", "+", "-", "@"))]


async def test_the_journal_is_the_fold_of_its_events_on_the_database(context: Context) -> None:
    grading = await build_grading(context, students=2)
    items = [await grading.line_item(code) for code in ("A", "B")]
    drawn = random.Random(5)
    judges = (grading.dean, grading.registry)
    refused = 0

    async def one_of_many(unit: Unit) -> None:
        item, person = drawn.choice(items), drawn.choice(grading.students)
        points = Decimal(drawn.randint(0, 10_000)) / 100
        match drawn.choice(list(EventKind)):
            case EventKind.POSTED:
                await post_grade(unit, item, person, points, author_id=grading.teacher.person)
            case EventKind.AMENDED:
                await amend_grade(unit, item, person, points, reason="x", author_id=grading.teacher.person)
            case EventKind.RETAKEN:
                await retake_grade(unit, item, person, points, new_id(), reason="x", author_id=grading.teacher.person)
            case EventKind.ANNULLED:
                await annul_grade(unit, item, person, "x", new_id())
            case EventKind.REINSTATED:
                await reinstate_grade(unit, item, person, "x", new_id())

    for _ in range(120):
        try:
            async with context.writing(drawn.choice(judges)) as unit:
                await one_of_many(unit)
        except Problem:
            refused += 1
        async with context.reading(SETUP) as unit:
            for entry in (await unit.session.scalars(select(JournalEntryRow))).all():
                history = await grade_history(unit, entry.line_item_id, entry.person_id)
                folded = rules.fold(GradeEvent(EventKind(one.kind), one.points) for one in history)
                assert folded is not None
                assert (entry.state, entry.points, entry.sequence) == (folded.state, folded.points, folded.sequence)
                assert [one.sequence for one in history] == [*range(1, len(history) + 1)]
                assert entry.version == entry.sequence
    async with context.reading(SETUP) as unit:
        events = (await unit.session.scalars(select(GradeEventRow))).all()
        told = await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind.like("grade.%")))
        assert len(events) + refused == 120
        assert len(events) == len(told.all())
        assert {one.kind for one in events} == {kind.value for kind in EventKind}


async def test_a_grade_is_taken_away_only_by_a_second_person(context: Context) -> None:
    grading = await build_grading(context, students=2)
    item, person = await grading.line_item("M1"), grading.students[0]
    case = new_id()

    async def annul(actor: Actor) -> str | None:
        try:
            async with context.writing(actor) as unit:
                await annul_grade(unit, item, person, "Плагиат", case)
        except Problem as problem:
            return problem.slug
        return None

    async with context.writing(SETUP) as unit:
        source = new_id()
        entry = await post_grade(
            unit, item, person, Decimal(70), SourceKind.ATTEMPT, source, author_id=grading.teacher.person
        )
        again = await post_grade(unit, item, person, Decimal(70), SourceKind.ATTEMPT, source)
        assert (entry.id, again.sequence) == (again.id, 1)
    assert await annul(SETUP) == "second-person-needed"
    assert await annul(grading.teacher) == "second-person-needed"
    assert await annul(student(person)) == "second-person-needed"
    assert await annul(grading.dean) is None
    assert await annul(grading.dean) == "move-not-allowed"
    async with context.writing(grading.registry) as unit:
        with pytest.raises(Problem) as refused:
            await post_grade(unit, item, person, Decimal(70))
        assert refused.value.slug == "move-not-allowed"
        back = await reinstate_grade(unit, item, person, "Апелляция канааттандырылды", case)
        assert (back.points, back.state, back.sequence) == (Decimal(70), "posted", 3)
