"""Webhooks through HTTP: who may, what is refused, what is never shown."""

import base64

import pytest
from sqlalchemy import select

from api.domains.webhooks.models import WebhookRow
from api.domains.webhooks.service import valid_secrets
from api.http.exchange import IdempotencyRow
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from tests.api.conftest import StandingClock, University
from tests.api.webhooks.conftest import JOB, MakePost, an_administrator, create

pytestmark = pytest.mark.anyio
URL = "https://receiver.example.org/hook"


async def test_a_webhook_is_made_read_changed_and_removed(university: University, administrator: Actor) -> None:
    client = await university.as_(administrator)
    programme = str(new_id())
    id_ = await create(client, URL, kinds=["enrolment.*", "class.closed"], subjects={"programme": programme})
    shown = await client.get(f"/v1/webhooks/{id_}")
    assert shown.headers["etag"] == '"1"'
    assert {**shown.json(), "created_at": None} == {
        "id": id_,
        "version": 1,
        "created_at": None,
        "owner_account_id": str(administrator.account),
        "description": "Деканат",
        "url": URL,
        "kinds": ["class.closed", "enrolment.*"],
        "subjects": {"programme": programme},
        "state": "active",
        "old_secret_until": None,
    }
    changed = await client.patch(
        f"/v1/webhooks/{id_}", json={"kinds": ["class.closed"], "subjects": {}}, headers={"if-match": '"1"'}
    )
    assert (changed.json()["kinds"], changed.json()["subjects"], changed.headers["etag"]) == (
        ["class.closed"],
        {},
        '"2"',
    )
    assert [one["id"] for one in (await client.get("/v1/webhooks")).json()["items"]] == [id_]
    assert (await client.delete(f"/v1/webhooks/{id_}", headers={"if-match": '"2"'})).status_code == 204
    assert (await client.get(f"/v1/webhooks/{id_}")).status_code == 404


async def test_two_editors_and_one_is_told(university: University, administrator: Actor) -> None:
    client = await university.as_(administrator)
    path = f"/v1/webhooks/{await create(client, URL)}"
    answers = [
        await client.patch(path, json={"state": "paused"}, headers=headers)
        for headers in ({}, {"if-match": '"1"'}, {"if-match": '"1"'})
    ]
    assert [one.status_code for one in answers] == [428, 200, 412]
    assert (await client.delete(path)).status_code == 428
    assert (await client.delete(path, headers={"if-match": '"1"'})).status_code == 412


async def test_pressing_twice_makes_one_webhook(university: University, administrator: Actor) -> None:
    client = await university.as_(administrator)
    body = {"url": URL, "kinds": ["enrolment.*"], "description": "x"}
    first, second = [await client.post("/v1/webhooks", json=body, headers={"idempotency-key": "k"}) for _ in range(2)]
    assert first.json() == second.json()
    assert len((await client.get("/v1/webhooks")).json()["items"]) == 1


async def test_the_secret_is_shown_once_and_stored_sealed(
    university: University, administrator: Actor, clock: StandingClock
) -> None:
    client = await university.as_(administrator)
    id_ = await create(client, URL)
    path = f"/v1/webhooks/{id_}/secret"
    answers = [await client.post(path, headers={"idempotency-key": "k"}) for _ in range(2)]
    secrets = [one.json()["secret"] for one in answers]
    assert secrets[0] != secrets[1]
    assert answers[0].headers["cache-control"] == "no-store"
    raw = [base64.b64decode(one.removeprefix("whsec_")) for one in secrets]
    assert [len(one) for one in raw] == [32, 32]
    async with university.context.reading(JOB) as unit:
        row = await unit.session.get_one(WebhookRow, (await unit.session.scalars(select(WebhookRow.id))).one())
        assert valid_secrets(unit, row) == [raw[1], raw[0]]
        stored = f"{row.sealed_secret} {row.sealed_old_secret}"
        stored += " ".join(str(one.body) for one in await unit.session.scalars(select(IdempotencyRow)))
    clock.advance(hours=24)
    async with university.context.reading(JOB) as unit:
        assert valid_secrets(unit, await unit.session.get_one(WebhookRow, row.id)) == [raw[1]]
    for one, text in zip(raw, secrets, strict=True):
        assert text not in stored
        assert one.hex() not in stored
    everything = (await client.get("/v1/webhooks")).text + (await client.get(f"/v1/webhooks/{id_}")).text
    assert "whsec_" not in everything


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "ftp://receiver.example.org/"}, "/url"),
        ({"url": "https://user:word@receiver.example.org/"}, "/url"),
        ({"url": "https://receiver.example.org/\u0000"}, "/url"),
        ({"url": "https://" + "a" * 2000}, "/url"),
        ({"kinds": []}, "/kinds"),
        ({"kinds": ["*"]}, "/kinds/0"),
        ({"kinds": ["enrolment"]}, "/kinds/0"),
        ({"kinds": ["enrolment.*"] * 51}, "/kinds"),
        ({"kinds": "enrolment.*"}, "/kinds"),
        ({"description": ""}, "/description"),
        ({"description": "a\nb"}, "/description"),
        ({"subjects": {"class": "x"}}, "/subjects"),
        ({"owner_account_id": str(new_id())}, "/owner_account_id"),
        ({"state": "paused"}, "/state"),
    ],
)
async def test_wrong_fields_are_named(
    university: University, administrator: Actor, change: dict[str, object], pointer: str
) -> None:
    client = await university.as_(administrator)
    body = {"url": URL, "kinds": ["enrolment.*"], "description": "x", **change}
    refused = await client.post("/v1/webhooks", json=body)
    assert refused.status_code in (400, 422), refused.text
    assert any(one["pointer"].startswith(pointer) for one in refused.json()["errors"]), refused.text
    assert (await client.get("/v1/webhooks")).json()["items"] == []


async def test_the_fault_of_an_address_is_said_in_the_readers_language(
    university: University, administrator: Actor
) -> None:
    client = await university.as_(administrator)
    body = {"url": "https://a:b@receiver.example.org/", "kinds": ["enrolment.*"], "description": "x"}
    messages = {}
    for language in ("ky", "ru", "en"):
        refused = await client.post("/v1/webhooks", json=body, headers={"accept-language": language})
        (error,) = refused.json()["errors"]
        assert error["code"] == "url-with-extras"
        messages[language] = error["message"]
    assert len(set(messages.values())) == 3
    assert "сырсөз" in messages["ky"]


def _other_actors() -> list[Actor | None]:
    others = [
        Actor(account=new_id(), person=new_id(), roles=(HeldRole(role, Scope.UNIVERSITY),), method=Method.SESSION)
        for role in Role
        if role is not Role.ADMINISTRATOR
    ]
    unit_only = Actor(
        account=new_id(),
        person=new_id(),
        roles=(HeldRole(Role.ADMINISTRATOR, Scope.UNIT, frozenset({new_id()})),),
        method=Method.SESSION,
    )
    token = Actor(
        account=new_id(),
        person=new_id(),
        roles=(HeldRole(Role.ADMINISTRATOR, Scope.UNIVERSITY),),
        method=Method.TOKEN,
        token_scopes=frozenset({"metrics:read"}),
    )
    return [None, *others, unit_only, token]


async def test_nobody_but_administrators_of_the_university_gets_near(
    university: University, administrator: Actor, make_post: MakePost
) -> None:
    client, post = await university.as_(administrator), make_post()
    webhook = await create(client, URL)
    await post.emit()
    await post.hand_over()
    (delivery,) = (await client.get(f"/v1/webhooks/{webhook}/deliveries")).json()["items"]
    body = {"url": URL, "kinds": ["enrolment.*"], "description": "x"}
    requests = [
        ("GET", "/v1/webhooks", None),
        ("POST", "/v1/webhooks", body),
        ("GET", f"/v1/webhooks/{webhook}", None),
        ("PATCH", f"/v1/webhooks/{webhook}", {"state": "paused"}),
        ("DELETE", f"/v1/webhooks/{webhook}", None),
        ("POST", f"/v1/webhooks/{webhook}/secret", None),
        ("GET", f"/v1/webhooks/{webhook}/deliveries", None),
        ("GET", f"/v1/webhooks/{webhook}/deliveries/{delivery['id']}", None),
        ("POST", f"/v1/webhooks/{webhook}/deliveries/{delivery['id']}/redeliver", None),
    ]
    for actor in _other_actors():
        other = await university.as_(actor)
        for method, path, content in requests:
            refused = await other.request(method, path, json=content, headers={"if-match": "*"})
            assert refused.status_code == (401 if actor is None else 403), f"{actor} {method} {path}"
    assert (await client.get(f"/v1/webhooks/{webhook}")).json()["state"] == "active"


async def test_a_token_that_may_read_may_not_write(university: University) -> None:
    reader = Actor(
        account=new_id(),
        person=new_id(),
        roles=(HeldRole(Role.ADMINISTRATOR, Scope.UNIVERSITY),),
        method=Method.TOKEN,
        token_scopes=frozenset({"webhooks:read"}),
    )
    client = await university.as_(reader)
    assert (await client.get("/v1/webhooks")).status_code == 200
    body = {"url": URL, "kinds": ["enrolment.*"], "description": "x"}
    assert (await client.post("/v1/webhooks", json=body)).status_code == 403


async def test_a_delivery_is_found_under_its_own_webhook_only(
    university: University, administrator: Actor, make_post: MakePost
) -> None:
    client, post = await university.as_(administrator), make_post()
    mine, other = [await create(client, f"{URL}/{number}") for number in range(2)]
    await post.emit()
    await post.hand_over()
    (delivery,) = (await client.get(f"/v1/webhooks/{mine}/deliveries")).json()["items"]
    assert (await client.get(f"/v1/webhooks/{mine}/deliveries/{delivery['id']}")).json() == delivery
    assert (await client.get(f"/v1/webhooks/{other}/deliveries/{delivery['id']}")).status_code == 404
    path = f"/v1/webhooks/{other}/deliveries/{delivery['id']}/redeliver"
    assert (await client.post(path)).status_code == 404
    assert (await client.get(f"/v1/webhooks/{new_id()}/deliveries")).status_code == 404


async def test_deliveries_come_in_parts(university: University, administrator: Actor, make_post: MakePost) -> None:
    client, post = await university.as_(administrator), make_post()
    webhook = await create(client, URL)
    for _ in range(5):
        await post.emit()
    await post.hand_over()
    path, seen = f"/v1/webhooks/{webhook}/deliveries?limit=2", []
    next_path: str | None = path
    while next_path:
        part = (await client.get(next_path)).json()
        seen += [one["id"] for one in part["items"]]
        next_path = f"{path}&cursor={part['next']}" if part["next"] else None
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen)


async def test_another_administrator_may_look_after_it(university: University, administrator: Actor) -> None:
    id_ = await create(await university.as_(administrator), URL)
    other = await university.as_(an_administrator())
    assert (await other.delete(f"/v1/webhooks/{id_}", headers={"if-match": '"1"'})).status_code == 204
