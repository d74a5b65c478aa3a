"""Which pages of a built site to look at, and what a reader's first visit weighs."""

import gzip
from pathlib import Path

from playwright.sync_api import Browser

LANGUAGES = ("ky", "ru", "en")


def lesson_pages(site: Path, language: str) -> list[Path]:
    """Standard lessons of a language, those with most on them first."""
    return sorted(site.glob(f"{language}/*/*/index.html"), key=lambda one: (-one.stat().st_size, one))


def easy_pages(site: Path) -> list[Path]:
    return sorted(site.glob("*/*/*/easy/index.html"))


def one_page_per_template(site: Path) -> list[Path]:
    """The landing page, not found, home, search, course and lesson pages: in Kyrgyz all, lessons in every language."""
    chosen = [site / "index.html", site / "404.html", site / "ky" / "index.html", site / "ky" / "search.html"]
    chosen += sorted(site.glob("ky/*/index.html"))[:1]
    for language in LANGUAGES:
        chosen += lesson_pages(site, language)[:1]
    return chosen + easy_pages(site)[:1]


def every_other_page(site: Path) -> list[Path]:
    looked_at = set(one_page_per_template(site))
    return [one for one in sorted(site.rglob("*.html")) if one not in looked_at]


def weigh_first_visit(browser: Browser, address: str) -> dict[str, int]:
    """Bytes over the wire by address for somebody who was never here, as a server sends them: texts by gzip."""
    weights: dict[str, int] = {}
    context = browser.new_context()
    try:
        page = context.new_page()
        asked: list[str] = []
        page.on("requestfinished", lambda request: asked.append(request.url))
        page.goto(address, wait_until="networkidle")
        for url in asked:
            response = context.request.get(url)
            data = response.body()
            kind = response.headers.get("content-type", "")
            is_text = kind.startswith("text/") or "javascript" in kind or "svg" in kind or "json" in kind
            weights[url] = len(gzip.compress(data, 6, mtime=0)) if is_text else len(data)
        return weights
    finally:
        context.close()
