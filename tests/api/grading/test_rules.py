"""The rules of grading, as laws."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.accommodations import guards as accommodations
from api.domains.assignments import guards as assignments
from api.domains.grading import guards as grading
from api.domains.grading import rules
from api.domains.grading.models import Hundredths
from api.domains.grading.rules import (
    APPEAL_MOVES,
    GRADE_MOVES,
    LINE_ITEM_MOVES,
    RESULT_MOVES,
    RETAKE_MOVES,
    Counts,
    Criterion,
    Entry,
    EntryState,
    EventKind,
    GradeEvent,
    Level,
    Part,
    Score,
    SourceKind,
)
from api.domains.integrity import guards as integrity
from api.domains.scales import guards as scales
from api.domains.scales.rules import Band, grade_for
from api.domains.tests import guards as tests
from api.domains.transcripts import guards as transcripts
from api.errors import MoveNotAllowed
from api.ids import new_id
from api.policy import Action

points = st.decimals(0, 1000, places=2, allow_nan=False, allow_infinity=False)
TAKES_NONE = (EventKind.ANNULLED, EventKind.REINSTATED)


@st.composite
def events(draw: st.DrawFn) -> GradeEvent:
    kind = draw(st.sampled_from(EventKind))
    return GradeEvent(kind, None if kind in TAKES_NONE else draw(points))


def by_hand(history: list[GradeEvent]) -> tuple[Decimal | None, EntryState | None, int]:
    """The journal told another way: a stack of what counts, of which an annulment hides all."""
    stack: list[tuple[EntryState, Decimal | None]] = []
    hidden = False
    count = 0
    for one in history:
        match one.kind:
            case EventKind.ANNULLED:
                allowed = not hidden
            case EventKind.REINSTATED:
                allowed = hidden and bool(stack)
            case EventKind.POSTED:
                allowed = not stack and not hidden
            case EventKind.AMENDED:
                allowed = bool(stack) and not hidden
            case _:
                allowed = True
        if not allowed:
            continue
        count += 1
        if one.kind in TAKES_NONE:
            hidden = one.kind is EventKind.ANNULLED
        else:
            hidden = False
            stack.append((EntryState(one.kind.value), one.points))
    if not count:
        return None, None, 0
    return (None, EntryState.ANNULLED, count) if hidden else (stack[-1][1], stack[-1][0], count)


@given(st.lists(events(), max_size=20))
def test_the_journal_is_the_fold_of_whatever_happened(history: list[GradeEvent]) -> None:
    entry: Entry | None = None
    kept: list[GradeEvent] = []
    for one in history:
        try:
            entry = rules.follow(entry, one)
        except MoveNotAllowed:
            continue
        kept.append(one)
        assert entry == rules.fold(kept)
    told = (None, None, 0) if entry is None else (entry.points, entry.state, entry.sequence)
    assert told == by_hand(history)


@given(points, points)
def test_an_annulment_and_its_reversal_leave_nothing_behind(first: Decimal, second: Decimal) -> None:
    before = [GradeEvent(EventKind.POSTED, first), GradeEvent(EventKind.AMENDED, second)]
    after = rules.fold([*before, GradeEvent(EventKind.ANNULLED), GradeEvent(EventKind.REINSTATED)])
    assert after is not None
    assert (after.state, after.points) == (EntryState.AMENDED, second)


POSTED, AMENDED, RETAKEN, ANNULLED = EventKind.POSTED, EventKind.AMENDED, EventKind.RETAKEN, EventKind.ANNULLED
ATTEMPT, HAND, RETAKE, CASE = SourceKind.ATTEMPT, SourceKind.HAND, SourceKind.RETAKE, SourceKind.CASE
FIRST, SECOND, AGAIN, ONE_CASE = (new_id() for _ in range(4))


@pytest.mark.parametrize(
    ("history", "left"),
    [
        ([(POSTED, 10, ATTEMPT, FIRST), (AMENDED, 20, ATTEMPT, SECOND)], [(FIRST, 10), (SECOND, 20)]),
        ([(POSTED, 10, ATTEMPT, FIRST), (AMENDED, 20, ATTEMPT, FIRST)], [(FIRST, 20)]),
        ([(POSTED, 10, ATTEMPT, FIRST), (AMENDED, 20, HAND, None)], [(FIRST, 20)]),
        ([(POSTED, 10, HAND, None), (AMENDED, 20, HAND, None)], [(None, 20)]),
        ([(POSTED, 10, ATTEMPT, FIRST), (RETAKEN, 20, RETAKE, AGAIN)], [(FIRST, 10), (AGAIN, 20)]),
        ([(POSTED, 10, ATTEMPT, FIRST), (ANNULLED, None, CASE, ONE_CASE), (RETAKEN, 20, RETAKE, AGAIN)], [(AGAIN, 20)]),
        (
            [(POSTED, 10, ATTEMPT, FIRST), (RETAKEN, 20, RETAKE, AGAIN), (AMENDED, 10, CASE, ONE_CASE)],
            [(FIRST, 10)],
        ),
        (
            [
                (POSTED, 10, ATTEMPT, FIRST),
                (RETAKEN, 20, RETAKE, AGAIN),
                (AMENDED, 10, CASE, ONE_CASE),
                (AMENDED, 20, CASE, ONE_CASE),
            ],
            [(FIRST, 10), (AGAIN, 20)],
        ),
        ([(POSTED, 20, ATTEMPT, FIRST), (RETAKEN, 20, RETAKE, AGAIN), (RETAKEN, 9, CASE, ONE_CASE)], [(AGAIN, 9)]),
    ],
)
def test_the_results_that_a_grade_has_come_of(history: list[Any], left: list[Any]) -> None:
    events = [
        GradeEvent(kind, None if given is None else Decimal(given), source, id_) for kind, given, source, id_ in history
    ]
    results = rules.results_in(events)
    assert [(one.source_id, one.points) for one in results] == left
    entry = rules.fold(events)
    assert entry is not None
    assert rules.points_of_results(results, {}) == entry.points


def test_a_retake_counts_anew_by_its_rule_when_what_it_was_better_than_is_gone() -> None:
    again = rules.Result(RETAKE, AGAIN, Decimal(80))
    own: dict[UUID | None, tuple[Decimal, Counts]] = {AGAIN: (Decimal(60), Counts.BETTER)}
    assert rules.points_of_results([rules.Result(ATTEMPT, FIRST, Decimal(80)), again], own) == 80
    assert rules.points_of_results([again], own) == 60
    assert rules.points_of_results([replace(again, is_corrected=True)], own) == 80
    assert rules.points_of_results([], own) is None


@pytest.mark.parametrize("moves", [APPEAL_MOVES, LINE_ITEM_MOVES, RESULT_MOVES, RETAKE_MOVES])
def test_no_move_leads_out_of_the_declared_states(moves: Any) -> None:
    assert {to for several in moves.values() for to in several} <= set(moves)
    states: Any = type(next(iter(moves)))
    assert set(moves) == set(states)


def test_every_state_of_a_grade_says_what_may_follow() -> None:
    assert set(GRADE_MOVES) == {None, *EntryState}


# Points


@given(points)
def test_points_come_out_of_the_database_as_they_went_in(value: Decimal) -> None:
    column: Any = Hundredths()
    stored = column.process_bind_param(value, None)
    assert isinstance(stored, int)
    assert column.process_result_value(stored, None) == value


def test_points_that_are_not_exact_are_not_stored() -> None:
    column: Any = Hundredths()
    with pytest.raises(ValueError, match="two decimal places"):
        column.process_bind_param(Decimal("1.005"), None)


parts = st.lists(
    st.tuples(st.integers(0, 100), st.integers(1, 500), st.fractions(0, 1, max_denominator=100)), min_size=1, max_size=8
)


@given(parts)
def test_a_total_is_rounded_once_and_never_leaves_its_scale(drawn: list[tuple[int, int, Fraction]]) -> None:
    given_ = [Part(Decimal(weight), Decimal(most), rules.rounded(share * most)) for weight, most, share in drawn]
    exact = sum(
        (Fraction(one.weight) * Fraction(one.points or 0) / Fraction(one.max_points) for one in given_), Fraction(0)
    )
    total = rules.weighted_total(given_)
    assert abs(Fraction(total) - exact) <= Fraction(1, 200)
    assert 0 <= total <= rules.sum_of_weights(one.weight for one in given_)
    assert rules.weighted_total(reversed(given_)) == total


@given(st.integers(0, 10_000), st.sampled_from([4, 5, 20, 60, 100]), st.integers(1, 100))
def test_a_total_has_the_same_grade_on_scales_of_every_length(hundredths: int, most: int, least_percent: int) -> None:
    """59.90 of 100 is no 3 on any of them that begins at 60 per cent."""
    total = Decimal(hundredths).scaleb(-2)
    bands = [Band("2", {}, 0, False), Band("3", {}, least_percent * most / 100, True)]
    reached = grade_for(bands, rules.on_scale(total, Decimal(most)))
    assert reached.is_pass == (total >= least_percent)


def test_three_thirds_are_a_whole() -> None:
    third = Part(Decimal("33.33"), Decimal(3), Decimal(3))
    assert rules.weighted_total([third, third, Part(Decimal("33.34"), Decimal(3), Decimal(3))]) == Decimal(100)
    assert not rules.is_whole([Decimal("33.33")] * 3)
    assert rules.is_whole([Decimal("33.33"), Decimal("33.33"), Decimal("33.34")])


def test_a_missing_or_annulled_grade_gives_nothing() -> None:
    assert (
        rules.weighted_total([Part(Decimal(40), Decimal(10), None), Part(Decimal(60), Decimal(10), Decimal(5))]) == 30
    )


# Marking


@given(points, points, points)
def test_two_markers_agree_on_the_mean_or_not_at_all(first: Decimal, second: Decimal, threshold: Decimal) -> None:
    found = rules.agree([first, second], threshold)
    assert found == rules.agree([second, first], threshold)
    assert found.is_disputed == (abs(first - second) > threshold)
    if found.points is not None:
        assert min(first, second) <= found.points <= max(first, second)


@given(points, points, st.integers(0, 100), points)
def test_lateness_never_adds_and_a_work_is_never_worth_more_than_its_line_item(
    base: Decimal, marked: Decimal, percent: int, most: Decimal
) -> None:
    late = rules.grade_of_work(base, marked, Decimal(percent), most)
    assert 0 <= late <= min(most, base + marked)
    assert late <= rules.grade_of_work(base, marked, Decimal(0), most)


RUBRIC = [
    Criterion("c1", {"en": "Argument"}, Decimal(6), (Level("a", {}, Decimal(2)), Level("b", {}, Decimal(6)))),
    Criterion("c2", {"en": "Language"}, Decimal(4)),
]


@pytest.mark.parametrize(
    ("scores", "codes"),
    [
        ([Score("c1", Decimal(6), "b"), Score("c2", Decimal("3.5"))], []),
        ([Score("c1", Decimal(5), "b"), Score("c2", Decimal(1))], ["points-not-of-level"]),
        ([Score("c1", Decimal(2), "z"), Score("c2", Decimal(1))], ["no-such-level"]),
        ([Score("c1", Decimal(7)), Score("c2", Decimal(1))], ["points-out-of-range"]),
        ([Score("c9", Decimal(1))], ["no-such-criterion", "criterion-missing"]),
        ([Score("c2", Decimal(1)), Score("c2", Decimal(1))], ["same-code-twice", "criterion-missing"]),
    ],
)
def test_scores_keep_to_the_rubric(scores: list[Score], codes: list[str]) -> None:
    assert [one.code for one in rules.score_faults(RUBRIC, scores, all_needed=True)] == codes


def test_a_rubric_is_in_order() -> None:
    assert not rules.rubric_faults(RUBRIC)
    falling = Criterion("c1", {}, Decimal(6), (Level("a", {}, Decimal(6)), Level("b", {}, Decimal(2))))
    short = Criterion("c3", {}, Decimal(6), (Level("a", {}, Decimal(5)),))
    found = rules.rubric_faults([*RUBRIC, falling, short])
    assert [(one.place, one.code) for one in found] == [
        (2, "same-code-twice"),
        (2, "rubric-levels"),
        (3, "rubric-best-level"),
    ]


# Who acts


def test_programs_read_and_prepare_and_decide_nothing() -> None:
    """Behind every grade, release, scale, plan and decision stands a person, in their own session."""
    domains = (accommodations, assignments, grading, integrity, scales, tests, transcripts)
    found = {one for domain in domains for one in vars(domain).values() if isinstance(one, Action) and one.token_scope}
    assert {one.name.rpartition(".")[2] for one in found} == {"view", "view-planned", "read", "prepare"}
    assert [one.name for one in found if one.token_scope.endswith(":write")] == ["transcript.prepare"]


# Retakes, ratings, exports


@given(st.none() | points, points)
def test_a_retake_by_the_better_result_takes_nothing_away(before: Decimal | None, retaken: Decimal) -> None:
    better = rules.points_after_retake(before, retaken, Counts.BETTER)
    assert better == (retaken if before is None else max(before, retaken))
    assert rules.points_after_retake(before, retaken, Counts.LAST) == retaken


@given(st.dictionaries(st.uuids(), points, max_size=12))
def test_a_rank_is_one_more_than_how_many_have_more(given_: dict[UUID, Decimal]) -> None:
    for one in rules.ranking(given_):
        assert one.rank == 1 + sum(value > one.points for value in given_.values())
        assert given_[one.person] == one.points


def test_a_mean_counts_credits() -> None:
    assert rules.weighted_mean([(Decimal(90), Decimal(2)), (Decimal(60), Decimal(4))]) == Decimal(70)
    assert rules.weighted_mean([]) is None


@given(st.text(alphabet="=+-@\t\r\n \u00a0＝＋－＠'1aА", max_size=6))
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    cell = rules.safe_cell(text)
    assert not cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert cell in (text, f"'{text}")
