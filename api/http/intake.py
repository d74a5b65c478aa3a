"""What a request may hold, asked before a handler is called: media type, parameters, body.

Litestar alone ignores parameters that a handler does not know, so a misspelt filter would return everything; it
ignores the Content-Type of JSON, and takes "5" in a body for a number. Here all of that is refused.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import ParamType
from litestar.exceptions import ValidationException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Empty

from api.errors import FieldError, InvalidFields, MalformedBody, Problem, SignInNeeded, UnknownMediaType
from api.http.validation import MOST_ERRORS, as_field_error, field_errors, zero_bytes
from api.identity import VISITOR
from api.policy import Action

JSON: Final = "application/json"
_REMEMBERED: Final = 1024
"""How many handlers' parameters are remembered: more than there are; tests make many applications."""
_PREFIXES: Final = {ParamType.QUERY: "?", ParamType.HEADER: "header:", ParamType.COOKIE: "cookie:"}


class StrictRequest(Request[Any, Any, Any]):
    """Reads a JSON body as what the handler expects, and knows all that is wrong with it."""

    async def json(self) -> Any:
        """Raises MalformedBody, InvalidFields."""
        if self._json is Empty:
            self._json = read_json(await self.body(), _body_type(self.route_handler))
        return self._json


def read_json(body: bytes, expected: Any = Any) -> Any:
    """A body as a value of the type. Raises MalformedBody for what is no JSON, InvalidFields with all wrong fields.

    A name that stands twice in an object is refused: of two readers each may take another one (RFC 8259, 4).
    """
    if not body:
        raise _malformed("no-body")
    try:
        value = _decoder(expected).decode(body)
        plain = json.loads(body, object_pairs_hook=_unique)
    except msgspec.ValidationError as error:
        plain = _plain(body)
        found = list(field_errors(plain, expected)) or [as_field_error("", str(error))]
        raise InvalidFields(fields=found[:MOST_ERRORS]) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        _plain(body)
        raise _malformed("not-json") from None
    if b"\\u0000" in body and (zeros := list(zero_bytes(plain))):
        raise InvalidFields(fields=zeros[:MOST_ERRORS])
    return value


def check_request(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard of the whole application. Raises SignInNeeded, UnknownMediaType, MalformedBody, InvalidFields."""
    policy = handler.opt.get("policy")
    if policy is None or not isinstance(handler, HTTPRouteHandler):
        return
    _refuse_visitor(connection, policy)
    _check_body_kind(connection, handler)
    if faults := _parameter_faults(connection, handler):
        raise InvalidFields(fields=faults[:MOST_ERRORS])


def parameter_errors(request: Request[Any, Any, Any], error: ValidationException) -> list[FieldError]:
    """Litestar's complaints about parameters, which it has all at once."""
    places = _pointers(request.route_handler)
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
            raise _malformed("body-not-expected")
        return
    sent, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.replace('"', "").replace(" ", "").casefold()
    is_wrong = sent.strip().casefold() not in accepted or (accepted == (JSON,) and charset not in ("", "charset=utf-8"))
    if is_wrong and (has_body or sent):
        name = {"POST": "Accept-Post", "PATCH": "Accept-Patch"}.get(str(connection.scope.get("method")), "Accept")
        raise UnknownMediaType(expected=", ".join(accepted), headers={name: ", ".join(accepted)})


def _parameter_faults(connection: ASGIConnection[Any, Any, Any, Any], handler: HTTPRouteHandler) -> list[FieldError]:
    single, several, required = _query_names(handler)
    faults: list[FieldError] = []
    if connection.scope["query_string"]:
        seen: set[str] = set()
        for name, value in connection.query_params.multi_items():
            pointer = f"?{name[:100]}"
            if name not in single and name not in several:
                faults.append(FieldError(pointer, "unknown-parameter", {}))
            elif name in seen and name not in several:
                faults.append(FieldError(pointer, "repeated", {}))
            elif _is_unreadable(value):
                faults.append(FieldError(pointer, "wrong-form", {}))
            seen.add(name)
        required -= seen
    faults += [FieldError(f"?{name}", "missing", {}) for name in sorted(required)]
    for name, value in connection.scope["path_params"].items():
        if isinstance(value, str) and _is_unreadable(value):
            faults.append(FieldError(f"{{{name}}}", "wrong-form", {}))
    return faults


def _is_unreadable(text: str) -> bool:
    """Control characters, and bytes that were no UTF-8 (which the query's parser replaces by U+FFFD)."""
    return (not text.isprintable() and any(one < " " or "\x7f" <= one <= "\x9f" for one in text)) or "\ufffd" in text


@lru_cache(_REMEMBERED)
def _query_names(handler: HTTPRouteHandler) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Query parameters that may stand once, that may stand several times, and that must stand."""
    expected = _parameters(handler, ParamType.QUERY)
    several = frozenset(one.field_alias for one in expected if one.is_sequence)
    names = frozenset(one.field_alias for one in expected)
    return names - several, several, frozenset(one.field_alias for one in expected if one.is_required)


@lru_cache(_REMEMBERED)
def _pointers(handler: HTTPRouteHandler) -> Mapping[str, str]:
    """Argument of the handler -> what a client calls it."""
    places = {one.field_name: f"{{{one.field_alias}}}" for one in _parameters(handler, ParamType.PATH)}
    for kind, prefix in _PREFIXES.items():
        places |= {one.field_name: prefix + one.field_alias for one in _parameters(handler, kind)}
    return places


def _parameters(handler: HTTPRouteHandler, kind: ParamType) -> Any:
    model = handler.create_kwargs_model(path_parameters={})  # what is in the path is marked `FromPath`
    match kind:
        case ParamType.QUERY:
            return model.expected_query_params
        case ParamType.PATH:
            return model.expected_path_params
        case ParamType.HEADER:
            return model.expected_header_params
        case _:
            return model.expected_cookie_params


@lru_cache(_REMEMBERED)
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
        raise _malformed("not-utf8") from None
    except RecursionError:
        raise _malformed("too-deep") from None
    except msgspec.ValidationError:  # of plain JSON only numbers can be out of range
        raise _malformed("out-of-range") from None
    except ValueError:
        raise _malformed("not-json") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("repeated-name")
    return found


def _malformed(code: str) -> Problem:
    return MalformedBody(fields=[FieldError("", code, {})])
