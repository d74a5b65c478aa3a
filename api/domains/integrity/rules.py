"""What an integrity case and an oral check go through, who may decide, and when.

Source: clauses 6.1 and 6.2 of the regulation. The path of a case is the one agreed for it: reported -> notified ->
heard -> confirmed | dismissed -> sanctioned -> appealed -> final.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID


class CaseState(StrEnum):
    REPORTED = "reported"
    """Somebody suspects. The student is not told yet and sees nothing."""
    NOTIFIED = "notified"
    """The student was told, reads the evidence and may write; the hearing is in time for that."""
    HEARD = "heard"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    SANCTIONED = "sanctioned"
    APPEALED = "appealed"
    FINAL = "final"


class CaseMove(StrEnum):
    NOTIFY = "notify"
    HEAR = "hear"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    SANCTION = "sanction"
    APPEAL = "appeal"
    FINISH = "finish"
    DECIDE_APPEAL = "decide-appeal"


CASE_MOVES: Final[Mapping[CaseMove, tuple[CaseState, CaseState]]] = {
    CaseMove.NOTIFY: (CaseState.REPORTED, CaseState.NOTIFIED),
    CaseMove.HEAR: (CaseState.NOTIFIED, CaseState.HEARD),
    CaseMove.CONFIRM: (CaseState.HEARD, CaseState.CONFIRMED),
    CaseMove.DISMISS: (CaseState.HEARD, CaseState.DISMISSED),
    CaseMove.SANCTION: (CaseState.CONFIRMED, CaseState.SANCTIONED),
    CaseMove.APPEAL: (CaseState.SANCTIONED, CaseState.APPEALED),
    CaseMove.FINISH: (CaseState.SANCTIONED, CaseState.FINAL),
    CaseMove.DECIDE_APPEAL: (CaseState.APPEALED, CaseState.FINAL),
}
"""Move -> from where, to where. There are no others."""

CLOSED: Final = frozenset({CaseState.DISMISSED, CaseState.FINAL})


def next_state(state: CaseState, move: CaseMove) -> CaseState | None:
    """None when the case cannot make this move now."""
    start, end = CASE_MOVES[move]
    return end if state is start else None


def allowed_moves(state: CaseState) -> list[CaseState]:
    """The states that can follow."""
    return sorted({end for start, end in CASE_MOVES.values() if start is state})


class Ground(StrEnum):
    """What is suspected."""

    SIMILARITY = "similarity"
    SOMEBODY_ELSE = "somebody-else"
    """Another person did the work or sat the test."""
    FORBIDDEN_HELP = "forbidden-help"
    PROCTORING = "proctoring"
    """Seen in an exam with proctoring (clause 6.2)."""
    AUTHORSHIP = "authorship"
    """An oral check left doubts (clause 6.1)."""
    OTHER = "other"


class WorkKind(StrEnum):
    SUBMISSION = "submission"
    ATTEMPT = "attempt"


class Sanction(StrEnum):
    WARNING = "warning"
    REDO = "redo"
    """The work is done again; how is said in words."""
    ANNULMENT = "annulment"
    """The result is annulled, by a second person, once the case is final (clause 6.2)."""


class AppealOutcome(StrEnum):
    UPHELD = "upheld"
    """The decision stands."""
    OVERTURNED = "overturned"
    """The violation was not proven after all; no sanction has effect."""


class CheckState(StrEnum):
    SCHEDULED = "scheduled"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


CHECK_MOVES: Final[Mapping[CheckState, tuple[CheckState, ...]]] = {
    CheckState.SCHEDULED: (CheckState.HELD, CheckState.MISSED, CheckState.CANCELLED),
    CheckState.HELD: (),
    CheckState.MISSED: (),
    CheckState.CANCELLED: (),
}


class CheckForm(StrEnum):
    ORAL = "oral"
    WRITTEN = "written"
    """Agreed for the student as an alternative form (clauses 6.6, 7.3)."""


class CheckOutcome(StrEnum):
    AUTHORSHIP_SHOWN = "authorship-shown"
    DOUBTS = "doubts"
    """Says that a person doubts, never that something was proven: that is for a case."""


class RunState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Terms:
    """How much time a student has, in days of 24 hours. Dated data of the university; see `DEFAULT_TERMS`."""

    hearing_days: int
    """Between the notice and the hearing, at least."""
    appeal_days: int
    """From the sanction on."""


DEFAULT_TERMS: Final = Terms(hearing_days=5, appeal_days=10)
"""Our choice, until the university has set its own: the regulation names no number."""


def earliest_hearing(notified_at: datetime, terms: Terms) -> datetime:
    return notified_at + timedelta(days=terms.hearing_days)


def end_of_appeal(sanctioned_at: datetime, terms: Terms) -> datetime:
    return sanctioned_at + timedelta(days=terms.appeal_days)


class Part(StrEnum):
    """What somebody has done in a case, as far as it keeps them from doing something else in it."""

    REPORTED = "case-reporter"
    ACCUSED = "case-student"
    DECIDED = "case-decider"
    """Heard, confirmed, dismissed or sanctioned."""
    DECIDED_APPEAL = "case-appeal-decider"


KEPT_FROM: Final[Mapping[CaseMove, frozenset[Part]]] = {
    CaseMove.NOTIFY: frozenset({Part.ACCUSED}),
    CaseMove.HEAR: frozenset({Part.ACCUSED, Part.REPORTED}),
    CaseMove.CONFIRM: frozenset({Part.ACCUSED, Part.REPORTED}),
    CaseMove.DISMISS: frozenset({Part.ACCUSED, Part.REPORTED}),
    CaseMove.SANCTION: frozenset({Part.ACCUSED, Part.REPORTED}),
    CaseMove.APPEAL: frozenset({Part.REPORTED, Part.DECIDED}),
    CaseMove.FINISH: frozenset({Part.ACCUSED, Part.REPORTED}),
    CaseMove.DECIDE_APPEAL: frozenset({Part.ACCUSED, Part.REPORTED, Part.DECIDED}),
}
"""Who has a part is kept from these moves: who decides is never who reported, an appeal is decided by others."""
KEPT_FROM_ANNULMENT: Final = frozenset({Part.ACCUSED, Part.REPORTED, Part.DECIDED})
"""The second person of clause 6.2."""


def conflict_of_interest(parts: Collection[Part], move: CaseMove | None) -> Part | None:
    """The part that keeps somebody from the move (None: from the annulment), None when nothing does."""
    kept = KEPT_FROM_ANNULMENT if move is None else KEPT_FROM[move]
    return next((part for part in Part if part in parts and part in kept), None)


def may_annul(state: CaseState, sanction: Sanction | None, appeal: AppealOutcome | None) -> bool:
    """Whether a result may be annulled: the violation is confirmed for good, and annulment is the sanction. So nothing
    ever has to be given back to a student whose appeal was right."""
    return state is CaseState.FINAL and sanction is Sanction.ANNULMENT and appeal is not AppealOutcome.OVERTURNED


def form_of_check(alternative_forms: Collection[str]) -> CheckForm:
    """In which form authorship is checked, by the alternative forms agreed for the student."""
    return CheckForm.WRITTEN if "written-for-oral" in alternative_forms else CheckForm.ORAL


@dataclass(frozen=True, slots=True)
class People:
    """Who had which part in a case."""

    accused: UUID
    reported: UUID | None
    decided: frozenset[UUID]
    decided_appeal: frozenset[UUID] = frozenset()

    def parts_of(self, person: UUID | None) -> frozenset[Part]:
        """What this person had to do with the case. Nobody (the service itself) has no part."""
        if person is None:
            return frozenset()
        held = {
            Part.ACCUSED: person == self.accused,
            Part.REPORTED: person == self.reported,
            Part.DECIDED: person in self.decided,
            Part.DECIDED_APPEAL: person in self.decided_appeal,
        }
        return frozenset(part for part, is_held in held.items() if is_held)
