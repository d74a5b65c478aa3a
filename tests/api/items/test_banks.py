"""Banks over HTTP: who may, what is refused, what never changes, what never leaves."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.enrolment.service import recognise_course
from api.domains.items import service
from api.domains.items.checking import kind_of
from api.domains.items.models import ItemKeyRow, ItemVersionRow
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from tests.api.conftest import University
from tests.api.items.pictures import PNG
from tests.api.items.samples import (
    CONTENTS,
    JOB,
    OFFICE,
    Place,
    actor,
    make_bank,
    make_item,
    make_place,
    parts,
    teacher,
    version,
)

pytestmark = pytest.mark.anyio


async def test_a_bank_from_its_making_to_its_use(university: University) -> None:
    place = await make_place(university.context)
    me = teacher(place)
    client = await university.as_(me)
    bank = await make_bank(university, place, me)
    ids = {kind: await make_item(university, bank, me, kind, kind) for kind in CONTENTS}

    listed = (await client.get(f"/v1/item-banks/{bank}/items?limit=3")).json()
    assert [one["kind"] for one in listed["items"]] == list(CONTENTS)[:3] and listed["next"]
    only = (await client.get(f"/v1/item-banks/{bank}/items?kind=essay")).json()["items"]
    assert [one["code"] for one in only] == ["essay"]

    # What a student would see: the language asked for, or a refusal; never another one
    preview = f"/v1/item-versions/{ids['matching']}/preview"
    shown = (await client.get(f"{preview}?language=ru&seed=1")).json()["question"]
    assert shown["prompt"].endswith("(рус.)") and len(shown["targets"]) == 3
    assert (await client.get(f"{preview}?language=ru&seed=1")).json()["question"] == shown
    other = await client.post(
        f"/v1/item-banks/{bank}/items",
        json={
            "code": "ky-only",
            "version": {
                "points": 1,
                "content": {"kind": "essay", "prompt": {"ky": "Эмне үчүн?"}},
                "key": {"kind": "essay"},
            },
        },
    )
    (only_ky,) = (await client.get(f"/v1/items/{other.json()['id']}/versions")).json()["items"]
    absent = await client.get(f"/v1/item-versions/{only_ky['id']}/preview?language=en")
    assert absent.status_code == 409 and absent.json()["values"]["available"] == ["ky"]

    # An author tries the key out
    numeric = f"/v1/item-versions/{ids['numeric']}/try"
    for value, points in (("3,6", 2.0), ("3.61", 0.0), ("three", 0.0)):
        tried = await client.post(numeric, json={"answer": {"kind": "numeric", "value": value}})
        assert tried.json()["points"] == points, tried.text
    wrong = await client.post(numeric, json={"answer": {"kind": "essay", "text": "?"}})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["pointer"] == "/answer/kind"

    # Written anew while nobody has seen it, with the reader's version; never after that
    url = f"/v1/item-versions/{ids['essay']}"
    assert (await client.put(url, json=version("essay"))).status_code == 428
    assert (await client.put(url, json=version("essay"), headers={"If-Match": '"9"'})).status_code == 412
    changed = await client.put(url, json=version("essay", 5), headers={"If-Match": '"1"'})
    assert changed.status_code == 200 and changed.json()["points"] == 5
    async with university.context.writing(JOB) as unit:
        await service.mark_used(unit, [UUID(ids["essay"])])
        await service.mark_used(unit, [UUID(ids["essay"])])
    used = await client.get(url)
    assert used.json()["used_at"] is not None
    refused = await client.put(url, json=version("essay"), headers={"If-Match": used.headers["etag"]})
    assert refused.status_code == 409 and refused.json()["type"] == "/problems/item-version-used"
    item = used.json()["item_id"]
    second = await client.post(f"/v1/items/{item}/versions", json=version("essay", 3))
    assert second.status_code == 201 and second.json()["number"] == 2
    assert (await client.get(url)).json()["points"] == 5
    other_kind = await client.post(f"/v1/items/{item}/versions", json=version("numeric"))
    assert other_kind.status_code == 422

    # New tests draw the newest versions of active items
    await client.post(f"/v1/items/{item}/retire")
    assert (await client.post(f"/v1/items/{item}/retire")).status_code == 409
    async with university.context.reading(JOB) as unit:
        drawn = await service.draw_candidates(unit, bank_ids=[UUID(bank)], languages=["ru"])
        everything = await service.draw_candidates(unit, bank_ids=[UUID(bank)])
        named = await service.draw_candidates(unit, item_ids=[everything[0].item_id], kinds=[everything[0].kind])
        found = await service.versions(unit, [one.version_id for one in everything])
        keys = await service.keys_of(unit, found)
    assert [one.kind for one in drawn] == [kind for kind in CONTENTS if kind != "essay"]
    assert len(everything) == len(drawn) + 1 and [one.item_id for one in named] == [everything[0].item_id]
    assert {id_: kind_of(key) for id_, key in keys.items()} == {id_: one.kind for id_, one in found.items()}

    # Closed: nothing comes in any more
    await client.post(f"/v1/item-banks/{bank}/close")
    late = await client.post(f"/v1/item-banks/{bank}/items", json={"code": "late", "version": version("essay")})
    assert late.status_code == 409 and late.json()["type"] == "/problems/item-bank-closed"


async def test_a_question_is_refused_with_every_fault_at_its_field(university: University) -> None:
    place = await make_place(university.context)
    me = teacher(place)
    client = await university.as_(me)
    bank = await make_bank(university, place, me)

    async def refusal(**content: Any) -> set[tuple[str, str]]:
        body = {"code": "q", "version": version("single-choice", **content)}
        answer = await client.post(f"/v1/item-banks/{bank}/items", json=body)
        assert answer.status_code == 422, answer.text
        return {(one["pointer"], one["code"]) for one in answer.json()["errors"]}

    assert {one for one, _ in await refusal(choices=parts("a"))} == {"/version/content/choices"}
    told = await refusal(prompt={"ky": "Баасы 5 $"}, choices=parts("a", "a"))
    assert ("/version/content/prompt/ky", "unclosed-formula") in told
    assert ("/version/content/choices/1/id", "id-twice") in told
    stranger = {"id": "m", "kind": "picture", "file_id": str(new_id()), "text": {"ky": "а", "ru": "а", "en": "a"}}
    assert ("/version/content/media", "no-such-medium") in await refusal(media=[stranger])
    assert {code for _, code in await refusal(right="b")} == {"unknown"}  # a key in the content
    body = {"code": "q", "version": version("essay", 0.125)}
    answer = await client.post(f"/v1/item-banks/{bank}/items", json=body)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/version/points"]
    again = await client.post(
        "/v1/item-banks", json={"course_id": str(place.course), "code": "b-1", "titles": {"ky": "Банк"}}
    )
    assert again.status_code == 409


def _nobodies(place: Place) -> dict[str, Actor]:
    return {
        "student": actor(Role.STUDENT, Scope.CLASS, place.class_),
        "other-teacher": actor(Role.INSTRUCTOR, Scope.CLASS, place.other_class),
        "dean": actor(Role.DEANS_OFFICE, Scope.UNIVERSITY),
    }


async def test_keys_are_for_those_who_keep_the_bank(university: University) -> None:
    place = await make_place(university.context)
    me = teacher(place)
    bank = await make_bank(university, place, me)
    id_ = await make_item(university, bank, me, "q", "single-choice")
    routes = [
        f"/v1/item-banks?course_id={place.course}",
        f"/v1/item-banks/{bank}",
        f"/v1/item-banks/{bank}/items",
        f"/v1/item-versions/{id_}",
        f"/v1/item-versions/{id_}/preview?language=ky",
        f"/v1/item-versions/{id_}/renditions",
    ]
    secret = [f"/v1/item-versions/{id_}/key", f"/v1/item-banks/{bank}/qti"]
    for name, who in _nobodies(place).items():
        client = await university.as_(who)
        for route in [*routes, *secret]:
            assert (await client.get(route)).status_code in (403, 404), (name, route)
        body = {"answer": {"kind": "single-choice"}}
        assert (await client.post(f"/v1/item-versions/{id_}/try", json=body)).status_code in (403, 404)
        put = await client.put(f"/v1/item-versions/{id_}", json=version("single-choice"), headers={"If-Match": "*"})
        assert put.status_code in (403, 404)
    visitor = await university.as_()
    assert (await visitor.get(secret[0])).status_code == 401

    office = await university.as_(OFFICE)
    for route in routes:
        assert (await office.get(route)).status_code == 200, route
    for route in secret:
        assert (await office.get(route)).status_code == 403, route
    by_token = await university.as_(
        actor(Role.INSTRUCTOR, Scope.CLASS, place.class_, token=frozenset({"items:read", "items:write"}))
    )
    assert (await by_token.get(routes[3])).status_code == 200
    assert (await by_token.get(secret[0])).status_code in (403, 404)

    # the order in which an author writes what is to be ordered may be the key: keepers alone see it
    for kind, group in (("ordering", "parts"), ("matching", "targets")):
        written = f"/v1/item-versions/{await make_item(university, bank, me, kind, kind)}"
        own = (await (await university.as_(me)).get(written)).json()["content"][group]
        assert [one["text"]["en"][5] for one in own] == [*"abcd"[: len(own)]]
        printed = (await office.get(f"{written}/preview?language=ky")).json()["question"][group]
        for reader in (office, by_token):
            shown = (await reader.get(written)).json()["content"][group]
            assert [one["id"] for one in shown] == [one["id"] for one in printed]
            assert sorted(shown, key=str) == sorted(own, key=str)

    head = await university.as_(actor(Role.DEPARTMENT_HEAD, Scope.UNIT, place.unit))
    key = (await head.get(secret[0])).json()["key"]
    async with university.context.reading(JOB) as unit:
        row = await unit.session.get_one(ItemVersionRow, UUID(id_))
        query = select(ItemKeyRow).where(ItemKeyRow.item_version_id == UUID(id_))
        stored = (await unit.session.scalars(query)).one()
    assert stored.content["right"] == key["right"] and "right" not in str(row.content)
    for route in routes:  # nothing that is given out without the key says what is right
        text = (await office.get(route)).text
        assert "feedback" not in text and "weights" not in text and '"right"' not in text


async def test_who_studies_the_course_reads_none_of_its_banks_whatever_else_they_are(university: University) -> None:
    """Row 14: an instructor of one class, a head, an officer, who studies in another class of the same course."""
    place = await make_place(university.context)
    me = teacher(place)
    bank = await make_bank(university, place, me)
    id_ = await make_item(university, bank, me, "q", "single-choice")
    async with university.context.writing(JOB) as unit:
        (person,) = await create_persons(unit, [NewPerson(Name("ky-Cyrl", "Асан", "Усен"))])
    reads = [
        *(f"/v1/item-banks?course_id={place.course}", f"/v1/item-banks/{bank}", f"/v1/item-banks/{bank}/items"),
        *(f"/v1/item-banks/{bank}/media", f"/v1/item-versions/{id_}", f"/v1/item-versions/{id_}/preview?language=ky"),
        *(f"/v1/item-versions/{id_}/renditions", f"/v1/item-versions/{id_}/key", f"/v1/item-banks/{bank}/qti"),
    ]
    zip_type = {"Content-Type": "application/zip"}
    offices = (
        HeldRole(Role.INSTRUCTOR, Scope.CLASS, frozenset({place.class_})),
        HeldRole(Role.DEPARTMENT_HEAD, Scope.UNIT, frozenset({place.unit})),
        HeldRole(Role.INCLUSION_OFFICE, Scope.UNIVERSITY),
    )
    for office in offices:
        studying = HeldRole(Role.STUDENT, Scope.CLASS, frozenset({place.parallel_class}))
        both = Actor(person, person, roles=(office, studying), method=Method.SESSION)
        client = await university.as_(both)
        for route in reads if office.role is not Role.INCLUSION_OFFICE else reads[:-2]:
            answer = await client.get(route)
            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/course-studied"), (office, route)
        assert (await client.get("/v1/item-renditions")).json()["items"] == []
        # of another course it changes nothing
        elsewhere = HeldRole(Role.STUDENT, Scope.CLASS, frozenset({place.other_class}))
        other = await university.as_(replace(both, roles=(office, elsewhere)))
        assert (await other.get(reads[1])).status_code == 200
    instructor = Actor(person, person, roles=(offices[0], studying), method=Method.SESSION)
    client = await university.as_(instructor)
    for answer in (
        await client.post(f"/v1/item-banks/{bank}/items", json={"code": "b", "version": version("essay")}),
        await client.put(f"/v1/item-versions/{id_}", json=version("single-choice"), headers={"If-Match": "*"}),
        await client.post(f"/v1/item-versions/{id_}/try", json={"answer": {"kind": "single-choice"}}),
        await client.post(f"/v1/item-banks/{bank}/qti?trial=true", content=b"PK", headers=zip_type),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/course-studied")
    async with university.context.writing(JOB) as unit:
        await recognise_course(unit, person, place.course, new_id())
    assert (await client.get(reads[-2])).status_code == 200  # the course is behind them: they may assist in it


async def test_media_belong_to_their_bank(university: University) -> None:
    place = await make_place(university.context)
    me = teacher(place)
    client = await university.as_(me)
    bank, other = await make_bank(university, place, me), await make_bank(university, place, me, "b-2")
    named = {"Content-Disposition": "attachment; filename*=UTF-8''%D1%81%D1%85%D0%B5%D0%BC%D0%B0.png"}
    made = await client.post(
        f"/v1/item-banks/{bank}/media", content=PNG, headers={**named, "Content-Type": "image/png"}
    )
    assert made.status_code == 201, made.text
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    svg = await client.post(
        f"/v1/item-banks/{bank}/media", content=script, headers={**named, "Content-Type": "image/png"}
    )
    assert svg.status_code == 422
    medium = {
        "id": "m",
        "kind": "picture",
        "file_id": made.json()["file_id"],
        "text": {"ky": "Схема", "ru": "Схема", "en": "Scheme"},
    }
    for where, status in ((bank, 201), (other, 422)):
        body = {"code": "p", "version": version("essay", media=[medium])}
        assert (await client.post(f"/v1/item-banks/{where}/items", json=body)).status_code == status
    fetched = await client.get(f"/v1/item-banks/{bank}/media/{made.json()['id']}")
    assert fetched.content == PNG and "attachment" in fetched.headers["content-disposition"]
    assert (await client.get(f"/v1/item-banks/{other}/media/{made.json()['id']}")).status_code == 404

    # Out as a package and into the other bank, picture and all
    packed = await client.get(f"/v1/item-banks/{bank}/qti")
    assert packed.headers["content-type"] == "application/zip"
    zip_type = {"Content-Type": "application/zip"}
    trial = await client.post(f"/v1/item-banks/{other}/qti?trial=true", content=packed.content, headers=zip_type)
    assert trial.status_code == 200 and trial.json()["items"][0]["id"] is None, trial.text
    once = await client.post(f"/v1/item-banks/{other}/qti", content=packed.content, headers=zip_type)
    assert once.json()["findings"] == [] and once.json()["items"][0]["code"] == "p", once.text
    twice = await client.post(f"/v1/item-banks/{other}/qti", content=packed.content, headers=zip_type)
    assert twice.json()["items"] == [] and twice.json()["findings"][0]["code"] == "code-taken"
    assert "«" not in twice.json()["findings"][0]["message"]
    bad = await client.post(f"/v1/item-banks/{other}/qti", content=b"PK", headers=zip_type)
    assert bad.status_code == 422 and bad.json()["values"]["reason"] == "not-an-archive"
    (item,) = (await client.get(f"/v1/item-banks/{other}/items")).json()["items"]
    (newest,) = (await client.get(f"/v1/items/{item['id']}/versions")).json()["items"]
    content = (await client.get(f"/v1/item-versions/{newest['id']}")).json()["content"]
    assert (
        content["media"][0]["file_id"] != medium["file_id"]
        and content["prompt"] == version("essay")["content"]["prompt"]
    )
