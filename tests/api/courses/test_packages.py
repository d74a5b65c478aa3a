"""The e-course package: its report, exemptions with reason and author, and the gate by date."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.domains.courses.errors import PackageNotReady
from api.domains.courses.models import CourseRow
from api.domains.courses.packages import check_gates
from api.domains.courses.service import require_package_ready, sync_manifest
from api.events import OutboxRow
from api.identity import Actor, Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import StandingClock, University
from tests.api.courses.samples import (
    INCLUSION,
    JOB,
    REGISTRY,
    STRANGER,
    Places,
    actor,
    course,
    in_all_forms,
    lesson,
    make_class,
    make_places,
    make_session,
    manifest,
    resource,
    write,
)
from tests.api.courses.test_catalogue import items

pytestmark = pytest.mark.anyio
DECLARED = ("syllabus", "presentations", "practical-tasks", "test-questions")


async def stage(context: Context, tmp_path: Path, *, starts_on: date = date(2026, 9, 15)) -> tuple[Places, UUID, UUID]:
    """Places, a course in ky and ru with lessons, large print and a book, and the academic session."""
    places = await make_places(context)
    entry = course(
        resources=[resource("media/book.pdf", "e-book", ["ky"]), resource("media/talk.mp4", "recording", ["ky"])],
        lessons=[lesson("files", 1), lesson("nets", 2, ["ky"])],
    )
    made = [one for one in in_all_forms(entry, ("html", "large-print")) if "nets.standard.large" not in one.path]
    await sync_manifest(context, write(tmp_path / "m.json", manifest([entry], made)))
    async with context.reading(JOB) as unit:
        course_id = (await unit.session.scalars(select(CourseRow.id))).one()
    return places, course_id, await make_session(context, starts_on, date(2027, 6, 30))


async def report(client: httpx.AsyncClient, course_id: UUID, session: UUID | None = None) -> dict[str, Any]:
    query = f"?academic_session_id={session}" if session else ""
    answer = await client.get(f"/v1/courses/{course_id}/package-readiness{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def declare(client: httpx.AsyncClient, course_id: UUID, part: str, **other: Any) -> httpx.Response:
    body = {"part": part, "languages": ["ky", "ru"], "title": "Файл", "reference": "Кафедра, № 5", **other}
    return await client.post(f"/v1/courses/{course_id}/package-items", json=body)


async def exempt(
    client: httpx.AsyncClient, course_id: UUID, requirement: str, language: str | None = None
) -> httpx.Response:
    body = {"requirement": requirement, "language": language, "reason": "Сабакта жазуу жок", "starts_on": "2026-09-01"}
    return await client.post(f"/v1/courses/{course_id}/package-exemptions", json=body)


async def set_gate(university: University, session: UUID, due_on: str, by: str = "registry") -> None:
    client = await university.as_(REGISTRY)
    answer = await client.put(f"/v1/package-gates/{session}", json={"due_on": due_on, "exceptions_by": by})
    assert answer.status_code == 200, answer.text


async def complete(university: University, course_id: UUID) -> None:
    """Everything that `stage` leaves missing."""
    registry, office = await university.as_(REGISTRY), await university.as_(INCLUSION)
    for part in (*DECLARED, "literature"):
        assert (await declare(registry, course_id, part)).status_code == 201
    for form in ("large-print", "captions", "transcript"):
        assert (await exempt(office, course_id, form)).status_code == 201


async def test_the_report_names_what_is_missing_who_answers_and_which_clause_asks(
    context: Context, university: University, tmp_path: Path
) -> None:
    places, course_id, session = await stage(context, tmp_path)
    found = await report(await university.as_(REGISTRY), course_id, session)
    lines = {(one["requirement"], one["language"]): one for one in found["lines"]}
    states = {key: one["state"] for key, one in lines.items()}
    assert states["lectures", "ky"] == states["lectures", "ru"] == "present"
    assert (states["literature", "ky"], states["literature", "ru"]) == ("present", "missing")
    assert states["page", "ky"] == "present"
    assert (states["large-print", "ru"], states["large-print", "ky"]) == ("present", "missing")
    assert len(lines["large-print", "ky"]["lacking"]) == 1  # the lesson "nets"
    assert (states["captions", "ky"], states["captions", "ru"]) == ("missing", "not-applicable")
    assert lines["syllabus", "ky"]["clauses"] == ["4.1 d", "5.2"]
    assert lines["captions", "ky"]["clauses"] == ["4.1 g", "7.2"]
    assert lines["braille", "ky"]["weight"] == "advised"
    assert "braille/ky" not in found["missing"]
    assert set(found["missing"]) == {f"{part}/{tag}" for part in DECLARED for tag in ("ky", "ru")} | {
        *("literature/ru", "large-print/ky", "captions/ky", "transcript/ky")
    }
    assert (found["complete"], found["gate"], found["due_on"], found["is_gate_set"]) == (
        *(False, "closing", "2026-09-14", False),
    )
    assert found["unit_id"] == str(places.informatics)
    assert found["responsible_names"] == ["Бакыт Эсенов"]


async def test_the_report_speaks_the_readers_language(context: Context, university: University, tmp_path: Path) -> None:
    _, course_id, _ = await stage(context, tmp_path)
    client = await university.as_(REGISTRY)
    for language, title in (("ky", "Чоң шрифт"), ("ru", "Крупный шрифт"), ("en", "Large print")):
        answer = await client.get(f"/v1/courses/{course_id}/package-readiness", headers={"Accept-Language": language})
        assert title in {one["title"] for one in answer.json()["lines"]}


async def test_declared_parts_and_exemptions_complete_the_package(
    context: Context, university: University, tmp_path: Path
) -> None:
    _, course_id, session = await stage(context, tmp_path)
    await complete(university, course_id)
    client = await university.as_(REGISTRY)
    found = await report(client, course_id, session)
    assert (found["complete"], found["missing"], found["gate"]) == (True, [], "passed")
    assert {one["state"] for one in found["lines"] if one["requirement"] == "captions"} == {"waived", "not-applicable"}
    first = (await items(client, f"/v1/courses/{course_id}/package-items"))[0]
    answer = await client.post(f"/v1/course-packages/items/{first['id']}/withdraw", json={"reason": "Эскирген"})
    assert (answer.status_code, answer.json()["withdrawal_reason"]) == (200, "Эскирген")
    assert (await report(client, course_id, session))["missing"] == ["syllabus/ky", "syllabus/ru"]
    again = await client.post(f"/v1/course-packages/items/{first['id']}/withdraw", json={"reason": "x"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/course-record-ended")
    assert len(await items(client, f"/v1/courses/{course_id}/package-items")) == 5


async def test_an_item_counts_for_its_session_and_languages_only(
    context: Context, university: University, tmp_path: Path
) -> None:
    _, course_id, session = await stage(context, tmp_path)
    other = await make_session(context, date(2027, 9, 1), date(2028, 6, 30))
    client = await university.as_(REGISTRY)
    await declare(client, course_id, "syllabus", languages=["ky"], academic_session_id=str(session))
    assert "syllabus/ky" not in (await report(client, course_id, session))["missing"]
    assert "syllabus/ru" in (await report(client, course_id, session))["missing"]
    assert "syllabus/ky" in (await report(client, course_id, other))["missing"]
    assert "syllabus/ky" in (await report(client, course_id))["missing"]


async def test_an_item_of_a_withdrawn_resource_counts_no_more(
    context: Context, university: University, tmp_path: Path
) -> None:
    _, course_id, _ = await stage(context, tmp_path)
    client = await university.as_(REGISTRY)
    (book,) = await items(client, "/v1/resources/?type=e-book")
    answer = await declare(client, course_id, "syllabus", resource_id=book["id"], reference=None)
    assert answer.status_code == 201, answer.text
    assert "syllabus/ky" not in (await report(client, course_id))["missing"]
    await sync_manifest(context, write(tmp_path / "m.json", manifest([course()])))
    assert "syllabus/ky" in (await report(client, course_id))["missing"]


async def test_a_library_link_that_names_the_course_is_literature_while_it_is_in_force(
    context: Context, university: University, tmp_path: Path, clock: StandingClock
) -> None:
    places, course_id, _ = await stage(context, tmp_path)
    client = await university.as_(REGISTRY)
    body = {
        "provider": "IPR",
        "titles": {"ru": "ЭБС"},
        "url": "https://a.example/",
        "type": "e-book",
        "languages": ["ru"],
        "holder": "IPR",
        "licence": "№ 1",
        "unit_id": str(places.library),
        "starts_on": "2026-09-01",
        "ends_on": "2026-09-30",
    }
    await client.post("/v1/library-links/", json={**body, "covers_all": True})
    assert "literature/ru" in (await report(client, course_id))["missing"]
    assert (await client.post("/v1/library-links/", json={**body, "course_ids": [str(course_id)]})).status_code == 201
    assert "literature/ru" not in (await report(client, course_id))["missing"]
    clock.advance(days=30)
    assert "literature/ru" in (await report(client, course_id))["missing"]


async def test_who_may_read_fill_and_exempt(context: Context, university: University, tmp_path: Path) -> None:
    places, course_id, session = await stage(context, tmp_path)
    class_ = await make_class(context, course_id, session, places.informatics)
    rights: dict[str, tuple[Actor | None, int, int, int, int]] = {
        "visitor": (None, 401, 401, 401, 401),
        "stranger": (STRANGER, 403, 403, 403, 403),
        "student": (actor((Role.STUDENT, Scope.CLASS, class_)), 403, 403, 403, 403),
        "instructor": (actor((Role.INSTRUCTOR, Scope.CLASS, class_)), 200, 201, 403, 403),
        "another instructor": (actor((Role.INSTRUCTOR, Scope.CLASS, new_id())), 403, 403, 403, 403),
        "head": (actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.informatics)), 200, 201, 201, 403),
        "another head": (actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.law)), 403, 403, 403, 403),
        "council": (actor((Role.COMMISSION, Scope.UNIT, places.council)), 200, 403, 403, 403),
        "inclusion": (INCLUSION, 200, 403, 403, 201),
        "registry": (REGISTRY, 200, 201, 201, 403),
    }
    for who, (one, read, fill, part, form) in rights.items():
        client = await university.as_(one)
        answers = (
            (await client.get(f"/v1/courses/{course_id}/package-readiness")).status_code,
            (await declare(client, course_id, "syllabus")).status_code,
            (await exempt(client, course_id, "presentations")).status_code,
            (await exempt(client, course_id, "captions")).status_code,
        )
        assert answers == (read, fill, part, form), who


async def test_the_gate_closes_and_an_exception_opens_it_for_a_while(
    context: Context, university: University, tmp_path: Path, clock: StandingClock
) -> None:
    _, course_id, session = await stage(context, tmp_path, starts_on=date(2026, 10, 1))

    async def may_open(language: str | None = None) -> bool:
        async with context.reading(JOB) as unit:
            try:
                await require_package_ready(unit, course_id, session, language=language)
            except PackageNotReady as refused:
                assert refused.values["due_on"] == "2026-09-30"
                assert "syllabus/ky" in refused.values["missing"]
                return False
            return True

    client = await university.as_(REGISTRY)
    clock.advance(days=60)
    assert (await report(client, course_id, session))["gate"] == "failed"
    assert await may_open()  # the registry has set no gate
    clock.advance(days=-60)
    await set_gate(university, session, "2026-09-30")
    states = []
    for _ in range(4):  # 1, 16, 17, 30 September, then 1 October
        states.append((await report(client, course_id, session))["gate"])
        assert await may_open()
        clock.advance(days={0: 15, 1: 1, 2: 13, 3: 1}[len(states) - 1])
    assert states == ["open", "open", "closing", "closing"]
    assert (await report(client, course_id, session))["gate"] == "failed"
    assert not await may_open()
    body = {"academic_session_id": str(session), "reason": "Автор ооруп калды", "ends_on": "2026-10-02"}
    answer = await client.post(f"/v1/courses/{course_id}/gate-exceptions", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (201, "Автор ооруп калды")
    assert answer.json()["granted_by"] == str(REGISTRY.account)
    assert await may_open()
    assert (await report(client, course_id, session))["gate"] == "excepted"
    clock.advance(days=1)
    assert await may_open()
    clock.advance(days=1)
    assert not await may_open()
    clock.advance(days=-1)
    url = f"/v1/course-packages/exemptions/{answer.json()['id']}/revoke"
    assert (await client.post(url, json={"reason": "Ката"})).status_code == 200
    assert not await may_open()
    await complete(university, course_id)
    assert await may_open()


async def test_only_the_role_that_the_gate_names_grants_exceptions(
    context: Context, university: University, tmp_path: Path
) -> None:
    places, course_id, session = await stage(context, tmp_path)
    people = {
        "registry": REGISTRY,
        "deans-office": actor((Role.DEANS_OFFICE, Scope.UNIT, places.informatics)),
        "department-head": actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.informatics)),
        "commission": actor((Role.COMMISSION, Scope.UNIT, places.council)),
    }
    body = {"academic_session_id": str(session), "reason": "Себеп", "ends_on": "2026-09-30"}
    tag = "*"
    for named in people:
        client = await university.as_(REGISTRY)
        answer = await client.put(
            f"/v1/package-gates/{session}",
            json={"due_on": "2026-09-14", "exceptions_by": named},
            headers={"If-Match": tag},
        )
        assert answer.status_code == 200
        for role, one in people.items():
            client = await university.as_(one)
            answer = await client.post(f"/v1/courses/{course_id}/gate-exceptions", json=body)
            assert answer.status_code == (201 if role == named else 403), (named, role)
    another = actor((Role.COMMISSION, Scope.UNIT, places.law))  # no council
    client = await university.as_(another)
    assert (await client.post(f"/v1/courses/{course_id}/gate-exceptions", json=body)).status_code == 403
    client = await university.as_(None)
    assert (await client.post(f"/v1/courses/{course_id}/gate-exceptions", json=body)).status_code == 401


async def test_the_job_tells_of_a_missing_package_once(
    context: Context, university: University, tmp_path: Path, clock: StandingClock
) -> None:
    places, course_id, session = await stage(context, tmp_path)
    await make_class(context, course_id, session, places.informatics)

    async def told() -> int:
        async with context.reading(JOB) as unit:
            return len((await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "package.missing"))).all())

    client = await university.as_(REGISTRY)
    assert await check_gates(context) == 0
    (package,) = await items(client, "/v1/course-packages/")
    assert (package["state"], package["missing_told_at"]) == ("closing", None)
    clock.advance(days=14)
    assert await check_gates(context) == 1
    assert await check_gates(context) == 0
    assert await told() == 1
    (package,) = await items(client, f"/v1/course-packages/?academic_session_id={session}&gate=failed")
    assert package["missing_told_at"] is not None
    await complete(university, course_id)
    await check_gates(context)
    (package,) = await items(client, "/v1/course-packages/")
    assert package["state"] == "passed"
    first = (await items(client, f"/v1/courses/{course_id}/package-items"))[0]
    await client.post(f"/v1/course-packages/items/{first['id']}/withdraw", json={"reason": "x"})
    assert await check_gates(context) == 0
    assert await told() == 1


async def test_a_package_is_asked_for_once(context: Context, university: University, tmp_path: Path) -> None:
    places, course_id, session = await stage(context, tmp_path)
    client = await university.as_(actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.informatics)))
    body = {"course_id": str(course_id), "academic_session_id": str(session)}
    first = await client.post("/v1/course-packages/", json=body)
    again = await client.post("/v1/course-packages/", json=body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["state"] == "closing"
    assert [one["id"] for one in await items(client, "/v1/course-packages/")] == [first.json()["id"]]
    other = await university.as_(actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.law)))
    assert await items(other, "/v1/course-packages/") == []
    assert (await (await university.as_(None)).get("/v1/course-packages/")).status_code == 401


async def test_a_gate_is_set_by_the_registry_with_if_match(
    context: Context, university: University, tmp_path: Path
) -> None:
    places, _, session = await stage(context, tmp_path)
    url, body = f"/v1/package-gates/{session}", {"due_on": "2026-09-14", "exceptions_by": "commission"}
    for one, status in ((None, 401), (actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.informatics)), 403)):
        assert (await (await university.as_(one)).put(url, json=body)).status_code == status
    client = await university.as_(REGISTRY)
    assert (await client.get(url)).status_code == 404
    assert (await client.put(f"/v1/package-gates/{new_id()}", json=body)).status_code == 404
    late = await client.put(url, json={**body, "due_on": "2027-07-01"})
    assert [one["pointer"] for one in late.json()["errors"]] == ["/due_on"]
    first = await client.put(url, json=body)
    assert (first.status_code, first.json()["closing_days"]) == (200, 14)
    assert (await client.put(url, json=body)).status_code == 428
    changed = await client.put(url, json={**body, "due_on": "2026-09-10"}, headers={"If-Match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["due_on"]) == (200, "2026-09-10")
    stale = await client.put(url, json=body, headers={"If-Match": first.headers["etag"]})
    assert stale.status_code == 412
    assert [one["due_on"] for one in await items(client, "/v1/package-gates/")] == ["2026-09-10"]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_bad_input_is_refused_with_its_field(context: Context, university: University, tmp_path: Path) -> None:
    _, course_id, session = await stage(context, tmp_path)
    client = await university.as_(REGISTRY)
    above = f"/v1/courses/{course_id}"
    item = {"part": "syllabus", "languages": ["ky"], "title": "a", "reference": "b"}
    exemption = {"requirement": "syllabus", "reason": "a", "starts_on": "2026-09-01"}
    exception = {"academic_session_id": str(session), "reason": "a", "ends_on": "2026-09-30"}
    unknown = str(new_id())
    cases: list[tuple[str, dict[str, Any], str]] = [
        (f"{above}/package-items", {**item, "part": "poem"}, "/part"),
        (f"{above}/package-items", {**item, "languages": []}, "/languages"),
        (f"{above}/package-items", {**item, "reference": None}, "/resource_id"),
        (f"{above}/package-items", {**item, "resource_id": unknown}, "/resource_id"),
        (f"{above}/package-items", {**item, "resource_id": unknown, "reference": None}, "/resource_id"),
        (f"{above}/package-items", {**item, "academic_session_id": unknown}, "/academic_session_id"),
        (f"{above}/package-exemptions", {**exemption, "requirement": "poem"}, "/requirement"),
        (f"{above}/package-exemptions", {**exemption, "reason": ""}, "/reason"),
        (f"{above}/package-exemptions", {**exemption, "ends_on": "2026-08-31"}, "/ends_on"),
        (f"{above}/gate-exceptions", {**exception, "ends_on": "2026-08-31"}, "/ends_on"),
        (f"{above}/gate-exceptions", {**exception, "ends_on": "2027-07-01"}, "/ends_on"),
        (f"{above}/gate-exceptions", {**exception, "academic_session_id": unknown}, "/academic_session_id"),
        ("/v1/course-packages/", {"course_id": unknown, "academic_session_id": str(session)}, "/course_id"),
        ("/v1/course-packages/", {"course_id": str(course_id), "academic_session_id": unknown}, "/academic_session_id"),
    ]
    for url, body, pointer in cases:
        answer = await client.post(url, json=body)
        assert answer.status_code == 422, (url, body, answer.text)
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    for url in (f"/v1/courses/{unknown}/package-readiness", f"{above}/package-readiness?academic_session_id={unknown}"):
        assert (await client.get(url)).status_code == 404
    for url in (f"/v1/course-packages/items/{unknown}/withdraw", f"/v1/course-packages/exemptions/{unknown}/revoke"):
        assert (await client.post(url, json={"reason": "a"})).status_code == 404
