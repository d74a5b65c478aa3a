"""The only place where an author's text becomes part of markup."""

import re
from collections.abc import Mapping
from typing import Final

# XML 1.0, 2.2 (Char), and the control characters and noncharacters that HTML forbids (13.2.3.5) although XML has them.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_MARKUP: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_ATTRIBUTE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
)

Attributes = Mapping[str, str | None]
"""Values by name, in the order in which they are written; None leaves an attribute out."""


def clean(text: str) -> str:
    """The text with one kind of line end, and U+FFFD for characters that markup cannot carry."""
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape(text: str) -> str:
    """The text as the content of an element."""
    return clean(text).translate(_MARKUP)


def element(name: str, attributes: Attributes, content: str) -> str:
    """An element around finished markup."""
    return f"<{name}{_written(attributes)}>{content}</{name}>"


def empty_element(name: str, attributes: Attributes) -> str:
    """An element that never has content, such as ``img``."""
    return f"<{name}{_written(attributes)} />"


def _written(attributes: Attributes) -> str:
    return "".join(
        f' {name}="{clean(value).translate(_IN_ATTRIBUTE)}"' for name, value in attributes.items() if value is not None
    )
