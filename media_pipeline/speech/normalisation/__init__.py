"""Written text as words that a voice cannot misread: numbers, dates, signs, abbreviations and foreign words are said.

`normalise` is for running text, `spell` for computer text that a listener must be able to type. How things are said in
a language stands in its package (`language.py` tells how to add one); what is recognised is the same for all.
"""

from builder.model.language import LanguageTag, primary_language
from media_pipeline.speech.normalisation.glossary import EMPTY, Glossary, parse_glossary
from media_pipeline.speech.normalisation.language import find_language
from media_pipeline.speech.normalisation.recognition import Recogniser, recogniser_of, speak
from media_pipeline.speech.normalisation.scripts import tidy
from media_pipeline.speech.normalisation.spelling import say_computer_text
from media_pipeline.speech.normalisation.utterance import Utterance
from media_pipeline.speech.normalisation.words import Words

__all__ = ["EMPTY", "Glossary", "Words", "normalise", "parse_glossary", "spell"]


def normalise(text: str, language: LanguageTag, glossary: Glossary = EMPTY) -> tuple[Words, ...]:
    """The words of running text, in order; empty when nothing in it can be said.

    A passage in a language that has no package here (German, Turkish) is left to its own voice as it is written.
    """
    recogniser = _recogniser(language)
    if recogniser is None:
        return _as_written(text, language)
    utterance = Utterance()
    speak(tidy(text), recogniser.with_terms(glossary.entries.get(recogniser.tag, {})), utterance)
    return utterance.finish()


def spell(text: str, language: LanguageTag) -> tuple[Words, ...]:
    """Code, a file name or an address, said so that a listener can type it: signs by their names."""
    recogniser = _recogniser(language)
    if recogniser is None:
        return _as_written(text, language)
    utterance = Utterance()
    say_computer_text(text, recogniser, utterance)
    return utterance.finish()


def _recogniser(language: LanguageTag) -> Recogniser | None:
    known = find_language(primary_language(language))
    return None if known is None else recogniser_of(known)


def _as_written(text: str, language: LanguageTag) -> tuple[Words, ...]:
    plain = " ".join(tidy(text).split())
    return (Words(primary_language(language), plain),) if any(map(str.isalnum, plain)) else ()
