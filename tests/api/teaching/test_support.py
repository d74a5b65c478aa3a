"""Support of single students over HTTP (clause 7.4): least rights, and nothing about health in clear."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text

from api.domains.audit.models import AuditRow
from api.domains.people.service import grant_role, roles_of
from api.domains.teaching.rules import Share
from api.domains.teaching.service import shared_with
from api.events import OutboxRow
from api.identity import HeldRole, Role, Scope
from api.ids import new_id
from tests.api.conftest import StandingClock, University
from tests.api.teaching.school import SETUP, TODAY, School, officer, person_with, refused, sent, wrong_fields

pytestmark = pytest.mark.anyio
URL = "/v1/support-assignments"


def body(school: School, kind: str = "psychologist", **changes: Any) -> dict[str, Any]:
    return {
        "person_id": str(school.students[0]),
        "supporter_id": str(school.teachers[0]),
        "kind": kind,
        "is_outside": False,
        "starts_on": "2026-09-01",
        **changes,
    }


def outside(school: School, **changes: Any) -> dict[str, Any]:
    values = {"is_outside": True, "ends_on": "2026-12-31", "shares": ["contact"], **changes}
    return body(school, "sign-language-interpreter", **values)


async def assigned(client: httpx.AsyncClient, wanted: dict[str, Any]) -> str:
    return str((await sent(await client.post(URL, json=wanted), 201))["id"])


async def test_a_tutor_gets_the_role_for_that_student_until_the_last_day(
    university: University, school: School
) -> None:
    office = await university.as_(school.office)
    one = await assigned(office, body(school, "tutor"))
    await refused(await office.post(URL, json=body(school, "tutor")), 409, "already-assigned")
    await assigned(office, body(school, "coordinator"))
    async with school.context.reading(SETUP) as unit:
        (held,) = await roles_of(unit.session, school.teachers[0], TODAY)
    assert held == HeldRole(Role.SUPPORT, Scope.PERSON, frozenset({school.students[0]}))
    for other in (await sent(await office.get(URL), 200))["items"]:
        await sent(await office.post(f"{URL}/{other['id']}/end", json={"ends_on": "2026-08-31"}), 200)
    async with school.context.reading(SETUP) as unit:
        assert await roles_of(unit.session, school.teachers[0], TODAY) == ()
    await refused(await office.get(f"{URL}/{one}"), 404, "not-found")


async def test_kind_and_shares_lie_sealed_and_are_told_nowhere(university: University, school: School) -> None:
    office = await university.as_(school.office)
    await assigned(office, outside(school))
    async with school.context.reading(SETUP) as unit:
        (stored,) = (await unit.session.execute(text("SELECT * FROM support_assignment"))).all()
        entries = (await unit.session.scalars(select(AuditRow).where(AuditRow.subject == "support-assignment"))).all()
        events = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "support.assigned"))).all()
    assert (len(entries), len(events)) == (1, 1)
    told = f"{stored} {entries[0].facts} {events[0].ids} {events[0].codes}"
    for word in ("interpreter", "sign-language", "contact"):
        assert word not in told


async def test_who_sees_that_somebody_is_supported(university: University, school: School) -> None:
    """The student, the supporter, the office and the student's curator; nobody else, not the other supporter."""
    office = await university.as_(school.office)
    one = await assigned(office, body(school))
    await assigned(office, body(school, "tutor", supporter_id=str(school.teachers[1])))
    group = new_id()
    async with school.context.writing(SETUP) as unit:
        await give_group(unit, school.students[0], group)
    tutor = HeldRole(Role.SUPPORT, Scope.PERSON, frozenset({school.students[0]}))
    for actor, seen in (
        (person_with(school.students[0]), 2),
        (person_with(school.teachers[0], tutor), 1),
        (person_with(school.teachers[1], tutor), 1),
        (officer(Role.CURATOR, Scope.GROUP, group), 2),
        (officer(Role.CURATOR, Scope.GROUP, new_id()), 0),
        (person_with(school.students[1]), 0),
        (school.dean, 0),
        (school.registry, 0),
        (school.head, 0),
        (officer(Role.ADMINISTRATOR, Scope.UNIVERSITY), 0),
    ):
        client = await university.as_(actor)
        listed = (await sent(await client.get(URL, params={"person_id": str(school.students[0])}), 200))["items"]
        assert len(listed) == seen, actor
        visible = 200 if one in {item["id"] for item in listed} else 404
        assert (await client.get(f"{URL}/{one}")).status_code == visible, actor
        refusal = await client.post(URL, json=body(school, "coordinator"))
        assert refusal.status_code in (403, 404), actor
    visitor = await university.as_(None)
    for id_ in (one, str(new_id())):
        await refused(await visitor.get(f"{URL}/{id_}"), 401, "sign-in-needed")


async def give_group(unit: Any, person: UUID, group: UUID) -> None:
    await grant_role(unit, person, Role.STUDENT, Scope.GROUP, group, TODAY)


async def test_somebody_from_outside_has_no_role_and_sees_what_was_shared(
    university: University, school: School, clock: StandingClock
) -> None:
    office = await university.as_(school.office)
    one = await assigned(office, outside(school))
    async with school.context.reading(SETUP) as unit:
        assert await roles_of(unit.session, school.teachers[0], TODAY) == ()
        assert await shared_with(unit, school.teachers[0], school.students[0]) == {Share.CONTACT}
    helper = await university.as_(person_with(school.teachers[0]))
    shown = await sent(await helper.get(f"{URL}/{one}/shared"), 200)
    assert shown["name"] == "Асанова0 Айгүл"
    assert shown["contact"] == {"email": None, "language": "ky"}
    assert (shown["groups"], shown["classes"]) == (None, None)
    await refused(await helper.get(f"/v1/persons/{school.students[0]}"), 404, "not-found")
    for actor in (school.office, person_with(school.students[0]), person_with(school.teachers[1])):
        client = await university.as_(actor)
        await refused(await client.get(f"{URL}/{one}/shared"), 404, "not-found")
    async with school.context.reading(SETUP) as unit:
        read = (await unit.session.scalars(select(AuditRow).where(AuditRow.what == "read-shared"))).all()
    assert [(entry.person, entry.account) for entry in read] == [(school.students[0], school.teachers[0])]
    clock.advance(days=122)  # the first of January
    await refused(await helper.get(f"{URL}/{one}/shared"), 404, "not-found")


async def test_the_office_shares_more_and_the_student_less(university: University, school: School) -> None:
    office = await university.as_(school.office)
    student = await university.as_(person_with(school.students[0]))
    helper = await university.as_(person_with(school.teachers[0]))
    one = await assigned(office, outside(school))
    url = f"{URL}/{one}/shares"
    more = {"shares": ["contact", "groups", "classes"]}
    await refused(await student.put(url, json=more, headers={"If-Match": '"1"'}), 403, "not-allowed")
    await refused(await office.put(url, json=more), 428, "version-needed")
    await sent(await office.put(url, json=more, headers={"If-Match": '"1"'}), 200)
    shown = await sent(await helper.get(f"{URL}/{one}/shared"), 200)
    assert (shown["groups"], shown["classes"]) == ([], [])
    await refused(await student.put(url, json={"shares": []}, headers={"If-Match": '"1"'}), 412, "stale-version")
    assert (await sent(await student.put(url, json={"shares": []}, headers={"If-Match": '"2"'}), 200))["shares"] == []
    assert (await sent(await helper.get(f"{URL}/{one}/shared"), 200))["contact"] is None
    await refused(await helper.put(url, json=more, headers={"If-Match": '"3"'}), 403, "not-allowed")
    await refused(await helper.post(f"{URL}/{one}/end", json={"ends_on": "2026-09-01"}), 403, "not-allowed")
    await sent(await student.post(f"{URL}/{one}/end", json={"ends_on": "2026-08-31"}), 200)
    await refused(await helper.get(f"{URL}/{one}/shared"), 404, "not-found")


async def test_an_assignment_that_does_not_fit_is_refused_by_field(university: University, school: School) -> None:
    office = await university.as_(school.office)
    for wanted, wrong in (
        (outside(school, ends_on=None), {"/ends_on": "outside-needs-end"}),
        (outside(school, ends_on="2026-08-31"), {"/ends_on": "end-before-start"}),
        (body(school, shares=["contact"]), {"/shares": "shares-for-outside"}),
        (body(school, supporter_id=str(school.students[0])), {"/supporter_id": "not-oneself"}),
        (body(school, supporter_id=str(new_id())), {"/supporter_id": "no-such-person"}),
        (body(school, kind="friend"), {"/kind": "unknown-value"}),
        (body(school) | {"reason": "диагноз"}, {"/reason": "unknown"}),
    ):
        assert await wrong_fields(await office.post(URL, json=wanted)) == wrong


async def test_an_office_of_one_institute_supports_its_own_students(university: University, school: School) -> None:
    own = await university.as_(officer(Role.INCLUSION_OFFICE, Scope.UNIT, school.institute))
    await assigned(own, body(school))
    other = await university.as_(officer(Role.INCLUSION_OFFICE, Scope.UNIT, school.other_institute))
    await refused(await other.post(URL, json=body(school)), 404, "not-found")
    assert (await sent(await other.get(URL), 200))["items"] == []
