"""What answers are worth: laws and examples."""

import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domains.items.checking import answer_faults, kind_of, parts_of
from api.domains.items.content import (
    Answer,
    Content,
    ItemKind,
    Key,
    Matching,
    MatchingAnswer,
    MatchingKey,
    MultipleChoice,
    MultipleChoiceAnswer,
    MultipleChoiceKey,
    NumericAnswer,
    NumericKey,
    OrderingAnswer,
    OrderingKey,
    ShortTextAnswer,
    ShortTextKey,
    SingleChoiceAnswer,
    SingleChoiceKey,
)
from api.domains.items.scoring import even_weights, fold_text, is_near, read_number, round_points, score
from tests.api.items.strategies import POINTS, questions

MARKED = [kind for kind in ItemKind if kind not in (ItemKind.ESSAY, ItemKind.FILE)]


def right_answer(key: Key) -> Answer:
    match key:
        case SingleChoiceKey(right=right):
            return SingleChoiceAnswer(choice=right)
        case MultipleChoiceKey(right=rights):
            return MultipleChoiceAnswer(choices=list(rights))
        case OrderingKey(order=order):
            return OrderingAnswer(order=list(order))
        case MatchingKey(pairs=pairs):
            return MatchingAnswer(pairs=dict(pairs))
        case NumericKey(value=value):
            return NumericAnswer(value=value.replace(".", ","))
        case ShortTextKey(accepted=accepted):
            best = max((one for some in accepted.values() for one in some), key=lambda one: one.percent)
            return ShortTextAnswer(text=f"  {best.text} ")
        case _:
            raise TypeError(kind_of(key))


def any_answer(draw: Any, content: Content, kind: str) -> Answer:
    ids = [one.id for one in parts_of(content)]
    some = st.lists(st.sampled_from(ids), unique=True) if ids else st.just([])
    match kind:
        case "single-choice":
            return SingleChoiceAnswer(choice=draw(st.none() | st.sampled_from(ids)))
        case "multiple-choice":
            return MultipleChoiceAnswer(choices=draw(some))
        case "ordering":
            return OrderingAnswer(order=draw(st.permutations(ids)))
        case "matching":
            assert isinstance(content, Matching)
            targets = st.sampled_from([one.id for one in content.targets])
            return MatchingAnswer(
                pairs=draw(st.dictionaries(st.sampled_from([o.id for o in content.sources]), targets))
            )
        case "numeric":
            return NumericAnswer(value=draw(st.text(max_size=20) | st.decimals(allow_nan=False).map(str)))
        case _:
            return ShortTextAnswer(text=draw(st.text(max_size=20)))


@pytest.mark.parametrize("kind", MARKED)
@settings(max_examples=10, deadline=None)
@given(data=st.data(), points=POINTS)
def test_the_right_answer_is_worth_everything_and_no_answer_more_or_less_than_nothing(
    kind: str, data: Any, points: Decimal
) -> None:
    content, key = data.draw(questions(kind))
    best = score(content, key, right_answer(key), points)
    whole = 100 if not isinstance(key, ShortTextKey) else max(o.percent for s in key.accepted.values() for o in s)
    assert best.points == Fraction(points) * Fraction(whole, 100)
    assert not answer_faults(content, right_answer(key)) or kind == "short-text"
    assert score(content, key, None, points).points == 0
    other = score(content, key, any_answer(data.draw, content, kind), points)
    assert other.points is not None and 0 <= other.points <= Fraction(points)


@pytest.mark.parametrize("kind", [ItemKind.ESSAY, ItemKind.FILE])
def test_a_person_marks_essays_and_files(kind: ItemKind) -> None:
    content, key = _essay(kind)
    answer = msgspec.convert({"kind": kind.value, **({"text": "…"} if kind is ItemKind.ESSAY else {})}, Answer)
    scored = score(content, key, answer, Decimal(5))
    assert scored.needs_person and scored.points is None
    assert score(content, key, None, Decimal(5)).points == 0


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_choosing_everything_or_nothing_is_worth_nothing_with_even_weights(data: Any) -> None:
    content, key = data.draw(questions("multiple-choice"))
    assert isinstance(content, MultipleChoice) and isinstance(key, MultipleChoiceKey)
    ids = [one.id for one in content.choices]
    rights = key.right
    even = msgspec.structs.replace(key, weights=even_weights(rights, ids))
    everything = score(content, even, MultipleChoiceAnswer(choices=ids), Decimal(1)).share
    assert everything == (0 if len(rights) < len(ids) else 1)
    assert score(content, even, MultipleChoiceAnswer(), Decimal(1)).share == 0
    one = score(content, even, MultipleChoiceAnswer(choices=rights[:1]), Decimal(1)).share
    assert one == Fraction(1, len(rights))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3,14", Fraction(157, 50)),
        ("3.14", Fraction(157, 50)),
        (" −5 ", Fraction(-5)),
        ("1 000 000,5", Fraction(2_000_001, 2)),
        ("10\u00a0000", Fraction(10_000)),
        ("1,000", Fraction(1)),
        ("1,5e-3", Fraction(3, 2000)),
        (",5", Fraction(1, 2)),
        ("7.", Fraction(7)),
        ("+2", Fraction(2)),
    ],
)
def test_numbers_as_students_write_them(text: str, number: Fraction) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "-", "1,2,3", "1.000,5", "12 34", "10²", "½", "٣", "nan", "inf", "1e999", "5 кг"])
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("tolerance", "inside", "outside"),
    [
        ({"kind": "exact", "amount": "0"}, ["0,3"], ["0,30000000001", "0.29"]),
        ({"kind": "absolute", "amount": "0.1"}, ["0.2", "0,4"], ["0.19999", "0,40001"]),
        ({"kind": "relative", "amount": "10"}, ["0,27", "0.33"], ["0,2699", "0.3301"]),
    ],
)
def test_tolerance_holds_its_limits_to_the_digit(tolerance: Any, inside: list[str], outside: list[str]) -> None:
    """0.1 + 0.2 is 0.3 here, other than for a machine's floating point."""
    key = msgspec.convert({"kind": "numeric", "value": "0.3", "tolerance": tolerance}, NumericKey)
    assert all(is_near(read_number(one) or Fraction(10**9), key) for one in inside)
    assert not any(is_near(read_number(one) or Fraction(0), key) for one in outside)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Өзгөн", "өзгөн"),
        ("  Өзгөн\tшаары. ", "өзгөн шаары"),
        (unicodedata.normalize("NFD", "Йод ё"), "йод е"),
        ("«Манас»", '"манас"'),
        ("кара—көл", "Кара-Көл"),
        ("STRASSE", "straße"),
    ],
)
def test_texts_that_are_the_same(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(("one", "other"), [("ң", "н"), ("ө", "о"), ("ү", "у"), ("й", "и"), ("өң", "он"), ("c", "с")])
def test_letters_that_are_others(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)
    assert fold_text(one.upper()) != fold_text(other.upper())


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@given(st.fractions(min_value=0, max_value=1000))
def test_points_are_rounded_once_by_half_a_hundredth_at_most(points: Fraction) -> None:
    assert abs(Fraction(round_points(points)) - points) <= Fraction(1, 200)


def _essay(kind: str) -> tuple[Content, Key]:
    content = {"kind": str(kind), "prompt": {"ky": "Эмне үчүн?"}}
    return msgspec.convert(content, Content), msgspec.convert({"kind": str(kind)}, Key)
