"""No table about a person is forgotten, and no sealed column: shown on the tables themselves."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Table, Uuid, create_engine, event, insert, select

import api
from api.db.base import Base
from api.domains.privacy import service
from api.ids import new_id
from api.keys import KeyRing
from api.personal import WITHHELD, Bond, bond_of, personal_tables, sealed_columns
from api.unit import Context
from tests.api.conftest import KEYS
from tests.api.people.world import SETUP
from tests.api.privacy.rows import made_up_row

pytestmark = pytest.mark.anyio

LEADS_TO_NOBODY = {
    "audit_entry.subject_id": "the row's `person` says whom it is about",
    "recognised_course.source_id": "a decision",
    "role_assignment.scope_id": "a unit, a class …; whom a supporter supports stands in support_assignment",
    "role_assignment.origin_id": "an admission, an enrolment …",
    "webhook_delivery.event_id": "an event, whose person stands beside it",
}
"""Ids without a foreign key, and what they are ids of."""
NOT_YET = {"grade_event", "grade_feedback", "journal_entry"}
"""Handed out from the release of the grades on, and none is released here; see `tests/api/grading/test_journal.py`."""


def test_every_id_without_a_foreign_key_says_whether_it_leads_to_a_person() -> None:
    """A new column of this kind fails here: give it a foreign key, mark it with `info={"person": …}`
    (`api/personal.py`), or say here what it is."""
    loose = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Uuid) and not column.foreign_keys and bond_of(column) is None and column.name != "id"
    }
    assert loose - LEADS_TO_NOBODY.keys() == set()


def test_columns_that_name_a_person_in_words_are_none() -> None:
    """Names, mails and telephones stand with the person alone: elsewhere nobody would export or forget them."""
    found = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in {"email", "mail", "phone", "family_name", "given_name", "patronymic", "birth_date"}
        and table.name not in personal_tables(Base.metadata)
    }
    assert found == set()


@pytest.mark.parametrize("backend", ["sqlite"])  # the one whose constraints can be switched off for a while
async def test_the_export_holds_a_row_of_every_table_that_leads_to_the_person(context: Context) -> None:
    """Independent of how the export finds its tables: each foreign key to a person, an account or a row that was made
    for the person here counts, and so does each column called person."""
    person, stranger = new_id(), new_id()
    expected = _fill(context, person)
    _fill(context, stranger)
    async with context.reading(SETUP) as unit:
        export = await service.export_person(unit, person, open_sealed=False)
    exported = {table.name: table.rows for table in export.tables}
    assert {name for name in expected if WITHHELD in Base.metadata.tables[name].info} == NOT_YET
    assert set(exported) == set(expected) - NOT_YET
    for name, ids in expected.items():
        if ids is not None and name not in NOT_YET:
            assert {str(row["id"]) for row in exported[name]} == {str(ids)}, name
    assert str(stranger) not in str(export)
    hashes = {"password_hash", "token_hash", "digest", "secret", "code_hash"}
    shown = {(name, column) for name, rows in exported.items() for row in rows for column in row}
    secret = {
        (name, column)
        for name, column in shown
        if column in hashes and Base.metadata.tables[name].columns[column].info.get("secret") is not False
    }
    assert secret == set()


def _fill(context: Context, person: UUID) -> dict[str, UUID | None]:
    """Makes a row in every table that leads to the person; gives table -> the row's id, if it has one."""
    made: dict[str, dict[str, Any]] = {}
    with _unconstrained(context) as connection:
        for table in Base.metadata.sorted_tables:
            references = _references(table, person, made)
            if references or table.name == "person":
                row = made_up_row(table, references)
                row |= {"id": person} if table.name == "person" else {}
                made[table.name] = row
                connection.execute(insert(table).values(row))
    return {name: row.get("id") for name, row in made.items()}


@contextmanager
def _unconstrained(context: Context) -> Iterator[Connection]:
    """The same SQLite file without foreign keys (SQLite's default) and checks."""
    engine = create_engine(context.database.url.set(drivername="sqlite"))
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        yield connection
    engine.dispose()


def _references(table: Table, person: UUID, made: dict[str, dict[str, Any]]) -> dict[str, UUID]:
    found = {}
    for column in table.columns:
        targets = {key.column.table.name for key in column.foreign_keys} - {table.name}
        if column.info.get("person") == Bond.NONE:
            continue
        if "person" in targets:
            if column.name in {"person_id", "person"}:
                found[column.name] = person
        elif column.name in {"person", "person_id"}:
            found[column.name] = person
        elif "account" in targets:
            if column.name in {"account_id", "account"}:
                found[column.name] = made["account"]["id"]
        else:
            for name in targets & made.keys():
                found[column.name] = made[name]["id"]
    return found


# Sealed fields


def test_everything_that_is_sealed_in_the_code_is_marked_for_rotation() -> None:
    """Every call of `KeyRing.seal` names its table and its column, itself or by a constant of the project; a column
    that comes as a parameter is called `sealed_…`."""
    marked = {(column.table.name, column.name) for column in sealed_columns(Base.metadata)}
    named = {(table.name, name) for table in Base.metadata.sorted_tables for name in _sealed_names(table)}
    assert named <= marked
    called = set()
    for file in Path(api.__path__[0]).rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        } | _imported(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "seal":
                table, column = (_value(part, constants) for part in node.args[1:3])
                if file.parent.name == "privacy" and table is None:
                    continue  # the rotation itself
                assert table in {name for name, _ in marked}, f"{file}:{node.lineno}: {table}"
                if column is not None:
                    called.add((table, column))
    assert called
    assert called <= marked


def _imported(tree: ast.Module) -> dict[str, Any]:
    """What a module takes from other modules of the domains by names of constants."""
    return {
        one.asname or one.name: getattr(import_module(node.module), one.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("api.domains.")
        for one in node.names
        if one.name.isupper()
    }


def _sealed_names(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name.startswith("sealed")]


def _value(node: ast.expr, constants: dict[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


OLD = KEYS
BOTH = KeyRing({"1": KEYS.keys["1"], "2": bytes(range(32, 64))}, "2")
NEW = KeyRing({"2": BOTH.keys["2"]}, "2")


@pytest.mark.parametrize("backend", ["sqlite"])  # the one whose constraints can be switched off for a while
async def test_rotation_seals_every_sealed_column_again(context: Context) -> None:
    """A value in every sealed column there is, two batches and a bit of them in one."""
    rows = _seal_everywhere(context)
    await _ignore_checks(context)  # the rows are made up
    rotated = _with_keys(context, BOTH)
    assert await service.count_sealed(rotated) == service.SealedFields(0, rows, 0)
    assert await service.rotate_keys(rotated) == rows
    assert await service.rotate_keys(rotated) == 0
    without_old = _with_keys(context, NEW)
    assert await service.count_sealed(without_old) == service.SealedFields(rows, 0, 0)
    for column in sealed_columns(Base.metadata):
        async with context.database.reading() as session:
            stored = (await session.execute(select(column.table.columns["id"], column))).all()
        assert stored, f"{column} was not tried"
        assert {NEW.open(value, column.table.name, column.name, id_) for id_, value in stored} == {"көз"}


async def _ignore_checks(context: Context) -> None:
    await context.database.dispose()
    for engine in (context.database.reader, context.database.writer):
        event.listen(
            engine.sync_engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA ignore_check_constraints = ON"),
        )


def _seal_everywhere(context: Context) -> int:
    rows = 0
    with _unconstrained(context) as connection:
        for table in {column.table.name: column.table for column in sealed_columns(Base.metadata)}.values():
            columns = [column.name for column in sealed_columns(Base.metadata) if column.table is table]
            for _ in range(2 * service.BATCH + 1 if table.name == "person_special_data" else 1):
                row = made_up_row(table, {})
                row |= {name: OLD.seal("көз", table.name, name, row["id"]) for name in columns}
                connection.execute(insert(table).values(row))
                rows += len(columns)
    return rows


def _with_keys(context: Context, keys: KeyRing) -> Context:
    return Context(context.settings, context.database, context.clock, keys, context.listeners)
