"""What is wrong with a body or a parameter, field by field and all at once, as codes that have words in our languages.

msgspec stops at the first fault and speaks English. A form for people who cannot see must list every field with its
message, so after a refusal the fields are converted one by one and the faults are collected.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from api.errors import FieldError
from api.http.wire import is_storable

MOST_ERRORS: Final = 50
"""A list of ten thousand wrong rows is not answered with ten thousand messages."""

_FAULTS: Final = (
    (r"Object missing required field `(?P<field>\w+)`", "missing"),
    (r"Object contains unknown field `(?P<field>[^`]*)`", "unknown"),
    (r"Expected `(?P<expected>[^`]*)`, got `(?P<found>[^`]*)`", "wrong-type"),
    (r"Invalid UUID|badly formed hexadecimal UUID", "not-a-uuid"),
    (r"Invalid RFC3339|Expected `(date)?time` with", "not-a-date"),
    (r"Invalid enum value|Invalid value", "unknown-value"),
    (r"Expected `\w+` of length >= (?P<smallest>\d+)", "too-short"),
    (r"Expected `\w+` of length <= (?P<largest>\d+)", "too-long"),
    (r"Expected `\w+` > (?P<smallest>\S+)", "too-small"),
    (r"Expected `\w+` >= (?P<smallest>\S+)", "too-small"),
    (r"Expected `\w+` < (?P<largest>\S+)", "too-large"),
    (r"Expected `\w+` <= (?P<largest>\S+)", "too-large"),
    (r"Expected `\w+` that's a multiple of (?P<step>\S+)", "not-a-multiple"),
    (r"Expected `\w+` matching regex", "wrong-form"),
    (r"Integer value out of range|Number out of range", "out-of-range"),
)

_WRONG_TYPES: Final = {
    "str": "not-text",
    "int": "not-a-whole-number",
    "float": "not-a-number",
    "bool": "not-true-or-false",
    "array": "not-a-list",
    "object": "not-an-object",
    "date": "not-a-date",
    "datetime": "not-a-date",
    "time": "not-a-date",
    "uuid": "not-a-uuid",
}
"""By the name that msgspec gives to the type."""


def field_errors(value: Any, expected: Any, pointer: str = "", *, strict: bool = True) -> Iterator[FieldError]:
    """Every fault of a JSON value against a type; structs, lists and dictionaries are walked, so that none hides
    another. `strict=False` for text from outside JSON, where "5" is a number."""
    bare = _without_none(value, _bare(expected))
    walked = False
    for one in _errors_inside(value, bare, pointer, strict):
        walked = True
        yield one
    if not walked:
        try:
            found = msgspec.convert(value, expected, strict=strict, str_keys=True)
        except msgspec.ValidationError as error:
            yield as_field_error(pointer, str(error))
        else:
            if isinstance(found, datetime) and not is_storable(found):
                yield FieldError(pointer, "out-of-range", {})


def as_field_error(pointer: str, message: str) -> FieldError:
    """msgspec's sentence as a code; `pointer` is extended by the place that it names."""
    text, _, path = message.partition(" - at `")
    for name, place in re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", path):
        pointer += "/" + _escaped(name or place)
    for pattern, code in _FAULTS:
        if match := re.match(pattern, text):
            values = {name: found for name, found in match.groupdict().items() if found is not None}
            if "field" in values:
                pointer += "/" + _escaped(values.pop("field"))
            if code == "wrong-type":
                code, values = _wrong_type(values["expected"], values["found"])
            return FieldError(pointer, code, values)
    return FieldError(pointer, "not-valid", {})


def zero_bytes(value: Any, pointer: str = "") -> Iterator[FieldError]:
    """The texts of a JSON value that hold the character U+0000, which PostgreSQL cannot store."""
    if isinstance(value, str) and "\0" in value:
        yield FieldError(pointer, "wrong-form", {})
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from zero_bytes(part, f"{pointer}/{place}")
    elif isinstance(value, dict):
        for name, part in value.items():
            if "\0" in name:
                yield FieldError(pointer, "wrong-form", {})
            yield from zero_bytes(part, f"{pointer}/{_escaped(name)}")


def _errors_inside(value: Any, expected: Any, pointer: str, strict: bool) -> Iterator[FieldError]:
    inner = get_args(expected)
    origin = get_origin(expected)
    kind = origin if isinstance(origin, type) else expected
    if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(value, dict):
        yield from _struct_errors(value, expected, pointer, strict)
    elif origin in (list, tuple, set, frozenset) and isinstance(value, list) and inner:
        fixed = origin is tuple and not (len(inner) == 2 and inner[1] is Ellipsis)
        for place, part in enumerate(value):
            if not fixed or place < len(inner):
                yield from field_errors(part, inner[place if fixed else 0], f"{pointer}/{place}", strict=strict)
    elif origin in (dict, Mapping) and isinstance(value, dict):
        for name, part in value.items():
            at = f"{pointer}/{_escaped(name)}"
            for one in field_errors(name, inner[0], at, strict=False):
                yield FieldError(one.pointer, "unknown" if one.code == "wrong-form" else one.code, one.values)
            yield from field_errors(part, inner[1], at, strict=strict)


def _struct_errors(value: dict[str, Any], expected: Any, pointer: str, strict: bool) -> Iterator[FieldError]:
    fields = msgspec.structs.fields(expected)
    config = (get_origin(expected) or expected).__struct_config__
    known = {one.encode_name: one for one in fields}
    for name, one in known.items():
        if name in value:
            yield from field_errors(value[name], one.type, f"{pointer}/{_escaped(name)}", strict=strict)
        elif one.required:
            yield FieldError(f"{pointer}/{_escaped(name)}", "missing", {})
    if config.forbid_unknown_fields:
        for name in value:
            if name not in known and name != config.tag_field:
                yield FieldError(f"{pointer}/{_escaped(name)}", "unknown", {})


def _bare(expected: Any) -> Any:
    """The type without its bounds, which are asked when its parts are right."""
    while get_origin(expected) is Annotated:
        expected = expected.__origin__
    return expected


def _without_none(value: Any, expected: Any) -> Any:
    """Of a union the one type that a value can be meant as: the only one beside None, or the struct with its tag."""
    if get_origin(expected) not in (Union, UnionType) or value is None:
        return expected
    members = [_bare(one) for one in get_args(expected) if one is not NoneType]
    if len(members) == 1:
        return members[0]
    for one in members:
        if isinstance(one, type) and issubclass(one, Struct) and isinstance(value, dict):
            config = one.__struct_config__
            if config.tag_field is not None and value.get(config.tag_field) == config.tag:
                return one
    return expected


def _wrong_type(expected: str, found: str) -> tuple[str, dict[str, Any]]:
    wanted = expected.removesuffix(" | null")
    if found == "null":
        return "missing", {}
    if wanted in _WRONG_TYPES:
        return _WRONG_TYPES[wanted], {}
    return "wrong-type", {"expected": expected, "found": found}


def _escaped(name: str) -> str:
    """RFC 6901, 3."""
    return name.replace("~", "~0").replace("/", "~1")
