"""The service's page for strangers who verify a transcript, in a real browser: with an answer, mistyped, empty."""

from pathlib import Path

from playwright.sync_api import Browser

from a11y_checks.browser.audit import audit_pages
from tests.api.transcripts.test_verification_page import PAGES


def test_the_page_passes_the_audit_in_each_state(tmp_path: Path, browser: Browser) -> None:
    for name, page in PAGES.items():
        (tmp_path / f"{name}.html").write_bytes(page)
    verdicts = audit_pages(tmp_path, browser=browser)
    assert len(verdicts) == len(PAGES)
    for verdict in verdicts:
        assert verdict.is_clean, str(verdict)
