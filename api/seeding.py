"""A demonstration university: two institutes, four programmes, the courses of the site, students, staff, a semester
that runs today. Made through the same services as everything else, so it keeps every rule that a real university has.

Names are made by drawing from lists of common names; nobody is meant.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from api.domains.access import seeding as accounts
from api.domains.courses import service as courses
from api.domains.courses.manifest import load_manifest
from api.domains.courses.sync import SyncReport, take_site
from api.domains.enrolment import service as enrolment
from api.domains.enrolment import windows
from api.domains.people import service as people
from api.domains.people.rules import Grant, Name, Source, UnitKind
from api.domains.people.service import NewPerson
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
from api.domains.teaching.rules import Mode, SessionKind
from api.identity import Role, Scope, system_actor
from api.unit import Context, Unit

SEED: Final = system_actor("command:seed")
MOST_STUDENTS: Final = 20_000
_CLASS_CAPACITY: Final = 90

_WOMEN: Final = "Айгүл Айжан Айпери Алтынай Асель Бегимай Бермет Гүлзат Жаркынай Зарина Каныкей Мээрим Назгүл".split()
_MEN: Final = (
    "Адилет Азамат Айбек Бакыт Бектур Данияр Эрлан Жаныбек Каныбек Максат Мирлан Нурбек Руслан Темирлан Улан".split()
)
_FAMILIES: Final = (
    "Абдыраев Асанов Бейшеналиев Жумабеков Исаков Калыков Мамытов Осмонов Садыков Токтогулов Турдуев Эсенов".split()
)
_FATHERS: Final = "Бакыт Жолдош Кубаныч Мурат Талант Эркин".split()


@dataclass(frozen=True, slots=True)
class Seeded:
    """What to try: logins by role, all with one password."""

    logins: tuple[tuple[str, str], ...]
    password: str
    students: int
    classes: int
    sync: SyncReport | None


class NotEmptyUniversity(Exception):
    """There is a university in the database already."""


async def seed_university(context: Context, students: int, *, seed: int = 2026) -> Seeded:
    """Makes it, in one transaction. Raises NotEmptyUniversity, ManifestRefused (a damaged manifest)."""
    password = secrets.token_urlsafe(12)
    hashed = await accounts.hash_password(password)
    site = None
    if context.settings.manifest is not None and context.settings.manifest.is_file():
        site = load_manifest(context.settings.manifest)
    async with context.writing(SEED) as unit:
        unit.asked = True
        if await people.units_of_kind(unit, UnitKind.UNIVERSITY):
            raise NotEmptyUniversity
        making = _Making(unit, random.Random(seed))
        await making.build_units()
        report = await take_site(unit, site) if site is not None else None
        await making.build_courses()
        await making.build_staff()
        await making.build_programmes()
        await making.build_calendar()
        await making.admit(students)
        classes = await making.open_classes()
        await accounts.open_accounts(unit, {person: login for login, (person, _) in making.logins.items()}, hashed)
    logins = tuple((login, role) for login, (_, role) in making.logins.items())
    return Seeded(logins, password, students, classes, report)


class _Making:
    """The university on its way."""

    def __init__(self, unit: Unit, chance: random.Random) -> None:
        self.unit = unit
        self.chance = chance
        self.units: dict[str, UUID] = {}
        self.courses: dict[str, UUID] = {}
        self.programmes: list[tuple[str, UUID, UUID]] = []
        """Code, id, institute."""
        self.instructors: list[UUID] = []
        self.students: list[UUID] = []
        self.logins: dict[str, tuple[UUID, str]] = {}
        start = unit.today.year if unit.today.month >= 8 else unit.today.year - 1
        self.year = (date(start, 8, 1), date(start + 1, 7, 31))
        autumn, spring = (date(start, 8, 1), date(start + 1, 1, 20)), (date(start + 1, 1, 21), date(start + 1, 7, 31))
        self.is_autumn = unit.today <= autumn[1]
        self.semester = autumn if self.is_autumn else spring
        self.semester_id = UUID(int=0)

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
        """Those of the site, and two that the registry knows and the site lacks."""
        self.courses = await courses.course_codes(self.unit)
        for code, unit_code, ky, ru, en in (
            ("algebra", "DT", "Алгебра", "Алгебра", "Algebra"),
            ("pedagogy", "PED", "Педагогика негиздери", "Основы педагогики", "Foundations of Pedagogy"),
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
        persons = await people.create_persons(self.unit, [self._person(f"staff-{one[0]}") for one in posts])
        self.instructors = await people.create_persons(
            self.unit, [self._person(f"teacher-{number}") for number in range(1, 13)]
        )
        grants = [
            Grant(person, role, scope, self.units[code] if code else None, self.year[0], source=Source.ASSIGNED)
            for person, (_, role, scope, code) in zip(persons, posts, strict=True)
        ]
        await people.grant_roles(self.unit, grants)
        for person, (login, role, _, _) in zip(persons, posts, strict=True):
            self.logins[login] = (person, role.value)
        self.logins["teacher"] = (self.instructors[0], Role.INSTRUCTOR.value)

    async def build_programmes(self) -> None:
        plans = (
            ("710100", "IDT", "Информатика жана эсептөө техникасы", "Информатика и вычислительная техника",
             "Computer Science", Form.DAY, ProgrammeMode.BLENDED, 40),
            ("710200", "IDT", "Маалыматтык системалар", "Информационные системы", "Information Systems", Form.DISTANCE,
             ProgrammeMode.DISTANCE, 100),
            ("550100", "IP", "Табигый-илимий билим берүү", "Естественнонаучное образование", "Science Education",
             Form.DAY, ProgrammeMode.BLENDED, 30),
            ("550700", "IP", "Башталгыч билим берүү", "Начальное образование", "Primary Education", Form.PART_TIME,
             ProgrammeMode.BLENDED, 50),
        )  # fmt: skip
        paper = DocumentIn(number="1-D", dated=self.year[0], title="Демонстрациялык чечим / Демонстрационное решение")
        for code, institute, ky, ru, en, form, mode, percent in plans:
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
                    unit_id=self.units[institute],
                    duration_months=48,
                    ects=240.0,
                    distance_percent=percent,
                ),
                paper,
            )
            self.programmes.append((code, programme, self.units[institute]))
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
        zone = self.unit.settings.time_zone
        opens = datetime.combine(self.semester[0], time(), zone)
        closes = datetime.combine(self.semester[1], time(), zone) - timedelta(days=30)
        await windows.add_window(self.unit, self.semester_id, opens, max(closes, self.unit.now + timedelta(days=14)))

    async def admit(self, count: int) -> None:
        """Students in equal numbers in the four programmes, in groups of thirty at most, each with its curator."""
        self.students = await people.create_persons(
            self.unit, [self._person(f"student-{number}") for number in range(1, count + 1)]
        )
        admissions = [
            enrolment.Admission(person, self.programmes[place % len(self.programmes)][1], self.year[0].year)
            for place, person in enumerate(self.students)
        ]
        await enrolment.admit_many(self.unit, admissions, order_number="1-D", order_date=self.year[0])
        for number, (code, programme, institute) in enumerate(self.programmes):
            members = self.students[number :: len(self.programmes)]
            parts = [members[start : start + 30] for start in range(0, len(members), 30)]
            saved = await teaching.save_groups(
                self.unit,
                [
                    teaching.NewGroup(f"{code}-{place + 1}", programme, institute, self.year[0].year, "ky")
                    for place in range(len(parts))
                ],
            )
            for place, (group, part) in enumerate(zip(saved.ids, parts, strict=True)):
                curator = self.instructors[(number * 3 + place) % len(self.instructors)]
                await teaching.assign_curator(self.unit, group, curator, self.unit.today)
                await teaching.activate_group(self.unit, group)
                await teaching.add_members(self.unit, [(group, person) for person in part], self.unit.today)
        if self.students:
            self.logins["student"] = (self.students[0], Role.STUDENT.value)

    async def open_classes(self) -> int:
        """A class of each course for as many students as it has places for; the last one has a waiting list."""
        briefs = await courses.course_briefs(self.unit, self.courses.values())
        new = [
            teaching.NewClass(
                code=f"{one.code[:40]}-1",
                course_id=one.id,
                academic_session_id=self.semester_id,
                unit_id=one.unit_id or self.units["DT"],
                language="ky",
                capacity=_CLASS_CAPACITY,
                mode=Mode.DISTANCE,
            )
            for one in briefs.values()
        ]
        saved = await teaching.save_classes(self.unit, new)
        for place, class_id in enumerate(saved.ids):
            await teaching.assign_instructor(
                self.unit, class_id, self.instructors[place % len(self.instructors)], self.semester[0]
            )
        for row, class_id in zip(new, saved.ids, strict=True):
            await self._make_ready(row.course_id)
            await teaching.open_class(self.unit, class_id)
            await teaching.start_class(self.unit, class_id)
        rows = [enrolment.Enrolling(person, class_id) for class_id in saved.ids for person in self._choose()]
        await enrolment.enrol_many(self.unit, rows)
        return len(saved.ids)

    def _choose(self) -> Sequence[UUID]:
        return self.chance.sample(self.students, min(len(self.students), _CLASS_CAPACITY + 10))

    async def _make_ready(self, course_id: UUID) -> None:
        """What the site does not hold of the course's package."""

    def _person(self, source_id: str) -> NewPerson:
        is_woman = self.chance.random() < 0.5
        given = self.chance.choice(_WOMEN if is_woman else _MEN)
        family = self.chance.choice(_FAMILIES) + ("а" if is_woman else "")
        father = self.chance.choice(_FATHERS)
        patronymic = f"{father} {'кызы' if is_woman else 'уулу'}"
        return NewPerson(Name("ky-Cyrl", family, given, patronymic), language="ky", source_id=source_id)
