"""What is mailed: that there is something new, never what. A mail passes through many hands, so no word in it tells
about health, not even that it is about accommodations."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from api.domains.accommodations.cases import DECISION_WANTED, TO_DO, WITHOUT_COORDINATOR
from api.domains.accommodations.models import CaseRow, PlanRow
from api.domains.accommodations.objections import DECIDED
from api.domains.people.service import recipient_of
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
    if event.kind == "accommodation-case.opened" and event.codes.get("by") == "student":
        return None  # who asked knows
    case = await unit.session.get(CaseRow, UUID(event.ids["case"]))
    recipient = await recipient_of(unit, event.person)
    if case is None or recipient is None:
        return None
    plan = await unit.session.get(PlanRow, UUID(event.ids["plan"])) if "plan" in event.ids else None
    first, last = (None, None) if plan is None else (plan.effective_from, plan.effective_until)
    return recipient.letter("accommodations", _LETTER_OF[event.kind], first=_day(first), last=_day(last))


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d.%m.%Y}"


MAILS: Final[Mapping[str, Composer]] = dict.fromkeys(_LETTER_OF, compose)
