"""What the reader of a row infers from neighbours: signs of numbers, unwritten products, arguments of functions."""

from enum import StrEnum
from typing import Final

from builder.mathematics.expression import (
    Expression,
    Fenced,
    Fraction,
    Function,
    Grid,
    Identifier,
    Marked,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Style,
)
from builder.mathematics.parsing import ends_operand


class Join(StrEnum):
    """What stands unwritten between two neighbours."""

    NOTHING = "nothing"
    TIMES = "times"
    APPLICATION = "application"
    AND = "and"


# Letters that school books apply to an argument in round brackets; any other letter before a bracket is a factor.
FUNCTION_LETTERS: Final = frozenset("fghFGHφψϕΦΨ")


def items_of(expression: Expression) -> tuple[Expression, ...]:
    """The items of a row; any other expression is a row of one."""
    return expression.items if isinstance(expression, Row) else (expression,)


def base_of(item: Expression) -> Expression:
    return item.base if isinstance(item, Script) else item


def is_prefix(items: tuple[Expression, ...], place: int) -> bool:
    """Whether the plus or minus at this place is the sign of what follows, not an operation."""
    before = place - 1
    while before >= 0 and isinstance(items[before], Space):
        before -= 1
    return before < 0 or not ends_operand(items[before])


def is_capital(item: Expression) -> bool:
    base = base_of(item)
    return isinstance(base, Identifier) and len(base.name) == 1 and base.name.isupper() and base.style is Style.ITALIC


def is_differential(left: Expression, right: Expression) -> bool:
    """``dx``: a d before a letter that is not itself a product."""
    return (
        isinstance(left, Identifier)
        and left.name == "d"
        and isinstance(base_of(right), Identifier)
        and base_of(right) != Identifier("d")
    )


def is_whole_number(item: Expression) -> bool:
    return isinstance(item, Number) and item.text.isdecimal()


def is_mixed_number(left: Expression, right: Expression) -> bool:
    """``2\\frac{1}{2}``: a whole number before a fraction of whole numbers."""
    return (
        is_whole_number(left)
        and isinstance(right, Fraction)
        and is_whole_number(right.numerator)
        and is_whole_number(right.denominator)
    )


def is_application(left: Expression, right: Expression) -> bool:
    base = base_of(left)
    if isinstance(base, Function):
        return base.name != "mod"
    named = isinstance(base, Identifier) and base.style is Style.ITALIC and base.name in FUNCTION_LETTERS
    probability = base == Identifier("P") and isinstance(right, Fenced)
    return (named or probability) and isinstance(right, Fenced) and right.opening == "("


def join(left: Expression, right: Expression) -> Join:
    """What a reader understands between two items that stand side by side."""
    if is_mixed_number(left, right):
        return Join.AND
    if not _is_operand(right) or isinstance(left, Space):
        return Join.NOTHING
    if is_application(left, right):
        return Join.APPLICATION
    if not ends_operand(left) or isinstance(left, Sign) or isinstance(right, Sign):
        return Join.NOTHING
    if is_capital(left) and is_capital(right):
        return Join.NOTHING
    if is_differential(left, right) or not (_is_factor(left) and _is_factor(right)):
        return Join.NOTHING
    return Join.TIMES


def _is_operand(item: Expression) -> bool:
    return (
        _is_factor(item) or isinstance(base_of(item), Function | Row) or (isinstance(item, Sign) and item.symbol == "∞")
    )


def _is_factor(item: Expression) -> bool:
    base = base_of(item)
    if isinstance(base, Identifier):
        return len(base.name) == 1
    if isinstance(base, Fenced):
        return base.opening in ("(", "[", "|", "‖") and base.closing != ""
    return isinstance(base, Number | Fraction | Root | Marked | Grid)
