"""A finished attempt as its student may see it: the only place from which a key or feedback goes out to students."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from api.domains.items.content import (
    Answer,
    Key,
    MatchingAnswer,
    MatchingKey,
    MultipleChoiceAnswer,
    MultipleChoiceKey,
    NumericAnswer,
    NumericKey,
    OrderingAnswer,
    OrderingKey,
    Prompts,
    ShortTextAnswer,
    ShortTextKey,
    SingleChoiceAnswer,
    SingleChoiceKey,
)
from api.domains.items.service import keys_of
from api.domains.tests.definitions import find_test, has_ended_for_all
from api.domains.tests.handing_in import counting_responses, read_answer
from api.domains.tests.papers import read_paper, show_place, used_versions
from api.domains.tests.rules import AttemptState, ReviewPart, visible_parts
from api.domains.tests.schemas import ReviewOut, ReviewPlace
from api.unit import Unit


async def review_of(unit: Unit, row: Any) -> ReviewOut:
    """What the rules of the test show now. Without anything to show the keys are not even read."""
    test = await find_test(unit, row.test_id)
    state = AttemptState(row.state)
    is_asked_when = "closed" in test.review.values()
    shown = visible_parts(
        test.review,
        state,
        is_self_check=test.is_self_check,
        has_ended_for_all=is_asked_when
        and state is not AttemptState.IN_PROGRESS
        and await has_ended_for_all(unit, test),
    )
    parts = [part for part in ReviewPart if part in shown]
    if not parts:
        return ReviewOut(attempt_id=row.id, state=state, shown=[], points=None, max_points=None, places=[])
    has_points = ReviewPart.POINTS in shown
    return ReviewOut(
        attempt_id=row.id,
        state=state,
        shown=parts,
        points=_points(row.points) if has_points else None,
        max_points=_points(test.max_points) if has_points else None,
        places=await _places(unit, row, shown),
    )


async def _places(unit: Unit, row: Any, shown: Collection[ReviewPart]) -> list[ReviewPlace]:
    paper = read_paper(row.paper)
    ids: Sequence[UUID] = [place.version_id for place in paper]
    versions = await used_versions(unit, ids)
    answers = await counting_responses(unit, row.id)
    keys = await keys_of(unit, ids) if {ReviewPart.KEY, ReviewPart.FEEDBACK} & set(shown) else {}
    scores = {number: points for number, points, _ in row.scores or ()}
    found: list[ReviewPlace] = []
    for place in paper:
        version, key = versions[place.version_id], keys.get(place.version_id)
        answer = read_answer(answers[place.number].content) if place.number in answers else None
        points = scores.get(place.number)
        is_right = None if points is None else points == place.points
        found.append(
            ReviewPlace(
                number=place.number,
                question=show_place(place, version, row.seed, row.language, is_printed_order=row.is_printed_order),
                answer=answer if ReviewPart.ANSWERS in shown else None,
                points=_points(points) if ReviewPart.POINTS in shown else None,
                max_points=_points(place.points) if ReviewPart.POINTS in shown else None,
                is_right=is_right if ReviewPart.POINTS in shown else None,
                right=right_answer(key, row.language) if key is not None and ReviewPart.KEY in shown else None,
                feedback=feedback_of(key, answer, is_right, row.language)
                if key is not None and ReviewPart.FEEDBACK in shown
                else [],
            )
        )
    return found


def right_answer(key: Key, language: str) -> Answer | None:
    """In the form of an answer; None where a person judges."""
    match key:
        case SingleChoiceKey(right=right):
            return SingleChoiceAnswer(choice=right)
        case MultipleChoiceKey(right=several):
            return MultipleChoiceAnswer(choices=list(several))
        case OrderingKey(order=order):
            return OrderingAnswer(order=list(order))
        case MatchingKey(pairs=pairs):
            return MatchingAnswer(pairs=dict(pairs))
        case NumericKey(value=value):
            return NumericAnswer(value=value)
        case ShortTextKey(accepted=accepted):
            wanted = accepted.get(language) or next(iter(accepted.values()))
            return ShortTextAnswer(text=max(wanted, key=lambda one: one.percent).text)
        case _:
            return None


def feedback_of(key: Key, answer: Answer | None, is_right: bool | None, language: str) -> list[dict[str, str]]:
    """What is said about this answer, in the attempt's language. Hints are for markers, not for students."""
    said: list[Prompts | None] = [key.feedback]
    if is_right is not None:
        said.append(key.feedback_right if is_right else key.feedback_wrong)
    if isinstance(key, SingleChoiceKey | MultipleChoiceKey):
        chosen: list[str] = []
        if isinstance(answer, SingleChoiceAnswer) and answer.choice is not None:
            chosen = [answer.choice]
        elif isinstance(answer, MultipleChoiceAnswer):
            chosen = list(answer.choices)
        said += [key.choice_feedback.get(one) for one in chosen]
    return [{language: words[language]} for words in said if words is not None and language in words]


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100
