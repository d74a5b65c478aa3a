"""Russian words for voices: every number, date, unit and abbreviation in the case that its sentence asks for.

`numerals` declines numbers, `nouns` the words beside them, `context` decides case and gender from what stands around,
`amounts`, `suffixes`, `romans` and `rules` say the things, `lexicon` and `units` hold the fixed words, and `speaking`
hands it all to the shared recogniser.
"""

from media_pipeline.speech.normalisation.russian.speaking import RUSSIAN_WORDS

__all__ = ["RUSSIAN_WORDS"]
