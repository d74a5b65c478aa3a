"""The same table through HTTP: every route, asked by everybody about what is theirs and what is not.

One university is built for all tests here; every request is carried out and taken back (`Undone`), so the order of
the questions means nothing.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar
from zlib import crc32

import httpx
import pytest
from sqlalchemy import create_engine

from api.app import create_app
from api.db.base import Base
from api.domains.access.guards import ACCOUNT_READ
from api.domains.accommodations.guards import VIEW_CASE
from api.domains.accommodations.guards import VIEW_PLAN as VIEW_ACCOMMODATIONS
from api.domains.assignments.guards import TAKE as TAKE_ASSIGNMENTS
from api.domains.assignments.guards import VIEW as VIEW_ASSIGNMENTS
from api.domains.assignments.guards import VIEW_OWN_WORK, VIEW_WORK
from api.domains.conditions.guards import VIEW_EXTENSIONS, VIEW_INCIDENT
from api.domains.courses.guards import USE_LIBRARY
from api.domains.enrolment.guards import VIEW, VIEW_PLAN, VIEW_STUDY
from api.domains.grading.guards import (
    VIEW_APPEALS,
    VIEW_LINE_ITEMS,
    VIEW_MARKING,
    VIEW_RESULTS,
    VIEW_RETAKES,
    VIEW_RUBRICS,
)
from api.domains.integrity.guards import COMPARE, VIEW_CHECK
from api.domains.integrity.guards import VIEW as VIEW_INTEGRITY_CASE
from api.domains.items.guards import READ_ITEMS
from api.domains.people.guards import PERSON_SEE
from api.domains.teaching.guards import VIEW_GROUPS, VIEW_OWN_GROUP, VIEW_SUPPORT
from api.domains.tests.guards import OWN_ATTEMPT, TAKE, VIEW_SITTINGS, VIEW_TESTS
from api.domains.transcripts.guards import READ as READ_TRANSCRIPTS
from api.identity import Actor
from api.ids import new_id
from api.policy import Action, may
from tests.api.access_matrix.asking import REFUSALS, Question, ask, questions
from tests.api.access_matrix.bodies import check
from tests.api.access_matrix.table import routes
from tests.api.access_matrix.world import Undone, World, actors, build, client_of
from tests.databases import Cluster
from tests.thorough import some

Found = TypeVar("Found")
SAMPLE: Final = ("student", "deans-office, unit", "instructor, class")
"""Who asks on PostgreSQL too: the rules are the same code, the conditions of lists other SQL."""
SEEN_BY: Final[dict[str, tuple[Action, ...]]] = {
    "person_id": (PERSON_SEE,),
    "study_id": (VIEW_STUDY,),
    "plan_id": (VIEW_PLAN,),
    "enrolment_id": (VIEW,),
    "group_id": (VIEW_GROUPS, VIEW_OWN_GROUP),
    "account_id": (ACCOUNT_READ,),
    "link_id": (USE_LIBRARY,),
    "support": (VIEW_SUPPORT,),
    "accommodation_case_id": (VIEW_CASE,),
    "accommodation_plan_id": (VIEW_ACCOMMODATIONS,),
    "accommodation_evidence_id": (VIEW_CASE,),
    "plan_objection_id": (VIEW_CASE,),
    "appeal_id": (VIEW_APPEALS,),
    "assignment_id": (VIEW_ASSIGNMENTS, TAKE_ASSIGNMENTS),
    "attempt_id": (OWN_ATTEMPT,),
    "bank_id": (READ_ITEMS,),
    "case_id": (VIEW_INTEGRITY_CASE,),
    "check_id": (VIEW_CHECK,),
    "extension_id": (VIEW_EXTENSIONS,),
    "incident_id": (VIEW_INCIDENT,),
    "line_item_id": (VIEW_LINE_ITEMS,),
    "result_id": (VIEW_RESULTS,),
    "retake_id": (VIEW_RETAKES,),
    "rubric_id": (VIEW_RUBRICS,),
    "run_id": (COMPARE,),
    "sitting_id": (VIEW_SITTINGS,),
    "submission_id": (VIEW_OWN_WORK, VIEW_WORK),
    "test_id": (VIEW_TESTS, TAKE),
    "transcript_id": (READ_TRANSCRIPTS,),
    "work_id": (VIEW_MARKING,),
}
"""By the parameter of a path, who may know that the object is there. Whoever may not gets 404, never 403."""
LISTS: Final = {
    "/v1/persons": "/v1/persons/{}",
    "/v1/accounts": "/v1/accounts/{}",
    "/v1/resources": "/v1/resources/{}",
    "/v1/library-links": "/v1/library-links/{}",
    "/v1/enrolments": "/v1/enrolments/{}",
    "/v1/studies": "/v1/studies/{}",
    "/v1/study-plans": "/v1/study-plans/{}",
    "/v1/classes": "/v1/classes/{}",
    "/v1/student-groups": "/v1/student-groups/{}",
    "/v1/support-assignments": "/v1/support-assignments/{}",
    "/v1/programmes": "/v1/programmes/{}",
    "/v1/module-approvals": "/v1/module-approvals/{}",
    "/v1/enrolment-windows": "/v1/enrolment-windows/{}",
    "/v1/academic-sessions": "/v1/academic-sessions/{}",
    "/v1/webhooks": "/v1/webhooks/{}",
}
ASSESSED: Final = {
    "/v1/accommodation-cases": "/v1/accommodation-cases/{}",
    "/v1/accommodation-plans": "/v1/accommodation-plans/{}",
    "/v1/plan-objections": "/v1/plan-objections/{}",
    "/v1/appeals": "/v1/appeals/{}",
    "/v1/class-results": "/v1/class-results/{}",
    "/v1/retakes": "/v1/retakes/{}",
    "/v1/incidents": "/v1/incidents/{}",
    "/v1/integrity-cases": "/v1/integrity-cases/{}",
    "/v1/oral-checks": "/v1/oral-checks/{}",
    "/v1/sittings": "/v1/sittings/{}",
    "/v1/tests": "/v1/tests/{}",
    "/v1/assignments": "/v1/assignments/{}",
    "/v1/transcripts": "/v1/transcripts/{}",
}


@dataclass
class Campus:
    """The world, the application over it, and the loop that both live in."""

    runner: asyncio.Runner
    world: World
    app: Any

    def run(self, work: Callable[[httpx.AsyncClient], Awaitable[Found]], actor: Actor) -> Found:
        async def inside() -> Found:
            async with client_of(self.app, actor) as client:
                return await work(client)

        return self.runner.run(inside())

    def ask_all(self, who: str, actor: Actor) -> list[tuple[Question, httpx.Response]]:
        return self.ask_these(questions(self.world, who, actor), actor)

    def ask_these(self, asked: Iterable[Question], actor: Actor) -> list[tuple[Question, httpx.Response]]:
        async def work(client: httpx.AsyncClient) -> list[tuple[Question, httpx.Response]]:
            return [(one, await ask(client, one)) for one in asked]

        return self.run(work, actor)


def _campus(url: str, data: Path) -> Iterator[Campus]:
    with asyncio.Runner() as runner:
        world = runner.run(build(url, data))
        undone = replace(world.context, database=Undone(url, durable=False))
        campus = Campus(runner, world, create_app(undone))
        gc.collect()
        gc.freeze()  # what is built stays: the collector need not look through it again and again
        yield campus
        gc.unfreeze()
        runner.run(undone.database.dispose())
        runner.run(world.context.database.dispose())


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    data = tmp_path_factory.mktemp("matrix")
    engine = create_engine(f"sqlite:///{data}/university.sqlite3")
    Base.metadata.create_all(engine)
    engine.dispose()
    yield from _campus(f"sqlite+aiosqlite:///{data}/university.sqlite3", data)


@pytest.fixture(scope="module")
def campus_on_postgresql(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    cluster.create_database("matrix", template="jetki_template")
    yield from _campus(cluster.url("matrix"), tmp_path_factory.mktemp("matrix"))
    cluster.drop_database("matrix")


@pytest.fixture(scope="module")
def answers(campus: Campus) -> list[tuple[Question, httpx.Response]]:
    """Everybody's questions with their answers."""
    found = [pair for who, actor in actors(campus.world).items() for pair in campus.ask_all(who, actor)]
    assert len(found) > 3_000
    return found


def _wrong(pairs: list[tuple[Question, httpx.Response]]) -> list[str]:
    return [
        f"{one.name}: {'' if one.is_permitted else 'not '}permitted by the table, answered {answer.status_code}"
        for one, answer in pairs
        if (answer.status_code in REFUSALS) == one.is_permitted
    ]


def test_exactly_the_permitted_cells_open(answers: list[tuple[Question, httpx.Response]]) -> None:
    assert _wrong(answers) == []


def test_nothing_breaks_the_service(answers: list[tuple[Question, httpx.Response]]) -> None:
    assert [one.name for one, answer in answers if answer.status_code >= 500] == []


def test_both_answers_were_given_to_nearly_every_route(answers: list[tuple[Question, httpx.Response]]) -> None:
    """A matrix in which nobody is ever let in, or never refused, shows nothing."""
    let_in = {(one.method, one.path) for one, answer in answers if answer.status_code not in REFUSALS}
    refused = {(one.method, one.path) for one, answer in answers if answer.status_code in REFUSALS}
    asked = {(one.method, one.path) for one, _ in answers}
    own = {pair for pair in asked if pair[1].startswith(("/v1/sessions", "/v1/second-factor", "/v1/api-tokens"))}
    public = {(method, path) for path, method, handler in routes() if handler.opt["policy"].is_public}
    assert asked - let_in - own - {("POST", "/v1/password")} == set()
    assert asked - refused - public == set()


def test_a_visitor_is_told_to_sign_in(answers: list[tuple[Question, httpx.Response]]) -> None:
    found = {
        (one.path, answer.status_code)
        for one, answer in answers
        if one.who == "visitor" and not one.is_permitted and answer.status_code != 401
    }
    public = {path for path, _, handler in routes() if handler.opt["policy"].is_public}
    assert {path for path, status in found if status != 404 or path not in public} == set()


def test_a_refusal_does_not_tell_whether_the_object_is_there(
    campus: Campus, answers: list[tuple[Question, httpx.Response]]
) -> None:
    """Failure class 1: whoever may not see it gets for it what they get for an id that nobody has. 403 where nobody's
    object can be reached by this action at all, else 404."""
    doubtful = [
        one
        for one, answer in answers
        if answer.status_code == 403 and (seen_by := SEEN_BY.get(_named(one.path))) is not None
        if not any(may(one.actor, wanted, one.where) for wanted in seen_by)
    ]
    found = []
    for who in sorted({one.who for one in doubtful}):
        mine = [one for one in doubtful if one.who == who]

        async def work(client: httpx.AsyncClient, mine: list[Question] = mine) -> list[str]:
            told = []
            for one in mine:
                parts = [str(new_id()) if _is_id(part) else part for part in one.url.split("/")]
                nobodys = await ask(client, replace(one, url="/".join(parts)))
                if nobodys.status_code != 403:
                    told.append(f"{one.name}: 403, and {nobodys.status_code} for an id that nobody has")
            return told

        found += campus.run(work, mine[0].actor)
    assert found == []


def _named(path: str) -> str:
    if "/role-assignments/" in path:
        return "role"
    return "support" if "/support-assignments/" in path else path.partition("{")[2].partition("}")[0]


def _is_id(part: str) -> bool:
    return len(part) == 36 and part.count("-") == 4


def test_a_stranger_finds_nothing_of_anybody(answers: list[tuple[Question, httpx.Response]]) -> None:
    """Failure class 1: two who have nothing to do with each other, over all routes that name an object of one."""
    named = (
        *("person_id", "study_id", "plan_id", "enrolment_id", "account_id", "accommodation_case_id"),
        *("accommodation_plan_id", "accommodation_evidence_id", "plan_objection_id", "appeal_id", "result_id"),
        *("retake_id", "incident_id", "extension_id", "check_id", "attempt_id", "submission_id", "transcript_id"),
        *("case_id", "work_id", "marking_id"),
    )
    statuses = {
        answer.status_code
        for one, answer in answers
        if one.who in ("stranger", "student")
        and one.about in ("others", "classmate", "double")
        and any(f"{{{name}}}" in one.path for name in named)
    }
    assert statuses <= {404, 403}


@pytest.mark.parametrize("who", SAMPLE)
def test_postgresql_opens_the_same_cells(campus_on_postgresql: Campus, who: str) -> None:
    actor = actors(campus_on_postgresql.world)[who]
    asked = list(questions(campus_on_postgresql.world, who, actor))
    assert _wrong(campus_on_postgresql.ask_these(some(asked, 2), actor)) == []


async def _listed(client: httpx.AsyncClient, path: str) -> set[str]:
    ids: set[str] = set()
    url: str | None = f"{path}?limit=200"
    while url:
        answer = await client.get(url)
        if answer.status_code in REFUSALS:
            return set()
        assert answer.status_code == 200, answer.text
        ids |= {item["id"] for item in answer.json()["items"]}
        following = answer.json()["next"]
        url = f"{path}?limit=200&cursor={following}" if following else None
    return ids


LOOKING: Final = (
    *("student", "stranger", "instructor, class", "department-head, unit", "deans-office, unit"),
    *("inclusion-office, unit", "commission, case"),
)
"""Who asks for every list; each of the others asks for a third of those of teaching."""


def _disagreements(campus: Campus, who: str, actor: Actor) -> list[str]:
    lists = {path: one for path, one in LISTS.items() if who in LOOKING or crc32(f"{who} {path}".encode()) % 3 == 0}
    if who in LOOKING:
        lists |= ASSESSED

    async def all_there_is(client: httpx.AsyncClient) -> dict[str, set[str]]:
        return {path: await _listed(client, path) for path in lists}

    everything = campus.run(all_there_is, campus.world.founder)

    async def work(client: httpx.AsyncClient) -> list[str]:
        found = []
        for path, single in lists.items():
            listed = await _listed(client, path)
            if not listed <= everything[path]:
                found.append(f"{who}: {path} shows what even those who see everything do not")
            for one in sorted(everything[path]):
                status = (await client.get(single.format(one))).status_code
                if (status == 200) != (one in listed):
                    found.append(f"{who}: {single} alone {status}, in the list: {one in listed}")
        return found

    return campus.run(work, actor)


def test_a_list_shows_what_the_single_object_does(campus: Campus) -> None:
    found = [fault for who, actor in actors(campus.world).items() for fault in _disagreements(campus, who, actor)]
    assert found == []


def test_lists_on_postgresql_show_what_the_single_object_does(campus_on_postgresql: Campus) -> None:
    columns = actors(campus_on_postgresql.world)
    found = [
        fault
        for who in ("student", "curator, group", "deans-office, unit")
        for fault in _disagreements(campus_on_postgresql, who, columns[who])
    ]
    assert found == []


EXTRA: Final = {"id": "01a20000-0000-7000-8000-000000000000", "state": "approved", "is_strong": True, "версия": 1}


def test_no_body_takes_a_field_that_it_does_not_name(campus: Campus) -> None:
    """Failure class 3: mass assignment, by somebody who may do everything."""
    world = campus.world

    async def work(client: httpx.AsyncClient) -> list[str]:
        found, asked = [], 0
        for one in questions(world, "student", world.founder):
            if not isinstance(one.json, dict) or one.about not in ("mine", "all"):
                continue
            field = one.handler.parsed_data_field
            assert field is not None
            check(field.annotation, one.json)
            for name, value in EXTRA.items():
                if name in field.annotation.__struct_fields__:
                    continue
                asked += 1
                answer = await ask(client, replace(one, json={**one.json, name: value}))
                faults = {(fault["pointer"], fault["code"]) for fault in answer.json().get("errors", ())}
                if answer.status_code != 422 or (f"/{name}", "unknown") not in faults:
                    found.append(f"{one.method} {one.path} with {name}: {answer.status_code} {sorted(faults)}")
        assert asked > 200
        return found

    assert campus.run(work, world.founder) == []
