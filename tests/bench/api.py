"""Measures of the API, for `make bench`: CPU per request as a ratio to a bare Litestar handler that does the same SQL.

The statements of our routes are written down while they run, and the bare handler carries out the very same ones
through SQLAlchemy, with the same values, ready made, on a copy of the database, and answers with their rows. It asks
nobody's permission, checks nothing and tells nobody. Both are called as a server calls them, without a network and
without a client's work. SQLite, so that the database's work is counted too.
"""

import asyncio
import base64
import json
import shutil
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from litestar import Litestar, get, post
from litestar.params import FromPath, JSONBody
from litestar.types import ASGIApp
from msgspec import Struct
from sqlalchemy import create_engine, event, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.app import create_app, create_context
from api.db.base import Base
from api.db.session import Database
from api.domains.enrolment.models import EnrolmentRow
from api.identity import Actor
from api.ids import new_id
from api.settings import Settings
from api.unit import Context
from tests.api.conftest import KEYS, NOW, StandingClock
from tests.api.enrolment.world import World, build_world, student

MOST_RATIO: Final = 2.0
"""Issue 4: CPU per request of the list and enrol routes."""
REPEATS: Final = 5
WARMING: Final = 20
PEOPLE: Final = 220
ASKED: Final = 100
SIZES: Final = (1_000, 10_000, 100_000)
Log = Sequence[tuple[Any, Any]]


@dataclass(frozen=True)
class Question:
    """One request. `actor` is who asks."""

    method: str
    path: str
    actor: Actor
    query: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def measure_api(folder: Path) -> None:
    """Prints a line for each measure."""
    asyncio.run(_measure_enrolling(folder / "enrolling"))
    asyncio.run(_measure_lists(folder / "lists"))


async def _measure_enrolling(folder: Path) -> None:
    async with _university(folder) as (context, file):
        world = await build_world(context, PEOPLE)
        await world.open_window()
        one = await world.add_class(capacity=PEOPLE)
        await context.database.dispose()  # what is in the log goes into the file
        before = folder / "before.sqlite3"
        shutil.copy(file, before)
        questions = [
            Question(
                "POST",
                f"/v1/classes/{one}/enrolments",
                student(person),
                body=b"{}",
                headers={"content-type": "application/json", "idempotency-key": f"key-{number}"},
            )
            for number, person in enumerate(world.students)
        ]
        ours = create_app(context)
        logs: list[Log] = []
        for question in questions:
            with _written_down(context.database) as statements:
                await _ask(ours, question, 201)
            logs.append(list(statements))
        bare = _bare_application(context.database, logs)
        same = [
            Question("POST", f"/{number}", one.actor, body=one.body, headers=one.headers)
            for number, one in enumerate(questions)
        ]
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(REPEATS):
            for name, app, asked in (("bare", bare, same), ("ours", ours, questions)):
                await context.database.dispose()
                _put_back(before, file)
                await _ask_all(app, asked[:WARMING], 201)
                times[name].append(await _ask_all(app, asked[WARMING:], 201))
    _tell(f"enrolling with a key ({len(logs[-1])} statements)", times)


async def _measure_lists(folder: Path) -> None:
    """The enrolments of a university, read by the registry: the first 50, and the last."""
    async with _university(folder) as (context, _):
        world = await build_world(context, 1)
        one = await world.add_class(state="ended")
        ours = create_app(context)
        by_size: dict[str, list[str]] = {"first": [], "last": []}
        made = 0
        for size in SIZES:
            await _enrol_long_ago(world, one, made, size)
            made = size
            for name, query in (("first", ""), ("last", f"cursor={await _cursor_near_the_end(context)}")):
                question = Question("GET", "/v1/enrolments", world.registry, query)
                with _written_down(context.database) as statements:
                    answer = json.loads(await _ask(ours, question, 200))
                assert len(answer["items"]) == 50
                bare, same = (
                    _bare_application(context.database, [list(statements)]),
                    Question("GET", "/0", question.actor),
                )
                times: dict[str, list[float]] = {"ours": [], "bare": []}
                for _ in range(REPEATS):
                    for whose, app, asked in (("bare", bare, same), ("ours", ours, question)):
                        await _ask_all(app, [asked] * WARMING, 200)
                        times[whose].append(await _ask_all(app, [asked] * ASKED, 200))
                _tell(f"the {name} 50 of {size} enrolments ({len(statements)} statements)", times)
                by_size[name].append(f"{min(times['ours']) * 1000:.2f} ms at {size}")
        for name, found in by_size.items():
            print(f"CPU of the {name} part of a list: {', '.join(found)} rows (asked: flat)", flush=True)


@asynccontextmanager
async def _university(folder: Path) -> AsyncIterator[tuple[Context, Path]]:
    """An empty one, in a file."""
    folder.mkdir(parents=True)
    file = folder / "university.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    engine.dispose()
    settings = Settings(folder, f"sqlite+aiosqlite:///{file}", requests_per_minute=1_000_000)
    context = create_context(settings, KEYS, StandingClock(), durable=False)
    try:
        yield context, file
    finally:
        await context.database.dispose()


def _put_back(before: Path, file: Path) -> None:
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    shutil.copy(before, file)


async def _enrol_long_ago(world: World, class_id: UUID, first: int, behind: int) -> None:
    """Enrolments that are over; `turn` counts them."""
    [person] = world.students
    rows = [
        {
            "id": new_id(),
            "created_at": NOW,
            "version": 1,
            "class_id": class_id,
            "person_id": person,
            "study_id": world.studies[person],
            "course_id": world.courses[0],
            "academic_session_id": world.semester,
            "programme_id": world.programme,
            "unit_id": world.department,
            "study_unit_id": world.faculty,
            "state": "withdrawn",
            "turn": turn,
            "ended_at": NOW,
            "cause": None,
        }
        for turn in range(first + 1, behind + 1)
    ]
    async with world.context.database.writing() as session:
        await session.execute(insert(EnrolmentRow), rows)


async def _cursor_near_the_end(context: Context) -> str:
    async with context.database.reading() as session:
        found = await session.scalars(select(EnrolmentRow.id).order_by(EnrolmentRow.id.desc()).limit(60))
        last = list(found)[-1]
    return base64.urlsafe_b64encode(json.dumps([str(last)]).encode()).decode().rstrip("=")


@contextmanager
def _written_down(database: Database) -> Iterator[list[tuple[Any, Any]]]:
    """The statements that are carried out meanwhile, as SQLAlchemy has them, with their values."""
    found: list[tuple[Any, Any]] = []

    def note(_: Any, statement: Any, many: Any, one: Any, __: Any) -> None:
        found.append((statement, many or one or None))

    engines = [database.reader.sync_engine, database.writer.sync_engine]
    for engine in engines:
        event.listen(engine, "before_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_execute", note)


class Body(Struct):
    """Of the bare handler; nothing in it is looked at."""


def _bare_application(database: Database, logs: Sequence[Log]) -> Litestar:
    """Carries out the statements of the request with this number, and answers with the rows of the last that gave
    any."""

    async def carry_out(connection: AsyncConnection, log: Log) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for statement, parameters in log:
            result = await connection.execute(statement, parameters)
            if result.returns_rows:
                found = [dict(row._mapping) for row in result.all()]
        return found

    @get("/{number:int}")
    async def read(number: FromPath[int]) -> list[dict[str, Any]]:
        async with database.reader.connect() as connection:
            return await carry_out(connection, logs[number])

    @post("/{number:int}")
    async def write(number: FromPath[int], data: JSONBody[Body]) -> list[dict[str, Any]]:
        async with database.writer.begin() as connection:
            return await carry_out(connection, logs[number])

    return Litestar([read, write], openapi_config=None, logging_config=None)


async def _ask_all(app: ASGIApp, questions: Sequence[Question], status: int) -> float:
    """Seconds of CPU per request, of all threads of this process."""
    began = time.process_time()
    for question in questions:
        await _ask(app, question, status)
    return (time.process_time() - began) / len(questions)


async def _ask(app: ASGIApp, question: Question, status: int) -> bytes:
    """Calls the application as a server does, and nothing more."""
    sent = {"host": "university.test", "content-length": str(len(question.body)), **question.headers}
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": question.method,
        "scheme": "http",
        "path": question.path,
        "raw_path": question.path.encode(),
        "query_string": question.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "user": question.actor,
    }
    parts: list[bytes] = []
    found = 0

    async def receive() -> Any:
        return {"type": "http.request", "body": question.body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal found
        if message["type"] == "http.response.start":
            found = message["status"]
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    body = b"".join(parts)
    if found != status:
        raise RuntimeError(f"{question.method} {question.path}: {found} {body[:500]!r}")
    return body


def _tell(what: str, times: Mapping[str, Sequence[float]]) -> None:
    ours, bare = min(times["ours"]), min(times["bare"])
    print(
        f"{what}: {ours * 1000:.2f} ms CPU; a bare handler with the same SQL: {bare * 1000:.2f} ms; "
        f"ratio {ours / bare:.2f} (asked: at most {MOST_RATIO:g})",
        flush=True,
    )
