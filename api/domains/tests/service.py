"""What other domains may ask of tests, and what tests hear. Nothing here asks the policy: whoever calls has done so.

Events, told in the transaction: `attempt.submitted` (ids `test`, `class`, the person; code `state`: submitted or
auto-submitted; without the attempt's id, which a blind marker may know); `sitting.announced`, `.opened`, `.closed`,
`.results-approved` (ids `sitting`, `test`); `attempt-start.blocked` (ids `blocked-start`, `test`; the person is the
officer who is told). Tests are tasks: `task.announced`, `.moved`, `.cancelled` are told by conditions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.conditions.service import TaskKind, concerned_by, usable_by
from api.domains.tests import attempts, definitions, handing_in
from api.domains.tests.definitions import (
    NewGrading,
    NewSection,
    NewTest,
    announce_test,
    create_test,
    find_test,
)
from api.domains.tests.handing_in import result_without
from api.domains.tests.jobs import CONSUMERS, SCHEDULE, hand_in_due, jobs
from api.domains.tests.mails import MAILS
from api.domains.tests.models import AttemptRow
from api.domains.tests.rules import AttemptState
from api.domains.tests.sittings import (
    announce_sitting,
    concerned,
    on_annulled,
    on_graded,
    on_moved,
    on_reinstated,
    on_retake_ended,
    plan_sitting,
)
from api.errors import NotFound
from api.events import Event, Listener
from api.unit import Unit

__all__ = [
    "CONSUMERS",
    "LISTENERS",
    "MAILS",
    "SCHEDULE",
    "AttemptBrief",
    "NewGrading",
    "NewSection",
    "NewTest",
    "announce_sitting",
    "announce_test",
    "attempt_brief",
    "attempts_of_person",
    "create_test",
    "find_test",
    "hand_in_due",
    "jobs",
    "plan_sitting",
    "result_without",
]


@dataclass(frozen=True, slots=True)
class AttemptBrief:
    """What other domains may know of an attempt."""

    id: UUID
    test_id: UUID
    person_id: UUID
    number: int
    state: AttemptState


_TABLE: Final = AttemptRow
_BRIEF: Final = select(_TABLE.id, _TABLE.test_id, _TABLE.person_id, _TABLE.number, _TABLE.state)


async def attempt_brief(unit: Unit, attempt_id: UUID) -> AttemptBrief:
    """Raises NotFound."""
    row = (await unit.session.execute(_BRIEF.where(_TABLE.id == attempt_id))).one_or_none()
    if row is None:
        raise NotFound()
    return AttemptBrief(*row[:4], AttemptState(row.state))


async def attempts_of_person(unit: Unit, test_id: UUID, person_id: UUID) -> Sequence[AttemptBrief]:
    """In their order."""
    rows = await unit.session.execute(
        _BRIEF.where(_TABLE.test_id == test_id, _TABLE.person_id == person_id).order_by(_TABLE.number)
    )
    return [AttemptBrief(*row[:4], AttemptState(row.state)) for row in rows]


async def _on_extension(unit: Unit, event: Event) -> None:
    if event.person is not None:
        await attempts.reconsider(unit, event.person, event.ids["task"])


async def _on_plan(unit: Unit, event: Event) -> None:
    if event.person is not None:
        await attempts.reconsider(unit, event.person)


async def _on_moved(unit: Unit, event: Event) -> None:
    await attempts.reconsider_test(unit, event.ids["task"])


# So that nobody is promised time that they cannot use
usable_by(TaskKind.TEST, attempts.require_usable)
# So that nobody is told of a retake that others take
concerned_by(TaskKind.TEST, concerned)

LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "accommodation-plan.activated": [_on_plan],
    "accommodation-plan.changed": [_on_plan],
    "extension.granted": [_on_extension],
    "grade.amended": [on_graded],
    "grade.annulled": [on_annulled],
    "grade.posted": [on_graded],
    "grade.reinstated": [handing_in.on_grade_reinstated, on_reinstated],
    "grade.retaken": [on_graded],
    "grade.released": [handing_in.on_grade_released],
    "integrity-case.annulled": [handing_in.on_case_annulled],
    "marking.finished": [handing_in.on_marking_finished],
    "retake.cancelled": [on_retake_ended],
    "retake.graded": [on_retake_ended],
    "retake.missed": [on_retake_ended],
    "task.moved": [definitions.on_moved, _on_moved, on_moved],
}
