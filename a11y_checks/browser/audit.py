"""Pages in a real browser: axe-core, and rules about layout, keyboard and scripts that axe-core does not have.

Every page is opened once and looked at in every width and colour scheme; what costs a page load of its own (the page
without JavaScript) or many key presses is done once a page. About 60 pages a minute on two cores, so a caller chooses
pages: one of each template, and those with rare content.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from a11y_checks.browser.chromium import open_browser
from a11y_checks.judges.verdict import JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# axe-core's tags for WCAG 2.2 level A and AA, and its own good practice
# (https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#axe-core-tags).
AXE_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# WCAG 2.2, 1.4.10: content for a width of 320 CSS pixels.
NARROWEST_PX: Final = 320
# WCAG 2.2, 1.4.12: the spacing that a reader may set.
TEXT_SPACING: Final = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
# Our choice: a page without scripts may lack a status line or a button, not a sentence.
_WORDS_WITHOUT_SCRIPT: Final = 0.95
_WINDOW_HEIGHT_PX: Final = 800
# Chromium's players have up to eight stops of their own, which a page cannot tell apart. Our choice leaves room.
_PLAYER_STOPS: Final = 12
_TIMEOUT_MS: Final = 20_000


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What to look at. `thorough` adds what is done once a page: keyboard, text spacing, 200 % text, no script, forced
    colours."""

    widths: tuple[int, ...] = (360, 1280)
    schemes: tuple[str, ...] = ("light", "dark")
    thorough: bool = True


def audit_pages(
    pages: Sequence[str] | Path, settings: AuditSettings | None = None, browser: "Browser | None" = None
) -> list[Verdict]:
    """A verdict for each page: addresses, or a folder of which every ``.html`` file is opened from disk.

    Problems are errors; what axe-core could not decide is a note. Raises JudgeMissing and JudgeFailed.
    """
    addresses = _pages_of(pages) if isinstance(pages, Path) else list(pages)
    chosen = settings or AuditSettings()
    if browser is not None:
        return list(_audit_all(addresses, chosen, browser))
    with open_browser() as own:
        return list(_audit_all(addresses, chosen, own))


def _pages_of(folder: Path) -> list[str]:
    return [path.resolve().as_uri() for path in sorted(folder.rglob("*.html"))]


def _audit_all(addresses: Iterable[str], settings: AuditSettings, browser: "Browser") -> Iterator[Verdict]:
    context = browser.new_context(reduced_motion="reduce")
    bare = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(_TIMEOUT_MS)
    bare.set_default_timeout(_TIMEOUT_MS)
    try:
        page, scriptless = context.new_page(), bare.new_page()
        for address in addresses:
            problems: list[Problem] = []
            # Everything after opening the page looks at the same page, so no load is paid twice.
            page.set_viewport_size({"width": settings.widths[0], "height": _WINDOW_HEIGHT_PX})
            page.goto(address)
            page.evaluate(axe_source())
            page.evaluate(_layout_rules())
            for scheme in settings.schemes:
                for width in settings.widths:
                    problems += audit_view(page, width, scheme)
            problems += _own(page.evaluate("jetkiLayoutRules.structure()"), "")
            if settings.thorough:
                problems += audit_thoroughly(page, scriptless, address)
            yield Verdict("axe-core and layout rules", axe_version(), address, _without_repetition(problems))
    finally:
        context.close()
        bare.close()


# ---------------------------------------------------------------- one view of a page


def audit_view(page: "Page", width: int, scheme: str) -> list[Problem]:
    """axe-core and reflow at one width in one colour scheme."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": _WINDOW_HEIGHT_PX})
    view = f"{width} px, {scheme}"
    return run_axe(page, view) + _own(page.evaluate("jetkiLayoutRules.reflow()"), view)


def run_axe(page: "Page", view: str = "") -> list[Problem]:
    """axe-core's violations as errors, what it could not decide as notes. The page must hold `axe_source`."""
    found: Mapping[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']})",
        list(AXE_TAGS),
    )
    return [
        Problem(severity, f"axe:{rule['id']}", rule["help"], _place(_target(node), view))
        for kind, severity in (("violations", Severity.ERROR), ("incomplete", Severity.NOTE))
        for rule in found[kind]
        for node in rule["nodes"]
    ]


# ---------------------------------------------------------------- once a page


def audit_thoroughly(page: "Page", scriptless: "Page", address: str) -> list[Problem]:
    """Reflow and clipping under the reader's own settings, the keyboard, forced colours, and no JavaScript."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    problems: list[Problem] = []
    page.set_viewport_size({"width": NARROWEST_PX, "height": _WINDOW_HEIGHT_PX})
    problems += _layout(page, f"{NARROWEST_PX} px")
    style = page.add_style_tag(content=TEXT_SPACING)
    problems += _layout(page, f"{NARROWEST_PX} px with the reader's text spacing")
    style.evaluate("one => one.remove()")
    page.set_viewport_size({"width": 1280, "height": _WINDOW_HEIGHT_PX})
    # WCAG 2.2, 1.4.4: text at 200 %, as a browser's own text size setting makes it.
    style = page.add_style_tag(content="html { font-size: 200% !important }")
    problems += _layout(page, "1280 px with text at 200 %")
    style.evaluate("one => one.remove()")
    problems += audit_keyboard(page)
    problems += _audit_forced_colours(page)
    return problems + _audit_without_script(page, scriptless, address)


def audit_keyboard(page: "Page") -> list[Problem]:
    """Goes through the page with the Tab key: every control is reached, none holds the focus, the focus is seen."""
    problems: list[Problem] = []
    expected = int(page.evaluate("jetkiLayoutRules.startTabbing()"))
    place = ""
    for _ in range(expected + 2):
        page.keyboard.press("Tab")
        focus = page.evaluate("jetkiLayoutRules.inspectFocus()")
        problems += _own(focus["problems"], "keyboard")
        for _ in range(_PLAYER_STOPS):
            if not focus["isPlayer"] or focus["place"] != place:
                break
            page.keyboard.press("Tab")
            focus = page.evaluate("jetkiLayoutRules.inspectFocus()")
            problems += _own(focus["problems"], "keyboard")
        if focus["place"] and focus["place"] == place:
            problems.append(
                Problem(Severity.ERROR, "keyboard-trap", "the Tab key does not leave this control", _place(place, ""))
            )
            break
        # A stop without a place is the browser's own controls; after them the page begins anew.
        if not focus["place"] or not focus["isNew"]:
            if focus["place"]:
                break
            if place:
                break
        place = focus["place"]
    problems += _own(page.evaluate("jetkiLayoutRules.unreached()"), "keyboard")
    page.evaluate("document.activeElement && document.activeElement.blur()")
    return problems


def _layout(page: "Page", view: str) -> list[Problem]:
    return _own(page.evaluate("[...jetkiLayoutRules.reflow(), ...jetkiLayoutRules.clipping()]"), view)


# Counts the colours of a screenshot inside the browser, so that no picture library is needed.
_COUNT_COLOURS: Final = """async bytes => {
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), one => one.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), brush = canvas.getContext("2d");
  brush.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(brush.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
  return new Set(pixels).size;
}"""


def _audit_forced_colours(page: "Page") -> list[Problem]:
    page.emulate_media(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    page.evaluate("window.scrollTo(0, 0)")
    picture = base64.b64encode(page.screenshot()).decode()
    colours = int(page.evaluate(_COUNT_COLOURS, picture))
    page.emulate_media(forced_colors="none", color_scheme="light", reduced_motion="reduce")
    if colours < 3:
        return [Problem(Severity.ERROR, "forced-colours", f"only {colours} colours: nothing can be seen", "html")]
    return []


def _audit_without_script(page: "Page", scriptless: "Page", address: str) -> list[Problem]:
    """The words of the page's main part stand there without JavaScript."""
    scriptless.goto(address)
    count = (
        "(() => { const main = document.querySelector('main') || document.body;"
        " return (main.innerText.match(/[\\p{L}\\p{N}]+/gu) || []).length; })()"
    )
    with_script, without = int(page.evaluate("jetkiLayoutRules.words()")), int(scriptless.evaluate(count))
    if without < with_script * _WORDS_WITHOUT_SCRIPT or without == 0:
        message = f"{without} words without JavaScript, {with_script} with it"
        return [Problem(Severity.ERROR, "script-needed", message, "main")]
    return []


# ---------------------------------------------------------------- words and sources


def _own(found: Iterable[Sequence[str]], view: str) -> list[Problem]:
    return [Problem(Severity.ERROR, rule, message, _place(selector, view)) for rule, selector, message in found]


def _place(selector: str, view: str) -> str:
    return f"{selector} ({view})" if view else selector


def _target(node: Mapping[str, Any]) -> str:
    """axe-core's path to an element; inside frames and shadow trees it has several parts."""
    return " ".join(part if isinstance(part, str) else " ".join(part) for part in node["target"])


def _without_repetition(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Notes about one element once, whatever the view; errors all, since a view tells what to look at."""
    kept: dict[Problem, Problem] = {}
    for one in problems:
        key = replace(one, location=one.location.partition(" (")[0]) if one.severity is Severity.NOTE else one
        kept.setdefault(key, one)
    return tuple(kept.values())


@cache
def axe_source() -> str:
    """axe-core's script, from the wheel that carries it. Raises JudgeMissing."""
    try:
        return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise JudgeMissing("axe-core", "pip install axe-playwright-python") from error


@cache
def axe_version() -> str:
    """As in the first line of axe-core's script: ``/*! axe v4.12.1``."""
    return axe_source()[:40].partition(" v")[2].split()[0]


@cache
def _layout_rules() -> str:
    return resources.files("a11y_checks.browser").joinpath("layout_rules.js").read_text("utf-8")
