"""Recordings of a lesson: what its front matter declares, and where its text shows them."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from builder.model.course import DeclaredRecording, Lesson
from builder.model.document import Recording, RecordingKind
from builder.model.language import LanguageTag

# Endings that FFmpeg's demuxers know and teachers have: phones, lecture rooms, video conferences, old archives.
_KINDS: Final[Mapping[str, RecordingKind]] = {
    **dict.fromkeys(".mp4 .m4v .mov .webm .mkv .avi .wmv .mpg .mpeg .ogv .3gp .ts".split(), RecordingKind.VIDEO),
    **dict.fromkeys(".mp3 .m4a .m4b .aac .ogg .oga .opus .wav .flac .wma .amr .aif .aiff".split(), RecordingKind.AUDIO),
}


def kind_of_recording(path: str) -> RecordingKind | None:
    """What a file of this name holds by its ending, None for what is no recording."""
    return _KINDS.get(PurePosixPath(unquote(path).partition("?")[0].partition("#")[0]).suffix.lower())


class LessonRecordings:
    """The recordings of one lesson while its text is read."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._declared = {one.file: one for one in lesson.recordings}
        self._placed: set[str] = set()

    def place(self, resource: str, title: str, language: LanguageTag | None, withheld: bool, line: int) -> Recording:
        """The recording shown at this line. What is written there comes before what the front matter says."""
        self._placed.add(resource)
        declared = self._declared.get(resource) or DeclaredRecording(resource, "", self._lesson.language)
        return _recording(declared, title, language or declared.language, withheld or declared.withheld, line)

    def without_place(self) -> tuple[Recording, ...]:
        """Declared recordings that the text has not shown, in the order of the front matter."""
        return tuple(
            _recording(one, "", one.language, one.withheld, one.line)
            for one in self._lesson.recordings
            if one.file not in self._placed
        )


def _recording(one: DeclaredRecording, title: str, language: LanguageTag, withheld: bool, line: int) -> Recording:
    return Recording(
        one.file,
        title or one.title or PurePosixPath(one.file).stem,
        kind_of_recording(one.file) or RecordingKind.AUDIO,
        language,
        one.script,
        one.sign_language,
        withheld,
        line=line,
    )
