"""A short Document as one sound file, made at once: for what is not a lesson of the site, such as a question."""

from dataclasses import dataclass

from builder.model.document import Document
from builder.model.labels import labels_for
from builder.model.settings import SpeechSettings


@dataclass(frozen=True, slots=True)
class Sound:
    """`voices` are the voices that speak, by their names."""

    mp3: bytes
    duration_ms: int
    voices: tuple[str, ...]


def narrate(document: Document, settings: SpeechSettings) -> Sound:
    """The document read aloud from its title on; the file says that the voice is synthetic. Raises VoiceMissing,
    VoiceFailed."""
    from media_pipeline.audio import LessonTags, encode_chunk, join_lesson, normalise_loudness
    from media_pipeline.speech.narration import write_script
    from media_pipeline.speech.speaking import speak_chunk

    spoken = [speak_chunk(chunk, settings) for chunk in write_script(document, settings=settings).chunks]
    voices = tuple(dict.fromkeys(voice for one in spoken for voice in one.voices))
    comment = labels_for(document.language).synthetic_voice.format(voices=", ".join(voices))
    tags = LessonTags(document.title, "", 1, 1, document.language, comment=comment)
    packets = [encode_chunk(normalise_loudness(one.pcm), ("opus", "mp3")).packets for one in spoken]
    audio = join_lesson(packets, tags)
    return Sound(audio.mp3, audio.duration_ms, voices)
