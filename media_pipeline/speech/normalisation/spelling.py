"""Computer text aloud: signs by their names, so that a listener can type what is heard."""

import re
from typing import Final

from builder.model.language import ENGLISH
from media_pipeline.speech.normalisation.language import VOWELS, Language
from media_pipeline.speech.normalisation.recognition import Recogniser, speak
from media_pipeline.speech.normalisation.scripts import CYRILLIC, LATIN
from media_pipeline.speech.normalisation.utterance import Utterance

_PIECE: Final = re.compile(
    rf"(?P<latin>[{LATIN}]+)|(?P<cyrillic>[{CYRILLIC}]+)|(?P<digits>[0-9]+)|(?P<line>[ \t]*\r?\n\s*?(?=[^\S\n]*\S|$))"
    r"|(?P<spaces>[^\S\n]+)|(?P<same>(?P<sign>[^\w\s]|_)(?P=sign)*)|(?P<other>.)",
    re.DOTALL,
)
_HUMP: Final = re.compile("[A-ZА-ЯЁҢӨҮ]+(?![a-zа-яёңөү])|[A-ZА-ЯЁҢӨҮ]?[a-zа-яёңөү]+|[A-ZА-ЯЁҢӨҮ]")
_SCHEME: Final = re.compile("(?:https?|ftp)://")
# Consonants that no English word begins with or holds; ``kstu`` is said by its letters.
_CLUSTER: Final = re.compile(
    r"^(?!str|spr|scr|spl|thr|chr|shr|sch|phr|squ)[bcdfghjklmnpqrstvwxz]{3}|[bcdfghjklmnpqrstvwxz]{5}|[бвгджзклмнпрстфхцчшщ]{5}"
)
_ARTICLE: Final = re.compile(r" a [a-z]{2}")
_SHORT_WORDS: Final = frozenset("as at be by do go if in is it me my no of off on or to up us we".split())
"""Of two letters and yet words, as in ``for x in list``."""
_MANY: Final = 4


def say_address(address: str, recogniser: Recogniser, utterance: Utterance) -> None:
    """A web address, an e-mail address or a file name in running text. ``https://`` goes without saying, as browsers
    supply it, and so do capitals, which no address tells apart."""
    say_computer_text(_SCHEME.sub("", address).rstrip("/"), recogniser, utterance, capitals=False)


def say_computer_text(text: str, recogniser: Recogniser, utterance: Utterance, *, capitals: bool = True) -> None:
    """Words as words where they can be read, else letter by letter; numbers; every sign by its name; a pause at the end
    of a line; spaces only at the beginning of a line, where they matter in programs. `capitals` are announced."""
    language = recogniser.language
    text = text.strip("\n")
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "a" and recogniser.tag == ENGLISH and _ARTICLE.match(text, match.start() - 1):
            utterance.add(ENGLISH, piece)
        elif match["latin"]:
            _say_parts(piece, recogniser, utterance, latin=True, capitals=capitals)
        elif match["cyrillic"]:
            _say_parts(piece, recogniser, utterance, latin=False, capitals=capitals)
        elif match["digits"]:
            code = len(piece) > _MANY or (len(piece) > 1 and piece[0] == "0")
            utterance.add(recogniser.tag, language.digits(piece) if code else language.say_plain(piece))
        elif match["line"] is not None:
            utterance.pause(".")
        elif match["spaces"]:
            if match.start() == 0 or text[match.start() - 1] == "\n":
                _say_many(piece[0], len(piece), language, recogniser, utterance)
            elif len(piece) > 1:
                utterance.pause(",")
        elif match["same"]:
            _say_many(match["sign"], len(piece), language, recogniser, utterance)
        else:
            speak(piece, recogniser, utterance)


def _say_many(sign: str, count: int, language: Language, recogniser: Recogniser, utterance: Utterance) -> None:
    name = language.signs.get(sign) or language.spoken_signs.get(sign) or language.emoji.get(sign)
    name = name or language.unknown_sign or language.unknown_word
    if count >= _MANY or sign in " \t":
        utterance.add(recogniser.tag, language.repeat_sign(name, count))
    else:
        for _ in range(count):
            utterance.add(recogniser.tag, name)


def _say_parts(word: str, recogniser: Recogniser, utterance: Utterance, *, latin: bool, capitals: bool) -> None:
    """``myFile`` as its parts; a part that no voice could read as a word, by its letters."""
    language = recogniser.language
    for part in _HUMP.findall(word):
        small = part.lower()
        if capitals and part[0].isupper() and language.capital_letter and small not in language.latin_words:
            utterance.add(recogniser.tag, language.capital_letter)
        readable = (
            (len(part) > 2 or (len(part) == 2 and (small in _SHORT_WORDS if latin else not part.isupper())))
            and any(letter in VOWELS for letter in small)
            and not _CLUSTER.search(small)
        )
        known = language.latin_words.get(small) or language.latin_acronyms.get(part.upper())
        if latin and known:
            utterance.add(recogniser.tag, known)
        elif (readable and (not part.isupper() or len(part) > 5)) or (not latin and recogniser.tag == ENGLISH):
            speak(small, recogniser, utterance)
        else:
            utterance.add(recogniser.tag, " ".join(language.letters.get(letter, letter) for letter in small))
