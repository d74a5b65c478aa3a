"""EPUBCheck, the independent judge, finds nothing in our books, and something in a broken one."""

import zipfile
from pathlib import Path

import pytest

from a11y_checks.judges.epubcheck import judge_epub
from a11y_checks.judges.verdict import JudgeMissing, Verdict
from builder.exports.epub import render_epub
from builder.model.course import Publication
from builder.model.document import (
    Abbreviation,
    Block,
    Cell,
    CodeBlock,
    CodeSpan,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Figure,
    Heading,
    Link,
    Paragraph,
    PassageBlock,
    Picture,
    Table,
    Text,
    WebTarget,
)
from builder.model.language import KYRGYZ, RUSSIAN, LanguageTag
from tests import samples
from tests.exports.epub.reading import SETTINGS, publication_of
from tests.exports.hypertext.reading import lesson_of
from tests.exports.hypertext.test_laws import HOSTILE
from tests.exports.hypertext.test_pictures import png, svg

# Java starts for each book: one worker takes them all.
pytestmark = pytest.mark.xdist_group("epubcheck")


def verdict_on(data: bytes, folder: Path) -> Verdict:
    path = folder / "book.epub"
    path.write_bytes(data)
    try:
        return judge_epub(path)
    except JudgeMissing as missing:
        pytest.skip(f"EPUBCheck cannot run here: {missing.hint}")


def hostile() -> Publication:
    """Everything that an author's text could do to a book, and every kind of picture."""
    blocks: list[Block] = []
    for number, text in enumerate(HOSTILE):
        some = (
            Text(text),
            CodeSpan(text),
            Abbreviation(text, text),
            Link((Text(text),), WebTarget(f"https://x.org/{text}")),
        )
        blocks += [
            Heading(2, some, f"үй-{number}"),
            Paragraph(some),
            CodeBlock(text, "html", some),
            Table((Cell(some), Cell(some)), ((Cell(some), Cell(some)),), some, row_headers=True),
            Figure(Picture("a.png", text), some, (Paragraph(some),)),
            Diagram(text, (DiagramNode("a", text), DiagramNode("b", text)), (DiagramEdge("a", "b", text),)),
            PassageBlock(LanguageTag("ar"), (Paragraph(some),)),
        ]
    blocks.append(Paragraph((Picture("b.svg", "alt"), Picture("c.svg", "alt"), Picture("missing.svg", "alt"))))
    doctype = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    pictures = {"a.png": png(3, 2), "b.svg": svg("<rect width='3' height='2'/>"), "c.svg": doctype + svg("<g/>")}
    return publication_of(lesson_of(*blocks, language=RUSSIAN), resources=pictures)


def test_a_course_with_everything_has_no_errors_and_no_warnings(tmp_path: Path) -> None:
    verdict = verdict_on(render_epub(samples.course_publication(KYRGYZ), SETTINGS).data, tmp_path)
    assert verdict.problems == (), str(verdict)


def test_hostile_texts_leave_the_book_valid(tmp_path: Path) -> None:
    verdict = verdict_on(render_epub(hostile(), SETTINGS).data, tmp_path)
    assert verdict.problems == (), str(verdict)


def test_the_judge_sees_a_broken_book(tmp_path: Path) -> None:
    whole = tmp_path / "whole.epub"
    whole.write_bytes(render_epub(samples.course_publication(KYRGYZ), SETTINGS).data)
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(whole) as good, zipfile.ZipFile(broken, "w") as bad:
        for entry in good.infolist():
            bad.writestr(entry, good.read(entry).replace(b'href="#note-1"', b'href="#note-9"'))
    verdict = verdict_on(broken.read_bytes(), tmp_path)
    assert not verdict.is_clean
    assert verdict.program == "EPUBCheck"
    assert any(one.location.startswith("EPUB/lesson-001.xhtml:") for one in verdict.problems)
