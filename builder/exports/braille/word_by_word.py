"""Plain running text translated word by word, so that a word that was seen before costs nothing.

liblouis needs about 1.4 microseconds for a character; a course repeats its words. A text may be taken apart only
where no rule of the table looks across a blank: the rules of ru-litbrl.ctb that do are about dashes, Latin and Greek
letters and mathematical signs, those of UEB about passages of capitals and numbers in groups. A text with any of
these is translated whole. That both ways give the same cells is a law among the tests.
"""

import re
from typing import Final

from builder.exports import liblouis
from builder.exports.braille.cells import BREAK

# The last three are the placeholders of `transcribe`.
# (A text that begins with a blank and a number: the number of a list item, or not.)
_CYRILLIC_CONTEXT: Final = re.compile(
    r"[^А-яЁёҢңӨөҮү0-9 .,;:!?()«»—–⣿⣾-]|-(?![А-яЁёҢңӨөҮү0-9])|(?<![А-яЁёҢңӨөҮү0-9])-|  |^ "
)
# Direct speech, where dashes are spaced by what stands before in the whole paragraph; and dashes without a word before.
_SPEECH: Final = re.compile(r"[«»]|(?<![А-яЁёҢңӨөҮү0-9.,;:!?()⣿]) [—–]|^[—–]|[—–](?! )|(?<! )[—–]|[—–] [—–]|[—–] $")
_DASH: Final = re.compile(r" ([—–]) ")
_ENGLISH_CONTEXT: Final = re.compile(r"[^A-Za-z0-9 .,;:!?()'’“”⣿⣾—-]|[0-9][.,]? [0-9]|  ")
# UEB 8.4: three words of capitals are a passage. Whether they follow each other is left to liblouis.
_CAPITAL_WORD: Final = re.compile(r"(?:^|(?<= ))[^a-z ]*[A-Z][^a-z ]*(?= |$)")
_PASSAGE: Final = 3
_MOST_WORDS: Final = 200_000

_words: Final[dict[str, dict[str, str]]] = {}


def translate_words(text: str, tables: str, *, cyrillic: bool) -> str | None:
    """The cells of plain text, None where the text has to be translated in one piece.

    Blanks come as spaces; after a comma or semicolon of Cyrillic text, where no blank is written, comes a break mark.
    """
    if (_CYRILLIC_CONTEXT if cyrillic else _ENGLISH_CONTEXT).search(text):
        return None
    if cyrillic and ("—" in text or "–" in text):
        if _SPEECH.search(text):
            return None
        # The table writes no blank before a dash.
        text = _DASH.sub(r"\1 ", text)
    if not cyrillic and len(_CAPITAL_WORD.findall(text)) >= _PASSAGE:
        return None
    known = _words.setdefault(tables, {})
    if len(known) > _MOST_WORDS:
        known.clear()
    words = text.split(" ")
    if cyrillic:
        # A number with a full stop is the number of a list item at the beginning, and only there.
        words[1:] = [" " + word if word[:1].isdecimal() else word for word in words[1:]]
    for word in words:
        if word not in known:
            known[word] = _translate_word(word, tables, cyrillic)
    cells = " ".join([known[word] for word in words])
    # A word that ends with a comma carries the break mark instead of the blank that follows it.
    return cells.replace(BREAK + " ", BREAK).removesuffix(BREAK) if cyrillic else cells


def _translate_word(word: str, tables: str, cyrillic: bool) -> str:
    cells = liblouis.translate("а" + word, tables)[2:] if word[0:1] == " " else liblouis.translate(word, tables)
    return cells + BREAK if cyrillic and word.endswith((",", ";")) else cells
