"""Mails to students: that a case was opened and when the hearing is, that it was decided, that an oral check is due.

They say where to read on, never what is suspected: a mailbox is no place for that.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from api.domains.integrity.models import IntegrityCaseRow, OralCheckRow
from api.domains.integrity.rules import CheckState
from api.domains.people.service import recipient_of
from api.domains.teaching.service import class_brief
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit


async def compose_notice(unit: Unit, event: OutboxRow) -> Mail | None:
    """Of the notice: with the moment of the hearing."""
    row = await unit.session.get(IntegrityCaseRow, UUID(event.ids["case"]))
    if row is None or row.hearing_at is None:
        return None
    return await _written(unit, "case-notice", row.person_id, row.class_id, at=row.hearing_at)


async def compose_news(unit: Unit, event: OutboxRow) -> Mail | None:
    """That there is a decision to read."""
    row = await unit.session.get(IntegrityCaseRow, UUID(event.ids["case"]))
    if row is None or row.notified_at is None:
        return None
    return await _written(unit, "case-news", row.person_id, row.class_id)


async def compose_check(unit: Unit, event: OutboxRow) -> Mail | None:
    """Of an oral check that is still to come."""
    row = await unit.session.get(OralCheckRow, UUID(event.ids["check"]))
    if row is None or row.state != CheckState.SCHEDULED or row.begins_at <= unit.now:
        return None
    return await _written(unit, "oral-check", row.person_id, row.class_id, at=row.begins_at, venue=row.venue)


MAILS: Final[Mapping[str, Composer]] = {
    "integrity-case.notified": compose_notice,
    "integrity-case.confirmed": compose_news,
    "integrity-case.dismissed": compose_news,
    "integrity-case.sanctioned": compose_news,
    "integrity-case.final": compose_news,
    "integrity-case.annulled": compose_news,
    "oral-check.scheduled": compose_check,
}


async def _written(
    unit: Unit, name: str, person_id: UUID, class_id: UUID, at: datetime | None = None, **values: str
) -> Mail | None:
    recipient = await recipient_of(unit, person_id)
    if recipient is None:
        return None
    if at is not None:
        values["moment"] = recipient.moment(at)
    return recipient.letter("integrity", name, **{"class": (await class_brief(unit, class_id)).code}, **values)
