"""Colours that can be read, in every palette, and pages that a slow line can bear."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from builder.model.language import KYRGYZ, RUSSIAN
from builder.publishing import theme_assets
from builder.publishing.paths import lesson_path
from tests.browser.media import media_request
from tests.publishing.site import Project
from tests.samples import COURSE_ID

CSS = theme_assets()["assets/stylesheets/jetki.css"].decode()

Palette = dict[str, str]


def _palettes() -> dict[str, list[Palette]]:
    """By name; what stands twice, once for the attribute and once for the system's setting, gives two."""
    found: dict[str, list[Palette]] = {"light": [], "sepia": [], "dark": [], "contrast": []}
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    for media, selector, body in re.findall(
        r"(?:@media \(([^)]*)\) {\s*)?([^{}@]+?)\s*{([^{}]*--jetki-bg:[^{}]*)}", rules
    ):
        values = dict(re.findall(r"(--jetki-[a-z-]+):\s*(#[0-9a-f]+)", body))
        name = next((one for one in found if f'"{one}"' in selector), None)
        if name is None:
            name = {"prefers-color-scheme: dark": "dark", "prefers-contrast: more": "contrast"}.get(media)
        if name is None and selector.strip() == ":root":
            name = "light"
        if name:
            found[name].append(values)
    return found


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(one * 2 for one in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_palette_stands_where_it_is_needed() -> None:
    assert {name: len(found) for name, found in _palettes().items()} == {
        "light": 1,
        "sepia": 1,
        "dark": 2,
        "contrast": 2,
    }


@pytest.mark.parametrize("name", ["dark", "contrast"])
def test_a_chosen_palette_is_the_systems_palette(name: str) -> None:
    chosen, systems = _palettes()[name]
    assert chosen == systems


def test_palettes_name_the_same_colours() -> None:
    names = [set(found[0]) for found in _palettes().values()]
    assert all(one == names[0] for one in names)
    assert len(names[0]) > 20


@pytest.mark.parametrize("name", ["light", "sepia", "dark", "contrast"])
def test_text_can_be_read_in_every_palette(name: str) -> None:
    palette = _palettes()[name][0]
    # WCAG 2.2, 1.4.3 and, for the high-contrast palette, 1.4.6.
    least = 7.0 if name == "contrast" else 4.5
    text = [one for one in palette if re.search("text|muted|link|code-|note|tip|warning|example", one)]
    assert len(text) > 12
    for one in text:
        for ground in ("--jetki-bg", "--jetki-surface"):
            assert _contrast(palette[one], palette[ground]) >= least, (one, ground)
    assert _contrast(palette["--jetki-on-accent"], palette["--jetki-accent"]) >= least
    # On the sentence that is read aloud, too; comments of code are never on it.
    for one in ("--jetki-text", "--jetki-muted", "--jetki-link", "--jetki-link-visited"):
        assert _contrast(palette[one], palette["--jetki-mark"]) >= 4.5, one
    assert _contrast(palette["--jetki-text"], palette["--jetki-mark"]) >= least


@pytest.mark.parametrize("name", ["light", "sepia", "dark", "contrast"])
def test_focus_and_borders_can_be_seen_in_every_palette(name: str) -> None:
    palette = _palettes()[name][0]
    for one in ("--jetki-focus", "--jetki-border", "--jetki-accent"):
        for ground in ("--jetki-bg", "--jetki-surface"):
            assert _contrast(palette[one], palette[ground]) >= 3, (one, ground)
    # The line below the sentence that is read aloud.
    assert _contrast(palette["--jetki-accent"], palette["--jetki-mark"]) >= 3


def test_nothing_is_fetched_from_elsewhere_and_no_font_is_sent() -> None:
    for path, data in theme_assets().items():
        assert not path.endswith((".woff", ".woff2", ".ttf")), path
        # In an address of its own; a namespace is not fetched.
        assert not re.search(rb"(url\(|@import |src=)[\"']?https?:", data), path


def test_no_asset_of_material_but_its_style_sheet_is_sent() -> None:
    assert len([one for one in theme_assets() if Path(one).name.startswith("main.")]) == 1
    assert not [one for one in theme_assets() if "bundle" in one or "lunr" in one or one.endswith(".map")]


def test_a_plain_lesson_is_light_on_a_first_visit(
    pages: dict[str, bytes], tree: Callable[[str], html.HtmlElement]
) -> None:
    path = lesson_path(COURSE_ID, "search", RUSSIAN)
    asked = {
        one.removeprefix("../../../")
        for one in tree(path).xpath("//link[@rel!='alternate' and @rel!='canonical']/@href | //script/@src")
    }
    assert len(asked) >= 6
    weights = {one: len(gzip.compress(theme_assets()[one], 6)) for one in asked}
    weights[path] = len(gzip.compress(pages[path], 6))
    # The contract allows 150 kB; our own limit leaves room for pictures.
    assert sum(weights.values()) <= 60_000, weights


def test_what_plays_weighs_little(project: Project) -> None:
    """A lesson with every kind of content, an audio version and two recordings, without what is played."""
    request = media_request(KYRGYZ)
    page = project.build([request])[lesson_path(COURSE_ID, "files", KYRGYZ)]
    own = re.findall(r'(?:href|src)="(?:\.\./)+(assets/[^"]+)"', page.decode())
    assert "assets/javascripts/listen.js" in own
    weights = {one: len(gzip.compress(theme_assets()[one], 6)) for one in own} | {"page": len(gzip.compress(page, 6))}
    assert weights["assets/javascripts/listen.js"] <= 9_000
    assert sum(weights.values()) <= 75_000, weights
