"""How Kyrgyz says numbers, dates, amounts and signs."""

from media_pipeline.speech.normalisation.kyrgyz.words import KYRGYZ_WORDS

__all__ = ["KYRGYZ_WORDS"]
