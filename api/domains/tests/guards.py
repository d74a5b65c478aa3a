"""Who may do what here. Attempts are begun and continued by the student alone, in a session: no token takes an exam."""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

READ: Final = "tests:read"
_OFFICES: Final = (Role.DEANS_OFFICE, Role.REGISTRY)

VIEW_TESTS: Final = action(
    "test.view",
    *(Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES, Role.INCLUSION_OFFICE, Role.COMMISSION),
    token_scope=READ,
)
"""Definitions with their items, which is who makes and oversees exams; students see what `TAKE` shows."""
MANAGE_TESTS: Final = action("test.manage", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)
"""No token: what is announced binds students, as an assignment does; programs keep the item banks."""

TAKE: Final = action("test.take", Role.STUDENT, within={Scope.CLASS})
"""See the tests of one's classes, and start."""
OWN_ATTEMPT: Final = action("attempt.own", Anyone.SELF)
"""Go on with an attempt, hand it in, read it again. Only one's own."""

VIEW_ATTEMPTS: Final = action("attempt.view", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES)
VIEW_RESULTS: Final = action("sitting.view-results", Role.COMMISSION, within={Scope.CASE})
"""The attempts at the one sitting that a commission was given to approve."""
MARK_ATTEMPTS: Final = action("attempt.mark", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)
VIEW_CONDITIONS: Final = action("test-conditions.view", Role.INSTRUCTOR, Role.INCLUSION_OFFICE)
"""What to do for each student of a class: values, without the records and without why. That somebody's differ tells
about health, so it is for those who see to it (as `conditions.guards.VIEW_CONDITIONS`)."""

CHECK_IDENTITY: Final = action("identity-check.record", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES)
PLAN_SITTINGS: Final = action("sitting.plan", Role.DEPARTMENT_HEAD, *_OFFICES)
"""Clause 6.2: the department sets the format; the offices keep the calendar of exams."""
ASSIGN_COMMISSION: Final = action("sitting.assign-commission", *_OFFICES)
"""Which exam commission approves the results; not for the department, whose exam it is."""
APPROVE_SITTINGS: Final = action("sitting.approve-results", Role.DEANS_OFFICE, Role.COMMISSION)
"""The regulation leaves the approval to exam commissions where there is one (clauses 6.2, 6.6): its members hold their
role for the sitting that it was given, and for no other. Where none was named the dean's office approves."""
VIEW_PLANNED_SITTINGS: Final = action(
    "sitting.view-planned",
    *(Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES, Role.INCLUSION_OFFICE, Role.COMMISSION),
    token_scope=READ,
)
VIEW_SITTINGS: Final = action("sitting.view", Role.STUDENT, *VIEW_PLANNED_SITTINGS.grants, token_scope=READ)
"""The way in; students see those of their classes that are announced (`TAKE`): who studies in an institute or a
programme is not in all of its classes."""
VIEW_BLOCKED: Final = action("blocked-start.view", Role.INCLUSION_OFFICE, within={Scope.UNIVERSITY})
"""In one list for the whole university."""
