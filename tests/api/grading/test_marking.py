"""Works that persons mark: blind and twice, by a rubric, with a recording; and what a student gets of it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.audit.models import AuditRow
from api.domains.grading.service import (
    SourceKind,
    grade_history,
    journal_entry,
    marking_of,
    post_grade,
    withdraw_marking,
)
from api.domains.people.service import full_names
from api.domains.privacy.service import export_person
from api.events import OutboxRow
from api.identity import Actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import University
from tests.api.grading.world import SETUP, Desk, Grading, build_grading, desk, student

pytestmark = pytest.mark.anyio
WAV = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\0\0\0\0"
RUBRIC: dict[str, Any] = {
    "titles": {"ky": "Эссе", "ru": "Эссе", "en": "Essay"},
    "criteria": [
        {
            "code": "argument",
            "titles": {"ky": "Далилдөө", "ru": "Аргументация", "en": "Argument"},
            "max_points": "6",
            "levels": [
                {"code": "weak", "titles": {"ky": "алсыз", "ru": "слабо", "en": "weak"}, "points": "2"},
                {"code": "strong", "titles": {"ky": "ынанымдуу", "ru": "убедительно", "en": "strong"}, "points": "6"},
            ],
        },
        {"code": "language", "titles": {"ky": "Тили", "ru": "Язык", "en": "Language"}, "max_points": "4"},
    ],
}


def scores(argument: str, language: str) -> dict[str, Any]:
    return {
        "scores": [
            {"criterion": "argument", "points": argument, "comment": "Далилдер жетиштүү"},
            {"criterion": "language", "points": language},
        ],
        "comment": "Жакшы иш",
    }


async def mark(one: Desk, work: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """Takes, writes and finishes."""
    taken = await one.do(f"/marking-works/{work}/take")
    saved = await one.do(f"/markings/{taken['id']}", body, taken["version"], "PATCH")
    done: dict[str, Any] = await one.do(f"/markings/{taken['id']}/finish", version=saved["version"])
    return done


async def test_blind_works_belong_to_nobody_until_all_are_released(context: Context, university: University) -> None:
    """Row 17: no id, name or time of a student in anything that a marker, a log or a listener gets."""
    grading = await build_grading(context, students=3)
    first, second = await desk(university, grading.teacher), await desk(university, grading.colleague)
    head, pupil = await desk(university, grading.head), await desk(university, student(grading.students[0]))
    rubric = await first.do(f"/classes/{grading.one}/rubrics", RUBRIC)
    item = await grading.line_item(
        "E1",
        max_points=Decimal(10),
        is_blind=True,
        second_marker=True,
        threshold=Decimal(2),
        rubric_version_id=UUID(rubric["version_id"]),
    )
    submissions = [new_id() for _ in grading.students]
    works = [
        await grading.work(item, person, work_id=submission, deduction_percent=Decimal(10 * place))
        for place, (person, submission) in enumerate(zip(grading.students, submissions, strict=True))
    ]
    assert await grading.work(item, grading.students[0], work_id=submissions[0]) == works[0]

    queue = (await first.get(f"/line-items/{item}/works"))["items"]
    assert [(one["person_ids"], one["names"], one["work_id"]) for one in queue] == [(None, None, None)] * 3
    assert sorted(queue, key=lambda one: one["id"]) == queue
    assert len({one["code"] for one in queue}) == 3

    # the second marker sees nothing of the first before having finished too
    mine = await mark(first, works[0], scores("6", "3.5"))
    assert (mine["points"], mine["other"], mine["work_state"]) == ("9.50", None, "waiting")
    taken = await second.do(f"/marking-works/{works[0]}/take")
    assert (taken["points"], taken["scores"], taken["comment"], taken["other"]) == (None, [], "", None)
    assert await second.refused(f"/markings/{mine['id']}", method="GET") == "not-found"
    assert await head.refused(f"/markings/{mine['id']}", method="GET") == "not-allowed"
    assert await first.refused(f"/line-items/{item}/release") == "marking-unfinished"
    theirs = await mark(second, works[0], scores("6", "2.5"))
    assert (theirs["points"], theirs["other"], theirs["work_state"]) == ("8.50", "9.50", "finished")
    assert await first.refused(f"/marking-works/{works[0]}/take") == "move-not-allowed"

    # too far apart: the head decides, with a reason, and nobody who marked
    await mark(first, works[1], scores("6", "4"))
    await mark(second, works[1], scores("2", "1"))
    disputed = await head.get(f"/marking-works/{works[1]}")
    assert (disputed["state"], [one["points"] for one in disputed["markings"]]) == ("disputed", ["10.00", "3.00"])
    assert (await first.get(f"/marking-works/{works[1]}"))["markings"] == []
    assert (await head.get(f"/marking-works/{works[2]}"))["markings"] == []  # nobody is done yet
    decision = {"points": "7", "reason": "Экинчи суроо туура чечилген"}
    assert await first.refused(f"/marking-works/{works[1]}/decide", decision, disputed["version"]) == "not-allowed"
    await head.do(f"/marking-works/{works[1]}/decide", decision, disputed["version"])
    for one in (first, second):
        await mark(one, works[2], scores("2", "2"))
    taken_file = await first.ask("GET", "/me/markings")
    assert taken_file.json()["items"] == []

    # grades are posted by nobody's hand, and there are none to be seen
    by_hand = {"person_id": str(grading.students[0]), "points": "1"}
    assert await first.refused(f"/line-items/{item}/grades", by_hand) == "graded-blind"
    assert (await first.get(f"/line-items/{item}/grades"))["items"] == []
    assert all(row["cells"] == [] for row in (await first.get(f"/classes/{grading.one}/journal"))["items"])
    exported = await first.ask("GET", f"/classes/{grading.one}/journal/export")
    assert "E1" not in exported.text
    assert await pupil.refused(f"/me/grades/{item}", method="GET") == "not-found"
    by = await pupil.get(f"/me/grades/{item}/rubric")
    assert [one["code"] for one in by["criteria"]] == ["argument", "language"]
    await no_trace(grading, submissions, first, second, head)

    # the release gives everything at once, in each one's language
    await first.do(f"/line-items/{item}/release")
    own = await pupil.get(f"/me/grades/{item}", "ru")
    assert own["points"] == "9.00"
    assert [(one["words"], [(s["title"], s["points"]) for s in one["scores"]]) for one in own["feedback"]] == [
        ("Жакшы иш", [("Аргументация", "6"), ("Язык", "3.5")]),
        ("Жакшы иш", [("Аргументация", "6"), ("Язык", "2.5")]),
    ]
    async with context.reading(SETUP) as unit:
        entries = [await journal_entry(unit, item, person) for person in grading.students]
        assert [one and one.points for one in entries] == [Decimal(9), Decimal("6.30"), Decimal("3.20")]
        (event,) = await grade_history(unit, item, grading.students[1])
        assert (event.author_id, event.source_id) == (grading.head.person, submissions[1])
        told = [one.kind for one in await unit.session.scalars(select(OutboxRow).order_by(OutboxRow.id))]
        assert told.count("marking.finished") == told.count("grade.posted") == told.count("grade.released") == 3
    assert (await first.get(f"/marking-works/{works[0]}"))["person_ids"] == [str(grading.students[0])]


async def no_trace(grading: Grading, submissions: list[UUID], *desks: Desk) -> None:
    async with grading.context.reading(SETUP) as unit:
        names = await full_names(unit, grading.students)
        audit = [f"{row.person} {row.subject_id} {row.facts}" for row in await unit.session.scalars(select(AuditRow))]
        outbox = [f"{row.kind} {row.person} {row.ids}" for row in await unit.session.scalars(select(OutboxRow))]
        export = str(await export_person(unit, grading.students[0], open_sealed=True))
    of_students = [str(one) for one in (*grading.students, *submissions)] + [*names.values()]
    for one in desks:
        for answer in one.answers:
            if "/journal" in str(answer.url) or (answer.request.method == "POST" and answer.status_code >= 400):
                continue  # the roster is known; what was sent is not what is answered
            seen = f"{answer.request.url} {answer.headers} {answer.text}"
            assert not [trace for trace in of_students if trace in seen], seen
    after_setup = [line for line in audit + outbox if "marking" in line or "grade" in line]
    assert not [line for line in after_setup for trace in of_students if trace in line]
    assert "grade_event" not in export
    assert "journal_entry" not in export
    assert "Жакшы иш" not in export


async def test_a_rubric_that_was_used_stays_as_it_is(context: Context, university: University) -> None:
    grading = await build_grading(context, students=2)
    teacher = await desk(university, grading.teacher)
    rubric = await teacher.do(f"/classes/{grading.one}/rubrics", RUBRIC)
    path = f"/rubrics/{rubric['id']}"
    edited = {**RUBRIC, "criteria": [RUBRIC["criteria"][0], {**RUBRIC["criteria"][1], "max_points": "14"}]}
    same = await teacher.do(path, edited, rubric["version"], "PUT")
    assert (same["version_id"], same["number"], same["sum"]) == (rubric["version_id"], 1, "20.00")
    assert await teacher.refused(path, RUBRIC, rubric["version"], "PUT") == "stale-version"
    ten = {"code": "E", "titles": {"ky": "Эссе"}, "max_points": "10", "rubric_version_id": same["version_id"]}
    assert await teacher.refused(f"/classes/{grading.one}/line-items", ten) == "invalid-fields"
    item = (await teacher.do(f"/classes/{grading.one}/line-items", {**ten, "max_points": "20"}))["id"]
    other = await desk(university, grading.stranger)
    theirs = {**ten, "max_points": "20"}
    assert await other.refused(f"/classes/{grading.other}/line-items", theirs) == "invalid-fields"

    work = await grading.work(UUID(item), *grading.students)
    taken = await teacher.do(f"/marking-works/{work}/take")
    at = f"/markings/{taken['id']}"
    wrong = {"scores": [{"criterion": "argument", "points": "5", "level": "strong"}]}
    assert await teacher.refused(at, wrong, taken["version"], "PATCH") == "invalid-fields"
    half = await teacher.do(at, {"scores": [{"criterion": "argument", "points": "6"}]}, taken["version"], "PATCH")
    assert await teacher.refused(f"{at}/finish", version=half["version"]) == "invalid-fields"
    assert await teacher.refused(at, scores("6", "1"), taken["version"], "PATCH") == "stale-version"
    saved = await teacher.do(at, scores("6", "8.25"), half["version"], "PATCH")

    later = await teacher.do(path, RUBRIC, same["version"] + 1, "PUT")
    assert (later["number"], later["version_id"] == same["version_id"]) == (2, False)
    version = (await teacher.get(f"/line-items/{item}"))["version"]
    change = {"rubric_version_id": later["version_id"], "max_points": "10"}
    assert await teacher.refused(f"/line-items/{item}", change, version, "PATCH") == "line-item-in-use"
    await teacher.do(f"{at}/finish", version=saved["version"])
    entries = (await teacher.get(f"/line-items/{item}/grades"))["items"]
    assert [one["points"] for one in entries] == ["14.25"] * 2  # a group's work is everybody's grade


async def test_a_recording_comes_with_the_grade_and_not_before(context: Context, university: University) -> None:
    grading = await build_grading(context, students=2)
    teacher, colleague = await desk(university, grading.teacher), await desk(university, grading.colleague)
    mine, other = [await desk(university, student(one)) for one in grading.students]
    item = await grading.line_item("E1", max_points=Decimal(10))
    work = await grading.work(item, grading.students[0])
    taken = await teacher.do(f"/marking-works/{work}/take")
    assert await colleague.refused(f"/marking-works/{work}/take") == "marker-taken"
    at = f"/v1/markings/{taken['id']}/files"
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''pikir.wav", "Content-Type": "audio/wav"}
    sent = await teacher.client.post(at, content=WAV, headers=headers)
    assert sent.status_code == 201, sent.text
    hostile = {"Content-Disposition": 'attachment; filename="a.wav"', "Content-Type": "audio/wav"}
    refused = await teacher.client.post(at, content=b"<html><script>alert(1)</script>", headers=hostile)
    assert refused.status_code in (415, 422), refused.text
    saved = await teacher.do(
        f"/markings/{taken['id']}", {"points": "7", "comment": "Угуңуз"}, taken["version"], "PATCH"
    )
    await teacher.do(f"/markings/{taken['id']}/finish", version=saved["version"])
    detail = await teacher.get(f"/line-items/{item}/grades/{grading.students[0]}")
    (file,) = [one for one in detail["feedback"] if one["file_path"]]
    own_path = f"/me/feedback/{file['id']}/file"
    for one in (mine, other):
        assert await one.refused(own_path, method="GET") == "not-found"
        assert await one.refused(file["file_path"].removeprefix("/v1"), method="GET") == "not-found"
    assert await mine.refused(f"/me/grades/{item}", method="GET") == "not-found"
    await teacher.do(f"/line-items/{item}/release")
    given = await mine.get(f"/me/grades/{item}")
    (file,) = [one for one in given["feedback"] if one["file_path"]]
    played = await mine.ask("GET", file["file_path"].removeprefix("/v1"))
    assert (played.content, played.headers["X-Content-Type-Options"]) == (WAV, "nosniff")
    assert played.headers["Content-Disposition"].startswith("attachment")
    assert await other.refused(own_path, method="GET") == "not-found"
    # words by hand, taken back by who wrote them
    words = await teacher.do(f"/line-items/{item}/grades/{grading.students[0]}/feedback", {"words": "Жаңылыш"})
    stray = f"/line-items/{item}/feedback/{words['id']}"
    assert await colleague.refused(stray, method="DELETE") == "not-found"
    assert (await teacher.ask("DELETE", stray)).status_code == 204
    assert "Жаңылыш" not in str(await mine.get(f"/me/grades/{item}"))


async def test_a_later_version_takes_the_place_of_one_that_waits_and_amends_one_that_is_graded(
    context: Context, university: University
) -> None:
    grading = await build_grading(context, students=2)
    person = grading.students[0]
    teacher = await desk(university, grading.teacher)
    item = await grading.line_item("E1", max_points=Decimal(10))
    early, graded, late = (new_id() for _ in range(3))
    waiting = await grading.work(item, person, work_id=early)
    taken = await teacher.do(f"/marking-works/{waiting}/take")
    async with context.writing(SETUP) as unit:
        assert await withdraw_marking(unit, early)
        assert not await withdraw_marking(unit, new_id())
        assert (await marking_of(unit, UUID(taken["id"]))).work_id == early
    assert await teacher.refused(f"/marking-works/{waiting}/take") == "move-not-allowed"
    at = f"/markings/{taken['id']}"
    assert await teacher.refused(at, {"points": "9"}, taken["version"], "PATCH") == "move-not-allowed"
    assert await teacher.refused(f"{at}/finish", version=taken["version"]) == "move-not-allowed"
    assert (await teacher.get("/me/markings"))["items"] == []
    await mark(teacher, await grading.work(item, person, work_id=graded), {"points": "4"})
    async with context.writing(SETUP) as unit:
        assert not await withdraw_marking(unit, graded)
    # marked by the service in part: markers give the rest alone
    part = await grading.work(item, person, work_id=late, base_points=Decimal(6))
    taken = await teacher.do(f"/marking-works/{part}/take")
    assert taken["max_points"] == "4.00"
    assert await teacher.refused(f"/markings/{taken['id']}", {"points": "4.5"}, taken["version"], "PATCH") == (
        "invalid-fields"
    )
    await mark(teacher, part, {"points": "3"})
    detail = await teacher.get(f"/line-items/{item}/grades/{person}", "en")
    assert [(one["kind"], one["points"], one["reason"]) for one in detail["history"]] == [
        ("posted", "4.00", None),
        ("amended", "9.00", "A later version of the work was marked."),
    ]


async def test_nobody_marks_their_own_work(context: Context, university: University) -> None:
    grading = await build_grading(context, students=2)
    item = await grading.line_item("E1")
    work = await grading.work(item, grading.students[0])
    both = Actor(
        account=grading.students[0],
        person=grading.students[0],
        roles=grading.teacher.roles,
        method=grading.teacher.method,
    )
    assert await (await desk(university, both)).refused(f"/marking-works/{work}/take") == "own-work"
    other = await desk(university, grading.stranger)
    assert await other.refused(f"/marking-works/{work}/take") == "not-found"
    assert await other.refused(f"/marking-works/{work}", method="GET") == "not-found"


async def test_what_a_blind_grade_comes_from_is_told_with_its_release(context: Context, university: University) -> None:
    """A retake in a sitting hears of its result by it."""
    grading = await build_grading(context, students=1)
    item = await grading.line_item("E1", is_blind=True)
    async with context.writing(SETUP) as unit:
        await post_grade(unit, item, grading.students[0], Decimal(7), SourceKind.ATTEMPT, new_id())
    first = await desk(university, grading.teacher)
    await first.do(f"/line-items/{item}/release")
    async with context.reading(SETUP) as unit:
        told = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "grade.posted"))).one()
    assert told.codes == {"source": "attempt"}


async def test_the_head_gives_back_what_a_marker_does_not_finish(context: Context, university: University) -> None:
    """Whoever takes it on has what was written; the release of the class waits for nobody who has disappeared."""
    grading = await build_grading(context, students=1)
    item = await grading.line_item("E1", max_points=Decimal(10), is_blind=True)
    work = await grading.work(item, grading.students[0])
    gone, other = await desk(university, grading.colleague), await desk(university, grading.teacher)
    head, stranger = await desk(university, grading.head), await desk(university, grading.stranger)
    taken = await gone.do(f"/marking-works/{work}/take")
    path = f"/markings/{taken['id']}"
    body = {"points": "7", "comment": "Жакшы башталган"}
    await gone.do(path, body, taken["version"], "PATCH")
    assert await other.refused(f"/marking-works/{work}/take") == "marker-taken"
    assert (await other.get(f"/marking-works/{work}"))["markings"] == []
    (seen,) = (await head.get(f"/marking-works/{work}"))["markings"]
    assert (seen["id"], seen["state"], seen["points"], seen["comment"]) == (taken["id"], "taken", None, "")
    assert "Исаков" in seen["marker_name"]
    for who in (other, stranger):
        assert await who.refused(f"{path}/give-back", version=seen["version"]) == "not-found"
    assert await head.refused(f"{path}/give-back", version=taken["version"]) == "stale-version"
    assert (await head.ask("POST", f"{path}/give-back", None, seen["version"])).status_code == 204
    assert (await gone.ask("GET", path)).status_code == 404
    on = await other.do(f"/marking-works/{work}/take")
    assert (on["id"], on["points"], on["comment"]) == (taken["id"], "7.00", "Жакшы башталган")
    done = await other.do(f"{path}/finish", version=on["version"])
    assert await head.refused(f"{path}/give-back", version=done["version"]) == "move-not-allowed"
    await other.do(f"/line-items/{item}/release")
    async with context.reading(SETUP) as unit:
        freed = (await unit.session.scalars(select(AuditRow).where(AuditRow.what == "marking.freed"))).one()
        assert freed.person == grading.colleague.person
