"""What may follow a grade: a retake at another time, an appeal, a place in a rating, a mail, and being forgotten."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.conditions.service import NewTask, TaskKind, announce_task, cancel_task, create_task
from api.domains.enrolment.service import held_place
from api.domains.grading.errors import SelfCheckNotGraded
from api.domains.grading.mails import MAILS
from api.domains.grading.models import AppealRow, ClassResultRow, FeedbackRow
from api.domains.grading.seeding import seed_journal
from api.domains.grading.service import (
    RETENTION,
    NewLineItem,
    authors_of,
    class_results,
    create_line_item,
    journal_entry,
    line_item_of_task,
)
from api.domains.people.models import PersonRow, RoleAssignmentRow
from api.events import OutboxRow
from api.unit import Context
from tests.api.conftest import NOW, StandingClock, University
from tests.api.grading.world import SETUP, Grading, build_grading, desk, set_scale, student

pytestmark = pytest.mark.anyio


def at(**later: int) -> str:
    return (NOW + timedelta(**later)).isoformat()


async def test_a_retake_happens_at_a_time_of_its_own_and_the_rule_says_what_counts(
    context: Context, university: University, clock: StandingClock
) -> None:
    """Clause 6.5: absent or failed; number, window and result by the rule of the scale."""
    grading = await build_grading(context, students=3)
    await set_scale(grading)
    failed, absent, passed = (str(one) for one in grading.students)
    item = await grading.line_item("M1")
    teacher, dean = await desk(university, grading.teacher), await desk(university, grading.dean)
    registry, pupil = await desk(university, grading.registry), await desk(university, student(UUID(failed)))
    rule = {
        "scale_version_id": str(grading.scale_version),
        "most": 2,
        "window_days": 10,
        "counts": "better",
        "highest_percent": "80",
        "appeal_days": 3,
        "source": "№ 34 Жобо",
    }
    assert await dean.refused("/retake-rules", rule) == "not-allowed"
    kept = await registry.do("/retake-rules", rule)
    assert await registry.refused("/retake-rules", rule) == "retake-rule-exists"
    await teacher.grade(item, grading.students[0], "40")
    await teacher.grade(item, grading.students[2], "60")
    grant = f"/line-items/{item}/retakes"
    for_failed = {"person_id": failed, "cause": "failed", "reason": "Өткөн жок"}
    assert await dean.refused(grant, for_failed) == "grades-not-released"
    await teacher.do(f"/line-items/{item}/release")
    for person, cause in ((passed, "failed"), (absent, "failed"), (failed, "absent")):
        assert await dean.refused(grant, {"person_id": person, "cause": cause, "reason": "x"}) == "retake-not-due"
    assert await teacher.refused(grant, for_failed) == "not-allowed"
    first = await dean.do(grant, for_failed)
    assert await dean.refused(grant, for_failed) == "retake-open"
    path = f"/retakes/{first['id']}"
    late = {"held_at": at(days=11)}
    assert await dean.refused(f"{path}/schedule", late, 1) == "invalid-fields"
    planned = await dean.do(f"{path}/schedule", {"held_at": at(days=2)}, 1)
    body = {"person_id": failed, "points": "55", "reason": "Кайра тапшырды"}
    assert await teacher.refused(f"{path}/grade", body, planned["version"]) == "retake-not-held"
    clock.advance(days=3)
    assert await teacher.refused(f"{path}/grade", {**body, "points": "80.01"}, planned["version"]) == "invalid-fields"
    assert await pupil.refused(f"{path}/grade", body, planned["version"]) == "not-allowed"
    await teacher.do(f"{path}/grade", body, planned["version"])
    assert await pupil.refused(f"{path}/cancel", {"reason": "x"}, 3) == "not-allowed"

    # the second time worse: the better one stays, both are in the history; then none is left
    changed = {name: value for name, value in rule.items() if name != "scale_version_id"}
    await registry.do(f"/retake-rules/{kept['id']}", {**changed, "counts": "last"}, kept["version"], "PUT")
    second = await dean.do(grant, for_failed)
    assert (first["counts"], second["counts"], second["number"]) == ("better", "last", 2)
    planned = await dean.do(f"/retakes/{second['id']}/schedule", {"held_at": at(days=4)}, second["version"])
    clock.advance(days=2)
    await teacher.do(f"/retakes/{second['id']}/grade", {**body, "points": "50"}, planned["version"])
    assert await dean.refused(grant, for_failed) == "retakes-used-up"
    history = (await pupil.get(f"/me/grades/{item}"))["history"]
    assert [(one["kind"], one["points"]) for one in history] == [
        ("posted", "40.00"),
        ("retaken", "55.00"),
        ("retaken", "50.00"),
    ]
    mine = (await pupil.get("/retakes"))["items"]
    assert [(one["state"], one["points"]) for one in mine] == [("graded", "55.00"), ("graded", "50.00")]
    assert [one["reason"] for one in mine] == ["Өткөн жок"] * 2
    assert [one["reason"] for one in (await teacher.get("/retakes"))["items"]] == [None] * 2
    assert (await (await desk(university, grading.stranger)).get("/retakes"))["items"] == []

    # who was absent: missed once, cancelled once, and then the window is over
    for_absent = {"person_id": absent, "cause": "absent", "reason": "Ооруп калган"}
    third = await dean.do(grant, for_absent)
    planned = await dean.do(f"/retakes/{third['id']}/schedule", {"held_at": at(days=6)}, third["version"])
    assert await teacher.refused(f"/retakes/{third['id']}/miss", {"reason": "x"}, planned["version"]) == (
        "retake-not-held"
    )
    await dean.do(f"/retakes/{third['id']}/cancel", {"reason": "Окутуучу ооруду"}, planned["version"])
    again = await dean.do(grant, for_absent)
    planned = await dean.do(f"/retakes/{again['id']}/schedule", {"held_at": at(days=6)}, again["version"])
    clock.advance(days=2)
    assert (await teacher.do(f"/retakes/{again['id']}/miss", {"reason": "Келген жок"}, planned["version"]))[
        "state"
    ] == "missed"
    clock.advance(days=4)
    assert await dean.refused(grant, for_absent) == "retake-window-over"


async def test_an_appeal_is_decided_by_who_did_not_give_the_grade(
    context: Context, university: University, clock: StandingClock
) -> None:
    grading = await build_grading(context, students=2)
    item, person = await grading.line_item("M1"), grading.students[0]
    teacher, head = await desk(university, grading.teacher), await desk(university, grading.head)
    dean, mine = await desk(university, grading.dean), await desk(university, student(person))
    other = await desk(university, student(grading.students[1]))
    await teacher.grade(item, person, "40")
    submit, words = f"/me/grades/{item}/appeals", {"words": "Үчүнчү суроого жооп бердим"}
    assert await mine.refused(submit, words) == "not-found"
    await teacher.do(f"/line-items/{item}/release")
    appeal = await mine.do(submit, words)
    path = f"/appeals/{appeal['id']}"
    assert await mine.refused(submit, words) == "appeal-exists"
    assert await other.refused(path, method="GET") == "not-found"
    assert (await other.get("/appeals"))["items"] == []
    assert [one["id"] for one in (await head.get("/appeals?state=submitted"))["items"]] == [appeal["id"]]
    decision = {"points": "45", "reason": "Жооп бар экен"}
    assert await teacher.refused(f"{path}/review", version=1) == "not-found"
    assert await mine.refused(f"{path}/grant", decision, 1) == "not-allowed"
    assert await head.refused(f"{path}/grant", decision, 1) == "move-not-allowed"
    assert await head.refused(f"{path}/close", version=1) == "move-not-allowed"
    reviewed = await head.do(f"{path}/review", version=1)
    assert await mine.refused(f"{path}/close", version=reviewed["version"]) == "move-not-allowed"
    assert await head.refused(f"{path}/grant", {**decision, "points": "40"}, reviewed["version"]) == "invalid-fields"
    assert await head.refused(f"{path}/refuse", {"reason": " "}, reviewed["version"]) == "invalid-fields"
    granted = await head.do(f"{path}/grant", decision, reviewed["version"])
    assert await dean.refused(f"{path}/refuse", {"reason": "x"}, granted["version"]) == "move-not-allowed"
    own = await mine.get(f"/me/grades/{item}", "ru")
    assert [(one["points"], one["reason"], one["source"]) for one in own["history"]][1:] == [
        ("45.00", "Жооп бар экен", "appeal")
    ]
    async with context.reading(SETUP) as unit:
        assert await authors_of(unit, item, person) == {grading.teacher.person, grading.head.person}
    # the amended grade may be appealed again, but not before the one who amended it, and not for ever
    again = await mine.do(submit, words)
    assert await head.refused(f"/appeals/{again['id']}/review", version=1) == "second-person-needed"
    reviewed = await dean.do(f"/appeals/{again['id']}/review", version=1)
    refused = await dean.do(f"/appeals/{again['id']}/refuse", {"reason": "Негиз жок"}, reviewed["version"])
    assert await mine.refused(submit, words) == "appeal-exists"
    await mine.do(f"/appeals/{again['id']}/close", version=refused["version"])
    assert await mine.refused(submit, words) == "appeal-exists"
    clock.advance(days=3)
    await teacher.grade(item, grading.students[1], "40")
    clock.advance(days=3)
    assert await other.refused(submit, words) == "appeal-time-over"


async def test_a_rating_shows_students_their_own_place_alone(context: Context, university: University) -> None:
    grading = await build_grading(context, students=3)
    item = await grading.line_item("M1", weight=Decimal(100))
    teacher = await desk(university, grading.teacher)
    for person, points in zip(grading.students, ("70", "90", "70"), strict=True):
        await teacher.grade(item, person, points)
    of_class = f"scope=class&scope_id={grading.one}"
    mine = await desk(university, student(grading.students[0]))
    assert (await mine.get(f"/me/rating?{of_class}"))["points"] is None
    await teacher.do(f"/line-items/{item}/release")
    own = await mine.get(f"/me/rating?{of_class}")
    assert (own["rank"], own["of"], own["points"]) == (2, 3, "70.00")
    assert await mine.refused(f"/ratings?{of_class}", method="GET") in ("not-found", "not-allowed")
    stranger = await desk(university, student(grading.world.stranger))
    assert await stranger.refused(f"/me/rating?{of_class}", method="GET") == "not-found"
    listed = (await teacher.get(f"/ratings?{of_class}"))["items"]
    assert sorted(one["rank"] for one in listed) == [1, 2, 2]

    # of a programme: approved results alone
    async with context.writing(SETUP) as unit:
        for person, reached in zip(grading.students, (70, 90), strict=False):
            unit.session.add(await a_result(grading, person, Decimal(reached)))
        await unit.session.flush()
        found = await class_results(unit, grading.students[1], grading.world.semester)
        assert [(one.points, one.grade_code) for one in found] == [(Decimal(90), "5")]
    of_programme = f"scope=programme&scope_id={grading.world.programme}"
    assert await mine.refused(f"/me/rating?{of_programme}", method="GET") == "invalid-fields"
    semester = f"&academic_session_id={grading.world.semester}"
    own = await mine.get(f"/me/rating?{of_programme}{semester}")
    assert (own["rank"], own["of"], own["points"]) == (2, 2, "70.00")
    without = await desk(university, student(grading.students[2]))
    assert await without.refused(f"/me/rating?{of_programme}{semester}", method="GET") == "not-found"
    dean = await desk(university, grading.registry)
    assert len((await dean.get(f"/ratings?{of_programme}{semester}"))["items"]) == 2


async def a_result(grading: Grading, person: UUID, points: Decimal) -> ClassResultRow:
    async with grading.context.reading(SETUP) as unit:
        enrolment = await held_place(unit, grading.one, person)
    values: dict[str, Any] = {
        "class_id": grading.one,
        "person_id": person,
        "enrolment_id": enrolment,
        "study_id": grading.world.studies[person],
        "course_id": grading.world.courses[0],
        "academic_session_id": grading.world.semester,
        "programme_id": grading.world.programme,
        "unit_id": grading.world.department,
        "study_unit_id": grading.world.faculty,
    }
    return ClassResultRow(
        created_at=NOW,
        number=1,
        points=points,
        scale_version_id=grading.scale_version,
        grade_code="5",
        is_pass=True,
        parts=[],
        state="approved",
        decided_at=NOW,
        **values,
    )


async def test_a_self_check_never_reaches_the_journal_and_a_cancelled_task_leaves_it(context: Context) -> None:
    """Clause 4.1 e."""
    grading = await build_grading(context, students=1)

    async def task(is_self_check: bool) -> UUID:
        async with context.writing(SETUP) as unit:
            return await create_task(
                unit,
                NewTask(
                    kind=TaskKind.TEST,
                    class_id=grading.one,
                    titles={"ky": "Тест"},
                    opens_at=NOW + timedelta(days=1),
                    due_at=NOW + timedelta(days=2),
                    closes_at=NOW + timedelta(days=2),
                    is_self_check=is_self_check,
                ),
            )

    practice, exam = await task(True), await task(False)
    async with context.writing(SETUP) as unit:
        with pytest.raises(SelfCheckNotGraded):
            await create_line_item(
                unit, NewLineItem(class_id=grading.one, code="P", titles={"ky": "P"}, task_id=practice)
            )
        await create_line_item(unit, NewLineItem(class_id=grading.one, code="T", titles={"ky": "T"}, task_id=exam))
        await announce_task(unit, exam)
        await cancel_task(unit, exam, "Сессия жылды")
        found = await line_item_of_task(unit, exam)
        assert found is not None
        assert found.state == "cancelled"
        assert await line_item_of_task(unit, practice) is None


async def test_the_mail_tells_that_there_is_a_grade_and_not_which(context: Context, university: University) -> None:
    grading = await build_grading(context, students=2)
    person = grading.students[0]
    async with context.writing(SETUP) as unit:
        row = await unit.session.get_one(PersonRow, person)
        row.email, row.language = "asanov@university.test", "ru"
    item = await grading.line_item("M1")
    teacher = await desk(university, grading.teacher)
    for one in grading.students:
        await teacher.grade(item, one, "73.21")
    await teacher.do(f"/line-items/{item}/release")
    async with context.writing(SETUP) as unit:
        events = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "grade.released"))).all()
        mails = [await MAILS["grade.released"](unit, event) for event in events]
        (mail,) = [one for one in mails if one is not None]  # who has no address gets none
        assert "Модуль M1" in mail.text
        assert mail.to == "asanov@university.test"
        assert "73.21" not in mail.text + mail.subject


async def test_the_mails_of_a_retake_and_an_appeal_say_when_and_where_to_look(
    context: Context, university: University
) -> None:
    grading = await build_grading(context, students=1)
    await set_scale(grading)
    item, person = await grading.line_item("M1"), grading.students[0]
    teacher, dean = await desk(university, grading.teacher), await desk(university, grading.dean)
    mine = await desk(university, student(person))
    async with context.writing(SETUP) as unit:
        (await unit.session.get_one(PersonRow, person)).email = "asanov@university.test"
    await teacher.grade(item, person, "13.37")
    await teacher.do(f"/line-items/{item}/release")
    why = {"person_id": str(person), "cause": "failed", "reason": "Ооруп калган"}
    granted = await dean.do(f"/line-items/{item}/retakes", why)
    await dean.do(f"/retakes/{granted['id']}/schedule", {"held_at": at(days=2)}, granted["version"])
    appeal = await mine.do(f"/me/grades/{item}/appeals", {"words": "Макул эмесмин"})
    reviewed = await dean.do(f"/appeals/{appeal['id']}/review", version=1)
    await dean.do(f"/appeals/{appeal['id']}/refuse", {"reason": "Негиз жок"}, reviewed["version"])
    async with context.writing(SETUP) as unit:
        rows = await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind.in_(MAILS)).order_by(OutboxRow.id))
        mails = {row.kind: await MAILS[row.kind](unit, row) for row in rows.all()}
    assert sorted(mails) == ["appeal.refused", "grade.released", "retake.scheduled"]
    texts = {kind: "" if mail is None else mail.subject + mail.text for kind, mail in mails.items()}
    assert "2026-09-03 10:00" in texts["retake.scheduled"]  # where the university is
    assert "M1 модулу" in texts["appeal.refused"]
    assert not [one for one in texts.values() for word in ("13", "Ооруп", "Негиз") if word in one]


async def test_words_about_who_has_left_are_forgotten_and_grades_are_not(
    context: Context, university: University
) -> None:
    grading = await build_grading(context, students=2)
    item, person = await grading.line_item("M1"), grading.students[0]
    teacher = await desk(university, grading.teacher)
    await teacher.grade(item, person, "70")
    await teacher.do(f"/line-items/{item}/grades/{person}/feedback", {"words": "Жакшы"})
    await teacher.do(f"/line-items/{item}/release")
    await (await desk(university, student(person))).do(f"/me/grades/{item}/appeals", {"words": "Макул эмесмин"})

    async def sweep(years: int) -> list[int]:
        before = NOW + timedelta(days=365 * years)
        async with context.writing(SETUP) as unit:
            return [await rule.sweep(unit, before, 100) for rule in RETENTION]

    assert await sweep(1) == [0, 0]  # still studies
    async with context.writing(SETUP) as unit:
        for role in (
            await unit.session.scalars(select(RoleAssignmentRow).where(RoleAssignmentRow.person_id == person))
        ).all():
            role.ends_on = NOW.date()
    assert await sweep(1) == [1, 1]
    assert await sweep(1) == [0, 0]
    async with context.reading(SETUP) as unit:
        assert (await unit.session.scalars(select(FeedbackRow))).all() == []
        assert [one.words for one in await unit.session.scalars(select(AppealRow))] == [""]
        entry = await journal_entry(unit, item, person)
        assert entry is not None
        assert entry.points == Decimal(70)


async def test_a_demonstration_keeps_every_rule(context: Context, university: University) -> None:
    grading = await build_grading(context, students=4)
    teacher, head = grading.teacher.person, grading.head.person
    assert teacher and head
    async with context.writing(SETUP) as unit:
        made = await seed_journal(unit, grading.one, teacher=teacher, head=head, scale="five")
    desk_of = await desk(university, grading.teacher)
    plan = await desk_of.get(f"/classes/{grading.one}/grading-plan")
    assert (plan["sum"], plan["is_complete"]) == ("100.00", True)
    assert len((await desk_of.get(f"/line-items/{made.first}/grades"))["items"]) == 4
    appealed = await (await desk(university, student(grading.students[1]))).get("/appeals")
    assert [one["state"] for one in appealed["items"]] == ["refused"]
