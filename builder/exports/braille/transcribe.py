"""Inlines into cells: languages, emphasis, computer text, formulas, links and notes of one document.

A paragraph is given to liblouis in one piece, because the rules for spacing and quotation marks look at what stands
around. Whatever is not translated by liblouis (code, formulas, words in another braille code) is held in the text by a
placeholder, an 8-dot cell that every table hands on unchanged, and is put back afterwards.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from builder.exports import liblouis
from builder.exports.braille.cells import BLANK, BREAK, DIGITS, LOWERED_DIGITS, NO_BREAK, NUMBER, number_cells
from builder.exports.braille.computer import write_code
from builder.exports.braille.languages import (
    CYRILLIC_EMPHASIS,
    NEMETH_CLOSE,
    NEMETH_OPEN,
    NON_UEB_CLOSE,
    NON_UEB_OPEN,
    NON_UEB_WORD,
    Code,
    code_for,
    signs_for,
)
from builder.exports.braille.word_by_word import translate_words
from builder.mathematics import BrailleCode, read_formula, to_braille
from builder.model.document import (
    Abbreviation,
    CodeSpan,
    CourseTarget,
    Deleted,
    Document,
    Emphasis,
    FootnoteReference,
    Formula,
    Inline,
    LessonTarget,
    LineBreak,
    Link,
    Passage,
    Picture,
    Sentence,
    Strong,
    Subscript,
    Superscript,
    Text,
    WebTarget,
    plain_text,
)
from builder.model.finding import Finding, Severity
from builder.model.labels import LABELS, Labels, labels_for
from builder.model.language import KYRGYZ, RUSSIAN, LanguageTag, primary_language
from builder.model.settings import BrailleSettings

_HELD: Final = "⣿"
_HELD_NO_BREAK: Final = "⣾"
_HELD_BREAK: Final = "⣽"

# A group of three digits belongs to the number before it: 10 000.
_THOUSANDS: Final = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")
_FIXED_SPACE: Final = re.compile(r"(?<=\w)[\u00a0\u202f](?=\w)")
_OTHER_SPACE: Final = re.compile(r"[\u00a0\u2009\u202f\t\r\n]")
# ru-litbrl.ctb drops the space after these two, which would glue a whole sentence together: a line may end there.
_AFTER_COMMA: Final = re.compile(r"([,;]) (?=[^\s—–-])")
# „…“ in the Kyrgyz and Russian manner: liblouis takes U+201C for an opening mark, as it is in English.
_CLOSING_QUOTE: Final = re.compile(r"(?<=[\w.,!?…)%»])“")
_CYRILLIC_WORDS: Final = re.compile(r"[Ѐ-ӿ]+(?:[ -][Ѐ-ӿ]+)*")
# A lower sign after a number, where ru-litbrl.ctb writes dot 6 before the punctuation (its `endnum` rules).
_LOW_SIGNS: Final = frozenset("⠂⠆⠒⠲⠢⠖⠦⠴")
_SIX: Final = "⠠"
WORD_BY_WORD: Final = frozenset({"ky.utb", "ky-letters.uti,ru-litbrl.ctb", "en-ueb-g1.ctb"})
"""Tables for which `translate_words` is proved; contracted English and the tables with capitals are not among them."""
_LONG_CODE: Final = 20
"""Computer text and formulas up to this many cells stay on one line. Our choice: half of a display of 40 cells."""


@dataclass(slots=True)
class _Run:
    """Text for one liblouis call, with what its placeholders stand for and whether each of those ends like a number."""

    code: Code
    text: list[str] = field(default_factory=list)
    forms: list[int] = field(default_factory=list)
    held: list[tuple[str, str]] = field(default_factory=list)

    def add(self, text: str, form: int) -> None:
        self.text.append(text)
        self.forms.extend([form] * len(text))

    def hold(self, cells: str, kind: str, form: int) -> None:
        """`kind` is ``number`` (ends like one), ``foreign`` (needs UEB's indicators) or ``plain``."""
        self.held.append((cells, kind))
        self.add(_HELD, form)


class Transcriber:
    """Writes the inlines of one document; `findings` collects what could not be written as it stands."""

    def __init__(self, document: Document, settings: BrailleSettings) -> None:
        self.document = document
        self.settings = settings
        self.findings: list[Finding] = []
        self._expanded: set[tuple[str, str]] = set()
        self._reported: set[str] = set()
        code = code_for(document.language, settings)
        if code is None:
            raise ValueError(f"no braille code for the language {document.language!r}")
        self._base = code

    # ------------------------------------------------------------ what callers use

    def words(self, language: LanguageTag) -> Labels:
        """The words that stand around a text in this language."""
        return LABELS.get(primary_language(language)) or labels_for(self.document.language)

    def code(self, language: LanguageTag) -> Code:
        """The braille code for blocks in this language."""
        return code_for(language, self.settings) or self._base

    def inlines(self, inlines: Sequence[Inline], language: LanguageTag) -> str:
        """The cells of a run of inlines; a forced line end is a newline character."""
        return self._write(inlines, self.code(language), language)

    def text(self, text: str, language: LanguageTag, line: int = 0) -> str:
        """The cells of plain text."""
        return self._plain(text, self.code(language), line)

    def computer_text(self, text: str, language: LanguageTag, line: int = 0) -> str:
        """The cells of computer text, to the letter, in the notation of the language around it."""
        code = self.code(language)
        return self._computer(text, code, line)

    def formula(self, latex: str, language: LanguageTag) -> str:
        """The cells of a formula, with breakable blanks."""
        return self._formula(latex, self.code(language))

    def note_mark(self, number: int, language: LanguageTag) -> str:
        """The mark that a note begins with."""
        return signs_for(self.code(language)).note.strip() + number_cells(number)

    # ------------------------------------------------------------ inlines

    def _write(self, inlines: Sequence[Inline], code: Code, language: LanguageTag) -> str:
        finished: list[str] = []
        run = _Run(code)

        def flush() -> None:
            nonlocal run
            if run.text:
                finished.append(self._finish(run))
            run = _Run(code)

        def visit(nodes: Sequence[Inline], form: int) -> None:
            nonlocal run
            for node in nodes:
                match node:
                    case Text(text=text, line=line):
                        self._add_text(run, text, form, line)
                    case LineBreak():
                        flush()
                        finished.append("\n")
                    case Emphasis(children=children) | Strong(children=children):
                        strong = isinstance(node, Strong)
                        if code.cyrillic:
                            run.hold(CYRILLIC_EMPHASIS[strong], "plain", form)
                            visit(children, form)
                            run.hold(CYRILLIC_EMPHASIS[strong], "plain", form)
                        else:
                            visit(children, form | (liblouis.BOLD if strong else liblouis.ITALIC))
                    case Deleted(children=children, line=line):
                        self._add_text(run, f"({self.words(language).deleted}: ", form, line)
                        visit(children, form)
                        run.add(")", form)
                    case Subscript(children=children):
                        run.hold(self._index(children, code, language, signs_for(code).subscript), "number", form)
                    case Superscript(children=children):
                        run.hold(self._index(children, code, language, signs_for(code).superscript), "number", form)
                    case CodeSpan(text=text, line=line):
                        run.hold(_keep_short(self._computer(text, code, line)), "number", form)
                    case Formula(latex=latex):
                        run.hold(_keep_short(self._formula(latex, code)), "number", form)
                    case FootnoteReference(number=number):
                        note = signs_for(code).note.replace(" ", NO_BREAK)
                        run.hold(note + number_cells(number), "number", form)
                    case Abbreviation():
                        self._abbreviate(run, node, code, form)
                    case Passage(language=tag, children=children):
                        other = self._passage_code(tag, code)
                        if other is code:
                            visit(children, form)
                        elif code.cyrillic:
                            flush()
                            finished.append(self._write(children, other, tag))
                        else:
                            run.hold(self._write(children, other, tag), "foreign", form)
                    case Link():
                        visit(node.children, form)
                        self._add_target(run, node, code, language, form)
                    case Sentence():
                        visit(node.children, form)
                    case Picture():
                        self._add_text(run, self.picture_words(node, language), form, node.line)

        visit(inlines, 0)
        flush()
        return "".join(finished)

    def picture_words(self, picture: Picture, language: LanguageTag) -> str:
        """What stands in a sentence for a picture: nothing for an ornament."""
        if picture.decorative:
            return ""
        words = self.words(language)
        withheld = f" {words.picture_withheld}" if picture.withheld else ""
        return f"({words.picture}: {picture.alt}{withheld})"

    def _passage_code(self, tag: LanguageTag, around: Code) -> Code:
        code = code_for(tag, self.settings)
        # Latin words in Cyrillic text stay in its table: it puts the Latin sign and keeps its own punctuation.
        if code is None or code.tables == around.tables or (around.cyrillic and not code.cyrillic):
            return around
        return code

    def _abbreviate(self, run: _Run, node: Abbreviation, code: Code, form: int) -> None:
        self._add_text(run, node.text, form, node.line)
        key = (node.text, node.expansion)
        if key in self._expanded:
            return
        self._expanded.add(key)
        run.add(" (", form)
        other = self._passage_code(node.language, code) if node.language else code
        if other is code:
            self._add_text(run, node.expansion, form, node.line)
        else:
            kind = "plain" if code.cyrillic else "foreign"
            run.hold(self._plain(node.expansion, other, node.line), kind, form)
        run.add(")", form)

    def _add_target(self, run: _Run, link: Link, code: Code, language: LanguageTag, form: int) -> None:
        match link.target:
            case WebTarget(url=url):
                address = url.removeprefix("mailto:").removeprefix("tel:")
                if plain_text(link.children).strip() not in (url, address):
                    run.add(" (", form)
                    run.hold(_breakable_address(self._computer(address, code, link.line)), "number", form)
                    run.add(")", form)
            case LessonTarget(language=tag) | CourseTarget(language=tag) if tag != self.document.language:
                words = self.words(language)
                named = words.language_names.get(tag) or words.language_names.get(primary_language(tag), tag)
                run.add(f" ({named})", form)
            case _:
                pass

    def _index(self, children: Sequence[Inline], code: Code, language: LanguageTag, signs: tuple[str, str]) -> str:
        """A whole number is written short: in Russian in lowered digits, as in mathematics.

        Not in Kyrgyz, where the raising sign, 34, is the letter ө: м² would read «мө;».
        """
        before, after = signs
        number = plain_text(tuple(children))
        if number.isdecimal() and number.isascii():
            if code.language == RUSSIAN:
                return before + number.translate(LOWERED_DIGITS)
            if not code.cyrillic:
                return before[:-1] + NUMBER + number.translate(DIGITS)
        return before + self._write(children, code, language) + after

    # ------------------------------------------------------------ one run

    def _add_text(self, run: _Run, text: str, form: int, line: int) -> None:
        if run.code.cyrillic:
            run.add(self._readable(text, run.code, line), form)
            return
        at = 0
        for found in _CYRILLIC_WORDS.finditer(text):
            run.add(self._readable(text[at : found.start()], run.code, line), form)
            # Which of the two Cyrillic codes does not matter: they differ in the question mark alone.
            run.hold(self._plain(found[0], self.code(KYRGYZ), line), "foreign", form)
            at = found.end()
        run.add(self._readable(text[at:], run.code, line), form)

    def _plain(self, text: str, code: Code, line: int) -> str:
        run = _Run(code)
        self._add_text(run, text, 0, line)
        return self._finish(run) if run.text else ""

    def _finish(self, run: _Run) -> str:
        cells = _cells_of("".join(run.text), run.code, run.forms if any(run.forms) else None)
        if not run.held:
            return cells
        first, *rest = cells.split(_HELD)
        made = [first]
        for (held, kind), after in zip(run.held, rest, strict=True):
            if kind == "foreign":
                held = _in_other_code(held, alone=not after or after[0] in " \u00a0")
            elif kind == "number" and run.code.cyrillic and after[:1] in _LOW_SIGNS:
                held += _SIX
            made += (held, after)
        return "".join(made)

    def _computer(self, text: str, code: Code, line: int) -> str:
        return write_code(text, ueb=not code.cyrillic, other=lambda rest: self._plain(rest, code, line))

    def _formula(self, latex: str, code: Code) -> str:
        name: BrailleCode = (
            "ru" if code.cyrillic else "nemeth" if self.settings.english_mathematics == "nemeth" else "ueb"
        )
        cells = _formula_cells(latex, name) or self._computer(latex, code, 0)
        return f"{NEMETH_OPEN} {cells} {NEMETH_CLOSE}" if name == "nemeth" and cells else cells

    def _readable(self, text: str, code: Code, line: int) -> str:
        """The text with every character replaced that the table cannot write."""
        known = _known(code.tables)
        unknown = set(text) - known
        if not unknown:
            return text
        for character in sorted(unknown):
            if _writes(character, code.tables):
                known.add(character)
                continue
            text = text.replace(character, self._replacement(character, code, line))
        return text

    def _replacement(self, character: str, code: Code, line: int) -> str:
        if unicodedata.category(character) in ("Cf", "Cc") or 0xFE00 <= ord(character) <= 0xFE0F:
            return ""  # joiners, directions, soft hyphens, emoji variants: nothing to read
        simple = _SIMPLER.get(character) or unicodedata.normalize("NFKD", character)
        if simple != character and all(_writes(one, code.tables) for one in simple):
            return simple
        name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
        if character not in self._reported:
            self._reported.add(character)
            values = {"character": character, "name": name}
            self.findings.append(
                Finding(self.document.source, line, "character-not-in-braille", Severity.WARNING, values)
            )
        return f"({name})"


# Signs without a decomposition that say the same.
_SIMPLER: Final = {
    "⁃": "•", "▪": "•", "■": "•", "●": "•", "✓": "+", "✔": "+", "✗": "×", "✘": "×", "⟶": "→", "➜": "→", "➔": "→",
    "‐": "-", "‑": "-", "‒": "–", "―": "—", "‹": "«", "›": "»", "⋅": "·", "∙": "·", "⁄": "/", "´": "'", "ʼ": "'",
}  # fmt: skip


def _cells_of(text: str, code: Code, forms: Sequence[int] | None, *, word_by_word: bool = True) -> str:
    """Cells with spaces, NO_BREAK and BREAK, and with the placeholders still in them."""
    if code.cyrillic:
        text = _CLOSING_QUOTE.sub("»", _THOUSANDS.sub(_HELD_NO_BREAK, text))
    text = _OTHER_SPACE.sub(" ", _FIXED_SPACE.sub(_HELD_NO_BREAK, text))
    if word_by_word and forms is None and code.tables in WORD_BY_WORD:
        cells = translate_words(text, code.tables, cyrillic=code.cyrillic)
        if cells is not None:
            return cells.replace(_HELD_NO_BREAK, NO_BREAK)
    if code.cyrillic:
        text = _AFTER_COMMA.sub(rf"\1 {_HELD_BREAK}", text)
    cells = _translate(text, code.tables, forms)
    return cells.replace(BLANK, " ").replace(_HELD_NO_BREAK, NO_BREAK).replace(_HELD_BREAK, BREAK)


def _translate(text: str, tables: str, forms: Sequence[int] | None) -> str:
    cells = liblouis.translate(text, tables, forms)
    if cells.count(_HELD) == text.count(_HELD):
        return cells
    # A rule took a placeholder away or doubled it: translate what stands between, and nothing can be lost.
    return _HELD.join(liblouis.translate(part, tables) for part in text.split(_HELD))


_KNOWN: Final[dict[str, set[str]]] = {}


def _known(tables: str) -> set[str]:
    """Characters that this table is known to write: found out once, the same for every document."""
    return _KNOWN.setdefault(tables, {_HELD, " ", "\u00a0"})


@lru_cache(maxsize=8192)
def _writes(character: str, tables: str) -> bool:
    """Whether the table has 6-dot cells for this character."""
    if character.isspace():
        return True
    cells = liblouis.translate(character, tables)
    return bool(cells) and all(BLANK < one <= "\u283f" for one in cells)


@lru_cache(maxsize=8192)
def _formula_cells(latex: str, code: BrailleCode) -> str:
    cells = to_braille(read_formula(latex), code).replace(BLANK, " ")
    return " ".join(cells.split(" ")).strip()


def _keep_short(cells: str) -> str:
    return cells.replace(" ", NO_BREAK) if len(cells) <= _LONG_CODE else cells


def _breakable_address(cells: str) -> str:
    """An address may go on in the next line after a slash (⠠⠌ in the Russian notation, ⠸⠌ in UEB)."""
    return re.sub(r"([⠠⠸]⠌)(?![⠠⠸]⠌)", rf"\1{BREAK}", cells)


def _in_other_code(cells: str, *, alone: bool) -> str:
    """UEB 14.3: a word between blanks has the word indicator, everything else the passage indicators."""
    if alone and not re.search(f"[ {NO_BREAK}{BREAK}]", cells):
        return NON_UEB_WORD + cells
    return NON_UEB_OPEN + cells + NON_UEB_CLOSE
