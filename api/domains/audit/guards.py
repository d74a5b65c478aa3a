"""Who may read the log."""

from api.identity import Role, Scope
from api.policy import Anyone, action

AUDIT_READ = action("audit.read", Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
"""All of it. No token: what is done with tokens is in it."""
AUDIT_READ_OWN = action("audit.read-own", Anyone.SELF, Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
"""What concerns oneself."""
