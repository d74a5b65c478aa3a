"""How a lesson lies on the page, by small examples."""

from collections.abc import Sequence

import pytest

from builder.exports.braille import braille_to_text, read_pages, render_brf
from builder.exports.braille.cells import BLANK, number_cells
from builder.exports.braille.flow import centre, wrap
from builder.model.course import Publication
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
    Document,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    Heading,
    Inline,
    LessonTarget,
    Link,
    ListItem,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    WebTarget,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.model.settings import BrailleSettings, Settings
from tests.samples import RESOURCES, course


def _lines(
    language: LanguageTag,
    *blocks: Block,
    footnotes: Sequence[Footnote] = (),
    braille: BrailleSettings | None = None,
) -> list[str]:
    """The lines after the title, its rule and the empty line; page after page, without information lines."""
    document = Document("c", "l", language, "А", blocks, tuple(footnotes), source="content/c/ky/01-l.md")
    publication = Publication(course(), language, (document,), "А", RESOURCES)
    pages = read_pages(render_brf(publication, Settings(site_name={}, braille=braille or BrailleSettings())).data)
    return [line for page in pages for line in page.lines][3:]


def _paragraph(*inlines: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(one) if isinstance(one, str) else one for one in inlines))


def _one(language: LanguageTag, *inlines: Inline | str) -> str:
    return " ".join(line.strip(BLANK) for line in _lines(language, _paragraph(*inlines)))


def test_paragraphs_begin_two_cells_in_and_go_on_at_the_margin() -> None:
    lines = _lines(KYRGYZ, _paragraph("окуу материалдары " * 5))
    assert lines[0].startswith(BLANK * 2 + "⠕")
    assert lines[1][0] != BLANK


def test_headings_follow_the_russian_standard_in_cyrillic_text() -> None:
    lines = _lines(RUSSIAN, Heading(2, (Text("Цель"),), "a"), Heading(3, (Text("Файл"),), "b"), _paragraph("да"))
    assert lines[:3] == [BLANK * 18 + "⠉⠑⠇⠾", BLANK * 18 + "⠒⠒⠒⠒", ""]
    assert lines[3] == BLANK * 18 + "⠋⠁⠯⠇"


def test_english_headings_stand_in_the_middle_and_from_cell_five() -> None:
    lines = _lines(ENGLISH, Heading(2, (Text("Aim"),), "a"), Heading(3, (Text("File"),), "b"), _paragraph("so"))
    assert lines[:3] == [BLANK * 18 + "⠠⠁⠊⠍", "", BLANK * 4 + "⠠⠋⠊⠇⠑"]


def test_a_heading_is_never_the_last_line_of_a_page() -> None:
    for before in range(1, 30):
        blocks: tuple[Block, ...] = (
            *(_paragraph("да") for _ in range(before)),
            Heading(3, (Text("Файл"),), "a"),
            _paragraph("нет"),
        )
        document = Document("c", "l", RUSSIAN, "А", blocks)
        publication = Publication(course(), RUSSIAN, (document,), "А", {})
        for page in read_pages(render_brf(publication, Settings(site_name={})).data):
            assert page.lines[-1].strip(BLANK) != "⠋⠁⠯⠇"


def test_notes_stand_at_the_end_of_their_section() -> None:
    note = Footnote(1, (_paragraph("кошумча"),))
    lines = _lines(
        KYRGYZ, _paragraph("сөз", FootnoteReference(1)), Heading(2, (Text("Экинчи"),), "b"), footnotes=[note]
    )
    text = braille_to_text("\n".join(lines), KYRGYZ)
    assert text.index("түшүндүрмөлөр:") < text.index("*1 кошумча") < text.index("экинчи")


@pytest.mark.parametrize(
    ("language", "inlines", "cells"),
    [
        (KYRGYZ, ["сөз", FootnoteReference(1), "."], "⠎⠌⠵ ⠔⠼⠁⠠⠲"),
        (ENGLISH, ["word", FootnoteReference(1), "."], "⠺⠕⠗⠙⠰⠔⠼⠁⠲"),
        (RUSSIAN, ["это ", Strong((Text("важно"),)), " всем"], "⠪⠞⠕ ⠻⠺⠁⠚⠝⠕⠻ ⠺⠎⠑⠍"),
        (RUSSIAN, ["это ", Emphasis((Text("важно всем"),)), "."], "⠪⠞⠕ ⠸⠺⠁⠚⠝⠕ ⠺⠎⠑⠍⠸⠲"),
        (ENGLISH, ["so ", Strong((Text("be it"),))], "⠎⠕ ⠘⠂⠃⠑ ⠘⠂⠊⠞"),
        (RUSSIAN, ["5 м", Superscript((Text("2"),)), "."], "⠼⠑ ⠍⠌⠆⠠⠲"),
        (KYRGYZ, ["5 м", Superscript((Text("2"),))], "⠼⠑ ⠍⠌⠼⠃⠱"),
        (RUSSIAN, ["H", Subscript((Text("2"),)), "O"], "⠨⠓⠡⠆⠕"),
        (ENGLISH, ["H", Subscript((Text("2"),)), "O"], "⠠⠓⠰⠢⠼⠃⠠⠕"),
        (RUSSIAN, ["файл ", CodeSpan("Dir"), "."], "⠋⠁⠯⠇ ⠨⠙⠠⠊⠗⠠⠲"),
        (KYRGYZ, ["Windows жана ", Passage(ENGLISH, (Text("Linux"),))], "⠨⠺⠊⠝⠙⠕⠺⠎ ⠚⠁⠝⠁ ⠨⠇⠊⠝⠥⠭"),
        (KYRGYZ, [Passage(RUSSIAN, (Text("Кто?"),)), " Ким?"], "⠅⠞⠕⠢ ⠅⠊⠍⠦"),
        (ENGLISH, ["Lake Көл is here"], "⠠⠇⠁⠅⠑ ⠘⠷⠅⠌⠇ ⠊⠎ ⠓⠑⠗⠑"),
        (ENGLISH, ["Lake Көл, here"], "⠠⠇⠁⠅⠑ ⠐⠷⠄⠅⠌⠇⠠⠐⠾⠂ ⠓⠑⠗⠑"),
        (ENGLISH, ["say ", Passage(KYRGYZ, (Text("жаңы үй"),)), " now"], "⠎⠁⠽ ⠐⠷⠄⠚⠁⠽⠮ ⠧⠯⠠⠐⠾ ⠝⠕⠺"),
        (KYRGYZ, ["«Ооба», — деди ал. „Жок“."], "⠦⠕⠕⠃⠁⠴⠂⠤ ⠙⠑⠙⠊ ⠁⠇⠲ ⠦⠚⠕⠅⠴⠲"),
    ],
)
def test_inlines_by_example(language: LanguageTag, inlines: list[Inline | str], cells: str) -> None:
    assert _one(language, *inlines).replace(BLANK, " ") == cells


def test_an_abbreviation_is_expanded_the_first_time_only() -> None:
    short = Abbreviation("ЖМБ", "жалпы билим")
    text = braille_to_text("\n".join(_lines(KYRGYZ, _paragraph(short, " жана ", short))), KYRGYZ)
    assert text == "жмб (жалпы билим) жана жмб"


def test_a_link_tells_its_address_and_another_language() -> None:
    web = Link((Text("бул жерде"),), WebTarget("https://example.org/a"))
    other = Link((Text("сабак"),), LessonTarget("c", "l", RUSSIAN))
    lines = "".join(_lines(KYRGYZ, _paragraph(web, " ", other)))
    assert "⠣⠠⠓⠞⠞⠏⠎⠒⠠⠌⠠⠌⠑⠭⠁⠍⠏⠇⠑⠲⠕⠗⠛⠠⠌⠁⠜" in lines
    assert "⠣⠕⠗⠥⠎⠟⠁⠜" in lines


def test_after_a_comma_a_line_may_end_although_no_blank_is_written() -> None:
    lines = _lines(KYRGYZ, _paragraph(", ".join(["сабак"] * 12)))
    assert all(len(line) <= 40 for line in lines)
    assert "⠐" not in "".join(lines)
    assert lines[0].endswith("⠎⠁⠃⠁⠅⠂")


def test_a_number_in_groups_is_not_divided() -> None:
    for before in range(1, 30):
        lines = _lines(RUSSIAN, _paragraph("я" * before + " 10 000 сом"))
        assert any("⠼⠁⠚⠀⠼⠚⠚⠚" in line for line in lines)


def test_lists_nest_and_keep_their_numbers() -> None:
    inner = OrderedList((ListItem((_paragraph("бир"),)), ListItem((_paragraph("эки"),))), 3)
    lines = _lines(
        KYRGYZ, BulletList((ListItem((_paragraph("үй"), inner)), ListItem((_paragraph("суу"),), checked=True)))
    )
    assert lines == ["⠰⠔⠀⠧⠯", "⠀⠀⠼⠉⠲⠀⠃⠊⠗", "⠀⠀⠼⠙⠲⠀⠪⠅⠊", "⠰⠔⠀⠣⠁⠞⠅⠁⠗⠮⠇⠙⠮⠜⠀⠎⠥⠥"]


def _cells(*texts: str, alignment: Alignment = Alignment.START) -> tuple[Cell, ...]:
    return tuple(Cell((Text(one),), alignment) for one in texts)


def test_a_table_that_fits_stands_in_columns() -> None:
    table = Table(_cells("Түрү", "Саны"), (_cells("үй", "5"), _cells("", "12")), row_headers=True)
    lines = _lines(KYRGYZ, table)
    assert braille_to_text(lines[0], KYRGYZ) == "таблица, тилкелер менен:"
    assert lines[1:] == ["⠞⠧⠗⠧⠀⠀⠎⠁⠝⠮", "⠒⠒⠒⠒⠀⠀⠒⠒⠒⠒", "⠧⠯⠀⠀⠀⠀⠼⠑", "⠤⠀⠀⠀⠀⠀⠼⠁⠃"]


def test_a_table_that_does_not_fit_is_told_row_by_row_with_its_headers() -> None:
    long = "абдан узун түшүндүрмө бар"
    table = Table(_cells("Түрү", "Мааниси"), (_cells("үй", long), _cells("суу", long)), row_headers=True)
    lines = _lines(KYRGYZ, table, braille=BrailleSettings(cells_per_line=28))
    text = braille_to_text("\n".join(lines), KYRGYZ)
    assert text == (f"таблица, ар бир сап өзүнчө: түрү: үй мааниси: {long} түрү: суу мааниси: {long}")
    without = Table(table.header, table.rows)
    assert "2-сап түрү: суу" in braille_to_text("\n".join(_lines(KYRGYZ, without, braille=BrailleSettings(28))), KYRGYZ)


def test_code_keeps_indentation_and_says_where_a_line_goes_on() -> None:
    lines = _lines(RUSSIAN, CodeBlock("if x:\n    y = 'abcdefghijklmnopqrstuvwxyz abcdefghij'", "python"))
    assert lines[1] == "⠠⠊⠋⠀⠭⠒"
    assert lines[2].startswith(BLANK * 4 + "⠠⠽")
    assert lines[2].endswith("⠐")
    assert lines[3].startswith(BLANK * 4)


def test_a_set_off_passage_has_its_kind_and_a_box() -> None:
    lines = _lines(ENGLISH, Admonition(AdmonitionKind.TIP, (_paragraph("so"),), (Text("Own"),)))
    assert lines == ["⠶" * 40, BLANK * 4 + "⠠⠞⠊⠏⠒⠀⠠⠕⠺⠝", "⠀⠀⠎⠕", "⠛" * 40]


def test_a_picture_gives_its_words_and_an_ornament_nothing() -> None:
    figure = Figure(Picture("media/a.svg", "үй"), (Text("Биздин үй"),), (_paragraph("чоң"),))
    text = braille_to_text("\n".join(_lines(KYRGYZ, figure)), KYRGYZ)
    assert text == "сүрөт: үй биздин үй толук сыпаттама: чоң (сыпаттаманын аягы)"
    assert _lines(KYRGYZ, Figure(Picture("media/a.svg", "", decorative=True)), _paragraph("а")) == ["⠀⠀⠁"]


def test_a_passage_block_is_announced_and_written_in_its_own_code() -> None:
    lines = _lines(KYRGYZ, PassageBlock(ENGLISH, (_paragraph("The end."),)))
    assert braille_to_text(lines[0], KYRGYZ) == "(англисче)"
    assert lines[1].strip(BLANK) == "⠠⠞⠓⠑⠀⠑⠝⠙⠲"


def test_contracted_english_is_a_setting() -> None:
    lines = _lines(ENGLISH, _paragraph("the people"), braille=BrailleSettings(english_grade=2))
    assert lines[0].strip(BLANK) == "⠮⠀⠏"


def test_an_emoji_becomes_its_name_and_a_finding_with_its_line() -> None:
    document = Document("c", "l", KYRGYZ, "А", (Paragraph((Text("Салам 😀", 7),), 7),), source="content/c/ky/01-l.md")
    rendered = render_brf(Publication(course(), KYRGYZ, (document,), "А", {}), Settings(site_name={}))
    (finding,) = rendered.findings
    assert (finding.path, finding.line, finding.rule) == ("content/c/ky/01-l.md", 7, "character-not-in-braille")
    assert finding.values == {"character": "😀", "name": "grinning face"}
    assert b"GR9N+ FACE" in rendered.data or b"GRINNING FACE" in rendered.data


def test_the_information_line_has_the_running_head_and_the_page_number() -> None:
    document = Document("c", "l", RUSSIAN, "Файлы и папки", tuple(_paragraph("да") for _ in range(40)))
    pages = read_pages(render_brf(Publication(course(), RUSSIAN, (document,), "А", {}), Settings(site_name={})).data)
    assert pages[0].head.strip(BLANK) == number_cells(1)
    assert pages[1].head == "⠋⠁⠯⠇⠮⠀⠊⠀⠏⠁⠏⠅⠊".ljust(38, BLANK) + number_cells(2)


def test_long_words_are_divided_with_a_sign_and_come_back_whole() -> None:
    word = "а" * 100
    lines = _lines(KYRGYZ, _paragraph(word))
    assert [len(line) for line in lines] == [40, 40, 24]
    assert braille_to_text("\n".join(lines), KYRGYZ) == word


@pytest.mark.parametrize("width", [10, 28, 40])
def test_wrap_and_centre_keep_every_cell(width: int) -> None:
    cells = "⠁⠃⠉ ⠙⠑ ⠋⠛⠓⠊⠚ ⠅"
    assert " ".join(line.strip() for line in wrap(cells, width)) == cells
    assert " ".join(line.strip() for line in centre(cells, width)) == cells
