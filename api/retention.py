"""How long what is kept, as each domain says it for its own tables; the privacy domain lets it happen.

A domain's `service.py` exports `RETENTION: Sequence[RetentionRule]`. The period is the default of the software; the
university sets its own, with the legal basis, as dated data.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from api.db.base import Row
from api.unit import Unit


class Effect(StrEnum):
    DELETED = "deleted"
    ANONYMISED = "anonymised"
    """The row stays, because others refer to it; what tells who it was is gone."""


Sweep = Callable[[Unit, datetime, int], Awaitable[int]]
"""Takes away what is older than the moment, at most so many, and gives how many; 0 when nothing is left."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """`category` is a code; `[retention-<category>.<language>] title` among the messages names it. `days` counts from
    what the sweep says, e.g. the end of a session."""

    category: str
    days: int
    effect: Effect
    sweep: Sweep


def deletes_rows(model: type[Row], moment: InstrumentedAttribute[Any]) -> Sweep:
    """Deletes rows of the table whose moment has passed; rows without one stay."""

    async def sweep(unit: Unit, before: datetime, most: int) -> int:
        ids: list[UUID] = list(
            await unit.session.scalars(select(model.id).where(moment < before).order_by(model.id).limit(most))
        )
        if ids:
            await unit.session.execute(delete(model).where(model.id.in_(ids)))
        return len(ids)

    return sweep
