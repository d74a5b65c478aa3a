"""Whether what is granted can be used. The domain whose tasks these are says it; conditions may not ask that domain.

Minutes for somebody who has handed in everything would be promised and never had, and nobody would notice.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from api.domains.conditions.rules import Conditions, TaskKind
from api.unit import Unit

HasAttempt = Callable[[Unit, Conditions, UUID, int], Awaitable[bool]]
"""Of a person, with so many attempts more than the conditions give: whether one of them is running or left. What is
running stays so until the transaction ends."""

_ANSWERS: dict[TaskKind, HasAttempt] = {}


def attempts_known_by(kind: TaskKind, answer: HasAttempt) -> None:
    """For the domain whose tasks are of this kind, once, when it is loaded. Of other kinds more time can always be
    used: what was handed in late is in time by it."""
    _ANSWERS[kind] = answer


async def has_attempt(unit: Unit, conditions: Conditions, person_id: UUID, more: int) -> bool:
    answer = _ANSWERS.get(conditions.task.kind)
    return answer is None or await answer(unit, conditions, person_id, more)
