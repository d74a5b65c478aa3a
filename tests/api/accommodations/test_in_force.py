"""Plans in force: by days of Bishkek, in versions; what other domains get does not depend on the moment of asking."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api.domains.accommodations.service import Agreed, agreed_for, agreed_for_many, agreed_in_class
from api.domains.audit.models import AuditRow
from api.events import OutboxRow
from tests.api.accommodations.world import (
    CASES,
    ONE_AND_A_HALF,
    PLANS,
    SPOKEN,
    World,
    activate,
    agree,
    approve,
    assess,
    document,
    in_force,
    move,
    proposal,
    requested,
)
from tests.api.conftest import StandingClock
from tests.api.teaching.school import SETUP, refused, sent, wrong_fields

pytestmark = pytest.mark.anyio


async def agreed(world: World) -> Sequence[Agreed]:
    async with world.context.reading(SETUP) as unit:
        return await agreed_for(unit, world.school.students[0])


def days(found: Sequence[Agreed]) -> list[tuple[int, str, str]]:
    return [(one.plan_number, str(one.valid_from), str(one.valid_until)) for one in found]


async def next_version(world: World, case: str, **changes: Any) -> str:
    student = await world.as_(world.student)
    plan = (await sent(await student.post(f"{CASES}/{case}/plans", json={"wish": "Дагы"}), 201))["id"]
    await assess(world, plan, **changes)
    await agree(world, plan)
    return str(plan)


async def test_a_version_takes_over_on_its_first_day_and_the_days_of_both_stay_known(
    world: World, clock: StandingClock
) -> None:
    only_time = [ONE_AND_A_HALF]
    case, first = await in_force(world, accommodations=only_time)
    assert days(await agreed(world)) == [(1, "2026-09-01", "2026-12-31")]
    plan = await next_version(
        world,
        case,
        valid_from="2026-10-01",
        valid_until="2027-06-30",
        accommodations=[{**ONE_AND_A_HALF, "time_multiplier": 2}],
    )
    assert days(await agreed(world)) == [(1, "2026-09-01", "2026-12-31")]  # until the document is made out
    clock.advance(days=9)
    await activate(world, plan)
    expected = [(1, "2026-09-01", "2026-09-30"), (2, "2026-10-01", "2027-06-30")]
    assert days(await agreed(world)) == expected
    assert [one.value.time_multiplier for one in await agreed(world)] == [Fraction(3, 2), Fraction(2)]
    async with world.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    wanted = ("accommodation-plan.activated", "accommodation-plan.changed")
    assert [(one.kind, one.ids["plan"]) for one in rows if one.kind in wanted] == [
        (wanted[0], first),
        (wanted[0], plan),
        (wanted[1], first),  # after the new one: whoever hears of it finds one of them in force
    ]
    old = await sent(await (await world.as_(world.student)).get(f"{PLANS}/{first}"), 200)
    assert (old["state"], old["valid_until"], old["effective_until"]) == ("superseded", "2026-12-31", "2026-09-30")
    clock.advance(days=400)
    assert days(await agreed(world)) == expected
    async with world.context.reading(SETUP) as unit:
        assert set(await agreed_for_many(unit, world.school.students)) == {world.school.students[0]}


async def test_a_plan_is_never_in_force_before_it_was_activated(world: World, clock: StandingClock) -> None:
    _, plan = await requested(world)
    await assess(world, plan)
    await agree(world, plan)
    clock.advance(days=3, hours=15)  # 1 o'clock of the 5th in Bishkek, still the 4th in UTC
    shown = await activate(world, plan)
    assert (shown["valid_from"], shown["effective_from"]) == ("2026-09-01", "2026-09-05")
    assert days(await agreed(world))[0] == (1, "2026-09-05", "2026-12-31")


async def test_a_revoked_plan_counts_until_the_day_it_ended(world: World, clock: StandingClock) -> None:
    case, plan = await in_force(world, accommodations=[SPOKEN])
    clock.advance(days=10)
    url = f"{PLANS}/{plan}/revoke"
    assert "/reason" in await wrong_fields(await move(world, world.office, url, {}))
    early = await move(world, world.office, url, {"reason": "Суралды", "last_day": "2026-09-10"})
    assert await wrong_fields(early) == {"/last_day": "in-the-past"}
    close = await move(world, world.office, f"{CASES}/{case}/close", {"reason": "Бүттү"})
    await refused(close, 409, "accommodation-plan-active")
    shown = await sent(await move(world, world.office, url, {"reason": "Студент сурады"}), 200)
    assert (shown["state"], shown["effective_until"], shown["revoke_reason"]) == (
        "revoked",
        "2026-09-11",
        "Студент сурады",
    )
    assert days(await agreed(world)) == [(1, "2026-09-01", "2026-09-11")]
    for verb, body in (("revoke", {"reason": "x"}), ("assess", proposal()), ("activate", document(world))):
        again = await move(world, world.office, f"{PLANS}/{plan}/{verb}", body)
        assert (await refused(again, 409, "move-not-allowed"))["allowed"] == []
    await sent(await move(world, world.office, f"{CASES}/{case}/close", {"reason": "Бүттү"}), 200)
    assert days(await agreed(world)) == [(1, "2026-09-01", "2026-09-11")]


async def test_a_plan_revoked_before_its_first_day_never_counts_and_ends_nothing(
    world: World, clock: StandingClock
) -> None:
    case, first = await in_force(world, accommodations=[SPOKEN])
    second = await next_version(world, case, valid_from="2026-11-01", valid_until="2027-06-30")
    await activate(world, second)
    third = await next_version(world, case, valid_from="2026-10-01", valid_until="2027-06-30")
    await activate(world, third)  # before the second has begun
    assert set(days(await agreed(world))) == {
        (1, "2026-09-01", "2026-09-30"),
        (3, "2026-10-01", "2027-06-30"),
    }
    clock.advance(days=5)
    office = await world.as_(world.office)

    async def after_revoking(plan: str) -> tuple[set[tuple[int, str, str]], list[str]]:
        await sent(await move(world, world.office, f"{PLANS}/{plan}/revoke", {"reason": "Ката"}), 200)
        versions = (await sent(await office.get(PLANS, params={"case_id": case}), 200))["items"]
        return set(days(await agreed(world))), [one["state"] for one in versions]

    assert await after_revoking(third) == (
        {(1, "2026-09-01", "2026-10-31"), (2, "2026-11-01", "2027-06-30")},
        ["superseded", "active", "revoked"],
    )
    assert await after_revoking(second) == ({(1, "2026-09-01", "2026-12-31")}, ["active", "revoked", "revoked"])
    async with world.context.reading(SETUP) as unit:
        rows = (await unit.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        facts = select(AuditRow.what, AuditRow.facts).where(AuditRow.subject_id == UUID(first))
        recorded = (await unit.session.execute(facts.order_by(AuditRow.number))).all()
    told = [one.kind.partition(".")[2] for one in rows if one.ids.get("plan") == first]
    assert told[-4:] == ["changed", "changed", "reinstated", "changed"]  # the third came and went, the second went
    assert [(what, its["last"]) for what, its in recorded if what in ("supersede", "move-end", "reinstate")] == [
        ("supersede", "2026-10-31"),
        ("move-end", "2026-09-30"),
        ("move-end", "2026-10-31"),
        ("reinstate", "2026-12-31"),
    ]
    assert await after_revoking(first) == ({(1, "2026-09-01", "2026-09-06")}, ["revoked"] * 3)  # as any other


async def test_a_shorter_version_takes_no_days_away_that_were_agreed(world: World, clock: StandingClock) -> None:
    """In force until December, a renewal until June: a change for the session alone would end both."""
    case, _ = await in_force(world, accommodations=[SPOKEN])
    renewal = await next_version(world, case, valid_from="2027-01-01", valid_until="2027-06-30")
    await activate(world, renewal)
    student = await world.as_(world.student)
    wanted = await student.post(f"{CASES}/{case}/plans", json={}, headers={"Idempotency-Key": "change"})
    change = (await sent(wanted, 201))["id"]
    url, short = f"{PLANS}/{change}/assess", proposal(valid_from="2026-11-20", valid_until="2026-12-31")
    refusal = await move(world, world.office, url, short)
    assert await wrong_fields(refusal) == {"/valid_until": "ends-before-agreed"}
    assert set(days(await agreed(world))) == {(1, "2026-09-01", "2026-12-31"), (2, "2027-01-01", "2027-06-30")}
    await sent(await move(world, world.office, f"{PLANS}/{renewal}/revoke", {"reason": "Студент макул"}), 200)
    await sent(await move(world, world.office, url, short), 200)


async def test_what_holds_in_a_class_is_what_names_it_or_none(world: World) -> None:
    there = {"feature": "captions", "kinds": ["assignment"], "class_id": str(world.other_class_id)}
    await in_force(world, accommodations=[SPOKEN, there])
    persons = world.school.students
    async with world.context.reading(SETUP) as unit:
        here = await agreed_in_class(unit, world.class_id, persons)
        elsewhere = await agreed_in_class(unit, world.other_class_id, persons)
    assert [one.feature for one in here[persons[0]]] == ["spoken"]
    assert [one.feature for one in elsewhere[persons[0]]] == ["spoken", "captions"]
    assert persons[1] not in here


async def test_a_document_and_for_tests_the_act_of_a_body_make_a_plan_valid(world: World, clock: StandingClock) -> None:
    _, plan = await requested(world)
    await assess(world, plan, valid_until="2026-09-20")
    await agree(world, plan)
    for changes, wrong in (
        ({"document_date": "2026-09-02"}, {"/document_date": "not-yet"}),
        (
            {"procedure_unit_id": None, "procedure_number": None, "procedure_date": None},
            {"/procedure_date": "procedure-needed"},
        ),
        ({"procedure_number": None}, {"/procedure_number": "procedure-needed"}),
        ({"procedure_unit_id": str(world.school.department)}, {"/procedure_unit_id": "procedure-body"}),
        ({"procedure_unit_id": str(world.class_id)}, {"/procedure_unit_id": "no-such-unit"}),
        ({"procedure_date": "2026-09-02"}, {"/procedure_date": "not-yet"}),
        ({"document_number": " "}, {"/document_number": "wrong-form"}),
    ):
        answer = await move(world, world.office, f"{PLANS}/{plan}/activate", document(world, **changes))
        assert await wrong_fields(answer) == wrong, changes
    clock.advance(days=20)
    late = await move(world, world.office, f"{PLANS}/{plan}/activate", document(world))
    assert (await refused(late, 409, "accommodation-plan-over"))["valid_until"] == "2026-09-20"
    assert await agreed(world) == ()


async def test_what_is_proposed_is_checked_as_a_whole(world: World) -> None:
    _, plan = await requested(world)
    url = f"{PLANS}/{plan}/assess"
    time = "additional-testing-time"
    for one, wrong in (
        ({"feature": time, "kinds": ["test"], "time_multiplier": 0.9}, {"time_multiplier": "too-small"}),
        ({"feature": time, "kinds": ["test"], "time_multiplier": 1.333}, {"time_multiplier": "two-decimals"}),
        ({"feature": time, "kinds": ["test"], "fixed_minutes": -5}, {"fixed_minutes": "too-small"}),
        ({"feature": time, "kinds": ["test"], "fixed_minutes": 5, "is_unlimited": True}, {"feature": "one-time-value"}),
        ({"feature": time, "kinds": ["test"]}, {"feature": "one-time-value"}),
        ({"feature": "braille", "kinds": ["test"], "days": 3}, {"feature": "value-of-feature"}),
        ({"feature": "braille", "kinds": []}, {"kinds": "too-short"}),
        ({"feature": "telepathy", "kinds": ["test"]}, {"feature": "unknown-value"}),
        ({"feature": "braille", "kinds": ["test"], "class_id": str(world.commission)}, {"class_id": "no-such-class"}),
        (
            {"feature": time, "kinds": ["test"], "is_fixed_time": True},
            {"class_id": "fixed-time-class", "fixed_time_reason": "fixed-time-reason"},
        ),
    ):
        answer = await move(world, world.office, url, proposal(accommodations=[one]))
        expected = {f"/accommodations/0/{field}": code for field, code in wrong.items()}
        assert await wrong_fields(answer) == expected, one
    for changes, wrong in (
        ({"valid_until": "2026-08-31"}, {"/valid_until": "end-before-start"}),
        ({"valid_from": "2026-01-01", "valid_until": "2026-08-31"}, {"/valid_until": "in-the-past"}),
        ({"valid_until": str(date(2036, 1, 1))}, {"/valid_until": "plan-too-long"}),
        ({"accommodations": []}, {"/accommodations": "too-short"}),
    ):
        assert await wrong_fields(await move(world, world.office, url, proposal(**changes))) == wrong
    await refused(await approve(world, world.office, plan, "service"), 409, "move-not-allowed")
