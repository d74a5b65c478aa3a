"""Laws: periods, the tree of sessions, and curators under any sequence of decisions."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from api.domains.teaching.rules import (
    CLASS_MOVES,
    GROUP_MOVES,
    PARENT_KIND,
    SESSION_MOVES,
    Period,
    Session,
    SessionKind,
    Term,
    apply_end,
    curator_gap,
    end_of,
    first_gap,
    session_faults,
)

DAY_0 = date(2026, 9, 1)
HORIZON = 40
NAMES = UUID(int=0)

days = st.integers(0, HORIZON).map(lambda number: DAY_0 + timedelta(days=number))


@st.composite
def periods(draw: st.DrawFn, *, endless: bool = True) -> Period:
    one, other = sorted((draw(days), draw(days)))
    return Period(one, None if endless and draw(st.booleans()) else other)


@given(st.lists(periods(), max_size=5), days, st.one_of(st.none(), days))
def test_the_first_gap_is_the_first_day_that_no_period_has(found: list[Period], start: date, end: date | None) -> None:
    last = end or DAY_0 + timedelta(days=HORIZON + 1)
    day, expected = start, None
    while day <= last:
        if not any(day in one for one in found):
            expected = day
            break
        day += timedelta(days=1)
    assert first_gap(found, start, end) == expected


@given(periods(), periods())
def test_periods_overlap_when_they_share_a_day(one: Period, other: Period) -> None:
    shared = any(
        DAY_0 + timedelta(days=number) in one and DAY_0 + timedelta(days=number) in other
        for number in range(HORIZON + 2)
    )
    assert one.overlaps(other) == shared == other.overlaps(one)
    if one.lies_within(other):
        assert one.overlaps(other)


def test_a_period_to_the_last_day_of_all_leaves_no_gap() -> None:
    assert first_gap([Period(DAY_0, date.max)], DAY_0) is None


class SessionTree(RuleBasedStateMachine):
    """Whatever is added or moved: what was accepted is a tree of three levels without overlaps."""

    def __init__(self) -> None:
        super().__init__()
        self.sessions: dict[str, Session] = {}

    @rule(kind=st.sampled_from(SessionKind), parent=st.integers(0, 8), period=periods(endless=False))
    def add(self, kind: SessionKind, parent: int, period: Period) -> None:
        keys = [*self.sessions, None, None]
        session = Session(f"s{len(self.sessions)}", kind, keys[parent % len(keys)], period)
        if not session_faults(session, self.sessions):
            self.sessions[session.key] = session

    @rule(number=st.integers(0, 8), period=periods(endless=False))
    def move(self, number: int, period: Period) -> None:
        if self.sessions:
            session = list(self.sessions.values())[number % len(self.sessions)]
            moved = replace(session, period=period)
            if not session_faults(moved, self.sessions):
                self.sessions[session.key] = moved

    @invariant()
    def every_child_lies_in_its_parent(self) -> None:
        for one in self.sessions.values():
            wanted = PARENT_KIND[one.kind]
            assert (one.parent is None) == (wanted is None)
            if one.parent is not None:
                parent = self.sessions[one.parent]
                assert parent.kind is wanted
                assert _days(one.period) <= _days(parent.period)

    @invariant()
    def siblings_share_no_day(self) -> None:
        listed = list(self.sessions.values())
        for place, one in enumerate(listed):
            for other in listed[place + 1 :]:
                if (one.parent, one.kind) == (other.parent, other.kind):
                    assert not _days(one.period) & _days(other.period)


def _days(period: Period) -> set[date]:
    assert period.ends_on is not None
    return {period.starts_on + timedelta(days=number) for number in range((period.ends_on - period.starts_on).days + 1)}


class Curators(RuleBasedStateMachine):
    """Any sequence of assigning, ending, handing over, activating, dissolving: an active group has a curator on every
    day from its activation, and what has passed is never taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.terms: list[Term] = []
        self.active_from: date | None = None
        self.today = DAY_0
        self.count = 0

    def _new(self, period: Period) -> Term:
        self.count += 1
        return Term(uuid5(NAMES, str(self.count)), uuid5(NAMES, "person"), period)

    @rule(period=periods())
    def assign(self, period: Period) -> None:
        self.terms.append(self._new(period))

    @rule(number=st.integers(0, 8), last_day=days)
    def end(self, number: int, last_day: date) -> None:
        if self.terms:
            term = self.terms[number % len(self.terms)]
            if term.period.ends_on is None or last_day < term.period.ends_on:
                left = apply_end(self.terms, end_of(term, last_day))
                if curator_gap(left, self.active_from) is None:
                    self.terms = left

    @rule(number=st.integers(0, 8), starts_on=days)
    def hand_over(self, number: int, starts_on: date) -> None:
        if self.terms:
            term = self.terms[number % len(self.terms)]
            if term.period.starts_on <= starts_on and (term.period.ends_on is None or starts_on <= term.period.ends_on):
                left = apply_end(self.terms, end_of(term, starts_on - timedelta(days=1)))
                left.append(self._new(Period(starts_on, term.period.ends_on)))
                assert curator_gap(left, self.active_from) is None, "a handover never opens a gap"
                self.terms = left

    @rule()
    def activate(self) -> None:
        if self.active_from is None and curator_gap(self.terms, self.today) is None:
            self.active_from = self.today

    @rule()
    def dissolve(self) -> None:
        self.active_from = None

    @rule()
    def wait(self) -> None:
        self.today += timedelta(days=1)

    @invariant()
    def no_active_group_is_without_a_curator(self) -> None:
        if self.active_from is not None:
            for number in range(2 * HORIZON):
                day = self.active_from + timedelta(days=number)
                assert any(day in term.period for term in self.terms), day


TestSessionTree = SessionTree.TestCase
TestCurators = Curators.TestCase
TestSessionTree.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestCurators.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)


def test_every_state_that_a_move_leads_to_is_declared_and_ends_stay_ends() -> None:
    for moves in (SESSION_MOVES, CLASS_MOVES, GROUP_MOVES):
        assert {to for several in moves.values() for to in several} <= set(moves)
        assert any(not several for several in moves.values())
