"""Laws of the pure rules: a model class with its waiting list, windows, prerequisites, credits."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from api.domains.enrolment.rules import (
    ENROLMENT_MOVES,
    HOLDING_A_PLACE,
    PLAN_MOVES,
    STUDY_MOVES,
    USUAL_CREDITS,
    CreditRule,
    EnrolmentState,
    Limits,
    PlanState,
    StudyState,
    Waiting,
    Window,
    closes_a_cycle,
    credit_breaches,
    find_opening,
    may_withdraw_alone,
    ruling_windows,
    state_of_newcomer,
    unmet,
    who_moves_up,
)
from api.errors import MoveNotAllowed, check_move
from tests.api.conftest import NOW

PERSONS = [UUID(int=number) for number in range(1, 8)]
persons = st.sampled_from(PERSONS)


class ModelClass(RuleBasedStateMachine):
    """A class as the rules alone make it: turns, places, entitlements that come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.capacity = 2
        self.states: dict[int, EnrolmentState] = {}
        self.who: dict[int, UUID] = {}
        self.barred: set[UUID] = set()

    def live(self, person: UUID) -> int | None:
        for turn, one in self.who.items():
            if one == person and self.states[turn] in (EnrolmentState.WAITING, EnrolmentState.ENROLLED):
                return turn
        return None

    def taken(self) -> int:
        return sum(state in HOLDING_A_PLACE for state in self.states.values())

    def waiting(self) -> list[Waiting]:
        return [
            Waiting(self.who[turn], turn, self.who[turn] not in self.barred)
            for turn, state in self.states.items()
            if state is EnrolmentState.WAITING
        ]

    def settle(self) -> None:
        before = [one.turn for one in self.waiting() if one.is_entitled]
        moved = [one.turn for one in who_moves_up(self.capacity, self.taken(), self.waiting())]
        assert moved == sorted(before)[: len(moved)], "in the order of joining, nobody entitled passed over"
        for turn in moved:
            check_move(ENROLMENT_MOVES, self.states[turn], EnrolmentState.ENROLLED)
            self.states[turn] = EnrolmentState.ENROLLED

    @rule(person=persons)
    def join(self, person: UUID) -> None:
        if person in self.barred or self.live(person) is not None:
            return
        turn = len(self.states) + 1
        entitled = sum(one.is_entitled for one in self.waiting())
        self.who[turn], self.states[turn] = person, state_of_newcomer(self.capacity, self.taken(), entitled)

    @rule(person=persons, to=st.sampled_from(EnrolmentState))
    def move(self, person: UUID, to: EnrolmentState) -> None:
        turn = self.live(person)
        if turn is None or to is EnrolmentState.ENROLLED:
            return
        if to in ENROLMENT_MOVES[self.states[turn]]:
            check_move(ENROLMENT_MOVES, self.states[turn], to)
            self.states[turn] = to
            self.settle()
        else:
            with pytest.raises(MoveNotAllowed):
                check_move(ENROLMENT_MOVES, self.states[turn], to)

    @rule(capacity=st.integers(1, 6))
    def resize(self, capacity: int) -> None:
        if capacity >= self.taken():
            self.capacity = capacity
            self.settle()

    @rule(person=persons)
    def bar(self, person: UUID) -> None:
        self.barred.add(person)

    @precondition(lambda self: self.barred)
    @rule(data=st.data())
    def entitle(self, data: st.DataObject) -> None:
        self.barred.discard(data.draw(st.sampled_from(sorted(self.barred))))
        self.settle()

    @invariant()
    def never_over_capacity(self) -> None:
        assert self.taken() <= self.capacity

    @invariant()
    def nobody_entitled_waits_while_places_are_free(self) -> None:
        assert self.taken() == self.capacity or not any(one.is_entitled for one in self.waiting())

    @invariant()
    def one_live_enrolment_each(self) -> None:
        live = [self.who[turn] for turn, state in self.states.items() if state in ("waiting", "enrolled")]
        assert len(live) == len(set(live))


TestModelClass = ModelClass.TestCase


@pytest.mark.parametrize("moves", [STUDY_MOVES, ENROLMENT_MOVES, PLAN_MOVES])
def test_every_state_is_declared_and_every_other_move_refused(moves: Mapping[object, tuple[object, ...]]) -> None:
    states = set(type(next(iter(moves))))  # type: ignore[call-overload]  # an enumeration
    assert set(moves) == states
    for state in states:
        for to in states:
            if to not in moves[state]:
                with pytest.raises(MoveNotAllowed):
                    check_move(moves, state, to)


def test_the_ends_are_ends() -> None:
    for state in (EnrolmentState.WITHDRAWN, EnrolmentState.PASSED, EnrolmentState.FAILED):
        assert ENROLMENT_MOVES[state] == ()
    assert PLAN_MOVES[PlanState.SUPERSEDED] == ()
    assert STUDY_MOVES[StudyState.EXPELLED] == ()


# Windows

ids = st.one_of(st.none(), st.sampled_from(PERSONS[:2]))
hours = st.integers(-48, 48)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    opens = NOW + timedelta(hours=draw(hours))
    closes = opens + timedelta(hours=draw(st.integers(1, 48)))
    return Window(draw(ids), draw(ids), draw(ids), opens, closes, closes + timedelta(hours=draw(st.integers(-1, 9))))


@given(st.lists(windows(), max_size=6), st.lists(hours, min_size=1, max_size=4))
def test_a_ruling_window_fits_and_no_fitting_one_is_narrower(found: list[Window], at: list[int]) -> None:
    one, other = PERSONS[:2]
    ruling = ruling_windows(found, one, {one}, one)
    for window in ruling:
        assert window.fits(one, {one}, one)
    for window in found:
        if window.fits(one, {one}, one) and ruling:
            assert window.narrowness <= ruling[0].narrowness
        assert other not in (window.programme_id, window.group_id, window.course_id) or window not in ruling
    for hour in at:
        now = NOW + timedelta(hours=hour)
        opening = find_opening(ruling, now)
        assert opening.is_open == any(window.opens_at <= now < window.closes_at for window in ruling)
        if opening.opens_at is not None:
            assert opening.opens_at > now
        if not ruling:
            assert (opening.is_open, opening.opens_at, opening.has_closed) == (False, None, False)


def test_a_window_closes_at_its_very_moment() -> None:
    window = Window(None, None, None, NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    just_before = timedelta(microseconds=1)
    assert [find_opening([window], NOW + offset).is_open for offset in (-just_before, just_before * 0)] == [False, True]
    assert find_opening([window], window.closes_at - just_before).is_open
    assert not find_opening([window], window.closes_at).is_open
    assert may_withdraw_alone([window], window.withdraw_until - just_before)
    assert not may_withdraw_alone([window], window.withdraw_until)


# Prerequisites


@given(st.lists(st.tuples(persons, st.lists(persons, min_size=1, max_size=3)), max_size=25))
def test_what_is_accepted_one_by_one_never_has_a_cycle(asked: list[tuple[UUID, list[UUID]]]) -> None:
    needs: dict[UUID, list[UUID]] = {}
    for course, options in asked:
        if not closes_a_cycle(needs, course, options):
            needs.setdefault(course, []).extend(options)
    order: list[UUID] = []
    left = set(PERSONS)
    while left:
        free = {one for one in left if not set(needs.get(one, ())) & left}
        assert free, "a cycle"
        order += sorted(free)
        left -= free


@given(st.dictionaries(persons, st.lists(persons, min_size=1), max_size=5), st.sets(persons), persons)
def test_passing_more_never_leaves_more_unmet(asked: dict[UUID, list[UUID]], passed: set[UUID], one: UUID) -> None:
    assert set(unmet(asked, passed | {one})) <= set(unmet(asked, passed))
    assert unmet(asked, set(PERSONS)) == []
    assert unmet(asked, set()) == list(asked)


# Credits

RULE = CreditRule(Limits(10, 30, 40, 60), Limits(0, 30, 0, 60), plan_needed=False)
credits_ = st.integers(0, 80).map(lambda halves: halves / 2)


@given(credits_, credits_, credits_)
def test_the_limits_themselves_are_allowed(semester: float, others: float, national: float) -> None:
    found = {
        one.code
        for one in credit_breaches(RULE, (semester, national), (semester + others, national), year_is_full=True)
    }
    assert ("ects-semester-over" in found) == (semester > 30)
    assert ("ects-semester-under" in found) == (semester < 10)
    assert ("ects-year-over" in found) == (semester + others > 60)
    assert ("ects-year-under" in found) == (semester + others < 40)
    assert ("national-semester-over" in found) == (national > 30)


def test_a_year_that_is_not_planned_to_its_end_is_not_too_small() -> None:
    assert credit_breaches(RULE, (20, 20), (20, 20), year_is_full=False) == []


def test_without_data_thirty_credits_a_semester_and_sixty_a_year() -> None:
    assert credit_breaches(USUAL_CREDITS, (30, 30), (60, 60), year_is_full=True) == []
    codes = [one.code for one in credit_breaches(USUAL_CREDITS, (30.5, 30), (60.5, 60), year_is_full=True)]
    assert codes == ["ects-semester-over", "ects-year-over"]
    assert all(a < b for a, b in pairwise([0, USUAL_CREDITS.ects.semester_max, USUAL_CREDITS.ects.year_max]))
