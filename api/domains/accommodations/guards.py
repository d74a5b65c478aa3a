"""Who may do what. Nobody comes near accommodations with an API token, and administrators do not at all."""

from collections.abc import Mapping
from typing import Final

from api.domains.accommodations.rules import ROLE_OF, Party
from api.identity import Role, Scope
from api.policy import Action, Anyone, action

VIEW_CASE: Final = action("accommodation-case.view", Anyone.SELF, Role.INCLUSION_OFFICE)
"""The need, the state, every version of the plan, evidence, objections: the student and the office."""
REQUEST: Final = action("accommodation-case.request", Anyone.SELF)
"""For oneself."""
OPEN: Final = action("accommodation-case.open", Anyone.SELF, Role.INCLUSION_OFFICE)
"""A request, or the office with the student's consent; also to ask for another version."""
MANAGE: Final = action("accommodation-case.manage", Role.INCLUSION_OFFICE)
"""Assess, make out the document, activate, revoke, decide about objections, name coordinators; never in one's own
case."""
CLOSE: Final = action("accommodation-case.close", Anyone.SELF, Role.INCLUSION_OFFICE)

VIEW_PROPOSAL: Final = action("accommodation-plan.view-proposal", Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE)
"""What is proposed or in force for students of one's unit (`rules.concerns_parties`): the adjustments, not the need."""
VIEW_PLAN: Final = action(
    "accommodation-plan.view", Anyone.SELF, Role.INCLUSION_OFFICE, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE
)
"""To be asked at all; which plans, and how much of them, is said by `VIEW_CASE` and `VIEW_PROPOSAL`."""
APPROVE: Final[Mapping[Party, Action]] = {
    party: action(f"accommodation-plan.approve-as-{party}", role) for party, role in ROLE_OF.items()
}
APPROVE_ANY: Final = action("accommodation-plan.approve", *ROLE_OF.values())
"""To be asked at all; for which party is said by `APPROVE`."""
OBJECT: Final = action("accommodation-plan.object", Anyone.SELF)

VIEW_CLASS: Final = action(
    "class.view-accommodations", Role.INSTRUCTOR, Role.INCLUSION_OFFICE, within={Scope.CLASS, Scope.UNIVERSITY}
)
"""What to do for whom in one's class, never why."""
REPORT: Final = action("accommodation-report.manage", Role.INCLUSION_OFFICE, within={Scope.UNIVERSITY})
"""Counts of the whole university."""
