"""Demonstrations and measurements get their plans through the same rules."""

from datetime import date
from fractions import Fraction

import pytest

from api.domains.accommodations.errors import OnePersonOneParty
from api.domains.accommodations.proposals import NewAccommodation
from api.domains.accommodations.rules import AgreedValue, Feature, Party, TaskKind
from api.domains.accommodations.seeding import NewPlan, add_active_plan
from api.domains.accommodations.service import agreed_for
from api.errors import NotAllowed
from tests.api.accommodations.world import World
from tests.api.teaching.school import SETUP

pytestmark = pytest.mark.anyio


async def test_a_seeded_plan_is_in_force_by_three_persons_and_not_by_fewer(world: World) -> None:
    head, dean, office = (one.person for one in (world.head, world.dean, world.office))
    assert head is not None
    assert dean is not None
    assert office is not None
    time = AgreedValue(time_multiplier=Fraction(3, 2))
    wanted = [NewAccommodation(Feature.ADDITIONAL_TESTING_TIME, time, frozenset({TaskKind.TEST}))]

    def plan(student: int, dean_: object) -> NewPlan:
        deciders = {Party.DEPARTMENT: head, Party.DEAN: dean_, Party.SERVICE: office}
        return NewPlan(
            world.school.students[student],
            deciders,  # type: ignore[arg-type]  # ids
            wanted,
            date(2026, 9, 1),
            date(2026, 12, 31),
            "1-И",
            world.commission,
        )

    async with world.context.writing(SETUP) as unit:
        await add_active_plan(unit, plan(0, dean))
    with pytest.raises(OnePersonOneParty):
        async with world.context.writing(SETUP) as unit:
            await add_active_plan(unit, plan(1, head))
    with pytest.raises(NotAllowed):
        async with world.context.writing(world.office) as unit:
            await add_active_plan(unit, plan(1, dean))
    async with world.context.reading(SETUP) as unit:
        (found,) = await agreed_for(unit, world.school.students[0])
        assert (found.value.time_multiplier, await agreed_for(unit, world.school.students[1])) == (Fraction(3, 2), ())
