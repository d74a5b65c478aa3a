"""Licensed library links: seen by those entitled, on the days of the licence, and in no public answer."""

from pathlib import Path
from typing import Any

import pytest

from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import StandingClock, University
from tests.api.courses.samples import REGISTRY, STRANGER, actor
from tests.api.courses.test_catalogue import Scene, entitled_and_not, items, stage

pytestmark = pytest.mark.anyio
ADDRESS = "https://licensed.example/secret-path"


def body(scene: Scene, **other: Any) -> dict[str, Any]:
    return {
        "provider": "IPR SMART",
        "titles": {"ky": "Электрондук китепкана"},
        "url": ADDRESS,
        "type": "database",
        "languages": ["ru"],
        "holder": "IPR Media",
        "licence": "Келишим № 12",
        "unit_id": str(scene.places.library),
        "starts_on": "2026-09-01",
        "ends_on": "2026-12-31",
        **other,
    }


async def add(university: University, scene: Scene, **other: Any) -> str:
    answer = await (await university.as_(REGISTRY)).post("/v1/library-links/", json=body(scene, **other))
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def sees(university: University, one: Any, link: str) -> bool:
    """Whether the link is seen; the list and the single link must agree."""
    client = await university.as_(one)
    answer = await client.get("/v1/library-links/?limit=200")
    listed = answer.status_code == 200 and link in {found["id"] for found in answer.json()["items"]}
    single = await client.get(f"/v1/library-links/{link}")
    assert (single.status_code == 200) == listed
    if not listed:
        assert link not in answer.text
        assert ADDRESS not in single.text
        assert single.status_code in (401, 403, 404)
    return listed


async def test_a_link_for_a_course_is_seen_by_members_of_its_classes(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    link = await add(university, scene, course_ids=[str(scene.closed)])
    _, no = entitled_and_not(scene)
    for role in (Role.STUDENT, Role.INSTRUCTOR):
        assert await sees(university, actor((role, Scope.CLASS, scene.class_)), link)
    for who, one in no.items():
        assert not await sees(university, one if one.is_signed_in else None, link), who


async def test_a_link_for_a_unit_is_seen_in_it_and_below(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    places = scene.places
    institute = await add(university, scene, unit_ids=[str(places.institute)])
    law = await add(university, scene, unit_ids=[str(places.law)])
    student = actor((Role.STUDENT, Scope.UNIT, places.informatics))
    in_class = actor((Role.STUDENT, Scope.CLASS, scene.class_))  # of a course of informatics
    for one in (student, in_class):
        assert await sees(university, one, institute)
        assert not await sees(university, one, law)
    assert await sees(university, actor((Role.STUDENT, Scope.UNIT, places.law)), law)
    assert not await sees(university, actor((Role.CURATOR, Scope.GROUP, new_id())), institute)


async def test_a_link_for_all_is_for_members_of_the_university_alone(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    link = await add(university, scene, covers_all=True)
    assert await sees(university, actor((Role.STUDENT, Scope.PROGRAMME, new_id())), link)
    assert not await sees(university, STRANGER, link)
    assert not await sees(university, None, link)
    assert (await (await university.as_(None)).get("/v1/library-links/")).status_code == 401
    assert (await (await university.as_(STRANGER)).get("/v1/library-links/")).status_code == 403


async def test_a_link_is_seen_on_the_days_of_its_licence(
    context: Context, university: University, tmp_path: Path, clock: StandingClock
) -> None:
    scene = await stage(context, tmp_path)
    student = actor((Role.STUDENT, Scope.CLASS, scene.class_))
    link = await add(university, scene, covers_all=True, starts_on="2026-09-02", ends_on="2026-09-03")
    seen = []
    for _ in range(4):  # 1 to 4 September, 10 o'clock in Bishkek
        seen.append(await sees(university, student, link))
        clock.advance(days=1)
    assert seen == [False, True, True, False]
    assert await sees(university, REGISTRY, link)
    clock.advance(days=-2, hours=13, minutes=59)  # 3 September, 23:59 in Bishkek
    assert await sees(university, student, link)
    clock.advance(minutes=2)
    assert not await sees(university, student, link)


async def test_the_address_stands_in_no_public_answer(context: Context, university: University, tmp_path: Path) -> None:
    scene = await stage(context, tmp_path)
    link = await add(university, scene, covers_all=True)
    client = await university.as_(None)
    for url in (
        *("/v1/courses/", "/v1/resources/", f"/v1/courses/{scene.open}", f"/v1/courses/{scene.open}/revisions"),
        *("/v1/library-links/", f"/v1/library-links/{link}", f"/v1/courses/{scene.open}/package-readiness"),
    ):
        assert "licensed.example" not in (await client.get(url)).text


async def test_links_are_kept_by_the_registry_and_by_heads_for_their_own_unit(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    places = scene.places
    head = actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.informatics))
    client = await university.as_(head)
    refused = await client.post("/v1/library-links/", json=body(scene, covers_all=True))
    assert refused.status_code == 403
    own = await client.post("/v1/library-links/", json=body(scene, covers_all=True, unit_id=str(places.informatics)))
    assert own.status_code == 201
    library = await add(university, scene, covers_all=True)
    answer = await client.patch(f"/v1/library-links/{library}", json={"licence": "x"}, headers={"If-Match": "*"})
    assert answer.status_code == 403  # the head may use it, not change it
    student = await university.as_(actor((Role.STUDENT, Scope.CLASS, scene.class_)))
    assert (await student.post("/v1/library-links/", json=body(scene, covers_all=True))).status_code == 403
    answer = await student.patch(f"/v1/library-links/{library}", json={"licence": "x"}, headers={"If-Match": "*"})
    assert answer.status_code == 403


async def test_two_who_change_a_link_get_one_412(context: Context, university: University, tmp_path: Path) -> None:
    scene = await stage(context, tmp_path)
    link = await add(university, scene, course_ids=[str(scene.closed)])
    client = await university.as_(REGISTRY)
    tag = (await client.get(f"/v1/library-links/{link}")).headers["etag"]
    url, headers = f"/v1/library-links/{link}", {"If-Match": tag}
    first = await client.patch(url, json={"course_ids": [str(scene.open)]}, headers=headers)
    second = await client.patch(url, json={"ends_on": "2026-10-01"}, headers=headers)
    assert (first.status_code, second.status_code) == (200, 412)
    found = (await client.get(url)).json()
    assert (found["course_ids"], found["ends_on"]) == ([str(scene.open)], "2026-12-31")
    assert (await client.patch(url, json={"ends_on": None})).status_code == 428
    by_course = await items(client, f"/v1/library-links/?course_id={scene.open}")
    assert [one["id"] for one in by_course] == [link]
    assert await items(client, f"/v1/library-links/?course_id={scene.closed}") == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_link_that_is_wrong_is_refused_with_its_field(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    client = await university.as_(REGISTRY)
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "/covers_all"),
        ({"covers_all": True, "unit_ids": [str(scene.places.law)]}, "/covers_all"),
        ({"covers_all": True, "ends_on": "2026-08-31"}, "/ends_on"),
        ({"course_ids": [str(scene.open), str(new_id())]}, "/course_ids/1"),
        ({"unit_ids": [str(new_id())]}, "/unit_ids/0"),
        ({"covers_all": True, "unit_id": str(new_id())}, "/unit_id"),
        ({"covers_all": True, "url": "javascript:alert(1)"}, "/url"),
        ({"covers_all": True, "url": "https://user:password@host.example/"}, "/url"),
        ({"covers_all": True, "type": "picture"}, "/type"),
        ({"covers_all": True, "starts_on": "2026-02-30"}, "/starts_on"),
        ({"covers_all": True, "languages": ["к"]}, "/languages/0"),
        ({"course_ids": [str(new_id())] * 201}, "/course_ids"),
    ]
    for other, pointer in cases:
        answer = await client.post("/v1/library-links/", json=body(scene, **other))
        assert answer.status_code == 422, (other, answer.text)
        assert pointer in [one["pointer"] for one in answer.json()["errors"]], answer.text
    assert await items(client, "/v1/library-links/") == []
