"""Who may do what with programmes. A council's step is taken by its members: the place is that council's unit."""

from collections.abc import Mapping
from typing import Final

from api.domains.programmes.rules import Body
from api.identity import Role, Scope
from api.policy import Action, Anyone, action

VIEW_CATALOGUE: Final = action("catalogue.view", Anyone.EVERYBODY)
"""Specialities, acts, closures, credit rules, and programmes that are or were in force."""
VIEW_UNAPPROVED: Final = action(
    "programme.view-unapproved",
    Role.DEANS_OFFICE,
    Role.DEPARTMENT_HEAD,
    Role.REGISTRY,
    Role.ADMINISTRATOR,
    Role.COMMISSION,
    token_scope="programmes:read",
)
"""Drafts, proposals and rejected ones, decisions with their reasons, deviations: for those concerned."""
MANAGE_ACTS: Final = action(
    "legal-act.manage", Role.REGISTRY, Role.ADMINISTRATOR, token_scope="programmes:write", within={Scope.UNIVERSITY}
)
"""Acts, specialities, closures and credit rules are data of the whole university."""
EDIT: Final = action(
    "programme.edit", Role.DEANS_OFFICE, Role.DEPARTMENT_HEAD, Role.REGISTRY, token_scope="programmes:write"
)
PROPOSE: Final = action("approval.propose", Role.DEANS_OFFICE, Role.DEPARTMENT_HEAD, within={Scope.UNIT})
REVIEW: Final = action("approval.review", Role.COMMISSION, within={Scope.UNIT})
DECIDE: Final = action("approval.decide", Role.COMMISSION, within={Scope.UNIT})
"""Approve, reject, suspend. No token takes a council's step."""

STEP_OF_BODY: Final[Mapping[Body, Action]] = {
    Body.INSTITUTE: PROPOSE,
    Body.METHODICAL_COUNCIL: REVIEW,
    Body.ACADEMIC_COUNCIL: DECIDE,
}
