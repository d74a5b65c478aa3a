"""What is done to files without anybody waiting: scanning what waits in quarantine, collecting what nobody needs."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.files import scanning, storage
from api.domains.files.models import Scan, StoredFileRow
from api.domains.files.service import INFECTED, SCAN_WANTED
from api.domains.files.storage import DamagedBytes, Seal
from api.events import Event, OutboxRow
from api.identity import system_actor
from api.jobs.consuming import Consumer
from api.jobs.port import Backoff, GiveUp, Job, JobRun, Lane, NewJob, Retry, Schedule
from api.unit import Context

SCAN_JOB: Final = "files.scan"
SWEEP_JOB: Final = "files.scan-sweep"
COLLECT_JOB: Final = "files.collect"
SCHEDULES: Final = (
    Schedule(SWEEP_JOB, timedelta(minutes=15)),
    Schedule(COLLECT_JOB, timedelta(days=1), offset=timedelta(hours=21)),
)
GRACE: Final = timedelta(days=1)
"""How long bytes stand that nobody refers to: longer than the longest upload and the longest backup. Our choice."""
PATIENCE: Final = Backoff(first=timedelta(seconds=30), longest=timedelta(minutes=30), attempts=50)
"""About a day without a scanner; after that the sweep asks again."""
ACTOR: Final = system_actor("job:files")
_AT_ONCE: Final = 500


async def hear(context: Context, event: OutboxRow) -> Sequence[NewJob]:
    return [_scan_job(UUID(event.ids["file"]))]


CONSUMERS: Final[Mapping[str, Sequence[Consumer]]] = {SCAN_WANTED: (hear,)}


def _scan_job(file_id: UUID, round_: str = "1") -> NewJob:
    return NewJob(SCAN_JOB, f"{file_id}/{round_}", {"file": str(file_id)})


def jobs(context: Context) -> Sequence[Job]:
    """What `api.app` gives to the engine."""

    async def scan(run: JobRun) -> None:
        await scan_file(context, UUID(run.payload["file"]))

    async def sweep(run: JobRun) -> Sequence[NewJob]:
        """Asks again for what waits: a scanner may have come since, or was away for longer than a job waits."""
        if not context.settings.clamav:
            return []
        async with context.reading(ACTOR) as unit:
            query = select(StoredFileRow.id).where(StoredFileRow.scan == Scan.NOT_SCANNED).order_by(StoredFileRow.id)
            waiting = (await unit.session.scalars(query.limit(_AT_ONCE))).all()
        day = f"{context.clock.now():%Y%m%d}"
        return [_scan_job(file_id, day) for file_id in waiting]

    async def collect(_: JobRun) -> None:
        await collect_unreferenced(context)

    return (
        Job(SCAN_JOB, scan, PATIENCE, Lane.OUTSIDE),
        Job(SWEEP_JOB, sweep),
        Job(COLLECT_JOB, collect),
    )


async def scan_file(context: Context, file_id: UUID) -> None:
    """Scans a file that waits, and lets it out of quarantine or never. Raises Retry, GiveUp."""
    async with context.reading(ACTOR) as unit:
        row = await unit.session.get(StoredFileRow, file_id)
    if row is None or row.scan != Scan.NOT_SCANNED or not context.settings.clamav:
        return
    seal = None if row.key_name is None else Seal(context.keys, row.id)
    parts = storage.pieces(storage.path_of(context.settings.data, row.address), row.address, seal)
    try:
        found = await scanning.scan(context.settings.clamav, storage.in_threads(parts))
    except scanning.ScannerAway as away:
        if away.is_too_large:
            raise GiveUp("too-large-for-scanner") from away
        raise Retry("scanner-away") from away
    except DamagedBytes as damaged:
        raise GiveUp("damaged") from damaged
    async with context.writing(ACTOR) as unit:
        row = await unit.session.get(StoredFileRow, file_id, with_for_update=True)
        if row is None or row.scan != Scan.NOT_SCANNED:
            return
        row.scan, row.scanned_at = found, unit.now
        unit.record("file.scanned", "stored-file", row.id, result=found)
        if found is Scan.INFECTED:
            await unit.emit(Event(INFECTED, {"file": row.id}, row.person_id))


async def collect_unreferenced(context: Context, grace: timedelta = GRACE) -> int:
    """Takes away bytes that no row refers to and that have stood for longer than the grace period, also those of
    uploads whose process died. How many files that were.

    What somebody is about to keep was put in place a moment ago, so its age saves it; what has been kept is seen in
    the database after the age was: neither can be taken by mistake.
    """
    data = context.settings.data
    taken = await asyncio.to_thread(storage.remove_abandoned, data, grace.total_seconds())
    old = await asyncio.to_thread(_old_addresses, data, grace.total_seconds())
    for start in range(0, len(old), _AT_ONCE):
        part = old[start : start + _AT_ONCE]
        async with context.reading(ACTOR) as unit:
            known = set(
                await unit.session.scalars(select(StoredFileRow.address).where(StoredFileRow.address.in_(part)))
            )
        for address in part:
            if address not in known:
                taken += await asyncio.to_thread(storage.remove_old, data, address, grace.total_seconds())
    return taken


def _old_addresses(data: Path, grace_s: float) -> list[str]:
    return [
        address for address in storage.addresses_in(data) if storage.is_old(storage.path_of(data, address), grace_s)
    ]
