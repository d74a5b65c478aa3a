"""What comes in and goes out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from api.domains.accommodations.service import Feature, OtherForm
from api.domains.conditions.incident_rules import IncidentState
from api.domains.conditions.incidents import Result
from api.domains.conditions.own_tasks import LimitKind
from api.domains.conditions.rules import SourceKind, TaskKind
from api.http.wire import Input, Moment, Output, Reason

Minutes = Annotated[int, Meta(ge=0, le=525_600)]
Attempts = Annotated[int, Meta(ge=0, le=100)]


class ConditionSource(Output):
    """The record that a value comes from. It says what was agreed, never why."""

    kind: SourceKind
    id: UUID
    plan_id: UUID | None
    plan_number: int | None
    feature: Feature | None


class AdjustedMoment(Output):
    """`base` is everybody's, `adjusted` this person's; null: unlimited."""

    base: datetime | None
    adjusted: datetime | None
    sources: list[ConditionSource]


class AdjustedSeconds(Output):
    """null: no limit."""

    base: int | None
    adjusted: int | None
    sources: list[ConditionSource]


class AdjustedCount(Output):
    """null: as many as wanted."""

    base: int | None
    adjusted: int | None
    sources: list[ConditionSource]


class AdjustedFeatures(Output):
    base: list[Feature]
    adjusted: list[Feature]
    sources: list[ConditionSource]


class BreakTime(Output):
    """Pauses that stop the clock. `count` null: as many as wanted."""

    minutes: int
    count: int | None


class AdjustedBreaks(Output):
    base: BreakTime | None
    adjusted: BreakTime | None
    sources: list[ConditionSource]


class AdjustedWords(Output):
    base: str | None
    adjusted: str | None
    sources: list[ConditionSource]


class AdjustedForm(Output):
    base: OtherForm | None
    adjusted: OtherForm | None
    sources: list[ConditionSource]


class AdjustedSwitch(Output):
    base: bool
    adjusted: bool
    sources: list[ConditionSource]


class EffectiveConditionsOut(Output):
    """Under which one person does one task. A value without sources is everybody's, unless `sources` are not shown:
    instructors see what to do, and of the sources the extensions alone."""

    task_id: UUID
    person_id: UUID
    kind: TaskKind
    titles: dict[str, str]
    opens_at: datetime
    due_at: AdjustedMoment
    closes_at: AdjustedMoment
    time_limit_s: AdjustedSeconds
    attempts: AdjustedCount
    formats: AdjustedFeatures
    other_features: AdjustedFeatures
    breaks: AdjustedBreaks
    alternative_task: AdjustedWords
    alternative_form: AdjustedForm
    proctored_otherwise: AdjustedSwitch
    are_sources_shown: bool


class OwnTask(Output):
    """A task with one's own moments. null: unlimited."""

    id: UUID
    kind: TaskKind
    class_id: UUID
    titles: dict[str, str]
    opens_at: datetime
    due_at: datetime | None
    closes_at: datetime | None
    time_limit_s: int | None
    is_self_check: bool
    is_handed_in: bool
    is_adjusted: bool
    """Something differs from what everybody has; `GET /v1/tasks/{id}/effective-conditions` says what."""


class WindowWarningOut(Output):
    """A person's window ends behind a limit. It is not cut: somebody has to see to it that it can be kept. `closes_at`
    null: unlimited."""

    task_id: UUID
    person_id: UUID
    closes_at: datetime | None
    limit_at: datetime
    kind: LimitKind


class RemindersIn(Input):
    is_wanted: bool


class RemindersOut(Output):
    """Whether mails before one's deadlines are wanted, and how many hours before they come."""

    is_wanted: bool
    hours_before: list[int]


class ReminderTermsIn(Input):
    """`hours_before`: when is reminded; empty: never. `report_hours`: how long after a task has closed a failure may
    still be reported."""

    valid_from: date
    hours_before: Annotated[list[Annotated[int, Meta(ge=1, le=720)]], Meta(max_length=10)]
    report_hours: Annotated[int, Meta(ge=1, le=720)]


class ReminderTermsOut(Output):
    id: UUID
    valid_from: date
    hours_before: list[int]
    report_hours: int


class Adding(Input):
    """What an extension adds. `minutes`: to the time limit and to the window. `until`: the person's own due moment is
    to be then; the window moves, the time limit stays. `attempts`: more of them."""

    minutes: Minutes = 0
    until: Moment | None = None
    attempts: Attempts = 0


class ExtensionIn(Input):
    task_id: UUID
    person_id: UUID
    adding: Adding
    reason: Reason


class ExtensionOut(Output):
    """`until`: the due moment that was promised, which holds when the task is moved. Reasons: for the student, who
    decided, and the dean's office; null for others."""

    id: UUID
    task_id: UUID
    person_id: UUID
    minutes: int
    window_minutes: int
    until: datetime | None
    attempts: int
    reason: str | None
    granted_by: UUID | None
    granted_at: datetime
    incident_id: UUID | None
    revoked_at: datetime | None
    revoked_for: str | None


class DecisionReason(Input):
    reason: Reason


class IncidentIn(Input):
    """A failure, reported by the student. `ended_at` null: it lasts, or nobody knows."""

    task_id: UUID
    began_at: Moment
    story: Reason
    ended_at: Moment | None = None


class EvidenceOut(Output):
    """A file; `GET /v1/incidents/{incident}/evidence/{id}` gives it."""

    id: UUID
    name: str
    media_type: str
    size: int
    added_at: datetime


class IncidentOut(Output):
    """`person_id` null: an outage of the service itself. `reason` is that of the decision. `story` null: words, reason
    and evidence are for the student and whoever has taken the report in hand."""

    id: UUID
    task_id: UUID
    class_id: UUID
    person_id: UUID | None
    state: IncidentState
    began_at: datetime
    ended_at: datetime | None
    reported_at: datetime
    story: str | None
    was_granted: bool | None
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str | None
    extension_ids: list[UUID]
    evidence: list[EvidenceOut]


class IncidentLine(Output):
    """In lists, without words and files."""

    id: UUID
    task_id: UUID
    class_id: UUID
    person_id: UUID | None
    state: IncidentState
    began_at: datetime
    reported_at: datetime


class GrantIn(Input):
    """`adding` null: the failure is accepted, and cost no time."""

    reason: Reason
    adding: Adding | None = None


class OutageIn(Input):
    """The service itself was down. `person_ids` null: every student of the class."""

    task_id: UUID
    began_at: Moment
    ended_at: Moment
    story: Reason
    reason: Reason
    adding: Adding
    person_ids: Annotated[list[UUID], Meta(min_length=1, max_length=10_000)] | None = None


class OutageRow(Output):
    """What became of one student. `refusal` is the type of the problem, e.g. `no-place-in-class`."""

    person_id: UUID
    result: Result
    extension_id: UUID | None
    refusal: str | None


class OutageOut(Output):
    incident_id: UUID
    granted: int
    already: int
    refused: int
    rows: list[OutageRow]
