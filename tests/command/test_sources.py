import os
from pathlib import Path

from builder.command.sources import RememberedSourceFiles
from builder.reading.sources import Facts


class Inspector:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, data: bytes) -> Facts:
        self.calls += 1
        return {"size": len(data)}


def _old_file(tmp_path: Path, text: str, mtime: int = 1_000_000) -> Path:
    path = tmp_path / "lesson.md"
    path.write_text(text)
    os.utime(path, (mtime, mtime))
    return path


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    path, inspector = _old_file(tmp_path, "text"), Inspector()
    first = RememberedSourceFiles(tmp_path / "cache", "1")
    found = first.inspect(path, inspector)
    first.remember()
    assert RememberedSourceFiles(tmp_path / "cache", "1").inspect(path, inspector) == found
    assert inspector.calls == 1


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path, inspector = _old_file(tmp_path, "text"), Inspector()
    first = RememberedSourceFiles(tmp_path / "cache", "1")
    before = first.inspect(path, inspector)
    first.remember()
    _old_file(tmp_path, "TEXT", 1_000_001)
    assert RememberedSourceFiles(tmp_path / "cache", "1").inspect(path, inspector).digest != before.digest


def test_a_file_written_just_now_is_not_trusted(tmp_path: Path) -> None:
    path, inspector = _old_file(tmp_path, "text", 1_000), Inspector()
    first = RememberedSourceFiles(tmp_path / "cache", "1", lambda: 1_001 * 10**9)
    first.inspect(path, inspector)
    first.remember()
    RememberedSourceFiles(tmp_path / "cache", "1").inspect(path, inspector)
    assert inspector.calls == 2


def test_another_version_or_a_broken_cache_forgets_everything(tmp_path: Path) -> None:
    path, inspector = _old_file(tmp_path, "text"), Inspector()
    first = RememberedSourceFiles(tmp_path / "cache", "1")
    first.inspect(path, inspector)
    first.remember()
    RememberedSourceFiles(tmp_path / "cache", "2").inspect(path, inspector)
    (tmp_path / "cache").write_text('{"version": "1/1", "files"')
    RememberedSourceFiles(tmp_path / "cache", "1").inspect(path, inspector)
    assert inspector.calls == 3
