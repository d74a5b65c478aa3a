"""Who may do what with webhooks: administrators of the whole university, and their tokens of these scopes."""

from typing import Final

from api.identity import Role, Scope
from api.policy import action

VIEW_WEBHOOKS: Final = action(
    "webhook.view", Role.ADMINISTRATOR, token_scope="webhooks:read", within={Scope.UNIVERSITY}
)
MANAGE_WEBHOOKS: Final = action(
    "webhook.manage", Role.ADMINISTRATOR, token_scope="webhooks:write", within={Scope.UNIVERSITY}
)
