"""Exam sittings, retakes, and identity checks."""

from dataclasses import replace
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import and_, or_, select

from api.domains.grading.errors import LineItemExists
from api.domains.grading.guards import VIEW_RETAKE_REASONS
from api.domains.people.service import full_names
from api.domains.tests import definitions, sittings
from api.domains.tests.errors import (
    ControlInPersonOnly,
    ResultsIncomplete,
    SittingAnnouncedLate,
    SittingStillRunning,
    TestEmpty,
)
from api.domains.tests.guards import (
    APPROVE_SITTINGS,
    ASSIGN_COMMISSION,
    CHECK_IDENTITY,
    PLAN_SITTINGS,
    TAKE,
    VIEW_PLANNED_SITTINGS,
    VIEW_SITTINGS,
)
from api.domains.tests.models import IdentityCheckRow, SittingCandidateRow, SittingRow, TestRow
from api.domains.tests.routing import Handlers
from api.domains.tests.routing.definitions import place_of_test, within
from api.domains.tests.rules import SittingFormat, SittingKind, SittingState
from api.domains.tests.schemas import (
    AnnounceIn,
    CandidateIn,
    CandidateOut,
    CommissionIn,
    IdentityCheckIn,
    IdentityCheckOut,
    SittingIn,
    SittingOut,
    TestReason,
)
from api.errors import Conflict, MoveNotAllowed, NotAllowed, NotFound
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action, Place, reach
from api.unit import Unit

TAGS = ["sittings"]


@get(policy=VIEW_SITTINGS, operation_id="list_sittings", tags=TAGS)
async def list_sittings(
    exchange: TheExchange,
    class_id: Annotated[UUID | None, QueryParameter(name="class_id")] = None,
    in_state: Annotated[SittingState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[SittingOut]]:
    """Exams with their format: those of one's classes, or of one's units. Students see them once announced."""
    async with exchange.reading() as unit:
        unit.reach(VIEW_SITTINGS)
        planned = reach(unit.actor, VIEW_PLANNED_SITTINGS)
        announced = and_(within(reach(unit.actor, TAKE)), SittingRow.state != SittingState.PLANNED)
        query = (
            select(SittingRow)
            .join(TestRow, TestRow.id == SittingRow.test_id)
            .where(or_(announced, within(planned), SittingRow.id.in_(planned.cases)))
        )
        if class_id is not None:
            query = query.where(TestRow.class_id == class_id)
        if in_state is not None:
            query = query.where(SittingRow.state == in_state)
        return (await page(exchange, unit, query, [SittingRow.id], show_sitting, cursor, limit)).response()


@get("/{sitting_id:uuid}", policy=VIEW_SITTINGS, versioned=True, operation_id="get_sitting", tags=TAGS)
async def get_sitting(sitting_id: FromPath[UUID], exchange: TheExchange) -> Response[SittingOut]:
    """One exam."""
    async with exchange.reading() as unit:
        row, test = await _found(unit, sitting_id)
        _require_seen(unit, row, test)
        return _answer(row).response()


@post(
    policy=PLAN_SITTINGS, idempotent=True, problems=(Conflict,), operation_id="plan_sitting", tags=TAGS, status_code=201
)
async def plan_sitting(data: JSONBody[SittingIn], exchange: TheExchange) -> Response[SittingOut]:
    """Plans the sitting of an exam, or the sitting in which one is taken again: the head of the department, the dean's
    office, the registry."""

    async def work(unit: Unit) -> Answer:
        test = await definitions.find_test(unit, data.test_id, lock=True)
        unit.require(PLAN_SITTINGS, place_of_test(test))
        row = await sittings.plan_sitting(unit, test, data.format, data.place, data.retakes_id)
        return _answer(row, 201)

    return await exchange.once(work)


@post(
    "/{sitting_id:uuid}/announce",
    policy=PLAN_SITTINGS,
    idempotent=True,
    problems=(SittingAnnouncedLate, ControlInPersonOnly, TestEmpty, MoveNotAllowed, LineItemExists),
    operation_id="announce_sitting",
    tags=TAGS,
    status_code=200,
)
async def announce_sitting(
    sitting_id: FromPath[UUID], data: JSONBody[AnnounceIn], exchange: TheExchange
) -> Response[SittingOut]:
    """Makes the exam and its format known, before it begins (clause 6.2). Not online where a programme of the class
    declares the control as held in person only (clause 5.7)."""

    async def work(unit: Unit) -> Answer:
        row = await _locked(unit, sitting_id, PLAN_SITTINGS)
        await sittings.announce_sitting(unit, row, data.format)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/{sitting_id:uuid}/open",
    policy=PLAN_SITTINGS,
    idempotent=True,
    problems=(MoveNotAllowed,),
    operation_id="open_sitting",
    tags=TAGS,
    status_code=200,
)
async def open_sitting(sitting_id: FromPath[UUID], exchange: TheExchange) -> Response[SittingOut]:
    """Opens an announced exam. Nobody has to: the first student who starts within the window opens it too."""

    async def work(unit: Unit) -> Answer:
        row = await _locked(unit, sitting_id, PLAN_SITTINGS)
        await sittings.open_sitting(unit, row)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/{sitting_id:uuid}/close",
    policy=PLAN_SITTINGS,
    idempotent=True,
    problems=(SittingStillRunning, MoveNotAllowed),
    operation_id="close_sitting",
    tags=TAGS,
    status_code=200,
)
async def close_sitting(sitting_id: FromPath[UUID], exchange: TheExchange) -> Response[SittingOut]:
    """Closes an exam when nobody writes and nobody may still begin, whatever was agreed for them."""

    async def work(unit: Unit) -> Answer:
        row = await _locked(unit, sitting_id, PLAN_SITTINGS)
        await sittings.close_sitting(unit, row)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/{sitting_id:uuid}/commission",
    policy=ASSIGN_COMMISSION,
    idempotent=True,
    problems=(MoveNotAllowed,),
    operation_id="assign_sitting_commission",
    tags=TAGS,
    status_code=200,
)
async def assign_sitting_commission(
    sitting_id: FromPath[UUID], data: JSONBody[CommissionIn], exchange: TheExchange
) -> Response[SittingOut]:
    """Gives the sitting to an exam commission: its members of today see it with its attempts and may approve the
    results, until they are approved. Another commission takes its place. The dean's office and the registry."""

    async def work(unit: Unit) -> Answer:
        row = await _locked(unit, sitting_id, ASSIGN_COMMISSION)
        await sittings.assign_commission(unit, row, data.commission_id)
        return _answer(row)

    return await exchange.once(work)


@post(
    "/{sitting_id:uuid}/approve-results",
    policy=APPROVE_SITTINGS,
    idempotent=True,
    problems=(ResultsIncomplete, MoveNotAllowed),
    operation_id="approve_sitting_results",
    tags=TAGS,
    status_code=200,
)
async def approve_sitting_results(sitting_id: FromPath[UUID], exchange: TheExchange) -> Response[SittingOut]:
    """Approves the results when every attempt has its grade: the exam commission that was given the sitting, or the
    dean's office."""

    async def work(unit: Unit) -> Answer:
        row = await _locked(unit, sitting_id, APPROVE_SITTINGS)
        await sittings.approve_results(unit, row)
        return _answer(row)

    return await exchange.once(work)


@get("/{sitting_id:uuid}/candidates", policy=PLAN_SITTINGS, operation_id="list_candidates", tags=TAGS)
async def list_candidates(
    sitting_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[CandidateOut]]:
    """Who may take a retake. Why is told to the offices, and to who named them."""
    async with exchange.reading() as unit:
        _, test = await _found(unit, sitting_id)
        unit.require(PLAN_SITTINGS, place_of_test(test))
        table = SittingCandidateRow
        query = select(table).where(table.sitting_id == sitting_id)
        answer = await page(exchange, unit, query, [table.id], _show_candidate, cursor, limit)
        if not unit.may(VIEW_RETAKE_REASONS, place_of_test(test)):
            own = table.id.in_([one.id for one in answer.content.items]) & (table.added_by == unit.actor.person)
            written = set(await unit.session.scalars(select(table.id).where(own)))
            for one in answer.content.items:
                one.reason = one.reason if one.id in written else None
        names = await full_names(unit, [one.person_id for one in answer.content.items])
        for one in answer.content.items:
            one.name = names.get(one.person_id, "")
        return answer.response()


@post(
    "/{sitting_id:uuid}/candidates",
    policy=PLAN_SITTINGS,
    idempotent=True,
    problems=(MoveNotAllowed,),
    operation_id="add_candidate",
    tags=TAGS,
    status_code=201,
)
async def add_candidate(
    sitting_id: FromPath[UUID], data: JSONBody[CandidateIn], exchange: TheExchange
) -> Response[CandidateOut]:
    """Names a student for a retake: who failed, or was absent (clause 6.5)."""

    async def work(unit: Unit) -> Answer:
        row = await _locked(unit, sitting_id, PLAN_SITTINGS)
        named = await sittings.add_candidate(unit, row, data.person_id, data.reason, data.retake_id)
        shown = _show_candidate(named)
        shown.reason = data.reason if named.reason == data.reason else None  # somebody else may have named them before
        shown.name = (await full_names(unit, [shown.person_id])).get(shown.person_id, "")
        return Answer(shown, 201)

    return await exchange.once(work)


# Identity


@get("/{test_id:uuid}/identity-checks", policy=CHECK_IDENTITY, operation_id="list_identity_checks", tags=TAGS)
async def list_identity_checks(
    test_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[IdentityCheckOut]]:
    """Whose identity was checked for a proctored test, by whom and how."""
    async with exchange.reading() as unit:
        test = await definitions.find_test(unit, test_id)
        unit.require(CHECK_IDENTITY, place_of_test(test))
        query = select(IdentityCheckRow).where(IdentityCheckRow.test_id == test_id)
        return (await page(exchange, unit, query, [IdentityCheckRow.id], _show_check, cursor, limit)).response()


@post(
    "/{test_id:uuid}/identity-checks",
    policy=CHECK_IDENTITY,
    idempotent=True,
    operation_id="record_identity_check",
    tags=TAGS,
    status_code=201,
)
async def record_identity_check(
    test_id: FromPath[UUID], data: JSONBody[IdentityCheckIn], exchange: TheExchange
) -> Response[IdentityCheckOut]:
    """That one has made sure who the student is (clauses 4.1 a and 5.5). Without it a proctored test does not start."""

    async def work(unit: Unit) -> Answer:
        test = await definitions.find_test(unit, test_id)
        unit.require(CHECK_IDENTITY, place_of_test(test))
        return Answer(_show_check(await sittings.record_identity(unit, test, data.person_id, data.method)), 201)

    return await exchange.once(work)


@post(
    "/{test_id:uuid}/identity-checks/{check_id:uuid}/revoke",
    policy=CHECK_IDENTITY,
    idempotent=True,
    operation_id="revoke_identity_check",
    tags=TAGS,
    status_code=200,
)
async def revoke_identity_check(
    test_id: FromPath[UUID], check_id: FromPath[UUID], data: JSONBody[TestReason], exchange: TheExchange
) -> Response[IdentityCheckOut]:
    """Takes a check back, with the reason. What has begun goes on."""

    async def work(unit: Unit) -> Answer:
        test = await definitions.find_test(unit, test_id)
        unit.require(CHECK_IDENTITY, place_of_test(test))
        row = await unit.session.get(IdentityCheckRow, check_id, with_for_update=True)
        if row is None or row.test_id != test_id:
            raise NotFound()
        await sittings.revoke_identity(unit, row, data.reason)
        return Answer(_show_check(row))

    return await exchange.once(work)


async def _found(unit: Unit, sitting_id: UUID) -> tuple[SittingRow, TestRow]:
    row = await sittings.find_sitting(unit, sitting_id)
    return row, await definitions.find_test(unit, row.test_id)


async def _locked(unit: Unit, sitting_id: UUID, wanted: Action) -> SittingRow:
    row = await sittings.find_sitting(unit, sitting_id, lock=True)
    test = await definitions.find_test(unit, row.test_id)
    _require_seen(unit, row, test)
    if not unit.may(wanted, place_of_sitting(row, test)):
        raise NotAllowed()
    return row


def place_of_sitting(row: SittingRow, test: TestRow) -> Place:
    """With the sitting itself, for the commission that it was given to."""
    return replace(place_of_test(test), cases=frozenset({row.id}))


def _require_seen(unit: Unit, row: SittingRow, test: TestRow) -> None:
    """Raises NotFound, SignInNeeded."""
    where = place_of_sitting(row, test)
    if row.state == SittingState.PLANNED or not unit.may(TAKE, where):
        unit.require(VIEW_PLANNED_SITTINGS, where)


def _answer(row: SittingRow, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/sittings/{row.id}"} if status == 201 else {}
    return tagged(show_sitting(row), row.version, status, headers)


def show_sitting(row: SittingRow) -> SittingOut:
    return SittingOut(
        id=row.id,
        test_id=row.test_id,
        kind=SittingKind(row.kind),
        retakes_id=row.previous_id,
        state=SittingState(row.state),
        format=None if row.format is None else SittingFormat(row.format),
        place=row.place,
        announced_at=row.announced_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        approved_at=row.approved_at,
    )


def _show_candidate(row: SittingCandidateRow) -> CandidateOut:
    return CandidateOut(id=row.id, person_id=row.person_id, name="", reason=row.reason, retake_id=row.retake_id)


def _show_check(row: IdentityCheckRow) -> IdentityCheckOut:
    return IdentityCheckOut(
        id=row.id,
        person_id=row.person_id,
        method=row.method,
        created_at=row.created_at,
        checked_by=row.checked_by,
        revoked_at=row.revoked_at,
    )


HANDLERS: Final[Handlers] = {
    "/v1/sittings": (
        list_sittings,
        get_sitting,
        plan_sitting,
        announce_sitting,
        open_sitting,
        close_sitting,
        assign_sitting_commission,
        approve_sitting_results,
        list_candidates,
        add_candidate,
    ),
    "/v1/tests": (
        list_identity_checks,
        record_identity_check,
        revoke_identity_check,
    ),
}
