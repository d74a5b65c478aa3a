"""Who does a task together with whom. The domain that forms groups says it; conditions may not ask that domain.

Whatever decides whether a common work is late has to give the moment that each of them is shown and reminded of, so
groups are a part of the one function (see `service.effective_conditions`) and of nothing else.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from api.domains.conditions.rules import Task, TaskKind
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class Company:
    """The persons who hand in one work, all of them."""

    id: UUID
    persons: tuple[UUID, ...]


FindCompanies = Callable[[Unit, Collection[UUID], Collection[UUID]], Awaitable[Mapping[tuple[UUID, UUID], Company]]]
"""Of these tasks and persons: task and person -> the company in which the person does the task now, if in one."""

_FINDERS: dict[TaskKind, FindCompanies] = {}


def formed_by(kind: TaskKind, find: FindCompanies) -> None:
    """For the domain whose tasks are of this kind, once, when it is loaded. Tasks of other kinds are done alone."""
    _FINDERS[kind] = find


async def companies_of(
    unit: Unit, tasks: Collection[Task], person_ids: Collection[UUID]
) -> Mapping[tuple[UUID, UUID], Company]:
    """Those of more than one person; in as many statements as there are kinds of task."""
    found: dict[tuple[UUID, UUID], Company] = {}
    for kind, find in _FINDERS.items():
        ids = [task.id for task in tasks if task.kind is kind]
        if ids and person_ids:
            found |= await find(unit, ids, person_ids)
    return {key: one for key, one in found.items() if len(one.persons) > 1}
