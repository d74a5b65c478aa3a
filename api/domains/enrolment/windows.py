"""When people may enrol and withdraw by themselves."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from api.domains.enrolment.models import EnrolmentWindowRow
from api.domains.enrolment.rules import Window, ruling_windows
from api.domains.people.service import place_of_person
from api.unit import Unit

_TABLE = EnrolmentWindowRow


async def find_ruling_windows(
    unit: Unit, academic_session_id: UUID, course_id: UUID, programme_id: UUID, person_id: UUID
) -> list[Window]:
    """The windows that rule for this person and a class of this course in this session."""
    rows = await unit.session.execute(
        select(
            _TABLE.programme_id,
            _TABLE.group_id,
            _TABLE.course_id,
            _TABLE.opens_at,
            _TABLE.closes_at,
            _TABLE.withdraw_until,
        ).where(
            _TABLE.academic_session_id == academic_session_id,
            (_TABLE.course_id == course_id) | _TABLE.course_id.is_(None),
            (_TABLE.programme_id == programme_id) | _TABLE.programme_id.is_(None),
        )
    )
    windows = [Window(*row) for row in rows]
    groups: Collection[UUID] = ()
    if any(one.group_id is not None for one in windows):
        groups = (await place_of_person(unit, person_id)).groups
    return ruling_windows(windows, programme_id, groups, course_id)
