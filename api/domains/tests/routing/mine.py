"""Tests as a student sees them: which there are, under which conditions, what the warning says."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy import select

from api.domains.conditions import service as conditions
from api.domains.conditions.own_tasks import conditions_of_tasks
from api.domains.conditions.service import Conditions, Task, TaskState
from api.domains.tests import definitions, sittings
from api.domains.tests.attempts import run_of
from api.domains.tests.frozen import show_conditions
from api.domains.tests.guards import OWN_ATTEMPT, TAKE
from api.domains.tests.models import AttemptRow, TestRow
from api.domains.tests.routing import Handlers
from api.domains.tests.routing.definitions import points_of
from api.domains.tests.rules import AttemptState, Navigation
from api.domains.tests.schemas import ConditionsOut, MyTestOut, OwnAttempt, WarningOut
from api.errors import NotFound
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import place
from api.unit import Unit

TAGS = ["tests"]


@get(policy=TAKE, operation_id="list_my_tests", tags=TAGS)
async def list_my_tests(exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50) -> Response[PageOf[MyTestOut]]:
    """The announced tests of one's classes, with the window, time and attempts that count for oneself."""
    async with exchange.reading() as unit:
        person_id = unit.actor.person
        classes = unit.reach(TAKE).classes
        if person_id is None:
            raise NotFound()
        query = select(TestRow).where(TestRow.class_id.in_(classes), TestRow.blueprint.is_not(None))
        answer = await page(exchange, unit, query, [TestRow.id], lambda row: row, cursor, limit)
        rows: list[TestRow] = answer.content.items
        tasks = await conditions.find_tasks(unit, [row.id for row in rows])
        own = await conditions_of_tasks(unit, person_id, list(tasks.values()))
        used, running = await _attempts(unit, person_id, [row.id for row in rows])
        shown = [_show(row, tasks[row.id], own[row.id], used.get(row.id, 0), running.get(row.id)) for row in rows]
        return Answer(PageOf(items=shown, next=answer.content.next), headers=answer.headers).response()


async def _attempts(unit: Unit, person_id: UUID, test_ids: list[UUID]) -> tuple[dict[UUID, int], dict[UUID, UUID]]:
    """How many were begun, and which one runs, by test."""
    table = AttemptRow
    rows = await unit.session.execute(
        select(table.id, table.test_id, table.state).where(table.person_id == person_id, table.test_id.in_(test_ids))
    )
    used: dict[UUID, int] = {}
    running: dict[UUID, UUID] = {}
    for id_, test_id, state in rows:
        used[test_id] = used.get(test_id, 0) + 1
        if state == AttemptState.IN_PROGRESS:
            running[test_id] = id_
    return used, running


def _show(row: TestRow, task: Task, own: Conditions, used: int, running: UUID | None) -> MyTestOut:
    limit = own.time_limit.adjusted
    return MyTestOut(
        id=row.id,
        class_id=row.class_id,
        titles=dict(task.titles),
        state=task.state.value,
        opens_at=own.opens_at,
        closes_at=own.closes_at.adjusted,
        time_limit_s=None if limit is None else int(limit.total_seconds()),
        attempts=own.attempts.adjusted,
        attempts_used=used,
        running_attempt_id=running,
        is_self_check=row.is_self_check,
        is_exam=row.is_exam,
        is_proctored=row.is_proctored,
        navigation=Navigation(row.navigation),
        languages=list(row.languages),
        max_points=points_of(row.max_points),
        is_adjusted=bool(own.sources),
    )


@get(policy=OWN_ATTEMPT, operation_id="list_my_attempts", tags=["attempts"])
async def list_my_attempts(
    exchange: TheExchange,
    test_id: Annotated[UUID | None, QueryParameter(name="test_id")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[OwnAttempt]]:
    """One's own attempts, at all tests or at one, in the order in which they were begun."""
    async with exchange.reading() as unit:
        table = AttemptRow
        query = select(table).where(table.person_id.in_(unit.reach(OWN_ATTEMPT).persons))
        if test_id is not None:
            query = query.where(table.test_id == test_id)

        def show(row: AttemptRow) -> OwnAttempt:
            run = run_of(row).touched(unit.now)
            return OwnAttempt(
                id=row.id,
                test_id=row.test_id,
                number=row.number,
                state=run.state,
                language=row.language,
                started_at=row.started_at,
                deadline_at=run.deadline_at,
                submitted_at=run.submitted_at,
            )

        return (await page(exchange, unit, query, [table.id], show, cursor, limit)).response()


@get("/{test_id:uuid}/conditions", policy=TAKE, operation_id="get_own_test_conditions", tags=TAGS)
async def get_own_test_conditions(test_id: FromPath[UUID], exchange: TheExchange) -> Response[ConditionsOut]:
    """One's own conditions before starting: what everybody has, what oneself has, and which record makes the
    difference (clause 6.6: the student is told in advance)."""
    async with exchange.reading() as unit:
        await _seen(unit, test_id)
        if unit.actor.person is None:
            raise NotFound()
        one = await conditions.effective_conditions(unit, unit.actor.person, test_id)
        return Response(show_conditions(one, exchange.language))


@get("/{test_id:uuid}/warning", policy=TAKE, operation_id="get_test_warning", tags=TAGS)
async def get_test_warning(test_id: FromPath[UUID], exchange: TheExchange) -> Response[WarningOut]:
    """The warning of a proctored test, and whether one has acknowledged it as it stands now (clause 6.2)."""
    async with exchange.reading() as unit:
        row = await _seen(unit, test_id)
        known = None
        if unit.actor.person is not None and row.warning_digest is not None:
            known = await sittings.acknowledgement_of(unit, row, unit.actor.person)
        return Response(WarningOut(warning=row.warning, acknowledged_at=None if known is None else known.created_at))


@post(
    "/{test_id:uuid}/warning/acknowledge",
    policy=TAKE,
    idempotent=True,
    operation_id="acknowledge_test_warning",
    tags=TAGS,
    status_code=200,
)
async def acknowledge_test_warning(test_id: FromPath[UUID], exchange: TheExchange) -> Response[WarningOut]:
    """That one has read the warning as it stands now."""

    async def work(unit: Unit) -> Answer:
        row = await _seen(unit, test_id)
        known = await sittings.acknowledge_warning(unit, row)
        return Answer(WarningOut(warning=row.warning, acknowledged_at=known.created_at))

    return await exchange.once(work)


async def _seen(unit: Unit, test_id: UUID) -> TestRow:
    """A test that is announced to the actor. Raises NotFound."""
    row = await definitions.find_test(unit, test_id)
    unit.require(TAKE, place(class_=row.class_id))
    if row.blueprint is None or (await conditions.find_task(unit, test_id)).state is not TaskState.ANNOUNCED:
        raise NotFound()
    return row


HANDLERS: Final[Handlers] = {
    "/v1/my-attempts": (list_my_attempts,),
    "/v1/my-tests": (list_my_tests,),
    "/v1/tests": (
        get_own_test_conditions,
        get_test_warning,
        acknowledge_test_warning,
    ),
}
