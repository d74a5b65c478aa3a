"""Free words about a person are stored sealed."""

from uuid import UUID

from api.db.base import Row
from api.unit import Unit


def sealed(unit: Unit, table: type[Row], column: str, id_: UUID, words: str) -> str:
    return unit.keys.seal(words, table.__tablename__, column, id_)


def opened(unit: Unit, row: Row, column: str) -> str | None:
    """None when nothing was written."""
    value: str | None = getattr(row, column)
    return None if value is None else unit.keys.open(value, row.__tablename__, column, row.id)
