"""A class with tasks, and the people who decide about them, all of whom exist."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from api.domains.conditions.service import NewTask, TaskKind, announce_task, create_task
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons, grant_role
from api.identity import Actor, HeldRole, Method, Role, Scope
from tests.api.assignments.world import World as Classroom
from tests.api.assignments.world import build as build_classroom
from tests.api.conftest import NOW, University
from tests.api.enrolment.world import SETUP, TODAY

DAY = timedelta(days=1)
OPENS, DUE = NOW - DAY, NOW + 7 * DAY


@dataclass
class World:
    """`teacher` and `colleague` teach the class of `students`; `outsider` teaches another one; `head`, `dean` and
    `other_dean` run the department; `office` cares for inclusion."""

    university: University
    room: Classroom
    class_id: UUID
    students: list[Actor]
    teacher: Actor
    colleague: Actor
    outsider: Actor
    head: Actor
    dean: Actor
    other_dean: Actor
    office: Actor

    async def as_(self, actor: Actor | None) -> httpx.AsyncClient:
        return await self.university.as_(actor)

    async def task(
        self,
        kind: TaskKind = TaskKind.ASSIGNMENT,
        opens_at: datetime = OPENS,
        due_at: datetime = DUE,
        *,
        announced: bool = True,
        **fields: Any,
    ) -> str:
        async with self.university.context.writing(SETUP) as unit:
            new = NewTask(
                kind, self.class_id, {"ky": "Эссе"}, opens_at, fields.pop("closes_at", due_at), due_at, **fields
            )
            id_ = await create_task(unit, new)
            if announced:
                await announce_task(unit, id_)
        return str(id_)


def actor(person: UUID, *held: HeldRole) -> Actor:
    return Actor(person, person, roles=held, method=Method.SESSION)


async def build_world(university: University, students: int = 3) -> World:
    room = await build_classroom(university, students)
    names = ("Окутуучу", "Кесиптеш", "Чоочун", "Башчы", "Декан", "Орунбасар", "Инклюзия")
    async with university.context.writing(SETUP) as unit:
        persons = await create_persons(
            unit,
            [
                NewPerson(Name("ky-Cyrl", name, "Нур"), email=f"staff{number}@university.test")
                for number, name in enumerate(names)
            ],
        )
        for student in room.students:
            if student.person is not None:
                await grant_role(unit, student.person, Role.STUDENT, Scope.CLASS, room.class_id, TODAY)
    classes, others = frozenset({room.class_id}), frozenset({room.other_class})
    units = frozenset({room.campus.faculty, room.campus.department})
    teacher, colleague, outsider, head, dean, other_dean, office = persons
    return World(
        university,
        room,
        room.class_id,
        room.students,
        actor(teacher, HeldRole(Role.INSTRUCTOR, Scope.CLASS, classes)),
        actor(colleague, HeldRole(Role.INSTRUCTOR, Scope.CLASS, classes)),
        actor(outsider, HeldRole(Role.INSTRUCTOR, Scope.CLASS, others)),
        actor(head, HeldRole(Role.DEPARTMENT_HEAD, Scope.UNIT, frozenset({room.campus.department}))),
        actor(dean, HeldRole(Role.DEANS_OFFICE, Scope.UNIT, units)),
        actor(other_dean, HeldRole(Role.DEANS_OFFICE, Scope.UNIT, units)),
        actor(office, HeldRole(Role.INCLUSION_OFFICE, Scope.UNIVERSITY)),
    )


def wire(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def sent(answer: httpx.Response, status: int = 200) -> Any:
    """The body, if the answer has that status."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def refused(answer: httpx.Response, status: int, slug: str) -> Any:
    """The values of the problem, if it is that one."""
    body = await sent(answer, status)
    assert body["type"] == f"/problems/{slug}", body
    return body.get("values", {})


def version(answer: httpx.Response) -> dict[str, str]:
    """The header that says which version was read."""
    return {"If-Match": answer.headers["etag"]}
