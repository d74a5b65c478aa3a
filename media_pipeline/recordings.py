"""A recording written down: its words as cues, and what a person should know of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from builder.model.captions import Captions
from builder.model.finding import Finding, Severity
from builder.model.language import LanguageTag
from builder.model.settings import SpeechSettings
from media_pipeline.audio import MediaProblem
from media_pipeline.captions import guard_words, make_cues
from media_pipeline.captions.telling import tell_removed, tell_unsure
from media_pipeline.recognition import RecognitionProblem, caption_recording


class RecordingProblem(Exception):
    """A recording that cannot be written down. `rule` and `values` choose the message, as in a Finding."""

    def __init__(self, rule: str, values: dict[str, str]) -> None:
        super().__init__(rule, values)
        self.rule = rule
        self.values = values


def write_down(
    recording: Path,
    name: str,
    source: tuple[str, int],
    language: LanguageTag | None,
    script: Sequence[str] | None,
    settings: SpeechSettings,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[Captions | None, tuple[Finding, ...]]:
    """Captions that nobody has reviewed yet, None where nobody speaks. `name` is what people call the file, `source`
    the path and line that findings name. Raises RecordingProblem."""
    try:
        words = caption_recording(recording, language, script, settings, progress)
    except (MediaProblem, RecognitionProblem) as problem:
        raise RecordingProblem(problem.rule, {**problem.values, "file": name}) from problem
    kept, removed = guard_words(words.words, words.language)
    path, line = source
    found = [Finding(path, line, one.rule, Severity.WARNING, {**one.values, "file": name}) for one in words.findings]
    found += tell_removed(removed, path)
    cues = make_cues(kept, words.language)
    if not cues:
        return None, tuple(found)
    captions = Captions(words.language, cues)
    return captions, (*found, *tell_unsure(captions, path))
