"""Acts, specialities and closures over HTTP, and what the other domains ask (clause 3.3)."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from api.domains.programmes.errors import SpecialityClosed
from api.domains.programmes.loading import example_text, load_closed_specialities
from api.domains.programmes.models import LegalActRow, ProhibitedSpecialityRow, SpecialityRow
from api.domains.programmes.rules import Form, Level, Mode, Purpose
from api.domains.programmes.service import closed_programmes, refuse_if_closed
from api.errors import InvalidFields
from api.unit import Context
from tests.api.conftest import StandingClock, University
from tests.api.programmes.campus import DECREE, SEED, Campus, add_speciality, approved_programme, close, sent

pytestmark = pytest.mark.anyio
ACTS, CLOSURES, SPECIALITIES = "/v1/legal-acts", "/v1/closed-specialities", "/v1/specialities"


async def test_the_registry_keeps_acts_and_everybody_reads_them(university: University, campus: Campus) -> None:
    registry, visitor = await university.as_(campus.registry), await university.as_()
    for who, status in ((None, 401), (campus.student, 403), (campus.dean, 403), (campus.decider, 403)):
        client = await university.as_(who)
        assert (await client.post(ACTS, json=DECREE)).status_code == status
        assert (await client.post(SPECIALITIES, json={"code": "1", "titles": {"ky": "А"}})).status_code == status
    answer = await registry.post(ACTS, json=DECREE)
    act = await sent(answer, 201)
    assert act["is_confirmed"] is False
    assert (await sent(await registry.post(ACTS, json=DECREE), 409))["type"] == "/problems/already-recorded"
    address = f"{ACTS}/{act['id']}"
    change = {"valid_to": "2027-12-31", "is_confirmed": True}
    assert (await registry.patch(address, json=change)).status_code == 428
    changed = await registry.patch(address, json=change, headers={"If-Match": answer.headers["etag"]})
    assert (await sent(changed, 200))["valid_to"] == "2027-12-31"
    assert (await registry.patch(address, json=change, headers={"If-Match": '"1"'})).status_code == 412
    early = await registry.patch(address, json={"valid_to": "2025-02-16"}, headers={"If-Match": '"2"'})
    assert (await sent(early, 422))["errors"][0] == {
        "pointer": "/valid_to",
        "code": "last-day-before-first",
        "message": "Акыркы күн биринчи күндөн мурда болбошу керек.",
    }
    assert (await sent(await visitor.get(address), 200))["is_confirmed"] is True
    assert len((await sent(await visitor.get(ACTS), 200))["items"]) == 1
    assert (await visitor.get(f"{ACTS}/{UUID(int=1)}")).status_code == 404


async def test_specialities_are_listed_by_code_and_entered_once(university: University, campus: Campus) -> None:
    registry, visitor = await university.as_(campus.registry), await university.as_()
    for code in ("580100", "530500"):
        await add_speciality(registry, code)
    twice = await registry.post(SPECIALITIES, json={"code": "530500", "titles": {"ky": "Укук"}})
    assert (await sent(twice, 409))["type"] == "/problems/already-recorded"
    listed = (await sent(await visitor.get(SPECIALITIES), 200))["items"]
    assert [one["code"] for one in listed] == ["530500", "580100"]
    address = f"{SPECIALITIES}/{listed[0]['id']}"
    titles = {"titles": {"ky": "Укук таануу"}}
    assert (await registry.patch(address, json=titles)).status_code == 428
    renamed = await sent(await registry.patch(address, json=titles, headers={"If-Match": '"1"'}), 200)
    assert renamed["titles"] == {"ky": "Укук таануу"}
    assert (await sent(await visitor.get(address), 200)) == renamed


async def test_every_fault_of_a_closure_is_named(university: University, campus: Campus) -> None:
    registry = await university.as_(campus.registry)
    act = await sent(await registry.post(ACTS, json=DECREE), 201)
    body: dict[str, Any] = {
        "speciality_id": str(UUID(int=1)),
        "act_id": act["id"],
        "prohibited_from": "2025-02-16",
        "prohibited_to": "2025-02-15",
        "purposes": ["training"],
    }
    refused = await sent(await registry.post(CLOSURES, json=body), 422)
    assert {(one["pointer"], one["code"]) for one in refused["errors"]} == {
        ("/speciality_id", "no-such-speciality"),
        ("/prohibited_from", "before-the-act"),
        ("/prohibited_to", "last-day-before-first"),
        ("/forms", "forms-or-modes"),
    }
    unknown = await sent(await registry.post(CLOSURES, json={**body, "forms": ["correspondence"]}), 422)
    assert unknown["errors"][0]["code"] == "unknown-value"


async def test_the_list_and_the_question_follow_the_dates(university: University, campus: Campus) -> None:
    registry, visitor = await university.as_(campus.registry), await university.as_()
    speciality = await add_speciality(registry)
    span = {"prohibited_from": "2026-09-01", "prohibited_to": "2027-08-31"}
    closure = await close(registry, speciality, **span, purposes=["admission"], forms=["part-time"], modes=[])
    for day, closed in (("2026-08-31", False), ("2026-09-01", True), ("2027-08-31", True), ("2027-09-01", False)):
        listed = (await sent(await visitor.get(CLOSURES, params={"on": day}), 200))["items"]
        assert [one["id"] for one in listed] == ([closure["id"]] if closed else [])
        asked = {"level": "bachelor", "form": "part-time", "mode": "in-person", "purpose": "admission", "on": day}
        found = await sent(await visitor.get(f"{SPECIALITIES}/{speciality}/closed", params=asked), 200)
        assert found["is_closed"] is closed
        assert (found["closure"] or {}).get("act_number") == ("76" if closed else None)
    asked = {"level": "bachelor", "form": "day", "mode": "in-person", "purpose": "admission"}
    found = await sent(await visitor.get(f"{SPECIALITIES}/{speciality}/closed", params=asked), 200)
    assert found == {"is_closed": False, "closure": None}
    wrong = await visitor.get(f"{SPECIALITIES}/{speciality}/closed", params={**asked, "mode": "radio"})
    assert (await sent(wrong, 422))["errors"][0]["pointer"] == "?mode"
    assert (await sent(await visitor.get(f"{CLOSURES}/{closure['id']}"), 200)) == closure
    assert (await visitor.get(f"{SPECIALITIES}/{UUID(int=1)}/closed", params=asked)).status_code == 404


async def test_an_act_that_is_repealed_opens_what_it_closed(university: University, campus: Campus) -> None:
    registry = await university.as_(campus.registry)
    speciality = await add_speciality(registry)
    closure = await close(registry, speciality)
    repeal = {"valid_to": "2026-08-31"}
    await sent(await registry.patch(f"{ACTS}/{closure['act_id']}", json=repeal, headers={"If-Match": '"1"'}), 200)
    assert (await sent(await registry.get(CLOSURES, params={"on": "2026-09-01"}), 200))["items"] == []
    async with university.context.reading(SEED) as unit:
        await refuse_if_closed(
            unit, speciality_id=UUID(speciality), level=Level.BACHELOR, form=Form.DISTANCE, mode=Mode.DISTANCE
        )


async def test_others_are_refused_with_the_same_problem_by_one_or_by_many(
    university: University, campus: Campus, clock: StandingClock
) -> None:
    """Admission asks for one programme, an import for thousands: the same answers, on the same days."""
    registry = await university.as_(campus.registry)
    closed_one, open_one = await add_speciality(registry, "560001"), await add_speciality(registry, "580100")
    first = await approved_programme(university.context, campus, closed_one, code="MED", mode="in-person")
    online = await approved_programme(university.context, campus, closed_one, code="MED-D", mode="distance")
    other = await approved_programme(university.context, campus, open_one, code="ECO", mode="distance")
    await close(registry, closed_one, prohibited_from="2026-09-02")
    programmes = [first, online, other, UUID(int=1)]

    async def refused(**asked: Any) -> set[UUID]:
        async with university.context.reading(SEED) as unit:
            found = await closed_programmes(unit, programmes, **asked)
            for id_ in (first, online, other):
                if id_ in found:
                    with pytest.raises(SpecialityClosed) as one:
                        await refuse_if_closed(unit, programme_id=id_, **{"purpose": Purpose.ADMISSION, **asked})
                    assert one.value.values == found[id_].values
                else:
                    await refuse_if_closed(unit, programme_id=id_, **{"purpose": Purpose.ADMISSION, **asked})
        return set(found)

    assert await refused() == set()
    clock.advance(days=1)
    assert await refused() == {online}
    assert await refused(on=date(2026, 9, 1)) == set()
    assert await refused(mode="blended", purpose=Purpose.TRAINING) == {first, online}


async def test_bulk_questions_cost_three_queries(university: University, campus: Campus) -> None:
    registry = await university.as_(campus.registry)
    specialities = [await add_speciality(registry, f"56000{number}") for number in range(5)]
    programmes = [
        await approved_programme(university.context, campus, one, code=f"P{place}", mode="distance")
        for place, one in enumerate(specialities)
    ]
    for one in specialities:
        await close(registry, one)
    statements: list[str] = []

    def count(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    engine = university.context.database.reader.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    async with university.context.reading(SEED) as unit:
        found = await closed_programmes(unit, programmes)
    event.remove(engine, "before_cursor_execute", count)
    assert set(found) == set(programmes)
    assert len(statements) == 3  # the programmes, their closures, the words of the problems


async def test_the_example_file_closes_nothing_by_the_decree_and_is_loaded_once(context: Context) -> None:
    """What the annex lists is not known to us, so nothing is invented; and nothing of the file is confirmed."""
    async with context.writing(SEED) as unit:
        assert await load_closed_specialities(unit, example_text()) == 2
    async with context.writing(SEED) as unit:
        assert await load_closed_specialities(unit, example_text()) == 0
        acts = (await unit.session.scalars(select(LegalActRow))).all()
        decree = next(one for one in acts if one.number == "76")
        by_decree = select(func.count()).select_from(ProhibitedSpecialityRow)
        assert await unit.session.scalar(by_decree.where(ProhibitedSpecialityRow.act_id == decree.id)) == 0
        codes = (await unit.session.scalars(select(SpecialityRow.code))).all()
    assert (decree.issued_on, [one.is_confirmed for one in acts]) == (date(2025, 2, 17), [False, False, False])
    assert all(code.startswith("EXAMPLE-") for code in codes)
    assert all(one.number == "76" or one.number.startswith("EXAMPLE-") for one in acts)


BROKEN = """
[[act]]
number = "1"
issued_on = 2026-01-01
issuer = "Министрлик"
titles.ky = "Буйрук"
valid_from = 2026-01-01
is_confirmed = true
[[act.closed]]
code = "530500"
titles.ky = "Укук"
from = 2026-01-02
to = 2026-01-01
purposes = ["admission"]
[[act.closed]]
code = "580100"
titles.ky = "Экономика"
from = 2025-12-31
purposes = ["admission"]
forms = ["part-time"]
"""


FAULTY: Final[list[tuple[str, list[tuple[str, str]]]]] = [
    (
        BROKEN,
        [
            ("/act/0/closed/0/to", "last-day-before-first"),
            ("/act/0/closed/0/forms", "forms-or-modes"),
            ("/act/0/closed/1/from", "before-the-act"),
        ],
    ),
    (
        "[[act]]\nnumber = '1'\nissued_on = 2026-02-30\nissuer = 'A'\ntitles.ky = 'A'\nvalid_from = 2026-01-01",
        [("", "not-toml")],
    ),
    (
        "[[act]]\nnumber = '1'\nissued_on = '2026-02-30'\nissuer = 'A'\ntitles.ky = 'A'\nis_confirmed = true",
        [("/act/0/issued_on", "not-a-date"), ("/act/0/valid_from", "missing")],
    ),
    ("act = [", [("", "not-toml")]),
    (BROKEN.replace('"part-time"', '"correspondence"'), [("/act/0/closed/1/forms/0", "unknown-value")]),
]


async def test_a_faulty_file_is_refused_as_a_whole(context: Context) -> None:
    for text, faults in FAULTY:
        with pytest.raises(InvalidFields) as refused:
            async with context.writing(SEED) as unit:
                await load_closed_specialities(unit, text)
        assert [(one.pointer, one.code) for one in refused.value.fields] == faults
        async with context.reading(SEED) as unit:
            assert (await unit.session.scalars(select(LegalActRow))).all() == []


async def test_credits_are_converted_by_the_rules_of_the_day(university: University, campus: Campus) -> None:
    registry, visitor = await university.as_(campus.registry), await university.as_()
    asked: dict[str, Any] = {"amount": 5, "from_kind": "ects", "to_kind": "national", "on": "2026-09-01"}
    address = "/v1/credit-rules"
    assert (await sent(await visitor.get(f"{address}/convert", params=asked), 200))["result"] == 5
    rule = {"kind": "national", "hours_per_credit": 36, "valid_from": "2026-09-01", "source": "Буйрук № 1"}
    assert (await visitor.post(address, json=rule)).status_code == 401
    await sent(await registry.post(address, json=rule), 201)
    assert (await sent(await registry.post(address, json=rule), 409))["type"] == "/problems/already-recorded"
    assert (await sent(await visitor.get(f"{address}/convert", params=asked), 200))["result"] == 4.17
    asked["on"] = "2026-08-31"
    assert (await sent(await visitor.get(f"{address}/convert", params=asked), 200))["result"] == 5
    listed = (await sent(await visitor.get(address), 200))["items"]
    assert [(one["hours_per_credit"], one["source"]) for one in listed] == [(36, "Буйрук № 1")]
    for amount in ("nan", "-1", "1e9"):
        assert (await visitor.get(f"{address}/convert", params={**asked, "amount": amount})).status_code == 422
