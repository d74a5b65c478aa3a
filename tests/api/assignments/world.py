"""A class with its teachers, students and an assignment, for the tests of handing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from api.domains.accommodations.models import AccommodationRow, CaseRow, PlanRow
from api.domains.conditions.service import grant_extension
from api.domains.enrolment.service import enrol
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from tests.api.conftest import NOW, University
from tests.api.enrolment.world import SETUP, TODAY, build_world
from tests.api.enrolment.world import World as Campus

DAY = timedelta(days=1)
OPENS, DUE, CLOSES = NOW + DAY, NOW + 8 * DAY, NOW + 10 * DAY
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def assignment_body() -> dict[str, Any]:
    """Late work is taken for two days, at ten per cent off for each."""
    return {
        "titles": {"ky": "Эссе"},
        "instructions": {"ky": "Эссе жазыңыз"},
        "opens_at": text(OPENS),
        "due_at": text(DUE),
        "closes_at": text(CLOSES),
        "late": "accepted",
        "penalty_percent": 10,
        "grading": {"code": "E1"},
    }


@dataclass
class World:
    """`students` have a place in `class_id`; `teacher` teaches it, `other_teacher` another class."""

    university: University
    campus: Campus
    class_id: UUID
    other_class: UUID
    students: list[Actor]
    teacher: Actor
    other_teacher: Actor
    head: Actor

    async def client(self, actor: Actor) -> httpx.AsyncClient:
        return await self.university.as_(actor)

    async def assignment(self, *, announced: bool = True, **fields: Any) -> str:
        teacher = await self.client(self.teacher)
        body = assignment_body() | fields
        made = await teacher.post(f"/v1/classes/{self.class_id}/assignments", json=body)
        assert made.status_code == 201, made.text
        id_: str = made.json()["id"]
        if announced:
            answer = await teacher.post(f"/v1/assignments/{id_}/announce")
            assert answer.status_code == 200, answer.text
        return id_

    async def hand_in(self, actor: Actor, assignment_id: str, data: bytes = PDF) -> str:
        """A version of one file; its id."""
        draft = await self.draft(actor, assignment_id)
        assert (await self.upload(actor, draft, data=data)).status_code == 201
        answer = await self.submit(actor, draft)
        assert answer.status_code == 200, answer.text
        return draft

    async def submit(self, actor: Actor, submission_id: str, key: str | None = None) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return await (await self.client(actor)).post(f"/v1/submissions/{submission_id}/submit", headers=headers)

    async def get(self, actor: Actor | None, path: str) -> httpx.Response:
        return await (await self.university.as_(actor)).get(path)

    async def draft(self, actor: Actor, assignment_id: str) -> str:
        answer = await (await self.client(actor)).post(f"/v1/assignments/{assignment_id}/submissions")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def upload(
        self, actor: Actor, submission_id: str, name: str = "essay.pdf", data: bytes = PDF, type_: str = ""
    ) -> httpx.Response:
        return await (await self.client(actor)).post(
            f"/v1/submissions/{submission_id}/files", content=data, headers=named(name, type_)
        )

    async def agree(self, person: UUID, **value: Any) -> None:
        """An accommodation in force from today for a year, as approval by three parties leaves it."""
        case, plan = new_id(), new_id()
        await self.campus.add(
            CaseRow(
                id=case,
                created_at=NOW,
                person_id=person,
                coordinator_id=self.campus.newcomer,
                is_own_request=True,
                consent_given_on=TODAY,
            )
        )
        days = {"valid_from": TODAY, "valid_until": TODAY + 365 * DAY}
        await self.campus.add(
            PlanRow(
                id=plan,
                created_at=NOW,
                case_id=case,
                number=1,
                state="active",
                state_since=NOW,
                document_number="7",
                document_date=TODAY,
                effective_from=days["valid_from"],
                effective_until=days["valid_until"],
                **days,
            )
        )
        await self.campus.add(
            AccommodationRow(id=new_id(), created_at=NOW, plan_id=plan, for_tests=True, for_assignments=True, **value)
        )

    async def extend(self, assignment_id: str, person: UUID, minutes: int) -> UUID:
        async with self.university.context.writing(SETUP) as unit:
            return await grant_extension(unit, UUID(assignment_id), person, minutes=minutes, reason="Электр өчкөн")


def named(name: str, type_: str = "") -> Mapping[str, str]:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return headers | ({"Content-Type": type_} if type_ else {})


def member(person: UUID, role: Role, class_id: UUID) -> Actor:
    return Actor(person, person, roles=(HeldRole(role, Scope.CLASS, frozenset({class_id})),), method=Method.SESSION)


async def build(university: University, students: int = 3) -> World:
    campus = await build_world(university.context, students)
    class_id, other = await campus.add_class(), await campus.add_class(campus.courses[1])
    await campus.open_window()
    async with university.context.writing(SETUP) as unit:
        for person in campus.students:
            await enrol(unit, class_id, person)
    return World(
        university,
        campus,
        class_id,
        other,
        [member(person, Role.STUDENT, class_id) for person in campus.students],
        member(campus.stranger, Role.INSTRUCTOR, class_id),
        member(campus.newcomer, Role.INSTRUCTOR, other),
        campus.head,
    )
