"""What is announced, or moved later, is what was checked: questions may have changed while the test was a draft."""

import asyncio
from typing import Any

import pytest

from tests.api.conftest import StandingClock, University
from tests.api.items.samples import version
from tests.api.testing.test_counting import ESSAY, column, points, write
from tests.api.testing.world import World, build

pytestmark = pytest.mark.anyio
MOVED = {"attempts": 2, "reason": "Дагы бир жолу"}


def without(body: Any, language: str) -> Any:
    """The question as it is when nobody translates it into that language any more."""
    if isinstance(body, dict):
        return {name: without(value, language) for name, value in body.items() if name != language}
    return [without(one, language) for one in body] if isinstance(body, list) else body


async def rewrite(world: World, kind: str, body: Any, status: int = 200) -> None:
    teacher = await world.client(world.teacher)
    path = f"/v1/item-versions/{world.items[kind]}"
    tag = (await teacher.get(path)).headers["etag"]
    answer = await teacher.put(path, json=body, headers={"If-Match": tag})
    assert answer.status_code == status, answer.text


async def refusal(world: World, path: str, body: Any = None) -> list[Any]:
    """What is to be corrected, in English."""
    answer = await world.sent(
        world.teacher, "POST", path, 422, headers={"Accept-Language": "en"}, **({} if body is None else {"json": body})
    )
    return list(answer["errors"])


async def test_a_question_that_lost_a_language_is_named_before_anybody_starts(university: University) -> None:
    world = await build(university, students=1)
    test = await world.make_test(["numeric", "short-text"], announced=False)
    await rewrite(world, "short-text", without(version("short-text"), "ru"))
    path = f"/v1/tests/{test}/announce"
    (fault,) = await refusal(world, path)
    assert (fault["pointer"], fault["code"]) == ("/sections/0/item_version_ids/1", "question-lost-language")
    assert "Section 1: the question “short-text”" in fault["message"]
    assert "Russian" in fault["message"]
    await rewrite(world, "short-text", version("short-text"))  # the refusal has fixed nothing
    await world.sent(world.teacher, "POST", path, 200)
    await rewrite(world, "short-text", version("short-text"), 409)


async def test_questions_of_which_some_are_drawn_are_worth_the_same_when_they_are_announced(
    university: University,
) -> None:
    world = await build(university, students=1)
    kinds = ("numeric", "short-text", "ordering")
    ids = [str(world.items[kind]) for kind in kinds]
    test = await world.make_test(sections=[{"item_version_ids": ids, "draw": 1}], announced=False)
    await rewrite(world, "short-text", version("short-text", 4))
    path = f"/v1/tests/{test}/announce"
    (fault,) = await refusal(world, path)
    assert (fault["pointer"], fault["code"]) == ("/sections/0/draw", "draw-became-unequal")
    assert "Section 1" in fault["message"]
    assert "short-text (4)" in fault["message"]
    assert "numeric" not in fault["message"]
    for kind in ("numeric", "ordering"):
        await rewrite(world, kind, version(kind, 4))
    assert (await world.sent(world.teacher, "POST", path, 200))["max_points"] == "4"


async def test_a_question_does_not_change_while_its_test_is_announced(university: University) -> None:
    """Whoever comes second is refused, in every order."""
    world = await build(university, students=1)
    ids = [str(world.items[kind]) for kind in ("numeric", "short-text")]
    test = await world.make_test(sections=[{"item_version_ids": ids, "draw": 1}], announced=False)
    teacher = await world.client(world.teacher)
    path = f"/v1/item-versions/{world.items['short-text']}"
    tag = (await teacher.get(path)).headers["etag"]
    rewriting = teacher.put(path, json=version("short-text", 4), headers={"If-Match": tag})
    rewritten, announced = await asyncio.gather(rewriting, teacher.post(f"/v1/tests/{test}/announce"))
    assert sorted([rewritten.status_code, announced.status_code]) in ([200, 409], [200, 422])


@pytest.mark.parametrize("counting", ["best", "first"])
async def test_attempts_for_everybody_are_not_added_where_markers_might_come_in_any_order(
    university: University, clock: StandingClock, counting: str
) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["essay"], counting=counting)
    (fault,) = await refusal(world, f"/v1/tests/{test}/move", MOVED)
    assert (fault["pointer"], fault["code"]) == ("/attempts", "marked-counts-once")
    assert (await world.sent(world.teacher, "GET", f"/v1/tests/{test}", 200))["attempts"] == 1
    clock.advance(hours=2)
    await write(world, student, test, essay=ESSAY)
    assert await points(world, await column(world, test), student) is None


@pytest.mark.parametrize(("kinds", "counting"), [(["essay"], "last"), (["numeric"], "first")])
async def test_attempts_for_everybody_are_added_where_the_rule_holds(
    university: University, kinds: list[str], counting: str
) -> None:
    world = await build(university, students=1)
    test = await world.make_test(kinds, counting=counting)
    moved = await world.sent(world.teacher, "POST", f"/v1/tests/{test}/move", 200, json=MOVED)
    assert moved["attempts"] == 2
