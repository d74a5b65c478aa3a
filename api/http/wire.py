"""Types of what comes in and goes out. Names on the wire are snake_case, as in the code."""

import unicodedata
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*$"
_NO_CONTROLS_BUT_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]*$"

Line = Annotated[str, Meta(min_length=1, max_length=300, pattern=_NO_CONTROLS)]
"""One line of text, not empty: names, titles."""
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\w][\w.\-/+ ]*$")]
"""A code or number of the university's own: letters and digits of any script, and . - / +"""
Text = Annotated[str, Meta(max_length=20_000, pattern=_NO_CONTROLS_BUT_LINES)]
"""Text of several lines: reasons, descriptions."""
Reason = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=_NO_CONTROLS_BUT_LINES)]
"""Why a decision was taken; never empty."""
Language = Annotated[str, Meta(pattern=r"^(ky|ru|en)$")]
"""Of interface and messages."""
Titles = dict[Language, Line]
"""Language -> title. Which languages exist is said by the keys; there is no silent fallback."""
Email = Annotated[
    str,
    Meta(min_length=3, max_length=254, pattern=r"^[^@\s\x00-\x20\x7f]+@[^@\s\x00-\x20\x7f]+\.[^@\s\x00-\x20\x7f]+$"),
]

Item = TypeVar("Item")


class Input(Struct, forbid_unknown_fields=True, kw_only=True):
    """A body. Unknown fields are refused, so that nobody writes what the route does not offer; text becomes NFC."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str) and not unicodedata.is_normalized("NFC", value):
                setattr(self, name, unicodedata.normalize("NFC", value))


class Output(Struct, kw_only=True):
    """An answer."""


class PageOf(Output, Generic[Item]):
    """A part of a list. `next` is the cursor of the following part, None at the end; also as `Link: rel="next"`."""

    items: list[Item]
    next: str | None = None
