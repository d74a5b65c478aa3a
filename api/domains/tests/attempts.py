"""Attempts: start, save, go on, pause, hand in; by the student, or by the server at the deadline.

Every move locks the row of the attempt, asks `rules.Run` what the move makes of it, and writes that. Start, save and
hand-in carry out few statements, built once: thousands do them in the same minute.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Row, Table, bindparam, case, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from api.domains.conditions import service as conditions
from api.domains.conditions.errors import AttemptNotLengthened, NoAttemptToExtend, SittingClosed
from api.domains.conditions.service import Conditions, ExtensionEffect
from api.domains.items.checking import answer_faults
from api.domains.items.content import Answer, FileUploadAnswer
from api.domains.items.service import RenditionFormat, missing_renditions
from api.domains.tests import handing_in, steady
from api.domains.tests.definitions import order_missing
from api.domains.tests.errors import (
    AttemptOnBreak,
    AttemptOver,
    IdentityNotChecked,
    LastPlace,
    NoAttemptLeft,
    NoBreakLeft,
    NotACandidate,
    NotOnBreak,
    PlaceGone,
    PlaceNotYet,
    RenditionMissing,
    SittingNotOpen,
    StaleResponse,
    WarningNotAcknowledged,
)
from api.domains.tests.frozen import counted_extensions, freeze, promised_formats
from api.domains.tests.guards import OWN_ATTEMPT, TAKE
from api.domains.tests.models import (
    AttemptBreakRow,
    AttemptChangeRow,
    AttemptFileRow,
    AttemptRow,
    BlockedStartRow,
    IdentityCheckRow,
    ResponseRow,
    SittingCandidateRow,
    SittingRow,
    TestRow,
    WarningAcknowledgementRow,
)
from api.domains.tests.papers import as_paper, read_blueprint, read_paper, read_place, used_versions
from api.domains.tests.rules import (
    NO_BREAKS,
    AttemptState,
    BreakAllowance,
    Navigation,
    Refusal,
    Refused,
    Run,
    SittingKind,
    SittingState,
    draw_paper,
)
from api.errors import FieldError, InvalidFields, NotFound, Problem, invalid
from api.http.exchange import utc_text
from api.ids import new_id
from api.policy import place as place_of
from api.unit import Unit

_TESTS: Final = cast(Table, TestRow.__table__)
_ATTEMPTS: Final = cast(Table, AttemptRow.__table__)
_RESPONSES: Final = cast(Table, ResponseRow.__table__)
_CHANGES: Final = cast(Table, AttemptChangeRow.__table__)
_SITTINGS: Final = cast(Table, SittingRow.__table__)
_MILLISECOND: Final = timedelta(milliseconds=1)
_NONE: Final[Mapping[str, Any]] = {}

ATTEMPT: Final = tuple(_ATTEMPTS.c)
"""All columns, as `run_of` and `handing_in` want them."""

_TEST: Final = (
    select(
        *(_TESTS.c.id, _TESTS.c.class_id, _TESTS.c.navigation, _TESTS.c.languages, _TESTS.c.is_proctored),
        *(_TESTS.c.warning_digest, _TESTS.c.blueprint, _TESTS.c.is_exam),
        _SITTINGS.c.id.label("sitting_id"),
        _SITTINGS.c.kind.label("sitting_kind"),
        _SITTINGS.c.state.label("sitting_state"),
    )
    .join_from(_TESTS, _SITTINGS, _SITTINGS.c.test_id == _TESTS.c.id, isouter=True)
    .where(_TESTS.c.id == bindparam("test_id"))
    .with_for_update(read=True, key_share=True, of=_TESTS)
)
"""Locks the test as the attempt's foreign key would: starts do not wait for each other, but whoever cancels or moves
the test waits for them, and they for that. So everything that is read of it afterwards stays as it is."""
_LOCKED_SITTING: Final = (
    select(_SITTINGS.c.state)
    .where(_SITTINGS.c.id == bindparam("sitting_id"))
    .with_for_update(read=True, key_share=True)
)
"""As it stands when nobody can close it any more until the attempt has begun."""
_SITTING: Final = select(_SITTINGS.c.id, _SITTINGS.c.state).where(_SITTINGS.c.test_id == bindparam("test_id"))
_OF_PERSON: Final = (
    select(*ATTEMPT)
    .where(_ATTEMPTS.c.test_id == bindparam("test_id"), _ATTEMPTS.c.person_id == bindparam("person_id"))
    .order_by(_ATTEMPTS.c.number)
)
_OWN: Final = select(*ATTEMPT).where(
    _ATTEMPTS.c.id == bindparam("attempt_id"), _ATTEMPTS.c.person_id == bindparam("person_id")
)
_LOCKED_OWN: Final = _OWN.with_for_update()
_LOCKED: Final = select(*ATTEMPT).where(_ATTEMPTS.c.id == bindparam("attempt_id")).with_for_update()
_SEEN: Final = (
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("attempt_id"), _ATTEMPTS.c.person_id == bindparam("person_id_"))
    .values(
        last_seen_at=case(
            (_ATTEMPTS.c.last_seen_at < bindparam("now_", type_=_ATTEMPTS.c.last_seen_at.type), bindparam("now_")),
            else_=_ATTEMPTS.c.last_seen_at,
        )
    )
    .returning(*ATTEMPT)
)
"""Locks the attempt, notes the moment, and reads it: one statement."""
_CURRENT_VERSION: Final = (
    select(func.coalesce(func.max(_RESPONSES.c.version), 0))
    .where(_RESPONSES.c.attempt_id == bindparam("attempt_id_"), _RESPONSES.c.place == bindparam("place_"))
    .scalar_subquery()
)
_SAVED: Final = ("id", "created_at", "attempt_id", "place", "version", "content", "content_digest", "saved_at")
_SAVE: Final = (
    insert(_RESPONSES)
    .from_select(
        [*_SAVED],
        select(*(bindparam(f"{name}_", type_=_RESPONSES.c[name].type).label(name) for name in _SAVED)).where(
            bindparam("version_") - 1 == _CURRENT_VERSION
        ),
        include_defaults=False,
    )
    .returning(_RESPONSES.c.id)
)
"""Adds a version if it follows the last one. Asked under the lock of the attempt."""
_VERSIONS: Final = (
    select(_RESPONSES.c.version, _RESPONSES.c.content_digest, _RESPONSES.c.saved_at)
    .where(_RESPONSES.c.attempt_id == bindparam("attempt_id"), _RESPONSES.c.place == bindparam("place"))
    .order_by(_RESPONSES.c.version)
)
_INSERT_CHANGE: Final = insert(_CHANGES)
_START: Final = {
    "postgresql": postgresql.insert(_ATTEMPTS).on_conflict_do_nothing().returning(_ATTEMPTS.c.id),
    "sqlite": sqlite.insert(_ATTEMPTS).on_conflict_do_nothing().returning(_ATTEMPTS.c.id),
}
"""Of parallel starts one gets a row; the others wait for it, get none and find that one."""

AttemptRecord = Row[*tuple[Any, ...]]
"""A row of `ATTEMPT`."""


def run_of(row: Any) -> Run:
    """What `rules` knows of a stored attempt. Its time goes on while it runs, also when the clock was set back."""
    seen = row.last_seen_at
    if row.state == AttemptState.IN_PROGRESS and row.boot == steady.BOOT:
        seen = max(seen, row.started_at + timedelta(seconds=steady.seconds() - row.boot_s) - steady.SLACK)
    total = timedelta(seconds=row.breaks_s)
    return Run(
        AttemptState(row.state),
        seen,
        row.deadline_at,
        len(row.paper),
        Navigation(row.navigation),
        row.reached,
        row.submitted_at,
        BreakAllowance(total, row.breaks_count) if total else NO_BREAKS,
        row.breaks_taken,
        timedelta(milliseconds=row.paused_ms),
        row.break_began_at,
    )


def run_values(run: Run) -> dict[str, Any]:
    """What of a run is stored."""
    return {
        "state": run.state.value,
        "last_seen_at": run.last_seen_at,
        "deadline_at": run.deadline_at,
        "reached": run.reached,
        "submitted_at": run.submitted_at,
        "breaks_s": int(run.allowance.total.total_seconds()),
        "breaks_count": run.allowance.count,
        "breaks_taken": run.breaks_taken,
        "paused_ms": run.paused // _MILLISECOND,
        "break_began_at": run.break_began_at,
    }


def problem_of(refused: Refused, run: Run) -> Problem:
    """What the student is told."""
    match refused.why:
        case Refusal.OVER:
            return AttemptOver(state=run.state.value)
        case Refusal.ON_BREAK:
            ends_at = run.break_ends_at
            return AttemptOnBreak(break_ends_at=None if ends_at is None else utc_text(ends_at))
        case Refusal.NOT_YET:
            return PlaceNotYet(reached=run.reached)
        case Refusal.GONE:
            return PlaceGone(reached=run.reached)
        case Refusal.LAST_PLACE:
            return LastPlace()
        case Refusal.NO_BREAK_LEFT:
            return NoBreakLeft()
        case Refusal.NOT_ON_BREAK:
            return NotOnBreak()
        case Refusal.NO_SUCH_PLACE:
            return NotFound()


# Starting


@dataclass(frozen=True, slots=True)
class Started:
    """`is_new` is False for an attempt that runs already: a second tab, or a second press."""

    row: AttemptRecord
    is_new: bool


async def start(unit: Unit, test_id: UUID, language: str) -> Started:
    """The running attempt of the actor at this test, begun now unless there is one.

    Raises NotFound, the problems of `conditions.require_open`, InvalidFields, and those of `errors` that say what is
    missing before it may begin.
    """
    person_id = unit.actor.person
    test = (await unit.session.execute(_TEST, {"test_id": test_id})).one_or_none()
    if test is None or person_id is None:
        raise NotFound()
    unit.require(TAKE, place_of(class_=test.class_id))
    if test.blueprint is None:
        raise NotFound()
    given = {"test_id": test_id, "person_id": person_id}
    before = (await unit.session.execute(_OF_PERSON, given)).all()
    unfinished = [row for row in before if row.state == AttemptState.IN_PROGRESS]
    for row in unfinished:
        if run_of(row).touched(unit.now).is_running:
            return Started(row, is_new=False)
    task = await conditions.find_task(unit, test_id, keep=True)  # before any attempt, as who lengthens them
    for row in unfinished:
        await finish_due(unit, row.id)
    effective = await conditions.effective_conditions(unit, person_id, task)
    conditions.require_open(unit, effective)
    most = effective.attempts.adjusted
    if most is not None and len(before) >= most:
        raise NoAttemptLeft(attempts=most)
    if language not in test.languages:
        raise invalid("/language", "unknown-value")
    if test.is_exam:
        await _check_sitting(unit, test, person_id)
    proctoring = await _check_proctoring(unit, test, person_id, effective) if test.is_proctored else None
    formats = sorted(effective.formats.adjusted & conditions.RENDITIONS)
    if formats:
        await _check_renditions(unit, test, person_id, language, formats)
    values = _new_attempt(unit, test, person_id, len(before) + 1, language, effective, proctoring)
    dialect = unit.session.get_bind().dialect.name
    if (await unit.session.execute(_START[dialect], values)).one_or_none() is None:
        other = (await unit.session.execute(_OF_PERSON, given)).all()[-1]
        if other.state != AttemptState.IN_PROGRESS:  # begun and ended in another tab within this moment
            raise NoAttemptLeft(attempts=most)
        return Started(other, is_new=False)
    return Started(cast(AttemptRecord, _Record(values)), is_new=True)


class _Record:
    """A row that was just written, read like one that was just read."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(dict.fromkeys((column.name for column in ATTEMPT), None), **values)


def _new_attempt(
    unit: Unit,
    test: Any,
    person_id: UUID,
    number: int,
    language: str,
    effective: Conditions,
    proctoring: dict[str, Any] | None,
) -> dict[str, Any]:
    seed = secrets.token_hex(16)
    breaks = effective.breaks.adjusted
    return {
        "id": new_id(),
        "created_at": unit.now,
        "test_id": test.id,
        "person_id": person_id,
        "number": number,
        "seed": seed,
        "blind_order": uuid4(),
        "paper": as_paper(draw_paper(seed, read_blueprint(test.blueprint))),
        "language": language,
        "state": AttemptState.IN_PROGRESS.value,
        "navigation": test.navigation,
        "reached": 1,
        "started_at": unit.now,
        "deadline_at": effective.deadline(unit.now),
        "last_seen_at": unit.now,
        "boot": steady.BOOT,
        "boot_s": steady.seconds(),
        "submitted_at": None,
        "conditions": freeze(effective),
        "breaks_s": 0 if breaks is None else breaks.minutes * 60,
        "breaks_count": None if breaks is None else breaks.count,
        "breaks_taken": 0,
        "paused_ms": 0,
        "break_began_at": None,
        "is_printed_order": bool(effective.formats.adjusted & conditions.RENDITIONS),
        "proctoring": proctoring,
        "changes": 0,
    }


async def _check_sitting(unit: Unit, test: Any, person_id: UUID) -> None:
    """The first start opens an announced sitting: nobody has to sit there and press a button at nine o'clock. Before it
    is locked: of two who hold the lock one would wait for whoever presses the button all the same, and they for it."""
    if test.sitting_id is None:
        raise SittingNotOpen(state=SittingState.PLANNED.value)
    if test.sitting_state != SittingState.OPEN:
        await unit.session.execute(
            update(_SITTINGS)
            .where(_SITTINGS.c.id == test.sitting_id, _SITTINGS.c.state == SittingState.ANNOUNCED.value)
            .values(state=SittingState.OPEN.value, opened_at=unit.now, version=_SITTINGS.c.version + 1)
        )
    state = await unit.session.scalar(_LOCKED_SITTING, {"sitting_id": test.sitting_id})
    if state != SittingState.OPEN:
        raise SittingNotOpen(state=state)
    if test.sitting_kind == SittingKind.RETAKE:
        table = SittingCandidateRow
        named = select(table.id).where(table.sitting_id == test.sitting_id, table.person_id == person_id)
        if await unit.session.scalar(named) is None:
            raise NotACandidate()


async def _check_proctoring(unit: Unit, test: Any, person_id: UUID, effective: Conditions) -> dict[str, Any]:
    """What of identity and warning is on record, to be kept with the attempt (clauses 4.1 a and 6.2). With a proctoring
    exception of the plan neither is asked for, and the record that says so is kept instead."""
    exception = effective.is_proctored_otherwise
    if exception.adjusted:
        sources = [str(source.id) for source in exception.sources]
        return {"exception": "proctoring-exception", "accommodations": sources}
    check, warned = IdentityCheckRow, WarningAcknowledgementRow
    check_id = await unit.session.scalar(
        select(check.id)
        .where(check.test_id == test.id, check.person_id == person_id, check.revoked_at.is_(None))
        .order_by(check.id.desc())
        .limit(1)
    )
    if check_id is None:
        raise IdentityNotChecked()
    warned_id = await unit.session.scalar(
        select(warned.id).where(
            warned.test_id == test.id,
            warned.person_id == person_id,
            warned.warning_digest == test.warning_digest,
        )
    )
    if warned_id is None:
        raise WarningNotAcknowledged()
    return {"identity_check": str(check_id), "acknowledgement": str(warned_id)}


async def _check_renditions(unit: Unit, test: Any, person_id: UUID, language: str, formats: Sequence[str]) -> None:
    """All items of the test, whichever this student would draw: a promise holds or does not (clause 6.6)."""
    ids = [item.version_id for section in read_blueprint(test.blueprint) for item in section.items]
    missing = await missing_renditions(unit, ids, language, [RenditionFormat(one) for one in formats])
    if missing:
        lacking = sorted({one.format.value for one in missing})
        raise RenditionMissing(formats=lacking, missing=len(missing), language=language)
    table = BlockedStartRow
    await unit.session.execute(
        update(table)
        .where(table.test_id == test.id, table.person_id == person_id, table.resolved_at.is_(None))
        .values(resolved_at=unit.now)
        .execution_options(synchronize_session=False)
    )


# Looking


async def own_attempt(unit: Unit, attempt_id: UUID) -> AttemptRecord:
    """Of the actor. Raises NotFound."""
    unit.require(OWN_ATTEMPT, place_of(person=unit.actor.person))
    given = {"attempt_id": attempt_id, "person_id": unit.actor.person}
    row = (await unit.session.execute(_OWN, given)).one_or_none()
    if row is None:
        raise NotFound()
    return row


async def _locked_own(unit: Unit, attempt_id: UUID) -> AttemptRecord:
    unit.require(OWN_ATTEMPT, place_of(person=unit.actor.person))
    given = {"attempt_id": attempt_id, "person_id": unit.actor.person}
    row = (await unit.session.execute(_LOCKED_OWN, given)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def is_due(row: Any, now: datetime) -> bool:
    """Whether the server has to hand it in."""
    return row.state == AttemptState.IN_PROGRESS and not run_of(row).touched(now).is_running


# Saving


@dataclass(frozen=True, slots=True)
class Saved:
    place: int
    version: int
    saved_at: datetime
    deadline_at: datetime | None


async def save(unit: Unit, attempt_id: UUID, place: int, version: int, answer: Answer) -> Saved:
    """Adds a version of the answer at a place. The same version with the same content again is the same answer.

    Raises NotFound, InvalidFields, AttemptOver and what else `problem_of` knows, StaleResponse.
    """
    unit.require(OWN_ATTEMPT, place_of(person=unit.actor.person))
    given = {"attempt_id": attempt_id, "person_id_": unit.actor.person, "now_": unit.now}
    row = (await unit.session.execute(_SEEN, given)).one_or_none()
    if row is None:
        raise NotFound()
    run = run_of(row)
    try:
        after = run.saved(unit.now, place)
    except Refused as refused:
        raise problem_of(refused, run.touched(unit.now)) from None
    if after != run:
        await _store(unit, row, run, after)
    await _check_answer(unit, row, place, answer)
    raw = msgspec.json.encode(answer, order="deterministic")
    digest = sha256(raw).hexdigest()
    values = {
        "id_": new_id(),
        "created_at_": unit.now,
        "attempt_id_": attempt_id,
        "place_": place,
        "version_": version,
        "content_": msgspec.json.decode(raw),
        "content_digest_": digest,
        "saved_at_": after.last_seen_at,
    }
    if (await unit.session.execute(_SAVE, values)).one_or_none() is not None:
        return Saved(place, version, after.last_seen_at, after.deadline_at)
    known = (await unit.session.execute(_VERSIONS, {"attempt_id": attempt_id, "place": place})).all()
    for one in known:
        if one.version == version and one.content_digest == digest:
            return Saved(place, version, one.saved_at, after.deadline_at)
    raise StaleResponse(current=known[-1].version if known else 0)


async def _check_answer(unit: Unit, row: AttemptRecord, number: int, answer: Answer) -> None:
    place = read_place(row.paper, number)
    content = (await used_versions(unit, [place.version_id]))[place.version_id].content
    faults = answer_faults(content, answer)
    if not faults and isinstance(answer, FileUploadAnswer) and answer.file_ids:
        table = AttemptFileRow
        known = await unit.session.scalars(
            select(table.file_id).where(
                table.attempt_id == row.id, table.place == number, table.file_id.in_(answer.file_ids)
            )
        )
        if set(answer.file_ids) - set(known):
            faults = [FieldError("/file_ids", "no-such-file", {})]
    if faults:
        raise InvalidFields(fields=[FieldError(f"/answer{one.pointer}", one.code, one.values) for one in faults])


async def _store(
    unit: Unit, row: AttemptRecord, before: Run, after: Run, told: str = "", values: Mapping[str, Any] = _NONE
) -> None:
    """Writes what a move has changed, with the break that began or ended by it; `told` is what whoever has the attempt
    open is told, in whichever process (see `watching`)."""
    number = row.changes + (1 if told else 0)
    await unit.session.execute(
        update(_ATTEMPTS)
        .where(_ATTEMPTS.c.id == row.id)
        .values(**run_values(after) | {"changes": number} | dict(values))
    )
    if told:
        await unit.session.execute(
            _INSERT_CHANGE,
            {
                "created_at": unit.now,
                "attempt_id": row.id,
                "number": number,
                "kind": told,
                "deadline_at": after.deadline_at,
                "state": after.state.value,
            },
        )
    table = AttemptBreakRow
    if before.break_began_at is not None and after.break_began_at != before.break_began_at:
        await unit.session.execute(
            update(table)
            .where(table.attempt_id == row.id, table.number == before.breaks_taken)
            .values(ended_at=before.break_began_at + (after.paused - before.paused))
            .execution_options(synchronize_session=False)
        )
    if after.break_began_at is not None and after.break_began_at != before.break_began_at:
        await unit.session.execute(
            insert(table).values(
                id=new_id(),
                created_at=unit.now,
                attempt_id=row.id,
                number=after.breaks_taken,
                began_at=after.break_began_at,
            )
        )


# Other moves


async def touch(unit: Unit, attempt_id: UUID, place: int) -> None:
    """Refuses what an answer at this place would be refused for, and keeps the attempt as it is meanwhile. Raises as
    `save`."""
    row = await _locked_own(unit, attempt_id)
    run = run_of(row)
    try:
        after = run.saved(unit.now, place)
    except Refused as refused:
        raise problem_of(refused, run.touched(unit.now)) from None
    if after != run:
        await _store(unit, row, run, after)


async def advance(unit: Unit, attempt_id: UUID, leaving: int) -> tuple[AttemptRecord, Run]:
    """Leaves a place of a test that goes in order. Raises as `save`, and LastPlace."""
    return await _move(unit, attempt_id, lambda run: run.advanced(unit.now, leaving))


async def begin_break(unit: Unit, attempt_id: UUID) -> tuple[AttemptRecord, Run]:
    """The clock stops, as long as was agreed. Raises AttemptOver, AttemptOnBreak, NoBreakLeft."""
    return await _move(unit, attempt_id, lambda run: run.paused_at(unit.now))


async def end_break(unit: Unit, attempt_id: UUID) -> tuple[AttemptRecord, Run]:
    """Raises AttemptOver, NotOnBreak."""
    return await _move(unit, attempt_id, lambda run: run.resumed(unit.now))


async def _move(unit: Unit, attempt_id: UUID, move: Any) -> tuple[AttemptRecord, Run]:
    row = await _locked_own(unit, attempt_id)
    run = run_of(row)
    try:
        after: Run = move(run)
    except Refused as refused:
        raise problem_of(refused, run.touched(unit.now)) from None
    if after != run:
        await _store(unit, row, run, after)
    return row, after


async def submit(unit: Unit, attempt_id: UUID) -> None:
    """Hands it in. What is handed in already stays as it is; from the deadline on it was the server that did."""
    row = await _locked_own(unit, attempt_id)
    await _hand_in(unit, row, run_of(row).submitted(unit.now))


async def finish_due(unit: Unit, attempt_id: UUID) -> bool:
    """Hands in what its deadline has passed, with the answers that were saved before, as of the deadline. False when
    there was nothing to do. Raises NotFound."""
    row = (await unit.session.execute(_LOCKED, {"attempt_id": attempt_id})).one_or_none()
    if row is None:
        raise NotFound()
    after = run_of(row).touched(unit.now)
    if after.is_running:
        return False
    return await _hand_in(unit, row, after)


async def _hand_in(unit: Unit, row: AttemptRecord, after: Run) -> bool:
    """Once: an attempt that is over is left alone."""
    before = run_of(row)
    if not before.is_running:
        return False
    result = await handing_in.score_attempt(unit, row)
    await _store(unit, row, before, after, "submitted", result.values)
    await handing_in.pass_on(unit, row, after.state, result)
    return True


# The deadline that nobody waits for


_DUE: Final = (
    select(_ATTEMPTS.c.id)
    .where(
        _ATTEMPTS.c.state == AttemptState.IN_PROGRESS.value,
        or_(
            _ATTEMPTS.c.deadline_at <= bindparam("now", type_=_ATTEMPTS.c.deadline_at.type),
            _ATTEMPTS.c.deadline_at <= _ATTEMPTS.c.last_seen_at,
        ),
    )
    .order_by(_ATTEMPTS.c.deadline_at, _ATTEMPTS.c.id)
    .limit(bindparam("most"))
)


async def due_attempts(unit: Unit, most: int) -> list[UUID]:
    """Attempts whose deadline has passed and that nobody has handed in, the longest due first."""
    return list(await unit.session.scalars(_DUE, {"now": unit.now, "most": most}))


# Other conditions while it runs


async def require_usable(unit: Unit, effect: ExtensionEffect) -> None:
    """An attempt that the person writes gets longer by the extension, or another one can be begun. Who writes does so
    until the transaction ends, and a sitting stays as it is. Raises those of `conditions.errors.UNUSABLE`."""
    test_id, most = effect.having.task.id, effect.having.attempts.adjusted
    await _require_sitting_not_over(unit, test_id)
    query = select(*ATTEMPT).where(_ATTEMPTS.c.person_id == effect.person_id, _ATTEMPTS.c.test_id == test_id)
    rows = (await unit.session.execute(query.order_by(_ATTEMPTS.c.id).with_for_update())).all()
    running = [row for row in rows if run_of(row).touched(unit.now).is_running]
    is_attempt_lost = bool(effect.extension.attempts) and effect.is_over(unit.now)
    if not is_attempt_lost and any(_gets_longer(unit, row, effect) for row in running):
        return
    if most is not None and len(rows) >= most:
        raise AttemptNotLengthened() if running else NoAttemptToExtend()
    effect.require_not_over(unit.now)


async def _require_sitting_not_over(unit: Unit, test_id: UUID) -> None:
    """Locked only when it could be closed in this moment: whoever announces it locks the task after it."""
    row = (await unit.session.execute(_SITTING, {"test_id": test_id})).one_or_none()
    if row is None or row.state == SittingState.PLANNED:
        return
    state = await unit.session.scalar(_LOCKED_SITTING, {"sitting_id": row.id})
    if state in (SittingState.CLOSED, SittingState.RESULTS_APPROVED):
        raise SittingClosed()


def _gets_longer(unit: Unit, row: AttemptRecord, effect: ExtensionEffect) -> bool:
    """Or has unlimited time already."""
    run = run_of(row).touched(unit.now)
    offered = effect.having.deadline(row.started_at, run.paused)
    after = run.extended(unit.now, offered, NO_BREAKS, timedelta(minutes=effect.extension.minutes))
    return after.deadline_at is None or after.deadline_at != run.deadline_at


async def reconsider(unit: Unit, person_id: UUID, task_id: UUID | None = None) -> int:
    """Lengthens the running attempts of a person after an extension or a plan: to the deadline that the conditions give
    now, or that was promised with the minutes of new extensions, whichever is later; and gives them the formats that
    were agreed meanwhile. Never shortens one. Gives how many were changed."""
    query = select(*ATTEMPT).where(
        _ATTEMPTS.c.person_id == person_id, _ATTEMPTS.c.state == AttemptState.IN_PROGRESS.value
    )
    if task_id is not None:
        query = query.where(_ATTEMPTS.c.test_id == task_id)
    rows = (await unit.session.execute(query.order_by(_ATTEMPTS.c.id).with_for_update())).all()
    return sum([await _reconsider_one(unit, row) for row in rows])


async def reconsider_test(unit: Unit, test_id: UUID) -> int:
    """As `reconsider`, for everybody who writes this test now."""
    query = select(_ATTEMPTS.c.person_id).where(
        _ATTEMPTS.c.test_id == test_id, _ATTEMPTS.c.state == AttemptState.IN_PROGRESS.value
    )
    persons = list(await unit.session.scalars(query.order_by(_ATTEMPTS.c.person_id)))
    return sum([await reconsider(unit, person, test_id) for person in persons])


async def _reconsider_one(unit: Unit, row: AttemptRecord) -> int:
    before = run_of(row)
    paused = before.touched(unit.now).paused  # with a break that has ended by itself, which nobody has stored yet
    effective = await conditions.effective_conditions(unit, row.person_id, row.test_id)
    breaks = effective.breaks.adjusted
    allowance = NO_BREAKS if breaks is None else BreakAllowance(timedelta(minutes=breaks.minutes), breaks.count)
    granted = await _granted_since(unit, effective, row.conditions)
    after = before.extended(unit.now, effective.deadline(row.started_at, paused), allowance, granted)
    if not after.is_running:
        return 0
    is_longer = (after.deadline_at, after.allowance) != (before.deadline_at, before.allowance)
    formats = effective.formats.adjusted - promised_formats(row.conditions)
    if not is_longer and not formats:
        return 0
    changes = [*row.conditions.get("changes", ()), _change_of(unit, effective, after)]
    values: dict[str, Any] = {"conditions": {**row.conditions, "changes": changes}}
    if formats & conditions.RENDITIONS:
        # «answer B» has to be the same in what is heard or felt and on the screen, so the choices move once
        values["is_printed_order"] = True
        ids = [place.version_id for place in read_paper(row.paper)]
        await order_missing(unit, ids, row.language, sorted(formats & conditions.RENDITIONS))
    await _store(unit, row, before, after, "deadline" if is_longer else "formats", values)
    unit.record(
        "attempt.lengthened" if is_longer else "attempt.formats-added",
        "attempt",
        row.id,
        person=row.person_id,
        before="none" if before.deadline_at is None else utc_text(before.deadline_at),
        after="none" if after.deadline_at is None else utc_text(after.deadline_at),
    )
    return 1


async def _granted_since(unit: Unit, effective: Conditions, frozen: Mapping[str, Any]) -> timedelta:
    """By the extensions that the attempt does not hold yet; each is kept with it, and so counts once."""
    ids = {source.id for source in effective.closes_at.sources if source.kind is conditions.SourceKind.EXTENSION}
    return await conditions.granted_time(unit, ids - counted_extensions(frozen))


def _change_of(unit: Unit, effective: Conditions, after: Run) -> dict[str, Any]:
    deadline_at = after.deadline_at
    return {
        "at": utc_text(unit.now),
        "deadline_at": None if deadline_at is None else utc_text(deadline_at),
        "conditions": freeze(effective),
    }
