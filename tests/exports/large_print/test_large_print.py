"""Large print: what stands in the PDF, read back from its structure."""

import base64
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from a11y_checks.judges.pdf_structure import Element, Run, judge_structure, read_structure, tell_reading_order
from builder.exports import typst_compiler
from builder.exports.diagram import describe_diagram
from builder.exports.large_print import render_large_print
from builder.exports.large_print.structure import UnexpectedStructure, mark_row_headers
from builder.exports.large_print.style import STYLE
from builder.exports.rendered import Rendered
from builder.exports.typst_compiler import FontMissing
from builder.mathematics import read_formula, speak_formula
from builder.model.course import Publication
from builder.model.document import (
    Abbreviation,
    Block,
    Cell,
    CodeBlock,
    CodeSpan,
    Diagram,
    Document,
    Figure,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    LessonTarget,
    Link,
    MathBlock,
    Paragraph,
    Passage,
    Picture,
    Table,
    Text,
    Variant,
    WebTarget,
    walk,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import Settings
from tests.exports.golden import assert_golden
from tests.laws.documents import documents, soup
from tests.samples import COURSE_ID, RESOURCES, course, course_publication, lesson_publication
from tests.thorough import examples

_SETTINGS = Settings(site_name={KYRGYZ: "Ак-Жол университети", RUSSIAN: "Университет Ак-Жол", ENGLISH: "Ak-Jol"})
_DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4IScHAAK2AQU0pnWqAAAAAElFTkSuQmCC"
"""A PNG of one red pixel, made for these tests."""
_NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


def render(*blocks: Block, size: int = 18, language: LanguageTag = ENGLISH, **more: object) -> Rendered:
    document = Document(COURSE_ID, "files", language, "Title", blocks, source="content/files.md", **more)  # type: ignore[arg-type]
    return render_document(document, size)


def render_document(document: Document, size: int = 18, settings: Settings = _SETTINGS) -> Rendered:
    publication = Publication(course(), document.language, (document,), document.title, RESOURCES)
    return render_large_print(publication, settings, size_pt=size)


def read(rendered: Rendered, folder: Path) -> Element:
    path = folder / "print.pdf"
    path.write_bytes(rendered.data)
    assert str(judge_structure(path)).count("\n") == 0, judge_structure(path)
    return read_structure(path)


def squeezed(text: str) -> str:
    return "".join(text.split())


def kinds(tree: Element, kind: str) -> list[Element]:
    return [one for one in tree.walk() if one.kind == kind]


# ---------------------------------------------------------------- golden files and parity


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_reading_order(language: LanguageTag, tmp_path: Path) -> None:
    path = tmp_path / "lesson.pdf"
    path.write_bytes(render_large_print(lesson_publication(language), _SETTINGS, size_pt=18).data)
    assert_golden(Path(__file__).parent / "golden" / f"lesson.{language}.txt", tell_reading_order(path))


@pytest.mark.parametrize("size", [18, 22, 28])
@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_course_has_title_page_contents_and_every_lesson(language: LanguageTag, size: int, tmp_path: Path) -> None:
    publication = course_publication(language)
    made = render_large_print(publication, _SETTINGS, size_pt=size)
    tree = read(made, tmp_path)
    titles = [one.text() for one in kinds(tree, "H1")]
    assert titles[0] == publication.title and titles[2:] == [one.title for one in publication.documents]
    assert len(kinds(tree, "TOCI")) >= 2 * len(publication.documents)
    words = squeezed(tree.text())
    for said in ("Айгүл Асанова", course().unit[language], course().rights.holder, "CC-BY-4.0"):
        assert squeezed(said) in words
    with pikepdf.open(tmp_path / "print.pdf") as pdf:
        assert made.pages == len(pdf.pages)
        assert str(pdf.docinfo["/Title"]) == publication.title


def expected_words(document: Document) -> list[str]:
    """Everything of a document that must be read aloud, without spaces."""
    out = [document.title]
    for node in walk(document):
        match node:
            case Text(text=text) | CodeSpan(text=text) | CodeBlock(text=text):
                out.append(text)
            case Abbreviation(text=text, expansion=expansion):
                out += [text, expansion]
            case Formula(latex=latex) | MathBlock(latex=latex):
                out.append(speak_formula(read_formula(latex), document.language))
            case Picture(alt=alt):
                out.append(alt)
            case Diagram():
                out += describe_diagram(node, document.language)
            case _:
                pass
    return [squeezed(one) for one in out]


@hypothesis_settings(max_examples=examples(40), deadline=None, phases=_NO_SHRINKING)
@given(documents(), st.sampled_from([18, 28]))
def test_nothing_is_lost(tmp_path_factory: pytest.TempPathFactory, document: Document, size: int) -> None:
    tree = read(render_document(document, size), tmp_path_factory.mktemp("law"))
    words = squeezed(tree.text())
    missing = [one for one in expected_words(document) if one not in words]
    assert not missing
    assert len(kinds(tree, "Formula")) >= sum(isinstance(one, MathBlock) for one in walk(document))


@hypothesis_settings(max_examples=examples(25), deadline=None, phases=_NO_SHRINKING)
@given(documents(text=soup()))
def test_no_text_breaks_the_print(document: Document) -> None:
    assert render_document(document).pages


@hypothesis_settings(max_examples=examples(40), deadline=None, phases=_NO_SHRINKING)
@given(st.text(st.sampled_from(list("#[]{}()$*_`<>@=-+/\\\"'~&;:.,!?% aбңөү№«»—")), min_size=1, max_size=40))
def test_text_is_never_markup(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    tree = read(render(Paragraph((Text(f"|{text}|"),)), CodeBlock(text)), tmp_path_factory.mktemp("law"))
    assert squeezed(f"|{text}|") in squeezed(tree.text())
    assert squeezed(text) in squeezed("".join(one.text() for one in kinds(tree, "Code")))


# ---------------------------------------------------------------- one by one


def test_passages_carry_their_language(tmp_path: Path) -> None:
    tree = read(
        render(Paragraph((Text("One "), Passage(RUSSIAN, (Text("два"),)), Text(" "), Passage(KYRGYZ, (Text("үч"),))))),
        tmp_path,
    )
    runs = [(one.language, one.text) for part in kinds(tree, "P") for one in part.children if isinstance(one, Run)]
    assert (RUSSIAN, "два") in runs and (KYRGYZ, "үч") in runs


def test_row_and_column_headers_say_what_they_head(tmp_path: Path) -> None:
    def cells(*texts: str) -> tuple[Cell, ...]:
        return tuple(Cell((Text(one),)) for one in texts)

    table = Table(cells("Kind", "Size"), (cells("Text", "15"), cells("Film", "900")), row_headers=True)
    tree = read(render(table, replace(table, row_headers=False)), tmp_path)
    headers = [[(one.scope, one.text()) for one in kinds(part, "TH")] for part in kinds(tree, "Table")]
    columns = [("Column", "Kind"), ("Column", "Size")]
    assert headers == [[*columns, ("Row", "Text"), ("Row", "Film")], columns]


def test_a_table_that_does_not_fit_is_told_row_by_row(tmp_path: Path) -> None:
    names = ("Мезгил", "Дисциплинанын аталышы", "Окутуучу", "Текшерүүнүн түрү", "Упайлардын саны", "Мөөнөтү")
    row = ("Күзгү", "Санариптик сабаттуулук", "Асанова", "Онлайн-тестирлөө", "отуз", "ноябрь")
    table = Table(tuple(Cell((Text(one),)) for one in names), (tuple(Cell((Text(one),)) for one in row),))
    tree = read(render(table, size=28, language=KYRGYZ), tmp_path)
    assert not kinds(tree, "Table")
    items = [squeezed(one.text()) for one in kinds(tree, "LBody")]
    assert items == [squeezed(f"{name}: {value}") for name, value in zip(names, row, strict=True)]


def test_a_long_wide_table_lies_on_its_side_with_its_heading(tmp_path: Path) -> None:
    columns = tuple(Cell((Text(f"Column number {one}"),)) for one in range(5))
    rows = tuple(tuple(Cell((Text("programming"),)) for _ in range(5)) for _ in range(6))
    rendered = render(Paragraph((Text("before"),)), Heading(2, (Text("Big"),), "big"), Table(columns, rows), size=18)
    assert len(kinds(read(rendered, tmp_path), "Table")) == 1
    with pikepdf.open(tmp_path / "print.pdf") as pdf:
        boxes = [[float(one) for one in page.mediabox] for page in pdf.pages]
    assert [box[2] > box[3] for box in boxes][:2] == [False, True]


def test_skipped_heading_levels_are_closed(tmp_path: Path) -> None:
    headings = [Heading(level, (Text(f"level {level}"),), f"a{level}") for level in (4, 6, 2, 5)]
    tree = read(render(*headings), tmp_path)
    assert [one.kind for one in tree.walk() if re.fullmatch("H[1-6]", one.kind)] == ["H1", "H2", "H3", "H2", "H3"]


def test_footnotes_stand_at_the_end_with_a_way_there_and_back() -> None:
    made = render(
        Paragraph((Text("Text"), FootnoteReference(1))), footnotes=(Footnote(1, (Paragraph((Text("The note"),)),)),)
    )
    assert len(_internal_links(made)) == 2


def _internal_links(rendered: Rendered) -> list[str]:
    with pikepdf.open(BytesIO(rendered.data)) as pdf:
        notes = [one for page in pdf.pages for one in page.get("/Annots", [])]
        return [str(one.get("/Contents", "")) for one in notes if "/URI" not in one.get("/A", {})]


def test_links_say_where_they_lead(tmp_path: Path) -> None:
    web = Link((Text("the site"),), WebTarget("https://example.org/a"))
    lesson = Link((Text("next"),), LessonTarget(COURSE_ID, "search", ENGLISH))
    document = Document(COURSE_ID, "files", ENGLISH, "T", (Paragraph((web, Text(", "), lesson)),))
    alone = read(render_document(document), tmp_path)
    assert "(https://example.org/a)" in alone.text() and len(kinds(alone, "Link")) == 1
    settings = replace(_SETTINGS, site_url="https://uni.example/")
    published = read(render_document(document, settings=settings), tmp_path)
    assert squeezed("(https://uni.example/en/digital-basics/search/index.html)") in squeezed(published.text())


def test_abbreviations_are_spelled_out_once(tmp_path: Path) -> None:
    short = Abbreviation("OS", "operating system")
    tree = read(render(Paragraph((short, Text(" and "), short))), tmp_path)
    assert "OS (operating system) and OS" in " ".join(tree.text().split())


def test_easy_language_is_named(tmp_path: Path) -> None:
    tree = read(render(Paragraph((Text("x"),)), variant=Variant.EASY), tmp_path)
    assert "in easy language" in tree.text().lower()


def test_character_without_a_glyph_is_named_and_reported(tmp_path: Path) -> None:
    rendered = render(Paragraph((Text("well 世 done", 7),), 7))
    assert "(cjk unified ideograph-4e16)" in " ".join(read(rendered, tmp_path).text().split())
    assert [(one.rule, one.path, one.line) for one in rendered.findings] == [
        ("large-print-character", "content/files.md", 7)
    ]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\x89PNG nonsense", "large-print-picture"),
        (b"<svg", "large-print-picture"),
        (None, "large-print-picture-missing"),
    ],
)
def test_picture_that_cannot_be_read_gives_its_words(data: bytes | None, rule: str, tmp_path: Path) -> None:
    document = Document(
        COURSE_ID,
        "files",
        ENGLISH,
        "T",
        (Figure(Picture("media/x.png", "A red house", line=5), line=5),),
        source="f.md",
    )
    resources = {} if data is None else {"media/x.png": data}
    made = render_large_print(Publication(course(), ENGLISH, (document,), "T", resources), _SETTINGS, size_pt=18)
    assert "A red house" in read(made, tmp_path).text()
    assert [(one.rule, one.line) for one in made.findings] == [(rule, 5)]


def test_photographs_are_shown_with_their_words(tmp_path: Path) -> None:
    resources = {"media/x.png": base64.b64decode(_DOT)}
    document = Document(COURSE_ID, "files", ENGLISH, "T", (Figure(Picture("media/x.png", "A red dot")),))
    made = render_large_print(Publication(course(), ENGLISH, (document,), "T", resources), _SETTINGS, size_pt=18)
    assert [one.alternative for one in kinds(read(made, tmp_path), "Figure")] == ["A red dot"]
    with pikepdf.open(tmp_path / "print.pdf") as pdf:
        pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    assert pictures and not made.findings


def test_withheld_picture_gives_words_and_never_its_file(tmp_path: Path) -> None:
    picture = Picture(next(iter(RESOURCES)), "A secret drawing", withheld=True)
    rendered = render(Figure(picture))
    text = read(rendered, tmp_path).text()
    assert "A secret drawing" in text and "not published" in text
    assert not kinds(read_structure(tmp_path / "print.pdf"), "Figure")


# ---------------------------------------------------------------- how it looks


@pytest.mark.parametrize("size", [18, 22, 28])
def test_all_letters_are_large_upright_and_without_serifs(size: int, tmp_path: Path) -> None:
    """Only indices and powers are smaller than the profile says; nothing is italic."""
    path = tmp_path / "print.pdf"
    path.write_bytes(render_large_print(lesson_publication(KYRGYZ), _SETTINGS, size_pt=size).data)
    with pikepdf.open(path) as pdf:
        names = {str(one.BaseFont) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}
        assert not [one for one in names if "Italic" in one or "Oblique" in one]
        sizes = [
            float(one.operands[1])
            for page in pdf.pages
            for one in pikepdf.parse_content_stream(page)
            if str(one.operator) == "Tf"
        ]
    full = [one for one in sizes if one >= size]
    assert len(full) > 0.7 * len(sizes)
    assert min(sizes) >= 0.5 * size


def test_colours_have_seven_to_one_contrast() -> None:
    """WCAG 2.2, 1.4.6, for every ink on every ground."""
    colours = dict(re.findall(r'#let ([a-z-]+) = rgb\("(#[0-9a-f]{6})"\)', STYLE))
    inks = [value for name, value in colours.items() if name.endswith("ink")]
    grounds = [value for name, value in colours.items() if name.endswith("ground")] + ["#ffffff"]
    assert len(inks) >= 3 and len(grounds) >= 3
    assert min(_contrast(ink, ground) for ink in inks for ground in grounds) >= 7


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_long_code_lines_are_cut_with_a_mark_that_is_not_read(tmp_path: Path) -> None:
    line = "value = first_long_name + second_long_name + third_long_name + fourth_long_name"
    tree = read(render(CodeBlock(line), size=28), tmp_path)
    assert squeezed("".join(one.text() for one in kinds(tree, "Code"))) == squeezed(line)


# ---------------------------------------------------------------- files and fonts


def test_two_processes_give_the_same_bytes() -> None:
    program = (
        "import sys; from hashlib import sha256; from tests.samples import course_publication;"
        "from builder.exports.large_print import render_large_print; from builder.model.settings import Settings;"
        "made = render_large_print(course_publication('ky'), Settings({}), size_pt=22);"
        "print(sha256(made.data).hexdigest())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    made = render_large_print(course_publication(KYRGYZ), Settings({}), size_pt=22)
    assert ran.stdout.strip() == sha256(made.data).hexdigest()


def test_without_a_fitting_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typst_compiler, "_FONT_FOLDERS", (tmp_path,))
    typst_compiler._fonts.cache_clear()
    try:
        with pytest.raises(FontMissing) as caught:
            render(Paragraph((Text("x"),)))
        assert "fonts-sil-andika" in caught.value.hint
    finally:
        typst_compiler._fonts.cache_clear()


def test_row_headers_are_refused_for_a_file_of_another_shape() -> None:
    made = render(Paragraph((Text("no table"),)))
    with pytest.raises(UnexpectedStructure):
        mark_row_headers(made.data, [True])
    with pytest.raises(UnexpectedStructure):
        mark_row_headers(b"no pdf at all", [True])
    assert mark_row_headers(made.data, []) == made.data


@pytest.mark.parametrize("kind", [Text, CodeSpan])
def test_a_word_of_ten_thousand_letters_goes_on_in_the_next_line(
    kind: type[Text] | type[CodeSpan], tmp_path: Path
) -> None:
    rendered = render(Paragraph((kind("үй" * 5_000),)), size=28, language=KYRGYZ)
    path = tmp_path / "word.pdf"
    path.write_bytes(rendered.data)
    # pdftotext leaves out what lies outside the sheet
    printed = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert printed.count("ү") >= 5_000
    assert printed.count("й") >= 5_000
