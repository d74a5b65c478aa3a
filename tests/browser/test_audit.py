"""Every rule of the audit finds the page that breaks it, and says nothing about the page that does not."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from a11y_checks.browser import chromium
from a11y_checks.browser.audit import AuditSettings, audit_pages, axe_version
from a11y_checks.judges.verdict import JudgeMissing
from builder.model.finding import Severity

ONE_VIEW = AuditSettings(widths=(360,), schemes=("light",))
# Written for these tests. Each is the good page with one thing wrong.
GOOD = """<!doctype html>
<html lang="ky"><head><meta charset="utf-8"><title>Сабак</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body><main><h1>Файлдар</h1><p>Ар бир файлдын аты жана орду бар.</p>
<p><a href="#a">Биринчи</a></p><p><button type="button">Ачуу</button></p>{body}</main>{script}</body></html>
"""
BROKEN = {
    "axe:image-alt": {"body": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'},
    "axe:color-contrast": {"style": "p { color: #999; background: #fff }"},
    "axe:target-size": {
        "body": '<p><a href="#b" style="font-size:8px">а</a><br><a href="#c" style="font-size:8px">б</a></p>',
        "style": "p { line-height: 1 } a { display: inline-block; width: 8px; height: 8px }",
    },
    "reflow": {"body": '<div style="width: 700px">Кең</div>'},
    "clipped-text": {"body": '<p style="height: 1.2em; line-height: 1.2; overflow: hidden; width: 12em">Эки сапка'
                             " батпаган узун сүйлөм ушул жерде турат.</p>"},
    "one-h1": {"body": "<h1>Дагы бир</h1>"},
    "heading-order": {"body": "<h2>Экинчи</h2><h4>Төртүнчү</h4>"},
    "focus-visible": {"style": "button:focus { outline: none }"},
    "focus-obscured": {"body": '<div style="position: fixed; inset: 0; background: #fff"></div>'},
    "keyboard-trap": {"script": "<script>document.querySelector('button').addEventListener('keydown',"
                                " event => { if (event.key === 'Tab') event.preventDefault(); });</script>"},
    "script-needed": {"script": "<script>document.querySelector('main').append("
                                "...Array(30).fill(0).map(() => Object.assign(document.createElement('p'),"
                                " {textContent: 'Скрипт жазган сүйлөм.'})))</script>"},
    "forced-colours": {"style": "body { background: #fff } main * { opacity: 0 }"},
}  # fmt: skip


def write_page(folder: Path, **parts: str) -> str:
    folder.mkdir(exist_ok=True)
    target = folder / "page.html"
    target.write_text(GOOD.format(**{"style": "", "body": "", "script": "", **parts}), "utf-8")
    return target.as_uri()


def errors(browser: Browser, address: str, settings: AuditSettings = ONE_VIEW) -> set[str]:
    (verdict,) = audit_pages([address], settings, browser)
    return {one.code for one in verdict.problems if one.severity is Severity.ERROR}


def test_a_good_page_has_no_problems(browser: Browser, tmp_path: Path) -> None:
    (verdict,) = audit_pages([write_page(tmp_path)], ONE_VIEW, browser)
    assert verdict.problems == (), str(verdict)
    assert verdict.version == axe_version()


@pytest.mark.parametrize("rule", list(BROKEN))
def test_a_rule_finds_what_breaks_it(browser: Browser, tmp_path: Path, rule: str) -> None:
    assert rule in errors(browser, write_page(tmp_path, **BROKEN[rule]))


def test_a_control_that_the_keyboard_jumps_over_is_found(browser: Browser, tmp_path: Path) -> None:
    jump = "document.querySelector('a').addEventListener('focus', () => document.querySelector('#end').focus())"
    page = write_page(tmp_path, body='<p><a id="end" href="#end">Аягы</a></p>', script=f"<script>{jump}</script>")
    assert "keyboard-reach" in errors(browser, page)


def test_a_page_without_language_is_found(browser: Browser, tmp_path: Path) -> None:
    address = write_page(tmp_path)
    target = tmp_path / "page.html"
    target.write_text(target.read_text("utf-8").replace(' lang="ky"', ""), "utf-8")
    assert "page-language" in errors(browser, address)


def test_wide_content_in_a_box_of_its_own_is_allowed(browser: Browser, tmp_path: Path) -> None:
    box = '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="Таблица">{}</div>'.format(
        '<p style="width: 50rem">x</p>'
    )
    assert errors(browser, write_page(tmp_path, body=box)) == set()


def test_a_problem_in_one_scheme_and_width_alone_is_found_there(browser: Browser, tmp_path: Path) -> None:
    style = "@media (prefers-color-scheme: dark) and (min-width: 1000px) { p { color: #888; background: #777 } }"
    address = write_page(tmp_path, style=style)
    (verdict,) = audit_pages([address], AuditSettings(thorough=False), browser)
    places = {one.location.partition(" (")[2] for one in verdict.problems if one.severity is Severity.ERROR}
    assert places == {"1280 px, dark)"}


def test_every_page_of_a_folder_gets_a_verdict(browser: Browser, tmp_path: Path) -> None:
    write_page(tmp_path / "a")
    write_page(tmp_path / "b", **BROKEN["one-h1"])
    first, second = audit_pages(tmp_path, AuditSettings((360,), ("light",), thorough=False), browser)
    assert first.is_clean
    assert not second.is_clean
    assert second.subject.endswith("/b/page.html")


def test_a_missing_browser_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JETKI_CHROMIUM", "no-such-browser")
    with pytest.raises(JudgeMissing) as caught:
        chromium.find_chromium()
    assert "apt-get install chromium" in str(caught.value)
