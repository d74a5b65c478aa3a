"""What a voice is given: words of its own language, with nothing in them that it could misread."""

from dataclasses import dataclass

from builder.model.language import LanguageTag


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words for one voice.

    `text` holds only letters of that language's alphabet, single spaces, sentence punctuation (. , ; : ? ! —), and
    hyphens and apostrophes inside words: no digit, no sign, no letter of another script.
    """

    language: LanguageTag
    text: str
