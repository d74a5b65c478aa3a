"""Tables: cells mean nothing without the words above and beside them."""

from collections.abc import Iterator

from a11y_checks.lint.rule import Problem
from builder.model.document import Cell, Document, Table, plain_text, walk


def _tables(document: Document) -> Iterator[Table]:
    return (node for node in walk(document) if isinstance(node, Table))


def _is_blank(cell: Cell) -> bool:
    return not plain_text(cell.children).strip()


def find_empty_headers(document: Document) -> Iterator[Problem]:
    """A column without a name. The corner above row headers may be empty."""
    for table in _tables(document):
        corner = 1 if table.row_headers else 0
        blank = [str(number) for number, cell in enumerate(table.header, 1) if _is_blank(cell) and number > corner]
        if blank:
            yield Problem(table.line, {"columns": ", ".join(blank)})


def find_empty_row_headers(document: Document) -> Iterator[Problem]:
    for table in _tables(document):
        if table.row_headers:
            for row in table.rows:
                if row and _is_blank(row[0]):
                    yield Problem(row[0].line)


def find_missing_captions(document: Document) -> Iterator[Problem]:
    for table in _tables(document):
        if not plain_text(table.caption).strip():
            yield Problem(table.line)
