"""What developers are told, and that it is readable without scripts, colours and sight."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from api.domains.access.authentication import session_cookie
from api.errors import LANGUAGES
from api.http.application import build_application
from api.http.documentation import all_problems
from api.http.openapi import document
from tests.api.conftest import University
from tests.api.http.conftest import Toys
from tests.api.http.toy import toy_router

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("backend", ["sqlite"])]
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Elements of a page, and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data


async def test_the_document_is_served(university: University) -> None:
    answer = await (await university.as_()).get("/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    told = answer.json()
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": university.context.settings.public_url}]
    assert {"session", "csrf", "token"} == set(told["components"]["securitySchemes"])
    assert told["components"]["securitySchemes"]["session"]["name"] == session_cookie(university.context.settings)
    assert {"/openapi.json", "/docs", "/problems/{slug}", "/v1/persons"} <= set(told["paths"])
    refused = told["paths"]["/v1/persons"]["post"]["responses"]["403"]["$ref"]
    assert refused.endswith("/403.cross-site-request.not-allowed")


async def test_the_page_is_read_with_a_screen_reader_as_well(university: University) -> None:
    answer = await (await university.as_()).get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = Page()
    page.feed(answer.text)
    assert page.open == []
    named = [tag for tag, _ in page.elements]
    assert ("html", {"lang": "en"}) in page.elements
    assert [named.count(one) for one in ("title", "h1", "main", "header", "nav")] == [1, 1, 1, 1, 1]
    levels = [int(one[1]) for one in named if re.fullmatch(r"h[1-6]", one)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert named.count("table") == named.count("caption") > 100
    assert all(values.get("scope") in ("col", "row") for tag, values in page.elements if tag == "th")
    ids = [str(values["id"]) for _, values in page.elements if "id" in values]
    assert len(ids) == len(set(ids))
    targets = [str(values["href"]) for tag, values in page.elements if tag == "a"]
    assert {one[1:] for one in targets if one.startswith("#")} <= set(ids)
    labels = {str(values["aria-labelledby"]) for _, values in page.elements if "aria-labelledby" in values}
    assert labels <= set(ids)


async def test_the_page_needs_nobody_else(university: University) -> None:
    answer = await (await university.as_()).get("/docs")
    page = Page()
    page.feed(answer.text)
    assert not {"script", "iframe", "img", "link", "form"} & {tag for tag, _ in page.elements}
    addresses = [str(values.get("href", values.get("src", ""))) for _, values in page.elements]
    assert all(one == "" or one.startswith(("/", "#")) for one in addresses)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "url(" not in page.style
    assert not [
        values for _, values in page.elements if any(name.startswith("on") or name == "style" for name in values)
    ]


async def test_the_page_shows_every_operation(university: University) -> None:
    client = await university.as_()
    page = (await client.get("/docs")).text
    told = (await client.get("/openapi.json")).json()
    for path, operations in told["paths"].items():
        for method in operations:
            assert f"<code>{method.upper()} {path}</code>" in page


async def test_every_problem_is_explained_in_the_readers_language(university: University) -> None:
    client = await university.as_()
    for language in LANGUAGES:
        answer = await client.get("/problems", headers={"accept-language": language})
        assert answer.headers["content-language"] == language
        kinds = answer.json()["problems"]
        assert {one["slug"] for one in kinds} == set(all_problems())
    said = {
        language: (await client.get("/problems/stale-version", headers={"accept-language": language})).json()["title"]
        for language in LANGUAGES
    }
    assert said["ru"] == "Запись уже изменена"
    assert len(set(said.values())) == 3
    missing = await client.get("/problems/no-such")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")


async def test_the_address_of_a_problem_explains_it(university: University) -> None:
    client = await university.as_()
    refused = (await client.get("/v1/persons")).json()
    explained = (await client.get(refused["type"])).json()
    assert (explained["type"], explained["status"]) == (refused["type"], refused["status"])


def test_the_document_says_what_is_checked(backend: str, toy_document: Any) -> None:
    told = toy_document
    making = told["paths"]["/v1/things"]["post"]
    body = told["components"]["schemas"]["ThingIn"]
    assert body["additionalProperties"] is False
    assert body["properties"]["count"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert body["properties"]["share"]["anyOf"][0] == {"type": "number", "minimum": 0, "maximum": 1}
    assert body["properties"]["due"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert body["properties"]["parts"]["maxItems"] == 20
    sent = {one["name"]: one for one in making["parameters"]}
    assert sent["Idempotency-Key"]["schema"]["maxLength"] == 128
    made = making["responses"]["201"]
    assert {"ETag", "Location", "Idempotency-Replayed", "Server-Time"} <= set(made["headers"])
    assert making["security"] == [{"session": [], "csrf": []}]
    listing = told["paths"]["/v1/things"]["get"]
    assert "Link" in listing["responses"]["200"]["headers"]
    assert listing["security"][0] == {}
    bounds = {one["name"]: one["schema"] for one in listing["parameters"]}
    assert bounds["limit"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    assert (bounds["code"]["maxLength"], bounds["kind"]["maxItems"]) == (64, 2)


def test_the_document_says_what_is_refused(backend: str, toy_document: Any) -> None:
    told = toy_document
    renaming = told["paths"]["/v1/things/{thing_id}"]["patch"]
    assert {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "500", "503", "507"} <= set(
        renaming["responses"]
    )
    assert {one["name"]: one.get("required") for one in renaming["parameters"]}["If-Match"] is True
    stale = told["components"]["responses"][renaming["responses"]["412"]["$ref"].rpartition("/")[2]]
    assert "ETag" in stale["headers"]
    schema = stale["content"]["application/problem+json"]["schema"]
    assert schema["allOf"][1]["properties"]["type"] == {"enum": ["/problems/stale-version"]}
    assert "304" in told["paths"]["/v1/things/{thing_id}"]["get"]["responses"]
    busy = told["components"]["responses"][renaming["responses"]["429"]["$ref"].rpartition("/")[2]]
    assert "Retry-After" in busy["headers"]
    raw = told["paths"]["/v1/things/raw"]["post"]["requestBody"]["content"]
    assert list(raw) == ["text/csv"]


@pytest.fixture
def toy_document(toys: Toys) -> Any:
    return document(build_application(toys.context, [toy_router()]), "http://university.test")
