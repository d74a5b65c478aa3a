"""What developers read: the OpenAPI document, a page made of it, and what each problem means.

The page is plain HTML of ours: it names no foreign host, runs no script, and has headings, landmarks, captions and
header cells, so that it is read with a screen reader as well as without.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Final

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.params import FromPath

from api.errors import LANGUAGES, TYPE_PREFIX, NotFound, Problem, load_texts
from api.http.exchange import TheExchange
from api.http.openapi import Json, document
from api.http.wire import Code, Output
from api.policy import Anyone, action

READ_DOCUMENTATION: Final = action("service.documentation", Anyone.EVERYBODY)
PAGE_S: Final = 300
"""How long browsers may keep what only changes with a new version of the service. Our choice."""


class ProblemKind(Output):
    """A kind of refusal. `detail` names what differs from case to case in braces; the answer has it in `values`."""

    type: str
    slug: str
    status: int
    title: str
    detail: str


class ProblemKinds(Output):
    problems: list[ProblemKind]


@get("/openapi.json", policy=READ_DOCUMENTATION, cache_s=PAGE_S, operation_id="get_openapi", tags=["documentation"])
async def get_openapi(exchange: TheExchange) -> Response[dict[str, Any]]:
    """The OpenAPI 3.1 document of this service."""
    body = _document_bytes(exchange.request.app, exchange.context.settings.public_url)
    return Response(body, media_type="application/json")  # type: ignore[arg-type]  # its text, made once


@get(
    "/docs",
    policy=READ_DOCUMENTATION,
    cache_s=PAGE_S,
    operation_id="read_documentation",
    tags=["documentation"],
    media_type="text/html",
)
async def read_documentation(exchange: TheExchange) -> Response[bytes]:
    """The same document as a page for people, in English."""
    page = _page_bytes(exchange.request.app, exchange.context.settings.public_url)
    headers = {"Content-Security-Policy": PAGE_POLICY, "Content-Language": "en"}
    return Response(page, media_type="text/html", headers=headers)


@get("/problems", policy=READ_DOCUMENTATION, cache_s=PAGE_S, operation_id="list_problems", tags=["documentation"])
async def list_problems(exchange: TheExchange) -> Response[ProblemKinds]:
    """Every kind of refusal, in the reader's language."""
    kinds = [_kind(one, exchange.language) for _, one in sorted(all_problems().items())]
    return Response(ProblemKinds(problems=kinds), headers={"Content-Language": exchange.language})


@get(
    "/problems/{slug:str}",
    policy=READ_DOCUMENTATION,
    cache_s=PAGE_S,
    operation_id="get_problem",
    tags=["documentation"],
)
async def get_problem(slug: FromPath[Code], exchange: TheExchange) -> Response[ProblemKind]:
    """One kind of refusal, in the reader's language. This is the address that `type` of a problem names."""
    found = all_problems().get(slug)
    if found is None:
        raise NotFound()
    return Response(_kind(found, exchange.language), headers={"Content-Language": exchange.language})


routers: Sequence[Router] = (Router("/", route_handlers=[get_openapi, read_documentation, list_problems, get_problem]),)


def all_problems() -> Mapping[str, type[Problem]]:
    """Slug -> problem, of all modules that are loaded. Two problems with one slug are a fault of ours."""
    found: dict[str, type[Problem]] = {}
    waiting = list(Problem.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        slug = one.__dict__.get("slug")
        if slug is None or slug not in load_texts():  # a base of others, or of a test
            continue
        if found.setdefault(slug, one) is not one:
            raise ValueError(f"two problems are called {slug!r}")
    return found


def _kind(one: type[Problem], language: str) -> ProblemKind:
    assert language in LANGUAGES
    words = load_texts()[one.slug][language]
    return ProblemKind(
        type=TYPE_PREFIX + one.slug, slug=one.slug, status=one.status, title=words["title"], detail=words["detail"]
    )


@lru_cache(4)
def _document_bytes(app: Litestar, server: str) -> bytes:
    return msgspec.json.encode(document(app, server))


@lru_cache(4)
def _page_bytes(app: Litestar, server: str) -> bytes:
    return "\n".join(_page(document(app, server))).encode()


_STYLE: Final = (
    "body{font:1.0625rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#1a1a1a;"
    "background:#fff;overflow-wrap:anywhere}code{font:.95em ui-monospace,monospace}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}caption{text-align:left;font-weight:600}"
    "th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "section section{border-top:2px solid #767676;margin-top:1.5rem}a{color:#0b4f9e}"
    "a:focus-visible{outline:3px solid #0b4f9e;outline-offset:2px}"
    ".skip{position:absolute;left:-99rem}.skip:focus{position:static}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#9cc7ff}"
    "a:focus-visible{outline-color:#9cc7ff}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _page(told: Json) -> Iterator[str]:
    by_tag: dict[str, list[tuple[str, str, Json]]] = {one["name"]: [] for one in told["tags"]}
    for path, operations in told["paths"].items():
        for method, one in operations.items():
            by_tag[one["tags"][0]].append((method.upper(), path, one))
    title = f"{told['info']['title']} API, version {told['info']['version']}"
    yield f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>"
    yield '<a class="skip" href="#main">Skip to the operations</a>'
    yield f"<header><h1>{escape(title)}</h1>\n<p>{escape(told['info']['description'])}</p>"
    yield '<p>For programs: <a href="/openapi.json">the OpenAPI 3.1 document</a>. '
    yield '<a href="/problems">All problems and what they mean</a>.</p></header>'
    yield '<nav aria-label="Contents"><h2>Contents</h2>\n<ul>'
    for tag, several in by_tag.items():
        yield f'<li><a href="#tag-{_id(tag)}">{escape(tag)}</a>\n<ul>'
        for _, _, one in several:
            yield f'<li><a href="#{_id(one["operationId"])}">{_prose(one["summary"])}</a></li>'
        yield "</ul></li>"
    yield '<li><a href="#schemas">Objects</a></li>\n</ul></nav>\n<main id="main">'
    for tag, several in by_tag.items():
        yield f'<section aria-labelledby="tag-{_id(tag)}"><h2 id="tag-{_id(tag)}">{escape(tag)}</h2>'
        for method, path, one in several:
            yield from _operation(method, path, one, told)
        yield "</section>"
    yield '<section aria-labelledby="schemas"><h2 id="schemas">Objects</h2>'
    for name, schema in told["components"]["schemas"].items():
        yield from _object(name, schema)
    yield "</section>\n</main>\n</body>\n</html>"


def _operation(method: str, path: str, one: Json, told: Json) -> Iterator[str]:
    name = _id(one["operationId"])
    yield f'<section aria-labelledby="{name}"><h3 id="{name}">{_prose(one["summary"])}</h3>'
    yield f"<p><code>{method} {escape(path)}</code></p>"
    if one.get("description"):
        yield "".join(f"<p>{_prose(part)}</p>" for part in one["description"].split("\n\n"))
    yield f"<p>Who: {_who(one['security'])}</p>"
    if rows := one.get("parameters"):
        cells = [
            (
                part["name"],
                part["in"],
                _type(part["schema"]),
                _needed(part.get("required")),
                part.get("description", ""),
            )
            for part in rows
        ]
        yield from _table("Parameters", ("Name", "In", "Type", "Needed", "Meaning"), cells)
    for kind, content in one.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body: <code>{kind}</code>, {_type(content.get('schema', {}))}</p>"
    answers = []
    for status, answer in one["responses"].items():
        found = told["components"]["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        shown = ", ".join(_type(content.get("schema", {})) for content in found.get("content", {}).values())
        answers.append((status, found["description"], "" if "$ref" in answer else shown, ", ".join(found["headers"])))
    yield from _table("Answers", ("Status", "Meaning", "Content", "Headers"), answers)
    yield "</section>"


def _object(name: str, schema: Json) -> Iterator[str]:
    yield f'<section aria-labelledby="schema-{_id(name)}"><h3 id="schema-{_id(name)}">{escape(name)}</h3>'
    if text := schema.get("description"):
        yield f"<p>{_prose(text)}</p>"
    needed = set(schema.get("required", ()))
    fields = schema.get("properties", {})
    if fields:
        rows = [(field, "", _type(one), _needed(field in needed), "") for field, one in fields.items()]
        yield from _table("Fields", ("Name", "Type", "Needed"), [(one[0], one[2], one[3]) for one in rows])
    else:
        yield f"<p>{_type(schema)}</p>"
    yield "</section>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Cells are HTML when they begin with a tag of ours, else text."""
    yield f"<table><caption>{caption}</caption>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{one}</th>' for one in heads) + "</tr></thead><tbody>"
    for first, *others in rows:
        cells = "".join(f"<td>{one if one.startswith('<') else _prose(one)}</td>" for one in others)
        yield f'<tr><th scope="row"><code>{escape(first)}</code></th>{cells}</tr>'
    yield "</tbody></table>"


def _type(schema: Json) -> str:
    """A type in words, with its bounds; objects are links."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#schema-{_id(name)}">{escape(name)}</a>'
    if "anyOf" in schema:
        return "<span>" + " or ".join(_type(one) for one in schema["anyOf"]) + "</span>"
    if "enum" in schema:
        return "<span>one of " + ", ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"]) + "</span>"
    kind = schema.get("type", "any JSON value")
    words = [f"{kind} ({schema['format']})" if "format" in schema else str(kind)]
    if kind == "array":
        words.append("of " + _type(schema.get("items", {})))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        words.append("of names to " + _type(schema["additionalProperties"]))
    bounds = {
        "minimum": "at least",
        "maximum": "at most",
        "minLength": "length at least",
        "maxLength": "length at most",
        "minItems": "items at least",
        "maxItems": "items at most",
    }
    words += [f"{word} {schema[name]}" for name, word in bounds.items() if name in schema]
    if "pattern" in schema:
        words.append(f"form <code>{escape(schema['pattern'])}</code>")
    return f"<span>{', '.join(words)}</span>"


def _who(security: Sequence[Json]) -> str:
    if {} in security:
        return "everybody"
    return "signed in" + (", or with an API token" if any("token" in one for one in security) else "")


def _needed(value: object) -> str:
    return "yes" if value else "no"


def _prose(text: str) -> str:
    """Text with `code` marked as such."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _id(name: str) -> str:
    return "".join(one if one.isalnum() else "-" for one in name)
