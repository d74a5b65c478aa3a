"""What the database itself refuses, whoever writes: time that is shortened, two ways to give time, a state alone."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, insert
from sqlalchemy.exc import IntegrityError

from api.db.base import Base
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW
from tests.api.teaching.school import SETUP, TODAY

pytestmark = pytest.mark.anyio


def accommodation(plan: UUID, feature: str = "additional-testing-time", **changes: Any) -> dict[str, Any]:
    parts = ("time_percent", "fixed_minutes", "break_minutes", "break_count", "days", "attempts", "form", "words")
    return {
        **dict.fromkeys((*parts, "magnification_percent", "fixed_time_reason", "class_id")),
        "id": new_id(),
        "created_at": NOW,
        "plan_id": plan,
        "feature": feature,
        "for_tests": True,
        "for_assignments": False,
        "is_unlimited": False,
        "is_fixed_time": False,
        **changes,
    }


def plan_row(case: UUID, **changes: Any) -> dict[str, Any]:
    names = [column.name for column in Base.metadata.tables["accommodation_plan"].columns]
    return {
        **dict.fromkeys(names),
        "id": new_id(),
        "created_at": NOW,
        "version": 1,
        "case_id": case,
        "number": 1,
        "state": "requested",
        "state_since": NOW,
        "round": 0,
        **changes,
    }


def case_row(person: UUID, coordinator: UUID, **changes: Any) -> dict[str, Any]:
    names = [column.name for column in Base.metadata.tables["accommodation_case"].columns]
    return {
        **dict.fromkeys(names),
        "id": new_id(),
        "created_at": NOW,
        "version": 1,
        "person_id": person,
        "state": "open",
        "coordinator_id": coordinator,
        "is_own_request": True,
        "consent_given_on": TODAY,
        **changes,
    }


ACTIVE = {
    "state": "active",
    "valid_from": TODAY,
    "valid_until": TODAY,
    "effective_from": TODAY,
    "effective_until": TODAY,
    "document_number": "1",
    "document_date": TODAY,
}


async def test_what_shortens_or_contradicts_cannot_be_stored(context: Context) -> None:
    tables: dict[str, Table] = dict(Base.metadata.tables)
    async with context.writing(SETUP) as unit:
        student, coordinator = await create_persons(
            unit, [NewPerson(Name("ky-Cyrl", name, "Нур")) for name in ("Асанова", "Кесиптеш")]
        )
        case = case_row(student, coordinator)
        plan = plan_row(case["id"], **ACTIVE)
        await unit.session.execute(insert(tables["accommodation_case"]), case)
        await unit.session.execute(insert(tables["accommodation_plan"]), plan)

        async def is_stored(table: str, row: dict[str, Any]) -> bool:
            try:
                async with unit.session.begin_nested():
                    await unit.session.execute(insert(tables[table]), row)
            except IntegrityError:
                return False
            return True

        id_ = plan["id"]
        for feature, wrong in (
            ("additional-testing-time", {"time_percent": 99}),
            ("additional-testing-time", {"time_percent": 0}),
            ("additional-testing-time", {"time_percent": -150}),
            ("additional-testing-time", {"time_percent": 1001}),
            ("additional-testing-time", {"fixed_minutes": -1}),
            ("additional-testing-time", {}),
            ("additional-testing-time", {"time_percent": 150, "fixed_minutes": 10}),
            ("additional-testing-time", {"time_percent": 150, "is_unlimited": True}),
            ("additional-testing-time", {"is_unlimited": True, "is_fixed_time": True}),
            ("additional-testing-time", {"is_fixed_time": True}),  # without a reason
            ("additional-testing-time", {"time_percent": 150, "fixed_time_reason": "x"}),
            ("additional-testing-time", {"time_percent": 150, "for_tests": False}),
            ("spoken", {"time_percent": 150}),
            ("breaks", {"break_minutes": 10}),
            ("breaks", {"break_minutes": -10, "break_count": 1}),
            ("breaks", {"break_minutes": 10, "break_count": 0}),
            ("extended-deadline", {"days": -1}),
            ("additional-attempts", {"attempts": -1}),
            ("alternative-form", {"form": "dance"}),
            ("alternative-task", {}),
            ("magnification", {"magnification_percent": 50}),
            ("clairvoyance", {}),
        ):
            assert not await is_stored("accommodation", accommodation(id_, feature, **wrong)), (feature, wrong)
        for feature, right in (
            ("additional-testing-time", {"time_percent": 100}),
            ("additional-testing-time", {"fixed_minutes": 0}),
            ("additional-testing-time", {"is_unlimited": True}),
            ("breaks", {"break_minutes": 10, "break_count": 2}),
            ("spoken", {}),
            ("magnification", {}),
        ):
            assert await is_stored("accommodation", accommodation(id_, feature, **right)), (feature, right)
        for row in (
            plan_row(case["id"], **{**ACTIVE, "number": 2}),  # a second one in force
            plan_row(case["id"], number=1),
            plan_row(case["id"], number=2, state="agreed"),  # without days
            plan_row(case["id"], number=2, state="pending"),
            plan_row(case["id"], **{**ACTIVE, "number": 2, "state": "expired", "document_number": None}),
            plan_row(case["id"], **{**ACTIVE, "number": 2, "state": "revoked"}),  # without a reason
            plan_row(case["id"], number=2, effective_from=TODAY, effective_until=TODAY),
        ):
            assert not await is_stored("accommodation_plan", row), row
        for row in (
            case_row(student, coordinator),  # a second open one
            case_row(coordinator, coordinator),
            case_row(coordinator, None),  # type: ignore[arg-type]  # clause 7.1: never without a coordinator
            case_row(coordinator, student, state="closed"),
        ):
            assert not await is_stored("accommodation_case", row), row

        def said(party: str, person: UUID, **changes: Any) -> dict[str, Any]:
            row = {"id": new_id(), "created_at": NOW, "plan_id": id_, "round": 1, "party": party}
            return row | {"decided_by": person, "decision": "agreed", "reason": None} | changes

        assert await is_stored("accommodation_approval", said("dean", coordinator))
        assert not await is_stored("accommodation_approval", said("dean", student))
        assert not await is_stored("accommodation_approval", said("service", coordinator))  # one person, two parties
        assert not await is_stored("accommodation_approval", said("department", student, decision="refused"))
