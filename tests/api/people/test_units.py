"""The tree of units."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from api.domains.people import service, units
from api.domains.people.errors import UnitCycle
from api.domains.people.models import UnitRow
from api.domains.people.rules import DEEPEST_UNIT, UnitKind
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import University
from tests.api.people.world import SETUP, actor, make_unit, titles

pytestmark = pytest.mark.anyio
ADMINISTRATOR = actor(Role.ADMINISTRATOR)


async def test_the_tree_is_public_and_written_by_few(university: University) -> None:
    client = await university.as_(ADMINISTRATOR)
    root = await client.post("/v1/units", json={"code": "U", "kind": "university", "titles": titles("Университет")})
    assert root.status_code == 201, root.text
    body = {"code": "I-1", "kind": "institute", "titles": titles("Институт"), "parent_id": root.json()["id"]}
    made = await client.post("/v1/units", json=body)
    assert made.status_code == 201
    visitor = await university.as_()
    assert [one["code"] for one in (await visitor.get("/v1/units")).json()["items"]] == ["U", "I-1"]
    assert [one["code"] for one in (await visitor.get("/v1/units?kind=institute")).json()["items"]] == ["I-1"]
    below = await visitor.get(f"/v1/units?parent={root.json()['id']}")
    assert [one["code"] for one in below.json()["items"]] == ["I-1"]
    assert (await visitor.get(f"/v1/units/{made.json()['id']}")).json() == made.json()
    assert (await visitor.get(f"/v1/units/{new_id()}")).status_code == 404
    assert (await visitor.post("/v1/units", json=body)).status_code == 401
    for role, scope in ((Role.DEANS_OFFICE, Scope.UNIT), (Role.REGISTRY, Scope.UNIT), (Role.STUDENT, Scope.CLASS)):
        other = await university.as_(actor(role, scope, new_id()))
        assert (await other.post("/v1/units", json={**body, "code": "I-2"})).status_code == 403


BAD_UNITS: list[tuple[dict[str, Any], int, str]] = [
    ({"titles": {"ky": "Институт"}}, 422, "/titles title-missing"),
    ({"titles": {**titles("x"), "de": "x"}}, 422, "/problems/invalid-fields"),
    ({"parent_id": str(new_id())}, 422, "/parent_id no-such-unit"),
    ({"parent_id": None}, 422, "/parent_id parent-needed"),
    ({"kind": "university"}, 422, "/parent_id parent-of-university"),
    ({"kind": "university", "parent_id": None}, 409, "/problems/university-stays"),
    ({"code": "U"}, 409, "/problems/code-taken"),
    ({"kind": "club"}, 422, "/kind unknown-value"),
]


async def test_bad_units_are_refused(university: University) -> None:
    root = await make_unit(university.context, "U", UnitKind.UNIVERSITY)
    client = await university.as_(ADMINISTRATOR)
    body = {"code": "I", "kind": "institute", "titles": titles("Институт"), "parent_id": str(root)}
    for changes, status, what in BAD_UNITS:
        answer = await client.post("/v1/units", json={**body, **changes})
        assert answer.status_code == status, changes
        said = [f"{one['pointer']} {one['code']}" for one in answer.json().get("errors", [])]
        assert what in [answer.json()["type"], *said], changes


async def change(university: University, unit_id: object, **body: Any) -> tuple[int, str]:
    client = await university.as_(ADMINISTRATOR)
    tag = (await client.get(f"/v1/units/{unit_id}")).headers["etag"]
    answer = await client.patch(f"/v1/units/{unit_id}", json=body, headers={"If-Match": tag})
    return answer.status_code, answer.json().get("type", "")


async def test_units_move_but_never_into_themselves(university: University) -> None:
    context = university.context
    root = await make_unit(context, "U", UnitKind.UNIVERSITY)
    one = await make_unit(context, "I1", UnitKind.INSTITUTE, root)
    two = await make_unit(context, "I2", UnitKind.INSTITUTE, root)
    below = await make_unit(context, "D", UnitKind.DEPARTMENT, one)
    assert await change(university, below, parent_id=str(two)) == (200, "")
    assert await change(university, two, parent_id=str(below)) == (409, "/problems/unit-cycle")
    assert await change(university, two, parent_id=str(two)) == (409, "/problems/unit-cycle")
    assert await change(university, root, parent_id=str(one)) == (409, "/problems/university-stays")
    async with context.reading(SETUP) as unit:
        assert await service.units_above(unit, below) == (below, two, root)
        assert await service.units_above(unit, new_id()) == ()
        assert await service.unit_kind(unit, two) == "institute"


async def test_two_moves_at_once_make_no_cycle(context: Context) -> None:
    root = await make_unit(context, "U", UnitKind.UNIVERSITY)
    one = await make_unit(context, "I1", UnitKind.INSTITUTE, root)
    two = await make_unit(context, "I2", UnitKind.INSTITUTE, root)

    async def move(unit_id: Any, parent_id: Any) -> str:
        try:
            async with context.writing(SETUP) as unit:
                await units.move_unit(unit, await unit.session.get_one(UnitRow, unit_id), parent_id)
        except UnitCycle:
            return "refused"
        return "moved"

    assert sorted(await asyncio.gather(move(one, two), move(two, one))) == ["moved", "refused"]
    async with context.reading(SETUP) as unit:
        ids = (await unit.session.scalars(select(UnitRow.id))).all()
        roots = [(await service.units_above(unit, id_))[-1] for id_ in ids]
    assert roots == [root] * 3


async def test_the_tree_has_a_bottom(university: University) -> None:
    context = university.context
    parent = await make_unit(context, "U", UnitKind.UNIVERSITY)
    chain = [parent]
    for depth in range(1, DEEPEST_UNIT):
        chain.append(await make_unit(context, f"D{depth}", UnitKind.DEPARTMENT, chain[-1]))
    client = await university.as_(ADMINISTRATOR)
    body = {"code": "X", "kind": "department", "titles": titles("x"), "parent_id": str(chain[-1])}
    answer = await client.post("/v1/units", json=body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/unit-too-deep")
    beside = await make_unit(context, "B", UnitKind.DEPARTMENT, parent)
    await make_unit(context, "B1", UnitKind.DEPARTMENT, beside)
    assert await change(university, beside, parent_id=str(chain[-2])) == (409, "/problems/unit-too-deep")
    assert await change(university, beside, parent_id=str(chain[-3])) == (200, "")


async def test_a_unit_is_closed_from_below_and_takes_nothing_in_afterwards(university: University) -> None:
    context = university.context
    root = await make_unit(context, "U", UnitKind.UNIVERSITY)
    institute = await make_unit(context, "I", UnitKind.INSTITUTE, root)
    department = await make_unit(context, "D", UnitKind.DEPARTMENT, institute)
    assert await change(university, root, closed_on="2026-12-31") == (409, "/problems/university-stays")
    assert await change(university, institute, closed_on="2026-12-31") == (409, "/problems/unit-has-open-parts")
    assert await change(university, department, closed_on="2026-12-31") == (200, "")
    assert await change(university, institute, closed_on="2026-11-30") == (409, "/problems/unit-has-open-parts")
    assert await change(university, institute, closed_on="2026-12-31") == (200, "")
    assert await change(university, department, closed_on=None) == (409, "/problems/unit-closed")
    body = {"code": "N", "kind": "department", "titles": titles("x"), "parent_id": str(institute)}
    answer = await (await university.as_(ADMINISTRATOR)).post("/v1/units", json=body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/unit-closed")


async def test_who_writes_over_what_was_not_read_is_refused(university: University) -> None:
    root = await make_unit(university.context, "U", UnitKind.UNIVERSITY)
    client = await university.as_(ADMINISTRATOR)
    tag = (await client.get(f"/v1/units/{root}")).headers["etag"]
    body = {"titles": titles("Жаңы")}
    assert (await client.patch(f"/v1/units/{root}", json=body)).status_code == 428
    assert (await client.patch(f"/v1/units/{root}", json=body, headers={"If-Match": tag})).status_code == 200
    assert (await client.patch(f"/v1/units/{root}", json=body, headers={"If-Match": tag})).status_code == 412


async def test_the_roles_of_a_unit_are_read_by_its_office(university: University) -> None:
    root = await make_unit(university.context, "U", UnitKind.UNIVERSITY)
    office = await university.as_(actor(Role.DEANS_OFFICE, Scope.UNIT, root))
    assert (await office.get(f"/v1/units/{root}/roles?in_force_on=2026-09-01")).json() == {"items": [], "next": None}
    other = await university.as_(actor(Role.DEANS_OFFICE, Scope.UNIT, new_id()))
    assert (await other.get(f"/v1/units/{root}/roles")).status_code == 403
    assert (await office.get(f"/v1/units/{new_id()}/roles")).status_code == 404
