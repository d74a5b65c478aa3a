"""Scripts: golden texts to be read as a listener hears them, and what keeps chunks apart."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.model.document import Abbreviation, Block, CodeSpan, Document, Heading, Paragraph, Passage, Text
from builder.model.finding import Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import SpeechSettings
from builder.sentences import mark_sentences
from media_pipeline.speech.narration import write_script
from media_pipeline.speech.script import Chunk, Part, Script
from tests.exports.golden import assert_golden
from tests.laws.documents import documents, words
from tests.samples import everything

_GOLDEN = Path(__file__).parent / "golden"
_QUIET = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def _readable(script: Script) -> str:
    """One utterance a line: its element, its words with the language where the voice changes, and its pause."""
    lines = []
    for chunk, places in zip(script.chunks, script.places, strict=True):
        for utterance, place in zip(chunk.utterances, places, strict=True):
            if place.chapter:
                lines.append(f"== {place.chapter.level} {place.chapter.title} #{place.chapter.anchor}")
            said = " ".join(f"[{part.language}] {part.text}" for part in utterance.parts)
            lines.append(f"{place.element:5} {said} ({utterance.pause_after_ms} ms)")
        lines.append("-- chunk")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_sample_is_narrated_as_reviewed(language: LanguageTag) -> None:
    assert_golden(_GOLDEN / f"{language}.txt", _readable(write_script(everything(language))))


@_QUIET
@given(documents())
def test_a_script_is_the_same_every_time_and_has_a_place_for_every_utterance(document: Document) -> None:
    script = write_script(document)
    assert write_script(mark_sentences(document)) == script
    assert [len(one.utterances) for one in script.chunks] == [len(one) for one in script.places]
    assert all(one.utterances for one in script.chunks)
    for chunk in script.chunks:
        assert not re.search(rb"s\.[0-9]", chunk.to_json())
        for utterance in chunk.utterances:
            assert utterance.parts
            assert all(part.text.strip() for part in utterance.parts)


def test_a_heading_begins_a_chunk_and_a_chapter() -> None:
    script = write_script(everything(RUSSIAN))
    for places in script.places:
        assert [number for number, place in enumerate(places) if place.chapter] in ([], [0])
    titles = [place.chapter.title for places in script.places for place in places if place.chapter]
    assert titles[:2] == ["Файлы и папки", "Цель занятия"]


def _sizes(script: Script) -> list[int]:
    return [sum(len(part.text) for one in chunk.utterances for part in one.parts) for chunk in script.chunks]


def test_chunks_have_at_most_about_forty_seconds() -> None:
    # 12 characters a second: see the module.
    sentence = "Бул сүйлөм компьютер жана анын бөлүктөрү жөнүндө жазылган. "
    blocks = tuple(Paragraph((Text(sentence * count),)) for count in (1, 2, 9, 30, 3, 1, 1, 14))
    sizes = _sizes(write_script(Document("c", "l", KYRGYZ, "Т", blocks)))
    assert max(sizes) <= 40 * 13
    assert sum(sizes) / len(sizes) > 15 * 12


# 24 words of 9 letters, one of them different: more than a chunk needs to be closed, less than one may hold.
_LONG = words(KYRGYZ, least=1, most=3).map(lambda text: f"{text} {'маалымат ' * 24}".capitalize().strip() + ".")


@_QUIET
@given(st.lists(_LONG, min_size=3, max_size=6), _LONG, st.data())
def test_an_edit_changes_only_the_chunk_that_holds_it(texts: list[str], other: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))

    def chunks(some: list[str]) -> list[bytes]:
        blocks: list[Block] = [Heading(2, (Text("Башы"),), "a"), *(Paragraph((Text(one),)) for one in some)]
        return [one.to_json() for one in write_script(Document("c", "l", KYRGYZ, "Т", tuple(blocks))).chunks]

    before, after = chunks(texts), chunks([*texts[:place], other, *texts[place + 1 :]])
    # The title is a chunk of its own, the heading begins that of the first paragraph.
    assert len(before) == len(after) == 1 + len(texts)
    assert [one for one in range(len(before)) if before[one] != after[one]] in ([], [1 + place])
    inserted = chunks([*texts[:place], other, *texts[place:]])
    assert set(before) - set(inserted) <= {before[1]}


def test_numbers_of_lines_and_elements_are_no_part_of_a_chunk() -> None:
    blocks = everything(RUSSIAN).blocks
    moved = tuple(replace(block, line=block.line + 100) for block in blocks)
    document = everything(RUSSIAN)
    first = Paragraph((Text("Новый первый абзац, который достаточно длинный, чтобы быть отдельным куском. " * 3),))
    before = write_script(document).chunks
    after = write_script(replace(document, blocks=(first, *moved))).chunks
    assert [one for one in before[1:] if one not in after] == []


def test_neighbouring_words_of_one_voice_are_one_part_and_marks_stay_with_the_voice_before() -> None:
    inlines = (Text("Слово "), Passage(KYRGYZ, (Text("папка түзүү"),)), Text(", потом ещё."))
    (_, chunk) = (one for one in write_script(_document(Paragraph(inlines))).chunks[0].utterances)
    assert chunk.parts == (Part(RUSSIAN, "Слово"), Part(KYRGYZ, "папка түзүү,"), Part(RUSSIAN, "потом ещё."))


def test_code_in_a_sentence_is_spelled() -> None:
    (_, said) = (
        write_script(_document(Paragraph((Text("Put "), CodeSpan("a_b.txt"), Text(" here."))), language=ENGLISH))
        .chunks[0]
        .utterances
    )
    text = " ".join(part.text for part in said.parts)
    assert "underscore" in text and "dot" in text


def test_other_languages_are_left_to_their_own_voices() -> None:
    german = Passage(LanguageTag("de"), (Text("Im Jahr 2024 für 5 €"),))
    (_, said) = write_script(_document(Paragraph((Text("Так: "), german)))).chunks[0].utterances
    assert said.parts[-1] == Part(LanguageTag("de"), "Im Jahr 2024 für 5 €")


def test_a_language_without_a_voice_is_found_unless_the_settings_have_one() -> None:
    tag = LanguageTag("tlh")
    document = replace(_document(Paragraph((Text("Так: "), Passage(tag, (Text("nuqneh"),), 4)))), source="a.md")
    (finding,) = write_script(document).findings
    assert (finding.path, finding.line, finding.rule, finding.severity) == (
        "a.md",
        4,
        "voice-missing-language",
        Severity.WARNING,
    )
    assert finding.values == {"language": "tlh"}
    chosen = write_script(document, settings=SpeechSettings({tag: "piper:k.onnx"}))
    assert chosen.findings == ()
    assert chosen.chunks[0].utterances[1].parts[-1] == Part(tag, "nuqneh")


def _document(*blocks: Block, language: LanguageTag = RUSSIAN) -> Document:
    return Document("c", "l", language, "Т", blocks)


def test_what_cannot_be_said_is_no_utterance() -> None:
    script = write_script(_document(Paragraph((Text("*** — …"),))))
    assert [len(one.utterances) for one in script.chunks] == [1]
    assert isinstance(script.chunks[0], Chunk)


def test_a_sentence_ends_as_its_author_ended_it_after_a_passage_of_another_voice() -> None:
    blocks = (Paragraph((Text("Тили "), Abbreviation("HTML", "HyperText Markup Language", ENGLISH), Text(":"))),)
    utterance = write_script(Document("c", "l", KYRGYZ, "Т", blocks)).chunks[-1].utterances[-1]
    assert [part.text for part in utterance.parts] == ["Тили аш-тэ-эм-эл,", "HyperText Markup Language:"]
