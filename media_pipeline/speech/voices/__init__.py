"""Voices behind one interface: libespeak-ng, RHVoice, Piper, and those of Windows and macOS."""

from media_pipeline.speech.voices.errors import VoiceFailed, VoiceMissing, VoiceProblem
from media_pipeline.speech.voices.registry import ENGINES, VoiceInfo, find_synthesizer, list_voices, make_sample
from media_pipeline.speech.voices.synthesizer import Synthesizer

__all__ = [
    "ENGINES",
    "Synthesizer",
    "VoiceFailed",
    "VoiceInfo",
    "VoiceMissing",
    "VoiceProblem",
    "find_synthesizer",
    "list_voices",
    "make_sample",
]
