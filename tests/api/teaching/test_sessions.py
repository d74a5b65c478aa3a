"""The academic calendar over HTTP."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.teaching.models import AcademicSessionRow
from api.domains.teaching.rules import SessionKind
from api.domains.teaching.service import (
    NewSession,
    Outcome,
    current_sessions,
    find_session_by_code,
    save_sessions,
    sessions_by_source,
)
from api.events import OutboxRow
from tests.api.conftest import StandingClock, University
from tests.api.teaching.school import (
    AUTUMN,
    SETUP,
    YEAR,
    School,
    add_session,
    class_body,
    open_semester,
    refused,
    sent,
    wrong_fields,
)

pytestmark = pytest.mark.anyio


async def test_the_registry_plans_a_year_that_everybody_reads(university: University, school: School) -> None:
    registry, visitor = await university.as_(school.registry), await university.as_(None)
    year = await add_session(registry, YEAR)
    assert (year["state"], year["opened_at"]) == ("planned", None)
    await add_session(registry, AUTUMN, parent_id=year["id"])
    shown = await sent(await visitor.get("/v1/academic-sessions", params={"on": "2027-01-10"}), 200)
    assert [one["code"] for one in shown["items"]] == ["2026/27", "2026-1"]
    only = await sent(await visitor.get("/v1/academic-sessions", params={"parent": year["id"]}), 200)
    assert [one["code"] for one in only["items"]] == ["2026-1"]


async def test_nobody_but_the_registry_touches_the_calendar(university: University, school: School) -> None:
    year = (await add_session(await university.as_(school.registry), YEAR))["id"]
    for actor in (school.dean, school.head, school.office, school.other_dean):
        client = await university.as_(actor)
        await refused(await client.post("/v1/academic-sessions", json=YEAR), 403, "not-allowed")
        await refused(await client.post(f"/v1/academic-sessions/{year}/open"), 403, "not-allowed")
    visitor = await university.as_(None)
    await refused(await visitor.post(f"/v1/academic-sessions/{year}/close"), 401, "sign-in-needed")


MISFITS: list[tuple[dict[str, str | None], dict[str, str]]] = [
    ({"ends_on": "2026-08-31"}, {"/ends_on": "end-before-start"}),
    ({"parent_id": None}, {"/parent_id": "session-needs-parent"}),
    ({"kind": "session"}, {"/parent_id": "session-needs-parent"}),
    ({"starts_on": "2026-08-31"}, {"/starts_on": "session-outside-parent"}),
    ({"ends_on": "2027-07-01"}, {"/ends_on": "session-outside-parent"}),
    ({"parent_id": "00000000-0000-7000-8000-000000000000"}, {"/parent_id": "no-such-object"}),
    ({"kind": "week"}, {"/kind": "unknown-value"}),
    ({"starts_on": "2026-02-30"}, {"/starts_on": "not-a-date"}),
    ({"opened_at": "2026-09-01T00:00:00Z"}, {"/opened_at": "unknown"}),
]


async def test_a_semester_that_does_not_fit_is_refused_by_field(university: University, school: School) -> None:
    client = await university.as_(school.registry)
    year = (await add_session(client, YEAR))["id"]
    for changes, wrong in MISFITS:
        answer = await client.post("/v1/academic-sessions", json={**AUTUMN, "parent_id": year, **changes})
        assert await wrong_fields(answer) == wrong, changes


async def test_siblings_do_not_overlap_and_a_year_is_not_cut(university: University, school: School) -> None:
    client = await university.as_(school.registry)
    year = await add_session(client, YEAR)
    await add_session(client, AUTUMN, parent_id=year["id"])
    spring = {**AUTUMN, "code": "2026-2", "starts_on": "2027-01-20", "ends_on": "2027-06-30", "parent_id": year["id"]}
    answer = await client.post("/v1/academic-sessions", json=spring)
    assert await wrong_fields(answer) == {"/starts_on": "session-overlaps"}
    answer = await client.patch(
        f"/v1/academic-sessions/{year['id']}", json={"ends_on": "2027-01-01"}, headers={"If-Match": '"1"'}
    )
    assert await wrong_fields(answer) == {"/ends_on": "session-cuts-part"}
    await refused(await client.post("/v1/academic-sessions", json=YEAR), 409, "code-taken")


async def test_two_editors_of_a_session_get_one_412(university: University, school: School) -> None:
    client = await university.as_(school.registry)
    url = f"/v1/academic-sessions/{(await add_session(client, YEAR))['id']}"
    tag = (await client.get(url)).headers["etag"]
    await refused(await client.patch(url, json={"code": "Y"}), 428, "version-needed")
    both = await asyncio.gather(
        *(client.patch(url, json={"ends_on": f"2027-06-{day}"}, headers={"If-Match": tag}) for day in (28, 29))
    )
    assert sorted(one.status_code for one in both) == [200, 412]


async def test_a_semester_opens_within_an_open_year_and_before_its_end(
    university: University, school: School, clock: StandingClock
) -> None:
    client = await university.as_(school.registry)
    year = (await add_session(client, YEAR))["id"]
    autumn = (await add_session(client, AUTUMN, parent_id=year))["id"]
    assert await refused(await client.post(f"/v1/academic-sessions/{autumn}/open"), 409, "parent-session-not-open") == {
        "parent": "2026/27"
    }
    await sent(await client.post(f"/v1/academic-sessions/{year}/open"), 200)
    clock.advance(days=142)  # the day after its last
    await refused(await client.post(f"/v1/academic-sessions/{autumn}/open"), 409, "session-over")
    clock.advance(days=-1)
    opened = await sent(await client.post(f"/v1/academic-sessions/{autumn}/open"), 200)
    assert opened["state"] == "open"
    again = await refused(await client.post(f"/v1/academic-sessions/{autumn}/open"), 409, "move-not-allowed")
    assert again == {"state": "open", "allowed": ["closed"]}
    async with school.context.reading(SETUP) as unit:
        row = await unit.session.get_one(AcademicSessionRow, UUID(autumn))
        kinds = (await unit.session.scalars(select(OutboxRow.kind).where(OutboxRow.kind.like("session.%")))).all()
        assert [one.code for one in await current_sessions(unit)] == ["2026/27", "2026-1"]
        assert await current_sessions(unit, date(2026, 8, 31)) == []
    assert row.opened_by == school.registry.person
    assert kinds == ["session.opened", "session.opened"]


async def test_a_semester_closes_when_nothing_in_it_is_open(
    university: University, school: School, clock: StandingClock
) -> None:
    client = await university.as_(school.registry)
    year, autumn = await open_semester(client)
    url = f"/v1/academic-sessions/{autumn}/close"
    await refused(await client.post(url), 409, "session-not-over")
    one = (await sent(await client.post("/v1/classes", json=class_body(school, autumn)), 201))["id"]
    clock.advance(days=141)
    assert await refused(await client.post(url), 409, "session-has-classes") == {"count": 1}
    await sent(await client.post(f"/v1/classes/{one}/cancel", json={"reason": "Студент жок"}), 200)
    assert (await sent(await client.post(url), 200))["state"] == "closed"
    body = class_body(school, autumn, "ALG-2")
    await refused(await client.post("/v1/classes", json=body), 409, "session-closed")
    version = (await client.get(f"/v1/academic-sessions/{autumn}")).headers["etag"]
    changed = await client.patch(f"/v1/academic-sessions/{autumn}", json={"code": "X"}, headers={"If-Match": version})
    await refused(changed, 409, "session-closed")
    await refused(await client.post(f"/v1/academic-sessions/{year}/close"), 409, "session-not-over")


async def test_a_year_with_an_open_semester_does_not_close(
    university: University, school: School, clock: StandingClock
) -> None:
    client = await university.as_(school.registry)
    year, _ = await open_semester(client)
    clock.advance(days=302)
    values = await refused(await client.post(f"/v1/academic-sessions/{year}/close"), 409, "session-has-open-parts")
    assert values == {"parts": ["2026-1"]}


async def test_parallel_plans_of_the_same_days_give_one_session(university: University, school: School) -> None:
    client = await university.as_(school.registry)
    answers = await asyncio.gather(
        *(client.post("/v1/academic-sessions", json={**YEAR, "code": f"Y{number}"}) for number in range(6))
    )
    assert sorted(one.status_code for one in answers) == [201] + [422] * 5


# Imports

SESSIONS = [
    NewSession("y", SessionKind.YEAR, None, {"ky": "Жыл"}, date(2026, 9, 1), date(2027, 6, 30), "src-y"),
    NewSession("a", SessionKind.SEMESTER, "y", {"ky": "Күз"}, date(2026, 9, 1), date(2027, 1, 20), "src-a"),
    NewSession("s", SessionKind.SEMESTER, "y", {"ky": "Жаз"}, date(2027, 2, 1), date(2027, 6, 30), "src-s"),
    NewSession("x", SessionKind.SESSION, "a", {"ky": "Сессия"}, date(2027, 1, 5), date(2027, 1, 20), "src-x"),
]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1)])
async def test_an_import_in_any_order_gives_the_same_calendar_and_again_nothing(
    university: University, order: tuple[int, ...]
) -> None:
    listed = [SESSIONS[number] for number in order]
    async with university.context.writing(SETUP) as unit:
        saved = await save_sessions(unit, listed)
        assert saved.outcomes == (Outcome.CREATED,) * 4
    async with university.context.writing(SETUP) as unit:
        again = await save_sessions(unit, listed)
        assert (again.ids, again.outcomes) == (saved.ids, (Outcome.UNCHANGED,) * 4)
        assert unit.entries == []
        known = await sessions_by_source(unit, ["src-y", "src-x", "other"])
        session = await find_session_by_code(unit, "x")
        semester = await find_session_by_code(unit, "a")
    assert set(known) == {"src-y", "src-x"}
    assert session is not None
    assert semester is not None
    assert session.parent_id == semester.id


async def test_an_import_with_one_bad_row_stores_nothing_and_names_it(university: University) -> None:
    bad = NewSession("s", SessionKind.SEMESTER, "y", {"ky": "Жаз"}, date(2027, 1, 20), date(2027, 7, 30), "src-s")
    async with university.context.writing(SETUP) as unit:
        saved = await save_sessions(unit, [*SESSIONS[:2], bad])
    assert saved.ids == ()
    assert {(one.index, one.code) for one in saved.refusals} == {
        (0, "session-cuts-part"),
        (1, "session-overlaps"),
        (2, "session-overlaps"),
        (2, "session-outside-parent"),
    }
    assert {one.values.get("code") for one in saved.refusals if one.code == "session-overlaps"} == {"a", "s"}
    async with university.context.reading(SETUP) as unit:
        assert (await unit.session.scalars(select(AcademicSessionRow))).all() == []


async def test_an_import_moves_days_and_refuses_another_kind_and_repetition(university: University) -> None:
    async with university.context.writing(SETUP) as unit:
        await save_sessions(unit, SESSIONS)
    moved = NewSession("s", SessionKind.SEMESTER, "y", {"ky": "Жаз"}, date(2027, 2, 8), date(2027, 6, 30), "src-s")
    async with university.context.writing(SETUP) as unit:
        saved = await save_sessions(unit, [moved])
        assert saved.outcomes == (Outcome.CHANGED,)
        assert [event.kind for event in unit.events] == ["session.moved"]
    other = NewSession("s", SessionKind.SESSION, "a", {"ky": "Жаз"}, date(2026, 9, 1), date(2026, 9, 2), "src-s")
    async with university.context.writing(SETUP) as unit:
        assert [one.code for one in (await save_sessions(unit, [other])).refusals] == ["kind-stays"]
        repeated = await save_sessions(unit, [moved, moved])
        assert {one.code for one in repeated.refusals} == {"code-twice", "listed-twice"}
