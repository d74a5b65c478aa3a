"""Every route of the application, and every problem, keeps the rules that clients count on."""

import ast
import inspect
import re
import string
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_origin

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

import api
from api.app import ROUTERS, create_app, create_context
from api.errors import LANGUAGES, Problem, load_texts
from api.http.documentation import all_problems
from api.http.openapi import document, problems_of, result_type, routes_of
from api.http.parameters import parameters_of
from api.http.wire import PageOf
from api.policy import Action
from api.settings import Settings
from tests.api.conftest import KEYS

SOURCES = Path(api.__file__).parent
UNPAGED = {"list_problems"}
"""Lists of the program's own, which no database holds."""


@cache
def routes() -> list[tuple[str, str, HTTPRouteHandler]]:
    return routes_of(_app())


@cache
def told() -> Any:
    return document(_app(), "http://university.test")


@cache
def _app() -> Any:
    context = create_context(Settings(Path("unused"), "sqlite+aiosqlite:///unused"), KEYS)
    return create_app(context)


def each_route() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("path", "method", "handler"), routes(), ids=[f"{method} {path}" for path, method, _ in routes()]
    )


@each_route()
def test_a_route_says_who_may_and_what_it_is(path: str, method: str, handler: HTTPRouteHandler) -> None:
    assert isinstance(handler.opt.get("policy"), Action)
    assert handler.operation_id
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", str(handler.operation_id)), "snake_case"
    assert handler.tags
    assert inspect.getdoc(handler.fn)
    assert result_type(handler) is not inspect.Signature.empty
    assert all(issubclass(one, Problem) for one in handler.opt.get("problems", ()))
    known = {"policy", "problems", "idempotent", "versioned", "accepts", "cache_s"}
    assert set(handler.opt) <= known, "a misspelt option does nothing"


def test_operations_are_called_differently() -> None:
    ids = [str(handler.operation_id) for _, _, handler in routes()]
    assert sorted(ids) == sorted(set(ids))


@each_route()
def test_a_list_is_paged(path: str, method: str, handler: HTTPRouteHandler) -> None:
    names = {one.name for one in parameters_of(handler)}
    result = result_type(handler)
    is_page = get_origin(result) is PageOf
    if str(handler.operation_id).startswith("list_") and handler.operation_id not in UNPAGED:
        assert is_page
    assert get_origin(result) not in (list, tuple, set)
    if is_page and method == "GET":
        assert {"cursor", "limit"} <= names


@each_route()
def test_options_say_what_the_handler_does(path: str, method: str, handler: HTTPRouteHandler) -> None:
    """Compared with the source, since the document is made from the options."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(handler.fn)))
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    if "once" in called:
        assert handler.opt.get("idempotent") is True
    if "check_version" in called or ("tagged" in called and method == "GET"):
        assert handler.opt.get("versioned") is True
    if handler.opt.get("idempotent"):
        assert method == "POST"


@each_route()
def test_what_comes_in_is_bounded(path: str, method: str, handler: HTTPRouteHandler) -> None:
    operation = told()["paths"][path][method.lower()]
    schemas = [
        (one["name"], one["schema"]) for one in operation.get("parameters", ()) if one["in"] in ("query", "path")
    ]
    contents = operation.get("requestBody", {}).get("content", {}).values()
    schemas += [("body", content.get("schema", {})) for content in contents]
    assert [fault for name, schema in schemas for fault in unbounded(name, schema)] == []


def unbounded(name: str, schema: Any, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """What of a schema has no end: strings, lists, numbers; and objects that take unknown fields."""
    if "$ref" in schema:
        target = schema["$ref"].rpartition("/")[2]
        if target not in seen:
            yield from unbounded(f"{name} {target}", told()["components"]["schemas"][target], (*seen, target))
        return
    for part in schema.get("anyOf", ()):
        yield from unbounded(name, part, seen)
    if "enum" in schema or "const" in schema:
        return
    match schema.get("type"):
        case "string":
            has_end = "maxLength" in schema or schema.get("format") in ("date", "date-time", "time", "uuid")
            if not has_end and not re.fullmatch(r"\^\([a-z|]+\)\$\(\?!\\n\)", schema.get("pattern", "")):
                yield f"{name}: text without max_length (a moment: Meta(tz=True))"
            if schema.get("pattern", "").endswith("$"):
                yield f"{name}: a pattern that ends in $ takes a line break more; use wire.END"
        case "integer" | "number":
            if not ({"minimum", "exclusiveMinimum"} & set(schema) and {"maximum", "exclusiveMaximum"} & set(schema)):
                yield f"{name}: number without ge and le"
        case "array":
            if "maxItems" not in schema:
                yield f"{name}: list without max_length"
            yield from unbounded(f"{name}[]", schema.get("items", {}), seen)
        case "object":
            for field, part in schema.get("properties", {}).items():
                yield from unbounded(f"{name}.{field}", part, seen)
            further = schema.get("additionalProperties", True)
            if isinstance(further, dict):
                if "maxProperties" not in schema:
                    yield f"{name}: dictionary without max_length"
                yield from unbounded(f"{name}{{}}", further, seen)
            elif further:
                yield f"{name}: takes unknown fields"
        case None if schema and "anyOf" not in schema:
            yield f"{name}: any value"


def test_the_document_is_valid_openapi_and_refers_to_what_is_there() -> None:
    assert told()["openapi"] == "3.1.0"
    text = msgspec.json.encode(told()).decode()
    for reference in set(re.findall(r'"#/([^"]+)"', text)):
        place = told()
        for part in reference.split("/"):
            place = place[part]


def slugs() -> list[str]:
    return sorted(all_problems())


@pytest.mark.parametrize("slug", slugs())
def test_a_problem_has_words_in_all_languages(slug: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert 400 <= all_problems()[slug].status < 600
    words = load_texts()[slug]
    assert set(words) == set(LANGUAGES)
    assert {frozenset(one) for one in words.values()} == {frozenset({"title", "detail"})}
    assert len({placeholders(one["title"] + one["detail"]) for one in words.values()}) == 1
    assert not placeholders(words["en"]["title"]), "a title is the same for all cases (RFC 9457, 3.1.3)"


def test_every_problem_class_has_words() -> None:
    without = [one for one in _problem_classes() if one.slug not in load_texts()]
    assert without == []


def test_what_routes_answer_has_words() -> None:
    for path, method, handler in routes():
        for one in problems_of(method, handler):
            assert one.slug in load_texts(), (path, method)


def test_field_codes_have_words_in_all_languages() -> None:
    known = {name for name in load_texts() if name.startswith("field-")}
    missing = {code for code in _codes_in_sources() if f"field-{code}" not in known}
    assert missing == set()
    for name in sorted(known):
        words = load_texts()[name]
        assert set(words) == set(LANGUAGES), name
        assert len({placeholders(one["message"]) for one in words.values()}) == 1, name


def placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _problem_classes() -> Iterator[type[Problem]]:
    waiting = list(Problem.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("api.") and "slug" in one.__dict__:
            yield one


def _codes_in_sources() -> Iterator[str]:
    """The codes in `invalid("/field", "code")` and `FieldError("/field", "code", …)`."""
    for file in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("invalid", "FieldError", "malformed"):
                place = 0 if getattr(node.func, "id", "") == "malformed" else 1
                if len(node.args) > place and isinstance(code := node.args[place], ast.Constant):
                    yield str(code.value)


def test_all_domains_are_listed() -> None:
    """A domain that has routes is part of the application."""
    with_routes = {file.parent.name for file in (SOURCES / "domains").glob("*/routes.py")}
    listed = {
        str(inspect.getmodule(handler.fn).__name__).split(".")[2]  # type: ignore[union-attr]  # functions have modules
        for routers in ROUTERS
        for router in routers
        for route in router.routes
        for handler in getattr(route, "route_handlers", ())
        if str(getattr(inspect.getmodule(handler.fn), "__name__", "")).startswith("api.domains.")
    }
    assert with_routes <= listed
