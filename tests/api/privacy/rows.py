"""A row in every table that is about persons, made from the tables' own definitions."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Numeric, Table, Uuid
from sqlalchemy.types import TypeDecorator

from api.ids import new_id
from tests.api.conftest import NOW


def made_up_row(table: Table, references: dict[str, UUID]) -> dict[str, Any]:
    """Values of the right types; `references` are column name -> id. Checks and foreign keys are not kept;
    texts and numbers differ from row to row."""
    return {column.name: references.get(column.name, _made_up(column)) for column in table.columns}


def _made_up(column: Column[Any]) -> Any:
    type_ = column.type
    if isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    known: list[tuple[type[Any] | tuple[type[Any], ...], Any]] = [
        (Uuid, new_id()),
        (Boolean, False),
        (DateTime, NOW),
        (Date, date(2026, 9, 1)),
        (JSON, {}),
        (LargeBinary, b"x"),
        ((Integer, Numeric, Float), new_id().int % 10**9),
    ]
    return next((value for kind, value in known if isinstance(type_, kind)), str(new_id())[-12:])
