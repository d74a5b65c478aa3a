"""Russian words for voices: every number, date, unit and abbreviation in the case that its sentence asks for.

`numerals` declines numbers, `nouns` the words beside them. `government` looks to the left of a number, `following` to
its right, `context` decides case and gender from both. `amounts`, `suffixes`, `romans` and the three files of rules say
the things, `lexicon` and `units` hold the fixed words, and `speaking` hands it all to the shared recogniser.
"""

from media_pipeline.speech.normalisation.russian.speaking import RUSSIAN_WORDS

__all__ = ["RUSSIAN_WORDS"]
