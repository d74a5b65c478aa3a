"""A student unpacks the package on a computer without a network, opens its first page and studies."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from builder.model.language import ENGLISH, KYRGYZ
from builder.publishing.case import pack_case
from builder.publishing.paths import course_path, lesson_path
from tests.browser.media import media_site_files
from tests.publishing.case.test_case import COURSE, packed
from tests.publishing.site import SETTINGS


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The unpacked package, in a folder whose name has a space and Kyrgyz letters, as such folders do."""
    folder = tmp_path / "Окуу материалдары"
    with zipfile.ZipFile(io.BytesIO(packed(KYRGYZ))) as package:
        package.extractall(folder)
    return folder / f"{COURSE.id}-ky"


@pytest.fixture
def reader(context: BrowserContext, page: Page) -> Iterator[Page]:
    """A page that asks for nothing outside the package, and for nothing that the package lacks."""
    context.set_offline(True)
    missing: list[str] = []
    outside: list[str] = []
    page.on("requestfailed", lambda request: missing.append(request.url))
    page.on("request", lambda request: None if request.url.startswith("file:") else outside.append(request.url))
    yield page
    assert missing == []
    assert outside == []


def test_a_course_is_read_searched_and_adjusted_without_a_server(reader: Page, stick: Path) -> None:
    reader.goto((stick / "index.html").as_uri())
    assert reader.locator("html").get_attribute("lang") == "ky"
    reader.get_by_role("link", name="Курсту ачуу").click()
    expect(reader.locator("h1")).to_have_text("Санариптик негиздер")
    reader.get_by_role("link", name="Файлдар жана папкалар", exact=True).first.click()
    expect(reader.locator("h1")).to_contain_text("Файлдар жана папкалар")
    assert reader.evaluate("Array.from(document.images).every(one => one.complete && one.naturalWidth > 0)")

    reader.locator("#jetki-search-header").press_sequentially("издөөнү")
    link = reader.locator("[data-jetki-search-results] a", has_text="Маалымат издөө").first
    expect(link).to_be_visible()
    link.click()
    expect(reader.locator("h1")).to_contain_text("Маалымат издөө")

    reader.click("[data-jetki-preferences-open]")
    reader.locator("input[name=theme][value=contrast]").check()
    reader.keyboard.press("Escape")
    reader.get_by_role("link", name="Башкы барак").click()
    reader.wait_for_url("**/index.html")
    assert reader.locator("html").get_attribute("data-theme") == "contrast", "remembered on the next page"


def test_the_search_page_of_the_package_lists_its_lessons(reader: Page, stick: Path) -> None:
    reader.goto((stick / "ky" / "search.html").as_uri() + "?q=файлдын")
    expect(reader.locator("main [data-jetki-search-results] a").first).to_contain_text("Файлдар")
    assert "Кыргыз тамгаларын терүү" in reader.locator("main").inner_text()


def test_a_lesson_is_heard_and_a_recording_seen_without_a_server(
    context: BrowserContext, page: Page, tmp_path: Path
) -> None:
    files = {path: data for path, data in media_site_files().items() if path.startswith(("en/", "assets/", "media/"))}
    files[course_path(COURSE.id, ENGLISH)] = b"<!doctype html><html lang=en><title>A</title></html>"
    with zipfile.ZipFile(io.BytesIO(pack_case(files, COURSE, ENGLISH, replace(SETTINGS, site_url="")))) as package:
        package.extractall(tmp_path)
    context.set_offline(True)
    page.goto((tmp_path / f"{COURSE.id}-en" / lesson_path(COURSE.id, "files", ENGLISH)).as_uri())
    page.click("[data-jetki-play]")
    page.wait_for_function("document.querySelector('.jetki-now')?.id === 's.1'")
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function("document.querySelector('[data-cue].jetki-now')")
    page.wait_for_function("document.querySelector('video').textTracks[0].activeCues.length === 1")
    assert page.evaluate("document.querySelector('.jetki-listen audio').paused")
