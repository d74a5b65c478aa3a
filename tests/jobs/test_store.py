from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.jobs.store import BlobDamaged, Ledger, Output, Result, Store, digest_of

RESULT = Result({"out": Output(digest_of(b"x"), 1)}, {"pages": 3, "title": "Өлкө\nжана"})


def test_what_is_put_is_got(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get(store.put("ңөү".encode()).digest) == "ңөү".encode()


def test_a_missing_blob_is_said_to_be_damaged(tmp_path: Path) -> None:
    with pytest.raises(BlobDamaged):
        Store(tmp_path).get(digest_of(b"never"))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=40))
def test_the_store_never_gives_other_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, damage: bytes
) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    output = store.put(data)
    (path,) = [one for one in store.root.rglob("*") if one.is_file()]
    path.write_bytes(damage)
    if damage != data:
        with pytest.raises(BlobDamaged):
            store.get(output.digest)
    store.put(data)
    assert store.get(output.digest) == data


def test_a_ledger_remembers(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    Ledger(path).record("key", RESULT)
    assert Ledger(path).find("key") == RESULT


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=8))
def test_a_damaged_ledger_forgets_but_never_lies(
    tmp_path_factory: pytest.TempPathFactory, cut: int, garbage: bytes
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "ledger"
    ledger = Ledger(path)
    for number in range(3):
        ledger.record(f"key{number}", RESULT)
    path.write_bytes(path.read_bytes()[:cut] + garbage)
    damaged = Ledger(path)
    assert all(damaged.find(f"key{number}") in (None, RESULT) for number in range(3))
    damaged.record("later", RESULT)
    assert Ledger(path).find("later") == RESULT


def test_keep_only_drops_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    ledger = Ledger(path)
    for number in range(3):
        ledger.record(f"key{number}", RESULT)
    ledger.keep_only(["key1"])
    assert [Ledger(path).find(f"key{number}") for number in range(3)] == [None, RESULT, None]


def test_blobs_nobody_wants_are_removed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept, dropped = store.put(b"kept"), store.put(b"dropped")
    assert store.forget_all_but([kept.digest]) == 1
    assert store.seems_to_hold(kept)
    assert not store.seems_to_hold(dropped)
