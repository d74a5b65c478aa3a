"""A talking book holds to its format, says everything, and jumps where it should."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from a11y_checks.judges.epubcheck import judge_epub
from a11y_checks.judges.verdict import JudgeMissing
from builder.exports.daisy import SoundMissing, render_daisy
from builder.exports.epub import front_texts
from builder.model.course import Publication
from builder.model.document import Document, Heading, LessonTarget, Link, Paragraph, Picture, Table, Text
from builder.model.language import KYRGYZ, SITE_LANGUAGES, LanguageTag
from tests import samples
from tests.exports.daisy.checking import check_book
from tests.exports.epub.reading import SETTINGS, publication_of
from tests.exports.hypertext.reading import lesson_of
from tests.exports.hypertext.test_laws import HOSTILE
from tests.exports.hypertext.test_pictures import png, svg
from tests.exports.sounding import front_sound, sound_of
from tests.laws.documents import documents, soup
from tests.thorough import examples

Files = dict[str, bytes]


def book_of(publication: Publication) -> Files:
    sound = {one.lesson: sound_of(one) for one in publication.documents}
    front = front_sound(publication.documents[0], front_texts(publication, SETTINGS))
    data = render_daisy(publication, SETTINGS, sound, front).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _entries(files: Files) -> list[tuple[str, str, str]]:
    """Level, words and address of every entry of the NCC."""
    found = re.findall(r'<(h\d)[^>]*><a href="([^"]*)">([^<]*)</a>', files["ncc.html"].decode())
    return [(level, text, href) for level, href, text in found]


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_a_lesson_with_every_kind_of_content_is_a_book_without_faults(language: LanguageTag) -> None:
    assert check_book(book_of(samples.lesson_publication(language))) == set()


@settings(max_examples=examples(12), deadline=None)
@given(documents(KYRGYZ, text=soup()), documents(KYRGYZ))
def test_any_lessons_are_a_book_without_faults(first: Document, second: Document) -> None:
    lessons = (replace(first, lesson="files", title="А" + first.title), replace(second, lesson="search"))
    assert check_book(book_of(publication_of(*lessons))) == set()


def test_every_heading_is_an_entry_that_skips_no_level() -> None:
    headings = [Heading(level, (Text(f"т{level}"),), f"a{level}") for level in (2, 4, 6, 3)]
    document = replace(lesson_of(*headings, Paragraph((Text("Сөз."),))), title="Сабак")
    entries = _entries(book_of(publication_of(document)))
    assert [(level, text) for level, text, _ in entries[1:]] == [
        ("h1", "Сабак"),
        ("h2", "т2"),
        ("h3", "т4"),
        ("h4", "т6"),
        ("h3", "т3"),
    ]
    assert [href for *_, href in entries] == [f"section-{number:04}.smil#text-0001" for number in range(1, 7)]


def test_formulas_and_diagrams_are_words_and_pictures_that_the_format_lacks_are_told() -> None:
    page = book_of(samples.lesson_publication(KYRGYZ))["lesson-001.html"].decode()
    assert "<math" not in page and "<svg" not in page
    assert "барабар бөлчөк" in page
    assert "Суроо: «Ат тандалдыбы?»" in page
    assert "Папкалардын дарагы" in page


def test_pictures_of_the_format_are_in_the_book() -> None:
    document = lesson_of(Paragraph((Picture("a.png", "Дарак"), Picture("b.svg", "Тоо"))))
    files = book_of(publication_of(document, resources={"a.png": png(4, 3), "b.svg": svg()}))
    assert files["picture-001.png"] == png(4, 3)
    page = files["lesson-001.html"].decode()
    assert '<img src="picture-001.png" alt="Дарак" />' in page
    assert "[Тоо]" in page


def test_links_lead_to_lessons_of_the_book_by_ids_that_players_understand() -> None:
    link = Link((Text("кара"),), LessonTarget(samples.COURSE_ID, "two", KYRGYZ, "максат"))
    first = replace(lesson_of(Paragraph((link,))), lesson="one")
    second = replace(lesson_of(Heading(2, (Text("Максат"),), "максат")), lesson="two")
    files = book_of(publication_of(first, second))
    href = re.search(r'<a href="(lesson-002\.html#([^"]*))">кара', files["lesson-001.html"].decode())
    assert href and f'id="{href[2]}"' in files["lesson-002.html"].decode()
    assert href[2].isascii()


def test_a_table_of_nothing_but_a_head_is_a_table_still() -> None:
    (first, *_) = [one for one in samples.everything(KYRGYZ).blocks if isinstance(one, Table)]
    files = book_of(publication_of(lesson_of(replace(first, rows=()))))
    assert check_book(files) == set()
    assert b"<tbody>" in files["lesson-001.html"]


def test_a_lesson_that_nobody_reads_aloud_is_refused_by_name() -> None:
    publication = samples.lesson_publication(KYRGYZ)
    front = front_sound(publication.documents[0], front_texts(publication, SETTINGS))
    with pytest.raises(SoundMissing) as caught:
        render_daisy(publication, SETTINGS, {}, front)
    assert caught.value.lessons == (publication.documents[0].lesson,)
    name, document = publication.documents[0].lesson, publication.documents[0]
    with pytest.raises(SoundMissing):
        render_daisy(publication, SETTINGS, {name: sound_of(document, [])}, front)
    with pytest.raises(SoundMissing):
        render_daisy(publication, SETTINGS, {name: replace(sound_of(document), media_type="audio/ogg")}, front)


def test_the_same_publication_gives_the_same_bytes() -> None:
    publication = samples.lesson_publication(KYRGYZ)
    front = front_sound(publication.documents[0], front_texts(publication, SETTINGS))
    sound = {one.lesson: sound_of(one) for one in publication.documents}
    first, second = (render_daisy(publication, SETTINGS, sound, front).data for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist()[0] == "ncc.html"
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# ---------------------------------------------------------------- the checker catches what is wrong


def _changed(name: str, old: str, new: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        text = files[name].decode()
        changed = re.sub(old, new, text, count=1)
        assert changed != text, f"{old} is not in {name}"
        return {**files, name: changed.encode()}

    return change


def _without(name: str) -> Callable[[Files], Files]:
    return lambda files: {one: data for one, data in files.items() if one != name}


@pytest.mark.parametrize(
    ("fault", "seed"),
    [
        ("ncc-missing", _without("ncc.html")),
        ("well-formed", _changed("ncc.html", "</h1>", "")),
        ("doctype", _changed("section-0001.smil", "SMIL 1.0", "SMIL 2.0")),
        ("one-folder", lambda files: {**files, "a/b.html": files["front.html"]}),
        ("file-type", lambda files: {**files, "book.opus": b""}),
        ("ids-unique", _changed("lesson-001.html", 'id="s.3"', 'id="s.2"')),
        ("ids-ascii", _changed("lesson-001.html", 'id="goals"', 'id="максат"')),
        *(
            (f"meta {name}", _changed("ncc.html", f'<meta name="{name}"[^>]*>', ""))
            for name in (
                "dc:creator dc:date dc:format dc:identifier dc:language dc:publisher dc:title ncc:charset "
                "ncc:pageFront ncc:pageNormal ncc:pageSpecial ncc:tocItems ncc:totalTime"
            ).split()
        ),
        ("meta dc:date", _changed("ncc.html", 'dc:date" content="[^"]*"', 'dc:date" content="1.2.80"')),
        ("meta ncc:multimediaType", _changed("ncc.html", "audioFullText", "everything")),
        ("meta ncc:files", _changed("ncc.html", 'files" content="', 'files" content="1')),
        ("meta ncc:tocItems", _changed("ncc.html", 'tocItems" content="', 'tocItems" content="1')),
        ("meta ncc:depth", _changed("ncc.html", 'depth" content="4"', 'depth" content="3"')),
        ("ncc-title-first", _changed("ncc.html", ' class="title"', "")),
        ("ncc-headings-only", _changed("ncc.html", "<body>", "<body>\n<p>a</p>")),
        ("ncc-entry", _changed("ncc.html", r'smil#text-0001">', 'smil">')),
        ("ncc-words", _changed("ncc.html", ">Сабактын максаты<", "><")),
        ("ncc-levels", _changed("ncc.html", r"<h2 ([^\n]*)</h2>", r"<h1 \1</h1>")),
        ("ncc-covers-smil", _changed("ncc.html", r"<h4[^\n]*</h4>", "")),
        ("links-lead-somewhere", _changed("ncc.html", "section-0003", "section-0099")),
        ("links-lead-somewhere", _changed("lesson-001.html", "#note-1", "#note-9")),
        ("total-time", _changed("ncc.html", r"0:01:20\.400", "0:01:20.401")),
        ("time-in-this-smil", _changed("section-0002.smil", r"0:00:01\.200", "0:00:01.100")),
        ("total-elapsed-time", _changed("section-0003.smil", r"0:00:08\.400", "0:00:08.300")),
        ("smil-format", _changed("section-0002.smil", "Daisy 2.02", "Daisy 2.0")),
        ("smil-layout", _changed("section-0002.smil", "<layout>.*</layout>", "")),
        ("smil-one-seq", _changed("section-0002.smil", "</body>", "<seq/></body>")),
        ("smil-dur", _changed("section-0002.smil", r'dur="1\.200s"', 'dur="1.3s"')),
        ("smil-par", _changed("section-0003.smil", ' endsync="last"', "")),
        ("smil-par", _changed("section-0003.smil", "<seq><audio ([^>]*)/></seq>", r"<audio \1/>")),
        ("smil-ids", _changed("section-0003.smil", ' id="audio-0001"', "")),
        ("smil-text", _changed("section-0003.smil", r"#s\.2", "#s.999")),
        ("smil-clip", _changed("section-0003.smil", 'clip-begin="npt=', 'clip-begin="')),
        ("smil-audio", _without("lesson-001.mp3")),
        ("smil-beyond-audio", lambda files: {**files, "lesson-001.mp3": files["lesson-001.mp3"][:-1440]}),
        ("master-order", _changed("master.smil", "section-0002", "section-0003")),
        ("master-meta", _changed("master.smil", "Daisy 2.02", "Daisy 3")),
        ("xhtml-elements", _changed("lesson-001.html", "<hr />", "<aside />")),
        ("xhtml-attributes", _changed("lesson-001.html", "<hr />", '<hr role="none" />')),
        ("xhtml-nested-links", _changed("lesson-001.html", "эң керектүү", '<a href="front.html">эң</a> керектүү')),
        ("xhtml-alt", _changed("lesson-001.html", "<hr />", '<img src="front.mp3" />')),
        ("xhtml-table", _changed("lesson-001.html", "<hr />", "<table></table>")),
        ("xhtml-title", _changed("lesson-001.html", "<title>.*</title>", "<title> </title>")),
    ],
)
def test_the_checker_catches(fault: str, seed: Callable[[Files], Files]) -> None:
    assert fault in check_book(seed(book_of(samples.lesson_publication(KYRGYZ))))


# ---------------------------------------------------------------- an independent judge of the pages


def _as_epub2(path: Path, pages: Files) -> None:
    """EPUBCheck judges XHTML of EPUB 2, which is XHTML 1.1: the attributes that only 1.0 has are left out."""
    manifest = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in pages)
    spine = "".join(f'<itemref idref="{name}"/>' for name in pages)
    first = next(iter(pages))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
            'full-path="p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "p.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="b"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="b">x</dc:identifier><dc:title>t</dc:title>'
            '<dc:language>ky</dc:language></metadata><manifest><item id="ncx" href="t.ncx" '
            f'media-type="application/x-dtbncx+xml"/>{manifest}</manifest><spine toc="ncx">{spine}</spine></package>',
        )
        archive.writestr(
            "t.ncx",
            '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head><meta name="dtb:uid" '
            'content="x"/></head><docTitle><text>t</text></docTitle><navMap><navPoint id="n" playOrder="1"><navLabel>'
            f'<text>t</text></navLabel><content src="{first}"/></navPoint></navMap></ncx>',
        )
        for name, data in pages.items():
            text = re.sub(r"<!DOCTYPE[^>]*>", "", data.decode())
            text = re.sub(r"<[^>]*>", lambda tag: re.sub(r' (?:lang|start)="[^"]*"', "", tag[0]), text)
            archive.writestr(name, re.sub(r'href="section-[^"]*"', f'href="{first}"', text))


def test_an_independent_judge_finds_nothing_in_the_pages(tmp_path: Path) -> None:
    words = (Text(" ".join(HOSTILE)),)
    hostile = replace(lesson_of(Paragraph(words), Heading(3, words, "3 <")), lesson="hostile")
    files = book_of(publication_of(samples.everything(KYRGYZ), hostile))
    pages = {name: data for name, data in files.items() if name.endswith(".html") and name != "ncc.html"}
    path = tmp_path / "pages.epub"
    _as_epub2(path, pages)
    try:
        assert judge_epub(path).problems == ()
    except JudgeMissing as missing:
        pytest.skip(f"EPUBCheck cannot run here: {missing.hint}")


def test_pages_say_their_language_in_both_ways() -> None:
    files = book_of(samples.lesson_publication(KYRGYZ))
    for name in ("ncc.html", "front.html", "lesson-001.html"):
        page = ElementTree.fromstring(files[name])
        assert (page.get("lang"), page.get("{http://www.w3.org/XML/1998/namespace}lang")) == ("ky", "ky")
