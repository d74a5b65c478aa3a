"""Which stored data are about whom, read from the tables themselves, so that no table can be forgotten.

A table is about a person when a column leads to one: to `person`, to `account`, or to a row of a table that is. What
the columns' names and keys do not say, `info={"person": …}` does, with a word of `Bond`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ColumnElement, MetaData, Table, Uuid, false, or_, select, true

PERSON: Final = "person"
ACCOUNT: Final = "account"
SEALED: Final = "sealed"
"""Key in the `info` of columns that hold what `KeyRing.seal` gives."""
SECRET: Final = "secret"
"""Key in the `info` of columns that are handed out to nobody, not even to the person: what proves who somebody is."""
WITHHELD: Final = "withheld"
"""Key in the `info` of tables some of whose rows a person may not see yet, e.g. grades before their release: a function
of the metadata and the table that gives the condition on those that may be handed out."""
_SECRET_NAME: Final = re.compile(r"(^|_)(hash|digest|secret|signature|password)$")


class Bond(StrEnum):
    """What a column that leads to a person says about its row."""

    ABOUT = "about"
    """The row is data about that person."""
    TRACE = "trace"
    """The person did something there; the row is about somebody or something else."""
    NONE = "none"
    """Neither; whoever marks a column so says why beside it."""


def bond_of(column: Column[Any]) -> Bond | None:
    """None for a column that leads to no person by itself."""
    marked = column.info.get(PERSON)
    if marked is not None:
        return Bond(marked)
    targets = _targets(column)
    if PERSON in targets or ACCOUNT in targets:
        own = column.name in {PERSON, ACCOUNT, "person_id", "account_id"}
        return Bond.ABOUT if own else Bond.TRACE
    if targets or not isinstance(column.type, Uuid):
        return None
    if column.name in {PERSON, "person_id"}:
        return Bond.ABOUT
    if column.name == ACCOUNT or column.name.endswith(("account_id", "_by", "by_person")):
        return Bond.TRACE
    return None


def _targets(column: Column[Any]) -> set[str]:
    return {key.column.table.name for key in column.foreign_keys}


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table whose rows are about persons, and the columns that say about whom."""

    table: Table
    direct: tuple[Column[Any], ...]
    """Hold a person's id."""
    through_account: tuple[Column[Any], ...]
    through_parents: tuple[Column[Any], ...]
    """Lead to a row of another table that is about a person."""


@cache
def personal_tables(metadata: MetaData) -> Mapping[str, PersonalTable]:
    """By name, in the order in which rows refer to each other."""
    found: dict[str, PersonalTable] = {}
    for table in metadata.sorted_tables:
        about = [column for column in table.columns if bond_of(column) is Bond.ABOUT]
        through_account = tuple(column for column in about if ACCOUNT in _targets(column))
        direct = tuple(column for column in about if column not in through_account)
        if table.name == PERSON:
            direct = (table.columns["id"],)
        parents = tuple(
            column
            for column in table.columns
            if bond_of(column) is None and any(name in found and name != table.name for name in _targets(column))
        )
        if direct or through_account or parents:
            found[table.name] = PersonalTable(table, direct, through_account, parents)
    return found


def rows_about(metadata: MetaData, name: str, person_id: UUID) -> ColumnElement[bool]:
    """The condition on the table's rows that they are about the person."""
    one = personal_tables(metadata)[name]
    conditions: list[ColumnElement[bool]] = [column == person_id for column in one.direct]
    if one.through_account:
        conditions += [column.in_(accounts_of(metadata, person_id)) for column in one.through_account]
    for column in one.through_parents:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent.name in personal_tables(metadata) and parent is not one.table:
                conditions.append(column.in_(select(key.column).where(rows_about(metadata, parent.name, person_id))))
    return or_(false(), *conditions)


def handed_out(metadata: MetaData, name: str) -> ColumnElement[bool]:
    """The condition on the table's rows that the person may see them now."""
    table = metadata.tables[name]
    shown = table.info.get(WITHHELD)
    return true() if shown is None else shown(metadata, table)


def accounts_of(metadata: MetaData, person_id: UUID) -> Any:
    """A query for the ids of the person's accounts."""
    account = metadata.tables[ACCOUNT]
    return select(account.columns["id"]).where(account.columns["person_id"] == person_id)


def traces(metadata: MetaData) -> Sequence[Column[Any]]:
    """Columns in which a person stands as the one who did something."""
    return [column for table in metadata.sorted_tables for column in table.columns if bond_of(column) is Bond.TRACE]


def sealed_columns(metadata: MetaData) -> Iterator[Column[Any]]:
    """All that `rotate_keys` has to seal again."""
    for table in metadata.sorted_tables:
        yield from (column for column in table.columns if column.info.get(SEALED))


def is_secret(column: Column[Any]) -> bool:
    marked = column.info.get(SECRET)
    return bool(_SECRET_NAME.search(column.name)) if marked is None else bool(marked)
