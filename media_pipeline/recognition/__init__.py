"""Recordings as words with times: recognition, and alignment of a known script.

Heavy libraries (faster-whisper, onnxruntime) are imported only when a recording is heard.
"""

from media_pipeline.recognition.alignment import MATCHING, UNSURE, align_script
from media_pipeline.recognition.errors import RecognitionProblem
from media_pipeline.recognition.matching import match_script
from media_pipeline.recognition.recording import caption_recording, find_transcriber
from media_pipeline.recognition.results import (
    SPEECH_RATE,
    AlignedSentence,
    Alignment,
    RecordingFinding,
    RecordingWords,
    Samples,
    Transcriber,
    Transcription,
)
from media_pipeline.recognition.voice_activity import find_speech
from media_pipeline.recognition.whisper import DEFAULT_MODEL

__all__ = [
    "DEFAULT_MODEL",
    "MATCHING",
    "SPEECH_RATE",
    "UNSURE",
    "AlignedSentence",
    "Alignment",
    "RecognitionProblem",
    "RecordingFinding",
    "RecordingWords",
    "Samples",
    "Transcriber",
    "Transcription",
    "align_script",
    "caption_recording",
    "find_speech",
    "find_transcriber",
    "match_script",
]
