"""Who may do what here. No token may: a suspicion is no matter for programs."""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

COMPARE: Final = action("similarity.compare", Role.INSTRUCTOR, within={Scope.CLASS})
"""Ask what the works of one's class have in common, and read it. The people of a case read the case's evidence."""

REPORT: Final = action("integrity-case.report", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE)
VIEW: Final = action("integrity-case.view", Anyone.SELF, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE, Role.COMMISSION)
"""The student from the notice on, whoever reported it, and those who decide. How much each sees is the case's rule."""
DECIDE: Final = action("integrity-case.decide", Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE, Role.COMMISSION)
"""Every move that is not the student's. Nobody who had another part in the case (`rules.KEPT_FROM`)."""
APPOINT: Final = action("integrity-case.appoint", Role.DEANS_OFFICE)
"""Makes somebody a member of the commission of one case."""
ANSWER: Final = action("integrity-case.answer", Anyone.SELF)
"""The student's own words: statement and appeal."""

SET_TERMS: Final = action("integrity-terms.set", Role.REGISTRY, within={Scope.UNIVERSITY})
VIEW_TERMS: Final = action("integrity-terms.view", Anyone.SIGNED_IN)

EXAMINE: Final = action("oral-check.examine", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)
VIEW_CHECK: Final = action("oral-check.view", Anyone.SELF, Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE)
