"""Chunks as sound: where each utterance is heard, how voices join, and that the same chunk gives the same bytes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.audio import SAMPLE_RATE
from media_pipeline.speech.joining import join
from media_pipeline.speech.narration import write_script
from media_pipeline.speech.script import Chunk, Part, Utterance
from media_pipeline.speech.speaking import (
    SpokenChunk,
    find_sound,
    silence,
    speak_chunk,
    trim,
    voice_identities,
    voices_of,
)
from media_pipeline.speech.voices import VoiceMissing
from tests.laws.documents import words
from tests.samples import everything

_SETTINGS = SpeechSettings()
_MS = SAMPLE_RATE // 1000


def _energy(pcm: bytes) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Mean power of every millisecond."""
    samples = np.frombuffer(pcm, "<i2").astype("f8")
    return np.asarray((samples[: len(samples) // _MS * _MS].reshape(-1, _MS) ** 2).mean(axis=1))


def _measured_starts(spoken: SpokenChunk, chunk: Chunk) -> list[int]:
    """Where the energy rises after each inserted silence, in milliseconds: from the middle of the silence on, the first
    one in which it is above -40 dB of the loudest millisecond that follows."""
    energy = _energy(spoken.pcm)
    starts, position = [], 0
    for (_, end), utterance in zip(spoken.sentences, chunk.utterances, strict=True):
        assert energy[position : position + 10].max() == 0, "not in the silence"
        heard = energy[position : end // _MS]
        starts.append(position + int(np.flatnonzero(heard > heard.max() * 1e-4)[0]))
        position = end // _MS + utterance.pause_after_ms // 2
    return starts


def _check_times(chunk: Chunk) -> list[float]:
    spoken = speak_chunk(chunk, _SETTINGS)
    assert len(spoken.sentences) == len(chunk.utterances)
    late = [
        start / _MS - measured
        for (start, _), measured in zip(spoken.sentences, _measured_starts(spoken, chunk), strict=True)
    ]
    before = 0
    for (start, end), utterance in zip(spoken.sentences, chunk.utterances, strict=True):
        assert before < start < end
        samples = np.frombuffer(spoken.pcm, "<i2")[end : end + utterance.pause_after_ms * _MS]
        assert np.abs(samples.astype("i4")).max() < 400
        before = end
    assert end * 2 < len(spoken.pcm)
    return late


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_sentence_of_the_sample_begins_within_5_ms_of_its_told_time(language: LanguageTag) -> None:
    late = [one for chunk in write_script(everything(language)).chunks for one in _check_times(chunk)]
    assert len(late) > 50
    assert max(map(abs, late)) <= 5


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_any_sentences_begin_within_5_ms_of_their_told_times(data: st.DataObject) -> None:
    utterances = []
    for _ in range(data.draw(st.integers(1, 4))):
        languages = data.draw(st.lists(st.sampled_from(SITE_LANGUAGES), min_size=1, max_size=3))
        parts = tuple(Part(language, data.draw(words(language, least=2))) for language in languages)
        utterances.append(Utterance(parts, data.draw(st.sampled_from([350, 400, 750]))))
    assert max(map(abs, _check_times(Chunk(tuple(utterances))))) <= 5


def test_the_same_chunk_gives_the_same_bytes_whatever_was_said_before() -> None:
    first, *others = write_script(everything(KYRGYZ)).chunks[1:4]
    spoken = speak_chunk(first, _SETTINGS)
    for other in others:
        speak_chunk(other, _SETTINGS)
    assert speak_chunk(first, _SETTINGS) == spoken


def test_a_chunk_begins_and_ends_in_silence() -> None:
    for chunk in write_script(everything(RUSSIAN)).chunks[:3]:
        spoken = speak_chunk(chunk, _SETTINGS)
        energy = _energy(spoken.pcm)
        assert energy[:60].max() == 0
        assert energy[-300:].max() == 0


def test_voices_change_inside_a_sentence_without_a_hole() -> None:
    parts = (Part(KYRGYZ, "Бул жерде"), Part(ENGLISH, "machine learning"), Part(KYRGYZ, "деген сөз бар"))
    spoken = speak_chunk(Chunk((Utterance(parts, 400),)), _SETTINGS)
    ((start, end),) = spoken.sentences
    energy = _energy(spoken.pcm)[start // _MS : end // _MS]
    quiet = energy < energy.max() * 1e-4
    longest = max(len(run) for run in "".join("q" if one else "s" for one in quiet).split("s"))
    # A stop consonant is silent for up to about 100 ms inside words too.
    assert longest <= 130
    assert spoken.voices == ("espeak-ng:ky", "espeak-ng:en-us")


def test_a_comma_between_voices_is_heard_as_a_pause() -> None:
    def length(text: str) -> int:
        chunk = Chunk((Utterance((Part(KYRGYZ, text), Part(RUSSIAN, "да")), 400),))
        return len(speak_chunk(chunk, _SETTINGS).pcm)

    assert length("ооба,") - length("ооба") > 80 * _MS


def test_all_voices_are_equally_loud() -> None:
    levels = []
    for language, text in (
        (KYRGYZ, "Окуучулар бул сабакта файлдарды жана папкаларды кантип сактоо керек экенин үйрөнүшөт"),
        (RUSSIAN, "На этом занятии студенты учатся хранить свои файлы и папки в полном порядке"),
        (ENGLISH, "In this lesson the students learn how to keep all of their files and folders in order"),
    ):
        energy = _energy(speak_chunk(Chunk((Utterance((Part(language, text),), 400),)), _SETTINGS).pcm)
        levels.append(10 * np.log10(energy[energy > energy.max() * 1e-3].mean()))
    assert max(levels) - min(levels) < 3


def test_an_utterance_that_gives_no_sound_is_an_instant_in_its_place() -> None:
    chunk = Chunk(
        (
            Utterance((Part(KYRGYZ, "Бир"),), 400),
            Utterance((Part(KYRGYZ, "…"),), 400),
            Utterance((Part(KYRGYZ, "Эки"),), 400),
        )
    )
    first, none, last = speak_chunk(chunk, _SETTINGS).sentences
    assert none[0] == none[1]
    assert first[1] < none[0] < last[0]


def test_voices_and_their_identities_name_what_the_sound_depends_on() -> None:
    chunk = Chunk((Utterance((Part(KYRGYZ, "Бир"), Part(RUSSIAN, "два"), Part(KYRGYZ, "үч")), 400),))
    assert voices_of(chunk, _SETTINGS) == ("espeak-ng:ky", "espeak-ng:ru")
    slow = voice_identities(chunk, SpeechSettings(words_per_minute=120))
    assert len(slow) == 2
    assert slow != voice_identities(chunk, _SETTINGS)


def test_a_slower_pace_lasts_longer() -> None:
    chunk = Chunk((Utterance((Part(RUSSIAN, "Проверим, как быстро читает этот голос"),), 400),))
    slow, quick = (len(speak_chunk(chunk, SpeechSettings(words_per_minute=pace)).pcm) for pace in (100, 250))
    assert slow > 1.5 * quick


def test_a_chunk_for_a_voice_that_is_missing_is_refused() -> None:
    chunk = Chunk((Utterance((Part(LanguageTag("tlh"), "nuqneH"),), 400),))
    with pytest.raises(VoiceMissing) as caught:
        speak_chunk(chunk, _SETTINGS)
    assert caught.value.rule == "voice-unknown"
    assert caught.value.values["language"] == "tlh"


@given(st.lists(st.binary(max_size=40).map(lambda one: one[: len(one) // 2 * 2]), max_size=6))
def test_joining_is_exact_to_the_sample(pieces: list[bytes]) -> None:
    assert join(pieces) == b"".join(pieces)


def test_trimming_leaves_a_known_silence_around_the_sound() -> None:
    tone = (np.sin(np.arange(4_800) / 5) * 8_000).astype("<i2").tobytes()
    trimmed = trim(silence(300) + tone + silence(500))
    begin, end = find_sound(trimmed)
    assert begin <= 13 * _MS
    assert abs((end - begin) - 4_800) < 10
    assert len(trimmed) // 2 - end <= 31 * _MS
    assert trim(silence(200)) == b""
    assert find_sound(b"") == (0, 0)
