"""LaTeX -> expression tree. Any string is read: what is not understood stays in the tree as `Unknown` source.

A recursive-descent parser over the characters, one pass, bounded depth. Delimiters are paired while a row is read,
so that ``f(x)`` and ``[a; b)`` become groups that speech can announce.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from builder.mathematics import symbols
from builder.mathematics.expression import (
    Binomial,
    Expression,
    Fenced,
    Formula,
    Fraction,
    Function,
    Grid,
    Identifier,
    Layout,
    Mark,
    Marked,
    MathProblem,
    Number,
    Role,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Style,
    Unknown,
    Words,
)

MAX_DEPTH: Final = 40
"""Our choice: no lesson nests deeper, and every renderer may then recurse safely."""

_NUMBER: Final = re.compile(
    r"\d{1,3}(?:(?:\\,|~|\u202f|\u00a0)\d{3})+(?!\d)(?:(?:\{,\}|[.,])\d+)?|\d+(?:(?:\{,\}|[.,])\d+)?", re.ASCII
)
_DIGITS: Final = re.compile(r"[0-9]+")
_MACRO: Final = re.compile(r"\\(?:[A-Za-z]+\*?|.|$)", re.DOTALL)
_SPACES: Final = re.compile(r"\s+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]+")
_GROUP_SPACE: Final = re.compile(r"\\,|~|\u00a0")

EMPTY: Final = Row(())


@lru_cache(maxsize=4096)
def read_formula(latex: str) -> Formula:
    """The formula as a tree, with all its problems. Never raises; what is not understood stays in it as source."""
    parser = _Parser(latex)
    expression = parser.read_row("")
    return Formula(expression, latex, tuple(sorted(parser.problems, key=lambda one: one.offset)))


@dataclass
class _Frame:
    """Items of a row since an opening delimiter (none for the row itself)."""

    opening: str = ""
    offset: int = 0
    items: list[Expression] = field(default_factory=list)


class _Parser:
    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.place = 0
        self.depth = 0
        self.style: Style | None = None
        self.problems: list[MathProblem] = []
        self.open: list[str] = []  # what the rows being read wait for: "}", "]", "right", "end"
        self.gave_up = False

    # ------------------------------------------------------------ reporting

    def report(self, rule: str, offset: int, name: str, value: str) -> None:
        if not self.gave_up:
            self.problems.append(MathProblem(rule, offset, ((name, value),)))

    def outside(self, offset: int, source: str) -> Unknown:
        self.report("math-outside-subset", offset, "source", source[:40])
        return Unknown(source)

    # ------------------------------------------------------------ rows

    def read_row(self, closer: str) -> Expression:
        """Everything up to `closer` (not consumed), or to the closer of a row further out."""
        self.open.append(closer)
        depth = self.depth
        frames = [_Frame()]
        while self.place < len(self.latex) and not self.at_end_of_row():
            self.read_item(frames)
        while len(frames) > 1:
            frame = frames.pop()
            frames[-1].items += [Sign(frame.opening), *_finish(frame)]
        self.depth = depth
        self.open.pop()
        return _row(_finish(frames[0]))

    def at_end_of_row(self) -> bool:
        latex, place = self.latex, self.place
        if latex[place] == "}":
            return "}" in self.open
        if latex[place] == "]":
            return self.open[-1] == "]"
        if latex[place] == "&" or latex.startswith("\\\\", place):
            return "end" in self.open
        if latex.startswith("\\right", place) and _MACRO.match(latex, place).group() == "\\right":  # type: ignore[union-attr]
            return "right" in self.open
        return latex.startswith("\\end", place) and "end" in self.open

    def read_item(self, frames: list[_Frame]) -> None:
        start, character = self.place, self.latex[self.place]
        items = frames[-1].items
        if character.isspace():
            self.place = _SPACES.match(self.latex, start).end()  # type: ignore[union-attr]
        elif character in "^_'’":
            self.read_script(items)
        elif (delimiter := self.peek_delimiter()) is not None and self.style is None:
            self.read_delimiter(delimiter, frames)
        else:
            items += self.read_atom()

    def read_delimiter(self, delimiter: str, frames: list[_Frame]) -> None:
        start = self.place
        self.place += len(delimiter)
        if delimiter in symbols.BARS:
            frames[-1].items.append(Sign(symbols.BARS[delimiter], Role.ORDINARY))
        elif delimiter in symbols.OPENING:
            if self.depth >= MAX_DEPTH:
                frames[-1].items.append(Sign(symbols.OPENING[delimiter]))
                return
            self.depth += 1
            frames.append(_Frame(symbols.OPENING[delimiter], start))
        elif len(frames) > 1:
            frame = frames.pop()
            self.depth -= 1
            content = _row(_finish(frame))
            frames[-1].items.append(Fenced(frame.opening, content, symbols.CLOSING[delimiter]))
        else:
            frames[-1].items.append(Sign(symbols.CLOSING[delimiter]))

    def peek_delimiter(self) -> str | None:
        """The delimiter that starts here, as written."""
        character = self.latex[self.place]
        if character == "\\":
            macro = _MACRO.match(self.latex, self.place).group()  # type: ignore[union-attr]
            known = macro in symbols.OPENING or macro in symbols.CLOSING or macro in symbols.BARS
            return macro if known else None
        return character if character in "()[]|‖" else None

    # ------------------------------------------------------------ scripts

    def read_script(self, items: list[Expression]) -> None:
        start = self.place
        kind = self.latex[start]
        if kind in "'’":
            while self.place < len(self.latex) and self.latex[self.place] in "'’":
                self.place += 1
            _attach(items, primes=self.place - start)
            return
        self.place += 1
        argument = self.read_argument(kind, start)
        if kind == "^":
            if argument == Sign("∘", Role.BINARY):
                items.append(Sign("°", Role.POSTFIX))
                return
            primes = _count_primes(argument)
            if primes:
                _attach(items, primes=primes)
                return
            taken = not _attach(items, upper=argument)
        else:
            taken = not _attach(items, lower=_as_list(argument, self.latex[start : self.place]))
        if taken:
            self.report("math-outside-subset", start, "source", self.latex[start : self.place][:40])
            empty = Script(EMPTY, upper=argument) if kind == "^" else Script(EMPTY, lower=argument)
            items.append(empty)

    # ------------------------------------------------------------ arguments and groups

    def read_argument(self, of: str, start: int) -> Expression:
        """One argument: a group, a macro with its own arguments, or a single character."""
        self.skip_spaces()
        if self.place >= len(self.latex) or self.at_end_of_row() or self.latex[self.place] in "^_":
            self.report("math-unclosed", start, "opening", of)
            return EMPTY
        character = self.latex[self.place]
        if "0" <= character <= "9":
            self.place += 1
            return Number(character)
        if self.depth >= MAX_DEPTH:
            return self.give_up()
        self.depth += 1
        delimiter = self.peek_delimiter()
        if delimiter is not None:
            self.place += len(delimiter)
            found: list[Expression] = [
                Sign((symbols.OPENING | symbols.CLOSING | symbols.BARS)[delimiter], Role.ORDINARY)
            ]
        else:
            found = self.read_atom(one_letter=True)
        self.depth -= 1
        return _row(found)

    def read_group(self) -> Expression:
        start = self.place
        if self.depth >= MAX_DEPTH:
            return self.give_up()
        self.place += 1
        self.depth += 1
        content = self.read_row("}")
        self.depth -= 1
        if self.place < len(self.latex) and self.latex[self.place] == "}":
            self.place += 1
        else:
            self.report("math-unclosed", start, "opening", "{")
        return content

    def give_up(self) -> Expression:
        """Too deep: the rest of the formula stays as source."""
        rest = self.latex[self.place :]
        unknown = self.outside(self.place, rest)
        self.place = len(self.latex)
        self.gave_up = True
        return unknown

    def read_raw_group(self, of: str, start: int) -> str:
        """The characters between braces, inner braces included."""
        self.skip_spaces()
        if self.place >= len(self.latex) or self.latex[self.place] != "{":
            self.report("math-unclosed", start, "opening", of)
            return ""
        level, begin = 0, self.place + 1
        while self.place < len(self.latex):
            character = self.latex[self.place]
            if character == "\\":
                self.place += 2
                continue
            level += (character == "{") - (character == "}")
            self.place += 1
            if level == 0:
                return self.latex[begin : self.place - 1]
        self.place = len(self.latex)
        self.report("math-unclosed", begin - 1, "opening", "{")
        return self.latex[begin:]

    def skip_spaces(self) -> None:
        if found := _SPACES.match(self.latex, self.place):
            self.place = found.end()

    # ------------------------------------------------------------ atoms

    def read_atom(self, one_letter: bool = False) -> list[Expression]:
        """What stands here, as items of the row: usually one, none for macros without meaning."""
        start, character = self.place, self.latex[self.place]
        if character == "\\":
            return self.read_macro()
        if character == "{":
            group = self.read_group()
            self.skip_spaces()
            scripted = self.place < len(self.latex) and self.latex[self.place] in "^_'’"
            return [group] if one_letter or scripted or not isinstance(group, Row) else list(group.items)
        if character.isdecimal() and character.isascii():
            return [Number(self.read_number())]
        if character.isalpha() and (letters := _LETTERS.match(self.latex, start)):
            return [self.read_letters(letters.group(), one_letter)]
        self.place += 1
        if character == "~":
            return [Space()]
        if character in symbols.ROLE_OF_CHARACTER:
            symbol, role = symbols.ROLE_OF_CHARACTER[character]
            return [Sign(symbol, role)]
        if character in "°%":
            return [Sign(character, Role.POSTFIX)]
        if character == "√":
            return [Root(self.read_argument("√", start))]
        if character in "()[]":
            return [Sign(character)]
        return [self.outside(start, character)]

    def read_number(self) -> str:
        start = self.place
        found = _NUMBER.match(self.latex, start)
        assert found is not None
        text = found.group()
        in_list = start >= 2 and self.latex[start - 1] == "," and self.latex[start - 2].isdecimal()
        goes_on = self.latex.startswith(",", found.end())
        if "," in text.replace("\\,", "").replace("{,}", "") and (in_list or goes_on):
            text = _DIGITS.match(text).group()  # type: ignore[union-attr]
        self.place = start + len(text)
        return _GROUP_SPACE.sub("\u202f", text.replace("{,}", ","))

    def read_letters(self, letters: str, one_letter: bool) -> Expression:
        """A single italic letter; in upright or bold type the whole word; Cyrillic letters in a row are a word."""
        word = letters
        if one_letter:
            word = letters[0]
        elif self.style not in (Style.UPRIGHT, Style.BOLD):
            cyrillic = _CYRILLIC.match(letters)
            word = cyrillic.group() if cyrillic else letters[0]
        self.place += len(word)
        if self.style is not None:
            return Identifier(word, self.style)
        return Identifier(word, Style.UPRIGHT if len(word) > 1 else Style.ITALIC)

    def read_macro(self) -> list[Expression]:
        start = self.place
        found = _MACRO.match(self.latex, start)
        assert found is not None
        macro = found.group()
        name = macro[1:]
        if name.endswith("*") and name not in ("operatorname*",):
            name, macro = name[:-1], macro[:-1]
        self.place = start + len(macro)
        if name in symbols.GREEK:
            return [Identifier(symbols.GREEK[name], self.style or Style.ITALIC)]
        if name in symbols.SIGN_OF_MACRO:
            symbol, role = symbols.SIGN_OF_MACRO[name]
            return [Sign(symbol, role)]
        if name in symbols.FUNCTION_MACROS:
            return [Function(name)]
        if name in symbols.SPACES:
            return [Space(symbols.SPACES[name])]
        if name in symbols.WITHOUT_MEANING:
            return []
        if (structure := self.read_structure(name, start)) is not None:
            return structure
        if (both := {**symbols.OPENING, **symbols.CLOSING, **symbols.BARS}.get(macro)) is not None:
            return [Sign(both)]
        if name == "":
            return [self.outside(start, macro)]
        if macro == "\\\\":
            return [self.outside(start, macro), Space(wide=True)]
        self.report("math-unknown-macro", start, "macro", macro)
        return [Unknown(macro), *self.read_arguments_of_unknown()]

    def read_arguments_of_unknown(self) -> list[Expression]:
        """Groups right after a macro that is not known: kept in their braces, since nobody knows what they mean."""
        groups: list[Expression] = []
        while self.place < len(self.latex) and self.latex[self.place] == "{" and self.depth < MAX_DEPTH:
            groups += [Unknown("{"), self.read_group(), Unknown("}")]
        return groups

    def read_structure(self, name: str, start: int) -> list[Expression] | None:
        """A macro with arguments, or None when the name is not one of them."""
        macro = "\\" + name
        if name in symbols.FRACTIONS:
            numerator = self.read_argument(macro, start)
            return [Fraction(numerator, self.read_argument(macro, start))]
        if name in symbols.BINOMIALS:
            upper = self.read_argument(macro, start)
            return [Binomial(upper, self.read_argument(macro, start))]
        if name == "sqrt":
            index = self.read_optional(start)
            return [Root(self.read_argument(macro, start), index)]
        if name in symbols.MARKS:
            return [Marked(symbols.MARKS[name], self.read_argument(macro, start))]
        if name in symbols.STYLES:
            return self.read_styled(name, start)
        if name in symbols.TEXTS:
            return [Words(_plain(self.read_raw_group(macro, start)))]
        if name in ("operatorname", "operatorname*"):
            return [Function(_plain(self.read_raw_group(macro, start)).replace(" ", ""))]
        if name == "left":
            return [self.read_left_right(start)]
        if name == "right":
            return [self.outside(start, macro)]
        if name == "begin":
            return self.read_environment(start)
        if name == "not":
            return self.read_negation(start)
        if name == "pmod":
            return [Space(), Fenced("(", _row([Function("mod"), self.read_argument(macro, start)]), ")")]
        if name in ("bmod", "mod"):
            return [Function("mod")]
        if name == "tag":
            return [Space(wide=True), Words(f"({_plain(self.read_raw_group(macro, start))})")]
        if name == "prime":
            return [Sign("′", Role.POSTFIX)]
        return None

    def read_styled(self, name: str, start: int) -> list[Expression]:
        before, self.style = self.style, symbols.STYLES[name]
        content = self.read_argument("\\" + name, start)
        self.style = before
        return list(content.items) if isinstance(content, Row) else [content]

    def read_optional(self, start: int) -> Expression | None:
        self.skip_spaces()
        if self.place >= len(self.latex) or self.latex[self.place] != "[":
            return None
        if self.depth >= MAX_DEPTH:
            return self.give_up()
        opening = self.place
        self.place += 1
        self.depth += 1
        content = self.read_row("]")
        self.depth -= 1
        if self.place < len(self.latex) and self.latex[self.place] == "]":
            self.place += 1
        else:
            self.report("math-unclosed", opening, "opening", "[")
        return content

    def read_negation(self, start: int) -> list[Expression]:
        self.skip_spaces()
        if self.place >= len(self.latex) or self.at_end_of_row():
            self.report("math-unclosed", start, "opening", "\\not")
            return []
        after = self.read_atom() if self.latex[self.place] not in "^_'’()[]|" else []
        if len(after) == 1 and isinstance(after[0], Sign) and after[0].symbol in symbols.NEGATED:
            return [Sign(symbols.NEGATED[after[0].symbol], after[0].role)]
        return [self.outside(start, "\\not"), *after]

    def read_left_right(self, start: int) -> Expression:
        if self.depth >= MAX_DEPTH:
            return self.give_up()
        opening = self.read_fence(start)
        self.depth += 1
        content = self.read_row("right")
        self.depth -= 1
        if not self.latex.startswith("\\right", self.place):
            self.report("math-unclosed", start, "opening", "\\left")
            return Fenced(opening, content, "")
        self.place += len("\\right")
        return _fenced(opening, content, self.read_fence(start))

    def read_fence(self, start: int) -> str:
        self.skip_spaces()
        if self.place >= len(self.latex):
            return ""
        delimiter = self.peek_delimiter()
        if delimiter is None:
            character = self.latex[self.place]
            if character in ".<>/":
                self.place += 1
                return {".": "", "<": "⟨", ">": "⟩"}.get(character, character)
            self.report("math-unclosed", start, "opening", self.latex[start : self.place].strip() or "\\left")
            return ""
        self.place += len(delimiter)
        return (symbols.OPENING | symbols.CLOSING | symbols.BARS)[delimiter]

    # ------------------------------------------------------------ environments

    def read_environment(self, start: int) -> list[Expression]:
        name = self.read_raw_group("\\begin", start)
        source = self.latex[start : self.place]
        known = symbols.ENVIRONMENTS.get(name)
        problem: list[Expression] = []
        if known is None:
            problem = [self.outside(start, source)]
            if (end := self.find_end_of_environment(name)) is not None:
                # Its cells and lines may mean anything: all of it stays as it was written.
                self.place = end
                return [Unknown(_SPACES.sub(" ", self.latex[start:end]))]
            known = (Layout.LINES, "", "")
        if self.depth >= MAX_DEPTH:
            return [*problem, self.give_up()]
        if name in ("array", "alignedat"):
            self.read_raw_group(source, start)
        self.depth += 1
        before, self.style = self.style, None
        rows = self.read_rows()
        self.style = before
        self.depth -= 1
        if self.latex.startswith("\\end", self.place):
            end = self.place
            self.place += len("\\end")
            closed = self.read_raw_group("\\end", end)
            if closed != name:
                self.report("math-unclosed", start, "opening", source)
        else:
            self.report("math-unclosed", start, "opening", source)
        layout, opening, closing = known
        return [*problem, Grid(layout, rows, opening, closing)]

    def find_end_of_environment(self, name: str) -> int | None:
        """The place after the ``\\end`` that belongs to an environment of this name whose content begins here."""
        level = 1
        for found in re.finditer(rf"\\(begin|end)\s*\{{{re.escape(name)}\}}", self.latex[self.place :]):
            level += 1 if found[1] == "begin" else -1
            if level == 0:
                return self.place + found.end()
        return None

    def read_rows(self) -> tuple[tuple[Expression, ...], ...]:
        rows: list[list[Expression]] = [[]]
        while True:
            rows[-1].append(self.read_row("end"))
            if self.place < len(self.latex) and self.latex[self.place] == "&":
                self.place += 1
            elif self.latex.startswith("\\\\", self.place):
                self.place += 2
                rows.append([])
            else:
                break
        if rows[-1] == [EMPTY] and len(rows) > 1:
            rows.pop()
        return tuple(map(tuple, rows))


# ---------------------------------------------------------------- making rows


def _row(items: list[Expression]) -> Expression:
    return items[0] if len(items) == 1 else Row(tuple(items))


def _finish(frame: _Frame) -> list[Expression]:
    """The frame's items with vertical bars paired and colons told apart."""
    items = _pair_bars(_join_postfix(frame.items), frame.opening)
    if any(one == Sign(":", Role.BINARY) for one in items):
        quantified = any(isinstance(one, Sign) and one.symbol in "∀∃→↦" for one in items)
        if frame.opening == "{" or quantified:
            items = [Sign(":", Role.PUNCTUATION) if one == Sign(":", Role.BINARY) else one for one in items]
    return items


def _join_postfix(items: list[Expression]) -> list[Expression]:
    """``25\\,\\%`` and ``20\\,^\\circ``: the room between a number and its sign is only for the eye."""
    joined: list[Expression] = []
    for item in items:
        if item in (Sign("%", Role.POSTFIX), Sign("°", Role.POSTFIX)):
            while len(joined) > 1 and joined[-1] == Space() and isinstance(joined[-2], Number | Space):
                joined.pop()
        joined.append(item)
    return joined


def _pair_bars(items: list[Expression], opening: str) -> list[Expression]:
    """``|x|`` as a group; one bar alone in brackets, as in ``{x | x > 0}``, stays a sign ("such that")."""
    bars = [place for place, one in enumerate(items) if one in (Sign("|"), Sign("‖"))]
    if not bars:
        return items
    alone = bars[0] if len(bars) % 2 and opening in ("{", "(") else -1
    if len(bars) == 1 or (len(bars) % 2 and alone < 0):
        return [Sign("∣", Role.RELATION) if one == Sign("|") else one for one in items]
    stack: list[tuple[str, list[Expression]]] = [("", [])]
    for place, one in enumerate(items):
        inside = stack[-1][1]
        if place == alone:
            inside.append(Sign("∣", Role.RELATION))
        elif one not in (Sign("|"), Sign("‖")):
            inside.append(one)
        elif len(stack) > 1 and inside and ends_operand(inside[-1]):
            symbol, content = stack.pop()
            stack[-1][1].append(Fenced(symbol, _row(content), symbol))
        elif len(stack) > 4:
            inside.append(one)
        else:
            assert isinstance(one, Sign)
            stack.append((one.symbol, []))
    while len(stack) > 1:
        symbol, content = stack.pop()
        stack[-1][1].extend([Sign(symbol), *content])
    return stack[0][1]


def ends_operand(item: Expression) -> bool:
    """Whether a minus after this item would be a subtraction."""
    match item:
        case Sign(role=role, symbol=symbol):
            return role in (Role.ORDINARY, Role.POSTFIX) and symbol not in "([{⟨⌊⌈"
        case Function() | Space():
            return False
        case Script(base=Function() | Sign(role=Role.LARGE)):
            return False
        case _:
            return True


def _fenced(opening: str, content: Expression, closing: str) -> Expression:
    """``\\left( matrix \\right)`` is one matrix; ``\\left\\{ array \\right.`` is a system."""
    if isinstance(content, Grid) and not content.opening and not content.closing:
        if opening == "{" and not closing:
            return Grid(Layout.CASES, content.rows, "{", "")
        if content.layout is Layout.MATRIX and opening:
            return Grid(Layout.MATRIX, content.rows, opening, closing)
    return Fenced(opening, content, closing)


def _attach(
    items: list[Expression], lower: Expression | None = None, upper: Expression | None = None, primes: int = 0
) -> bool:
    """Put a script on the last item; False when that place is taken."""
    base = items[-1] if items and not isinstance(items[-1], Space) else None
    if base is None:
        items.append(Script(EMPTY, lower, upper, primes))
        return True
    if isinstance(base, Marked) and base.label is None:
        if lower is not None and base.mark is Mark.BRACE_UNDER:
            items[-1] = Marked(base.mark, base.content, lower)
            return True
        if upper is not None and base.mark is Mark.BRACE_OVER:
            items[-1] = Marked(base.mark, base.content, upper)
            return True
    if not isinstance(base, Script):
        items[-1] = Script(base, lower, upper, primes)
        return True
    if (lower is not None and base.lower is not None) or (upper is not None and base.upper is not None):
        return False
    items[-1] = Script(base.base, lower or base.lower, upper or base.upper, base.primes + primes)
    return True


def _count_primes(argument: Expression) -> int:
    items = argument.items if isinstance(argument, Row) else (argument,)
    return len(items) if items and all(one == Sign("′", Role.POSTFIX) for one in items) else 0


def _as_list(argument: Expression, source: str) -> Expression:
    """``x_{1,2}`` has two indices; a decimal number would be written ``x_{1{,}2}``."""
    if not isinstance(argument, Number) or "," not in argument.text or "{,}" in source:
        return argument
    first, _, second = argument.text.partition(",")
    return Row((Number(first), Sign(",", Role.PUNCTUATION), Number(second)))


def _plain(text: str) -> str:
    """Text of ``\\text`` without braces and escapes."""
    text = re.sub(r"\\([,;:! ])", " ", text)
    text = re.sub(r"\\([%$#&_{}])", "\\1", text).replace("~", " ")
    return re.sub(r"(?<!\\)[{}]", "", text)
