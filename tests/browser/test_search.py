"""Searching as a reader does it: with a mouse or a keyboard, from a server or a folder, with and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.samples import COURSE_ID

FIELD = "#jetki-search-header"
STATUS = "form [data-jetki-search-status]"
RESULTS = "[data-jetki-search-results] a"


def lesson(start: str, language: str, name: str = "search") -> str:
    return f"{start}/{language}/{COURSE_ID}/{name}/index.html"


@pytest.fixture(params=["server", "folder"])
def start(request: pytest.FixtureRequest, small_site: Path) -> str:
    """Where the site is: everything must work in both places."""
    if request.param == "folder":
        return small_site.as_uri()
    return str(request.getfixturevalue("small_site_address"))


@pytest.mark.parametrize(
    ("language", "query", "title", "status"),
    [
        ("ky", "папканын", "Файлдар жана папкалар", "2 натыйжа табылды."),
        ("ky", "издөөнү", "Маалымат издөө", "3 натыйжа табылды."),
        ("ru", "файлами", "Файлы и папки", "Найден 1 результат."),
        ("en", "folder ", "Files & <folders>", "1 result found."),
    ],
)
def test_another_form_of_the_word_is_found_and_announced(
    page: Page, start: str, language: str, query: str, title: str, status: str
) -> None:
    page.goto(lesson(start, language))
    page.locator(FIELD).press_sequentially(query)
    expect(page.locator(STATUS)).to_have_text(status)
    expect(page.locator(RESULTS).first).to_contain_text(title)
    assert page.locator(STATUS).get_attribute("role") == "status"


def test_nothing_is_loaded_before_somebody_searches(page: Page, small_site_address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(lesson(small_site_address, "ky"), wait_until="networkidle")
    assert not [url for url in asked if "search-index" in url or "search-engine" in url]
    page.focus(FIELD)
    page.wait_for_function("window.jetkiSearchIndex && window.jetkiSearchEngine")
    assert [url for url in asked if "ky/search-index.js" in url]


def test_a_result_leads_to_its_lesson(page: Page, start: str) -> None:
    page.goto(lesson(start, "ru"))
    page.locator(FIELD).press_sequentially("файл")
    page.locator(RESULTS).first.click()
    expect(page.locator("h1")).to_contain_text("Файлы и папки")


def test_the_keyboard_alone_is_enough(page: Page, start: str) -> None:
    page.goto(lesson(start, "ky"))
    page.focus(FIELD)
    page.keyboard.type("папка")
    expect(page.locator(RESULTS)).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator(RESULTS).nth(1).evaluate("one => one === document.activeElement")
    page.keyboard.press("Escape")
    expect(page.locator(RESULTS)).to_have_count(0)
    assert page.locator(FIELD).evaluate("one => one === document.activeElement")
    assert page.locator(FIELD).input_value() == "папка"


def test_enter_leads_to_the_search_page_with_all_results(page: Page, start: str) -> None:
    page.goto(lesson(start, "ky"))
    page.focus(FIELD)
    page.keyboard.type("папкада")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ky/search.html?q=*")
    expect(page.locator("main [data-jetki-search-status]")).to_have_text("2 натыйжа табылды.")
    expect(page.locator("main [data-jetki-search-results] a")).to_have_count(2)
    assert page.locator("#jetki-search-page").input_value() == "папкада"


def test_a_word_that_is_nowhere_is_said_to_be_nowhere(page: Page, start: str) -> None:
    page.goto(f"{start}/ru/search.html?q=вулканология")
    expect(page.locator("main [data-jetki-search-status]")).to_contain_text("«вулканология»")
    expect(page.locator("main [data-jetki-search-found]")).to_be_hidden()


def test_the_found_words_are_marked(page: Page, start: str) -> None:
    page.goto(f"{start}/ky/search.html?q=маалыматтар")
    expect(page.locator("mark").first).to_have_text("маалымат")


def test_an_empty_search_says_what_to_do(page: Page, start: str) -> None:
    page.goto(lesson(start, "en"))
    page.focus(FIELD)
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_have_text("Type a word to look for.")
    assert page.url == lesson(start, "en")


def test_markup_in_a_search_is_only_text(page: Page, start: str) -> None:
    page.goto(f"{start}/en/search.html?q=<img src=qqq onerror=zzzz()>")
    expect(page.locator("main [data-jetki-search-status]")).to_contain_text("<img")
    assert page.locator("main img").count() == 0


def test_a_search_that_cannot_load_says_so(page: Page, small_site_address: str) -> None:
    page.route("**/search-index.js", lambda route: route.abort())
    page.goto(f"{small_site_address}/en/search.html?q=files")
    expect(page.locator("main [data-jetki-search-status]")).to_contain_text("could not be loaded")
    expect(page.locator("main ol a").first).to_be_visible()


def test_without_scripts_the_form_leads_to_all_lessons(browser: Browser, start: str) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(lesson(start, "ky"))
        page.fill(FIELD, "папка")
        page.press(FIELD, "Enter")
        page.wait_for_url("**/ky/search.html?q=*")
        links = page.locator("main ol a").all_inner_texts()
        assert "Файлдар жана папкалар" in links
        assert "Кыргыз тамгаларын терүү" in links
        assert "JavaScript" in page.locator("main").inner_text()
    finally:
        context.close()


def test_the_form_has_a_name_and_a_label(page: Page, start: str) -> None:
    page.goto(lesson(start, "ky"))
    assert page.get_by_role("search", name="Сайттан издөө").count() == 1
    assert page.get_by_role("searchbox", name="Издөө").count() == 1
