"""Who asks: the actor of a request, with the roles held at this moment and what they reach.

Roles are scoped (facts of other systems: a role for the whole site is a teacher's way into every course). A person
who is an instructor in one class and a student in another holds two roles with two scopes; neither adds to the other.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID


class Role(StrEnum):
    STUDENT = "student"
    INSTRUCTOR = "instructor"
    DEPARTMENT_HEAD = "department-head"
    CURATOR = "curator"
    DEANS_OFFICE = "deans-office"
    REGISTRY = "registry"
    INCLUSION_OFFICE = "inclusion-office"
    COMMISSION = "commission"
    """Member of a council or commission; which one is the scope: a unit of that kind."""
    SUPPORT = "support"
    """Psychologist, tutor (clause 7.4) and helpdesk."""
    ADMINISTRATOR = "administrator"


STAFF: Final = frozenset(Role) - {Role.STUDENT}


class Scope(StrEnum):
    UNIVERSITY = "university"
    UNIT = "unit"
    PROGRAMME = "programme"
    CLASS = "class"
    GROUP = "group"
    """A curator's group of students; comes from the curator's assignment."""
    CASE = "case"
    PERSON = "person"
    """One person, e.g. whom a tutor supports; comes from the support assignment."""


class AccountKind(StrEnum):
    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    """For incoming students; ends by date (clause 8.2 b) and holds the least rights."""
    SYSTEM = "system"
    """The service itself, e.g. a job or the command line; never signs in."""


class Method(StrEnum):
    NONE = "none"
    SESSION = "session"
    TOKEN = "token"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role in force now. `ids` is empty for the whole university; a unit's scope holds the units below it too."""

    role: Role
    scope: Scope
    ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """`account` and `person` are None for a visitor, and `person` for the service itself."""

    account: UUID | None = None
    person: UUID | None = None
    kind: AccountKind = AccountKind.PERMANENT
    roles: tuple[HeldRole, ...] = ()
    method: Method = Method.NONE
    token_scopes: frozenset[str] = frozenset()
    """What an API token may do; None of it widens what the roles allow."""
    is_strong: bool = False
    """Whether a second factor was given in this session."""
    session: UUID | None = None
    name: str = field(default="", compare=False)
    """Of a service actor, e.g. `job:retention`, for the audit log."""

    @property
    def is_signed_in(self) -> bool:
        return self.account is not None

    @property
    def is_system(self) -> bool:
        return self.method is Method.SYSTEM

    def holds(self, *roles: Role) -> bool:
        """Whether one of the roles is held in any scope."""
        return any(held.role in roles for held in self.roles)


VISITOR: Final = Actor()


def system_actor(name: str) -> Actor:
    """The service itself, named for the audit log. Allowed everything: give it to jobs and commands alone."""
    return Actor(kind=AccountKind.SYSTEM, method=Method.SYSTEM, name=name)
