"""Written text as words that a voice cannot misread: numbers, dates, signs, abbreviations and foreign words are said.

`normalise` is for running text, `spell` for computer text that a listener must be able to type. How things are said in
a language stands in its package (`language.py` tells how to add one); what is recognised is the same for all.
"""

from builder.model.language import LanguageTag
from media_pipeline.speech.normalisation.glossary import EMPTY, Glossary, parse_glossary
from media_pipeline.speech.normalisation.words import Words

__all__ = ["EMPTY", "Glossary", "Words", "normalise", "parse_glossary", "spell"]


def normalise(text: str, language: LanguageTag, glossary: Glossary = EMPTY) -> tuple[Words, ...]:
    """The words of running text, in order; empty when nothing in it can be said."""
    said = " ".join("".join(one if one.isalpha() or one in ".,;:?!—'-" else " " for one in text).split())
    return (Words(language, said),) if said else ()


def spell(text: str, language: LanguageTag) -> tuple[Words, ...]:
    """Code, a file name or an address, said so that a listener can type it: signs by their names."""
    return normalise(text, language)
