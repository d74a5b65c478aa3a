"""Who may do what with courses, material, library links and packages."""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

_WHOLE: Final = (Scope.UNIVERSITY, Scope.UNIT)
"""A student of a programme holds the role for the unit too: what is restricted to a course's classes does not follow
from that."""

READ_CATALOGUE = action("catalogue.read", Anyone.EVERYBODY)
READ_RESTRICTED = action(
    "resource.read-restricted", Role.STUDENT, Role.INSTRUCTOR, within={Scope.CLASS}, token_scope="courses:read"
)
READ_ALL_MATERIAL = action(
    "resource.read-all",
    *(Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE, Role.REGISTRY, Role.INCLUSION_OFFICE, Role.ADMINISTRATOR),
    within=_WHOLE,
    token_scope="courses:read",
)
"""Restricted and withdrawn material too."""
KEEP_COURSES = action(
    "course.keep",
    *(Role.DEPARTMENT_HEAD, Role.REGISTRY, Role.ADMINISTRATOR),
    within=_WHOLE,
    token_scope="courses:write",
)

USE_LIBRARY = action(
    "library-link.use",
    *(Role.STUDENT, Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE, Role.REGISTRY),
    *(Role.INCLUSION_OFFICE, Role.ADMINISTRATOR),
    token_scope="library:read",
)
KEEP_LIBRARY = action(
    "library-link.keep",
    *(Role.DEPARTMENT_HEAD, Role.REGISTRY, Role.ADMINISTRATOR),
    within=_WHOLE,
    token_scope="library:write",
)
"""For the links of their unit; the library's staff hold the registry's role for the library alone."""

READ_PACKAGES = action(
    "package.read",
    *(Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE, Role.REGISTRY, Role.INCLUSION_OFFICE),
    *(Role.COMMISSION, Role.ADMINISTRATOR, Anyone.SELF),
    token_scope="courses:read",
)
FILL_PACKAGES = action(
    "package.fill",
    *(Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.REGISTRY, Anyone.SELF),
    token_scope="courses:write",
)
"""Who answers for the course, its instructors, its department (clause 5.2)."""
EXEMPT_FROM_PARTS = action("package.exempt-part", Role.DEPARTMENT_HEAD, Role.REGISTRY, within=_WHOLE)
EXEMPT_FROM_FORMS = action("package.exempt-form", Role.INCLUSION_OFFICE, within=_WHOLE)
"""What students with special needs miss is not the department's to waive (clause 4.1 g)."""
EXEMPT = action("package.exempt", *EXEMPT_FROM_PARTS.grants, *EXEMPT_FROM_FORMS.grants, within=_WHOLE)
SET_GATES = action("package-gate.set", Role.REGISTRY, Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
READ_GATES = action(
    "package-gate.read", *(role for role in Role if role is not Role.STUDENT), token_scope="courses:read"
)
EXCEPT_FROM_GATE = action(
    "package-gate.except",
    *(Role.REGISTRY, Role.DEANS_OFFICE, Role.DEPARTMENT_HEAD, Role.COMMISSION),
    within=_WHOLE,
)
"""Of these, the one role that the gate names."""
SIT_ON_COUNCIL = action("council.sit", Role.COMMISSION, within={Scope.UNIT})
"""Members of the methodical and the academic council see all packages; see `entitlement.sits_on_council`."""
