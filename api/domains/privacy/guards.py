"""Who may do what to personal data."""

from api.identity import Role, Scope
from api.policy import Anyone, action

PERSON_EXPORT = action("person.export", Anyone.SELF, Role.REGISTRY)
"""No token: whoever steals one would get everything at once."""
SPECIAL_DATA = action("special-data.keep", Role.INCLUSION_OFFICE)
RETENTION_READ = action("retention.read", Anyone.SIGNED_IN)
"""Everybody may know how long what is kept about them."""
RETENTION_SET = action("retention.set", Role.REGISTRY, Role.ADMINISTRATOR, within={Scope.UNIVERSITY})
"""And see what was taken away."""
