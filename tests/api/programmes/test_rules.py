"""Laws of closures, approvals, shares and credits."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from api.domains.programmes.rules import (
    BODY_OF,
    MOVES,
    Approval,
    Asked,
    Body,
    Closure,
    CreditKind,
    CreditRule,
    Deviation,
    Form,
    Kind,
    Level,
    Mode,
    Move,
    Part,
    PartFault,
    Purpose,
    Share,
    State,
    Taken,
    after,
    allowed_moves,
    approval_for,
    convert_credits,
    deviation,
    distance_share,
    effective_mode,
    fault_of_part,
    has_decided_elsewhere,
    hours_per_credit,
    is_closed,
    is_frozen,
    is_within,
    last_day,
    percent_fits,
    permits,
    semesters_of,
    version_for,
)

SPECIALITY = UUID(int=1)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
FIRST, LAST = date(2025, 9, 1), date(2026, 8, 31)
DAY_IN_PERSON = Asked(SPECIALITY, Level.BACHELOR, Form.DAY, Mode.IN_PERSON)
DAY_ONLINE = Asked(SPECIALITY, Level.BACHELOR, Form.DAY, Mode.DISTANCE)


def closure(
    first: date = FIRST,
    last: date | None = LAST,
    act_from: date = date(2025, 2, 17),
    act_to: date | None = None,
    *,
    purposes: frozenset[Purpose] = frozenset(Purpose),
    forms: frozenset[Form] = frozenset({Form.DISTANCE}),
    modes: frozenset[Mode] = frozenset({Mode.DISTANCE, Mode.BLENDED}),
    levels: frozenset[Level] = frozenset(),
    number: int = 7,
) -> Closure:
    return Closure(
        UUID(int=number), SPECIALITY, UUID(int=9), first, last, act_from, act_to, purposes, forms, modes, levels
    )


CLOSURES = st.builds(
    lambda first, length, act_from, act_length, purposes, forms, modes, levels, number: closure(
        first,
        None if length is None else first + timedelta(length),
        act_from,
        None if act_length is None else act_from + timedelta(act_length),
        purposes=purposes,
        forms=forms,
        modes=modes,
        levels=levels,
        number=number,
    ),
    DAYS,
    st.none() | st.integers(0, 1000),
    DAYS,
    st.none() | st.integers(0, 1000),
    st.frozensets(st.sampled_from(Purpose), min_size=1),
    st.frozensets(st.sampled_from(Form)),
    st.frozensets(st.sampled_from(Mode)),
    st.frozensets(st.sampled_from(Level)),
    st.integers(1, 9),
)
ASKED = st.builds(
    Asked,
    st.just(SPECIALITY),
    st.sampled_from(Level),
    st.sampled_from(Form),
    st.sampled_from(Mode),
    st.sampled_from(Purpose),
)


# Closures


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (date(2026, 8, 31), True),
        (date(2026, 9, 1), False),
    ],
)
def test_a_closure_holds_from_its_first_to_its_last_day(day: date, closed: bool) -> None:
    assert (is_closed(DAY_ONLINE, [closure()], day) is not None) is closed


@pytest.mark.parametrize(("day", "closed"), [(date(2025, 12, 31), True), (date(2026, 1, 1), False)])
def test_a_closure_ends_with_its_act(day: date, closed: bool) -> None:
    repealed = closure(act_to=date(2025, 12, 31))
    assert (is_closed(DAY_ONLINE, [repealed], day) is not None) is closed
    assert last_day(repealed) == date(2025, 12, 31)


def test_a_closure_does_not_begin_before_its_act() -> None:
    early = closure(date(2025, 1, 1), None, act_from=date(2025, 2, 17))
    assert is_closed(DAY_ONLINE, [early], date(2025, 2, 16)) is None
    assert is_closed(DAY_ONLINE, [early], date(2025, 2, 17)) is early


def test_teaching_in_person_stays_open() -> None:
    assert is_closed(DAY_IN_PERSON, [closure()], FIRST) is None


def test_the_distance_form_counts_as_distance_whatever_the_mode() -> None:
    by_mode = closure(forms=frozenset(), modes=frozenset({Mode.DISTANCE}))
    asked = Asked(SPECIALITY, Level.BACHELOR, Form.DISTANCE, Mode.BLENDED)
    assert is_closed(asked, [by_mode], FIRST) is by_mode
    assert effective_mode(Form.DAY, Mode.BLENDED) is Mode.BLENDED


def test_a_moratorium_stops_admission_and_lets_studies_go_on() -> None:
    moratorium = closure(purposes=frozenset({Purpose.ADMISSION}), forms=frozenset({Form.PART_TIME}), modes=frozenset())
    part_time = Asked(SPECIALITY, Level.BACHELOR, Form.PART_TIME, Mode.IN_PERSON, Purpose.ADMISSION)
    assert is_closed(part_time, [moratorium], FIRST) is moratorium
    assert is_closed(part_time, [moratorium], LAST + timedelta(1)) is None
    studying = Asked(SPECIALITY, Level.BACHELOR, Form.PART_TIME, Mode.IN_PERSON, Purpose.TRAINING)
    assert is_closed(studying, [moratorium], FIRST) is None


def test_a_closure_of_one_level_leaves_the_others_open() -> None:
    masters = closure(levels=frozenset({Level.MASTER}))
    assert is_closed(DAY_ONLINE, [masters], FIRST) is None
    assert is_closed(Asked(SPECIALITY, Level.MASTER, Form.DAY, Mode.DISTANCE), [masters], FIRST) is masters


def test_another_speciality_is_not_concerned() -> None:
    asked = Asked(UUID(int=2), Level.BACHELOR, Form.DISTANCE, Mode.DISTANCE)
    assert is_closed(asked, [closure()], FIRST) is None


@given(ASKED, st.lists(CLOSURES, max_size=5), CLOSURES, DAYS)
def test_one_more_closure_never_opens_what_was_closed(
    asked: Asked, closures: list[Closure], one_more: Closure, day: date
) -> None:
    if is_closed(asked, closures, day) is not None:
        assert is_closed(asked, [*closures, one_more], day) is not None


@given(ASKED, st.lists(CLOSURES, max_size=5), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_closures_does_not_matter(
    asked: Asked, closures: list[Closure], day: date, random: object
) -> None:
    def shape(found: Closure | None) -> tuple[object, ...] | None:
        return None if found is None else (last_day(found) or date.max, found.id)

    shuffled = list(closures)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis's Random
    assert shape(is_closed(asked, closures, day)) == shape(is_closed(asked, shuffled, day))


@given(ASKED, CLOSURES, DAYS)
def test_what_is_closed_is_open_after_the_last_day(asked: Asked, one: Closure, day: date) -> None:
    if is_closed(asked, [one], day) is None:
        return
    end = last_day(one)
    assert end is None or day <= end
    if end is not None:
        assert is_closed(asked, [one], end + timedelta(1)) is None
        assert is_closed(asked, [one], end) is one


# Approval


class ApprovalMachine(RuleBasedStateMachine):
    """Any sequence of requests, by any three people, against the rules as the service applies them."""

    @initialize()
    def begin(self) -> None:
        self.state = State.DRAFT
        self.taken: list[tuple[Move, Taken]] = []

    @rule(move=st.sampled_from(Move), person=st.integers(1, 3))
    def ask(self, move: Move, person: int) -> None:
        who = UUID(int=person)
        following = after(self.state, move)
        assert (following is not None) == (move in allowed_moves(self.state))
        if following is None or has_decided_elsewhere(who, BODY_OF[move], [one for _, one in self.taken]):
            return
        self.state = following
        self.taken.append((move, Taken(BODY_OF[move], who)))

    @invariant()
    def the_state_is_declared(self) -> None:
        assert self.state in State

    @invariant()
    def approval_follows_proposal_and_review_in_this_order(self) -> None:
        moves = [move for move, _ in self.taken]
        if self.state in (State.APPROVED, State.SUSPENDED, State.SUPERSEDED):
            assert moves[:3] == [Move.PROPOSE, Move.REVIEW, Move.APPROVE]
        if self.state is State.REJECTED:
            assert moves == [Move.PROPOSE, Move.REVIEW, Move.REJECT]

    @invariant()
    def three_bodies_are_three_people(self) -> None:
        by_person: dict[UUID | None, set[Body]] = {}
        for _, taken in self.taken:
            by_person.setdefault(taken.person, set()).add(taken.body)
        assert all(len(bodies) == 1 for bodies in by_person.values())


TestApproval = ApprovalMachine.TestCase


def test_there_are_exactly_the_moves_of_the_regulation() -> None:
    moves = {(before.value, move.value, following.value) for (before, move), following in MOVES.items()}
    assert moves == {
        ("draft", "propose", "proposed"),
        ("proposed", "review", "reviewed"),
        ("reviewed", "approve", "approved"),
        ("reviewed", "reject", "rejected"),
        ("approved", "suspend", "suspended"),
        ("approved", "supersede", "superseded"),
        ("suspended", "supersede", "superseded"),
    }


def test_the_service_itself_is_nobody_who_decides_twice() -> None:
    assert not has_decided_elsewhere(None, Body.ACADEMIC_COUNCIL, [Taken(Body.INSTITUTE, None)])


# Modules


def approval(
    programme: UUID | None = None,
    mode: Mode = Mode.DISTANCE,
    state: State = State.APPROVED,
    first: date = FIRST,
    last: date | None = LAST,
    suspended_from: date | None = None,
    superseded_from: date | None = None,
) -> Approval:
    return Approval(programme, mode, 100, state, first, last, suspended_from, superseded_from)


OWN = UUID(int=5)


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.REVIEWED, State.REJECTED])
def test_what_is_not_approved_holds_on_no_day(state: State) -> None:
    assert approval_for([approval(state=state)], None, FIRST) is None


@pytest.mark.parametrize(
    ("day", "held"), [(FIRST - timedelta(1), False), (FIRST, True), (LAST, True), (LAST + timedelta(1), False)]
)
def test_an_approval_holds_from_its_first_to_its_last_day(day: date, held: bool) -> None:
    assert (approval_for([approval()], None, day) is not None) is held


def test_a_superseded_approval_holds_until_the_later_one_begins() -> None:
    old = approval(state=State.SUPERSEDED, superseded_from=date(2026, 1, 10))
    new = approval(mode=Mode.BLENDED, first=date(2026, 1, 10))
    assert approval_for([old, new], None, date(2026, 1, 9)) is old
    assert approval_for([old, new], None, date(2026, 1, 10)) is new


def test_an_approval_for_all_serves_every_programme_and_one_of_a_programme_no_other() -> None:
    assert approval_for([approval()], OWN, FIRST) is not None
    assert approval_for([approval(OWN)], UUID(int=6), FIRST) is None
    assert approval_for([approval(OWN)], None, FIRST) is None


def test_a_suspended_approval_of_the_programme_is_not_replaced_by_the_general_one() -> None:
    own = approval(OWN, state=State.SUSPENDED, suspended_from=date(2026, 1, 10))
    assert approval_for([own, approval()], OWN, date(2026, 1, 9)) is own
    assert approval_for([own, approval()], OWN, date(2026, 1, 10)) is None


def test_approved_blended_does_not_permit_wholly_at_a_distance() -> None:
    assert not permits(approval(mode=Mode.BLENDED), Mode.DISTANCE)
    assert permits(approval(mode=Mode.DISTANCE), Mode.BLENDED)
    assert permits(approval(mode=Mode.BLENDED), Mode.IN_PERSON)


# Hours and shares

PARTS = st.builds(
    lambda kind, distance, rest, only: (
        Part(kind, distance + rest, Mode.IN_PERSON, 0, only)
        if distance == 0
        else Part(kind, distance + rest, Mode.BLENDED if rest else Mode.DISTANCE, distance)
    ),
    st.sampled_from(Kind),
    st.integers(0, 200),
    st.integers(0, 200),
    st.booleans(),
)


def test_an_in_person_part_cannot_be_at_a_distance() -> None:
    """Clause 5.7."""
    for mode, distance in ((Mode.DISTANCE, 10), (Mode.BLENDED, 5)):
        part = Part(Kind.LABORATORY, 10, mode, distance, is_in_person_only=True)
        assert fault_of_part(part) is PartFault.IN_PERSON_PART
    assert fault_of_part(Part(Kind.LABORATORY, 10, Mode.IN_PERSON, 0, is_in_person_only=True)) is None


@pytest.mark.parametrize(
    ("mode", "distance"),
    [(Mode.IN_PERSON, 1), (Mode.BLENDED, 0), (Mode.BLENDED, 10), (Mode.BLENDED, 11), (Mode.DISTANCE, 9)],
)
def test_hours_at_a_distance_fit_the_mode(mode: Mode, distance: int) -> None:
    assert fault_of_part(Part(Kind.LECTURE, 10, mode, distance)) is PartFault.DISTANCE_HOURS


@given(st.lists(PARTS))
def test_the_share_lies_between_nothing_and_all(parts: list[Part]) -> None:
    share = distance_share(parts)
    assert 0 <= share.distance_hours <= share.taught_hours
    assert 0 <= share.percent <= 100


@given(st.lists(PARTS))
def test_parts_without_fault_at_a_distance_make_a_whole_share(parts: list[Part]) -> None:
    assert all(fault_of_part(part) is None for part in parts)
    taught = [part for part in parts if part.kind is not Kind.SELF_STUDY and part.hours]
    if taught and all(part.mode is Mode.DISTANCE for part in taught):
        assert distance_share(parts).percent == 100


@given(st.lists(PARTS), st.integers(0, 500))
def test_self_study_changes_no_share(parts: list[Part], hours: int) -> None:
    assert distance_share([*parts, Part(Kind.SELF_STUDY, hours, Mode.DISTANCE, hours)]) == distance_share(parts)


@pytest.mark.parametrize(
    ("distance", "taught", "percent"), [(0, 0, 0), (1, 200, 1), (1, 201, 0), (1, 3, 33), (2, 3, 67), (3, 3, 100)]
)
def test_the_percentage_is_rounded_with_halves_up(distance: int, taught: int, percent: int) -> None:
    assert Share(distance, taught).percent == percent


@pytest.mark.parametrize(
    ("distance", "approved", "found"),
    [
        (30, 30, None),
        (31, 30, Deviation.OVER),
        (29, 30, Deviation.UNDER),
        (1, None, Deviation.NOT_APPROVED),
        (0, None, None),
        (0, 0, None),
    ],
)
def test_a_share_that_differs_from_the_approved_one_deviates(
    distance: int, approved: int | None, found: Deviation | None
) -> None:
    assert deviation(Share(distance, 100), approved) is found


@pytest.mark.parametrize(
    ("mode", "fitting"), [(Mode.IN_PERSON, {0}), (Mode.BLENDED, set(range(1, 100))), (Mode.DISTANCE, {100})]
)
def test_the_approved_share_fits_the_mode(mode: Mode, fitting: set[int]) -> None:
    assert {percent for percent in range(101) if percent_fits(mode, percent)} == fitting


# Curricula


@given(st.sets(st.integers(2000, 2040)), st.integers(2000, 2040), st.integers(2000, 2041))
def test_a_later_version_changes_nothing_for_an_intake(versions: set[int], intake: int, added: int) -> None:
    before = version_for(intake, versions)
    assert before is None or before <= intake
    if added > intake:
        assert version_for(intake, versions | {added}) == before


def test_a_curriculum_is_frozen_from_the_first_of_september_of_its_year() -> None:
    assert not is_frozen(2026, date(2026, 8, 31))
    assert is_frozen(2026, date(2026, 9, 1))


@pytest.mark.parametrize(("months", "semesters"), [(1, 1), (6, 1), (7, 2), (34, 6), (48, 8)])
def test_a_part_of_a_semester_counts(months: int, semesters: int) -> None:
    assert semesters_of(months) == semesters


# Credits

RULES = st.lists(
    st.builds(
        lambda kind, hours, first, length: CreditRule(
            kind, hours, first, None if length is None else first + timedelta(length)
        ),
        st.sampled_from(CreditKind),
        st.integers(1, 60),
        DAYS,
        st.none() | st.integers(0, 2000),
    ),
    max_size=6,
)


@given(st.fractions(0, 400), RULES, DAYS)
def test_credits_there_and_back_are_the_same(amount: Fraction, rules: list[CreditRule], day: date) -> None:
    there = convert_credits(amount, CreditKind.ECTS, CreditKind.NATIONAL, rules, day)
    assert convert_credits(there, CreditKind.NATIONAL, CreditKind.ECTS, rules, day) == amount


def test_without_a_rule_a_credit_has_thirty_hours() -> None:
    assert hours_per_credit(CreditKind.ECTS, [], FIRST) == 30
    assert convert_credits(Fraction(240), CreditKind.ECTS, CreditKind.NATIONAL, [], FIRST) == 240


def test_the_rule_that_began_last_counts_and_only_while_it_holds() -> None:
    rules = [
        CreditRule(CreditKind.NATIONAL, 36, date(2020, 1, 1), None),
        CreditRule(CreditKind.NATIONAL, 24, FIRST, LAST),
    ]
    for day, hours in ((FIRST - timedelta(1), 36), (FIRST, 24), (LAST, 24), (LAST + timedelta(1), 36)):
        assert hours_per_credit(CreditKind.NATIONAL, rules, day) == hours


@given(DAYS, st.integers(0, 400), DAYS)
def test_a_period_holds_its_ends(first: date, length: int, day: date) -> None:
    last = first + timedelta(length)
    assert is_within(first, first, last)
    assert is_within(last, first, last)
    assert is_within(day, first, last) is (first <= day <= last)
