"""Two institutes with one of everything each, so that everybody has something of their own and something of others."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from api.app import create_app, create_context
from api.db.session import Database
from api.domains.access.accounts import create_account
from api.domains.courses.models import ResourceRow
from api.domains.courses.service import add_course
from api.domains.enrolment.service import Admission, admit_many
from api.domains.people.rules import SCOPES_OF_ROLE, Grant, Name, Source, UnitKind
from api.domains.people.service import (
    NewPerson,
    create_person,
    create_persons,
    create_unit,
    grant_roles,
    place_of_person,
)
from api.domains.programmes.models import ModuleApprovalRow, ProgrammeRow
from api.domains.rostering.models import RosterImportRow
from api.domains.webhooks.models import WebhookDeliveryRow
from api.identity import VISITOR, AccountKind, Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.policy import Place, place
from api.settings import Settings
from api.unit import Context
from tests.api.access_matrix.assessment import Room, assessed, common_objects
from tests.api.conftest import KEYS, NOW, StandingClock, acting_as
from tests.api.courses.samples import digest_of

SETUP = system_actor("test:setup")
TODAY: Final = NOW.date()
CURRICULUM: Final = 2027
"""The year of intake whose curriculum is there: one that has not begun."""


def everybody_at_once(person: UUID) -> Actor:
    """Somebody with every role for the whole university: to build the world, and to ask for all that there is."""
    roles = tuple(HeldRole(role, Scope.UNIVERSITY) for role in Role)
    return Actor(person, person, roles=roles, method=Method.SESSION, is_strong=True)


OF_CLASS: Final = (
    *("line_item_id", "rubric_id", "marking_id", "marking-attempts/marking_id", "work_id", "task_id", "test_id"),
    *("assignment_id", "run_id", "pair_id", "sitting_id"),
)
OF_COURSE: Final = ("bank_id", "items/item_id", "item-versions/version_id", "rendition_id")
OF_PERSON: Final = (
    *("accommodation_case_id", "accommodation_plan_id", "accommodation_evidence_id", "plan_objection_id"),
)
OF_PERSON_ALONE: Final = ("attempt_id",)
OF_PERSON_IN_CLASS: Final = (
    *("appeal_id", "result_id", "retake_id", "extension_id", "incident_id", "oral-checks/check_id", "submission_id"),
)
"""Where the objects of assessment lie, by the parameter that names them."""
HELD: Final = [
    (role, scope) for role in Role for scope in sorted(SCOPES_OF_ROLE[role] - {Scope.CASE}) if role is not Role.STUDENT
]


def _column(role: Role, scope: Scope) -> str:
    return f"{role}, {scope}"


@dataclass
class Side:
    """One institute. `ids`: by name of a path parameter or of a field, what is here."""

    name: str
    institute: UUID
    department: UUID
    ids: dict[str, UUID] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    """By name of a path parameter, where the object lies."""
    people: dict[str, UUID] = field(default_factory=dict)


@dataclass
class World:
    context: Context
    mine: Side
    others: Side
    classmate: Side
    """What belongs to another student of the same class and group, where that differs from `mine`."""
    double: Side
    """What belongs to a student of both institutes, as far as it lies in that of the others."""
    common: dict[str, UUID]
    councils: dict[str, UUID]
    founder: Actor
    staff: dict[str, UUID]
    """Who asks, by the name of the column: whoever decides something has to be somebody."""


class Undone(Database):
    """A database in which nothing stays: every request is carried out and then taken back."""

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.writer, expire_on_commit=False) as session:
            yield session
            session.expunge_all()
            await session.rollback()


def client_of(app: Any, actor: Actor) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(acting_as(actor, app))  # type: ignore[arg-type]  # same protocol, other names
    return httpx.AsyncClient(transport=transport, base_url="http://university.test")


async def _made(client: httpx.AsyncClient, path: str, body: Mapping[str, Any], status: int = 201) -> UUID:
    answer = await client.post(path, json=body)
    assert answer.status_code == status, f"{path}: {answer.text}"
    return UUID(answer.json()["id"])


async def build(url: str, data: Any) -> World:
    settings = Settings(data=data, database_url=url, requests_per_minute=1_000_000)
    context = create_context(settings, KEYS, StandingClock(), durable=False)
    async with context.writing(SETUP) as unit:
        root = (await create_unit(unit, "U", UnitKind.UNIVERSITY, None, {"ky": "Университет"})).id
        councils = {
            kind: (await create_unit(unit, kind, UnitKind(kind), root, {"ky": "Кеңеш"})).id
            for kind in ("methodical-council", "academic-council")
        }
        me = await create_person(unit, NewPerson(Name("ky-Cyrl", "Башкы", "Киши")))
        columns = [*(_column(role, scope) for role, scope in HELD), *councils, "case"]
        persons = [NewPerson(Name("ky-Cyrl", "Кызматкер", "Нур")) for _ in columns]
        staff = dict(zip(columns, await create_persons(unit, persons), strict=True))
        sides = []
        for name in ("mine", "others"):
            institute = (await create_unit(unit, f"I-{name}", UnitKind.INSTITUTE, root, {"ky": "Институт"})).id
            department = (await create_unit(unit, f"D-{name}", UnitKind.DEPARTMENT, institute, {"ky": "Кафедра"})).id
            sides.append(Side(name, institute, department))
    founder = everybody_at_once(me)
    app = create_app(context)
    async with client_of(app, founder) as client:
        common = await _build_common(context, client) | await common_objects(app, founder)
        for side in sides:
            await _build_side(context, client, side, common)
            await _assess_side(context, app, side, common, councils["methodical-council"])
        common["webhook_id"] = await _made(
            client,
            "/v1/webhooks",
            {"url": "https://university.test/hook", "kinds": ["enrolment.*"], "description": "Окуу бөлүмү"},
        )
    async with context.writing(SETUP) as unit:
        imported = RosterImportRow(id=new_id(), created_at=NOW, account=None, digest="a" * 64, size=1, counts={})
        unit.session.add(imported)
        common["import_id"] = imported.id
        delivery = WebhookDeliveryRow(
            id=new_id(),
            created_at=NOW,
            webhook_id=common["webhook_id"],
            event_id=new_id(),
            kind="enrolment.withdrawn",
            happened_at=NOW,
            ids={},
            person=None,
            state="failed",
            round=1,
            attempts=1,
        )
        unit.session.add(delivery)
        common["delivery_id"] = delivery.id
    mine, others = sides
    async with client_of(app, founder) as client:
        double = await _double(context, client, mine, others, common)
    return World(context, mine, others, _classmate(mine), double, common, councils, founder, staff)


async def _build_common(context: Context, client: httpx.AsyncClient) -> dict[str, UUID]:
    year = await _made(
        client,
        "/v1/academic-sessions",
        {
            "code": "2026",
            "kind": "year",
            "titles": {"ky": "Жыл"},
            "starts_on": "2026-09-01",
            "ends_on": "2027-06-30",
        },
    )
    semester = await _made(
        client,
        "/v1/academic-sessions",
        {
            "code": "2026-1",
            "kind": "semester",
            "parent_id": str(year),
            "titles": {"ky": "Күз"},
            "starts_on": "2026-09-01",
            "ends_on": "2027-01-20",
        },
    )
    for one in (year, semester):
        answer = await client.post(f"/v1/academic-sessions/{one}/open")
        assert answer.status_code == 200, answer.text
    speciality = await _made(client, "/v1/specialities", {"code": "530100", "titles": {"ky": "Адистик"}})
    act = await _made(
        client,
        "/v1/legal-acts",
        {
            "number": "76",
            "issued_on": "2025-02-17",
            "issuer": "Министрлер Кабинети",
            "titles": {"ky": "Токтом"},
            "valid_from": "2025-02-17",
        },
    )
    closed = await _made(client, "/v1/specialities", {"code": "530900", "titles": {"ky": "Жабык адистик"}})
    closure = await _made(
        client,
        "/v1/closed-specialities",
        {
            "speciality_id": str(closed),
            "act_id": str(act),
            "prohibited_from": "2025-02-17",
            "purposes": ["training"],
            "forms": ["distance"],
        },
    )
    answer = await client.put(
        f"/v1/package-gates/{semester}", json={"due_on": "2026-12-31", "exceptions_by": "registry"}
    )
    assert answer.status_code == 200, answer.text
    limit = await _made(client, "/v1/credit-limits", {"starts_on": "2026-09-01", "basis": "12-буйрук"})
    return {
        "session_id": semester,
        "academic_session_id": semester,
        "speciality_id": speciality,
        "act_id": act,
        "closure_id": closure,
        "limit_id": limit,
        "token_id": new_id(),
    }


def _programme(code: str, state: str, speciality: UUID, unit: UUID) -> ProgrammeRow:
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
        unit_id=unit,
        duration_months=48,
        ects=240,
        national_credits=240,
        distance_percent=0,
        state=state,
        state_since=NOW,
        approved_on=TODAY if state == "approved" else None,
    )


def _module(state: str, programme: UUID, course: UUID, unit: UUID) -> ModuleApprovalRow:
    return ModuleApprovalRow(
        id=new_id(),
        created_at=NOW,
        course_id=course,
        programme_id=programme,
        unit_id=unit,
        mode="distance",
        distance_percent=100,
        valid_from=TODAY,
        valid_to=date(2027, 8, 31),
        state=state,
        state_since=NOW,
    )


async def _build_side(context: Context, client: httpx.AsyncClient, side: Side, common: Mapping[str, UUID]) -> None:
    names = (
        *("student", "classmate", "teacher", "curator", "tutor", "specialist", "officer"),
        *("head", "dean", "office", "registry", "clerk"),
    )
    async with context.writing(SETUP) as unit:
        for number, name in enumerate(names):
            person = NewPerson(Name("ky-Cyrl", f"Асанов{side.name}", f"Бакыт{number}"), birth_date=date(2007, 1, 2))
            side.people[name] = await create_person(unit, person)
        programme = _programme(f"P-{side.name}", "approved", common["speciality_id"], side.institute)
        draft = _programme(f"N-{side.name}", "draft", common["speciality_id"], side.institute)
        unit.session.add_all([programme, draft])
        await unit.session.flush()
        course = await add_course(unit, f"course-{side.name}", {"ky": "Сабак"}, side.department, 5, 5)
        module, proposal = (_module(state, programme.id, course, side.institute) for state in ("approved", "draft"))
        resource = ResourceRow(
            id=new_id(),
            created_at=NOW,
            course_id=course,
            kind="lesson",
            name="secret",
            place=1,
            position=1,
            titles={"ky": "Дарс"},
            type="lecture-text",
            languages=["ky"],
            unit_id=side.department,
            unit_name="Кафедра",
            holder="Университет",
            licence="CC-BY-4.0",
            access="restricted",
            state="published",
            path=None,
            file_digest=None,
            digest=digest_of(side.name),
        )
        unit.session.add_all([module, proposal, resource])
        await unit.session.flush()
        students = [side.people["student"], side.people["classmate"]]
        studies = [
            result.id
            for result in await admit_many(
                unit,
                [Admission(one, programme.id, 2026) for one in students],
                order_number="1-К",
                order_date=TODAY,
            )
        ]
        accounts = [
            (await create_account(unit, one, f"student.{side.name}.{number}", AccountKind.PERMANENT, None)).id
            for number, one in enumerate(students)
        ]
    async with context.writing(SETUP) as unit:
        grant = Grant(
            side.people["officer"], Role.DEANS_OFFICE, Scope.UNIT, side.institute, TODAY, source=Source.ASSIGNED
        )
        (assignment,) = await grant_roles(unit, [grant])

    def plain(**ids: UUID | str | int | bool | list[Any] | dict[str, str] | None) -> dict[str, Any]:
        return {name: str(one) if isinstance(one, UUID) else one for name, one in ids.items()}

    semester = common["session_id"]
    class_body = plain(
        course_id=course,
        academic_session_id=semester,
        programme_id=programme.id,
        unit_id=side.department,
        language="ky",
        capacity=30,
        mode="in-person",
    )
    class_ = await _made(client, "/v1/classes", {**class_body, "code": f"C-{side.name}"})
    planned = await _made(client, "/v1/classes", {**class_body, "code": f"N-{side.name}"})
    teacher = await _made(
        client,
        f"/v1/classes/{class_}/instructors",
        plain(person_id=side.people["teacher"], starts_on="2026-09-01"),
    )
    answer = await client.post(f"/v1/classes/{class_}/open")
    assert answer.status_code == 200, answer.text
    window = await _made(
        client,
        "/v1/enrolment-windows",
        plain(
            academic_session_id=semester,
            programme_id=programme.id,
            opens_at="2026-08-01T00:00:00Z",
            closes_at="2026-10-01T00:00:00Z",
        ),
    )
    enrolments = [await _made(client, f"/v1/classes/{class_}/enrolments", plain(person_id=one)) for one in students]
    group = await _made(
        client,
        "/v1/student-groups",
        plain(code=f"G-{side.name}", programme_id=programme.id, intake_year=2026, language="ky"),
    )
    curator = await _made(
        client,
        f"/v1/student-groups/{group}/curators",
        plain(person_id=side.people["curator"], starts_on="2026-09-01"),
    )
    members = [
        await _made(client, f"/v1/student-groups/{group}/members", plain(person_id=one, starts_on="2026-09-01"))
        for one in students
    ]
    answer = await client.post(f"/v1/student-groups/{group}/activate")
    assert answer.status_code == 200, answer.text
    plans = [
        await _made(
            client,
            f"/v1/studies/{study}/plans",
            plain(academic_session_id=semester, items=[{"course_id": str(course)}]),
        )
        for study in studies
    ]
    other_course = await _other_course(context, side)
    prerequisite = await _made(client, f"/v1/courses/{other_course}/prerequisites", plain(any_of=[str(course)]))
    item = await _made(
        client,
        f"/v1/courses/{course}/package-items",
        plain(part="syllabus", languages=["ky"], title="Силлабус", reference="12"),
    )
    exemption = await _made(
        client,
        f"/v1/courses/{course}/package-exemptions",
        plain(requirement="braille", reason="Чийме гана", starts_on="2026-09-01"),
    )
    supports = []
    for one, name, changes in (
        (students[0], "tutor", {"kind": "tutor", "is_outside": False}),
        (
            students[1],
            "specialist",
            {
                "kind": "sign-language-interpreter",
                "is_outside": True,
                "shares": ["contact"],
                "ends_on": "2026-12-31",
            },
        ),
    ):
        supporter = plain(person_id=one, supporter_id=side.people[name], starts_on="2026-09-01")
        supports.append(await _made(client, "/v1/support-assignments", {**supporter, **changes}))
    for one in students:
        answer = await client.put(
            f"/v1/persons/{one}/special-data", json={"categories": ["vision"], "details": "Брайль"}
        )
        assert answer.status_code == 200, answer.text
    answer = await client.put(f"/v1/programmes/{programme.id}/curricula/{CURRICULUM}", json={"courses": []})
    assert answer.status_code == 200, answer.text
    link = await _made(
        client,
        "/v1/library-links",
        plain(
            provider="Elsevier",
            titles={"ky": "База"},
            url="https://base.test/a",
            type="database",
            languages=["en"],
            holder="Elsevier",
            licence="2026",
            unit_id=side.department,
            starts_on="2026-08-01",
            unit_ids=[str(side.institute)],
        ),
    )
    side.ids = {
        "person_id": students[0],
        "supporter_id": side.people["tutor"],
        "unit_id": side.department,
        "scope_id": side.institute,
        "programme_id": programme.id,
        "course_id": course,
        "any_of": course,
        "module_id": proposal.id,
        "resource_id": resource.id,
        "class_id": class_,
        "group_id": group,
        "enrolment_id": enrolments[0],
        "study_id": studies[0] or new_id(),
        "plan_id": plans[0],
        "window_id": window,
        "prerequisite_id": prerequisite,
        "item_id": item,
        "exemption_id": exemption,
        "link_id": link,
        "account_id": accounts[0],
        "member_id": members[0],
        # what is called alike in several places, by the path
        "instructors/assignment_id": teacher,
        "curators/assignment_id": curator,
        "role-assignments/assignment_id": assignment,
        "support-assignments/assignment_id": supports[0],
        "draft": draft.id,
        "planned": planned,
        "module": module.id,
        "classmate/person_id": students[1],
        "classmate/enrolment_id": enrolments[1],
        "classmate/study_id": studies[1] or new_id(),
        "classmate/plan_id": plans[1],
        "classmate/account_id": accounts[1],
        "classmate/support-assignments/assignment_id": supports[1],
    }
    async with context.reading(SETUP) as unit:
        student = await place_of_person(unit, students[0])
        officer = await place_of_person(unit, side.people["officer"])
        mate = await place_of_person(unit, students[1])
    of_programme = place(unit=side.institute, programme=programme.id)
    of_class = place(unit=side.department, programme=programme.id, class_=class_)
    of_course = place(unit=side.department, class_=class_)

    def of_study(person: Place) -> Place:
        return place_of_study(person, of_programme)

    def of_enrolment(person: Place) -> Place:
        return place_of_enrolment(person, of_programme, of_class)

    side.places = {
        "person_id": student,
        "unit_id": of_course,
        "programme_id": of_programme,
        "module_id": of_programme,
        "course_id": of_course,
        "resource_id": of_course,
        "class_id": of_class,
        "group_id": place(unit=side.institute, programme=programme.id, group=group),
        "enrolment_id": of_enrolment(student),
        "study_id": of_study(student),
        "plan_id": of_study(student),
        "window_id": of_programme,
        "prerequisite_id": of_course,
        "item_id": of_course,
        "exemption_id": of_course,
        "link_id": of_course,
        "role-assignments/assignment_id": officer,
        "support-assignments/assignment_id": replace(student, persons=student.persons | {side.people["tutor"]}),
        "classmate/support-assignments/assignment_id": replace(
            mate, persons=mate.persons | {side.people["specialist"]}
        ),
        "classmate/person_id": mate,
        "classmate/enrolment_id": of_enrolment(mate),
        "classmate/study_id": of_study(mate),
        "classmate/plan_id": of_study(mate),
    }


async def _assess_side(context: Context, app: Any, side: Side, common: Mapping[str, UUID], council: UUID) -> None:
    ids, both = side.ids, ("", "classmate/")
    found = await assessed(
        context,
        app,
        Room(
            class_id=ids["class_id"],
            course=ids["course_id"],
            department=side.department,
            institute=side.institute,
            programme=ids["programme_id"],
            semester=common["session_id"],
            commission=council,
            studies=[ids[f"{name}study_id"] for name in both],
            enrolments=[ids[f"{name}enrolment_id"] for name in both],
            students=[ids[f"{name}person_id"] for name in both],
            staff=side.people,
            scale_version=common["scale_version_id"],
        ),
    )
    side.ids |= found | {"course-packages/item_id": ids["item_id"]}
    of_class = side.places["class_id"]
    of_programme = side.places["programme_id"]
    side.places |= dict.fromkeys(OF_CLASS, of_class)
    side.places |= dict.fromkeys(OF_COURSE, side.places["course_id"])
    side.places["course-packages/item_id"] = side.places["item_id"]
    everybody = frozenset(ids[f"{name}person_id"] for name in both)
    side.places["own"] = Place(persons=everybody)
    for name in both:
        person = side.places[f"{name}person_id"]
        alone = Place(persons=frozenset({ids[f"{name}person_id"]}))
        with_class = replace(of_class, persons=alone.persons)
        side.places |= {f"{name}{one}": person for one in OF_PERSON}
        side.places |= {f"{name}{one}": alone for one in OF_PERSON_ALONE}
        side.places |= {f"{name}{one}": with_class for one in OF_PERSON_IN_CLASS}
        side.places[f"{name}transcript_id"] = replace(of_programme, persons=alone.persons)
        side.places[f"{name}case_id"] = Place(
            persons=alone.persons | {side.people["teacher"]},  # who reported it
            units=of_class.units,
            programmes=of_class.programmes,
            cases=frozenset({side.ids[f"{name}case_id"]}),
        )


def place_of_study(person: Place, programme: Place) -> Place:
    """The student, the groups that the student is in, and the institute of this study alone."""
    return Place(persons=person.persons, units=programme.units, programmes=programme.programmes, groups=person.groups)


def place_of_enrolment(person: Place, programme: Place, class_: Place) -> Place:
    """As a study's, with the class alone that it is about."""
    study = place_of_study(person, programme)
    return replace(study, units=study.units | class_.units, classes=class_.classes)


async def _double(
    context: Context, client: httpx.AsyncClient, mine: Side, others: Side, common: Mapping[str, UUID]
) -> Side:
    """Studies in both institutes, sits in both classes, is in the group of `mine`."""
    async with context.writing(SETUP) as unit:
        person = await create_person(unit, NewPerson(Name("ky-Cyrl", "Эсенова", "Жылдыз")))
        sides = (mine, others)
        results = await admit_many(
            unit,
            [Admission(person, side.ids["programme_id"], 2026) for side in sides],
            order_number="2-К",
            order_date=TODAY,
        )
    here, there = (result.id for result in results)
    for side, study in ((mine, here), (others, there)):
        enrolment = await _made(
            client,
            f"/v1/classes/{side.ids['class_id']}/enrolments",
            {"person_id": str(person), "study_id": str(study)},
        )
    await _made(
        client,
        f"/v1/student-groups/{mine.ids['group_id']}/members",
        {"person_id": str(person), "starts_on": "2026-09-01"},
    )
    answer = await client.put(f"/v1/persons/{person}/special-data", json={"categories": ["vision"], "details": "Лупа"})
    assert answer.status_code == 200, answer.text
    plan = await _made(
        client, f"/v1/studies/{there}/plans", {"academic_session_id": str(common["session_id"]), "items": []}
    )
    async with context.reading(SETUP) as unit:
        where = await place_of_person(unit, person)
    study_place = place_of_study(where, others.places["programme_id"])
    ids = {"person_id": person, "study_id": there or new_id(), "enrolment_id": enrolment, "plan_id": plan}
    places = {
        "person_id": where,
        "study_id": study_place,
        "plan_id": study_place,
        "enrolment_id": place_of_enrolment(where, others.places["programme_id"], others.places["class_id"]),
    }
    return Side("double", others.institute, others.department, others.ids | ids, others.places | places, others.people)


async def _other_course(context: Context, side: Side) -> UUID:
    async with context.writing(SETUP) as unit:
        return await add_course(unit, f"before-{side.name}", {"ky": "Мурунку"}, side.department, 5, 5)


def _classmate(mine: Side) -> Side:
    renamed = {name.removeprefix("classmate/"): id_ for name, id_ in mine.ids.items() if name.startswith("classmate/")}
    places = {
        name.removeprefix("classmate/"): one for name, one in mine.places.items() if name.startswith("classmate/")
    }
    return Side("classmate", mine.institute, mine.department, mine.ids | renamed, mine.places | places, mine.people)


def actors(world: World) -> dict[str, Actor]:
    """The columns: who asks. Everybody holds what they hold on the side called `mine`."""
    side = world.mine
    units = frozenset({side.institute, side.department})  # a unit's role holds below it
    held = {
        Scope.UNIVERSITY: frozenset[UUID](),
        Scope.UNIT: units,
        Scope.PROGRAMME: frozenset({side.ids["programme_id"]}),
        Scope.CLASS: frozenset({side.ids["class_id"]}),
        Scope.GROUP: frozenset({side.ids["group_id"]}),
        Scope.PERSON: frozenset({side.ids["person_id"]}),
    }
    student = side.people["student"]
    found = {
        "visitor": VISITOR,
        "stranger": Actor(new_id(), new_id(), method=Method.SESSION),
        "specialist from outside": Actor(new_id(), side.people["specialist"], method=Method.SESSION),
        "student": Actor(
            new_id(),
            student,
            roles=tuple(HeldRole(Role.STUDENT, scope, held[scope]) for scope in SCOPES_OF_ROLE[Role.STUDENT]),
            method=Method.SESSION,
        ),
    }
    persons = {Role.INSTRUCTOR: "teacher", Role.CURATOR: "curator"}
    for role, scope in HELD:
        name = _column(role, scope)
        person = side.people[persons[role]] if role in persons else world.staff[name]
        if (role, scope) == (Role.SUPPORT, Scope.PERSON):
            person = side.people["tutor"]
        roles = (HeldRole(role, scope, held[scope]),)
        found[name] = Actor(new_id(), person, roles=roles, method=Method.SESSION, is_strong=True)
    for kind, council in world.councils.items():
        found[f"commission, {kind}"] = _member(world.staff[kind], Scope.UNIT, council)
    found["commission, case"] = _member(world.staff["case"], Scope.CASE, side.ids["case_id"])
    return found


def _member(person: UUID, scope: Scope, id_: UUID) -> Actor:
    roles = (HeldRole(Role.COMMISSION, scope, frozenset({id_})),)
    return Actor(new_id(), person, roles=roles, method=Method.SESSION, is_strong=True)
