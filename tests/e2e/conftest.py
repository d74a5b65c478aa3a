"""The same browser as the tests of tests/browser."""

from tests.browser.conftest import browser, context, page

__all__ = ["browser", "context", "page"]
