"""What the player of a lesson is told, before any script has run."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from builder.model.document import Document, Heading, Text
from builder.model.language import ENGLISH, KYRGYZ
from builder.model.narration import SentenceTiming
from builder.publishing.listening import find_title_id, view_listening, write_timings
from builder.publishing.paths import lesson_path
from tests.browser.media import audio_forms, media_request, narrated_document, narration
from tests.publishing.site import Project, requests
from tests.samples import COURSE_ID

names = st.one_of(st.integers(1, 500).map("s.{}".format), st.sampled_from(["title", "</script>", "s.x", "ө"]))


def read(text: str) -> list[SentenceTiming]:
    """What ``listen.js`` makes of it."""
    found, number, time = [], 0, 0
    flat = json.loads(text)
    for at in range(0, len(flat), 3):
        if isinstance(flat[at], int):
            number += flat[at]
        start = time + flat[at + 1]
        time = start + flat[at + 2]
        found.append(SentenceTiming(f"s.{number}" if isinstance(flat[at], int) else flat[at], start, time))
    return found


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(names, st.integers(0, 5_000), st.integers(0, 20_000))))
def test_times_survive_their_short_form(rows: list[tuple[str, int, int]]) -> None:
    timings, time = [], 0
    for name, silence, length in rows:
        timings.append(SentenceTiming(name, time + silence, time + silence + length))
        time += silence + length
    written = write_timings(timings, "title")
    assert read(written) == timings
    assert "<" not in written


def test_a_sentence_costs_few_bytes() -> None:
    whole = narrated_document(KYRGYZ)
    written = write_timings(narration(whole).sentences, "title")
    assert len(written) / len(narration(whole).sentences) < 12


def test_the_titles_place_is_free_of_the_authors_anchors() -> None:
    document = Document("c", "l", ENGLISH, "T", (Heading(2, (Text("Title"),), "title"),))
    assert find_title_id(document) == "title_"
    assert json.loads(write_timings([SentenceTiming("title", 0, 5)], "title_")) == ["title_", 0, 5]


def test_there_is_no_player_without_a_file() -> None:
    whole = narrated_document(ENGLISH)
    assert view_listening(whole, narration(whole), (), str) is None
    only = view_listening(whole, narration(whole), audio_forms(whole)[1:], str)
    assert only is not None
    assert [one.format for one in only.sources] == ["MP3"]


def test_a_page_without_sound_has_nothing_of_it(pages: dict[str, bytes]) -> None:
    for path, data in pages.items():
        for word in (b"listen", b'id="s.', b"<audio", b"jetki-recording"):
            assert word not in data, (path, word)


def test_the_page_names_every_place_of_its_times(project: Project) -> None:
    request = media_request(KYRGYZ)
    page = project.build([request])[lesson_path(COURSE_ID, "files", KYRGYZ)]
    tree: Any = html.document_fromstring(page.decode())
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert request.narration is not None
    timings = read(tree.xpath("string(//script[@data-jetki-timings])"))
    assert timings == list(request.narration.sentences)
    assert {one.element for one in timings} <= set(ids)
    assert tree.xpath("string(//h1/@id)") == "title"


def test_the_voice_is_said_to_be_synthetic_in_every_language(project: Project) -> None:
    pages = project.build([media_request(ENGLISH), media_request(KYRGYZ)])
    assert "A synthetic voice reads the lesson" in pages[lesson_path(COURSE_ID, "files", ENGLISH)].decode()
    assert "компьютердик үн окуйт" in pages[lesson_path(COURSE_ID, "files", KYRGYZ)].decode()


def test_pages_with_sound_ask_for_its_script_and_others_do_not(project: Project) -> None:
    silent = next(one for one in requests() if one.document and one.document.lesson == "search")
    pages = project.build([media_request(ENGLISH), silent])
    asked = {path: "javascripts/listen.js" in data.decode() for path, data in pages.items()}
    assert sorted(asked.values()) == [False, True]
