"""Types of what comes in and goes out. Names on the wire are snake_case, as in the code."""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, Generic, TypeVar
from unicodedata import is_normalized, normalize

from msgspec import Meta, Struct

END = r"$(?!\n)"
"""The end of a pattern: in Python `$` alone also stands before a last line break, in JavaScript it does not."""
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_CONTROLS_BUT_LINES = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"

Line = Annotated[
    str, Meta(min_length=1, max_length=300, pattern=rf"^[^{_CONTROLS}]*[^\s{_CONTROLS}][^{_CONTROLS}]*" + END)
]
"""One line of text, not empty and not only spaces: names, titles."""
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^\w[\w.\-/+ ]*" + END)]
"""A code or number of the university's own: letters and digits of any script, and . - / +"""
Text = Annotated[str, Meta(max_length=20_000, pattern=rf"^[^{_CONTROLS_BUT_LINES}]*" + END)]
"""Text of several lines: reasons, descriptions."""
Reason = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2_000,
        pattern=rf"^[^{_CONTROLS_BUT_LINES}]*[^\s{_CONTROLS_BUT_LINES}][^{_CONTROLS_BUT_LINES}]*" + END,
    ),
]
"""Why a decision was taken; never empty and not only spaces."""
Moment = Annotated[datetime, Meta(tz=True)]
"""A moment with its zone or Z; without one nobody knows when it is. See `is_storable` too."""
Language = Annotated[str, Meta(pattern=r"^(ky|ru|en)" + END)]
"""Of interface and messages."""
Titles = Annotated[dict[Language, Line], Meta(min_length=1, max_length=3)]
"""Language -> title. Which languages exist is said by the keys; there is no silent fallback."""
Email = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=254,
        pattern=r"^[^@\s\x00-\x20\x7f]+@[^@\s\x00-\x20\x7f]+\.[^@\s\x00-\x20\x7f]+" + END,
    ),
]

Item = TypeVar("Item")


def is_storable(moment: datetime) -> bool:
    """Whether the moment is one in every time zone: the first and last year of the calendar end elsewhere earlier."""
    return MINYEAR < moment.year < MAXYEAR


def _compose(value: Any) -> Any:
    """The same text in NFC, also in lists and dictionaries; the very same object when nothing changes."""
    if isinstance(value, str):
        return value if value.isascii() or is_normalized("NFC", value) else normalize("NFC", value)
    if isinstance(value, list):
        parts = [_compose(one) for one in value]
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    if isinstance(value, dict):
        pairs = {key: _compose(one) for key, one in value.items()}
        return value if all(pairs[key] is one for key, one in value.items()) else pairs
    return value


class Input(Struct, forbid_unknown_fields=True, kw_only=True):
    """A body. Unknown fields are refused, so that nobody writes what the route does not offer; text becomes NFC."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime) and not is_storable(value):
                raise ValueError("Moment out of range")  # `validation` says which field it is
            if isinstance(value, str | list | dict) and (composed := _compose(value)) is not value:
                setattr(self, name, composed)


class Output(Struct, kw_only=True):
    """An answer."""


class PageOf(Output, Generic[Item]):
    """A part of a list. `next` is the cursor of the following part, None at the end; also as `Link: rel="next"`."""

    items: list[Item]
    next: str | None = None
