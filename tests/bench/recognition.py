"""Measures of recognition, for `make bench`: each prints one line or more and returns what it measured."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.recognition import SPEECH_RATE, Samples, align_script, find_transcriber
from tests.media_pipeline.recognition.generated import CONTRACT, Conditions, lecture, start_errors_ms

_VARIANTS = ("+f3", "+m5", "+f2", "+m3", "+f4", "+m7")


def measure_alignment(seeds: int = 6) -> dict[tuple[str, str], tuple[float, float]]:
    """(factor, language) -> median and 95th percentile in ms of the error of sentence starts, over all seeds."""
    factors = {
        "plain": Conditions(),
        "pauses up to 8 s": Conditions(longest_pause_s=8),
        "noise at 10 dB": Conditions(signal_to_noise_db=10),
        "a tenth unspoken": Conditions(unspoken=0.1),
        "20 s besides the script": Conditions(intro_s=20),
        "all at once": CONTRACT,
    }
    measured = {}
    for name, conditions in factors.items():
        for language in ("ky", "ru"):
            errors: list[float] = []
            for seed in range(seeds):
                given = lecture(language, 500 + seed, conditions, variant=_VARIANTS[seed % len(_VARIANTS)])
                found = align_script(given.blocks(), given.script, LanguageTag(language), SpeechSettings())
                errors += start_errors_ms([(one.start_ms, one.is_spoken) for one in found.sentences], given.truth)
            median, most = float(np.median(errors)), float(np.percentile(errors, 95))
            print(
                f"alignment, {language}, {name}: median {median:.0f} ms, p95 {most:.0f} ms (asked: 50, 500)", flush=True
            )
            measured[name, language] = (median, most)
    return measured


def measure_long_alignment(minutes: int = 75) -> tuple[float, float]:
    """Seconds and MB (of the whole process, with the recording in it) for one long lecture."""
    given = lecture("ky", 7, Conditions(intro_s=20), count=round(minutes * 8.2))
    began = time.perf_counter()
    align_script(given.blocks(), given.script, LanguageTag("ky"), SpeechSettings())
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    length = len(given.sound) / SPEECH_RATE / 60
    print(f"{length:.0f} minutes aligned: {seconds:.1f} s, {memory:.0f} MB (asked: 20 s for 75, 1 GB)", flush=True)
    return seconds, memory


def measure_recognition(model: Path, sound: Samples, language: str = "en") -> float:
    """Our time over that of faster-whisper called directly with the same settings, both loaded before."""
    from faster_whisper import WhisperModel  # type: ignore[import-untyped]  # it has no types

    ours = find_transcriber(LanguageTag(language), str(model))
    theirs = WhisperModel(str(model.resolve()), device="cpu", compute_type="int8", cpu_threads=2)

    def blocks() -> Iterator[Samples]:
        for first in range(0, len(sound), 10 * SPEECH_RATE):
            yield sound[first : first + 10 * SPEECH_RATE]

    def direct() -> None:
        options = {"beam_size": 5, "condition_on_previous_text": False, "vad_filter": True, "word_timestamps": True}
        list(theirs.transcribe(sound, language=language, **options)[0])

    ours.transcribe([sound[: 5 * SPEECH_RATE]], LanguageTag(language))  # loads the model
    times: dict[str, list[float]] = {"ours": [], "direct": []}
    for _ in range(2):
        for name, work in (("direct", direct), ("ours", lambda: ours.transcribe(blocks(), LanguageTag(language)))):
            began = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - began)
    ratio = min(times["ours"]) / min(times["direct"])
    print(f"captions over faster-whisper called directly: {ratio:.2f} (asked: at most 1.1)", flush=True)
    return ratio
