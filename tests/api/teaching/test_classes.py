"""Classes from the plan to the end, and who teaches them, over HTTP."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import convert
from sqlalchemy import select

from api.domains.courses.models import CourseRow, PackageGateRow
from api.domains.enrolment.service import Enrolling, enrol_many
from api.domains.people.service import holders_of, roles_of
from api.domains.programmes.schemas import DocumentIn, ModuleIn
from api.domains.programmes.seeding import add_approved_module
from api.domains.teaching.models import ClassRow
from api.domains.teaching.rules import MARKING_DAYS, Mode
from api.domains.teaching.service import (
    NewClass,
    Outcome,
    class_brief,
    classes_of_course,
    courses_of_classes,
    find_class_by_code,
    save_classes,
)
from api.events import OutboxRow
from api.identity import HeldRole, Role, Scope
from api.ids import new_id
from tests.api.conftest import NOW, StandingClock, University
from tests.api.teaching.school import (
    SETUP,
    TODAY,
    School,
    class_body,
    officer,
    open_semester,
    person_with,
    refused,
    sent,
    wrong_fields,
)

pytestmark = pytest.mark.anyio


async def planned(university: University, school: School, **changes: Any) -> tuple[httpx.AsyncClient, str]:
    """The head's client, and the id of a class in an open semester."""
    _, autumn = await open_semester(await university.as_(school.registry))
    client = await university.as_(school.head)
    body = class_body(school, autumn, **changes)
    return client, (await sent(await client.post("/v1/classes", json=body), 201))["id"]


async def teach(client: httpx.AsyncClient, one: str, teacher: UUID, **changes: Any) -> str:
    body = {"person_id": str(teacher), "starts_on": "2026-09-01", **changes}
    found = await sent(await client.post(f"/v1/classes/{one}/instructors", json=body), 201)
    return str(found["id"])


async def test_a_class_goes_its_way_from_the_plan_to_the_end(
    university: University, school: School, clock: StandingClock
) -> None:
    client, one = await planned(university, school)
    url = f"/v1/classes/{one}"
    assert await refused(await client.post(f"{url}/open"), 409, "instructor-needed") == {"on": "2026-09-01"}
    await teach(client, one, school.teachers[0])
    assert (await sent(await client.post(f"{url}/open"), 200))["state"] == "open"
    values = await refused(await client.post(f"{url}/end"), 409, "move-not-allowed")
    assert values == {"state": "open", "allowed": ["running", "cancelled"]}
    assert (await sent(await client.post(f"{url}/start"), 200))["state"] == "running"
    clock.advance(days=100)
    assert (await sent(await client.post(f"{url}/end"), 200))["state"] == "ended"
    await refused(await client.post(f"{url}/cancel", json={"reason": "…"}), 409, "move-not-allowed")
    tag = (await client.get(url)).headers["etag"]
    changed = await client.patch(url, json={"capacity": 5}, headers={"If-Match": tag})
    await refused(changed, 409, "class-is-over")
    async with school.context.reading(SETUP) as unit:
        last_day = TODAY + timedelta(days=100 + MARKING_DAYS)
        class_id = UUID(one)
        assert await holders_of(unit, Role.INSTRUCTOR, Scope.CLASS, class_id, last_day) == (school.teachers[0],)
        assert await holders_of(unit, Role.INSTRUCTOR, Scope.CLASS, class_id, last_day + timedelta(days=1)) == ()
        kinds = (
            await unit.session.scalars(
                select(OutboxRow.kind).where(OutboxRow.kind.like("class.%")).order_by(OutboxRow.id)
            )
        ).all()
    assert kinds == ["class.instructors-changed", "class.opened", "class.started", "class.ended"]


async def test_a_class_opens_in_an_open_session_only(university: University, school: School) -> None:
    registry, client = await university.as_(school.registry), await university.as_(school.head)
    year = await sent(
        await registry.post(
            "/v1/academic-sessions",
            json={
                "code": "Y",
                "kind": "year",
                "titles": {"ky": "Y"},
                "starts_on": "2026-09-01",
                "ends_on": "2027-06-30",
            },
        ),
        201,
    )
    one = (await sent(await client.post("/v1/classes", json=class_body(school, year["id"])), 201))["id"]
    await teach(client, one, school.teachers[0])
    assert await refused(await client.post(f"/v1/classes/{one}/open"), 409, "session-not-open") == {"session": "Y"}


async def test_a_class_needs_an_instructor_on_its_first_day_not_only_today(
    university: University, school: School
) -> None:
    registry, client = await university.as_(school.registry), await university.as_(school.head)
    year, _ = await open_semester(registry)
    spring = {
        "code": "2026-2",
        "kind": "semester",
        "parent_id": year,
        "titles": {"ky": "Жазгы семестр"},
        "starts_on": "2027-02-01",
        "ends_on": "2027-06-30",
    }
    session = (await sent(await registry.post("/v1/academic-sessions", json=spring), 201))["id"]
    await sent(await registry.post(f"/v1/academic-sessions/{session}/open"), 200)
    one = (await sent(await client.post("/v1/classes", json=class_body(school, session)), 201))["id"]
    await teach(client, one, school.teachers[0], ends_on="2027-01-31")
    assert await refused(await client.post(f"/v1/classes/{one}/open"), 409, "instructor-needed") == {"on": "2027-02-01"}
    await teach(client, one, school.teachers[1], starts_on="2027-02-01")
    await sent(await client.post(f"/v1/classes/{one}/open"), 200)
    assert await refused(await client.post(f"/v1/classes/{one}/start"), 409, "class-not-yet") == {
        "starts_on": "2027-02-01"
    }


async def test_distance_needs_an_approved_module(university: University, school: School) -> None:
    _, autumn = await open_semester(await university.as_(school.registry))
    client = await university.as_(school.head)
    for mode in ("distance", "blended"):
        body = class_body(school, autumn, mode=mode)
        await refused(await client.post("/v1/classes", json=body), 409, "distance-not-approved")
    one = (await sent(await client.post("/v1/classes", json=class_body(school, autumn)), 201))["id"]
    changed = await client.patch(f"/v1/classes/{one}", json={"mode": "distance"}, headers={"If-Match": '"1"'})
    await refused(changed, 409, "distance-not-approved")
    await approve_distance(school)
    changed = await client.patch(f"/v1/classes/{one}", json={"mode": "distance"}, headers={"If-Match": '"1"'})
    assert (await sent(changed, 200))["mode"] == "distance"


async def approve_distance(school: School) -> None:
    paper = {"number": "12", "dated": "2026-08-20", "title": "Протокол", "sha256": "a" * 64}
    module = {
        "course_id": str(school.course),
        "unit_id": str(school.institute),
        "mode": "distance",
        "distance_percent": 100,
        "valid_from": "2026-09-01",
    }
    async with school.context.writing(SETUP) as unit:
        await add_approved_module(unit, convert(module, ModuleIn), convert(paper, DocumentIn))


async def test_a_package_that_is_late_keeps_the_class_closed(university: University, school: School) -> None:
    client, one = await planned(university, school)
    await teach(client, one, school.teachers[0])
    session = (await sent(await client.get(f"/v1/classes/{one}"), 200))["academic_session_id"]
    async with school.context.writing(SETUP) as unit:
        unit.session.add(
            PackageGateRow(
                id=new_id(),
                created_at=NOW,
                academic_session_id=UUID(session),
                due_on=date(2026, 8, 25),
                closing_days=0,
                exceptions_by=Role.REGISTRY,
            )
        )
    values = await refused(await client.post(f"/v1/classes/{one}/open"), 409, "package-not-ready")
    assert "syllabus/ky" in values["missing"]


async def test_a_withdrawn_course_gets_no_class(university: University, school: School) -> None:
    client, one = await planned(university, school)
    await teach(client, one, school.teachers[0])
    async with school.context.writing(SETUP) as unit:
        (await unit.session.get_one(CourseRow, school.course)).state = "withdrawn"
    assert await refused(await client.post(f"/v1/classes/{one}/open"), 409, "course-is-withdrawn") == {
        "course": "algebra"
    }


async def test_fewer_places_than_students_are_refused(university: University, school: School) -> None:
    client, one = await planned(university, school)
    url = f"/v1/classes/{one}"
    await teach(client, one, school.teachers[0])
    await sent(await client.post(f"{url}/open"), 200)
    async with school.context.writing(SETUP) as unit:
        await enrol_many(unit, [Enrolling(student, UUID(one)) for student in school.students])
    tag = (await client.get(url)).headers["etag"]
    changed = await client.patch(url, json={"capacity": 2}, headers={"If-Match": tag})
    assert await refused(changed, 409, "capacity-below-enrolled") == {"enrolled": 3}
    assert (await client.get(url)).headers["etag"] == tag
    await sent(await client.patch(url, json={"capacity": 3}, headers={"If-Match": tag}), 200)
    await refused(await client.patch(url, json={"capacity": 4}, headers={"If-Match": tag}), 412, "stale-version")
    await refused(await client.patch(url, json={"capacity": 4}), 428, "version-needed")


async def test_a_class_is_cancelled_with_a_reason_and_its_roles_end(university: University, school: School) -> None:
    client, one = await planned(university, school)
    await teach(client, one, school.teachers[0])
    await teach(client, one, school.teachers[1], starts_on="2026-10-01")
    url = f"/v1/classes/{one}"
    for body in ({}, {"reason": ""}, {"reason": "   "}):
        assert "/reason" in await wrong_fields(await client.post(f"{url}/cancel", json=body))
    cancelled = await sent(await client.post(f"{url}/cancel", json={"reason": "Студенттер аз"}), 200)
    assert (cancelled["state"], cancelled["cancel_reason"]) == ("cancelled", "Студенттер аз")
    kept = (await sent(await client.get(f"{url}/instructors"), 200))["items"]
    assert [(term["person_id"], term["ends_on"]) for term in kept] == [(str(school.teachers[0]), "2026-09-01")]
    async with school.context.reading(SETUP) as unit:
        for day in (2, 60):
            on = TODAY + timedelta(days=day)
            assert await holders_of(unit, Role.INSTRUCTOR, Scope.CLASS, UUID(one), on) == ()
    body = {"person_id": str(school.teachers[2]), "starts_on": "2026-09-01"}
    await refused(await client.post(f"{url}/instructors", json=body), 409, "class-is-over")


async def test_an_open_class_keeps_an_instructor_also_when_two_leave_at_once(
    university: University, school: School
) -> None:
    client, one = await planned(university, school)
    first = await teach(client, one, school.teachers[0])
    second = await teach(client, one, school.teachers[1])
    await sent(await client.post(f"/v1/classes/{one}/open"), 200)
    answers = await asyncio.gather(
        *(
            client.post(f"/v1/classes/{one}/instructors/{term}/end", json={"ends_on": "2026-09-10"})
            for term in (first, second)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    async with school.context.reading(SETUP) as unit:
        assert len(await holders_of(unit, Role.INSTRUCTOR, Scope.CLASS, UUID(one), date(2026, 9, 11))) == 1


async def test_an_instructor_is_named_once_for_a_day_and_has_that_class_alone(
    university: University, school: School
) -> None:
    client, one = await planned(university, school)
    await teach(client, one, school.teachers[0], ends_on="2026-10-01")
    body = {"person_id": str(school.teachers[0]), "starts_on": "2026-10-01"}
    url = f"/v1/classes/{one}/instructors"
    await refused(await client.post(url, json=body), 409, "already-assigned")
    await sent(await client.post(url, json={**body, "starts_on": "2026-10-02"}), 201)
    assert await wrong_fields(await client.post(url, json={**body, "ends_on": "2026-09-01"})) == {
        "/ends_on": "end-before-start"
    }
    assert await wrong_fields(await client.post(url, json={**body, "person_id": str(new_id())})) == {
        "/person_id": "no-such-person"
    }
    async with school.context.reading(SETUP) as unit:
        roles = await roles_of(unit.session, school.teachers[0], TODAY)
    assert roles == (HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({UUID(one)})),)


async def test_who_may_plan_what(university: University, school: School) -> None:
    """A head plans in the own department; a course of another institute is planned there; others find nothing."""
    client, one = await planned(university, school)
    session = (await sent(await client.get(f"/v1/classes/{one}"), 200))["academic_session_id"]
    foreign = class_body(school, session, "CH", course_id=str(school.other_course))
    await refused(await client.post("/v1/classes", json=foreign), 403, "not-allowed")
    elsewhere = class_body(school, session, "X", unit_id=str(school.other_institute))
    await refused(await client.post("/v1/classes", json=elsewhere), 403, "not-allowed")
    instructor = officer(Role.INSTRUCTOR, Scope.CLASS, UUID(one))
    student = person_with(school.students[0], HeldRole(Role.STUDENT, Scope.UNIT, frozenset({school.department})))
    for actor, seen in ((school.other_dean, 404), (student, 404), (instructor, 200), (school.office, 200)):
        other = await university.as_(actor)
        assert (await other.get(f"/v1/classes/{one}")).status_code == seen
        assert (await other.post(f"/v1/classes/{one}/open")).status_code == (404 if seen == 404 else 403)
        listed = (await sent(await other.get("/v1/classes"), 200))["items"]
        assert [item["id"] for item in listed] == ([one] if seen == 200 else [])
    visitor = await university.as_(None)
    for id_ in (one, str(new_id())):
        await refused(await visitor.get(f"/v1/classes/{id_}"), 401, "sign-in-needed")
    await teach(client, one, school.teachers[0])
    await sent(await client.post(f"/v1/classes/{one}/open"), 200)
    other = await university.as_(student)
    await sent(await other.get(f"/v1/classes/{one}"), 200)
    await refused(await other.post(f"/v1/classes/{one}/start"), 403, "not-allowed")
    await refused(await other.patch(f"/v1/classes/{one}", json={"capacity": 99}), 403, "not-allowed")


async def test_a_student_finds_open_classes_with_course_session_and_teacher(
    university: University, school: School
) -> None:
    client, one = await planned(university, school, programme_id=str(school.programme))
    await teach(client, one, school.teachers[0])
    student = await university.as_(person_with(school.students[0]))
    assert (await sent(await student.get("/v1/open-classes"), 200))["items"] == []
    await sent(await client.post(f"/v1/classes/{one}/open"), 200)
    (offered,) = (await sent(await student.get("/v1/open-classes"), 200))["items"]
    assert (offered["course_code"], offered["ects"], offered["session_code"]) == ("algebra", 5.0, "2026-1")
    assert offered["instructors"] == ["Асанова3 Айгүл"]
    for query, found in (
        ({"programme_id": str(school.programme)}, 1),
        ({"programme_id": str(school.other_programme)}, 0),
        ({"language": "ru"}, 0),
        ({"mode": "in-person", "course_id": str(school.course)}, 1),
    ):
        items = (await sent(await student.get("/v1/open-classes", params=query), 200))["items"]
        assert len(items) == found, query


async def test_wrong_references_are_told_by_field(university: University, school: School) -> None:
    _, autumn = await open_semester(await university.as_(school.registry))
    client = await university.as_(school.registry)
    nowhere = str(new_id())
    body = class_body(school, autumn, course_id=nowhere, programme_id=nowhere, unit_id=nowhere)
    assert await wrong_fields(await client.post("/v1/classes", json=body)) == dict.fromkeys(
        ("/course_id", "/programme_id", "/unit_id"), "no-such-object"
    )
    for changes in ({"capacity": 0}, {"capacity": 10_001}, {"mode": "telepathy"}, {"code": "\n"}, {"state": "open"}):
        (field,) = changes
        answer = await client.post("/v1/classes", json=class_body(school, autumn, **changes))
        assert list(await wrong_fields(answer)) == [f"/{field}"]
    await sent(await client.post("/v1/classes", json=class_body(school, autumn)), 201)
    await refused(await client.post("/v1/classes", json=class_body(school, autumn)), 409, "code-taken")


async def test_a_class_planned_twice_with_one_key_is_one_class(university: University, school: School) -> None:
    _, autumn = await open_semester(await university.as_(school.registry))
    client = await university.as_(school.head)
    body, key = class_body(school, autumn), {"Idempotency-Key": "plan-1"}
    answers = await asyncio.gather(*(client.post("/v1/classes", json=body, headers=key) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


# Imports


def rows(school: School, session: UUID, count: int = 3, **changes: Any) -> list[NewClass]:
    values: dict[str, Any] = {"language": "ky", "capacity": 30, "mode": Mode.IN_PERSON, **changes}
    return [
        NewClass(f"C-{number}", school.course, session, school.department, source_id=f"src-{number}", **values)
        for number in range(count)
    ]


async def test_imported_classes_are_found_and_the_same_again_changes_nothing(
    university: University, school: School
) -> None:
    _, autumn = await open_semester(await university.as_(school.registry))
    session = UUID(autumn)
    async with school.context.writing(SETUP) as unit:
        first = await save_classes(unit, rows(school, session))
    async with school.context.writing(SETUP) as unit:
        again = await save_classes(unit, rows(school, session)[::-1])
        assert (again.ids[::-1], set(again.outcomes)) == (first.ids, {Outcome.UNCHANGED})
        assert unit.entries == []
        assert unit.events == []
        fewer = await save_classes(unit, rows(school, session, 1, capacity=20))
        assert fewer.outcomes == (Outcome.CHANGED,)
        assert [event.kind for event in unit.events] == ["class.capacity-changed"]
        brief = await find_class_by_code(unit, "C-0", session)
        assert brief is not None
        assert brief.capacity == 20
        assert brief == await class_brief(unit, first.ids[0], lock=True)
        assert await classes_of_course(unit, school.course, academic_session_id=session) == sorted(first.ids)
        assert await courses_of_classes(unit, first.ids) == dict.fromkeys(first.ids, school.course)


async def test_an_import_with_bad_rows_stores_none_and_names_each(university: University, school: School) -> None:
    _, autumn = await open_semester(await university.as_(school.registry))
    session = UUID(autumn)
    good, repeated, _ = rows(school, session)
    unknown = NewClass("Z", new_id(), session, new_id(), "ky", 30, Mode.IN_PERSON, new_id(), "src-z")
    async with school.context.writing(SETUP) as unit:
        saved = await save_classes(unit, [good, good, repeated, unknown])
    assert [(one.index, one.field, one.code) for one in saved.refusals] == [
        (1, "code", "listed-twice"),
        (3, "course_id", "no-such-object"),
        (3, "programme_id", "no-such-object"),
        (3, "unit_id", "no-such-object"),
    ]
    async with school.context.writing(SETUP) as unit:
        saved = await save_classes(unit, rows(school, session, mode=Mode.DISTANCE))
        assert {(one.field, one.code, one.values["problem"]) for one in saved.refusals} == {
            ("mode", "mode-not-approved", "distance-not-approved")
        }
    async with school.context.reading(SETUP) as unit:
        assert (await unit.session.scalars(select(ClassRow))).all() == []
