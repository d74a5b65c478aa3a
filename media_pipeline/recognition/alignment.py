"""When each sentence of a script is heard in a recording, without a model of the language.

The script is spoken by a synthesizer, and the recording is followed through that: roughly first, with every voice
length that people have, then closely along the way that was found. Speech that the script does not have, and
sentences that nobody says, are allowed everywhere between sentences.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.recognition.errors import RecognitionProblem
from media_pipeline.recognition.listening import Heard, Script, hear, say
from media_pipeline.recognition.placing import place_sentences
from media_pipeline.recognition.results import Alignment, Samples
from media_pipeline.recognition.spectrum import (
    Rows,
    cepstra,
    coarser,
    into_surroundings,
    shift_formants,
    spectral_floor,
)
from media_pipeline.recognition.warping import Steps, Way, follow

_COARSE: Final = 4
"""Rows of 160 ms for the rough way."""
_MOUTHS: Final = (0.88, 0.94, 1.0, 1.06, 1.12, 1.18, 1.24)
"""Formants of the speaker over those of espeak-ng's voices, which are male: our choice, wider than between adults."""
_EXCERPT: Final = 2_000
"""Rough rows by which the voice is judged: five minutes of speech."""
_ROUGH_CELLS: Final = 80_000_000
_NARROWEST: Final = 2_500
"""Pairs of rows that the rough way may look at, a byte each, and how many at least for each row (400 s)."""
_MARGIN: Final = 60
"""Rows of 40 ms by which the close way may leave the rough one: 2.4 s."""
UNSURE: Final = 0.5
"""Below this a sentence is shown to a person."""
MATCHING: Final = 0.4
"""Below this a script does not belong to the recording. Measured on generated recordings: the right script with a tenth
left out, in noise, has 0.67 to 0.89; other texts and languages have at most 0.12, shuffled sentences 0.32."""


def align_script(
    speech: Iterable[Samples], sentences: Sequence[str], language: LanguageTag, settings: SpeechSettings
) -> Alignment:
    """When each sentence is heard. Raises RecognitionProblem for a recording without speech and for a script without
    words, VoiceMissing where nobody speaks the language."""
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(hear, speech)
        script = say(sentences, language, settings)
        heard = listening.result()
    if len(heard.rows) < _COARSE:
        raise RecognitionProblem("recording-no-speech")
    if not script.numbers:
        raise RecognitionProblem("script-no-words")
    features = cepstra(heard.rows, spectral_floor(heard.rows))
    mouth = _find_mouth(features, heard, script)
    spoken = _as_heard(script, heard, mouth)
    rough = _rough_way(features, spoken, script)
    low, high = _corridor(rough, len(features), len(spoken))
    way = follow(features, spoken, script.starts, low, high)
    return place_sentences(way, heard, script, sentences)


def _as_heard(script: Script, heard: Heard, mouth: float) -> Rows:
    rows = into_surroundings(shift_formants(script.rows, mouth), heard.rows, heard.noise)
    return cepstra(rows, spectral_floor(heard.rows))


def _find_mouth(features: Rows, heard: Heard, script: Script) -> float:
    """The factor by which the synthesizer's formants come closest to the speaker's, judged in the middle of both."""
    rough = coarser(features, _COARSE)
    first = max(0, (len(rough) - _EXCERPT) // 2)
    part = rough[first : first + _EXCERPT]
    means = []
    for mouth in _MOUTHS:
        spoken = coarser(_as_heard(script, heard, mouth), _COARSE)
        starts = _coarse_starts(script.starts, len(spoken))
        share = len(spoken) / len(rough)
        low, high = int((first - _EXCERPT) * share), int((first + 2 * _EXCERPT) * share)
        inside = (starts >= low) & (starts < high)
        begin = int(starts[inside][0]) if inside.any() else 0
        end = min(len(spoken), max(high, begin + 1))
        near = starts[(starts >= begin) & (starts < end)] - begin
        lows, highs = np.zeros(len(part), np.int32), np.full(len(part), end - begin, np.int32)
        means.append(follow(part, spoken[begin:end], near, lows, highs, anywhere=True).mean)
    return _MOUTHS[int(np.argmin(means))]


def _rough_way(features: Rows, spoken: Rows, script: Script) -> Way:
    rough, voice = coarser(features, _COARSE), coarser(spoken, _COARSE)
    width = max(_NARROWEST, _ROUGH_CELLS // len(rough))
    centre = np.arange(len(rough)) * len(voice) / len(rough)
    low = np.clip(centre - width / 2, 0, max(0, len(voice) - width)).astype(np.int32)
    high = np.minimum(low + width, len(voice)).astype(np.int32)
    return follow(rough, voice, _coarse_starts(script.starts, len(voice)), low, high)


def _coarse_starts(starts: Steps, rows: int) -> Steps:
    """No two sentences begin in the same row: short ones are pushed apart."""
    coarse = np.minimum(starts // _COARSE, rows - 1)
    apart = np.arange(len(coarse))
    forward = np.maximum.accumulate(coarse - apart) + apart
    return np.minimum(forward, rows - len(coarse) + apart).astype(np.int32)


def _corridor(rough: Way, heard: int, spoken: int) -> tuple[Steps, Steps]:
    """Around the rough way, and around every place where it leaves the script."""
    known = rough.rows
    before = np.maximum.accumulate(np.where(known >= 0, known, 0))
    after = np.minimum.accumulate(np.where(known >= 0, known, spoken // _COARSE)[::-1])[::-1]
    steps = np.minimum(np.arange(heard) // _COARSE, len(known) - 1)
    reach = _MARGIN // _COARSE
    low = before[np.maximum(steps - reach, 0)] * _COARSE - _MARGIN
    high = after[np.minimum(steps + reach, len(known) - 1)] * _COARSE + _MARGIN + _COARSE
    low, high = np.maximum(low, 0), np.minimum(high, spoken)
    low[: reach * _COARSE], high[-reach * _COARSE :] = 0, spoken
    return low.astype(np.int32), np.maximum.accumulate(high).astype(np.int32)
