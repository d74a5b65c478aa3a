"""What a caption file and a transcript say about themselves, in the language of the captions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language


@dataclass(frozen=True, slots=True)
class CaptionWords:
    """`unreviewed` and `reviewed` stand above the captions, `unsure` before a cue, `status` in a transcript."""

    unreviewed: str
    reviewed: str
    unsure: str
    status: str


_WORDS: Final[Mapping[LanguageTag, CaptionWords]] = {
    KYRGYZ: CaptionWords(
        unreviewed="Бул субтитрди программа жазган, аны адам азырынча текшере элек.\n"
        "Текшерип бүткөндө, төмөнкү саптагы no деген сөздү yes дегенге алмаштырыңыз.",
        reviewed="Бул субтитрди адам текшерген.",
        unsure="Текшериңиз: программа бул жердеги сөздөрдү же убакытты так аныктай алган жок",
        status="Бул текстти программа жазган, аны адам азырынча текшере элек.",
    ),
    RUSSIAN: CaptionWords(
        unreviewed="Эти субтитры составила программа, человек их ещё не проверил.\n"
        "Когда проверите, замените в следующей строке no на yes.",
        reviewed="Эти субтитры проверил человек.",
        unsure="Проверьте: программа не уверена в словах или во времени",
        status="Этот текст составлен программой и ещё не проверен человеком.",
    ),
    ENGLISH: CaptionWords(
        unreviewed="A program wrote these captions, and no person has reviewed them yet.\n"
        "When you have, change no to yes in the next line.",
        reviewed="A person has reviewed these captions.",
        unsure="Please check: the program is not sure of the words or of the times",
        status="This text was made by a program and has not been reviewed by a person yet.",
    ),
}


def caption_words(language: LanguageTag) -> CaptionWords:
    """The words for captions in this language; English for one that Jetki has no words in."""
    return _WORDS.get(primary_language(language), _WORDS[ENGLISH])
