"""What an annulment takes out of a grade that has come of several results, and what it leaves."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from api.domains.grading.service import (
    AnnulledWork,
    SourceKind,
    WorkKind,
    annul_retake,
    annul_work,
    find_retake,
    journal_entry,
    post_grade,
    regrade_retake,
    reinstate_retake,
)
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW, StandingClock, University
from tests.api.grading.world import SETUP, Grading, build_grading, desk, set_scale

pytestmark = pytest.mark.anyio


async def retaken(
    grading: Grading, university: University, clock: StandingClock, before: int, after: int
) -> tuple[UUID, UUID, UUID]:
    """A failed attempt and its retake, of the first student: the line item, the attempt, the retake."""
    await set_scale(grading)
    item, person, attempt = await grading.line_item("M1"), grading.students[0], new_id()
    async with grading.context.writing(SETUP) as unit:
        await post_grade(unit, item, person, Decimal(before), SourceKind.ATTEMPT, attempt)
    teacher, dean = await desk(university, grading.teacher), await desk(university, grading.dean)
    await teacher.do(f"/line-items/{item}/release")
    granted = {"person_id": str(person), "cause": "failed", "reason": "Өткөн жок"}
    retake = await dean.do(f"/line-items/{item}/retakes", granted)
    path, held_at = f"/retakes/{retake['id']}", (NOW + timedelta(days=1)).isoformat()
    planned = await dean.do(f"{path}/schedule", {"held_at": held_at}, retake["version"])
    clock.advance(days=2)
    body = {"person_id": str(person), "points": str(after), "reason": "Кайра тапшырды"}
    await teacher.do(f"{path}/grade", body, planned["version"])
    return item, attempt, UUID(retake["id"])


async def points(grading: Grading, item: UUID) -> Decimal | None:
    async with grading.context.reading(SETUP) as unit:
        entry = await journal_entry(unit, item, grading.students[0])
    assert entry is not None
    return entry.points


async def test_what_stood_before_an_annulled_retake_stands_again(
    context: Context, university: University, clock: StandingClock
) -> None:
    grading = await build_grading(context, students=1)
    item, attempt, retake = await retaken(grading, university, clock, before=30, after=70)
    person, first, second = grading.students[0], new_id(), new_id()
    assert await points(grading, item) == 70
    async with context.writing(grading.dean) as unit:
        await annul_retake(unit, retake, "Башка адам", first)
    assert await points(grading, item) == 30
    async with context.writing(grading.registry) as unit:
        await reinstate_retake(unit, retake, "Апелляция", first)
    assert await points(grading, item) == 70
    for one, left in ((retake, Decimal(30)), (attempt, None)):  # the other case, about the attempt, comes last
        async with context.writing(grading.dean) as unit:
            if one == retake:
                await annul_retake(unit, retake, "Башка адам", first)
            else:
                await annul_work(unit, item, person, AnnulledWork(WorkKind.ATTEMPT, attempt), "Көчүргөн", second)
        assert await points(grading, item) == left


@pytest.mark.parametrize(("before", "after", "left"), [(30, 70, 70), (50, 40, 40)])
async def test_a_retake_keeps_its_own_points_when_the_work_before_it_is_annulled(
    context: Context, university: University, clock: StandingClock, before: int, after: int, left: int
) -> None:
    """Also where the better of both counted, and the annulled work had been the better one; whatever follows."""
    grading = await build_grading(context, students=1)
    item, attempt, retake = await retaken(grading, university, clock, before, after)
    assert await points(grading, item) == max(before, after)
    async with context.writing(grading.dean) as unit:
        await annul_work(unit, item, grading.students[0], AnnulledWork(WorkKind.ATTEMPT, attempt), "Көчүргөн", new_id())
    assert await points(grading, item) == left
    async with context.writing(SETUP) as unit:
        await regrade_retake(unit, await find_retake(unit, retake, lock=True), Decimal(20), "Кайра тапшырды")
    assert await points(grading, item) == 20
    async with context.writing(grading.dean) as unit:
        await annul_retake(unit, retake, "Башка адам", new_id())
    assert await points(grading, item) is None


async def test_another_result_of_the_same_retake_counts_when_the_first_is_annulled(
    context: Context, university: University, clock: StandingClock
) -> None:
    grading = await build_grading(context, students=1)
    item, _, retake = await retaken(grading, university, clock, before=30, after=70)
    async with context.writing(grading.dean) as unit:
        await annul_retake(unit, retake, "Башка адам", new_id())
    for again, left in ((50, 50), (20, 30)):
        async with context.writing(SETUP) as unit:
            row = await find_retake(unit, retake, lock=True)
            await regrade_retake(unit, row, Decimal(again), "Кайра тапшырды")
        assert await points(grading, item) == left


async def test_another_attempt_keeps_its_grade(context: Context) -> None:
    grading = await build_grading(context, students=1)
    item, person, attempt = await grading.line_item("M1"), grading.students[0], new_id()
    async with context.writing(SETUP) as unit:
        await post_grade(unit, item, person, Decimal(80), SourceKind.ATTEMPT, attempt)
    for annulled, left in ((new_id(), Decimal(80)), (attempt, None)):
        async with context.writing(grading.dean) as unit:
            await annul_work(unit, item, person, AnnulledWork(WorkKind.ATTEMPT, annulled), "Көчүргөн", new_id())
        assert await points(grading, item) == left
