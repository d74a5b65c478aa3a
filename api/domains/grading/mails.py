"""What is mailed: that a grade of one's own can be seen, when a retake is, that an appeal is decided; and to those who
teach, that an approved result is no longer what the grades come to. How many points it is, and why, stands behind the
sign-in alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from api.domains.grading.line_items import line_item
from api.domains.grading.models import ClassResultRow, RetakeRow
from api.domains.grading.results import OUTDATED
from api.domains.grading.rules import ResultState, RetakeState
from api.domains.people.service import recipient_of
from api.domains.teaching.service import class_brief
from api.errors import NotFound
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
    return await _compose(unit, event, "retake-scheduled", row.held_at)


async def compose_appeal(unit: Unit, event: OutboxRow) -> Mail | None:
    """That it is decided; how, and why, stands behind the sign-in."""
    return await _compose(unit, event, "appeal-decided")


async def compose_outdated(unit: Unit, event: OutboxRow) -> Mail | None:
    """Holds no name of a student. None when another result was approved meanwhile, or the grades are as they were."""
    row = await unit.session.get(ClassResultRow, UUID(event.ids["class-result"]))
    recipient = await recipient_of(unit, event.person)
    if row is None or row.outdated_at is None or row.state != ResultState.APPROVED or recipient is None:
        return None
    return recipient.letter(
        "grading",
        "class-result-outdated",
        class_code=(await class_brief(unit, row.class_id)).code,
        link=f"{recipient.site}{RESULTS_PAGE}{row.id}",
    )


async def _compose(unit: Unit, event: OutboxRow, name: str, held_at: datetime | None = None) -> Mail | None:
    recipient = await recipient_of(unit, event.person)
    if recipient is None:
        return None
    try:
        one = await line_item(unit, UUID(event.ids["line-item"]))
        of_class = await class_brief(unit, one.class_id)
    except NotFound:
        return None
    if not one.is_released:
        return None
    return recipient.letter(
        "grading",
        name,
        title=recipient.title(one.titles),
        class_code=of_class.code,
        link=f"{recipient.site}{GRADES_PAGE}",
        held_at="" if held_at is None else recipient.moment(held_at),
    )


MAILS: Final[Mapping[str, Composer]] = {
    "appeal.granted": compose_appeal,
    "appeal.refused": compose_appeal,
    OUTDATED: compose_outdated,
    "grade.released": compose_released,
    "retake.scheduled": compose_retake,
}
