"""The table of who may do what, asked of the policy itself: cell by cell, for every action of every route.

`python -m tests.api.access_matrix.table` writes it anew.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from litestar.handlers import HTTPRouteHandler

from api import domains
from api.app import create_app, create_context
from api.domains.people.rules import SCOPES_OF_ROLE
from api.http.openapi import routes_of
from api.identity import VISITOR, Actor, HeldRole, Method, Role, Scope
from api.policy import Action, Place, may
from api.settings import Settings
from tests.api.conftest import KEYS

GOLDEN: Final = Path(__file__).parent / "permitted.txt"
HEADER: Final = """\
WHO MAY DO WHAT

This table is asked of the service's own rules, not written by hand. A change of it is a change of who may do what:
have it read by those who answer for it (registry, inclusive-education office) before it is accepted.
To write it anew:  .venv/bin/python -m tests.api.access_matrix.table

How to read a line:  action: who may.
  "everybody" are visitors too; "the person" is whom the object is about.
  After a role stands for what it has to be held. "unit": the object belongs to that institute, department or council,
  or is about somebody who belongs there. "programme", "class", "group" likewise; "person" is the one student whom
  somebody supports. "university": the role is held for the whole university.
  "token": an API token of somebody who may, with this scope, may too. Without that word no token may.
Actions without a route below them decide within the routes of others: how much is shown, or whether an exception holds.
"""
_NAMES: Final = UUID("6d7a5a0e-0000-4000-8000-000000000000")


def an_id(name: str) -> UUID:
    return uuid5(_NAMES, name)


def somewhere(name: str) -> Place:
    """A place with one of everything, all called `name`."""
    return Place(
        *(frozenset({an_id(f"{kind}-{name}")}) for kind in ("person", "unit", "programme", "class", "group", "case"))
    )


HERE: Final = somewhere("here")
ELSEWHERE: Final = somewhere("elsewhere")
SCOPE_OF: Final = {
    Scope.UNIT: HERE.units,
    Scope.PROGRAMME: HERE.programmes,
    Scope.CLASS: HERE.classes,
    Scope.GROUP: HERE.groups,
    Scope.CASE: HERE.cases,
    Scope.PERSON: HERE.persons,
    Scope.UNIVERSITY: frozenset[UUID](),
}
THE_PERSON: Final = Actor(an_id("account"), an_id("person-here"), method=Method.SESSION)


def holder(role: Role, scope: Scope, method: Method = Method.SESSION, *token_scopes: str) -> Actor:
    """Somebody who holds one role, here."""
    return Actor(
        an_id(f"account-{role}"),
        an_id(f"person-{role}"),
        roles=(HeldRole(role, scope, SCOPE_OF[scope]),),
        method=method,
        token_scopes=frozenset(token_scopes),
    )


@cache
def app() -> Any:
    return create_app(create_context(Settings(Path("unused"), "sqlite+aiosqlite:///unused"), KEYS))


@cache
def routes() -> list[tuple[str, str, HTTPRouteHandler]]:
    """Path, method, handler of every route."""
    return routes_of(app())


def policy_of(handler: HTTPRouteHandler) -> Action:
    found: Action = handler.opt["policy"]
    return found


@cache
def actions() -> dict[str, list[Action]]:
    """All actions by name: of the routes, and those that decide within them."""
    found = {policy_of(handler) for _, _, handler in routes()}
    for file in sorted(Path(domains.__path__[0]).glob("*/guards.py")):
        for value in vars(import_module(f"api.domains.{file.parent.name}.guards")).values():
            values = value.values() if isinstance(value, dict) else [value]
            found |= {one for one in values if isinstance(one, Action)}
    by_name: dict[str, list[Action]] = {}
    for one in found:
        by_name.setdefault(one.name, []).append(one)
    return dict(sorted(by_name.items()))


def who_may(wanted: Action) -> Iterator[str]:
    """Those who may, each asked of the policy."""
    if may(VISITOR, wanted, HERE):
        yield "everybody"
        return
    if may(THE_PERSON, wanted, ELSEWHERE):
        yield "everybody who has signed in"
        return
    if may(THE_PERSON, wanted, HERE):
        yield "the person"
    for role in Role:
        scopes = [scope for scope in Scope if scope in SCOPES_OF_ROLE[role] and may(holder(role, scope), wanted, HERE)]
        if scopes:
            yield f"{role.value.replace('-', ' ')} ({', '.join(scope.value for scope in scopes)})"


def line_of(wanted: Action) -> str:
    token = f"; token {wanted.token_scope}" if wanted.token_scope and not wanted.is_public else ""
    return f"{wanted.name}: {', '.join(who_may(wanted)) or 'nobody'}{token}"


def text() -> str:
    """The whole table."""
    lines = [HEADER]
    for same in actions().values():
        for one in same:
            lines.append(line_of(one))
            used = (f"    {method} {path}" for path, method, handler in routes() if policy_of(handler) == one)
            lines += sorted(used)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(text(), encoding="utf-8")
