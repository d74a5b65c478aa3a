"""Files through backup, restore, check, rotation of keys and collection."""

import gzip
import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from api.db import backup
from api.db.backup import UnusableBackup, check_backup, restore_backup, write_backup
from api.db.base import Base
from api.domains.files import service as files
from api.domains.files.jobs import collect_unreferenced
from api.domains.files.models import StoredFileRow
from api.domains.files.service import FileRules
from api.domains.files.storage import INCOMING, addresses_in, path_of
from api.domains.files.upkeep import check_files, seal_files_again
from api.identity import system_actor
from api.keys import KeyRing, new_key
from api.unit import Context
from tests.api.conftest import KEYS, NOW

pytestmark = pytest.mark.anyio
JOB = system_actor("job:test")
LARGE = os.urandom(600_000)
RULES = FileRules(1_000_000)


@pytest.fixture
def tables_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restoring makes the tables from what they are now; by revisions the command's own tests do it."""
    metadata = Base.metadata
    monkeypatch.setattr(backup, "downgrade_connection", lambda connection, _: metadata.drop_all(connection))
    monkeypatch.setattr(backup, "upgrade_connection", metadata.create_all)


async def stored(context: Context, data: bytes = LARGE, *, sealed: bool = False, name: str = "иш.bin") -> UUID:
    received = await files.receive(files.of_bytes(data), context, name, "", RULES, sealed=sealed)
    async with context.writing(JOB) as unit:
        return await files.keep(unit, received, owner=None)


async def content(context: Context, file_id: UUID) -> bytes:
    async with context.reading(JOB) as unit:
        return await files.read_bytes(unit, file_id, 1_000_000)


async def address(context: Context, file_id: UUID) -> str:
    async with context.reading(JOB) as unit:
        return (await unit.session.get_one(StoredFileRow, file_id)).address


def age(path: Path, days: float = 2) -> None:
    then = datetime.now(UTC).timestamp() - days * 86_400
    os.utime(path, (then, then))


@pytest.mark.usefixtures("tables_of_now")
async def test_a_restored_university_has_its_files_byte_by_byte(context: Context, tmp_path: Path) -> None:
    plain, sealed = await stored(context), await stored(context, b"diagnosis", sealed=True)
    same = await stored(context)  # the same bytes stand once
    file = tmp_path / "backup.gz"
    counted = await write_backup(context.database, file, NOW, context.settings.data)
    assert (counted.files, counted.lost) == (2, ())
    assert check_backup(file) == counted
    assert b"diagnosis" not in file.read_bytes()

    shutil.rmtree(tmp_path / "files")
    await restore_backup(context.database, file, context.settings.data, replace=True)
    assert [await content(context, one) for one in (plain, same, sealed)] == [LARGE, LARGE, b"diagnosis"]
    assert (await check_files(context)).damaged == []


@pytest.mark.usefixtures("tables_of_now")
async def test_a_backup_says_what_is_lost_and_keeps_the_rest(context: Context, tmp_path: Path) -> None:
    lost, kept = await stored(context), await stored(context, b"kept")
    place = path_of(tmp_path, await address(context, lost))
    place.write_bytes(b"something else")
    counted = await write_backup(context.database, tmp_path / "b.gz", NOW, tmp_path)
    assert counted.lost == (await address(context, lost),)
    shutil.rmtree(tmp_path / "files")
    await restore_backup(context.database, tmp_path / "b.gz", tmp_path, replace=True)
    assert await content(context, kept) == b"kept"
    assert [(one.id, one.reason) for one in (await check_files(context)).damaged] == [(lost, "missing")]


async def test_check_names_what_is_missing_changed_or_sealed_with_another_key(context: Context, tmp_path: Path) -> None:
    missing, changed = await stored(context, b"1"), await stored(context, b"2")
    sealed, whole = await stored(context, b"3" * 300_000, sealed=True), await stored(context, b"4")
    path_of(tmp_path, await address(context, missing)).unlink()
    path_of(tmp_path, await address(context, changed)).write_bytes(b"3")
    without = replace(context, keys=KeyRing({"other": new_key()}, "other"))
    checked = await check_files(without)
    found = {one.id: one.reason for one in checked.damaged}
    assert (found, checked.whole) == ({missing: "missing", changed: "changed", sealed: "sealed"}, 1)
    assert whole not in found


@pytest.mark.parametrize("harm", ["cut", "swap", "repeat", "other-file"])
async def test_a_sealed_file_opens_only_whole_and_as_itself(context: Context, tmp_path: Path, harm: str) -> None:
    """Even by somebody who writes to the disk and to the database, but has no key."""
    one, other = await stored(context, sealed=True), await stored(context, LARGE[::-1], sealed=True)
    raw = path_of(tmp_path, await address(context, one)).read_bytes()
    head, rest = raw.split(b"\n", 1)
    parts = []
    while rest:
        length = 4 + int.from_bytes(rest[:4], "big")
        parts.append(rest[:length])
        rest = rest[length:]
    assert len(parts) == 3
    if harm == "other-file":
        forged = path_of(tmp_path, await address(context, other)).read_bytes()
    else:
        chosen = {"cut": parts[:2], "swap": [parts[1], parts[0], parts[2]], "repeat": [parts[0], *parts]}[harm]
        forged = head + b"\n" + b"".join(chosen)

    digest = hashlib.sha256(forged).hexdigest()
    path_of(tmp_path, digest).parent.mkdir(parents=True, exist_ok=True)
    path_of(tmp_path, digest).write_bytes(forged)
    async with context.writing(JOB) as unit:
        (await unit.session.get_one(StoredFileRow, one)).address = digest
    assert [found.reason for found in (await check_files(context)).damaged if found.id == one] == ["sealed"]


async def test_files_are_sealed_again_and_the_old_key_can_go(context: Context, tmp_path: Path) -> None:
    plain, sealed = await stored(context), await stored(context, sealed=True)
    before = await address(context, sealed)
    rotating = replace(context, keys=KeyRing({**KEYS.keys, "new": new_key()}, "new"))
    assert ((await seal_files_again(rotating)).sealed, (await seal_files_again(rotating)).sealed) == (1, 0)
    after = await address(context, sealed)
    assert after != before
    only_new = replace(context, keys=KeyRing({"new": rotating.keys.keys["new"]}, "new"))
    async with only_new.reading(JOB) as unit:
        parts = await files.open_content(unit, sealed)
    assert b"".join([part async for part in parts]) == LARGE
    assert await content(context, plain) == LARGE
    age(path_of(tmp_path, before))
    assert await collect_unreferenced(context) == 1
    assert set(addresses_in(tmp_path)) == {after, await address(context, plain)}


async def test_only_old_bytes_that_nothing_refers_to_are_collected(context: Context, tmp_path: Path) -> None:
    kept, released = await stored(context, b"kept"), await stored(context, b"released")
    orphan = await files.receive(files.of_bytes(b"orphan"), context, "a", "", RULES)
    fresh = await files.receive(files.of_bytes(b"fresh"), context, "a", "", RULES)
    again = await files.receive(files.of_bytes(b"again"), context, "a", "", RULES)
    abandoned, busy = (tmp_path / "files" / INCOMING / name for name in ("dead", "alive"))
    for one in (abandoned, busy):
        one.write_bytes(b"...")
    for path in tmp_path.glob("files/??/*"):
        age(path)
    age(abandoned)
    os.utime(path_of(tmp_path, fresh.address))
    async with context.writing(JOB) as unit:
        await files.release(unit, [released])
    # somebody hands the same bytes in again in this very moment: their age begins anew
    await files.receive(files.of_bytes(b"again"), context, "b", "", RULES)
    assert await collect_unreferenced(context) == 2
    assert orphan.address not in set(addresses_in(tmp_path))
    assert {fresh.address, again.address, await address(context, kept)} < set(addresses_in(tmp_path))
    assert (abandoned.exists(), busy.exists()) == (False, True)


async def test_a_forged_backup_writes_nothing_outside_of_its_folder(context: Context, tmp_path: Path) -> None:

    await stored(context, b"x")
    file = tmp_path / "b.gz"
    await write_backup(context.database, file, NOW, tmp_path)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)[:-1]
    place = next(number for number, line in enumerate(lines) if line.startswith(b'{"bytes"'))
    lines[place] = json.dumps({"bytes": "files", "address": "../../../evil"}).encode() + b"\n"
    body = b"".join(lines)
    rows = sum(line.startswith(b"[") for line in lines)
    end = json.dumps({"rows": rows, "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"
    file.write_bytes(gzip.compress(body + end))
    with pytest.raises(UnusableBackup, match="changed"):
        check_backup(file)
