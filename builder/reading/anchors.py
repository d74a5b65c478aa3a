"""Addresses of headings: lower case, letters and digits of any script, hyphens, unique within a lesson."""

import re
import unicodedata
from typing import Final

_NAMELESS: Final = "section"


def slugify(text: str) -> str:
    """``Файлдар жана папкалар!`` -> ``файлдар-жана-папкалар``; a heading of signs alone gives ``section``."""
    lowered = unicodedata.normalize("NFC", text.lower())
    kept = "".join(one if one.isalnum() or unicodedata.category(one)[0] == "M" else " " for one in lowered)
    return "-".join(kept.split()) or _NAMELESS


def clean_anchor(text: str) -> str:
    """An author's own address without what cannot stand in one."""
    return re.sub(r"\s+", "-", unicodedata.normalize("NFC", text.strip()))


class AnchorNames:
    """Gives each heading an address of its own; those that authors chose are taken from the start."""

    def __init__(self, chosen: frozenset[str]) -> None:
        self._chosen = chosen
        self._given: dict[str, None] = {}
        self._next: dict[str, int] = {}

    def give(self, wanted: str, chosen: bool = False) -> str:
        """`wanted`, or `wanted-2`, `wanted-3` … where it is taken."""
        if wanted not in self._given and (chosen or wanted not in self._chosen):
            self._given[wanted] = None
            return wanted
        number = self._next.get(wanted, 2)
        while (name := f"{wanted}-{number}") in self._given or name in self._chosen:
            number += 1
        self._next[wanted] = number + 1
        self._given[name] = None
        return name

    def all(self) -> tuple[str, ...]:
        """Every address in reading order."""
        return tuple(self._given)

    def __contains__(self, anchor: str) -> bool:
        return anchor in self._given
