"""The data that rules rest on: acts, specialities, closures, credits. Kept by the registry for the whole university."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import Select, select

from api.domains.programmes.errors import AlreadyRecorded
from api.domains.programmes.models import CreditRuleRow, LegalActRow, ProhibitedSpecialityRow, SpecialityRow
from api.domains.programmes.rules import (
    Asked,
    CreditKind,
    Form,
    Level,
    Mode,
    Purpose,
    convert_credits,
    is_closed,
)
from api.domains.programmes.schemas import (
    ActChange,
    ActIn,
    ActOut,
    ClosureIn,
    ClosureOut,
    ConversionOut,
    CreditRuleIn,
    CreditRuleOut,
    SpecialityChange,
    SpecialityIn,
    SpecialityOut,
)
from api.domains.programmes.service import load_closures, load_credit_rules
from api.errors import FieldError, InvalidFields, NotFound, invalid
from api.events import Event
from api.unit import Unit

LARGEST_CONVERSION = 10_000

# Acts


async def add_act(unit: Unit, data: ActIn) -> LegalActRow:
    """Raises AlreadyRecorded for an act that is there already, InvalidFields."""
    _check_period(data.valid_from, data.valid_to, "/valid_to")
    known = await unit.session.scalar(
        select(LegalActRow.id).where(
            LegalActRow.number == data.number,
            LegalActRow.issued_on == data.issued_on,
            LegalActRow.issuer == data.issuer,
        )
    )
    if known is not None:
        raise AlreadyRecorded(code=data.number)
    row = LegalActRow(
        created_at=unit.now,
        number=data.number,
        issued_on=data.issued_on,
        issuer=data.issuer,
        titles=data.titles,
        link=data.link,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        is_confirmed=data.is_confirmed,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "legal-act", row.id, number=data.number)
    return row


async def find_act(unit: Unit, act_id: UUID, *, to_change: bool = False) -> LegalActRow:
    row = await unit.session.get(LegalActRow, act_id, with_for_update=to_change or None)
    if row is None:
        raise NotFound()
    return row


async def change_act(unit: Unit, row: LegalActRow, data: ActChange) -> None:
    """Raises InvalidFields when it would end before it begins."""
    changes = changes_of(data)
    _check_period(row.valid_from, changes.get("valid_to", row.valid_to), "/valid_to")
    for name, value in changes.items():
        setattr(row, name, value)
    await unit.session.flush()
    unit.record("change", "legal-act", row.id, fields=" ".join(sorted(changes)))


def show_act(row: LegalActRow) -> ActOut:
    return ActOut(
        id=row.id,
        number=row.number,
        issued_on=row.issued_on,
        issuer=row.issuer,
        titles=row.titles,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        link=row.link,
        is_confirmed=row.is_confirmed,
    )


# Specialities


async def add_speciality(unit: Unit, data: SpecialityIn) -> SpecialityRow:
    """Raises AlreadyRecorded."""
    if await unit.session.scalar(select(SpecialityRow.id).where(SpecialityRow.code == data.code)) is not None:
        raise AlreadyRecorded(code=data.code)
    row = SpecialityRow(created_at=unit.now, code=data.code, titles=data.titles)
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "speciality", row.id, code=data.code)
    return row


async def find_speciality(unit: Unit, speciality_id: UUID, *, to_change: bool = False) -> SpecialityRow:
    row = await unit.session.get(SpecialityRow, speciality_id, with_for_update=to_change or None)
    if row is None:
        raise NotFound()
    return row


async def change_speciality(unit: Unit, row: SpecialityRow, data: SpecialityChange) -> None:
    row.titles = data.titles
    await unit.session.flush()
    unit.record("change", "speciality", row.id, fields="titles")


def show_speciality(row: SpecialityRow) -> SpecialityOut:
    return SpecialityOut(id=row.id, code=row.code, titles=row.titles)


# Closures

Closed = tuple[ProhibitedSpecialityRow, LegalActRow, str]
"""A closure with its act and the speciality's code."""


def closures(
    on: date | None = None, speciality_id: UUID | None = None
) -> Select[ProhibitedSpecialityRow, LegalActRow, str]:
    """The closures with act and code, those in force on a day, those of a speciality."""
    query = (
        select(ProhibitedSpecialityRow, LegalActRow, SpecialityRow.code)
        .join(LegalActRow, LegalActRow.id == ProhibitedSpecialityRow.act_id)
        .join(SpecialityRow, SpecialityRow.id == ProhibitedSpecialityRow.speciality_id)
    )
    if speciality_id is not None:
        query = query.where(ProhibitedSpecialityRow.speciality_id == speciality_id)
    if on is not None:
        for first, last in (
            (ProhibitedSpecialityRow.prohibited_from, ProhibitedSpecialityRow.prohibited_to),
            (LegalActRow.valid_from, LegalActRow.valid_to),
        ):
            query = query.where(first <= on, last.is_(None) | (last >= on))
    return query


async def find_closure(unit: Unit, closure_id: UUID) -> Closed:
    row = (await unit.session.execute(closures().where(ProhibitedSpecialityRow.id == closure_id))).first()
    if row is None:
        raise NotFound()
    return row[0], row[1], row[2]


async def lock_closure(unit: Unit, closure_id: UUID) -> ProhibitedSpecialityRow:
    row = await unit.session.get(ProhibitedSpecialityRow, closure_id, with_for_update=True)
    if row is None:
        raise NotFound()
    return row


async def add_closure(unit: Unit, data: ClosureIn) -> UUID:
    """Raises AlreadyRecorded for one that is there already, InvalidFields."""
    faults = []
    if await unit.session.get(SpecialityRow, data.speciality_id) is None:
        faults.append(FieldError("/speciality_id", "no-such-speciality", {}))
    act = await unit.session.get(LegalActRow, data.act_id)
    if act is None:
        faults.append(FieldError("/act_id", "no-such-act", {}))
    elif data.prohibited_from < act.valid_from:
        faults.append(FieldError("/prohibited_from", "before-the-act", {"valid_from": act.valid_from}))
    if data.prohibited_to is not None and data.prohibited_to < data.prohibited_from:
        faults.append(FieldError("/prohibited_to", "last-day-before-first", {}))
    if not data.forms and not data.modes:
        faults.append(FieldError("/forms", "forms-or-modes", {}))
    if faults:
        raise InvalidFields(fields=faults)
    known = await unit.session.scalar(
        select(ProhibitedSpecialityRow.id).where(
            ProhibitedSpecialityRow.speciality_id == data.speciality_id,
            ProhibitedSpecialityRow.act_id == data.act_id,
            ProhibitedSpecialityRow.prohibited_from == data.prohibited_from,
        )
    )
    if known is not None:
        raise AlreadyRecorded(code=act.number if act else "")
    row = ProhibitedSpecialityRow(
        created_at=unit.now,
        speciality_id=data.speciality_id,
        act_id=data.act_id,
        prohibited_from=data.prohibited_from,
        prohibited_to=data.prohibited_to,
        purposes=sorted(set(data.purposes)),
        forms=sorted(set(data.forms)),
        modes=sorted(set(data.modes)),
        levels=sorted(set(data.levels)),
    )
    unit.session.add(row)
    await unit.session.flush()
    await unit.emit(Event("speciality.closed", {"speciality": row.speciality_id, "closure": row.id, "act": row.act_id}))
    unit.record("close", "speciality", row.speciality_id, act=str(row.act_id), since=data.prohibited_from.isoformat())
    return row.id


async def end_closure(unit: Unit, row: ProhibitedSpecialityRow, last: date | None) -> None:
    """Raises InvalidFields when it would end before it begins."""
    _check_period(row.prohibited_from, last, "/prohibited_to")
    row.prohibited_to = last
    await unit.session.flush()
    ids = {"speciality": row.speciality_id, "closure": row.id, "act": row.act_id}
    await unit.emit(Event("speciality.closure-changed", ids))
    until = "" if last is None else last.isoformat()
    unit.record("change-closure", "speciality", row.speciality_id, closure=str(row.id), until=until)


async def closure_of(
    unit: Unit, speciality_id: UUID, level: Level, form: Form, mode: Mode, purpose: Purpose, on: date
) -> Closed | None:
    """What forbids it on that day. Raises NotFound for no speciality."""
    await find_speciality(unit, speciality_id)
    asked = Asked(speciality_id, level, form, mode, purpose)
    found = is_closed(asked, await load_closures(unit, [speciality_id], on), on)
    return None if found is None else await find_closure(unit, found.id)


def show_closure(one: Closed) -> ClosureOut:
    row, act, code = one
    return ClosureOut(
        id=row.id,
        speciality_id=row.speciality_id,
        speciality_code=code,
        act_id=act.id,
        act_number=act.number,
        act_issued_on=act.issued_on,
        act_is_confirmed=act.is_confirmed,
        prohibited_from=row.prohibited_from,
        prohibited_to=row.prohibited_to,
        purposes=[Purpose(one) for one in row.purposes],
        forms=[Form(one) for one in row.forms],
        modes=[Mode(one) for one in row.modes],
        levels=[Level(one) for one in row.levels],
    )


# Credits


async def add_credit_rule(unit: Unit, data: CreditRuleIn) -> CreditRuleRow:
    """Raises AlreadyRecorded when one begins on that day already, InvalidFields."""
    _check_period(data.valid_from, data.valid_to, "/valid_to")
    same = (CreditRuleRow.kind == data.kind, CreditRuleRow.valid_from == data.valid_from)
    if await unit.session.scalar(select(CreditRuleRow.id).where(*same)) is not None:
        raise AlreadyRecorded(code=f"{data.kind.value} {data.valid_from}")
    row = CreditRuleRow(
        created_at=unit.now,
        kind=data.kind,
        hours_per_credit=data.hours_per_credit,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        source=data.source,
        is_confirmed=data.is_confirmed,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("add", "credit-rule", row.id, kind=data.kind.value, hours=str(data.hours_per_credit))
    return row


def show_credit_rule(row: CreditRuleRow) -> CreditRuleOut:
    return CreditRuleOut(
        id=row.id,
        kind=CreditKind(row.kind),
        hours_per_credit=row.hours_per_credit,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        is_confirmed=row.is_confirmed,
    )


async def convert(unit: Unit, amount: float, from_kind: CreditKind, to_kind: CreditKind, on: date) -> ConversionOut:
    """By the rules in force on that day."""
    exact = convert_credits(Fraction(str(amount)), from_kind, to_kind, await load_credit_rules(unit), on)
    return ConversionOut(amount=amount, from_kind=from_kind, to_kind=to_kind, result=round(float(exact), 2), on=on)


def _check_period(first: date, last: date | None, pointer: str) -> None:
    if last is not None and last < first:
        raise invalid(pointer, "last-day-before-first")


def changes_of(data: Any) -> Mapping[str, Any]:
    """The fields that a change names."""
    return {name: value for name in data.__struct_fields__ if (value := getattr(data, name)) is not UNSET}
