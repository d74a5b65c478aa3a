"""The theme as a browser lays it out: narrow, enlarged, with the reader's own spacing and colours, without scripts."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.sites import small_site_files, write_files
from tests.samples import COURSE_ID

TEMPLATES = [
    "index.html",
    "ky/index.html",
    f"ru/{COURSE_ID}/index.html",
    f"ky/{COURSE_ID}/files/index.html",
    f"ky/{COURSE_ID}/keyboard/index.html",
    "en/search.html",
]
LESSON = TEMPLATES[3]

# WCAG 2.2, 1.4.12.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the site as a folder: what works there works on a server."""
    return write_files(small_site_files(), tmp_path_factory.mktemp("frame")).as_uri()


def _overflow(page: Page) -> int:
    """CSS pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_every_template_fits_320_css_pixels_with_the_readers_spacing(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    for path in TEMPLATES:
        page.goto(f"{site}/{path}")
        assert _overflow(page) <= 0, path
        page.add_style_tag(content=TEXT_SPACING)
        assert _overflow(page) <= 0, path
    page.close()


def test_text_three_times_as_large_fits_too(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for path in TEMPLATES:
        page.goto(f"{site}/{path}")
        page.evaluate("document.documentElement.style.fontSize = '300%'")
        assert _overflow(page) <= 0, path
    page.close()


def test_the_first_tab_stop_leads_to_the_content_and_can_be_seen(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}/{LESSON}")
    page.keyboard.press("Tab")
    box = page.locator(":focus").bounding_box()
    assert page.evaluate("document.activeElement.className") == "jetki-skip"
    assert box and box["width"] > 100 and box["height"] >= 24
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "jetki-main"
    page.close()


@pytest.mark.parametrize("forced", ["none", "active"])
def test_every_tab_stop_shows_its_focus(forced: str, browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, forced_colors=forced)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/{LESSON}")
    seen = 0
    while seen < 80:
        page.keyboard.press("Tab")
        style = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || one === document.body) return null;
                const style = getComputedStyle(one), box = one.getBoundingClientRect();
                return {name: one.outerHTML.slice(0, 80), outline: style.outlineStyle,
                        width: parseFloat(style.outlineWidth), inside: box.bottom > 0 && box.top < innerHeight};
            }"""
        )
        if style is None:
            break
        assert style["outline"] != "none" and style["width"] >= 2, style
        assert style["inside"], style
        seen += 1
    assert seen > 20
    context.close()


def test_targets_outside_of_sentences_are_large_enough(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    for path in TEMPLATES:
        page.goto(f"{site}/{path}")
        # WCAG 2.2, 2.5.8: 24 by 24 CSS pixels; links within sentences are exempt.
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                    "nav a, footer a, .jetki-forms li > a, .jetki-cards a, button, input:not([type=radio])")]
                .filter(one => one.checkVisibility())
                .map(one => [one.textContent, one.getBoundingClientRect().height])
                .filter(([_, height]) => height < 24)"""
        )
        assert small == [], path
    page.close()


def test_everything_is_there_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{site}/{LESSON}")
    for selector in (
        "h1",
        ".jetki-text",
        ".jetki-forms",
        ".jetki-languages",
        ".jetki-lessons",
        ".jetki-steps",
        "footer",
    ):
        assert page.locator(selector).first.is_visible(), selector
    page.locator(".jetki-languages a[lang=ru]").click()
    assert page.locator("html").get_attribute("lang") == "ru"
    assert page.locator(".jetki-preferences-open").is_hidden(), "a button that needs a script is not shown without one"
    context.close()


@pytest.mark.parametrize(
    ("system", "background"),
    [
        ({"color_scheme": "light"}, "rgb(255, 255, 255)"),
        ({"color_scheme": "dark"}, "rgb(20, 25, 30)"),
        ({"color_scheme": "dark", "contrast": "more"}, "rgb(0, 0, 0)"),
    ],
)
def test_the_systems_colours_are_respected(
    system: dict[str, str], background: str, browser: Browser, site: str
) -> None:
    context = browser.new_context(**system)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/{LESSON}")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == background
    page.evaluate("document.documentElement.dataset.theme = 'sepia'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(247, 239, 223)"
    context.close()


def test_paper_gets_the_lesson_and_not_the_way_to_it(browser: Browser, site: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{site}/{LESSON}")
    page.emulate_media(media="print")
    assert page.locator(".jetki-text").is_visible()
    for selector in (".jetki-languages", ".jetki-crumbs", ".jetki-lessons", ".jetki-steps", ".jetki-tools"):
        assert page.locator(selector).is_hidden(), selector
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_no_page_asks_another_host_for_anything(browser: Browser, site: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in TEMPLATES:
        page.goto(f"{site}/{path}")
    assert len(asked) > len(TEMPLATES)
    assert [one for one in asked if not one.startswith(site)] == []
    page.close()
