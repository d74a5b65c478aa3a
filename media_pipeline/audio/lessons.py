"""A lesson's audio files, joined from coded chunks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder.model.language import LanguageTag
from builder.model.narration import Chapter
from media_pipeline.audio.chunks import encode_chunk, unpack_packets
from media_pipeline.audio.mp3 import write_mp3
from media_pipeline.audio.ogg import write_ogg_opus


@dataclass(frozen=True, slots=True)
class LessonTags:
    """What a player shows. `comment` says in the lesson's language that the voice is synthetic and which it is;
    `cover` is a PNG or JPEG picture, `cover_description` its words."""

    title: str
    course: str
    number: int
    total: int
    language: LanguageTag
    authors: tuple[str, ...] = ()
    publisher: str = ""
    rights: str = ""
    comment: str = ""
    chapters: tuple[Chapter, ...] = ()
    cover: bytes = b""
    cover_description: str = ""


@dataclass(frozen=True, slots=True)
class LessonAudio:
    """The finished files. `samples` is their length at SAMPLE_RATE, `duration_ms` the same, rounded."""

    opus: bytes
    mp3: bytes
    samples: int

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds."""
        return round(self.samples / 24)


def join_lesson(chunks: Sequence[Mapping[str, bytes]], tags: LessonTags) -> LessonAudio:
    """`chunks` are the `packets` of `encode_chunk`, each with ``opus`` and ``mp3``. A chunk begins where the one
    before it ends: at the sum of the `samples` so far. Without chunks there is a moment of silence."""
    parts = chunks or [encode_chunk(b"", ("opus", "mp3")).packets]
    opus = [unpack_packets(one["opus"]) for one in parts]
    mp3 = [unpack_packets(one["mp3"]) for one in parts]
    samples = sum(one.samples for one in opus)
    return LessonAudio(write_ogg_opus(opus, tags), write_mp3(mp3, tags), samples)
