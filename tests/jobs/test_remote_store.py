"""The store in a bucket: against an S3-type server, and laws against a bucket in memory."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore

from builder.jobs.remote_store import RemoteStore, open_store
from builder.jobs.store import BlobDamaged, Blobs, Output, Store, Unreachable, digest_of
from tests.jobs import machines
from tests.jobs.machines import Bucket


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with machines.s3_server() as url:
        yield url


@pytest.fixture
def bucket(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    made = machines.make_bucket(s3, f"bucket-{digest_of(str(tmp_path).encode())[:12]}")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


def in_memory(
    folder: Path, objects: MemoryStore | None = None, now: float = 0.0, limit: int | None = None
) -> RemoteStore:
    return RemoteStore("s3://memory", objects or MemoryStore(), Store(folder), limit, clock=lambda: now)


def names(objects: MemoryStore) -> list[str]:
    return [one["path"] for page in obstore.list(objects) for one in page]


def test_machines_share_a_bucket(bucket: Bucket, tmp_path: Path) -> None:
    one, two = (open_store(bucket.address, tmp_path / name) for name in ("one", "two"))
    output = one.put("ңөү".encode())
    assert two.seems_to_hold(output)
    assert two.get(output.digest) == "ңөү".encode()
    assert two.path_of(output.digest).read_bytes() == "ңөү".encode()


def test_big_files_travel_in_parts(bucket: Bucket, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(bytes(range(256)) * (20 << 12))  # 20 MiB: three parts
    one, two = (open_store(bucket.address, tmp_path / name) for name in ("one", "two"))
    output = one.put_file(film)
    assert film.exists()
    two.copy_to(output.digest, tmp_path / "copy.mp4")
    assert (tmp_path / "copy.mp4").read_bytes() == film.read_bytes()
    assert two.put_file(tmp_path / "copy.mp4", move=True) == output


def test_a_blob_that_nobody_put_is_said_to_be_damaged(bucket: Bucket, tmp_path: Path) -> None:
    store = open_store(bucket.address, tmp_path)
    for read in (store.get, store.path_of, lambda digest: store.copy_to(digest, tmp_path / "copy")):
        with pytest.raises(BlobDamaged):
            read(digest_of(b"never"))
    assert not (tmp_path / "copy").exists()
    assert not store.seems_to_hold(Output(digest_of(b"never"), 5))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_bucket_never_gives_other_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes, damage: bytes) -> None:
    objects, folder = MemoryStore(), tmp_path_factory.mktemp("caches")
    writer, reader = in_memory(folder / "writer", objects), in_memory(folder / "reader", objects)
    output = writer.put(data)
    (name,) = names(objects)
    obstore.put(objects, name, damage)
    if damage != data:
        with pytest.raises(BlobDamaged):
            reader.get(output.digest)
        with pytest.raises(BlobDamaged):
            reader.path_of(output.digest)
        assert names(objects) == []  # so that nobody else is given it, and it can be put again
    writer.doubt([output.digest])
    writer.put(data)
    assert reader.get(output.digest) == data
    assert reader.path_of(output.digest).read_bytes() == data


def test_a_damaged_cache_is_fetched_anew(tmp_path: Path) -> None:
    store = in_memory(tmp_path)
    output = store.put(b"sound")
    (cached,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    cached.write_bytes(b"noise")
    assert store.get(output.digest) == b"sound"
    cached.write_bytes(b"noise")
    assert store.path_of(output.digest).read_bytes() == b"sound"


def test_what_workers_put_is_known_without_asking_again(tmp_path: Path) -> None:
    objects = MemoryStore()
    coordinator, worker = in_memory(tmp_path / "a", objects), in_memory(tmp_path / "b", objects)
    first = Output(digest_of(b"first"), 5)
    assert not coordinator.seems_to_hold(first)  # lists the bucket
    worker.put(b"first")
    coordinator.expect([first])
    assert coordinator.seems_to_hold(first)
    coordinator.doubt([first.digest])
    assert not coordinator.seems_to_hold(first)


def test_prefetching_brings_everything_and_leaves_out_what_is_lost(tmp_path: Path) -> None:
    objects = MemoryStore()
    outputs = [in_memory(tmp_path / "a", objects).put(bytes([number])) for number in range(40)]
    obstore.delete(objects, names(objects)[0])
    reader = in_memory(tmp_path / "b", objects)
    reader.prefetch([*outputs, *outputs])
    assert len([path for path in (tmp_path / "b" / "blobs").rglob("*") if path.is_file()]) == 39


def test_only_old_blobs_are_removed_from_a_bucket(tmp_path: Path) -> None:
    """Another machine may be in the middle of a build whose ledger is not known here."""
    objects = MemoryStore()
    today = datetime.datetime.now(datetime.UTC)
    kept, dropped = (in_memory(tmp_path, objects).put(data) for data in (b"kept", b"dropped"))
    soon = in_memory(tmp_path, objects, now=(today + datetime.timedelta(days=29)).timestamp())
    assert soon.forget_all_but([kept.digest]) == 0
    later = in_memory(tmp_path, objects, now=(today + datetime.timedelta(days=31)).timestamp())
    assert later.forget_all_but([kept.digest]) == 1
    assert later.seems_to_hold(kept)
    assert not later.seems_to_hold(dropped)


def test_a_cache_with_a_limit_keeps_what_was_used_last(tmp_path: Path) -> None:
    store = Store(tmp_path)
    old, used, young = (store.put(bytes([number]) * 100) for number in range(3))
    for output, when in ((old, 1000), (used, 1001), (young, 3000)):
        _set_time(tmp_path, output, when)
    store.touch(used.digest)
    store.trim(limit=250, used_before=2000)
    assert [store.seems_to_hold(one) for one in (old, used, young)] == [False, True, True]
    store.trim(limit=0, used_before=2000)  # the rest was used too lately to be taken away
    assert store.seems_to_hold(young)


def _set_time(root: Path, output: Output, seconds: int) -> None:
    path = root / "blobs" / output.digest[:2] / output.digest[2:]
    os.utime(path, (seconds, seconds))


def test_a_server_that_is_away_is_named_without_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: Bucket
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # the discard port: nobody listens
    store = RemoteStore("s3://b/p", _impatient("s3://b/p"), Store(tmp_path))
    with pytest.raises(Unreachable) as problem:
        store.put(b"x")
    assert (problem.value.rule, problem.value.values["store"]) == ("store-unreachable", "s3://b/p")
    assert "invented" not in str(problem.value)


def _impatient(address: str) -> obstore.store.S3Store:
    return obstore.store.S3Store.from_url(address, retry_config={"max_retries": 0})


def test_a_bucket_that_is_not_there_is_no_lost_blob(bucket: Bucket, tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        open_store("s3://no-such-bucket/p", tmp_path).get(digest_of(b"x"))


@pytest.mark.parametrize("address", ["ftp://host/x", "s3://key:secret@bucket/x", "s3://", "memory://"])
def test_addresses_of_other_kinds_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as problem:
        open_store(address, tmp_path)
    assert problem.value.rule == "store-address"
    assert "secret" not in str(problem.value)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return Store(tmp_path / "store") if request.param == "folder" else in_memory(tmp_path / "cache")


def test_files_are_taken_without_being_left_behind(store: Blobs, tmp_path: Path) -> None:
    with store.scratch() as scratch:
        made = scratch / "sound.opus"
        made.write_bytes(b"sound")
        output = store.put_file(made, move=True)
        assert not made.exists()
    assert not scratch.exists()
    assert output == Output(digest_of(b"sound"), 5)
    assert store.get(output.digest) == b"sound"
    store.put(b"sound")
    with store.scratch() as scratch:
        (scratch / "again").write_bytes(b"sound")
        assert store.put_file(scratch / "again", move=True) == output


def test_a_copy_is_whole_or_not_there(store: Blobs, tmp_path: Path) -> None:
    output = store.put(b"right")
    target = tmp_path / "site.mp3"
    target.write_bytes(b"old")
    store.copy_to(output.digest, target)
    assert target.read_bytes() == b"right"
    with pytest.raises(BlobDamaged):
        store.copy_to(digest_of(b"never"), target)
    assert target.read_bytes() == b"right"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["site.mp3"]
