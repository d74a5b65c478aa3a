"""Valid bodies, made from the very types that requests are checked by."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import inspect

SAMPLES: Final = (
    *("ky", "ky-Cyrl", "Окуу иши боюнча", "a-1", "+996555123456", "a.asanov@university.test", "training", "document"),
    *("https://university.test/a", "enrolment.withdrawn", "teaching:read", "a" * 64, "a" * 32, "1"),
)
"""One of them fits every pattern of the API."""
WORDS: Final[Mapping[str, Any]] = {
    "requirement": "braille",
    "reference": "12",
    "covers_all": True,
    "login": "aigul.asanova",
    "family_name": "Асанова",
    "given_name": "Айгүл",
    "url": "https://university.test/a",
    "category": "person",
    "modes": ["distance"],
}
"""What no type says."""
KINDS: Final[Mapping[str, Any]] = {
    "answer": {"kind": "essay", "text": "Жооп"},
    "content": {"kind": "essay", "prompt": {"ky": "Эмне үчүн?"}},
    "key": {"kind": "essay"},
}
"""Where there is a choice of structures."""
DATES: Final = {"ends_on": "2027-01-20", "valid_to": "2027-08-31", "closes_at": "2026-12-01T00:00:00Z"}
DAY: Final = "2026-09-02"
MOMENT: Final = "2026-09-02T00:00:00Z"
ALSO: Final = frozenset(
    {"person_id", "programme_id", "unit_id", "scope_id", "name_starts", "reference", "covers_all", "modes"}
)
"""Sent although they may be left out: whom and what a request is about."""


def body(type_: Any, ids: Mapping[str, UUID]) -> Any:
    """A body of the type. `ids`: by field, what it names."""
    return _value(inspect.type_info(type_), "", ids)


def _value(type_: inspect.Type, name: str, ids: Mapping[str, UUID]) -> Any:
    match type_:
        case inspect.Metadata(type=inner):
            return _value(inner, name, ids)
        case inspect.StructType(fields=fields):
            names = {field.encode_name: field for field in fields if field.required or field.encode_name in ALSO}
            return {
                name: WORDS[name] if name in WORDS else _value(field.type, name, ids) for name, field in names.items()
            }
        case inspect.UnionType(types=types) if any(isinstance(one, inspect.StructType) and one.tag for one in types):
            return KINDS[name]
        case inspect.UnionType(types=types):
            return _value(
                next(
                    one
                    for one in types
                    if not isinstance(one, inspect.NoneType) and one.__class__.__name__ != "RawType"
                ),
                name,
                ids,
            )
        case inspect.ListType(item_type=item) | inspect.CollectionType(item_type=item):
            return [_value(item, name, ids)] if type_.min_length else []
        case inspect.DictType(key_type=key, value_type=value):
            found = {_value(key, name, ids): _value(value, name, ids)} if type_.min_length else {}
            if (type_.min_length or 0) > 1:  # in every language
                found = {language: _value(value, name, ids) for language in ("ky", "ru", "en")}
            return found
        case inspect.UUIDType():
            return str(ids[name])
        case inspect.DateType():
            return DATES.get(name, DAY)
        case inspect.DateTimeType():
            return DATES.get(name, MOMENT)
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.BoolType():
            return False
        case inspect.IntType():
            return 2026 if name.endswith("year") else int(type_.ge or type_.gt or 0) + (type_.gt is not None)
        case inspect.FloatType():
            return float(type_.ge or (type_.gt or 0) + 1)
        case inspect.StrType():
            return _text(type_)
    raise NotImplementedError(f"{name}: {type_}")


def _text(type_: inspect.StrType) -> str:
    for one in SAMPLES:
        if (
            len(one) >= (type_.min_length or 0)
            and len(one) <= (type_.max_length or 1000)
            and (type_.pattern is None or re.search(type_.pattern, one))
        ):
            return one
    raise NotImplementedError(str(type_))


def check(type_: Any, made: Any) -> None:
    """Raises msgspec.ValidationError when the body is not of the type."""
    msgspec.convert(made, type_, strict=False)
