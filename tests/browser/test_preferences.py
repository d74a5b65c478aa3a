"""The reading preferences: chosen with a keyboard, announced, remembered, and the system's until then."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from a11y_checks.browser.audit import axe_source, run_axe
from builder.model.finding import Severity
from tests.samples import COURSE_ID

OPENER = "[data-jetki-preferences-open]"
DIALOG = "[data-jetki-preferences]"
STATUS = "[data-jetki-preferences-status]"
DARK, LIGHT = "rgb(20, 25, 30)", "rgb(255, 255, 255)"


@pytest.fixture(params=["server", "folder"])
def start(request: pytest.FixtureRequest, small_site: Path) -> str:
    if request.param == "folder":
        return small_site.as_uri()
    return str(request.getfixturevalue("small_site_address"))


def lesson(start: str, language: str = "en", name: str = "search") -> str:
    return f"{start}/{language}/{COURSE_ID}/{name}/index.html"


def open_panel(page: Page, address: str) -> None:
    page.goto(address)
    page.click(OPENER)
    expect(page.locator(DIALOG)).to_be_visible()


def attribute(page: Page, name: str) -> str | None:
    return page.locator("html").get_attribute(name)


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.mark.parametrize(
    ("label", "name", "value"),
    [
        ("Dark", "data-theme", "dark"),
        ("High contrast", "data-theme", "contrast"),
        ("Sepia", "data-theme", "sepia"),
        ("With serifs", "data-font", "serif"),
        ("No motion", "data-motion", "reduce"),
    ],
)
def test_a_choice_takes_effect_at_once_and_is_announced(
    page: Page, small_site: Path, label: str, name: str, value: str
) -> None:
    open_panel(page, lesson(small_site.as_uri()))
    page.get_by_role("radio", name=label, exact=True).check()
    assert attribute(page, name) == value
    expect(page.locator(STATUS)).to_contain_text(label)
    assert page.locator(STATUS).get_attribute("role") == "status"


def test_a_choice_is_remembered_on_other_pages_before_they_are_drawn(page: Page, start: str) -> None:
    open_panel(page, lesson(start))
    page.get_by_role("slider", name="Text size").fill("200")
    page.get_by_role("group", name="Between lines").get_by_role("radio", name="Very wide").check()
    page.get_by_role("radio", name="Sepia").check()
    # Only what stands in the head may have run when the body begins.
    page.add_init_script(
        "new MutationObserver(() => { if (document.body && !window.atFirst)"
        " window.atFirst = {...document.documentElement.dataset}; })"
        ".observe(document, {childList: true, subtree: true})"
    )
    page.goto(lesson(start, "ru"))
    first = page.evaluate("window.atFirst")
    assert (first["textSize"], first["lineSpacing"], first["theme"]) == ("200", "wider", "sepia")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    page.click(OPENER)
    assert page.locator("#jetki-text-size").input_value() == "200"
    assert page.locator("input[name=theme][value=sepia]").is_checked()


def test_the_system_decides_until_the_reader_does(page: Page, small_site: Path) -> None:
    page.emulate_media(color_scheme="dark")
    open_panel(page, lesson(small_site.as_uri()))
    assert attribute(page, "data-theme") is None
    assert background(page) == DARK
    page.get_by_role("radio", name="Light").check()
    assert background(page) == LIGHT
    page.locator("input[name=theme][value='']").check()
    assert background(page) == DARK


def test_the_usual_settings_can_be_had_back(page: Page, start: str) -> None:
    open_panel(page, lesson(start))
    page.get_by_role("slider", name="Text size").fill("300")
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("button", name="Back to the usual settings").click()
    assert attribute(page, "data-text-size") is None
    assert attribute(page, "data-theme") is None
    expect(page.locator(STATUS)).to_have_text("The usual settings are back.")
    assert page.locator("input[name=theme][value='']").is_checked()
    page.reload()
    assert attribute(page, "data-theme") is None


def test_the_keyboard_alone_is_enough(page: Page, small_site: Path) -> None:
    page.goto(lesson(small_site.as_uri()))
    page.focus(OPENER)
    page.keyboard.press("Enter")
    expect(page.locator(DIALOG)).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "jetki-text-size", "the first control has the focus"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert attribute(page, "data-text-size") == "150"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert attribute(page, "data-theme") == "light"
    stops = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.add(
            page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
        )
    assert stops == {True}, "the focus stays in the panel while it is open"
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_be_hidden()
    assert page.locator(OPENER).evaluate("one => one === document.activeElement"), "and goes back to the button"


def test_the_size_is_spoken_as_words(page: Page, small_site: Path) -> None:
    open_panel(page, lesson(small_site.as_uri(), "ky"))
    page.keyboard.press("ArrowRight")
    assert page.locator("#jetki-text-size").get_attribute("aria-valuetext") == "125 пайыз"


@pytest.mark.parametrize(("language", "theme"), [("ky", "light"), ("ky", "dark"), ("ru", "contrast"), ("en", "sepia")])
def test_the_open_panel_is_accessible_in_every_theme(page: Page, small_site: Path, language: str, theme: str) -> None:
    open_panel(page, lesson(small_site.as_uri(), language))
    page.locator(f"input[name=theme][value={theme}]").check()
    page.evaluate(axe_source())
    assert [str(one) for one in run_axe(page) if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_largest_text_needs_no_sideways_scrolling(page: Page, small_site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_panel(page, lesson(small_site.as_uri()))
    page.get_by_role("slider", name="Text size").fill("300")
    page.get_by_role("group", name="Between letters").get_by_role("radio", name="Very wide").check()
    for element in ("document.scrollingElement", "document.querySelector('dialog')"):
        assert page.evaluate(f"{element}.scrollWidth <= {element}.clientWidth + 1"), element


def test_a_browser_that_stores_nothing_still_obeys_and_says_so(context: BrowserContext, small_site: Path) -> None:
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})")
    page = context.new_page()
    open_panel(page, lesson(small_site.as_uri()))
    page.get_by_role("radio", name="Dark").check()
    assert background(page) == DARK
    expect(page.get_by_text("Your browser does not allow preferences to be kept")).to_be_visible()


@pytest.mark.parametrize("stored", ["", "null", "[]", "7", "{", '{"theme": "pink"}', '{"text-size": 9000}'])
def test_what_is_stored_by_somebody_else_does_no_harm(page: Page, small_site_address: str, stored: str) -> None:
    page.goto(lesson(small_site_address))
    page.evaluate("value => localStorage.setItem('jetki.preferences', value)", stored)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.reload()
    assert errors == []
    assert attribute(page, "data-theme") is None
    assert attribute(page, "data-text-size") is None


def test_without_scripts_there_is_no_button(browser: Browser, small_site: Path) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    try:
        page = context.new_page()
        page.goto(lesson(small_site.as_uri()))
        expect(page.locator(OPENER)).to_be_hidden()
        expect(page.locator("main")).to_contain_text("A & B")
    finally:
        context.close()
