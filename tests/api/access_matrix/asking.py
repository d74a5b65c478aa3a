"""Every route, asked by everybody, about what is theirs and what is not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import httpx
from litestar.handlers import HTTPRouteHandler

from api.domains.courses import guards as courses
from api.domains.people import guards as people
from api.domains.programmes import guards as programmes
from api.domains.teaching import guards as teaching
from api.identity import Actor, Role
from api.policy import NOWHERE, Action, Place, place, reach
from tests.api.access_matrix.bodies import body
from tests.api.access_matrix.table import policy_of, routes
from tests.api.access_matrix.world import CURRICULUM, Side, World

REFUSALS: Final = frozenset({401, 403, 404})
OWN_ACCESS: Final = "access.own"
ASKED_ELSEWHERE: Final = frozenset(
    {"get_openapi", "read_documentation", "metrics", "ready", "health", "import_roster", "give_second_factor"}
)
"""Without objects, and slow to answer."""
PLACE_IN_BODY: Final = {
    "create_class": "class_id",
    "draft_programme": "unit_id",
    "draft_module_approval": "programme_id",
    "create_student_group": "programme_id",
    "set_enrolment_window": "programme_id",
    "apply_for_programme": "study_id",
    "enrol": "person_id",
    "assign_support": "person_id",
    "add_course": "unit_id",
    "add_library_link": "unit_id",
    "ask_for_package": "course_id",
}
"""Operations whose object lies where the body says."""
AT_THE_UNIVERSITY: Final = frozenset({"set_credit_limit", "end_credit_limit"})


@dataclass(frozen=True, slots=True)
class Question:
    """One request of one actor. `about`: which side it is about; `expected`: whether the policy permits it."""

    who: str
    actor: Actor
    handler: HTTPRouteHandler
    method: str
    path: str
    url: str
    json: Any
    about: str
    where: Place
    is_permitted: bool

    @property
    def name(self) -> str:
        return f"{self.who}: {self.method} {self.path} of {self.about}"


WHOLE: Final = frozenset({"read_package_gate"})
"""Open to whoever reaches anything at all by their action."""
RESTRICTED: Final = frozenset({"get_module_approval", "read_resource", "list_renditions", "list_resource_revisions"})
"""Operations that everybody may try, asked here about what is not for everybody."""


def is_of_an_object(path: str, operation: str) -> bool:
    return "{" in path or operation in PLACE_IN_BODY


def ids_for(path: str, side: Side, world: World) -> dict[str, UUID]:
    """By name of a parameter or field; what is called alike in several places goes by the path."""
    ids = {**world.common, **side.ids}
    for part in ("instructors", "curators", "role-assignments", "support-assignments"):
        if f"/{part}" in path and (found := side.ids.get(f"{part}/assignment_id")):
            ids["assignment_id"] = found
    if "module-approvals" in path and path.endswith(("approve", "reject", "suspend", "review")):
        ids["module_id"] = side.ids["module"]
    if path.startswith("/v1/programmes") and path.endswith(("propose", "editions")):
        ids["programme_id"] = side.ids["programme_id"]
    return ids


def place_for(path: str, operation: str, side: Side, world: World) -> Place:
    """Where the object of a route lies: the first one that the path names, or what the body says."""
    if operation in AT_THE_UNIVERSITY:
        return NOWHERE
    name = PLACE_IN_BODY.get(operation)
    if name is None:
        for part in ("role-assignments", "support-assignments"):
            if f"/{part}/" in path:
                return side.places[f"{part}/assignment_id"]
        if "{" not in path:
            return NOWHERE
        name = path.partition("{")[2].partition("}")[0]
    return side.places.get(name, NOWHERE)


Ruling = tuple[Action, Place]


def rulings(operation: str, wanted: Action, side: Side, where: Place, world: World) -> list[Ruling]:
    """Which actions at which places open a route: its own, unless a rule of the domain says more exactly.

    These are the domains' rules in the tests' own words; what is not here follows the table alone.
    """
    councils = frozenset(world.councils.values())
    methodical, academic = (place(unit=one) for one in world.councils.values())
    with_councils = replace(where, units=where.units | councils)
    shared = place(person=side.people.get("specialist")) if side is world.classmate else None
    match operation:
        case "get_module_approval":  # a draft
            return [(programmes.VIEW_UNAPPROVED, where)]
        case "read_resource" | "list_renditions" | "list_resource_revisions" | "change_resource":  # a restricted one
            sight = [(courses.READ_RESTRICTED, where), (courses.READ_ALL_MATERIAL, where)]
            return sight if operation != "change_resource" else [(wanted, where)]
        case "list_student_groups":
            return [(wanted, where), (teaching.VIEW_OWN_GROUP, where)]
        case "get_student_group" | "list_curators":
            return [(wanted, where), (teaching.VIEW_OWN_GROUP, where)]
        case "list_package_exemptions" | "list_package_items" | "read_package_readiness":
            return [(wanted, where), *((courses.SIT_ON_COUNCIL, place(unit=one)) for one in councils)]
        case "revoke_package_exemption" | "exempt_package":  # from braille
            return [(courses.EXEMPT_FROM_FORMS, where)]
        case "except_from_gate":  # the gate names the registry
            return [(replace(wanted, grants=(Role.REGISTRY,)), where)]
        case "review_module" | "review_programme":
            return [(wanted, methodical)]
        case _ if operation.partition("_")[0] in ("approve", "reject", "suspend") and wanted == programmes.DECIDE:
            return [(wanted, academic)]
        case "list_programme_decisions" | "get_distance_share":  # of an approved programme
            return [(wanted, with_councils)]
        case "end_role":  # a dean's office
            return [(people.ROLE_GIVE[Role.DEANS_OFFICE], NOWHERE)]
        case "end_support" | "share_with_specialist":  # the student's, not the supporter's
            return [(wanted, side.places["person_id"])]
        case "see_shared":
            return [] if shared is None else [(wanted, shared)]
    return [(wanted, where)]


def permitted(actor: Actor, found: list[Ruling], *, is_list: bool) -> bool:
    """What the pure table says: of a list, whether there is anything that the actor may."""
    return any(
        not reach(actor, wanted).is_empty if is_list else reach(actor, wanted).covers(where) for wanted, where in found
    )


ONCE: Final = ("visitor", "stranger", "student")
"""Who asks for what everybody may see: the others would get the same."""
NEIGHBOURS: Final = (
    *("student", "stranger", "specialist from outside", "instructor, class", "curator, group", "support, person"),
    "deans-office, unit",
)
ELSEWHERE: Final = ("student", "instructor, class", "curator, group", "support, person")


def sides(world: World, who: str) -> Iterator[Side]:
    """What somebody is asked about: what is theirs, what is others', and what is near."""
    yield world.mine
    if who != "visitor":
        yield world.others
    if who in NEIGHBOURS:
        yield world.classmate
    if who.endswith("unit") or who in ELSEWHERE:
        yield world.double


def questions(world: World, who: str, actor: Actor) -> Iterator[Question]:
    for path, method, handler in routes():
        operation = str(handler.operation_id)
        wanted = policy_of(handler)
        if handler.opt.get("proves_itself") or operation in ASKED_ELSEWHERE:
            continue
        if wanted.name in (OWN_ACCESS, "session.begin", "session.end", "second-factor.give") and actor.is_signed_in:
            continue  # asked with real accounts in tests/api/access
        if wanted.is_public and who not in ONCE and operation not in RESTRICTED:
            continue
        of_an_object = is_of_an_object(path, operation)
        for side in sides(world, who) if of_an_object else (world.mine,):
            ids = ids_for(path, side, world)
            if side in (world.classmate, world.double) and not names_one(path, handler, side):
                continue
            where = place_for(path, operation, side, world)
            url = path.format(
                **{name: ids.get(name, name) for name in _names(path)}
                | {"intake_year": CURRICULUM, "slug": "not-found"}
            )
            if operation == "list_distance_shares":
                url += "?intake_year=2026"
            if operation == "convert_credits":
                url += "?amount=1&from_kind=ects&to_kind=national"
            field = handler.parsed_data_field
            made = None if field is None else body(field.annotation, ids)
            is_list = not of_an_object or operation in WHOLE
            found = rulings(operation, wanted, side, where, world)
            yield Question(
                who,
                actor,
                handler,
                method,
                path,
                url,
                made,
                side.name if of_an_object else "all",
                where,
                permitted(actor, found, is_list=is_list),
            )


def names_one(path: str, handler: HTTPRouteHandler, side: Side) -> bool:
    """Whether the route is about what this side alone has: a person, or what belongs to one."""
    own = {"person_id", "study_id", "plan_id", "enrolment_id"}
    body_field = PLACE_IN_BODY.get(str(handler.operation_id), "")
    if "/support-assignments/" in path:
        return side.name == "classmate"
    named = set(_names(path)[:1]) or {body_field}
    return bool(named & own)


def _names(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


async def ask(client: httpx.AsyncClient, one: Question) -> httpx.Response:
    headers = {} if one.method == "GET" else {"If-Match": "*"}
    return await client.request(one.method, one.url, json=one.json, headers=headers)
