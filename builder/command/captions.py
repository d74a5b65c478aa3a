"""`jetki captions`: a recording's words as WebVTT, and the file that a person corrects."""

import os
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
from builder.reading.script import find_script_problem, read_script

UNREVIEWED: Final = "unreviewed"
_NO_WORDS: Final = ("media-silent", "recording-without-words")


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

    A file that is there already is never overwritten.
    """
    expected = options.out or (options.language and _unreviewed_path(options.recording, options.language))
    if expected and os.path.lexists(expected):  # before an hour of listening
        return [_is_there(expected)]
    captions, findings = _make_captions(options, settings, media, talk)
    if captions is None:
        return findings
    out = options.out or _unreviewed_path(options.recording, captions.language)
    if os.path.lexists(out):
        return [*findings, _is_there(out)]
    if problem := _write(out, captions, options, media):
        return [*findings, problem]
    talk.say("captions-written", path=out, cues=len(captions.cues), unsure=_count_unsure(captions))
    return findings


def _unreviewed_path(recording: Path, language: LanguageTag) -> Path:
    return recording.with_suffix(f".{language}.{UNREVIEWED}.vtt")


def _is_there(out: Path) -> Finding:
    return Finding(str(out), 0, "captions-exist", Severity.ERROR, {"file": out.name})


def _write(out: Path, captions: Captions, options: CaptionOptions, media: Media) -> Finding | None:
    """Whole or not at all."""
    try:
        write_whole(out, media.write_captions(captions, options.recording.stem))
    except OSError as error:
        values = {"file": out.name, "error": error.strerror or str(error)}
        return Finding(str(out), 0, "captions-not-written", Severity.ERROR, values)
    return None


def review_captions(options: CaptionOptions, settings: SpeechSettings, media: Media, talk: Talk) -> Sequence[Finding]:
    """The file that a person corrects, beside the recording: ``<recording>.<language>.vtt``. One that is there is
    checked and left as it is; otherwise it is made of what the machine wrote before, or of what it writes now."""
    languages = [options.language] if options.language else list(SITE_LANGUAGES)
    found: list[Finding] = []
    there = [path for path in (_review_path(options.recording, tag) for tag in languages) if os.path.lexists(path)]
    for path in there:
        try:
            data = path.read_bytes()
        except OSError:
            found.append(Finding(str(path), 0, "file-unreadable", Severity.ERROR))
            continue
        captions, problems = media.check_captions(data, str(path))
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
    if problem := _write(path, captions, options, media):
        return [*problems, problem]
    talk.say("captions-review-written", path=path, cues=len(captions.cues), unsure=_count_unsure(captions))
    talk.say("captions-how-to-review")
    return problems


def _review_path(recording: Path, language: LanguageTag) -> Path:
    return recording.with_suffix(f".{language}.vtt")


def _earlier_captions(
    options: CaptionOptions, languages: Sequence[LanguageTag], media: Media
) -> tuple[Captions | None, Sequence[Finding]]:
    for tag in languages:
        path = _unreviewed_path(options.recording, tag)
        if path.is_file():
            captions, problems = media.check_captions(path.read_bytes(), str(path))
            if captions is not None:
                return replace(captions, language=tag), problems
    return None, ()


def _make_captions(
    options: CaptionOptions, settings: SpeechSettings, media: Media, talk: Talk
) -> tuple[Captions | None, Sequence[Finding]]:
    script = None
    if options.script is not None:
        try:
            data = options.script.read_bytes()
        except OSError:
            missing = {"path": str(options.script)}
            return None, [Finding(str(options.recording), 0, "recording-script-missing", Severity.ERROR, missing)]
        if problem := find_script_problem(data):
            line, rule, values = problem
            return None, [Finding(str(options.script), line, rule, Severity.ERROR, values)]
        script = read_script(data, options.script.name, options.language or SITE_LANGUAGES[0])
    if options.model:
        languages = [options.language] if options.language else SITE_LANGUAGES
        settings = replace(settings, models=dict.fromkeys(languages, options.model))
    talk.stage("captions")

    def tell(share: float) -> None:
        talk.progress(round(share * 100), 100, options.recording.name)

    captions, findings = media.caption(options.recording, options.language, script, settings, tell)
    talk.finish_progress()
    if captions is None:  # what is a mere doubt in a build has made this command useless
        findings = [replace(one, severity=Severity.ERROR) if one.rule in _NO_WORDS else one for one in findings]
    return captions, findings


def _count_unsure(captions: Captions) -> int:
    return sum(not cue.is_sure for cue in captions.cues)
