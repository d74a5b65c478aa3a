"""What is written is WebVTT for others, and comes back the same."""

import io

import pytest
import webvtt
from hypothesis import given, settings

from builder.model.captions import CaptionKind, CaptionOrigin, Captions, Cue
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from media_pipeline.captions import make_cues, read_vtt, tell_unsure, transcript_text, write_vtt
from media_pipeline.captions.labels import shown_text
from media_pipeline.captions.tokens import clean_text
from tests.media_pipeline.captions.speaking import LECTURES, any_captions, speak


def _expected(captions: Captions) -> Captions:
    cues = []
    for cue in captions.cues:
        text = "\n".join(filter(None, map(clean_text, cue.text.split("\n"))))
        if text:
            is_sure = cue.is_sure or captions.is_reviewed
            cues.append(Cue(cue.start_ms, cue.end_ms, text, clean_text(cue.speaker), is_sure))
    return Captions(captions.language, tuple(cues), captions.origin, captions.kind)


@settings(max_examples=200, deadline=None)
@given(any_captions())
def test_what_was_written_is_read_back_the_same(captions: Captions) -> None:
    text = write_vtt(captions, "a --> b\nc")
    read, _ = read_vtt(text.encode(), "лекция.vtt")
    expected = _expected(captions)
    assert read == (expected if expected.cues else None)
    if read:
        assert write_vtt(read, "a --> b\nc") == text


@settings(max_examples=150, deadline=None)
@given(any_captions())
def test_an_independent_parser_reads_the_same_times_and_words(captions: Captions) -> None:
    parsed = webvtt.from_buffer(io.StringIO(write_vtt(captions, "Lecture")), format="vtt")
    cues = _expected(captions).cues
    assert [(_ms(one.start), _ms(one.end)) for one in parsed.captions] == [(one.start_ms, one.end_ms) for one in cues]
    shown = [shown_text(cue, before) for before, cue in zip((None, *cues), cues, strict=False)]
    escaped = [one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for one in shown]
    assert [one.text for one in parsed.captions] == escaped


def _ms(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return round(float(seconds) * 1000) + int(minutes) * 60_000 + int(hours) * 3_600_000


def _captions(*cues: Cue, language: LanguageTag = KYRGYZ, origin: CaptionOrigin = CaptionOrigin.MACHINE) -> Captions:
    return Captions(language, cues, origin)


def test_a_machine_file_as_people_see_it() -> None:
    captions = _captions(
        Cue(1000, 3500, "Салам! 1 < 2 & 3 > 2", "Айгүл"),
        Cue(3600, 5000, "Бүгүн эс тутум\nжөнүндө сүйлөшөбүз.", "Айгүл", is_sure=False),
        Cue(3_661_000, 3_663_004, "[күлкү]"),
    )
    assert write_vtt(captions, "1-лекция") == (
        "WEBVTT Kind: captions; Language: ky\n"
        "\n"
        "NOTE 1-лекция\n"
        "\n"
        "NOTE\n"
        "Бул субтитрди программа жазган, аны адам азырынча текшере элек.\n"
        "Текшерип бүткөндө, төмөнкү саптагы no деген сөздү yes дегенге алмаштырыңыз.\n"
        "jetki reviewed: no\n"
        "\n"
        "00:00:01.000 --> 00:00:03.500\n"
        "<v Айгүл>Айгүл: Салам! 1 &lt; 2 &amp; 3 &gt; 2\n"
        "\n"
        "NOTE Текшериңиз: программа бул жердеги сөздөрдү же убакытты так аныктай алган жок (jetki unsure)\n"
        "\n"
        "00:00:03.600 --> 00:00:05.000\n"
        "<v Айгүл>Бүгүн эс тутум\n"
        "жөнүндө сүйлөшөбүз.\n"
        "\n"
        "01:01:01.000 --> 01:01:03.004\n"
        "[күлкү]\n"
    )


def test_a_person_takes_over_by_one_word() -> None:
    text = write_vtt(_captions(Cue(0, 2000, "Салам", is_sure=False)), "Лекция")
    machine, _ = read_vtt(text.encode(), "лекция.ky.vtt")
    person, _ = read_vtt(text.replace("reviewed: no", "reviewed: yes").encode(), "лекция.ky.vtt")
    assert machine and machine.origin is CaptionOrigin.MACHINE and not machine.cues[0].is_sure
    assert person and person.origin is CaptionOrigin.AUTHOR and person.cues[0].is_sure


def test_a_file_without_our_note_is_an_authors() -> None:
    captions, findings = read_vtt(b"WEBVTT\n\n00:01.000 --> 00:03.000\nHello\n", "lecture.en.vtt")
    assert captions == Captions(ENGLISH, (Cue(1000, 3000, "Hello"),), CaptionOrigin.AUTHOR)
    assert findings == ()


@pytest.mark.parametrize(("kind", "language"), [(CaptionKind.SUBTITLES, RUSSIAN), (CaptionKind.CAPTIONS, ENGLISH)])
def test_kind_and_language_are_declared(kind: CaptionKind, language: LanguageTag) -> None:
    text = write_vtt(Captions(language, (Cue(0, 2000, "a"),), CaptionOrigin.AUTHOR, kind), "")
    assert text.startswith(f"WEBVTT Kind: {kind.value}; Language: {language}\n\nNOTE\n")


def test_words_that_look_like_the_name_of_the_speaker_stay() -> None:
    captions = _captions(Cue(0, 2000, "Ооба.", "Асан"), Cue(2100, 4000, "Асан: менмин.", "Асан"))
    read, _ = read_vtt(write_vtt(captions, "").encode(), "a.ky.vtt")
    assert read and read.cues == captions.cues


def test_captions_made_from_speech_are_read_without_a_finding() -> None:
    cues = make_cues(speak(LECTURES[KYRGYZ], 14, speaker="Окутуучу"), KYRGYZ)
    captions, findings = read_vtt(write_vtt(_captions(*cues), "Лекция").encode(), "лекция.ky.vtt")
    assert captions and captions.cues == cues
    assert findings == ()


def test_unsure_cues_are_listed_for_a_person_until_one_has_reviewed_them() -> None:
    cues = (Cue(0, 2000, "Так"), Cue(65_000, 67_000, "не точно\nслышно", is_sure=False))
    (finding,) = tell_unsure(_captions(*cues), "media/a.mp4")
    assert finding.values == {"time": "00:01:05.000", "text": "не точно слышно"}
    assert tell_unsure(_captions(*cues, origin=CaptionOrigin.AUTHOR), "media/a.mp4") == ()


def test_a_transcript_has_status_times_speakers_and_paragraphs() -> None:
    captions = _captions(
        Cue(0, 2000, "Салам!\nКандайсыңар?", "Айгүл"),
        Cue(2100, 4000, "Баштайлы.", "Айгүл"),
        Cue(4100, 6000, "Даярбыз.", "Бакыт"),
        Cue(3_670_000, 3_672_000, "электроэнцефало‐\nграфия", "Бакыт"),
    )
    assert transcript_text(captions, "1-лекция") == (
        "1-лекция\n\n"
        "Бул текстти программа жазган, аны адам азырынча текшере элек.\n\n"
        "[0:00] Айгүл: Салам! Кандайсыңар? Баштайлы.\n\n"
        "[0:04] Бакыт: Даярбыз.\n\n"
        "[1:01:10] электроэнцефалография\n"
    )


def test_a_reviewed_transcript_of_a_long_speech_has_paragraphs_of_whole_sentences() -> None:
    cues = make_cues(speak(LECTURES[RUSSIAN], 14), RUSSIAN)
    paragraphs = transcript_text(_captions(*cues, language=RUSSIAN, origin=CaptionOrigin.AUTHOR), "Память").split(
        "\n\n"
    )
    assert paragraphs[0] == "Память"
    assert len(paragraphs) == 3
    assert all(one.strip().endswith(".") for one in paragraphs[1:])
