"""Server-sent events of an attempt: more time is heard of at once, in whichever process it was given."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.app import create_context
from api.domains.access.models import AccountRow, SessionRow
from api.domains.conditions.service import grant_extension
from api.domains.tests import watching
from api.identity import Actor
from api.ids import new_id
from tests.api.conftest import KEYS, StandingClock, University, acting_as
from tests.api.enrolment.world import SETUP
from tests.api.testing.world import MINUTE, World, build, text

pytestmark = pytest.mark.anyio


class Listening:
    """An open connection, as a browser holds it; httpx's transport would wait for the end of the answer."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._left = asyncio.Event()
        self._rest = b""

    async def receive(self) -> Any:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message["body"]:
            self._chunks.put_nowait(message["body"])
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._chunks.put_nowait(None)

    async def next(self) -> dict[str, Any] | None:
        """The next event; None when the stream has ended."""
        while True:
            while b"\n\n" in self._rest:
                block, self._rest = self._rest.split(b"\n\n", 1)
                fields = dict(line.split(": ", 1) for line in block.decode().splitlines() if not line.startswith(":"))
                if "event" in fields:
                    return {"id": fields["id"], "event": fields["event"], **json.loads(fields["data"])}
            async with asyncio.timeout(10):
                chunk = await self._chunks.get()
            if chunk is None:
                return None
            self._rest += chunk

    def leave(self) -> None:
        self._left.set()


@asynccontextmanager
async def listening(world: World, actor: Actor, attempt: Any, last: str | None = None) -> AsyncIterator[Listening]:
    one = Listening()
    path = f"/v1/attempts/{attempt['id']}/events"
    headers = [(b"host", b"university.test"), *([] if last is None else [(b"last-event-id", last.encode())])]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("university.test", 80),
        "extensions": {},
    }
    app: Any = acting_as(actor, world.university.app)
    task = asyncio.create_task(app(scope, one.receive, one.send))
    try:
        yield one
    finally:
        one.leave()
        await asyncio.wait_for(task, 10)


async def test_more_time_is_heard_of_and_what_was_missed_too(university: University, clock: StandingClock) -> None:
    world = await build(university)
    student, other = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt, others = await world.start(student, test), await world.start(other, test)
    start = clock.now()
    # another process on the same database gives the time
    elsewhere = create_context(world.context.settings, KEYS, clock, durable=False)
    watcher = watching.watcher_of(world.context)
    watcher.every_s = 0.01
    try:
        async with listening(world, student, attempt) as one, listening(world, other, others) as quiet:
            standing = await one.next()
            assert (one.status, one.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
            assert standing == {
                "id": "0",
                "event": "standing",
                "deadline_at": _wire(attempt["deadline_at"]),
                "state": "in-progress",
            }
            assert (await quiet.next() or {})["event"] == "standing"
            async with elsewhere.writing(SETUP) as unit:
                await grant_extension(unit, UUID(test), _person(student), minutes=15, reason="Жарык өчтү")
            later = await one.next()
            assert later == {
                "id": "1",
                "event": "deadline",
                "deadline_at": _wire(text(start + 75 * MINUTE)),
                "state": "in-progress",
            }
            await world.submit(student, attempt)
            ended = await one.next()
            assert (ended or {})["event"] == "submitted"
            assert await one.next() is None
            await world.submit(other, others)
            assert (await quiet.next() or {})["id"] == "1"  # and nothing of anybody else before
        async with listening(world, student, attempt, last="0") as again:
            assert [(await again.next() or {})["id"], (await again.next() or {})["id"]] == ["1", "2"]
            assert await again.next() is None
        assert watcher.count == 0
    finally:
        await elsewhere.database.dispose()


async def test_listeners_hold_no_connection_and_hear_nothing_once_their_session_has_ended(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    session = new_id()
    async with world.context.writing(SETUP) as unit:
        account = (
            await unit.session.scalars(select(AccountRow.id).where(AccountRow.person_id == _person(student)))
        ).one()
        unit.session.add(
            SessionRow(
                id=session,
                created_at=unit.now,
                account_id=account,
                token_digest="d",
                is_strong=False,
                last_seen_at=unit.now,
                expires_at=unit.now + 600 * MINUTE,
                client="",
            )
        )
    signed_in = Actor(account, student.person, roles=student.roles, method=student.method, session=session)
    watcher = watching.watcher_of(world.context)
    watcher.every_s = 60
    pool: Any = world.context.database.reader.pool
    open_ones = [listening(world, signed_in, attempt) for _ in range(40)]  # more than any pool has
    entered = [await one.__aenter__() for one in open_ones]
    for one in entered:
        assert (await one.next() or {})["event"] == "standing"
    assert watcher.count == 40
    assert pool.checkedout() == 0
    await watcher.check_sessions()
    async with world.context.writing(SETUP) as unit:
        await unit.session.delete(await unit.session.get_one(SessionRow, session))
    await watcher.check_sessions()
    assert [await one.next() for one in entered] == [None] * 40
    for one_open in open_ones:
        await one_open.__aexit__(None, None, None)
    assert watcher.count == 0


async def test_a_process_that_is_asked_to_stop_lets_listeners_go(university: University, clock: StandingClock) -> None:
    """They come back by themselves; without it a restart would wait for them to the end of its grace."""
    world = await build(university, 1)
    test = await world.make_test()
    clock.advance(hours=1)
    attempt = await world.start(world.students[0], test)
    watcher = watching.watcher_of(world.context)
    watcher.every_s = 60
    async with listening(world, world.students[0], attempt) as one:
        assert (await one.next() or {})["event"] == "standing"
        while not watcher._seen:  # a look that is cut off leaves a thread of the driver behind
            await asyncio.sleep(0.001)
        for let_go in world.context.at_stop:
            let_go()
        assert await one.next() is None


def _wire(moment: str) -> str:
    return moment.replace("Z", ".000Z")


def _person(actor: Actor) -> UUID:
    assert actor.person is not None
    return actor.person
