"""What comes in and goes out."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from api.domains.people.rules import Source, UnitKind
from api.http.wire import END, Code, Email, Input, Language, Output, Reason, Titles
from api.identity import Role, Scope

NameTag = Annotated[
    str,
    Meta(
        pattern=r"^[a-z]{2,3}-[A-Z][a-z]{3}(-[A-Z]{2})?" + END,
        description="Language and script of a name (BCP 47), e.g. ky-Cyrl, ru-Cyrl, und-Latn (as in the passport)",
        examples=["ky-Cyrl"],
    ),
]
NamePart = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^\S[^\x00-\x1f\x7f-\x9f\u2028\u2029]*" + END)]
Phone = Annotated[str, Meta(pattern=r"^\+[0-9]{7,15}" + END, description="E.164, e.g. +996555123456")]
SourceId = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+" + END)]
"""OneRoster 1.2 GUID: printable characters, no spaces."""


class NameIn(Input):
    """A name in one language and script."""

    tag: NameTag
    family_name: NamePart
    given_name: NamePart
    patronymic: NamePart | None = None


OtherNames = Annotated[list[NameIn], Meta(max_length=10)]


class PersonIn(Input):
    name: NameIn
    other_names: OtherNames = []  # noqa: RUF012 (msgspec copies it)
    preferred_name: NamePart | None = None
    birth_date: date | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language = "ky"
    source_id: SourceId | None = None


class PersonChange(Input):
    """What is left out stays. null takes a value away where that is possible."""

    name: NameIn | UnsetType = UNSET
    other_names: OtherNames | UnsetType = UNSET
    preferred_name: NamePart | UnsetType | None = UNSET
    birth_date: date | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    source_id: SourceId | UnsetType | None = UNSET


class PersonPreferences(Input):
    """What everybody may change about themselves. What is left out stays, null takes a value away."""

    preferred_name: NamePart | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET


class PersonSearch(Input):
    """One of `name_starts` and `source_id`. In the body, because an address with a name in it would stand in logs."""

    name_starts: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    source_id: SourceId | None = None
    cursor: Annotated[str, Meta(max_length=100)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class NameOut(Output):
    tag: str
    family_name: str
    given_name: str
    patronymic: str | None


class PersonName(Output, tag_field="view", tag="name"):
    """All that most people may see of another person."""

    id: UUID
    name: NameOut
    preferred_name: str | None


class PersonContacts(Output, tag_field="view", tag="contacts"):
    """For those who have to get hold of the person."""

    id: UUID
    name: NameOut
    preferred_name: str | None
    email: str | None
    phone: str | None
    language: str


class PersonFile(Output, tag_field="view", tag="file"):
    """For the person, the registry and the dean's office."""

    id: UUID
    name: NameOut
    other_names: list[NameOut]
    preferred_name: str | None
    birth_date: date | None
    email: str | None
    phone: str | None
    language: str
    source_id: str | None
    is_anonymised: bool


PersonOut = PersonName | PersonContacts | PersonFile


class UnitIn(Input):
    code: Code
    kind: UnitKind
    titles: Titles
    parent_id: UUID | None = None


class UnitChange(Input):
    """What is left out stays."""

    titles: Titles | UnsetType = UNSET
    parent_id: UUID | UnsetType = UNSET
    closed_on: date | UnsetType | None = UNSET


class UnitOut(Output):
    id: UUID
    code: str
    kind: UnitKind
    parent_id: UUID | None
    titles: dict[str, str]
    closed_on: date | None


class RoleIn(Input):
    """A role held for the whole university or for a unit; the others follow from teaching and admission."""

    role: Role
    scope: Literal["university", "unit"]
    starts_on: date
    ends_on: date | None = None
    scope_id: UUID | None = None


class RoleEnd(Input):
    """`ends_on` is the last day; without it the role ends at once."""

    reason: Reason
    ends_on: date | None = None


class RoleOut(Output):
    id: UUID
    person_id: UUID
    role: Role
    scope: Scope
    scope_id: UUID | None
    starts_on: date
    ends_on: date | None
    source: Source
    is_in_force: bool
    """Today."""
    ended_at: datetime | None
    end_reason: str | None
