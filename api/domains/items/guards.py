"""Who may do what with questions.

A question belongs to a course: whoever teaches a class of the course, its department's head and the registry keep it.
The inclusive-education office sees what students will see and brings renditions; it has no use for keys. Students get
questions from their attempts alone.
"""

from typing import Final

from api.identity import Role
from api.policy import action

_KEEPERS: Final = (Role.INSTRUCTOR, Role.DEPARTMENT_HEAD)
"""Who teaches the course and who answers for the department; nobody whose account would open every bank."""

READ_ITEMS: Final = action("item.read", *_KEEPERS, Role.INCLUSION_OFFICE, token_scope="items:read")
"""Without keys."""
KEEP_ITEMS: Final = action("item.keep", *_KEEPERS, token_scope="items:write")
READ_KEYS: Final = action("item.read-key", *_KEEPERS)
"""No token: a key that leaks spoils the examination of a whole class."""
ORDER_RENDITIONS: Final = action("item-rendition.order", *_KEEPERS, Role.INCLUSION_OFFICE, token_scope="items:write")
DELIVER_RENDITIONS: Final = action("item-rendition.deliver", *_KEEPERS, Role.INCLUSION_OFFICE)
"""To bring what a person has made: a signed video, a description."""
