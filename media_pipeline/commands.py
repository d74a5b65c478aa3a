"""What the command line asks of voices and recordings."""

import io
import wave
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from builder.model.captions import Captions
from builder.model.finding import Finding, Severity
from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings

if TYPE_CHECKING:
    from media_pipeline.speech.voices import VoiceInfo


class MediaCommands:
    """Voices and recordings for the commands about them; heavy libraries are imported when they are needed."""

    def list_voices(self) -> "Sequence[VoiceInfo]":
        """Every voice of ky, ru and en that Jetki knows how to use."""
        from media_pipeline.speech.voices import list_voices

        return list_voices()

    def say(self, text: str, language: LanguageTag, settings: SpeechSettings, out: Path) -> Finding | None:
        """Writes a WAV file with this text spoken. A finding says why no voice could. Raises OSError."""
        from builder.jobs.store import write_whole
        from media_pipeline.audio import SAMPLE_RATE
        from media_pipeline.speech.normalisation import normalise
        from media_pipeline.speech.script import Chunk, Part, Utterance
        from media_pipeline.speech.speaking import speak_chunk
        from media_pipeline.speech.voices import VoiceProblem

        parts = tuple(Part(one.language, one.text) for one in normalise(text, language))
        try:
            spoken = speak_chunk(Chunk((Utterance(parts, 200),)), settings)
        except VoiceProblem as problem:
            return Finding("", 0, problem.rule, Severity.ERROR, problem.values)
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(SAMPLE_RATE)
            sound.writeframes(spoken.pcm)
        write_whole(out, file.getvalue())
        return None

    def caption(
        self,
        recording: Path,
        language: LanguageTag | None,
        script: Sequence[str] | None,
        settings: SpeechSettings,
        progress: Callable[[float], None],
    ) -> tuple[Captions | None, Sequence[Finding]]:
        """A machine's captions of a recording, None where it has none, and what a person should know."""
        from media_pipeline.audio import MediaProblem, find_doubts, listen, probe
        from media_pipeline.recordings import RecordingProblem, write_down

        name = recording.name
        try:
            captions, found = write_down(recording, name, str(recording), language, script, settings, progress)
            placed = [replace(one, path=one.path or str(recording)) for one in found]
            doubts = find_doubts(recording, probe(recording), listen(recording))
        except (RecordingProblem, MediaProblem) as problem:
            return None, [Finding(str(recording), 0, problem.rule, Severity.ERROR, problem.values)]
        told = {one.rule for one in placed}
        warnings = (Finding(str(recording), 0, one.rule, Severity.WARNING, one.values) for one in doubts)
        return captions, [*(one for one in warnings if one.rule not in told), *placed]

    def write_captions(self, captions: Captions, title: str) -> bytes:
        """As a WebVTT file."""
        from media_pipeline.captions import write_vtt

        return write_vtt(captions, title).encode()

    def check_captions(self, data: bytes, path: str) -> tuple[Captions | None, Sequence[Finding]]:
        """What a WebVTT file says, and what is wrong with it."""
        from media_pipeline.captions import read_vtt

        return read_vtt(data, path)
