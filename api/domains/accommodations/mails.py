"""What is mailed: that there is something new, never what. A mail passes through many hands, so no word in it tells
about health, not even that it is about accommodations."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final
from uuid import UUID

from api.domains.accommodations.cases import DECISION_WANTED, TO_DO, WITHOUT_COORDINATOR
from api.domains.accommodations.models import CaseRow, PlanRow
from api.domains.accommodations.objections import DECIDED
from api.domains.people.service import contact_of
from api.errors import DEFAULT_LANGUAGE, LANGUAGES, NotFound
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit

_LETTER_OF: Final[Mapping[str, str]] = {
    "accommodation-case.opened": "opened",
    "accommodation-case.closed": "closed",
    "accommodation-plan.proposed": "proposed",
    "accommodation-plan.returned": "returned",
    "accommodation-plan.activated": "activated",
    "accommodation-plan.expiring": "expiring",
    "accommodation-plan.expired": "ended",
    "accommodation-plan.revoked": "ended",
    "accommodation-plan.reinstated": "reinstated",
    DECIDED: "answered",
    TO_DO: "to-do",
    DECISION_WANTED: "decision-wanted",
    WITHOUT_COORDINATOR: "without-coordinator",
}


async def compose(unit: Unit, event: OutboxRow) -> Mail | None:
    """None when there is nobody to write to, or nothing to tell any more."""
    if event.person is None or (event.kind == "accommodation-case.opened" and event.codes.get("by") == "student"):
        return None  # who asked knows
    case = await unit.session.get(CaseRow, UUID(event.ids["case"]))
    if case is None:
        return None
    try:
        contact = await contact_of(unit, event.person)
    except NotFound:
        return None
    if contact.email is None:
        return None
    plan = await unit.session.get(PlanRow, UUID(event.ids["plan"])) if "plan" in event.ids else None
    values = {
        "address": contact.address,
        "link": unit.settings.site_url or unit.settings.public_url,
        "first": "" if plan is None or plan.effective_from is None else f"{plan.effective_from:%d.%m.%Y}",
        "last": "" if plan is None or plan.effective_until is None else f"{plan.effective_until:%d.%m.%Y}",
    }
    tongue = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    words = _letters()[_LETTER_OF[event.kind]][tongue]
    return Mail(contact.email, words["subject"], words["text"].format_map(values), tongue)


MAILS: Final[Mapping[str, Composer]] = dict.fromkeys(_LETTER_OF, compose)


@cache
def _letters() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("api.messages").joinpath("mails").joinpath("accommodations.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
