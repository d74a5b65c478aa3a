"""Effective conditions as they are shown: to the person and the inclusive-education office with every source, to
instructors without those that tell of an accommodation."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

from api.domains.accommodations.service import Feature
from api.domains.conditions.rules import Breaks, Conditions, Source, SourceKind
from api.domains.conditions.schemas import (
    AdjustedBreaks,
    AdjustedCount,
    AdjustedFeatures,
    AdjustedForm,
    AdjustedMoment,
    AdjustedSeconds,
    AdjustedSwitch,
    AdjustedWords,
    BreakTime,
    ConditionSource,
    EffectiveConditionsOut,
)

Sources = Callable[[tuple[Source, ...]], list[ConditionSource]]


def show_conditions(conditions: Conditions, person_id: UUID, *, with_sources: bool) -> EffectiveConditionsOut:
    task = conditions.task

    def sources(found: tuple[Source, ...]) -> list[ConditionSource]:
        shown = [one for one in found if with_sources or one.kind is not SourceKind.ACCOMMODATION]
        return [ConditionSource(**{name: getattr(one, name) for name in Source.__slots__}) for one in shown]

    due, closes, limit = conditions.due_at, conditions.closes_at, conditions.time_limit
    attempts, formats, other = conditions.attempts, conditions.formats, conditions.other
    breaks, words = conditions.breaks, conditions.alternative_task
    form, proctored = conditions.alternative_form, conditions.is_proctored_otherwise
    return EffectiveConditionsOut(
        task_id=task.id,
        person_id=person_id,
        kind=task.kind,
        titles=dict(task.titles),
        opens_at=task.opens_at,
        due_at=AdjustedMoment(base=due.base, adjusted=due.adjusted, sources=sources(due.sources)),
        closes_at=AdjustedMoment(base=closes.base, adjusted=closes.adjusted, sources=sources(closes.sources)),
        time_limit_s=AdjustedSeconds(
            base=in_seconds(limit.base), adjusted=in_seconds(limit.adjusted), sources=sources(limit.sources)
        ),
        attempts=AdjustedCount(base=attempts.base, adjusted=attempts.adjusted, sources=sources(attempts.sources)),
        formats=AdjustedFeatures(
            base=_sorted(formats.base), adjusted=_sorted(formats.adjusted), sources=sources(formats.sources)
        ),
        other_features=AdjustedFeatures(
            base=_sorted(other.base), adjusted=_sorted(other.adjusted), sources=sources(other.sources)
        ),
        breaks=AdjustedBreaks(
            base=_breaks(breaks.base), adjusted=_breaks(breaks.adjusted), sources=sources(breaks.sources)
        ),
        alternative_task=AdjustedWords(base=words.base, adjusted=words.adjusted, sources=sources(words.sources)),
        alternative_form=AdjustedForm(base=form.base, adjusted=form.adjusted, sources=sources(form.sources)),
        proctored_otherwise=AdjustedSwitch(
            base=proctored.base, adjusted=proctored.adjusted, sources=sources(proctored.sources)
        ),
        are_sources_shown=with_sources,
    )


def in_seconds(limit: timedelta | None) -> int | None:
    return None if limit is None else int(limit.total_seconds())


def _sorted(features: Iterable[Feature]) -> list[Feature]:
    return sorted(features)


def _breaks(breaks: Breaks | None) -> BreakTime | None:
    return None if breaks is None else BreakTime(minutes=breaks.minutes, count=breaks.count)
