"""Number words back to numbers, written from the grammar and not from the code under test."""

from typing import Final

from builder.model.language import KYRGYZ, LanguageTag

_KYRGYZ: Final = {
    "нөл": 0, "бир": 1, "эки": 2, "үч": 3, "төрт": 4, "беш": 5, "алты": 6, "жети": 7, "сегиз": 8, "тогуз": 9,
    "он": 10, "жыйырма": 20, "отуз": 30, "кырк": 40, "элүү": 50, "алтымыш": 60, "жетимиш": 70, "сексен": 80,
    "токсон": 90,
}  # fmt: skip
_ENGLISH: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "and": 0,
}  # fmt: skip
_HUNDRED: Final = {"жүз", "hundred"}
_SCALES: Final = {
    "миң": 10**3, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip


def read_number(words: str, language: LanguageTag) -> int:
    """Raises KeyError for anything that is no number word of the language."""
    values = _KYRGYZ if language == KYRGYZ else _ENGLISH
    total, group = 0, 0
    for word in words.replace("-", " ").split():
        if word in _HUNDRED:
            group = 100 * max(group, 1)
        elif word in _SCALES:
            total += _SCALES[word] * max(group, 1)
            group = 0
        else:
            group += values[word]
    return total + group
