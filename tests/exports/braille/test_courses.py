"""Courses: title pages, contents, volumes; the same pages as BRF and as PEF."""

import re
from pathlib import Path

import pytest
from lxml import etree

from a11y_checks.judges.pef import judge_pef
from builder.exports.braille import braille_to_text, read_pages, render_brf, render_pef
from builder.exports.braille.cells import BLANK, FROM_ASCII
from builder.model.course import Publication
from builder.model.document import Block, Document, Heading, Paragraph, Text, Variant
from builder.model.language import KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import BrailleSettings, Settings
from tests.samples import RESOURCES, course, course_publication, lesson_publication

_SITE = dict.fromkeys(SITE_LANGUAGES, "Ак-Жол университети")
_PEF = "{http://www.daisy.org/ns/2008/pef}"


def _settings(limit: int = 80) -> Settings:
    return Settings(site_name=_SITE, braille=BrailleSettings(pages_per_volume=limit))


def _long_course(lessons: int, sections: int, language: LanguageTag = KYRGYZ) -> Publication:
    def document(number: int) -> Document:
        blocks: list[Block] = []
        for section in range(sections):
            blocks.append(Heading(2, (Text(f"Бөлүм {section + 1}"),), f"s{section}"))
            blocks += [Paragraph((Text("окуу материалдары " * 60),))] * 2
        return Document("c", f"l{number}", language, f"Сабак {number}", tuple(blocks))

    made = tuple(document(number) for number in range(1, lessons + 1))
    return Publication(course(), language, made, "Компьютер негиздери", RESOURCES, whole_course=True)


def _volumes(publication: Publication, settings: Settings) -> list[list[list[str]]]:
    """Volumes, pages, rows."""
    tree = etree.fromstring(render_pef(publication, settings).data)
    return [
        [[row.text or "" for row in page.iter(f"{_PEF}row")] for page in volume.iter(f"{_PEF}page")]
        for volume in tree.iter(f"{_PEF}volume")
    ]


def _read(rows: list[str], language: LanguageTag = KYRGYZ) -> str:
    return braille_to_text("\n".join(rows), language)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_both_files_hold_the_same_pages(language: LanguageTag) -> None:
    for publication in (lesson_publication(language), course_publication(language)):
        brf, pef = render_brf(publication, _settings()), render_pef(publication, _settings())
        assert brf.pages == pef.pages
        rows = [[row.rstrip(BLANK) for row in page] for volume in _volumes(publication, _settings()) for page in volume]
        text = brf.data.decode("ascii")
        assert not text.endswith("\f")
        pages = [page.removesuffix("\r\n").split("\r\n") for page in text.split("\f")]
        assert [[line.translate(FROM_ASCII) for line in page] for page in pages] == rows


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_judge_finds_every_pef_file_valid(language: LanguageTag, tmp_path: Path) -> None:
    for number, publication in enumerate((lesson_publication(language), course_publication(language))):
        path = tmp_path / f"{number}.pef"
        path.write_bytes(render_pef(publication, _settings()).data)
        verdict = judge_pef(path)
        assert not verdict.problems, str(verdict)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("<dc:identifier>", "<dc:nothing>", "xml"),
        ('version="2008-1"', 'version="2"', "schema"),
        ('cols="40"', 'cols="4"', "wide-row"),
        ('rows="25"', 'rows="5"', "tall-page"),
        ("<row>⠀⠀⠋", "<row>⣿⠀⠋", "eight-dots"),
        ("<row>⠀⠀⠋", "<row>f", "schema"),
        ("application/x-pef+xml", "text/plain", "schema"),
    ],
)
def test_the_judge_sees_what_is_wrong(before: str, after: str, code: str, tmp_path: Path) -> None:
    text = render_pef(lesson_publication(KYRGYZ), _settings()).data.decode()
    assert before in text
    (tmp_path / "a.pef").write_text(text.replace(before, after, 1), encoding="utf-8")
    assert code in {problem.code for problem in judge_pef(tmp_path / "a.pef").problems}


def test_the_identifier_comes_from_the_pages_and_there_is_no_date() -> None:
    first, again = (render_pef(lesson_publication(KYRGYZ), _settings()).data.decode() for _ in range(2))
    other = render_pef(lesson_publication(RUSSIAN), _settings()).data.decode()
    pattern = r"<dc:identifier>(urn:uuid:[0-9a-f-]{36})</dc:identifier>"
    assert re.findall(pattern, first) == re.findall(pattern, again) != re.findall(pattern, other)
    assert "dc:date" not in first


def test_a_course_begins_with_a_title_page_and_contents() -> None:
    (volume,) = _volumes(_long_course(2, 2), _settings())
    title = _read(volume[0])
    for words in ("ак-жол университети", "информатика кафедрасы", "компьютер негиздери", "1-том, баары 1 том", "айгүл"):
        assert words in title
    assert _read(volume[1]).replace("\\5/", ".").split()[1] == "мазмуну"


def test_page_numbers_in_the_contents_are_true() -> None:
    for limit in (12, 80):
        for volume in _volumes(_long_course(5, 3), _settings(limit)):
            entries = 0
            for rows in volume[1:]:
                for row in rows:
                    found = re.fullmatch(r"(.+?)⠀⠐+⠀(⠼[⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚]+)", row)
                    if found is None:
                        continue
                    entries += 1
                    number = int(_read([found[2]]))
                    target = volume[number - 1]
                    assert target[0].endswith(found[2])
                    assert any(found[1].strip(BLANK) in line for line in target[1:])
            assert entries


def test_volumes_begin_with_lessons_and_count_their_pages_from_one() -> None:
    volumes = _volumes(_long_course(6, 3), _settings(14))
    assert len(volumes) > 1
    for number, volume in enumerate(volumes, 1):
        assert len(volume) <= 14
        assert f"{number}-том, баары {len(volumes)} том" in _read(volume[0])
        assert [int(_read([page[0].split(BLANK)[-1]])) for page in volume] == list(range(1, len(volume) + 1))


def test_a_lesson_longer_than_a_volume_goes_on_in_the_next_and_says_so() -> None:
    publication = _long_course(1, 12)
    volumes = _volumes(publication, _settings(8))
    assert len(volumes) > 1
    assert "(уландысы)" in _read(volumes[1][1])
    whole = _volumes(publication, _settings(500))[0]
    text = [row for page in whole[2:] for row in page[1:] if row]
    divided = [row for volume in volumes for page in volume[2:] for row in page[1:] if row]
    assert divided == text


def test_the_easy_version_says_so_on_its_title_page_and_in_its_metadata() -> None:
    given = _long_course(1, 1)
    easy = Publication(given.course, KYRGYZ, given.documents, given.title, {}, True, Variant.EASY)
    rendered = render_pef(easy, _settings()).data.decode()
    assert "<dc:title>Компьютер негиздери (жеңил тилде)</dc:title>" in rendered
    assert "(жеңил тилде)" in _read(_volumes(easy, _settings())[0][0])


def test_brf_pages_are_read_with_their_information_lines_apart() -> None:
    rendered = render_brf(lesson_publication(RUSSIAN), _settings())
    pages = read_pages(rendered.data)
    assert len(pages) == rendered.pages
    assert pages[2].head.startswith("⠋⠁⠯⠇⠮")
