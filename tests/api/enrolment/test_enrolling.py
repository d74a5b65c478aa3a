"""Enrolling and withdrawing over HTTP: who may, when, and what is refused."""

from uuid import UUID

import pytest

from api.domains.enrolment.service import complete, recognise_course
from api.domains.people.service import roles_of
from api.identity import Method, Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW, StandingClock, University
from tests.api.enrolment.world import DAY, SETUP, TODAY, Desk, World, build_world, desk, officer, slug, student

pytestmark = pytest.mark.anyio
REASON = {"reason": "Жумуш убактысы менен туура келбейт"}


async def opened(context: Context, university: University, **of_class: object) -> tuple[World, Desk, UUID]:
    """A class whose window is open, and the first student before it."""
    world = await build_world(context)
    await world.open_window()
    one = await world.add_class(**of_class)  # type: ignore[arg-type]  # passed on as it is
    return world, await desk(university, student(world.students[0])), one


async def test_a_student_enrols_and_sees_it(context: Context, university: University) -> None:
    world, mine, one = await opened(context, university)
    answer = await mine.enrol(one)
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    body = answer.json()
    assert answer.headers["location"] == f"/v1/enrolments/{body['id']}"
    assert (body["state"], body["position"], body["person_id"]) == ("enrolled", None, str(world.students[0]))
    assert await mine.see(body["id"]) == body
    listed = (await mine.client.get("/v1/enrolments")).json()
    assert [row["id"] for row in listed["items"]] == [body["id"]]


async def test_a_place_gives_the_role_of_a_student_of_the_class_and_leaving_takes_it(
    context: Context, university: University
) -> None:
    world, mine, one = await opened(context, university)

    async def classes() -> set[object]:
        async with context.reading(SETUP) as unit:
            roles = await roles_of(unit.session, world.students[0], TODAY)
        return {id_ for role in roles if role.scope is Scope.CLASS for id_ in role.ids}

    body = (await mine.enrol(one)).json()
    assert await classes() == {one}
    assert (await mine.withdraw(body["id"])).status_code == 200
    assert await classes() == set()


async def test_who_waits_has_a_position_and_no_role(context: Context, university: University) -> None:
    world, mine, one = await opened(context, university, capacity=1)
    await mine.enrol(one)
    second, third = [await desk(university, student(person)) for person in world.students[1:]]
    assert (await second.enrol(one)).json()["position"] == 1
    body = (await third.enrol(one)).json()
    assert (body["state"], body["position"]) == ("waiting", 2)
    async with context.reading(SETUP) as unit:
        roles = await roles_of(unit.session, world.students[2], TODAY)
    assert Scope.CLASS not in {role.scope for role in roles}


async def test_who_does_not_want_to_wait_is_refused_by_a_full_class(context: Context, university: University) -> None:
    world, mine, one = await opened(context, university, capacity=1)
    await mine.enrol(one)
    second = await desk(university, student(world.students[1]))
    answer = await second.enrol(one, may_wait=False)
    assert (answer.status_code, slug(answer), answer.json()["values"]) == (409, "class-full", {"capacity": 1})


async def test_nobody_is_twice_in_a_class_or_in_two_classes_of_a_course(
    context: Context, university: University
) -> None:
    world, mine, one = await opened(context, university)
    other = await world.add_class()
    body = (await mine.enrol(one)).json()
    again = await mine.enrol(one)
    assert (again.status_code, slug(again)) == (409, "already-enrolled")
    assert again.json()["values"] == {"enrolment_id": body["id"]}
    beside = await mine.enrol(other)
    assert (beside.status_code, slug(beside)) == (409, "already-in-course")
    await mine.withdraw(body["id"])
    assert (await mine.enrol(other)).status_code == 201


async def test_a_class_that_is_not_there_is_not_found(context: Context, university: University) -> None:
    _, mine, _ = await opened(context, university)
    assert (await mine.enrol(new_id())).status_code == 404


@pytest.mark.parametrize("state", ["planned", "ended"])
async def test_a_class_takes_students_only_while_it_is_open_or_runs(
    context: Context, university: University, state: str
) -> None:
    _, mine, one = await opened(context, university, state=state)
    answer = await mine.enrol(one)
    assert (answer.status_code, slug(answer)) == (409, "class-not-open")


# Others


async def test_other_peoples_enrolments_are_not_found(context: Context, university: University) -> None:
    world, mine, one = await opened(context, university)
    id_ = (await mine.enrol(one)).json()["id"]
    curious = [
        student(world.students[1]),
        world.other_dean,
        officer(Role.STUDENT, Scope.CLASS, one),
        officer(Role.INSTRUCTOR, Scope.CLASS, new_id()),
    ]
    for actor in curious:
        other = await desk(university, actor)
        assert (await other.client.get(f"/v1/enrolments/{id_}")).status_code == 404
        assert (await other.withdraw(id_)).status_code == 404
        assert (await other.enrol(one, person_id=world.students[2])).status_code == 404
        assert (await other.client.get(f"/v1/classes/{one}/enrolments")).status_code in (403, 404)
        listed = await other.client.get("/v1/enrolments", params={"person_id": str(world.students[0])})
        assert listed.status_code == 200
        assert listed.json()["items"] == []
    assert (await mine.see(id_))["state"] == "enrolled"


async def test_a_visitor_has_to_sign_in(context: Context, university: University) -> None:
    _, mine, one = await opened(context, university)
    id_ = (await mine.enrol(one)).json()["id"]
    visitor = await desk(university, None)
    assert (await visitor.enrol(one)).status_code == 401
    assert (await visitor.withdraw(id_)).status_code == 401
    assert (await visitor.client.get("/v1/enrolments")).status_code == 401
    assert (await visitor.client.get(f"/v1/enrolments/{id_}")).status_code == 401


async def test_an_instructor_sees_the_roster_without_reasons_and_changes_nothing(
    context: Context, university: University
) -> None:
    world, mine, one = await opened(context, university)
    id_ = (await mine.enrol(one)).json()["id"]
    teacher = await desk(university, officer(Role.INSTRUCTOR, Scope.CLASS, one))
    roster = (await teacher.client.get(f"/v1/classes/{one}/enrolments")).json()["items"]
    assert [(row["id"], row["name"], row["state"]) for row in roster] == [(id_, "Асанов0 Бакыт", "enrolled")]
    assert (await teacher.withdraw(id_)).status_code == 403
    assert (await teacher.enrol(one, person_id=world.students[1])).status_code == 404
    assert (await mine.withdraw(id_)).json()["reason"] == REASON["reason"]
    assert (await teacher.see(id_))["reason"] is None


async def test_a_token_needs_the_scope(context: Context, university: University) -> None:
    world, _, one = await opened(context, university)
    person = world.students[0]
    for scopes, status in ((frozenset[str](), 403), (frozenset({"enrolment:read"}), 403)):
        actor = student(person)
        machine = type(actor)(account=new_id(), person=person, method=Method.TOKEN, token_scopes=scopes)
        answer = await (await desk(university, machine)).enrol(one)
        assert answer.status_code in (status, 404)
    machine = type(actor)(
        account=new_id(), person=person, method=Method.TOKEN, token_scopes=frozenset({"enrolment:write"})
    )
    assert (await (await desk(university, machine)).enrol(one)).status_code == 201


async def test_the_offices_enrol_their_own_students(context: Context, university: University) -> None:
    world, _, one = await opened(context, university)
    dean = await desk(university, world.dean)
    registry = await desk(university, world.registry)
    assert (await dean.enrol(one, person_id=world.students[0])).status_code == 201
    assert (await registry.enrol(one, person_id=world.students[1])).status_code == 201
    assert (await dean.enrol(one, person_id=world.stranger)).status_code == 404  # another faculty's
    assert (await dean.enrol(one, person_id=new_id())).status_code == 404
    answer = await registry.enrol(one, person_id=world.newcomer)
    assert (answer.status_code, slug(answer)) == (409, "not-a-student")


async def test_only_students_of_the_programme_take_its_class(context: Context, university: University) -> None:
    world = await build_world(context)
    await world.open_window()
    one = await world.add_class(programme=world.programme)
    answer = await (await desk(university, student(world.stranger))).enrol(one)
    assert (answer.status_code, slug(answer)) == (409, "not-a-student")
    assert (await (await desk(university, student(world.students[0]))).enrol(one)).status_code == 201


async def test_unknown_fields_and_wrong_types_are_refused_by_name(context: Context, university: University) -> None:
    _, mine, one = await opened(context, university)
    unknown = await mine.enrol(one, state="passed")
    assert unknown.status_code == 422
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/state"]
    wrong = await mine.enrol(one, person_id="17")
    assert wrong.status_code == 422
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/person_id"]


# Windows


async def test_enrolment_opens_and_closes_by_the_servers_clock(
    context: Context, university: University, clock: StandingClock
) -> None:
    world = await build_world(context)
    await world.open_window(NOW + DAY, NOW + 3 * DAY)
    one = await world.add_class()
    first, second = [await desk(university, student(person)) for person in world.students[:2]]
    early = await first.enrol(one)
    assert (early.status_code, slug(early)) == (409, "enrolment-not-open")
    assert early.json()["values"]["opens_at"] == "2026-09-02T04:00:00.000Z"
    clock.advance(days=1)
    assert (await first.enrol(one)).status_code == 201
    clock.advance(days=2)
    late = await second.enrol(one, late_reason="Ооруп калдым")
    assert (late.status_code, slug(late)) == (409, "enrolment-closed")


async def test_without_a_window_nobody_enrols(context: Context, university: University) -> None:
    world = await build_world(context)
    one = await world.add_class()
    answer = await (await desk(university, student(world.students[0]))).enrol(one)
    assert (answer.status_code, slug(answer)) == (409, "enrolment-not-open")
    assert answer.json()["values"]["opens_at"] is None


async def test_the_deans_office_enrols_late_with_a_reason_and_never_early(
    context: Context, university: University, clock: StandingClock
) -> None:
    world = await build_world(context)
    await world.open_window(NOW + DAY, NOW + 2 * DAY)
    one = await world.add_class()
    dean, registry = await desk(university, world.dean), await desk(university, world.registry)
    person = world.students[0]
    early = await dean.enrol(one, person_id=person, late_reason="Командировкада")
    assert slug(early) == "enrolment-not-open"
    clock.advance(days=3)
    without = await dean.enrol(one, person_id=person)
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/late_reason")
    assert slug(await registry.enrol(one, person_id=person, late_reason="Ооруп калды")) == "enrolment-closed"
    late = await dean.enrol(one, person_id=person, late_reason="Ооруп калды")
    assert (late.status_code, late.json()["late_reason"]) == (201, "Ооруп калды")


async def test_the_narrowest_window_rules(context: Context, university: University) -> None:
    world = await build_world(context)
    await world.open_window()
    await world.open_window(NOW + DAY, NOW + 2 * DAY, course_id=world.courses[1])
    await world.open_window(NOW - 3 * DAY, NOW - 2 * DAY, programme_id=world.other_programme)
    free, later = await world.add_class(), await world.add_class(world.courses[1])
    mine = await desk(university, student(world.students[0]))
    assert slug(await mine.enrol(later)) == "enrolment-not-open"
    assert (await mine.enrol(free)).status_code == 201
    assert slug(await (await desk(university, student(world.stranger))).enrol(free)) == "enrolment-closed"


# Prerequisites


async def test_a_missing_prerequisite_is_named_and_any_of_its_courses_meets_it(
    context: Context, university: University
) -> None:
    world, mine, one = await opened(context, university)
    needed, other = world.courses[1], world.courses[2]
    head = await desk(university, world.head)
    path = f"/v1/courses/{world.courses[0]}/prerequisites"
    asked = await head.client.post(path, json={"any_of": [str(needed), str(other)]})
    assert asked.status_code == 201, asked.text
    refused = await mine.enrol(one)
    assert (refused.status_code, slug(refused)) == (409, "prerequisites-missing")
    assert refused.json()["values"] == {"courses": ["course-1 / course-2"]}
    before = await world.add_class(other)
    enrolment = (await mine.enrol(before)).json()["id"]
    assert slug(await mine.enrol(one)) == "prerequisites-missing"  # enrolled is not passed
    async with context.writing(SETUP) as unit:
        await complete(unit, UUID(enrolment), passed=True)
    assert (await mine.enrol(one)).status_code == 201
    second = world.students[1]
    async with context.writing(SETUP) as unit:
        await recognise_course(unit, second, needed, new_id())
    assert (await (await desk(university, student(second))).enrol(one)).status_code == 201


async def test_a_department_head_waives_a_prerequisite_with_a_reason(context: Context, university: University) -> None:
    world, mine, one = await opened(context, university)
    course, person = world.courses[0], world.students[0]
    head = (await desk(university, world.head)).client
    await head.post(f"/v1/courses/{course}/prerequisites", json={"any_of": [str(world.courses[1])]})
    path = f"/v1/courses/{course}/prerequisite-waivers"
    body = {"person_id": str(person), "reason": "Олимпиаданын жеңүүчүсү"}
    assert (await head.post(path, json={"person_id": str(person)})).status_code == 422
    for actor in (world.dean, student(person), officer(Role.DEPARTMENT_HEAD, Scope.UNIT, world.other_faculty)):
        assert (await (await desk(university, actor)).client.post(path, json=body)).status_code == 403
    assert (await head.post(path, json=body)).status_code == 201
    assert (await head.post(path, json=body)).status_code == 409
    assert (await mine.enrol(one)).status_code == 201
    assert slug(await (await desk(university, student(world.students[1]))).enrol(one)) == "prerequisites-missing"
    assert [row["reason"] for row in (await head.get(path)).json()["items"]] == [body["reason"]]
    assert (await mine.client.get(path)).status_code == 403


async def test_prerequisites_never_run_in_a_circle(context: Context, university: University) -> None:
    world = await build_world(context)
    first, second, third, _ = world.courses
    head = (await desk(university, world.head)).client

    async def ask(course: object, *options: object) -> tuple[int, str]:
        answer = await head.post(f"/v1/courses/{course}/prerequisites", json={"any_of": [str(one) for one in options]})
        return answer.status_code, answer.json().get("type", "")

    assert (await ask(second, first))[0] == 201
    assert (await ask(third, second))[0] == 201
    assert await ask(first, third) == (409, "/problems/prerequisite-cycle")
    assert await ask(first, first) == (409, "/problems/prerequisite-cycle")
    assert (await ask(first, new_id()))[0] == 422
    assert (await ask(third, second, second))[0] == 422
    listed = (await head.get(f"/v1/courses/{third}/prerequisites")).json()["items"]
    assert (await head.delete(f"/v1/prerequisites/{listed[0]['id']}")).status_code == 204
    assert (await ask(first, third))[0] == 201


# Closed specialities


async def test_a_closed_speciality_takes_no_distance_class(context: Context, university: University) -> None:
    world, mine, one = await opened(context, university, mode="distance")
    present = await world.add_class(world.courses[1])
    await world.close_speciality()
    refused = await mine.enrol(one)
    assert (refused.status_code, slug(refused)) == (409, "speciality-closed-to-distance")
    assert (await mine.enrol(present)).status_code == 201
    assert (await (await desk(university, student(world.stranger))).enrol(one)).status_code == 201


# Withdrawing


async def test_withdrawing_needs_a_reason_and_happens_once(context: Context, university: University) -> None:
    _, mine, one = await opened(context, university)
    id_ = (await mine.enrol(one)).json()["id"]
    assert (await mine.withdraw(id_, reason=None)).status_code == 422
    assert (await mine.withdraw(id_, reason="")).status_code == 422
    left = (await mine.withdraw(id_)).json()
    assert (left["state"], left["cause"], left["reason"], left["version"]) == (
        "withdrawn",
        "student",
        REASON["reason"],
        2,
    )
    again = await mine.withdraw(id_)
    assert (again.status_code, slug(again), again.json()["values"]) == (
        409,
        "move-not-allowed",
        {"state": "withdrawn", "allowed": []},
    )


async def test_after_the_deadline_only_the_deans_office_withdraws(
    context: Context, university: University, clock: StandingClock
) -> None:
    world = await build_world(context)
    await world.open_window(withdraw_until=NOW + DAY)
    one = await world.add_class(capacity=1)
    mine, waiting = [await desk(university, student(person)) for person in world.students[:2]]
    id_ = (await mine.enrol(one)).json()["id"]
    on_list = (await waiting.enrol(one)).json()["id"]
    clock.advance(days=1)
    late = await mine.withdraw(id_)
    assert (late.status_code, slug(late)) == (409, "withdrawal-closed")
    assert slug(await (await desk(university, world.registry)).withdraw(id_)) == "withdrawal-closed"
    assert (await waiting.withdraw(on_list)).status_code == 200  # a place in the line may be left at any time
    left = (await (await desk(university, world.dean)).withdraw(id_)).json()
    assert (left["state"], left["cause"]) == ("withdrawn", "office")


async def test_what_is_passed_is_not_withdrawn(context: Context, university: University) -> None:
    _, mine, one = await opened(context, university)
    id_ = (await mine.enrol(one)).json()["id"]
    async with context.writing(SETUP) as unit:
        await complete(unit, UUID(id_), passed=False)
    assert (await mine.see(id_))["state"] == "failed"
    assert slug(await mine.withdraw(id_)) == "move-not-allowed"
    assert (await mine.enrol(one)).status_code == 201  # again, after failing
