"""A report of passages in common: made once in the background, read by the instructors of the class, as evidence."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from api.domains.conditions.models import TaskRow
from api.domains.integrity.models import SimilarityMarkRow, SimilarityPairRow, SimilarityRunRow
from api.domains.integrity.reports import COMPARE_JOB, CONSUMERS, WANTED
from api.events import OutboxRow
from api.identity import HeldRole, Role, Scope
from api.jobs.port import NewJob
from tests.api.assignments.world import assignment_body
from tests.api.conditions.world import World, actor, build_world, refused, sent
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.files import pdfs
from tests.api.integrity.world import PASSAGE, compare, hand_in, handed_in

pytestmark = pytest.mark.anyio
URL = "/v1/similarity-runs"


@pytest.fixture
async def world(university: University) -> World:
    return await build_world(university)


async def test_a_report_shows_passages_in_both_works_and_says_that_it_is_evidence(
    world: World, clock: StandingClock
) -> None:
    assignment, works = await handed_in(world, clock)
    teacher = await world.as_(world.teacher)
    one = await sent(await teacher.post(URL, json={"assignment_id": assignment}), 201)
    assert (one["state"], one["texts"]) == ("waiting", 0)
    async with world.university.context.reading(SETUP) as unit:
        event = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == WANTED))).one()
    (consumer,) = CONSUMERS[WANTED]
    assert await consumer(world.university.context, event) == (NewJob(COMPARE_JOB, one["id"], {"run": one["id"]}),)

    for _ in range(2):  # the engine may carry a job out twice
        await compare(world, one["id"])
    done = await sent(await teacher.get(f"{URL}/{one['id']}"))
    assert (done["state"], done["texts"], done["pairs"], done["cut"], done["unread"]) == ("done", 3, 1, 0, [])
    (pair,) = (await sent(await teacher.get(f"{URL}/{one['id']}/pairs")))["items"]
    assert {pair["first_work_id"], pair["second_work_id"]} == set(works[:2])
    assert (pair["first_shared_words"], pair["first_words"], pair["first_percent"]) == (40, 100, 40)
    shown = await sent(await teacher.get(f"{URL}/pairs/{pair['id']}"))
    (passage,) = shown["passages"]
    assert passage["first_text"] == passage["second_text"] == PASSAGE
    persons = [str(student.person) for student in world.students]
    assert not any(person in str([done, pair, shown]) for person in persons)  # works, never persons
    for language, word in (("ky", "чечим эмес"), ("ru", "не решение"), ("en", "not a verdict")):
        answer = await teacher.get(f"{URL}/{one['id']}", headers={"Accept-Language": language})
        assert word in answer.json()["meaning"]

    for stranger in (world.students[0], world.outsider, world.head, world.dean, world.office):
        client = await world.as_(stranger)
        for address in (one["id"], f"{one['id']}/pairs", f"{one['id']}/marks", f"pairs/{pair['id']}"):
            await refused(await client.get(f"{URL}/{address}"), 404, "not-found")
        await refused(await client.post(URL, json={"assignment_id": assignment}), 404, "not-found")
        listed = await client.get(URL)
        assert listed.status_code == 403 or listed.json()["items"] == []

    async with world.university.context.writing(SETUP) as unit:  # as if the works were read in another way
        await unit.session.execute(update(SimilarityPairRow).values(passages=[[0, 30, 0, 30, 8]]))
    await refused(await teacher.get(f"{URL}/pairs/{pair['id']}"), 409, "report-outdated")

    async with world.university.context.writing(SETUP) as unit:  # as retention does
        await unit.session.execute(delete(SimilarityRunRow))
        left = await unit.session.scalar(select(func.count()).select_from(SimilarityPairRow))
    assert left == 0


async def test_given_words_do_not_count_tricks_are_shown_and_unread_files_are_named(
    world: World, clock: StandingClock
) -> None:
    """The task's own words are left out by themselves, quoted ones when they are named."""
    given = " ".join(f"тапшырма{number}" for number in range(40))
    assignment = await world.room.assignment(instructions={"ky": given}, text="optional")
    clock.advance(days=1, hours=1)
    first, second, third = world.students
    works = [
        await hand_in(world, assignment, first, f"{given} {PASSAGE}"),
        await hand_in(world, assignment, second, f"{PASSAGE.replace('р', 'p', 3)} {given}"),
    ]
    draft = await world.room.draft(third, assignment)
    await sent(await world.room.upload(third, draft, "иш.pdf", pdfs.typeset(PASSAGE)), 201)
    await sent(await world.room.upload(third, draft, "тиркеме.pdf"), 201)
    await sent(await (await world.as_(third)).post(f"/v1/submissions/{draft}/submit"))
    teacher = await world.as_(world.teacher)
    one = (await sent(await teacher.post(URL, json={"assignment_id": assignment}), 201))["id"]
    quoted = (await sent(await teacher.post(URL, json={"assignment_id": assignment, "common": [PASSAGE]}), 201))["id"]
    for run in (one, quoted):
        await compare(world, run)
    pairs = (await sent(await teacher.get(f"{URL}/{one}/pairs")))["items"]
    assert [(pair["first_shared_words"], pair["second_shared_words"]) for pair in pairs] == [(40, 40)] * 3
    assert (await sent(await teacher.get(f"{URL}/{quoted}/pairs")))["items"] == []
    done = await sent(await teacher.get(f"{URL}/{one}"))
    (unread,) = done["unread"]
    assert (unread["work_id"], unread["file"], unread["reason"]) == (draft, 2, "broken")
    assert unread["meaning"].startswith("PDF файлы бузулган")
    (mark,) = (await sent(await teacher.get(f"{URL}/{one}/marks")))["items"]
    assert (mark["work_id"], mark["mixed_words"], mark["invisible_signs"]) == (works[1], 3, 0)
    async with world.university.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(SimilarityMarkRow.work_id))).all()
    assert set(rows) == {UUID(works[1])}


async def test_works_are_compared_with_those_of_other_classes_of_the_course_and_those_not_with_each_other(
    world: World, clock: StandingClock
) -> None:
    earlier, old = await handed_in(world, clock)
    assignment = await world.room.assignment(grading={"code": "E2"})
    new = await hand_in(world, assignment, world.students[2], f"{PASSAGE} жана өз сөздөрүм")
    teacher = await world.as_(world.teacher)
    wanted = {"assignment_id": assignment, "also_with": [earlier, assignment, earlier]}
    run = (await sent(await teacher.post(URL, json=wanted), 201))["id"]
    async with world.university.context.reading(SETUP) as unit:
        event = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == WANTED))).one()
    ((job,),) = [await consumer(world.university.context, event) for consumer in CONSUMERS[WANTED]]
    assert job.payload == {"run": run, "also": earlier}
    await compare(world, run, earlier)
    assert (await sent(await teacher.get(f"{URL}/{run}")))["texts"] == 4
    pairs = (await sent(await teacher.get(f"{URL}/{run}/pairs")))["items"]
    assert {(one["first_work_id"], one["second_work_id"]) for one in pairs} == {(new, old[0]), (new, old[1])}
    shown = await sent(await teacher.get(f"{URL}/pairs/{pairs[0]['id']}"))
    assert (shown["first_assignment_id"], shown["second_assignment_id"]) == (assignment, earlier)
    assert shown["passages"][0]["first_text"] == PASSAGE

    room = world.room
    made = await (await world.as_(room.other_teacher)).post(
        f"/v1/classes/{room.other_class}/assignments", json=assignment_body()
    )
    wanted = {"assignment_id": assignment, "also_with": [earlier, (await sent(made, 201))["id"]]}
    await refused(await teacher.post(URL, json=wanted), 404, "not-found")
    both = HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({room.class_id, room.other_class}))
    assert world.teacher.person is not None
    teaches_both = await world.as_(actor(world.teacher.person, both))
    values = await teaches_both.post(URL, json=wanted)
    assert [one["pointer"] for one in (await sent(values, 422))["errors"]] == ["/also_with/1"]

    async with world.university.context.writing(SETUP) as unit:  # as if those works were of the other class
        await unit.session.execute(update(TaskRow).where(TaskRow.id == UUID(earlier)).values(class_id=room.other_class))
    address = f"{URL}/pairs/{pairs[0]['id']}"
    await refused(await teacher.get(address), 404, "not-found")  # a colleague asked, who teaches that class too
    await sent(await teaches_both.get(address))
