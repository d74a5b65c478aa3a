"""What the domain decides without looking anything up. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from api.identity import Role, Scope

LONGEST_KEY: Final = 400
"""Letters of a name by which it is found. Our choice."""
DEEPEST_UNIT: Final = 8
"""Units above a unit, at most. Our choice; a university, an institute, a department are three."""


class UnitKind(StrEnum):
    UNIVERSITY = "university"
    """The root, and the only one without a parent."""
    INSTITUTE = "institute"
    DEPARTMENT = "department"
    SERVICE = "service"
    METHODICAL_COUNCIL = "methodical-council"
    ACADEMIC_COUNCIL = "academic-council"
    COMMISSION = "commission"


class Source(StrEnum):
    """Where a role comes from."""

    ASSIGNED = "assigned"
    """Somebody gave it, and only a person takes it away."""
    DERIVED = "derived"
    """It follows from an enrolment, an admission, a class's teacher …, and ends with it."""


SCOPES_OF_ROLE: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.STUDENT: frozenset({Scope.UNIT, Scope.PROGRAMME, Scope.CLASS, Scope.GROUP}),
    # never a whole unit: teaching one class must not open the others (failure class 2)
    Role.INSTRUCTOR: frozenset({Scope.CLASS}),
    Role.DEPARTMENT_HEAD: frozenset({Scope.UNIT}),
    Role.CURATOR: frozenset({Scope.GROUP}),
    Role.DEANS_OFFICE: frozenset({Scope.UNIT}),
    Role.REGISTRY: frozenset({Scope.UNIVERSITY, Scope.UNIT}),
    Role.INCLUSION_OFFICE: frozenset({Scope.UNIVERSITY, Scope.UNIT}),
    Role.COMMISSION: frozenset({Scope.UNIT, Scope.CASE}),
    Role.SUPPORT: frozenset({Scope.UNIVERSITY, Scope.UNIT, Scope.PERSON}),
    Role.ADMINISTRATOR: frozenset({Scope.UNIVERSITY}),
}
"""For what a role can be held at all."""


UNITS_OF_ROLE: Final[Mapping[Role, frozenset[UnitKind]]] = {
    Role.DEPARTMENT_HEAD: frozenset({UnitKind.INSTITUTE, UnitKind.DEPARTMENT}),
    Role.DEANS_OFFICE: frozenset({UnitKind.INSTITUTE}),
    Role.COMMISSION: frozenset({UnitKind.METHODICAL_COUNCIL, UnitKind.ACADEMIC_COUNCIL, UnitKind.COMMISSION}),
}
"""Kinds of units that a role makes sense for; any kind for the other roles."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a person. `ends_on` is the last day on which it is in force, None while nobody knows one.

    `origin` is what it follows from, e.g. the id of an admission: two origins may give the same role, and it is held
    until both have ended.
    """

    person_id: UUID
    role: Role
    scope: Scope
    scope_id: UUID | None
    starts_on: date
    ends_on: date | None = None
    source: Source = Source.DERIVED
    origin: UUID | None = None

    def __post_init__(self) -> None:
        if self.scope not in SCOPES_OF_ROLE[self.role]:
            raise ValueError(f"the role {self.role} is never held for a {self.scope}")
        if (self.scope is Scope.UNIVERSITY) != (self.scope_id is None):
            raise ValueError(f"a role for a {self.scope} needs an id, unless it is held for the university")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("a role cannot end before it starts")

    @property
    def key(self) -> tuple[object, ...]:
        """What two grants of the same role have in common."""
        return (self.person_id, self.role, self.scope, self.scope_id, self.source, self.origin)


def is_in_force(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Both days count."""
    return starts_on <= on and (ends_on is None or on <= ends_on)


def merged_period(one: tuple[date, date | None], other: tuple[date, date | None]) -> tuple[date, date | None] | None:
    """The period of two that overlap or follow each other without a day between; None when a gap lies between."""
    (first_start, first_end), (second_start, second_end) = sorted((one, other), key=lambda period: period[0])
    if first_end is not None and (second_start - first_end).days > 1:
        return None
    end = None if first_end is None or second_end is None else max(first_end, second_end)
    return first_start, end


@dataclass(frozen=True, slots=True)
class Name:
    """A name in one language and script. `tag` is BCP 47, e.g. `ky-Cyrl`, `ru-Cyrl`, `und-Latn` (as in a passport)."""

    tag: str
    family_name: str
    given_name: str
    patronymic: str | None = None

    @property
    def full(self) -> str:
        """In the order of the university's lists: family name first."""
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


_SCRIPTS: Final = {"Cyrl": "CYRILLIC", "Latn": "LATIN", "Arab": "ARABIC", "Grek": "GREEK", "Hang": "HANGUL"}


def has_foreign_letters(name: Name) -> bool:
    """Whether a letter is not of the script that the tag says, e.g. a Latin `a` in a Cyrillic name: it looks the same,
    but searches do not find it and screen readers say it wrongly. False for scripts that we do not know."""
    parts = name.tag.split("-")
    expected = _SCRIPTS.get(parts[1]) if len(parts) > 1 else None
    return expected is not None and any(
        letter.isalpha() and not unicodedata.name(letter, expected).startswith((expected, "MODIFIER LETTER"))
        for letter in name.full
    )


def search_key(text: str) -> str:
    """How names are compared in searches: letters of any script without regard to case, ё and е as one (as Russian
    lists do), marks of Latin letters left out, one space between words."""
    folded = unicodedata.normalize("NFC", text.casefold().replace("ё", "е"))
    plain = "".join(_plain_letter(letter) for letter in folded)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def search_keys(names: Iterable[Name], preferred_name: str | None = None) -> frozenset[str]:
    """Under what a person is found: each name by family name first and by given name first."""
    found = {search_key(preferred_name)} if preferred_name else set()
    for name in names:
        found.add(search_key(name.full))
        found.add(search_key(" ".join(part for part in (name.given_name, name.patronymic, name.family_name) if part)))
    return frozenset(key[:LONGEST_KEY] for key in found if key)


def prefix_end(prefix: str) -> str | None:
    """The least text above every text that begins with the prefix, in the order of code points; None when there is
    none. With it a search is a range of an index on both databases."""
    for place in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[place])
        if code < 0x10FFFF:
            following = 0xE000 if code == 0xD7FF else code + 1  # no surrogates in text
            return prefix[:place] + chr(following)
    return None
