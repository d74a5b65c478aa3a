"""A browser for the whole run, the small test site on disk and on a loopback address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from a11y_checks.browser.chromium import open_browser
from a11y_checks.judges.verdict import JudgeMissing
from tests.browser.serving import serve
from tests.browser.sites import small_site_files, write_files

_open: list[Browser] = []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for a worker, whichever folders its tests stand in: Playwright allows no second one at a time."""
    if _open:
        yield _open[0]
        return
    try:
        with open_browser() as one:
            _open.append(one)
            yield one
            _open.clear()
    except JudgeMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who has never been here: nothing is stored."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small test site in a folder, as an unpacked package or a USB stick holds it."""
    return write_files(small_site_files(), tmp_path_factory.mktemp("small-site"))


@pytest.fixture(scope="session")
def small_site_address(small_site: Path) -> Iterator[str]:
    """The small test site on a server, without a slash at the end."""
    with serve(small_site) as address:
        yield address
