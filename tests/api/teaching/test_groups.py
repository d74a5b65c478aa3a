"""Groups over HTTP: no active group is without a curator on any day, whatever is tried (clause 5.6)."""

import asyncio
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.domains.enrolment.service import Admission, admit_many
from api.domains.people.service import holders_of
from api.domains.teaching import groups
from api.domains.teaching.models import CuratorAssignmentRow, GroupMemberRow, GroupRow
from api.domains.teaching.rules import GroupState
from api.domains.teaching.service import (
    NewGroup,
    Outcome,
    add_members,
    end_memberships,
    groups_of_person,
    save_groups,
)
from api.errors import Problem
from api.events import Event
from api.identity import HeldRole, Role, Scope
from api.ids import new_id
from tests.api.conftest import StandingClock, University
from tests.api.teaching.school import SETUP, TODAY, School, officer, person_with, refused, sent, wrong_fields

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def plan_group(client: httpx.AsyncClient, school: School, code: str = "ИВТ-1-26") -> str:
    body = {"code": code, "programme_id": str(school.programme), "intake_year": 2026, "language": "ky"}
    return str((await sent(await client.post("/v1/student-groups", json=body), 201))["id"])


async def assign(client: httpx.AsyncClient, group: str, person: UUID, **changes: Any) -> str:
    body = {"person_id": str(person), "starts_on": "2026-09-01", **changes}
    return str((await sent(await client.post(f"/v1/student-groups/{group}/curators", json=body), 201))["id"])


async def active_group(client: httpx.AsyncClient, school: School, curators: int = 1) -> tuple[str, list[str]]:
    group = await plan_group(client, school)
    terms = [await assign(client, group, person) for person in school.teachers[:curators]]
    await sent(await client.post(f"/v1/student-groups/{group}/activate"), 200)
    return group, terms


async def test_a_group_begins_with_a_curator_and_not_without(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    group = await plan_group(client, school)
    url = f"/v1/student-groups/{group}"
    assert await refused(await client.post(f"{url}/activate"), 409, "curator-needed") == {"gap_from": "2026-09-01"}
    await assign(client, group, school.teachers[0], ends_on="2026-12-31")
    assert await refused(await client.post(f"{url}/activate"), 409, "curator-needed") == {"gap_from": "2027-01-01"}
    await assign(client, group, school.teachers[1], starts_on="2027-01-02")
    assert await refused(await client.post(f"{url}/activate"), 409, "curator-needed") == {"gap_from": "2027-01-01"}
    await assign(client, group, school.teachers[2], starts_on="2027-01-01", ends_on="2027-01-01")
    shown = await sent(await client.post(f"{url}/activate"), 200)
    assert (shown["state"], shown["active_from"]) == ("active", "2026-09-01")
    assert shown["curators"] == [{"person_id": str(school.teachers[0]), "name": "Асанова3 Айгүл"}]
    await refused(await client.post(f"{url}/activate"), 409, "move-not-allowed")


async def test_the_only_curator_does_not_end_but_hands_over(
    university: University, school: School, clock: StandingClock
) -> None:
    client = await university.as_(school.dean)
    group, (term,) = await active_group(client, school)
    url = f"/v1/student-groups/{group}/curators/{term}"
    ended = await client.post(f"{url}/end", json={"ends_on": "2026-10-01"})
    assert await refused(ended, 409, "curator-needed") == {"gap_from": "2026-10-02"}
    clock.advance(days=9)
    body = {"person_id": str(school.teachers[1]), "starts_on": "2026-10-02"}
    successor = await sent(await client.post(f"{url}/hand-over", json=body), 201)
    assert (successor["starts_on"], successor["ends_on"]) == ("2026-10-02", None)
    listed = (await sent(await client.get(f"/v1/student-groups/{group}/curators"), 200))["items"]
    assert [one["ends_on"] for one in listed] == ["2026-10-01", None]
    async with school.context.reading(SETUP) as unit:
        for day, person in ((date(2026, 10, 1), 0), (date(2026, 10, 2), 1)):
            assert await holders_of(unit, Role.CURATOR, Scope.GROUP, UUID(group), day) == (school.teachers[person],)
    again = await client.post(f"{url}/hand-over", json=body)
    assert await refused(again, 409, "term-is-over") == {"ends_on": "2026-10-01"}
    same = await client.post(
        f"/v1/student-groups/{group}/curators/{successor['id']}/hand-over", json={**body, "starts_on": "2026-11-01"}
    )
    await refused(same, 409, "already-assigned")


async def test_a_handover_that_fails_changes_nothing(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    group, (term,) = await active_group(client, school)
    url = f"/v1/student-groups/{group}/curators/{term}/hand-over"
    nobody = {"person_id": str(new_id()), "starts_on": "2026-10-01"}
    assert await wrong_fields(await client.post(url, json=nobody)) == {"/person_id": "no-such-person"}
    early = {"person_id": str(school.teachers[1]), "starts_on": "2026-08-31"}
    assert await wrong_fields(await client.post(url, json=early)) == {"/starts_on": "before-predecessor"}
    (kept,) = (await sent(await client.get(f"/v1/student-groups/{group}/curators"), 200))["items"]
    assert (kept["id"], kept["ends_on"]) == (term, None)


async def test_of_two_parallel_ends_one_curator_stays(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    group, terms = await active_group(client, school, curators=3)
    answers = await asyncio.gather(
        *(
            client.post(f"/v1/student-groups/{group}/curators/{term}/end", json={"ends_on": "2026-09-15"})
            for term in terms
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
    await assert_covered(school, UUID(group))


async def test_an_end_and_the_activation_at_once_leave_no_gap(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    for number in range(4):
        group = await plan_group(client, school, f"G-{number}")
        term = await assign(client, group, school.teachers[0])
        answers = await asyncio.gather(
            client.post(f"/v1/student-groups/{group}/activate"),
            client.post(f"/v1/student-groups/{group}/curators/{term}/end", json={"ends_on": "2026-09-15"}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        await assert_covered(school, UUID(group))


async def assert_covered(school: School, group_id: UUID) -> None:
    """Read from the tables, not by the rules under test: an active group and its role holders on every day."""
    async with school.context.reading(SETUP) as unit:
        group = await unit.session.get_one(GroupRow, group_id)
        table = CuratorAssignmentRow
        terms = (
            await unit.session.execute(
                select(table.starts_on, table.ends_on).where(table.group_id == group_id, table.revoked_at.is_(None))
            )
        ).all()
        if group.state == GroupState.ACTIVE:
            assert group.active_from is not None
            for number in range(120):
                day = group.active_from + number * DAY
                assert any(start <= day and (end is None or day <= end) for start, end in terms), day
            for number in (0, 20, 119):
                day = max(group.active_from, unit.today) + number * DAY
                assert await holders_of(unit, Role.CURATOR, Scope.GROUP, group_id, day), day


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_sequence_of_decisions_takes_the_last_curator_away(
    university: University, school: School, clock: StandingClock, seed: int
) -> None:
    """The services themselves, driven at random; what they refuse is refused, what they accept keeps the promise."""
    random, group_id = Random(seed), new_id()
    async with school.context.writing(SETUP) as unit:
        saved = await save_groups(unit, [NewGroup("R", school.programme, school.institute, 2026, "ky")])
        group_id = saved.ids[0]
    accepted = 0
    for _ in range(45):
        clock.advance(days=random.choice([0, 0, 1, 3]))
        try:
            async with school.context.writing(SETUP) as unit:
                day = unit.today + random.randint(-3, 20) * DAY
                table = CuratorAssignmentRow
                ids = list(await unit.session.scalars(select(table.id).where(table.group_id == group_id)))
                person, term = random.choice(school.teachers), random.choice([*ids, new_id()])
                match random.choice(["assign", "assign", "end", "end", "hand-over", "activate"]):
                    case "assign":
                        end = random.choice([None, day + random.randint(0, 10) * DAY])
                        await groups.assign_curator(unit, group_id, person, day, end)
                    case "end":
                        await groups.end_curator(unit, group_id, term, day)
                    case "hand-over":
                        await groups.hand_over(unit, group_id, term, person, day)
                    case _:
                        await groups.activate_group(unit, group_id)
            accepted += 1
        except Problem:
            pass
        await assert_covered(school, group_id)
    assert accepted >= 8
    async with school.context.writing(SETUP) as unit:
        await groups.dissolve_group(unit, group_id, "Топтор бириктирилди")
    async with school.context.reading(SETUP) as unit:
        assert await holders_of(unit, Role.CURATOR, Scope.GROUP, group_id, unit.today + DAY) == ()


async def test_a_graduated_group_lets_its_people_go(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    group, (term,) = await active_group(client, school)
    url = f"/v1/student-groups/{group}"
    body = {"person_id": str(school.students[0]), "starts_on": "2026-09-01"}
    await sent(await client.post(f"{url}/members", json=body), 201)
    shown = await sent(await client.post(f"{url}/graduate"), 200)
    assert (shown["state"], shown["active_until"]) == ("graduated", "2026-09-01")
    async with school.context.reading(SETUP) as unit:
        for role in (Role.CURATOR, Role.STUDENT):
            assert await holders_of(unit, role, Scope.GROUP, UUID(group), TODAY + DAY) == ()
    for path, what in (("curators", school.teachers[1]), ("members", school.students[1])):
        late = {"person_id": str(what), "starts_on": "2026-09-01"}
        await refused(await client.post(f"{url}/{path}", json=late), 409, "group-is-over")
    await refused(await client.post(f"{url}/dissolve", json={"reason": "…"}), 409, "move-not-allowed")
    assert "/reason" in await wrong_fields(await client.post(f"{url}/dissolve", json={}))
    ended = await client.post(f"{url}/curators/{term}/end", json={"ends_on": "2026-09-01"})
    await refused(ended, 409, "term-is-over")


async def test_a_student_is_in_one_group_of_a_programme_at_a_time(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    one, other = [await plan_group(client, school, code) for code in ("A", "B")]
    body = {"person_id": str(school.students[0]), "starts_on": "2026-09-01"}
    member = (await sent(await client.post(f"/v1/student-groups/{one}/members", json=body), 201))["id"]
    for group in (one, other):
        values = await refused(
            await client.post(f"/v1/student-groups/{group}/members", json=body), 409, "already-in-group"
        )
        assert values == {"group": "A"}
    url = f"/v1/student-groups/{one}/members/{member}/move"
    assert await wrong_fields(await client.post(url, json={"group_id": one, "starts_on": "2026-10-01"})) == {
        "/group_id": "same-group"
    }
    moved = await sent(await client.post(url, json={"group_id": other, "starts_on": "2026-10-01"}), 201)
    assert moved["name"] == "Асанова0 Айгүл"
    async with school.context.reading(SETUP) as unit:
        for day, code in ((date(2026, 9, 30), "A"), (date(2026, 10, 1), "B")):
            assert [found.code for found in await groups_of_person(unit, school.students[0], day)] == [code]
    stranger = {"person_id": str(school.newcomer), "starts_on": "2026-09-01"}
    await refused(await client.post(f"/v1/student-groups/{one}/members", json=stranger), 409, "not-in-programme")


async def test_parallel_joins_of_two_groups_give_one_membership(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    both = [await plan_group(client, school, code) for code in ("A", "B")]
    body = {"person_id": str(school.students[0]), "starts_on": "2026-09-01"}
    answers = await asyncio.gather(*(client.post(f"/v1/student-groups/{group}/members", json=body) for group in both))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_whoever_leaves_the_programme_leaves_its_groups(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    group = await plan_group(client, school)
    person = school.students[0]
    body = {"person_id": str(person), "starts_on": "2026-08-01"}
    await sent(await client.post(f"/v1/student-groups/{group}/members", json={**body, "starts_on": "2026-09-01"}), 201)
    async with school.context.writing(SETUP) as unit:
        await unit.emit(Event("study.expelled", {"study": new_id(), "programme": school.other_programme}, person))
        assert len(await groups_of_person(unit, person)) == 1
        await unit.emit(Event("study.expelled", {"study": new_id(), "programme": school.programme}, person))
        assert await groups_of_person(unit, person) == []
        assert await holders_of(unit, Role.STUDENT, Scope.GROUP, UUID(group)) == ()
        assert await end_memberships(unit, person, school.programme, TODAY) == 0


async def test_who_sees_and_runs_which_group(university: University, school: School) -> None:
    dean = await university.as_(school.dean)
    group, _ = await active_group(dean, school)
    url = f"/v1/student-groups/{group}"
    of_group = frozenset({UUID(group)})
    member = person_with(school.students[0], HeldRole(Role.STUDENT, Scope.GROUP, of_group))
    student = person_with(school.students[1], HeldRole(Role.STUDENT, Scope.PROGRAMME, frozenset({school.programme})))
    curator = officer(Role.CURATOR, Scope.GROUP, *of_group)
    other_curator = officer(Role.CURATOR, Scope.GROUP, new_id())
    for actor, seen, members, listed in (
        (school.head, 404, 404, 0),  # the programme is the institute's, not the department's
        (school.registry, 200, 200, 1),
        (school.office, 200, 200, 1),
        (curator, 200, 200, 1),
        (member, 200, 403, 1),
        (other_curator, 404, 404, 0),
        (school.other_dean, 404, 404, 0),
        (student, 404, 404, None),
    ):
        client = await university.as_(actor)
        assert (await client.get(url)).status_code == seen, actor
        assert (await client.get(f"{url}/curators")).status_code == seen, actor
        assert (await client.get(f"{url}/members")).status_code == members, actor
        answer = await client.get("/v1/student-groups")
        if listed is None:
            assert answer.status_code == 403, actor
        else:
            assert len((await sent(answer, 200))["items"]) == listed, actor
        if actor is not school.registry:
            wanted = {200: 403, 404: 404}[seen]
            assert (await client.post(f"{url}/graduate")).status_code == wanted, actor
    foreign = {"code": "Z", "programme_id": str(school.other_programme), "intake_year": 2026, "language": "ky"}
    await refused(await dean.post("/v1/student-groups", json=foreign), 404, "not-found")


async def test_two_editors_of_a_group_get_one_412(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    url = f"/v1/student-groups/{await plan_group(client, school)}"
    answers = await asyncio.gather(
        *(client.patch(url, json={"code": code}, headers={"If-Match": '"1"'}) for code in ("A", "B"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


# Imports


async def test_imported_groups_and_members_come_once_or_not_at_all(university: University, school: School) -> None:
    new = [NewGroup(f"G{n}", school.programme, school.institute, 2026, "ky", f"src-{n}") for n in range(2)]
    async with school.context.writing(SETUP) as unit:
        one, other = (await save_groups(unit, new)).ids
        again = await save_groups(unit, new[::-1])
        assert (again.ids, again.outcomes) == ((other, one), (Outcome.UNCHANGED,) * 2)
        members = [(one, school.students[0]), (other, school.students[1])]
        assert (await add_members(unit, members, TODAY)).outcomes == (Outcome.CREATED,) * 2
        assert (await add_members(unit, members[::-1], TODAY)).outcomes == (Outcome.UNCHANGED,) * 2
        assert await holders_of(unit, Role.STUDENT, Scope.GROUP, one) == (school.students[0],)
    async with school.context.writing(SETUP) as unit:
        bad = [(one, school.students[2]), (one, school.students[1]), (one, school.newcomer), (new_id(), new_id())]
        refusals = (await add_members(unit, bad, TODAY)).refusals
        assert [(row.index, row.code) for row in refusals] == [
            (1, "in-other-group"),
            (2, "not-in-programme"),
            (3, "no-such-object"),
        ]
        assert len((await unit.session.scalars(select(GroupMemberRow))).all()) == 2
        moved = NewGroup("G0", school.other_programme, school.institute, 2025, "ky", "src-0")
        assert [(row.field, row.code) for row in (await save_groups(unit, [moved])).refusals] == [
            ("programme_id", "group-reference-stays"),
            ("intake_year", "group-reference-stays"),
        ]


async def test_a_later_admission_makes_a_student_fit_for_a_group(university: University, school: School) -> None:
    client = await university.as_(school.dean)
    group = await plan_group(client, school)
    async with school.context.writing(SETUP) as unit:
        rows = [Admission(school.newcomer, school.programme, 2026)]
        await admit_many(unit, rows, order_number="2-К", order_date=TODAY)
    body = {"person_id": str(school.newcomer), "starts_on": "2026-09-01"}
    await sent(await client.post(f"/v1/student-groups/{group}/members", json=body), 201)
