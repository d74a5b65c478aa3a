"""What a request may hold, asked before a handler is called: media type, parameters, body.

Litestar alone ignores parameters that a handler does not know, so a misspelt filter would return everything; it
ignores the Content-Type of JSON, and takes "5" in a body for a number. Here all of that is refused.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from unicodedata import is_normalized, normalize

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Empty

from api.errors import FieldError, InvalidFields, MalformedBody, Problem, SignInNeeded, UnknownMediaType
from api.http.parameters import REMEMBERED, Parameter, parameters_of
from api.http.validation import MOST_ERRORS, as_field_error, field_errors, zero_bytes
from api.identity import VISITOR
from api.policy import Action

JSON: Final = "application/json"
ANYTHING: Final = ("*/*",)
"""The option `accepts` of a route whose body is a file of any kind."""


class StrictRequest(Request[Any, Any, Any]):
    """Reads a JSON body as what the handler expects, and knows all that is wrong with it."""

    async def json(self) -> Any:
        """Raises MalformedBody, InvalidFields."""
        if self._json is Empty:
            self._json = read_json(await self.body(), _body_type(self.route_handler))
        return self._json


def read_json(body: bytes, expected: Any = Any) -> Any:
    """A body as a value of the type. Raises MalformedBody for what is no JSON, InvalidFields with all wrong fields.

    A name that stands twice in an object is refused: of two readers each may take another one (RFC 8259, 4). Letters
    that were sent in pieces (as some keyboards and all file names of macOS have them) are put together before they are
    looked at.
    """
    if not body:
        raise malformed("no-body")
    if not body.isascii():
        body = _composed(body)
    try:
        value = _decoder(expected).decode(body)
        plain = json.loads(body, object_pairs_hook=_unique)
    except msgspec.ValidationError as error:
        plain = _plain(body)
        found = list(field_errors(plain, expected)) or [as_field_error("", str(error))]
        raise InvalidFields(fields=found[:MOST_ERRORS]) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        _plain(body)
        raise malformed("not-json") from None
    if b"\\u0000" in body and (zeros := list(zero_bytes(plain))):
        raise InvalidFields(fields=zeros[:MOST_ERRORS])
    return value


async def check_request(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard of the whole application. Raises SignInNeeded, UnknownMediaType, MalformedBody, InvalidFields. Awaits
    nothing, but Litestar would send a plain function to another thread each time."""
    policy = handler.opt.get("policy")
    if policy is None or not isinstance(handler, HTTPRouteHandler):
        return
    _refuse_visitor(connection, policy)
    _check_body_kind(connection, handler)
    if faults := _parameter_faults(connection, handler):
        raise InvalidFields(fields=faults[:MOST_ERRORS])


def parameter_errors(request: Request[Any, Any, Any], error: ValidationException) -> list[FieldError]:
    """Litestar's complaints about parameters, which it has all at once."""
    places = {one.argument: one.pointer for one in parameters_of(request.route_handler)}
    return [
        as_field_error(places.get(str(one.get("key", "")).partition(".")[0], ""), str(one.get("message", "")))
        for one in (error.extra if isinstance(error.extra, list) else ())
        if isinstance(one, dict)
    ][:MOST_ERRORS]


def accepted_types(handler: BaseRouteHandler) -> tuple[str, ...]:
    """The media types of bodies that a handler takes; none when it takes no body."""
    accepts: Sequence[str] = handler.opt.get("accepts", ())
    return tuple(accepts) or ((JSON,) if isinstance(handler, HTTPRouteHandler) and handler.parsed_data_field else ())


def _refuse_visitor(connection: ASGIConnection[Any, Any, Any, Any], policy: Action) -> None:
    """Visitors learn nothing of a closed route, not even what is wrong with their fields."""
    actor = connection.scope.get("user") or VISITOR
    if not policy.is_public and not (actor.is_signed_in or actor.is_system):
        raise SignInNeeded()


def _check_body_kind(connection: ASGIConnection[Any, Any, Any, Any], handler: HTTPRouteHandler) -> None:
    headers = connection.headers
    accepted = accepted_types(handler)
    if headers.get("content-encoding", "identity").strip().casefold() != "identity":
        raise UnknownMediaType(expected=", ".join(accepted) or JSON, headers={"Accept-Encoding": "identity"})
    has_body = headers.get("content-length", "0").strip() != "0" or "transfer-encoding" in headers
    if not accepted:
        if has_body:
            raise malformed("body-not-expected")
        return
    sent, _, parameters = headers.get("content-type", "").partition(";")
    if accepted == ANYTHING:
        if sent.strip().casefold().startswith("multipart/"):  # an envelope, which would be stored in place of the file
            raise UnknownMediaType(expected="application/octet-stream")
        return
    charset = parameters.replace('"', "").replace(" ", "").casefold()
    is_wrong = sent.strip().casefold() not in accepted or (accepted == (JSON,) and charset not in ("", "charset=utf-8"))
    if is_wrong and (has_body or sent):
        name = {"POST": "Accept-Post", "PATCH": "Accept-Patch"}.get(str(connection.scope.get("method")), "Accept")
        raise UnknownMediaType(expected=", ".join(accepted), headers={name: ", ".join(accepted)})


def _parameter_faults(connection: ASGIConnection[Any, Any, Any, Any], handler: HTTPRouteHandler) -> list[FieldError]:
    given: dict[str, list[str]] = {}
    if connection.scope["query_string"]:
        for name, value in connection.query_params.multi_items():
            given.setdefault(name, []).append(value)
    faults: list[FieldError] = []
    for one in parameters_of(handler):
        match one.place:
            case "query":
                values = given.pop(one.name, [])
            case "path":
                value = connection.scope["path_params"].get(one.name)
                values = [] if value is None else [str(value)]  # the router has made numbers and ids of some
            case "header":
                values = connection.headers.getall(one.name, [])
            case _:
                values = []
        faults += _faults_of(one, values)
    faults += [FieldError(f"?{name[:100]}", "unknown-parameter", {}) for name in given]
    return faults


def _faults_of(one: Parameter, values: list[str]) -> list[FieldError]:
    if not values:
        is_missing = one.is_required and one.place in ("query", "header")
        return [FieldError(one.pointer, "missing", {})] if is_missing else []
    if len(values) > 1 and not one.is_list:
        return [FieldError(one.pointer, "repeated", {})]
    if any(map(_is_unreadable, values)):
        return [FieldError(one.pointer, "wrong-form", {})]
    value = values if one.is_list else values[0]
    try:
        known = msgspec.convert(value, one.type, strict=False)
    except msgspec.ValidationError:
        known = None
    if known is None or isinstance(known, datetime):
        found = field_errors(value, one.type, strict=False)
        return [FieldError(one.pointer, fault.code, fault.values) for fault in found]
    return []


def _is_unreadable(text: str) -> bool:
    """Control characters, and bytes that were no UTF-8 (which the query's parser replaces by U+FFFD)."""
    return (not text.isprintable() and any(one < " " or "\x7f" <= one <= "\x9f" for one in text)) or "\ufffd" in text


@lru_cache(REMEMBERED)
def _decoder(expected: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(expected)


def _body_type(handler: BaseRouteHandler) -> Any:
    field = handler.parsed_data_field if isinstance(handler, HTTPRouteHandler) else None
    return Any if field is None else field.annotation


def _plain(body: bytes) -> Any:
    """The body as plain JSON. Raises MalformedBody, which says why it is none."""
    try:
        body.decode()
        msgspec.json.decode(body)
        return json.loads(body, object_pairs_hook=_unique)
    except UnicodeDecodeError:
        raise malformed("not-utf8") from None
    except RecursionError:
        raise malformed("too-deep") from None
    except msgspec.ValidationError:  # of plain JSON only numbers can be out of range
        raise malformed("out-of-range") from None
    except ValueError:
        raise malformed("not-json") from None


def _composed(body: bytes) -> bytes:
    """The body in NFC; what JSON itself is written with stays as it is."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise malformed("not-utf8") from None
    return body if is_normalized("NFC", text) else normalize("NFC", text).encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise malformed("repeated-name")
    return found


def malformed(code: str) -> Problem:
    """A body of which no single field is wrong, but the whole."""
    return MalformedBody(fields=[FieldError("", code, {})])
