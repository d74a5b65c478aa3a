"""Letters: which script a word is in, which language it may be, and how disguised letters are put right."""

import re
import unicodedata
from typing import Final

from builder.model.language import KYRGYZ, RUSSIAN, LanguageTag

CYRILLIC: Final = "а-яёА-ЯЁңөүҢӨҮіїєґқғұәһўҗІЇЄҐҚҒҰӘҺЎҖ"
"""A character class: Kyrgyz and Russian letters, and those of neighbours that names bring along."""
LATIN: Final = "A-Za-z"

# Letters of neighbouring alphabets, as the nearest letter that our voices have.
NEIGHBOURS: Final = str.maketrans(
    "іїєґқғұәһўҗІЇЄҐҚҒҰӘҺЎҖ",
    "ииегкгуахужИИЕГКГУАХУЖ",
)
_TYPOGRAPHY: Final = {
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u2060\ufeff\ufe0e\ufe0f\u200e\u200f\u061c"), None),
    **dict.fromkeys(range(0x202A, 0x202F), None),
    **dict.fromkeys(range(0x2066, 0x206A), None),
    **dict.fromkeys(map(ord, "\u2010\u2011\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u2012\u2013\u2014\u2015"), "–"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u2032\uff07`´"), "'"),
    ord("ﬁ"): "fi",
    ord("ﬂ"): "fl",
}  # fmt: skip
_LATIN_LOOK: Final = "aceopxyABCEHKMOPTX"
_CYRILLIC_LOOK: Final = "асеорхуАВСЕНКМОРТХ"
_TO_CYRILLIC: Final = str.maketrans(_LATIN_LOOK, _CYRILLIC_LOOK)
_TO_LATIN: Final = str.maketrans(_CYRILLIC_LOOK, _LATIN_LOOK)
_WORD: Final = re.compile(f"[{LATIN}{CYRILLIC}]{{2,}}+")
_PLAIN_LATIN: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "đ": "d", "Đ": "D",
     "ı": "i", "ð": "d", "þ": "th"}
)  # fmt: skip
_ACCENTED: Final = re.compile("[À-ÖØ-öø-\u024f\u1e00-\u1eff]")
_COMPATIBLE: Final = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff\u2100-\u2115\u2117-\u214f\u2460-\u2473ªº]")
_STRESSED: Final = re.compile("(?<=[аеёиоуыэюяөүАЕЁИОУЫЭЮЯӨҮ])[\u0300\u0301]")

# Russian spelling forbids жы, шы, чя, щя and has гы, кы, хы and doubled аа, уу, ээ in next to no word; Kyrgyz is full
# of them, and of the endings below.
_KYRGYZ_SIGNS: Final = re.compile(
    r"[ңөү]|[жшгкх]ы|аа|уу|ыы|ээ|(?:[лдт][ае]р|[лд]о?р|[ндт]ын|[ндт]ин|[дт]ык|сыз|сиз|сызбы)(?:\b|[ыидтнг])"
)
# No Kyrgyz word of its own begins with two consonants or has щ, ъ, ё; the rest are Russian endings and small words.
_RUSSIAN_SIGNS: Final = re.compile(
    r"[щъё]|\b[бвгджзклмнпрстфхцчш]{2}|(?:ть|ться|ый|ие|ая|ое|ые|ого|его|ость|ение|ания|ение|ами|ских?)\b"
    r"|\b(?:и|в|на|с|не|что|это|для|по|из|от|к|за|но|как|или|мы|вы|он|она|они|его)\b"
)


def guess_cyrillic_language(words: str) -> LanguageTag:
    """Kyrgyz or Russian, for Cyrillic words in an English text.

    What shows nothing of either (``онор``, ``сабак``) is taken for Kyrgyz: its voice reads Russian words better than a
    Russian voice reads Kyrgyz ones.
    """
    small = words.lower()
    return RUSSIAN if _RUSSIAN_SIGNS.search(small) and not _KYRGYZ_SIGNS.search(small) else KYRGYZ


def tidy(text: str) -> str:
    """The same text in one kind of dashes, apostrophes and spaces, without invisible characters, stress marks and
    letters of the wrong script in the middle of a word."""
    text = unicodedata.normalize("NFC", text.translate(_TYPOGRAPHY))
    text = _STRESSED.sub("", text)
    text = _COMPATIBLE.sub(lambda one: unicodedata.normalize("NFKC", one[0]), text)
    text = _ACCENTED.sub(_without_accent, text)
    return _WORD.sub(_in_one_script, text)


def _without_accent(letter: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKD", letter[0].translate(_PLAIN_LATIN))
    return "".join(one for one in plain if one.isascii() and one.isalpha()) or letter[0]


def _in_one_script(word: re.Match[str]) -> str:
    """A word typed with a look-alike from the other keyboard layout: ``Cайт`` with a Latin C.

    ``USBге`` and ``Wordдо`` are a Latin word with an ending and stay."""
    written = word[0]
    latin = [one for one in written if one.isascii()]
    if not latin or len(latin) == len(written):
        return written
    cyrillic = [one for one in written if not one.isascii()]
    capitals_with_ending = len(latin) > 1 and all(map(str.isupper, latin)) and all(map(str.islower, cyrillic))
    if not capitals_with_ending and len(latin) <= len(cyrillic) and all(one in _LATIN_LOOK for one in latin):
        return written.translate(_TO_CYRILLIC)
    if len(cyrillic) < len(latin) and written[-1].isascii() and all(one in _CYRILLIC_LOOK for one in cyrillic):
        return written.translate(_TO_LATIN)
    return written
