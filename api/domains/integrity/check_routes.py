"""Oral checks of authorship: scheduled, held in the form agreed for the student, with what was found."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy import ColumnElement, false, or_, select, true

from api.domains.conditions import service as conditions
from api.domains.grading.errors import LineItemNotOpen, NotGraded
from api.domains.integrity import checks
from api.domains.integrity.case_routes import is_still_blind
from api.domains.integrity.errors import CheckNotYet, NothingToChange, PartInCase, SeveralAuthors, StillBlind
from api.domains.integrity.guards import EXAMINE, VIEW_CHECK
from api.domains.integrity.models import OralCheckRow
from api.domains.integrity.rules import CheckForm, CheckOutcome, CheckState, Part, WorkKind
from api.domains.integrity.schemas import CheckGradeIn, CheckResultIn, OralCheckIn, OralCheckLine, OralCheckOut
from api.domains.integrity.sealing import opened
from api.domains.integrity.works import work_brief
from api.domains.people.service import person_exists
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotAllowed, NotFound, invalid
from api.http.exchange import Answer, Exchange, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Reach
from api.unit import Unit

TAGS = ["integrity"]


@post(
    policy=EXAMINE,
    idempotent=True,
    problems=(SeveralAuthors, PartInCase, StillBlind),
    operation_id="schedule_oral_check",
    tags=TAGS,
    status_code=201,
)
async def schedule_oral_check(data: JSONBody[OralCheckIn], exchange: TheExchange) -> Response[OralCheckOut]:
    """Asks a student of one's class to show that a work is their own (clause 6.1). The form follows from what was
    agreed for the student: in writing instead of orally. The student is told by mail."""

    async def work(unit: Unit) -> Answer:
        unit.asked = True
        brief = await work_brief(unit, data.work_kind, data.work_id)
        unit.require(
            EXAMINE, (await class_brief(unit, (await conditions.find_task(unit, brief.task_id)).class_id)).place
        )
        if await is_still_blind(unit, brief.task_id):
            raise StillBlind()
        examiner = data.examiner_id or unit.actor.person
        if examiner is None:
            raise NotAllowed()
        if data.examiner_id is not None and not await person_exists(unit, data.examiner_id):
            raise invalid("/examiner_id", "unknown-value")
        new = checks.NewCheck(
            brief.task_id,
            brief.author(data.person_id),
            data.work_kind,
            data.work_id,
            data.begins_at,
            data.venue,
            examiner,
        )
        row = await checks.schedule_check(unit, new)
        return await _answer(unit, row, 201)

    return await exchange.once(work)


@get(policy=VIEW_CHECK, operation_id="list_oral_checks", tags=TAGS)
async def list_oral_checks(
    exchange: TheExchange,
    in_state: Annotated[CheckState | None, QueryParameter(name="state")] = None,
    task_id: Annotated[UUID | None, QueryParameter(name="task_id")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[OralCheckLine]]:
    """One's own checks, and those of one's classes."""
    async with exchange.reading() as unit:
        table = OralCheckRow
        query = select(table).where(_within(unit.reach(VIEW_CHECK)))
        if in_state is not None:
            query = query.where(table.state == in_state.value)
        if task_id is not None:
            query = query.where(table.task_id == task_id)
        return (await page(exchange, unit, query, [table.id], _line, cursor, limit)).response()


def _within(reach: Reach) -> ColumnElement[bool]:
    """The same rule as `checks.place_of`, for lists."""
    if reach.everything:
        return true()
    table = OralCheckRow
    found = [
        column.in_(ids)
        for column, ids in (
            (table.person_id, reach.persons),
            (table.unit_id, reach.units),
            (table.programme_id, reach.programmes),
            (table.class_id, reach.classes),
        )
        if ids
    ]
    return or_(*found) if found else false()


@get("/{check_id:uuid}", policy=VIEW_CHECK, versioned=True, operation_id="get_oral_check", tags=TAGS)
async def get_oral_check(check_id: FromPath[UUID], exchange: TheExchange) -> Response[OralCheckOut]:
    """One check: when, where, in which form, what the examiner has to see to, and what was found."""
    async with exchange.reading() as unit:
        unit.asked = True
        row = await unit.session.get(OralCheckRow, check_id)
        if row is None:
            raise NotFound()
        unit.require(VIEW_CHECK, checks.place_of(row))
        return (await _answer(unit, row)).response()


@post(
    "/{check_id:uuid}/hold",
    policy=EXAMINE,
    versioned=True,
    problems=(MoveNotAllowed, CheckNotYet, PartInCase),
    operation_id="hold_oral_check",
    tags=TAGS,
    status_code=200,
)
async def hold_oral_check(
    check_id: FromPath[UUID], data: JSONBody[CheckResultIn], exchange: TheExchange
) -> Response[OralCheckOut]:
    """What the examiner found. It changes no grade by itself, and proves nothing against anybody."""
    return await _move(exchange, check_id, lambda unit, row: checks.hold(unit, row, data.outcome, data.notes))


@post(
    "/{check_id:uuid}/miss",
    policy=EXAMINE,
    versioned=True,
    problems=(MoveNotAllowed, CheckNotYet, PartInCase),
    operation_id="miss_oral_check",
    tags=TAGS,
    status_code=200,
)
async def miss_oral_check(check_id: FromPath[UUID], exchange: TheExchange) -> Response[OralCheckOut]:
    """The student did not come. Says nothing about authorship."""
    return await _move(exchange, check_id, checks.miss)


@post(
    "/{check_id:uuid}/cancel",
    policy=EXAMINE,
    versioned=True,
    problems=(MoveNotAllowed, PartInCase),
    operation_id="cancel_oral_check",
    tags=TAGS,
    status_code=200,
)
async def cancel_oral_check(check_id: FromPath[UUID], exchange: TheExchange) -> Response[OralCheckOut]:
    """The check will not take place."""
    return await _move(exchange, check_id, checks.cancel)


@post(
    "/{check_id:uuid}/grade",
    policy=EXAMINE,
    versioned=True,
    problems=(NothingToChange, PartInCase, NotGraded, LineItemNotOpen, MoveNotAllowed),
    operation_id="change_grade_by_check",
    tags=TAGS,
    status_code=200,
)
async def change_grade_by_check(
    check_id: FromPath[UUID], data: JSONBody[CheckGradeIn], exchange: TheExchange
) -> Response[OralCheckOut]:
    """Amends the grade of the work after the check, once, with a reason that stands in the journal beside the author
    (clause 6.1)."""
    return await _move(
        exchange, check_id, lambda unit, row: checks.change_grade(unit, row, Decimal(data.points), data.reason)
    )


async def _move(
    exchange: Exchange, check_id: UUID, move: Callable[[Unit, OralCheckRow], Awaitable[None]]
) -> Response[OralCheckOut]:
    """By whoever examines there, as the client has read it; nobody about themselves."""
    async with exchange.writing() as unit:
        unit.asked = True
        row = await checks.locked_check(unit, check_id)
        unit.require(EXAMINE, checks.place_of(row), seen_by=VIEW_CHECK)
        exchange.check_version(row.version)
        if row.person_id == unit.actor.person:
            raise PartInCase(kind=Part.ACCUSED.value)
        await move(unit, row)
        return (await _answer(unit, row)).response()


def _line(row: OralCheckRow) -> OralCheckLine:
    return OralCheckLine(
        id=row.id,
        task_id=row.task_id,
        class_id=row.class_id,
        person_id=row.person_id,
        state=CheckState(row.state),
        form=CheckForm(row.form),
        begins_at=row.begins_at,
        outcome=None if row.outcome is None else CheckOutcome(row.outcome),
    )


async def _answer(unit: Unit, row: OralCheckRow, status: int = 200) -> Answer:
    headers = {"Location": f"/v1/oral-checks/{row.id}"} if status == 201 else {}
    return tagged(await _shown(unit, row), row.version, status, headers)


async def _shown(unit: Unit, row: OralCheckRow) -> OralCheckOut:
    """Until it is closed with what is agreed now: a plan that was activated since counts."""
    agreed = await conditions.effective_conditions(unit, row.person_id, row.task_id)
    is_open = row.state == CheckState.SCHEDULED
    form = await checks.form_for(unit, row.person_id, row.task_id) if is_open else CheckForm(row.form)
    return OralCheckOut(
        id=row.id,
        task_id=row.task_id,
        class_id=row.class_id,
        person_id=row.person_id,
        work_kind=WorkKind(row.work_kind),
        work_id=row.work_id,
        state=CheckState(row.state),
        form=form,
        to_heed=sorted(agreed.formats.adjusted | agreed.other.adjusted),
        begins_at=row.begins_at,
        venue=row.venue,
        examiner_id=row.examiner_id,
        outcome=None if row.outcome is None else CheckOutcome(row.outcome),
        notes=opened(unit, row, "notes"),
        has_changed_grade=row.grade_changed_at is not None,
    )


router = Router(
    "/v1/oral-checks",
    route_handlers=[
        schedule_oral_check,
        list_oral_checks,
        get_oral_check,
        hold_oral_check,
        miss_oral_check,
        cancel_oral_check,
        change_grade_by_check,
    ],
)
