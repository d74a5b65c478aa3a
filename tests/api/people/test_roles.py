"""Who holds which role where and when, and who may give and take it."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from api.domains.audit.models import AuditRow
from api.domains.people import roles, service
from api.domains.people.errors import LastAdministrator
from api.domains.people.models import PersonRow, RoleAssignmentRow
from api.domains.people.rules import Grant, Name, Source, UnitKind
from api.identity import HeldRole, Role, Scope
from api.ids import new_id
from api.policy import Reach
from api.unit import Context
from tests.api.conftest import StandingClock, University
from tests.api.people.world import SETUP, TODAY, actor, actor_of, make_person, make_unit, plain

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def held(context: Context, person: object, on: date = TODAY) -> set[tuple[Role, Scope, frozenset[object]]]:
    async with context.reading(SETUP) as unit:
        roles = await service.roles_of(unit.session, person, on)  # type: ignore[arg-type]  # shorter tests
    return {(role.role, role.scope, role.ids) for role in roles}


async def test_a_role_for_a_unit_holds_for_the_units_below_and_not_beside(context: Context) -> None:
    root = await make_unit(context, "U", UnitKind.UNIVERSITY)
    institute = await make_unit(context, "I", UnitKind.INSTITUTE, root)
    department = await make_unit(context, "D", UnitKind.DEPARTMENT, institute)
    await make_unit(context, "I2", UnitKind.INSTITUTE, root)
    dean = await make_person(context, roles=[(Role.DEANS_OFFICE, Scope.UNIT, institute)])
    async with context.reading(SETUP) as unit:
        assert await service.roles_of(unit.session, dean, TODAY) == (
            HeldRole(Role.DEANS_OFFICE, Scope.UNIT, frozenset({institute, department})),
        )


async def test_a_role_counts_from_its_first_day_to_its_last(context: Context) -> None:
    person, class_ = await make_person(context), new_id()
    async with context.writing(SETUP) as unit:
        await service.grant_role(unit, person, Role.INSTRUCTOR, Scope.CLASS, class_, TODAY, TODAY + DAY)
    expected = {(Role.INSTRUCTOR, Scope.CLASS, frozenset({class_}))}
    found = [await held(context, person, TODAY + days * DAY) for days in (-1, 0, 1, 2)]
    assert found == [set(), expected, expected, set()]


async def test_an_instructor_of_one_class_who_studies_in_another_does_not_mix_the_two(context: Context) -> None:
    person, taught, attended = await make_person(context), new_id(), new_id()
    async with context.writing(SETUP) as unit:
        await service.grant_role(unit, person, Role.INSTRUCTOR, Scope.CLASS, taught, TODAY)
        await service.grant_role(unit, person, Role.STUDENT, Scope.CLASS, attended, TODAY)
    assert await held(context, person) == {
        (Role.INSTRUCTOR, Scope.CLASS, frozenset({taught})),
        (Role.STUDENT, Scope.CLASS, frozenset({attended})),
    }


async def test_an_instructor_sees_the_students_of_the_own_class_and_not_of_the_class_attended(
    university: University,
) -> None:
    context = university.context
    taught, attended = new_id(), new_id()
    pupil = await make_person(context, "Ишенов", "Чынгыз", roles=[(Role.STUDENT, Scope.CLASS, taught)])
    fellow = await make_person(context, "Турдуев", "Нур", roles=[(Role.STUDENT, Scope.CLASS, attended)])
    teacher = await make_person(
        context, roles=[(Role.INSTRUCTOR, Scope.CLASS, taught), (Role.STUDENT, Scope.CLASS, attended)]
    )
    client = await university.as_(await actor_of(context, teacher))
    listed = (await client.get("/v1/persons")).json()["items"]
    assert {one["id"] for one in listed} == {str(pupil), str(teacher)}
    assert (await client.get(f"/v1/persons/{fellow}")).status_code == 404
    shown = (await client.get(f"/v1/persons/{pupil}")).json()
    assert set(shown) == {"view", "id", "name", "preferred_name"}
    assert shown["view"] == "name"


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.INSTRUCTOR, Scope.UNIT), (Role.INSTRUCTOR, Scope.UNIVERSITY), (Role.DEANS_OFFICE, Scope.UNIVERSITY)],
)
def test_a_role_is_never_held_for_more_than_it_can_answer_for(role: Role, scope: Scope) -> None:
    with pytest.raises(ValueError, match="never held"):
        Grant(new_id(), role, scope, None if scope is Scope.UNIVERSITY else new_id(), TODAY)


async def test_the_same_grant_again_changes_nothing_and_a_following_one_lengthens_it(context: Context) -> None:
    person, class_ = await make_person(context), new_id()
    async with context.writing(SETUP) as unit:
        first = Grant(person, Role.STUDENT, Scope.CLASS, class_, TODAY, TODAY + DAY)
        following = Grant(person, Role.STUDENT, Scope.CLASS, class_, TODAY + 2 * DAY, TODAY + 5 * DAY)
        later = Grant(person, Role.STUDENT, Scope.CLASS, class_, TODAY + 9 * DAY)
        ids = await service.grant_roles(unit, [first, first, following])
        assert await service.grant_roles(unit, [following, later]) == [
            ids[0],
            (await service.grant_roles(unit, [later]))[0],
        ]
    async with context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(RoleAssignmentRow).order_by(RoleAssignmentRow.starts_on))).all()
    assert [(row.starts_on, row.ends_on) for row in rows] == [
        (TODAY, TODAY + 5 * DAY),
        (TODAY + 9 * DAY, None),
    ]
    assert ids[0] == ids[1] == ids[2] == rows[0].id


async def test_a_role_from_two_origins_is_held_until_both_have_ended(context: Context) -> None:
    person, institute, first, second = await make_person(context), new_id(), new_id(), new_id()
    async with context.writing(SETUP) as unit:
        for origin in (first, second):
            await service.grant_role(unit, person, Role.STUDENT, Scope.UNIT, institute, TODAY - DAY, origin=origin)
        assert await service.end_role(unit, person, Role.STUDENT, Scope.UNIT, institute, origin=first) == 1
    assert await held(context, person)
    async with context.writing(SETUP) as unit:
        assert await service.end_roles_from(unit, second) == 1
        assert await service.end_roles_from(unit, second) == 0
    assert not await held(context, person)


async def test_a_role_that_is_ended_on_its_first_day_is_over_at_once_and_can_be_given_again(context: Context) -> None:
    person, class_ = await make_person(context), new_id()
    async with context.writing(SETUP) as unit:
        await service.grant_role(unit, person, Role.STUDENT, Scope.CLASS, class_, TODAY)
        await service.end_role(unit, person, Role.STUDENT, Scope.CLASS, class_)
    assert not await held(context, person)
    async with context.writing(SETUP) as unit:
        await service.grant_role(unit, person, Role.STUDENT, Scope.CLASS, class_, TODAY)
    assert await held(context, person)
    async with context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.count()).select_from(RoleAssignmentRow)) == 2


async def test_thousands_of_roles_are_granted_by_a_few_statements(context: Context) -> None:
    """What makes an import slow is a statement for each row; ten thousand roles take about a second."""
    class_, unit_id = new_id(), new_id()
    statements: list[str] = []
    event.listen(context.database.writer.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    async with context.writing(SETUP) as unit:
        name = Name("ky-Cyrl", "Асанов", "Бакыт")
        persons = await service.create_persons(unit, [service.NewPerson(name) for _ in range(1000)])
        grants = [
            Grant(person, Role.STUDENT, scope, id_, TODAY)
            for person in persons
            for scope, id_ in ((Scope.CLASS, class_), (Scope.UNIT, unit_id))
        ]
        ids = await service.grant_roles(unit, grants)
        assert await service.grant_roles(unit, grants) == ids
    assert len(set(ids)) == 2000
    assert len(statements) < 30


async def test_lists_and_single_persons_agree_on_who_is_visible(context: Context) -> None:
    class_, group, unit_id = new_id(), new_id(), new_id()
    places = [
        (Role.STUDENT, Scope.CLASS, class_),
        (Role.STUDENT, Scope.GROUP, group),
        (Role.STUDENT, Scope.UNIT, unit_id),
    ]
    persons = [await make_person(context, roles=[places[at % 3]] if at < 5 else []) for at in range(6)]
    reaches = [
        Reach(),
        Reach(everything=True),
        Reach(classes=frozenset({class_})),
        Reach(groups=frozenset({group}), persons=frozenset({persons[5]})),
        Reach(units=frozenset({unit_id, new_id()}), classes=frozenset({new_id()})),
    ]
    async with context.reading(SETUP) as unit:
        for reach in reaches:
            listed = await unit.session.scalars(select(PersonRow.id).where(service.visible_persons(reach, TODAY)))
            single = {one for one in persons if reach.covers(await service.place_of_person(unit, one))}
            assert set(listed) == single


async def test_who_has_left_a_class_is_no_longer_seen_by_its_instructor(
    university: University, clock: StandingClock
) -> None:
    context, class_ = university.context, new_id()
    person = await make_person(context, roles=[(Role.STUDENT, Scope.CLASS, class_)])
    client = await university.as_(actor(Role.INSTRUCTOR, Scope.CLASS, class_))
    assert (await client.get(f"/v1/persons/{person}")).status_code == 200
    async with context.writing(SETUP) as unit:
        await service.end_role(unit, person, Role.STUDENT, Scope.CLASS, class_, unit.today, source=Source.ASSIGNED)
    assert (await client.get(f"/v1/persons/{person}")).status_code == 200  # the last day is a day
    clock.advance(days=1)
    assert (await client.get(f"/v1/persons/{person}")).status_code == 404


# Giving and taking over HTTP


ROLE = {"role": "registry", "scope": "university", "starts_on": TODAY.isoformat()}


async def test_an_administrator_gives_a_role_and_takes_it_and_both_stand_in_the_log(university: University) -> None:
    person = await make_person(university.context)
    client = await university.as_(actor(Role.ADMINISTRATOR))
    given = await client.post(f"/v1/persons/{person}/roles", json=ROLE)
    assert given.status_code == 201, given.text
    assert given.json()["is_in_force"] is True
    ended = await client.post(f"/v1/role-assignments/{given.json()['id']}/end", json={"reason": "Жаңы буйрук"})
    assert (ended.status_code, ended.json()["is_in_force"]) == (200, False)
    assert ended.json()["end_reason"] == "Жаңы буйрук"
    again = await client.post(f"/v1/role-assignments/{given.json()['id']}/end", json={"reason": "Жаңы буйрук"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/role-is-over")
    listed = (await client.get(f"/v1/persons/{person}/roles")).json()["items"]
    assert [one["id"] for one in listed] == [given.json()["id"]]
    async with university.context.reading(SETUP) as unit:
        what = select(AuditRow.what, AuditRow.person, AuditRow.facts).where(AuditRow.subject == "role-assignment")
        entries = (await unit.session.execute(what.order_by(AuditRow.number))).all()
    assert [(entry.what, entry.person) for entry in entries] == [("role.grant", person), ("role.end", person)]
    assert "буйрук" not in str(entries)


async def test_nobody_gives_a_role_to_themselves(university: University) -> None:
    person = await make_person(university.context)
    client = await university.as_(actor(Role.ADMINISTRATOR, person=person))
    answer = await client.post(f"/v1/persons/{person}/roles", json=ROLE)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/own-rights")


async def test_a_deans_office_gives_seats_and_heads_in_its_own_units_and_nothing_else(university: University) -> None:
    context = university.context
    root = await make_unit(context, "U", UnitKind.UNIVERSITY)
    mine = await make_unit(context, "I", UnitKind.INSTITUTE, root)
    department = await make_unit(context, "D", UnitKind.DEPARTMENT, mine)
    foreign = await make_unit(context, "I2", UnitKind.INSTITUTE, root)
    council = await make_unit(context, "C", UnitKind.ACADEMIC_COUNCIL, root)
    person = await make_person(context, roles=[(Role.STUDENT, Scope.UNIT, mine)])
    client = await university.as_(actor(Role.DEANS_OFFICE, Scope.UNIT, mine, department))

    async def give(role: str, scope: str, scope_id: object = None) -> tuple[int, str]:
        body = {"role": role, "scope": scope, "starts_on": TODAY.isoformat()}
        body |= {} if scope_id is None else {"scope_id": str(scope_id)}
        answer = await client.post(f"/v1/persons/{person}/roles", json=body)
        return answer.status_code, answer.json().get("type", "")

    assert await give("department-head", "unit", department) == (201, "")
    assert await give("department-head", "unit", foreign) == (403, "/problems/role-not-yours")
    assert await give("commission", "unit", council) == (403, "/problems/role-not-yours")
    assert await give("administrator", "university") == (403, "/problems/role-not-yours")
    assert await give("registry", "unit", mine) == (403, "/problems/role-not-yours")
    assert await give("deans-office", "unit", mine) == (403, "/problems/role-not-yours")
    assert await give("student", "unit", mine) == (409, "/problems/role-follows")
    assert await give("instructor", "unit", mine) == (422, "/problems/invalid-fields")
    assert await give("administrator", "unit", mine) == (422, "/problems/invalid-fields")
    assert await give("department-head", "unit", mine) == (201, "")
    stranger = await make_person(context)
    answer = await client.post(f"/v1/persons/{stranger}/roles", json={**ROLE, "role": "commission"})
    assert answer.status_code == 404


async def test_most_people_give_no_roles_at_all(university: University) -> None:
    person = await make_person(university.context)
    assignment = await _assignment(university.context)
    for role in set(Role) - {Role.ADMINISTRATOR, Role.REGISTRY, Role.DEANS_OFFICE}:
        client = await university.as_(actor(role))
        assert (await client.post(f"/v1/persons/{person}/roles", json=ROLE)).status_code == 403
        ended = await client.post(f"/v1/role-assignments/{assignment}/end", json={"reason": "x"})
        assert ended.status_code == 403


async def _assignment(context: Context) -> object:
    await make_person(context, roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    async with context.reading(SETUP) as unit:
        return await unit.session.scalar(select(RoleAssignmentRow.id).where(RoleAssignmentRow.role == "administrator"))


async def test_a_derived_role_is_not_ended_by_hand(university: University) -> None:
    person, class_ = await make_person(university.context), new_id()
    async with university.context.writing(SETUP) as unit:
        id_ = await service.grant_role(unit, person, Role.STUDENT, Scope.CLASS, class_, TODAY)
    client = await university.as_(actor(Role.ADMINISTRATOR))
    answer = await client.post(f"/v1/role-assignments/{id_}/end", json={"reason": "x"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/role-follows")


async def test_the_last_administrator_stays(university: University) -> None:
    context = university.context
    first = await make_person(context, roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    client = await university.as_(await actor_of(context, first))
    async with context.reading(SETUP) as unit:
        id_ = await unit.session.scalar(select(RoleAssignmentRow.id))
    for body in ({"reason": "x"}, {"reason": "x", "ends_on": "2030-01-01"}):
        answer = await client.post(f"/v1/role-assignments/{id_}/end", json=body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last-administrator")
    second = await make_person(context)
    until = {**ROLE, "role": "administrator", "ends_on": "2027-01-01"}
    assert (await client.post(f"/v1/persons/{second}/roles", json=until)).status_code == 201
    assert (await client.post(f"/v1/role-assignments/{id_}/end", json={"reason": "x"})).status_code == 409
    third = await make_person(context)
    assert (await client.post(f"/v1/persons/{third}/roles", json={**ROLE, "role": "administrator"})).status_code == 201
    assert (await client.post(f"/v1/role-assignments/{id_}/end", json={"reason": "x"})).status_code == 200


async def test_two_administrators_cannot_remove_each_other_at_once(context: Context) -> None:
    for _ in range(2):
        await make_person(context, roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    async with context.reading(SETUP) as unit:
        ids = (await unit.session.scalars(select(RoleAssignmentRow.id))).all()

    async def end(id_: object) -> str:
        try:
            async with context.writing(SETUP) as unit:
                await roles.end_assignment(unit, id_, None, "x")  # type: ignore[arg-type]  # it is an id
        except LastAdministrator:
            return "refused"
        return "ended"

    assert sorted(await asyncio.gather(*map(end, ids))) == ["ended", "refused"]


async def test_bad_roles_are_refused_with_the_field(university: University) -> None:
    context = university.context
    person = await make_person(context)
    root = await make_unit(context, "U", UnitKind.UNIVERSITY)
    client = await university.as_(actor(Role.ADMINISTRATOR))

    async def refused(**changes: object) -> str:
        answer = await client.post(f"/v1/persons/{person}/roles", json={**ROLE, **changes})
        assert answer.status_code == 422, answer.text
        return " ".join(one["pointer"] + " " + one["code"] for one in answer.json()["errors"])

    assert await refused(ends_on="2000-01-01") == "/ends_on end-before-start"
    assert await refused(scope="unit") == "/scope no-such-scope"
    assert await refused(scope="unit", scope_id=str(new_id())) == "/scope_id no-such-unit"
    assert await refused(role="deans-office", scope="unit", scope_id=str(root)) == "/scope_id wrong-kind-of-unit"
    assert await refused(source="derived") == "/source unknown"
    assert await refused(role="king") == "/role unknown-value"
    assert (await client.post(f"/v1/persons/{new_id()}/roles", json=ROLE)).status_code == 404
    assert (await client.post(f"/v1/role-assignments/{new_id()}/end", json={"reason": "x"})).status_code == 404


async def test_roles_are_read_by_the_person_and_those_who_keep_them(university: University) -> None:
    person = await make_person(university.context, roles=[(Role.REGISTRY, Scope.UNIVERSITY, None)])
    expected = {
        plain(person): 200,
        actor(Role.ADMINISTRATOR): 200,
        actor(Role.SUPPORT): 403,
        actor(Role.STUDENT, Scope.CLASS, new_id()): 404,
        None: 401,
    }
    for one, status in expected.items():
        answer = await (await university.as_(one)).get(f"/v1/persons/{person}/roles")
        assert answer.status_code == status
