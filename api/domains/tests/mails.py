"""What is mailed: to the inclusive-education office, that a student cannot start because something is missing."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final
from uuid import UUID

from api.domains.conditions.service import find_task
from api.domains.people.service import contact_of
from api.domains.tests.blocked import BLOCKED
from api.domains.tests.models import BlockedStartRow
from api.errors import DEFAULT_LANGUAGE, LANGUAGES, TIME_ZONE
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit

PAGE: Final = "/office/blocked-starts/"
"""Of the site."""


async def compose_blocked(unit: Unit, event: OutboxRow) -> Mail | None:
    """None when there is nobody to write to, or the student could start meanwhile. Holds no name: mails are read in
    many places."""
    row = await unit.session.get(BlockedStartRow, UUID(event.ids["blocked-start"]))
    if row is None or row.resolved_at is not None or event.person is None:
        return None
    contact = await contact_of(unit, event.person)
    if contact.email is None:
        return None
    task = await find_task(unit, row.test_id)
    language = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    words = _letters()["blocked-start"][language]
    titles = task.titles
    values = {
        "address": contact.address,
        "title": titles.get(language) or next(iter(titles.values())),
        "opens_at": f"{task.opens_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}",
        "missing": str(row.missing),
        "link": f"{unit.settings.site_url or unit.settings.public_url}{PAGE}",
    }
    return Mail(contact.email, words["subject"].format_map(values), words["text"].format_map(values), language)


MAILS: Final[Mapping[str, Composer]] = {BLOCKED: compose_blocked}


@cache
def _letters() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("api.messages").joinpath("mails").joinpath("tests.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
