"""What thousands do in the same minute takes few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from api.unit import Context
from tests.api.conftest import StandingClock, University
from tests.api.testing.world import build, place_of

pytestmark = pytest.mark.anyio


@contextmanager
def counted(context: Context) -> Iterator[list[str]]:
    """The statements that are carried out within, besides beginning and ending transactions."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            found.append(statement)

    engines = {context.database.writer.sync_engine, context.database.reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


async def test_start_save_and_hand_in_take_few_statements(university: University, clock: StandingClock) -> None:
    world = await build(university)
    first, second = world.students
    await world.agree(second.person, "additional-testing-time", time_percent=150)
    test = await world.make_test()
    clock.advance(hours=2)
    warm = await world.start(first, test)  # this process has read the questions
    right = await world.right_answers()
    await world.save(first, warm, place_of(warm, "numeric"), right["numeric"])
    await world.submit(first, warm)
    client = await world.client(second)
    with counted(world.context) as starting:
        answer = await client.post(
            f"/v1/tests/{test}/attempts", json={"language": "ky"}, headers={"Idempotency-Key": "start"}
        )
    attempt = answer.json()
    path = f"/v1/attempts/{attempt['id']}"
    body = {"version": 1, "answer": right["numeric"]}
    with counted(world.context) as saving:
        saved = await client.put(f"{path}/responses/{place_of(attempt, 'numeric')}", json=body)
    with counted(world.context) as handing_in:
        handed = await client.post(f"{path}/submit", headers={"Idempotency-Key": "submit"})
    assert [answer.status_code, saved.status_code, handed.status_code] == [201, 200, 200]
    assert len(starting) <= 9, starting
    assert len(saving) <= 2, saving
    assert len(handing_in) <= 24, [one[:80] for one in handing_in]
