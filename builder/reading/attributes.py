"""`{#id .class name="value"}`: what an author writes behind or above a thing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_PART: Final = re.compile(
    r"""\s*(?:
        \#(?P<id>[^\s{}"#]+)
      | \.(?P<class>[^\s{}".=]+)
      | (?P<name>[A-Za-z][\w-]*)=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s{}"]+))
    )(?=[\s}])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Attributes:
    id: str = ""
    classes: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        """Every part as the author wrote its name, for messages about unknown ones."""
        return (*([f"#{self.id}"] if self.id else []), *(f".{one}" for one in self.classes), *self.values)


def parse_attributes(text: str, start: int = 0, end: int | None = None) -> tuple[Attributes, int] | None:
    """The attributes whose brace opens at `start`, and the position behind the closing brace; None if it is not one."""
    end = len(text) if end is None else end
    if not text.startswith("{", start, end):
        return None
    position = start + 1
    anchor = ""
    classes: list[str] = []
    values: dict[str, str] = {}
    while part := _PART.match(text, position, end):
        if part["id"]:
            anchor = part["id"]
        elif part["class"]:
            classes.append(part["class"])
        else:
            quoted = part["quoted"]
            values[part["name"]] = part["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
        position = part.end()
    while position < end and text[position].isspace():
        position += 1
    if position == start + 1 or position >= end or text[position] != "}" or not (anchor or classes or values):
        return None
    return Attributes(anchor, tuple(classes), values), position + 1
