"""Recordings whose every word and time is known: another voice of libespeak-ng than the one that alignment speaks
with, through another microphone and room. Nothing is taken from anybody's recording."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.recognition import SPEECH_RATE, Samples
from media_pipeline.speech.voices import find_synthesizer

_VOICE_RATE = 24_000
# Ordinary words; sentences are made of them at random, so that no two are alike.
_WORDS = {
    "ky": """сабак мугалим китеп окуучу мектеп дептер суроо жооп билим сөз тил үй көл тоо жол шаар айыл күн түн жыл
    жаңы эски чоң кичине жакшы жазат окуйт сүйлөйт угат көрөт келет кетет барат берет алат билет менен үчүн бүгүн эртең
    кечээ азыр дайыма бирге достор балдар эне ата бала кыз жигит аралык убакыт экран түшүнүк мисал тапшырма""",
    "ru": """занятие учитель книга ученик школа тетрадь вопрос ответ знание слово язык дом озеро гора дорога город село
    день ночь год новый старый большой маленький хороший пишет читает говорит слышит видит приходит уходит даёт берёт
    знает вместе сегодня завтра вчера сейчас всегда друзья дети мать отец время экран понятие пример задание лекция""",
}


@dataclass(frozen=True)
class Lecture:
    """`truth` has the start and end of each sentence of the script in ms, None for one that is not spoken."""

    sound: Samples
    script: tuple[str, ...]
    truth: tuple[tuple[float, float] | None, ...]

    def blocks(self) -> Iterator[Samples]:
        """As a decoder gives it."""
        for first in range(0, len(self.sound), 10 * SPEECH_RATE):
            yield self.sound[first : first + 10 * SPEECH_RATE]


@dataclass(frozen=True)
class Conditions:
    """`longest_pause_s` is that of one pause in seven; `unspoken` a share of the script."""

    longest_pause_s: float = 1.0
    signal_to_noise_db: float | None = None
    unspoken: float = 0.0
    intro_s: float = 0.0
    outro_s: float = 0.0


CONTRACT = Conditions(8.0, 10.0, 0.1, 20.0)
"""All at once, as the contract for alignment says."""


def sentences(language: str, count: int, seed: int) -> tuple[str, ...]:
    """Sentences of 5 to 14 words."""
    chance = np.random.default_rng(seed)
    words = np.array(_WORDS[language].split())
    made = (" ".join(chance.choice(words, int(chance.integers(5, 15)), replace=False)) for _ in range(count))
    return tuple(text.capitalize() + "." for text in made)


def lecture(language: str, seed: int, conditions: Conditions, count: int = 30, variant: str = "+f3") -> Lecture:
    """A lecture of `count` sentences. The same arguments give the same samples."""
    chance = np.random.default_rng(seed)
    speaker = _Speaker(language, variant, chance)
    script = sentences(language, count, seed)
    besides = iter(sentences(language, 60, seed + 10_000))
    left_out = set(chance.choice(count, round(conditions.unspoken * count), replace=False).tolist())
    parts = [np.zeros(SPEECH_RATE // 2, np.float32)]
    size = len(parts[0])
    truth: list[tuple[float, float] | None] = []

    def add(samples: Samples) -> None:
        nonlocal size
        parts.append(samples)
        size += len(samples)

    def add_pause() -> None:
        is_long = conditions.longest_pause_s > 1 and chance.random() < 1 / 7
        pause_s = chance.uniform(2, conditions.longest_pause_s) if is_long else chance.uniform(0.2, 1.0)
        add(np.zeros(int(pause_s * SPEECH_RATE), np.float32))

    def add_talk(seconds: float) -> None:
        begin = size
        while size < begin + seconds * SPEECH_RATE:
            add(speaker.say(next(besides)))
            add_pause()

    add_talk(conditions.intro_s)
    for number, text in enumerate(script):
        if number in left_out:
            truth.append(None)
            continue
        said = speaker.say(text)
        truth.append((size * 1000 / SPEECH_RATE, (size + len(said)) * 1000 / SPEECH_RATE))
        add(said)
        add_pause()
    add_talk(conditions.outro_s)
    sound = _another_microphone(np.concatenate(parts), chance)
    return Lecture(_with_noise(sound, conditions.signal_to_noise_db, chance), script, tuple(truth))


class _Speaker:
    def __init__(self, language: str, variant: str, chance: np.random.Generator) -> None:
        tag = LanguageTag(language)
        settings = SpeechSettings({tag: f"espeak-ng:{language}{variant}"}, int(chance.integers(125, 190)))
        self.voice = find_synthesizer(tag, settings)
        self.stretch = float(chance.uniform(0.93, 1.08))

    def say(self, text: str) -> Samples:
        """From the first to the last moment of sound; pitch and formants moved by another speed."""
        samples = np.frombuffer(self.voice.speak(text), np.int16).astype(np.float32) / np.float32(32768)
        samples = _resampled(samples, SPEECH_RATE / _VOICE_RATE * self.stretch)
        loud = np.flatnonzero(np.abs(samples) > 0.003)
        return samples[loud[0] : loud[-1] + 1]


def _resampled(samples: Samples, ratio: float) -> Samples:
    count = int(len(samples) * ratio)
    lines = np.fft.rfft(samples)
    kept = np.zeros(count // 2 + 1, complex)
    shared = min(len(kept), len(lines))
    kept[:shared] = lines[:shared]
    return np.asarray(np.fft.irfft(kept, count) * ratio, np.float32)


def _another_microphone(samples: Samples, chance: np.random.Generator) -> Samples:
    """Up to 8 dB more or less in each octave."""
    gains = chance.uniform(-8, 8, 7) - np.array([6, 0, 0, 0, 0, 0, 0])
    lines = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / SPEECH_RATE)
    levels = np.interp(hertz, [0, 200, 500, 1000, 2000, 4000, 8000], gains)
    sound = np.fft.irfft(lines * 10 ** (levels / 20), len(samples))
    return np.asarray(sound / np.abs(sound).max() * 0.7, np.float32)


def _with_noise(samples: Samples, signal_to_noise_db: float | None, chance: np.random.Generator) -> Samples:
    """White noise below the power of the speech (not of the pauses)."""
    if signal_to_noise_db is None:
        return samples
    speech = float(np.sqrt(np.mean(samples[np.abs(samples) > 0.01] ** 2)))
    noise = chance.standard_normal(len(samples)) * speech * 10 ** (-signal_to_noise_db / 20)
    return np.asarray((samples + noise) * 0.6, np.float32)


def start_errors_ms(found: Sequence[tuple[int, bool]], truth: Sequence[tuple[float, float] | None]) -> list[float]:
    """For each sentence that is spoken, how far its (start, is spoken) is off; one that was not found is 10 s off."""
    return [
        abs(start_ms - real[0]) if is_spoken else 10_000.0
        for (start_ms, is_spoken), real in zip(found, truth, strict=True)
        if real
    ]
