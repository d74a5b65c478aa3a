"""What holds for every request and every answer."""

import json
from typing import Any

import httpx
import pytest

from api.errors import load_texts
from tests.api.conftest import StandingClock
from tests.api.http.conftest import SITE, Toys, person

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("backend", ["sqlite"])]


@pytest.mark.parametrize("path", ["/v1/things", "/v1/things/broken", "/no/such/address", "/v1/things?no=1"])
async def test_every_answer_has_its_number_time_and_safe_headers(toys: Toys, path: str) -> None:
    client = await toys.as_()
    answer = await client.get(path)
    other = await client.get(path)
    assert answer.headers["server-time"] == "2026-09-01T04:00:00.000Z"
    assert answer.headers["x-request-id"] != other.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "Accept-Language" in answer.headers["vary"]


async def test_server_time_follows_the_clock(toys: Toys, clock: StandingClock) -> None:
    clock.advance(milliseconds=1234)
    answer = await (await toys.as_()).get("/v1/things")
    assert answer.headers["server-time"] == "2026-09-01T04:00:01.234Z"


async def test_only_an_answer_for_everybody_may_be_kept(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/v1/things/named/ала-тоо")
    assert answer.headers["cache-control"] == "public, max-age=60"
    refused = await (await toys.as_()).get("/v1/things/named/ала-тоо?x=1")
    assert refused.headers["cache-control"] == "no-store"


async def test_a_fault_of_ours_tells_its_number_and_nothing_else(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/v1/things/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["values"] == {"number": answer.headers["x-request-id"]}
    assert "Айгүл" not in answer.text


async def test_a_handler_that_forgets_the_policy_answers_nothing(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/v1/things/unasked")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/server-fault")


async def test_head_is_a_get_without_content(toys: Toys) -> None:
    client = await toys.as_()
    got, head = await client.get("/v1/things"), await client.head("/v1/things")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))
    missing = await client.head("/v1/no-such")
    assert (missing.status_code, missing.content) == (404, b"")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "BREW"])
async def test_other_methods_are_refused_with_those_that_are_allowed(toys: Toys, method: str) -> None:
    answer = await (await toys.as_()).request(method, "/v1/things")
    assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_options_names_the_methods(toys: Toys) -> None:
    answer = await (await toys.as_()).options("/v1/things")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize(
    "path", ["/v1/things/17", "/v1/things/%00", "/v1/things/..%2f..", "//v1//nothing", "/v1/things/%ff"]
)
async def test_what_is_no_id_is_not_found(toys: Toys, path: str) -> None:
    answer = await (await toys.as_()).get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_oversized_addresses_and_headers_are_refused(toys: Toys) -> None:
    client = await toys.as_()
    answer = await client.get("/v1/things", params={"code": "x" * 9000})
    assert (answer.status_code, answer.json()["type"]) == (414, "/problems/address-too-long")
    answer = await client.get("/v1/things", headers={"cookie": "a=" + "x" * 40_000})
    assert (answer.status_code, answer.json()["type"]) == (431, "/problems/headers-too-large")


async def test_a_bad_host_is_refused(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/v1/things", headers={"host": "university.test/evil"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ky"),
        ("", "ky"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de, en;q=0.3, ru;q=0.7", "ru"),
        ("en;q=0.3, *;q=0.5", "ky"),
        ("*", "ky"),
        ("ky;q=0, *", "ru"),
        ("ky;q=0", "ky"),
        ("RU", "ru"),
        ("en;q=1.5, ru;q=0.1", "ru"),
        ("en;q=abc", "ky"),
        ("en , ru", "en"),
        ("de", "ky"),
        ("en," * 400, "ky"),
        ("en;q=0.5;level=1", "ky"),
    ],
)
async def test_problems_speak_the_language_that_is_asked_for(toys: Toys, header: str | None, language: str) -> None:
    titles = {"ky": "Табылган жок", "ru": "Не найдено", "en": "Not found"}
    answer = await (await toys.as_()).get("/none", headers={} if header is None else {"accept-language": header})
    assert (answer.headers["content-language"], answer.json()["title"]) == (language, titles[language])


class TestForeignOrigins:
    """Which sites' pages may call: those of the settings, exactly."""

    async def client(self, toys: Toys) -> httpx.AsyncClient:
        return await toys.as_(person(), origins=(SITE,))

    async def test_our_site_may_read_answers_and_problems(self, toys: Toys) -> None:
        client = await self.client(toys)
        for path in ("/v1/things", "/none"):
            answer = await client.get(path, headers={"origin": SITE})
            assert answer.headers["access-control-allow-origin"] == SITE
            assert answer.headers["access-control-allow-credentials"] == "true"
            assert "server-time" in answer.headers["access-control-expose-headers"]
            assert "Origin" in answer.headers["vary"]

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.test",
            "null",
            "http://courses.university.test",
            "https://courses.university.test:8443",
            "https://courses.university.test.evil.test",
            "https://COURSES.university.test",
            "*",
        ],
    )
    async def test_no_other_origin_may(self, toys: Toys, origin: str) -> None:
        client = await self.client(toys)
        answer = await client.get("/v1/things", headers={"origin": origin})
        assert not any(name.startswith("access-control") for name in answer.headers)
        ask = {"origin": origin, "access-control-request-method": "POST"}
        answer = await client.options("/v1/things", headers=ask)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/origin-refused")
        assert not any(name.startswith("access-control") for name in answer.headers)

    async def test_our_site_is_told_what_it_may_send(self, toys: Toys) -> None:
        ask = {
            "origin": SITE,
            "access-control-request-method": "PATCH",
            "access-control-request-headers": "content-type,if-match,x-csrf-token",
        }
        answer = await (await self.client(toys)).options("/v1/things/1", headers=ask)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == SITE
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        allowed = set(answer.headers["access-control-allow-headers"].split(", "))
        assert {"content-type", "if-match", "idempotency-key", "x-csrf-token"} <= allowed

    async def test_without_a_list_there_is_no_foreign_origin(self, toys: Toys) -> None:
        answer = await (await toys.as_()).get("/v1/things", headers={"origin": SITE})
        assert not any(name.startswith("access-control") for name in answer.headers)


class TestVersions:
    """Entity tags, reading again only what has changed, and not writing over what nobody has read."""

    async def thing(self, client: httpx.AsyncClient, code: str = "one") -> Any:
        made = await client.post("/v1/things", json={"code": code})
        assert made.status_code == 201
        assert made.headers["location"] == f"/v1/things/{made.json()['id']}"
        return made.json()["id"]

    @pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', "*"])
    async def test_what_is_unchanged_is_not_sent_again(self, toys: Toys, tag: str) -> None:
        client = await toys.as_(person())
        path = f"/v1/things/{await self.thing(client)}"
        full = await client.get(path)
        assert full.headers["etag"] == '"1"'
        answer = await client.get(path, headers={"if-none-match": tag})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
        assert "content-type" not in answer.headers
        assert answer.headers["server-time"]

    async def test_what_has_changed_is(self, toys: Toys) -> None:
        client = await toys.as_(person())
        path = f"/v1/things/{await self.thing(client)}"
        changed = await client.patch(path, json={"code": "two"}, headers={"if-match": '"1"'})
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        answer = await client.get(path, headers={"if-none-match": '"1"'})
        assert (answer.status_code, answer.json()["code"]) == (200, "two")

    async def test_a_writer_says_what_was_read(self, toys: Toys) -> None:
        client = await toys.as_(person())
        path = f"/v1/things/{await self.thing(client)}"
        answer = await client.patch(path, json={"code": "two"})
        assert (answer.status_code, answer.json()["type"]) == (428, "/problems/version-needed")

    @pytest.mark.parametrize("tag", ['"2"', 'W/"1"', "1", '""', "", "'1'", '"1', ","])
    async def test_another_version_is_refused_with_the_present_one(self, toys: Toys, tag: str) -> None:
        client = await toys.as_(person())
        path = f"/v1/things/{await self.thing(client)}"
        answer = await client.patch(path, json={"code": "two"}, headers={"if-match": tag})
        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/stale-version")
        assert answer.headers["etag"] == '"1"'
        assert (await client.get(path)).json()["code"] == "one"

    @pytest.mark.parametrize("tag", ['"1"', '"7", "1"', "*"])
    async def test_the_version_that_was_read_is_written(self, toys: Toys, tag: str) -> None:
        client = await toys.as_(person())
        path = f"/v1/things/{await self.thing(client)}"
        answer = await client.patch(path, json={"code": "two"}, headers={"if-match": tag})
        assert (answer.status_code, answer.json()["code"]) == (200, "two")

    async def test_nothing_there_is_not_found_before_it_is_stale(self, toys: Toys) -> None:
        client = await toys.as_(person())
        path = "/v1/things/01990000-0000-7000-8000-000000000000"
        answer = await client.patch(path, json={"code": "two"}, headers={"if-match": '"1"'})
        assert answer.status_code == 404


async def test_problem_documents_have_the_members_of_rfc_9457(toys: Toys) -> None:
    answer = await (await toys.as_()).get("/none", headers={"accept-language": "en"})
    words = load_texts()["not-found"]["en"]
    assert json.loads(answer.content) == {"type": "/problems/not-found", "status": 404, **words}
