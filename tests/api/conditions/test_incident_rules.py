"""When a failure may be reported and when somebody is reminded: laws without a database."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.domains.conditions.incident_rules import (
    INCIDENT_MOVES,
    IncidentState,
    ReminderTerms,
    lead_to_remind,
    may_report,
    minutes_until,
)
from api.domains.conditions.rules import Extension, Task, TaskKind, TaskState, effective_conditions
from api.errors import TIME_ZONE
from tests.api.conftest import NOW

minutes = st.integers(-200_000, 200_000).map(lambda number: timedelta(minutes=number))
leads = st.lists(st.integers(1, 720), max_size=5)


@given(minutes, leads)
def test_the_shortest_lead_that_has_come_reminds_before_the_deadline(before: timedelta, hours: list[int]) -> None:
    due_at = NOW + before
    lead = lead_to_remind(due_at, NOW, hours)
    passed = [one for one in hours if timedelta(0) < before <= timedelta(hours=one)]
    assert lead == (min(passed) if passed else None)


@given(minutes, st.integers(0, 59))
def test_a_wanted_moment_is_reached_and_nothing_is_ever_taken_away(distance: timedelta, seconds: int) -> None:
    wanted = NOW + distance + timedelta(seconds=seconds)
    added = minutes_until(NOW, wanted)
    assert added >= 0
    assert NOW + timedelta(minutes=added) >= wanted
    assert added == 0 or NOW + timedelta(minutes=added - 1) < wanted


@given(minutes, minutes, st.integers(1, 720))
def test_more_time_never_shortens_the_time_for_a_report(began: timedelta, closes: timedelta, hours: int) -> None:
    terms = ReminderTerms((), hours)
    may = may_report(NOW + began, NOW + closes, NOW, terms)
    later = may_report(NOW + began, NOW + closes + timedelta(days=1), NOW, terms)
    assert later or not may
    assert not may or began <= timedelta(0)


@given(st.lists(st.sampled_from(IncidentState), max_size=10))
def test_no_sequence_reaches_a_decision_without_review(wanted: list[IncidentState]) -> None:
    path = [IncidentState.SUBMITTED]
    for state in wanted:
        if state in INCIDENT_MOVES[path[-1]]:
            path.append(state)
    steps = ["submitted", "in-review", ("granted", "refused"), "closed"]
    assert all(state in step for state, step in zip(path, steps, strict=False))


additions = st.builds(
    Extension,
    st.uuids(),
    minutes=st.integers(0, 600),
    attempts=st.integers(0, 3),
    window_minutes=st.integers(0, 10_000),
)


@given(st.lists(additions, max_size=4), additions)
def test_a_later_window_leaves_the_time_limit_and_one_extension_more_never_takes_away(
    several: list[Extension], more: Extension
) -> None:
    """What is postponed moves due and close alone; minutes move the limit too; each adds to what was there."""
    task = Task(
        *(UUID(int=1), TaskKind.TEST, UUID(int=2), {"ky": "Тест"}, TaskState.ANNOUNCED),
        *(NOW, NOW + timedelta(hours=2), NOW + timedelta(hours=2), timedelta(hours=1), 1),
    )
    before = effective_conditions(task, [], several, TIME_ZONE)
    after = effective_conditions(task, [], [*several, more], TIME_ZONE)
    for one, other in ((before, several), (after, [*several, more])):
        minutes = sum(extension.minutes for extension in other)
        assert one.time_limit.adjusted == timedelta(hours=1, minutes=minutes)
        postponed = timedelta(minutes=minutes + sum(extension.window_minutes for extension in other))
        assert one.due_at.adjusted == one.closes_at.adjusted == task.closes_at + postponed
        assert {source.id for source in one.due_at.sources} == {
            extension.id for extension in other if extension.minutes or extension.window_minutes
        }
    started = NOW + timedelta(minutes=30)
    earlier, later = before.deadline(started), after.deadline(started)
    assert earlier is not None
    assert later is not None
    assert earlier <= later
