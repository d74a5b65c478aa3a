"""What is mailed: to the inclusive-education office, that renditions of questions wait for a person. For whom they are
made is not known here, and is not said."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from sqlalchemy import Select, func, select

from api.domains.items.models import ItemBankRow, ItemRenditionRow, ItemRow, ItemVersionRow
from api.domains.items.renditions import RenditionState
from api.domains.people.service import contact_of
from api.errors import DEFAULT_LANGUAGE, LANGUAGES
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
    if not any(numbers.values()) or event.person is None:
        return None
    contact = await contact_of(unit, event.person)
    if contact.email is None:
        return None
    language = contact.language if contact.language in LANGUAGES else DEFAULT_LANGUAGE
    words = _letters()["renditions-waiting"][language]
    values = {
        "address": contact.address,
        "needing": str(numbers[RenditionState.NEEDS_PERSON]),
        "failed": str(numbers[RenditionState.FAILED]),
        "link": f"{unit.settings.site_url or unit.settings.public_url}{PAGE}",
    }
    return Mail(contact.email, words["subject"], words["text"].format_map(values), language)


MAILS: Final[Mapping[str, Composer]] = {WAITING: compose_waiting}


@cache
def _letters() -> Mapping[str, Mapping[str, Any]]:
    file = resources.files("api.messages").joinpath("mails").joinpath("items.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
