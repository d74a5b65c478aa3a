"""The audio version on a lesson's page, really played: marked in time, started from anywhere, by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from a11y_checks.browser.audit import _layout_rules as layout_rules
from a11y_checks.browser.audit import audit_keyboard, audit_view, axe_source
from a11y_checks.judges.verdict import JudgeMissing
from a11y_checks.judges.vnu import judge_html
from builder.model.finding import Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from tests.browser.media import PAUSE_MS, SENTENCE_MS, lesson_address, media_site_files, narrated_document, narration
from tests.browser.serving import serve
from tests.browser.sites import write_files

PLAY, PICK, FOLLOW = "[data-jetki-play]", "[data-jetki-pick]", ".jetki-listen [data-jetki-follow]"
NARRATION = narration(narrated_document(ENGLISH))
STEP_S = (SENTENCE_MS + PAUSE_MS) / 1000

# Times of marks by the player's own clock. A thread that the machine kept waiting is not the script's doing: `stalled`
# says for how long at most no beat came since the mark before, in ms.
WATCH = """() => {
    const audio = document.querySelector('.jetki-listen audio');
    let beat = performance.now(), longest = 0;
    const stall = () => { longest = Math.max(longest, performance.now() - beat - 5); beat = performance.now(); };
    setInterval(stall, 4);
    window.marks = [];
    new MutationObserver(changes => {
        for (const {target, oldValue} of changes) {
            if (!target.classList.contains('jetki-now') || (oldValue || '').includes('jetki-now')) continue;
            stall();
            marks.push({id: target.id, at: audio.currentTime, speed: audio.playbackRate, stalled: longest});
            longest = 0;
        }
    }).observe(document.body, {subtree: true, attributes: true, attributeFilter: ['class'], attributeOldValue: true});
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(media_site_files(), tmp_path_factory.mktemp("speaking"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serve(folder) as address:
        yield address


@pytest.fixture
def lesson(page: Page, folder: Path) -> Page:
    """The English lesson, opened from a folder."""
    page.goto(f"{folder.as_uri()}/{lesson_address()}")
    return page


def time_of(page: Page) -> float:
    return float(page.evaluate("document.querySelector('.jetki-listen audio').currentTime"))


def is_playing(page: Page) -> bool:
    return not page.evaluate("document.querySelector('.jetki-listen audio').paused")


def marked(page: Page) -> str:
    return str(page.evaluate("(document.querySelector('.jetki-now') || {id: ''}).id"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def start_of(page: Page, name: str) -> float:
    """When the element of the English lesson begins."""
    assert lesson_address() in page.url
    return next(one.start_ms for one in NARRATION.sentences if one.element == name) / 1000


def wait_for_marks(page: Page, number: int) -> list[dict[str, Any]]:
    page.wait_for_function("number => window.marks.length >= number", arg=number, timeout=20_000)
    return list(page.evaluate("window.marks"))


@pytest.mark.parametrize(("speed", "number"), [("0.6", 3), ("1", 4), ("2", 7)])
def test_a_sentence_is_marked_as_soon_as_it_is_heard(lesson: Page, speed: str, number: int) -> None:
    lesson.evaluate(WATCH)
    lesson.select_option("[data-jetki-speed]", speed)
    lesson.click(PLAY)
    marks = wait_for_marks(lesson, number)
    # Then from a place in the middle, as a reader jumps.
    lesson.locator(r"#s\.20").click(position={"x": 5, "y": 5})
    marks = wait_for_marks(lesson, len(marks) + 3)
    assert "s.20" in [one["id"] for one in marks]
    late = {one["id"]: (one["at"] - start_of(lesson, one["id"])) / one["speed"] * 1000 for one in marks}
    assert all(one["speed"] == float(speed) for one in marks)
    assert all(late[one["id"]] - one["stalled"] <= 50 for one in marks), (late, marks)
    assert all(one >= -10 for one in late.values()), late


def test_everything_can_be_done_with_the_keyboard_alone(lesson: Page) -> None:
    lesson.focus("[data-jetki-previous]")
    lesson.keyboard.press("Tab")
    assert lesson.evaluate("document.activeElement.matches('[data-jetki-play]')")
    lesson.keyboard.press("Enter")
    lesson.wait_for_function("!document.querySelector('.jetki-listen audio').paused")
    expect(lesson.locator(PLAY)).to_have_accessible_name("Pause")
    stops = "main .jetki-pick[tabindex='0']:not([role=group], [data-cue])"
    assert lesson.locator(stops).count() == 1, "all sentences are one stop"
    lesson.keyboard.press("Enter")
    expect(lesson.locator(PLAY)).to_have_accessible_name("Play")
    # Speed.
    lesson.focus("[data-jetki-speed]")
    lesson.keyboard.press("ArrowDown")
    assert lesson.evaluate("document.querySelector('.jetki-listen audio').playbackRate") == 1.2
    # Into the text, along the sentences, from one of them.
    for _ in range(40):
        lesson.keyboard.press("Tab")
        if lesson.evaluate("document.activeElement.classList.contains('jetki-pick')"):
            break
    here = focused(lesson)
    assert here == "s.1"
    lesson.keyboard.press("ArrowRight")
    lesson.keyboard.press("j")
    third = focused(lesson)
    assert start_of(lesson, third) == pytest.approx(start_of(lesson, here) + 2 * STEP_S)
    lesson.keyboard.press("k")
    lesson.keyboard.press("ArrowLeft")
    assert focused(lesson) == here
    lesson.keyboard.press("End")
    assert focused(lesson) == lesson.evaluate("[...document.querySelectorAll('.jetki-pick')].pop().id")
    lesson.keyboard.press("Home")
    assert focused(lesson) == "title"
    lesson.keyboard.press("j")
    chosen = focused(lesson)
    lesson.keyboard.press("Enter")
    lesson.wait_for_function("!document.querySelector('.jetki-listen audio').paused")
    assert start_of(lesson, chosen) - 0.01 <= time_of(lesson) <= start_of(lesson, chosen) + STEP_S
    lesson.wait_for_function("name => document.querySelector('.jetki-now')?.id === name", arg=chosen)
    lesson.keyboard.press(" ")
    assert not is_playing(lesson)
    lesson.keyboard.press(" ")
    assert is_playing(lesson)
    lesson.keyboard.press("Escape")
    assert not is_playing(lesson)
    assert lesson.evaluate("document.activeElement.matches('[data-jetki-play]')")


def test_letters_mean_their_keys_on_any_keyboard_and_nothing_elsewhere(lesson: Page) -> None:
    lesson.check(PICK)
    lesson.locator(r"#s\.1").evaluate("one => one.closest('main').querySelector('[tabindex=\"0\"].jetki-pick').focus()")
    first = focused(lesson)
    press = """name => document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'о', code: name, bubbles: true, cancelable: true}))"""
    lesson.evaluate(press, "KeyJ")
    assert focused(lesson) != first
    lesson.evaluate(press, "KeyK")
    assert focused(lesson) == first
    lesson.focus("h1 ~ .jetki-text a[href]")
    before = focused(lesson)
    lesson.keyboard.press("j")
    assert focused(lesson) == before
    assert not is_playing(lesson)


def test_the_buttons_go_from_sentence_to_sentence(lesson: Page) -> None:
    lesson.click("[data-jetki-next]")
    assert marked(lesson) == "s.1"
    lesson.click("[data-jetki-next]")
    assert time_of(lesson) == pytest.approx(2 * STEP_S, abs=0.01)
    lesson.click("[data-jetki-previous]")
    assert time_of(lesson) == pytest.approx(STEP_S, abs=0.01)
    lesson.click("[data-jetki-previous]")
    lesson.click("[data-jetki-previous]")
    assert marked(lesson) == "title"
    assert not is_playing(lesson), "who only looks for a place hears nothing"


def test_a_click_starts_and_marking_words_or_a_link_does_not(lesson: Page) -> None:
    sentence = lesson.locator(r"#s\.2")
    sentence.click(position={"x": 5, "y": 5})
    assert not is_playing(lesson), "only when the reader has asked for it"
    lesson.check(PICK)
    box = sentence.bounding_box()
    assert box
    lesson.mouse.move(box["x"] + 2, box["y"] + 8)
    lesson.mouse.down()
    lesson.mouse.move(box["x"] + 120, box["y"] + 8, steps=4)
    lesson.mouse.up()
    assert lesson.evaluate("getSelection().toString().length") > 3
    assert not is_playing(lesson)
    lesson.locator(".jetki-text [id^='s.'] a[href^='#']").first.click()
    assert not is_playing(lesson)
    sentence.click(position={"x": 5, "y": 5})
    lesson.wait_for_function("!document.querySelector('.jetki-listen audio').paused")
    lesson.uncheck(PICK)
    assert lesson.locator(".jetki-pick:not([data-cue]), .jetki-text span[tabindex]:not([data-cue])").count() == 0


def test_what_lies_in_something_closed_is_marked_at_its_summary(lesson: Page) -> None:
    name = lesson.evaluate("document.querySelector('details.description [id^=\"s.\"]').id")
    lesson.evaluate(
        "time => { document.querySelector('.jetki-listen audio').currentTime = time; }", start_of(lesson, name)
    )
    lesson.click(PLAY)
    lesson.wait_for_function("document.querySelector('summary.jetki-now')")


@pytest.mark.parametrize(("motion", "behavior"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_the_text_follows_gently_and_never_against_the_reader(
    browser: Browser, folder: Path, motion: Any, behavior: str
) -> None:
    context = browser.new_context(viewport={"width": 900, "height": 700}, reduced_motion=motion)
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/{lesson_address()}")
    page.evaluate("""() => { window.scrolls = []; const old = window.scrollBy.bind(window);
        window.scrollBy = one => { scrolls.push(one.behavior); old(one); }; }""")
    page.select_option("[data-jetki-speed]", "2")
    page.check(PICK)
    page.locator(r"#s\.6").click(position={"x": 5, "y": 5})
    page.wait_for_function("window.scrolls.length > 0")
    assert set(page.evaluate("window.scrolls")) == {behavior}
    inside = """() => { const box = document.querySelector('.jetki-now').getBoundingClientRect();
        return box.top >= 0 && box.top < innerHeight * 0.8; }"""
    page.wait_for_function(inside)
    # Until a smooth movement is over: it would swallow the wheel.
    page.wait_for_function("(window.wasAt === scrollY) || (window.wasAt = scrollY, false)", polling=200)
    # By hand to the very end: the voice goes on and the page stays.
    page.mouse.move(400, 300)
    page.mouse.wheel(0, 20_000)
    page.wait_for_function("scrollY + innerHeight > document.documentElement.scrollHeight - 400")
    page.evaluate(WATCH)
    page.evaluate("window.scrolls.length = 0")
    wait_for_marks(page, 3)
    assert page.evaluate("window.scrolls") == []
    # A jump is a wish to be there.
    page.click("[data-jetki-next]")
    page.wait_for_function("window.scrolls.length > 0")
    context.close()


def test_a_reader_who_does_not_want_it_is_not_scrolled(lesson: Page) -> None:
    lesson.uncheck(FOLLOW)
    lesson.check(PICK)
    lesson.locator(r"#s\.30").evaluate("one => one.click()")
    lesson.wait_for_function("document.querySelector('.jetki-now')?.id === 's.30'")
    assert lesson.evaluate("scrollY") == 0
    lesson.reload()
    assert not lesson.is_checked(FOLLOW)
    assert lesson.is_checked(PICK)


def test_speed_and_place_are_remembered(lesson: Page) -> None:
    lesson.select_option("[data-jetki-speed]", "1.4")
    lesson.check(PICK)
    lesson.locator(r"#s\.12").evaluate("one => one.click()")
    lesson.wait_for_function("document.querySelector('.jetki-now')?.id === 's.12'")
    lesson.click(PLAY)
    lesson.reload()
    assert lesson.locator("[data-jetki-speed]").input_value() == "1.4"
    notice = lesson.locator("[data-jetki-resumed]")
    expect(notice).to_contain_text("Last time you stopped at 0:1")
    lesson.click(PLAY)
    lesson.wait_for_function("document.querySelector('.jetki-now')?.id === 's.12'")
    expect(notice).to_be_hidden()
    lesson.click(PLAY)
    lesson.reload()
    notice.get_by_role("button", name="Start from the beginning").click()
    lesson.wait_for_function("document.querySelector('.jetki-now')?.id === 'title'")


@pytest.mark.parametrize("stored", ["{", "7", "[]", '{"places": 7, "speed": "fast"}', '{"places": {"x": []}}'])
def test_what_is_stored_by_somebody_else_does_no_harm(lesson: Page, stored: str) -> None:
    errors: list[str] = []
    lesson.on("pageerror", lambda error: errors.append(str(error)))
    lesson.evaluate("value => localStorage.setItem('jetki.listening', value)", stored)
    lesson.reload()
    lesson.click(PLAY)
    lesson.wait_for_function("document.querySelector('.jetki-now')")
    assert errors == []


def test_a_browser_that_stores_nothing_plays_too(context: BrowserContext, folder: Path) -> None:
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{folder.as_uri()}/{lesson_address()}")
    page.click(PLAY)
    page.wait_for_function("document.querySelector('.jetki-now')")
    page.click(PLAY)
    assert errors == []


def test_audio_that_cannot_be_loaded_is_told(page: Page, server: str) -> None:
    page.route("**/*.opus", lambda route: route.abort())
    page.route("**/*.mp3", lambda route: route.abort())
    page.goto(f"{server}/{lesson_address()}")
    page.click(PLAY)
    expect(page.locator("[data-jetki-status]")).to_contain_text("The audio could not be loaded")


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [(KYRGYZ, 320, "light"), (KYRGYZ, 1280, "dark"), (RUSSIAN, 320, "dark"), (ENGLISH, 1280, "light")],
)
def test_the_page_is_accessible_while_it_plays(
    page: Page, folder: Path, language: Any, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{folder.as_uri()}/{lesson_address(language)}")
    page.click(".jetki-listen details summary")
    page.check(PICK)
    page.locator(r"#s\.14").evaluate("one => one.click()")
    page.wait_for_function("document.querySelector('.jetki-now')?.id === 's.14'")
    page.wait_for_function("document.querySelector('.is-docked')")
    page.evaluate(axe_source())
    page.evaluate(layout_rules())
    problems = audit_view(page, width, scheme)
    assert [str(one) for one in problems if one.severity is Severity.ERROR] == []
    assert is_playing(page)


def test_every_control_is_reached_and_none_holds_the_focus(lesson: Page) -> None:
    lesson.check(PICK)
    lesson.reload()
    lesson.evaluate(layout_rules())
    assert [str(one) for one in audit_keyboard(lesson)] == []


def test_the_small_player_hides_nothing_that_has_the_focus(lesson: Page) -> None:
    lesson.set_viewport_size({"width": 320, "height": 640})
    lesson.check(PICK)
    lesson.locator(r"#s\.8").evaluate("one => one.click()")
    lesson.wait_for_function("document.querySelector('.is-docked')")
    for _ in range(25):
        lesson.keyboard.press("Tab")
        covered = lesson.evaluate(
            """() => { const one = document.activeElement, dock = document.querySelector('.is-docked');
                if (!dock || dock.contains(one) || one === document.body) return false;
                return one.getBoundingClientRect().top >= dock.getBoundingClientRect().top; }"""
        )
        assert not covered, focused(lesson)
    # The page's end can be scrolled free of it.
    assert lesson.evaluate(
        """() => { scrollTo(0, 1e6);
            const dock = document.querySelector('.is-docked'), last = document.querySelector('footer');
            return !dock || last.getBoundingClientRect().bottom <= dock.getBoundingClientRect().top + 1; }"""
    )


@pytest.mark.parametrize(("width", "height", "size"), [(320, 256, "100"), (360, 740, "300"), (1280, 150, "100")])
def test_the_small_player_stays_away_where_it_would_cover_much(
    lesson: Page, width: int, height: int, size: str
) -> None:
    lesson.evaluate("size => document.documentElement.setAttribute('data-text-size', size)", size)
    lesson.set_viewport_size({"width": width, "height": height})
    lesson.check(PICK)
    lesson.locator(r"#s\.14").evaluate("one => one.click()")
    lesson.wait_for_function("document.querySelector('.jetki-now')?.id === 's.14'")
    share = lesson.evaluate("(document.querySelector('.is-docked') || {offsetHeight: 0}).offsetHeight / innerHeight")
    assert share <= 0.25
    outside = """() => [...document.querySelectorAll('.jetki-listen, .jetki-listen *')]
        .filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.className)"""
    assert lesson.evaluate(outside) == []


def test_the_mark_is_seen_in_the_systems_own_colours(browser: Browser, folder: Path) -> None:
    context = browser.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/{lesson_address()}")
    page.check(PICK)
    page.locator(r"#s\.2").evaluate("one => one.click()")
    page.wait_for_function("document.querySelector('.jetki-now')?.id === 's.2'")
    colours = page.evaluate(
        """() => { const probe = document.createElement('p'); document.body.append(probe);
            probe.style.cssText = 'forced-color-adjust: none; background: Mark; color: MarkText';
            const style = getComputedStyle(document.querySelector('.jetki-now')), wanted = getComputedStyle(probe);
            return [style.backgroundColor === wanted.backgroundColor, style.color === wanted.color,
                    style.textDecorationLine]; }"""
    )
    assert colours == [True, True, "underline"]
    context.close()


def test_without_scripts_a_player_and_downloads_remain(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/{lesson_address(KYRGYZ)}")
    player = page.locator(".jetki-listen")
    expect(player.locator("audio[controls]")).to_be_visible()
    assert [one.get_attribute("type") for one in player.locator("source").all()] == [
        "audio/ogg; codecs=opus",
        "audio/mpeg",
    ]
    for name in ("OPUS", "MP3"):
        expect(player.get_by_role("link", name=name)).to_be_visible()
    expect(player.locator("button, select, input").first).to_be_hidden()
    expect(player).to_contain_text("компьютердик үн")
    expect(player).to_contain_text("JavaScript өчүрүлгөн")
    context.close()


def test_a_strict_policy_of_the_server_stops_nothing(page: Page, server: str) -> None:
    def strictly(route: Route) -> None:
        answer = route.fetch()
        policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'"
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.route("**/index.html", strictly)
    page.goto(f"{server}/{lesson_address()}")
    page.click(PLAY)
    page.wait_for_function("document.querySelector('.jetki-now')")
    assert refused == []


def test_nothing_is_announced_while_the_voice_speaks(lesson: Page) -> None:
    lesson.evaluate("""() => { window.said = [];
        new MutationObserver(changes => { for (const one of changes) {
            const place = one.target.closest ? one.target : one.target.parentElement;
            const live = place.closest('[role=status], [aria-live]');
            if (live && live.textContent.trim()) said.push(live.textContent); } })
        .observe(document.body, {subtree: true, childList: true, characterData: true}); }""")
    lesson.evaluate(WATCH)
    lesson.select_option("[data-jetki-speed]", "2")
    lesson.click(PLAY)
    wait_for_marks(lesson, 4)
    assert lesson.evaluate("window.said") == []


def test_no_audio_is_asked_for_before_somebody_listens(page: Page, server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/{lesson_address()}", wait_until="networkidle")
    assert len(asked) > 4
    assert not [one for one in asked if one.endswith((".opus", "files.mp3"))]


def test_the_markup_is_valid(tmp_path: Path) -> None:
    write_files({path: data for path, data in media_site_files().items() if path.endswith(".html")}, tmp_path)
    try:
        verdict = judge_html(tmp_path)
    except JudgeMissing as missing:
        pytest.skip(str(missing))
    assert [str(one) for one in verdict.problems if one.severity is Severity.ERROR] == []
