"""What an answer is worth: exact shares of the points, as fractions. Pure.

Partial credit, where the key asks for it:

- Choices by weight: the sum of the weights of what was chosen, never below nothing and never above the whole, divided
  by the sum of the positive weights. This is the response mapping of IMS QTI 2.2 (`mapping` with lower bound 0). Even
  weights give each right choice an equal share and take for each wrong one as much as makes choosing everything worth
  nothing.
- Ordering: an equal share for each part that stands in its place.
- Matching: an equal share for each source with its target. Nothing is taken for wrong ones, since a source takes one
  target only.

Without it an answer has all of the points or none. Numbers are compared as fractions, so that no rounding of the
machine decides. Essays and files are marked by a person.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from api.domains.items.content import (
    Answer,
    Content,
    EssayKey,
    FileUploadKey,
    Key,
    MatchingAnswer,
    MatchingKey,
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
    Tolerance,
    ToleranceKind,
)

NOTHING: Final = Fraction(0)
WHOLE: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Scored:
    """`points` exactly; round a sum of them once, at the end (`round_points`). None where a person must mark."""

    points: Fraction | None
    share: Fraction | None

    @property
    def needs_person(self) -> bool:
        return self.share is None

    @property
    def is_right(self) -> bool:
        return self.share == WHOLE


def score(content: Content, key: Key, answer: Answer | None, points: Decimal) -> Scored:
    """What the answer is worth. None and answers of another kind are worth nothing; see `checking.answer_faults` for
    those that are refused beforehand."""
    if isinstance(key, EssayKey | FileUploadKey):
        return Scored(None, None) if answer is not None else Scored(NOTHING, NOTHING)
    share = NOTHING if answer is None else _share(key, answer)
    return Scored(share * Fraction(points), share)


def round_points(points: Fraction) -> Decimal:
    """To hundredths, halves up: as a clerk would."""
    hundredths = Decimal(points.numerator * 1000 // points.denominator) / 1000
    return hundredths.quantize(Decimal("0.01"), ROUND_HALF_UP)


def even_weights(right: Sequence[str], choices: Sequence[str]) -> dict[str, int]:
    """Whole weights such that each right choice has an equal share and choosing everything is worth nothing."""
    wrong = [one for one in choices if one not in right]
    return {one: (max(len(wrong), 1) if one in right else -len(right)) for one in choices}


def _share(key: Key, answer: Answer) -> Fraction:
    match key, answer:
        case SingleChoiceKey(), SingleChoiceAnswer(choice=choice):
            return _choices(key.weights, {key.right}, set() if choice is None else {choice})
        case MultipleChoiceKey(), MultipleChoiceAnswer(choices=choices):
            weights = key.weights if isinstance(key.weights, dict) else None
            return _choices(weights, set(key.right), set(choices))
        case OrderingKey(order=right), OrderingAnswer(order=order):
            return _parts(sum(map(str.__eq__, right, order)), len(right), key.partial)
        case MatchingKey(pairs=right_pairs), MatchingAnswer(pairs=pairs):
            hits = sum(pairs.get(source) == target for source, target in right_pairs.items())
            return _parts(hits, len(right_pairs), key.partial)
        case NumericKey(), NumericAnswer(value=value):
            number = read_number(value)
            return WHOLE if number is not None and is_near(number, key) else NOTHING
        case ShortTextKey(), ShortTextAnswer(text=text):
            return _short_text(key, text)
        case _:
            return NOTHING


def _choices(weights: Mapping[str, int] | None, right: set[str], chosen: set[str]) -> Fraction:
    if weights is None:
        return WHOLE if chosen == right else NOTHING
    # One choice has the whole by itself; of several, all the right ones together.
    whole = sum(worth for one, worth in weights.items() if one in right)
    earned = sum(weights.get(one, 0) for one in chosen)
    return min(max(Fraction(earned, whole), NOTHING), WHOLE)


def _parts(hits: int, count: int, is_partial: bool) -> Fraction:
    return Fraction(hits, count) if is_partial or hits == count else NOTHING


# ---------------------------------------------------------------- numbers

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,30}(?:[.,][0-9]{0,30})?|[.,][0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")
_GROUPS: Final = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?:[^0-9]|$))")
_MINUS: Final = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})


def read_number(text: str) -> Fraction | None:
    """The number that a student wrote; None when it is none.

    Comma and point are both decimal signs (the comma is Kyrgyz and Russian usage, so that ``1,000`` is one, not a
    thousand); a space divides groups of three digits; any dash is a minus; ``1,5e-3`` is understood.
    """
    plain = text.translate(_MINUS).strip()
    while (joined := _GROUPS.sub("", plain)) != plain:
        plain = joined
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    return Fraction(Decimal(plain.replace(",", ".")))


def is_near(number: Fraction, key: NumericKey) -> bool:
    """Whether the number lies within the tolerance, limits included."""
    right = Fraction(key.value)
    return abs(number - right) <= allowed_distance(right, key.tolerance)


def allowed_distance(right: Fraction, tolerance: Tolerance) -> Fraction:
    match tolerance.kind:
        case ToleranceKind.EXACT:
            return NOTHING
        case ToleranceKind.ABSOLUTE:
            return Fraction(tolerance.amount)
        case ToleranceKind.RELATIVE:
            return abs(right) * Fraction(tolerance.amount) / 100


# ---------------------------------------------------------------- short texts

_ALIKE: Final = str.maketrans(
    {
        "ё": "е",
        "Ё": "Е",
        "\u2019": "'",
        "\u02bc": "'",
        "`": "'",
        "\u00ab": '"',
        "\u00bb": '"',
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
        "\u00ad": None,
        "\u200b": None,
    }
)


def fold_text(text: str, *, case_matters: bool = False) -> str:
    """What is compared of a text. Alike: composed and decomposed letters (NFC), capitals and small letters unless case
    matters, any white space, ё and е (Russian prints both), the several dashes, quotation marks and apostrophes; a
    full stop at the end is left out. Not alike: ң and н, ө and о, ү and у, й and и: they are other letters.
    """
    plain = unicodedata.normalize("NFC", text).translate(_ALIKE)
    if not case_matters:
        plain = unicodedata.normalize("NFC", plain.casefold())
    words = " ".join(plain.split())
    return words.removesuffix(".").rstrip() or words


def _short_text(key: ShortTextKey, text: str) -> Fraction:
    given = fold_text(text, case_matters=key.case_matters)
    worths = [
        one.percent
        for several in key.accepted.values()
        for one in several
        if fold_text(one.text, case_matters=key.case_matters) == given
    ]
    return Fraction(max(worths), 100) if given and worths else NOTHING
