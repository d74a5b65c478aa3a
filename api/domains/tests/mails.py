"""What is mailed: to the inclusive-education office, that a student cannot start because something is missing."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from api.domains.conditions.service import find_task
from api.domains.people.service import recipient_of
from api.domains.tests.blocked import BLOCKED
from api.domains.tests.models import BlockedStartRow
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit

PAGE: Final = "/office/blocked-starts/"
"""Of the site."""


async def compose_blocked(unit: Unit, event: OutboxRow) -> Mail | None:
    """None when there is nobody to write to, or the student could start meanwhile. Holds no name: mails are read in
    many places."""
    row = await unit.session.get(BlockedStartRow, UUID(event.ids["blocked-start"]))
    recipient = await recipient_of(unit, event.person)
    if row is None or row.resolved_at is not None or recipient is None:
        return None
    task = await find_task(unit, row.test_id)
    return recipient.letter(
        "tests",
        "blocked-start",
        title=recipient.title(task.titles),
        opens_at=recipient.moment(task.opens_at),
        missing=str(row.missing),
        link=f"{recipient.site}{PAGE}",
    )


MAILS: Final[Mapping[str, Composer]] = {BLOCKED: compose_blocked}
