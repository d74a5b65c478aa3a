"""A university with two institutes, programmes, courses, and the people who run its teaching."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from api.domains.courses.service import add_course
from api.domains.enrolment.service import Admission, admit_many
from api.domains.people.rules import Name, UnitKind
from api.domains.people.service import NewPerson, create_persons, create_unit
from api.domains.programmes.models import ProgrammeRow, SpecialityRow
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW

SETUP = system_actor("test:setup")
TODAY = NOW.date()
"""The first of September 2026."""


@dataclass
class School:
    """The `department` lies in the `institute`, whose `dean` and `head` run it; the `other_dean` runs the other one."""

    context: Context
    institute: UUID
    department: UUID
    other_institute: UUID
    programme: UUID
    other_programme: UUID
    course: UUID
    other_course: UUID
    """Of the other institute."""
    teachers: list[UUID]
    students: list[UUID]
    """Of the programme."""
    newcomer: UUID
    """Studies nowhere."""
    registry: Actor
    dean: Actor
    head: Actor
    other_dean: Actor
    office: Actor
    """Inclusive education."""


async def build_school(context: Context, students: int = 3, teachers: int = 3) -> School:
    async with context.writing(SETUP) as unit:
        root = (await create_unit(unit, "univ", UnitKind.UNIVERSITY, None, {"ky": "Университет"})).id
        institute = (await create_unit(unit, "inst", UnitKind.INSTITUTE, root, {"ky": "Институт"})).id
        other = (await create_unit(unit, "other", UnitKind.INSTITUTE, root, {"ky": "Башка институт"})).id
        department = (await create_unit(unit, "dept", UnitKind.DEPARTMENT, institute, {"ky": "Кафедра"})).id
        speciality = SpecialityRow(id=new_id(), created_at=NOW, code="530100", titles={"ky": "Адистик"})
        unit.session.add(speciality)
        await unit.session.flush()
        programme, second = _programme("P", speciality.id, institute), _programme("Q", speciality.id, other)
        unit.session.add_all([programme, second])
        await unit.session.flush()
        course = await add_course(unit, "algebra", {"ky": "Алгебра"}, department, 5, 5)
        other_course = await add_course(unit, "chemistry", {"ky": "Химия"}, other, 5, 5)
        persons = await create_persons(
            unit,
            [NewPerson(Name("ky-Cyrl", f"Асанова{number}", "Айгүл")) for number in range(students + teachers + 1)],
        )
        taught = persons[:students]
        await admit_many(
            unit, [Admission(one, programme.id, 2026) for one in taught], order_number="1-К", order_date=TODAY
        )
    return School(
        context,
        institute,
        department,
        other,
        programme.id,
        second.id,
        course,
        other_course,
        persons[students : students + teachers],
        taught,
        persons[-1],
        officer(Role.REGISTRY, Scope.UNIVERSITY),
        officer(Role.DEANS_OFFICE, Scope.UNIT, institute, department),
        officer(Role.DEPARTMENT_HEAD, Scope.UNIT, department),
        officer(Role.DEANS_OFFICE, Scope.UNIT, other),
        officer(Role.INCLUSION_OFFICE, Scope.UNIVERSITY),
    )


def _programme(code: str, speciality: UUID, unit_id: UUID) -> ProgrammeRow:
    return ProgrammeRow(
        id=new_id(),
        created_at=NOW,
        code=code,
        edition=1,
        titles={"ky": code},
        level="bachelor",
        form="day",
        mode="in-person",
        speciality_id=speciality,
        unit_id=unit_id,
        duration_months=48,
        ects=240,
        national_credits=240,
        distance_percent=0,
        state="approved",
        state_since=NOW,
        approved_on=TODAY,
    )


def officer(role: Role, scope: Scope, *ids: UUID) -> Actor:
    return person_with(new_id(), HeldRole(role, scope, frozenset(ids)))


def person_with(person: UUID, *roles: HeldRole) -> Actor:
    return Actor(account=person, person=person, roles=roles, method=Method.SESSION)


async def sent(answer: httpx.Response, status: int) -> Any:
    """The body, if the answer has that status."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def refused(answer: httpx.Response, status: int, slug: str) -> Any:
    """The values of the problem, if it is that one."""
    body = await sent(answer, status)
    assert body["type"] == f"/problems/{slug}", body
    return body.get("values", {})


async def wrong_fields(answer: httpx.Response) -> dict[str, str]:
    """Field -> code of the message."""
    body = await sent(answer, 422)
    return {one["pointer"]: one["code"] for one in body["errors"]}


YEAR = {
    "code": "2026/27",
    "kind": "year",
    "titles": {"ky": "2026/27-окуу жылы"},
    "starts_on": "2026-09-01",
    "ends_on": "2027-06-30",
}
AUTUMN = {
    "code": "2026-1",
    "kind": "semester",
    "titles": {"ky": "Күзгү семестр"},
    "starts_on": "2026-09-01",
    "ends_on": "2027-01-20",
}


async def add_session(client: httpx.AsyncClient, body: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = await sent(await client.post("/v1/academic-sessions", json={**body, **changes}), 201)
    return found


async def open_semester(client: httpx.AsyncClient) -> tuple[str, str]:
    """Ids of an open year and its open autumn semester."""
    year = (await add_session(client, YEAR))["id"]
    autumn = (await add_session(client, AUTUMN, parent_id=year))["id"]
    for one in (year, autumn):
        await sent(await client.post(f"/v1/academic-sessions/{one}/open"), 200)
    return year, autumn


def class_body(school: School, session: str, code: str = "ALG-1", **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "course_id": str(school.course),
        "academic_session_id": session,
        "unit_id": str(school.department),
        "language": "ky",
        "capacity": 30,
        "mode": "in-person",
        **changes,
    }
