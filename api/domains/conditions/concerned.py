"""Whom a task concerns. The domain whose tasks these are says it; conditions may not ask that domain."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from api.domains.conditions.rules import TaskKind
from api.domains.people.service import holders_of
from api.identity import Role, Scope
from api.unit import Unit

Concerned = Callable[[Unit, UUID], Awaitable[frozenset[UUID] | None]]
"""Of a task: the persons whom alone it concerns, e.g. the candidates of a retake; None for the whole class."""

_ANSWERS: dict[TaskKind, Concerned] = {}


def concerned_by(kind: TaskKind, answer: Concerned) -> None:
    """For the domain whose tasks are of this kind, once, when it is loaded. Other tasks concern the whole class."""
    _ANSWERS[kind] = answer


async def concerned_students(unit: Unit, task_id: UUID, kind: TaskKind, class_id: UUID) -> Sequence[UUID]:
    """Those of the class whom the task concerns."""
    students = await holders_of(unit, Role.STUDENT, Scope.CLASS, class_id)
    answer = _ANSWERS.get(kind)
    alone = None if answer is None else await answer(unit, task_id)
    return students if alone is None else [one for one in students if one in alone]
