"""How many days a student has: the university's own terms, from a day on."""

from datetime import date

from sqlalchemy import select

from api.domains.integrity.errors import TermsExist
from api.domains.integrity.models import IntegrityTermsRow
from api.domains.integrity.rules import DEFAULT_TERMS, Terms
from api.unit import Unit


async def terms_now(unit: Unit) -> Terms:
    """Those that count today."""
    row = await unit.session.scalar(
        select(IntegrityTermsRow)
        .where(IntegrityTermsRow.valid_from <= unit.today)
        .order_by(IntegrityTermsRow.valid_from.desc())
        .limit(1)
    )
    return DEFAULT_TERMS if row is None else Terms(row.hearing_days, row.appeal_days)


async def set_terms(unit: Unit, valid_from: date, terms: Terms, act: str) -> IntegrityTermsRow:
    """For notices and sanctions from that day on; those that were given keep theirs. Raises TermsExist."""
    known = await unit.session.scalar(select(IntegrityTermsRow.id).where(IntegrityTermsRow.valid_from == valid_from))
    if known is not None:
        raise TermsExist()
    row = IntegrityTermsRow(
        created_at=unit.now,
        valid_from=valid_from,
        hearing_days=terms.hearing_days,
        appeal_days=terms.appeal_days,
        act=act,
        set_by=unit.actor.person,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("integrity-terms.set", "integrity-terms", row.id, valid_from=valid_from.isoformat())
    return row
