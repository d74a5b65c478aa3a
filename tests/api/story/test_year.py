"""A year of the university as its people live it: through HTTP, each with an account and a session of their own."""

import json
from pathlib import Path

import pytest

from tests.api.rostering.archives import pack, semester
from tests.api.story.year import Year, admit, decide, draft_programme, offer_class, open_semester, publish_site, replay
from tests.api.webhooks.conftest import Post

pytestmark = pytest.mark.anyio


async def test_a_year_of_the_university(year: Year, tmp_path: Path) -> None:
    hook = await year.send(
        "administrator",
        "/v1/webhooks",
        {"url": "https://timetable.example.org/hook", "kinds": ["enrolment.*"], "description": "Расписание"},
    )

    # A programme is proposed, reviewed and approved by three bodies.
    speciality = (await year.send("registry", "/v1/specialities", {"code": "710100", "titles": {"ky": "Информатика"}}))[
        "id"
    ]
    programme = await draft_programme(year, speciality, "710100", "blended")
    await year.read("aigul", f"/v1/programmes/{programme}", status=404)
    await decide(year, f"/v1/programmes/{programme}")
    seen = await year.read("aigul", f"/v1/programmes/{programme}")
    assert (seen["state"], seen["titles"]["ky"]) == ("approved", "Информатика")

    # The site is built; a blind student finds the course that has braille in Kyrgyz, and not the other.
    await publish_site(year, tmp_path)
    found = (await year.read("aigul", "/v1/courses?form=braille&language=ky"))["items"]
    assert [one["code"] for one in found] == ["digital-literacy"]
    course_id = found[0]["id"]
    lessons = (await year.read("aigul", f"/v1/resources?course_id={course_id}&form=braille&language=ky"))["items"]
    files = (await year.read("aigul", f"/v1/resources/{lessons[0]['id']}/renditions"))["items"]
    assert any(one["form"] == "braille" and one["language"] == "ky" for one in files)

    # The module is allowed at a distance; the semester opens.
    module = await year.send(
        "dean",
        "/v1/module-approvals",
        {
            "unit_id": year.units["institute"],
            "course_id": course_id,
            "mode": "distance",
            "distance_percent": 100,
            "valid_from": "2026-09-01",
            "valid_to": "2027-08-31",
        },
    )
    await decide(year, f"/v1/module-approvals/{module['id']}")
    session = await open_semester(year)

    # Two students are admitted. One place: the first has it, the second waits and is told where in the queue.
    await admit(year, "bakyt", programme)
    await admit(year, "aigul", programme)
    class_ = await offer_class(year, course_id, programme, session)
    has_place = await year.send("bakyt", f"/v1/classes/{class_}/enrolments", {})
    waits = await year.send("aigul", f"/v1/classes/{class_}/enrolments", {})
    assert (has_place["state"], waits["state"], waits["position"]) == ("enrolled", "waiting", 1)
    await year.read("aigul", f"/v1/enrolments/{has_place['id']}", status=404)

    # The first leaves; the second moves up without doing anything, and sees it.
    left = await year.send(
        "bakyt", f"/v1/enrolments/{has_place['id']}/withdraw", {"reason": "Жумуш менен туура келбейт"}, status=200
    )
    assert left["state"] == "withdrawn"
    moved_up = await year.read("aigul", f"/v1/enrolments/{waits['id']}")
    assert (moved_up["state"], moved_up["position"]) == ("enrolled", None)

    # The inclusive-education office gives her a tutor; she and the tutor see it, others do not.
    support = await year.send(
        "inclusion",
        "/v1/support-assignments",
        {
            "person_id": year.person("aigul"),
            "supporter_id": year.person("tutor"),
            "kind": "tutor",
            "is_outside": False,
            "starts_on": "2026-09-01",
        },
    )
    for who, status in (("aigul", 200), ("tutor", 200), ("bakyt", 404), ("dean", 404)):
        await year.read(who, f"/v1/support-assignments/{support['id']}", status=status)

    # A roster comes from another system, all or nothing.
    archive = pack(semester(students=2, programme="710100"))
    report = await year.send("registry", "/v1/rosters", archive, status=200)
    assert sum(report["counts"]["users.csv"].values()) == 3
    listed = await year.read("registry", "/v1/rosters")
    assert len(listed["items"]) == 1

    # A decree closes the speciality to distance study: an application is refused with it, in the reader's language.
    act = await year.send(
        "registry",
        "/v1/legal-acts",
        {
            "number": "76",
            "issued_on": "2025-02-17",
            "issuer": "Министрлер Кабинети",
            "titles": {"ky": "№ 76 токтом"},
            "valid_from": "2025-02-17",
        },
    )
    closing = {
        "speciality_id": speciality,
        "act_id": act["id"],
        "prohibited_from": "2025-02-17",
        "purposes": ["training", "admission"],
        "forms": ["distance"],
        "modes": ["distance", "blended"],
    }
    await year.send("registry", "/v1/closed-specialities", closing)
    wish = {"programme_id": programme, "intake_year": 2026}
    for language, word in (("ky", "жабык"), ("ru", "закрыта"), ("en", "closed")):
        refused = await year.send("tutor", "/v1/studies", wish, status=409, language=language)
        assert refused["type"] == "/problems/speciality-closed-to-distance"
        assert word in f"{refused['title']} {refused['detail']}"
        assert "76" in refused["detail"]

    # The program that asked to be told has its deliveries waiting: ids only, and the secret is nowhere.
    post = Post(year.context, year.context.clock, sender=None)  # type: ignore[arg-type]  # nothing is sent here
    await post.hand_over()
    told = (await year.read("administrator", f"/v1/webhooks/{hook['id']}/deliveries"))["items"]
    assert {"enrolment.withdrawn"} <= {one["kind"] for one in told}
    assert "Асанов" not in json.dumps(told, ensure_ascii=False)

    await replay(year)
