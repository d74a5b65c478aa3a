"""Recordings as words with times: recognition, and alignment of a known script."""

from media_pipeline.recognition.errors import RecognitionProblem
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

__all__ = [
    "SPEECH_RATE",
    "AlignedSentence",
    "Alignment",
    "RecognitionProblem",
    "RecordingFinding",
    "RecordingWords",
    "Samples",
    "Transcriber",
    "Transcription",
]
