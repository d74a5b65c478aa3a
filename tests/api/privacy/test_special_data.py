"""Data of special categories: for one office, sealed, each look recorded."""

import pytest
from sqlalchemy import select, text

from api.domains.audit.models import AuditRow
from api.identity import Role, Scope
from api.ids import new_id
from tests.api.conftest import University
from tests.api.people.world import SETUP, actor, make_person, plain

pytestmark = pytest.mark.anyio

OFFICE = actor(Role.INCLUSION_OFFICE)
BODY = {"categories": ["vision", "mobility"], "details": "Ак таяк, пандус керек"}


async def test_only_the_office_reads_and_writes(university: University) -> None:
    unit_id = new_id()
    person = await make_person(university.context, roles=[(Role.STUDENT, Scope.UNIT, unit_id)])
    address = f"/v1/persons/{person}/special-data"
    office = await university.as_(actor(Role.INCLUSION_OFFICE, Scope.UNIT, unit_id))
    assert (await office.put(address, json=BODY)).status_code == 200
    others = [actor(role) for role in set(Role) - {Role.INCLUSION_OFFICE}]
    others += [actor(Role.INCLUSION_OFFICE, Scope.UNIT, new_id()), plain(person)]
    for other in others:
        client = await university.as_(other)
        for answer in (
            await client.get(address),
            await client.put(address, json=BODY, headers={"If-Match": "*"}),
            await client.delete(address, headers={"If-Match": "*"}),
        ):
            assert answer.status_code in {403, 404}, other
            assert "пандус" not in answer.text
    assert (await (await university.as_()).get(address)).status_code == 401


async def test_whether_there_is_something_shows_to_nobody_else(university: University) -> None:
    known, unknown = await make_person(university.context), await make_person(university.context)
    office = await university.as_(OFFICE)
    assert (await office.put(f"/v1/persons/{known}/special-data", json=BODY)).status_code == 200
    for other in (actor(Role.REGISTRY), actor(Role.SUPPORT), actor(Role.COMMISSION)):
        client = await university.as_(other)
        answers = [await client.get(f"/v1/persons/{person}/special-data") for person in (known, unknown)]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].json() == answers[1].json()


async def test_each_look_stands_in_the_log_that_the_person_reads(university: University) -> None:
    person = await make_person(university.context)
    office = await university.as_(OFFICE)
    address = f"/v1/persons/{person}/special-data"
    assert (await office.get(address)).status_code == 404
    written = await office.put(address, json=BODY)
    read = await office.get(address)
    assert read.json() == written.json()
    assert read.json()["categories"] == ["mobility", "vision"]
    assert read.headers["cache-control"] == "no-store"
    own = (await (await university.as_(plain(person))).get(f"/v1/persons/{person}/audit-entries")).json()["items"]
    assert [one["what"] for one in own] == ["person.create", "special-data.write", "special-data.read"]
    async with university.context.reading(SETUP) as unit:
        entries = (await unit.session.scalars(select(AuditRow))).all()
    assert not any(word in str(entry.facts) for entry in entries for word in ("vision", "mobility", "пандус"))


async def test_what_is_stored_cannot_be_read_without_the_keys(university: University) -> None:
    person = await make_person(university.context)
    await (await university.as_(OFFICE)).put(f"/v1/persons/{person}/special-data", json=BODY)
    async with university.context.reading(SETUP) as unit:
        stored = (await unit.session.execute(text("SELECT categories, details FROM person_special_data"))).one()
    assert all(value.startswith("1:") for value in stored)
    assert not any(word in str(stored) for word in ("vision", "пандус"))


async def test_two_who_write_do_not_overwrite_each_other_and_it_can_be_deleted(university: University) -> None:
    person = await make_person(university.context)
    office = await university.as_(OFFICE)
    address = f"/v1/persons/{person}/special-data"
    tag = {"If-Match": (await office.put(address, json=BODY)).headers["etag"]}
    assert (await office.put(address, json=BODY)).status_code == 428
    changed = await office.put(address, json={**BODY, "details": ""}, headers=tag)
    assert changed.status_code == 200
    assert (await office.put(address, json=BODY, headers=tag)).status_code == 412
    assert (await office.delete(address, headers=tag)).status_code == 412
    assert (await office.delete(address)).status_code == 428
    gone = await office.delete(address, headers={"If-Match": changed.headers["etag"]})
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await office.get(address)).status_code == 404
    assert (await office.put(f"/v1/persons/{new_id()}/special-data", json=BODY)).status_code == 404


async def test_bad_special_data_are_refused_with_the_field(university: University) -> None:
    person = await make_person(university.context)
    office = await university.as_(OFFICE)
    for changes, pointer in (
        ({"categories": []}, "/categories"),
        ({"categories": ["rich"]}, "/categories/0"),
        ({"details": "x" * 20_001}, "/details"),
        ({"person_id": str(new_id())}, "/person_id"),
    ):
        answer = await office.put(f"/v1/persons/{person}/special-data", json={**BODY, **changes})
        assert answer.status_code == 422, changes
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
