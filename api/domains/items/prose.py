"""The text of a question, as its author types it, and as blocks of a Document.

Four things have a meaning, the rest is text to the letter:

- an empty line begins a new paragraph, a line end is one;
- mathematics stands between dollar signs, ``$x^2$``, and as a paragraph of its own between double ones;
- computer text stands between backquotes, and in several lines between two lines of three backquotes (after the first
  may stand the name of the programming language);
- ``\\$`` and ``\\` `` are the signs themselves.

`write(parse(text))` is the canonical form of a text; parsing that again gives the same blocks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from builder.mathematics import read_formula
from builder.model.document import Block, CodeBlock, CodeSpan, Formula, Inline, LineBreak, MathBlock, Paragraph, Text

_FENCE: Final = "```"
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9+#.\-]{0,30}")
_BLANKS: Final = re.compile(r"[ \t]+")
"""One blank says as much as several; columns belong into computer text."""
LONGEST_QUOTE: Final = 60
"""Characters of a formula that a message repeats."""


@dataclass(frozen=True, slots=True)
class ProseFault:
    """`code` names the message; `quote` is where it is."""

    code: str
    quote: str


def parse(text: str) -> tuple[Block, ...]:
    """The blocks, those too that have faults: what is not closed ends with its paragraph."""
    return _Parser(text).blocks


def faults_of(text: str) -> tuple[ProseFault, ...]:
    """What is not closed, and formulas that could be neither read aloud nor written in braille."""
    parser = _Parser(text)
    if not parser.blocks:
        parser.faults.append(ProseFault("no-text", ""))
    for latex in parser.formulas:
        for problem in read_formula(latex).problems[:1]:
            parser.faults.append(ProseFault("bad-formula", latex[:LONGEST_QUOTE] or problem.rule))
        if not latex.strip():
            parser.faults.append(ProseFault("bad-formula", "$ $"))
    return tuple(parser.faults)


def normalise(text: str) -> str:
    """The canonical form."""
    return write(parse(text))


def write(blocks: Sequence[Block]) -> str:
    """The text that `parse` reads as these blocks (of the kinds that it gives)."""
    return "\n\n".join(written for block in blocks if (written := _write_block(block)))


def _write_block(block: Block) -> str:
    match block:
        case Paragraph(children=children):
            return _write_inlines(children)
        case MathBlock(latex=latex):
            return f"$${latex}$$"
        case CodeBlock(text=text, language=language):
            return f"{_FENCE}{language}\n{text}\n{_FENCE}"
        case _:
            raise TypeError(type(block).__name__)


def _write_inlines(inlines: Sequence[Inline]) -> str:
    made: list[str] = []
    for one in inlines:
        match one:
            case Text(text=text):
                made.append(text.replace("$", "\\$").replace("`", "\\`"))
            case LineBreak():
                made.append("\n")
            case Formula(latex=latex):
                made.append(f"{_gap(made)}${latex}$")
            case CodeSpan(text=text):
                made.append(f"{_gap(made)}`{text}`")
            case _:
                raise TypeError(type(one).__name__)
    return "".join(made)


def _gap(made: Sequence[str]) -> str:
    """A backslash of the text would take the sign after it away."""
    return " " if made and made[-1].endswith("\\") else ""


class _Parser:
    def __init__(self, text: str) -> None:
        self.faults: list[ProseFault] = []
        self.formulas: list[str] = []
        self.blocks: tuple[Block, ...] = tuple(self._blocks(text.replace("\r\n", "\n").replace("\r", "\n")))

    def _blocks(self, text: str) -> list[Block]:
        found: list[Block] = []
        lines: list[str] = []
        waiting = iter(text.split("\n"))
        for line in waiting:
            if line.startswith(_FENCE) and _LANGUAGE.fullmatch(line[3:].strip()):
                self._paragraph(lines, found)
                inside: list[str] = []
                closed = False
                for code in waiting:
                    if code.strip() == _FENCE:
                        closed = True
                        break
                    inside.append(code)
                if not closed:
                    self.faults.append(ProseFault("unclosed-code", line))
                if any(one.strip() for one in inside):
                    found.append(CodeBlock("\n".join(inside).strip("\n"), line[3:].strip()))
            elif line.strip():
                lines.append(line.strip())
            else:
                self._paragraph(lines, found)
        self._paragraph(lines, found)
        return found

    def _paragraph(self, lines: list[str], found: list[Block]) -> None:
        """Takes the lines."""
        text = "\n".join(lines)
        lines.clear()
        if not text:
            return
        if text.startswith("$$") and text.endswith("$$") and len(text) > 4 and "$$" not in text[2:-2]:
            latex = " ".join(text[2:-2].split())
            self.formulas.append(latex)
            found.append(MathBlock(latex))
        elif inlines := self._inlines(text):
            found.append(Paragraph(inlines))

    def _inlines(self, text: str) -> tuple[Inline, ...]:
        found: list[Inline] = []
        run: list[str] = []

        def end_run() -> None:
            if run:
                found.append(Text(_BLANKS.sub(" ", "".join(run))))
                run.clear()

        place = 0
        while place < len(text):
            sign = text[place]
            if sign == "\\" and text[place + 1 : place + 2] in ("$", "`"):
                run.append(text[place + 1])
                place += 2
            elif sign == "\n":
                end_run()
                found.append(LineBreak())
                place += 1
            elif sign in "$`":
                end = _closing(text, place)
                if end < 0:
                    code = "unclosed-formula" if sign == "$" else "unclosed-code"
                    self.faults.append(ProseFault(code, text[place : place + LONGEST_QUOTE]))
                    run.append(sign)
                    place += 1
                    continue
                end_run()
                inside = " ".join(text[place + 1 : end].split()) if sign == "$" else text[place + 1 : end]
                if sign == "$":
                    self.formulas.append(inside)
                    found.append(Formula(inside))
                else:
                    found.append(CodeSpan(inside.replace("\n", " ")))
                place = end + 1
            else:
                run.append(sign)
                place += 1
        end_run()
        return tuple(found)


def _closing(text: str, place: int) -> int:
    """Where the mathematics or computer text that begins here ends; -1 when nowhere, or at once."""
    sign = text[place]
    at = place + 1
    while at < len(text):
        if text[at] == "\\" and sign == "$":
            at += 2
        elif text[at] == sign:
            return at if at > place + 1 else -1
        else:
            at += 1
    return -1
