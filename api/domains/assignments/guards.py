"""Who may do what here. Students act in classes in which they have a place, and see what is theirs for ever."""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

READ: Final = "assignments:read"
_STAFF: Final = (Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)

VIEW: Final = action("assignment.view", *_STAFF, Role.DEANS_OFFICE, Role.INCLUSION_OFFICE, token_scope=READ)
"""Drafts too. The inclusive-education office sees what is asked, to help before it is due."""
TAKE: Final = action("assignment.take", Role.STUDENT, within={Scope.CLASS})
"""See what is announced, form groups, hand in. A student of the programme or institute is not one of the class."""
MANAGE: Final = action("assignment.manage", *_STAFF)
"""No token: what is announced binds students, and each change has a reason that somebody gave."""
READ_ANY: Final = action(
    "assignment.read", Role.STUDENT, *_STAFF, Role.DEANS_OFFICE, Role.INCLUSION_OFFICE, token_scope=READ
)
"""The way in to what both staff and students read; whether this one may is VIEW's and TAKE's to say."""
VIEW_WORK: Final = action("submission.view", *_STAFF)
"""Of students, while the marking is not blind."""
VIEW_OWN_WORK: Final = action("submission.view-own", Anyone.SELF)
VIEW_CONDITIONS: Final = action("submission.view-conditions", Role.INSTRUCTOR)
"""Until when a student has time, what is done instead, how late a work is. That somebody's time differs tells about
health, so it is for those who see to it (clause 7.3: what is agreed is carried out in the class), as
`conditions.guards.VIEW_CONDITIONS`."""
READ_WORK: Final = action("submission.read", Anyone.SELF, *_STAFF)
"""The way in to works; whether this one may is VIEW_WORK's and VIEW_OWN_WORK's to say."""
READ_ONE_WORK: Final = action("submission.read-one", Anyone.SELF, *_STAFF, Role.DEANS_OFFICE, Role.COMMISSION)
"""As READ_WORK, and the way in for those who decide a case about the work (`integrity-case.decide`)."""
MARK_WORK: Final = action("submission.mark", *_STAFF)
"""Read the work of a marking that one has taken, blind or not."""
MODERATE_WORK: Final = action("submission.moderate", Role.DEPARTMENT_HEAD)
"""Read the work of any marking: whoever decides between two markers."""
VERIFY: Final = action("receipt.verify", Anyone.EVERYBODY)
"""Whoever holds a receipt may ask whether it is genuine."""
