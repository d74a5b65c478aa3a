"""What a media file holds, before anything is done with it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class MediaKind(StrEnum):
    """Whether there are moving pictures."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What the file says of itself. `duration_ms` is 0 where it does not say; codecs are empty where there is no such
    stream; `width` and `height` are those seen, after any rotation."""

    kind: MediaKind
    duration_ms: int
    container: str
    audio_codec: str = ""
    video_codec: str = ""
    channels: int = 0
    sample_rate: int = 0
    width: int = 0
    height: int = 0

    @property
    def has_audio(self) -> bool:
        """Whether there is a sound track."""
        return bool(self.audio_codec)


def probe(path: Path) -> MediaFacts:
    """Raises MediaProblem for what is no usable media file."""
    raise NotImplementedError
