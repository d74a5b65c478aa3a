"""What others may ask of the domain, and what it hears and does by itself.

Events, told in the transaction: `account.created` (ids `account`, `reset-token`; code `kind`), `account.changed`,
`account.ended`, `account.password-set` (id `account`), `account.invited`, `password-reset.asked` (id `reset-token`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, exists, select

from api.domains.access import passwords
from api.domains.access.accounts import end_account, ensure_accounts
from api.domains.access.authentication import find_actor
from api.domains.access.errors import LoginTaken
from api.domains.access.mails import MAILS
from api.domains.access.models import AccountRow, ApiTokenRow, ResetTokenRow, SessionRow, ThrottleRow
from api.domains.access.recovery import fit_password
from api.domains.access.rules import IDLE, fold_login, is_login
from api.domains.access.sessions import living_sessions
from api.domains.people.rules import Name, Source
from api.domains.people.service import NewPerson, create_person, grant_role, holders_of
from api.errors import invalid
from api.events import Event, Listener
from api.identity import AccountKind, Role, Scope, system_actor
from api.ids import new_id
from api.jobs.port import Job, JobRun, Schedule
from api.policy import NOWHERE, Action, Place, reach
from api.unit import Context, Unit

__all__ = [
    "LISTENERS",
    "MAILS",
    "SCHEDULE",
    "account_may",
    "create_administrator",
    "end_account",
    "end_accounts_of",
    "ensure_accounts",
    "find_actor",
    "has_administrator",
    "living_sessions",
    "purge_job",
]

COMMAND: Final = system_actor("command:create-admin")
PURGE_JOB: Final = "access.purge"
SCHEDULE: Final = Schedule(PURGE_JOB, every=timedelta(hours=1))
ROWS_AT_ONCE: Final = 1000
KEEP_TOKENS: Final = timedelta(days=365)
"""How long it can be seen that there was an API token. Our choice."""


async def create_administrator(context: Context, login: str, password: str, given_name: str, family_name: str) -> UUID:
    """The account of a new administrator of the whole university, from the command line. Raises InvalidFields,
    LoginTaken, Unavailable."""
    folded = fold_login(login)
    if not is_login(folded):
        raise invalid("/login", "bad-login")
    hashed = await passwords.current().hash(fit_password(password, folded, "/password"))
    async with context.writing(COMMAND) as unit:
        if await unit.session.scalar(select(AccountRow.id).where(AccountRow.login == folded)):
            raise LoginTaken()
        is_cyrillic = any("Ѐ" <= letter <= "ӿ" for letter in given_name + family_name)
        name = Name("und-Cyrl" if is_cyrillic else "und-Latn", family_name, given_name)
        person_id = await create_person(unit, NewPerson(name))
        row = AccountRow(
            id=new_id(),
            created_at=unit.now,
            person_id=person_id,
            login=folded,
            kind=AccountKind.PERMANENT,
            valid_until=None,
            ended_at=None,
            end_reason=None,
            password_hash=hashed,
            password_changed_at=unit.now,
        )
        unit.session.add(row)
        await unit.session.flush()
        unit.record("account.create", "account", row.id, person=person_id, kind=row.kind)
        await grant_role(
            unit, person_id, Role.ADMINISTRATOR, Scope.UNIVERSITY, None, unit.today, source=Source.ASSIGNED
        )
        return row.id


async def has_administrator(context: Context) -> bool:
    """Whether anybody can sign in who is an administrator of the whole university now."""
    async with context.reading(COMMAND) as unit:
        holders = await holders_of(unit, Role.ADMINISTRATOR, Scope.UNIVERSITY, None)
        table = AccountRow
        lets_in = select(table.id).where(
            table.person_id.in_(holders),
            table.ended_at.is_(None),
            table.valid_until.is_(None) | (table.valid_until > unit.now),
        )
        return bool(await unit.session.scalar(select(exists(lets_in))))


async def account_may(unit: Unit, account_id: UUID, wanted: Action, one: Place = NOWHERE) -> bool:
    """Whether the account lets anybody in now, and its person still may do it: for what goes on in somebody's name."""
    return reach(await find_actor(unit, account_id), wanted).covers(one)


async def locked_out(unit: Unit, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those of these persons who had an account and have none any more that lets them in."""
    table = AccountRow
    lets_in = table.ended_at.is_(None) & (table.valid_until.is_(None) | (table.valid_until > unit.now))
    rows = await unit.session.execute(select(table.person_id, lets_in).where(table.person_id.in_(persons)))
    found: dict[UUID, bool] = {}
    for person_id, still in rows:
        found[person_id] = found.get(person_id, False) or bool(still)
    return frozenset(person_id for person_id, still in found.items() if not still)


async def end_accounts_of(unit: Unit, person_id: UUID, reason: str) -> None:
    """Ends the person's account, if there is one that has not ended."""
    row = await unit.session.scalar(
        select(AccountRow).where(AccountRow.person_id == person_id, AccountRow.ended_at.is_(None)).with_for_update()
    )
    if row is not None:
        await end_account(unit, row, reason)


# Accounts for whoever needs one (clause 4.1 f)


async def _on_person(unit: Unit, event: Event) -> None:
    if event.person is not None:
        _later(unit).add(event.person)


async def _on_instructors(unit: Unit, event: Event) -> None:
    _later(unit).update(await holders_of(unit, Role.INSTRUCTOR, Scope.CLASS, event.ids["class"]))


def _later(unit: Unit) -> set[UUID]:
    """Persons who get their accounts together at the end of the unit: an import admits thousands."""
    ending = unit.endings.setdefault("access.ensure-accounts", _Ending(unit))
    assert isinstance(ending, _Ending)
    return ending.persons


class _Ending:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self.persons: set[UUID] = set()

    async def __call__(self) -> None:
        await ensure_accounts(self._unit, self.persons)


LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "class.instructors-changed": [_on_instructors],
    "role.granted": [_on_person],
    "study.active": [_on_person],
    "study.admitted": [_on_person],
}


# What is forgotten


def purge_job(context: Context) -> Job:
    """Removes what counts no longer anyway: counts of tries, dead sessions, tokens that are over."""

    async def purge(_: JobRun) -> None:
        await purge_expired(context)

    return Job(PURGE_JOB, purge)


async def purge_expired(context: Context) -> int:
    """How many rows that were. In parts, so that nobody waits long for the writer."""
    total = 0
    now = context.clock.now()
    dead = SessionRow.last_seen_at <= now - IDLE
    for column, condition in (
        (ThrottleRow.key, ThrottleRow.forget_at <= now),
        (SessionRow.id, dead | (SessionRow.expires_at <= now)),
        (ResetTokenRow.id, ResetTokenRow.expires_at <= now),
        (ApiTokenRow.id, ApiTokenRow.expires_at <= now - KEEP_TOKENS),
        (ApiTokenRow.id, ApiTokenRow.revoked_at <= now - KEEP_TOKENS),
    ):
        while True:
            async with context.database.writing() as session:
                keys = (await session.scalars(select(column).where(condition).limit(ROWS_AT_ONCE))).all()
                await session.execute(delete(column.class_).where(column.in_(keys), condition))
            total += len(keys)
            if len(keys) < ROWS_AT_ONCE:
                break
    return total
