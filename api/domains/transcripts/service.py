"""Transcripts, from the draft to the version that takes their place. Whoever calls has asked the policy.

`draft` -> `approve` -> `issue`; a later `draft` with a reason is the next edition, which supersedes the one before when
it is issued. Decisions that the regulation (6.5) leaves open:

- The registry or the dean's office approves, never the person who made the draft, and nobody one's own transcript. Who
  drafted may issue: by then another person has answered for the content.
- What was approved is frozen. If a grade changes before it is issued, it cannot be issued any more; the next edition
  supersedes it.
- A transcript with gaps (`rules.Gap`) is approved with a reason. One of them is a result of which a grade was changed
  and which nobody has approved anew.

Events, told in the transaction, with the ids `transcript`, `study`, `academic-session` and the person:
`transcript.drafted`, `.approved`, `.issued`, `.superseded`.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import replace
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from api.domains.enrolment import service as enrolment
from api.domains.people import service as people
from api.domains.teaching import service as teaching
from api.domains.transcripts.content import (
    ApprovalContent,
    ResultContent,
    ScaleContent,
    TranscriptContent,
    plain,
    read_content,
)
from api.domains.transcripts.document import Issue
from api.domains.transcripts.errors import (
    OwnDraft,
    OwnTranscript,
    TranscriptDamaged,
    TranscriptExists,
    TranscriptOutdated,
)
from api.domains.transcripts.making import make_content
from api.domains.transcripts.models import TranscriptCounterRow, TranscriptNoticeRow, TranscriptRow
from api.domains.transcripts.rules import (
    CODES,
    Gap,
    Office,
    State,
    chain_number,
    check_move,
    content_digest,
    make_code,
    sealed_text,
)
from api.errors import MoveNotAllowed, NotFound, invalid
from api.events import Event, Listener
from api.keys import UnreadableField
from api.policy import Place
from api.unit import Unit

__all__ = [
    "LISTENERS",
    "approve",
    "check_seal",
    "content_of",
    "differences",
    "draft",
    "find_transcript",
    "issue",
    "issue_of",
    "place_of",
    "remake",
]

PAGE: Final = "/verify"
ADDRESS: Final = "/v1/verifications/"


async def find_transcript(unit: Unit, transcript_id: UUID, *, to_change: bool = False) -> TranscriptRow:
    """Raises NotFound."""
    row = await unit.session.get(TranscriptRow, transcript_id, with_for_update=to_change or None)
    if row is None:
        raise NotFound()
    return row


def place_of(row: TranscriptRow) -> Place:
    """For `unit.require`: the student's, and the study's unit and programme."""
    return Place(frozenset({row.person_id}), frozenset({row.unit_id}), frozenset({row.programme_id}))


def content_of(row: TranscriptRow) -> TranscriptContent:
    return read_content(row.content)


def issue_of(unit: Unit, row: TranscriptRow) -> Issue:
    here = unit.settings.public_url.rstrip("/")
    return Issue(row.digest, row.issued_on, row.code, f"{here}{PAGE}", f"{here}{ADDRESS}")


# Drafts


async def draft(unit: Unit, study_id: UUID, academic_session_id: UUID, reason: str | None = None) -> TranscriptRow:
    """The transcript of a study for a semester as it would be now: the first edition, or with a reason the next one.

    Raises TranscriptExists while there is a draft, NotFound, InvalidFields.
    """
    study = await enrolment.find_study(unit, study_id)
    await teaching.session_brief(unit, academic_session_id)
    editions = await _editions(unit, study_id, academic_session_id)
    if not editions:
        counter = await _lock_counter(unit)
        editions = await _editions(unit, study_id, academic_session_id)  # somebody may have been faster
    if any(one.state == State.DRAFT for one in editions):
        raise TranscriptExists()
    last = editions[-1] if editions else None
    if last is None:
        if reason is not None:
            raise invalid("/reason", "reason-without-version")
        counter.last += 1
        number, edition = chain_number(counter.year, counter.last), 1
    else:
        if reason is None:
            raise invalid("/reason", "reason-for-version-needed")
        number, edition = last.number, last.edition + 1
    row = TranscriptRow(
        created_at=unit.now,
        person_id=study.person_id,
        study_id=study_id,
        academic_session_id=academic_session_id,
        programme_id=study.programme_id,
        unit_id=study.unit_id,
        number=number,
        edition=edition,
        replaces_id=last.id if last else None,
        reason=reason,
        state=State.DRAFT,
    )
    await _fill(unit, row, last)
    unit.session.add(row)
    await unit.session.flush()
    unit.record("transcript.draft", "transcript", row.id, person=row.person_id, edition=str(edition))
    await _tell(unit, row, "drafted")
    return row


async def remake(unit: Unit, row: TranscriptRow) -> None:
    """The draft with what is known now; whoever does it made it. The row is locked. Raises MoveNotAllowed."""
    if row.state != State.DRAFT:
        raise MoveNotAllowed(row.state, [])
    await _fill(unit, row, await _replaced(unit, row))
    await unit.session.flush()
    unit.record("transcript.remake", "transcript", row.id, person=row.person_id)


async def _fill(unit: Unit, row: TranscriptRow, last: TranscriptRow | None) -> None:
    content, gaps = await _made_now(unit, row, last)
    row.content, row.gaps = plain(content), msgspec.to_builtins(gaps)
    row.digest = content_digest(row.content)
    row.drafted_by = unit.actor.person


async def _made_now(
    unit: Unit, row: TranscriptRow, last: TranscriptRow | None
) -> tuple[TranscriptContent, Sequence[Any]]:
    """`last` is the edition before; the document names it only if anybody could have got it."""
    replaces = last.edition if last is not None and last.code is not None else None
    return await make_content(unit, row.study_id, row.academic_session_id, row.number, row.edition, replaces)


async def _editions(unit: Unit, study_id: UUID, academic_session_id: UUID) -> Sequence[TranscriptRow]:
    """All editions, the oldest first; locked from the newest on, in the order in which an approval locks them."""
    rows = await unit.session.scalars(
        select(TranscriptRow)
        .where(TranscriptRow.study_id == study_id, TranscriptRow.academic_session_id == academic_session_id)
        .order_by(TranscriptRow.edition.desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()[::-1]


async def _replaced(unit: Unit, row: TranscriptRow, *, lock: bool = False) -> TranscriptRow | None:
    if row.replaces_id is None:
        return None
    return await find_transcript(unit, row.replaces_id, to_change=lock)


async def _lock_counter(unit: Unit) -> TranscriptCounterRow:
    """This year's counter; whoever wants a number meanwhile waits, so that there are no gaps."""
    year = unit.today.year
    insert = sqlite.insert if unit.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await unit.session.execute(insert(TranscriptCounterRow).values(year=year, last=0).on_conflict_do_nothing())
    return await unit.session.get_one(TranscriptCounterRow, year, with_for_update=True, populate_existing=True)


# Approval and issue


async def approve(unit: Unit, row: TranscriptRow, office: Office, reason: str | None) -> None:
    """Freezes the content, with who approved it. The row is locked.

    Raises MoveNotAllowed, OwnDraft, OwnTranscript, TranscriptOutdated when the draft is not what it would be now,
    InvalidFields when there are gaps and no reason.
    """
    check_move(State(row.state), State.APPROVED)
    person = unit.actor.person
    if person is not None and person == row.person_id:
        raise OwnTranscript()
    if person is not None and person == row.drafted_by:
        raise OwnDraft()
    last = await _replaced(unit, row, lock=True)
    content, gaps = await _made_now(unit, row, last)
    if plain(content) != row.content or msgspec.to_builtins(gaps) != row.gaps:
        raise TranscriptOutdated()
    if gaps and reason is None:
        raise invalid("/reason", "gaps-need-reason", gaps=len(gaps))
    if last is not None and last.state == State.APPROVED:  # never issued, and now it never will be
        await _supersede(unit, last)
    names = await people.full_names(unit, [] if person is None else [person])
    by = None if person is None else names.get(person)
    row.content = plain(replace(content, approval=ApprovalContent(on=unit.today, office=office, by=by)))
    row.digest = content_digest(row.content)
    row.state, row.approved_by, row.approved_at, row.approval_reason = State.APPROVED, person, unit.now, reason
    await unit.session.flush()
    unit.record(
        "transcript.approve", "transcript", row.id, person=row.person_id, office=office.value, digest=row.digest
    )
    await _tell(unit, row, "approved")


async def issue(unit: Unit, row: TranscriptRow) -> None:
    """Hands the transcript out: from now on the student has it and everybody can verify it; the edition before is
    superseded. The row is locked. Raises MoveNotAllowed, OwnTranscript, TranscriptOutdated, TranscriptDamaged."""
    check_move(State(row.state), State.ISSUED)
    if unit.actor.person is not None and unit.actor.person == row.person_id:
        raise OwnTranscript()
    if content_digest(row.content) != row.digest:
        raise TranscriptDamaged()
    fresh, gaps = await _made_now(unit, row, None)
    new_gaps = [gap for gap in msgspec.to_builtins(gaps) if gap not in row.gaps]
    if _differences(content_of(row), fresh) or any(gap["kind"] == Gap.RESULT_OUTDATED for gap in new_gaps):
        raise TranscriptOutdated()
    last = await _replaced(unit, row, lock=True)
    if last is not None and last.state == State.ISSUED:
        await _supersede(unit, last)
    row.state, row.issued_by, row.issued_at, row.issued_on = State.ISSUED, unit.actor.person, unit.now, unit.today
    row.code = make_code(secrets.randbelow(CODES))
    row.seal = unit.keys.seal(_text_of(row), "transcript", "seal", row.id)
    await unit.session.flush()
    unit.record("transcript.issue", "transcript", row.id, person=row.person_id, digest=row.digest)
    await _tell(unit, row, "issued")


async def _supersede(unit: Unit, row: TranscriptRow) -> None:
    check_move(State(row.state), State.SUPERSEDED)
    row.state, row.superseded_at = State.SUPERSEDED, unit.now
    await unit.session.flush()  # only one is in each state at a time
    unit.record("transcript.supersede", "transcript", row.id, person=row.person_id)
    await _tell(unit, row, "superseded")


def _text_of(row: TranscriptRow) -> str:
    assert row.code is not None and row.issued_on is not None
    return sealed_text(row.number, row.edition, row.digest, row.code, row.issued_on)


def check_seal(unit: Unit, row: TranscriptRow) -> None:
    """That an issued transcript is what was issued. Raises TranscriptDamaged when the row was changed by somebody
    without the keys, whatever the database let through."""
    if row.seal is None or row.code is None or row.issued_on is None:
        raise TranscriptDamaged()
    try:
        sealed = unit.keys.open(row.seal, "transcript", "seal", row.id)
    except UnreadableField:
        raise TranscriptDamaged() from None
    if sealed != _text_of(row) or content_digest(row.content) != row.digest:
        raise TranscriptDamaged()


async def _tell(unit: Unit, row: TranscriptRow, what: str) -> None:
    ids = {"transcript": row.id, "study": row.study_id, "academic-session": row.academic_session_id}
    await unit.emit(Event(f"transcript.{what}", ids, row.person_id))


# Changes after the content was frozen


@dataclass(frozen=True, slots=True)
class Difference:
    """A course whose result is not what the transcript says: in the transcript, and now. None where there is none."""

    class_code: str
    was: ResultContent | None
    now: ResultContent | None
    was_scale: ScaleContent | None
    now_scale: ScaleContent | None


async def differences(unit: Unit, row: TranscriptRow) -> Sequence[Difference]:
    """Results that changed since the content was made, by class."""
    fresh, _ = await _made_now(unit, row, None)
    return _differences(content_of(row), fresh)


def _differences(frozen: TranscriptContent, fresh: TranscriptContent) -> Sequence[Difference]:
    was, now = ({one.class_code: one for one in content.results} for content in (frozen, fresh))
    found = []
    for code in sorted(was.keys() | now.keys()):
        old, new = was.get(code), now.get(code)
        old_scale = frozen.scales[old.scale] if old else None
        new_scale = fresh.scales[new.scale] if new else None
        if _mark(old, old_scale) != _mark(new, new_scale):
            found.append(Difference(code, old, new, old_scale, new_scale))
    return found


def _mark(one: ResultContent | None, scale: ScaleContent | None) -> tuple[object, ...] | None:
    """What makes a result another one: its marks, not its titles."""
    if one is None or scale is None:
        return None
    return one.course, one.points, one.grade, one.is_pass, scale.code, scale.number


_TRANSCRIPTS: Final = TranscriptRow.__table__.c
_FROZEN: Final = select(_TRANSCRIPTS.id).where(
    _TRANSCRIPTS.person_id == bindparam("person_id"),
    _TRANSCRIPTS.academic_session_id == bindparam("academic_session_id"),
    _TRANSCRIPTS.state.in_([State.APPROVED, State.ISSUED]),
)
"""Asked with every grade, of which there are thousands in the minute of an exam's end."""


async def _on_grade(unit: Unit, event: Event) -> None:
    """Tells the office that a grade was touched after the content was frozen; once for each class."""
    if event.person is None or "class" not in event.ids:
        return
    one = await teaching.class_brief(unit, event.ids["class"])
    given = {"person_id": event.person, "academic_session_id": one.academic_session_id}
    concerned = (await unit.session.scalars(_FROZEN, given)).all()
    if not concerned:
        return
    for transcript_id in concerned:
        known = await unit.session.scalar(
            select(TranscriptNoticeRow)
            .where(TranscriptNoticeRow.transcript_id == transcript_id, TranscriptNoticeRow.class_id == one.id)
            .with_for_update()
        )
        if known is None:
            known = TranscriptNoticeRow(created_at=unit.now, transcript_id=transcript_id, class_id=one.id)
            unit.session.add(known)
        known.cause, known.noticed_at = event.kind, unit.now
    await unit.session.flush()


LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    kind: [_on_grade]
    for kind in (
        "grade.posted",
        "grade.amended",
        "grade.annulled",
        "grade.reinstated",
        "grade.retaken",
        "class-result.approved",
    )
}
