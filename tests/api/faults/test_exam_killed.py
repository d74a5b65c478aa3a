"""kill -9 in the middle of an exam: every acknowledged answer is there, the clock has gone on, and whoever's time was
over meanwhile is handed in, once, as of the deadline."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.domains.tests.jobs import hand_in_due
from tests.api.faults.exams import (
    DRAWN,
    Room,
    Wire,
    announce_exam,
    compare,
    exam_context,
    prepare_exam,
    take_stock,
)
from tests.api.faults.killing import running

pytestmark = pytest.mark.anyio
STUDENTS = 12
SHORT = timedelta(seconds=8)
"""How long the short test is still open: until all have begun it, which takes a second, and the service is dead."""


async def test_an_exam_outlives_the_process(new_url: Callable[[], str], tmp_path: Path) -> None:
    url = new_url()
    exam = await prepare_exam(url, tmp_path, STUDENTS)
    closes_at = datetime.now(UTC) + timedelta(hours=4)
    long_id = await announce_exam(url, tmp_path, exam, "LONG", closes_at)
    async with running(url, tmp_path) as service:
        short_closes_at = datetime.now(UTC) + SHORT
        short_id = await announce_exam(url, tmp_path, exam, "SHORT", short_closes_at)
        wire = Wire(service.port)
        short, long = Room(wire, exam, short_id), Room(wire, exam, long_id)
        for room, places in ((short, 2), (long, 1)):
            await asyncio.gather(*(room.begin(one, places) for one in exam.students))
        told = {one.person: short.ledger.started[one.person]["deadline_at"] for one in exam.students}

        saving = [asyncio.create_task(long.save_all(one, range(2, DRAWN + 1))) for one in exam.students]
        while long.ledger.saves < STUDENTS * DRAWN // 3:
            await asyncio.sleep(0.005)
        wire.up.clear()
        await service.kill()
        assert long.ledger.saves < STUDENTS * DRAWN, "killed in the middle"
        await asyncio.sleep(max(0.0, (short_closes_at - datetime.now(UTC)).total_seconds()))
        await service.start()
        wire.up.set()
        await asyncio.gather(*saving)

        # Some look at their attempt themselves while the job of another process hands in whatever is due
        context = exam_context(url, tmp_path)
        looked, _ = await asyncio.gather(
            asyncio.gather(*(short.look(one) for one in exam.students[::2])), hand_in_due(context)
        )
        await hand_in_due(context)
        await context.database.dispose()
        assert [found["deadline_at"] for found in looked] == [told[one.person] for one in exam.students[::2]]
        deadlines = {person: content["deadline_at"] for person, content in long.ledger.started.items()}
        assert {one.person: (await long.look(one))["deadline_at"] for one in exam.students} == deadlines
        await asyncio.gather(*(long.submit(one) for one in exam.students))
        wire.close()
        assert await service.stop() == 0

    assert (short.ledger.strange, long.ledger.strange) == ([], [])
    stock = await take_stock(url, tmp_path, long_id)
    assert set(compare(exam, long.ledger, stock).values()) == {0}
    assert {row.state for rows in stock.attempts.values() for row in rows} == {"graded"}
    stock = await take_stock(url, tmp_path, short_id)
    found = compare(exam, short.ledger, stock)
    del found["wrong deadlines"]  # it closes before anybody's time limit
    assert set(found.values()) == {0}
    in_time = {one.person for one in exam.students if not one.has_more_time}
    for person, (row,) in stock.attempts.items():
        deadline = datetime.fromisoformat(told[person])
        assert row.deadline_at == deadline
        if person in in_time:  # the window closed for them while the service was down
            assert (row.state, row.submitted_at) == ("graded", deadline)
        else:  # theirs stretches with the time: they go on
            assert deadline > short_closes_at and row.state == "in-progress"
    assert stock.grades == dict.fromkeys(in_time, 1)
    assert stock.events == dict.fromkeys(in_time, 1)
    assert sorted(stock.told.values()) == [1] * len(in_time)
