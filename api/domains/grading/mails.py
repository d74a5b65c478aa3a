"""What is mailed: that a grade of one's own can be seen, when a retake is, that an appeal is decided; and to those who
teach, that an approved result is no longer what the grades come to. How many points it is, and why, stands behind the
sign-in alone."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final
from uuid import UUID

from api.domains.grading.line_items import line_item
from api.domains.grading.models import ClassResultRow, RetakeRow
from api.domains.grading.results import OUTDATED
from api.domains.grading.rules import ResultState, RetakeState
from api.domains.grading.showing import in_language
from api.domains.people.service import contact_of
from api.domains.teaching.service import class_brief
from api.errors import DEFAULT_LANGUAGE, LANGUAGES, NotFound
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit

GRADES_PAGE: Final = "/account/grades/"
RESULTS_PAGE: Final = "/office/class-results/?result="
"""Of the site."""


async def compose_released(unit: Unit, event: OutboxRow) -> Mail | None:
    """None for who has no address, and when the line item is no longer there to be seen."""
    return await _compose(unit, event, "grade-released")


async def compose_retake(unit: Unit, event: OutboxRow) -> Mail | None:
    """The separate time; why there is a retake is not said."""
    row = await unit.session.get(RetakeRow, UUID(event.ids["retake"]))
    if row is None or row.held_at is None or row.state != RetakeState.SCHEDULED:
        return None
    held_at = f"{row.held_at.astimezone(unit.settings.time_zone):%Y-%m-%d %H:%M}"
    return await _compose(unit, event, "retake-scheduled", held_at=held_at)


async def compose_appeal(unit: Unit, event: OutboxRow) -> Mail | None:
    """That it is decided; how, and why, stands behind the sign-in."""
    return await _compose(unit, event, "appeal-decided")


async def compose_outdated(unit: Unit, event: OutboxRow) -> Mail | None:
    """Holds no name of a student. None when another result was approved meanwhile, or the grades are as they were."""
    row = await unit.session.get(ClassResultRow, UUID(event.ids["class-result"]))
    if row is None or row.outdated_at is None or row.state != ResultState.APPROVED or event.person is None:
        return None
    contact = await contact_of(unit, event.person)
    if contact.email is None:
        return None
    language = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    words = _letters()["class-result-outdated"][language]
    values = {
        "address": contact.address,
        "class_code": (await class_brief(unit, row.class_id)).code,
        "link": f"{unit.settings.site_url or unit.settings.public_url}{RESULTS_PAGE}{row.id}",
    }
    return Mail(contact.email, words["subject"].format_map(values), words["text"].format_map(values), language)


async def _compose(unit: Unit, event: OutboxRow, kind: str, **values: str) -> Mail | None:
    if event.person is None:
        return None
    try:
        contact = await contact_of(unit, event.person)
        one = await line_item(unit, UUID(event.ids["line-item"]))
        of_class = await class_brief(unit, one.class_id)
    except NotFound:
        return None
    if contact.email is None or not one.is_released:
        return None
    language = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    words = _letters()[kind][language]
    values |= {
        "address": contact.address,
        "title": in_language(one.titles, language),
        "class_code": of_class.code,
        "link": f"{unit.settings.site_url or unit.settings.public_url}{GRADES_PAGE}",
    }
    return Mail(contact.email, words["subject"], words["text"].format_map(values), language)


MAILS: Final[Mapping[str, Composer]] = {
    "appeal.granted": compose_appeal,
    "appeal.refused": compose_appeal,
    OUTDATED: compose_outdated,
    "grade.released": compose_released,
    "retake.scheduled": compose_retake,
}


@cache
def _letters() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("api.messages").joinpath("mails").joinpath("grading.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
