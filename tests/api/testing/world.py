"""A class with a teacher, students and a bank of questions, for the tests of tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import msgspec

from api.domains.accommodations.models import AccommodationRow, CaseRow, PlanRow
from api.domains.enrolment.service import enrol
from api.domains.items.banks import add_bank
from api.domains.items.content import Answer, Content, Key
from api.domains.items.service import keys_of
from api.domains.items.versions import NewVersion, add_item
from api.domains.tests.reviewing import right_answer
from api.events import Event
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.unit import Context
from tests.api.conftest import NOW, University
from tests.api.enrolment.world import SETUP, build_world
from tests.api.enrolment.world import World as Campus
from tests.api.items.samples import version

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OPENS, CLOSES = NOW + HOUR, NOW + DAY
EVERY_KIND = (
    *("single-choice", "multiple-choice", "ordering", "matching"),
    *("numeric", "short-text", "essay", "file"),
)
BY_MACHINE = EVERY_KIND[:6]


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def member(person: UUID, role: Role, class_id: UUID) -> Actor:
    return Actor(person, person, roles=(HeldRole(role, Scope.CLASS, frozenset({class_id})),), method=Method.SESSION)


@dataclass
class World:
    """`students` have a place in `class_id`; `teacher` teaches it, `other_teacher` another class. `items` are versions
    of questions by kind, each worth two points."""

    university: University
    campus: Campus
    class_id: UUID
    other_class: UUID
    students: list[Actor]
    teacher: Actor
    other_teacher: Actor
    dean: Actor
    office: Actor
    items: dict[str, UUID]

    @property
    def context(self) -> Context:
        return self.university.context

    async def client(self, actor: Actor | None) -> httpx.AsyncClient:
        return await self.university.as_(actor)

    async def sent(self, actor: Actor, method: str, path: str, status: int, **rest: Any) -> Any:
        """The body of the answer, which has that status."""
        answer = await (await self.client(actor)).request(method, path, **rest)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def refused(self, actor: Actor, method: str, path: str, status: int, slug: str, **rest: Any) -> Any:
        """The values of the problem, if it is that one."""
        body = await self.sent(actor, method, path, status, **rest)
        assert body["type"] == f"/problems/{slug}", body
        return body.get("values", {})

    async def make_test(
        self, kinds: Sequence[str] = BY_MACHINE, *, announced: bool = True, shuffle: bool = True, **fields: Any
    ) -> str:
        body: dict[str, Any] = {
            "class_id": str(self.class_id),
            "titles": {"ky": "Тест"},
            "opens_at": text(OPENS),
            "closes_at": text(CLOSES),
            "time_limit_minutes": 60,
            "languages": ["ky", "ru"],
            "grading": {"code": "T1", "weight": 20},
            "sections": [
                {
                    "item_version_ids": [str(self.items[kind]) for kind in kinds],
                    "shuffle_items": shuffle,
                    "shuffle_choices": shuffle,
                }
            ],
        } | fields
        if body.get("is_self_check"):
            del body["grading"]
        made = await self.sent(self.teacher, "POST", "/v1/tests", 201, json=body)
        if announced:
            await self.sent(self.teacher, "POST", f"/v1/tests/{made['id']}/announce", 200)
        return str(made["id"])

    async def start(self, actor: Actor, test_id: str, *, status: int = 201, language: str = "ky") -> Any:
        return await self.sent(actor, "POST", f"/v1/tests/{test_id}/attempts", status, json={"language": language})

    async def save(
        self, actor: Actor, attempt: Any, place: int, answer: Any, version: int = 1, status: int = 200
    ) -> Any:
        path = f"/v1/attempts/{attempt['id']}/responses/{place}"
        return await self.sent(actor, "PUT", path, status, json={"version": version, "answer": answer})

    async def see(self, actor: Actor, attempt: Any) -> Any:
        return await self.sent(actor, "GET", f"/v1/attempts/{attempt['id']}", 200)

    async def submit(self, actor: Actor, attempt: Any) -> Any:
        return await self.sent(actor, "POST", f"/v1/attempts/{attempt['id']}/submit", 200)

    async def extend(self, student: Actor, test_id: str, **adding: Any) -> Any:
        body = {"task_id": test_id, "person_id": str(student.person), "adding": adding, "reason": "Электр өчтү"}
        return await self.sent(self.teacher, "POST", "/v1/extensions", 201, json=body)

    async def right_answers(self) -> dict[str, Any]:
        """By kind, of those that a machine marks."""
        async with self.context.reading(SETUP) as unit:
            keys = await keys_of(unit, self.items.values())
        found: dict[str, Any] = {}
        for kind, id_ in self.items.items():
            answer: Answer | None = right_answer(keys[id_], "ky")
            if answer is not None:
                found[kind] = msgspec.to_builtins(answer)
        return found

    async def agree(self, person: UUID | None, feature: str, *, told: bool = False, **value: Any) -> UUID:
        """An active plan with one accommodation; the id of the accommodation."""
        assert person is not None
        async with self.context.writing(SETUP) as unit:
            case = CaseRow(
                created_at=unit.now,
                person_id=person,
                state="open",
                coordinator_id=self.campus.newcomer,
                is_own_request=True,
                consent_given_on=date(2026, 8, 1),
            )
            unit.session.add(case)
            await unit.session.flush()
            plan = PlanRow(
                created_at=unit.now,
                case_id=case.id,
                number=1,
                state="active",
                state_since=unit.now,
                valid_from=date(2026, 8, 1),
                valid_until=date(2027, 6, 30),
                effective_from=date(2026, 8, 1),
                effective_until=date(2027, 6, 30),
                document_number="7",
                document_date=date(2026, 8, 1),
            )
            unit.session.add(plan)
            await unit.session.flush()
            row = AccommodationRow(
                created_at=unit.now,
                plan_id=plan.id,
                feature=feature,
                for_tests=True,
                for_assignments=True,
                is_unlimited=value.pop("is_unlimited", False),
                is_fixed_time=False,
                **value,
            )
            unit.session.add(row)
            await unit.session.flush()
            if told:
                await unit.emit(Event("accommodation-plan.activated", {"plan": plan.id, "case": case.id}, person))
            return row.id


async def build(university: University, students: int = 2, kinds: Sequence[str] = EVERY_KIND) -> World:
    context = university.context
    campus = await build_world(context, students)
    class_id, other = await campus.add_class(), await campus.add_class(campus.courses[1])
    await campus.open_window()
    items: dict[str, UUID] = {}
    async with context.writing(SETUP) as unit:
        for person in campus.students:
            await enrol(unit, class_id, person)
        bank = await add_bank(unit, campus.courses[0], "b-1", {"ky": "Банк"})
        for kind in kinds:
            given = version(kind)
            new = NewVersion(
                Decimal(2),
                msgspec.convert(given["content"], Content),
                msgspec.convert(given["key"], Key),
            )
            items[kind] = (await add_item(unit, bank, kind, [], new))[1].id
    return World(
        university,
        campus,
        class_id,
        other,
        [member(person, Role.STUDENT, class_id) for person in campus.students],
        member(campus.stranger, Role.INSTRUCTOR, class_id),
        member(campus.newcomer, Role.INSTRUCTOR, other),
        Actor(
            campus.newcomer, campus.newcomer, roles=campus.dean.roles, method=Method.SESSION
        ),  # whoever grants a retake is somebody
        Actor(
            campus.newcomer,
            campus.newcomer,
            roles=(HeldRole(Role.INCLUSION_OFFICE, Scope.UNIVERSITY),),
            method=Method.SESSION,
        ),
        items,
    )


def place_of(attempt: Mapping[str, Any], kind: str) -> int:
    """Where the question of this kind stands."""
    return int(next(place["number"] for place in attempt["places"] if place["kind"] == kind))


JOB = system_actor("job:test")
