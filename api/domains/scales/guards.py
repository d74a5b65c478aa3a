"""Who may do what with grading scales. Everybody reads them: whoever holds a transcript has to understand it."""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

VIEW_SCALES: Final = action("scale.view", Anyone.EVERYBODY)
MANAGE_SCALES: Final = action("scale.manage", Role.REGISTRY, within={Scope.UNIVERSITY})
"""Scales are data of the whole university, so the role has to be held for it. No token: the university decides what a
grade is (clause 6.3)."""
