"""Who may do what to persons, units and roles."""

from collections.abc import Mapping
from typing import Final

from api.identity import Role, Scope
from api.policy import Action, Anyone, action

PERSON_SEE = action(
    "person.see",
    *(Anyone.SELF, Role.INSTRUCTOR, Role.CURATOR, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE, Role.REGISTRY),
    *(Role.INCLUSION_OFFICE, Role.SUPPORT, Role.ADMINISTRATOR),
    token_scope="people:read",
)
"""The name, and that the person is there. Students see each other's names in a class through the class."""

PERSON_REACH = action(
    "person.reach",
    *(Anyone.SELF, Role.CURATOR, Role.DEANS_OFFICE, Role.REGISTRY, Role.INCLUSION_OFFICE, Role.SUPPORT),
    Role.ADMINISTRATOR,
    token_scope="people:read",
)
"""E-mail and telephone: whoever has to get hold of the person."""

PERSON_FILE = action("person.file", Anyone.SELF, Role.DEANS_OFFICE, Role.REGISTRY, token_scope="people:read-file")
"""All that the domain holds: date of birth, names in other scripts, number in other systems."""

PERSON_CREATE = action(
    "person.create", Role.REGISTRY, Role.ADMINISTRATOR, token_scope="people:write", within={Scope.UNIVERSITY}
)
PERSON_CORRECT = action("person.correct", Role.REGISTRY, Role.ADMINISTRATOR, token_scope="people:write")
"""By the registry; administrators change the e-mail alone."""
STAFF_EMAIL_CORRECT = action("person.correct-staff-email", Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
"""Where a new password is mailed to: whoever sets it for a member of staff has their rights. No token may."""
PERSON_CORRECT_OWN = action("person.correct-own", Anyone.SELF)
"""How one wants to be addressed and called; what stands in documents is the registry's."""

UNIT_READ = action("unit.read", Anyone.EVERYBODY)
UNIT_WRITE = action("unit.write", Role.ADMINISTRATOR, Role.REGISTRY, within={Scope.UNIVERSITY})

ROLES_READ = action(
    "role.read", Anyone.SELF, Role.DEANS_OFFICE, Role.REGISTRY, Role.ADMINISTRATOR, token_scope="people:read"
)

# No token may give rights: a stolen one would make itself lasting.
_BY_ADMINISTRATORS: Final = action("role.give", Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
ROLE_GIVE: Final[Mapping[Role, Action]] = {
    Role.ADMINISTRATOR: _BY_ADMINISTRATORS,
    Role.REGISTRY: _BY_ADMINISTRATORS,
    Role.INCLUSION_OFFICE: _BY_ADMINISTRATORS,
    Role.SUPPORT: _BY_ADMINISTRATORS,
    Role.DEANS_OFFICE: _BY_ADMINISTRATORS,
    Role.DEPARTMENT_HEAD: action("role.give-head", Role.ADMINISTRATOR, Role.DEANS_OFFICE),
    Role.COMMISSION: action("role.give-seat", Role.ADMINISTRATOR, Role.REGISTRY, Role.DEANS_OFFICE),
}
"""Who gives and takes which role; a dean's office in its own units alone. Roles that are not here follow from
something: a student's from the admission, an instructor's from the class, a curator's from the group."""

ROLE_GIVE_ANY = action("role.give-any", Role.ADMINISTRATOR, Role.REGISTRY, Role.DEANS_OFFICE)
"""To be asked at all; which role where is said by `ROLE_GIVE`."""
