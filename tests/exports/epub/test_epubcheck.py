"""EPUBCheck, the independent judge, finds nothing in our books, and something in a broken one."""

import io
import zipfile

import pytest

from a11y_checks.judges.epubcheck import judge_epubs
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

# Java starts once for all books: one worker takes them all.


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    folder = tmp_path_factory.mktemp("books")
    whole = render_epub(samples.course_publication(KYRGYZ), SETTINGS).data
    books = {"whole": whole, "broken": with_a_dead_link(whole), "hostile": render_epub(hostile(), SETTINGS).data}
    paths = [folder / f"{name}.epub" for name in books]
    for path, data in zip(paths, books.values(), strict=True):
        path.write_bytes(data)
    try:
        return dict(zip(books, judge_epubs(paths), strict=True))
    except JudgeMissing as missing:
        pytest.skip(f"EPUBCheck cannot run here: {missing.hint}")


def with_a_dead_link(book: bytes) -> bytes:
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as good, zipfile.ZipFile(broken, "w") as bad:
        for entry in good.infolist():
            bad.writestr(entry, good.read(entry).replace(b'href="#note-1"', b'href="#note-9"'))
    return broken.getvalue()


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


def test_a_course_with_everything_has_no_errors_and_no_warnings(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["whole"].problems == (), str(verdicts["whole"])


def test_hostile_texts_leave_the_book_valid(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["hostile"].problems == (), str(verdicts["hostile"])


def test_the_judge_sees_a_broken_book(verdicts: dict[str, Verdict]) -> None:
    verdict = verdicts["broken"]
    assert not verdict.is_clean
    assert verdict.program == "EPUBCheck"
    assert verdict.subject.endswith("broken.epub")
    assert any(one.location.startswith("EPUB/lesson-001.xhtml:") for one in verdict.problems)
