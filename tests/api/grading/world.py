"""Two classes with students, teachers and a scale, for the tests of grading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import httpx

from api.domains.enrolment.service import Enrolling, enrol_many
from api.domains.grading.models import ClassScaleRow
from api.domains.grading.rules import Category
from api.domains.grading.service import NewLineItem, WorkKind, create_line_item, open_marking
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons
from api.domains.scales.models import ScaleRow, ScaleVersionRow
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW, University
from tests.api.enrolment.world import SETUP, World, build_world, student

__all__ = ["SETUP", "Desk", "Grading", "build_grading", "desk", "slug", "student"]

BANDS: Final = [
    {"code": "2", "titles": {"ky": "канааттандырарлык эмес", "ru": "неудовлетворительно", "en": "fail"}, "least": 0},
    {"code": "3", "titles": {"ky": "канааттандырарлык", "ru": "удовлетворительно", "en": "satisfactory"}, "least": 60},
    {"code": "4", "titles": {"ky": "жакшы", "ru": "хорошо", "en": "good"}, "least": 76},
    {"code": "5", "titles": {"ky": "эң жакшы", "ru": "отлично", "en": "excellent"}, "least": 87},
]


@dataclass
class Grading:
    """`one` has the `students`, is taught by `teacher` and `colleague`; `other` is taught by `stranger` alone and has
    the last student only. `students[3]` also teaches `other`."""

    world: World
    one: UUID
    other: UUID
    students: list[UUID]
    teacher: Actor
    colleague: Actor
    stranger: Actor
    head: Actor
    dean: Actor
    registry: Actor
    scale_version: UUID

    @property
    def context(self) -> Context:
        return self.world.context

    async def line_item(self, code: str, class_id: UUID | None = None, **values: Any) -> UUID:
        async with self.context.writing(SETUP) as unit:
            return await create_line_item(
                unit,
                NewLineItem(
                    class_id=class_id or self.one,
                    code=code,
                    titles={"ky": f"{code} модулу", "ru": f"Модуль {code}", "en": f"Module {code}"},
                    category=Category.MODULE,
                    **values,
                ),
            )

    async def work(self, line_item_id: UUID, *persons: UUID, **values: Any) -> UUID:
        """A submission, handed over to be marked."""
        async with self.context.writing(SETUP) as unit:
            return await open_marking(
                unit,
                line_item_id,
                persons,
                WorkKind.SUBMISSION,
                values.pop("work_id", new_id()),
                "/v1/markings/{marking}/submission",
                **values,
            )


def staff(person: UUID, role: Role, scope: Scope, *ids: UUID) -> Actor:
    return Actor(account=person, person=person, roles=(HeldRole(role, scope, frozenset(ids)),), method=Method.SESSION)


async def build_grading(context: Context, students: int = 4) -> Grading:
    world = await build_world(context, students)
    one, other = await world.add_class(), await world.add_class(world.courses[1])
    scale = ScaleRow(id=new_id(), created_at=NOW, code="five", titles={"ky": "беш баллдык"})
    await world.add(scale)
    version = ScaleVersionRow(
        id=new_id(),
        created_at=NOW,
        scale_id=scale.id,
        number=1,
        kind="five-point",
        valid_from=date(2020, 9, 1),
        valid_until=None,
        most_points=100,
        bands=[{**band, "is_pass": band["code"] != "2", "gpa": None} for band in BANDS],
        source="test",
        is_confirmed=False,
    )
    await world.add(version)
    async with context.writing(SETUP) as unit:
        rows = [Enrolling(person, one) for person in world.students]
        await enrol_many(unit, [*rows, Enrolling(world.students[-1], other)])
        names = ("Токтогулова", "Исаков", "Осмонов", "Садыкова", "Калыкова", "Мамытов")
        persons = await create_persons(unit, [NewPerson(Name("ky-Cyrl", name, "Айнура")) for name in names])
    return Grading(
        world,
        one,
        other,
        world.students,
        staff(persons[0], Role.INSTRUCTOR, Scope.CLASS, one),
        staff(persons[1], Role.INSTRUCTOR, Scope.CLASS, one),
        staff(persons[2], Role.INSTRUCTOR, Scope.CLASS, other),
        staff(persons[3], Role.DEPARTMENT_HEAD, Scope.UNIT, world.department),
        staff(persons[4], Role.DEANS_OFFICE, Scope.UNIT, world.faculty, world.department),
        staff(persons[5], Role.REGISTRY, Scope.UNIVERSITY),
        version.id,
    )


async def set_scale(grading: Grading) -> None:
    await grading.world.add(
        ClassScaleRow(id=new_id(), created_at=NOW, class_id=grading.one, scale_version_id=grading.scale_version)
    )


class Desk:
    """What one actor does about grades over HTTP. Every answer is kept, to look for what must not stand in it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.answers: list[httpx.Response] = []

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        version: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer; with `version` as If-Match."""
        sent = {**(headers or {}), **({} if version is None else {"If-Match": f'"{version}"'})}
        answer = await self.client.request(method, f"/v1{path}", json=body, headers=sent)
        self.answers.append(answer)
        return answer

    async def get(self, path: str, language: str = "ky") -> Any:
        answer = await self.ask("GET", path, headers={"Accept-Language": language})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, path: str, body: Any = None, version: int | None = None, method: str = "POST") -> Any:
        """What has to succeed."""
        answer = await self.ask(method, path, body, version)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def refused(self, path: str, body: Any = None, version: int | None = None, method: str = "POST") -> str:
        """The slug of the problem."""
        answer = await self.ask(method, path, body, version)
        assert answer.status_code >= 400, answer.text
        return slug(answer)

    async def grade(self, line_item: UUID, person: UUID, points: str) -> Any:
        return await self.do(f"/line-items/{line_item}/grades", {"person_id": str(person), "points": points})


async def desk(university: University, actor: Actor | None) -> Desk:
    return Desk(await university.as_(actor))


def slug(answer: httpx.Response) -> str:
    kind: str = answer.json()["type"]
    return kind.removeprefix("/problems/")
