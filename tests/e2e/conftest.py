"""Fresh readers, as in tests/browser."""

from tests.browser.conftest import context, page

__all__ = ["context", "page"]
