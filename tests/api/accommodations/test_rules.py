"""Laws of the pure rules: nobody's time is shortened, no plan reaches a state that is not declared, three parties."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.accommodations.proposals import NewAccommodation, faults_of
from api.domains.accommodations.rules import (
    IN_PREPARATION,
    MOVES,
    VALUES_OF,
    Agreed,
    AgreedValue,
    Bar,
    CaseState,
    Decision,
    Feature,
    ObjectionState,
    OtherForm,
    Party,
    Period,
    PlanMove,
    PlanState,
    Said,
    TaskKind,
    after,
    allowed_states,
    applicable,
    bar,
    concerns_parties,
    effective_from,
    fits,
    last_days,
    least_burdened,
    move_of,
    without_few,
)
from api.domains.accommodations.wording import word_accommodation
from api.errors import LANGUAGES, load_texts

PERSONS = [UUID(int=number) for number in range(1, 7)]
STUDENT = PERSONS[0]
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
PARTS = {
    "time_multiplier": Fraction(3, 2),
    "fixed_minutes": 20,
    "is_unlimited": True,
    "is_fixed_time": True,
    "break_minutes": 15,
    "break_count": 2,
    "days": 7,
    "attempts": 1,
    "form": OtherForm.ORAL_FOR_WRITTEN,
    "words": "Реферат",
    "magnification_percent": 200,
}


# Values


@given(st.fractions(Fraction(-10), Fraction(1), max_denominator=100).filter(lambda one: one < 1))
def test_a_multiplier_that_shortens_is_no_value(multiplier: Fraction) -> None:
    with pytest.raises(ValueError, match="shortens"):
        AgreedValue(time_multiplier=multiplier)


@given(
    st.sampled_from(["fixed_minutes", "break_minutes", "break_count", "days", "attempts"]), st.integers(max_value=-1)
)
def test_less_than_nothing_is_no_value(part: str, number: int) -> None:
    with pytest.raises(ValueError, match=part):
        AgreedValue(**{part: number})  # type: ignore[arg-type]  # the part's name is drawn


@given(st.sampled_from(Feature), st.sets(st.sampled_from(sorted(PARTS))))
def test_a_feature_has_exactly_its_parts(feature: Feature, parts: set[str]) -> None:
    """Of additional time exactly one; never any part of another feature."""
    value = AgreedValue(**{name: PARTS[name] for name in parts})  # type: ignore[arg-type]  # names are drawn
    wanted = VALUES_OF.get(feature, [frozenset()])
    assert fits(feature, value) == (parts in [set(one) for one in wanted])
    if feature is Feature.ADDITIONAL_TESTING_TIME and fits(feature, value):
        assert len(parts) == 1


def test_every_feature_tells_an_instructor_what_to_do_in_three_languages() -> None:
    for feature in Feature:
        for parts in VALUES_OF.get(feature, [frozenset()]):
            forms = OtherForm if "form" in parts else [None]
            for form in forms:
                given_parts = {name: PARTS[name] for name in parts} | ({} if form is None else {"form": form})
                value = AgreedValue(**given_parts)  # type: ignore[arg-type]  # names come from the table
                told = [word_accommodation(feature, value, language) for language in LANGUAGES]
                assert len({one.instruction for one in told}) == len(LANGUAGES), feature
                for one in told:
                    assert one.title
                    assert "—" not in one.instruction, (feature, one.instruction)  # a value that was not given
                    assert "{" not in one.instruction


def test_numbers_are_told_with_the_decimal_mark_of_the_language() -> None:
    value = AgreedValue(time_multiplier=Fraction(5, 4))
    told = [word_accommodation(Feature.ADDITIONAL_TESTING_TIME, value, language).instruction for language in LANGUAGES]
    assert ["1,25" in told[0], "1,25" in told[1], "1.25" in told[2]] == [True] * 3


TIMES_TWO = AgreedValue(time_multiplier=Fraction(2))
CLASS = UUID(int=99)


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (
            [NewAccommodation(Feature.ADDITIONAL_TESTING_TIME, AgreedValue(), frozenset({TaskKind.TEST}))],
            ["one-time-value"],
        ),
        (
            [
                NewAccommodation(
                    Feature.ADDITIONAL_TESTING_TIME,
                    AgreedValue(time_multiplier=Fraction(2), fixed_minutes=5),
                    frozenset({TaskKind.TEST}),
                )
            ],
            ["one-time-value"],
        ),
        ([NewAccommodation(Feature.SPOKEN, TIMES_TWO, frozenset({TaskKind.TEST}))], ["value-of-feature"]),
        (
            [
                NewAccommodation(
                    Feature.ADDITIONAL_TESTING_TIME, AgreedValue(is_fixed_time=True), frozenset({TaskKind.TEST})
                )
            ],
            ["fixed-time-reason", "fixed-time-class"],
        ),
        (
            [NewAccommodation(Feature.ADDITIONAL_TESTING_TIME, TIMES_TWO, frozenset({TaskKind.TEST}), None, "Шашылыш")],
            ["only-with-fixed-time"],
        ),
        (
            [
                NewAccommodation(Feature.SPOKEN, AgreedValue(), frozenset(TaskKind)),
                NewAccommodation(Feature.SPOKEN, AgreedValue(), frozenset({TaskKind.TEST})),
            ],
            ["feature-twice"],
        ),
        (
            [
                NewAccommodation(Feature.ADDITIONAL_TESTING_TIME, TIMES_TWO, frozenset({TaskKind.TEST})),
                NewAccommodation(
                    Feature.ADDITIONAL_TESTING_TIME, AgreedValue(fixed_minutes=10), frozenset({TaskKind.TEST})
                ),
            ],
            ["feature-twice"],
        ),
    ],
)
def test_what_does_not_fit_is_told_by_field(wanted: list[NewAccommodation], codes: list[str]) -> None:
    assert [one.code for one in faults_of(wanted)] == codes


# Moves


@given(st.lists(st.sampled_from(PlanMove), max_size=30))
def test_no_sequence_of_moves_reaches_an_undeclared_state(moves: list[PlanMove]) -> None:
    state = PlanState.REQUESTED
    has_been_agreed = False
    for one in moves:
        following = after(state, one)
        assert (following is not None) == ((state, one) in MOVES)
        if following is None:
            continue
        assert following in allowed_states(state)
        has_been_agreed |= following is PlanState.AGREED
        if following not in IN_PREPARATION:
            assert has_been_agreed  # nothing is ever in force that three parties did not agree to
        state = following
    if state in {PlanState.EXPIRED, PlanState.REVOKED}:
        assert allowed_states(state) == []


@given(st.lists(st.tuples(st.sampled_from(Party), st.sampled_from(Decision), st.sampled_from(PERSONS)), max_size=12))
def test_only_three_different_persons_for_three_parties_agree_a_plan(
    wanted: list[tuple[Party, Decision, UUID]],
) -> None:
    said: list[Said] = []
    for party, decision, person in wanted:
        if move_of(said) is not None:
            break
        if bar(said, party, person, STUDENT) is None:
            said.append(Said(party, decision, person))
    assert len({one.party for one in said}) == len({one.person for one in said}) == len(said)
    assert STUDENT not in {one.person for one in said}
    if move_of(said) is PlanMove.AGREE:
        assert {one.party for one in said} == set(Party)
        assert {one.decision for one in said} == {Decision.AGREED}
    if any(one.decision is Decision.REFUSED for one in said):
        assert move_of(said) is PlanMove.RETURN


def test_what_stands_against_speaking_is_named() -> None:
    said = [Said(Party.DEAN, Decision.AGREED, PERSONS[1])]
    assert bar(said, Party.SERVICE, STUDENT, STUDENT) is Bar.OWN
    assert bar(said, Party.DEAN, PERSONS[2], STUDENT) is Bar.PARTY_HAS_SPOKEN
    assert bar(said, Party.SERVICE, PERSONS[1], STUDENT) is Bar.SPOKE_FOR_ANOTHER
    assert bar(said, Party.SERVICE, PERSONS[2], STUDENT) is None
    assert move_of([*said, Said(Party.SERVICE, Decision.AGREED, PERSONS[2])]) is None


def test_states_and_parties_have_words() -> None:
    for one in (*PlanState, *CaseState, *ObjectionState, *Party):
        words = load_texts()[f"word-{one}"]
        assert all(words[language]["word"] for language in LANGUAGES)


# Periods


@st.composite
def agreements(draw: st.DrawFn) -> Agreed:
    first = draw(DAYS)
    feature = draw(st.sampled_from([Feature.ADDITIONAL_TESTING_TIME, Feature.SPOKEN]))
    value = AgreedValue()
    class_id = draw(st.sampled_from([None, CLASS]))
    if feature is Feature.ADDITIONAL_TESTING_TIME:
        value = AgreedValue(is_fixed_time=True) if draw(st.booleans()) and class_id else TIMES_TWO
    return Agreed(
        draw(st.uuids()),
        draw(st.sampled_from(PERSONS)),
        1,
        feature,
        value,
        first,
        first + timedelta(days=draw(st.integers(0, 200))),
        draw(st.sampled_from([frozenset({TaskKind.TEST}), frozenset(TaskKind)])),
        class_id,
    )


@given(
    st.lists(agreements(), max_size=8),
    st.sampled_from(TaskKind),
    st.sampled_from([None, CLASS]),
    DAYS,
    st.none() | DAYS,
)
def test_what_applies_meets_the_window_and_only_the_same_plan_takes_time_back(
    agreed: list[Agreed], kind: TaskKind, class_id: UUID | None, first: date, last: date | None
) -> None:
    found = set(applicable(agreed, kind, class_id, first, last))
    for one in agreed:
        meets = (
            kind in one.kinds
            and one.class_id in (None, class_id)
            and any(
                one.valid_from <= day <= one.valid_until
                for day in (first, one.valid_from)
                if day >= first and (last is None or day <= last)
            )
        )
        taken_back = one.feature is Feature.ADDITIONAL_TESTING_TIME and any(
            other.value.is_fixed_time and other.plan_id == one.plan_id and other in found for other in agreed
        )
        if last is not None and last < first:
            continue
        assert (one in found) == (meets and (one.value.is_fixed_time or not taken_back))


PERIODS = st.lists(st.builds(Period, DAYS, DAYS), max_size=6)


@given(PERIODS)
def test_versions_follow_each_other_without_a_day_together(versions: list[Period]) -> None:
    ends = last_days(versions)
    for number, (one, end) in enumerate(zip(versions, ends, strict=True)):
        assert end <= one.last
        later = [other for other in versions[number + 1 :] if other.takes_effect]
        assert all(end < other.first for other in later)
        assert end == one.last or any(end == other.first - timedelta(days=1) for other in later)  # no day too few


@given(PERIODS, st.data())
def test_a_version_that_never_takes_effect_ends_nothing(versions: list[Period], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(versions)))
    first = data.draw(DAYS)
    revoked = Period(first, first - timedelta(days=data.draw(st.integers(1, 30))))
    ends = last_days([*versions[:at], revoked, *versions[at:]])
    assert [*ends[:at], *ends[at + 1 :]] == last_days(versions)


@given(st.sampled_from(PlanState), DAYS, DAYS, DAYS)
def test_head_and_dean_see_what_they_decide_about_and_what_is_or_will_be_in_force(
    state: PlanState, first: date, last: date, today: date
) -> None:
    if state in IN_PREPARATION:
        assert concerns_parties(state, None, None, today) == (state is not PlanState.REQUESTED)
    else:
        assert concerns_parties(state, first, last, today) == (max(first, today) <= last)


@given(DAYS, DAYS)
def test_nothing_is_in_force_before_it_is_put_into_force(wanted: date, today: date) -> None:
    assert effective_from(wanted, today) == max(wanted, today)


# Coordinators and reports


@given(st.dictionaries(st.sampled_from(PERSONS), st.integers(0, 5)))
def test_whoever_has_the_fewest_cases_coordinates_never_the_student(cases: dict[UUID, int]) -> None:
    chosen = least_burdened(cases, STUDENT)
    others = {person: number for person, number in cases.items() if person != STUDENT}
    assert (chosen is None) == (not others)
    if chosen is not None:
        assert others[chosen] == min(others.values())


@given(st.integers(0, 1000))
def test_a_report_tells_no_number_that_could_be_somebody(count: int) -> None:
    assert without_few(count) == (None if count in (1, 2, 3, 4) else count)
