"""Who may do what with accounts, sessions and tokens."""

from typing import Final

from api.identity import Role, Scope
from api.policy import Anyone, action

SIGN_IN: Final = action("session.begin", Anyone.EVERYBODY)
SESSION_READ: Final = action("session.read", Anyone.EVERYBODY)
"""One's own; visitors are told that they are visitors."""
SESSION_END: Final = action("session.end", Anyone.EVERYBODY)
SECOND_FACTOR_GIVE: Final = action("second-factor.give", Anyone.EVERYBODY)
"""By whoever has given the password; the handler looks for that session."""
PASSWORD_RESET: Final = action("password.reset", Anyone.EVERYBODY)

# No API token may change how its owner signs in, nor make others.
OWN_ACCESS: Final = action("access.own", Anyone.SIGNED_IN)
"""One's own sessions, password, second factor and tokens."""

ACCOUNT_READ: Final = action(
    "account.read", Role.REGISTRY, Role.ADMINISTRATOR, token_scope="accounts:read", within={Scope.UNIVERSITY}
)
ACCOUNT_WRITE: Final = action(
    "account.write", Role.REGISTRY, Role.ADMINISTRATOR, token_scope="accounts:write", within={Scope.UNIVERSITY}
)
STAFF_ACCOUNT_WRITE: Final = action("account.write-staff", Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
"""Accounts of those who hold roles of staff: whoever sets their password anew gets their rights."""
ACCOUNT_HAND_OVER: Final = action("account.hand-over", Role.REGISTRY, Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
"""An invitation on paper, for people without e-mail."""
