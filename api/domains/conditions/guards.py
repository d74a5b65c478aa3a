"""Who may do what here.

That somebody's conditions differ tells about health: besides the person the instructor of the class sees what to do,
the inclusive-education office also which record says so. No token may.
"""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

_DECIDING: Final = (Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE)

VIEW_OWN: Final = action("task.view-own", Role.STUDENT, within={Scope.CLASS})
"""A student of the class, what is announced: the task, one's own conditions, a report of a failure."""
VIEW_CONDITIONS: Final = action("effective-conditions.view", Role.INSTRUCTOR, Role.INCLUSION_OFFICE)
"""Of students: what to do, not why."""
VIEW_SOURCES: Final = action("effective-conditions.view-sources", Role.INCLUSION_OFFICE)
"""Which records of accommodations the conditions come from."""

EXTEND: Final = action("extension.grant", *_DECIDING)
"""For students of the class; never for oneself."""
VIEW_EXTENSIONS: Final = action("extension.view", Anyone.SELF, *_DECIDING)

REPORT_INCIDENT: Final = action("incident.report", Role.STUDENT, within={Scope.CLASS})
ADD_EVIDENCE: Final = action("incident.add-evidence", Anyone.SELF)
VIEW_INCIDENT: Final = action("incident.view", Anyone.SELF, *_DECIDING)
"""That there is one, its state and its times. Its words and evidence, which may tell about health, are for the student
and whoever has taken it in hand to decide it (`incidents.is_in_hand`)."""
DECIDE_INCIDENT: Final = action("incident.decide", *_DECIDING)
"""Take it in hand and decide. Never about one's own. Clause 5.5 names nobody: who teaches the class, and the department
and the dean's office when the instructor cannot."""

CHOOSE_REMINDERS: Final = action("reminder.choose", Anyone.SIGNED_IN)
"""For oneself alone."""
SET_TERMS: Final = action("reminder-terms.set", Role.REGISTRY, within={Scope.UNIVERSITY})
VIEW_TERMS: Final = action("reminder-terms.view", Anyone.SIGNED_IN)
