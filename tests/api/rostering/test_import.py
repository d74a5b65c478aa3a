"""Importing over HTTP: everything or nothing, again without effect, in any order the same."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from api.db.base import Base
from api.domains.enrolment.models import EnrolmentRow
from api.domains.people.models import PersonRow, RoleAssignmentRow
from api.domains.programmes.models import ProgrammeRow
from api.domains.rostering.service import carry_out, parse
from api.domains.teaching.models import ClassRow
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import University
from tests.api.enrolment.world import World, build_world, officer
from tests.api.rostering.archives import Tables, pack, semester, shuffled

pytestmark = pytest.mark.anyio
REGISTRY = Actor(new_id(), new_id(), roles=(HeldRole(Role.REGISTRY, Scope.UNIVERSITY),), method=Method.SESSION)
ZIP = {"Content-Type": "application/zip"}
READER = system_actor("test")


async def _programme_code(world: World) -> str:
    async with world.context.reading(READER) as unit:
        found = await unit.session.scalar(select(ProgrammeRow.code).where(ProgrammeRow.id == world.programme))
    return str(found)


@pytest.fixture
async def world(context: Context) -> World:
    return await build_world(context)


@pytest.fixture
async def tables(world: World) -> Tables:
    return semester(programme=await _programme_code(world))


async def _send(university: University, tables: Tables, **query: str) -> httpx.Response:
    client = await university.as_(REGISTRY)
    return await client.post("/v1/rosters", params=query, content=pack(tables), headers=ZIP)


async def _everything(context: Context) -> dict[str, int]:
    """Rows of every table."""
    async with context.reading(READER) as unit:
        return {
            table.name: await unit.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


async def _roster(context: Context) -> list[tuple[Any, ...]]:
    """Who is in which class in which state and turn, by source ids."""
    async with context.reading(READER) as unit:
        rows = await unit.session.execute(
            select(ClassRow.source_id, PersonRow.source_id, EnrolmentRow.state, EnrolmentRow.turn)
            .join(EnrolmentRow, EnrolmentRow.class_id == ClassRow.id)
            .join(PersonRow, PersonRow.id == EnrolmentRow.person_id)
            .order_by(ClassRow.source_id, EnrolmentRow.turn)
        )
        return [tuple(row) for row in rows]


async def test_a_roster_makes_units_classes_persons_and_enrolments(
    university: University, world: World, tables: Tables
) -> None:
    answer = await _send(university, tables)
    assert answer.status_code == 200, answer.text
    counts = answer.json()["counts"]
    assert counts["orgs.csv"] == {"created": 1, "unchanged": 1}  # the institute was there
    assert counts["users.csv"] == {"created": 4}
    assert counts["roles.csv"] == {"not-used": 2}  # nobody becomes an administrator by a file
    assert counts["enrollments.csv"] == {"created": 4}
    assert [row[1:3] for row in await _roster(world.context)] == [
        ("s0", "enrolled"),
        ("s1", "enrolled"),
        ("s2", "enrolled"),
    ]
    async with world.context.reading(READER) as unit:
        roles = set(await unit.session.scalars(select(RoleAssignmentRow.role)))
    assert Role.ADMINISTRATOR not in roles
    rows = await (await university.as_(REGISTRY)).get(f"/v1/rosters/{answer.json()['id']}/rows", params={"limit": 3})
    assert [(one["file"], one["line"]) for one in rows.json()["items"]] == [
        ("academicSessions.csv", 2), ("academicSessions.csv", 3), ("classes.csv", 2),
    ]  # fmt: skip


async def test_the_same_archive_again_changes_nothing(university: University, world: World, tables: Tables) -> None:
    await _send(university, tables)
    before = await _everything(world.context)
    answer = await _send(university, shuffled(tables, 7))
    assert answer.status_code == 200, answer.text
    outcomes = {outcome for counted in answer.json()["counts"].values() for outcome in counted}
    assert outcomes == {"unchanged", "not-used"}
    after = await _everything(world.context)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"roster_import", "roster_row", "audit_entry"}  # that it was imported again, nothing else


async def test_one_wrong_row_stores_nothing(university: University, world: World, tables: Tables) -> None:
    tables["enrollments.csv"][3][4] = "nobody"
    before = await _everything(world.context)
    answer = await _send(university, tables)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/roster-refused"
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/enrollments.csv/4/userSourcedId"]
    assert await _everything(world.context) == before


async def test_a_trial_tells_and_stores_nothing(university: University, world: World, tables: Tables) -> None:
    before = await _everything(world.context)
    answer = await _send(university, tables, trial="true")
    assert answer.status_code == 200
    assert answer.json()["id"] is None
    assert answer.json()["counts"]["users.csv"] == {"created": 4}
    assert await _everything(world.context) == before


async def test_a_speciality_closed_to_distance_is_refused_here_too(university: University, context: Context) -> None:
    world = await build_world(context, students=0, mode="distance")
    await world.close_speciality()
    tables = semester(programme=await _programme_code(world))
    answer = await _send(university, tables)
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert "closed" not in fault["message"]  # in the reader's words
    assert fault["pointer"] == "/users.csv/3/metadata.programmeCode"
    assert await _roster(world.context) == []


async def test_who_is_too_many_waits(university: University, world: World) -> None:
    tables = semester(4, programme=await _programme_code(world), capacity=2)
    answer = await _send(university, tables)
    assert answer.json()["counts"]["enrollments.csv"] == {"created": 3, "waiting": 2}
    assert [row[2] for row in await _roster(world.context)] == ["enrolled", "enrolled", "waiting", "waiting"]
    tables["enrollments.csv"][2][1] = "tobedeleted"  # s0 leaves, s2 moves up
    answer = await _send(university, tables)
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"]["enrollments.csv"]["ended"] == 1
    states = {row[1]: row[2] for row in await _roster(world.context)}
    assert states == {"s0": "withdrawn", "s1": "enrolled", "s2": "enrolled", "s3": "waiting"}


async def test_only_registry_and_administrators_import(university: University, world: World) -> None:
    for actor in (world.dean, world.head, officer(Role.REGISTRY, Scope.UNIT, world.faculty)):
        client = await university.as_(actor)
        answer = await client.post("/v1/rosters", content=pack(semester()), headers=ZIP)
        assert answer.status_code == 403
    answer = await (await university.as_()).post("/v1/rosters", content=b"", headers=ZIP)
    assert answer.status_code == 401


@given(seed=st.integers(0, 10**6))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_order_of_lines_gives_the_same_roster(context: Context, seed: int) -> None:
    """Compared with the order of the file, inside transactions that are taken back."""
    world = await build_world(context) if not await _programme_exists(context) else None
    code = await _programme_code(world) if world else await _first_code(context)
    tables = semester(5, programme=code, capacity=3)
    assert await _tried(context, shuffled(tables, seed)) == await _tried(context, tables)


class _TakenBack(Exception):
    pass


async def _tried(context: Context, tables: Tables) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    try:
        async with context.writing(READER) as unit:
            await carry_out(unit, parse(pack(tables), "ky"), "ky")
            rows = await unit.session.execute(
                select(PersonRow.source_id, EnrolmentRow.state, EnrolmentRow.turn)
                .join(EnrolmentRow, EnrolmentRow.person_id == PersonRow.id)
                .order_by(PersonRow.source_id)
            )
            found = [tuple(row) for row in rows]
            raise _TakenBack
    except _TakenBack:
        return found


async def _programme_exists(context: Context) -> bool:
    async with context.reading(READER) as unit:
        return bool(await unit.session.scalar(text("SELECT count(*) FROM programme")))


async def _first_code(context: Context) -> str:
    async with context.reading(READER) as unit:
        return str(await unit.session.scalar(select(ProgrammeRow.code).order_by(ProgrammeRow.code).limit(1)))
