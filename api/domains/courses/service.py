"""What other domains ask about courses. Nothing here asks the policy: whoever calls has done so.

Events, told in the transaction: `course.added`, `course.changed`, `course.withdrawn`, `resource.added`,
`resource.changed`, `resource.withdrawn`, `library-link.added`, `library-link.changed`, `package.missing`,
`package.exempted`; ids by the names `course`, `resource`, `library_link`, `session`, `package`, `exemption`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from api.domains.courses.errors import PackageNotReady
from api.domains.courses.models import CourseRow
from api.domains.courses.rules import CourseState, GateState, Origin
from api.domains.courses.sync import refusal_lines, sync_manifest
from api.errors import NotFound
from api.events import Event
from api.unit import Unit
from builder.model.course import Access, ResourceType

__all__ = [
    "CourseBrief",
    "add_course",
    "course_brief",
    "course_briefs",
    "course_codes",
    "courses_of_units",
    "find_course_by_code",
    "refusal_lines",
    "require_package_ready",
    "sync_manifest",
]


@dataclass(frozen=True, slots=True)
class CourseBrief:
    """What other domains show of a course."""

    id: UUID
    code: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]
    unit_id: UUID | None
    ects: float | None
    national_credits: float | None
    is_withdrawn: bool


async def course_brief(unit: Unit, course_id: UUID) -> CourseBrief:
    """Raises NotFound."""
    row = await unit.session.get(CourseRow, course_id)
    if row is None:
        raise NotFound()
    return _brief(row)


async def course_briefs(unit: Unit, course_ids: Iterable[UUID]) -> dict[UUID, CourseBrief]:
    """Those that exist, in one query."""
    wanted = set(course_ids)
    if not wanted:
        return {}
    rows = await unit.session.scalars(select(CourseRow).where(CourseRow.id.in_(wanted)))
    return {row.id: _brief(row) for row in rows}


async def find_course_by_code(unit: Unit, code: str) -> CourseBrief | None:
    row = await unit.session.scalar(select(CourseRow).where(CourseRow.code == code))
    return None if row is None else _brief(row)


async def course_codes(unit: Unit) -> dict[str, UUID]:
    """Every course's id by its code, withdrawn ones too: for imports."""
    rows = await unit.session.execute(select(CourseRow.code, CourseRow.id))
    return dict(rows.all())


async def courses_of_units(unit: Unit, unit_ids: Iterable[UUID]) -> list[UUID]:
    """The courses for which one of these units answers."""
    wanted = set(unit_ids)
    if not wanted:
        return []
    return list(await unit.session.scalars(select(CourseRow.id).where(CourseRow.unit_id.in_(wanted))))


async def add_course(
    unit: Unit,
    code: str,
    titles: Mapping[str, str],
    unit_id: UUID | None = None,
    ects: float | None = None,
    national_credits: float | None = None,
) -> UUID:
    """A course that the site does not have (yet): from the registry or an import. The code must be free.

    When the manifest brings a course with this code, its texts, languages, rights and credits take over.
    """
    row = CourseRow(
        created_at=unit.now,
        code=code,
        titles=dict(titles),
        descriptions={},
        languages=sorted(titles),
        type=ResourceType.LECTURE_TEXT,
        state=CourseState.OFFERED,
        origin=Origin.REGISTRY,
        unit_id=unit_id,
        unit_names={},
        unit_by_hand=unit_id is not None,
        ects=ects,
        national_credits=national_credits,
        holder=None,
        licence=None,
        access=Access.PUBLIC,
        people=[],
        digest="",
    )
    unit.session.add(row)
    await unit.session.flush()
    await unit.emit(Event("course.added", {"course": row.id}))
    unit.record("add", "course", row.id, code=code)
    return row.id


async def require_package_ready(
    unit: Unit, course_id: UUID, academic_session_id: UUID, on: date | None = None, language: str | None = None
) -> None:
    """Refuses to open a class when the gate of its session has closed on that day (today) and the e-course package is
    not complete (clause 5.2). With a `language`, what is missing in others does not count.

    A session for which the registry has set no gate holds nothing back. Raises PackageNotReady, NotFound.
    """
    from api.domains.courses.packages import readiness_of  # it asks teaching, which asks us

    row = await unit.session.get(CourseRow, course_id)
    if row is None:
        raise NotFound()
    day = on or unit.today
    found = (await readiness_of(unit, [row], academic_session_id, day))[course_id]
    if language is not None:
        found = replace(found, lines=tuple(one for one in found.lines if one.language == language))
    if found.gate is not None and found.gate.is_set and found.state is GateState.FAILED:
        raise PackageNotReady(found.gate.due_on, found.missing)


def _brief(row: CourseRow) -> CourseBrief:
    return CourseBrief(
        row.id,
        row.code,
        row.titles,
        tuple(row.languages),
        row.unit_id,
        row.ects,
        row.national_credits,
        row.state == CourseState.WITHDRAWN,
    )
