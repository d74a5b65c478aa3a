"""Students with results in a semester, for the tests of transcripts."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import msgspec
from sqlalchemy import select

from api.domains.enrolment.models import EnrolmentRow
from api.domains.enrolment.service import Enrolling, enrol_many
from api.domains.grading.models import ClassResultRow
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons
from api.domains.scales import catalogue
from api.domains.scales.schemas import ScaleIn, ScaleVersionIn
from api.events import Event
from api.identity import Actor, Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.enrolment.world import SETUP, World, build_world, officer, student
from tests.api.scales.samples import TITLES, band_body, version_body


@dataclass
class Campus:
    """`classes` are two, with everybody in them; `registry`, `clerk` and `dean` may prepare and approve."""

    world: World
    classes: list[UUID]
    scale: UUID
    registry: Actor
    clerk: Actor
    dean: Actor

    @property
    def student(self) -> UUID:
        return self.world.students[0]

    @property
    def study(self) -> UUID:
        return self.world.studies[self.student]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is sent to draft the first student's transcript."""
        return {"study_id": str(self.study), "academic_session_id": str(self.world.semester)}

    async def grade(self, class_id: UUID, person: UUID, points: str, grade: str) -> UUID:
        """An approved result in place of the one before, told as grading tells it."""
        async with self.world.context.writing(SETUP) as unit:
            enrolment = (
                await unit.session.scalars(
                    select(EnrolmentRow).where(EnrolmentRow.class_id == class_id, EnrolmentRow.person_id == person)
                )
            ).one()
            before = await unit.session.scalar(
                select(ClassResultRow).where(
                    ClassResultRow.class_id == class_id,
                    ClassResultRow.person_id == person,
                    ClassResultRow.state == "approved",
                )
            )
            if before is not None:
                before.state = "superseded"
                await unit.session.flush()
            row = ClassResultRow(
                id=new_id(),
                created_at=unit.now,
                class_id=class_id,
                person_id=person,
                enrolment_id=enrolment.id,
                study_id=enrolment.study_id,
                course_id=enrolment.course_id,
                academic_session_id=enrolment.academic_session_id,
                programme_id=enrolment.programme_id,
                unit_id=enrolment.unit_id,
                study_unit_id=enrolment.study_unit_id,
                number=1 if before is None else before.number + 1,
                points=Decimal(points),
                scale_version_id=self.scale,
                grade_code=grade,
                is_pass=grade != "F",
                parts=[],
                reason=None if before is None else "appeal",
                previous_id=None if before is None else before.id,
                state="approved",
                decided_at=unit.now,
            )
            unit.session.add(row)
            await unit.session.flush()
            ids = {
                "class-result": row.id,
                "class": class_id,
                "course": row.course_id,
                "academic-session": row.academic_session_id,
            }
            await unit.emit(Event("class-result.approved", ids, person, {"number": str(row.number)}))
        return row.id


async def build_campus(context: Context, students: int = 2) -> Campus:
    world = await build_world(context, students)
    classes = [await world.add_class(course) for course in world.courses[:2]]
    async with context.writing(SETUP) as unit:
        await enrol_many(unit, [Enrolling(person, class_id) for class_id in classes for person in world.students])
        scale = await catalogue.add_scale(unit, ScaleIn(code="points", titles=TITLES))
        body = version_body(
            bands=[band_body("F", 0.0, False), band_body("A", 60.0, True, gpa=4.0)],
            kind="letter",
            source="For this test.",
            is_confirmed=True,
        )
        version = await catalogue.add_version(unit, scale, msgspec.convert(body, ScaleVersionIn))
        names = [Name("ky-Cyrl", "Кызматкер", f"Айгүл {number}") for number in range(3)]
        first, second, third = await create_persons(unit, [NewPerson(one) for one in names])
    campus = Campus(
        world,
        classes,
        version.id,
        replace(world.registry, person=first),
        replace(officer(Role.REGISTRY, Scope.UNIVERSITY), person=second),
        replace(world.dean, person=third),
    )
    for person in world.students:
        await campus.grade(classes[0], person, "87.5", "A")
        await campus.grade(classes[1], person, "41.25", "F")
    return campus


async def ask(
    client: httpx.AsyncClient, method: str, path: str, status: int = 200, body: Any = None, tag: str | None = None
) -> Any:
    """The answer's JSON, when it has the status."""
    headers = {} if tag is None else {"If-Match": tag}
    answer = await client.request(method, path, json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


__all__ = ["Campus", "ask", "build_campus", "officer", "student"]
