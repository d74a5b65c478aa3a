"""How files come in: streamed, bounded, scanned; and what is left when they do not."""

import asyncio
import errno
import hashlib
import os
import resource
import signal
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api.domains.files import jobs, storage
from api.domains.files import service as files
from api.domains.files.errors import FileDamaged, FileEmpty, FileInfected, FileQuarantined, FileTypeRefused
from api.domains.files.models import Scan
from api.domains.files.service import FileRules
from api.domains.files.storage import DamagedBytes
from api.errors import BodyTooLarge, NotFound, StorageFull
from api.events import OutboxRow
from api.identity import system_actor
from api.jobs.port import GiveUp, JobRun, Retry
from api.unit import Context
from tests.api.files.scanner import EICAR, daemon

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")
RULES = FileRules(1_000_000)


@pytest.fixture
def backend() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


def on_disk(data: Path) -> list[Path]:
    return [path for path in (data / "files").rglob("*") if path.is_file() and path.name != ".lock"]


async def test_a_stream_is_cut_off_as_soon_as_it_is_too_large(context: Context, tmp_path: Path) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield bytes(100_000)

    with pytest.raises(BodyTooLarge):
        await files.receive(endless(), context, "a.bin", "", RULES)
    assert asked == 11
    assert on_disk(tmp_path) == []
    exact = await files.receive(files.of_bytes(bytes(1_000_000)), context, "a.bin", "", RULES)
    assert exact.size == 1_000_000


async def test_a_large_file_is_never_held_in_memory(context: Context) -> None:
    digest = hashlib.sha256()

    async def parts() -> AsyncIterator[bytes]:
        for number in range(200):
            part = number.to_bytes(2, "big") * 100_000
            digest.update(part)
            yield part

    tracemalloc.start()
    received = await files.receive(parts(), context, "a.bin", "", FileRules(50_000_000), sealed=True)
    async with context.writing(JOB) as unit:
        id_ = await files.keep(unit, received, owner=None)
    async with context.reading(JOB) as unit:
        opened = await files.open_content(unit, id_)
    again = hashlib.sha256()
    async for part in opened:
        again.update(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert received.sha256 == digest.hexdigest() == again.hexdigest()
    assert peak < 8_000_000  # of 40 MB


@pytest.mark.parametrize("when", ["write", "fsync", "open", "replace"])
async def test_a_full_disk_leaves_nothing_behind(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        match when:
            case "write":
                patch.setattr(storage._Writing, "_write", full)
            case "fsync":
                patch.setattr("api.domains.files.storage.os.fsync", full)
            case "open":
                patch.setattr("api.domains.files.storage.tempfile.mkstemp", full)
            case "replace":
                patch.setattr(storage, "put_in_place", full)
        with pytest.raises(StorageFull):
            await files.receive(files.of_bytes(bytes(500_000)), context, "a.bin", "", RULES)
    assert on_disk(tmp_path) == []


async def test_a_disk_that_is_full_in_the_middle_of_a_write_leaves_nothing_behind(
    context: Context, tmp_path: Path
) -> None:
    """The kernel itself refuses here, after a part was written: no file may grow beyond 600 kB."""
    old, largest = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, largest[1]))
    try:
        with pytest.raises(StorageFull):
            await files.receive(files.of_bytes(bytes(900_000)), context, "a.bin", "", RULES)
        fits = await files.receive(files.of_bytes(bytes(600_000)), context, "a.bin", "", RULES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, largest)
        signal.signal(signal.SIGXFSZ, old)
    assert [path.stat().st_size for path in on_disk(tmp_path)] == [fits.size]


async def test_a_client_that_goes_away_leaves_nothing_behind(context: Context, tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield bytes(600_000)
        begun.set()
        await asyncio.Event().wait()

    receiving = asyncio.create_task(files.receive(slow(), context, "a.bin", "", RULES))
    await begun.wait()
    assert len(on_disk(tmp_path)) == 1
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert on_disk(tmp_path) == []


async def test_empty_files_and_other_types_are_refused(context: Context, tmp_path: Path) -> None:
    pdf = FileRules(1000, frozenset({"application/pdf"}))
    for data, name, type_, refusal in (
        (b"", "a.pdf", "", FileEmpty),
        (b"text", "a.pdf", "application/pdf", FileTypeRefused),
        (b"%PDF-1.7", "a.exe", "", FileTypeRefused),
        (b"%PDF-1.7", "a.pdf", "text/html", FileTypeRefused),
    ):
        with pytest.raises(refusal):
            await files.receive(files.of_bytes(data), context, name, type_, pdf)
    assert on_disk(tmp_path) == []
    assert (await files.receive(files.of_bytes(b"%PDF-1.7"), context, "a.pdf", "application/pdf", pdf)).size == 8


async def test_a_unit_that_fails_keeps_nothing(context: Context) -> None:
    received = await files.receive(files.of_bytes(b"x"), context, "a", "", RULES)
    with pytest.raises(RuntimeError):
        async with context.writing(JOB) as unit:
            await files.keep(unit, received, owner=None)
            raise RuntimeError
    async with context.reading(JOB) as unit:
        assert await files.describe(unit, [received.id]) == {}
        with pytest.raises(NotFound):
            await files.deliver(unit, received.id)


@pytest.mark.parametrize("sealed", [False, True])
async def test_a_file_that_was_changed_is_never_taken_for_whole(context: Context, tmp_path: Path, sealed: bool) -> None:
    received = await files.receive(files.of_bytes(os.urandom(900_000)), context, "a", "", RULES, sealed=sealed)
    async with context.writing(JOB) as unit:
        id_ = await files.keep(unit, received, owner=None)
    path = storage.path_of(tmp_path, received.address)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    async with context.reading(JOB) as unit:
        opened = await files.open_content(unit, id_)
        with pytest.raises(FileDamaged):
            await files.read_bytes(unit, id_, 1_000_000)
    given = 0
    with pytest.raises(DamagedBytes):
        async for part in opened:
            given += len(part)
    assert given < 900_000
    path.unlink()
    async with context.reading(JOB) as unit:
        with pytest.raises(FileDamaged):
            await files.deliver(unit, id_)


def scanning(context: Context, port: int) -> Context:
    return replace(context, settings=replace(context.settings, clamav=f"127.0.0.1:{port}"))


@pytest.mark.parametrize("sealed", [False, True])
async def test_what_is_infected_is_refused_and_gone(context: Context, tmp_path: Path, sealed: bool) -> None:
    async with daemon() as (clamd, port):
        watched = scanning(context, port)
        with pytest.raises(FileInfected):
            await files.receive(files.of_bytes(b"..." + EICAR), watched, "a.txt", "", RULES, sealed=sealed)
        assert on_disk(tmp_path) == []
        clean = await files.receive(files.of_bytes(b"clean"), watched, "a.txt", "", RULES, sealed=sealed)
    assert clean.scan is Scan.CLEAN
    assert clamd.scanned == [b"..." + EICAR, b"clean"]  # the content, not what is sealed


async def kept(context: Context, data: bytes) -> tuple[UUID, list[Any]]:
    received = await files.receive(files.of_bytes(data), context, "a.txt", "", RULES)
    assert received.scan is Scan.NOT_SCANNED
    async with context.writing(JOB) as unit:
        id_ = await files.keep(unit, received, owner=None)
        told = [one.kind for one in unit.events]
    return id_, told


async def test_without_its_scanner_a_file_waits_in_quarantine(context: Context) -> None:
    async with daemon() as (_, port):
        pass
    watched = scanning(context, port)  # nobody listens there any more
    (good, told), (bad, _) = await kept(watched, b"good"), await kept(watched, EICAR)
    assert told == ["file.waits-for-scan"]
    event = OutboxRow(ids={"file": str(good)})
    assert [job.name for job in await jobs.hear(watched, event)] == [jobs.SCAN_JOB]
    sweep = {job.name: job for job in jobs.jobs(watched)}[jobs.SWEEP_JOB]
    waiting = await sweep.run(JobRun("", "", {}, 1, False))
    assert {job.payload["file"] for job in waiting or ()} == {str(good), str(bad)}
    async with watched.reading(JOB) as unit:
        for id_ in (good, bad):
            with pytest.raises(FileQuarantined):
                await files.deliver(unit, id_)
            with pytest.raises(FileQuarantined):
                await files.read_bytes(unit, id_, 1000)
        assert [one.is_served for one in (await files.describe(unit, [good, bad])).values()] == [False, False]
    with pytest.raises(Retry):
        await jobs.scan_file(watched, good)

    async with daemon(port):
        for id_ in (good, bad, good):  # again: nothing happens
            await jobs.scan_file(watched, id_)
    for settings in (watched, context):  # also when there is no scanner any more
        async with settings.reading(JOB) as unit:
            assert await files.read_bytes(unit, good, 1000) == b"good"
            with pytest.raises(FileInfected):
                await files.deliver(unit, bad)


async def test_a_file_that_is_too_large_for_the_scanner_is_not_let_through(context: Context) -> None:
    async with daemon(largest=100) as (_, port):
        watched = scanning(context, port)
        id_, _ = await kept(watched, bytes(500_000))
        with pytest.raises(GiveUp):
            await jobs.scan_file(watched, id_)
        async with watched.reading(JOB) as unit:
            with pytest.raises(FileQuarantined):
                await files.deliver(unit, id_)
