"""The real service against the model of the rules, and the law of replay, by random sequences of requests."""

import asyncio
import random
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from api.app import create_context
from api.domains.audit.models import AuditRow
from api.domains.enrolment.admission import Decision, move_study
from api.domains.enrolment.enrolling import complete, enrol, withdraw
from api.domains.enrolment.errors import AlreadyEnrolled, NotAStudent
from api.domains.enrolment.models import EnrolmentRow
from api.domains.enrolment.rules import (
    HOLDING_A_PLACE,
    EnrolmentState,
    StudyState,
    Waiting,
    state_of_newcomer,
    who_moves_up,
)
from api.domains.people.models import RoleAssignmentRow
from api.domains.teaching.classes import ClassChange, change_class, locked_class
from api.domains.teaching.errors import CapacityBelowEnrolled
from api.errors import MoveNotAllowed
from api.events import OutboxRow
from api.settings import Settings
from api.unit import Context, Unit
from tests.api.conftest import KEYS, StandingClock, University, running_university
from tests.api.enrolment.world import SETUP, TODAY, Desk, World, build_world, desk, student

STUDENTS: Final = 5
DECISION: Final = Decision("-", "1", TODAY)
_LIVE: Final = (EnrolmentState.WAITING, EnrolmentState.ENROLLED)


class Copies:
    """Databases with the same small university, made by copying a file."""

    def __init__(self, template: Path, folder: Path) -> None:
        self.folder = folder
        self.loop = asyncio.new_event_loop()
        self._template = folder / "world.sqlite3"
        shutil.copy(template, self._template)
        self._count = 0
        context = self._open(self._template)
        self.world, self.class_id = self.loop.run_until_complete(self._build(context))
        self.loop.run_until_complete(context.database.dispose())

    async def _build(self, context: Context) -> tuple[World, UUID]:
        world = await build_world(context, STUDENTS)
        await world.open_window()
        return world, await world.add_class(capacity=2)

    def _open(self, path: Path) -> Context:
        url = f"sqlite+aiosqlite:///{path}"
        return create_context(Settings(data=self.folder, database_url=url), KEYS, StandingClock(), durable=False)

    def context(self) -> Context:
        """Of a fresh copy."""
        self._count += 1
        path = self.folder / f"copy-{self._count}.sqlite3"
        shutil.copy(self._template, path)
        return self._open(path)

    def run(self, work: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(work)


@pytest.fixture(scope="module")
def copies(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    found = Copies(sqlite_template, tmp_path_factory.mktemp("laws"))
    yield found
    found.loop.close()


students = st.integers(0, STUDENTS - 1)


def service_machine(copies: Copies) -> type[RuleBasedStateMachine]:
    """The service on a database, side by side with the rules; both have to say the same after every step."""

    class ServiceClass(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.context = copies.context()
            self.capacity = 2
            self.rows: list[tuple[int, EnrolmentState]] = []
            """Student and state, by turn."""
            self.studying = [StudyState.ACTIVE] * STUDENTS
            self.ids: dict[int, UUID] = {}
            """Turn -> enrolment."""

        def do(self, work: Callable[[Unit], Awaitable[Any]]) -> Any:
            async def transaction() -> Any:
                async with self.context.writing(SETUP) as unit:
                    return await work(unit)

            return copies.run(transaction())

        def live(self, number: int) -> int | None:
            return next((turn for turn, (who, state) in enumerate(self.rows) if who == number and state in _LIVE), None)

        def taken(self) -> int:
            return sum(state in HOLDING_A_PLACE for _, state in self.rows)

        def settle(self) -> None:
            waiting = [
                Waiting(UUID(int=turn), turn, self.studying[who] is StudyState.ACTIVE)
                for turn, (who, state) in enumerate(self.rows)
                if state is EnrolmentState.WAITING
            ]
            for one in who_moves_up(self.capacity, self.taken(), waiting):
                self.rows[one.turn] = self.rows[one.turn][0], EnrolmentState.ENROLLED

        @rule(number=students)
        def enrol(self, number: int) -> None:
            person = copies.world.students[number]

            async def work(unit: Unit) -> UUID:
                return (await enrol(unit, copies.class_id, person)).id

            if self.studying[number] is not StudyState.ACTIVE:
                with pytest.raises(NotAStudent):
                    self.do(work)
            elif self.live(number) is not None:
                with pytest.raises(AlreadyEnrolled):
                    self.do(work)
            else:
                self.ids[len(self.rows)] = self.do(work)
                self.rows.append((number, state_of_newcomer(self.capacity, self.taken(), 0)))

        @rule(number=students)
        def withdraw(self, number: int) -> None:
            turn = self.live(number)
            if turn is not None:
                self.do(lambda unit: withdraw(unit, self.ids[turn], "-"))
                self.rows[turn] = number, EnrolmentState.WITHDRAWN
                self.settle()

        @rule(number=students, passed=st.booleans())
        def complete(self, number: int, passed: bool) -> None:
            turn = self.live(number)
            if turn is None:
                return
            if self.rows[turn][1] is EnrolmentState.WAITING:
                with pytest.raises(MoveNotAllowed):
                    self.do(lambda unit: complete(unit, self.ids[turn], passed=passed))
                return
            self.do(lambda unit: complete(unit, self.ids[turn], passed=passed))
            self.rows[turn] = number, EnrolmentState.PASSED if passed else EnrolmentState.FAILED

        @rule(capacity=st.integers(1, STUDENTS))
        def resize(self, capacity: int) -> None:
            async def work(unit: Unit) -> None:
                await change_class(unit, await locked_class(unit, copies.class_id), ClassChange(capacity=capacity))

            if capacity < self.taken():
                with pytest.raises(CapacityBelowEnrolled):
                    self.do(work)
            else:
                self.do(work)
                self.capacity = capacity
                self.settle()

        @rule(number=students, to=st.sampled_from([StudyState.ON_LEAVE, StudyState.ACTIVE, StudyState.EXPELLED]))
        def move_study(self, number: int, to: StudyState) -> None:
            study = copies.world.studies[copies.world.students[number]]
            with suppress(MoveNotAllowed):
                self.do(lambda unit: move_study(unit, study, to, DECISION))
                self.studying[number] = to
                turn = self.live(number)
                if turn is not None and to is not StudyState.ACTIVE:
                    self.rows[turn] = number, EnrolmentState.WITHDRAWN
                    self.settle()

        @invariant()
        def the_database_says_what_the_rules_say(self) -> None:
            async def read() -> list[tuple[UUID, str]]:
                async with self.context.reading(SETUP) as unit:
                    rows = await unit.session.execute(
                        select(EnrolmentRow.person_id, EnrolmentRow.state).order_by(EnrolmentRow.turn)
                    )
                    return [(person, state) for person, state in rows]

            found = [(copies.world.students.index(person), state) for person, state in copies.run(read())]
            assert found == [(number, state.value) for number, state in self.rows]
            assert self.taken() <= self.capacity

        def teardown(self) -> None:
            copies.run(self.context.database.dispose())

    return ServiceClass


def test_the_service_does_what_the_rules_say(copies: Copies) -> None:
    machine = service_machine(copies)
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=15, deadline=None))


# Replay


requests = st.lists(st.tuples(students, st.sampled_from(["enrol", "enrol-now", "withdraw"])), min_size=1, max_size=12)


async def send(desks: list[Desk], class_id: UUID, ids: dict[int, str], number: int, what: str, key: str) -> Any:
    if what == "withdraw":
        return await desks[number].withdraw(ids.get(number, str(class_id)), **{"Idempotency-Key": key})
    answer = await desks[number].enrol(class_id, key=key, may_wait=what == "enrol")
    if answer.status_code == 201:
        ids[number] = answer.json()["id"]
    return answer


async def everything(context: Context) -> list[Any]:
    """All that a request of enrolment may leave behind."""
    async with context.reading(SETUP) as unit:
        return [
            [tuple(row) for row in (await unit.session.execute(select(table.__table__).order_by(*key))).all()]
            for table, key in (
                (EnrolmentRow, [EnrolmentRow.id]),
                (RoleAssignmentRow, [RoleAssignmentRow.id]),
                (OutboxRow, [OutboxRow.id]),
                (AuditRow, [AuditRow.number]),
            )
        ]


async def check_replay(context: Context, university: University, world: World, class_id: UUID, log: Any) -> None:
    """Each request twice in a row, then all that succeeded again in another order: nothing changes, and the answers
    are the same to the byte."""
    desks = [await desk(university, student(person)) for person in world.students]
    ids: dict[int, str] = {}
    acknowledged = []
    for place, (number, what) in enumerate(log):
        target = dict(ids)
        answer = await send(desks, class_id, ids, number, what, f"key-{place}")
        stored = await everything(context)
        again = await send(desks, class_id, dict(target), number, what, f"key-{place}")
        assert (again.status_code, again.content) == (answer.status_code, answer.content) or answer.status_code >= 400
        assert again.status_code == answer.status_code
        assert await everything(context) == stored
        if answer.status_code < 300:
            acknowledged.append((number, what, f"key-{place}", target, answer))
    stored = await everything(context)
    random.Random(len(log)).shuffle(acknowledged)
    for number, what, key, target, answer in acknowledged:
        again = await send(desks, class_id, dict(target), number, what, key)
        assert (again.status_code, again.content) == (answer.status_code, answer.content)
        assert again.headers["idempotency-replayed"] == "true"
    assert await everything(context) == stored


def test_replay_of_any_request_log_changes_nothing(copies: Copies) -> None:
    async def run(log: Any) -> None:
        context = copies.context()
        async with running_university(context) as university:
            await check_replay(context, university, copies.world, copies.class_id, log)
        await context.database.dispose()

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(requests)
    def law(log: Any) -> None:
        copies.run(run(log))

    law()


@pytest.mark.anyio
async def test_replay_changes_nothing_on_either_database(context: Context, university: University) -> None:
    world = await build_world(context, STUDENTS)
    await world.open_window()
    class_id = await world.add_class(capacity=2)
    chosen = random.Random(20260901)
    log = [(chosen.randrange(STUDENTS), chosen.choice(["enrol", "enrol-now", "withdraw"])) for _ in range(15)]
    await check_replay(context, university, world, class_id, log)
