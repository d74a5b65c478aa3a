"""What every domain stands on: transactions, audit chain, policy."""

import pytest
from sqlalchemy import select, update

from api.db.session import Database
from api.domains.audit.models import AuditRow
from api.domains.audit.service import find_broken_link
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


async def test_a_changed_audit_entry_is_found(context: Context) -> None:
    for _ in range(3):
        async with context.writing(JOB) as unit:
            unit.record("make", "thing", new_id())
    database: Database = context.database
    async with database.reading() as session:
        assert await find_broken_link(session) is None
    async with database.writing() as session:
        await session.execute(update(AuditRow).where(AuditRow.number == 2).values(what="steal"))
    async with database.reading() as session:
        broken = await find_broken_link(session)
    assert broken is not None
    assert broken.number == 2
