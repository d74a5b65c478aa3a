"""A book that reads itself aloud: what is heard belongs to what is shown."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from a11y_checks.judges import epubcheck
from a11y_checks.judges.verdict import JudgeMissing
from builder.exports.epub import front_texts, render_epub
from builder.exports.sound import FrontText, cut_clips
from builder.model.course import Publication
from builder.model.document import Document, Figure, Picture
from builder.model.language import ENGLISH, KYRGYZ, SITE_LANGUAGES, LanguageTag
from builder.model.narration import TITLE_ELEMENT, SentenceTiming
from media_pipeline.speech.reading_aloud import read_aloud
from tests import samples
from tests.exports.epub.reading import DC, OPF, SETTINGS, Book, book_of, open_book, publication_of
from tests.exports.hypertext.reading import lesson_of
from tests.exports.sounding import front_sound, narration_of, sound_of, spoken_places
from tests.laws.documents import documents
from tests.thorough import examples

SMIL = "{http://www.w3.org/ns/SMIL}"
OPS = "{http://www.idpf.org/2007/ops}"


def sounding(publication: Publication) -> Book:
    sound = {one.lesson: sound_of(one) for one in publication.documents}
    front = front_sound(publication.documents[0], front_texts(publication, SETTINGS))
    return open_book(render_epub(publication, SETTINGS, sound, front).data)


def _ms(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def overlay_of(book: Book, page: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.files["EPUB/" + page.replace(".xhtml", ".smil")])


def heard(book: Book, page: str) -> list[tuple[str, str, int, int]]:
    """Place, audio file, start and end of every clip in the order of the overlay."""
    rows = []
    for par in overlay_of(book, page).iter(f"{SMIL}par"):
        text, audio = par
        place = text.get("src", "").partition("#")
        assert place[0] == page
        rows.append((place[2], audio.get("src", ""), _ms(audio.get("clipBegin", "")), _ms(audio.get("clipEnd", ""))))
    return rows


@settings(max_examples=examples(12), deadline=None)
@given(documents(KYRGYZ))
def test_every_place_that_is_heard_is_in_the_page_and_in_its_order(document: Document) -> None:
    book = sounding(publication_of(document))
    for page in book.reading_order():
        order = [one.get("id") for one in book.page(page).iter() if one.get("id")]
        assert len(order) == len(set(order))
        places = [order.index(place) for place, *_ in heard(book, page)]
        assert places == sorted(places)
        for seq in overlay_of(book, page).iter(f"{SMIL}seq"):
            assert seq.get(f"{OPS}textref", "").partition("#")[2] in order
            assert len(seq)


@settings(max_examples=examples(12), deadline=None)
@given(documents(KYRGYZ))
def test_all_of_the_sound_is_heard_once(document: Document) -> None:
    book = sounding(publication_of(document))
    clips: dict[str, list[tuple[int, int]]] = {}
    for page in book.reading_order():
        for _, audio, start, end in heard(book, page):
            clips.setdefault(audio, []).append((start, end))
    assert list(clips) == ["front.mp3", "lesson-001.mp3"]
    for spans in clips.values():
        ordered = sorted(spans)
        assert ordered[0][0] == 0
        assert all(before[1] == after[0] for before, after in pairwise(ordered))
    assert sorted(clips["lesson-001.mp3"])[-1][1] == sound_of(document).narration.duration_ms


def test_durations_are_those_of_the_clips() -> None:
    book = sounding(samples.lesson_publication(KYRGYZ))
    href = {one.get("id"): one.get("href") for one in book.package.iter(f"{OPF}item")}
    given = {
        href[(one.get("refines") or "#")[1:]] if one.get("refines") else "": _ms(one.text or "")
        for one in book.package.iter(f"{OPF}meta")
        if one.get("property") == "media:duration"
    }
    played = {
        page.replace(".xhtml", ".smil"): sum(end - start for *_, start, end in heard(book, page))
        for page in book.reading_order()
    }
    assert given == {**played, "": sum(played.values())}


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_page_of_the_spine_is_heard_and_the_book_says_so(language: LanguageTag) -> None:
    book = sounding(samples.lesson_publication(language))
    items = {one.get("id"): one for one in book.package.iter(f"{OPF}item")}
    for one in book.package.iter(f"{OPF}itemref"):
        overlay = items[items[one.get("idref")].get("media-overlay")]
        assert overlay.get("media-type") == "application/smil+xml"
    assert book.meta("schema:accessMode") == ["auditory", "textual", "visual"]
    assert book.meta("schema:accessModeSufficient") == ["auditory", "textual", "textual,visual"]
    assert "synchronizedAudioText" in book.meta("schema:accessibilityFeature")
    assert book.meta("media:narrator") == ["espeak-ng:ky"]
    style = book.files["EPUB/style.css"].decode()
    for name in ("media:active-class", "media:playback-active-class"):
        (given,) = book.meta(name)
        assert given.startswith("-epub-media-overlay-")
    assert f".{book.meta('media:active-class')[0]}" in style


def test_tables_lists_figures_and_notes_can_be_left_or_left_out() -> None:
    smil = overlay_of(sounding(samples.lesson_publication(KYRGYZ)), "lesson-001.xhtml")
    kinds = [one.get(f"{OPS}type") for one in smil.iter(f"{SMIL}seq")]
    assert set(kinds) == {
        *("table", "table-row", "table-cell", "list", "list-item", "figure", "aside", "endnotes", "footnote")
    }
    nested = smil.find(f".//{SMIL}seq[@{OPS}type='table']/{SMIL}seq[@{OPS}type='table-row']/{SMIL}seq/{SMIL}par")
    assert nested is not None


def test_a_book_without_sound_is_what_it_was() -> None:
    publication = samples.lesson_publication(ENGLISH)
    silent = render_epub(publication, SETTINGS).data
    assert render_epub(publication, SETTINGS, {}, None).data == silent
    assert not [name for name in open_book(silent).files if name.endswith((".smil", ".mp3"))]
    assert b"media-overlay" not in silent
    spoken = sounding(publication)
    assert spoken.package.findtext(f".//{DC}identifier") != open_book(silent).package.findtext(f".//{DC}identifier")


def test_a_book_with_one_silent_page_does_not_say_that_it_reads_itself_aloud() -> None:
    first, second = (replace(samples.everything(KYRGYZ), lesson=name) for name in ("one", "two"))
    book = open_book(render_epub(publication_of(first, second), SETTINGS, {"one": sound_of(first)}).data)
    assert "synchronizedAudioText" not in book.meta("schema:accessibilityFeature")
    assert "auditory" not in book.meta("schema:accessModeSufficient")
    overlays = [one.get("media-overlay") for one in book.package.iter(f"{OPF}item") if one.get("media-overlay")]
    assert overlays == ["overlay-lesson-001"]


def test_front_texts_are_the_words_of_the_first_pages_in_order() -> None:
    texts = front_texts(samples.lesson_publication(KYRGYZ), SETTINGS)
    assert texts[0] == FrontText("title.1", KYRGYZ, "Файлдар жана папкалар")
    assert [one.element for one in texts] == [
        *(f"title.{number}" for number in range(1, 7)),
        *(f"contents.{number}" for number in range(1, 6)),
    ]
    assert [one.text for one in texts[6:8]] == ["Мазмуну", "Файлдар жана папкалар"]


def test_what_has_no_place_in_the_page_is_heard_with_what_goes_before() -> None:
    document = lesson_of(Figure(Picture("a.png", "", decorative=True)))
    narration = narration_of(document, [TITLE_ELEMENT, "s.1", "s.2"])
    clips = cut_clips(narration, ["lesson-title", "s.2"], "lesson-title")
    assert [(one.element, one.start_ms, one.end_ms) for one in clips] == [
        ("lesson-title", 0, 2400),
        ("s.2", 2400, 3600),
    ]


def test_a_title_without_an_element_is_the_title() -> None:
    narration = replace(narration_of(lesson_of(), []), duration_ms=900, sentences=(SentenceTiming("", 100, 700),))
    assert [(one.element, one.start_ms, one.end_ms) for one in cut_clips(narration, ["t"], "t")] == [("t", 0, 900)]


def test_clips_of_no_length_are_left_out() -> None:
    narration = narration_of(lesson_of(), ["a", "b"])
    times = (SentenceTiming("a", 5, 5), SentenceTiming("b", 0, 5), SentenceTiming("c", 5, 9))
    stuck = replace(narration, sentences=times)
    assert all(one.start_ms < one.end_ms for one in cut_clips(stuck, ["a", "b", "c"]))


@pytest.mark.parametrize(("media_type", "suffix"), [("audio/ogg; codecs=opus", ".opus"), ("audio/mp4", ".m4a")])
def test_other_audio_of_the_standard_is_named_by_its_type(media_type: str, suffix: str) -> None:
    document = samples.everything(KYRGYZ)
    sound = {document.lesson: replace(sound_of(document), media_type=media_type)}
    book = open_book(render_epub(publication_of(document), SETTINGS, sound).data)
    item = next(one for one in book.package.iter(f"{OPF}item") if (one.get("href") or "").endswith(suffix))
    assert item.get("media-type") == media_type


def test_epubcheck_finds_nothing_in_a_book_that_reads_itself_aloud(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sounding(samples.lesson_publication(KYRGYZ)).data)
    try:
        assert epubcheck.judge_epub(path).problems == ()
    except JudgeMissing as missing:
        pytest.skip(f"EPUBCheck cannot run here: {missing.hint}")


def test_the_same_sound_gives_the_same_bytes() -> None:
    publication = samples.lesson_publication(ENGLISH)
    assert sounding(publication).data == sounding(publication).data
    assert spoken_places(publication.documents[0])[0] == TITLE_ELEMENT
    assert re.fullmatch(rb"(\xff\xf3d\xc0\0{140})+", sounding(publication).files["EPUB/lesson-001.mp3"])
    assert book_of(publication.documents[0]).files.keys() < sounding(publication).files.keys()


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_narrator_and_the_page_name_the_same_places(language: LanguageTag) -> None:
    document = samples.everything(language)
    told = {one.element for one in read_aloud(document, lambda _: True).sayings} - {""}
    page = sounding(publication_of(document)).page("lesson-001.xhtml")
    assert told == {one.get("id") for one in page.iter() if (one.get("id") or "").startswith("s.")}
