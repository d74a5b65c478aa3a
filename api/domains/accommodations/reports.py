"""Reports of the office: counts of a period, without names, that a member of the office can sign."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from api.domains.accommodations.errors import PeriodNotOver, ReportIsSigned
from api.domains.accommodations.models import AccommodationRow, ApprovalRow, CaseRow, ObjectionRow, PlanRow, ReportRow
from api.domains.accommodations.rules import Decision, Feature, ObjectionState, PlanState, is_over, without_few
from api.errors import NotAllowed, invalid
from api.ids import new_id
from api.unit import Unit

PURPOSE: Final = "accommodation report"
"""Of the signing key."""
LONGEST_DAYS: Final = 366 * 5


async def make_report(unit: Unit, starts_on: date, ends_on: date) -> dict[str, Any]:
    """The counts of the days of Bishkek from the first to the last."""
    during = _Period(unit, starts_on, ends_on)
    in_force = and_(
        PlanRow.effective_from <= ends_on,
        PlanRow.effective_until >= starts_on,
        PlanRow.effective_until >= PlanRow.effective_from,
    )
    still_open = and_(CaseRow.created_at < during.end, func.coalesce(CaseRow.closed_at, during.end) >= during.end)
    counts: dict[str, ColumnElement[bool]] = {
        "cases_opened": during.has(CaseRow.created_at),
        "cases_closed": during.has(CaseRow.closed_at),
        "cases_open": still_open,
        "plans_in_force": in_force,
        "plans_activated": during.has(PlanRow.activated_at),
        "plans_revoked": and_(PlanRow.state == PlanState.REVOKED, during.has(PlanRow.state_since)),
        "proposals_returned": and_(ApprovalRow.decision == Decision.REFUSED, during.has(ApprovalRow.created_at)),
        "objections_raised": during.has(ObjectionRow.created_at),
        "objections_upheld": and_(ObjectionRow.state == ObjectionState.UPHELD, during.has(ObjectionRow.decided_at)),
    }
    found: dict[str, Any] = {}
    for name, condition in counts.items():
        found[name] = await unit.session.scalar(_count(name, condition))
    found["days_to_activation"] = await _days_to_activation(unit, during)
    found["features"] = await _features(unit, in_force)
    return found


def _count(name: str, condition: ColumnElement[bool]) -> Select[int]:
    table = {"cases": CaseRow, "plans": PlanRow, "proposals": ApprovalRow, "objections": ObjectionRow}
    return select(func.count()).select_from(table[name.partition("_")[0]]).where(condition)


class _Period:
    """Days of Bishkek, as moments."""

    def __init__(self, unit: Unit, first: date, last: date) -> None:
        zone = unit.settings.time_zone
        self.start = datetime.combine(first, time(), zone).astimezone(UTC)
        self.end = min(datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC), unit.now)

    def has(self, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return and_(column >= self.start, column <= self.end)


async def _days_to_activation(unit: Unit, during: _Period) -> int | None:
    rows = await unit.session.execute(
        select(PlanRow.created_at, PlanRow.activated_at).where(during.has(PlanRow.activated_at))
    )
    days = [(activated - created).days for created, activated in rows if activated is not None]
    return None if without_few(len(days)) is None or not days else round(median(days))


async def _features(unit: Unit, in_force: ColumnElement[bool]) -> Mapping[str, int | None]:
    """How many plans have each feature; fewer than five could be recognised, and are not told."""
    rows = await unit.session.execute(
        select(AccommodationRow.feature, func.count(AccommodationRow.plan_id.distinct()))
        .join(PlanRow, AccommodationRow.plan_id == PlanRow.id)
        .where(in_force)
        .group_by(AccommodationRow.feature)
    )
    found = dict(rows.all())
    return {feature.value: without_few(found.get(feature, 0)) for feature in Feature}


async def store_report(unit: Unit, starts_on: date, ends_on: date) -> ReportRow:
    """Raises InvalidFields."""
    if ends_on < starts_on:
        raise invalid("/ends_on", "end-before-start")
    if starts_on > unit.today:
        raise invalid("/starts_on", "not-yet")
    if ends_on - starts_on > timedelta(days=LONGEST_DAYS):
        raise invalid("/ends_on", "period-too-long", years=5)
    counts = await make_report(unit, starts_on, ends_on)
    row = ReportRow(
        id=new_id(),
        created_at=unit.now,
        starts_on=starts_on,
        ends_on=ends_on,
        counts=counts,
        content_sha256="",
        made_by=unit.actor.person,
        signed_at=None,
        signed_by=None,
        signature=None,
    )
    row.content_sha256 = digest_of(row)
    unit.session.add(row)
    await unit.session.flush()
    unit.record("make", "accommodation-report", row.id)
    return row


def digest_of(row: ReportRow) -> str:
    """Over id, moment, period and counts: whoever changes one of them changes it."""
    content = [str(row.id), row.created_at.isoformat(), row.starts_on, row.ends_on, row.counts]
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


async def sign_report(unit: Unit, report_id: UUID) -> ReportRow:
    """With the name of whoever signs it and the moment, by the key of the installation. Raises ReportIsSigned,
    PeriodNotOver."""
    row = await unit.session.get_one(ReportRow, report_id, with_for_update=True, populate_existing=True)
    if unit.actor.person is None:
        raise NotAllowed()
    if row.signed_at is not None:
        raise ReportIsSigned()
    if not is_over(row.ends_on, row.created_at.astimezone(unit.settings.time_zone).date()):
        raise PeriodNotOver(ends_on=row.ends_on.isoformat())
    row.signed_at, row.signed_by = unit.now, unit.actor.person
    row.signature = unit.keys.sign(_signed_text(row), PURPOSE)
    await unit.session.flush()
    unit.record("sign", "accommodation-report", row.id)
    return row


def is_signature_valid(unit: Unit, row: ReportRow) -> bool | None:
    """None for a report that nobody has signed."""
    if row.signature is None:
        return None
    return digest_of(row) == row.content_sha256 and unit.keys.is_signature(row.signature, _signed_text(row), PURPOSE)


def _signed_text(row: ReportRow) -> str:
    assert row.signed_at is not None
    return f"{row.content_sha256} {row.signed_by} {row.signed_at.astimezone(UTC).isoformat()}"
