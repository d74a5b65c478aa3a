"""Scales are dated data: the registry keeps them, what was used is followed and never changed."""

from datetime import date
from typing import Any

import pytest

from api.domains.scales.errors import NoConversion, NoScaleOnDay
from api.domains.scales.loading import example_text, load_scales
from api.domains.scales.service import convert_grade, scale_on, scale_version
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import University
from tests.api.scales.samples import TITLES, band_body, version_body

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")


def actor(role: Role, scope: Scope = Scope.UNIVERSITY) -> Actor:
    ids = frozenset() if scope is Scope.UNIVERSITY else frozenset({new_id()})
    return Actor(account=new_id(), person=new_id(), roles=(HeldRole(role, scope, ids),), method=Method.SESSION)


async def post(client: Any, path: str, body: Any, status: int = 201) -> Any:
    answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_life_of_a_scale(university: University, context: Context) -> None:
    registry = await university.as_(actor(Role.REGISTRY))
    stranger = await university.as_()
    scale = await post(registry, "/v1/grading-scales", {"code": "points", "titles": TITLES})
    await post(registry, "/v1/grading-scales", {"code": "points", "titles": TITLES}, 409)
    versions = f"/v1/grading-scales/{scale['id']}/versions"
    first = await post(registry, versions, version_body())
    assert (first["number"], first["valid_until"], first["is_confirmed"]) == (1, None, False)

    # not used yet: it may be corrected, by whoever has read it
    at = f"/v1/grading-scale-versions/{first['id']}"
    tag = (await registry.get(at)).headers["ETag"]
    assert (await registry.patch(at, json={"is_confirmed": True})).status_code == 428
    changed = await registry.patch(
        at,
        json={"bands": [band_body("F", 0.0, False), band_body("A", 50.0, True, gpa=4.0)]},
        headers={"If-Match": tag},
    )
    assert changed.status_code == 200, changed.text
    assert (await registry.patch(at, json={"is_confirmed": True}, headers={"If-Match": tag})).status_code == 412
    assert (await stranger.get(f"{at}/grade?points=49.99")).json()["code"] == "F"
    assert (await stranger.get(f"{at}/grade?points=50")).json() == band_body("A", 50.0, True, gpa=4.0)
    assert (await stranger.get(f"{at}/grade?points=100.5")).json()["errors"][0]["code"] == "points-out-of-scale"

    # a new version ends the old one the day before; a third may not lie across
    second = await post(registry, versions, version_body(valid_from="2026-09-01"))
    assert second["number"] == 2
    assert (await registry.get(at)).json()["valid_until"] == "2026-08-31"
    across = await post(registry, versions, version_body(valid_from="2026-08-01", valid_until="2026-09-01"), 422)
    assert across["errors"][0]["code"] == "scale-versions-overlap"
    assert [one["number"] for one in (await stranger.get(versions)).json()["items"]] == [1, 2]
    on = {"code": "points", "on": "2026-08-31"}
    assert (await stranger.get("/v1/grading-scale-versions/on", params=on)).json()["id"] == first["id"]

    # what grades refer to is only followed; that it was compared with its act may still be said
    conversion = {"from_version_id": first["id"], "to_version_id": second["id"], "source": "Agreement 1"}
    await post(registry, "/v1/scale-conversions", conversion | {"grades": {"A": "B"}}, 422)
    await post(registry, "/v1/scale-conversions", conversion | {"grades": {"A": "A"}})
    tag = (await registry.get(at)).headers["ETag"]
    refused = await registry.patch(at, json={"most_points": 200.0}, headers={"If-Match": tag})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/scale-in-use")
    confirmed = await registry.patch(at, json={"is_confirmed": True}, headers={"If-Match": tag})
    assert confirmed.status_code == 200 and confirmed.json()["most_points"] == 100.0

    async with context.reading(JOB) as unit:
        assert (await scale_on(unit, "points", date(2026, 8, 31))).number == 1
        assert (await scale_on(unit, "points", date(2026, 9, 1))).number == 2
        kept = await scale_version(unit, (await scale_on(unit, "points", date(2026, 1, 1))).id)
        assert kept.grade(55).gpa == 4.0
        for code, day in (("points", date(2025, 12, 31)), ("other", date(2026, 9, 1))):
            with pytest.raises(NoScaleOnDay):
                await scale_on(unit, code, day)
        to = await scale_on(unit, "points", date(2026, 9, 1))
        assert (await convert_grade(unit, kept.id, to.id, "A")).code == "A"
        with pytest.raises(NoConversion):
            await convert_grade(unit, kept.id, to.id, "F")
        with pytest.raises(NoConversion):
            await convert_grade(unit, to.id, kept.id, "A")


async def test_only_the_registry_of_the_university_writes_scales(university: University) -> None:
    body = {"code": "points", "titles": TITLES}
    others = [actor(role) for role in Role if role is not Role.REGISTRY] + [actor(Role.REGISTRY, Scope.UNIT)]
    for one in others:
        client = await university.as_(one)
        assert (await client.post("/v1/grading-scales", json=body)).status_code == 403
    assert (await (await university.as_()).post("/v1/grading-scales", json=body)).status_code == 401


async def test_a_wrong_version_names_every_fault_with_its_place(university: University) -> None:
    registry = await university.as_(actor(Role.REGISTRY))
    scale = await post(registry, "/v1/grading-scales", {"code": "points", "titles": TITLES})
    bands = [band_body("A", 10.0, True), band_body("A", 10.0, False), band_body("B", 200.0, True)]
    answer = await post(registry, f"/v1/grading-scales/{scale['id']}/versions", version_body(bands=bands), 422)
    assert {(one["pointer"], one["code"]) for one in answer["errors"]} == {
        ("/bands/0/least", "scale-gap"),
        ("/bands/1/least", "scale-overlap"),
        ("/bands/1/code", "scale-same-code"),
        ("/bands/1/is_pass", "scale-pass-below-fail"),
        ("/bands/2/least", "scale-beyond"),
    }
    lacking = band_body("F", 0.0, False) | {"titles": {"ru": "не сдано"}}
    await post(registry, f"/v1/grading-scales/{scale['id']}/versions", version_body(bands=[lacking]), 422)


async def test_the_examples_are_loaded_once(context: Context) -> None:
    async with context.writing(JOB) as unit:
        assert await load_scales(unit, example_text()) == 4
    async with context.writing(JOB) as unit:
        assert await load_scales(unit, example_text()) == 0
        version = await scale_on(unit, "100-point", date(2026, 9, 1))
    assert not version.is_confirmed and "kgma.kg" in version.source
    assert [version.grade(points).code for points in (59, 60, 75.9, 76, 100)] == [
        "0-59",
        "60-75",
        "60-75",
        "76-85",
        "86-100",
    ]
