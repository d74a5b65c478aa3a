"""What a rule is: data for reports, and one small function."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from builder.model.document import Document
from builder.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """One place that breaks a rule, with the values of the rule's message."""

    line: int
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """`criteria` are WCAG 2.2 success criteria (empty where only large print or braille suffer); `sources` are the
    addresses of what the rule is derived from; `judge` finds the places."""

    id: str
    severity: Severity
    criteria: tuple[str, ...]
    sources: tuple[str, ...]
    judge: Callable[[Document], Iterable[Problem]]
