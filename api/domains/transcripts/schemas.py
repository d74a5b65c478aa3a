"""What comes in and goes out about transcripts."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from api.domains.transcripts.content import GapContent, TranscriptContent
from api.domains.transcripts.rules import Format, Genuineness, State
from api.http.wire import END, Input, Language, Output, Reason

MOST = 100
"""Transcripts in one request: each costs a dozen short queries. Our choice."""
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}" + END)]


class TranscriptDraftIn(Input, kw_only=True):
    """`reason` says why there is a new version, and is needed from the second one on."""

    study_id: UUID
    academic_session_id: UUID
    reason: Reason | None = None


class TranscriptDraftsIn(Input, kw_only=True):
    """The students of a programme, or of a unit's programmes, who have results in the semester."""

    academic_session_id: UUID
    programme_id: UUID


class TranscriptDraftsOut(Output, kw_only=True):
    """How many drafts were made; `existing` have one, or something later than a draft, already."""

    made: int
    existing: int
    without_results: int


class TranscriptApprovalIn(Input, kw_only=True):
    """`reason` is needed when the draft has gaps: why it is approved all the same."""

    reason: Reason | None = None


class TranscriptToApprove(Input, kw_only=True):
    """`digest`: of the draft as it was read. What was made again since is not approved unseen."""

    id: UUID
    digest: Digest


class TranscriptApprovalsIn(Input, kw_only=True):
    """`reason` is for those that have gaps; without it they are refused, one by one."""

    transcripts: Annotated[list[TranscriptToApprove], Meta(min_length=1, max_length=MOST)]
    reason: Reason | None = None


class TranscriptApprovalOut(Output, kw_only=True):
    """What became of one. `problem` with its words, if it was not approved; the others were all the same."""

    id: UUID
    is_approved: bool
    number: str | None = None
    digest: str | None = None
    problem: str | None = None
    title: str | None = None
    detail: str | None = None


class TranscriptApprovalsOut(Output, kw_only=True):
    transcripts: list[TranscriptApprovalOut]
    approved: int
    refused: int


class TranscriptLine(Output, kw_only=True):
    """A transcript in a list: no marks. `digest` is that of its content, for approving several at once."""

    id: UUID
    person_id: UUID
    study_id: UUID
    programme_id: UUID
    academic_session_id: UUID
    number: str
    version: int
    state: State
    gaps: int
    digest: str
    approved_at: datetime | None
    issued_on: date | None
    superseded_at: datetime | None


class TranscriptOut(Output, kw_only=True):
    """A transcript with all it says. `gaps`, who drafted and the reasons are for the offices and None for the student.

    `digest` is the SHA-256 of `content` as canonical JSON. `code` and `verify_at` exist once it is issued. `languages`
    and `formats` are those of its renditions; `titles_missing` names the languages in which a title is missing, where
    the rendition gives it in another language and says so.
    """

    id: UUID
    person_id: UUID
    study_id: UUID
    academic_session_id: UUID
    number: str
    version: int
    state: State
    replaces_id: UUID | None
    content: TranscriptContent
    digest: str
    issued_on: date | None
    superseded_at: datetime | None
    code: str | None
    verify_at: str | None
    languages: list[Language]
    formats: list[Format]
    titles_missing: list[Language]
    reason: str | None = None
    gaps: list[GapContent] | None = None
    drafted_by: UUID | None = None
    approval_reason: str | None = None


class TranscriptMarkOut(Output, kw_only=True):
    """What a transcript says of a course."""

    points: str
    grade: str
    is_pass: bool
    scale: str
    scale_number: int


class TranscriptDifferenceOut(Output, kw_only=True):
    """A class whose result is not what the transcript says; None where there is none."""

    class_code: str
    was: TranscriptMarkOut | None
    now: TranscriptMarkOut | None


class TranscriptDifferencesOut(Output, kw_only=True):
    """Empty when the transcript says what the journal says."""

    differences: list[TranscriptDifferenceOut]


class TranscriptNoticeOut(Output, kw_only=True):
    """A grade was touched after the transcript was approved or issued: it shows it only in a new version."""

    id: UUID
    transcript_id: UUID
    person_id: UUID
    number: str
    version: int
    state: State
    class_id: UUID
    cause: str
    noticed_at: datetime


class VerificationOut(Output, kw_only=True):
    """What a stranger is told: whether it is genuine, and what decides that about the paper in one's hand. The grades
    stay with whoever has the transcript; post its JSON to have every one of them checked.

    All but `state` and `statement` are None for an unknown code. `initials` are those of the student.
    """

    state: Genuineness
    statement: str
    """The same in words, in the language asked for."""
    code: str | None = None
    number: str | None = None
    version: int | None = None
    issued_on: date | None = None
    superseded_on: date | None = None
    digest: str | None = None
    university: dict[str, str] | None = None
    academic_session: str | None = None
    initials: str | None = None
    courses: int | None = None
    ects_earned: str | None = None
