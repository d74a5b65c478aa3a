"""Reading the log over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath, FromQuery, QueryParameter
from sqlalchemy import ColumnElement, or_, select

from api.domains.audit.guards import AUDIT_READ, AUDIT_READ_OWN
from api.domains.audit.models import AuditRow
from api.domains.audit.rules import HEALTH_ACTIONS, HEALTH_SUBJECTS, SHOWN_PURPOSE, tells_of_health
from api.domains.audit.schemas import AuditEntry, OwnEntry, Who
from api.domains.people import service as people
from api.domains.people.guards import PERSON_SEE
from api.errors import NotFound, invalid
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import Moment, PageOf
from api.ids import new_id
from api.keys import KeyRing

Word = Annotated[str | None, QueryParameter(max_length=64)]


@get(policy=AUDIT_READ, operation_id="list_audit_entries", tags=["audit"])
async def list_audit_entries(
    exchange: TheExchange,
    subject: Word = None,
    subject_id: FromQuery[UUID | None] = None,
    person: FromQuery[UUID | None] = None,
    by_person: FromQuery[UUID | None] = None,
    what: Word = None,
    since: FromQuery[Moment | None] = None,
    until: FromQuery[Moment | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[AuditEntry]]:
    """The log, oldest first, by subject, by whom it concerns (`person`), by who did it (`by_person`), by what was done,
    and from `since` up to, but without, `until`. For administrators; that they looked is an entry too. Entries that
    tell of somebody's health (accommodations, special data) do not say whose, and are not found by person."""
    table = AuditRow
    query = select(table)
    chosen: Mapping[str, str | UUID | None] = {
        "subject": subject,
        "subject_id": subject_id,
        "person": person,
        "by_person": by_person,
        "what": what,
    }
    for name, value in chosen.items():
        if value is not None:
            query = query.where(getattr(table, name) == value)
            if name in {"person", "by_person", "subject_id"}:
                query = query.where(_names(name))
    if since is not None:
        query = query.where(table.at >= _with_zone(since, "?since"))
    if until is not None:
        query = query.where(table.at < _with_zone(until, "?until"))
    async with exchange.writing() as unit:
        unit.require(AUDIT_READ)
        if cursor is None:  # later parts too would make the list longer while it is read
            asked = {f"filter_{name}": str(value) for name, value in chosen.items() if value is not None}
            unit.record("audit.read", "audit", new_id(), person=person, **asked)
        return (
            await page(exchange, unit, query, [table.number], lambda row: _show(row, unit.keys), cursor, limit)
        ).response()


def _with_zone(moment: datetime, pointer: str) -> datetime:
    if moment.tzinfo is None:
        raise invalid(pointer, "not-a-date")
    return moment


def _of_health() -> ColumnElement[bool]:
    """As `tells_of_health`, for lists."""
    return or_(*map(AuditRow.subject.startswith, HEALTH_SUBJECTS), *map(AuditRow.what.startswith, HEALTH_ACTIONS))


def _names(filtered: str) -> ColumnElement[bool]:
    """The condition that an entry may be found by this column: it shows what stands there."""
    if filtered == "by_person":  # students too do something about their accommodations
        return or_(~_of_health(), AuditRow.person.is_(None), AuditRow.person != AuditRow.by_person)
    if filtered == "subject_id":
        return or_(~_of_health(), AuditRow.person.is_(None), AuditRow.person != AuditRow.subject_id)
    return ~_of_health()


def _show(row: AuditRow, keys: KeyRing) -> AuditEntry:
    is_hidden = row.person is not None and tells_of_health(row.what, row.subject)
    is_own = is_hidden and row.by_person == row.person
    return AuditEntry(
        number=row.number,
        at=row.at,
        account=None if is_own else row.account,
        by_person=None if is_own else row.by_person,
        service=row.service,
        what=row.what,
        subject=row.subject,
        subject_id=None if is_hidden and row.subject_id == row.person else row.subject_id,
        person=None if is_hidden else row.person,
        facts=row.facts,
        digest=keys.sign(row.digest, SHOWN_PURPOSE),
    )


@get("/{person_id:uuid}/audit-entries", policy=AUDIT_READ_OWN, operation_id="list_own_audit_entries", tags=["audit"])
async def list_own_audit_entries(
    person_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[OwnEntry]]:
    """Who has looked at the person's data or changed them, oldest first (clause 4.1 c). What tells of the person's
    health is shown to the person alone."""
    async with exchange.reading() as unit:
        unit.require(AUDIT_READ_OWN, await people.place_of_person(unit, person_id), seen_by=PERSON_SEE)
        if not await people.person_exists(unit, person_id):
            raise NotFound()
        query = select(AuditRow).where(AuditRow.person == person_id)
        if exchange.actor.person != person_id:
            query = query.where(~_of_health())
        answer = await page(exchange, unit, query, [AuditRow.number], lambda row: row, cursor, limit)
        rows: Sequence[AuditRow] = answer.content.items
        names = await people.full_names(unit, {row.by_person for row in rows if row.by_person is not None})
        content = PageOf(items=[_show_own(row, person_id, names) for row in rows], next=answer.content.next)
        return Answer(content, headers=answer.headers).response()


def _show_own(row: AuditRow, person_id: UUID, names: Mapping[UUID, str]) -> OwnEntry:
    if row.by_person == person_id:
        who = Who.YOURSELF
    elif row.by_person is not None:
        who = Who.SOMEBODY
    else:
        who = Who.SERVICE if row.service else Who.VISITOR
    return OwnEntry(
        number=row.number,
        at=row.at,
        who=who,
        name=names.get(row.by_person) if row.by_person is not None else None,
        what=row.what,
        subject=row.subject,
        subject_id=row.subject_id,
        facts=row.facts,
    )


routers: Sequence[Router] = (
    Router("/v1/audit-entries", route_handlers=[list_audit_entries]),
    Router("/v1/persons", route_handlers=[list_own_audit_entries]),
)
