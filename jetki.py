"""The `jetki` command. The only module that knows all packages; it imports them when they are needed."""

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from api.narration import Narrated, Narrator
    from builder.command.composition import Media
    from builder.command.doctor import Requirement
    from builder.jobs.work import Call, Made
    from builder.model.document import Document
    from builder.model.settings import SpeechSettings


def read_lessons(calls: "Sequence[Call]") -> "Sequence[Made]":
    """The reading task of a build, with everybody who judges a Document."""
    from a11y_checks.lint import lint_document
    from builder.command.tasks import read_lessons as read
    from builder.mathematics import check_document

    return read(calls, (lint_document, check_document))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives back the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if (of_service := _split_service_command(given)) is not None:
        from api.commands.main import run as run_service

        return run_service(of_service, narrator=make_narrator)
    from builder.command.composition import Composition
    from builder.command.main import run

    composition = Composition(_read_version, _requirements, _find_tools, _media)
    return run(given, composition)


def _split_service_command(arguments: "Sequence[str]") -> "Sequence[str] | None":
    """What `jetki [options] api …` says to the service, with the options before it; None for any other command."""
    place = 0
    while place < len(arguments) and arguments[place].startswith("-"):
        place += 2 if arguments[place] == "--language" else 1
    if place >= len(arguments) or arguments[place] != "api":
        return None
    return [one for one in arguments[:place] if one != "--plain"] + list(arguments[place + 1 :])


def make_narrator(project: "Path") -> "Narrator":
    """Who reads questions of tests aloud, with the voices that the project in this folder chooses."""
    return _Narrator(project)


class _Narrator:
    """Fills the service's port `api.narration.Narrator`. The choice of voices is read each time: who installs one need
    not start the service anew."""

    def __init__(self, project: "Path") -> None:
        self._project = project

    def narrate(self, document: "Document") -> "Narrated":
        from api.narration import Narrated, NarrationFailed, NoVoice
        from media_pipeline.audio import MediaProblem
        from media_pipeline.narrating import narrate
        from media_pipeline.speech.voices import VoiceFailed, VoiceMissing

        try:
            sound = narrate(document, self._settings())
        except VoiceMissing as missing:
            raise NoVoice(document.language) from missing
        except (VoiceFailed, MediaProblem, ImportError) as failed:
            raise NarrationFailed() from failed
        return Narrated(sound.mp3, "audio/mpeg", "mp3", sound.duration_ms, sound.voices)

    def _settings(self) -> "SpeechSettings":
        from builder.model.settings import SpeechSettings
        from builder.reading.settings import UnusableConfiguration, read_settings

        with contextlib.suppress(UnusableConfiguration):
            return read_settings(self._project / "mkdocs.yml")[0].speech
        return SpeechSettings()


def _media() -> "Media":
    """Voices and recordings."""
    from media_pipeline.commands import MediaCommands

    return MediaCommands()


def _read_version() -> str:
    """Changes when those who judge in the reading task, or what makes sound and captions, change."""
    from builder.command.fingerprint import code_fingerprint

    return code_fingerprint(("a11y_checks.lint", "media_pipeline"))


def _find_tools() -> "Sequence[str]":
    """What jobs can find on this machine; a worker of a cluster is given no others."""
    from importlib.util import find_spec

    from media_pipeline.audio.errors import MediaProblem
    from media_pipeline.audio.ffmpeg import find_ffmpeg
    from media_pipeline.speech.voices import list_voices

    tools = ["whisper"] if find_spec("faster_whisper") else []
    tools += sorted({one.engine for one in list_voices() if one.is_found} - {"espeak-ng"})
    with contextlib.suppress(MediaProblem):
        find_ffmpeg()
        tools.append("ffmpeg")
    return tools


def _requirements() -> "Sequence[Requirement]":
    """What sound and recordings need, then what the checks of finished pages and files need; pages do without."""
    from builder.command.doctor import Requirement, program_requirement

    return (
        Requirement("espeak-ng", "sound", "pip install espeakng-loader", _find_speech),
        Requirement("ffmpeg", "recordings", "sudo apt-get install ffmpeg", _find_ffmpeg),
        Requirement("faster-whisper", "captions", "pip install faster-whisper", _find_whisper),
        Requirement("Chromium", "audit", "sudo apt-get install chromium", _find_browser),
        program_requirement("Java", ("javac",), "judges", "sudo apt-get install default-jdk-headless libjaxb-java"),
    )


def _find_speech() -> str:
    """The version of the default voice's package. Raises ProgramMissing."""
    return _package_version("espeakng-loader")


def _find_whisper() -> str:
    """The version of the package that writes recordings down. Raises ProgramMissing."""
    return _package_version("faster-whisper")


def _package_version(name: str) -> str:
    from importlib import metadata

    from builder.exports.unavailable import ProgramMissing

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError as missing:
        raise ProgramMissing(name, f"pip install {name}") from missing


def _find_ffmpeg() -> str:
    """The program that converts recordings. Raises ProgramMissing."""
    from builder.exports.unavailable import ProgramMissing
    from media_pipeline.audio.errors import MediaProblem
    from media_pipeline.audio.ffmpeg import find_ffmpeg

    try:
        return find_ffmpeg()
    except MediaProblem as missing:
        raise ProgramMissing("ffmpeg", "sudo apt-get install ffmpeg") from missing


def _find_browser() -> str:
    """The browser that an audit would take. Raises ProgramMissing."""
    from a11y_checks.browser.chromium import find_chromium
    from a11y_checks.judges.verdict import JudgeMissing
    from builder.exports.unavailable import ProgramMissing

    try:
        return find_chromium()
    except JudgeMissing as missing:
        raise ProgramMissing(missing.program, missing.hint) from missing


if __name__ == "__main__":
    sys.exit(main())
