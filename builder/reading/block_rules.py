"""Block syntax beyond CommonMark, and the limit of nesting."""

import re
from collections.abc import Callable
from typing import Final

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from builder.reading.attributes import parse_attributes

BlockRule = Callable[[StateBlock, int, int, bool], bool]

DEEPEST: Final = 24
"""Levels of nested blocks, so that recursive renderers never come near a stack's end (our choice): a list in a list
takes two. Deeper markers stay as text."""

_MOST_ADDED_CELLS: Final = 65536
"""As CommonMark implementations limit it: a short table must not become a giant one."""

_ATTRIBUTE_LINE: Final = re.compile(r"\{[ \t]*(?:[.#]|[A-Za-z][\w-]*=)[^{}\n]*\}[ \t]*")
_ABBREVIATION: Final = re.compile(r"\*\[([^\]\n]{1,200})\]:[ \t]*(.*)")
_CONTAINER: Final = re.compile(r"(:{3,})(.*)")
_ADMONITION: Final = re.compile(r"!!![ \t]+[^\W\d_][\w-]*(?:[ \t]|$)")
_DELIMITER_ROW: Final = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_FENCE: Final = re.compile(r"(`{3,}|~{3,})(.*)")
_CELL_SPLIT: Final = re.compile(r"(?<!\\)\|")


def line_text(state: StateBlock, line: int) -> str:
    """A line without its indentation."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def limited(rule: BlockRule, marker: re.Pattern[str], extra: int = 0) -> BlockRule:
    """The rule as long as the nesting is not too deep; `marker` tells whether it would have been meant.

    `extra` levels are counted for what costs a format more than the reader (quotations in large print).
    """

    def read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if state.isEmpty(start):
            return False
        if state.level + extra < DEEPEST:
            state.level += extra
            try:
                return rule(state, start, end, silent)
            finally:
                state.level -= extra
        if not silent and marker.match(line_text(state, start)):
            state.env["too_deep"].append(start)
        return False

    return read


def admonition_only(rule: BlockRule) -> BlockRule:
    """`!!! kind`, but neither an exclamation «!!!» nor the folding `???` of other tools."""

    def read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return bool(_ADMONITION.match(line_text(state, start))) and rule(state, start, end, silent)

    return read


def read_abbreviation(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """`*[short]: full form`."""
    if state.is_code_block(start) or not state.src.startswith("*[", state.bMarks[start] + state.tShift[start]):
        return False
    match = _ABBREVIATION.fullmatch(line_text(state, start))
    if not match or not match[2].strip():
        return False
    if not silent:
        token = _push(state, "abbreviation", start, start + 1)
        token.content = match[1].strip()
        token.info = match[2].strip()
        state.line = start + 1
    return True


def read_attribute_line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """`{.row-headers caption="…"}` on the line above a table or a code fence."""
    if state.is_code_block(start) or not state.src.startswith("{", state.bMarks[start] + state.tShift[start]):
        return False
    text = line_text(state, start)
    if not _ATTRIBUTE_LINE.fullmatch(text):
        return False
    parsed = parse_attributes(text.strip())
    if parsed is None:
        return False
    if not silent:
        token = _push(state, "attributes", start, start + 1)
        token.content = text.strip()
        token.meta["attributes"] = parsed[0]
        state.line = start + 1
    return True


def read_math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`$$` … `$$`, on one line or on several without an empty one between."""
    if state.is_code_block(start) or not state.src.startswith("$$", state.bMarks[start] + state.tShift[start]):
        return False
    first = line_text(state, start)[2:].rstrip()
    if first.endswith("$$") and first != "$$":
        if silent:
            return True
        _push_math(state, start, start + 1, [first[:-2]])
        state.line = start + 1
        return True
    if "$$" in first or start < state.env.get("no_formula_end_before", 0):
        return False
    lines = [first]
    line = start + 1
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        text = line_text(state, line).rstrip()
        if text.endswith("$$"):
            if silent:
                return True
            _push_math(state, start, line + 1, [*lines, text[:-2]])
            state.line = line + 1
            return True
        lines.append(text)
        line += 1
    state.env["no_formula_end_before"] = line
    return False


def _push_math(state: StateBlock, start: int, behind: int, lines: list[str]) -> None:
    """`map` begins at the first line that has something of the formula in it."""
    first = next((number for number, one in enumerate(lines) if one.strip()), 0)
    _push(state, "math_block", start + first, behind).content = "\n".join(lines).strip()


def read_container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: name words` … `:::`; containers may stand in each other."""
    if state.is_code_block(start) or not state.src.startswith(":::", state.bMarks[start] + state.tShift[start]):
        return False
    opening = _CONTAINER.fullmatch(line_text(state, start))
    if not opening or not opening[2].strip():
        return False
    if silent:
        return True
    last, closed = _find_container_end(state, start, end)
    old_parent, old_line_max = state.parentType, state.lineMax
    state.parentType = "container"
    state.lineMax = last
    token = state.push("container_open", "", 1)
    token.info = opening[2].strip()
    token.map = [start, last]
    token.meta["closed"] = closed
    state.md.block.tokenize(state, start + 1, last)
    state.push("container_close", "", -1)
    state.parentType, state.lineMax = old_parent, old_line_max
    state.line = last + 1 if closed else last
    return True


def _find_container_end(state: StateBlock, start: int, end: int) -> tuple[int, bool]:
    depth = 1
    fence = ""
    line = start
    while (line := line + 1) < end:
        if state.isEmpty(line):
            continue
        if state.sCount[line] < state.blkIndent:
            break
        text = line_text(state, line)
        if text[0] in "`~" and (match := _FENCE.fullmatch(text)):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif not fence and text.startswith(":::") and (match := _CONTAINER.fullmatch(text)):
            depth += 1 if match[2].strip() else -1
            if depth == 0:
                return line, True
    return line, False


def read_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A pipe table with a header row. No cell is dropped: a longer row keeps its words in its last cell."""
    if start + 2 > end or state.is_code_block(start) or start + 1 >= end:
        return False
    second = start + 1
    if state.isEmpty(second) or state.sCount[second] < state.blkIndent or state.is_code_block(second):
        return False
    if state.src[state.bMarks[second] + state.tShift[second]] not in "|-:":
        return False
    delimiters = line_text(state, second).strip()
    if "|" not in delimiters or not _DELIMITER_ROW.fullmatch(delimiters):
        return False
    heading = line_text(state, start).strip()
    if "|" not in heading or _DELIMITER_ROW.fullmatch(heading):
        return False
    header = split_row(heading)
    alignments = [_alignment(one) for one in delimiters.strip("|").split("|")]
    if len(header) != len(alignments):
        return False
    if silent:
        return True
    token = state.push("table", "", 0)
    rows: list[tuple[int, list[str]]] = []
    added = 0
    line = start + 2
    terminators = state.md.block.ruler.getRules("blockquote")
    old_parent, state.parentType = state.parentType, "table"
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if state.is_code_block(line) or any(rule(state, line, end, True) for rule in terminators):
            break
        text = line_text(state, line).strip()
        if "|" not in text:
            break
        cells = split_row(text)
        added += max(0, len(header) - len(cells))
        if added > _MOST_ADDED_CELLS:
            break
        rows.append((line, cells))
        line += 1
    state.parentType = old_parent
    token.map = [start, line]
    token.meta.update(header=header, alignments=alignments, rows=rows)
    state.line = line
    return True


def split_row(text: str) -> list[str]:
    """The cells of a table's line; `\\|` is a bar that belongs to a cell."""
    text = text.strip()
    text = text.removeprefix("|")
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return [cell.replace("\\|", "|").strip() for cell in _CELL_SPLIT.split(text)]


def is_delimiter_row(text: str) -> bool:
    """Whether a line is the one under a table's header."""
    return "|" in text and bool(_DELIMITER_ROW.fullmatch(text.strip()))


def _alignment(text: str) -> str:
    text = text.strip()
    if text.endswith(":"):
        return "centre" if text.startswith(":") else "end"
    return "start"


def _push(state: StateBlock, kind: str, start: int, behind: int) -> Token:
    token = state.push(kind, "", 0)
    token.map = [start, behind]
    return token
