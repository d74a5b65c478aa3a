"""What is wrong with a body or a parameter, field by field and all at once, as codes that have words in our languages.

msgspec stops at the first fault and speaks English. A form for people who cannot see must list every field with its
message, so after a refusal the fields are converted one by one and the faults are collected.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, get_type_hints

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException
from msgspec import Struct

from api.errors import FieldError

MOST_ERRORS: Final = 50
"""A list of ten thousand wrong rows is not answered with ten thousand messages."""

_FAULTS: Final = (
    (r"Object missing required field `(?P<field>\w+)`", "missing"),
    (r"Object contains unknown field `(?P<field>[^`]*)`", "unknown"),
    (r"Expected `(?P<expected>[^`]*)`, got `(?P<found>[^`]*)`", "wrong-type"),
    (r"Invalid UUID", "not-a-uuid"),
    (r"Invalid RFC3339 (?P<expected>\w+) encoded", "not-a-date"),
    (r"Invalid enum value (?P<value>.*)", "unknown-value"),
    (r"Expected `\w+` of length >= (?P<smallest>\d+)", "too-short"),
    (r"Expected `\w+` of length <= (?P<largest>\d+)", "too-long"),
    (r"Expected `\w+` >=? (?P<smallest>\S+)", "too-small"),
    (r"Expected `\w+` <=? (?P<largest>\S+)", "too-large"),
    (r"Expected `\w+` matching regex", "wrong-form"),
    (r"Integer value out of range|Number out of range", "out-of-range"),
)


def all_field_errors(request: Request[Any, Any, Any], error: ValidationException) -> list[FieldError]:
    """Empty when the body could not be read as JSON at all."""
    found: list[FieldError] = []
    body_failed = False
    for one in error.extra if isinstance(error.extra, list) else []:
        source, key = one.get("source"), one.get("key", "")
        if source is None or str(source).endswith("body") or key == "data":
            body_failed = True
            continue
        prefix = {"query": "?", "header": "header:", "cookie": "cookie:"}.get(str(getattr(source, "value", source)), "")
        found.append(_as_error(f"{prefix}{key}" if prefix else f"{{{key}}}", str(one.get("message", ""))))
    if body_failed or not found:
        found += _body_errors(request)
    return found[:MOST_ERRORS]


def _body_errors(request: Request[Any, Any, Any]) -> list[FieldError]:
    handler = request.route_handler
    expected = getattr(handler, "parsed_data_field", None)
    raw = request.scope.get("_ls_connection_state")
    body = getattr(raw, "body", b"")
    if expected is None or not isinstance(body, bytes):
        return []
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return []
    return list(field_errors(value, expected.annotation, ""))


def field_errors(value: Any, expected: Any, pointer: str) -> Iterator[FieldError]:
    """Every fault of a JSON value against a type; structs and lists are walked, so that none hides another."""
    if isinstance(expected, type) and issubclass(expected, Struct) and isinstance(value, dict):
        yield from _struct_errors(value, expected, pointer)
        return
    inner = getattr(expected, "__args__", ())
    if getattr(expected, "__origin__", None) in (list, tuple, set, frozenset) and isinstance(value, list) and inner:
        before = 0
        for place, part in enumerate(value):
            for one in field_errors(part, inner[0], f"{pointer}/{place}"):
                before += 1
                yield one
        if before:
            return
    try:
        msgspec.convert(value, expected)
    except msgspec.ValidationError as error:
        yield _as_error(pointer, str(error))


def _struct_errors(value: dict[str, Any], expected: type[Struct], pointer: str) -> Iterator[FieldError]:
    hints = get_type_hints(expected, include_extras=True)
    known = {one.encode_name: one for one in msgspec.structs.fields(expected)}
    faultless = True
    for name, one in known.items():
        if name in value:
            for fault in field_errors(value[name], hints[one.name], f"{pointer}/{_escaped(name)}"):
                faultless = False
                yield fault
        elif one.required:
            faultless = False
            yield FieldError(f"{pointer}/{_escaped(name)}", "missing", {})
    if expected.__struct_config__.forbid_unknown_fields:
        tag = expected.__struct_config__.tag_field
        for name in value:
            if name not in known and name != tag:
                faultless = False
                yield FieldError(f"{pointer}/{_escaped(name)}", "unknown", {})
    if faultless:
        try:
            msgspec.convert(value, expected)
        except msgspec.ValidationError as error:
            yield _as_error(pointer, str(error))


def _as_error(pointer: str, message: str) -> FieldError:
    text, _, path = message.partition(" - at `$")
    for part in re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", path):
        pointer += "/" + _escaped(part[0] or part[1])
    for pattern, code in _FAULTS:
        if match := re.match(pattern, text):
            values = match.groupdict()
            if "field" in values:
                pointer += "/" + _escaped(values.pop("field"))
            return FieldError(pointer, code, values)
    return FieldError(pointer, "not-valid", {})


def _escaped(name: str) -> str:
    """RFC 6901, 3."""
    return name.replace("~", "~0").replace("/", "~1")
