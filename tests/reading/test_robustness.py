"""Whatever an author writes: nothing raises, nothing is lost, nothing takes forever."""

import json
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from a11y_checks.lint import lint_document
from builder.messages import format_finding
from builder.model.codec import decode, encode
from builder.model.document import (
    FootnoteReference,
    Heading,
    Node,
    Paragraph,
    Table,
    Text,
    child_nodes,
    walk,
)
from builder.model.language import SITE_LANGUAGES
from builder.reading.course_file import read_course_file
from builder.reading.front_matter import inspect_lesson
from builder.reading.markdown import read_document
from builder.reading.svg import inspect_svg
from builder.reading.syntax import configure_parser, make_parser
from tests.reading.lessons import CATALOGUE, FILES, read, read_text

# What Markdown is made of, and what breaks it.
_PIECES = [
    *("*", "**", "_", "~~", "~", "^", "`", "```", "```\n", "$", "$$", "$$\n", "[", "]", "(", ")", "](", "]{lang=en}"),
    *("]{", "{.a}", "{#b}", "!", "![", "!!! note\n", '!!! note "x"\n    ', "    ", "\t", "\n", "\n\n", "\n\n\n", " "),
    *("  \n", "\\\n", "\\", "- ", "- [ ] ", "1. ", "2) ", "> ", ">", "# ", "## ", "###### ", "---\n", "===\n", "***\n"),
    *("|", "| a | b |\n", "|---|---|\n", '{.row-headers caption="c"}\n', ": ", ":::", "::: lang ru\n", ":::\n"),
    *("::: description\n", "[^1]", "[^1]: ", "*[AB]: c\n", "AB", "<b>", "</b>", "<!--", "-->", "<script>", "|\n"),
    *("<http://a.kg>", "&amp;", "&#0;", "&#x1F;", "&nbsp;", "a", "слово", "Өң", "1", "\x00", "\x0b", "\u2028", "\r"),
    *("\r\n", "\ufeff", "e\u0301", "[a]: b\n", "[a]", "02-search.md", "../media/disk.svg", "\u00a0", "«", "»", "— "),
    *(
        "```diagram\ntitle: x\na [b]\n```\n",
        "https://x.kg",
        "title: ",
        "rights: ",
        "{",
        "}",
        "'",
        '"',
        "#",
        "?",
        "&a",
        "%",
    ),
]
_PIECES += [*(f"{one}. " for one in range(10)), "+ ", "~~~\n", "___\n", "    b\n", "[^2]: a\n", "+++\n", "-- -\n"]
_SOUP = st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)
_ANYTHING = st.one_of(
    _SOUP.map(str.encode),
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.tuples(_SOUP, _SOUP).map(lambda two: f"---\n{two[0]}\n---\n{two[1]}".encode()),
)


def _depth(node: Node) -> int:
    deepest = 0
    stack = [(node, 1)]
    while stack:
        one, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(child, depth + 1) for child in child_nodes(one)]
    return deepest


@settings(max_examples=200, deadline=None)
@given(_ANYTHING)
def test_anything_gives_a_sound_document(data: bytes) -> None:
    result = read_document(FILES, data, CATALOGUE)
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    last_line = text.count("\n") + 1
    for node in walk(result.document):
        assert 1 <= node.line <= last_line
        match node:
            case Text(text=words):
                assert words
                assert unicodedata.is_normalized("NFC", words)
                assert not any(unicodedata.category(one) == "Cc" and one != "\t" for one in words)
            case Paragraph(children=children):
                assert children
            case Table(header=header, rows=rows):
                assert all(len(row) == len(header) for row in rows)
            case Heading(level=level, anchor=anchor):
                assert 2 <= level <= 6
                assert anchor
            case FootnoteReference(number=number):
                assert 1 <= number <= len(result.document.footnotes)
    assert len(set(result.anchors)) == len(result.anchors)
    assert decode(encode(result.document)) == result.document
    for finding in (*result.findings, *lint_document(result.document)):
        assert 1 <= finding.line <= last_line
        for language in SITE_LANGUAGES:
            assert "\n" not in format_finding(finding, language)


@settings(max_examples=100, deadline=None)
@given(_ANYTHING)
def test_anything_can_be_inspected(data: bytes) -> None:
    def report(line: int, rule: str, /, **values: str) -> None:
        assert line >= 1, rule

    json.dumps(inspect_lesson(data))
    json.dumps(inspect_svg(data))
    read_course_file(data, "computing", report)


@settings(max_examples=150, deadline=None)
@given(_SOUP)
@example("\n\n".join(f"{number}. a\nb\n{number}) c" for number in range(10)))
@example("* a\n\n+ b\n\n- c\n\n___\n\n***\n\n---\n\n> d\n\n# e\n\n~~~\nf\n~~~\n```\ng\n```\n\n!!! note\n    h\n")
@example("::: lang ru\na\n:::\n\n$$\nb\n$$\n\n*[A]: b\n\n[^1]: c\n\n[d]: e\n\n{.x}\n| f |\n|---|\n| g |\n")
def test_choosing_rules_by_the_first_character_changes_nothing(text: str) -> None:
    every, chosen = configure_parser(), make_parser()
    text = text.replace("\r", "\n")
    expected = every.parse(text, {"too_deep": [], "references": {}})
    assert [one.as_dict() for one in chosen.parse(text, {"too_deep": [], "references": {}})] == [
        one.as_dict() for one in expected
    ]


_WORDS = st.text(st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_WORDS, min_size=1, max_size=8), min_size=1, max_size=6))
def test_every_word_of_plain_paragraphs_survives_at_its_line(lines: list[list[str]]) -> None:
    # A letter first: a line that begins with a digit may be a list, one of dashes a rule.
    paragraphs = [["а" + one[0], *one[1:]] for one in lines]
    result = read("\n\n".join(" ".join(one) for one in paragraphs))
    assert len(result.document.blocks) == len(paragraphs)
    for number, (block, words) in enumerate(zip(result.document.blocks, paragraphs, strict=True)):
        assert isinstance(block, Paragraph)
        assert block.line == 4 + 2 * number
        read_words = "".join(one.text for one in block.children if isinstance(one, Text)).split()
        assert read_words == unicodedata.normalize("NFC", " ".join(words)).split()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_marked_words_survive_in_any_markup_and_keep_their_line(pieces: list[str]) -> None:
    # Every third piece is followed by a word that occurs nowhere else.
    text = "".join(f"{piece} слово{number}ц " if number % 3 == 0 else piece for number, piece in enumerate(pieces))
    result = read(text)
    said = read_text(result.document)
    source = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number in range(0, len(pieces), 3):
        word = f"слово{number}ц"
        line = next(at for at, one in enumerate(source) if word in one)
        # Addresses, labels, attributes and a fence's name are no words of the lesson.
        if not any(mark in source[line] for mark in ("](", "]:", "[^", "{", "`", "<", ":::", "]", "!!!", "~~~", "|")):
            assert word in said
    for node in walk(result.document):
        if isinstance(node, Text):
            for number in range(0, len(pieces), 3):
                word = f"слово{number}ц"
                if word in node.text:
                    assert word in source[node.line - 4]


_MANY = 3_000
_PATHOLOGICAL: dict[str, Callable[[int], str]] = {
    "opening brackets": lambda n: "[" * n,
    "pictures begun": lambda n: "![" * n,
    "stars": lambda n: "*" * n,
    "stars and letters": lambda n: "*a **b " * n,
    "dollars": lambda n: "$" * n,
    "formulas begun": lambda n: "$a " * n,
    "display formulas begun": lambda n: "$$x\n" * n,
    "backticks": lambda n: "".join("`" * (one % 200 + 1) + "a" for one in range(n // 20)),
    "tildes": lambda n: "~a " * n,
    "carets": lambda n: "^a" * n,
    "tags begun": lambda n: "<a " * n,
    "comments begun": lambda n: "<!--" * n,
    "quotation marks": lambda n: ">" * n,
    "list marks": lambda n: "- " * n,
    "list items": lambda n: "- a\n" * n,
    "nested lists": lambda n: "".join(" " * (2 * (one % 60)) + "- a\n" for one in range(n)),
    "containers": lambda n: "::: lang en\n" * n,
    "admonitions in each other": lambda n: "".join("    " * one + "!!! note\n" for one in range(n // 20)),
    "definitions": lambda n: "a\n: b\n" * n,
    "notes": lambda n: "".join(f"[^{one}] " for one in range(n)) + "\n\n" + "".join(f"[^{n}]: a\n\n" for n in range(n)),
    "abbreviations": lambda n: "".join(f"*[A{one}]: b\n" for one in range(n)) + "\nA1 A2\n" * n,
    "bars": lambda n: "|" * n,
    "a table of short rows": lambda n: "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + "|x|\n" * n,
    "attributes": lambda n: "{.a}\n" * n,
    "passages begun": lambda n: "[a]{lang=" * n,
    "broken links": lambda n: "".join(f"[a](b{one}.md) " for one in range(n)),
    "equal headings": lambda n: "## a\n" * n,
    "spaces": lambda n: " " * n + "\na" + " " * n,
    "front matter": lambda n: "a: b\n" * n,
}


@pytest.mark.parametrize("name", _PATHOLOGICAL)
def test_time_grows_with_the_length_not_with_its_square(name: str) -> None:
    """Four times the text may take at most about four times as long; nine leaves room for a busy machine."""

    def fastest(size: int) -> float:
        text = _PATHOLOGICAL[name](size)
        times = []
        for _ in range(3):
            start = time.process_time()
            read(text)
            times.append(time.process_time() - start)
        return min(times)

    assert fastest(_MANY) < 9 * fastest(_MANY // 4) + 0.05


def test_nesting_is_limited_and_its_text_kept() -> None:
    text = "".join("> " * depth + f"слово{depth}\n>\n" for depth in range(1, 60))
    result = read(text)
    assert [one.rule for one in result.findings] == ["markup-too-deep"]
    assert max(_depth(block) for block in result.document.blocks) <= 30
    said = read_text(result.document)
    assert all(f"слово{depth}" in said for depth in range(1, 60))


def test_nested_emphasis_is_limited_and_its_text_kept() -> None:
    result = read("*a **b " * 40 + "ortoso" + "** a*" * 40)
    assert "markup-too-deep" in [one.rule for one in result.findings]
    assert max(_depth(block) for block in result.document.blocks) <= 30
    assert "ortoso" in read_text(result.document)


def test_a_lesson_of_five_megabytes_is_read() -> None:
    text = ("Бул узун сабактын бир сабы, анда *белгилер* бар.\n" * 20 + "\n") * 2_800
    assert len(text.encode()) > 5_000_000 * 0.9
    result = read(text)
    assert len(result.document.blocks) == 2_800
    assert result.findings == ()
