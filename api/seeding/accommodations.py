"""Two plans of accommodations: one that three have agreed to and that is in force, one that waits for its third yes."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

from api.acting import acting_as
from api.domains.accommodations.proposals import NewAccommodation
from api.domains.accommodations.rules import AgreedValue, Feature, Party, TaskKind
from api.domains.accommodations.seeding import NewPlan, add_active_plan, add_waiting_plan
from api.seeding.campus import University

_TEST: Final = frozenset({TaskKind.TEST})
_TIME_AND_VOICE: Final = (
    NewAccommodation(Feature.ADDITIONAL_TESTING_TIME, AgreedValue(time_multiplier=Fraction(3, 2)), _TEST),
    NewAccommodation(Feature.SPOKEN, AgreedValue(), _TEST),
)
_DAYS_AND_BREAKS: Final = (
    NewAccommodation(Feature.EXTENDED_DEADLINE, AgreedValue(days=3), frozenset({TaskKind.ASSIGNMENT})),
    NewAccommodation(Feature.BREAKS, AgreedValue(break_minutes=15, break_count=3), _TEST),
)


async def agree_on_plan(university: University) -> None:
    """Time and a half, and questions read aloud, for the student who signs in as `student-plan`."""
    with acting_as(university.unit, None, university.ago(days=6)):
        new = _plan(university, university.students[1], _TIME_AND_VOICE, "Көрүүм начар, узун текстти угуп окуйм.")
        await add_active_plan(university.unit, new)


async def propose_plan(university: University) -> None:
    """More days and breaks for another student; the dean's office has not decided yet."""
    need = "Дарыланууда болгондуктан тез чарчайм, эс алып иштөөм керек."
    with acting_as(university.unit, None, university.ago(days=2)):
        new = _plan(university, university.students[4], _DAYS_AND_BREAKS, need)
        await add_waiting_plan(university.unit, new, {Party.DEPARTMENT, Party.SERVICE})


def _plan(university: University, person_id: UUID, accommodations: Sequence[NewAccommodation], need: str) -> NewPlan:
    staff, today = university.staff, university.unit.today
    return NewPlan(
        person_id=person_id,
        deciders={
            Party.DEPARTMENT: staff["head-dt"],
            Party.DEAN: staff["dean-idt"],
            Party.SERVICE: staff["inclusion"],
        },
        accommodations=accommodations,
        valid_from=today,
        valid_until=max(university.semester[1], today + timedelta(days=90)),
        document_number="ИБ-7",
        procedure_unit_id=university.units["EMC"],
        need=need,
    )
