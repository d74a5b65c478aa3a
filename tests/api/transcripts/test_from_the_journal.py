"""The whole way: a grade is posted, makes a result, is printed; it is amended, and only a new version shows it."""

from decimal import Decimal

import pytest

from api.domains.transcripts import renditions
from api.domains.transcripts.content import TranscriptContent
from api.domains.transcripts.document import Issue
from api.domains.transcripts.rendering import Rendition
from api.domains.transcripts.rules import Format
from api.unit import Context
from builder.exports.liblouis import LiblouisMissing
from tests.api.conftest import University
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
