"""Chromium, driven by Playwright: the one place where a browser enters."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The shell has no window and no interface of a browser: it takes half the time for the same pages.
_NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HINT: Final = "apt-get install chromium"
# A container has neither a graphics card nor room in /dev/shm, and often runs everything as root.
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


def find_chromium() -> str:
    """Path of a browser: ``JETKI_CHROMIUM`` or the first one found. Raises JudgeMissing."""
    chosen = os.environ.get("JETKI_CHROMIUM")
    found = shutil.which(chosen) if chosen else next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        raise JudgeMissing("Chromium", _HINT)
    return found


@contextmanager
def open_browser() -> "Iterator[Browser]":
    """A browser without a window. Raises JudgeMissing, and JudgeFailed when it does not start."""
    path = find_chromium()
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise JudgeMissing("Playwright", "pip install playwright") from error
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        except Error as error:
            raise JudgeFailed("Chromium", str(error)) from error
        try:
            yield browser
        finally:
            browser.close()
