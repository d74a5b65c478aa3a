"""Exports, retention, key rotation."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Column, LargeBinary, func, select, update

from api.db.base import Base
from api.domains.audit.service import sign_head_again
from api.domains.people import service as people
from api.domains.privacy.models import RetentionPeriodRow, RetentionRunRow, SpecialDataRow
from api.domains.privacy.rules import Period, SpecialCategory, period_on
from api.domains.privacy.schemas import ExportedTable, PersonExport, Trace, Withheld
from api.http.exchange import IdempotencyRow
from api.identity import system_actor
from api.ids import new_id
from api.jobs.port import Job, JobRun, Schedule
from api.keys import UnreadableField
from api.personal import (
    ACCOUNT,
    accounts_of,
    handed_out,
    is_secret,
    personal_tables,
    rows_about,
    sealed_columns,
    traces,
)
from api.retention import Effect, RetentionRule, deletes_rows
from api.unit import Context, Unit

FOR_THE_PERSON_ALONE: Final = {
    "accommodation": frozenset[str](),
    "attempt": frozenset({"conditions"}),
    "blocked_start": frozenset({"formats", "language"}),
    "submission": frozenset({"conditions"}),
}
"""Table -> columns (none: all that lead nowhere) from which one learns what was agreed for somebody, and so of their
health: handed out like what is sealed."""
BATCH: Final = 500
"""Rows in one transaction of a job: others wait no longer than that takes."""
ROTATION: Final = system_actor("command:rotate-keys")
RETENTION_JOB: Final = "privacy.retention"
SCHEDULE: Final = Schedule(RETENTION_JOB, every=timedelta(days=1), offset=timedelta(hours=20))
"""At 20:00 in UTC it is 2 o'clock at night in Bishkek."""


# Exports


async def export_person(unit: Unit, person_id: UUID, *, open_sealed: bool) -> PersonExport:
    """Everything about a person, from every table there is. Files in the mail outbox and logs hold nothing more."""
    metadata = Base.metadata
    tables: list[ExportedTable] = []
    withheld: list[Withheld] = []
    for name, one in personal_tables(metadata).items():
        mine = rows_about(metadata, name, person_id), handed_out(metadata, name)
        query = select(one.table).where(*mine).order_by(*one.table.primary_key.columns)
        rows = (await unit.session.execute(query)).mappings().all()
        hidden = _hidden_columns(one.table.columns, open_sealed=open_sealed)
        if rows:
            shown = [column for column in one.table.columns if column not in hidden]
            tables.append(
                ExportedTable(
                    name=str(name),
                    rows=[{str(column.name): _plain(unit, column, row) for column in shown} for row in rows],
                )
            )
            withheld += [Withheld(table=str(name), column=str(column.name), why=why) for column, why in hidden.items()]
    return PersonExport(
        person_id=person_id,
        made_at=unit.now,
        tables=tables,
        traces=await _count_traces(unit, person_id),
        withheld=withheld,
    )


def _hidden_columns(columns: Iterable[Column[Any]], *, open_sealed: bool) -> dict[Column[Any], Any]:
    hidden: dict[Column[Any], str] = {}
    for column in columns:
        if is_secret(column):
            hidden[column] = "secret"
        elif not open_sealed and (column.info.get("sealed") or _is_for_the_person_alone(column)):
            hidden[column] = "sealed"
        elif isinstance(column.type, LargeBinary):
            hidden[column] = "binary"
    return hidden


def _is_for_the_person_alone(column: Column[Any]) -> bool:
    names = FOR_THE_PERSON_ALONE.get(str(column.table.name))
    if names is None:
        return False
    return column.name in names if names else not (column.primary_key or column.foreign_keys)


def _plain(unit: Unit, column: Column[Any], row: Any) -> Any:
    value = row[column.name]
    if value is not None and column.info.get("sealed"):
        value = unit.keys.open(value, column.table.name, column.name, row["id"])
    return msgspec.to_builtins(value)


async def _count_traces(unit: Unit, person_id: UUID) -> list[Trace]:
    ids = [person_id]
    if ACCOUNT in Base.metadata.tables:
        ids += list(await unit.session.scalars(accounts_of(Base.metadata, person_id)))
    found = []
    for column in traces(Base.metadata):
        rows = await unit.session.scalar(select(func.count()).select_from(column.table).where(column.in_(ids)))
        if rows:
            found.append(Trace(table=str(column.table.name), column=str(column.name), rows=rows))
    return found


# Special categories


async def find_special_data(unit: Unit, person_id: UUID, *, for_update: bool = False) -> SpecialDataRow | None:
    query = select(SpecialDataRow).where(SpecialDataRow.person_id == person_id)
    return await unit.session.scalar(query.with_for_update() if for_update else query)


def seal_special_data(unit: Unit, row: SpecialDataRow, categories: Collection[SpecialCategory], details: str) -> None:
    words = " ".join(sorted(set(categories)))
    row.categories = unit.keys.seal(words, "person_special_data", "categories", row.id)
    row.details = unit.keys.seal(details, "person_special_data", "details", row.id)


def open_special_data(unit: Unit, row: SpecialDataRow) -> tuple[list[SpecialCategory], str]:
    """Raises UnreadableField."""
    words = unit.keys.open(row.categories, "person_special_data", "categories", row.id)
    details = unit.keys.open(row.details, "person_special_data", "details", row.id)
    return [SpecialCategory(word) for word in words.split()], details


async def _sweep_special_data(unit: Unit, before: datetime, most: int) -> int:
    rows = await unit.session.scalars(
        select(SpecialDataRow)
        .where(people.has_left(_local_day(unit, before), SpecialDataRow.person_id), SpecialDataRow.created_at < before)
        .limit(most)
    )
    swept = 0
    for row in rows.all():
        await unit.session.delete(row)
        unit.record("special-data.delete", "person", row.person_id, person=row.person_id, reason="retention")
        swept += 1
    return swept


def _local_day(unit: Unit, moment: datetime) -> date:
    return moment.astimezone(unit.settings.time_zone).date()


# Retention

RETENTION: Sequence[RetentionRule] = (
    RetentionRule("idempotency-answers", 1, Effect.DELETED, deletes_rows(IdempotencyRow, IdempotencyRow.created_at)),
    RetentionRule("special-data", 365, Effect.DELETED, _sweep_special_data),
)
"""Days after the answer; days after the person's last role. Our defaults, to be confirmed by the university."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A category with the period that is in force."""

    rule: RetentionRule
    period: Period


async def kept_categories(unit: Unit, rules: Sequence[RetentionRule]) -> list[Kept]:
    """All categories, by name."""
    rows = (await unit.session.scalars(select(RetentionPeriodRow))).all()
    return [
        Kept(
            rule,
            period_on(
                unit.today,
                [Period(row.days, row.starts_on, row.legal_basis) for row in rows if row.category == rule.category],
                rule.days,
            ),
        )
        for rule in sorted(rules, key=lambda rule: rule.category)
    ]


async def apply_retention(context: Context, rules: Sequence[RetentionRule]) -> dict[str, int]:
    """Takes away what has been kept long enough; category -> rows. Again at the same moment it finds nothing.

    Each batch is a transaction with its entry in the audit log, so that a run that was broken off can be repeated.
    """
    actor = system_actor("job:retention")
    async with context.reading(actor) as unit:
        kept = await kept_categories(unit, rules)
        now = unit.now
    done: dict[str, int] = {}
    for one in kept:
        older_than = max(now - timedelta(days=one.period.days), datetime.min.replace(tzinfo=UTC))
        done[one.rule.category] = 0
        while True:
            async with context.writing(actor) as unit:
                swept = await one.rule.sweep(unit, older_than, BATCH)
                if not swept:
                    break
                run = RetentionRunRow(
                    id=new_id(),
                    created_at=unit.now,
                    category=one.rule.category,
                    days=one.period.days,
                    older_than=older_than,
                    rows=swept,
                )
                unit.session.add(run)
                unit.record(
                    "retention.apply",
                    "retention-run",
                    run.id,
                    category=run.category,
                    rows=str(swept),
                    older_than=older_than.isoformat(),
                )
            done[one.rule.category] += swept
    return done


def retention_job(context: Context, rules: Sequence[RetentionRule]) -> Job:
    """For the job engine: once a day."""

    async def run(_: JobRun) -> None:
        await apply_retention(context, rules)

    return Job(RETENTION_JOB, run)


# Keys


@dataclass(frozen=True, slots=True)
class SealedFields:
    """How many sealed values there are: with the current key, with an older one, with none that opens them."""

    current: int
    older: int
    unreadable: int


async def count_sealed(context: Context) -> SealedFields:
    """Opens every sealed value there is and forgets it at once."""
    current = older = unreadable = 0
    for column in sealed_columns(Base.metadata):
        id_ = column.table.columns["id"]
        async with context.database.reading() as session:
            rows = await session.stream(
                select(id_, column).where(column.is_not(None)).execution_options(yield_per=BATCH)
            )
            async for row_id, value in rows:
                try:
                    context.keys.open(value, column.table.name, column.name, row_id)
                except UnreadableField:
                    unreadable += 1
                    continue
                if context.keys.is_current(value):
                    current += 1
                else:
                    older += 1
    return SealedFields(current, older, unreadable)


async def rotate_keys(context: Context) -> int:
    """Seals everything with the current key; how many values that were. After it the older keys can leave the ring.

    In batches, each a transaction: a rotation that was broken off goes on where it stood. Values that no key opens stay
    as they are; `count_sealed` counts them.
    """
    total = 0
    for column in sealed_columns(Base.metadata):
        last: UUID | None = None
        while True:
            async with context.writing(ROTATION) as unit:
                last, sealed = await _seal_batch(unit, column, last)
                if sealed:
                    unit.record(
                        "keys.rotate",
                        "sealed-field",
                        new_id(),
                        table=str(column.table.name),
                        column=str(column.name),
                        key=context.keys.current,
                        rows=str(sealed),
                    )
                    total += sealed
            if last is None:
                break
    async with context.database.writing() as session:
        await sign_head_again(session, context.keys)
    return total


async def _seal_batch(unit: Unit, column: Column[Any], after: UUID | None) -> tuple[UUID | None, int]:
    """The last id of the batch (None when there is nothing more), and how many values were sealed again."""
    table, id_, keys = column.table, column.table.columns["id"], unit.keys
    query = select(id_, column).where(column.is_not(None), column.not_like(f"{keys.current}:%"))
    if after is not None:
        query = query.where(id_ > after)
    rows = (await unit.session.execute(query.order_by(id_).limit(BATCH).with_for_update())).all()
    sealed = 0
    for row_id, value in rows:
        try:
            opened = keys.open(value, table.name, column.name, row_id)
        except UnreadableField:
            continue
        again = keys.seal(opened, table.name, column.name, row_id)
        await unit.session.execute(update(table).where(id_ == row_id, column == value).values({column: again}))
        sealed += 1
    return (rows[-1][0] if rows else None), sealed
