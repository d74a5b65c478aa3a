"""Each mistake in a lesson's text: its rule, its line, and that its words are kept."""

import pytest

from builder.model.document import CodeBlock, Heading, PassageBlock, Table, plain_text, walk
from builder.model.language import KYRGYZ
from tests.reading.lessons import CATALOGUE, FILES, read, read_text, rules_of

# Markdown, the rules with their lines from the first line of the text, words that must still be there.
MISTAKES: dict[str, tuple[str, list[tuple[str, int]], str]] = {
    "first-level heading": ("а\n\n# б", [("heading-level-one", 3)], "аб"),
    "underlined heading": ("а\n===", [("heading-level-one", 1)], "а"),
    "address used twice": ("## а {#x}\n\n## б {#x}", [("anchor-repeated", 3)], "аб"),
    "code without end": ("а\n\n```python\nб\n\nв", [("code-fence-unclosed", 3)], "аб\n\nв"),
    "code without end in a quotation": ("> ```\n> а", [("code-fence-unclosed", 1)], "а"),
    "code that ends at the last line": ("```\nа\n```", [], "а"),
    "code with a shorter end": ("````\nа\n```", [("code-fence-unclosed", 1)], "а\n```"),
    "display formula without end": ("а\n\n$$\nб\n\nв", [("formula-unclosed", 3)], "а$$ бв"),
    "formula without end": ("а\nб $x + 1", [("formula-unclosed", 2)], "а б $x + 1"),
    "empty display formula": ("$$\n$$", [("formula-unclosed", 1)], "$$ $$"),
    "script": ("а <script>b()</script>", [("html-script", 1)], "а <script>b()</script>"),
    "event handler": ('<p onclick="a()">б', [("html-script", 1)], '<p onclick="a()">б'),
    "program in an address": ('<a href="javascript:a()">б</a>', [("html-script", 1)], "javascript:a()"),
    "frame": ('<iframe src="x"></iframe>', [("html-script", 1)], "<iframe"),
    "tag in the second line": ("а\n<b>б</b>", [("html-tag", 2)], "а <b>б</b>"),
    "comment": ("а <!-- б --> в", [("html-comment", 1)], "а <!-- б --> в"),
    "unknown language": ("[а]{lang=qq}", [("language-unknown", 1)], "а"),
    "country code": ("а\n[б]{lang=kg}", [("language-mistaken", 2)], "а б"),
    "unknown language of a block": ("::: lang qq\nа\n:::", [("language-unknown", 1)], "а"),
    "unknown attribute": ("[а]{.red}", [("attribute-unknown", 1)], "а"),
    "attributes above a paragraph": ("{.row-headers}\nа", [("attributes-misplaced", 1)], "{.row-headers}а"),
    "attributes at the end": ("а\n\n{.row-headers}", [("attributes-misplaced", 3)], "а{.row-headers}"),
    "unknown attribute of a table": ("{.x}\n| а |\n|---|\n| б |", [("attribute-unknown", 1)], "аб"),
    "long row": ("| а | б |\n|---|---|\n| в | г | д |", [("table-row-too-long", 3)], "абвг | д"),
    "short row": ("| а | б |\n|---|---|\n| в |", [("table-row-too-short", 3)], "абв"),
    "table without delimiter": ("| а | б |\n| в | г |", [("table-without-header", 1)], "| а | б | | в | г |"),
    "table without header": ("|---|---|\n| в | г |", [("table-without-header", 1)], "|---|---| | в | г |"),
    "undefined note": ("а\nб[^1]", [("footnote-undefined", 2)], "а б[^1]"),
    "unused note": ("а\n\n[^1]: б", [("footnote-unused", 3)], "аб"),
    "repeated note": ("а[^1]\n\n[^1]: б\n\n[^1]: в", [("footnote-repeated", 5)], "авб"),
    "unused abbreviation": ("а\n\n*[ЖМБ]: б", [("abbreviation-unused", 3)], "а"),
    "repeated abbreviation": ("ЖМБ\n\n*[ЖМБ]: а\n*[ЖМБ]: б", [("abbreviation-repeated", 4)], "ЖМБа"),
    "unknown passage": ("!!! danger\n    а", [("admonition-unknown", 1)], "dangerа"),
    "empty passage": ("!!! note\nа", [("container-empty", 1)], "а"),
    "unknown container": ("::: box\nа\n:::", [("container-unknown", 1)], "а"),
    "open container": ("а\n\n::: lang ru\nб\n\nв", [("container-unclosed", 3)], "абв"),
    "stray end": ("а\n\n:::", [("container-stray", 3)], "а:::"),
    "empty container": ("::: lang ru\n:::\nа", [("container-empty", 1)], "а"),
    "description of nothing": ("а\n\n::: description\nб\n:::", [("description-without-picture", 3)], "аб"),
    "diagram without title": ("```diagram\na [б]\n```", [("diagram-title-missing", 1)], "б"),
    "diagram without steps": ("```diagram\ntitle: а\n```", [("diagram-empty", 1)], "title: а"),
    "line of a diagram": ("```diagram\ntitle: а\na [б]\nв\n```", [("diagram-line-unknown", 4)], "title: а\na [б]\nв"),
    "Cyrillic step": ("```diagram\ntitle: а\nб [в]\na [г]\n```", [("diagram-line-unknown", 3)], "б [в]"),
    "repeated step": ("```diagram\ntitle: а\na [б]\na [в]\n```", [("diagram-node-repeated", 4)], "a [в]"),
    "unknown step": ("```diagram\ntitle: а\na [б]\na -> b\n```", [("diagram-arrow-unknown", 4)], "a -> b"),
    "control characters": ("а\nб\x07в\x0bг", [("characters-removed", 2)], "а бв г"),
    "nothing": ("\n\n", [("lesson-without-text", 0)], ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_at_its_line_and_nothing_is_lost(name: str) -> None:
    markdown, rules, words = MISTAKES[name]
    result = read(markdown)
    assert rules_of(result) == rules
    assert words in read_text(result.document)


def test_a_mistaken_language_is_read_as_the_one_that_was_meant() -> None:
    (block,) = read("::: lang kg\nа\n:::").document.blocks
    assert isinstance(block, PassageBlock)
    assert block.language == KYRGYZ


def test_a_long_row_keeps_the_shape_of_its_table() -> None:
    (table,) = read("| а | б |\n|---|---|\n| в | г | д |").document.blocks
    assert isinstance(table, Table)
    assert [plain_text(cell.children) for cell in table.rows[0]] == ["в", "г | д"]


def test_a_broken_diagram_stays_as_code() -> None:
    (block,) = read("```diagram\ntitle: а\nб\n```").document.blocks
    assert isinstance(block, CodeBlock)
    assert block.text == "title: а\nб"


def test_a_heading_of_the_first_level_becomes_one_of_the_second() -> None:
    (heading,) = (node for node in walk(read("# а").document) if isinstance(node, Heading))
    assert heading.level == 2


def test_bytes_that_are_not_utf8_do_not_stop_the_reading() -> None:
    from builder.reading.markdown import read_document

    result = read_document(FILES, "---\ntitle: а\n---\nбир ".encode() + b"\xff\xfe" + " эки".encode(), CATALOGUE)
    assert read_text(result.document) == "бир \ufffd\ufffd эки"


def test_a_lesson_without_closed_front_matter_is_read_below_it() -> None:
    from builder.reading.markdown import read_document

    result = read_document(FILES, b"---\ntitle: a\n\nb\n", CATALOGUE)
    assert read_text(result.document) == "b"
    assert next(walk(result.document)).line == 4
