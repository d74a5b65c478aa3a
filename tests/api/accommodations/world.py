"""A university with an inclusive-education office, and short ways to a plan in any state."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from api.domains.people.rules import Grant, Name, Source, UnitKind
from api.domains.people.service import NewPerson, create_persons, create_unit, grant_role, grant_roles
from api.identity import Actor, HeldRole, Role, Scope
from api.unit import Context
from tests.api.conftest import University
from tests.api.teaching.school import SETUP, TODAY, School, build_school, class_body, open_semester, person_with, sent

CASES = "/v1/accommodation-cases"
PLANS = "/v1/accommodation-plans"
EVIDENCE = "/v1/accommodation-evidence"
OBJECTIONS = "/v1/plan-objections"
REPORTS = "/v1/accommodation-reports"
NEED = "Көрүүм начар, текстти угуп окуйм"
ONE_AND_A_HALF = {"feature": "additional-testing-time", "kinds": ["test"], "time_multiplier": 1.5}
SPOKEN = {"feature": "spoken", "kinds": ["test", "assignment"]}


@dataclass
class World:
    """`student` and `neighbour` study in the department; both are in the class, which `teacher` teaches."""

    university: University
    school: School
    student: Actor
    neighbour: Actor
    head: Actor
    dean: Actor
    other_head: Actor
    """Of a department of the other institute."""
    other_dean: Actor
    office: Actor
    colleague: Actor
    """Of the office too."""
    teacher: Actor
    class_id: UUID
    other_class_id: UUID
    commission: UUID

    @property
    def context(self) -> Context:
        return self.university.context

    async def as_(self, actor: Actor | None) -> httpx.AsyncClient:
        return await self.university.as_(actor)


async def build_world(university: University) -> World:
    context = university.context
    school = await build_school(context, students=2, teachers=1)
    async with context.writing(SETUP) as unit:
        other_department = (
            await create_unit(unit, "dept2", UnitKind.DEPARTMENT, school.other_institute, {"ky": "Кафедра 2"})
        ).id
        commission = (
            await create_unit(unit, "exams", UnitKind.COMMISSION, school.institute, {"ky": "Экзамендик комиссия"})
        ).id
        names = ["Башчы", "Декан", "Чоочун", "Башка", "Инклюзия", "Кесиптеш"]
        persons = await create_persons(
            unit,
            [NewPerson(Name("ky-Cyrl", name, "Нур"), email=f"p{n}@university.test") for n, name in enumerate(names)],
        )
        held = [
            (Role.DEPARTMENT_HEAD, Scope.UNIT, school.department),
            (Role.DEANS_OFFICE, Scope.UNIT, school.institute),
            (Role.DEPARTMENT_HEAD, Scope.UNIT, other_department),
            (Role.DEANS_OFFICE, Scope.UNIT, school.other_institute),
            (Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None),
            (Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None),
        ]
        await grant_roles(
            unit,
            [
                Grant(person, role, scope, id_, TODAY, source=Source.ASSIGNED)
                for person, (role, scope, id_) in zip(persons, held, strict=True)
            ],
        )
        for student in school.students:
            await grant_role(unit, student, Role.STUDENT, Scope.UNIT, school.department, TODAY)
    registry = await university.as_(school.registry)
    _, semester = await open_semester(registry)
    ids = [
        UUID((await sent(await registry.post("/v1/classes", json=class_body(school, semester, code)), 201))["id"])
        for code in ("ALG-1", "ALG-2")
    ]
    async with context.writing(SETUP) as unit:
        for student in school.students:
            await grant_role(unit, student, Role.STUDENT, Scope.CLASS, ids[0], TODAY)
    head, dean, other_head, other_dean, office, colleague = (
        person_with(person, HeldRole(role, scope, _below(school, id_)))
        for person, (role, scope, id_) in zip(persons, held, strict=True)
    )
    return World(
        university,
        school,
        person_with(school.students[0]),
        person_with(school.students[1]),
        head,
        dean,
        other_head,
        other_dean,
        office,
        colleague,
        person_with(school.teachers[0], HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({ids[0]}))),
        ids[0],
        ids[1],
        commission,
    )


def _below(school: School, unit: UUID | None) -> frozenset[UUID]:
    """As an actor is loaded: a unit with those below it."""
    if unit == school.institute:
        return frozenset({school.institute, school.department})
    return frozenset() if unit is None else frozenset({unit})


# Short ways


def request_body(world: World, **changes: Any) -> dict[str, Any]:
    return {"person_id": str(world.student.person), "need": NEED, "accommodations": [SPOKEN], **changes}


async def requested(world: World, student: Actor | None = None) -> tuple[str, str]:
    """Ids of a case and of its plan."""
    actor = student or world.student
    client = await world.as_(actor)
    body, key = request_body(world, person_id=str(actor.person)), {"Idempotency-Key": "request"}
    case = await sent(await client.post(CASES, json=body, headers=key), 201)
    (plan,) = (await sent(await client.get(PLANS, params={"case_id": case["id"]}), 200))["items"]
    return case["id"], plan["id"]


async def move(
    world: World, actor: Actor | None, url: str, body: dict[str, Any], tag: str | None = None
) -> httpx.Response:
    """A POST with the entity tag of what is read at the address above it."""
    client = await world.as_(actor)
    above = url.rpartition("/")[0]
    reader = await world.as_(world.office)
    tag = tag or (await reader.get(above)).headers["etag"]
    return await client.post(url, json=body, headers={"If-Match": tag})


def proposal(**changes: Any) -> dict[str, Any]:
    return {
        "valid_from": "2026-09-01",
        "valid_until": "2026-12-31",
        "accommodations": [ONE_AND_A_HALF, SPOKEN],
        "assessment": "Эки көзү тең начар көрөт",
        **changes,
    }


def document(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "document_number": "17-И",
        "document_date": "2026-08-31",
        "procedure_unit_id": str(world.commission),
        "procedure_number": "3",
        "procedure_date": "2026-08-28",
        **changes,
    }


async def assess(world: World, plan: str, **changes: Any) -> None:
    await sent(await move(world, world.office, f"{PLANS}/{plan}/assess", proposal(**changes)), 200)


async def approve(
    world: World, actor: Actor | None, plan: str, party: str, decision: str = "agreed", reason: str | None = None
) -> httpx.Response:
    body = {"party": party, "decision": decision} | ({} if reason is None else {"reason": reason})
    return await move(world, actor, f"{PLANS}/{plan}/approvals", body)


async def agree(world: World, plan: str) -> None:
    """All three."""
    for actor, party in ((world.head, "department"), (world.dean, "dean"), (world.office, "service")):
        await sent(await approve(world, actor, plan, party), 200)


async def activate(world: World, plan: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = await sent(
        await move(world, world.office, f"{PLANS}/{plan}/activate", document(world, **changes)), 200
    )
    return found


async def in_force(world: World, student: Actor | None = None, **changes: Any) -> tuple[str, str]:
    """Ids of a case and of its active plan; `changes` of the proposal."""
    case, plan = await requested(world, student)
    await assess(world, plan, **changes)
    await agree(world, plan)
    await activate(world, plan)
    return case, plan
