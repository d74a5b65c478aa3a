"""Cells into lines: wrapping, centring, and a growing list of lines that remembers what must stay together."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from builder.exports.braille.cells import BREAK, CONTINUED, NO_BREAK

_HYPHEN = "⠤"


def wrap(cells: str, width: int, first: int = 0, rest: int = 0) -> list[str]:
    """Lines of at most `width` cells, the first indented by `first` blanks, the others by `rest`.

    Lines end at blanks and at break marks. A word that is longer than a line is divided after a hyphen, or anywhere
    with the continuation sign.
    """
    lines: list[str] = []
    first_margin, margin = " " * first, " " * rest
    parts: list[str] = []  # of the line in work
    used = first

    def end_line() -> None:
        nonlocal used
        lines.append((margin if lines else first_margin) + "".join(parts))
        parts.clear()
        used = rest

    for forced in cells.split("\n"):
        if parts:
            end_line()
        for word in forced.split(" "):
            if not word:
                continue
            if BREAK not in word:
                size = len(word)
                if not parts and used + size <= width:
                    parts.append(word)
                    used += size
                    continue
                if parts and used + size < width:
                    parts += (" ", word)
                    used += size + 1
                    continue
            glue = " "
            for part in word.split(BREAK):
                if not part:
                    continue
                if parts and used + len(glue) + len(part) > width:
                    end_line()
                while used + len(part) > width and not parts:
                    taken, part = _divide(part, width - used)
                    parts.append(taken)
                    end_line()
                if parts:
                    parts.append(glue)
                    used += len(glue)
                parts.append(part)
                used += len(part)
                glue = ""
    if parts:
        end_line()
    return lines


def _divide(word: str, room: int) -> tuple[str, str]:
    """The word in two, the first part of at most `room` cells."""
    hyphen = word.rfind(_HYPHEN, room // 2, room)
    if hyphen >= 0:
        return word[: hyphen + 1], word[hyphen + 1 :]
    return word[: room - 1] + CONTINUED, word[room - 1 :]


def centre(cells: str, width: int) -> list[str]:
    """Lines in the middle, with at least four blanks on both sides where a line has room for that."""
    lines = wrap(cells, max(width - 8, min(width, 12)))
    return [" " * ((width - len(line)) // 2) + line for line in lines]


def unbroken(cells: str) -> str:
    """The cells as one line: break marks and forced line ends gone."""
    return cells.replace(BREAK, "").replace("\n", " ").replace(NO_BREAK, " ")


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading at `line`, for the contents. `level` 1 is the lesson's title."""

    line: int
    level: int
    cells: str


@dataclass(slots=True)
class Flow:
    """Lines without pages. `together[n]` lines from line n on are not to be divided by a page end."""

    width: int
    lines: list[str] = field(default_factory=list)
    together: dict[int, int] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)

    def add(self, lines: Iterable[str], *, keep: bool = False, keep_next: int = 0) -> None:
        """Append lines; `keep` holds them together, `keep_next` holds them to so many lines that follow."""
        start = len(self.lines)
        self.lines.extend(lines)
        if keep or keep_next:
            self.together[start] = len(self.lines) - start + keep_next

    def blank(self) -> None:
        """One empty line, never two, and none at the beginning."""
        if self.lines and self.lines[-1]:
            self.lines.append("")
