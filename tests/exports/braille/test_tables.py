"""The Kyrgyz tables: clean for liblouis' own tools, and what the facts about them promise."""

import re
from pathlib import Path

import pytest

from a11y_checks.judges.liblouis_tools import judge_table, judge_tests
from a11y_checks.judges.verdict import JudgeMissing, Verdict
from builder.exports import liblouis
from builder.exports.braille.cells import FROM_ASCII, TO_ASCII
from builder.exports.braille.languages import code_for
from builder.model.language import KYRGYZ, RUSSIAN
from builder.model.settings import BrailleSettings

_TESTS = Path(__file__).with_name("liblouis")
_FOLDERS = (liblouis.TABLE_FOLDER,)


def _judged(verdict: Verdict) -> None:
    assert verdict.is_clean, str(verdict)


@pytest.mark.parametrize(
    "tables", ["ky.utb", "ky-detailed.utb", "ky-letters.uti,ru-litbrl.ctb", "ky-letters.uti,ru-litbrl-detailed.utb"]
)
def test_lou_checktable_is_content_with_every_table(tables: str) -> None:
    try:
        _judged(judge_table(tables, _FOLDERS))
    except JudgeMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("name", ["ky.yaml", "ky-detailed.yaml"])
def test_lou_checkyaml_passes_every_test_offered_upstream(name: str) -> None:
    try:
        _judged(judge_tests(_TESTS / name, _FOLDERS))
    except JudgeMissing as missing:
        pytest.skip(str(missing))


def test_the_judges_see_a_broken_table_and_a_wrong_test(tmp_path: Path) -> None:
    (tmp_path / "broken.utb").write_text("include ky-letters.uti\nletterr x 1\n")
    wrong = "display: ky-unicode.dis\ntable: ky.utb\ntests:\n  - ['ү', '⠌']\n"
    (tmp_path / "wrong.yaml").write_text(wrong)
    try:
        assert not judge_table("broken.utb", (tmp_path, *_FOLDERS)).is_clean
        assert not judge_tests(tmp_path / "wrong.yaml", _FOLDERS).is_clean
    except JudgeMissing as missing:
        pytest.skip(str(missing))


def test_every_test_file_covers_the_whole_alphabet_and_many_cases() -> None:
    for path in _TESTS.glob("*.yaml"):
        text = path.read_text()
        assert set("абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя") <= set(text.lower())
        assert len(re.findall(r"^  - \[", text, re.MULTILINE)) >= 90


def test_kyrgyz_letters_have_the_cells_that_the_sources_give() -> None:
    assert liblouis.translate("ңөү", "ky.utb") == "⠽⠌⠧"
    assert liblouis.translate("Эмне?", "ky.utb") == "⠪⠍⠝⠑⠦"


def test_russian_text_may_hold_kyrgyz_names() -> None:
    code = code_for(RUSSIAN, BrailleSettings())
    assert code is not None
    assert liblouis.translate("Ысык-Көл?", code.tables) == "⠮⠎⠮⠅⠤⠅⠌⠇⠢"


def test_capitals_are_marked_only_where_settings_ask() -> None:
    plain, marked = code_for(KYRGYZ, BrailleSettings()), code_for(KYRGYZ, BrailleSettings(kyrgyz_capitals=True))
    assert plain is not None
    assert marked is not None
    assert liblouis.translate("Өлкө", plain.tables) == "⠌⠇⠅⠌"
    assert liblouis.translate("Өлкө", marked.tables) == "⠘⠌⠇⠅⠌"


def test_ascii_braille_is_liblouis_north_american_table_cell_by_cell() -> None:
    table = (liblouis.system_tables() / "en-us-brf.dis").read_text()
    shown = re.findall(r"^display (\S+) ([0-6]+)\s*$", table, re.MULTILINE)
    assert len(shown) == 64
    for name, dots in shown:
        character = {"\\s": " ", "\\\\": "\\"}.get(name, name)
        cell = 0x2800 + sum(1 << int(dot) - 1 for dot in dots if dot != "0")
        assert TO_ASCII[cell] == character
        assert FROM_ASCII[ord(character)] == chr(cell)
