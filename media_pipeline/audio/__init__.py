"""Sound and video files: probing, loudness, coding, joining, tags, conversion.

Everything we make ourselves is mono, 16 bit, 24,000 Hz. Heavy libraries (PyAV, numpy, mutagen) are imported only when
one of these functions is called.
"""

from media_pipeline.audio.books import BookPart, BookTags, bind_m4b, playlist_zip
from media_pipeline.audio.chunks import BLOCK_SAMPLES, CodedChunk, encode_chunk
from media_pipeline.audio.coding import CODECS
from media_pipeline.audio.cover import draw_cover
from media_pipeline.audio.errors import MediaProblem
from media_pipeline.audio.lessons import LessonAudio, LessonTags, join_lesson
from media_pipeline.audio.loudness import TARGET_LUFS, measure_loudness, normalise_loudness
from media_pipeline.audio.prepare import prepare_audio, prepare_video
from media_pipeline.audio.probing import MediaFacts, MediaKind, probe
from media_pipeline.audio.rates import SAMPLE_RATE, SPEECH_RATE
from media_pipeline.audio.resampling import resample, resample_all
from media_pipeline.audio.sound import SoundFacts, find_doubts, listen, read_speech

__all__ = [
    "BLOCK_SAMPLES",
    "CODECS",
    "SAMPLE_RATE",
    "SPEECH_RATE",
    "TARGET_LUFS",
    "BookPart",
    "BookTags",
    "CodedChunk",
    "LessonAudio",
    "LessonTags",
    "MediaFacts",
    "MediaKind",
    "MediaProblem",
    "SoundFacts",
    "bind_m4b",
    "draw_cover",
    "encode_chunk",
    "find_doubts",
    "join_lesson",
    "listen",
    "measure_loudness",
    "normalise_loudness",
    "playlist_zip",
    "prepare_audio",
    "prepare_video",
    "probe",
    "read_speech",
    "resample",
    "resample_all",
]
