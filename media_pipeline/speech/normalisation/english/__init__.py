"""How English says numbers, dates, amounts and signs."""

from media_pipeline.speech.normalisation.english.words import ENGLISH_WORDS

__all__ = ["ENGLISH_WORDS"]
