"""What comes in and goes out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from api.domains.privacy.rules import LONGEST_PERIOD_DAYS, SpecialCategory
from api.http.wire import Code, Input, Output, Reason, Text
from api.retention import Effect


class ExportedTable(Output):
    """The rows of one table that are about the person, as they are stored."""

    name: str
    rows: list[dict[str, Any]]


class Trace(Output):
    """In how many rows the person stands as the one who did something there."""

    table: str
    column: str
    rows: int


class Withheld(Output):
    """A column whose values are not in the export. `secret` proves who somebody is; `sealed` is handed to the person
    alone; `binary` is a copy of an answer that was given."""

    table: str
    column: str
    why: Literal["secret", "sealed", "binary"]


class PersonExport(Output):
    """Everything that is held about a person (clause 4.1 c)."""

    person_id: UUID
    made_at: datetime
    tables: list[ExportedTable]
    traces: list[Trace]
    withheld: list[Withheld]


class SpecialDataIn(Input):
    categories: Annotated[list[SpecialCategory], Meta(min_length=1, max_length=8)]
    details: Text


class SpecialDataOut(Output):
    person_id: UUID
    categories: list[SpecialCategory]
    details: str


class RetentionIn(Input):
    """A period from a day on, with the article, order or decision that it rests on."""

    category: Code
    days: Annotated[int, Meta(ge=1, le=LONGEST_PERIOD_DAYS)]
    legal_basis: Reason
    starts_on: date


class RetentionOut(Output):
    """`legal_basis` is null as long as the university has confirmed none: then the days are the software's default."""

    category: str
    title: str
    """In the reader's language."""
    effect: Effect
    days: int
    legal_basis: str | None
    starts_on: date | None


class RetentionRunOut(Output):
    id: UUID
    at: datetime
    category: str
    days: int
    older_than: datetime
    rows: int
