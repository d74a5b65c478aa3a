"""The cost of a part of a list, at 1,000 and at 100,000 rows: at its beginning, in the middle, at the end."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from litestar.types import ASGIApp
from sqlalchemy import func, insert, select

from api.domains.audit.models import AuditRow
from api.domains.courses.models import CourseRow
from api.domains.enrolment.models import EnrolmentRow
from api.domains.people.models import PersonRow, RoleAssignmentRow
from api.domains.teaching.models import ClassRow
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW
from tests.api.enrolment.world import SETUP, TODAY, World, build_world
from tests.bench.university import Browser, Databases, ask, employ, opened

SIZES = (1_000, 100_000)
BATCH = 1_000
REPEATS = 15
"""The shortest counts, of small and large in turn: what else the machine does can only add to it."""
MOST = 1.5


@dataclass(frozen=True, slots=True)
class List:
    """`column` is what it is ordered by."""

    name: str
    path: str
    column: Any
    browser: Browser


async def measure_lists(databases: Databases) -> None:
    small, large = SIZES
    async with (
        opened(databases.create("small")) as (few, few_app),
        opened(databases.create("large")) as (many, many_app),
    ):
        few_lists, many_lists = await _fill(few, small), await _fill(many, large)
        databases.settle("small")
        databases.settle("large")
        for one, other in zip(few_lists, many_lists, strict=True):
            found = []
            for where, share in (("beginning", 0.0), ("middle", 0.5), ("end", 1.0)):
                queries = [await _query(few, one, share), await _query(many, other, share)]
                times: tuple[list[float], list[float]] = [], []
                for _ in range(REPEATS):
                    times[0].append(await _ms(few_app, one, queries[0]))
                    times[1].append(await _ms(many_app, other, queries[1]))
                here, there = min(times[0]), min(times[1])
                found.append(f"{where} {here:.1f} and {there:.1f} ms, ratio {there / here:.2f}")
            print(
                f"{databases.kind}: {one.name}, 50 of {small} and of {large} rows: {'; '.join(found)} "
                f"(asked: at most {MOST:g})",
                flush=True,
            )


async def _query(context: Context, one: List, share: float) -> str:
    """For the part that begins after this share of the rows; the last one is full."""
    if not share:
        return ""
    async with context.reading(SETUP) as unit:
        count = await unit.session.scalar(select(func.count()).select_from(one.column.class_)) or 0
        start = min(int(count * share), count - 51)
        key = await unit.session.scalar(select(one.column).order_by(one.column).offset(start - 1).limit(1))
        values = [key]
        if one.column is CourseRow.code:
            values.append(await unit.session.scalar(select(CourseRow.id).where(CourseRow.code == key)))
    return "cursor=" + urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


async def _ms(app: ASGIApp, one: List, query: str) -> float:
    started = time.perf_counter()
    status, answer = await ask(app, "GET", one.path, one.browser.headers, query=query)
    seconds = time.perf_counter() - started
    if status != 200:
        raise RuntimeError(f"{one.path}: {answer.decode()}")
    return seconds * 1000


async def _fill(context: Context, size: int) -> list[List]:
    """As many persons, courses, classes, enrolments (all of one class) and audit entries. Every other person belongs
    to the faculty."""
    world = await build_world(context)
    class_id = await world.add_class(capacity=1_000)
    for start in range(0, size, BATCH):
        async with context.writing(SETUP) as unit:
            for table, rows in _rows(world, class_id, range(start, start + BATCH)):
                await unit.session.execute(insert(table.__table__), rows)
            for _ in range(BATCH):
                unit.record("person.read", "person", world.stranger, person=world.stranger)
    registry = await employ(context, Role.REGISTRY, Scope.UNIVERSITY)
    dean = await employ(context, Role.DEANS_OFFICE, Scope.UNIT, world.faculty)
    administrator = await employ(context, Role.ADMINISTRATOR, Scope.UNIVERSITY)
    return [
        List("persons", "/v1/persons", PersonRow.id, registry),
        List("persons of a dean's office", "/v1/persons", PersonRow.id, dean),
        List("courses", "/v1/courses", CourseRow.code, registry),
        List("classes", "/v1/classes", ClassRow.id, registry),
        List("enrolments", "/v1/enrolments", EnrolmentRow.id, registry),
        List("enrolments of a dean's office", "/v1/enrolments", EnrolmentRow.id, dean),
        List("persons in a class", f"/v1/classes/{class_id}/enrolments", EnrolmentRow.turn, registry),
        List("audit log", "/v1/audit-entries", AuditRow.number, administrator),
    ]


def _rows(world: World, class_id: UUID, numbers: Sequence[int]) -> list[tuple[Any, list[dict[str, Any]]]]:
    persons = [new_id() for _ in numbers]
    courses = [new_id() for _ in numbers]
    new = {"created_at": NOW, "version": 1}
    course = {"titles": {"ky": "Предмет"}, "descriptions": {}, "languages": ["ky"], "unit_names": {}, "people": []}
    kept = {"state": "offered", "origin": "registry", "unit_by_hand": False, "access": "public", "digest": ""}
    one = {
        "course_id": world.courses[0],
        "academic_session_id": world.semester,
        "programme_id": world.programme,
        "unit_id": world.department,
    }
    class_ = {"language": "ky", "capacity": 30, "mode": "in-person", "state": "open"}
    study = world.studies[world.students[0]]
    role = {"role": "student", "scope": "unit", "source": "derived", "starts_on": TODAY, "created_at": NOW}
    name = {"name_tag": "ky-Cyrl", "given_name": "Бакыт", "language": "ky", "is_anonymised": False}
    place = {"study_id": study, "state": "enrolled", "enrolled_at": NOW}
    units = (world.faculty, world.other_faculty)
    return [
        (
            PersonRow,
            [
                {"id": id_, **new, **name, "family_name": f"Асанов{number}"}
                for number, id_ in zip(numbers, persons, strict=True)
            ],
        ),
        (
            RoleAssignmentRow,
            [
                {"id": new_id(), **role, "person_id": id_, "scope_id": units[number % 2]}
                for number, id_ in zip(numbers, persons, strict=True)
            ],
        ),
        (
            CourseRow,
            [
                {"id": id_, **new, **course, **kept, "code": f"c-{number:06}"}
                for number, id_ in zip(numbers, courses, strict=True)
            ],
        ),
        (
            ClassRow,
            [
                {"id": new_id(), **new, **one, **class_, "code": f"k-{number}", "course_id": id_}
                for number, id_ in zip(numbers, courses, strict=True)
            ],
        ),
        (
            EnrolmentRow,
            [
                {
                    "id": new_id(),
                    **new,
                    **one,
                    **place,
                    "class_id": class_id,
                    "person_id": id_,
                    "turn": number + 1,
                    "study_unit_id": units[number % 2],
                }
                for number, id_ in zip(numbers, persons, strict=True)
            ],
        ),
    ]
