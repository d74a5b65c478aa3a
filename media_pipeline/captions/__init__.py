"""Timed words as cues, WebVTT and transcripts."""

from media_pipeline.captions.checks import CueProblem, check_cues
from media_pipeline.captions.guards import guard_words
from media_pipeline.captions.reading import read_vtt
from media_pipeline.captions.segmentation import make_cues
from media_pipeline.captions.telling import tell_removed, tell_unsure
from media_pipeline.captions.transcript import transcript_text
from media_pipeline.captions.words import Removed, TimedWord
from media_pipeline.captions.writing import write_vtt

__all__ = [
    "CueProblem",
    "Removed",
    "TimedWord",
    "check_cues",
    "guard_words",
    "make_cues",
    "read_vtt",
    "tell_removed",
    "tell_unsure",
    "transcript_text",
    "write_vtt",
]
