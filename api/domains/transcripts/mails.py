"""What is mailed: that one's transcript was issued. What it says, and its code, stand behind the sign-in alone."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final
from uuid import UUID

from api.domains.people.service import contact_of
from api.domains.transcripts.content import read_content
from api.domains.transcripts.models import TranscriptRow
from api.domains.transcripts.rules import State
from api.errors import DEFAULT_LANGUAGE, LANGUAGES, NotFound
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit


async def compose_issued(unit: Unit, event: OutboxRow) -> Mail | None:
    """None for who has no address, and for a version that another has taken the place of meanwhile: that one has a mail
    of its own."""
    row = await unit.session.get(TranscriptRow, UUID(event.ids["transcript"]))
    if row is None or row.state != State.ISSUED:
        return None
    try:
        contact = await contact_of(unit, row.person_id)
    except NotFound:
        return None
    if contact.email is None:
        return None
    tongue = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    words = _letters()["issued" if row.edition == 1 else "issued-again"][tongue]
    session = read_content(row.content).session
    values = {
        "address": contact.address,
        "number": row.number,
        "version": str(row.edition),
        "session": next((session.titles[one] for one in (tongue, *LANGUAGES) if one in session.titles), session.code),
        "link": unit.settings.site_url or unit.settings.public_url,
    }
    return Mail(contact.email, words["subject"], words["text"].format_map(values), tongue)


MAILS: Final[Mapping[str, Composer]] = {"transcript.issued": compose_issued}


@cache
def _letters() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("api.messages").joinpath("mails").joinpath("transcripts.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
