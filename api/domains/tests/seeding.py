"""Attempts of a demonstration, written by the same steps as every other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from api.acting import acting_as
from api.domains.items.content import (
    Answer,
    EssayAnswer,
    ItemKind,
    Key,
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
    SingleChoice,
    SingleChoiceAnswer,
    SingleChoiceKey,
)
from api.domains.items.service import Content, keys_of
from api.domains.tests import attempts
from api.domains.tests.papers import read_paper, used_versions
from api.domains.tests.reviewing import right_answer
from api.unit import Unit

_A_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """How somebody wrote a test: began at `at`, an answer a minute. The first `mistakes` questions, in the order in
    which they were made, are answered wrongly; `answered` places get an answer, None: all. `is_running`: not handed
    in."""

    person_id: UUID
    language: str
    at: datetime
    mistakes: int = 0
    answered: int | None = None
    essay: str = ""
    is_running: bool = False


async def write_attempt(unit: Unit, test_id: UUID, sat: Sat) -> UUID:
    """The attempt's id. Raises what the steps raise."""
    with acting_as(unit, sat.person_id, sat.at):
        row = (await attempts.start(unit, test_id, sat.language)).row
    paper = read_paper(row.paper)
    versions = await used_versions(unit, [place.version_id for place in paper])
    keys: Mapping[UUID, Key] = await keys_of(unit, versions)
    wrong = set(sorted(versions)[: sat.mistakes])
    moment = sat.at
    for place in paper[: sat.answered]:
        moment += _A_MINUTE
        id_ = place.version_id
        answer = _answer(versions[id_].content, keys[id_], sat, is_right=id_ not in wrong)
        if answer is not None:
            with acting_as(unit, sat.person_id, moment):
                await attempts.save(unit, row.id, place.number, 1, answer)
    if not sat.is_running:
        with acting_as(unit, sat.person_id, moment + _A_MINUTE):
            await attempts.submit(unit, row.id)
    attempt_id: UUID = row.id
    return attempt_id


def _answer(content: Content, key: Key, sat: Sat, *, is_right: bool) -> Answer | None:
    """None where nothing was written: a file, an essay without words."""
    if content.__struct_config__.tag == ItemKind.ESSAY:
        return EssayAnswer(text=sat.essay) if sat.essay else None
    right = right_answer(key, sat.language)
    return right if is_right else _wrong(content, key)


def _wrong(content: Content, key: Key) -> Answer | None:
    """What somebody might have thought."""
    match content, key:
        case SingleChoice(choices=choices), SingleChoiceKey(right=right):
            return SingleChoiceAnswer(choice=next(one.id for one in choices if one.id != right))
        case MultipleChoice(choices=choices), MultipleChoiceKey(right=several):
            return MultipleChoiceAnswer(choices=[one.id for one in choices if one.id not in several])
        case _, OrderingKey(order=order):
            return OrderingAnswer(order=order[::-1])
        case _, MatchingKey(pairs=pairs):
            targets = list(pairs.values())
            return MatchingAnswer(pairs=dict(zip(pairs, [*targets[1:], targets[0]], strict=True)))
        case _, NumericKey(value=value):
            return NumericAnswer(value=f"{value}0")
        case _, ShortTextKey():
            return ShortTextAnswer(text="?")
        case _:
            return None
