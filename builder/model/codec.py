"""Documents and courses as canonical JSON: the same value always gives the same bytes, in any process."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from builder.model import captions, course, document, settings

_CLASSES: dict[str, type] = {
    name: value
    for module in (document, course, settings, captions)
    for name, value in vars(module).items()
    if isinstance(value, type) and (dataclasses.is_dataclass(value) or issubclass(value, StrEnum))
}


def encode(value: object) -> bytes:
    """Canonical JSON of a model value; mappings keep sorted keys, fields at their default are left out."""
    return json.dumps(_pack(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def decode(data: bytes) -> Any:
    """The value that `encode` was given. Raises ValueError for bytes that it did not write."""
    try:
        return _unpack(json.loads(data))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an encoded model value: {error}") from error


def _pack(value: object) -> object:
    if isinstance(value, StrEnum):
        return {"": type(value).__name__, "=": value.value}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, tuple | list):
        return [_pack(one) for one in value]
    if isinstance(value, Mapping):
        return {"": "map", "=": {str(key): _pack(one) for key, one in value.items()}}
    kind = type(value).__name__
    packed: dict[str, object] = {"": kind}
    for name, default in _fields(kind):
        one = getattr(value, name)
        if default is dataclasses.MISSING or one != default:
            packed[name] = _pack(one)
    return packed


@cache
def _fields(name: str) -> tuple[tuple[str, object], ...]:
    return tuple((one.name, one.default) for one in dataclasses.fields(_CLASSES[name]))


def _unpack(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_unpack(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind = value[""]
    if kind == "map":
        return {key: _unpack(one) for key, one in value["="].items()}
    if "=" in value:
        return _CLASSES[kind](value["="])
    make: Callable[..., Any] = _CLASSES[kind]
    return make(**{name: _unpack(one) for name, one in value.items() if name})
