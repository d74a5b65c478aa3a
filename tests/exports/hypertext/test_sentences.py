"""What is read aloud can be found on the page and in the book."""

import re
from dataclasses import replace

import pytest

from builder.exports.hypertext import HypertextContext, render_body, toc
from builder.model.document import (
    CodeBlock,
    Diagram,
    Document,
    Figure,
    MathBlock,
    Recording,
    RecordingKind,
    Sentence,
    walk,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.sentences import mark_sentences
from tests.exports.hypertext.reading import BOOK, CONTEXT, NOWHERE, parse
from tests.samples import everything

RECORDING = Recording("media/talk.mp4", "Talk", RecordingKind.VIDEO, ENGLISH)


def marked(language: LanguageTag) -> Document:
    document = everything(language)
    return mark_sentences(replace(document, blocks=(*document.blocks, RECORDING)))


def names_of(document: Document) -> list[str]:
    """Ids that a voice may name, in reading order; a decorative picture is passed over in silence."""
    return [
        one.id
        for one in walk(document)
        if isinstance(one, Sentence | CodeBlock | Diagram | Figure | MathBlock | Recording)
        and not (isinstance(one, Figure) and one.picture.decorative)
    ]


@pytest.mark.parametrize("language", [KYRGYZ, RUSSIAN, ENGLISH])
@pytest.mark.parametrize("context", [CONTEXT, BOOK, NOWHERE])
def test_every_sentence_and_block_has_its_place_once(language: LanguageTag, context: HypertextContext) -> None:
    document = marked(language)
    names = names_of(document)
    assert len(names) > 40
    found = [one.get("id", "") for one in parse(render_body(document, context)).iter()]
    assert sorted(one for one in found if one.startswith("s.")) == sorted(names)
    assert len(set(names)) == len(names)


def test_a_contents_entry_repeats_no_place() -> None:
    assert not [one for one in toc(marked(ENGLISH)) if "id=" in one.markup]


def test_without_marks_there_are_no_places() -> None:
    assert not re.search(r'id="s\.', render_body(everything(ENGLISH), CONTEXT))


def test_marks_change_nothing_else() -> None:
    plain = render_body(everything(RUSSIAN), CONTEXT)
    with_marks = render_body(mark_sentences(everything(RUSSIAN)), CONTEXT)
    bare = re.sub(r' id="s\.\d+"', "", re.sub(r'<span id="s\.\d+">(.*?)</span>', r"\1", with_marks))
    assert re.sub(r"</?span>", "", re.sub(r"<[^>]*>", "", bare)) == re.sub(r"<[^>]*>", "", plain)


def test_a_recording_without_player_has_its_place_at_the_title() -> None:
    document = mark_sentences(replace(everything(ENGLISH), blocks=(RECORDING,), footnotes=()))
    tree = parse(render_body(document, CONTEXT))
    place = next(one for one in tree.iter() if one.get("id") == "s.1")
    assert "".join(place.itertext()) == "Video: Talk"


def test_a_player_takes_the_place_of_the_words() -> None:
    context = replace(CONTEXT, recording_of=lambda one: f'<div id="{one.id}">{one.title}!</div>')
    document = mark_sentences(replace(everything(ENGLISH), blocks=(RECORDING,), footnotes=()))
    assert render_body(document, context) == '<div id="s.1">Talk!</div>'


def test_sentences_are_spans_around_their_words() -> None:
    document = marked(ENGLISH)
    sentences = [one for one in walk(document) if isinstance(one, Sentence)]
    tree = parse(render_body(document, CONTEXT))
    spans = {one.get("id"): one for one in tree.iter() if one.tag.endswith("span")}
    assert len(sentences) > 30
    assert {one.id for one in sentences} <= spans.keys()
