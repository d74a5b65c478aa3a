"""What has been kept long enough goes, what has not stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.app import all_retention
from api.domains.audit.models import AuditRow
from api.domains.people import service as people
from api.domains.people.models import PersonNameRow, PersonRow, PersonSearchRow, RoleAssignmentRow
from api.domains.people.persons import NAMELESS
from api.domains.people.rules import Name
from api.domains.privacy import service
from api.domains.privacy.models import RetentionRunRow, SpecialDataRow
from api.errors import LANGUAGES, words_of
from api.http.exchange import IdempotencyRow
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context, Unit
from tests.api.conftest import StandingClock, University
from tests.api.people.world import SETUP, TODAY, actor, make_person, plain

pytestmark = pytest.mark.anyio
RULES = [rule for rule in all_retention() if rule.category in {"contacts", "identity", "special-data"}]
ADMINISTRATOR = actor(Role.ADMINISTRATOR)


async def apply(context: Context) -> dict[str, int]:
    """Category -> rows, without what found nothing."""
    return {
        category: rows for category, rows in (await service.apply_retention(context, all_retention())).items() if rows
    }


async def count(context: Context, table: type) -> int:
    async with context.reading(SETUP) as unit:
        return await unit.session.scalar(select(func.count()).select_from(table)) or 0


async def test_stored_answers_go_after_a_day(university: University, clock: StandingClock) -> None:
    context = university.context
    client = await university.as_(actor(Role.REGISTRY))
    name = {"tag": "ky-Cyrl", "family_name": "Асанов", "given_name": "Бакыт"}
    await client.post("/v1/persons", json={"name": name}, headers={"Idempotency-Key": "one"})
    clock.advance(hours=24)
    assert await apply(context) == {}  # to the very second
    assert await count(context, IdempotencyRow) == 1
    clock.advance(seconds=1)
    assert await apply(context) == {"idempotency-answers": 1}
    assert await count(context, IdempotencyRow) == 0
    assert await apply(context) == {}


async def leaver(context: Context) -> object:
    """Somebody whose last role ends a year from now, and about whom everything is known."""
    async with context.writing(SETUP) as unit:
        name = Name("ky-Cyrl", "Асанов", "Бакыт", "Эмилович")
        person = people.NewPerson(name, (Name("und-Latn", "Asanov", "Bakyt"),), email="a@b.kg", source_id="s-1")
        id_ = await people.create_person(unit, person)
        await people.grant_role(unit, id_, Role.STUDENT, Scope.UNIT, new_id(), TODAY, TODAY + timedelta(days=365))
        row = SpecialDataRow(id=new_id(), created_at=unit.now, person_id=id_)
        service.seal_special_data(unit, row, [], "x")
        unit.session.add(row)
        return id_


async def test_who_has_left_is_forgotten_step_by_step_and_who_has_not_stays(
    context: Context, clock: StandingClock
) -> None:
    person = await leaver(context)
    member = await make_person(
        context, "Башкача", "Айжан", roles=[(Role.REGISTRY, Scope.UNIVERSITY, None)]
    )  # has a role without end
    clock.advance(days=365 + 365)
    assert await apply(context) == {}  # a year after the last day, to the day
    clock.advance(days=1)
    assert await apply(context) == {"special-data": 1}
    clock.advance(days=2 * 365)
    assert await apply(context) == {"contacts": 1}
    async with context.reading(SETUP) as unit:
        row = await unit.session.get_one(PersonRow, person)
        assert (row.email, row.phone, row.family_name) == (None, None, "Асанов")
    clock.advance(days=73 * 365)
    assert await apply(context) == {"identity": 1}
    assert await apply(context) == {}
    async with context.reading(SETUP) as unit:
        row = await unit.session.get_one(PersonRow, person)
        assert row.is_anonymised
        assert {row.family_name, row.given_name} == {NAMELESS}
        assert {row.patronymic, row.preferred_name, row.birth_date, row.email, row.phone, row.source_id} == {None}
        assert (await unit.session.scalars(select(PersonNameRow))).all() == []
        assert set(await unit.session.scalars(select(PersonSearchRow.person_id))) == {member}
        kept = await unit.session.get_one(PersonRow, member)
        assert (kept.family_name, kept.email) == ("Башкача", "b.asanov@university.test")
        # the roles that were held stay: records refer to them
        assert await unit.session.scalar(
            select(func.count()).select_from(RoleAssignmentRow).where(RoleAssignmentRow.person_id == person)
        )
        what = (await unit.session.scalars(select(AuditRow.what).where(AuditRow.person == person))).all()
    assert {"special-data.delete", "person.forget-contacts", "person.anonymise"} <= set(what)


async def test_who_comes_back_is_not_forgotten(context: Context, clock: StandingClock) -> None:
    person = await leaver(context)
    clock.advance(days=365 + 3 * 365)
    async with context.writing(SETUP) as unit:
        await people.grant_role(unit, person, Role.STUDENT, Scope.UNIT, new_id(), unit.today)  # type: ignore[arg-type]  # an id
    clock.advance(days=30)
    assert await apply(context) == {}


async def test_the_universitys_own_period_with_its_basis_takes_over_on_its_day(
    university: University, clock: StandingClock
) -> None:
    context = university.context
    await leaver(context)
    client = await university.as_(ADMINISTRATOR)
    basis = "Укук актысы, 5-берене"
    body = {"category": "special-data", "days": 30, "legal_basis": basis, "starts_on": "2027-12-01"}
    assert (await client.post("/v1/retention/periods", json=body)).status_code == 201
    assert (await client.post("/v1/retention/periods", json=body)).status_code == 409

    async def shown() -> tuple[int, str | None]:
        items = (await (await university.as_(plain(new_id()))).get("/v1/retention/periods")).json()["items"]
        return next((one["days"], one["legal_basis"]) for one in items if one["category"] == "special-data")

    assert await shown() == (365, None)  # nobody has confirmed the default
    clock.advance(days=365 + 40)
    assert await apply(context) == {}  # 11 October 2027: not yet
    clock.advance(days=60)
    assert await shown() == (30, basis)
    assert await apply(context) == {"special-data": 1}
    runs = (await client.get("/v1/retention/runs")).json()["items"]
    assert [(one["category"], one["days"], one["rows"]) for one in runs] == [("special-data", 30, 1)]


async def test_bad_periods_are_refused_and_few_may_set_them(university: University) -> None:
    client = await university.as_(ADMINISTRATOR)
    body = {"category": "contacts", "days": 30, "legal_basis": "x", "starts_on": TODAY.isoformat()}
    for changes, pointer, code in (
        ({"category": "dreams"}, "/category", "no-such-category"),
        ({"days": 0}, "/days", "too-small"),
        ({"days": 10**9}, "/days", "too-large"),
        ({"legal_basis": ""}, "/legal_basis", "too-short"),
        ({"starts_on": "2026-08-31"}, "/starts_on", "in-the-past"),
    ):
        answer = await client.post("/v1/retention/periods", json={**body, **changes})
        assert answer.status_code == 422, changes
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
    for role in set(Role) - {Role.REGISTRY, Role.ADMINISTRATOR}:
        other = await university.as_(actor(role))
        assert (await other.post("/v1/retention/periods", json=body)).status_code == 403
        assert (await other.get("/v1/retention/runs")).status_code == 403
    assert (await (await university.as_()).get("/v1/retention/periods")).status_code == 401


async def test_a_run_that_breaks_off_is_taken_up_where_it_stood(
    context: Context, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    for at in range(5):
        await make_person(context, given=f"Бакыт{'а' * at}")
    clock.advance(days=4 * 365)
    (rule,) = (rule for rule in RULES if rule.category == "contacts")
    calls = 0

    async def failing(unit: Unit, *arguments: object) -> int:
        nonlocal calls
        calls += 1
        swept = await rule.sweep(unit, *arguments)  # type: ignore[arg-type]  # the same ones
        if calls == 2:
            raise OSError("no space")
        return swept

    broken = type(rule)(rule.category, rule.days, rule.effect, failing)
    with pytest.raises(OSError, match="no space"):
        await service.apply_retention(context, [broken])
    assert await count(context, RetentionRunRow) == 1
    assert await service.apply_retention(context, [rule]) == {"contacts": 3}
    assert await service.apply_retention(context, [rule]) == {"contacts": 0}
    async with context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.sum(RetentionRunRow.rows))) == 5


def test_every_category_is_named_once_and_in_three_languages() -> None:
    names = [rule.category for rule in all_retention()]
    assert len(names) == len(set(names))
    assert all(rule.days > 0 for rule in all_retention())
    titles = {words_of(f"retention-{name}", "title", language, {}) for name in names for language in LANGUAGES}
    assert len(titles) == 3 * len(names)
