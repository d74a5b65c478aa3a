"""Every row of AUTHORING.md's table, with the line of every node."""

import pytest

from builder.model.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
    Alignment,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    CodeSpan,
    Definition,
    DefinitionList,
    Deleted,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    Inline,
    LineBreak,
    Link,
    ListItem,
    MathBlock,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    ThematicBreak,
    WebTarget,
)
from builder.model.language import ENGLISH, RUSSIAN
from tests.reading.lessons import read, read_blocks, read_inlines

L = 4
"""Line of the first character of a lesson's text."""


def _paragraph(text: str, line: int) -> Paragraph:
    return Paragraph((Text(text, line),), line)


def _cell(text: str, line: int, alignment: Alignment = Alignment.START) -> Cell:
    return Cell((Text(text, line),) if text else (), alignment, line)


INLINES: dict[str, tuple[str, tuple[Inline, ...]]] = {
    "plain words over lines": ("бир\nэки", (Text("бир ", L), Text("эки", L + 1))),
    "emphasis": ("*а*", (Emphasis((Text("а", L),), L),)),
    "strong over lines": ("а **б\nв**", (Text("а ", L), Strong((Text("б ", L), Text("в", L + 1)), L))),
    "deleted": ("~~а~~", (Deleted((Text("а", L),), L),)),
    "code span": ("`a *b*`", (CodeSpan("a *b*", L),)),
    "index": ("H~2~O", (Text("H", L), Subscript((Text("2", L),), L), Text("O", L))),
    "power": ("м^2^", (Text("м", L), Superscript((Text("2", L),), L))),
    "no index with spaces": ("~10 жана ~20", (Text("~10 жана ~20", L),)),
    "passage": (
        "[Hello, *world*]{lang=en}",
        (Passage(ENGLISH, (Text("Hello, ", L), Emphasis((Text("world", L),), L)), L),),
    ),
    "passage in the second line": ("а\n[b]{lang=en}", (Text("а ", L), Passage(ENGLISH, (Text("b", L + 1),), L + 1))),
    "brackets alone": ("[а] б", (Text("[а] б", L),)),
    "formula": ("эгер $a^2$ болсо", (Text("эгер ", L), Formula("a^2", L), Text(" болсо", L))),
    "formula in the third line": ("а\nб\n$x$", (Text("а ", L), Text("б ", L + 1), Formula("x", L + 2))),
    "formula with stars": ("$a*b*c$", (Formula("a*b*c", L),)),
    "escaped dollar": ("5 \\$ жана 6 \\$", (Text("5 $ жана 6 $", L),)),
    "dollar before a space": ("5 $ жана", (Text("5 $ жана", L),)),
    "hard line break": ("а\\\nб", (Text("а", L), LineBreak(L), Text("б", L + 1))),
    "line break by spaces": ("а  \nб", (Text("а", L), LineBreak(L), Text("б", L + 1))),
    "escapes": ("\\*а\\*", (Text("*а*", L),)),
    "entities": ("а &amp; б", (Text("а & б", L),)),
    "decomposed letters": ("и\u0306од", (Text("йод", L),)),
    "angle brackets around Cyrillic": ("<аты>", (Text("<аты>", L),)),
    "less than": ("а < б", (Text("а < б", L),)),
    "web link": ("[а](https://a.kg/ө?б=1)", (Link((Text("а", L),), WebTarget("https://a.kg/%D3%A9?%D0%B1=1"), L),)),
    "link over lines": (
        "ө [а\nб](https://a.kg) в",
        (
            Text("ө ", L),
            Link((Text("а ", L), Text("б", L + 1)), WebTarget("https://a.kg"), L),
            Text(" в", L + 1),
        ),
    ),
    "automatic link": (
        "<https://a.kg>",
        (Link((Text("https://a.kg", L),), WebTarget("https://a.kg"), L),),
    ),
    "title of a link": (
        '[а](https://a.kg "б")',
        (Link((Text("а", L),), WebTarget("https://a.kg"), L), Text(" (б)", L)),
    ),
    "decorative picture": (
        "а ![](../media/disk.svg){.decorative} б",
        (Text("а ", L), Picture("media/disk.svg", "", decorative=True, line=L), Text(" б", L)),
    ),
}


@pytest.mark.parametrize("name", INLINES)
def test_inline_syntax(name: str) -> None:
    markdown, expected = INLINES[name]
    assert read_inlines(markdown) == expected


BLOCKS: dict[str, tuple[str, tuple[Block, ...]]] = {
    "paragraphs": ("а\n\nб", (_paragraph("а", L), _paragraph("б", L + 2))),
    "heading": (
        "## Файлдар жана папкалар!",
        (Heading(2, (Text("Файлдар жана папкалар!", L),), "файлдар-жана-папкалар", L),),
    ),
    "heading with address": ("## Максаты {#goals}", (Heading(2, (Text("Максаты", L),), "goals", L),)),
    "equal headings": (
        "## А\n\n## А",
        (Heading(2, (Text("А", L),), "а", L), Heading(2, (Text("А", L + 2),), "а-2", L + 2)),
    ),
    "a chosen address comes first": (
        "## goals\n\n## А {#goals}",
        (Heading(2, (Text("goals", L),), "goals-2", L), Heading(2, (Text("А", L + 2),), "goals", L + 2)),
    ),
    "nested list": (
        "- а\n  1. б\n- в",
        (
            BulletList(
                (
                    ListItem(
                        (
                            _paragraph("а", L),
                            OrderedList((ListItem((_paragraph("б", L + 1),), None, L + 1),), 1, L + 1),
                        ),
                        None,
                        L,
                    ),
                    ListItem((_paragraph("в", L + 2),), None, L + 2),
                ),
                L,
            ),
        ),
    ),
    "list that begins at three": ("3. а", (OrderedList((ListItem((_paragraph("а", L),), None, L),), 3, L),)),
    "tasks": (
        "- [ ] а\n- [x] б",
        (
            BulletList(
                (
                    ListItem((_paragraph("а", L),), False, L),
                    ListItem((_paragraph("б", L + 1),), True, L + 1),
                ),
                L,
            ),
        ),
    ),
    "definition list": (
        "Файл\n: бир\n: эки",
        (
            DefinitionList(
                (Definition((Text("Файл", L),), ((_paragraph("бир", L + 1),), (_paragraph("эки", L + 2),)), L),),
                L,
            ),
        ),
    ),
    "quotation": (
        "> а\n>\n> — Ч. Айтматов",
        (Quotation((_paragraph("а", L),), (Text("Ч. Айтматов", L + 2),), L),),
    ),
    "quotation without source": ("> — а", (Quotation((_paragraph("— а", L),), (), L),)),
    "admonition": (
        '!!! warning "Өз аты"\n    а\n\n    б',
        (
            Admonition(
                AdmonitionKind.WARNING,
                (_paragraph("а", L + 1), _paragraph("б", L + 3)),
                (Text("Өз аты", L),),
                L,
            ),
        ),
    ),
    "admonition without title": (
        "!!! task\n    а",
        (Admonition(AdmonitionKind.TASK, (_paragraph("а", L + 1),), (), L),),
    ),
    "exclamation": ("!!!", (_paragraph("!!!", L),)),
    "code": ("```python\nx = 1\n\ny\n```", (CodeBlock("x = 1\n\ny", "python", (), L),)),
    "code with caption": (
        '{caption="а"}\n```python\nx\n```',
        (CodeBlock("x", "python", (Text("а", L),), L + 1),),
    ),
    "table": (
        '{.row-headers caption="Көлөмү"}\n| а | б |\n|---|--:|\n| в | 1 |\n| г \\| д | |',
        (
            Table(
                (_cell("а", L + 1), _cell("б", L + 1, Alignment.END)),
                (
                    (_cell("в", L + 3), _cell("1", L + 3, Alignment.END)),
                    (_cell("г | д", L + 4), _cell("", L + 4, Alignment.END)),
                ),
                (Text("Көлөмү", L),),
                True,
                L + 1,
            ),
        ),
    ),
    "figure with caption and long description": (
        '![Диск](../media/disk.svg "Катуу диск")\n\n::: description\nУзун.\n:::',
        (
            Figure(
                Picture("media/disk.svg", "Диск", line=L), (Text("Катуу диск", L),), (_paragraph("Узун.", L + 3),), L
            ),
        ),
    ),
    "passage": (
        "::: lang ru\nПривет.\n\n- а\n:::\nб",
        (
            PassageBlock(
                RUSSIAN,
                (_paragraph("Привет.", L + 1), BulletList((ListItem((_paragraph("а", L + 3),), None, L + 3),), L + 3)),
                L,
            ),
            _paragraph("б", L + 5),
        ),
    ),
    "passages in each other": (
        "::: lang ru\n::: lang en\na\n:::\n:::",
        (PassageBlock(RUSSIAN, (PassageBlock(ENGLISH, (_paragraph("a", L + 2),), L + 1),), L),),
    ),
    "marks of a passage inside code": (
        "::: lang ru\n```\n:::\n```\n:::",
        (PassageBlock(RUSSIAN, (CodeBlock(":::", "", (), L + 1),), L),),
    ),
    "display formula": ("$$\na\n+ b\n$$", (MathBlock("a\n+ b", L + 1),)),
    "display formula in one line": ("$$ a $$", (MathBlock("a", L),)),
    "rule": ("***", (ThematicBreak(L),)),
    "diagram": (
        "```diagram\ntitle: Тартип\nstart (Баштоо)\ncheck <Толукпу?>\nsend [Жөнөтүү]\nstart -> check\n"
        "check -> send: ооба\n```",
        (
            Diagram(
                "Тартип",
                (
                    DiagramNode("start", "Баштоо", "round", L + 2),
                    DiagramNode("check", "Толукпу?", "decision", L + 3),
                    DiagramNode("send", "Жөнөтүү", "box", L + 4),
                ),
                (DiagramEdge("start", "check", "", L + 5), DiagramEdge("check", "send", "ооба", L + 6)),
                L,
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_block_syntax(name: str) -> None:
    markdown, expected = BLOCKS[name]
    assert read_blocks(markdown) == expected


def test_footnotes_are_numbered_by_their_first_reference() -> None:
    document = read("а[^b] б[^a] в[^b]\n\n[^a]: бир\n\n[^b]: эки[^c]\n    уланды\n\n[^c]: үч").document
    assert [one for one in document.blocks[0].children if isinstance(one, FootnoteReference)] == [  # type: ignore[union-attr]
        FootnoteReference(1, L),
        FootnoteReference(2, L),
        FootnoteReference(1, L),
    ]
    second = (Text("эки", L + 4), FootnoteReference(3, L + 4), Text(" ", L + 4), Text("уланды", L + 5))
    assert document.footnotes == (
        Footnote(1, (Paragraph(second, L + 4),), L + 4),
        Footnote(2, (_paragraph("бир", L + 2),), L + 2),
        Footnote(3, (_paragraph("үч", L + 7),), L + 7),
    )


def test_a_footnote_that_names_itself_ends() -> None:
    document = read("а[^1]\n\n[^1]: кара[^1]").document
    assert document.footnotes[0].blocks == (Paragraph((Text("кара", L + 2), FootnoteReference(1, L + 2)), L + 2),)


def test_abbreviations_are_marked_wherever_they_stand_as_a_word() -> None:
    inlines = read_inlines("ЖМБ, ЖМБ-нын, ЖМБлар\nжана WWW\n\n*[ЖМБ]: Жалпы билим\n*[WWW]: World Wide Web {lang=en}")
    assert inlines == (
        Abbreviation("ЖМБ", "Жалпы билим", None, L),
        Text(", ", L),
        Abbreviation("ЖМБ", "Жалпы билим", None, L),
        Text("-нын, ЖМБлар ", L),
        Text("жана ", L + 1),
        Abbreviation("WWW", "World Wide Web", ENGLISH, L + 1),
    )


def test_the_longest_abbreviation_wins() -> None:
    inlines = read_inlines("PDF/UA жана PDF\n\n*[PDF]: бир\n*[PDF/UA]: эки")
    assert [one.text for one in inlines if isinstance(one, Abbreviation)] == ["PDF/UA", "PDF"]


def test_headings_of_a_lesson_are_its_anchors() -> None:
    assert read("## А\n\n### Б {#b}\n\n> ## В").anchors == ("а", "b", "в")


def test_lines_count_from_the_top_of_the_file_with_a_byte_order_mark_and_windows_line_ends() -> None:
    from builder.reading.markdown import read_document
    from tests.reading.lessons import CATALOGUE, FILES

    data = b"\xef\xbb\xbf---\r\ntitle: a\r\n---\r\n\r\nb\r\nc *d*\r\n"
    document = read_document(FILES, data, CATALOGUE).document
    assert document.blocks == (Paragraph((Text("b ", 5), Text("c ", 6), Emphasis((Text("d", 6),), 6)), 5),)
