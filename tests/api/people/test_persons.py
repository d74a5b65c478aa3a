"""Persons: entered, found, corrected, and shown to each as far as they may see them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.domains.audit.models import AuditRow
from api.domains.people import service
from api.domains.people.imports import save_persons
from api.domains.people.models import PersonRow
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson
from api.identity import Actor, Method, Role, Scope
from api.ids import new_id
from tests.api.conftest import University
from tests.api.people.world import SETUP, actor, make_person, plain

pytestmark = pytest.mark.anyio

NAME = {"tag": "ky-Cyrl", "family_name": "Үсөнбекова", "given_name": "Айгүл", "patronymic": "Эркинбековна"}
PASSPORT = {"tag": "und-Latn", "family_name": "Usonbekova", "given_name": "Aigul"}
REGISTRY = actor(Role.REGISTRY)


async def enter(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/persons", json={"name": NAME, **changes})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def found(client: httpx.AsyncClient, **wanted: Any) -> list[str]:
    answer = await client.post("/v1/persons/search", json=wanted)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_a_person_is_found_by_the_beginning_of_a_name_in_every_script(university: University) -> None:
    client = await university.as_(REGISTRY)
    person = await enter(client, other_names=[PASSPORT], preferred_name="Айка", source_id="sis-17")
    await enter(client, name={**NAME, "family_name": "Өмүрова", "given_name": "Гүлзат"})
    for prefix in ("үсөн", "ҮСӨНБЕКОВА АЙ", "Айгүл Эркин", "usonb", "AIGUL  usonbekova", "айка"):
        assert await found(client, name_starts=prefix) == [person["id"]], prefix
    assert await found(client, source_id="sis-17") == [person["id"]]
    for prefix in ("сөн", "Үсөнбекова Б", "usonbekovb", "zzz", "%", "_сөн"):
        answer = await client.post("/v1/persons/search", json={"name_starts": prefix})
        assert answer.json().get("items", []) == [], prefix


async def test_someone_who_is_found_under_several_names_is_listed_once_and_parts_do_not_overlap(
    university: University,
) -> None:
    client = await university.as_(REGISTRY)
    ids = [
        (await enter(client, name={"tag": "ky-Cyrl", "family_name": f"Асан{letter}", "given_name": "Асан"}))["id"]
        for letter in "абвгд"
    ]
    seen: list[str] = []
    cursor = None
    while True:
        answer = (
            await client.post("/v1/persons/search", json={"name_starts": "аса", "limit": 2, "cursor": cursor})
        ).json()
        seen += [one["id"] for one in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
        assert "сан" not in cursor
    assert sorted(seen) == sorted(ids)


async def test_a_search_shows_only_whom_the_actor_may_see(university: University) -> None:
    class_ = new_id()
    mine = await make_person(university.context, "Асанов", roles=[(Role.STUDENT, Scope.CLASS, class_)])
    await make_person(university.context, "Асанова", roles=[(Role.STUDENT, Scope.CLASS, new_id())])
    client = await university.as_(actor(Role.INSTRUCTOR, Scope.CLASS, class_))
    assert await found(client, name_starts="асан") == [str(mine)]


SENSELESS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "/name_starts", "one-of-two"),
    ({"name_starts": "а", "source_id": "x"}, "/name_starts", "one-of-two"),
    ({"name_starts": " - "}, "/name_starts", "no-letters"),
    ({"name_starts": "а", "cursor": "nonsense"}, "/cursor", "bad-cursor"),
    ({"name_starts": "а", "cursor": str(UUID(int=1))}, "/cursor", "bad-cursor"),
    ({"name_starts": "а", "limit": 1000}, "/limit", "too-large"),
]


async def test_a_search_that_makes_no_sense_is_refused(university: University) -> None:
    client = await university.as_(REGISTRY)
    for body, pointer, code in SENSELESS:
        answer = await client.post("/v1/persons/search", json=body)
        assert answer.status_code == 422, body
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


BAD_PERSONS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": {**NAME, "tag": "kg-Cyrl"}}, "/name/tag", "unknown-language"),
    ({"name": {**NAME, "tag": "ky"}}, "/name/tag", "wrong-form"),
    ({"name": {**NAME, "given_name": "Aйгүл"}}, "/name", "foreign-letters"),  # a Latin A
    ({"name": {**NAME, "given_name": ""}}, "/name/given_name", "too-short"),
    ({"other_names": [PASSPORT, PASSPORT]}, "/other_names/1/tag", "tag-twice"),
    ({"birth_date": "2026-09-01"}, "/birth_date", "no-birth-date"),
    ({"birth_date": "1030-01-01"}, "/birth_date", "no-birth-date"),
    ({"birth_date": "2001-02-30"}, "/birth_date", "not-a-date"),
    ({"phone": "0555 123456"}, "/phone", "wrong-form"),
    ({"source_id": "with space"}, "/source_id", "wrong-form"),
    ({"is_anonymised": True}, "/is_anonymised", "unknown"),
    ({"id": str(UUID(int=1))}, "/id", "unknown"),
]


async def test_bad_persons_are_refused_with_the_field(university: University) -> None:
    client = await university.as_(REGISTRY)
    for changes, pointer, code in BAD_PERSONS:
        answer = await client.post("/v1/persons", json={"name": NAME, **changes})
        assert answer.status_code == 422, changes
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
        assert "Айгүл" not in answer.text


async def test_nobody_is_entered_twice_under_one_number(university: University) -> None:
    client = await university.as_(REGISTRY)
    await enter(client, source_id="sis-1")
    answer = await client.post("/v1/persons", json={"name": NAME, "source_id": "sis-1"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/code-taken")
    other = await enter(client)
    tag = (await client.get(f"/v1/persons/{other['id']}")).headers["etag"]
    changed = await client.patch(f"/v1/persons/{other['id']}", json={"source_id": "sis-1"}, headers={"If-Match": tag})
    assert changed.status_code == 409


async def test_pressing_twice_enters_one_person(university: University) -> None:
    client = await university.as_(REGISTRY)
    headers = {"Idempotency-Key": "once"}
    answers = [await client.post("/v1/persons", json={"name": NAME}, headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(await found(client, name_starts="үсөн")) == 1


VIEWS = [
    (Role.INSTRUCTOR, Scope.CLASS, "name"),
    (Role.DEPARTMENT_HEAD, Scope.UNIT, "name"),
    (Role.CURATOR, Scope.GROUP, "contacts"),
    (Role.SUPPORT, Scope.PERSON, "contacts"),
    (Role.INCLUSION_OFFICE, Scope.UNIT, "contacts"),
    (Role.ADMINISTRATOR, Scope.UNIVERSITY, "contacts"),
    (Role.DEANS_OFFICE, Scope.UNIT, "file"),
    (Role.REGISTRY, Scope.UNIVERSITY, "file"),
    (Role.STUDENT, Scope.CLASS, None),
    (Role.COMMISSION, Scope.UNIT, None),
]


async def test_each_sees_as_much_of_a_person_as_the_work_needs(university: University) -> None:
    ids = {Scope.CLASS: new_id(), Scope.GROUP: new_id(), Scope.UNIT: new_id()}
    person = await make_person(university.context, roles=[(Role.STUDENT, scope, id_) for scope, id_ in ids.items()])
    ids[Scope.PERSON] = person
    for role, scope, view in VIEWS:
        reached = [ids[scope]] if scope in ids else []
        answer = await (await university.as_(actor(role, scope, *reached))).get(f"/v1/persons/{person}")
        assert answer.status_code == (404 if view is None else 200), role
        if view is not None:
            assert answer.json()["view"] == view, role
            assert ("email" in answer.json()) == (view != "name")
            assert ("birth_date" in answer.json()) == (view == "file")
        if reached:
            elsewhere = await university.as_(actor(role, scope, new_id()))
            assert (await elsewhere.get(f"/v1/persons/{person}")).status_code == 404, role


async def test_a_person_sees_the_own_file_and_nobody_elses(university: University) -> None:
    person, other = await make_person(university.context), await make_person(university.context)
    client = await university.as_(plain(person))
    assert (await client.get(f"/v1/persons/{person}")).json()["view"] == "file"
    assert (await client.get(f"/v1/persons/{other}")).status_code == 404
    assert (await client.get(f"/v1/persons/{new_id()}")).status_code == 404
    assert [one["id"] for one in (await client.get("/v1/persons")).json()["items"]] == [str(person)]
    visitor = await university.as_()
    assert (await visitor.get(f"/v1/persons/{person}")).status_code == 401
    assert (await visitor.get("/v1/persons")).status_code == 401


async def test_looking_at_somebodys_contacts_leaves_an_entry_and_looking_at_a_name_none(
    university: University,
) -> None:
    class_ = new_id()
    person = await make_person(university.context, roles=[(Role.STUDENT, Scope.CLASS, class_)])
    for one in (REGISTRY, actor(Role.INSTRUCTOR, Scope.CLASS, class_), plain(person)):
        assert (await (await university.as_(one)).get(f"/v1/persons/{person}")).status_code == 200
    entries = await _entries(university, "person.read")
    assert [(entry.account, entry.person, entry.facts) for entry in entries] == [
        (REGISTRY.account, person, {"view": "file"})
    ]


async def test_a_correction_is_recorded_without_what_stood_there(university: University) -> None:
    client = await university.as_(REGISTRY)
    person = await enter(client, other_names=[PASSPORT])
    address = f"/v1/persons/{person['id']}"
    tag = (await client.get(address)).headers["etag"]
    assert (await client.patch(address, json={"phone": None})).status_code == 428
    new_name = {**NAME, "family_name": "Токтогулова"}
    body = {"name": new_name, "other_names": [], "phone": "+996555123456"}
    changed = await client.patch(address, json=body, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["name"]) == (200, new_name)
    assert changed.headers["etag"] != tag
    assert (await client.patch(address, json={"phone": None}, headers={"If-Match": tag})).status_code == 412
    assert await found(client, name_starts="токтогулова") == [person["id"]]
    assert await found(client, name_starts="үсөн") == await found(client, name_starts="uson") == []
    (entry,) = await _entries(university, "person.correct")
    assert (entry.person, entry.facts) == (UUID(person["id"]), {"fields": "name,other_names,phone"})


async def test_a_name_in_another_script_changes_the_version_too(university: University) -> None:
    client = await university.as_(REGISTRY)
    address = f"/v1/persons/{(await enter(client))['id']}"
    tag = (await client.get(address)).headers["etag"]
    changed = await client.patch(address, json={"other_names": [PASSPORT]}, headers={"If-Match": tag})
    assert changed.headers["etag"] != tag


async def test_two_who_correct_at_once_do_not_overwrite_each_other(university: University) -> None:
    client = await university.as_(REGISTRY)
    address = f"/v1/persons/{(await enter(client))['id']}"
    tag = (await client.get(address)).headers["etag"]
    bodies = [{"email": f"{name}@university.test"} for name in ("a", "b")]
    answers = await asyncio.gather(*(client.patch(address, json=one, headers={"If-Match": tag}) for one in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_a_person_changes_preferences_and_no_more(university: University) -> None:
    person = await make_person(university.context)
    client = await university.as_(plain(person))
    address = f"/v1/persons/{person}"
    tag = {"If-Match": (await client.get(address)).headers["etag"]}
    changed = await client.patch(
        f"{address}/preferences", json={"preferred_name": "Баке", "language": "ru"}, headers=tag
    )
    assert (changed.status_code, changed.json()["preferred_name"], changed.json()["language"]) == (200, "Баке", "ru")
    tag = {"If-Match": changed.headers["etag"]}
    assert (await client.patch(address, json={"email": "a@b.kg"}, headers=tag)).status_code == 403
    sneaked = await client.patch(f"{address}/preferences", json={"email": "a@b.kg"}, headers=tag)
    assert (sneaked.status_code, sneaked.json()["errors"][0]["code"]) == (422, "unknown")
    other = await make_person(university.context)
    assert (await client.patch(f"/v1/persons/{other}/preferences", json={}, headers=tag)).status_code == 404
    assert (await client.patch(f"/v1/persons/{other}", json={}, headers=tag)).status_code == 404


async def test_only_the_registry_enters_and_corrects(university: University) -> None:
    person = await make_person(university.context)
    for role in set(Role) - {Role.REGISTRY, Role.ADMINISTRATOR}:
        client = await university.as_(actor(role))
        assert (await client.post("/v1/persons", json={"name": NAME})).status_code == 403
        corrected = await client.patch(f"/v1/persons/{person}", json={"phone": None}, headers={"If-Match": "*"})
        assert corrected.status_code in {403, 404}
    administrator = await university.as_(actor(Role.ADMINISTRATOR))
    corrected = await administrator.patch(f"/v1/persons/{person}", json={"phone": None}, headers={"If-Match": "*"})
    assert corrected.status_code == 403


async def test_only_an_administrator_says_where_mail_goes_to_staff(university: University) -> None:
    """New passwords are mailed: the registry would otherwise sign in as an administrator, or a token as its owner."""
    moved = {"email": "else@university.test"}
    person = await make_person(university.context, roles=[(Role.ADMINISTRATOR, Scope.UNIVERSITY, None)])
    student = await make_person(university.context)
    registry = await university.as_(REGISTRY)
    refused = await registry.patch(f"/v1/persons/{person}", json=moved, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/email-of-staff")
    same = await registry.patch(
        f"/v1/persons/{person}", json={"email": "b.asanov@university.test", "phone": None}, headers={"If-Match": "*"}
    )
    assert same.status_code == 200
    assert (await registry.patch(f"/v1/persons/{student}", json=moved, headers={"If-Match": "*"})).status_code == 200
    administrator = await university.as_(actor(Role.ADMINISTRATOR))
    changed = await administrator.patch(f"/v1/persons/{person}", json=moved, headers={"If-Match": "*"})
    assert (changed.status_code, changed.json()["view"], changed.json()["email"]) == (200, "contacts", moved["email"])
    token = replace(
        actor(Role.ADMINISTRATOR), method=Method.TOKEN, token_scopes=frozenset({"people:write", "people:read"})
    )
    by_token = await university.as_(token)
    refused = await by_token.patch(f"/v1/persons/{person}", json={"email": "x@y.kg"}, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/email-of-staff")


async def test_a_roster_moves_the_mail_of_students_and_not_of_staff(university: University) -> None:
    async def save(by: Actor, email: str) -> dict[str, str | None]:
        people = [NewPerson(Name("ky-Cyrl", "Асанов", one), email=email, source_id=one) for one in ("a", "b")]
        async with university.context.writing(by) as unit:
            unit.asked = True
            saved = await save_persons(unit, people)
            if email == "first@u.kg":
                await service.grant_role(unit, saved.ids[0], Role.INSTRUCTOR, Scope.CLASS, new_id(), unit.today)
        async with university.context.reading(SETUP) as unit:
            rows = await unit.session.scalars(select(PersonRow).where(PersonRow.source_id.in_(["a", "b"])))
            return {str(row.source_id): row.email for row in rows}

    await save(REGISTRY, "first@u.kg")
    assert await save(REGISTRY, "second@u.kg") == {"a": "first@u.kg", "b": "second@u.kg"}
    assert await save(actor(Role.ADMINISTRATOR), "third@u.kg") == {"a": "third@u.kg", "b": "third@u.kg"}


async def test_the_list_is_read_in_parts_without_gaps(university: University) -> None:
    people = [str(await make_person(university.context, given=f"Бакыт{'а' * at}")) for at in range(5)]
    client = await university.as_(REGISTRY)
    seen: list[str] = []
    address: str | None = "/v1/persons?limit=2"
    while address is not None:
        answer = await client.get(address)
        seen += [one["id"] for one in answer.json()["items"]]
        assert all(set(one) == {"view", "id", "name", "preferred_name"} for one in answer.json()["items"])
        address = answer.links.get("next", {}).get("url")
    assert seen == people


async def test_other_domains_learn_names_contacts_and_numbers(university: University) -> None:
    async with university.context.writing(SETUP) as unit:
        name = Name("ky-Cyrl", "Асанов", "Бакыт", "Эмилович")
        person = await service.create_person(
            unit, service.NewPerson(name, email="a@b.kg", preferred_name="Баке", source_id="s-1", language="ru")
        )
        assert await service.full_names(unit, [person, new_id()]) == {person: "Асанов Бакыт Эмилович"}
        assert await service.contact_of(unit, person) == service.Contact("a@b.kg", "ru", "Баке")
        assert await service.persons_by_source(unit, ["s-1", "s-2"]) == {"s-1": person}
        assert await service.person_exists(unit, person)
        assert not await service.person_exists(unit, new_id())


async def test_a_role_that_begins_next_week_lets_its_office_prepare(university: University) -> None:
    unit_id = new_id()
    person = await make_person(university.context)
    async with university.context.writing(SETUP) as unit:
        later = unit.today + timedelta(days=7)
        await service.grant_role(unit, person, Role.STUDENT, Scope.UNIT, unit_id, later)
    client = await university.as_(actor(Role.DEANS_OFFICE, Scope.UNIT, unit_id))
    assert (await client.get(f"/v1/persons/{person}")).status_code == 200


async def _entries(university: University, what: str) -> list[AuditRow]:
    async with university.context.reading(SETUP) as unit:
        rows = await unit.session.scalars(select(AuditRow).where(AuditRow.what == what).order_by(AuditRow.number))
        return list(rows)
