"""The OpenAPI 3.1 document, made from the very types that requests are checked by and answers are written from.

Litestar's own document says nothing of problems, of headers, or that unknown fields are refused, and loses bounds; so
it is made here. `document(app)` is pure; `api/http/documentation.py` serves it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from inspect import getdoc
from typing import Any, Final, get_args, get_origin

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import UNSET, UnsetType

from api.errors import (
    AddressTooLong,
    BodyTooLarge,
    Conflict,
    HeadersTooLarge,
    InvalidFields,
    KeyReused,
    MalformedBody,
    NotAllowed,
    NotFound,
    Problem,
    ServerFault,
    SignInNeeded,
    StaleVersion,
    StorageFull,
    TooManyRequests,
    Unavailable,
    UnknownMediaType,
    VersionNeeded,
    words_of,
)
from api.http.exchange import LONGEST_KEY
from api.http.intake import JSON, accepted_types
from api.http.parameters import Parameter, parameters_of
from api.http.problems import MEDIA_TYPE
from api.http.wire import Output, PageOf

VERSION: Final = "1"
Json = dict[str, Any]
_READING: Final = frozenset({"GET", "HEAD"})
_REF: Final = "#/components/schemas/{name}"


class ProblemField(Output):
    """One field to correct. `pointer` is a JSON pointer into the body (RFC 6901), `?name` for a parameter of the query,
    `{name}` for one of the path; `code` is stable, `message` is in the reader's language."""

    pointer: str
    code: str
    message: str


class ProblemDocument(Output):
    """What was refused and why (RFC 9457). `type` is stable and explained at that address; title and detail are in the
    reader's language (Accept-Language: ky, ru, en); `values` holds what the detail speaks of."""

    type: str
    title: str
    status: int
    detail: str
    values: dict[str, Any] | UnsetType = UNSET
    errors: list[ProblemField] | UnsetType = UNSET


def document(app: Litestar, server: str) -> Json:
    """The whole document. Handlers without a policy (Litestar's own) are left out."""
    operations = [one for one in routes_of(app) if one[2].opt.get("policy")]
    schemas, names = _schemas(_types(handler for _, _, handler in operations))
    responses: Json = {}
    paths: dict[str, Json] = {}
    for path, method, handler in operations:
        paths.setdefault(path, {})[method.lower()] = _operation(
            method, handler, names, responses, app.state.writing_problems
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jetki",
            "version": VERSION,
            "description": (
                "Courses, enrolment and records of a university that teaches at a distance. Everything refused is "
                f"answered as {MEDIA_TYPE} in Kyrgyz, Russian or English (Accept-Language). Every answer carries the "
                "server's time; lists are read in parts, following the header Link."
            ),
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in sorted({tag for *_, one in operations for tag in one.tags or ()})],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": dict(sorted(responses.items())),
            "headers": _HEADERS,
            "securitySchemes": {**_SECURITY, **_session(app)},
        },
    }


_SECURITY: Final[Json] = {
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "Needed beside `session`."},
    "token": {"type": "http", "scheme": "bearer", "description": "An API token, within its scopes."},
}

_HEADERS: Final[Json] = {
    "Server-Time": {
        "description": "The server's clock (RFC 3339, UTC, milliseconds): deadlines are measured by it.",
        "required": True,
        "schema": {"type": "string", "format": "date-time"},
    },
    "X-Request-Id": {
        "description": "The number of this request in the log.",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    },
    "Content-Language": {
        "description": "The language of title, detail and messages.",
        "required": True,
        "schema": {"type": "string", "enum": ["ky", "ru", "en"]},
    },
    "Retry-After": {
        "description": "Seconds to wait before trying again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "WWW-Authenticate": {"schema": {"type": "string"}},
    "ETag": {
        "description": "The version of what is shown; send it as If-Match when you change it.",
        "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
    },
    "Link": {
        "description": 'The address of the following part, rel="next" (RFC 8288); absent at the end.',
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where the new object is.", "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "This is the stored answer to an earlier request with the same key.",
        "schema": {"type": "string", "const": "true"},
    },
}


def success_status(handler: HTTPRouteHandler) -> int:
    return handler.status_code if isinstance(handler.status_code, int) else int(handler.resolve_status_code())


def result_type(handler: HTTPRouteHandler) -> Any:
    """What a handler answers with: the struct, without `Response[...]` around it."""
    returned = handler.parsed_fn_signature.return_type.annotation
    return (
        get_args(returned)[0]
        if isinstance(get_origin(returned), type) and issubclass(get_origin(returned), Response)
        else returned
    )


def _session(app: Litestar) -> Json:
    told = "Of a browser on a site of this installation; whoever writes sends `csrf` with it."
    name = app.state.session_cookie
    return {"session": {"type": "apiKey", "in": "cookie", "name": name, "description": told}} if name else {}


def problems_of(
    method: str, handler: HTTPRouteHandler, of_writing: Sequence[type[Problem]] = ()
) -> list[type[Problem]]:
    """All problems that an operation may answer with: the general ones (`of_writing` among them), and its own."""
    has_path = any(one.place == "path" for one in parameters_of(handler))
    is_public, is_writing = handler.opt["policy"].is_public, method not in _READING
    found: list[type[Problem]] = [
        MalformedBody,
        SignInNeeded,
        AddressTooLong,
        UnknownMediaType,
        InvalidFields,
        TooManyRequests,
        HeadersTooLarge,
        ServerFault,
        Unavailable,
    ]
    if not is_public:
        found.append(NotAllowed)
    if has_path or not is_public or is_writing:
        found.append(NotFound)
    if accepted_types(handler):
        found.append(BodyTooLarge)
    if is_writing:
        found += [Conflict, StorageFull, *of_writing]
    if is_writing and handler.opt.get("idempotent"):
        found.append(KeyReused)
    if is_writing and handler.opt.get("versioned"):
        found += [StaleVersion, VersionNeeded]
    return list(dict.fromkeys([*found, *handler.opt.get("problems", ())]))


def routes_of(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Path, method and handler of everything that is offered to clients, in order."""
    found = [
        (route.path_format, str(method), handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    ]
    return sorted(found, key=lambda one: one[:2])


def _types(handlers: Iterable[HTTPRouteHandler]) -> list[Any]:
    found: list[Any] = [ProblemDocument]
    for handler in handlers:
        body = handler.parsed_data_field
        found += [] if body is None else [body.annotation]
        found += [result_type(handler)] if result_type(handler) not in (None, type(None), bytes, str) else []
        found += [one.type for one in parameters_of(handler)]
    return list({str(one): one for one in found}.values())


def _schemas(types: Sequence[Any]) -> tuple[Json, Mapping[str, Json]]:
    """The components, and for each type (by its text: bounds are no dictionary keys) its schema."""
    wanted = list(types)
    schemas, components = msgspec.json.schema_components(wanted, ref_template=_REF, schema_hook=_whatever)
    told = {name: _translated(one) for name, one in sorted(components.items())}
    return told, {str(one): _translated(schema) for one, schema in zip(wanted, schemas, strict=True)}


def _whatever(kind: type) -> Json:
    """The schema of `object`: any JSON value."""
    if kind is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError


def _translated(schema: Any) -> Any:
    """JSON Schema as ECMA-262 readers of patterns understand it; msgspec means Python's."""
    if isinstance(schema, dict):
        return {
            key: _pattern(value) if key == "pattern" and isinstance(value, str) else _translated(value)
            for key, value in schema.items()
        }
    return [_translated(one) for one in schema] if isinstance(schema, list) else schema


def _pattern(pattern: str) -> str:
    r"""`\w` of Python means letters and digits of any script, that of ECMA-262 the 26 English ones."""

    def spell(match: re.Match[str]) -> str:
        inside = match[0]
        return (
            inside.replace(r"\w", r"\p{L}\p{N}_") if inside.startswith("[") else inside.replace(r"\w", r"[\p{L}\p{N}_]")
        )

    return re.sub(r"\[(?:\\.|[^\]\\])*\]|\\w", spell, pattern)


def _operation(
    method: str,
    handler: HTTPRouteHandler,
    schemas: Mapping[str, Json],
    responses: Json,
    of_writing: Sequence[type[Problem]],
) -> Json:
    summary, _, rest = (getdoc(handler.fn) or "").partition("\n")
    operation: Json = {
        "operationId": handler.operation_id,
        "tags": list(handler.tags or ()),
        "summary": summary,
        "description": rest.strip(),
        "parameters": [*(_parameter(one, schemas) for one in parameters_of(handler)), *_headers_sent(method, handler)],
        "responses": {
            **_success(method, handler, schemas),
            **_problem_responses(problems_of(method, handler, of_writing), responses, _forms_of_problems(handler)),
        },
        "security": _security(method, handler),
    }
    if accepted := accepted_types(handler):
        body = handler.parsed_data_field
        schema = {} if body is None else schemas[str(body.annotation)]
        content = {"schema": schema} if accepted == (JSON,) else {}
        operation["requestBody"] = {
            "required": body is None or not body.is_optional,
            "content": dict.fromkeys(accepted, content),
        }
    return {key: value for key, value in operation.items() if value or key == "security"}


def _parameter(one: Parameter, schemas: Mapping[str, Json]) -> Json:
    schema = dict(schemas[str(one.type)])
    if isinstance(one.default, str | int | bool):
        schema["default"] = one.default
    told: Json = {
        "name": one.name,
        "in": one.place,
        "required": one.is_required or one.place == "path",
        "schema": schema,
    }
    return told | ({"description": one.description} if one.description else {})


def _headers_sent(method: str, handler: HTTPRouteHandler) -> Iterator[Json]:
    yield {
        "name": "Accept-Language",
        "in": "header",
        "description": "Of the messages: ky, ru or en.",
        "schema": {"type": "string"},
    }
    if method in _READING and handler.opt.get("versioned"):
        yield {
            "name": "If-None-Match",
            "in": "header",
            "description": "An ETag that was received before; while it is right, the answer is 304 without content.",
            "schema": {"type": "string"},
        }
    if method not in _READING and handler.opt.get("versioned"):
        yield {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": "The ETag of the version that was read; 412 when somebody has written since.",
            "schema": {"type": "string"},
        }
    if handler.opt.get("idempotent"):
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "description": (
                "Any text of the client's own, one for each thing to be done. The same request with the same key is "
                "done once within 24 hours, and answered the same each time; another request with it is refused."
            ),
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
        }


def _success(method: str, handler: HTTPRouteHandler, schemas: Mapping[str, Json]) -> Json:
    status = success_status(handler)
    result = result_type(handler)
    names = ["Server-Time", "X-Request-Id"]
    is_reading = method in _READING
    if handler.opt.get("versioned"):
        names.append("ETag")
    if get_origin(result) is PageOf:
        names.append("Link")
    if status == 201:
        names += ["Location", *([] if handler.opt.get("versioned") else ["ETag"])]
    if handler.opt.get("idempotent"):
        names.append("Idempotency-Replayed")
    answer: Json = {"description": HTTPStatus(status).phrase, "headers": _header_references(names)}
    if result not in (None, type(None)):
        kind = str(getattr(handler.media_type, "value", handler.media_type) or JSON)
        schema = {"type": "string"} if result in (bytes, str) else schemas[str(result)]
        answer["content"] = {kind: {"schema": schema} if result is not bytes or kind.startswith("text/") else {}}
    told = {str(status): answer}
    if is_reading and handler.opt.get("versioned"):
        unchanged = _header_references(["Server-Time", "X-Request-Id", "ETag"])
        told["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase, "headers": unchanged}
    return told


def _forms_of_problems(handler: HTTPRouteHandler) -> tuple[str, ...]:
    """Media types. A page's problems are told on the page to whoever asks for its type."""
    return (MEDIA_TYPE, str(handler.media_type)) if handler.opt.get("problems_on_page") else (MEDIA_TYPE,)


def _problem_responses(problems: Sequence[type[Problem]], responses: Json, forms: Sequence[str]) -> Json:
    by_status: dict[int, list[type[Problem]]] = {}
    for one in problems:
        by_status.setdefault(one.status, []).append(one)
    told: Json = {}
    for status, several in sorted(by_status.items()):
        slugs = sorted(one.slug for one in several)
        name = f"{status}." + ".".join(slugs) + (".page" if len(forms) > 1 else "")
        responses[name] = _problem_response(status, slugs, forms)
        told[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return told


def _problem_response(status: int, slugs: Sequence[str], forms: Sequence[str]) -> Json:
    names = ["Server-Time", "X-Request-Id", "Content-Language"]
    names += {401: ["WWW-Authenticate"], 412: ["ETag"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    titles = "; ".join(f"{_title(slug)} (/problems/{slug})" for slug in slugs)
    narrowed = {
        "properties": {"type": {"enum": [f"/problems/{slug}" for slug in slugs]}, "status": {"const": status}},
    }
    schema = {"allOf": [{"$ref": _REF.format(name="ProblemDocument")}, narrowed]}
    content = {form: {"schema": schema if form == MEDIA_TYPE else {"type": "string"}} for form in forms}
    return {"description": titles, "headers": _header_references(names), "content": content}


def _title(slug: str) -> str:
    return words_of(slug, "title", "en", _Anything())


class _Anything(dict[str, Any]):
    """For titles that name a value, which is not known here."""

    def __missing__(self, key: str) -> str:
        return "…"


def _header_references(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _security(method: str, handler: HTTPRouteHandler) -> list[Json]:
    policy = handler.opt["policy"]
    cookie: Json = {"session": []} if method in _READING else {"session": [], "csrf": []}
    ways = [cookie, *([{"token": []}] if policy.token_scope else [])]
    return [{}, *ways] if policy.is_public else ways
