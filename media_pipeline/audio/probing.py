"""What a media file holds, before anything is done with it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from media_pipeline.audio.errors import MediaProblem
from media_pipeline.audio.opening import find_stream, open_media

VERY_LONG_MS: Final = 4 * 3_600_000
"""Our choice: longer than any lecture; more often a recording that nobody stopped."""
_PACKETS_TRIED: Final = 200
_GOOD_AT_LEAST: Final = 8


class MediaKind(StrEnum):
    """Whether there are moving pictures."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What the file says of itself. `duration_ms` is 0 where it does not say; codecs are empty where there is no such
    stream; `width` and `height` are those seen, after any rotation, with square pixels."""

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
    """Reads the beginning only. Raises MediaProblem for what is no usable media file: unreadable, empty, text, locked,
    damaged, without a stream that can be decoded."""
    with open_media(path) as container:
        audio, video = find_stream(container, "audio"), find_stream(container, "video")
        if audio is None and video is None:
            raise MediaProblem("media-no-stream", file=path.name)
        sound = None if audio is None else _first_frame(container, audio, path)
        picture = None if video is None else _first_frame(container, video, path)
        width, height = _seen_size(video, picture)
        return MediaFacts(
            MediaKind.AUDIO if video is None else MediaKind.VIDEO,
            (container.duration or 0) // 1_000,
            container.format.name,
            "" if audio is None else audio.codec_context.name,
            "" if video is None else video.codec_context.name,
            0 if sound is None else sound.layout.nb_channels,
            0 if sound is None else sound.sample_rate,
            width,
            height,
        )


def _first_frame(container: Any, stream: Any, path: Path) -> Any:
    """Something that really was decoded: headers alone prove little."""
    import av

    if stream.codec_context is None:
        raise MediaProblem("media-unknown-codec", file=path.name, codec=stream.type)
    container.seek(0)
    first, tried, bad = None, 0, 0
    for packet in container.demux(stream):
        tried += 1
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            bad += 1
            frames = []
        first = first or next(iter(frames), None)
        if (first is not None and tried > 2 * bad + _GOOD_AT_LEAST) or tried > _PACKETS_TRIED:
            break
    if first is None and not bad and tried <= 1:
        raise MediaProblem("media-without-length", file=path.name)
    if first is None or 2 * bad > tried:  # FFmpeg finds an MP3 frame here and there even in noise
        raise MediaProblem("media-damaged", file=path.name, error=f"{bad} of {tried} packets")
    return first


def _seen_size(video: Any, picture: Any) -> tuple[int, int]:
    if picture is None:
        return 0, 0
    shape = video.sample_aspect_ratio
    width, height = round(picture.width * (shape or 1)), picture.height
    return (height, width) if picture.rotation % 180 else (width, height)
