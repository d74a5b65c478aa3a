"""A recording written down: its words as cues, and what a person should know of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from builder.model.captions import Captions
from builder.model.finding import Finding, Severity
from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.audio import MediaProblem, listen
from media_pipeline.captions import guard_words, make_cues
from media_pipeline.captions.telling import tell_removed, tell_unsure
from media_pipeline.recognition import RecognitionProblem, caption_recording
from media_pipeline.speech.voices.errors import VoiceProblem


class RecordingProblem(Exception):
    """A recording that cannot be written down. `rule` and `values` choose the message, as in a Finding."""

    def __init__(self, rule: str, values: dict[str, str]) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values


def write_down(
    recording: Path,
    name: str,
    path: str,
    language: LanguageTag | None,
    script: Sequence[str] | None,
    settings: SpeechSettings,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[Captions | None, tuple[Finding, ...]]:
    """Captions that nobody has reviewed yet, None where nobody speaks. `name` is what people call the file, `path`
    what findings about its words name; those about the whole recording have no place yet. Raises RecordingProblem."""
    try:
        words = caption_recording(recording, language, script, settings, progress)
    except (MediaProblem, RecognitionProblem, VoiceProblem) as problem:
        raise RecordingProblem(problem.rule, {**problem.values, "file": name}) from problem
    kept, removed = guard_words(words.words, words.language)
    found = [Finding("", 0, one.rule, Severity.WARNING, {**one.values, "file": name}) for one in words.findings]
    found += tell_removed(removed, path)
    cues = make_cues(kept, words.language)
    if not cues:
        rule = "media-silent" if listen(recording).is_silent else "recording-without-words"
        return None, (*found, Finding("", 0, rule, Severity.WARNING, {"file": name}))
    captions = Captions(words.language, cues)
    return captions, (*found, *tell_unsure(captions, path))
