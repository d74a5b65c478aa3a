"""Inline syntax beyond CommonMark, and source lines for every inline token.

Each rule looks at a bounded piece of text or remembers that nothing more is to be found, so that no input makes the
reading quadratic.
"""

import re
from collections.abc import Callable
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from builder.reading.attributes import parse_attributes

_LONGEST_SCRIPT: Final = 200
"""Longest index or power in characters: our choice."""

_LONGEST_ATTRIBUTES: Final = 1000

_TAG: Final = re.compile(
    r"""</?(?P<name>[A-Za-z][A-Za-z0-9-]*)
        (?P<rest>(?:[\s/][^<>]{0,2000})?)>
      | <[?!](?P<declaration>[A-Za-z\[][^<>]{0,500})>""",
    re.VERBOSE,
)
# The rules that react to a character in running text; "]" ends a link's words.
_TERMINATORS: Final = re.compile(r"[\n\\`*_\[\]<&!$~^{]")

_FOOTNOTE: Final = re.compile(r"\[\^([^\]\s]{1,200})\]")


class PlacedStateInline(StateInline):
    """Writes into each token's `meta` the number of line ends before it in the block's text."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> None:
        super().__init__(src, md, env, outTokens)
        self._counted_to = 0
        self._line_ends = 0
        self._last: dict[str, int] = {}
        self.no_formula_end_after: int | None = None

    def line_ends_before(self, position: int) -> int:
        """How many line ends lie before this position."""
        if position < self._counted_to:
            return self.src.count("\n", 0, position)
        self._line_ends += self.src.count("\n", self._counted_to, position)
        self._counted_to = position
        return self._line_ends

    def last_of(self, text: str) -> int:
        """Where this text occurs last, or -1; searched once."""
        if text not in self._last:
            self._last[text] = self.src.rfind(text)
        return self._last[text]

    def pushPending(self) -> Token:
        token = super().pushPending()
        token.meta["line"] = self.line_ends_before(self.pos)
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["line"] = self.line_ends_before(self.pos)
        return token


class PlacedParserInline(ParserInline):
    """The inline parser with line numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.terminator_re = _TERMINATORS

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = PlacedStateInline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def read_formula(state: StateInline, silent: bool) -> bool:
    """`$a^2$`: the first sign stands before a non-space, the last behind one and not before a digit."""
    src, start, end = state.src, state.pos, state.posMax
    if src[start] != "$":
        return False
    assert isinstance(state, PlacedStateInline)
    if src.startswith("$$", start):
        return _read_display_in_line(state, silent)
    if start + 1 >= end or src[start + 1].isspace():
        return False
    close = _find_formula_end(state, start)
    if close < 0:
        if not silent:
            token = state.push("formula_unclosed", "", 0)
            token.content = "$"
            token.meta["rest"] = src[start : start + 60]
        state.pos = start + 1
        return True
    if not silent:
        token = state.push("formula", "", 0)
        token.content = src[start + 1 : close]
    state.pos = close + 1
    return True


def _read_display_in_line(state: PlacedStateInline, silent: bool) -> bool:
    start = state.pos
    close = state.src.find("$$", start + 2, state.posMax) if state.last_of("$$") > start else -1
    if close <= start + 2:
        if not silent:
            token = state.push("formula_unclosed", "", 0)
            token.content = "$$"
            token.meta["rest"] = state.src[start : start + 60]
        state.pos = start + 2
        return True
    if not silent:
        token = state.push("formula", "", 0)
        token.content = state.src[start + 2 : close]
    state.pos = close + 2
    return True


def _find_formula_end(state: PlacedStateInline, start: int) -> int:
    src, end = state.src, state.posMax
    if state.no_formula_end_after is not None and start >= state.no_formula_end_after and end == len(src):
        return -1
    position = start + 1
    while (position := src.find("$", position, end)) >= 0:
        before = src[position - 1]
        escaped = before == "\\" and (position - len(src[start:position].rstrip("\\")) - start) % 2 == 1
        after = src[position + 1] if position + 1 < end else ""
        if not before.isspace() and not escaped and not (after.isascii() and after.isdigit()):
            return position
        position += 1
    if end == len(src):
        state.no_formula_end_after = start
    return -1


def read_footnote_reference(state: StateInline, silent: bool) -> bool:
    """`[^name]`, whether or not such a note exists."""
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("footnote_reference", "", 0)
        token.content = match[1]
    state.pos = match.end()
    return True


def read_passage(state: StateInline, silent: bool) -> bool:
    """`[words]{lang=xx}`."""
    src, start, end = state.src, state.pos, state.posMax
    assert isinstance(state, PlacedStateInline)
    if src[start] != "[" or state.last_of("]{") < start:
        return False
    label_end = state.md.helpers.parseLinkLabel(state, start)
    if label_end < 0 or not src.startswith("{", label_end + 1):
        return False
    parsed = parse_attributes(src, label_end + 1, min(end, label_end + _LONGEST_ATTRIBUTES))
    if parsed is None:
        return False
    attributes, behind = parsed
    if not silent:
        state.pos = start + 1
        state.posMax = label_end
        token = state.push("passage_open", "", 1)
        token.meta["attributes"] = attributes
        token.meta["source"] = src[label_end + 1 : behind]
        state.md.inline.tokenize(state)
        state.push("passage_close", "", -1)
    state.pos = behind
    state.posMax = end
    return True


def read_picture_attributes(state: StateInline, silent: bool) -> bool:
    """`{.decorative}` right behind a picture."""
    if state.src[state.pos] != "{" or silent or state.pending or not state.tokens or state.tokens[-1].type != "image":
        return False
    parsed = parse_attributes(state.src, state.pos, min(state.posMax, state.pos + _LONGEST_ATTRIBUTES))
    if parsed is None:
        return False
    attributes, behind = parsed
    state.tokens[-1].meta["attributes"] = attributes
    state.pos = behind
    return True


def read_html_tag(state: StateInline, silent: bool) -> bool:
    """Anything that a browser would take for a tag or a comment: kept as text, reported."""
    src, start = state.src, state.pos
    if src[start] != "<":
        return False
    assert isinstance(state, PlacedStateInline)
    if src.startswith("<!--", start):
        close = src.find("-->", start + 4, state.posMax) if state.last_of("-->") > start else -1
        behind = close + 3 if close >= 0 else start + 4
        kind, name, rest = "comment", "", ""
    else:
        match = _TAG.match(src, start, state.posMax)
        if not match:
            return False
        behind = match.end()
        kind, name, rest = "tag", (match["name"] or "!").lower(), match["rest"] or ""
    if not silent:
        token = state.push("html_tag", "", 0)
        token.content = src[start:behind]
        token.meta.update(kind=kind, name=name, rest=rest)
    state.pos = behind
    return True


def script_rule(marker: str, kind: str) -> Callable[[StateInline, bool], bool]:
    """The rule for `~index~` or `^power^`: no spaces inside."""
    content = re.compile(rf"(?:\\.|[^\s\\{re.escape(marker)}]){{1,{_LONGEST_SCRIPT}}}")

    def read_script(state: StateInline, silent: bool) -> bool:
        src, start, end = state.src, state.pos, state.posMax
        if src[start] != marker or src.startswith(marker, start + 1):
            return False
        match = content.match(src, start + 1, end)
        if not match or not src.startswith(marker, match.end(), end) or src.startswith(marker, match.end() + 1):
            return False
        if not silent:
            state.pos = start + 1
            state.posMax = match.end()
            state.push(f"{kind}_open", "", 1)
            state.md.inline.tokenize(state)
            state.push(f"{kind}_close", "", -1)
        state.pos = match.end() + 1
        state.posMax = end
        return True

    return read_script
