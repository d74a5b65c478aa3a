"""Kyrgyz endings: recognised as written, and put on again by vowel harmony.

The rules are those of the orthography (sections on vowel harmony and on case endings): the last vowel of the word
decides the vowels of the ending, its last sound the first consonant.
"""

import re
from enum import Enum
from typing import Final

NARROW: Final = dict(zip("аыяэеиоуёюөү", "ыыыиииууууүү", strict=True))
WIDE: Final = dict(zip("аыяэеиоуёюөү", "аааеееоаоаөө", strict=True))
_VOICELESS: Final = frozenset("пткфсшщчцх")


class Ending(Enum):
    """An ending by its meaning, with the pattern of everything it may look like in writing."""

    GENITIVE = "[ндт][ыиуү]н"
    ABLATIVE = "[ндт][аеоө]н"
    LOCATIVE_ADJECTIVE = "н?[дт][аеоө]г[ыиуү]"
    SIMILATIVE = "[дт][аеоө]й"
    DISTRIBUTIVE = "[лдт][аеоө]п"
    ADJECTIVE = "[лдт][ыиуү]к"
    LOCATIVE = "н?[дт][аеоө]"
    DATIVE = "[гкн][аеоө]"
    ACCUSATIVE = "[ндт][ыиуү]|н"


_WRITTEN: Final = re.compile(
    r"(?P<plural>[лдт][аеоө]р)?(?P<possessive>с?[ыиуү](?=н|$))?(?:"
    + "|".join(f"(?P<{one.name}>{one.value})" for one in Ending)
    + r")?(?P<more>[лдт][аеоө]р)?"
)


def is_ending(suffix: str) -> bool:
    """Whether what is written at a number or a name is an ending and not a word of its own."""
    match = _WRITTEN.fullmatch(suffix)
    return bool(suffix) and match is not None and not (match["more"] and not match["LOCATIVE_ADJECTIVE"])


def attach(words: str, suffix: str, *, possessive: bool = False) -> str:
    """The words with an ending on the last one; a suffix that is no ending follows as a word.

    `possessive` says that the words already end in the possessive of the third person (``сентябры``).
    """
    match = _WRITTEN.fullmatch(suffix)
    if match is None or not is_ending(suffix) or _last_vowel(words) is None:
        return f"{words} {suffix}"
    if match["plural"]:
        words, possessive = put_plural(words), False
    if match["possessive"] and not possessive:
        words, possessive = put_possessive(words), True
    ending = next((one for one in Ending if match[one.name]), None)
    if ending is not None:
        words = put(words, ending, possessive=possessive)
    return put_plural(words) if match["more"] else words


def put(words: str, ending: Ending, *, possessive: bool = False) -> str:
    """``беш`` + ABLATIVE -> ``бештен``. The soft sign of a loan goes: ``апрель``, ``апрелде``."""
    words = words.removesuffix("ь")
    vowel = _last_vowel(words)
    assert vowel is not None
    narrow, wide = NARROW[vowel], WIDE[vowel]
    hard = "т" if _is_voiceless(words) else "д"
    after_vowel = _sound(words) in NARROW
    if possessive:
        return words + {
            Ending.GENITIVE: f"н{narrow}н",
            Ending.DATIVE: f"н{wide}",
            Ending.ACCUSATIVE: "н",
            Ending.LOCATIVE: f"нд{wide}",
            Ending.ABLATIVE: f"н{wide}н",
            Ending.LOCATIVE_ADJECTIVE: f"нд{wide}г{_narrow_after(wide)}",
        }.get(ending, f"{hard}{wide}й" if ending is Ending.SIMILATIVE else "")
    return (
        words
        + {
            Ending.GENITIVE: f"{'н' if after_vowel else hard}{narrow}н",
            Ending.DATIVE: f"{'к' if hard == 'т' else 'г'}{wide}",
            Ending.ACCUSATIVE: f"{'н' if after_vowel else hard}{narrow}",
            Ending.LOCATIVE: f"{hard}{wide}",
            Ending.ABLATIVE: f"{hard}{wide}н",
            Ending.LOCATIVE_ADJECTIVE: f"{hard}{wide}г{_narrow_after(wide)}",
            Ending.SIMILATIVE: f"{hard}{wide}й",
            Ending.DISTRIBUTIVE: f"{'л' if after_vowel else hard}{wide}п",
            Ending.ADJECTIVE: f"{'л' if after_vowel else hard}{narrow}к",
        }[ending]
    )


def put_plural(words: str) -> str:
    """``ворд`` -> ``ворддор``."""
    words = words.removesuffix("ь")
    vowel = _last_vowel(words)
    assert vowel is not None
    sound = _sound(words)
    first = "л" if sound in NARROW or sound in "йр" else "т" if _is_voiceless(words) else "д"
    return f"{words}{first}{WIDE[vowel]}р"


def put_possessive(words: str) -> str:
    """``бир`` -> ``бири``, ``алты`` -> ``алтысы``."""
    words = words.removesuffix("ь")
    vowel = _last_vowel(words)
    assert vowel is not None
    return f"{words}{'с' if _sound(words) in NARROW else ''}{NARROW[vowel]}"


def put_ordinal(words: str) -> str:
    """``төрт`` -> ``төртүнчү``."""
    vowel = _last_vowel(words)
    assert vowel is not None
    return f"{words}{'' if words[-1] in NARROW else NARROW[vowel]}нч{NARROW[vowel]}"


def _narrow_after(wide: str) -> str:
    return NARROW[wide]


def _last_vowel(words: str) -> str | None:
    return next((letter for letter in reversed(words.lower()) if letter in NARROW), None)


def _sound(words: str) -> str:
    """The last letter that sounds: ``апрель`` ends in л."""
    return words.lower().rstrip("ьъ")[-1:]


def _is_voiceless(words: str) -> bool:
    return _sound(words) in _VOICELESS
