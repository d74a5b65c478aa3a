"""Timed words as cues, WebVTT and transcripts."""
