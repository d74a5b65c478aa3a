"""A problem in authored content: collected, never raised, so that an author sees all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An ERROR makes the build exit with 1; a WARNING does so under `--strict`; a NOTE only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What is wrong, where. The words come from `builder.messages` by `rule`, filled with `values`.

    `path` is relative to the project, with forward slashes; `line` is 1-based, 0 where no line can be named.
    """

    path: str
    line: int
    rule: str
    severity: Severity = field(default=Severity.ERROR, compare=False)
    values: Mapping[str, str] = field(default_factory=dict, compare=False)
