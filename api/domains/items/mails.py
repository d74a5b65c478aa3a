"""What is mailed: to the inclusive-education office, that renditions of questions wait for a person. For whom they are
made is not known here, and is not said."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Select, func, select

from api.domains.items.models import ItemBankRow, ItemRenditionRow, ItemRow, ItemVersionRow
from api.domains.items.renditions import RenditionState
from api.domains.people.service import recipient_of
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit

WAITING: Final = "item-rendition.waiting"
PAGE: Final = "/office/renditions/"
"""Of the site."""
_STATES: Final = (RenditionState.NEEDS_PERSON, RenditionState.FAILED)


def waiting_renditions(*columns: Any) -> Select[Any]:
    """What somebody has to do something about; not those of texts that were changed since."""
    return (
        select(*columns)
        .select_from(ItemRenditionRow)
        .join(ItemVersionRow, ItemVersionRow.id == ItemRenditionRow.item_version_id)
        .join(ItemRow, ItemRow.id == ItemVersionRow.item_id)
        .join(ItemBankRow, ItemBankRow.id == ItemRow.bank_id)
        .where(ItemRenditionRow.state.in_(_STATES), ItemRenditionRow.digest == ItemVersionRow.digest)
    )


async def compose_waiting(unit: Unit, event: OutboxRow) -> Mail | None:
    """How many there are now; None when there are none any more, or nobody to write to."""
    state = ItemRenditionRow.state
    rows = await unit.session.execute(waiting_renditions(state, func.count()).group_by(state))
    numbers = dict.fromkeys(_STATES, 0) | {RenditionState(state): number for state, number in rows.all()}
    recipient = await recipient_of(unit, event.person)
    if not any(numbers.values()) or recipient is None:
        return None
    return recipient.letter(
        "items",
        "renditions-waiting",
        needing=str(numbers[RenditionState.NEEDS_PERSON]),
        failed=str(numbers[RenditionState.FAILED]),
        link=f"{recipient.site}{PAGE}",
    )


MAILS: Final[Mapping[str, Composer]] = {WAITING: compose_waiting}
