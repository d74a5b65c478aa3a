"""The demonstration university, as whoever tries it finds it: with the logins that the command prints."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest

from api.domains.items.content import ItemKind
from api.domains.tests.rules import AttemptState
from api.domains.tests.service import attempts_of_person
from api.seeding import SEED, NotEmptyUniversity, Seeded, seed_university
from tests.api.access.world import Browser, browser_at, cheap_passwords
from tests.api.conftest import University

pytestmark = pytest.mark.anyio
Look = Callable[[str, str], Awaitable[Any]]


@pytest.fixture
async def seeded(university: University) -> AsyncIterator[Seeded]:
    with cheap_passwords():
        yield await seed_university(university.context, 12)


@pytest.fixture
async def look(university: University, seeded: Seeded) -> AsyncIterator[Look]:
    """What somebody who has signed in reads at a path."""
    browsers: dict[str, Browser] = {}
    async with AsyncExitStack() as stack:

        async def read(login: str, path: str) -> Any:
            if login not in browsers:
                browsers[login] = await stack.enter_async_context(browser_at(university.app))
                signed_in = await browsers[login].sign_in(login, seeded.password)
                assert signed_in.status_code == 201, signed_in.text
            answer = await browsers[login].get(path)
            assert answer.status_code == 200, f"{login} {path} {answer.text}"
            found = answer.json()
            return found.get("items", found)

        yield read


async def test_every_story_can_be_looked_at(university: University, seeded: Seeded, look: Look) -> None:
    assert {one["code"] for one in await look("registry", "/v1/grading-scales")} >= {"five-point", "100-point", "ects"}

    # Agreed by three, in force at every test of the student who signs in as student-plan; another one waits
    plans = await look("inclusion", "/v1/accommodation-plans")
    assert [one["state"] for one in plans] == ["active", "assessed"]
    (hers, waiting) = [await look("inclusion", f"/v1/accommodation-plans/{one['id']}") for one in plans]
    assert {one["party"] for one in hers["approvals"]} == {"department", "dean", "service"}
    assert {one["party"] for one in waiting["approvals"]} == {"department", "service"}
    assert plans[1]["id"] in {one["id"] for one in await look("dean-idt", "/v1/accommodation-plans?state=assessed")}
    tests = {one["titles"]["en"]: one for one in await look("teacher", "/v1/tests")}
    module, timed, own, exam = tests.values()
    assert [one["state"] for one in tests.values()] == ["announced", "announced", "announced", "draft"]
    conditions = await look("student-plan", f"/v1/tests/{timed['id']}/conditions")
    assert (conditions["time_limit_s"]["base"], conditions["time_limit_s"]["adjusted"]) == (2400, 3600)
    assert conditions["formats"]["adjusted"] == ["spoken"]
    orders = await look("inclusion", "/v1/item-renditions?limit=200")
    assert {(one["language"], one["format"]) for one in orders} == {(one, "spoken") for one in ("ky", "ru", "en")}

    # Banks in three languages, with all kinds of questions
    banks = await look("teacher", f"/v1/item-banks?course_id={await course_of(look, timed)}")
    items = [one for bank in banks for one in await look("teacher", f"/v1/item-banks/{bank['id']}/items")]
    assert {one["kind"] for one in items} == {kind.value for kind in ItemKind}
    (version,) = await look("teacher", f"/v1/items/{items[0]['id']}/versions")
    assert set(version["languages"]) == {"ky", "ru", "en"}

    # Attempts: released, running with a failure that waits, handed in and waiting, a self-check; a sitting to come
    mine = {one["test_id"]: one["state"] for one in await look("student", "/v1/my-attempts")}
    assert mine == {module["id"]: "released", own["id"]: "graded"}
    assert [one["state"] for one in await look("teacher", f"/v1/line-items/{timed['line_item_id']}/works")] == [
        "waiting"
    ]
    (incident,) = await look("dean-idt", "/v1/incidents")
    assert (incident["state"], incident["task_id"]) == ("submitted", timed["id"])
    async with university.context.reading(SEED) as unit:
        (running,) = await attempts_of_person(unit, UUID(timed["id"]), UUID(incident["person_id"]))
    assert running.state is AttemptState.IN_PROGRESS
    (sitting,) = await look("dean-idt", "/v1/sittings")
    assert (sitting["state"], sitting["test_id"]) == ("planned", exam["id"])

    # Works: marked blind and released, amended with a reason; one waits; passages in common, a case reported
    columns = {one["code"]: one["id"] for one in await look("teacher", f"/v1/classes/{timed['class_id']}/line-items")}
    essays = await look("teacher", f"/v1/line-items/{columns['E1']}/works")
    assert sorted(one["state"] for one in essays) == ["finished"] * 5 + ["withdrawn"]
    assert [one["state"] for one in await look("teacher", f"/v1/line-items/{columns['T1']}/works")] == ["waiting"]
    amended = await look("student", f"/v1/me/grades/{columns['E1']}")
    assert (amended["state"], amended["points"]) == ("amended", "84.00")
    assert len(amended["history"]) == 2
    (run,) = await look("teacher", "/v1/similarity-runs")
    (pair,) = await look("teacher", f"/v1/similarity-runs/{run['id']}/pairs")
    assert min(pair["first_shared_words"], pair["second_shared_words"]) > 40
    (case,) = await look("dean-idt", "/v1/integrity-cases")
    assert case["state"] == "reported"
    (again,) = await look("dean-idt", "/v1/retakes")
    assert (again["state"], again["line_item_id"]) == ("scheduled", columns["M1"])

    # The results of a class, and a transcript that a stranger verifies
    results = await look("dean-idt", "/v1/class-results?state=approved")
    assert len(results) == 12
    (transcript,) = await look("student", "/v1/transcripts")
    stranger = await university.as_(None)
    verified = await stranger.get(f"/v1/verifications/{seeded.code}", headers={"Accept-Language": "ky"})
    assert verified.status_code == 200, verified.text
    assert (verified.json()["state"], transcript["state"]) == ("valid", "issued")

    with pytest.raises(NotEmptyUniversity):
        await seed_university(university.context, 12)


async def course_of(look: Look, test: Any) -> str:
    found = await look("teacher", f"/v1/classes/{test['class_id']}")
    return str(found["course_id"])
