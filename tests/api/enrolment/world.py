"""A faculty with a programme, a semester, courses, classes and students, for the tests of enrolment."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from api.domains.courses.service import add_course
from api.domains.enrolment.models import EnrolmentWindowRow
from api.domains.enrolment.service import Admission, admit_many
from api.domains.people.rules import Name, UnitKind
from api.domains.people.service import NewPerson, create_persons, create_unit
from api.domains.programmes.models import LegalActRow, ProgrammeRow, ProhibitedSpecialityRow, SpecialityRow
from api.domains.teaching.models import AcademicSessionRow, ClassRow
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context, Unit
from tests.api.conftest import NOW, University

SETUP = system_actor("test:setup")
TODAY = NOW.date()
DAY = timedelta(days=1)
ORDER = {"order_number": "12-К", "order_date": "2026-08-25"}


@dataclass
class World:
    """`faculty` runs `programme`, `other_faculty` the `other_programme`; `students` study in the first, `stranger` in
    the second; the `department` of the faculty teaches `courses`."""

    context: Context
    faculty: UUID
    department: UUID
    other_faculty: UUID
    speciality: UUID
    programme: UUID
    other_programme: UUID
    year: UUID
    semester: UUID
    spring: UUID
    courses: list[UUID]
    students: list[UUID]
    stranger: UUID
    newcomer: UUID
    """A person who studies nowhere."""
    studies: dict[UUID, UUID]
    dean: Actor
    other_dean: Actor
    registry: Actor
    head: Actor
    codes: dict[str, int] = field(default_factory=dict)

    async def add(self, *rows: Any) -> None:
        async with self.context.writing(SETUP) as unit:
            unit.session.add_all(rows)

    async def add_class(
        self,
        course: UUID | None = None,
        *,
        capacity: int = 30,
        programme: UUID | None = None,
        session: UUID | None = None,
        state: str = "open",
        mode: str = "in-person",
    ) -> UUID:
        row = ClassRow(
            id=new_id(),
            created_at=NOW,
            code=f"C-{new_id().hex[-12:]}",
            course_id=course or self.courses[0],
            academic_session_id=session or self.semester,
            programme_id=programme,
            unit_id=self.department,
            language="ky",
            capacity=capacity,
            mode=mode,
            state=state,
        )
        await self.add(row)
        return row.id

    async def open_window(self, opens: datetime = NOW - DAY, closes: datetime = NOW + 14 * DAY, **values: Any) -> UUID:
        row = EnrolmentWindowRow(
            id=new_id(),
            created_at=NOW,
            academic_session_id=values.pop("session", self.semester),
            opens_at=opens,
            closes_at=closes,
            withdraw_until=values.pop("withdraw_until", closes),
            **values,
        )
        await self.add(row)
        return row.id

    async def close_speciality(self, since: date = TODAY, **values: Any) -> None:
        act = LegalActRow(
            id=new_id(),
            created_at=NOW,
            number="76",
            issued_on=date(2025, 2, 17),
            issuer="Министрлер Кабинети",
            titles={"ky": "токтом"},
            link=None,
            valid_from=date(2025, 2, 17),
            valid_to=None,
            is_confirmed=False,
        )
        await self.add(act)
        closure = {"purposes": ["training", "admission"], "forms": [], "modes": ["distance", "blended"], "levels": []}
        await self.add(
            ProhibitedSpecialityRow(
                id=new_id(),
                created_at=NOW,
                speciality_id=self.speciality,
                act_id=act.id,
                prohibited_from=since,
                prohibited_to=None,
                **(closure | values),
            )
        )


def student(person: UUID) -> Actor:
    """Themselves: the role of a student opens nothing here."""
    return Actor(account=person, person=person, method=Method.SESSION)


def officer(role: Role, scope: Scope, *ids: UUID) -> Actor:
    return Actor(
        account=new_id(), person=new_id(), roles=(HeldRole(role, scope, frozenset(ids)),), method=Method.SESSION
    )


async def build_world(context: Context, students: int = 3, mode: str = "in-person") -> World:
    async with context.writing(SETUP) as unit:
        root = (await create_unit(unit, "U", UnitKind.UNIVERSITY, None, {"ky": "Университет"})).id
        faculty = (await create_unit(unit, "F", UnitKind.INSTITUTE, root, {"ky": "Институт"})).id
        other = (await create_unit(unit, "G", UnitKind.INSTITUTE, root, {"ky": "Башка институт"})).id
        department = (await create_unit(unit, "D", UnitKind.DEPARTMENT, faculty, {"ky": "Кафедра"})).id
        speciality, second = _speciality("530100"), _speciality("530200")
        unit.session.add_all([speciality, second])
        await unit.session.flush()
        programme, elsewhere = _programme("P", speciality.id, faculty, mode), _programme("Q", second.id, other, mode)
        unit.session.add_all([programme, elsewhere])
        year = _session("2026", "year", None, date(2026, 9, 1), date(2027, 6, 30))
        unit.session.add(year)
        await unit.session.flush()
        autumn = _session("2026-1", "semester", year.id, date(2026, 9, 1), date(2027, 1, 20))
        spring = _session("2026-2", "semester", year.id, date(2027, 2, 1), date(2027, 6, 30))
        unit.session.add_all([autumn, spring])
        await unit.session.flush()
        courses = [
            await add_course(unit, f"course-{number}", {"ky": "Предмет"}, department, 5, 5) for number in range(4)
        ]
        *persons, stranger, newcomer = await create_persons(
            unit, [NewPerson(Name("ky-Cyrl", f"Асанов{number}", "Бакыт")) for number in range(students + 2)]
        )
        rows = [Admission(one, programme.id, 2026) for one in persons] + [Admission(stranger, elsewhere.id, 2026)]
        results = await admit_many(unit, rows, order_number="1-К", order_date=TODAY)
    studies = {row.person_id: result.id for row, result in zip(rows, results, strict=True) if result.id is not None}
    return World(
        context,
        faculty,
        department,
        other,
        speciality.id,
        programme.id,
        elsewhere.id,
        year.id,
        autumn.id,
        spring.id,
        courses,
        persons,
        stranger,
        newcomer,
        studies,
        officer(Role.DEANS_OFFICE, Scope.UNIT, faculty, department),
        officer(Role.DEANS_OFFICE, Scope.UNIT, other),
        officer(Role.REGISTRY, Scope.UNIVERSITY),
        officer(Role.DEPARTMENT_HEAD, Scope.UNIT, department),
    )


def _speciality(code: str) -> SpecialityRow:
    return SpecialityRow(id=new_id(), created_at=NOW, code=code, titles={"ky": code})


def _programme(code: str, speciality: UUID, unit: UUID, mode: str) -> ProgrammeRow:
    return ProgrammeRow(
        id=new_id(),
        created_at=NOW,
        code=code,
        edition=1,
        titles={"ky": code},
        level="bachelor",
        form="day",
        mode=mode,
        speciality_id=speciality,
        unit_id=unit,
        duration_months=48,
        ects=240,
        national_credits=240,
        distance_percent=0,
        state="approved",
        state_since=NOW,
        approved_on=TODAY,
    )


def _session(code: str, kind: str, parent: UUID | None, starts_on: date, ends_on: date) -> AcademicSessionRow:
    return AcademicSessionRow(
        id=new_id(),
        created_at=NOW,
        code=code,
        kind=kind,
        parent_id=parent,
        titles={"ky": code},
        starts_on=starts_on,
        ends_on=ends_on,
        state="open",
    )


class Desk:
    """What one actor does about enrolment over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def enrol(self, class_id: UUID, key: str | None = None, **body: Any) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.client.post(f"/v1/classes/{class_id}/enrolments", json=_plain(body), headers=headers)

    async def withdraw(
        self, enrolment_id: str, reason: str | None = "Жумуш убактысы менен туура келбейт", **headers: str
    ) -> httpx.Response:
        return await self.client.post(
            f"/v1/enrolments/{enrolment_id}/withdraw", json={"reason": reason}, headers=headers
        )

    async def see(self, enrolment_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/enrolments/{enrolment_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def move(self, study_id: UUID, verb: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/v1/studies/{study_id}/{verb}", json=_plain(ORDER | body))


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in body.items()}


async def desk(university: University, actor: Actor | None) -> Desk:
    return Desk(await university.as_(actor))


def slug(answer: httpx.Response) -> str:
    """Of the problem."""
    kind: str = answer.json()["type"]
    return kind.removeprefix("/problems/")


async def places(unit: Unit, class_id: UUID) -> list[tuple[UUID, str]]:
    """Who holds a place or waits, in the order of joining."""
    from api.domains.enrolment.service import live_enrolments

    return [(one.person_id, one.state.value) for one in await live_enrolments(unit, class_id)]
