"""A plan from the request into force, through HTTP, as those who take part see it (clauses 6.6, 7.1, 7.3)."""

import pytest

from api.domains.accommodations.service import Feature, TaskKind, agreed_for
from tests.api.accommodations.world import (
    CASES,
    NEED,
    PLANS,
    World,
    activate,
    approve,
    assess,
    move,
    requested,
)
from tests.api.teaching.school import SETUP, refused, sent

pytestmark = pytest.mark.anyio


async def test_three_parties_and_a_document_put_a_request_into_force(world: World) -> None:
    student, office = await world.as_(world.student), await world.as_(world.office)
    case, plan = await requested(world)
    shown = await sent(await student.get(f"{CASES}/{case}"), 200)
    assert (shown["need"], shown["state"], shown["is_coordinated"]) == (NEED, "open", True)
    assert shown["coordinator_id"] in {str(world.office.person), str(world.colleague.person)}
    await assess(world, plan)
    proposed = await sent(await student.get(f"{PLANS}/{plan}"), 200)
    assert proposed["missing"] == ["department", "dean", "service"]
    assert [one["feature"] for one in proposed["accommodations"]] == ["additional-testing-time", "spoken"]
    for number, (actor, party) in enumerate(
        ((world.dean, "dean"), (world.office, "service"), (world.head, "department")), start=1
    ):
        answer = await sent(await approve(world, actor, plan, party), 200)
        assert answer["state"] == ("agreed" if number == 3 else "assessed")
        if number < 3:  # two approvals are not enough for anything
            await refused(
                await move(
                    world,
                    world.office,
                    f"{PLANS}/{plan}/activate",
                    {"document_number": "1", "document_date": "2026-09-01"},
                ),
                409,
                "move-not-allowed",
            )
    async with world.context.reading(SETUP) as unit:
        assert await agreed_for(unit, world.school.students[0]) == ()  # agreed, but without a document
    active = await activate(world, plan)
    assert (active["state"], active["document_number"], active["effective_from"]) == ("active", "17-И", "2026-09-01")
    seen = await sent(await student.get(f"{PLANS}/{plan}"), 200)
    assert {(one["party"], one["decided_by_name"]) for one in seen["approvals"]} == {
        ("department", "Башчы Нур"),
        ("dean", "Декан Нур"),
        ("service", "Инклюзия Нур"),
    }
    async with world.context.reading(SETUP) as unit:
        agreed = await agreed_for(unit, world.school.students[0])
        assert await agreed_for(unit, world.school.students[1]) == ()
    assert [(one.feature, one.plan_number, one.kinds) for one in agreed] == [
        (Feature.ADDITIONAL_TESTING_TIME, 1, frozenset({TaskKind.TEST})),
        (Feature.SPOKEN, 1, frozenset(TaskKind)),
    ]
    assert {(str(one.valid_from), str(one.valid_until), one.class_id) for one in agreed} == {
        ("2026-09-01", "2026-12-31", None)
    }
    assert (await sent(await office.get(PLANS, params={"state": "active"}), 200))["items"][0]["id"] == plan
