"""Fresh readers, and the small test site on disk and on a loopback address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.serving import serve
from tests.browser.sites import small_site_files, write_files


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
