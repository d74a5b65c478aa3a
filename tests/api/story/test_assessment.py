"""From a need to a verified transcript, as its people live it: through HTTP, each in a session of their own."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api.domains.items.jobs import make_rendition
from api.domains.tests.jobs import hand_in_due
from jetki import make_narrator
from tests.api.conftest import University
from tests.api.story.year import Year, admit, decide, draft_programme, offer_class, open_semester, publish_site

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def question(prompt: str, right: str) -> dict[str, Any]:
    """One of three is right."""
    parts = [{"id": id_, "text": {"ky": words}} for id_, words in (("a", "Бит"), ("b", "Байт"), ("c", "Файл"))]
    return {
        "points": 10,
        "content": {"kind": "single-choice", "prompt": {"ky": prompt}, "choices": parts},
        "key": {"kind": "single-choice", "right": right},
    }


async def begin_semester(year: Year, path: Path) -> str:
    """Aigul and Bakyt have places in a class that the tutor teaches."""
    speciality = await year.send("registry", "/v1/specialities", {"code": "710100", "titles": {"ky": "Информатика"}})
    programme = await draft_programme(year, speciality["id"], "710100", "blended")
    await decide(year, f"/v1/programmes/{programme}")
    await publish_site(year, path)
    found = (await year.read("registry", "/v1/courses?form=braille&language=ky"))["items"]
    module = {
        "unit_id": year.units["institute"],
        "course_id": found[0]["id"],
        "mode": "distance",
        "distance_percent": 100,
        "valid_from": "2026-09-01",
        "valid_to": "2027-08-31",
    }
    approval = await year.send("dean", "/v1/module-approvals", module)
    await decide(year, f"/v1/module-approvals/{approval['id']}")
    session = await open_semester(year)
    for who in ("aigul", "bakyt"):
        await admit(year, who, programme)
    class_id = await offer_class(year, found[0]["id"], programme, session, capacity=10)
    for who in ("aigul", "bakyt"):
        await year.send(who, f"/v1/classes/{class_id}/enrolments", {})
    await year.send("dean", f"/v1/classes/{class_id}/start", status=200)
    return class_id


async def agree_on_accommodations(year: Year) -> None:
    """Requested by the student, assessed by the office, agreed by three, documented, in force (clause 7.3)."""
    wishes = [
        {"feature": "additional-testing-time", "kinds": ["test"], "time_multiplier": 1.5},
        {"feature": "spoken", "kinds": ["test"]},
    ]
    need = {"person_id": year.person("aigul"), "need": "Көрүүм начар, текстти угуп окуйм", "accommodations": wishes}
    case = await year.send("aigul", "/v1/accommodation-cases", need)
    (plan,) = (await year.read("inclusion", f"/v1/accommodation-plans?case_id={case['id']}"))["items"]
    path = f"/v1/accommodation-plans/{plan['id']}"

    async def step(who: str, move: str, body: dict[str, Any], status: int = 200) -> Any:
        version = await year.version_of("inclusion", path)
        return await year.send(who, f"{path}/{move}", body, status=status, version=version)

    proposal = {"valid_from": "2026-09-01", "valid_until": "2027-06-30", "accommodations": wishes}
    await step("inclusion", "assess", proposal)
    await step("head", "approvals", {"party": "department", "decision": "agreed"})
    await step("inclusion", "approvals", {"party": "service", "decision": "agreed"})
    procedure = {
        "procedure_unit_id": year.units["methodical"],
        "procedure_number": "3",
        "procedure_date": "2026-09-01",
    }
    paper = {"document_number": "ИБ-7", "document_date": "2026-09-01", **procedure}
    await step("inclusion", "activate", paper, status=409)  # two of three are not enough
    agreed = await step("dean", "approvals", {"party": "dean", "decision": "agreed"})
    assert agreed["state"] == "agreed"
    assert (await step("inclusion", "activate", paper))["state"] == "active"
    await year.read("bakyt", path, status=404)
    assert (await year.read("tutor", f"/v1/accommodation-plans?case_id={case['id']}"))["items"] == []


async def announce_test(year: Year, class_id: str, course_id: str, opens_at: datetime) -> tuple[str, str]:
    """The tutor knows nothing of accommodations, and does nothing for them."""
    bank = await year.send("tutor", "/v1/item-banks", {"course_id": course_id, "code": "b", "titles": {"ky": "Банк"}})
    versions = []
    for number, (prompt, right) in enumerate((("Сегиз бит эмне?", "b"), ("Эң кичине бирдик кайсы?", "a"))):
        body = {"code": f"q{number}", "version": question(prompt, right)}
        made = await year.send("tutor", f"/v1/item-banks/{bank['id']}/items", body)
        (version,) = (await year.read("tutor", f"/v1/items/{made['id']}/versions"))["items"]
        versions.append(version["id"])
    test = await year.send(
        "tutor",
        "/v1/tests",
        {
            "class_id": class_id,
            "titles": {"ky": "Биринчи тест"},
            "opens_at": text(opens_at),
            "closes_at": text(opens_at + timedelta(hours=2)),
            "time_limit_minutes": 60,
            "languages": ["ky"],
            "grading": {"code": "T1", "weight": 40},
            "sections": [{"item_version_ids": versions}],
        },
    )
    announced = await year.send("tutor", f"/v1/tests/{test['id']}/announce", status=200)
    return test["id"], announced["line_item_id"]


async def take_test(year: Year, test: str, clock: Any, path: Path) -> None:
    conditions = await year.read("aigul", f"/v1/tests/{test}/conditions")
    assert (conditions["time_limit_s"]["base"], conditions["time_limit_s"]["adjusted"]) == (3600, 5400)
    (source,) = conditions["time_limit_s"]["sources"]
    assert "кошумча убакыт" in source["words"]
    assert conditions["formats"]["adjusted"] == ["spoken"]
    others = await year.read("bakyt", f"/v1/tests/{test}/conditions")
    assert others["time_limit_s"]["adjusted"] == 3600 and others["formats"]["adjusted"] == []

    # The audio that she was promised is not there: the test does not start for her, the office is told, it is ordered.
    refused = await year.send("aigul", f"/v1/tests/{test}/attempts", {"language": "ky"}, status=409)
    assert refused["type"] == "/problems/rendition-missing"
    (blocked,) = (await year.read("inclusion", "/v1/blocked-starts"))["items"]
    assert blocked["person_id"] == year.person("aigul")
    orders = (await year.read("inclusion", "/v1/item-renditions"))["items"]
    assert {(one["format"], one["state"]) for one in orders} == {("spoken", "ordered")}
    with_voice = replace(year.context, narrator=make_narrator(path))
    for order in orders:
        await make_rendition(with_voice, UUID(order["id"]))

    # Now it starts, with an hour and a half for her and an hour for him.
    hers = await year.send("aigul", f"/v1/tests/{test}/attempts", {"language": "ky"})
    his = await year.send("bakyt", f"/v1/tests/{test}/attempts", {"language": "ky"})
    assert hers["deadline_at"] == text(clock.now() + timedelta(minutes=90))
    assert his["deadline_at"] == text(clock.now() + timedelta(minutes=60))
    paper = await year.read("aigul", f"/v1/attempts/{hers['id']}/paper")
    (audio, *_) = paper["places"][0]["renditions"]
    heard = await year.people["aigul"].get(f"/v1/attempts/{hers['id']}/files/{audio['file_id']}")
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/mpeg")
    assert heard.content[:3] == b"ID3" or heard.content[:1] == b"\xff"

    right = {"Сегиз бит эмне?": "Байт", "Эң кичине бирдик кайсы?": "Бит"}
    for who, attempt, knows in (("aigul", hers, True), ("bakyt", his, False)):
        questions = (await year.read(who, f"/v1/attempts/{attempt['id']}/paper"))["places"]
        for place in questions:
            words = right[place["question"]["prompt"]] if knows else "Файл"
            chosen = next(part["id"] for part in place["question"]["choices"] if part["text"] == words)
            answer = {"version": 1, "answer": {"kind": "single-choice", "choice": chosen}}
            await year.change(who, "PUT", f"/v1/attempts/{attempt['id']}/responses/{place['number']}", answer)

    # After an hour his is handed in by the server; she goes on and hands in herself.
    clock.advance(minutes=61)
    assert await hand_in_due(year.context) == 1
    assert (await year.read("bakyt", f"/v1/attempts/{his['id']}"))["state"] in {"auto_submitted", "graded"}
    clock.advance(minutes=24)
    handed_in = await year.send("aigul", f"/v1/attempts/{hers['id']}/submit", status=200)
    assert handed_in["submitted_at"] == text(clock.now())


async def write_essay(year: Year, class_id: str, clock: Any) -> str:
    """Handed in twice, the second version counts; marked blind, released, amended with a reason. The line item."""
    essay = await year.send(
        "tutor",
        f"/v1/classes/{class_id}/assignments",
        {
            "titles": {"ky": "Эссе"},
            "instructions": {"ky": "Маалымат бирдиктери жөнүндө жазыңыз."},
            "opens_at": text(clock.now()),
            "closes_at": text(clock.now() + timedelta(hours=6)),
            "grading": {"code": "E1", "weight": "60", "max_points": "100", "is_blind": True},
        },
    )
    await year.send("tutor", f"/v1/assignments/{essay['id']}/announce", status=200)
    receipts = []
    for version, words in enumerate(("Биринчи аракет.", "Бит деген эң кичине бирдик, сегиз бит бир байт болот.")):
        draft = await year.send("aigul", f"/v1/assignments/{essay['id']}/submissions")
        path = f"/v1/submissions/{draft['id']}"
        await year.change("aigul", "PUT", f"{path}/text", {"content": words, "language": "ky"}, tag='"0"')
        submitted = await year.send("aigul", f"{path}/submit", status=200)
        assert submitted["number"] == version + 1
        receipts.append(await year.read("aigul", f"{path}/receipt"))
        await year.read("bakyt", path, status=404)
    for receipt in receipts:
        proof = await year.send("bakyt", "/v1/receipts/verify", receipt, status=200)
        assert proof["is_genuine"] and proof["is_on_record"]

    columns = (await year.read("tutor", f"/v1/classes/{class_id}/line-items"))["items"]
    line_item = next(one["id"] for one in columns if one["code"] == "E1")
    works = (await year.read("tutor", f"/v1/line-items/{line_item}/works"))["items"]
    assert sorted(one["state"] for one in works) == ["waiting", "withdrawn"]  # the second version took over
    work = next(one for one in works if one["state"] == "waiting")
    assert (work["person_ids"], work["names"], work["work_id"]) == (None, None, None)
    taken = await year.send("tutor", f"/v1/marking-works/{work['id']}/take", status=200)
    seen = await year.people["tutor"].get(f"/v1/markings/{taken['id']}/submission")
    assert "сегиз бит" in seen.text and year.person("aigul") not in seen.text
    marks = {"points": "70", "comment": "Мисал кошуңуз."}
    saved = await year.change("tutor", "PATCH", f"/v1/markings/{taken['id']}", marks, version=taken["version"])
    await year.send("tutor", f"/v1/markings/{taken['id']}/finish", status=200, version=saved["version"])
    await year.read("aigul", f"/v1/me/grades/{line_item}", status=404)  # nothing before the release
    clock.advance(hours=5)
    await year.everybody_comes_back()
    await year.send("tutor", f"/v1/line-items/{line_item}/release", status=200)
    mine = await year.read("aigul", f"/v1/me/grades/{line_item}")
    assert mine["points"] == "70.00"

    change = {"person_id": year.person("aigul"), "points": "80", "reason": "Үчүнчү абзац эсепке алынган эмес"}
    path = f"/v1/line-items/{line_item}/grades/{year.person('aigul')}"
    version = await year.version_of("tutor", path)
    await year.send("tutor", f"{path}/amend", change, status=200, version=version)
    stale = await year.send("tutor", f"{path}/amend", change, status=412, version=version)
    assert stale["type"] == "/problems/stale-version"
    mine = await year.read("aigul", f"/v1/me/grades/{line_item}")
    assert mine["points"] == "80.00"
    return str(line_item)


async def retake(year: Year, line_item: str, clock: Any) -> None:
    """Bakyt has failed the test, and may take it again at another time (clause 6.5)."""
    await year.send("tutor", f"/v1/line-items/{line_item}/release", status=200)
    failed = await year.read("bakyt", f"/v1/me/grades/{line_item}")
    assert failed["points"] == "0.00"
    body = {"person_id": year.person("bakyt"), "cause": "failed", "reason": "Биринчи жолу өткөн жок"}
    granted = await year.send("dean", f"/v1/line-items/{line_item}/retakes", body)
    held_at = {"held_at": text(clock.now() + timedelta(hours=1))}
    path = f"/v1/retakes/{granted['id']}"
    planned = await year.send("dean", f"{path}/schedule", held_at, status=200, version=granted["version"])
    clock.advance(hours=2)
    await year.everybody_comes_back()
    result = {"person_id": year.person("bakyt"), "points": "15", "reason": "Кайра тапшырды"}
    await year.send("tutor", f"{path}/grade", result, status=200, version=planned["version"])
    assert (await year.read("bakyt", f"/v1/me/grades/{line_item}"))["points"] == "15.00"


async def set_scale(year: Year, class_id: str) -> None:
    words = ("канааттандырарлык эмес", "канааттандырарлык", "жакшы", "эң жакшы")
    bands = [
        {"code": code, "titles": dict.fromkeys(("ky", "ru", "en"), word), "least": least, "is_pass": code != "2"}
        for code, word, least in zip("2345", words, (0, 60, 76, 87), strict=True)
    ]
    scale = await year.send(
        "registry", "/v1/grading-scales", {"code": "five", "titles": dict.fromkeys(("ky", "ru", "en"), "Беш баллдык")}
    )
    body = {"kind": "five-point", "valid_from": "2026-09-01", "bands": bands, "source": "Окуу бөлүмү"}
    version = await year.send("registry", f"/v1/grading-scales/{scale['id']}/versions", body)
    await year.change("tutor", "PUT", f"/v1/classes/{class_id}/grading-scale", {"scale": "five"})
    rule = {
        "scale_version_id": version["id"],
        "most": 2,
        "window_days": 30,
        "counts": "better",
        "appeal_days": 3,
        "source": "Окуу бөлүмү",
    }
    await year.send("registry", "/v1/retake-rules", rule)


async def issue_transcript(year: Year, class_id: str) -> dict[str, Any]:
    """The class is graded, the result approved, the transcript approved and issued."""
    aigul = year.person("aigul")
    await year.send("tutor", f"/v1/classes/{class_id}/results/propose", {"person_ids": [aigul]}, status=200)
    (result,) = (await year.read("dean", "/v1/class-results?state=proposed"))["items"]
    assert (result["points"], result["grade_code"]) == ("88.00", "5")
    await year.send("dean", f"/v1/class-results/{result['id']}/approve", status=200, version=result["version"])
    (study,) = (await year.read("aigul", f"/v1/studies?person_id={aigul}"))["items"]
    session = (await year.read("dean", f"/v1/classes/{class_id}"))["academic_session_id"]
    draft = await year.send("registry", "/v1/transcripts", {"study_id": study["id"], "academic_session_id": session})
    path = f"/v1/transcripts/{draft['id']}"
    await year.send("dean", f"{path}/approve", {"reason": "Шкала бекитилген"}, status=200, version=1)
    issued: dict[str, Any] = await year.send("dean", f"{path}/issue", status=200, version=2)
    return issued


async def test_from_a_need_to_a_verified_transcript(
    university: University, year: Year, clock: Any, tmp_path: Path
) -> None:
    class_id = await begin_semester(year, tmp_path)
    course_id = (await year.read("tutor", f"/v1/classes/{class_id}"))["course_id"]
    await set_scale(year, class_id)

    await agree_on_accommodations(year)
    opens_at = clock.now() + DAY
    test, test_item = await announce_test(year, class_id, course_id, opens_at)
    clock.advance(days=1)
    await year.everybody_comes_back()
    await take_test(year, test, clock, tmp_path)

    await write_essay(year, class_id, clock)
    await retake(year, test_item, clock)

    # A semester later
    clock.advance(days=1)
    await year.everybody_comes_back()
    issued = await issue_transcript(year, class_id)
    braille = await year.people["aigul"].get(f"/v1/transcripts/{issued['id']}/renditions/brf?language=ky")
    assert braille.status_code == 200, braille.text
    lines = braille.text.splitlines()
    assert len(lines) > 10 and all(line.isascii() and len(line) <= 40 for line in lines)

    stranger = await university.as_(None)
    answer = await stranger.get(f"/v1/verifications/{issued['code']}", headers={"Accept-Language": "ru"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "valid"
    assert answer.json()["digest"] == issued["digest"]
    assert "Асанов" not in answer.text
