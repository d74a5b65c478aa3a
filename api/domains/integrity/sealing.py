"""Free words about a person are stored sealed, in columns that are marked so."""

from uuid import UUID

from api.db.base import Row
from api.unit import Unit


def sealed_in_case(unit: Unit, column: str, id_: UUID, words: str) -> str:
    """For a column of the case with this id."""
    return unit.keys.seal(words, "integrity_case", column, id_)


def sealed_in_check(unit: Unit, column: str, id_: UUID, words: str) -> str:
    """For a column of the oral check with this id."""
    return unit.keys.seal(words, "oral_check", column, id_)


def opened(unit: Unit, row: Row, column: str) -> str | None:
    """None when nothing was written."""
    value: str | None = getattr(row, column)
    return None if value is None else unit.keys.open(value, row.__tablename__, column, row.id)
