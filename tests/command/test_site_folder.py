from pathlib import Path

import pytest

from builder.command.site_folder import SiteFolder, Written
from builder.jobs.store import BlobDamaged, Output, Store


class Bench:
    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "store")
        self.site = folder / "site"
        self.record = folder / "site.json"

    def update(self, **texts: str) -> Written:
        files = {name.replace("_", "/"): self.store.put(text.encode()) for name, text in texts.items()}
        return SiteFolder(self.site, self.record).update(files, self.store)

    def files(self) -> dict[str, str]:
        return {
            path.relative_to(self.site).as_posix(): path.read_text() for path in self.site.rglob("*") if path.is_file()
        }


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_folder_holds_what_was_made(bench: Bench) -> None:
    assert bench.update(ky_a="1", ky_b="2") == Written(2, 0, 0)
    assert bench.files() == {"ky/a": "1", "ky/b": "2"}


def test_only_differences_are_written(bench: Bench) -> None:
    bench.update(a="1", b="2")
    assert bench.update(a="1", b="3") == Written(1, 0, 1)


def test_what_is_no_longer_made_is_removed_with_its_empty_folder(bench: Bench) -> None:
    bench.update(ky_c_a="1", b="2")
    assert bench.update(b="2") == Written(0, 1, 1)
    assert bench.files() == {"b": "2"}
    assert not (bench.site / "ky").exists()


def test_a_file_of_somebody_else_is_left_alone(bench: Bench) -> None:
    bench.update(ky_a="1")
    (bench.site / "ky" / "own").write_text("mine")
    bench.update(b="2")
    assert bench.files() == {"b": "2", "ky/own": "mine"}


def test_a_truncated_file_is_written_again(bench: Bench) -> None:
    bench.update(a="whole")
    (bench.site / "a").write_text("wh")
    assert bench.update(a="whole") == Written(1, 0, 0)
    assert bench.files() == {"a": "whole"}


def test_a_right_file_is_recognised_without_its_record(bench: Bench) -> None:
    bench.update(a="1")
    bench.record.write_text("garbage")
    assert bench.update(a="1") == Written(0, 0, 1)


def test_a_lost_blob_is_said_and_nothing_half_written_stays(bench: Bench) -> None:
    with pytest.raises(BlobDamaged):
        SiteFolder(bench.site, bench.record).update({"a": Output("0" * 64, 3)}, bench.store)
    assert bench.files() == {}
