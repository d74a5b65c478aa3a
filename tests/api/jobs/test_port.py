"""The laws of pauses and periods."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jobs.port import Backoff, Schedule

MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
PERIODS = st.integers(1, 10**6).map(lambda seconds: timedelta(seconds=seconds))


@given(st.integers(1, 200), st.integers(1, 100), st.floats(1, 10))
def test_pauses_never_shrink_and_end_with_the_attempts(attempts: int, attempt: int, factor: float) -> None:
    backoff = Backoff(timedelta(seconds=1), factor, timedelta(hours=1), attempts)
    pause, next_pause = backoff.pause_after(attempt), backoff.pause_after(attempt + 1)
    assert (pause is None) == (attempt >= attempts)
    if pause and next_pause:
        assert timedelta(seconds=1) <= pause <= next_pause <= timedelta(hours=1)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (11, 3600)])
def test_pauses_double_up_to_the_longest(attempt: int, seconds: int) -> None:
    assert Backoff().pause_after(attempt) == timedelta(seconds=seconds)


@given(MOMENTS, PERIODS, PERIODS)
def test_every_moment_lies_in_the_period_it_is_counted_to(now: datetime, every: timedelta, offset: timedelta) -> None:
    schedule = Schedule("clean", every, offset)
    began = schedule.period_at(now)
    assert began <= now < began + every
    assert schedule.period_at(began) == began
    assert schedule.period_at(began + every) == began + every


def test_a_daily_job_at_three_in_bishkek() -> None:
    schedule = Schedule("clean", timedelta(days=1), timedelta(hours=21))  # UTC+6 all year
    assert schedule.period_at(datetime(2026, 9, 1, 4, tzinfo=UTC)) == datetime(2026, 8, 31, 21, tzinfo=UTC)
