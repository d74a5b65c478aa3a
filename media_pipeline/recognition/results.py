"""What recognition and alignment find out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from builder.model.language import LanguageTag
from media_pipeline.captions import TimedWord

SPEECH_RATE = 16_000
"""Samples a second of everything that is recognised or aligned: what Whisper and Silero VAD were trained on."""

Samples: TypeAlias = npt.NDArray[np.float32]
"""Sound at `SPEECH_RATE`, one channel, from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was said. `language` is what the model heard with `probability`; `transcribed_as` is the language that
    the words were written in, the declared one where one was declared."""

    words: tuple[TimedWord, ...]
    language: LanguageTag
    probability: float
    transcribed_as: LanguageTag
    duration_ms: int


class Transcriber(Protocol):
    """A model that writes down speech."""

    @property
    def name(self) -> str:
        """Who it is, for credits and cache keys."""

    @property
    def languages(self) -> frozenset[LanguageTag]:
        """The languages that it can write."""

    def transcribe(self, speech: Iterable[Samples], language: LanguageTag | None) -> Transcription:
        """The words of blocks of sound, in order of time; None lets the model find out the language. Holds some
        minutes of sound at a time, however long the recording."""


@dataclass(frozen=True, slots=True)
class AlignedSentence:
    """Sentence number `index` of the script. `confidence` from 0 to 1 tells how surely it is heard at that time; one
    that `is_spoken` nowhere has no words, and its times are those of the place where it is missing."""

    index: int
    start_ms: int
    end_ms: int
    confidence: float
    is_spoken: bool
    words: tuple[TimedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """Every sentence of a script, in its order. `confidence` tells how well script and recording belong together;
    `unscripted` are the passages of speech, in ms, that the script does not have."""

    sentences: tuple[AlignedSentence, ...]
    confidence: float
    unscripted: tuple[tuple[int, int], ...] = ()

    @property
    def words(self) -> tuple[TimedWord, ...]:
        """The words of the sentences that are spoken, in order of time."""
        return tuple(word for sentence in self.sentences for word in sentence.words)


@dataclass(frozen=True, slots=True)
class RecordingFinding:
    """A rule that a person should hear of, with what fills its text; `time_ms` where in the recording."""

    rule: str
    values: dict[str, str]
    time_ms: int = 0


@dataclass(frozen=True, slots=True)
class RecordingWords:
    """The words of a recording with their times, and what a person should look at. `source` is ``script`` or the name
    of the model."""

    words: tuple[TimedWord, ...]
    language: LanguageTag
    source: str
    confidence: float
    findings: tuple[RecordingFinding, ...] = ()
