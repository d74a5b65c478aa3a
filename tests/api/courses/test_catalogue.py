"""The public catalogue, and what only those entitled see: through HTTP, on both databases."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.domains.courses.models import CourseRow, ResourceRow
from api.domains.courses.service import sync_manifest
from api.identity import VISITOR, Actor, Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import StandingClock, University
from tests.api.courses.samples import (
    INCLUSION,
    JOB,
    REGISTRY,
    STRANGER,
    Places,
    actor,
    artefact,
    course,
    in_all_forms,
    lesson,
    make_class,
    make_person,
    make_places,
    make_session,
    manifest,
    resource,
    write,
)

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Scene:
    """Two courses of one department: `open` with everything public, `closed` with a restricted lesson."""

    places: Places
    open: UUID
    closed: UUID
    secret: UUID
    """The restricted lesson of `closed`."""
    class_: UUID
    other_class: UUID
    path: Path


async def stage(context: Context, tmp_path: Path) -> Scene:
    places = await make_places(context)
    public = course(
        "open", lessons=[lesson("files", 1), lesson("nets", 2, ["ru"])], resources=[resource("media/a.svg")]
    )
    closed = course("closed", lessons=[lesson("plain", 1), lesson("secret", 2, access="restricted")])
    made = [
        *in_all_forms(replace(public, lessons=public.lessons[:1]), ("html", "brf")),
        artefact("open", "files", "ky", "html", variant="easy"),
        *in_all_forms(closed, ("html", "large-print")),
        artefact("closed", "secret", "ky", "captions"),
    ]
    path = write(tmp_path / "m.json", manifest([public, closed], made))
    await sync_manifest(context, path)
    async with context.reading(JOB) as unit:
        ids = dict((await unit.session.execute(select(CourseRow.code, CourseRow.id))).all())
        secret = (await unit.session.scalars(select(ResourceRow.id).where(ResourceRow.name == "secret"))).one()
    session = await make_session(context, date(2026, 9, 1), date(2027, 6, 30))
    class_ = await make_class(context, ids["closed"], session, places.informatics)
    other = await make_class(context, ids["open"], session, places.informatics)
    return Scene(places, ids["open"], ids["closed"], secret, class_, other, path)


async def items(client: httpx.AsyncClient, url: str) -> list[dict[str, Any]]:
    answer = await client.get(url)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def codes(client: httpx.AsyncClient, query: str) -> list[str]:
    return [one["code"] for one in await items(client, f"/v1/courses/?{query}")]


async def test_everybody_finds_courses_by_language_type_and_form(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    client = await university.as_(None)
    assert await codes(client, "") == ["closed", "open"]
    assert await codes(client, "form=braille&language=ky") == ["open"]
    assert await codes(client, "form=braille&language=en") == []
    assert await codes(client, "form=large-print&language=ru") == ["closed"]
    assert await codes(client, "form=easy-language&language=ky") == ["open"]
    assert await codes(client, "form=easy-language&language=ru") == []
    assert await codes(client, "type=picture") == ["open"]
    assert await codes(client, "type=picture&language=ru") == []
    assert await codes(client, "type=picture&form=braille") == ["open"]
    assert await codes(client, "type=picture&form=large-print") == []
    assert await codes(client, f"unit_id={scene.places.informatics}&form=page") == ["closed", "open"]
    assert await codes(client, f"unit_id={scene.places.law}") == []
    assert await codes(client, "without_unit=true") == []
    assert await codes(client, "form=captions") == []  # of restricted material alone


async def test_a_course_is_shown_with_its_rights_people_and_credits(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    client = await university.as_(None)
    answer = await client.get(f"/v1/courses/{scene.open}")
    found = answer.json()
    assert answer.headers["etag"] == f'"{found["version"]}"'
    assert (found["code"], found["ects"], found["national_credits"]) == ("open", 3.0, 3.0)
    assert found["rights"] == {"holder": course().holder, "licence": "CC-BY-4.0", "access": "public"}
    assert found["people"] == [{"name": "Бакыт Эсенов", "role": "responsible"}]
    assert found["titles"]["ky"] == "Санариптик сабаттуулук"
    assert (await client.get(f"/v1/courses/{new_id()}")).status_code == 404


async def test_files_have_addresses_below_the_site(context: Context, university: University, tmp_path: Path) -> None:
    scene = await stage(context, tmp_path)
    client = await university.as_(None)
    found = await items(client, f"/v1/resources/?course_id={scene.open}&form=braille")
    assert [one["name"] for one in found] == ["files"]
    files = await items(client, f"/v1/resources/{found[0]['id']}/renditions")
    braille = next(one for one in files if one["form"] == "braille" and one["language"] == "ky")
    assert braille["url"] == "/ky/open/files.standard.brf"
    assert (braille["size"], len(braille["digest"])) == (1000, 64)
    assert [one["form"] for one in files if one["variant"] == "easy"] == ["easy-language"]


def entitled_and_not(scene: Scene) -> tuple[dict[str, Actor], dict[str, Actor]]:
    places = scene.places
    yes = {
        "student of a class": actor((Role.STUDENT, Scope.CLASS, scene.class_)),
        "instructor of a class": actor((Role.INSTRUCTOR, Scope.CLASS, scene.class_)),
        "head of the department": actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.informatics)),
        "inclusive-education office": INCLUSION,
        "registry": REGISTRY,
    }
    no = {
        "visitor": VISITOR,
        "nobody in particular": STRANGER,
        "student of another class": actor((Role.STUDENT, Scope.CLASS, scene.other_class)),
        "instructor of another class": actor((Role.INSTRUCTOR, Scope.CLASS, scene.other_class)),
        "student of the department": actor((Role.STUDENT, Scope.UNIT, places.informatics)),
        "student of a programme": actor((Role.STUDENT, Scope.PROGRAMME, new_id())),
        "head of another department": actor((Role.DEPARTMENT_HEAD, Scope.UNIT, places.law)),
        "member of a council": actor((Role.COMMISSION, Scope.UNIT, places.council)),
        "curator": actor((Role.CURATOR, Scope.GROUP, new_id())),
    }
    return yes, no


async def test_restricted_material_is_seen_by_those_entitled_alone_in_lists_and_one_by_one(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    yes, no = entitled_and_not(scene)
    for who, one in {**yes, **no}.items():
        client = await university.as_(None if one is VISITOR else one)
        listed = [found["id"] for found in await items(client, f"/v1/resources/?course_id={scene.closed}")]
        everywhere = [found["id"] for found in await items(client, "/v1/resources/?language=ky")]
        by_form = [found["id"] for found in await items(client, "/v1/resources/?form=captions")]
        statuses = {
            (await client.get(f"/v1/resources/{scene.secret}{below}")).status_code
            for below in ("", "/renditions", "/revisions")
        }
        expected = who in yes
        assert (str(scene.secret) in listed) == expected, who
        assert (str(scene.secret) in everywhere) == expected, who
        assert (str(scene.secret) in by_form) == expected, who
        assert statuses == ({200} if expected else {404}), who


async def test_restricted_files_have_no_address_on_the_public_site(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    client = await university.as_(actor((Role.STUDENT, Scope.CLASS, scene.class_)))
    found = await items(client, f"/v1/resources/{scene.secret}/renditions")
    assert found
    assert {one["url"] for one in found} == {None}


async def test_the_history_is_readable_and_hides_what_was_restricted(
    context: Context, university: University, tmp_path: Path, clock: StandingClock
) -> None:
    scene = await stage(context, tmp_path)
    found = json.loads(scene.path.read_text(encoding="utf-8"))
    clock.advance(days=30)
    for one in found["courses"]:
        for two in one["lessons"]:
            two["access"] = "public"
    scene.path.write_text(json.dumps(found), encoding="utf-8")
    await sync_manifest(context, scene.path)
    url = f"/v1/resources/{scene.secret}/revisions"
    for one, sees in ((None, False), (STRANGER, False), (actor((Role.STUDENT, Scope.CLASS, scene.class_)), True)):
        first, second = await items(await university.as_(one), url)
        assert [first["change"], second["change"]] == ["added", "changed"]
        assert first["recorded_at"].startswith("2026-09-01T04:00:00")
        assert second["recorded_at"].startswith("2026-10-01T04:00:00")
        assert len(first["digest"]) == 64
        assert first["digest"] != second["digest"]
        assert (first["content"] is not None) == sees
        assert second["content"]["access"] == "public"
        assert {file["path"] for file in second["content"]["renditions"]} >= {"ky/closed/secret.standard.html"}


async def test_withdrawn_material_is_for_offices(context: Context, university: University, tmp_path: Path) -> None:
    scene = await stage(context, tmp_path)
    await sync_manifest(context, write(scene.path, manifest([course("closed", lessons=[lesson("plain", 1)])])))
    student = actor((Role.STUDENT, Scope.CLASS, scene.class_))
    for one, sees in ((None, False), (student, False), (REGISTRY, True)):
        client = await university.as_(one)
        listed = [found["id"] for found in await items(client, "/v1/resources/?state=withdrawn")]
        assert (str(scene.secret) in listed) == sees
        assert (await client.get(f"/v1/resources/{scene.secret}")).status_code == (200 if sees else 404)
    client = await university.as_(None)
    assert await codes(client, "") == ["closed"]
    assert await codes(client, "state=withdrawn") == ["open"]
    assert (await client.get(f"/v1/courses/{scene.open}")).json()["state"] == "withdrawn"
    revisions = await items(client, f"/v1/courses/{scene.open}/revisions")
    assert [one["change"] for one in revisions] == ["added", "withdrawn"]


async def test_pages_of_the_catalogue_neither_skip_nor_repeat(
    context: Context, university: University, tmp_path: Path
) -> None:
    found = [course(f"c{number:02}") for number in range(25)]
    made = [artefact(one.id, "files", "ky", "brf") for one in found if one.id != "c07"]
    await sync_manifest(context, write(tmp_path / "m.json", manifest(found, made)))
    client = await university.as_(None)
    for query, expected in (("", 25), ("&form=braille&language=ky", 24)):
        seen: list[str] = []
        cursor = ""
        while True:
            answer = (await client.get(f"/v1/courses/?limit=7{query}{cursor}")).json()
            seen += [one["code"] for one in answer["items"]]
            if answer["next"] is None:
                break
            cursor = f"&cursor={answer['next']}"
        assert seen == sorted(set(seen))
        assert len(seen) == expected


async def test_a_unit_is_assigned_by_hand_and_no_manifest_takes_it_back(
    context: Context, university: University, tmp_path: Path
) -> None:
    places = await make_places(context)
    entry = course(units={"ky": "Жок кафедра"}, resources=[resource("media/a.svg", unit="Башка бөлүм")])
    path = write(tmp_path / "m.json", manifest([entry]))
    await sync_manifest(context, path)
    client = await university.as_(REGISTRY)
    (found,) = await items(client, "/v1/courses/?without_unit=true")
    assert found["unit_names"] == {"ky": "Жок кафедра"}
    url = f"/v1/courses/{found['id']}"
    person = await make_person(context)
    body = {"unit_id": str(places.law), "responsible_id": str(person)}
    assert (await client.patch(url, json=body)).status_code == 428
    assert (await client.patch(url, json=body, headers={"If-Match": '"77"'})).status_code == 412
    answer = await client.patch(url, json=body, headers={"If-Match": f'"{found["version"]}"'})
    assert answer.status_code == 200, answer.text
    assert answer.json()["unit_id"] == str(places.law)
    assert "responsible_id" not in answer.text  # a person's id is not for the public catalogue
    (file,) = await items(client, f"/v1/resources/?course_id={found['id']}&type=picture")
    assert file["unit_id"] is None
    (lesson_,) = [one for one in await items(client, "/v1/resources/") if one["kind"] == "lesson"]
    assert lesson_["unit_id"] == str(places.law)
    headers = {"If-Match": f'"{file["version"]}"'}
    answer = await client.patch(f"/v1/resources/{file['id']}", json={"unit_id": str(places.library)}, headers=headers)
    assert answer.status_code == 200, answer.text
    report = await sync_manifest(context, path)
    assert (report.is_changed, report.unmatched) == (False, [])
    assert (await client.get(url)).json()["unit_id"] == str(places.law)
    assert (await client.get(f"/v1/resources/{file['id']}")).json()["unit_id"] == str(places.library)
    for bad, pointer in (
        ({"unit_id": str(new_id())}, "/unit_id"),
        ({"responsible_id": str(new_id())}, "/responsible_id"),
    ):
        tag = (await client.get(url)).headers["etag"]
        answer = await client.patch(url, json=bad, headers={"If-Match": tag})
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_courses_are_added_and_changed_by_their_keepers_alone(
    context: Context, university: University, tmp_path: Path
) -> None:
    scene = await stage(context, tmp_path)
    yes, no = entitled_and_not(scene)
    places = scene.places
    body = {"code": "law-1", "titles": {"ky": "Укук негиздери"}, "unit_id": str(places.informatics), "ects": 5}
    keepers = {"head of the department", "registry"}
    for who, one in {**yes, **no}.items():
        client = await university.as_(None if one is VISITOR else one)
        answer = await client.post("/v1/courses/", json={**body, "code": f"x{abs(hash(who)) % 10**9}"})
        expected = 201 if who in keepers else (401 if one is VISITOR else 403)
        assert answer.status_code == expected, (who, answer.text)
        answer = await client.patch(f"/v1/courses/{scene.closed}", json={"ects": 4.0}, headers={"If-Match": "*"})
        assert answer.status_code == (200 if who in keepers else 401 if one is VISITOR else 403), (who, answer.text)
    client = await university.as_(REGISTRY)
    first = await client.post("/v1/courses/", json=body, headers={"Idempotency-Key": "a"})
    again = await client.post("/v1/courses/", json=body, headers={"Idempotency-Key": "a"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["location"] == f"/v1/courses/{first.json()['id']}"
    taken = await client.post("/v1/courses/", json=body)
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/course-code-taken")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"code": "../x", "titles": {"ky": "a"}}, "/code"),
        ({"code": "a b", "titles": {"ky": "a"}}, "/code"),
        ({"code": "a", "titles": {}}, "/titles"),
        ({"code": "a", "titles": {"kg": "a"}}, "/titles"),
        ({"code": "a", "titles": {"ky": "a\u0000"}}, "/titles"),
        ({"code": "a", "titles": {"ky": "a"}, "ects": 0}, "/ects"),
        ({"code": "a", "titles": {"ky": "a"}, "ects": 1e9}, "/ects"),
        ({"code": "a", "titles": {"ky": "a"}, "unit_id": "0"}, "/unit_id"),
        ({"code": "a", "titles": {"ky": "a"}, "digest": "a"}, "/digest"),
        ({"titles": {"ky": "a"}}, "/code"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_course_that_is_wrong_is_refused_with_its_field(
    university: University, body: dict[str, Any], pointer: str
) -> None:
    client = await university.as_(REGISTRY)
    answer = await client.post("/v1/courses/", json=body)
    assert answer.status_code == 422, answer.text
    assert any(one["pointer"].startswith(pointer) for one in answer.json()["errors"]), answer.text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_filters_that_make_no_sense_are_refused(university: University) -> None:
    client = await university.as_(None)
    for query in (
        "form=hologram",
        "type=x",
        "language=%00",
        "unit_id=1",
        "state=lost",
        "limit=0",
        "cursor=x",
        "language=",
    ):
        for url in ("/v1/courses/", "/v1/resources/"):
            if (url, query.split("=")[0]) == ("/v1/resources/", "unit_id"):
                continue
            assert (await client.get(f"{url}?{query}")).status_code in (400, 422), (url, query)
