"""English words written with Cyrillic letters, roughly as they sound: the last resort for a name with an ending."""

import re
from typing import Final

# Our choice: the usual correspondences of English spelling, longest first. Names in use stand in `latin_words`.
_GROUPS: Final = {
    "tion": "шн", "ough": "о", "igh": "ай", "eau": "о", "sch": "ш", "tch": "ч",
    "ck": "к", "sh": "ш", "ch": "ч", "th": "т", "ph": "ф", "wh": "в", "gh": "г", "qu": "кв", "kn": "н", "wr": "р",
    "oo": "у", "ee": "и", "ea": "и", "ou": "ау", "ow": "оу", "ay": "эй", "ai": "эй", "ey": "ей", "oa": "о", "au": "о",
    "ya": "я", "yu": "ю", "yo": "ё", "zh": "ж", "kh": "х", "ts": "ц",
    "ce": "се", "ci": "си", "cy": "си",
    "a": "а", "b": "б", "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "ж", "k": "к",
    "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в",
    "w": "в", "x": "кс", "y": "и", "z": "з",
}  # fmt: skip
_PART: Final = re.compile("|".join(sorted(_GROUPS, key=len, reverse=True)))
_SILENT_E: Final = re.compile(r"(?<=[aeiouy][bcdfgklmnprstvz])e\b")
_DOUBLED: Final = re.compile(r"([bcdfgklmnprstvz])\1")


def write_in_cyrillic(word: str) -> str:
    """``Zoom`` -> ``зум``: only letters that Kyrgyz and Russian have."""
    small = _SILENT_E.sub("", _DOUBLED.sub(r"\1", word.lower()))
    said = _PART.sub(lambda part: _GROUPS[part[0]], small)
    return "э" + said[1:] if said.startswith("е") else said
