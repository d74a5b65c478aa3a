"""Recordings on a page, really played: captions, a transcript that follows, sign language in step."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from a11y_checks.browser.audit import _layout_rules as layout_rules
from a11y_checks.browser.audit import audit_view, axe_source
from builder.model.finding import Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from tests.browser.media import CUE_MS, cues, lesson_address, media_site_files
from tests.browser.serving import serve
from tests.browser.sites import write_files

MEDIA = "[data-jetki-recording]:has(video) [data-jetki-media]"
SIGN, QUALITY = "[data-jetki-sign]", "[data-jetki-quality]"
CUE = "[data-jetki-recording]:has(video) [data-cue]"
TEXT_TRACKS = """[...document.querySelector('video').textTracks].map(one => [
    one.language, one.label, one.mode, one.cues ? one.cues.length : 0])"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(media_site_files(), tmp_path_factory.mktemp("recordings"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serve(folder) as address:
        yield address


@pytest.fixture
def lesson(page: Page, folder: Path) -> Page:
    page.goto(f"{folder.as_uri()}/{lesson_address()}")
    page.wait_for_function("document.querySelector('[data-jetki-sign]').readyState >= 1")
    return page


def state(page: Page, selector: str) -> tuple[float, bool]:
    """Where the player is, and whether it plays."""
    time, paused = page.evaluate(
        "name => { const one = document.querySelector(name); return [one.currentTime, one.paused]; }", selector
    )
    return float(time), not paused


def wait_until_it_plays(page: Page, selector: str = MEDIA) -> None:
    page.wait_for_function("name => !document.querySelector(name).paused", arg=selector)


def test_the_transcript_follows_and_is_used_by_keyboard_alone(lesson: Page) -> None:
    lesson.focus(MEDIA)
    for _ in range(30):
        lesson.keyboard.press("Tab")
        if lesson.evaluate("document.activeElement.hasAttribute('data-cue')"):
            break
    assert lesson.evaluate("document.activeElement.dataset.cue").startswith("0 ")
    assert lesson.locator(f"{CUE}[tabindex='0']").count() == 1, "all cues are one stop"
    lesson.keyboard.press("ArrowRight")
    lesson.keyboard.press("j")
    lesson.keyboard.press("Enter")
    wait_until_it_plays(lesson)
    assert state(lesson, MEDIA)[0] == pytest.approx(2 * CUE_MS / 1000, abs=CUE_MS / 1000)
    lesson.wait_for_function("document.querySelector('[data-cue].jetki-now')?.dataset.cue.startsWith('3000 ')")
    # The next one by itself, with nobody touching anything.
    lesson.wait_for_function("document.querySelector('[data-cue].jetki-now')?.dataset.cue.startsWith('4500 ')")
    lesson.keyboard.press(" ")
    assert not state(lesson, MEDIA)[1]
    lesson.keyboard.press("End")
    lesson.keyboard.press("Enter")
    wait_until_it_plays(lesson)
    box = "document.querySelector('[data-jetki-recording]:has(video) [data-jetki-transcript]')"
    lesson.wait_for_function(
        f"""() => {{ const box = {box}.getBoundingClientRect();
        const one = document.querySelector('[data-cue].jetki-now')?.getBoundingClientRect();
        return one && one.top >= box.top && one.bottom <= box.bottom; }}"""
    )
    assert lesson.evaluate(f"{box}.scrollTop") > 0, "the box was scrolled, so that the words are in sight"
    lesson.keyboard.press("Escape")
    assert not state(lesson, MEDIA)[1]
    assert lesson.evaluate("document.activeElement.matches('[data-jetki-media]')")


def test_a_click_on_words_plays_from_them(lesson: Page) -> None:
    lesson.locator(CUE).nth(5).click(position={"x": 4, "y": 4})
    wait_until_it_plays(lesson)
    lesson.wait_for_function("document.querySelector('[data-cue].jetki-now')?.dataset.cue.startsWith('7500 ')")


def test_sign_language_runs_in_step_whichever_player_is_used(lesson: Page) -> None:
    in_step = """([media, sign]) => { const one = document.querySelector(media), other = document.querySelector(sign);
        return one.paused === other.paused && Math.abs(one.currentTime - other.currentTime) <= 0.3; }"""
    lesson.evaluate("name => document.querySelector(name).play()", MEDIA)
    wait_until_it_plays(lesson, SIGN)
    lesson.evaluate("name => { document.querySelector(name).currentTime = 12; }", MEDIA)
    lesson.wait_for_function(in_step, arg=[MEDIA, SIGN])
    assert state(lesson, SIGN)[0] >= 11.5
    lesson.evaluate("name => { document.querySelector(name).playbackRate = 1.5; }", MEDIA)
    lesson.wait_for_function("name => document.querySelector(name).playbackRate === 1.5", arg=SIGN)
    # Now by the video in sign language.
    lesson.evaluate("name => { document.querySelector(name).currentTime = 3; }", SIGN)
    lesson.wait_for_function("name => document.querySelector(name).currentTime < 8", arg=MEDIA)
    lesson.evaluate("name => document.querySelector(name).pause()", SIGN)
    lesson.wait_for_function("name => document.querySelector(name).paused", arg=MEDIA)
    lesson.wait_for_function(in_step, arg=[MEDIA, SIGN])
    # Pausing one holds, also when the other tells of its time before the page hears of the pause.
    lesson.evaluate("name => document.querySelector(name).play()", MEDIA)
    wait_until_it_plays(lesson, SIGN)
    lesson.evaluate(
        """([media, sign]) => { document.querySelector(sign).pause();
        for (const name of ["timeupdate", "seeked"]) document.querySelector(media).dispatchEvent(new Event(name)); }""",
        [MEDIA, SIGN],
    )
    lesson.wait_for_function("name => document.querySelector(name).paused", arg=MEDIA)
    assert lesson.evaluate("name => document.querySelector(name).paused", SIGN)
    assert lesson.evaluate("name => document.querySelector(name).muted", SIGN)


def test_captions_show_in_a_page_from_a_folder(lesson: Page) -> None:
    """A browser refuses track files there; the words are on the page."""
    assert lesson.evaluate(TEXT_TRACKS) == [["en", "English (not reviewed)", "showing", len(cues(ENGLISH))]]
    lesson.evaluate("name => { document.querySelector(name).currentTime = 3.2; }", MEDIA)
    lesson.wait_for_function("document.querySelector('video').textTracks[0].activeCues.length === 1")
    cue = lesson.evaluate(
        """() => { const cue = document.querySelector('video').textTracks[0].activeCues[0];
        return [cue.startTime, cue.endTime, cue.text, cue.getCueAsHTML().textContent]; }"""
    )
    assert cue == [3.0, 4.4, "<v Бакыт>What does A &lt; B &amp; C mean?", "What does A < B & C mean?"]
    two_lines = lesson.evaluate("document.querySelector('video').textTracks[0].cues[1].text")
    assert two_lines.endswith("Today we shall talk\nabout files.")
    expect(lesson.get_by_text("This page shows captions in English only")).to_be_visible()


def test_a_server_gives_the_tracks_themselves(page: Page, server: str) -> None:
    page.goto(f"{server}/{lesson_address()}")
    page.wait_for_function("document.querySelector('video').textTracks[0].cues?.length")
    tracks = page.evaluate(TEXT_TRACKS)
    assert tracks[0] == ["en", "English (not reviewed)", "showing", len(cues(ENGLISH))]
    assert tracks[1][:3] == ["ru", "Русский", "disabled"]
    expect(page.get_by_text("This page shows captions in English only")).to_be_hidden()


def test_a_track_that_is_missing_on_the_server_is_made_from_the_transcript(page: Page, server: str) -> None:
    page.route("**/*.vtt", lambda route: route.fulfill(status=404))
    page.goto(f"{server}/{lesson_address()}")
    page.wait_for_function("document.querySelector('video').textTracks[0]?.cues?.length > 10")


def test_the_small_file_goes_on_where_the_other_was(lesson: Page) -> None:
    lesson.evaluate("name => { document.querySelector(name).currentTime = 7; }", MEDIA)
    lesson.select_option(QUALITY, index=1)
    lesson.wait_for_function(
        "name => { const one = document.querySelector(name);"
        " return one.videoWidth === 160 && Math.abs(one.currentTime - 7) < 0.3; }",
        arg=MEDIA,
    )
    assert lesson.evaluate(TEXT_TRACKS)[0][2:] == ["showing", len(cues(ENGLISH))]


def test_only_one_voice_speaks_at_a_time(lesson: Page) -> None:
    lesson.click("[data-jetki-play]")
    lesson.wait_for_function("document.querySelector('.jetki-now')")
    lesson.evaluate("name => document.querySelector(name).play()", MEDIA)
    lesson.wait_for_function("document.querySelector('.jetki-listen audio').paused")
    lesson.locator("[data-jetki-recording]:has(audio) [data-cue]").first.click(position={"x": 4, "y": 4})
    lesson.wait_for_function("name => document.querySelector(name).paused", arg=MEDIA)
    assert not state(lesson, SIGN)[1]


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [(KYRGYZ, 320, "dark"), (RUSSIAN, 1280, "light"), (ENGLISH, 320, "light")],
)
def test_the_page_is_accessible_while_a_recording_plays(
    page: Page, folder: Path, language: LanguageTag, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{folder.as_uri()}/{lesson_address(language)}")
    page.locator("[data-jetki-recording] details:not([open]) > summary").first.click()
    page.locator(CUE).nth(3).click(position={"x": 4, "y": 4})
    page.wait_for_function("document.querySelector('[data-cue].jetki-now')")
    page.evaluate(axe_source())
    page.evaluate(layout_rules())
    problems = audit_view(page, width, scheme)
    assert [str(one) for one in problems if one.severity is Severity.ERROR] == []
    assert state(page, MEDIA)[1]


def test_everything_but_the_following_is_there_without_scripts(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/{lesson_address(KYRGYZ)}")
    recording = page.locator("[data-jetki-recording]").first
    for selector in ("video[controls] >> nth=0", SIGN, "[data-jetki-transcript]"):
        expect(recording.locator(selector)).to_be_visible()
    for selector in (QUALITY, "[data-jetki-transcript-help]", "[data-jetki-follow]"):
        expect(recording.locator(selector)).to_be_hidden()
    assert recording.locator("[data-jetki-transcript]").evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    recording.locator("summary").first.click()
    assert recording.get_by_role("link").count() == 6
    context.close()
