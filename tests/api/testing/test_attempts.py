"""Attempts over HTTP: the whole walk, and everything that must not work."""

from typing import Any

import pytest

from tests.api.conftest import StandingClock, University
from tests.api.testing.world import BY_MACHINE, build, place_of, text

pytestmark = pytest.mark.anyio


async def test_an_attempt_from_start_to_the_journal(university: University, clock: StandingClock) -> None:
    world = await build(university)
    student, other = world.students
    test = await world.make_test()
    assert (await world.sent(student, "GET", "/v1/my-tests", 200))["items"][0]["id"] == test
    await world.refused(
        student, "POST", f"/v1/tests/{test}/attempts", 409, "task-not-open-yet", json={"language": "ky"}
    )
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    assert attempt["deadline_at"] == text(clock.now().replace(hour=7))
    assert (await world.start(student, test, status=200))["id"] == attempt["id"]  # a second tab
    paper = await world.sent(student, "GET", f"/v1/attempts/{attempt['id']}/paper", 200)
    assert [place["number"] for place in paper["places"]] == [1, 2, 3, 4, 5, 6]
    right: dict[str, Any] = await world.right_answers()
    for kind in BY_MACHINE[:-1]:
        await world.save(student, attempt, place_of(attempt, kind), right[kind])
    done = await world.submit(student, attempt)
    assert (done["state"], done["submitted_at"]) == ("graded", text(clock.now()))
    assert await world.submit(student, attempt) == done
    detail = await world.sent(world.teacher, "GET", f"/v1/tests/{test}/attempts", 200)
    assert [(one["points"], one["state"]) for one in detail["items"]] == [("10", "graded")]
    assert other is not student
