"""Sentences as nodes: nothing of the text changes, everything that is said is in exactly one of them."""

import gc
import time

import pytest
from hypothesis import HealthCheck, given, settings

from builder.model.document import (
    CodeBlock,
    CodeSpan,
    Diagram,
    Document,
    Emphasis,
    Figure,
    FootnoteReference,
    Formula,
    Inline,
    LineBreak,
    Link,
    MathBlock,
    Node,
    Paragraph,
    Passage,
    Picture,
    Recording,
    Sentence,
    Strong,
    Text,
    WebTarget,
    child_nodes,
    plain_text,
    walk,
)
from builder.model.language import ENGLISH, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.sentences import mark_sentences
from tests.laws.documents import documents, soup
from tests.samples import everything
from tests.thorough import examples

_QUIET = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
_LINK = WebTarget("https://example.org/")


def _document(*inlines: Inline) -> Document:
    return Document("c", "l", RUSSIAN, "T", (Paragraph(inlines, 3),))


def _marked(*inlines: Inline) -> tuple[Inline, ...]:
    (block,) = mark_sentences(_document(*inlines)).blocks
    assert isinstance(block, Paragraph)
    return block.children


def _sentences(*inlines: Inline) -> list[str]:
    return [plain_text(one.children) for one in _marked(*inlines) if isinstance(one, Sentence)]


def test_a_sentence_takes_the_marks_that_follow_it() -> None:
    assert _marked(Text("Раз."), FootnoteReference(1), Text(" Два."), FootnoteReference(2)) == (
        Sentence((Text("Раз."), FootnoteReference(1)), "s.1"),
        Text(" "),
        Sentence((Text("Два."), FootnoteReference(2)), "s.2"),
    )


def test_white_space_stays_outside() -> None:
    assert _marked(Text("  Раз.\n"), LineBreak(), Text("Два. ")) == (
        Text("  "),
        Sentence((Text("Раз."),), "s.1"),
        Text("\n"),
        LineBreak(),
        Sentence((Text("Два."),), "s.2"),
        Text(" "),
    )


def test_emphasis_and_passages_are_cut_between_sentences() -> None:
    passage = Passage(ENGLISH, (Text("One. "), Strong((Text("Two. Three"),)), Text(" four.")))
    assert _sentences(Text("Так: "), passage, Text(" Пять.")) == ["Так: One.", "Two.", "Three four.", "Пять."]
    assert _marked(Emphasis((Text("Раз. Два."),))) == (
        Sentence((Emphasis((Text("Раз."),)),), "s.1"),
        Text(" "),
        Sentence((Emphasis((Text("Два."),)),), "s.2"),
    )


def test_links_are_never_cut() -> None:
    link = Link((Text(" Он ушёл. Она осталась. "),), _LINK)
    assert _marked(Text("Сказка. "), link, Text("Конец. Точка.")) == (
        Sentence((Text("Сказка."),), "s.1"),
        Text(" "),
        Sentence((link,), "s.2"),
        Sentence((Text("Конец."),), "s.3"),
        Text(" "),
        Sentence((Text("Точка."),), "s.4"),
    )
    assert _marked(link) == (Sentence((link,), "s.1"),)


def test_full_stops_in_code_and_formulas_end_nothing() -> None:
    code, formula = CodeSpan("a. B. C"), Formula("x. Y")
    assert _sentences(Text("Смотрите "), code, Text(" и "), formula, Text(". "), code, Text(" тоже.")) == [
        "Смотрите a. B. C и x. Y.",
        "a. B. C тоже.",
    ]


def test_what_says_nothing_is_no_sentence() -> None:
    empty = Picture("media/a.svg", "", decorative=True)
    assert _marked(empty, Text(" "), FootnoteReference(1)) == (empty, Text(" "), FootnoteReference(1))


def test_a_heading_is_one_sentence_and_ids_follow_reading_order() -> None:
    marked = mark_sentences(everything(RUSSIAN))
    ids = [one.id for one in walk(marked) if isinstance(one, Sentence)]
    assert len(ids) > 30
    assert ids == sorted(ids, key=lambda one: int(one[2:]))
    assert isinstance(marked.blocks[0], type(everything(RUSSIAN).blocks[0]))


def _ids(document: Document) -> list[str]:
    kinds = (Sentence, CodeBlock, Figure, Diagram, MathBlock, Recording)
    return [one.id for one in walk(document) if isinstance(one, kinds)]


def _check(document: Document) -> None:
    marked = mark_sentences(document)
    assert mark_sentences(marked) == marked
    ids = _ids(marked)
    assert sorted(ids, key=lambda one: int(one[2:])) == [f"s.{number}" for number in range(1, len(ids) + 1)]
    for before, after in zip(document.blocks, marked.blocks, strict=True):
        assert type(before) is type(after)
    texts = [_flat(document), _flat(marked)]
    assert texts[0] == texts[1]
    kinds = [_counts(document), _counts(marked)]
    assert kinds[0] == kinds[1]
    outside = _outside(marked)
    assert [one for one in outside if plain_text((one,)).strip()] == []
    for one in walk(marked):
        if isinstance(one, Sentence):
            text = plain_text(one.children)
            assert text.strip()
            assert not any(isinstance(child, Sentence) for inside in one.children for child in _everything(inside))
            first, last = one.children[0], one.children[-1]
            if isinstance(first, Text) and isinstance(last, Text):
                assert text == text.strip()


def _flat(document: Document) -> str:
    """All text in order, to the letter."""
    return "|".join(
        plain_text((one,)) if not isinstance(one, Text) else one.text
        for block in (*document.blocks, *document.footnotes)
        for one in _everything(block)
        if isinstance(one, Text | LineBreak | CodeSpan | Formula | Picture)
    ).replace("|", "")


def _counts(document: Document) -> dict[str, int]:
    """How many there are of each node that must not be cut or doubled."""
    found: dict[str, int] = {}
    for one in walk(document):
        if isinstance(one, Link | CodeSpan | Formula | Picture | FootnoteReference | LineBreak | CodeBlock | Diagram):
            found[type(one).__name__] = found.get(type(one).__name__, 0) + 1
    return found


def _everything(node: Node) -> list[Node]:
    return [node, *(inside for one in child_nodes(node) for inside in _everything(one))]


def _outside(document: Document) -> list[Inline]:
    """Text, code, formulas and pictures that are in no sentence; a figure's own picture is read with the figure."""
    found: list[Inline] = []

    def look(node: Node) -> None:
        if isinstance(node, Sentence):
            return
        if isinstance(node, Text | CodeSpan | Formula | Link):
            found.append(node)
        for one in child_nodes(node):
            look(one)

    for block in (*document.blocks, *document.footnotes):
        look(block)
    return found


@_QUIET
@given(documents())
def test_marking_changes_no_text_and_leaves_nothing_out(document: Document) -> None:
    _check(document)


@_QUIET
@given(documents(text=soup()))
def test_marking_bears_any_text(document: Document) -> None:
    _check(document)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_sample_is_marked_in_every_language(language: LanguageTag) -> None:
    _check(everything(language))


def test_a_megabyte_in_one_paragraph_takes_time_in_proportion() -> None:
    def measure(size: int) -> float:
        parts = tuple(
            part
            for number in range(size // 40)
            for part in (Text("Бул сүйлөм. Дагы "), Emphasis((Text("бири. Эми"),)), Link((Text("шилтеме"),), _LINK))
        )
        gc.disable()  # it would look through what other tests have left
        begin = time.process_time()
        mark_sentences(_document(*parts))
        taken = time.process_time() - begin
        gc.enable()
        return taken

    small = min(measure(25_000) for _ in range(3))
    assert min(measure(200_000) for _ in range(2)) < 8 * small * 3 + 0.05
