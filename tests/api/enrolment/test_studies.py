"""Admission: applications, orders, closed specialities, and what a study gives and takes."""

import pytest
from sqlalchemy import select

from api.domains.enrolment.rules import STUDY_MOVES, StudyState
from api.domains.people.service import roles_of
from api.events import OutboxRow
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import University
from tests.api.enrolment.world import ORDER, SETUP, TODAY, World, build_world, desk, slug, student

pytestmark = pytest.mark.anyio
VERBS = {
    "admit": StudyState.ADMITTED,
    "refuse": StudyState.REFUSED,
    "begin": StudyState.ACTIVE,
    "take-leave": StudyState.ON_LEAVE,
    "resume": StudyState.ACTIVE,
    "graduate": StudyState.GRADUATED,
    "expel": StudyState.EXPELLED,
}
STARTS = {"begin": StudyState.ADMITTED, "resume": StudyState.ON_LEAVE}


def application(world: World, **more: object) -> dict[str, object]:
    return {"programme_id": str(world.programme), "intake_year": 2026, **more}


async def test_a_person_applies_is_admitted_and_begins(context: Context, university: University) -> None:
    world = await build_world(context)
    mine = (await desk(university, student(world.newcomer))).client
    applied = await mine.post("/v1/studies", json=application(world))
    assert applied.status_code == 201, applied.text
    study = applied.json()
    assert (study["state"], study["form"], study["unit_id"]) == ("applied", "day", str(world.faculty))
    async with context.reading(SETUP) as unit:
        assert await roles_of(unit.session, world.newcomer, TODAY) == ()
    dean = await desk(university, world.dean)
    assert (await dean.move(study["id"], "admit")).json()["state"] == "admitted"
    async with context.reading(SETUP) as unit:
        held = {(one.role, one.scope, one.ids) for one in await roles_of(unit.session, world.newcomer, TODAY)}
    assert (Role.STUDENT, Scope.PROGRAMME, frozenset({world.programme})) in held
    assert {(role, scope) for role, scope, _ in held} == {
        (Role.STUDENT, Scope.PROGRAMME),
        (Role.STUDENT, Scope.UNIT),
    }
    assert (await dean.move(study["id"], "begin")).json()["state"] == "active"
    moves = (await mine.get(f"/v1/studies/{study['id']}/moves")).json()["items"]
    assert [(move["state"], move["order_number"]) for move in moves] == [
        ("applied", None),
        ("admitted", ORDER["order_number"]),
        ("active", ORDER["order_number"]),
    ]
    async with context.reading(SETUP) as unit:
        kinds = await unit.session.scalars(
            select(OutboxRow.kind).where(OutboxRow.person == world.newcomer).order_by(OutboxRow.id)
        )
        assert [kind for kind in kinds if kind.startswith("study.")] == [
            "study.applied",
            "study.admitted",
            "study.active",
        ]


async def test_a_closed_speciality_admits_nobody_by_one_problem(context: Context, university: University) -> None:
    world = await build_world(context, mode="distance")
    registry = await desk(university, world.registry)
    before = await registry.client.post("/v1/studies", json=application(world, person_id=str(world.newcomer)))
    await world.close_speciality()
    refused = await registry.client.post("/v1/studies", json=application(world, person_id=str(world.stranger)))
    assert (refused.status_code, slug(refused)) == (409, "speciality-closed-to-distance")
    admitted = await registry.move(before.json()["id"], "admit")
    assert (admitted.status_code, slug(admitted)) == (409, "speciality-closed-to-distance")
    for language, word in (("ky", "адисти"), ("ru", "специальност"), ("en", "speciality")):
        told = await registry.client.post(
            "/v1/studies",
            json=application(world, person_id=str(world.stranger)),
            headers={"Accept-Language": language},
        )
        assert word in told.json()["detail"].lower()


async def test_a_moratorium_on_admission_ends_by_its_date(context: Context, university: University) -> None:
    """Part-time admission to law, economics and management was closed for 2025/26 alone."""
    world = await build_world(context)
    await world.close_speciality(purposes=["admission"], forms=["day"], modes=[])
    registry = (await desk(university, world.registry)).client
    body = application(world, person_id=str(world.newcomer))
    assert slug(await registry.post("/v1/studies", json=body)) == "speciality-closed-to-distance"
    mine = await desk(university, student(world.students[0]))
    await world.open_window()
    assert (await mine.enrol(await world.add_class())).status_code == 201  # who studies already goes on


async def test_one_live_study_for_a_programme(context: Context, university: University) -> None:
    world = await build_world(context)
    mine = (await desk(university, student(world.students[0]))).client
    again = await mine.post("/v1/studies", json=application(world))
    assert (again.status_code, slug(again)) == (409, "study-exists")
    dean = await desk(university, world.dean)
    await dean.move(world.studies[world.students[0]], "expel", reason="Өз арызы боюнча")
    assert (await mine.post("/v1/studies", json=application(world))).status_code == 201


async def test_what_is_wrong_with_an_application_is_named(context: Context, university: University) -> None:
    world = await build_world(context)
    mine = (await desk(university, student(world.newcomer))).client
    for body, pointer in (
        (application(world, programme_id=str(new_id())), "/programme_id"),
        (application(world, form="evening"), "/form"),
        (application(world, form="weekend"), "/form"),
        (application(world, intake_year=1), "/intake_year"),
        (application(world, intake_year="2026"), "/intake_year"),
        (application(world, state="active"), "/state"),
    ):
        answer = await mine.post("/v1/studies", json=body)
        assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, [pointer])


async def test_nobody_applies_for_another_and_nobody_admits_himself(context: Context, university: University) -> None:
    world = await build_world(context)
    mine = await desk(university, student(world.newcomer))
    other = application(world, person_id=str(world.students[0]))
    assert (await mine.client.post("/v1/studies", json=other)).status_code in (403, 404)
    study = (await mine.client.post("/v1/studies", json=application(world))).json()["id"]
    for verb in VERBS:
        assert (await mine.move(study, verb, reason="-")).status_code == 403
        for actor in (world.other_dean, student(world.students[0])):
            assert (await (await desk(university, actor)).move(study, verb, reason="-")).status_code == 404
    assert (await (await desk(university, None)).move(study, "admit")).status_code == 401


async def test_other_peoples_studies_are_not_found_and_not_listed(context: Context, university: University) -> None:
    world = await build_world(context)
    study = world.studies[world.students[0]]
    for actor, seen in (
        (student(world.students[1]), [world.students[1]]),
        (world.other_dean, [world.stranger]),
    ):
        other = (await desk(university, actor)).client
        assert (await other.get(f"/v1/studies/{study}")).status_code == 404
        assert (await other.get(f"/v1/studies/{study}/moves")).status_code == 404
        listed = (await other.get("/v1/studies")).json()["items"]
        assert [row["person_id"] for row in listed] == [str(one) for one in seen]
    dean = (await desk(university, world.dean)).client
    assert len((await dean.get("/v1/studies")).json()["items"]) == 3
    assert (await dean.get(f"/v1/studies/{study}")).status_code == 200


async def test_orders_and_reasons_are_asked_for(context: Context, university: University) -> None:
    world = await build_world(context)
    study = world.studies[world.students[0]]
    dean = (await desk(university, world.dean)).client
    answer = await dean.post(f"/v1/studies/{study}/expel", json={})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/order_number", "/order_date", "/reason"]
    answer = await dean.post(f"/v1/studies/{study}/graduate", json={"order_number": "1", "order_date": "2026-02-30"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/order_date")


async def test_only_the_listed_moves_are_made(context: Context, university: University) -> None:
    """Every state, every verb, over HTTP."""
    world = await build_world(context, 1)
    dean = await desk(university, world.dean)
    ways: dict[StudyState, list[str]] = {
        StudyState.APPLIED: [],
        StudyState.REFUSED: ["refuse"],
        StudyState.ADMITTED: ["admit"],
        StudyState.ACTIVE: ["admit", "begin"],
        StudyState.ON_LEAVE: ["admit", "begin", "take-leave"],
        StudyState.GRADUATED: ["admit", "begin", "graduate"],
        StudyState.EXPELLED: ["admit", "expel"],
    }
    for state, way in ways.items():
        for verb, to in VERBS.items():
            if to in STUDY_MOVES[state] and STARTS.get(verb, state) is state:
                continue
            made = await dean.client.post("/v1/studies", json=application(world, person_id=str(world.newcomer)))
            study = made.json().get("id") or made.json()["values"]["study_id"]
            for step in way if made.status_code == 201 else ():
                await dean.move(study, step, reason="-")
            answer = await dean.move(study, verb, reason="-")
            assert (answer.status_code, slug(answer)) == (409, "move-not-allowed"), (state, verb)
            assert answer.json()["values"] == {"state": state, "allowed": [one.value for one in STUDY_MOVES[state]]}
        await _end_live(world, dean)


async def _end_live(world: World, dean: object) -> None:
    """So that the next application is a new one."""
    from tests.api.enrolment.world import Desk

    assert isinstance(dean, Desk)
    for row in (await dean.client.get("/v1/studies", params={"person_id": str(world.newcomer)})).json()["items"]:
        for verb in ("refuse", "expel"):
            await dean.move(row["id"], verb, reason="-")
