"""Which attempt goes to the journal: none that was granted costs anything, and none that was handed in vanishes."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from api.domains.grading.service import journal_entry
from api.domains.items.content import ItemKind
from api.domains.tests.errors import ResultsIncomplete
from api.domains.tests.sittings import approve_results, find_sitting
from api.identity import Actor
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.world import CLOSES, DAY, World, build, place_of, text

pytestmark = pytest.mark.anyio
RIGHT = {"kind": "numeric", "value": "3.5"}
ESSAY = {"kind": "essay", "text": "Менин оюмча, аралыктан окутуу"}


async def column(world: World, test: str) -> str:
    return str((await world.sent(world.teacher, "GET", f"/v1/tests/{test}", 200))["line_item_id"])


async def points(world: World, line_item: str, student: Actor) -> str | None:
    assert student.person
    async with world.context.reading(SETUP) as unit:
        entry = await journal_entry(unit, UUID(line_item), student.person)
    return None if entry is None else str(entry.points)


async def write(world: World, student: Actor, test: str, **answers: Any) -> None:
    """An attempt from its start to its end."""
    attempt = await world.start(student, test)
    for kind, answer in answers.items():
        await world.save(student, attempt, place_of(attempt, ItemKind(kind)), answer)
    await world.submit(student, attempt)


async def waiting(world: World, line_item: str) -> list[Any]:
    path = f"/v1/line-items/{line_item}/works?state=waiting"
    return list((await world.sent(world.teacher, "GET", path, 200))["items"])


async def mark(world: World, work: Any, given: str) -> None:
    client = await world.client(world.teacher)
    taken = await client.post(f"/v1/marking-works/{work['id']}/take")
    path = f"/v1/markings/{taken.json()['id']}"
    body = {"points": given, "comment": ""}
    saved = await client.patch(path, json=body, headers={"If-Match": taken.headers["etag"]})
    ended = await client.post(f"{path}/finish", headers={"If-Match": saved.headers["etag"]})
    assert ended.status_code == 200, ended.text


async def test_what_a_test_is_out_of_its_questions_say(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    line_item = await column(world, await world.make_test(["numeric"]))
    client = await world.client(world.teacher)
    path = f"/v1/line-items/{line_item}"
    found = await client.get(path)
    headers = {"If-Match": found.headers["etag"], "Accept-Language": "en"}
    for given in ("1", "3"):
        refused = await client.patch(path, json={"max_points": given}, headers=headers)
        assert refused.status_code == 422, refused.text
        assert "come from its questions: 2" in refused.json()["errors"][0]["message"]
    same = await client.patch(path, json={"max_points": found.json()["max_points"]}, headers=headers)
    assert same.status_code == 200


async def test_an_attempt_granted_after_a_failure_counts_where_the_first_does(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=2)
    failed, other = world.students
    test = await world.make_test(["numeric"], counting="first")
    line_item = await column(world, test)
    clock.advance(hours=2)
    await write(world, failed, test)
    granted = {"task_id": test, "person_id": str(failed.person), "adding": {"attempts": 1}, "reason": "Электр өчтү"}
    await world.sent(world.teacher, "POST", "/v1/extensions", 201, json=granted)
    await write(world, failed, test, numeric=RIGHT)
    assert await points(world, line_item, failed) == "2.00"
    # it was given in place of another one, and takes nothing away
    await write(world, other, test, numeric=RIGHT)
    await world.sent(world.teacher, "POST", "/v1/extensions", 201, json=granted | {"person_id": str(other.person)})
    await write(world, other, test)
    assert await points(world, line_item, other) == "2.00"


@pytest.mark.parametrize("counting", ["best", "first"])
async def test_an_attempt_more_never_costs_points_that_a_person_gave(
    university: University, clock: StandingClock, counting: str
) -> None:
    """The plan gives one attempt more than everybody has; it turns out worse, and is marked last or first."""
    world = await build(university, students=2)
    for student in world.students:
        await world.agree(student.person, "additional-attempts", attempts=1)
    one, other = world.students
    test = await world.make_test(["essay"], counting=counting)
    line_item = await column(world, test)
    clock.advance(hours=2)
    for given in ("2", "0.5"):
        await write(world, one, test, essay=ESSAY)
        await mark(world, (await waiting(world, line_item))[0], given)
    assert await points(world, line_item, one) == "2.00"
    await write(world, other, test, essay=ESSAY)
    await write(world, other, test)  # empty: nobody has to mark it
    assert await points(world, line_item, other) == "0.00"
    (work,) = await waiting(world, line_item)
    await mark(world, work, "1.5")
    assert await points(world, line_item, other) == "1.50"
    detail = f"/v1/line-items/{line_item}/grades/{other.person}"
    shown = await world.sent(world.teacher, "GET", detail, 200, headers={"Accept-Language": "ru"})
    assert shown["history"][-1]["reason"] == "Теперь учитывается результат другой попытки."
    listed = await world.sent(world.teacher, "GET", f"/v1/tests/{test}/attempts", 200)
    assert [each["points"] for each in listed["items"]] == ["2", "0.5", "1.5", "0"]  # each its own


async def test_nobody_marks_an_attempt_after_which_the_last_one_has_come(
    university: University, clock: StandingClock
) -> None:
    """The first waits for a marker, the second needs none; the exam is approved all the same."""
    world = await build(university, students=1)
    (student,) = world.students
    head = world.campus.head
    exam = await world.make_test(
        ["essay", "numeric"],
        announced=False,
        is_exam=True,
        counting="last",
        attempts=2,
        grading={"code": "EX", "category": "exam"},
    )
    path = await announced(world, exam)
    line_item = await column(world, exam)
    clock.advance(hours=2)
    await write(world, student, exam, essay=ESSAY)
    assert len(await waiting(world, line_item)) == 1
    await write(world, student, exam, numeric=RIGHT)
    assert (await points(world, line_item, student), await waiting(world, line_item)) == ("2.00", [])
    clock.advance(days=1)
    await world.sent(head, "POST", f"{path}/close", 200)
    await approve(world, path)


async def approve(world: World, path: str) -> None:
    async with world.context.writing(SETUP) as unit:
        unit.asked = True
        await approve_results(unit, await find_sitting(unit, UUID(path.rpartition("/")[2]), lock=True))


async def test_an_attempt_that_was_granted_costs_no_points_where_the_last_counts(
    university: University, clock: StandingClock
) -> None:
    """One attempt for all; the plan gives one more, which turns out worse for one and better for the other."""
    world = await build(university, students=2)
    test = await world.make_test(["numeric"], counting="last")
    line_item = await column(world, test)
    for student in world.students:
        await world.agree(student.person, "additional-attempts", attempts=1)
    clock.advance(hours=2)
    one, other = world.students
    for student, right_first in ((one, True), (other, False)):
        for is_right in (right_first, not right_first):
            await write(world, student, test, **({"numeric": RIGHT} if is_right else {}))
        assert await points(world, line_item, student) == "2.00"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_an_attempt_that_was_granted_is_marked_beside_the_last_one_of_everybody(
    university: University, clock: StandingClock, order: tuple[int, int]
) -> None:
    """Two attempts for all, the last counts, and one more by a plan: whichever is marked first, the second of
    everybody's takes the place of the first, and the granted one may only add to it."""
    world = await build(university, students=1)
    (student,) = world.students
    await world.agree(student.person, "additional-attempts", attempts=1)
    test = await world.make_test(["essay"], counting="last", attempts=2)
    line_item = await column(world, test)
    clock.advance(hours=2)
    await write(world, student, test, essay=ESSAY)
    await mark(world, (await waiting(world, line_item))[0], "2")
    await write(world, student, test, essay=ESSAY)
    (second,) = await waiting(world, line_item)
    await write(world, student, test, essay=ESSAY)
    (granted,) = [work for work in await waiting(world, line_item) if work["id"] != second["id"]]
    works = ((second, "0.5"), (granted, "1.5"))
    for place in order:
        await mark(world, *works[place])
    assert await points(world, line_item, student) == "1.50"


async def test_results_wait_for_an_attempt_that_was_granted_and_for_the_last_one_of_everybody(
    university: University, clock: StandingClock
) -> None:
    """The granted one is empty and marked by nobody; it takes the essay of the first from no marker."""
    world = await build(university, students=1)
    (student,) = world.students
    await world.agree(student.person, "additional-attempts", attempts=1)
    grading = {"code": "EX", "category": "exam"}
    exam = await world.make_test(["essay"], announced=False, is_exam=True, counting="last", grading=grading)
    path = await announced(world, exam)
    line_item = await column(world, exam)
    clock.advance(hours=2)
    await write(world, student, exam, essay=ESSAY)
    await write(world, student, exam)
    clock.advance(days=1)
    await world.sent(world.campus.head, "POST", f"{path}/close", 200)
    with pytest.raises(ResultsIncomplete):
        await approve(world, path)
    (work,) = await waiting(world, line_item)
    await mark(world, work, "1.5")
    assert await points(world, line_item, student) == "1.50"
    await approve(world, path)


async def give(world: World, line_item: str, student: Actor, given: str) -> None:
    """A grade by hand."""
    body = {"person_id": str(student.person), "points": given, "reason": "Келген жок"}
    await world.sent(world.teacher, "POST", f"/v1/line-items/{line_item}/grades", 201, json=body)


@pytest.mark.parametrize(("counting", "counts"), [("best", "2.00"), ("last", "0.00")])
async def test_a_zero_for_the_absent_gives_way_to_the_attempts_that_were_granted(
    university: University, clock: StandingClock, counting: str, counts: str
) -> None:
    """The teacher gives 0 to whoever is missing; the failure of one of them is accepted afterwards."""
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric"], attempts=2, counting=counting)
    line_item = await column(world, test)
    clock.advance(days=1)
    await give(world, line_item, student, "0")
    await world.extend(student, test, until=text(CLOSES + DAY))
    clock.advance(hours=2)
    await write(world, student, test, numeric=RIGHT)
    assert await points(world, line_item, student) == "2.00"
    shown = await world.sent(world.teacher, "GET", f"/v1/line-items/{line_item}/grades/{student.person}", 200)
    assert shown["history"][-1]["reason"] == "Тест мурунку баа коюлгандан кийин тапшырылды."
    await write(world, student, test)  # worse
    assert await points(world, line_item, student) == counts


async def test_a_grade_by_hand_that_is_better_or_came_later_stays(university: University, clock: StandingClock) -> None:
    world = await build(university, students=2)
    better, later = world.students
    test = await world.make_test(["numeric"])
    line_item = await column(world, test)
    await give(world, line_item, better, "1")
    clock.advance(hours=2)
    await write(world, better, test)
    attempt = await world.start(later, test)
    await world.save(later, attempt, 1, RIGHT)
    await give(world, line_item, later, "0.5")
    await world.submit(later, attempt)
    assert [await points(world, line_item, one) for one in (better, later)] == ["1.00", "0.50"]


async def test_every_attempt_is_seen_once_results_are_released(university: University, clock: StandingClock) -> None:
    """One that changes no grade, because an earlier one was better or a grade by hand stays, is seen all the same."""
    world = await build(university, students=2)
    student, graded = world.students
    test = await world.make_test(["numeric"], attempts=2)
    line_item = await column(world, test)
    clock.advance(hours=2)
    await write(world, student, test, numeric=RIGHT)
    await give(world, line_item, graded, "1")
    await world.sent(world.teacher, "POST", f"/v1/line-items/{line_item}/release", 200)
    await write(world, student, test)
    await write(world, graded, test)
    listed = (await world.sent(world.teacher, "GET", f"/v1/tests/{test}/attempts", 200))["items"]
    assert [one["state"] for one in listed] == ["released"] * 3
    own = [one["id"] for one in listed if one["person_id"] == str(student.person)]
    for attempt in own:
        assert (await world.sent(student, "GET", f"/v1/attempts/{attempt}/review", 200))["state"] == "released"


# Retakes


async def announced(world: World, exam: str, **fields: Any) -> str:
    """The path of the exam's sitting."""
    head = world.campus.head
    sitting = await world.sent(head, "POST", "/v1/sittings", 201, json={"test_id": exam} | fields)
    path = f"/v1/sittings/{sitting['id']}"
    await world.sent(head, "POST", f"{path}/announce", 200, json={"format": "online"})
    return path


async def plan_retake(
    world: World, clock: StandingClock, absent: Actor, *, named_first: bool = False, **fields: Any
) -> tuple[str, str]:
    """An exam that is over, at which somebody was absent: its column, and the exam of the retake in two days.
    `named_first`: the list of the retake has the student before the retake is granted."""
    exam = await world.make_test(["numeric"], announced=False, is_exam=True, grading={"code": "EX", "category": "exam"})
    held = await announced(world, exam)
    line_item = await column(world, exam)
    clock.advance(days=2)
    await world.sent(world.campus.head, "POST", f"{held}/open", 200)
    await world.sent(world.campus.head, "POST", f"{held}/close", 200)
    await world.sent(world.teacher, "POST", f"/v1/line-items/{line_item}/release", 200)
    again, path = await hold_again(world, clock, held, "EX-R", **fields)
    if named_first:
        await name(world, path, absent)
    await name(world, path, absent, await grant(world, line_item, absent))
    return line_item, again


async def hold_again(world: World, clock: StandingClock, held: str, code: str, **fields: Any) -> tuple[str, str]:
    """The exam in two days at which another one is taken again, and the path of its sitting."""
    again = await world.make_test(
        ["numeric"],
        announced=False,
        is_exam=True,
        opens_at=text(clock.now() + 2 * DAY),
        closes_at=text(clock.now() + 3 * DAY),
        grading={"code": code, "category": "exam"},
        **fields,
    )
    return again, await announced(world, again, retakes_id=held.rpartition("/")[2])


async def grant(world: World, line_item: str, absent: Actor) -> str:
    why = {"person_id": str(absent.person), "cause": "absent", "reason": "Ооруп калган"}
    granted = await world.sent(world.dean, "POST", f"/v1/line-items/{line_item}/retakes", 201, json=why)
    return str(granted["id"])


async def name(world: World, path: str, absent: Actor, retake: str | None = None) -> Any:
    body = {"person_id": str(absent.person), "reason": "Ооруп калган", "retake_id": retake}
    return await world.sent(world.dean, "POST", f"{path}/candidates", 201, json=body)


async def end(world: World, actor: Actor, how: str, **body: Any) -> tuple[int, str]:
    """Says of the first retake of the class that it was missed, is cancelled, or what it gave."""
    retake = (await world.sent(world.dean, "GET", f"/v1/retakes?class_id={world.class_id}", 200))["items"][0]
    path = f"/v1/retakes/{retake['id']}"
    client = await world.client(actor)
    tag = (await client.get(path)).headers["etag"]
    answer = await client.post(f"{path}/{how}", json=body | {"reason": "Келген жок"}, headers={"If-Match": tag})
    return answer.status_code, answer.json().get("type", "").removeprefix("/problems/")


async def sitting_path(world: World, exam: str) -> str:
    listed = (await world.sent(world.campus.head, "GET", "/v1/sittings", 200))["items"]
    return next(f"/v1/sittings/{one['id']}" for one in listed if one["test_id"] == exam)


async def test_the_better_attempt_of_a_retake_reaches_the_exam(university: University, clock: StandingClock) -> None:
    """The plan gives an attempt more; the first has gone to the exam already when the second is better."""
    world = await build(university, students=1)
    (absent,) = world.students
    await world.agree(absent.person, "additional-attempts", attempts=1)
    line_item, again = await plan_retake(world, clock, absent)
    clock.advance(days=2, hours=1)
    await write(world, absent, again)
    assert await points(world, line_item, absent) == "0.00"
    await write(world, absent, again, numeric=RIGHT)
    assert await points(world, line_item, absent) == "2.00"
    (retake,) = (await world.sent(absent, "GET", "/v1/retakes", 200))["items"]
    assert (retake["state"], retake["points"]) == ("graded", "2.00")
    # what is corrected in the column of the retake is corrected in the exam's
    own = f"/v1/line-items/{await column(world, again)}/grades/{absent.person}"
    teacher = await world.client(world.teacher)
    tag = (await teacher.get(own)).headers["etag"]
    body = {"person_id": str(absent.person), "points": "1", "reason": "Суроо туура эмес болчу"}
    amended = await teacher.post(f"{own}/amend", json=body, headers={"If-Match": tag})
    assert amended.status_code == 200, amended.text
    assert await points(world, line_item, absent) == "1.00"


@pytest.mark.parametrize("days", [1, 4])
async def test_a_retake_that_was_moved_reaches_the_exam(
    university: University, clock: StandingClock, days: int
) -> None:
    """To an earlier day or to a later one: its separate time moves with it."""
    world = await build(university, students=1)
    (absent,) = world.students
    line_item, again = await plan_retake(world, clock, absent)
    opens_at = text(clock.now() + days * DAY)
    moved = {"opens_at": opens_at, "closes_at": text(clock.now() + (days + 1) * DAY), "reason": "Зал бош"}
    await world.sent(world.teacher, "POST", f"/v1/tests/{again}/move", 200, json=moved)
    (retake,) = (await world.sent(absent, "GET", "/v1/retakes", 200))["items"]
    assert retake["held_at"] == opens_at
    clock.advance(days=days, hours=1)
    await write(world, absent, again, numeric=RIGHT)
    assert await points(world, line_item, absent) == "2.00"


async def test_a_retake_is_not_moved_out_of_its_time(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    (absent,) = world.students
    _, again = await plan_retake(world, clock, absent)
    late = {"opens_at": text(CLOSES + 60 * DAY), "closes_at": text(CLOSES + 61 * DAY), "reason": "Зал бош эмес"}
    refused = await (await world.client(world.teacher)).post(f"/v1/tests/{again}/move", json=late)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "retake-outside-window")
    assert refused.json()["errors"][0]["pointer"] == "/opens_at"


async def test_a_retake_that_is_granted_after_the_student_was_named_reaches_the_exam(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    (absent,) = world.students
    line_item, again = await plan_retake(world, clock, absent, named_first=True)
    clock.advance(days=2, hours=1)
    await write(world, absent, again, numeric=RIGHT)
    assert await points(world, line_item, absent) == "2.00"


async def test_a_retake_that_is_granted_after_it_was_written_reaches_the_exam(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    (absent,) = world.students
    line_item, again = await plan_retake(world, clock, absent)
    path = await sitting_path(world, again)
    assert await end(world, world.dean, "cancel") == (200, "")
    await name(world, path, absent)
    clock.advance(days=2, hours=1)
    await write(world, absent, again, numeric=RIGHT)
    assert await points(world, line_item, absent) is None
    retake = await grant(world, line_item, absent)
    assert (await name(world, path, absent, retake))["retake_id"] == retake
    assert await points(world, line_item, absent) == "2.00"


@pytest.mark.parametrize("is_called_missed", [False, True])
async def test_the_retake_of_a_retake_reaches_the_exam(
    university: University, clock: StandingClock, is_called_missed: bool
) -> None:
    """Absent twice. The third sitting is one of the second, as the retake is granted in the column of the second."""
    world = await build(university, students=1)
    (absent,) = world.students
    line_item, second = await plan_retake(world, clock, absent)
    clock.advance(days=4)
    held, column_of_second = await sitting_path(world, second), await column(world, second)
    await world.sent(world.campus.head, "POST", f"{held}/open", 200)
    await world.sent(world.campus.head, "POST", f"{held}/close", 200)
    if is_called_missed:
        assert await end(world, world.teacher, "miss") == (200, "")
    await world.sent(world.teacher, "POST", f"/v1/line-items/{column_of_second}/release", 200)
    third, path = await hold_again(world, clock, held, "EX-R2")
    await name(world, path, absent, await grant(world, column_of_second, absent))
    clock.advance(days=2, hours=1)
    await write(world, absent, third, numeric=RIGHT)
    columns = (await column(world, third), column_of_second, line_item)
    assert [await points(world, one, absent) for one in columns] == ["2.00"] * 3


async def test_a_second_retake_of_the_exam_may_be_held_as_one_of_the_first_retake(
    university: University, clock: StandingClock
) -> None:
    """Absent twice; both times the retake is granted in the column of the exam."""
    world = await build(university, students=1)
    (absent,) = world.students
    line_item, second = await plan_retake(world, clock, absent)
    clock.advance(days=4)
    held = await sitting_path(world, second)
    await world.sent(world.campus.head, "POST", f"{held}/open", 200)
    await world.sent(world.campus.head, "POST", f"{held}/close", 200)
    assert await end(world, world.teacher, "miss") == (200, "")
    third, path = await hold_again(world, clock, held, "EX-R2")
    await name(world, path, absent, await grant(world, line_item, absent))
    clock.advance(days=2, hours=1)
    await write(world, absent, third, numeric=RIGHT)
    assert await points(world, line_item, absent) == "2.00"


@pytest.mark.parametrize(("how", "body"), [("miss", {}), ("grade", {"points": "0"})])
async def test_nobody_decides_a_retake_that_its_sitting_still_decides(
    university: University, clock: StandingClock, how: str, body: dict[str, str]
) -> None:
    world = await build(university, students=1)
    (absent,) = world.students
    line_item, again = await plan_retake(world, clock, absent)
    given = body | {"person_id": str(absent.person)} if body else {}
    clock.advance(days=2, hours=1)  # the window is open for a day
    assert await end(world, world.teacher, how, **given) == (409, "retake-still-open")
    attempt = await world.start(absent, again)
    assert await end(world, world.teacher, how, **given) == (409, "retake-begun")
    await world.save(absent, attempt, 1, RIGHT)
    await world.submit(absent, attempt)
    assert await points(world, line_item, absent) == "2.00"


async def test_a_retake_is_missed_when_its_time_is_over(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    (absent,) = world.students
    await plan_retake(world, clock, absent)
    clock.advance(days=3)
    assert await end(world, world.teacher, "miss") == (200, "")


async def test_a_cancelled_retake_is_not_written_for_nothing(university: University, clock: StandingClock) -> None:
    """Who has not begun is taken off the list, and may be named again; what has begun is not cancelled."""
    world = await build(university, students=1)
    (absent,) = world.students
    line_item, again = await plan_retake(world, clock, absent)
    path = await sitting_path(world, again)
    assert await end(world, world.dean, "cancel") == (200, "")
    assert (await world.sent(world.dean, "GET", f"{path}/candidates", 200))["items"] == []
    clock.advance(days=2, hours=1)
    starting = {"json": {"language": "ky"}}
    await world.refused(absent, "POST", f"/v1/tests/{again}/attempts", 409, "not-a-candidate", **starting)
    clock.advance(hours=1)
    await name(world, path, absent, await grant(world, line_item, absent))
    attempt = await world.start(absent, again)
    (retake,) = (await world.sent(absent, "GET", "/v1/retakes?state=scheduled", 200))["items"]
    client = await world.client(world.dean)
    tag = (await client.get(f"/v1/retakes/{retake['id']}")).headers["etag"]
    refused = await client.post(
        f"/v1/retakes/{retake['id']}/cancel", json={"reason": "Ката"}, headers={"If-Match": tag}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/retake-begun")
    await world.save(absent, attempt, 1, RIGHT)
    await world.submit(absent, attempt)
    assert await points(world, line_item, absent) == "2.00"


async def test_a_retake_is_cancelled_or_begun_and_never_both(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    (absent,) = world.students
    _, again = await plan_retake(world, clock, absent)
    clock.advance(days=2, hours=1)
    client = await world.client(absent)
    begun = client.post(f"/v1/tests/{again}/attempts", json={"language": "ky"})
    started, (status, slug) = await asyncio.gather(begun, end(world, world.dean, "cancel"))
    if started.status_code == 201:
        assert (status, slug) == (409, "retake-begun")
    else:
        assert (started.json()["type"], status) == ("/problems/not-a-candidate", 200)
