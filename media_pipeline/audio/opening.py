"""Opening a media file that somebody gave us: every way in which it can be wrong becomes one MediaProblem."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from media_pipeline.audio.errors import MediaProblem
from media_pipeline.audio.protection import is_locked

if TYPE_CHECKING:
    import av
    import av.container

_HEAD: Final = 4_096
_TEXT_CONTROLS: Final = frozenset(b"\t\n\f\r\x1b")


@contextmanager
def open_media(path: Path) -> "Iterator[av.container.InputContainer]":
    """The opened file. Raises MediaProblem for what is missing, empty, text, locked or damaged, also when the damage
    is met inside the `with` block."""
    import av

    _look_at(path)
    try:
        # "file:" keeps names that look like addresses or options what they are; nothing else may be opened from within.
        with av.open(f"file:{path}", options={"protocol_whitelist": "file"}, metadata_errors="replace") as container:
            yield container
    except av.FFmpegError as error:
        raise MediaProblem("media-damaged", file=path.name, error=error.strerror or str(error)) from error


def find_stream(container: "av.container.InputContainer", kind: str) -> Any:
    """The best stream of a kind, or None. Covers in audio files are not video."""
    import av

    candidates = container.streams.audio if kind == "audio" else container.streams.video
    moving = [one for one in candidates if not one.disposition & av.stream.Disposition.attached_pic]
    best = container.streams.best(kind)  # type: ignore[arg-type]
    return best if best in moving else next(iter(moving), None)


def _look_at(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not head:
                raise MediaProblem("media-empty", file=path.name)
            if _is_text(head):
                raise MediaProblem("media-is-text", file=path.name)
            if is_locked(file):
                raise MediaProblem("media-locked", file=path.name)
    except OSError as error:
        raise MediaProblem("media-unreadable", file=path.name, error=error.strerror or str(error)) from error


def _is_text(head: bytes) -> bool:
    """No media format begins with 4 kB without a single control byte."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        words = head[: len(head) // 2 * 2].decode("utf-16", "replace")
        return sum(one.isprintable() or one.isspace() for one in words) > 0.9 * len(words)
    return all(byte >= 32 or byte in _TEXT_CONTROLS for byte in head)
