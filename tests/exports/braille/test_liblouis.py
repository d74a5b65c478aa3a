"""The binding: missing library, missing tables, broken tables."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.exports import liblouis
from builder.exports.liblouis import LiblouisMissing, UnusableBrailleTable, translate, translate_back


def test_an_absent_library_is_our_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda _: None)
    monkeypatch.setattr(liblouis, "_LIBRARY_NAMES", ("no-such-library.so",))
    with pytest.raises(LiblouisMissing) as caught:
        liblouis._load()
    assert caught.value.program == "liblouis"


def test_absent_tables_are_our_own_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(liblouis, "_SYSTEM_TABLES", ())
    monkeypatch.setenv("LOUIS_TABLEPATH", str(tmp_path))

    class Library:
        _name = str(tmp_path / "lib" / "liblouis.so")

    with pytest.raises(LiblouisMissing) as caught:
        liblouis._system_tables(Library())
    assert caught.value.program == "liblouis tables"


def test_a_table_that_does_not_exist_is_named_with_what_the_library_said() -> None:
    with pytest.raises(UnusableBrailleTable) as caught:
        translate("а", "no-such-table.ctb")
    assert caught.value.tables == "no-such-table.ctb"
    assert "no-such-table" in str(caught.value)


def test_a_reader_s_own_table_path_is_kept_and_completed(tmp_path: Path) -> None:
    program = (
        "import os; from builder.exports.liblouis import translate; "
        "print(translate('ү', 'ky.utb')); print(os.environ['LOUIS_TABLEPATH'])"
    )
    environment = {**os.environ, "LOUIS_TABLEPATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    cells, path = run.stdout.split()
    assert cells == "⠧"
    assert path.split(",")[0] == str(tmp_path)
    assert len(path.split(",")) == 3


def test_nothing_is_printed_and_long_texts_come_whole(capfd: pytest.CaptureFixture[str]) -> None:
    text = "өлкөбүз тоолуу " * 5000
    assert translate_back(translate(text, "ky.utb"), "ky.utb").strip() == text.strip()
    assert translate("", "ky.utb") == ""
    assert capfd.readouterr() == ("", "")


def test_the_version_is_told() -> None:
    assert liblouis.liblouis_version()[0].isdigit()
