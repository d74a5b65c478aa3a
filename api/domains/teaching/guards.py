"""Who may do what here."""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

READ: Final = "teaching:read"
WRITE: Final = "teaching:write"

VIEW_SESSIONS: Final = action("academic-session.view", Anyone.EVERYBODY)
"""The academic calendar is published (clause 1.4)."""
MANAGE_SESSIONS: Final = action("academic-session.manage", Role.REGISTRY, token_scope=WRITE, within={Scope.UNIVERSITY})

VIEW_CLASSES: Final = action("class.view", Anyone.SIGNED_IN, token_scope=READ)
"""Classes that are or were open: whoever may enrol has to find them."""
VIEW_PLANNED_CLASSES: Final = action(
    "class.view-planned",
    *(Role.DEANS_OFFICE, Role.DEPARTMENT_HEAD, Role.REGISTRY, Role.INSTRUCTOR, Role.ADMINISTRATOR),
    Role.INCLUSION_OFFICE,
    token_scope=READ,
)
MANAGE_CLASSES: Final = action(
    "class.manage", Role.DEANS_OFFICE, Role.DEPARTMENT_HEAD, Role.REGISTRY, token_scope=WRITE
)
"""Plan, open, start, end, cancel; name instructors. For classes of one's own units."""

VIEW_GROUPS: Final = action(
    "student-group.view",
    *(Role.DEANS_OFFICE, Role.DEPARTMENT_HEAD, Role.REGISTRY, Role.CURATOR, Role.INCLUSION_OFFICE, Role.ADMINISTRATOR),
    token_scope=READ,
)
VIEW_OWN_GROUP: Final = action("student-group.view-own", Role.STUDENT, token_scope=READ, within={Scope.GROUP})
"""The group and its curators: whom to turn to (clause 5.6). Not the other members, nor other groups of the
programme."""
VIEW_MEMBERS: Final = action(
    "student-group.members",
    *(Role.DEANS_OFFICE, Role.DEPARTMENT_HEAD, Role.REGISTRY, Role.CURATOR, Role.INCLUSION_OFFICE),
    token_scope=READ,
)
MANAGE_GROUPS: Final = action("student-group.manage", Role.DEANS_OFFICE, Role.REGISTRY, token_scope=WRITE)

VIEW_SUPPORT: Final = action("support.view", Anyone.SELF, Role.INCLUSION_OFFICE, Role.CURATOR)
"""That somebody is supported, by whom and how, tells about health: the student, the one who supports (as SELF), the
office, the student's curator. Not the dean's office, not other supporters. No token."""
MANAGE_SUPPORT: Final = action("support.manage", Role.INCLUSION_OFFICE)
NARROW_SUPPORT: Final = action("support.narrow", Anyone.SELF, Role.INCLUSION_OFFICE)
"""To share less, or to end what is shared with somebody outside: the student's own right too."""
SEE_SHARED: Final = action("support.see-shared", Anyone.SELF)
"""What was shared: for the one with whom it was."""
