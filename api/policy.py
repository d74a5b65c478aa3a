"""The rules of access, as pure functions on data: one rule for an object and for a list of them.

An `Action` names what somebody wants to do and who may (its grants). `reach(actor, action)` says what all of the
things the actor may do it to; a list is filtered by it, and `may` asks whether one place lies within it. So they
cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from api.identity import Actor, Method, Role, Scope


class Anyone(StrEnum):
    """Grants that do not ask for a role."""

    EVERYBODY = "everybody"
    """Visitors too."""
    SIGNED_IN = "signed-in"
    SELF = "self"
    """The person whom the object is about."""


Grant = Anyone | Role


@dataclass(frozen=True, slots=True)
class Action:
    """`name` is `<noun>.<verb>`, e.g. `class.enrol`; `token_scope` is what an API token needs (empty: no token may)."""

    name: str
    grants: tuple[Grant, ...]
    token_scope: str = ""
    within: frozenset[Scope] = frozenset(Scope)
    """Scopes that count here: `{UNIVERSITY}` for what concerns everybody, whatever else the role is held for."""

    @property
    def is_public(self) -> bool:
        return Anyone.EVERYBODY in self.grants


def action(name: str, *grants: Grant, token_scope: str = "", within: Iterable[Scope] = Scope) -> Action:
    return Action(name, grants, token_scope, frozenset(within))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object lies: whom it is about and what it belongs to. Nobody's and nowhere unless said."""

    persons: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()
    programmes: frozenset[UUID] = frozenset()
    classes: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()
    cases: frozenset[UUID] = frozenset()


def place(
    *,
    person: UUID | None = None,
    unit: UUID | None = None,
    programme: UUID | None = None,
    class_: UUID | None = None,
    group: UUID | None = None,
    case: UUID | None = None,
) -> Place:
    """The place of an object that belongs to at most one of each."""

    def one(id_: UUID | None) -> frozenset[UUID]:
        return frozenset() if id_ is None else frozenset({id_})

    return Place(one(person), one(unit), one(programme), one(class_), one(group), one(case))


NOWHERE: Final = Place()
"""Of what concerns the whole university: only roles held for the university, and grants to everybody, cover it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """All that an actor may do something to."""

    everything: bool = False
    persons: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()
    programmes: frozenset[UUID] = frozenset()
    classes: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()
    cases: frozenset[UUID] = frozenset()

    def covers(self, one: Place) -> bool:
        return (
            self.everything
            or not self.persons.isdisjoint(one.persons)
            or not self.units.isdisjoint(one.units)
            or not self.programmes.isdisjoint(one.programmes)
            or not self.classes.isdisjoint(one.classes)
            or not self.groups.isdisjoint(one.groups)
            or not self.cases.isdisjoint(one.cases)
        )

    @property
    def is_empty(self) -> bool:
        return self == Reach()


EVERYTHING: Final = Reach(everything=True)
_FIELDS: Final = {
    Scope.UNIT: "units",
    Scope.PROGRAMME: "programmes",
    Scope.CLASS: "classes",
    Scope.GROUP: "groups",
    Scope.CASE: "cases",
    Scope.PERSON: "persons",
}


def reach(actor: Actor, wanted: Action) -> Reach:
    """What the actor may do `wanted` to. Empty when nothing."""
    if actor.is_system:
        return EVERYTHING
    if actor.method is Method.TOKEN and wanted.token_scope not in actor.token_scopes and not wanted.is_public:
        return Reach()
    if wanted.is_public or (Anyone.SIGNED_IN in wanted.grants and actor.is_signed_in):
        return EVERYTHING
    found: dict[str, set[UUID]] = {name: set() for name in _FIELDS.values()}
    for held in actor.roles:
        if held.role not in wanted.grants or held.scope not in wanted.within:
            continue
        if held.scope is Scope.UNIVERSITY:
            return EVERYTHING
        found[_FIELDS[held.scope]] |= held.ids
    if Anyone.SELF in wanted.grants and actor.person is not None:
        found["persons"].add(actor.person)
    return Reach(False, **{name: frozenset(ids) for name, ids in found.items()})


def may(actor: Actor, wanted: Action, one: Place) -> bool:
    """Whether the actor may do `wanted` to an object that lies at `one`."""
    return reach(actor, wanted).covers(one)
