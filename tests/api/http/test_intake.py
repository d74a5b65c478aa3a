"""Bad input of every kind gets 4xx with the field and what to do, and nothing is stored."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from tests.api.http.conftest import Toys, person
from tests.api.http.toy import ThingRow

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("backend", ["sqlite"])]
JSON = {"content-type": "application/json"}


def faults(answer: httpx.Response) -> set[tuple[str, str]]:
    return {(one["pointer"], one["code"]) for one in answer.json().get("errors", ())}


async def stored(toys: Toys) -> int:
    async with toys.context.database.reading() as session:
        return (await session.scalar(select(func.count()).select_from(ThingRow))) or 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {("/code", "missing")}),
        ({"code": None}, {("/code", "missing")}),
        ({"code": 5}, {("/code", "not-text")}),
        ({"code": ""}, {("/code", "too-short")}),
        ({"code": "x" * 65}, {("/code", "too-long")}),
        ({"code": "a\n"}, {("/code", "wrong-form")}),
        ({"code": "a\x00"}, {("/code", "wrong-form")}),
        ({"code": "a", "id": "7", "role": "administrator"}, {("/id", "unknown"), ("/role", "unknown")}),
        ({"code": "a", "a/b~c": 1}, {("/a~1b~0c", "unknown")}),
        ({"code": "a", "count": "5"}, {("/count", "not-a-whole-number")}),
        ({"code": "a", "count": 5.5}, {("/count", "not-a-whole-number")}),
        ({"code": "a", "count": True}, {("/count", "not-a-whole-number")}),
        ({"code": "a", "count": 0}, {("/count", "too-small")}),
        ({"code": "a", "count": 101}, {("/count", "too-large")}),
        ({"code": "a", "count": 10**30}, {("/count", "too-large")}),
        ({"code": "a", "share": -0.1}, {("/share", "too-small")}),
        ({"code": "a", "share": "much"}, {("/share", "not-a-number")}),
        ({"code": "a", "is_open": "true"}, {("/is_open", "not-true-or-false")}),
        ({"code": "a", "due": "2026-02-30"}, {("/due", "not-a-date")}),
        ({"code": "a", "due": 20260230}, {("/due", "not-a-date")}),
        ({"code": "a", "at": "2026-09-01T08:00:00"}, {("/at", "not-a-date")}),
        ({"code": "a", "at": "2026-09-01T25:00:00Z"}, {("/at", "not-a-date")}),
        ({"code": "a", "at": "0001-01-01T00:00:00+14:00"}, {("/at", "out-of-range")}),
        ({"code": "a", "at": "9999-12-31T23:59:59-14:00"}, {("/at", "out-of-range")}),
        ({"code": "a", "count": 0, "at": "9999-12-31T23:59:59Z"}, {("/count", "too-small"), ("/at", "out-of-range")}),
        ({"code": "a", "owner": "me"}, {("/owner", "not-a-uuid")}),
        ({"code": "a", "kind": "huge"}, {("/kind", "unknown-value")}),
        ({"code": "a", "titles": {}}, {("/titles", "too-short")}),
        ({"code": "a", "titles": {"de": "Ding"}}, {("/titles/de", "unknown")}),
        ({"code": "a", "titles": {"ky": "", "ru": 5}}, {("/titles/ky", "too-short"), ("/titles/ru", "not-text")}),
        ({"code": "a", "titles": {"ky": "   "}}, {("/titles/ky", "wrong-form")}),
        ({"code": "a", "titles": []}, {("/titles", "not-an-object")}),
        ({"code": "a", "parts": {}}, {("/parts", "not-a-list")}),
        ({"code": "a", "parts": [5]}, {("/parts/0", "not-an-object")}),
        ({"code": "a", "parts": [{"name": "x"}] * 21}, {("/parts", "too-long")}),
        (
            {"code": "a", "parts": [{"name": "x"}, {"weight": 10}, {"name": "y", "more": 1}]},
            {("/parts/1/name", "missing"), ("/parts/1/weight", "too-large"), ("/parts/2/more", "unknown")},
        ),
        (
            {"count": 0, "due": "x", "kind": 1, "parts": [{"name": ""}], "extra": 1},
            {
                ("/code", "missing"),
                ("/count", "too-small"),
                ("/due", "not-a-date"),
                ("/kind", "not-text"),
                ("/parts/0/name", "too-short"),
                ("/extra", "unknown"),
            },
        ),
        ([], {("", "not-an-object")}),
        ("text", {("", "not-an-object")}),
    ],
)
async def test_every_wrong_field_is_named_at_once(toys: Toys, body: Any, expected: set[tuple[str, str]]) -> None:
    answer = await (await toys.as_(person())).post("/v1/things", json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-fields")
    assert faults(answer) == expected
    assert await stored(toys) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "no-body"),
        (b"   ", "not-json"),
        (b"{", "not-json"),
        (b"code=a", "not-json"),
        (b'{"code": "a"} {}', "not-json"),
        (b'{"code": NaN}', "not-json"),
        (b'{"code": "a", "count": NaN}', "not-json"),
        (b'{"code": "a", "share": Infinity}', "not-json"),
        (b'{"code": "a", "share": 1e999}', "out-of-range"),
        (b'{"code": "\\ud800"}', "not-json"),
        (b'{"code": "\\udc00\\ud800"}', "not-json"),
        (b'\xef\xbb\xbf{"code": "a"}', "not-json"),
        (b'{"code": "\xff"}', "not-utf8"),
        ('{"code": "а"}'.encode("cp1251"), "not-utf8"),
        ('{"code": "a"}'.encode("utf-16"), "not-utf8"),
        (b'{"code": "a\nb"}', "not-json"),
        (b'{"code": "a", "code": "b"}', "repeated-name"),
        (b'{"code": "a", "parts": [{"name": "x", "name": "y"}]}', "repeated-name"),
        (b'{"code": "a", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "too-deep"),
        (b'{"code": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, "too-deep"),
        (b"[" * 100_000, "too-deep"),
        (b'{"code": "a", "count": ' + b"9" * 5000 + b"}", "out-of-range"),
    ],
)
async def test_what_is_no_json_is_refused_with_the_reason(toys: Toys, body: bytes, code: str) -> None:
    answer = await (await toys.as_(person())).post("/v1/things", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-body")
    assert faults(answer) == {("", code)}
    assert await stored(toys) == 0


async def test_messages_are_sentences_in_the_readers_language(toys: Toys) -> None:
    client = await toys.as_(person())
    said = {
        "ky": "Бул жерде бүтүн сан болушу керек.",
        "ru": "Здесь должно быть целое число.",
        "en": "This has to be a whole number.",
    }
    for language, message in said.items():
        answer = await client.post(
            "/v1/things", json={"code": "a", "count": "5"}, headers={"accept-language": language}
        )
        assert answer.json()["errors"] == [{"pointer": "/count", "code": "not-a-whole-number", "message": message}]
        assert answer.headers["content-language"] == language


async def test_no_body_at_all_is_said_to_be_none(toys: Toys) -> None:
    client = await toys.as_(person())
    for answer in (await client.post("/v1/things"), await client.post("/v1/things", headers=JSON)):
        assert (answer.status_code, faults(answer)) == (400, {("", "no-body")})
    answer = await client.post("/v1/things", content=b"null", headers=JSON)
    assert (answer.status_code, faults(answer)) == (422, {("", "missing")})


async def test_a_thousand_faults_are_told_in_part(toys: Toys) -> None:
    answer = await (await toys.as_(person())).post("/v1/things", json={"code": "a", "parts": [{}] * 1000})
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 50)


async def test_text_is_stored_composed(toys: Toys) -> None:
    answer = await (await toys.as_(person())).post("/v1/things", json={"code": "И\u0306"})
    assert (answer.status_code, answer.json()["code"]) == (201, "Й")


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=windows-1251",
        "application/jsonp",
        "json",
    ],
)
async def test_only_json_is_taken_for_json(toys: Toys, kind: str | None) -> None:
    client = await toys.as_(person())
    headers = {} if kind is None else {"content-type": kind}
    answer = await client.post("/v1/things", content=b'{"code": "a"}', headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unknown-media-type")
    assert answer.headers["accept-post"] == "application/json"
    path = "/v1/things/01990000-0000-7000-8000-000000000000"
    answer = await client.patch(path, content=b'{"code": "a"}', headers=headers)
    assert (answer.status_code, answer.headers["accept-patch"]) == (415, "application/json")


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON", 'application/json; charset="UTF-8"'])
async def test_json_may_be_named_in_several_ways(toys: Toys, kind: str) -> None:
    answer = await (await toys.as_(person())).post(
        "/v1/things", content=b'{"code": "a"}', headers={"content-type": kind}
    )
    assert answer.status_code == 201


async def test_packed_bodies_are_refused(toys: Toys) -> None:
    answer = await (await toys.as_(person())).post(
        "/v1/things", content=b'{"code": "a"}', headers={**JSON, "content-encoding": "gzip"}
    )
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


async def test_large_bodies_are_refused(toys: Toys) -> None:
    client = await toys.as_(person())
    body = b'{"code": "' + b"a" * 1_000_000 + b'"}'
    answer = await client.post("/v1/things", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["values"]) == (413, {"limit_bytes": 1_000_000})

    async def in_pieces() -> Any:
        for _ in range(1100):
            yield b" " * 1000

    answer = await client.post("/v1/things", content=in_pieces(), headers=JSON)
    assert answer.status_code == 413


async def test_a_file_is_taken_by_its_media_type(toys: Toys) -> None:
    client = await toys.as_()
    answer = await client.post("/v1/things/raw", content=b"a;b", headers={"content-type": "text/csv; charset=utf-8"})
    assert (answer.status_code, answer.json()) == (201, {"bytes": 3})
    answer = await client.post("/v1/things/raw", content=b"{}", headers=JSON)
    assert (answer.status_code, answer.headers["accept-post"]) == (415, "text/csv")
    answer = await client.post("/v1/things/raw", content=b"x" * 101, headers={"content-type": "text/csv"})
    assert (answer.status_code, answer.json()["values"]) == (413, {"limit_bytes": 100})


async def test_a_body_where_none_is_expected_is_refused(toys: Toys) -> None:
    client = await toys.as_(person())
    answer = await client.request("GET", "/v1/things", content=b"{}", headers=JSON)
    assert (answer.status_code, faults(answer)) == (400, {("", "body-not-expected")})
    path = "/v1/things/01990000-0000-7000-8000-000000000000/close"
    answer = await client.post(path, json={"reason": "none"})
    assert (answer.status_code, faults(answer)) == (400, {("", "body-not-expected")})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("code_=a", {("?code_", "unknown-parameter")}),
        ("Code=a", {("?Code", "unknown-parameter")}),
        ("=a", {("?", "unknown-parameter")}),
        ("code=a&code=b", {("?code", "repeated")}),
        ("code=a%00b", {("?code", "wrong-form")}),
        ("code=a%0Ab", {("?code", "wrong-form")}),
        ("code=%ff", {("?code", "wrong-form")}),
        ("code=%ed%a0%80", {("?code", "wrong-form")}),
        ("code=", {("?code", "too-short")}),
        ("code=" + "x" * 65, {("?code", "too-long")}),
        ("since=yesterday", {("?since", "not-a-date")}),
        ("since=2026-02-30", {("?since", "not-a-date")}),
        ("before=0001-01-01T00:00:00%2B14:00", {("?before", "out-of-range")}),
        ("before=9999-12-31T23:59:59Z", {("?before", "out-of-range")}),
        ("before=2026-02-28T10:00:00", {("?before", "not-a-date")}),
        ("kind=huge", {("?kind", "unknown-value")}),
        ("kind=large&kind=small&kind=large", {("?kind", "too-long")}),
        ("limit=0", {("?limit", "too-small")}),
        ("limit=201", {("?limit", "too-large")}),
        ("limit=ten", {("?limit", "not-a-whole-number")}),
        ("limit=null", {("?limit", "not-a-whole-number")}),
        ("since=null", {("?since", "not-a-date")}),
        ("code=a&code_=b&limit=0", {("?code_", "unknown-parameter"), ("?limit", "too-small")}),
        ("limit=" + "9" * 400, {("?limit", "too-large")}),
        ("limit=x&since=x", {("?limit", "not-a-whole-number"), ("?since", "not-a-date")}),
        ("cursor=xyz", {("?cursor", "bad-cursor")}),
        ("cursor=W10", {("?cursor", "bad-cursor")}),
        ("cursor=WzEsMl0", {("?cursor", "bad-cursor")}),
        ("cursor=ө", {("?cursor", "bad-cursor")}),
    ],
)
async def test_wrong_parameters_are_named_at_once(toys: Toys, query: str, expected: set[tuple[str, str]]) -> None:
    answer = await (await toys.as_()).get("/v1/things?" + query)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-fields")
    assert {(pointer, code) for pointer, code in faults(answer)} == expected


async def test_right_parameters_pass(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/v1/things?code=a&since=2026-09-01&kind=large&kind=small&limit=200")
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})


async def test_parameters_that_must_stand_are_missed_together(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/v1/things/needed")
    assert (answer.status_code, faults(answer)) == (422, {("?number", "missing"), ("?when", "missing")})


async def test_a_path_with_control_characters_is_refused(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/v1/things/named/a%00b")
    assert (answer.status_code, faults(answer)) == (422, {("{name}", "wrong-form")})


@pytest.mark.parametrize(("number", "code"), [("0", "too-small"), ("-1", "too-small"), ("1" + 20 * "0", "too-large")])
async def test_a_number_in_a_path_keeps_its_bounds(toys: Toys, number: str, code: str) -> None:
    client = await toys.as_()
    answer = await client.get(f"/v1/things/numbered/{number}")
    assert (answer.status_code, faults(answer)) == (422, {("{number}", code)})
    assert (await client.get("/v1/things/numbered/1000")).json() == {"number": 1000}


async def test_visitors_learn_nothing_of_a_closed_route(toys: Toys) -> None:
    client = await toys.as_()
    for body in (b"", b"{", b'{"code": 5}', b'{"code": "a"}'):
        answer = await client.post("/v1/things?x=1", content=body, headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/sign-in-needed")
        assert answer.headers["www-authenticate"] == 'Bearer realm="jetki"'


async def test_a_client_that_goes_away_is_no_fault_of_ours(toys: Toys, caplog: pytest.LogCaptureFixture) -> None:
    """A connection that ends within the body: nothing is stored, and no operator is called."""
    transport = (await toys.as_(person()))._transport
    assert isinstance(transport, httpx.ASGITransport)
    come = iter(({"type": "http.request", "body": b'{"code":', "more_body": True}, {"type": "http.disconnect"}))
    sent: list[Any] = []

    async def receive() -> Any:
        return next(come)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/things",
        "raw_path": b"/v1/things",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"university.test"), (b"content-type", b"application/json")],
        "server": ("university.test", 80),
        "client": ("127.0.0.1", 50_000),
    }
    with caplog.at_level("INFO"):
        await transport.app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert "the client went away before the whole of its request was here" in caplog.messages
    assert not [one for one in caplog.records if one.levelname in {"WARNING", "ERROR"}]
    assert await stored(toys) == 0
