"""What every domain stands on: transactions, audit chain, policy."""

import pytest
from sqlalchemy import select

from api.domains.audit.models import AuditRow
from api.events import Event, OutboxRow
from api.identity import system_actor
from api.ids import new_id
from api.unit import Context

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")


async def test_a_unit_stores_events_and_audit_entries_together(context: Context) -> None:
    subject = new_id()
    async with context.writing(JOB) as unit:
        await unit.emit(Event("thing.made", {"thing": subject}))
        unit.record("make", "thing", subject, reason="test")
    async with context.reading(JOB) as unit:
        row = (await unit.session.scalars(select(OutboxRow))).one()
        entry = (await unit.session.scalars(select(AuditRow))).one()
    assert (row.kind, row.ids, row.dispatched_at) == ("thing.made", {"thing": str(subject)}, None)
    assert (entry.number, entry.what, entry.service, entry.facts) == (1, "make", "job:test", {"reason": "test"})


async def test_a_unit_that_fails_stores_nothing(context: Context) -> None:
    with pytest.raises(RuntimeError):
        async with context.writing(JOB) as unit:
            await unit.emit(Event("thing.made", {"thing": new_id()}))
            unit.record("make", "thing", new_id())
            raise RuntimeError
    async with context.reading(JOB) as unit:
        assert (await unit.session.scalars(select(OutboxRow))).all() == []
        assert (await unit.session.scalars(select(AuditRow))).all() == []
