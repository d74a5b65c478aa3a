"""Whether a table can be set as a table at this size, and how wide its columns are."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from builder.exports.large_print.style import estimate_ems
from builder.model.document import Table, plain_text

_INSET: Final = 0.9
"""Ems of a column that are not text: padding at both sides and a rule."""
_BOLD: Final = 1.1
_MOST_LINES: Final = 10
"""Our choice: a cell of more lines is easier to read in the row form."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in ems, insets included."""

    widths: tuple[float, ...]


def plan_columns(table: Table, room: float) -> Columns | None:
    """Columns that fit into `room` ems without breaking a word and without very tall cells, or None."""
    rows = (table.header, *table.rows)
    least, wanted = [], []
    for place in range(len(table.header)):
        texts = [
            (plain_text(row[place].children), _BOLD if number == 0 or (place == 0 and table.row_headers) else 1.0)
            for number, row in enumerate(rows)
        ]
        least.append(max(max(map(estimate_ems, text.split()), default=0.5) * bold for text, bold in texts) + _INSET)
        wanted.append(max(estimate_ems(text) * bold for text, bold in texts) + _INSET)
    if sum(least) > room:
        return None
    if sum(wanted) <= room:
        return Columns(tuple(wanted))
    spare = room - sum(least)
    longing = [wish - need for wish, need in zip(wanted, least, strict=True)]
    widths = tuple(need + spare * more / sum(longing) for need, more in zip(least, longing, strict=True))
    tallest = max(ceil((wish - _INSET) * 1.15 / (width - _INSET)) for wish, width in zip(wanted, widths, strict=True))
    return Columns(widths) if tallest <= _MOST_LINES else None
