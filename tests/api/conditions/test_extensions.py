"""More time for one person: granted by another, seen by whom it concerns, never less than before."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.conditions.rules import TaskKind
from api.domains.conditions.service import conditions_of_many, effective_conditions, move_task, revoke_extension
from api.events import Event, OutboxRow
from api.identity import HeldRole, Role, Scope
from api.ids import new_id
from tests.api.conditions.world import DAY, DUE, World, actor, build_world, refused, sent, wire
from tests.api.conftest import NOW, StandingClock, University
from tests.api.enrolment.world import SETUP

pytestmark = pytest.mark.anyio
URL = "/v1/extensions"


@pytest.fixture
async def world(university: University) -> World:
    return await build_world(university)


async def test_an_extension_from_the_grant_to_the_revocation(world: World, clock: StandingClock) -> None:
    """For a task of any kind; read back; the student sees base, adjusted and source; nobody gets less."""
    student, other = (one.person for one in world.students[:2])
    test = await world.task(TaskKind.TEST, time_limit=timedelta(hours=1), attempts=1)
    teacher = await world.as_(world.teacher)
    body = {"task_id": test, "person_id": str(student), "reason": "Электр өчкөн", "adding": {"minutes": 30}}
    granted = await sent(await teacher.post(URL, json=body), 201)
    assert (granted["minutes"], granted["window_minutes"], granted["granted_by"]) == (30, 0, str(world.teacher.person))

    own = await world.as_(world.students[0])
    seen = await sent(await own.get(f"/v1/tasks/{test}/effective-conditions"))
    source = {"kind": "extension", "id": granted["id"], "plan_id": None, "plan_number": None, "feature": None}
    assert seen["time_limit_s"] == {"base": 3600, "adjusted": 5400, "sources": [source]}
    assert (seen["due_at"]["base"], seen["due_at"]["adjusted"]) == (wire(DUE), wire(DUE + timedelta(minutes=30)))
    unchanged = await sent(await (await world.as_(world.students[1])).get(f"/v1/tasks/{test}/effective-conditions"))
    assert unchanged["time_limit_s"] == {"base": 3600, "adjusted": 3600, "sources": []}

    # another day: the window moves, an hour's test stays an hour's
    later = body | {"adding": {"until": wire(DUE + 3 * DAY), "attempts": 1}}
    moved = await sent(await teacher.post(URL, json=later), 201)
    seen = await sent(await own.get(f"/v1/tasks/{test}/effective-conditions"))
    assert (seen["due_at"]["adjusted"], seen["closes_at"]["adjusted"]) == (wire(DUE + 3 * DAY),) * 2
    assert (seen["time_limit_s"]["adjusted"], seen["attempts"]["adjusted"]) == (5400, 2)

    wrong = await sent(await teacher.post(URL, json=body | {"adding": {"until": wire(DUE + DAY)}}), 422)
    assert [(one["pointer"], one["code"]) for one in wrong["errors"]] == [("/until", "not-later")]
    await refused(await teacher.post(URL, json=body | {"adding": {}}), 422, "nothing-added")
    await sent(await teacher.post(URL, json=body | {"adding": {"minutes": -5}}), 422)
    await sent(await teacher.post(URL, json=body | {"granted_by": str(other)}), 422)

    listed = (await sent(await teacher.get(URL, params={"class_id": str(world.class_id)})))["items"]
    assert [one["id"] for one in listed] == [granted["id"], moved["id"]]
    for reader, reason in ((world.colleague, None), (world.dean, "Электр өчкөн"), (world.students[0], "Электр өчкөн")):
        read = await sent(await (await world.as_(reader)).get(f"{URL}/{granted['id']}"))
        assert (read["minutes"], read["reason"]) == (30, reason)  # a reason may be about health
    assert len((await sent(await own.get(URL)))["items"]) == 2

    revoked = await sent(await teacher.post(f"{URL}/{moved['id']}/revoke", json={"reason": "Ката берилген"}))
    assert (revoked["revoked_for"], revoked["reason"]) == ("Ката берилген", "Электр өчкөн")
    seen = await sent(await own.get(f"/v1/tasks/{test}/effective-conditions"))
    assert seen["due_at"]["adjusted"] == wire(DUE + timedelta(minutes=30))
    async with world.university.context.reading(SETUP) as unit:
        told = (
            await unit.session.scalars(
                select(OutboxRow).where(OutboxRow.kind.like("extension.%")).order_by(OutboxRow.id)
            )
        ).all()
        conditions = await effective_conditions(unit, student, UUID(test)) if student else None
    assert [(one.kind, one.person) for one in told] == [
        ("extension.granted", student),
        ("extension.granted", student),
        ("extension.revoked", student),
    ]
    assert set(told[0].ids) == {"extension", "task"}
    assert conditions is not None
    assert conditions.deadline(NOW) == NOW + timedelta(minutes=90)  # the one function says the same


async def test_a_moment_that_was_promised_holds_when_the_task_is_moved(world: World) -> None:
    student = world.students[0]
    task = await world.task()
    promised = DUE + 3 * DAY
    body = {"task_id": task, "person_id": str(student.person), "reason": "x", "adding": {"until": wire(promised)}}
    granted = await sent(await (await world.as_(world.teacher)).post(URL, json=body), 201)
    assert (granted["until"], granted["window_minutes"]) == (wire(promised), 3 * 1440)
    own = await world.as_(student)
    for due_at, kept in ((DUE - DAY, promised), (DUE + DAY, promised + DAY)):  # never earlier, as for everybody later
        async with world.university.context.writing(SETUP) as unit:
            await move_task(unit, UUID(task), due_at=due_at, closes_at=due_at, reason="x")
            together = (await conditions_of_many(unit, UUID(task), [UUID(str(student.person))])).values()
        assert [one.closes_at.adjusted for one in together] == [kept]
        seen = await sent(await own.get(f"/v1/tasks/{task}/effective-conditions"))
        assert (seen["due_at"]["base"], seen["due_at"]["adjusted"]) == (wire(due_at), wire(kept))
        (listed,) = (await sent(await own.get("/v1/me/tasks")))["items"]
        assert listed["due_at"] == wire(kept)


async def test_unlimited_time_is_not_extended_to_a_moment(world: World) -> None:
    student = world.students[0]
    assert student.person is not None
    await world.room.agree(student.person, feature="additional-testing-time", is_unlimited=True)
    test = await world.task(TaskKind.TEST, time_limit=timedelta(hours=1))
    body = {"task_id": test, "person_id": str(student.person), "reason": "x", "adding": {"until": wire(DUE + DAY)}}
    wrong = await sent(await (await world.as_(world.teacher)).post(URL, json=body), 422)
    assert [(one["pointer"], one["code"]) for one in wrong["errors"]] == [("/until", "unlimited-already")]


async def test_nobody_extends_for_themselves_or_in_other_classes(world: World) -> None:
    task = await world.task()
    student = world.students[0]
    teacher = await world.as_(world.teacher)
    body = {"task_id": task, "person_id": str(student.person), "reason": "x", "adding": {"minutes": 5}}
    one = (await sent(await teacher.post(URL, json=body), 201))["id"]
    own = await world.as_(student)
    await refused(await own.post(URL, json=body), 404, "not-found")
    await refused(await own.post(f"{URL}/{one}/revoke", json={"reason": "x"}), 403, "not-allowed")
    # who teaches the class and is one of its students decides about others alone
    roles = HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({world.class_id}))
    both = await world.as_(actor(student.person, roles) if student.person else None)
    await refused(await both.post(URL, json=body), 403, "own-decision")
    await refused(await both.post(f"{URL}/{one}/revoke", json={"reason": "x"}), 403, "own-decision")
    for stranger in (world.outsider, world.students[1]):
        client = await world.as_(stranger)
        await refused(await client.get(f"{URL}/{one}"), 404, "not-found")
        await refused(await client.post(URL, json=body), 404, "not-found")
        await refused(await client.post(f"{URL}/{one}/revoke", json={"reason": "x"}), 404, "not-found")
        for asked in ({"class_id": str(world.class_id)}, {"task_id": task}, {"person_id": str(student.person)}):
            assert (await sent(await client.get(URL, params=asked)))["items"] == []
    strangers = body | {"person_id": str(world.outsider.person)}
    await refused(await teacher.post(URL, json=strangers), 409, "no-place-in-class")
    assert (await (await world.as_(None)).get(f"{URL}/{one}")).status_code == 401
    async with world.university.context.writing(SETUP) as unit:
        await revoke_extension(unit, UUID(one), "x")


async def test_an_instructor_sees_what_to_do_and_the_office_also_which_record_says_so(world: World) -> None:
    """Row by row: the student, the instructor, the office; nobody else, not even that there is something."""
    student = world.students[0]
    assert student.person is not None
    await world.room.agree(student.person, feature="additional-testing-time", time_percent=150)
    test = await world.task(TaskKind.TEST, time_limit=timedelta(hours=1))
    draft = await world.task(announced=False)
    address = f"/v1/tasks/{test}/persons/{student.person}/effective-conditions"
    shown = await sent(await (await world.as_(world.teacher)).get(address))
    assert shown["time_limit_s"] == {"base": 3600, "adjusted": 5400, "sources": []}
    assert not shown["are_sources_shown"]
    assert "plan_id" not in str(shown)
    for reader in (
        await sent(await (await world.as_(world.office)).get(address)),
        await sent(await (await world.as_(student)).get(f"/v1/tasks/{test}/effective-conditions")),
    ):
        assert reader["time_limit_s"]["sources"][0]["feature"] == "additional-testing-time"
        assert reader["are_sources_shown"]
    for other in (world.students[1], world.outsider, world.head, world.dean):
        await refused(await (await world.as_(other)).get(address), 404, "not-found")
    stranger = f"/v1/tasks/{test}/persons/{world.outsider.person}/effective-conditions"
    await refused(await (await world.as_(world.teacher)).get(stranger), 404, "not-found")
    for hidden in (draft, str(world.class_id)):
        answer = await (await world.as_(student)).get(f"/v1/tasks/{hidden}/effective-conditions")
        await refused(answer, 404, "not-found")
    foreign = await world.as_(world.outsider)
    await refused(await foreign.get(f"/v1/tasks/{test}/effective-conditions"), 404, "not-found")


async def test_own_tasks_stand_in_the_order_of_ones_own_deadlines(world: World, clock: StandingClock) -> None:
    student, other = world.students[:2]
    first = await world.task(due_at=NOW + 2 * DAY)
    second = await world.task(due_at=NOW + 3 * DAY)
    await world.task(due_at=NOW - timedelta(hours=1))
    await world.task(announced=False)
    body = {"task_id": first, "person_id": str(student.person), "reason": "x", "adding": {"minutes": 3 * 1440}}
    await sent(await (await world.as_(world.teacher)).post(URL, json=body), 201)
    client = await world.as_(student)
    page = await sent(await client.get("/v1/me/tasks", params={"limit": 1}))
    rest = await sent(await client.get("/v1/me/tasks", params={"limit": 1, "cursor": page["next"]}))
    assert [one["id"] for one in page["items"] + rest["items"]] == [second, first]
    assert (rest["next"], rest["items"][0]["is_adjusted"], rest["items"][0]["due_at"]) == (
        None,
        True,
        wire(NOW + 5 * DAY),
    )
    plain = await sent(await (await world.as_(other)).get("/v1/me/tasks", params={"include_past": True}))
    assert [datetime.fromisoformat(one["due_at"]) for one in plain["items"]] == [
        NOW - timedelta(hours=1),
        NOW + 2 * DAY,
        NOW + 3 * DAY,
    ]
    assert (await (await world.as_(world.teacher)).get("/v1/me/tasks")).status_code == 403


async def test_windows_that_end_after_the_semester_are_shown_and_not_cut(world: World) -> None:
    student = world.students[0]
    end = datetime.fromisoformat("2027-01-20T18:00:00+00:00")  # midnight in Bishkek behind the semester's last day
    task = await world.task(due_at=end - DAY)
    teacher = await world.as_(world.teacher)
    address = f"/v1/classes/{world.class_id}/window-warnings"
    body = {"task_id": task, "person_id": str(student.person), "reason": "x", "adding": {"until": wire(end)}}
    await sent(await teacher.post(URL, json=body), 201)
    assert (await sent(await teacher.get(address)))["items"] == []
    await sent(await teacher.post(URL, json=body | {"adding": {"minutes": 1}}), 201)
    for reader in (world.teacher, world.office):
        (warning,) = (await sent(await (await world.as_(reader)).get(address)))["items"]
        assert (warning["kind"], warning["limit_at"]) == ("semester-end", wire(end))
        assert warning["closes_at"] == wire(end + timedelta(minutes=1))
        assert warning["person_id"] == str(student.person)
    for other in (student, world.outsider, world.dean):
        await refused(await (await world.as_(other)).get(address), 404, "not-found")
    async with world.university.context.writing(SETUP) as unit:  # as the domain of exams tells it
        await unit.emit(Event("sitting.results-approved", {"sitting": new_id(), "test": UUID(task)}))
    listed = (await sent(await teacher.get(address)))["items"]
    assert [(one["kind"], one["limit_at"]) for one in listed] == [
        ("results-approved", wire(NOW)),
        ("semester-end", wire(end)),
    ]
