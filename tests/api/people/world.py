"""A small university for the tests of persons, units and roles."""

from collections.abc import Sequence
from uuid import UUID

from api.domains.people import service
from api.domains.people.rules import Grant, Name, Source, UnitKind
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW

SETUP = system_actor("test:setup")
TODAY = NOW.date()


def titles(text: str) -> dict[str, str]:
    return {"ky": text, "ru": text, "en": text}


async def make_unit(context: Context, code: str, kind: UnitKind, parent: UUID | None = None) -> UUID:
    async with context.writing(SETUP) as unit:
        return (await service.create_unit(unit, code, kind, parent, titles(code))).id


async def make_person(
    context: Context,
    family: str = "Асанов",
    given: str = "Бакыт",
    *,
    roles: Sequence[tuple[Role, Scope, UUID | None]] = (),
) -> UUID:
    """A person who holds the roles from today on."""
    async with context.writing(SETUP) as unit:
        person = service.NewPerson(Name("ky-Cyrl", family, given), email="b.asanov@university.test")
        id_ = await service.create_person(unit, person)
        await service.grant_roles(
            unit, [Grant(id_, role, scope, scope_id, TODAY, source=Source.ASSIGNED) for role, scope, scope_id in roles]
        )
        return id_


def actor(role: Role, scope: Scope = Scope.UNIVERSITY, *ids: UUID, person: UUID | None = None) -> Actor:
    """Somebody who holds one role."""
    return Actor(
        account=new_id(),
        person=person or new_id(),
        roles=(HeldRole(role, scope, frozenset(ids)),),
        method=Method.SESSION,
    )


def plain(person: UUID) -> Actor:
    """Somebody without any role."""
    return Actor(account=new_id(), person=person, method=Method.SESSION)


async def actor_of(context: Context, person: UUID) -> Actor:
    """The person with the roles that the database says, as signing in makes it."""
    async with context.reading(SETUP) as unit:
        roles = await service.roles_of(unit.session, person, unit.today)
    return Actor(account=new_id(), person=person, roles=roles, method=Method.SESSION)
