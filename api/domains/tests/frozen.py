"""Effective conditions on the wire, and as they are kept with an attempt."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from api.domains.conditions.service import Adjusted, Breaks, Conditions, Source, SourceKind
from api.domains.tests.rules import Scored
from api.domains.tests.schemas import (
    BreaksOut,
    ConditionSource,
    ConditionsOut,
    EffectiveBreaks,
    EffectiveMoment,
    EffectiveNumber,
    EffectiveSwitch,
    EffectiveText,
    EffectiveWords,
    StudentConditionsOut,
)
from api.errors import DEFAULT_LANGUAGE, load_texts


def freeze(one: Conditions) -> dict[str, Any]:
    """As JSON, with base, adjusted value and sources of everything; without words, which are in some language."""
    frozen: dict[str, Any] = msgspec.to_builtins(show_conditions(one, None))
    return frozen


def promised_formats(frozen: Mapping[str, Any]) -> set[str]:
    """The formats that were promised when an attempt began, or by a later change."""
    found = set(frozen["formats"]["adjusted"])
    for change in frozen.get("changes", ()):
        found |= set(change["conditions"]["formats"]["adjusted"])
    return found


def counted_extensions(frozen: Mapping[str, Any]) -> set[UUID]:
    """The extensions whose time the deadline of an attempt holds already: those of its start, and of later changes."""
    several = [frozen, *(change["conditions"] for change in frozen.get("changes", ()))]
    sources = [source for one in several for source in one["closes_at"]["sources"]]
    return {UUID(source["id"]) for source in sources if source["kind"] == SourceKind.EXTENSION.value}


def as_scored(row: Any) -> Scored:
    """An attempt's `id`, `number`, `points` and `conditions`, as the rule of counting sees it."""
    attempts = row.conditions["attempts"]
    base, adjusted = attempts["base"], attempts["adjusted"]
    granted = 0 if base is None or adjusted is None else adjusted - base
    return Scored(row.id, row.number, row.points or 0, granted, base)


def show_conditions(one: Conditions, language: str | None) -> ConditionsOut:
    """For the student themselves."""

    def sources(several: Iterable[Source]) -> list[ConditionSource]:
        return [
            ConditionSource(
                kind=source.kind.value,
                id=source.id,
                plan_id=source.plan_id,
                plan_number=source.plan_number,
                feature=None if source.feature is None else source.feature.value,
                words="" if language is None else source_words(source, language),
            )
            for source in several
        ]

    def number(value: Adjusted[timedelta | None]) -> EffectiveNumber:
        return EffectiveNumber(
            base=_seconds(value.base), adjusted=_seconds(value.adjusted), sources=sources(value.sources)
        )

    def words(value: Adjusted[Any]) -> EffectiveWords:
        return EffectiveWords(
            base=sorted(one.value for one in value.base),
            adjusted=sorted(one.value for one in value.adjusted),
            sources=sources(value.sources),
        )

    return ConditionsOut(
        test_id=one.task.id,
        is_adjusted=bool(one.sources),
        opens_at=one.opens_at,
        closes_at=EffectiveMoment(
            base=one.closes_at.base, adjusted=one.closes_at.adjusted, sources=sources(one.closes_at.sources)
        ),
        time_limit_s=number(one.time_limit),
        attempts=EffectiveNumber(
            base=one.attempts.base, adjusted=one.attempts.adjusted, sources=sources(one.attempts.sources)
        ),
        formats=words(one.formats),
        breaks=EffectiveBreaks(
            base=_breaks(one.breaks.base), adjusted=_breaks(one.breaks.adjusted), sources=sources(one.breaks.sources)
        ),
        alternative_task=EffectiveText(
            base=one.alternative_task.base,
            adjusted=one.alternative_task.adjusted,
            sources=sources(one.alternative_task.sources),
        ),
        alternative_form=EffectiveText(
            base=_code(one.alternative_form.base),
            adjusted=_code(one.alternative_form.adjusted),
            sources=sources(one.alternative_form.sources),
        ),
        without_proctoring_tools=EffectiveSwitch(
            base=one.is_proctored_otherwise.base,
            adjusted=one.is_proctored_otherwise.adjusted,
            sources=sources(one.is_proctored_otherwise.sources),
        ),
        other=words(one.other),
    )


def show_for_staff(one: Conditions, person_id: Any, name: str) -> StudentConditionsOut:
    """What to do; never why, and not by which record."""
    return StudentConditionsOut(
        person_id=person_id,
        name=name,
        closes_at=one.closes_at.adjusted,
        time_limit_s=_seconds(one.time_limit.adjusted),
        attempts=one.attempts.adjusted,
        formats=sorted(feature.value for feature in one.formats.adjusted),
        breaks=_breaks(one.breaks.adjusted),
        alternative_task=one.alternative_task.adjusted,
        alternative_form=_code(one.alternative_form.adjusted),
        without_proctoring_tools=one.is_proctored_otherwise.adjusted,
        other=sorted(feature.value for feature in one.other.adjusted),
        is_adjusted=bool(one.sources),
    )


def source_words(source: Source, language: str) -> str:
    """E.g. "Accommodation plan, version 2: extra time"."""
    texts = load_texts()

    def word(name: str) -> str:
        found = texts[f"word-{name}"]
        return str(found.get(language, found[DEFAULT_LANGUAGE])["word"])

    if source.feature is None:
        return word("source-extension")
    return word("source-accommodation").format(number=source.plan_number, feature=word(source.feature))


def _seconds(value: timedelta | None) -> int | None:
    return None if value is None else int(value.total_seconds())


def _breaks(value: Breaks | None) -> BreaksOut | None:
    return None if value is None else BreaksOut(minutes=value.minutes, count=value.count)


def _code(value: Any) -> str | None:
    return None if value is None else str(value.value)
