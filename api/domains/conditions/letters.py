"""Mails about tasks, in the language of the person. Nothing in them tells why somebody's conditions differ."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from api.domains.conditions import service
from api.domains.people.service import contact_of
from api.domains.teaching.service import class_brief
from api.errors import DEFAULT_LANGUAGE, LANGUAGES
from api.mail import Mail
from api.unit import Unit


async def written(unit: Unit, name: str, person_id: UUID, task_id: UUID, **values: str) -> Mail | None:
    """The letter `name` of `messages/mails/conditions.toml` about a task; None for somebody without an address."""
    contact = await contact_of(unit, person_id)
    if contact.email is None:
        return None
    task = await service.find_task(unit, task_id)
    tongue = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    words = _letters()[name][tongue]
    known = {
        "address": contact.address,
        "title": title_in(task.titles, tongue),
        "class": (await class_brief(unit, task.class_id)).code,
        "link": unit.settings.site_url or unit.settings.public_url,
        **values,
    }
    return Mail(contact.email, words["subject"].format_map(known), words["text"].format_map(known), tongue)


def title_in(titles: Mapping[str, str], language: str) -> str:
    """In this language, else in another that there is."""
    return next((titles[one] for one in (language, *LANGUAGES) if one in titles), "")


@cache
def _letters() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("api.messages").joinpath("mails").joinpath("conditions.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
