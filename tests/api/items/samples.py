"""Questions of every kind, and a course to keep them in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.domains.courses import service as courses
from api.domains.people.models import UnitRow
from api.domains.teaching.models import AcademicSessionRow, ClassRow
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import University

JOB = system_actor("job:test")
BEFORE = datetime(2026, 8, 1, tzinfo=UTC)


def texts(text: str) -> dict[str, str]:
    return {"ky": f"{text} (кырг.)", "ru": f"{text} (рус.)", "en": f"{text} (engl.)"}


def parts(*ids: str) -> list[dict[str, Any]]:
    return [{"id": one, "text": texts(f"Part {one}")} for one in ids]


CONTENTS: dict[str, dict[str, Any]] = {
    "single-choice": {"choices": parts("a", "b", "c")},
    "multiple-choice": {"choices": parts("a", "b", "c", "d")},
    "ordering": {"parts": parts("a", "b", "c", "d")},
    "matching": {"sources": parts("x", "y"), "targets": parts("a", "b", "c")},
    "numeric": {"unit": {"ky": "кг", "ru": "кг", "en": "kg"}},
    "short-text": {"longest": 50},
    "essay": {"words_at_least": 50, "words_at_most": 200},
    "file": {"at_most": 2, "media_types": ["application/pdf"]},
}
KEYS: dict[str, dict[str, Any]] = {
    "single-choice": {"right": "b", "feedback_wrong": texts("Read it again")},
    "multiple-choice": {"right": ["a", "c"], "weights": "even", "choice_feedback": {"d": texts("No")}},
    "ordering": {"order": ["c", "a", "d", "b"], "partial": True},
    "matching": {"pairs": {"x": "c", "y": "a"}, "partial": True},
    "numeric": {"value": "3.5", "tolerance": {"kind": "absolute", "amount": "0.1"}},
    "short-text": {"accepted": {"ky": [{"text": "Өзгөн"}], "ru": [{"text": "Узген"}], "en": [{"text": "Ozgon"}]}},
    "essay": {"hints": texts("Look for reasons")},
    "file": {"feedback": texts("Thank you")},
}


def version(kind: str, points: float = 2, **other: Any) -> dict[str, Any]:
    """A question on the wire; `other` goes into its content."""
    return {
        "points": points,
        "content": {"kind": kind, "prompt": texts("How much is $x^2$?"), **CONTENTS[kind], **other},
        "key": {"kind": kind, **KEYS[kind]},
    }


@dataclass(frozen=True)
class Place:
    """A department's course with two classes, and another department's with one."""

    unit: UUID
    course: UUID
    class_: UUID
    other_course: UUID
    other_class: UUID
    parallel_class: UUID


async def make_place(context: Context) -> Place:
    department, stranger = new_id(), new_id()
    session = new_id()
    async with context.writing(JOB) as unit:
        university = new_id()
        for id_, code, kind, parent in (
            (university, "kbu", "university", None),
            (department, "inf", "department", university),
            (stranger, "law", "department", university),
        ):
            row = UnitRow(id=id_, created_at=BEFORE, code=code, kind=kind, parent_id=parent, titles={"ky": code})
            unit.session.add(row)
            await unit.session.flush()
        ids = [
            await courses.add_course(unit, code, {"ky": "Курс"}, unit_id=of)
            for code, of in (("c-1", department), ("c-2", stranger))
        ]
        unit.session.add(
            AcademicSessionRow(
                id=session,
                created_at=BEFORE,
                code="2026",
                kind="year",
                parent_id=None,
                titles={"ky": "Семестр"},
                starts_on=BEFORE.date(),
                ends_on=BEFORE.date().replace(month=12),
                state="open",
            )
        )
        await unit.session.flush()
        classes = [_class(course_id, session, number, department) for number, course_id in enumerate([*ids, ids[0]])]
        unit.session.add_all(classes)
        await unit.session.flush()
        return Place(department, ids[0], classes[0].id, ids[1], classes[1].id, classes[2].id)


def _class(course_id: UUID, session: UUID, number: int, unit_id: UUID) -> ClassRow:
    return ClassRow(
        created_at=BEFORE,
        code=f"g-{number}",
        course_id=course_id,
        academic_session_id=session,
        unit_id=unit_id,
        language="ky",
        mode="distance",
        capacity=30,
        state="open",
    )


def actor(role: Role, scope: Scope, *ids: UUID, token: frozenset[str] | None = None) -> Actor:
    return Actor(
        account=new_id(),
        person=None,
        roles=(HeldRole(role, scope, frozenset(ids)),),
        method=Method.SESSION if token is None else Method.TOKEN,
        token_scopes=token or frozenset(),
    )


def teacher(place: Place) -> Actor:
    return actor(Role.INSTRUCTOR, Scope.CLASS, place.class_)


OFFICE = actor(Role.INCLUSION_OFFICE, Scope.UNIVERSITY)


async def make_bank(university: University, place: Place, who: Actor, code: str = "b-1") -> str:
    client = await university.as_(who)
    body = {"course_id": str(place.course), "code": code, "titles": {"ky": "Банк"}}
    answer = await client.post("/v1/item-banks", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def make_item(university: University, bank: str, who: Actor, code: str, kind: str, **other: Any) -> str:
    """The id of its first version."""
    client = await university.as_(who)
    body = {"code": code, "version": version(kind, **other)}
    answer = await client.post(f"/v1/item-banks/{bank}/items", json=body)
    assert answer.status_code == 201, answer.text
    listed = await client.get(f"/v1/items/{answer.json()['id']}/versions")
    return str(listed.json()["items"][-1]["id"])
