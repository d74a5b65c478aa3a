"""The table of who may do what, as the rules say it now, is the one that was read and accepted."""

import difflib

import pytest

from api.domains.people.rules import SCOPES_OF_ROLE
from api.identity import VISITOR, AccountKind, Actor, HeldRole, Method, Role, Scope
from api.policy import Action, may
from tests.api.access_matrix.table import (
    ELSEWHERE,
    GOLDEN,
    HERE,
    SCOPE_OF,
    THE_PERSON,
    actions,
    holder,
    policy_of,
    routes,
    text,
)

EVERY_ACTION = [one for same in actions().values() for one in same]
HELD = [(role, scope) for role in Role for scope in sorted(SCOPES_OF_ROLE[role])]


def test_the_table_is_the_accepted_one() -> None:
    accepted = GOLDEN.read_text(encoding="utf-8")
    if text() != accepted:
        change = "\n".join(difflib.unified_diff(accepted.splitlines(), text().splitlines(), "accepted", "now", n=1))
        pytest.fail(f"who may do what has changed; have it read, then write the table anew\n{change}", pytrace=False)


def test_actions_of_one_name_are_one_action() -> None:
    """A registry officer reads the name: it must not stand for two different things."""
    assert [name for name, same in actions().items() if len(same) > 1] == []


def test_what_is_held_here_opens_nothing_elsewhere() -> None:
    """Of another unit, programme, class, group or person: failure classes 2 and 14."""
    open_to_all = {one.name for one in EVERY_ACTION if may(THE_PERSON, one, ELSEWHERE)}
    found = [
        f"{role}, {scope}: {one.name}"
        for role, scope in HELD
        if scope is not Scope.UNIVERSITY
        for one in EVERY_ACTION
        if one.name not in open_to_all and may(holder(role, scope), one, ELSEWHERE)
    ]
    assert found == []


def test_two_roles_open_what_each_opens_and_no_more() -> None:
    """Role mix: instructor here and student elsewhere is no instructor elsewhere."""
    for one in EVERY_ACTION:
        for role, scope in HELD:
            there = HeldRole(Role.STUDENT, Scope.CLASS, ELSEWHERE.classes)
            mixed = Actor(
                holder(role, scope).account,
                holder(role, scope).person,
                roles=(HeldRole(role, scope, SCOPE_OF[scope]), there),
                method=Method.SESSION,
            )
            alone = Actor(mixed.account, mixed.person, roles=(there,), method=Method.SESSION)
            for where in (HERE, ELSEWHERE):
                assert may(mixed, one, where) == (may(holder(role, scope), one, where) or may(alone, one, where))


@pytest.mark.parametrize(("role", "scope"), HELD)
def test_a_token_may_less_than_its_owner(role: Role, scope: Scope) -> None:
    for one in EVERY_ACTION:
        for where in (HERE, ELSEWHERE):
            owner = may(holder(role, scope), one, where)
            without = may(holder(role, scope, Method.TOKEN), one, where)
            with_all = may(holder(role, scope, Method.TOKEN, *every_scope()), one, where)
            assert without == (owner and one.is_public)
            assert with_all == (owner and (one.is_public or bool(one.token_scope)))


def every_scope() -> set[str]:
    return {one.token_scope for one in EVERY_ACTION if one.token_scope}


def test_a_token_never_gives_rights_reads_health_or_takes_a_council_s_step() -> None:
    kept = (
        *("access.own", "account.write-staff", "account.hand-over", "approval.decide", "approval.propose"),
        *("approval.review", "audit.read", "person.export", "role.give", "role.give-any", "role.give-head"),
        *("role.give-seat", "special-data.keep", "support.manage", "support.narrow", "support.view", "study.admit"),
        *("study-plan.approve", "enrolment.enrol-late", "enrolment.withdraw-late", "retention.set"),
        *(
            "accommodation-case.view",
            "accommodation-case.manage",
            "accommodation-plan.view",
            "class.view-accommodations",
        ),
        *("accommodation-report.manage", "effective-conditions.view", "test-conditions.view", "incident.view"),
        *("attempt.own", "attempt.view", "test.take", "submission.view-own", "submission.view", "item.read-key"),
        *("class-result.approve", "appeal.decide", "marking.mark", "transcript.approve", "integrity-case.view"),
        *("integrity-case.decide", "similarity.compare", "extension.grant", "sitting.approve-results"),
    )
    for name in kept:
        assert [one.token_scope for one in actions()[name]] == [""], name


FORBIDDEN: dict[str, set[Role]] = {
    # a date of birth and a number elsewhere are for the student's own offices
    "person.file": {
        *(Role.INSTRUCTOR, Role.CURATOR, Role.SUPPORT, Role.STUDENT, Role.COMMISSION, Role.DEPARTMENT_HEAD),
        *(Role.INCLUSION_OFFICE, Role.ADMINISTRATOR),
    },
    # health is for the inclusive-education office alone
    "special-data.keep": set(Role) - {Role.INCLUSION_OFFICE},
    "support.manage": set(Role) - {Role.INCLUSION_OFFICE},
    "support.view": set(Role) - {Role.INCLUSION_OFFICE, Role.CURATOR},
    "package.exempt-form": set(Role) - {Role.INCLUSION_OFFICE},
    # a curator looks after students and changes nothing about them
    **{
        name: {Role.CURATOR, Role.SUPPORT, Role.INSTRUCTOR, Role.STUDENT, Role.COMMISSION, Role.INCLUSION_OFFICE}
        for name in (
            *("study.admit", "study-plan.approve", "study-plan.write", "enrolment.enrol", "enrolment.withdraw"),
            *("class.manage", "student-group.manage", "person.correct", "person.create", "programme.edit"),
        )
    },
    # whoever runs the machines decides nothing of teaching, nor whoever teaches of the machines
    **{
        name: {Role.ADMINISTRATOR}
        for name in ("study.admit", "study-plan.approve", "enrolment.enrol", "approval.decide", "class.manage")
    },
    # the need, its evidence and what was objected: the office alone, and the student
    **{
        name: set(Role) - {Role.INCLUSION_OFFICE}
        for name in (
            *("accommodation-case.view", "accommodation-case.manage", "accommodation-case.open"),
            *("accommodation-plan.approve-as-service", "accommodation-report.manage", "blocked-start.view"),
            "effective-conditions.view-sources",
        )
    },
    # what is agreed for whom: those who approve it, and whoever sees to it in a class
    "accommodation-plan.view": set(Role) - {Role.INCLUSION_OFFICE, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE},
    **{
        name: set(Role) - {Role.INCLUSION_OFFICE, Role.INSTRUCTOR}
        for name in ("class.view-accommodations", "effective-conditions.view", "test-conditions.view")
    },
    # keys are for those who make questions, never for those who answer them, or help them to
    "item.read-key": set(Role) - {Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.REGISTRY},
    # marks: whoever teaches the class, its head and dean, the registry
    **{
        name: set(Role) - {Role.INSTRUCTOR, Role.DEPARTMENT_HEAD, Role.DEANS_OFFICE, Role.REGISTRY}
        for name in ("journal.view", "class-result.view", "rating.view", "attempt.view")
    },
    "grade.post": set(Role) - {Role.INSTRUCTOR},
    "class-result.approve": set(Role) - {Role.DEANS_OFFICE, Role.REGISTRY},
    "transcript.read": set(Role) - {Role.DEANS_OFFICE, Role.REGISTRY},
    "transcript.approve": set(Role) - {Role.DEANS_OFFICE, Role.REGISTRY},
    **{
        name: set(Role)
        for name in ("attempt.own", "submission.view-own", "grade.view-own", "accommodation-plan.object")
    },
    "test.take": set(Role) - {Role.STUDENT},
    "assignment.take": set(Role) - {Role.STUDENT},
    "webhook.manage": set(Role) - {Role.ADMINISTRATOR},
    "audit.read": set(Role) - {Role.ADMINISTRATOR},
    "approval.decide": set(Role) - {Role.COMMISSION},
    "approval.review": set(Role) - {Role.COMMISSION},
}


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_some_cells_stay_empty_whatever_the_table_says(name: str) -> None:
    found = [
        f"{role}, {scope}"
        for role, scope in HELD
        if role in FORBIDDEN[name] and any(may(holder(role, scope), one, HERE) for one in actions()[name])
    ]
    assert found == []


def test_an_administrator_has_no_business_in_teaching() -> None:
    """Whoever runs the machines reads no grade, no plan, no work and no evidence."""
    assert [one.name for one in EVERY_ACTION if Role.ADMINISTRATOR in one.grants and _noun(one) in ASSESSED] == []
    assert {_noun(one) for one in EVERY_ACTION} >= ASSESSED


ASSESSED = {
    *("accommodation-case", "accommodation-plan", "accommodation-report", "appeal", "assignment", "attempt"),
    *("blocked-start", "class-result", "effective-conditions", "extension", "grade", "identity-check", "incident"),
    *("integrity-case", "integrity-terms", "item", "item-rendition", "journal", "line-item", "marking", "oral-check"),
    *("rating", "retake", "retake-rule", "rubric", "similarity", "sitting", "submission", "task", "test"),
    *("test-conditions", "transcript"),
}


def _noun(one: Action) -> str:
    return one.name.partition(".")[0]


def test_visitors_reach_only_what_is_published() -> None:
    public = {one.name for one in EVERY_ACTION if may(VISITOR, one, HERE)}
    assert public == {
        *("academic-session.view", "catalogue.read", "catalogue.view", "password.reset", "prerequisite.view"),
        *("second-factor.give", "service.documentation", "service.health", "session.begin", "session.end"),
        *("session.read", "unit.read", "scale.view", "transcript.verify", "receipt.verify"),
    }
    writing = {
        str(handler.operation_id)
        for _, method, handler in routes()
        if method != "GET" and policy_of(handler).name in public
    }
    assert writing == {
        *("ask_password_reset", "give_second_factor", "sign_in", "sign_out", "use_password_reset"),
        *("verify_receipt", "verify_transcript_file"),  # nothing of it is stored
    }


def test_a_temporary_account_opens_no_more_than_a_permanent_one() -> None:
    for role, scope in HELD:
        lasting = holder(role, scope)
        guest = Actor(lasting.account, lasting.person, AccountKind.TEMPORARY, lasting.roles, method=Method.SESSION)
        for one in EVERY_ACTION:
            assert may(guest, one, HERE) <= may(lasting, one, HERE)


def test_every_route_asks_an_action_of_the_table() -> None:
    known: set[Action] = set(EVERY_ACTION)
    assert {policy_of(handler) for _, _, handler in routes()} <= known
