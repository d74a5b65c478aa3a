"""Mails to a person: in their language, to their address, with words of `api/messages/mails/`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from api.domains.people.persons import contact_of
from api.errors import DEFAULT_LANGUAGE, LANGUAGES, NotFound
from api.mail import Mail
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail is for. `language` is ky, ru or en; `site` the address of the portal, without a slash at its end."""

    email: str
    language: str
    address: str
    site: str
    zone: tzinfo

    def letter(self, room: str, name: str, **values: str) -> Mail:
        """The letter `name` of `api/messages/mails/<room>.toml`. `address` and `link` (the portal) are given by
        themselves."""
        words = _letters(room)[name][self.language]
        known = {"address": self.address, "link": self.site, **values}
        return Mail(self.email, words["subject"].format_map(known), words["text"].format_map(known), self.language)

    def title(self, titles: Mapping[str, str], otherwise: str = "") -> str:
        """In the person's language, else in another that there is."""
        return next((titles[one] for one in (self.language, *LANGUAGES) if titles.get(one)), otherwise)

    def moment(self, moment: datetime) -> str:
        """In the time of the university."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"


async def recipient_of(unit: Unit, person_id: UUID | None) -> Recipient | None:
    """None for nobody, for a person who is not there (any more), and for one without an address."""
    if person_id is None:
        return None
    try:
        contact = await contact_of(unit, person_id)
    except NotFound:
        return None
    if contact.email is None:
        return None
    language = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    site = (unit.settings.site_url or unit.settings.public_url).rstrip("/")
    return Recipient(contact.email, language, contact.address, site, unit.settings.time_zone)


@cache
def _letters(room: str) -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("api.messages").joinpath("mails").joinpath(f"{room}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
