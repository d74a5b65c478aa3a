"""What is mailed: that one's transcript was issued. What it says, and its code, stand behind the sign-in alone."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from api.domains.people.service import recipient_of
from api.domains.transcripts.content import read_content
from api.domains.transcripts.models import TranscriptRow
from api.domains.transcripts.rules import State
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit


async def compose_issued(unit: Unit, event: OutboxRow) -> Mail | None:
    """None for who has no address, and for a version that another has taken the place of meanwhile: that one has a mail
    of its own."""
    row = await unit.session.get(TranscriptRow, UUID(event.ids["transcript"]))
    if row is None or row.state != State.ISSUED:
        return None
    recipient = await recipient_of(unit, row.person_id)
    if recipient is None:
        return None
    session = read_content(row.content).session
    return recipient.letter(
        "transcripts",
        "issued" if row.edition == 1 else "issued-again",
        number=row.number,
        version=str(row.edition),
        session=recipient.title(session.titles, session.code),
    )


MAILS: Final[Mapping[str, Composer]] = {"transcript.issued": compose_issued}
