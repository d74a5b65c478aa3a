"""The pages of the demonstration university before judges of their own: axe-core, our layout rules, the Nu checker."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from a11y_checks.browser.audit import AuditSettings, audit_pages
from a11y_checks.judges.verdict import JudgeMissing
from a11y_checks.judges.vnu import judge_html
from builder.model.finding import Severity
from tests.browser.serving import serve
from tests.conftest import DemonstrationSite
from tests.e2e.pages import LANGUAGES, every_other_page, lesson_pages, one_page_per_template, weigh_first_visit
from tests.thorough import THOROUGH, some

# The task: a plain lesson at most 150 kB over the wire on a first visit, fonts included.
HEAVIEST_FIRST_VISIT_BYTES = 150_000


@pytest.fixture(scope="module")
def site(demonstration_site: DemonstrationSite) -> Path:
    return demonstration_site.folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve(site) as one:
        yield one


def errors(browser: Browser, pages: Sequence[Path], site: Path, address: str, settings: AuditSettings) -> list[str]:
    assert pages, "nothing to look at"
    addresses = [f"{address}/{one.relative_to(site).as_posix()}" for one in pages]
    return [
        f"{verdict.subject}: {problem}"
        for verdict in audit_pages(addresses, settings, browser)
        for problem in verdict.problems
        if problem.severity is not Severity.NOTE
    ]


def test_a_page_of_every_template_is_accessible_in_every_view(browser: Browser, site: Path, address: str) -> None:
    pages = one_page_per_template(site)
    kyrgyz = [one for one in pages if one.relative_to(site).parts[0] not in ("ru", "en")]
    translated = [one for one in pages if one not in kyrgyz]
    dark = AuditSettings(widths=(1280,), schemes=("dark",), thorough=False)
    light = AuditSettings(widths=(360,), schemes=("light",))
    for chosen, views in ((kyrgyz, (dark, light)), (translated, (dark,))):
        for settings in (AuditSettings(),) if THOROUGH else views:
            assert errors(browser, chosen, site, address, settings) == []


def test_every_other_page_is_accessible_on_a_phone(browser: Browser, site: Path, address: str) -> None:
    settings = AuditSettings(widths=(360,), schemes=("light",), thorough=False)
    assert errors(browser, some(every_other_page(site), 6), site, address, settings) == []


def test_the_markup_of_every_page_is_valid(site: Path) -> None:
    try:
        verdict = judge_html(site)
    except JudgeMissing as missing:
        pytest.skip(str(missing))
    assert [str(one) for one in verdict.problems if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_is_light(browser: Browser, site: Path, address: str, language: str) -> None:
    heaviest = lesson_pages(site, language)[0]
    weights = weigh_first_visit(browser, f"{address}/{heaviest.relative_to(site).as_posix()}")
    without_pictures = {url: size for url, size in weights.items() if "/media/" not in url}
    assert len(without_pictures) >= 3
    assert sum(without_pictures.values()) <= HEAVIEST_FIRST_VISIT_BYTES, without_pictures


@pytest.mark.parametrize(
    ("language", "query", "word"),
    [
        ("ky", "файлдарды", "айл"),
        ("ky", "сырсөздөр", "ырсөз"),
        ("ru", "таблицами", "аблиц"),
        ("ru", "паролей", "парол"),
        ("en", "passwords", "assword"),
    ],
)
def test_inflected_words_find_lessons(page: Page, address: str, language: str, query: str, word: str) -> None:
    page.goto(f"{address}/{language}/search.html?q={query}")
    results = page.locator("main [data-jetki-search-results] li")
    expect(results.first).to_contain_text(word)
    expect(page.locator("main [data-jetki-search-status]")).to_contain_text(str(results.count()))


def test_every_lesson_that_a_search_index_names_exists(site: Path) -> None:
    import json

    for language in LANGUAGES:
        text = (site / language / "search-index.js").read_text("utf-8")
        index = json.loads(text.removeprefix("window.jetkiSearchIndex=").removesuffix(";\n"))
        assert index["lessons"]
        for url, title, _ in index["lessons"]:
            page = (site / url).read_text("utf-8")
            assert title.split()[0] in page
