"""Every route, asked by everybody, about what is theirs and what is not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID
from zlib import crc32

import httpx
from litestar.handlers import HTTPRouteHandler

from api.domains.accommodations import guards as accommodations
from api.domains.accommodations.rules import Party
from api.domains.assignments import guards as assignments
from api.domains.conditions import guards as conditions
from api.domains.courses import guards as courses
from api.domains.integrity import guards as integrity
from api.domains.people import guards as people
from api.domains.people.rules import SCOPES_OF_ROLE
from api.domains.programmes import guards as programmes
from api.domains.teaching import guards as teaching
from api.identity import Actor, Role, Scope
from api.policy import NOWHERE, Action, Anyone, Place, place, reach
from tests.api.access_matrix.assessment import named
from tests.api.access_matrix.bodies import body
from tests.api.access_matrix.table import policy_of, routes
from tests.api.access_matrix.world import CURRICULUM, Side, World

REFUSALS: Final = frozenset({401, 403, 404})
OWN_ACCESS: Final = "access.own"
ASKED_ELSEWHERE: Final = frozenset(
    {
        *("get_openapi", "read_documentation", "metrics", "ready", "health", "import_roster", "give_second_factor"),
        "listen_to_attempt",  # a stream without an end: tests/api/testing/test_events.py
    }
)
"""Without objects, slow to answer, or never done with it."""
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
    "open_accommodation_case": "person_id",
    "grant_extension": "task_id",
    "grant_for_outage": "task_id",
    "report_incident": "task_id",
    "create_item_bank": "course_id",
    "list_item_banks": "course_id",
    "create_test": "class_id",
    "plan_sitting": "test_id",
    "report_case": "submission_id",
    "schedule_oral_check": "submission_id",
    "compare_works": "assignment_id",
    "draft_transcript": "study_id",
    "draft_transcripts_of_programme": "programme_id",
    "list_rating": "class_id",
    "get_own_rating": "class_id",
}
"""Operations whose object lies where the body or the query says."""
QUERIES: Final = {
    "list_distance_shares": "intake_year=2026",
    "convert_credits": "amount=1&from_kind=ects&to_kind=national",
    "list_item_banks": "course_id={course_id}",
    "list_rating": "scope=class&scope_id={class_id}",
    "get_own_rating": "scope=class&scope_id={class_id}",
    "preview_item_version": "language=ky",
    "get_transcript_rendition": "language=ky",
    "find_grading_scale_version": "code=points",
    "show_grade_for_points": "points=70",
    "convert_grade": "from_version_id={scale_version_id}&to_version_id={scale_version_id}&grade=A",
}
VALUES: Final = {
    "intake_year": CURRICULUM,
    "slug": "not-found",
    "number": 1,
    "version": 1,
    "place": 1,
    "language": "ky",
    "form": "json",
    "code": "AAAA-BBBB-CCCC-DDDD",
}
"""Of parameters that are no ids."""
FORMS: Final = {"deliver_item_rendition": {"form": "simplified-language-portions"}}
FILE: Final = b"%PDF-1.7\n"
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
    content: bytes | None
    """A file as the body."""
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


def ids_for(path: str, operation: str, side: Side, world: World) -> dict[str, UUID]:
    """By name of a parameter or field; what is called alike in several places goes by the part of the path before
    it."""
    ids = {**world.common, **side.ids}
    for name in _names(path):
        for known in _full_names(path, name):
            if known in ids:
                ids[name] = ids[known]
    if "module-approvals" in path and path.endswith(("approve", "reject", "suspend", "review")):
        ids["module_id"] = side.ids["module"]
    if "/groups/" in path or operation in ("list_submission_groups", "form_submission_group"):
        ids["assignment_id"] = side.ids["together"]
    if operation in ("report_case", "schedule_oral_check"):
        ids["work_id"] = side.ids["submission_id"]
    if operation == "appoint_case_member":
        ids["person_id"] = side.people["curator"]
    if operation == "plan_sitting":
        ids["test_id"] = side.ids["exam"]
    return ids


def _full_names(path: str, name: str) -> tuple[str, str]:
    """The name with the first part of the path, and with the one before it: `items/item_id`."""
    parts = path.removeprefix("/v1/").split("/")
    return f"{parts[parts.index(f'{{{name}}}') - 1]}/{name}", f"{parts[0]}/{name}"


def place_for(path: str, operation: str, side: Side, world: World) -> Place:
    """Where the object of a route lies: the first one that the path names, or what the body says."""
    if operation in AT_THE_UNIVERSITY:
        return NOWHERE
    name = PLACE_IN_BODY.get(operation)
    if name is None:
        if "{" not in path:
            return NOWHERE
        name = path.partition("{")[2].partition("}")[0]
        if path.startswith("/v1/similarity-runs/pairs"):
            return side.places["pair_id"]
        for known in reversed(_full_names(path, name)):
            if known in side.places:
                return side.places[known]
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
        case "open_accommodation_case":  # for oneself, or by the office
            return [(accommodations.REQUEST, where), (accommodations.MANAGE, where)]
        case "decide_accommodation_plan":  # for the department
            return [(accommodations.APPROVE[Party.DEPARTMENT], where)]
        case "get_conditions_of_person":
            return [(wanted, where), (conditions.VIEW_SOURCES, side.places["person_id"])]
        case "list_blocked_starts":
            return [(wanted, NOWHERE)]
        case "get_own_grade" | "get_own_rubric" | "submit_appeal" | "get_own_rating":  # of a class of one's own
            return [(wanted, side.places["own"])]
        case "get_own_feedback_file":
            return [(wanted, place(person=side.ids["person_id"]))]
        case "list_assignments" | "get_assignment" | "get_assignment_file" | "list_submission_groups":
            return [(assignments.VIEW, where), (assignments.TAKE, where)]
        case "form_submission_group":  # students their own, instructors anybody's
            return [(assignments.TAKE, where)]
        case "list_submissions":
            return [(assignments.VIEW_WORK, where), (assignments.TAKE, where)]
        case "get_submission" | "get_submission_file" | "get_submission_text":  # handed in, not blind; or of a case
            decided = (integrity.DECIDE, side.places.get("case_id", NOWHERE))
            return [(assignments.VIEW_OWN_WORK, where), (assignments.VIEW_WORK, where), decided]
        case "appeal_sanction" | "write_statement":  # not who reported it
            return [(wanted, Place(persons=where.persons - {side.people["teacher"]}))]
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


PEOPLE: Final = ("student", "stranger")
"""Who asks for what is a person's own: anybody else is a stranger to it too."""
TURNS: Final = 10


def concerns(who: str, actor: Actor, actions: Collection[Action]) -> bool:
    """Whether somebody reaches anything by one of the actions because of what they hold, or are to the object."""
    grants = {grant for one in actions for grant in one.grants}
    if not actor.is_signed_in:
        return True
    if who in PEOPLE and not grants.isdisjoint(Anyone):
        return True
    return any(held.role in one.grants and held.scope in one.within for one in actions for held in actor.roles)


def sides(world: World, who: str, actor: Actor, actions: Collection[Action], name: str) -> Iterator[Side]:
    """What somebody is asked about: what is theirs, what is others', and what is near.

    Whoever holds nothing that the action asks for is refused by the same line of the policy as all others who do not,
    and is shown so in `test_table`: here each route is asked by some of them, others for each, about one side. Whoever
    holds for the whole university what others hold for a unit asks a part of the routes, about one side.
    """
    turn = crc32(f"{name} {who}".encode())
    if who == "specialist from outside" and name.endswith("/shared"):
        yield world.classmate  # whom the specialist is for
        return
    one_of_both = (world.mine, world.others)[turn // TURNS % 2]
    if not concerns(who, actor, actions):
        if turn % TURNS == 0:
            yield one_of_both
        return
    if who == "visitor":
        yield world.mine
        return
    if any(held.scope is Scope.UNIVERSITY for held in actor.roles):
        is_for_units = any(Scope.UNIT in one.within for one in actions)
        if not is_for_units or Scope.UNIT not in SCOPES_OF_ROLE[actor.roles[0].role] or turn % 3 == 0:
            yield one_of_both
        return
    yield world.mine
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
        opening = {one for one, _ in rulings(operation, wanted, world.mine, NOWHERE, world)} | {wanted}
        asked = sides(world, who, actor, opening, f"{method} {path}")
        for side in asked if of_an_object else (world.mine,) if next(asked, None) else ():
            ids = ids_for(path, operation, side, world)
            if side in (world.classmate, world.double) and not names_one(path, handler, side):
                continue
            where = place_for(path, operation, side, world)
            values = VALUES | FORMS.get(operation, {})
            url = path.format(**values | {name: ids.get(name, values.get(name, name)) for name in _names(path)})
            if (query := QUERIES.get(operation)) is not None:
                url += "?" + query.format(**ids)
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
                FILE if handler.opt.get("accepts") else None,
                side.name if of_an_object else "all",
                where,
                permitted(actor, found, is_list=is_list),
            )


def names_one(path: str, handler: HTTPRouteHandler, side: Side) -> bool:
    """Whether the route is about what this side alone has: a person, or what belongs to one."""
    if "/support-assignments/" in path:
        return side.name == "classmate"
    name = next(iter(_names(path)), PLACE_IN_BODY.get(str(handler.operation_id), ""))
    if name in {"person_id", "study_id", "plan_id", "enrolment_id"}:
        return True
    known = {name, *_full_names(path, name)} if "{" in path else {name}
    return side.name == "classmate" and any(f"classmate/{one}" in side.ids for one in known) and name != "account_id"


def _names(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


async def ask(client: httpx.AsyncClient, one: Question) -> httpx.Response:
    headers = {} if one.method == "GET" else {"If-Match": "*"}
    if one.content is not None:
        headers |= named(one.content) | {
            "Content-Type": one.handler.opt["accepts"][0].replace("*/*", "application/pdf")
        }
    return await client.request(one.method, one.url, json=one.json, content=one.content, headers=headers)
