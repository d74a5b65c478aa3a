"""CPU per request: our handler, and a bare one that does the same SQL and answers the same bytes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar, Response, route
from litestar.types import ASGIApp
from sqlalchemy import Executable, event
from sqlalchemy.ext.asyncio import AsyncConnection

from api.db.session import Database
from api.identity import Role, Scope
from api.unit import Context
from tests.api.enrolment.world import build_world
from tests.bench.university import Browser, Databases, ask, employ, opened, sign_in

REQUESTS = 300
WARM_UP = 30
ROUNDS = 3
"""The lowest cost of each counts: what else the machine does can only add to it."""
CLASSES = 60
MOST = 2.0


@dataclass(slots=True)
class Transaction:
    is_writing: bool
    statements: list[tuple[Executable, Any]] = field(default_factory=list)
    """As they were given to SQLAlchemy, with their parameters."""
    texts: list[tuple[str, Any]] = field(default_factory=list)
    """As the driver was given them."""
    is_stored: bool = False


@dataclass(slots=True)
class Exchange:
    """A request, what the database was asked for it, and the answer."""

    method: str
    path: str
    browser: Browser
    body: bytes = b""
    query: str = ""
    extra: Sequence[tuple[str, str]] = ()
    transactions: list[Transaction] = field(default_factory=list)
    status: int = 0
    answer: bytes = b""

    async def ask(self, app: ASGIApp) -> tuple[int, bytes]:
        headers = [*self.browser.headers, *self.extra]
        if self.body:
            headers.append(("content-type", "application/json"))
        return await ask(app, self.method, self.path, headers, self.body, self.query)


async def measure_requests(databases: Databases) -> None:
    async with opened(databases.create("requests")) as (context, _):
        world = await build_world(context, REQUESTS + WARM_UP)
        await world.open_window()
        class_id = await world.add_class(capacity=10 * REQUESTS)
        for _ in range(CLASSES - 1):
            await world.add_class(world.courses[1])
        students = await sign_in(context, world.students)
        registry = await employ(context, Role.REGISTRY, Scope.UNIVERSITY)
    enrolling = [
        Exchange("POST", f"/v1/classes/{class_id}/enrolments", one, b"{}", extra=[("idempotency-key", f"key-{number}")])
        for number, one in enumerate(students)
    ]
    for name, exchanges in (
        ("GET /v1/classes, 50 of 60", [Exchange("GET", "/v1/classes", one) for one in students]),
        ("GET /v1/persons, 50, by the registry", [Exchange("GET", "/v1/persons", registry) for _ in students]),
        ("POST /v1/classes/{id}/enrolments", enrolling),
    ):
        await _compare(databases, name, exchanges)


async def _compare(databases: Databases, name: str, exchanges: Sequence[Exchange]) -> None:
    """Three ways in turn, each on its own copy of the database: nothing that is stored is met again."""
    async with opened(databases.create(f"recorded {hash(name)}", "requests")) as (context, app):
        with _recording(context) as transactions:
            for one in exchanges:
                one.status, one.answer = await one.ask(app)
                one.transactions = [*transactions]
                transactions.clear()
                if one.status >= 300:
                    raise RuntimeError(f"{name}: {one.status} {one.answer.decode()}")
    ours: list[float] = []
    bare: list[float] = []
    drivers: list[float] = []
    for number in range(ROUNDS):
        async with opened(databases.create(f"ours {number} {hash(name)}", "requests")) as (_, app):
            ours.append(await _cpu_ms(app, exchanges))
        for costs, play in ((bare, _play), (drivers, _play_texts)):
            url = databases.create(f"{play.__name__} {number} {hash(name)}", "requests")
            database = Database(url, durable=False)
            costs.append(await _cpu_ms(_bare_app(database, exchanges, play), exchanges))
            await database.dispose()
    count = sum(len(part.statements) for part in exchanges[-1].transactions)
    print(
        f"{databases.kind}: {name}: {min(ours):.2f} ms CPU, {count} statements; bare Litestar handler with the same "
        f"statements {min(bare):.2f} ms; ratio {min(ours) / min(bare):.2f} (asked: at most {MOST:g}); "
        f"bare handler with the text of the SQL {min(drivers):.2f} ms; ratio {min(ours) / min(drivers):.2f}",
        flush=True,
    )


@contextmanager
def _recording(context: Context) -> Iterator[list[Transaction]]:
    found: list[Transaction] = []
    engines = dict.fromkeys((context.database.writer.sync_engine, context.database.reader.sync_engine))

    def begin(connection: Any) -> None:
        found.append(Transaction(False))

    def statement(_: Any, clause: Any, many: Any, one: Any, __: Any) -> None:
        if not found:  # who asks is looked up without a transaction, of which there is no beginning
            found.append(Transaction(False))
        found[-1].statements.append((clause, list(many) or dict(one)))

    def text(_: Any, __: Any, sql: str, parameters: Any, ___: Any, is_many: bool) -> None:
        if not sql.startswith("BEGIN"):
            found[-1].texts.append((sql, list(parameters) if is_many else parameters))

    def commit(_: Any) -> None:
        found[-1].is_stored = found[-1].is_writing = True

    listeners = (
        ("begin", begin),
        ("before_execute", statement),
        ("before_cursor_execute", text),
        ("commit", commit),
    )
    for engine in engines:
        for what, listener in listeners:
            event.listen(engine, what, listener)
    try:
        yield found
    finally:
        for engine in engines:
            for what, listener in listeners:
                event.remove(engine, what, listener)


def _bare_app(database: Database, exchanges: Sequence[Exchange], play: Any) -> ASGIApp:
    """Nothing but Litestar's routing, the SQL, and the bytes that our handler answered."""
    recorded = iter(exchanges)

    @route("/{rest:path}", http_method=["GET", "POST"])
    async def bare() -> Response[bytes]:
        one = next(recorded)
        for part in one.transactions:
            engine = database.writer if part.is_writing else database.reader
            async with engine.connect() as connection:
                await play(connection, part)
                await (connection.commit() if part.is_stored else connection.rollback())
        return Response(one.answer, status_code=one.status, media_type="application/json")

    return Litestar([bare], openapi_config=None, logging_config=None)


async def _play(connection: AsyncConnection, part: Transaction) -> None:
    for statement, parameters in part.statements:
        found = await connection.execute(statement, parameters or None)
        if found.returns_rows:
            found.all()


async def _play_texts(connection: AsyncConnection, part: Transaction) -> None:
    for sql, parameters in part.texts:
        found = await connection.exec_driver_sql(sql, parameters or None)
        if found.returns_rows:
            found.all()


async def _cpu_ms(app: ASGIApp, exchanges: Sequence[Exchange]) -> float:
    """Of this process, all its threads, per request."""
    for one in exchanges[:WARM_UP]:
        await _expect(app, one)
    started = time.process_time()
    for one in exchanges[WARM_UP:]:
        await _expect(app, one)
    return (time.process_time() - started) / len(exchanges[WARM_UP:]) * 1000


async def _expect(app: ASGIApp, one: Exchange) -> None:
    status, answer = await one.ask(app)
    if status != one.status or len(answer) != len(one.answer):
        raise RuntimeError(f"{one.method} {one.path}: {status} {answer.decode()}")
