"""Who reads a work because they decide about it. The domain that decides says so; assignments may not ask it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from api.unit import Unit

Decides = Callable[[Unit, UUID], Awaitable[bool]]
"""Whether the actor decides something about this version."""

_ANSWERS: list[Decides] = []


def decided_by(answer: Decides) -> None:
    """For a domain that decides about works, once, when it is loaded."""
    _ANSWERS.append(answer)


async def decides_about(unit: Unit, submission_id: UUID) -> bool:
    for answer in _ANSWERS:
        if await answer(unit, submission_id):
            return True
    return False
