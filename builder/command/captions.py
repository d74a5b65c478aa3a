"""`jetki captions`: a recording's words as WebVTT, and the file that a person corrects."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from builder.command.composition import Media
from builder.command.console import Talk
from builder.jobs.store import write_whole
from builder.model.captions import Captions
from builder.model.finding import Finding, Severity
from builder.model.language import SITE_LANGUAGES, LanguageTag
from builder.model.settings import SpeechSettings
from builder.reading.script import read_script

UNREVIEWED: Final = "unreviewed"


@dataclass(frozen=True, slots=True)
class CaptionOptions:
    """`language` is that of the recording, None to find out; `model` a name or a folder; `out` None for a name beside
    the recording."""

    recording: Path
    language: LanguageTag | None = None
    script: Path | None = None
    model: str = ""
    out: Path | None = None


def caption_recording(options: CaptionOptions, settings: SpeechSettings, media: Media, talk: Talk) -> Sequence[Finding]:
    """Writes the machine's captions, marked as not yet reviewed, and gives back what a person should know.

    A file that is there already is never overwritten. Raises OSError when the captions cannot be written.
    """
    captions, findings = _make_captions(options, settings, media, talk)
    if captions is None:
        return findings
    out = options.out or options.recording.with_suffix(f".{captions.language}.{UNREVIEWED}.vtt")
    if out.exists():
        return [*findings, Finding(str(out), 0, "captions-exist", Severity.ERROR, {"file": out.name})]
    write_whole(out, media.write_captions(captions, options.recording.stem))
    talk.say("captions-written", path=out, cues=len(captions.cues), unsure=_count_unsure(captions))
    return findings


def review_captions(options: CaptionOptions, settings: SpeechSettings, media: Media, talk: Talk) -> Sequence[Finding]:
    """The file that a person corrects, beside the recording: ``<recording>.<language>.vtt``. One that is there is
    checked and left as it is; otherwise it is made of what the machine wrote before, or of what it writes now."""
    languages = [options.language] if options.language else list(SITE_LANGUAGES)
    found: list[Finding] = []
    there = [path for path in (_review_path(options.recording, tag) for tag in languages) if path.exists()]
    for path in there:
        captions, problems = media.check_captions(path.read_bytes(), str(path))
        found += problems
        state = "captions-reviewed" if captions and captions.is_reviewed else "captions-to-review"
        talk.say(state if captions else "captions-unreadable", path=path)
    if there:
        return found
    captions, problems = _earlier_captions(options, languages, media)
    if captions is None:
        captions, problems = _make_captions(options, settings, media, talk)
    if captions is None:
        return problems
    path = _review_path(options.recording, captions.language)
    write_whole(path, media.write_captions(captions, options.recording.stem))
    talk.say("captions-review-written", path=path, cues=len(captions.cues), unsure=_count_unsure(captions))
    talk.say("captions-how-to-review")
    return problems


def _review_path(recording: Path, language: LanguageTag) -> Path:
    return recording.with_suffix(f".{language}.vtt")


def _earlier_captions(
    options: CaptionOptions, languages: Sequence[LanguageTag], media: Media
) -> tuple[Captions | None, Sequence[Finding]]:
    for tag in languages:
        path = options.recording.with_suffix(f".{tag}.{UNREVIEWED}.vtt")
        if path.exists():
            captions, problems = media.check_captions(path.read_bytes(), str(path))
            if captions is not None:
                return replace(captions, language=tag), problems
    return None, ()


def _make_captions(
    options: CaptionOptions, settings: SpeechSettings, media: Media, talk: Talk
) -> tuple[Captions | None, Sequence[Finding]]:
    name = str(options.recording)
    if not options.recording.is_file():
        return None, [Finding(name, 0, "media-unreadable", Severity.ERROR, {"file": options.recording.name})]
    script = None
    if options.script is not None:
        try:
            data = options.script.read_bytes()
        except OSError:
            missing = {"path": str(options.script)}
            return None, [Finding(name, 0, "recording-script-missing", Severity.ERROR, missing)]
        script = read_script(data, options.script.name, options.language or SITE_LANGUAGES[0])
    if options.model:
        languages = [options.language] if options.language else SITE_LANGUAGES
        settings = replace(settings, models=dict.fromkeys(languages, options.model))
    talk.stage("captions")

    def tell(share: float) -> None:
        talk.progress(round(share * 100), 100, options.recording.name)

    made = media.caption(options.recording, options.language, script, settings, tell)
    talk.finish_progress()
    return made


def _count_unsure(captions: Captions) -> int:
    return sum(not cue.is_sure for cue in captions.cues)
