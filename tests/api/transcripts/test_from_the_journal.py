"""The whole way: a grade is posted, makes a result, is printed; it is amended, and only a new version shows it."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from api.domains.grading.mails import MAILS
from api.domains.grading.results import OUTDATED
from api.domains.grading.service import annul_grade, reinstate_grade
from api.domains.people.models import PersonRow
from api.domains.people.rules import Grant
from api.domains.people.service import grant_roles
from api.domains.transcripts import renditions
from api.domains.transcripts.content import TranscriptContent
from api.domains.transcripts.document import Issue
from api.domains.transcripts.rendering import Rendition
from api.domains.transcripts.rules import Format
from api.events import OutboxRow
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from builder.exports.liblouis import LiblouisMissing
from tests.api.conftest import University
from tests.api.enrolment.world import SETUP
from tests.api.grading.world import build_grading, desk, set_scale, student

pytestmark = pytest.mark.anyio


async def test_an_amended_grade_is_told_to_the_office_and_shown_in_a_new_version_only(
    university: University, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    grading = await build_grading(context, 4)
    await set_scale(grading)
    person = grading.students[0]
    item = await grading.line_item("M1", max_points=Decimal(40), weight=Decimal(100))
    teacher, dean = await desk(university, grading.teacher), await desk(university, grading.dean)
    registry, pupil = await desk(university, grading.registry), await desk(university, student(person))
    grade = f"/line-items/{item}/grades/{person}"

    async def approve_result(reason: str | None = None) -> None:
        body = {"person_ids": [str(person)]} | ({} if reason is None else {"reason": reason})
        await teacher.do(f"/classes/{grading.one}/results/propose", body)
        (waiting,) = (await dean.get("/class-results?state=proposed"))["items"]
        await dean.do(f"/class-results/{waiting['id']}/approve", version=waiting["version"])

    async def issue(reason: str | None = None) -> str:
        wanted = {
            "study_id": str(grading.world.studies[person]),
            "academic_session_id": str(grading.world.semester),
            "reason": reason,
        }
        draft = await registry.do("/transcripts", wanted)
        path = f"/transcripts/{draft['id']}"
        await dean.do(f"{path}/approve", {"reason": "The scale is an example"}, 1)
        await dean.do(f"{path}/issue", version=2)
        return path

    await teacher.grade(item, person, "30.5")
    await teacher.do(f"/line-items/{item}/release")
    await approve_result()
    first = await issue()
    (printed,) = (await pupil.get(first))["content"]["results"]
    assert (printed["points"], printed["grade"], printed["grade_titles"]["ru"]) == ("76.25", "4", "хорошо")

    change = {"person_id": str(person), "points": "40", "reason": "The second sheet was found"}
    await teacher.do(f"{grade}/amend", change, 1)
    (told,) = (await registry.get("/transcripts/changes"))["items"]
    assert (told["cause"], told["class_id"]) == ("grade.amended", str(grading.one))
    assert (await dean.get(f"{first}/differences"))["differences"] == []  # the result is not approved again yet
    await approve_result("The second sheet was found")
    (told,) = (await registry.get("/transcripts/changes"))["items"]
    assert told["cause"] == "class-result.approved"
    (difference,) = (await dean.get(f"{first}/differences"))["differences"]
    assert (difference["was"]["grade"], difference["now"]["grade"]) == ("4", "5")
    assert (await pupil.get(first))["content"]["results"] == [printed]

    second = await issue("A grade was amended")
    (renewed,) = (await pupil.get(second))["content"]["results"]
    assert (renewed["points"], renewed["grade"]) == ("100", "5")
    assert (await registry.get("/transcripts/changes"))["items"] == []
    assert (await pupil.get(first))["state"] == "superseded"

    # What the server cannot make it says, and gives nothing else instead
    def fail(content: TranscriptContent, issue: Issue, language: str, form: Format) -> Rendition:
        raise LiblouisMissing("liblouis tables")

    monkeypatch.setattr(renditions, "render", fail)
    answer = await pupil.ask("GET", f"{second}/renditions/brf?language=ky")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/rendition-unavailable")
    assert answer.json()["values"] == {"program": "liblouis tables"}


async def test_a_result_whose_grade_was_annulled_is_not_printed_without_a_word(
    university: University, context: Context
) -> None:
    grading = await build_grading(context, 4)
    await set_scale(grading)
    person = grading.students[0]
    item = await grading.line_item("M1", max_points=Decimal(40), weight=Decimal(100))
    teacher, dean = await desk(university, grading.teacher), await desk(university, grading.dean)
    registry = await desk(university, grading.registry)
    async with context.writing(SETUP) as unit:
        assert grading.teacher.person
        grant = Grant(grading.teacher.person, Role.INSTRUCTOR, Scope.CLASS, grading.one, unit.today)
        await grant_roles(unit, [grant])
    wanted = {
        "study_id": str(grading.world.studies[person]),
        "academic_session_id": str(grading.world.semester),
        "reason": None,
    }
    await teacher.grade(item, person, "36")
    await teacher.do(f"/line-items/{item}/release")
    await teacher.do(f"/classes/{grading.one}/results/propose", {"person_ids": [str(person)]})
    (waiting,) = (await dean.get("/class-results?state=proposed"))["items"]
    await dean.do(f"/class-results/{waiting['id']}/approve", version=waiting["version"])
    draft = await registry.do("/transcripts", wanted)
    await dean.do(f"/transcripts/{draft['id']}/approve", {"reason": "The scale is an example"}, 1)
    assert (await dean.get("/class-results?outdated=true"))["items"] == []

    async with context.writing(grading.head) as unit:
        unit.asked = True
        await annul_grade(unit, item, person, "Плагиат", new_id())
    (outdated,) = (await dean.get("/class-results?outdated=true"))["items"]
    assert (outdated["id"], outdated["state"]) == (waiting["id"], "approved")
    async with context.writing(SETUP) as unit:
        (await unit.session.get_one(PersonRow, grading.teacher.person)).email = "asanova@university.test"
        await unit.session.flush()
        events = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == OUTDATED))).all()
        mails = [await MAILS[OUTDATED](unit, event) for event in events]
    (mail,) = [one for one in mails if one is not None]  # who has no address gets none
    assert "окуу бөлүмү бекитет" in mail.text
    assert waiting["id"] in mail.text
    assert str(person) not in mail.text
    assert {one.person for one in events} == {grading.teacher.person, grading.dean.person}
    # approved before the grade was annulled
    assert await dean.refused(f"/transcripts/{draft['id']}/issue", version=2) == "transcript-outdated"

    again = await registry.do("/transcripts", wanted | {"reason": "A grade was annulled"})
    assert again["gaps"][0]["kind"] == "result-outdated"
    async with context.writing(grading.dean) as unit:
        unit.asked = True
        await reinstate_grade(unit, item, person, "Апелляция", new_id())
    assert (await dean.get("/class-results?outdated=true"))["items"] == []
    remade = await registry.do(f"/transcripts/{again['id']}/remake", version=1)
    assert "result-outdated" not in [one["kind"] for one in remade["gaps"]]
