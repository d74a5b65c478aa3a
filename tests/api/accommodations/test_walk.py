"""Whatever is asked in whatever order: a plan is only ever where the declared moves lead (law over real requests)."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from api.domains.accommodations.jobs import end_plans
from api.domains.accommodations.rules import MOVES, PlanState
from tests.api.accommodations.world import CASES, PLANS, World, document, proposal, requested
from tests.api.conftest import StandingClock
from tests.api.teaching.school import sent

pytestmark = pytest.mark.anyio
REQUESTS = 110
STEPS = {(before, following) for (before, _), following in MOVES.items()}


@pytest.mark.parametrize("backend", ["sqlite"])  # the conditions of the tables are asked on both in `test_stored`
@pytest.mark.parametrize("seed", [2])
async def test_no_sequence_of_requests_reaches_an_undeclared_state(
    world: World, clock: StandingClock, seed: int
) -> None:
    drawn = random.Random(seed)
    case, _ = await requested(world)
    office = await world.as_(world.office)
    bodies: dict[str, Callable[[], dict[str, Any]]] = {
        "assess": lambda: proposal(valid_from=str(clock.now().date()), valid_until="2026-10-31"),
        "return": lambda: {"reason": "Ката"},
        "activate": lambda: document(world),
        "revoke": lambda: {"reason": "Бүттү"},
    }
    sides = [(world.head, "department"), (world.dean, "dean"), (world.colleague, "service")]
    strangers = [world.student, world.other_dean, world.head]
    states: dict[str, str] = {}
    reached: set[str] = set()
    for _ in range(REQUESTS):
        plans = (await sent(await office.get(PLANS, params={"case_id": case}), 200))["items"]
        for one in plans:
            before = states.get(one["id"])
            step = (PlanState(before or "requested"), PlanState(one["state"]))
            assert step[0] is step[1] or step in STEPS, step
            states[one["id"]] = one["state"]
        reached |= set(states.values())
        assert sum(state == "active" for state in states.values()) <= 1
        choice = drawn.choices(["verb", "version", "days"], [24, 3, 1])[0]
        if choice == "days":
            clock.advance(days=drawn.randint(1, 20))
            await end_plans(world.context)
        elif choice == "version":
            assert (await office.post(f"{CASES}/{case}/plans", json={})).status_code in (201, 409)
        else:
            verb = drawn.choices([*bodies, "approvals"], [4, 1, 4, 1, 14])[0]
            actor, party = drawn.choice(sides)
            decision = drawn.choices(["agreed", "refused"], [12, 1])[0]
            said = {"party": party, "decision": decision, "reason": "Себеп"}
            body = bodies[verb]() if verb in bodies else said
            if verb != "approvals":
                actor = world.office
            if drawn.random() < 0.15:
                actor = drawn.choice(strangers)
            target = drawn.choice(plans[-2:])["id"]
            client = await world.as_(actor)
            answer = await client.post(f"{PLANS}/{target}/{verb}", json=body, headers={"If-Match": "*"})
            assert answer.status_code in (200, 403, 404, 409, 422), answer.text
    assert len(reached) >= 5, reached
