"""Who may import rosters: it writes persons, classes and enrolments of the whole university."""

from api.identity import Role, Scope
from api.policy import action

_SCOPES = {Scope.UNIVERSITY}
IMPORT_ROSTER = action("roster.import", Role.REGISTRY, Role.ADMINISTRATOR, token_scope="rosters:write", within=_SCOPES)
VIEW_IMPORTS = action("roster.view", Role.REGISTRY, Role.ADMINISTRATOR, token_scope="rosters:read", within=_SCOPES)
