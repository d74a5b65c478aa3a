"""Works of a class, handed in."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from api.domains.grading import service as grading
from api.domains.integrity.reports import COMPARE_JOB, compare_job
from api.identity import Actor
from api.jobs.port import JobRun
from tests.api.assignments.world import OPENS
from tests.api.conditions.world import World, sent
from tests.api.conftest import StandingClock

PASSAGE = " ".join(f"көчүрүлгөн{number}" for number in range(40))
OWN = [" ".join(f"{name}{number}" for number in range(60)) for name in ("биринчи", "экинчи", "үчүнчү")]


async def hand_in(world: World, assignment: str, student: Actor, content: str) -> str:
    """The id of the work."""
    client = await world.as_(student)
    draft = await world.room.draft(student, assignment)
    await sent(
        await client.put(f"/v1/submissions/{draft}/text", json={"content": content}, headers={"If-Match": '"0"'})
    )
    await sent(await client.post(f"/v1/submissions/{draft}/submit"))
    return draft


async def handed_in(world: World, clock: StandingClock, **fields: Any) -> tuple[str, list[str]]:
    """An assignment and its works, the second of which holds a passage of the first."""
    assignment = await world.room.assignment(**fields)
    clock.advance(seconds=(OPENS - clock.now()).total_seconds() + 3600)
    texts = [f"{OWN[0]} {PASSAGE}", f"{PASSAGE} {OWN[1]}", OWN[2]]
    return assignment, [
        await hand_in(world, assignment, student, text) for student, text in zip(world.students, texts, strict=True)
    ]


async def compare(world: World, run_id: str, also_with: str = "") -> None:
    """What the job engine does."""
    job = compare_job(world.university.context)
    await job.run(JobRun(COMPARE_JOB, run_id, {"run": run_id, "also": also_with}, 1, False))


async def grade(world: World, author: Actor, task: str, person: UUID | None, points: int) -> None:
    async with world.university.context.writing(author) as unit:
        item = await grading.line_item_of_task(unit, UUID(task))
        assert item is not None
        assert person is not None
        await grading.post_grade(unit, item.id, person, Decimal(points))


async def journal(world: World, task: str, person: UUID | None) -> grading.JournalEntry | None:
    async with world.university.context.reading(world.teacher) as unit:
        item = await grading.line_item_of_task(unit, UUID(task))
        assert item is not None
        assert person is not None
        return await grading.journal_entry(unit, item.id, person)
