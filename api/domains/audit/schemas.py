"""What goes out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from api.http.wire import Output


class AuditEntry(Output):
    """`account` and `by_person` are null for the service itself (`service` says which part) and for visitors. Entries
    that tell of somebody's health do not say whose: `person` is null, and so are the ids that would say it. `digest`:
    the name of a key and, made with it, a fingerprint of the entry and of all before it; another one once the keys have
    changed."""

    number: int
    at: datetime
    account: UUID | None
    by_person: UUID | None
    service: str
    what: str
    subject: str
    subject_id: UUID | None
    person: UUID | None
    facts: dict[str, str]
    digest: str


class Who(StrEnum):
    YOURSELF = "yourself"
    SOMEBODY = "somebody"
    """Whose name stands beside."""
    SERVICE = "service"
    """The system by itself, e.g. a job."""
    VISITOR = "visitor"
    """Somebody who had not signed in."""


class OwnEntry(Output):
    """Who did what to the person's data, and when."""

    number: int
    at: datetime
    who: Who
    name: str | None
    what: str
    subject: str
    subject_id: UUID
    facts: dict[str, str]
