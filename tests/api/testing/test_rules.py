"""Papers, time and moves of attempts: laws."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from api.domains.tests.rules import (
    ATTEMPT_MOVES,
    NO_BREAKS,
    AttemptState,
    BreakAllowance,
    Counting,
    DrawableItem,
    Navigation,
    Refusal,
    Refused,
    ReviewPart,
    Run,
    Scored,
    Section,
    Shown,
    counting_attempt,
    draw_paper,
    is_fair_draw,
    longer_allowance,
    most_points,
    visible_parts,
)

START = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def items(count: int, points: int = 100) -> tuple[DrawableItem, ...]:
    return tuple(DrawableItem(UUID(int=number), "single-choice", points) for number in range(count))


# The paper


def _chi_squared(counts: Counter[tuple[int, ...]], cells: int, draws: int) -> float:
    expected = draws / cells
    return sum((counts[cell] - expected) ** 2 / expected for cell in counts) + (cells - len(counts)) * expected


def test_every_order_is_as_likely_as_any_other() -> None:
    """10,000 papers of four shuffled items. 23 degrees of freedom: above 49.7 one time in a thousand; the seeds are
    fixed, so this never fails by chance."""
    section = Section(1, items(4), shuffle_items=True)
    counts = Counter(
        tuple(place.version_id.int for place in draw_paper(f"{seed:032x}", [section])) for seed in range(10_000)
    )
    assert set(counts) == set(permutations(range(4)))
    assert _chi_squared(counts, 24, 10_000) < 49.7


def test_every_item_is_drawn_as_often_as_any_other() -> None:
    """Two of five: ten pairs, 9 degrees of freedom, above 27.9 one time in a thousand."""
    section = Section(1, items(5), draw=2)
    counts = Counter(
        tuple(place.version_id.int for place in draw_paper(f"{seed:032x}", [section])) for seed in range(10_000)
    )
    assert len(counts) == 10
    assert all(pair[0] < pair[1] for pair in counts)  # drawn, not shuffled: in the order of the section
    assert _chi_squared(counts, 10, 10_000) < 27.9


sections = st.lists(
    st.builds(
        lambda count, draw, mix: (count, min(draw, count) if draw else None, mix),
        st.integers(1, 8),
        st.integers(0, 8),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
).map(
    lambda parts: [
        Section(
            number,
            tuple(DrawableItem(UUID(int=number * 100 + one), "essay", 50) for one in range(count)),
            draw,
            mix,
        )
        for number, (count, draw, mix) in enumerate(parts, 1)
    ]
)


@given(seed=st.text("0123456789abcdef", min_size=32, max_size=32), parts=sections)
@settings(max_examples=60)
def test_a_paper_is_stable_and_holds_what_its_sections_say(seed: str, parts: list[Section]) -> None:
    paper = draw_paper(seed, parts)
    assert paper == draw_paper(seed, parts)
    assert [place.number for place in paper] == [*range(1, len(paper) + 1)]
    assert len({place.version_id for place in paper}) == len(paper)
    for part in parts:
        drawn = [place.version_id for place in paper if place.section == part.number]
        assert len(drawn) == (len(part.items) if part.draw is None else part.draw)
        assert set(drawn) <= {item.version_id for item in part.items}
    assert sum(place.points for place in paper) == most_points(parts)


def test_a_paper_is_the_same_in_every_version_of_the_program() -> None:
    """Written down once: a change of the order would give students who are in the middle another paper."""
    paper = draw_paper("00000000000000000000000000000007", [Section(1, items(6), draw=4, shuffle_items=True)])
    assert [place.version_id.int for place in paper] == WRITTEN_DOWN


WRITTEN_DOWN = [5, 2, 4, 1]


def test_items_of_which_some_are_drawn_are_worth_the_same() -> None:
    unequal = (*items(2), *items(1, 300))
    assert is_fair_draw(Section(1, unequal))
    assert not is_fair_draw(Section(1, unequal, draw=2))
    assert is_fair_draw(Section(1, items(3), draw=2))


# Time

run = Run(AttemptState.IN_PROGRESS, START, START + 60 * MINUTE, places=5)


def test_the_last_instant_before_the_deadline_counts_and_the_deadline_does_not() -> None:
    assert run.deadline_at is not None
    before, at = run.deadline_at - timedelta(microseconds=1), run.deadline_at
    assert run.saved(before, 1).is_running
    assert run.submitted(before).state is AttemptState.SUBMITTED
    assert run.submitted(before).submitted_at == before
    assert _why(lambda: run.saved(at, 1)) is Refusal.OVER
    late = run.submitted(at)
    assert (late.state, late.submitted_at) == (AttemptState.AUTO_SUBMITTED, at)


def test_an_automatic_submission_happened_at_the_deadline_whenever_it_is_noticed() -> None:
    noticed = run.touched(START + timedelta(days=3))
    assert (noticed.state, noticed.submitted_at) == (AttemptState.AUTO_SUBMITTED, run.deadline_at)


def test_a_clock_that_steps_back_reopens_nothing_and_loses_nothing() -> None:
    late = run.saved(START + 59 * MINUTE, 1)
    back = late.saved(START - 60 * MINUTE, 2)
    assert (back.last_seen_at, back.deadline_at) == (late.last_seen_at, run.deadline_at)
    over = run.touched(START + 60 * MINUTE)
    assert _why(lambda: over.saved(START, 1)) is Refusal.OVER
    assert over.submitted(START) == over


def test_sequential_places_are_neither_read_ahead_nor_returned_to() -> None:
    one = replace(run, navigation=Navigation.SEQUENTIAL)
    assert one.readable(START) == (1,)
    assert _why(lambda: one.saved(START, 2)) is Refusal.NOT_YET
    assert _why(lambda: one.advanced(START, 2)) is Refusal.NOT_YET
    two = one.advanced(START, 1)
    assert two.advanced(START, 1) == two  # pressed twice
    assert two.readable(START) == (2,)
    assert _why(lambda: two.saved(START, 1)) is Refusal.GONE
    last = replace(one, reached=5)
    assert _why(lambda: last.advanced(START, 5)) is Refusal.LAST_PLACE


def test_a_break_stops_the_clock_within_what_was_agreed() -> None:
    agreed = replace(run, allowance=BreakAllowance(10 * MINUTE, 2))
    away = agreed.paused_at(START + 30 * MINUTE)
    assert away.readable(START + 31 * MINUTE) == ()
    assert _why(lambda: away.saved(START + 31 * MINUTE, 1)) is Refusal.ON_BREAK
    back = away.resumed(START + 34 * MINUTE)
    assert back.deadline_at == START + 64 * MINUTE
    again = back.paused_at(START + 40 * MINUTE)
    forgotten = again.touched(START + 59 * MINUTE)  # six minutes were left
    assert (forgotten.deadline_at, forgotten.break_began_at) == (START + 70 * MINUTE, None)
    assert _why(lambda: forgotten.paused_at(START + 60 * MINUTE)) is Refusal.NO_BREAK_LEFT


def test_handing_in_during_a_break_is_no_later_than_the_deadline() -> None:
    away = replace(run, allowance=BreakAllowance(10 * MINUTE)).paused_at(START + 59 * MINUTE)
    done = away.submitted(START + 61 * MINUTE)
    assert done.state is AttemptState.SUBMITTED
    assert done.submitted_at is not None
    assert done.deadline_at is not None
    assert done.submitted_at <= done.deadline_at == START + 62 * MINUTE


@given(
    minutes=st.integers(-120, 600),
    at=st.integers(0, 59),
    is_unlimited=st.booleans(),
    away=st.booleans(),
    breaks=st.integers(0, 30),
    granted=st.integers(0, 60),
)
def test_other_conditions_never_shorten_an_attempt_that_runs(
    minutes: int, at: int, is_unlimited: bool, away: bool, breaks: int, granted: int
) -> None:
    now = START + at * MINUTE
    one = replace(run, allowance=BreakAllowance(5 * MINUTE))
    if away:
        one = one.paused_at(now)
    offered = None if is_unlimited else START + (60 + minutes) * MINUTE
    after = one.extended(now, offered, BreakAllowance(breaks * MINUTE), granted * MINUTE)
    if after.deadline_at is not None:
        assert one.deadline_at is not None
        assert after.deadline_at >= one.deadline_at + granted * MINUTE  # and what is granted is had
    assert after.allowance.total >= one.allowance.total
    assert (after.deadline_at is None) == is_unlimited


def test_a_break_of_no_count_is_better_than_one_of_some() -> None:
    some, any_number = BreakAllowance(5 * MINUTE, 1), BreakAllowance(3 * MINUTE)
    assert longer_allowance(some, any_number) == BreakAllowance(5 * MINUTE, None)
    assert longer_allowance(NO_BREAKS, some) == some


class Attempts(RuleBasedStateMachine):
    """Whatever is asked, in whatever order and with whatever clock: only declared moves, time that goes forward, a
    deadline that comes nearer only when a break ends early, and never less time for working."""

    @initialize(
        limit=st.one_of(st.none(), st.integers(1, 90)),
        navigation=st.sampled_from(Navigation),
        total=st.integers(0, 15),
        count=st.one_of(st.none(), st.integers(0, 3)),
    )
    def start(self, limit: int | None, navigation: Navigation, total: int, count: int | None) -> None:
        self.limit = None if limit is None else limit * MINUTE
        self.run = Run(
            AttemptState.IN_PROGRESS,
            START,
            None if self.limit is None else START + self.limit,
            3,
            navigation,
            allowance=BreakAllowance(total * MINUTE, count),
        )
        self.now = START
        self.handed_in: Run | None = None

    def _ask(self, move: object) -> None:
        before = self.run
        try:
            after: Run = move(self.run)  # type: ignore[operator]  # any of the moves below
        except Refused:
            after = before.touched(self.now)
        if after.state is not before.state:
            assert after.state in ATTEMPT_MOVES[before.state]
        assert after.last_seen_at >= before.last_seen_at
        assert after.reached >= before.reached
        self.run = after
        if not after.is_running and self.handed_in is None:
            self.handed_in = after

    @rule(seconds=st.integers(-7200, 1800))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(place=st.integers(-1, 5))
    def save(self, place: int) -> None:
        self._ask(lambda one: one.saved(self.now, place))

    @rule(place=st.integers(-1, 5))
    def advance(self, place: int) -> None:
        self._ask(lambda one: one.advanced(self.now, place))

    @rule()
    def pause(self) -> None:
        self._ask(lambda one: one.paused_at(self.now))

    @rule()
    def resume(self) -> None:
        self._ask(lambda one: one.resumed(self.now))

    @rule()
    def look(self) -> None:
        self._ask(lambda one: one.touched(self.now))

    @precondition(lambda self: self.now > START + 20 * MINUTE)
    @rule()
    def submit(self) -> None:
        self._ask(lambda one: one.submitted(self.now))

    @invariant()
    def what_is_handed_in_stays_as_it_is(self) -> None:
        if self.handed_in is not None:
            assert replace(self.run, last_seen_at=self.handed_in.last_seen_at) == self.handed_in
            assert self.handed_in.submitted_at is not None
            assert self.handed_in.deadline_at is None or self.handed_in.submitted_at <= self.handed_in.deadline_at

    @invariant()
    def the_time_for_working_is_what_was_given(self) -> None:
        if self.limit is None:
            assert self.run.deadline_at is None
            return
        assert self.run.deadline_at is not None
        rest = timedelta() if self.run.break_began_at is None else self.run.allowance.total - self.run.paused
        assert self.run.deadline_at == START + self.limit + self.run.paused + rest
        assert self.run.paused + rest <= self.run.allowance.total


Attempts.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestAttempts = Attempts.TestCase


# Review and counting


@given(
    rules=st.dictionaries(st.sampled_from([*ReviewPart]).map(lambda one: one.value), st.sampled_from([*Shown])),
    state=st.sampled_from(AttemptState),
    is_over=st.booleans(),
)
def test_nothing_is_shown_before_release(rules: dict[str, str], state: AttemptState, is_over: bool) -> None:
    seen = visible_parts(rules, state, is_self_check=False, has_ended_for_all=is_over)
    assert state is AttemptState.RELEASED or not seen
    assert all(rules[part] != Shown.NEVER for part in seen)
    assert is_over or all(rules[part] == Shown.RELEASED for part in seen)


def test_a_self_check_is_seen_when_it_is_handed_in() -> None:
    rules = {"key": "released", "points": "never"}
    assert visible_parts(rules, AttemptState.SUBMITTED, is_self_check=True, has_ended_for_all=False) == {ReviewPart.KEY}
    assert not visible_parts(rules, AttemptState.IN_PROGRESS, is_self_check=True, has_ended_for_all=True)
    assert not visible_parts(rules, AttemptState.ANNULLED, is_self_check=True, has_ended_for_all=True)


def scored(*tries: tuple[int, int], base: int | None = None) -> list[Scored]:
    """Attempts in their order: points, and how many more than everybody the student had."""
    return [Scored(UUID(int=number), number, *one, base) for number, one in enumerate(tries, 1)]


def test_which_attempt_counts() -> None:
    def counting(rule: Counting, *granted: int, base: int | None = None) -> int | None:
        one = counting_attempt(rule, scored(*zip((50, 90, 70), granted, strict=False), base=base))
        return None if one is None else one.points

    assert [counting(one, 0, 0, 0) for one in (Counting.BEST, Counting.LAST, Counting.FIRST)] == [90, 70, 50]
    assert counting(Counting.BEST) is None
    assert counting(Counting.FIRST, 0, 1, 1) == counting(Counting.FIRST, 1, 1, 1) == 90  # after a failure, by a plan
    assert counting(Counting.FIRST, 0, 0, 1) == 70
    assert counting(Counting.LAST, 1, 1, 1, base=2) == 90  # the last of the two that everybody has
    assert counting(Counting.LAST, 2, 2, 2, base=1) == 90
    assert counting(Counting.LAST, 0, 0, 0, base=3) == 70


points_of_tries = st.lists(st.integers(0, 10_000), min_size=1, max_size=6)


@given(st.sampled_from(Counting), points_of_tries, st.integers(1, 6))
def test_an_attempt_that_was_granted_costs_nothing(rule: Counting, points: list[int], base: int) -> None:
    everybodys = points[:base]
    granted = len(points) - len(everybodys)
    alone = counting_attempt(rule, scored(*((one, 0) for one in everybodys), base=base))
    with_more = counting_attempt(rule, scored(*((one, granted) for one in points), base=base))
    assert alone and with_more and with_more.points >= alone.points
    better = [*points, max(points) + 1]
    with_better = counting_attempt(rule, scored(*((one, len(better)) for one in better), base=base))
    assert with_better and (with_better.points == better[-1] or len(better) <= base)


@given(points_of_tries, st.integers(1, 6) | st.none())
def test_of_the_attempts_of_everybody_the_last_one_counts(points: list[int], base: int | None) -> None:
    everybodys = points[:base]
    counting = counting_attempt(Counting.LAST, scored(*((one, 0) for one in everybodys), base=base))
    assert counting and counting.number == len(everybodys)


def _why(move: object) -> Refusal | None:
    try:
        move()  # type: ignore[operator]  # a move of a run
    except Refused as refused:
        return refused.why
    return None
