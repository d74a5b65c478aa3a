"""An institute with a department, two councils, a course, two specialities, and the people who decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from msgspec import convert

from api.domains.courses.service import add_course
from api.domains.people.rules import Name, UnitKind
from api.domains.people.service import NewPerson, create_person, create_unit
from api.domains.programmes.schemas import DocumentIn, ProgrammeIn
from api.domains.programmes.seeding import add_approved_programme
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context

SEED = system_actor("job:test")
PAPER = {"number": "12", "dated": "2026-08-20", "title": "Отурумдун протоколу", "sha256": "a" * 64}
DECREE = {
    "number": "76",
    "issued_on": "2025-02-17",
    "issuer": "Министрлер Кабинети",
    "titles": {"ky": "№ 76 токтом"},
    "valid_from": "2025-02-17",
}


@dataclass(frozen=True)
class Campus:
    institute: UUID
    department: UUID
    other_institute: UUID
    methodical_council: UUID
    academic_council: UUID
    attestation: UUID
    course: UUID
    second_course: UUID
    dean: Actor
    other_dean: Actor
    head: Actor
    reviewer: Actor
    decider: Actor
    second_decider: Actor
    outsider: Actor
    """Member of a commission that is no council."""
    registry: Actor
    student: Actor
    people: dict[str, UUID]


def actor_of(person: UUID, *roles: tuple[Role, Scope, Sequence[UUID]]) -> Actor:
    held = tuple(HeldRole(role, scope, frozenset(ids)) for role, scope, ids in roles)
    return Actor(account=new_id(), person=person, roles=held, method=Method.SESSION)


async def build_campus(context: Context) -> Campus:
    async with context.writing(SEED) as unit:
        root = (await create_unit(unit, "univ", UnitKind.UNIVERSITY, None, {"ky": "Университет"})).id

        async def below(code: str, kind: UnitKind, parent: UUID) -> UUID:
            return (await create_unit(unit, code, kind, parent, {"ky": code})).id

        institute = await below("inst", UnitKind.INSTITUTE, root)
        department = await below("dept", UnitKind.DEPARTMENT, institute)
        other = await below("other", UnitKind.INSTITUTE, root)
        methodical = await below("emc", UnitKind.METHODICAL_COUNCIL, root)
        academic = await below("ac", UnitKind.ACADEMIC_COUNCIL, root)
        attestation = await below("sac", UnitKind.COMMISSION, root)
        people = {}
        for name in ("dean", "other_dean", "head", "reviewer", "decider", "second", "outsider", "registry", "student"):
            people[name] = await create_person(unit, NewPerson(Name("ky-Cyrl", "Асанова", "Айгүл")))
        course = await add_course(unit, "algebra", {"ky": "Алгебра"}, institute, 5, 5)
        second = await add_course(unit, "chemistry", {"ky": "Химия"}, institute, 5, 5)
    return Campus(
        institute,
        department,
        other,
        methodical,
        academic,
        attestation,
        course,
        second,
        dean=actor_of(people["dean"], (Role.DEANS_OFFICE, Scope.UNIT, [institute, department])),
        other_dean=actor_of(people["other_dean"], (Role.DEANS_OFFICE, Scope.UNIT, [other])),
        head=actor_of(people["head"], (Role.DEPARTMENT_HEAD, Scope.UNIT, [department])),
        reviewer=actor_of(people["reviewer"], (Role.COMMISSION, Scope.UNIT, [methodical])),
        decider=actor_of(people["decider"], (Role.COMMISSION, Scope.UNIT, [academic])),
        second_decider=actor_of(people["second"], (Role.COMMISSION, Scope.UNIT, [academic])),
        outsider=actor_of(people["outsider"], (Role.COMMISSION, Scope.UNIT, [attestation])),
        registry=actor_of(people["registry"], (Role.REGISTRY, Scope.UNIVERSITY, [])),
        student=actor_of(people["student"], (Role.STUDENT, Scope.UNIT, [institute])),
        people=people,
    )


async def sent(answer: httpx.Response, status: int) -> Any:
    """The body, if the answer has that status."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def add_speciality(client: httpx.AsyncClient, code: str = "530500") -> str:
    body = {"code": code, "titles": {"ky": "Адистик", "ru": "Специальность"}}
    found = await sent(await client.post("/v1/specialities", json=body), 201)
    return str(found["id"])


async def close(client: httpx.AsyncClient, speciality: str, **changes: Any) -> dict[str, Any]:
    """Closes the speciality to distance study and admission by the decree, from 17 February 2025."""
    answer = await client.post("/v1/legal-acts", json=DECREE)
    if answer.status_code == 409:
        acts = (await client.get("/v1/legal-acts")).json()["items"]
        act = next(one["id"] for one in acts if one["number"] == DECREE["number"])
    else:
        act = (await sent(answer, 201))["id"]
    body = {
        "speciality_id": speciality,
        "act_id": act,
        "prohibited_from": "2025-02-17",
        "purposes": ["training", "admission"],
        "forms": ["distance"],
        "modes": ["distance", "blended"],
        **changes,
    }
    found: dict[str, Any] = await sent(await client.post("/v1/closed-specialities", json=body), 201)
    return found


def programme(campus: Campus, speciality: str, **changes: Any) -> dict[str, Any]:
    """The body of a blended bachelor's programme."""
    return {
        "code": "B-MATH",
        "titles": {"ky": "Математика", "en": "Mathematics"},
        "level": "bachelor",
        "form": "day",
        "mode": "blended",
        "speciality_id": speciality,
        "unit_id": str(campus.department),
        "duration_months": 48,
        "ects": 240,
        "distance_percent": 30,
        **changes,
    }


def tag(answer: httpx.Response) -> dict[str, str]:
    return {"If-Match": answer.headers["etag"]}


async def step(client: httpx.AsyncClient, address: str, move: str, version: int, **changes: Any) -> httpx.Response:
    """One step of a case, as that client."""
    body: dict[str, Any] = {"documents": [PAPER], **changes}
    if move == "review":
        body.setdefault("is_favourable", True)
    if move in ("reject", "suspend"):
        body.setdefault("reason", "Каражат жетишсиз")
    return await client.post(f"{address}/{move}", json=body, headers={"If-Match": f'"{version}"'})


async def approved_programme(context: Context, campus: Campus, speciality: str, **changes: Any) -> UUID:
    """A programme in force, by the service; the share follows from the mode."""
    share = {"in-person": 0, "blended": 30, "distance": 100}[changes.get("mode", "blended")]
    body = programme(campus, speciality, **{"distance_percent": share, **changes})
    async with context.writing(SEED) as unit:
        return await add_approved_programme(unit, convert(body, ProgrammeIn), convert(PAPER, DocumentIn))
