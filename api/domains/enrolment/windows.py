"""When people may enrol and withdraw by themselves."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from api.domains.enrolment.models import EnrolmentWindowRow
from api.domains.enrolment.rules import Window, ruling_windows
from api.domains.people.service import place_of_person
from api.unit import Unit

_TABLE: Final = EnrolmentWindowRow
_WINDOWS: Final = select(
    _TABLE.programme_id,
    _TABLE.group_id,
    _TABLE.course_id,
    _TABLE.opens_at,
    _TABLE.closes_at,
    _TABLE.withdraw_until,
).where(
    _TABLE.academic_session_id == bindparam("session_id"),
    (_TABLE.course_id == bindparam("course_id")) | _TABLE.course_id.is_(None),
    (_TABLE.programme_id == bindparam("programme_id")) | _TABLE.programme_id.is_(None),
)


async def find_ruling_windows(
    unit: Unit, academic_session_id: UUID, course_id: UUID, programme_id: UUID, person_id: UUID
) -> list[Window]:
    """The windows that rule for this person and a class of this course in this session."""
    given = {"session_id": academic_session_id, "course_id": course_id, "programme_id": programme_id}
    rows = await unit.session.execute(_WINDOWS, given)
    windows = [Window(*row) for row in rows]
    groups: Collection[UUID] = ()
    if any(one.group_id is not None for one in windows):
        groups = (await place_of_person(unit, person_id)).groups
    return ruling_windows(windows, programme_id, groups, course_id)


async def add_window(
    unit: Unit,
    academic_session_id: UUID,
    opens_at: datetime,
    closes_at: datetime,
    *,
    withdraw_until: datetime | None = None,
    programme_id: UUID | None = None,
    group_id: UUID | None = None,
    course_id: UUID | None = None,
) -> EnrolmentWindowRow:
    """A window for all classes of the session, or for a programme, a group or a course of it. Who asks has been
    checked, and that what it names exists."""
    row = EnrolmentWindowRow(
        created_at=unit.now,
        academic_session_id=academic_session_id,
        programme_id=programme_id,
        group_id=group_id,
        course_id=course_id,
        opens_at=opens_at,
        closes_at=closes_at,
        withdraw_until=withdraw_until or closes_at,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("enrolment-window.set", "enrolment-window", row.id)
    return row
