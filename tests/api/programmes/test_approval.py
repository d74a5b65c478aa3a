"""A programme on its way through the councils (clause 3.1)."""

import random
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import select

from api.domains.audit.models import AuditRow
from api.domains.programmes.rules import Move, State, after
from api.events import OutboxRow
from api.identity import Actor, Role, Scope
from tests.api.conftest import University
from tests.api.programmes.campus import (
    SEED,
    Campus,
    actor_of,
    add_speciality,
    close,
    programme,
    sent,
    step,
    tag,
)

pytestmark = pytest.mark.anyio
START = "/v1/programmes"


async def draft(university: University, campus: Campus, **changes: Any) -> tuple[str, dict[str, Any]]:
    """The address of a draft, and the draft."""
    speciality = await add_speciality(await university.as_(campus.registry))
    dean = await university.as_(campus.dean)
    found = await sent(await dean.post(START, json=programme(campus, speciality, **changes)), 201)
    return f"{START}/{found['id']}", found


async def approve(university: University, campus: Campus, address: str, version: int = 1) -> httpx.Response:
    """Through all three bodies, from a draft with that version."""
    for place, (who, move) in enumerate(
        ((campus.dean, "propose"), (campus.reviewer, "review"), (campus.decider, "approve"))
    ):
        answer = await step(await university.as_(who), address, move, version + place)
        assert answer.status_code == 200, answer.text
    return answer


async def test_three_bodies_approve_a_programme_and_everybody_sees_it(university: University, campus: Campus) -> None:
    address, found = await draft(university, campus)
    assert (found["state"], found["edition"], found["national_credits"]) == ("draft", 1, 240)
    visitor = await university.as_()
    await sent(await visitor.get(address), 404)
    approved = (await approve(university, campus, address)).json()
    assert (approved["state"], approved["approved_on"]) == ("approved", "2026-09-01")
    assert (await sent(await visitor.get(address), 200))["state"] == "approved"
    dean = await university.as_(campus.dean)
    decisions = (await sent(await dean.get(f"{address}/decisions"), 200))["items"]
    assert [(one["number"], one["move"], one["body"], one["state"]) for one in decisions] == [
        (1, "propose", "institute", "proposed"),
        (2, "review", "methodical-council", "reviewed"),
        (3, "approve", "academic-council", "approved"),
    ]
    assert decisions[1]["person_id"] == str(campus.people["reviewer"])
    assert decisions[1]["documents"][0]["sha256"] == "a" * 64
    async with university.context.reading(SEED) as unit:
        kinds = (await unit.session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id))).all()
        steps = (
            await unit.session.scalars(
                select(AuditRow.what).where(AuditRow.subject == "programme").order_by(AuditRow.number)
            )
        ).all()
    assert [kind for kind in kinds if kind.startswith("programme.")] == [
        *("programme.drafted", "programme.proposed", "programme.reviewed", "programme.approved"),
    ]
    assert steps == ["draft", "propose", "review", "approve"]


async def test_each_step_is_taken_by_its_body_alone(university: University, campus: Campus) -> None:
    """Whoever else asks is refused before anything else is looked at; the stale version shows who got further."""
    address, _ = await draft(university, campus)
    names = ("dean", "other_dean", "head", "reviewer", "decider", "second_decider", "outsider", "registry", "student")
    councillors = {"decider", "second_decider"}

    async def permitted(move: str) -> set[str]:
        got = set()
        for name in names:
            answer = await step(await university.as_(getattr(campus, name)), address, move, 99)
            assert answer.status_code in (403, 404, 412), (name, answer.text)
            got |= {name} if answer.status_code == 412 else set()
        assert (await step(await university.as_(), address, move, 99)).status_code in (401, 404)
        return got

    assert await permitted("propose") == {"dean", "head"}
    await sent(await step(await university.as_(campus.dean), address, "propose", 1), 200)
    assert await permitted("review") == {"reviewer"}
    everywhere = actor_of(campus.people["outsider"], (Role.COMMISSION, Scope.UNIVERSITY, []))
    assert (await step(await university.as_(everywhere), address, "review", 2)).status_code == 403
    assert await permitted("approve") == councillors
    assert await permitted("reject") == councillors
    await sent(await step(await university.as_(campus.reviewer), address, "review", 2), 200)
    await sent(await step(await university.as_(campus.decider), address, "approve", 3), 200)
    assert await permitted("suspend") == councillors


async def test_moves_that_do_not_exist_are_refused_with_those_that_do(university: University, campus: Campus) -> None:
    address, _ = await draft(university, campus)
    decider = await university.as_(campus.decider)
    await step(await university.as_(campus.dean), address, "propose", 1)
    body = await sent(await step(decider, address, "approve", 2), 409)
    assert body["type"] == "/problems/move-not-allowed"
    assert body["values"] == {"state": "proposed", "allowed": ["review"]}
    await step(await university.as_(campus.reviewer), address, "review", 2)
    await sent(await step(decider, address, "reject", 3), 200)
    for move in ("approve", "reject", "suspend"):
        assert (await sent(await step(decider, address, move, 4), 409))["values"]["allowed"] == []


async def test_nobody_decides_at_two_levels(university: University, campus: Campus) -> None:
    address, _ = await draft(university, campus)
    person = campus.people["reviewer"]
    both = actor_of(person, (Role.COMMISSION, Scope.UNIT, [campus.methodical_council, campus.academic_council]))
    await step(await university.as_(campus.dean), address, "propose", 1)
    client = await university.as_(both)
    await sent(await step(client, address, "review", 2), 200)
    for move in ("approve", "reject"):
        body = await sent(await step(client, address, move, 3), 409)
        assert body["type"] == "/problems/decided-at-another-level"
    proposer = actor_of(campus.people["dean"], (Role.COMMISSION, Scope.UNIT, [campus.academic_council]))
    body = await sent(await step(await university.as_(proposer), address, "approve", 3), 409)
    assert body["type"] == "/problems/decided-at-another-level"
    await sent(await step(await university.as_(campus.decider), address, "approve", 3), 200)


async def test_a_step_needs_the_version_it_was_decided_on_and_is_taken_once(
    university: University, campus: Campus
) -> None:
    address, _ = await draft(university, campus)
    dean = await university.as_(campus.dean)
    body = {"documents": [{"number": "1", "dated": "2026-08-20", "title": "Протокол"}]}
    assert (await dean.post(f"{address}/propose", json=body)).status_code == 428
    await sent(await dean.patch(address, json={"ects": 180}, headers={"If-Match": '"1"'}), 200)
    assert (await step(dean, address, "propose", 1)).status_code == 412
    headers = {"If-Match": '"2"', "Idempotency-Key": "propose-1"}
    first = await dean.post(f"{address}/propose", json=body, headers=headers)
    second = await dean.post(f"{address}/propose", json=body, headers=headers)
    assert (first.status_code, second.status_code, first.content) == (200, 200, second.content)
    assert len((await sent(await dean.get(f"{address}/decisions"), 200))["items"]) == 1
    late = await sent(await dean.patch(address, json={"ects": 120}, headers=tag(first)), 409)
    assert late["type"] == "/problems/not-a-draft"


async def test_papers_are_always_needed_and_reasons_where_something_is_refused(
    university: University, campus: Campus
) -> None:
    address, _ = await draft(university, campus)
    reviewer, decider = await university.as_(campus.reviewer), await university.as_(campus.decider)
    dean = await university.as_(campus.dean)
    body = await sent(await step(dean, address, "propose", 1, documents=[]), 422)
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [("/documents", "too-short")]
    await step(dean, address, "propose", 1)
    refused = await sent(await step(reviewer, address, "review", 2, is_favourable=False), 422)
    assert [one["pointer"] for one in refused["errors"]] == ["/reason"]
    await sent(await step(reviewer, address, "review", 2, is_favourable=False, reason="Лаборатория жок"), 200)
    against = await sent(await step(decider, address, "approve", 3), 422)
    assert [one["code"] for one in against["errors"]] == ["step-reason-needed"]
    missing = {"documents": [{"number": "1", "dated": "2026-08-20", "title": "Протокол"}]}
    answer = await decider.post(f"{address}/reject", json=missing, headers={"If-Match": '"3"'})
    assert answer.status_code == 422
    await sent(await step(decider, address, "approve", 3, reason="Лаборатория сатылып алынат"), 200)


MAY: Final = {
    "dean": {"propose"},
    "reviewer": {"review"},
    "decider": {"approve", "reject", "suspend"},
    "student": set[str](),
}


WRONG_FIELDS: Final[list[tuple[dict[str, Any], str, str]]] = [
    ({"level": "doctorate"}, "/level", "unknown-value"),
    ({"form": "weekend"}, "/form", "unknown-value"),
    ({"mode": "hybrid"}, "/mode", "unknown-value"),
    ({"distance_percent": 0}, "/distance_percent", "percent-and-mode"),
    ({"distance_percent": 101}, "/distance_percent", "too-large"),
    ({"mode": "distance", "distance_percent": 99}, "/distance_percent", "percent-and-mode"),
    ({"form": "distance", "mode": "in-person", "distance_percent": 0}, "/mode", "distance-form-in-person"),
    ({"speciality_id": "0190b6f0-0000-7000-8000-000000000000"}, "/speciality_id", "no-such-speciality"),
    ({"duration_months": 0}, "/duration_months", "too-small"),
    ({"titles": {}}, "/titles", "too-short"),
    ({"state": "approved"}, "/state", "unknown"),
]


async def test_a_wrong_field_is_named(university: University, campus: Campus) -> None:
    """Clauses 1.1, 1.2: levels, forms and modes are closed lists. And nobody writes the state (failure class 3)."""
    speciality = await add_speciality(await university.as_(campus.registry))
    dean = await university.as_(campus.dean)
    for changes, pointer, code in WRONG_FIELDS:
        body = await sent(await dean.post(START, json=programme(campus, speciality, **changes)), 422)
        assert [(one["pointer"], one["code"]) for one in body["errors"]] == [(pointer, code)], changes


async def test_a_unit_drafts_for_itself_alone(university: University, campus: Campus) -> None:
    speciality = await add_speciality(await university.as_(campus.registry))
    body = programme(campus, speciality)
    for who in (campus.other_dean, campus.student, campus.reviewer):
        assert (await (await university.as_(who)).post(START, json=body)).status_code in (403, 404)
    assert (await (await university.as_()).post(START, json=body)).status_code == 401
    council = programme(campus, speciality, unit_id=str(campus.academic_council))
    registry = await university.as_(campus.registry)
    refused = await sent(await registry.post(START, json=council), 422)
    assert refused["errors"][0]["code"] == "no-teaching-unit"


async def test_drafts_and_decisions_are_seen_by_those_concerned(university: University, campus: Campus) -> None:
    address, _ = await draft(university, campus)

    async def seen_by(who: Actor | None) -> tuple[bool, bool]:
        client = await university.as_(who)
        listed = (await sent(await client.get(START), 200))["items"]
        return (await client.get(address)).status_code == 200, len(listed) == 1

    for who in (campus.dean, campus.head, campus.registry):
        assert await seen_by(who) == (True, True)
    for other in (None, campus.other_dean, campus.student, campus.reviewer, campus.decider, campus.outsider):
        assert await seen_by(other) == (False, False)
    await step(await university.as_(campus.dean), address, "propose", 1)
    for who in (campus.dean, campus.reviewer, campus.decider, campus.registry):
        assert await seen_by(who) == (True, True)
    for other in (None, campus.other_dean, campus.student, campus.outsider):
        assert await seen_by(other) == (False, False)
    await step(await university.as_(campus.reviewer), address, "review", 2)
    await step(await university.as_(campus.decider), address, "approve", 3)
    for anybody in (None, campus.other_dean, campus.student, campus.outsider):
        assert await seen_by(anybody) == (True, True)
    for one, status in ((None, 401), (campus.student, 403), (campus.other_dean, 403), (campus.head, 200)):
        assert (await (await university.as_(one)).get(f"{address}/decisions")).status_code == status


async def test_a_later_edition_supersedes_the_one_in_force_and_the_suspended_one(
    university: University, campus: Campus
) -> None:
    address, found = await draft(university, campus)
    await approve(university, campus, address)
    dean = await university.as_(campus.dean)
    next_one = await sent(await dean.post(f"{address}/editions"), 201)
    assert (next_one["edition"], next_one["state"], next_one["replaces_id"]) == (2, "draft", found["id"])
    again = await sent(await dean.post(f"{address}/editions"), 409)
    assert again["type"] == "/problems/edition-open"
    await approve(university, campus, f"{START}/{next_one['id']}")
    visitor = await university.as_()
    listed = (await sent(await visitor.get(START, params={"code": "B-MATH"}), 200))["items"]
    assert [(one["edition"], one["state"]) for one in listed] == [(1, "superseded"), (2, "approved")]
    decisions = (await sent(await dean.get(f"{address}/decisions"), 200))["items"]
    assert decisions[-1]["move"] == "supersede"
    decider = await university.as_(campus.decider)
    body = await sent(await step(decider, address, "suspend", 5), 409)
    assert body["values"] == {"state": "superseded", "allowed": []}
    second = f"{START}/{next_one['id']}"
    assert (await sent(await step(decider, second, "suspend", 4), 200))["state"] == "suspended"
    third = await sent(await dean.post(f"{second}/editions"), 201)
    await approve(university, campus, f"{START}/{third['id']}")
    assert (await sent(await dean.get(second), 200))["state"] == "superseded"


async def test_the_catalogue_is_filtered_and_paged(university: University, campus: Campus) -> None:
    speciality = await add_speciality(await university.as_(campus.registry))
    dean = await university.as_(campus.dean)
    for place, level in enumerate(("bachelor", "master", "phd")):
        body = programme(campus, speciality, code=f"P-{place}", level=level)
        await sent(await dean.post(START, json=body), 201)
    first = await dean.get(START, params={"limit": 2})
    assert [one["code"] for one in first.json()["items"]] == ["P-0", "P-1"]
    rest = await sent(await dean.get(START, params={"limit": 2, "cursor": first.json()["next"]}), 200)
    assert ([one["code"] for one in rest["items"]], rest["next"]) == (["P-2"], None)
    masters = await sent(await dean.get(START, params={"level": "master", "state": "draft"}), 200)
    assert [one["code"] for one in masters["items"]] == ["P-1"]
    assert (await sent(await dean.get(START, params={"unit_id": str(campus.institute)}), 200))["items"] == []
    wrong = await sent(await dean.get(START, params={"level": "doctor"}), 422)
    assert wrong["errors"][0]["pointer"] == "?level"


async def test_a_closed_speciality_is_neither_proposed_nor_approved(university: University, campus: Campus) -> None:
    """Clause 3.3, with the words and the act in three languages."""
    address, found = await draft(university, campus, mode="distance", distance_percent=100)
    registry, dean = await university.as_(campus.registry), await university.as_(campus.dean)
    closure = await close(registry, found["speciality_id"])
    body = await sent(await step(dean, address, "propose", 1), 409)
    assert body["type"] == "/problems/speciality-closed-to-distance"
    assert body["values"] == {
        "speciality": "530500",
        "purpose": "training",
        "act_number": "76",
        "act_date": "2025-02-17",
        "act_issuer": "Министрлер Кабинети",
        "act_is_confirmed": False,
        "since": "2025-02-17",
        "until": None,
    }
    assert "№ 76" in body["detail"]
    english = await dean.post(
        f"{address}/propose",
        json={"documents": [{"number": "1", "dated": "2026-08-20", "title": "P"}]},
        headers={"If-Match": '"1"', "Accept-Language": "en"},
    )
    assert "No. 76 of 2025-02-17" in english.json()["detail"]
    in_person = programme(campus, found["speciality_id"], code="DAY", mode="in-person", distance_percent=0)
    other = await sent(await dean.post(START, json=in_person), 201)
    await approve(university, campus, f"{START}/{other['id']}")
    ended = {"prohibited_to": "2026-08-31"}
    closed = f"/v1/closed-specialities/{closure['id']}"
    await sent(await registry.patch(closed, json=ended, headers={"If-Match": '"1"'}), 200)
    await sent(await step(dean, address, "propose", 1), 200)
    await sent(await step(await university.as_(campus.reviewer), address, "review", 2), 200)
    until_today = {"prohibited_to": "2026-09-01"}
    await sent(await registry.patch(closed, json=until_today, headers={"If-Match": '"2"'}), 200)
    refused = await sent(await step(await university.as_(campus.decider), address, "approve", 3), 409)
    assert refused["type"] == "/problems/speciality-closed-to-distance"


async def test_whatever_is_asked_in_whatever_order_only_the_moves_of_the_regulation_happen(
    university: University, campus: Campus
) -> None:
    """Random requests by random people, beside the rules: the same states, the same refusals."""
    chance = random.Random(31)  # the same walks every time
    speciality = await add_speciality(await university.as_(campus.registry))
    dean = await university.as_(campus.dean)
    clients = {name: await university.as_(getattr(campus, name)) for name in MAY}
    reached = set()
    for walk in range(6):
        body = programme(campus, speciality, code=f"WALK-{walk}")
        address = f"{START}/{(await sent(await dean.post(START, json=body), 201))['id']}"
        state, version, moves = State.DRAFT, 1, list[str]()
        for _ in range(20):
            name, move = (
                chance.choice(sorted(MAY)),
                chance.choice(["propose", "review", "approve", "reject", "suspend"]),
            )
            answer = await step(clients[name], address, move, version, reason="Себеби бар")
            following = after(state, Move(move))
            if following is not None and move in MAY[name]:
                assert answer.status_code == 200, answer.text
                state, version = following, version + 1
                moves.append(move)
            elif move in MAY[name] and (state is not State.DRAFT or name == "dean"):  # councils see no drafts
                assert answer.status_code == 409, answer.text
            else:
                assert answer.status_code in (403, 404), answer.text
            shown = await sent(await dean.get(address), 200)
            assert shown["state"] == state
        if state in (State.APPROVED, State.SUSPENDED):
            assert moves[:3] == ["propose", "review", "approve"]
        decisions = (await sent(await dean.get(f"{address}/decisions"), 200))["items"]
        assert [one["move"] for one in decisions] == moves
        reached.add(state)
    assert len(reached) >= 3
