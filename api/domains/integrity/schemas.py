"""What comes in and goes out. Reports of similarity name works, never persons."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from api.domains.conditions.service import Feature
from api.domains.integrity.rules import (
    AppealOutcome,
    CaseState,
    CheckForm,
    CheckOutcome,
    CheckState,
    Ground,
    RunState,
    Sanction,
    WorkKind,
)
from api.http.wire import END, Input, Line, Moment, Output, Reason, Text

Days = Annotated[int, Meta(ge=1, le=60)]
Points = Annotated[str, Meta(max_length=8, pattern=r"^(0|[1-9][0-9]{0,4})(\.[0-9]{1,2})?" + END)]
"""An exact number from 0, with at most two decimals, as the journal takes it."""


# Similarity ---------------------------------------------------------------------------------------------------------


class SimilarityRunIn(Input):
    """`common`: texts that everybody was given, e.g. a quoted source; what is the same because of them does not count.
    The assignment's own words are left out by themselves. `also_with`: assignments of other classes of the course, e.g.
    of earlier years, with whose works these are compared too."""

    assignment_id: UUID
    common: Annotated[list[Text], Meta(max_length=20)] = msgspec.field(default_factory=list)
    also_with: Annotated[list[UUID], Meta(max_length=10)] = msgspec.field(default_factory=list)


class UnreadFile(Output):
    """A file whose words could not be taken, or not all of them, with the reason: silence about it is no originality.
    `meaning` says the reason in the reader's language, and what to do."""

    work_id: UUID
    file: int
    reason: str
    meaning: str


class SimilarityRunOut(Output):
    """`meaning` says in the reader's language what the report is: evidence for a person to look at, not a verdict."""

    id: UUID
    assignment_id: UUID
    class_id: UUID
    state: RunState
    asked_at: datetime
    finished_at: datetime | None
    texts: int
    cut: int
    pairs: int
    unread: list[UnreadFile]
    meaning: str


class SimilarityPairLine(Output):
    """Two works with passages in common. Of each: how many of its words lie in them, of how many, in per cent."""

    id: UUID
    place: int
    first_work_id: UUID
    second_work_id: UUID
    first_shared_words: int
    first_words: int
    first_percent: int
    second_shared_words: int
    second_words: int
    second_percent: int


class SimilarPassage(Output):
    """Words in both works. Places are characters of the text: start, and the end behind the last one."""

    words: int
    first_start: int
    first_end: int
    first_text: str
    second_start: int
    second_end: int
    second_text: str


class SimilarityPairOut(Output):
    """The assignments differ where a work was compared with one of another class."""

    pair: SimilarityPairLine
    first_assignment_id: UUID
    second_assignment_id: UUID
    passages: list[SimilarPassage]
    meaning: str


class SimilarityMarkOut(Output):
    """Signs that hide words from programs: words of letters of two alphabets, invisible signs, with the first places.
    Some keyboards and programs make them by themselves."""

    id: UUID
    work_id: UUID
    mixed_words: int
    invisible_signs: int
    places: list[list[int]]


# Cases --------------------------------------------------------------------------------------------------------------


class CaseIn(Input):
    """`work_id` is a submission or an attempt. `person_id` is needed where several have worked together; without it the
    work says whose it is, so that a case may be reported while marking is blind. `pair_id`: of a similarity report that
    shows the work; what it shows is kept with the case."""

    work_kind: WorkKind
    work_id: UUID
    ground: Ground
    suspicion: Reason
    person_id: UUID | None = None
    pair_id: UUID | None = None


class CaseLine(Output):
    """In lists, without words. `person_id` null: not shown to you yet."""

    id: UUID
    task_id: UUID
    class_id: UUID
    person_id: UUID | None
    ground: Ground
    state: CaseState
    reported_at: datetime
    hearing_at: datetime | None


class CaseOut(Output):
    """A case as one may see it: the student all from the notice on but who reported it; whoever reported it the steps
    and the decision, not the student's words; those who decide all. null: not written yet, or not shown."""

    id: UUID
    task_id: UUID
    class_id: UUID
    person_id: UUID | None
    work_kind: WorkKind
    work_id: UUID
    ground: Ground
    state: CaseState
    reported_at: datetime
    reported_by: UUID | None
    suspicion: str
    has_evidence: bool
    notified_at: datetime | None
    hearing_at: datetime | None
    statement: str | None
    statement_at: datetime | None
    heard_at: datetime | None
    was_present: bool | None
    protocol: str | None
    decided_at: datetime | None
    decided_by: UUID | None
    reason: str | None
    sanction: Sanction | None
    sanction_reason: str | None
    sanctioned_at: datetime | None
    appeal_until: datetime | None
    appealed_at: datetime | None
    appeal: str | None
    appeal_outcome: AppealOutcome | None
    appeal_reason: str | None
    appeal_decided_by: UUID | None
    closed_at: datetime | None
    annulled_at: datetime | None
    annulled_by: UUID | None


class EvidencePassage(Output):
    """Words of the work that stand in another work too, with their place in it. `other_text` is the passage as it
    stands there."""

    start: int
    end: int
    words: int
    text: str
    other_text: str


class CaseEvidence(Output):
    """What a similarity report showed when it was reported: evidence, not a verdict. Whose the other work is, is not
    said; `other_work_id` is shown to those who decide."""

    shared_words: int
    words: int
    other_shared_words: int
    other_words: int
    other_work_id: UUID | None
    passages: list[EvidencePassage]
    meaning: str


class NoticeIn(Input):
    hearing_at: Moment


class StatementIn(Input):
    words: Reason


class HearingIn(Input):
    was_present: bool
    protocol: Reason


class CaseReason(Input):
    reason: Reason


class SanctionIn(Input):
    sanction: Sanction
    reason: Reason


class CaseAppealDecision(Input):
    outcome: AppealOutcome
    reason: Reason


class CaseMemberIn(Input):
    """One of the two: a person, or a council (exam commission, methodical or Academic Council), whose members as they
    are today become those of the case."""

    person_id: UUID | None = None
    council_id: UUID | None = None


class IntegrityTermsIn(Input):
    """`act`: the university's document that says so."""

    valid_from: date
    hearing_days: Days
    appeal_days: Days
    act: Line


class IntegrityTermsOut(Output):
    """Days of 24 hours: between the notice and the hearing at least, and for an appeal."""

    id: UUID
    valid_from: date
    hearing_days: int
    appeal_days: int
    act: str


# Oral checks --------------------------------------------------------------------------------------------------------


class OralCheckIn(Input):
    """`examiner_id` null: you. The form follows from what was agreed for the student."""

    work_kind: WorkKind
    work_id: UUID
    begins_at: Moment
    venue: Line
    person_id: UUID | None = None
    examiner_id: UUID | None = None


class OralCheckOut(Output):
    """`form` is what was agreed for the student, `to_heed` what else the examiner has to see to; neither says why.
    `notes` are shown to the student and to staff of the class."""

    id: UUID
    task_id: UUID
    class_id: UUID
    person_id: UUID
    work_kind: WorkKind
    work_id: UUID | None
    state: CheckState
    form: CheckForm
    to_heed: list[Feature]
    begins_at: datetime
    venue: str
    examiner_id: UUID
    outcome: CheckOutcome | None
    notes: str | None
    has_changed_grade: bool


class OralCheckLine(Output):
    id: UUID
    task_id: UUID
    class_id: UUID
    person_id: UUID
    state: CheckState
    form: CheckForm
    begins_at: datetime
    outcome: CheckOutcome | None


class CheckResultIn(Input):
    outcome: CheckOutcome
    notes: Reason


class CheckGradeIn(Input):
    points: Points
    reason: Reason
