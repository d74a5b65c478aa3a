"""Every route of the application, and every problem, keeps the rules that clients count on."""

import ast
import inspect
import re
import string
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_origin

import msgspec
import pytest
from litestar import Response
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
UNPAGED = {"list_problems", "list_token_scopes", "list_prerequisites"}
"""Lists of the program's own, and of one course's prerequisites: a handful, which nobody reads in parts."""
ALWAYS_WHOLE = {"list_retention_periods"}
"""Pages that are the whole list: as many as there are categories of data."""


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


def ask_all(ask: Callable[[str, str, HTTPRouteHandler], Iterator[str]]) -> None:
    """Fails with a line for each thing that is wrong with a route."""
    faults = [f"{method} {path}: {one}" for path, method, handler in routes() for one in ask(path, method, handler)]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_a_route_says_who_may_and_what_it_is() -> None:
    known = {"policy", "problems", "idempotent", "versioned", "accepts", "cache_s", "proves_itself", "problems_on_page"}

    def ask(path: str, method: str, handler: HTTPRouteHandler) -> Iterator[str]:
        if not isinstance(handler.opt.get("policy"), Action):
            yield "no policy"
        if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", str(handler.operation_id)):
            yield f"operation_id {handler.operation_id} is not snake_case"
        if not handler.tags:
            yield "no tags"
        if not inspect.getdoc(handler.fn):
            yield "no docstring"
        if handler.parsed_fn_signature.return_type.annotation in (inspect.Signature.empty, Any, Response):
            yield "no exact return annotation"
        if not all(issubclass(one, Problem) for one in handler.opt.get("problems", ())):
            yield "problems are no Problems"
        if unknown := set(handler.opt) - known:
            yield f"options that do nothing: {unknown}"
        if bool(handler.opt.get("problems_on_page")) != bool(handler.exception_handlers):
            yield "problems_on_page says that the route shows its problems itself"

    ask_all(ask)


def test_operations_are_called_differently() -> None:
    ids = [str(handler.operation_id) for _, _, handler in routes()]
    assert sorted(ids) == sorted(set(ids))


def test_a_list_is_paged() -> None:
    def ask(path: str, method: str, handler: HTTPRouteHandler) -> Iterator[str]:
        names = {one.name for one in parameters_of(handler)}
        result = result_type(handler)
        is_page = get_origin(result) is PageOf
        is_list = str(handler.operation_id).startswith("list_") and handler.operation_id not in UNPAGED
        if (is_list and not is_page) or get_origin(result) in (list, tuple, set):
            yield "a list that is not a page"
        is_whole = handler.operation_id in ALWAYS_WHOLE
        if is_page and method == "GET" and not is_whole and not {"cursor", "limit"} <= names:
            yield "a page without cursor and limit"

    ask_all(ask)


def test_options_say_what_the_handler_does() -> None:
    """Compared with the source, since the document is made from the options."""

    def ask(path: str, method: str, handler: HTTPRouteHandler) -> Iterator[str]:
        tree = ast.parse(textwrap.dedent(inspect.getsource(handler.fn)))
        called = {
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        }
        if "once" in called and not handler.opt.get("idempotent"):
            yield "`idempotent` is missing"
        if ("check_version" in called or ("tagged" in called and method == "GET")) and not handler.opt.get("versioned"):
            yield "`versioned` is missing"
        if handler.opt.get("idempotent") and method != "POST":
            yield "only a POST needs a key"

    ask_all(ask)


def test_what_is_changed_by_version_is_read_with_it() -> None:
    """Whoever reads it gets an entity tag, and may be answered 304: the document has to say so."""
    written = {
        path
        for path, method, handler in routes()
        if method in ("PATCH", "PUT", "DELETE") and handler.opt.get("versioned")
    }

    def ask(path: str, method: str, handler: HTTPRouteHandler) -> Iterator[str]:
        if method == "GET" and path in written and not handler.opt.get("versioned"):
            yield "not versioned, but what is read here is changed by version"

    ask_all(ask)


def test_what_comes_in_is_bounded() -> None:
    def ask(path: str, method: str, handler: HTTPRouteHandler) -> Iterator[str]:
        operation = told()["paths"][path][method.lower()]
        sent = operation.get("parameters", ())
        schemas = [(one["name"], one["schema"]) for one in sent if one["in"] in ("query", "path")]
        contents = operation.get("requestBody", {}).get("content", {}).values()
        schemas += [("body", content.get("schema", {})) for content in contents]
        for name, schema in schemas:
            yield from unbounded(name, schema)

    ask_all(ask)


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
            if not has_end and not is_short(schema.get("pattern", "")):
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


def is_short(pattern: str) -> bool:
    """Whether the pattern itself has an end, as `^[a-f0-9]{64}$` has."""
    if not pattern.startswith("^") or "$" not in pattern:
        return False
    longest: int = re._parser.parse(pattern.replace(r"\p{L}\p{N}", "a")).getwidth()[1]
    return longest < 1000


def test_the_document_is_valid_openapi_and_refers_to_what_is_there() -> None:
    assert told()["openapi"] == "3.1.0"
    text = msgspec.json.encode(told()).decode()
    for reference in set(re.findall(r'"#/([^"]+)"', text)):
        place = told()
        for part in reference.split("/"):
            place = place[part]


def test_a_problem_has_words_in_all_languages() -> None:
    for slug, kind in sorted(all_problems().items()):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
        assert 400 <= kind.status < 600, slug
        words = load_texts()[slug]
        assert set(words) == set(LANGUAGES), slug
        assert {frozenset(one) for one in words.values()} == {frozenset({"title", "detail"})}, slug
        assert len({placeholders(one["title"] + one["detail"]) for one in words.values()}) == 1, slug
        assert not placeholders(words["en"]["title"]), f"{slug}: a title is the same for all cases (RFC 9457, 3.1.3)"


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
