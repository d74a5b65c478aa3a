"""Cases go only where they may, by whom they may: laws without a database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Text

from api.db.base import Base
from api.domains.conditions.incident_models import IncidentRow
from api.domains.integrity.models import IntegrityCaseRow, OralCheckRow
from api.domains.integrity.rules import (
    CASE_MOVES,
    CHECK_MOVES,
    CLOSED,
    KEPT_FROM,
    AppealOutcome,
    CaseMove,
    CaseState,
    CheckForm,
    CheckState,
    Part,
    People,
    Sanction,
    Terms,
    allowed_moves,
    conflict_of_interest,
    earliest_hearing,
    form_of_check,
    may_annul,
    next_state,
)
from api.personal import sealed_columns

PERSONS = [UUID(int=number) for number in range(1, 6)]


@given(st.lists(st.sampled_from(CaseMove), max_size=30))
def test_no_sequence_of_moves_leaves_the_agreed_path(moves: list[CaseMove]) -> None:
    """reported -> notified -> heard -> confirmed | dismissed -> sanctioned -> appealed -> final, and nothing else."""
    path = [CaseState.REPORTED]
    for move in moves:
        state = next_state(path[-1], move)
        assert (state is not None) == (move in {one for one, (start, _) in CASE_MOVES.items() if start is path[-1]})
        if state is not None:
            assert state in allowed_moves(path[-1])
            path.append(state)
    agreed = (
        *("reported", "notified", "heard", "confirmed", "sanctioned", "appealed", "final"),
        *("reported", "notified", "heard", "dismissed"),
    )
    text = " ".join(agreed)
    assert " ".join(path) in text or " ".join(path).replace(" final", " appealed final") in text
    if path[-1] in CLOSED:
        assert allowed_moves(path[-1]) == []
    if {CaseState.CONFIRMED, CaseState.DISMISSED} & set(path):
        assert path.index(CaseState.NOTIFIED) < path.index(CaseState.HEARD)  # nobody is judged unheard


@given(st.sampled_from(CaseMove), st.sampled_from(PERSONS), st.lists(st.sampled_from(PERSONS), min_size=4, max_size=4))
def test_who_reported_or_is_accused_never_decides_and_others_decide_on_appeal(
    move: CaseMove, actor: UUID, cast: list[UUID]
) -> None:
    accused, reporter, decider, other = cast
    parts = People(accused, reporter, frozenset({decider}), frozenset({other})).parts_of(actor)
    refusal = conflict_of_interest(parts, move)
    if move in {CaseMove.HEAR, CaseMove.CONFIRM, CaseMove.DISMISS, CaseMove.SANCTION, CaseMove.DECIDE_APPEAL}:
        assert refusal is not None or actor not in {accused, reporter}
    if move is CaseMove.DECIDE_APPEAL:
        assert refusal is not None or actor != decider
    if refusal is None:  # nor is anybody kept away without cause
        assert not parts & KEPT_FROM[move]
    second = conflict_of_interest(parts, None)
    assert (second is None) == (actor not in {accused, reporter, decider})


@given(
    st.sampled_from(CaseState),
    st.none() | st.sampled_from(Sanction),
    st.none() | st.sampled_from(AppealOutcome),
)
def test_only_a_final_annulment_that_stood_on_appeal_annuls(
    state: CaseState, sanction: Sanction | None, outcome: AppealOutcome | None
) -> None:
    expected = state == "final" and sanction == "annulment" and outcome != "overturned"
    assert may_annul(state, sanction, outcome) == expected


def test_every_part_keeps_from_something_or_was_the_last_word() -> None:
    kept = {part for parts in KEPT_FROM.values() for part in parts}
    assert kept == set(Part) - {Part.DECIDED_APPEAL}
    assert set(KEPT_FROM) == set(CaseMove) == set(CASE_MOVES)


def test_a_check_is_closed_once_and_its_form_is_the_agreed_one() -> None:
    assert set(CHECK_MOVES) == set(CheckState)
    assert [state for state, after in CHECK_MOVES.items() if after] == [CheckState.SCHEDULED]
    assert form_of_check(["written-for-oral"]) is CheckForm.WRITTEN
    assert form_of_check(["oral-for-written"]) is form_of_check([]) is CheckForm.ORAL


def test_days_of_terms_are_whole_days_across_midnight_and_years() -> None:
    moment = datetime(2026, 12, 30, 23, 30, tzinfo=UTC)
    assert earliest_hearing(moment, Terms(5, 10)) - moment == timedelta(days=5)


def test_all_free_words_of_cases_and_checks_are_sealed() -> None:
    """Every text without a bound is marked as sealed, so that the keys' rotation and the export know it."""
    free = {
        str(column)
        for table in (IntegrityCaseRow.__table__, OralCheckRow.__table__, IncidentRow.__table__)
        for column in table.columns
        if isinstance(column.type, Text)
    }
    marked = {str(column) for column in sealed_columns(Base.metadata)}
    assert free
    assert free <= marked
