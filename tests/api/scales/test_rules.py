"""Laws of grading scales: every point has one grade, more points are never worse, versions never overlap."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.scales.loading import File, example_text
from api.domains.scales.rules import (
    Band,
    Fault,
    Period,
    Points,
    PointsOutOfScale,
    faults,
    follow,
    grade_for,
)
from tests.api.scales.samples import band, version

DAY = date(2026, 9, 1)


@st.composite
def scales(draw: st.DrawFn) -> tuple[tuple[Band, ...], int]:
    """Bands without faults, and the most points."""
    borders = [0, *sorted(draw(st.sets(st.integers(1, 100), max_size=8)))]
    passing = draw(st.integers(0, len(borders)))
    bands = tuple(band(str(number), least, number >= passing) for number, least in enumerate(borders))
    return bands, 100


@given(scales(), st.decimals(0, 100, places=4))
def test_every_point_has_exactly_one_grade(scale: tuple[tuple[Band, ...], int], points: Decimal) -> None:
    bands, most = scale
    assert faults(bands, most) == []
    ends = [*(Decimal(one.least) for one in bands[1:]), Decimal(most) + 1]
    holding = [one for one, end in zip(bands, ends, strict=True) if Decimal(one.least) <= points < end]
    assert holding == [grade_for(bands, points)]


@given(scales(), st.floats(0, 100), st.floats(0, 100))
def test_more_points_are_never_worse(scale: tuple[tuple[Band, ...], int], one: float, other: float) -> None:
    bands, _ = scale
    low, high = (bands.index(grade_for(bands, points)) for points in sorted((one, other)))
    assert low <= high
    assert bands[high].is_pass or not bands[low].is_pass


@given(st.lists(st.tuples(st.integers(-5, 105), st.booleans()), max_size=6))
def test_bands_without_a_fault_cover_all_points_once(given_bands: list[tuple[int, bool]]) -> None:
    """The other way round: whatever leaves a gap, overlaps or gets worse with more points is found."""
    bands = [band(str(number), least, is_pass) for number, (least, is_pass) in enumerate(given_bands)]
    leasts = [one.least for one in bands]
    is_sound = (
        bool(bands)
        and leasts[0] == 0
        and all(a < b for a, b in pairwise(leasts))
        and max(leasts) <= 100
        and all(b.is_pass or not a.is_pass for a, b in pairwise(bands))
    )
    assert (faults(bands, 100) == []) == is_sound


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ([], Fault.NO_BANDS),
        ([band("A", 1, True)], Fault.GAP),
        ([band("F", 0, False), band("A", 0, True)], Fault.OVERLAP),
        ([band("F", 0, False), band("A", 101, True)], Fault.BEYOND),
        ([band("A", 0, False), band("A", 50, True)], Fault.SAME_CODE),
        ([band("A", 0, True), band("F", 50, False)], Fault.PASS_BELOW_FAIL),
        ([band("F", 0, False, 3.0), band("A", 50, True, 2.0)], Fault.GPA_FALLS),
    ],
)
def test_each_fault_has_its_name(bands: list[Band], fault: Fault) -> None:
    assert fault in {found for _, found in faults(bands, 100)}


BORDERS = (band("fail", 0, False), band("60-75", 60, True), band("76-85", 76, True), band("86-100", 86, True))


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        (0, "fail"),
        (59.999, "fail"),
        (60, "60-75"),
        (Decimal("75.99"), "60-75"),
        (76, "76-85"),
        (100, "86-100"),
        (0.1 + 0.2 + 59.7, "60-75"),
        (sum([8.6] * 10), "86-100"),
    ],
)
def test_borders_belong_to_the_better_grade_and_noise_costs_none(points: Points, grade: str) -> None:
    assert grade_for(BORDERS, points).code == grade


@pytest.mark.parametrize("points", [-0.01, 100.01, float("nan"), float("inf"), Decimal("NaN")])
def test_points_off_the_scale_have_no_grade(points: Points) -> None:
    with pytest.raises(PointsOutOfScale):
        version(BORDERS).grade(points)


@given(st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60)), max_size=6))
def test_versions_that_follow_each_other_never_overlap(wanted: list[tuple[int, int | None]]) -> None:
    periods: list[Period] = []
    for start, length in wanted:
        first = DAY + timedelta(days=start)
        last = None if length is None else first + timedelta(days=length)
        followed = follow(periods, Period(first, last))
        if followed is not None:
            periods = followed
            assert periods[-1] == Period(first, last)
        for day in (DAY + timedelta(days=number) for number in range(130)):
            assert sum(one.holds(day) for one in periods) <= 1


def test_a_new_version_ends_the_one_before_and_leaves_no_day_between() -> None:
    periods = follow([Period(DAY, None)], Period(DAY + timedelta(days=30), None))
    assert periods == [Period(DAY, DAY + timedelta(days=29)), Period(DAY + timedelta(days=30), None)]


def test_the_examples_are_sound_unconfirmed_and_say_where_they_come_from() -> None:
    import tomllib

    file = msgspec.convert(tomllib.loads(example_text()), File)
    assert {one.version.kind for one in file.scale} == {"five-point", "100-point", "letter", "ects"}
    for one in file.scale:
        bands = [Band(each.code, each.titles, each.least, each.is_pass, each.gpa) for each in one.version.bands]
        assert faults(bands, one.version.most_points) == [], one.code
        assert not one.version.is_confirmed and len(one.version.source) > 40
        assert all(set(each.titles) == {"ky", "ru", "en"} for each in one.version.bands)
        assert all(each.gpa is None for each in one.version.bands), "no source gives weights for an average"
