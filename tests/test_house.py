"""The rules of the house, checked by their tools: style, types, who may import whom, what may be committed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _run(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _tracked_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout: the list of tracked files is unknown")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_ruff_finds_nothing() -> None:
    assert _run("ruff", "check", "--no-cache", ".") == ""


def test_the_code_is_formatted() -> None:
    assert _run("ruff", "format", "--no-cache", "--check", ".") == ""


def test_mypy_finds_nothing() -> None:
    assert _run("mypy") == ""


def test_the_import_rules_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_lock_file_names_a_download_host() -> None:
    locks = [
        *ROOT.glob("requirements/*.lock"),
        *ROOT.glob("requirements/*.in"),
        ROOT / "requirements/npm/package-lock.json",
    ]
    assert len(locks) >= 6
    for lock in locks:
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", lock.read_text(encoding="utf-8")), lock


def test_nothing_large_or_built_is_committed() -> None:
    for path in _tracked_files():
        assert path.stat().st_size <= 1_000_000, path
        assert path.relative_to(ROOT).parts[0] not in {"site", ".jetki", ".venv", "node_modules"}, path


def test_content_holds_no_python() -> None:
    assert not list((ROOT / "content").rglob("*.py"))
