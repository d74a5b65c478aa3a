"""Voices behind one interface: libespeak-ng, RHVoice, Piper, and those of Windows and macOS."""

from media_pipeline.speech.voices.errors import VoiceFailed, VoiceMissing, VoiceProblem
from media_pipeline.speech.voices.registry import find_synthesizer
from media_pipeline.speech.voices.synthesizer import Synthesizer

__all__ = ["Synthesizer", "VoiceFailed", "VoiceMissing", "VoiceProblem", "find_synthesizer"]
