"""Braille pages with their print beneath, for people who proofread: what the goldens hold.

The print comes from the words of the document, found in the line as cells, so a Latin word stands there as it was
written; a cell that belongs to no word is shown as liblouis reads it.
"""

import re
from functools import cache

from builder.exports import liblouis
from builder.exports.braille import read_pages, render_brf
from builder.exports.braille.cells import BLANK, NUMBER
from builder.exports.braille.computer import RUSSIAN_SIGNS, UEB_SIGNS, write_code
from builder.exports.braille.languages import code_for
from builder.mathematics import read_formula, to_braille
from builder.model.codec import encode
from builder.model.course import Publication
from builder.model.document import Formula, MathBlock, walk
from builder.model.labels import LABELS
from builder.model.language import KYRGYZ, LanguageTag
from builder.model.settings import Settings

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = {"⠰⠔": "•", "⠠⠲": ".", "⠠⠂": ",", "⠦⠴": "?»", "⠦⠜": "?)", "⠱": "}"} | {
    sign + low: mark + digit for sign, mark in (("⠡", "_"), ("⠌", "^")) for low, digit in zip("⠆⠒⠲", "234", strict=True)
}
_UEB = {
    "⠸⠲": "•",
    "⠠⠤": "—",
    "⠰⠔": "^",
    "⠰⠢": "_",
    "⠨⠂": "_",
    "⠨⠄": "_",
    "⠘⠂": "*",
    "⠘⠄": "*",
    "⠘⠎": "§",
    "⠘⠷": "[",
    "⠐⠷⠄": "[",
    "⠠⠐⠾": "]",
}
_DIGITS = tuple("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚")
_READ_DIGITS = str.maketrans("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠂⠲", "1234567890,.")
_SIGNS = {
    "⠣": "(",
    "⠜": ")",
    "⠦": "«",
    "⠴": "»",
    "⠲": ".",
    "⠂": ",",
    "⠒": ":",
    "⠤": "-",
    "⠆": ";",
    "⠖": "!",
    "⠢": "?",
    "⠔": "*",
    "⠬": "§",
    "⠶": "=",
    "⠸": "_",
    "⠻": "^",
    "⠠": "'",
    "⠨": "'",
    "⠘": "'",
    "⠐": "'",
    "⠰": "'",
}


def proofread(publication: Publication, settings: Settings) -> str:
    """Every page with a ruler, and beneath each line of cells what it says."""
    words = _words_of(publication, settings)
    pages = []
    for number, page in enumerate(read_pages(render_brf(publication, settings).data), 1):
        lines = [f"=== {number} ===".ljust(settings.braille.cells_per_line, "=")]
        for cells in (page.head, *page.lines):
            lines += [cells, _say(cells, words, publication.language, settings)]
        pages.append("\n".join(line.rstrip(f" {BLANK}") for line in lines))
    return "\n\n".join(pages) + "\n"


def _words_of(publication: Publication, settings: Settings) -> dict[str, str]:
    """Cells of every word that may stand in the pages -> the word. Words of the publication's language win."""
    language = publication.language
    code = code_for(language, settings.braille)
    assert code is not None
    texts = [encode(document).decode() for document in publication.documents]
    texts += [encode(publication.course).decode(), str(LABELS[language]), settings.site_name.get(language, "")]
    found: dict[str, str] = {}
    for word in sorted(
        {one for text in texts for one in _WORD.findall(text)}, key=lambda one: (one.isascii(), one != one.lower(), one)
    ):
        cyrillic = not word.isascii()
        own = code if cyrillic == code.cyrillic else code_for(KYRGYZ, settings.braille) if cyrillic else code
        assert own is not None
        cells = liblouis.translate(word, own.tables)
        ways = {cells, cells.lstrip("⠠⠨")} if code.cyrillic else {cells}
        if word.isascii():
            ways |= {write_code(word, ueb=not code.cyrillic, other=str)}
        for one in ways:
            found.setdefault(one, word)
    name = "ru" if code.cyrillic else "ueb"
    for document in publication.documents:
        for node in walk(document):
            if isinstance(node, Formula | MathBlock):
                cells = to_braille(read_formula(node.latex), name)  # type: ignore[arg-type]
                found[cells] = f"${node.latex}$"
                # A long formula goes over several lines.
                for part in cells.split(BLANK)[1:]:
                    found.setdefault(part, "…")
    found.pop("", None)
    signs = RUSSIAN_SIGNS if code.cyrillic else UEB_SIGNS
    found |= {cells: sign for sign, cells in signs.items() if len(cells) > 1}
    found |= _CYRILLIC if code.cyrillic else _UEB
    return found


def _say(cells: str, words: dict[str, str], language: LanguageTag, settings: Settings) -> str:
    said = []
    at = 0
    longest = max(map(len, words))
    formulas = [one for one, word in words.items() if word.startswith("$")]
    while at < len(cells):
        if cells[at] == BLANK:
            said.append(" ")
            at += 1
            continue
        formula = next((one for one in formulas if cells.startswith(one, at)), "")
        if formula:
            said.append(words[formula])
            at += len(formula)
            continue
        if cells[at] in "⠡⠌" and cells[at + 1 : at + 2] == NUMBER:
            said.append("_{" if cells[at] == "⠡" else "^{")
            at += 1
            continue
        if cells[at] == NUMBER:
            end = at + 1
            while cells[end : end + 1] in _DIGITS or (
                cells[end : end + 1] in ("⠂", "⠲") and cells[end + 1 : end + 2] in _DIGITS
            ):
                end += 1
            if end > at + 1:
                said.append(cells[at + 1 : end].translate(_READ_DIGITS))
                at = end
                continue
        for size in range(min(longest, len(cells) - at), 0, -1):
            if cells[at : at + size] in words:
                said.append(words[cells[at : at + size]])
                at += size
                break
        else:
            said.append(_SIGNS.get(cells[at]) or _letter(cells[at], language))
            at += 1
    return "".join(said)


@cache
def _letter(cell: str, language: LanguageTag) -> str:
    code = code_for(language, Settings(site_name={}).braille)
    assert code is not None
    return liblouis.translate_back(cell, code.tables) or cell
