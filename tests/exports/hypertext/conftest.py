"""The run's one browser, for these tests too."""

from tests.browser.conftest import browser

__all__ = ["browser"]
