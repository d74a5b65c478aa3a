"""Who may do what here. The role of a student opens nothing: students act for themselves as SELF.

Roles of instructors are held for a class. Somebody who teaches one class and is a student in another is, in the other,
a student and nothing else (row 14 of the list of failures).
"""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

READ: Final = "grading:read"
"""What the registry's and other systems fetch. There is no scope for writing: what is graded, what it is worth, a grade
and its release are somebody's decision, who answers for it with their name and in their own session (clause 6.1:
reason and author)."""
_OFFICES: Final = (Role.DEANS_OFFICE, Role.REGISTRY)

VIEW_LINE_ITEMS: Final = action(
    "line-item.view",
    *(Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES, Role.INCLUSION_OFFICE),
    token_scope=READ,
)
"""What is graded, out of how much; it says nothing of anybody's grade. Students see theirs as SELF: a role of a student
is held for a whole programme too."""
MANAGE_LINE_ITEMS: Final = action("line-item.manage", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)

VIEW_JOURNAL: Final = action("journal.view", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES, token_scope=READ)
GRADE: Final = action("grade.post", Role.INSTRUCTOR)
"""Post and amend. Nobody but who teaches the class; others decide appeals and disputes."""
VIEW_OWN_GRADES: Final = action("grade.view-own", Anyone.SELF)
RELEASE: Final = action("line-item.release", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)

VIEW_RUBRICS: Final = action("rubric.view", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES)
"""Students see by what they will be marked with the line item (`/v1/me/grades/…`)."""
MANAGE_RUBRICS: Final = action("rubric.manage", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)

MARK: Final = action("marking.mark", Role.INSTRUCTOR)
VIEW_MARKING: Final = action("marking.view", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)
GIVE_BACK: Final = action("marking.give-back", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)
"""The way in: one's own marking by MARK, that of a marker who has disappeared by MODERATE."""
MODERATE: Final = action("marking.moderate", Role.DEPARTMENT_HEAD)

VIEW_RESULTS: Final = action("class-result.view", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES, token_scope=READ)
PROPOSE_RESULTS: Final = action("class-result.propose", Role.INSTRUCTOR)
APPROVE_RESULTS: Final = action("class-result.approve", *_OFFICES)
"""Also give back, and open an approved one again."""

SET_RULES: Final = action("retake-rule.set", Role.REGISTRY, within={Scope.UNIVERSITY})
VIEW_RULES: Final = action("retake-rule.view", Anyone.SIGNED_IN)
GRANT_RETAKES: Final = action("retake.grant", Role.DEANS_OFFICE, Role.REGISTRY)
VIEW_RETAKES: Final = action("retake.view", Anyone.SELF, Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES)
VIEW_RETAKE_REASONS: Final = action("retake.view-reason", Anyone.SELF, *_OFFICES)
"""Why somebody was absent may tell about health: whoever teaches learns that there is a retake, not why."""
GRADE_RETAKES: Final = action("retake.grade", Role.INSTRUCTOR)

APPEAL: Final = action("appeal.submit", Anyone.SELF)
VIEW_APPEALS: Final = action("appeal.view", Anyone.SELF, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE)
DECIDE_APPEALS: Final = action("appeal.decide", Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE)

VIEW_RATING: Final = action("rating.view", Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, *_OFFICES)
"""With names. Students see their own place alone."""
VIEW_OWN_RATING: Final = action("rating.view-own", Anyone.SELF)
