"""Acting for somebody: for demonstrations and measurements, which have no one at the keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from api.errors import NotAllowed
from api.identity import Actor, Method
from api.unit import Unit


@contextmanager
def acting_as(unit: Unit, person_id: UUID | None, at: datetime | None = None) -> Iterator[None]:
    """The person (None: nobody but the service) answers for the steps within, as of the moment `at`; the audit log
    names the service, which did them, and when it did. Rules of the domains hold as always; the policy is not asked.
    Raises NotAllowed for any actor but the service itself."""
    if not unit.actor.is_system:
        raise NotAllowed()
    service, now = unit.actor, unit.now
    unit.actor, unit.now = Actor(person=person_id, method=Method.SYSTEM, name=service.name), at or now
    try:
        yield
    finally:
        unit.actor, unit.now = service, now
