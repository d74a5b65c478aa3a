"""Who may do what here. The role of a student opens nothing: students act for themselves as SELF."""

from api.identity import Role, Scope
from api.policy import Anyone, action

_OFFICES = (Role.DEANS_OFFICE, Role.REGISTRY)
_CARE = (Role.DEPARTMENT_HEAD, Role.CURATOR, Role.SUPPORT, Role.INCLUSION_OFFICE)

APPLY = action("study.apply", Anyone.SELF, *_OFFICES)
VIEW_STUDY = action("study.view", Anyone.SELF, *_OFFICES, *_CARE, token_scope="enrolment:read")
ADMIT = action("study.admit", *_OFFICES)
"""Every move of a study: they are made by order."""

SET_WINDOW = action("enrolment-window.set", Role.REGISTRY, Role.DEANS_OFFICE)
"""The dean's office for the programmes of its unit, the registry for all."""
VIEW_WINDOWS = action("enrolment-window.view", Anyone.SIGNED_IN, token_scope="enrolment:read")

SET_PREREQUISITE = action("prerequisite.set", Role.DEPARTMENT_HEAD, Role.REGISTRY)
VIEW_PREREQUISITES = action("prerequisite.view", Anyone.EVERYBODY)
WAIVE = action("prerequisite.waive", Role.DEPARTMENT_HEAD)
VIEW_WAIVERS = action("prerequisite-waiver.view", Role.DEPARTMENT_HEAD, *_OFFICES)

ENROL = action("enrolment.enrol", Anyone.SELF, *_OFFICES, token_scope="enrolment:write")
ENROL_LATE = action("enrolment.enrol-late", Role.DEANS_OFFICE)
WITHDRAW = action("enrolment.withdraw", Anyone.SELF, *_OFFICES, token_scope="enrolment:write")
WITHDRAW_LATE = action("enrolment.withdraw-late", Role.DEANS_OFFICE)
VIEW = action("enrolment.view", Anyone.SELF, *_OFFICES, *_CARE, Role.INSTRUCTOR, token_scope="enrolment:read")
VIEW_ROSTER = action(
    "class.roster",
    Role.INSTRUCTOR,
    *_OFFICES,
    Role.DEPARTMENT_HEAD,
    Role.INCLUSION_OFFICE,
    token_scope="enrolment:read",
)

SET_CREDIT_LIMIT = action("credit-limit.set", Role.REGISTRY, within=(Scope.UNIVERSITY,))
VIEW_CREDIT_LIMITS = action("credit-limit.view", Anyone.SIGNED_IN)

WRITE_PLAN = action("study-plan.write", Anyone.SELF, *_OFFICES)
VIEW_PLAN = action("study-plan.view", Anyone.SELF, *_OFFICES, *_CARE, token_scope="enrolment:read")
APPROVE_PLAN = action("study-plan.approve", Role.DEANS_OFFICE)
