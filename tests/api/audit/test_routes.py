"""Who reads the log, and what of it."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.domains.audit.models import AuditRow
from api.domains.audit.rules import SHOWN_PURPOSE
from api.domains.audit.service import find_broken_link
from api.identity import Actor, Method, Role
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import StandingClock, University
from tests.api.people.world import SETUP, actor, make_person, plain

pytestmark = pytest.mark.anyio
ADMINISTRATOR = actor(Role.ADMINISTRATOR)
HIDDEN = {"open", "read", "special-data.write", "attempt.lengthened"}


async def record(context: Context, author: Actor, what: str, *, subject: str = "thing", **more: Any) -> object:
    id_ = new_id()
    async with context.writing(author) as unit:
        unit.record(what, subject, id_, **more)
    return id_


async def listed(client: httpx.AsyncClient, **filters: object) -> list[str]:
    answer = await client.get("/v1/audit-entries", params={name: str(value) for name, value in filters.items()})
    assert answer.status_code == 200, answer.text
    return [one["what"] for one in answer.json()["items"]]


async def test_the_log_is_filtered_by_what_whom_who_and_when(university: University, clock: StandingClock) -> None:
    context, author, person = university.context, plain(new_id()), new_id()
    id_ = await record(context, author, "thing.make", person=person)
    clock.advance(days=1)
    await record(context, SETUP, "thing.break", subject="machine", person=person, state="broken")
    client = await university.as_(ADMINISTRATOR)
    assert await listed(client) == ["thing.make", "thing.break"]
    assert await listed(client, subject="machine") == ["thing.break"]
    assert await listed(client, subject_id=id_) == ["thing.make"]
    assert await listed(client, what="thing.make", person=person) == ["thing.make"]
    assert (await listed(client, person=person))[:2] == ["thing.make", "thing.break"]
    assert await listed(client, by_person=author.person) == ["thing.make"]
    assert await listed(client, until="2026-09-02T04:00:00Z") == ["thing.make"]
    assert await listed(client, since="2026-09-02T10:00:00+06:00", until="2026-09-02T04:00:01Z", subject="machine") == [
        "thing.break"
    ]
    for bad in ("2026-09-02T04:00:00", "yesterday", "2026-13-01T00:00:00Z"):
        answer = await client.get("/v1/audit-entries", params={"since": bad})
        assert answer.status_code == 422, answer.text
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("?since", "not-a-date")]


async def test_that_somebody_read_the_log_stands_in_the_log(university: University) -> None:
    person = await make_person(university.context)
    client = await university.as_(ADMINISTRATOR)
    assert await listed(client, person=person) == ["person.create"]
    own = (await (await university.as_(plain(person))).get(f"/v1/persons/{person}/audit-entries")).json()["items"]
    assert [(one["what"], one["facts"]) for one in own][1:] == [("audit.read", {"filter_person": str(person)})]


async def test_reading_part_by_part_comes_to_an_end(university: University) -> None:
    for at in range(3):
        await record(university.context, SETUP, f"step.{at}")
    client = await university.as_(ADMINISTRATOR)
    seen: list[str] = []
    address: str | None = "/v1/audit-entries?limit=1"
    while address is not None:
        answer = await client.get(address)
        seen += [one["what"] for one in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")
    assert seen == ["step.0", "step.1", "step.2", "audit.read"]


async def test_only_administrators_read_all_of_it_and_no_token_does(university: University) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert (await (await university.as_(actor(role))).get("/v1/audit-entries")).status_code == 403
    assert (await (await university.as_()).get("/v1/audit-entries")).status_code == 401
    token = Actor(
        account=new_id(), person=new_id(), roles=ADMINISTRATOR.roles, method=Method.TOKEN, token_scopes=frozenset({"*"})
    )
    assert (await (await university.as_(token)).get("/v1/audit-entries")).status_code == 403


async def test_a_person_sees_who_looked_by_name(university: University) -> None:
    context = university.context
    person = await make_person(context)
    clerk = await make_person(context, "Садырова", "Мээрим")
    registry = await university.as_(actor(Role.REGISTRY, person=clerk))
    assert (await registry.get(f"/v1/persons/{person}")).status_code == 200
    client = await university.as_(plain(person))
    assert (await client.get(f"/v1/persons/{person}/export")).status_code == 200
    await record(context, Actor(), "reset.ask", person=person)
    entries = (await client.get(f"/v1/persons/{person}/audit-entries")).json()["items"]
    assert [(one["what"], one["who"], one["name"]) for one in entries] == [
        ("person.create", "service", None),
        ("person.read", "somebody", "Садырова Мээрим"),
        ("person.export", "yourself", "Асанов Бакыт"),
        ("reset.ask", "visitor", None),
    ]
    assert "account" not in entries[1]


async def test_nobody_sees_what_concerns_others(university: University) -> None:
    person, other = await make_person(university.context), await make_person(university.context)
    for one in [actor(role) for role in set(Role) - {Role.ADMINISTRATOR}] + [plain(other)]:
        answer = await (await university.as_(one)).get(f"/v1/persons/{person}/audit-entries")
        assert answer.status_code in {403, 404}
    client = await university.as_(ADMINISTRATOR)
    assert (await client.get(f"/v1/persons/{person}/audit-entries")).status_code == 200
    assert (await client.get(f"/v1/persons/{new_id()}/audit-entries")).status_code == 404


async def test_administrators_do_not_learn_whose_health_an_entry_is_about(university: University) -> None:
    """That somebody has an accommodation is known to them, to the inclusive-education office, and to nobody who looks
    after the machine."""
    context = university.context
    person = await make_person(context)
    student, office = plain(person), actor(Role.INCLUSION_OFFICE, person=await make_person(context))
    await record(context, student, "open", subject="accommodation-case", person=person)
    await record(context, office, "read", subject="accommodation-evidence", person=person)
    async with context.writing(office) as unit:
        unit.record("special-data.write", "person", person, person=person)
        unit.record("attempt.lengthened", "attempt", new_id(), person=person)  # by the plan that stands beside it
    client = await university.as_(ADMINISTRATOR)
    answer = await client.get("/v1/audit-entries")
    entries = [one for one in answer.json()["items"] if one["what"] in HIDDEN]
    assert [one["by_person"] for one in entries] == [None, *[str(office.person)] * 3]
    assert str(person) not in str(entries) and str(student.account) not in str(entries)
    for filters in ({"person": person}, {"by_person": person}, {"subject_id": person}):
        assert not set(await listed(client, **filters)) & HIDDEN
    theirs = (await client.get(f"/v1/persons/{person}/audit-entries")).json()["items"]
    assert {one["what"] for one in theirs} == {"person.create", "audit.read"}
    own = (await (await university.as_(student)).get(f"/v1/persons/{person}/audit-entries")).json()["items"]
    assert {one["what"] for one in own} > HIDDEN
    # nor by trying: the digests that chain the log are made of the person too, and are not what is shown
    async with context.reading(office) as unit:
        stored = {row.number: row.digest for row in await unit.session.scalars(select(AuditRow))}
        assert await find_broken_link(unit.session, unit.keys) is None
    shown = {one["number"]: one["digest"] for one in answer.json()["items"]}
    assert len(shown) >= 3
    for number, digest in shown.items():
        assert stored[number] not in digest and context.keys.is_signature(digest, stored[number], SHOWN_PURPOSE)
    assert len(set(shown.values())) == len(shown)
