"""What is held about a person goes to the person, and leaves a trace."""

import pytest
from sqlalchemy import select

from api.domains.audit.models import AuditRow
from api.identity import Role, Scope
from api.ids import new_id
from tests.api.conftest import StandingClock, University
from tests.api.people.world import SETUP, actor, make_person, plain
from tests.api.testing.world import build

pytestmark = pytest.mark.anyio

DETAILS = "Окуйт: экран окуу программасы менен"


async def write_special_data(university: University, person: object) -> None:
    office = await university.as_(actor(Role.INCLUSION_OFFICE))
    body = {"categories": ["vision"], "details": DETAILS}
    answer = await office.put(f"/v1/persons/{person}/special-data", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_person_gets_everything_and_what_is_sealed_opened(university: University) -> None:
    class_ = new_id()
    person = await make_person(university.context, roles=[(Role.STUDENT, Scope.CLASS, class_)])
    other = await make_person(university.context, "Башка", "Киши", roles=[(Role.STUDENT, Scope.CLASS, class_)])
    await write_special_data(university, person)
    answer = await (await university.as_(plain(person))).get(f"/v1/persons/{person}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    tables = {table["name"]: table["rows"] for table in answer.json()["tables"]}
    assert tables["person"][0]["family_name"] == "Асанов"
    assert tables["role_assignment"][0]["scope_id"] == str(class_)
    assert tables["person_special_data"][0]["details"] == DETAILS
    assert {row["what"] for row in tables["audit_entry"]} == {"person.create", "role.grant", "special-data.write"}
    assert "Башка" not in answer.text
    assert str(other) not in answer.text
    again = (await (await university.as_(plain(person))).get(f"/v1/persons/{person}/export")).json()
    entries = {table["name"]: table["rows"] for table in again["tables"]}["audit_entry"]
    assert entries[-1]["what"] == "person.export"
    assert {"table": "audit_entry", "column": "by_person", "rows": 1} in again["traces"]


async def test_the_registry_hands_it_out_without_what_is_sealed(university: University) -> None:
    person = await make_person(university.context)
    await write_special_data(university, person)
    registry = actor(Role.REGISTRY)
    answer = await (await university.as_(registry)).get(f"/v1/persons/{person}/export")
    assert answer.status_code == 200
    assert DETAILS not in answer.text
    assert "vision" not in answer.text
    withheld = [(one["table"], one["column"]) for one in answer.json()["withheld"] if one["why"] == "sealed"]
    assert withheld == [("person_special_data", "categories"), ("person_special_data", "details")]
    async with university.context.reading(SETUP) as unit:
        entry = (await unit.session.scalars(select(AuditRow).where(AuditRow.what == "person.export"))).one()
    assert (entry.account, entry.person, entry.facts) == (registry.account, person, {"sealed": "withheld"})


async def test_nobody_else_gets_it(university: University) -> None:
    person, stranger = await make_person(university.context), await make_person(university.context)
    for role in set(Role) - {Role.REGISTRY}:
        client = await university.as_(actor(role))
        assert (await client.get(f"/v1/persons/{person}/export")).status_code in {403, 404}, role
    client = await university.as_(plain(stranger))
    assert (await client.get(f"/v1/persons/{person}/export")).status_code == 404
    assert (await (await university.as_()).get(f"/v1/persons/{person}/export")).status_code == 401
    registry = await university.as_(actor(Role.REGISTRY))
    assert (await registry.get(f"/v1/persons/{new_id()}/export")).status_code == 404


async def test_what_was_agreed_for_somebody_is_for_them_alone(university: University, clock: StandingClock) -> None:
    """The registry hands the export out and learns no accommodation from it, neither there nor from an attempt."""
    world = await build(university, students=1, kinds=["numeric"])
    (student,) = world.students
    assert student.person is not None
    await world.agree(student.person, "additional-testing-time", time_percent=150)
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    await world.start(student, test)
    path = f"/v1/persons/{student.person}/export"
    own = await world.sent(student, "GET", path, 200)
    assert "additional-testing-time" in str(own) and "5400" in str(own)
    handed = await world.sent(actor(Role.REGISTRY, person=new_id()), "GET", path, 200)
    assert "additional-testing-time" not in str(handed) and "5400" not in str(handed)
    withheld = {(one["table"], one["column"]) for one in handed["withheld"] if one["why"] == "sealed"}
    assert {("accommodation", "feature"), ("attempt", "conditions")} < withheld
