"""The university of the stories."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from api.domains.people.rules import UnitKind
from api.domains.people.service import create_unit
from api.identity import Scope
from tests.api.access.world import SETUP, add_member, cheap_passwords, signed_in
from tests.api.conftest import University
from tests.api.story.year import OFFICES, Year


@pytest.fixture
async def year(university: University) -> AsyncIterator[Year]:
    context = university.context
    async with context.writing(SETUP) as unit:
        root = (await create_unit(unit, "U", UnitKind.UNIVERSITY, None, {"ky": "Университет"})).id
        units = {"university": root}
        for name, code, kind in (
            ("institute", "F", UnitKind.INSTITUTE),
            ("methodical", "MC", UnitKind.METHODICAL_COUNCIL),
            ("academic", "AC", UnitKind.ACADEMIC_COUNCIL),
        ):
            units[name] = (await create_unit(unit, code, kind, root, {"ky": code})).id
        units["department"] = (
            await create_unit(unit, "INF", UnitKind.DEPARTMENT, units["institute"], {"ky": "Маалымат кафедрасы"})
        ).id
    async with AsyncExitStack() as stack:
        stack.enter_context(cheap_passwords())
        people, members = {}, {}
        for name, (role, where) in OFFICES.items():
            held = (role, Scope.UNIT, units[where]) if where else (role, Scope.UNIVERSITY, None)
            members[name] = await add_member(context, f"{name}.office", roles=[held])
        for name in ("aigul", "bakyt", "tutor"):
            members[name] = await add_member(context, f"{name}.asanova")
        for name, member in members.items():
            people[name] = await stack.enter_async_context(signed_in(university, member))
        yield Year(context, people, members, {name: str(id_) for name, id_ in units.items()})
