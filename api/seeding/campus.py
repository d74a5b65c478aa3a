"""Where a demonstration university stands: units, courses, staff, programmes, a semester that runs today."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from api.domains.courses import service as courses
from api.domains.enrolment import windows
from api.domains.people import service as people
from api.domains.people.rules import Grant, Source, UnitKind
from api.domains.programmes import seeding as programmes
from api.domains.programmes.rules import Form, Kind, Level
from api.domains.programmes.rules import Mode as ProgrammeMode
from api.domains.programmes.schemas import (
    CurriculumCourseIn,
    CurriculumIn,
    DocumentIn,
    ModuleIn,
    PartIn,
    ProgrammeIn,
    SpecialityIn,
)
from api.domains.teaching import service as teaching
from api.domains.teaching.rules import SessionKind
from api.identity import Role, Scope
from api.seeding.persons import draw_person
from api.unit import Unit

STORY_COURSE: Final = "digital-literacy"
"""Most of what is shown happens in its class."""
FINISHED_COURSE: Final = "algebra"
"""Its class is small and has its results."""
MARKED_COURSE: Final = "pedagogy"
"""Its class is small and has a journal in the middle of the semester."""


@dataclass
class University:
    """On its way: what was made, by the names that the stories use."""

    unit: Unit
    chance: random.Random
    units: dict[str, UUID] = field(default_factory=dict)
    courses: dict[str, UUID] = field(default_factory=dict)
    programmes: list[tuple[str, UUID, UUID]] = field(default_factory=list)
    """Code, id, department."""
    staff: dict[str, UUID] = field(default_factory=dict)
    """By login."""
    instructors: list[UUID] = field(default_factory=list)
    students: list[UUID] = field(default_factory=list)
    classes: dict[str, UUID] = field(default_factory=dict)
    """By the code of the course."""
    teachers: dict[str, UUID] = field(default_factory=dict)
    """By the code of the course: who teaches its class."""
    logins: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    """Person and role."""

    def __post_init__(self) -> None:
        self.now = self.unit.now.replace(second=0, microsecond=0)
        today = self.unit.today
        start = today.year if today.month >= 8 else today.year - 1
        self.year = (date(start, 8, 1), date(start + 1, 7, 31))
        autumn, spring = (date(start, 8, 1), date(start + 1, 1, 20)), (date(start + 1, 1, 21), date(start + 1, 7, 31))
        self.is_autumn = today <= autumn[1]
        self.semester = autumn if self.is_autumn else spring
        self.semester_id = UUID(int=0)
        self.begun_at = max(self.now - _BEFORE_STORIES, self.moment(self.semester[0]))

    def moment(self, day: date) -> datetime:
        """When the day begins where the university is."""
        return datetime.combine(day, time(), self.unit.settings.time_zone)

    def day(self, days: int, hour: int) -> datetime:
        """So many days from today, at a whole hour where the university is. That is up to a day earlier or later than
        `later(days=days)`: leave a day between what has to follow one upon the other."""
        return self.moment(self.now.astimezone(self.unit.settings.time_zone).date() + timedelta(days)).replace(
            hour=hour
        )

    def ago(self, **by: float) -> datetime:
        """E.g. `ago(days=2, hours=3)`."""
        return self.now - timedelta(**by)

    def later(self, **by: float) -> datetime:
        return self.now + timedelta(**by)


_BEFORE_STORIES: Final = timedelta(days=28)


class Campus(University):
    """How it is built."""

    async def build_units(self) -> None:
        tree = (
            ("U", UnitKind.UNIVERSITY, "", "Жеткиликтүү университет", "Доступный университет", "Accessible University"),
            ("IDT", UnitKind.INSTITUTE, "U", "Санариптик технологиялар институту", "Институт цифровых технологий",
             "Institute of Digital Technologies"),
            ("IP", UnitKind.INSTITUTE, "U", "Педагогика институту", "Институт педагогики", "Institute of Pedagogy"),
            ("DT", UnitKind.DEPARTMENT, "IDT", "Санариптик технологиялар кафедрасы", "Кафедра цифровых технологий",
             "Department of Digital Technologies"),
            ("PED", UnitKind.DEPARTMENT, "IP", "Педагогика кафедрасы", "Кафедра педагогики", "Department of Pedagogy"),
            ("REG", UnitKind.SERVICE, "U", "Окуу бөлүмү", "Учебный отдел", "Registry"),
            ("INC", UnitKind.SERVICE, "U", "Инклюзивдик билим берүү бөлүмү", "Отдел инклюзивного образования",
             "Inclusive Education Office"),
            ("EMC", UnitKind.METHODICAL_COUNCIL, "U", "Окуу-усулдук кеңеш", "Учебно-методический совет",
             "Methodical Council"),
            ("AC", UnitKind.ACADEMIC_COUNCIL, "U", "Окумуштуу кеңеш", "Учёный совет", "Academic Council"),
        )  # fmt: skip
        for code, kind, parent, ky, ru, en in tree:
            row = await people.create_unit(
                self.unit, code, kind, self.units.get(parent), {"ky": ky, "ru": ru, "en": en}
            )
            self.units[code] = row.id

    async def build_courses(self) -> None:
        """Those of the site, and three that the registry knows when the site lacks them."""
        for code, unit_code, ky, ru, en in (
            (STORY_COURSE, "DT", "Санариптик сабаттуулук", "Цифровая грамотность", "Digital Literacy"),
            (FINISHED_COURSE, "DT", "Алгебра", "Алгебра", "Algebra"),
            (MARKED_COURSE, "PED", "Педагогика негиздери", "Основы педагогики", "Foundations of Pedagogy"),
        ):
            if code not in self.courses:
                self.courses[code] = await courses.add_course(
                    self.unit, code, {"ky": ky, "ru": ru, "en": en}, self.units[unit_code], 5.0, 5.0
                )

    async def build_staff(self) -> None:
        posts: tuple[tuple[str, Role, Scope, str | None], ...] = (
            ("registry", Role.REGISTRY, Scope.UNIVERSITY, None),
            ("inclusion", Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None),
            ("dean-idt", Role.DEANS_OFFICE, Scope.UNIT, "IDT"),
            ("dean-ip", Role.DEANS_OFFICE, Scope.UNIT, "IP"),
            ("head-dt", Role.DEPARTMENT_HEAD, Scope.UNIT, "DT"),
            ("head-ped", Role.DEPARTMENT_HEAD, Scope.UNIT, "PED"),
            ("methodical", Role.COMMISSION, Scope.UNIT, "EMC"),
            ("academic", Role.COMMISSION, Scope.UNIT, "AC"),
            ("support", Role.SUPPORT, Scope.UNIVERSITY, None),
        )
        persons = await people.create_persons(self.unit, [draw_person(self.chance, f"staff-{one[0]}") for one in posts])
        self.instructors = await people.create_persons(
            self.unit, [draw_person(self.chance, f"teacher-{number}") for number in range(1, 13)]
        )
        since = self.year[0].replace(year=self.year[0].year - 1)  # nobody is new: the stories may begin before the year
        grants = [
            Grant(person, role, scope, self.units[code] if code else None, since, source=Source.ASSIGNED)
            for person, (_, role, scope, code) in zip(persons, posts, strict=True)
        ]
        await people.grant_roles(self.unit, grants)
        for person, (login, role, _, _) in zip(persons, posts, strict=True):
            self.logins[login] = (person, role.value)
            self.staff[login] = person
        self.logins["teacher"] = (self.instructors[0], Role.INSTRUCTOR.value)

    async def build_programmes(self) -> None:
        plans = (
            ("710100", "DT", "Информатика жана эсептөө техникасы", "Информатика и вычислительная техника",
             "Computer Science", Form.DAY, ProgrammeMode.BLENDED, 40),
            ("710200", "DT", "Маалыматтык системалар", "Информационные системы", "Information Systems", Form.DISTANCE,
             ProgrammeMode.DISTANCE, 100),
            ("550100", "PED", "Табигый-илимий билим берүү", "Естественнонаучное образование", "Science Education",
             Form.DAY, ProgrammeMode.BLENDED, 30),
            ("550700", "PED", "Башталгыч билим берүү", "Начальное образование", "Primary Education", Form.PART_TIME,
             ProgrammeMode.BLENDED, 50),
        )  # fmt: skip
        paper = DocumentIn(number="1-D", dated=self.year[0], title="Демонстрациялык чечим / Демонстрационное решение")
        for code, department, ky, ru, en, form, mode, percent in plans:
            titles = {"ky": ky, "ru": ru, "en": en}
            speciality = await programmes.add_speciality(self.unit, SpecialityIn(code=code, titles=titles))
            programme = await programmes.add_approved_programme(
                self.unit,
                ProgrammeIn(
                    code=f"B{code}",
                    titles=titles,
                    level=Level.BACHELOR,
                    form=form,
                    mode=mode,
                    speciality_id=speciality,
                    unit_id=self.units[department],
                    duration_months=48,
                    ects=240.0,
                    distance_percent=percent,
                ),
                paper,
            )
            self.programmes.append((code, programme, self.units[department]))
            await self._write_curriculum(programme)
        for course in self.courses.values():
            await programmes.add_approved_module(
                self.unit,
                ModuleIn(
                    unit_id=self.units["IDT"],
                    course_id=course,
                    mode=ProgrammeMode.DISTANCE,
                    distance_percent=100,
                    valid_from=self.year[0],
                ),
                paper,
            )

    async def _write_curriculum(self, programme: UUID) -> None:
        briefs = await courses.course_briefs(self.unit, self.courses.values())
        taught = [
            CurriculumCourseIn(
                course_id=one.id,
                semester=1 if self.is_autumn else 2,
                is_elective=False,
                ects=one.ects or 3.0,
                parts=[
                    PartIn(kind=Kind.LECTURE, hours=16, mode=ProgrammeMode.DISTANCE, is_in_person_only=False),
                    PartIn(kind=Kind.PRACTICAL, hours=16, mode=ProgrammeMode.DISTANCE, is_in_person_only=False),
                ],
            )
            for one in briefs.values()
        ]
        await programmes.write_curriculum(self.unit, programme, self.year[0].year, CurriculumIn(courses=taught))

    async def build_calendar(self) -> None:
        start = self.year[0].year
        code = f"{start}-{(start + 1) % 100:02}"
        half = "1" if self.is_autumn else "2"
        name = {
            "1": {"ky": "Күзгү семестр", "ru": "Осенний семестр", "en": "Autumn semester"},
            "2": {"ky": "Жазгы семестр", "ru": "Весенний семестр", "en": "Spring semester"},
        }[half]
        year = {
            "ky": f"{start}–{start + 1}-окуу жылы",
            "ru": f"{start}/{start + 1} учебный год",
            "en": f"Academic year {start}/{start + 1}",
        }
        saved = await teaching.save_sessions(
            self.unit,
            [
                teaching.NewSession(code, SessionKind.YEAR, None, year, *self.year),
                teaching.NewSession(f"{code}-{half}", SessionKind.SEMESTER, code, name, *self.semester),
            ],
        )
        for id_ in saved.ids:
            await teaching.open_session(self.unit, id_)
        self.semester_id = saved.ids[1]
        closes = self.moment(self.semester[1]) - timedelta(days=30)
        await windows.add_window(
            self.unit, self.semester_id, self.moment(self.semester[0]), max(closes, self.later(days=14))
        )
