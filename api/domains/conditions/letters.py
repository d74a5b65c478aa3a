"""Mails about tasks. Nothing in them tells why somebody's conditions differ."""

from datetime import datetime
from uuid import UUID

from api.domains.conditions import service
from api.domains.people.service import recipient_of
from api.domains.teaching.service import class_brief
from api.mail import Mail
from api.unit import Unit


async def written(unit: Unit, name: str, person_id: UUID, task_id: UUID, **moments: datetime | None) -> Mail | None:
    """The letter `name` about a task, with these moments; None for somebody without an address."""
    recipient = await recipient_of(unit, person_id)
    if recipient is None:
        return None
    task = await service.find_task(unit, task_id)
    values = {
        "title": recipient.title(task.titles),
        "class": (await class_brief(unit, task.class_id)).code,
        **{name: "" if moment is None else recipient.moment(moment) for name, moment in moments.items()},
    }
    return recipient.letter("conditions", name, **values)
