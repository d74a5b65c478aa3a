from pathlib import Path

import pytest

from builder.model.finding import Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from builder.model.settings import BrailleSettings, Settings
from builder.reading.settings import UnusableConfiguration, read_settings

FULL = """\
site_name: Жалпы
site_url: https://example.kg/
theme: {name: jetki}
markdown_extensions:
  - toc: {slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}
extra: {key: !ENV [HOME, x]}
plugins:
  - search
  - jetki:
      languages: [ru, ky]
      default_language: ky
      site_name: {ky: Университет, ru: Университет дистанционный}
      publisher: Университет
      large_print_sizes: [22, 18]
      braille:
        cells_per_line: 28
        lines_per_page: 27
        pages_per_volume: 60
        kyrgyz_capitals: true
        english_mathematics: nemeth
"""


def _write(folder: Path, text: str | bytes) -> Path:
    path = folder / "mkdocs.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_setting_is_read(tmp_path: Path) -> None:
    assert read_settings(_write(tmp_path, FULL)) == (
        Settings(
            site_name={KYRGYZ: "Университет", RUSSIAN: "Университет дистанционный"},
            languages=(RUSSIAN, KYRGYZ),
            default_language=KYRGYZ,
            content="content",
            site="site",
            publisher="Университет",
            site_url="https://example.kg/",
            large_print_sizes=(22, 18),
            braille=BrailleSettings(28, 27, 60, True, "nemeth"),
        ),
        (),
    )


@pytest.mark.parametrize("plugins", ["plugins: [jetki]", "plugins:\n  - jetki:", "plugins:\n  jetki: {}"])
def test_an_entry_without_options_has_every_default(plugins: str, tmp_path: Path) -> None:
    settings, findings = read_settings(_write(tmp_path, f"site_name: А\ndocs_dir: courses\n{plugins}\n"))
    assert findings == ()
    assert settings == Settings(dict.fromkeys((KYRGYZ, RUSSIAN, ENGLISH), "А"), content="courses")


WRONG: dict[str, tuple[int, str]] = {
    "languages: [ky, de]": (3, "settings-language-unpublishable"),
    "languages: [kg]": (3, "language-mistaken"),
    "languages: [ky, qq]": (3, "language-unknown"),
    "default_language: de": (3, "settings-language-unpublishable"),
    "languages: [ky]\n      default_language: ru": (4, "settings-value-wrong"),
    "large_print_sizes: [12]": (3, "settings-value-wrong"),
    "large_print_sizes: big": (3, "settings-value-wrong"),
    "content: ../elsewhere": (3, "settings-value-wrong"),
    "site: /srv/www": (3, "settings-value-wrong"),
    "site_url: example.kg": (3, "settings-value-wrong"),
    "site_name: [а]": (3, "settings-value-wrong"),
    "braille: 40": (3, "settings-value-wrong"),
    "braille:\n        cells_per_line: 4": (4, "settings-value-wrong"),
    "braille:\n        cells: 40": (4, "settings-unknown-key"),
    "braille:\n        english_mathematics: latex": (4, "settings-value-wrong"),
    "braille:\n        kyrgyz_capitals: maybe": (4, "settings-value-wrong"),
    "colour: red": (3, "settings-unknown-key"),
}


@pytest.mark.parametrize("option", WRONG)
def test_a_wrong_setting_is_named_with_its_line_and_its_default_taken(option: str, tmp_path: Path) -> None:
    settings, findings = read_settings(_write(tmp_path, f"plugins:\n  - jetki:\n      {option}\n"))
    assert [(one.path, one.line, one.rule) for one in findings] == [("mkdocs.yml", *WRONG[option])]
    assert findings[0].severity is (Severity.WARNING if "unknown-key" in findings[0].rule else Severity.ERROR)
    assert (settings.content, settings.site, settings.large_print_sizes) == ("content", "site", (18,))
    assert settings.braille == BrailleSettings()


UNUSABLE: dict[str | bytes, tuple[int, str]] = {
    "plugins: [search]": (1, "settings-no-jetki"),
    "site_name: а": (1, "settings-no-jetki"),
    "site_name: а\nplugins: [jetki": (2, "settings-bad-yaml"),
    "- а": (1, "settings-bad-yaml"),
    "": (1, "settings-bad-yaml"),
    "plugins:\n  - jetki:\n      languages: [de]": (3, "settings-no-languages"),
    b"plugins: [jetki]\n# \xff": (2, "file-not-utf8"),
}


@pytest.mark.parametrize("text", UNUSABLE)
def test_a_configuration_that_cannot_be_used_says_why_and_where(text: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(UnusableConfiguration) as caught:
        read_settings(_write(tmp_path, text))
    assert (caught.value.line, caught.value.rule) == UNUSABLE[text]
    assert caught.value.finding.path == "mkdocs.yml"


def test_a_missing_file_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(UnusableConfiguration, match="settings-missing"):
        read_settings(tmp_path / "mkdocs.yml")
