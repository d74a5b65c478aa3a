"""What people are told about captions that a machine made: what was taken away, and what it is unsure of. Pure."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from builder.model.captions import Captions
from builder.model.finding import Finding, Severity
from media_pipeline.captions.guards import KNOWN_PHRASE, REPEAT
from media_pipeline.captions.tokens import join_lines
from media_pipeline.captions.words import Removed
from media_pipeline.captions.writing import vtt_time

MOST_OF_A_RULE: Final = 20
"""So many findings of one rule are told for a file, then how many more there are. Our choice."""


def tell_removed(removed: Iterable[Removed], path: str) -> tuple[Finding, ...]:
    """One note for each passage that the guards took away, with its time and words."""
    return limit_findings(_removed_finding(one, path) for one in removed)


def tell_unsure(captions: Captions, path: str) -> tuple[Finding, ...]:
    """One note for each cue that a person should look at; none for captions that a person has reviewed."""
    doubted = () if captions.is_reviewed else (cue for cue in captions.cues if not cue.is_sure)
    return limit_findings(
        Finding(
            path,
            0,
            "caption-unsure",
            Severity.NOTE,
            {"time": vtt_time(cue.start_ms), "text": join_lines(cue.text)},
        )
        for cue in doubted
    )


def limit_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """At most `MOST_OF_A_RULE` findings of each rule of a file, and one that says how many more there are."""
    limit = FindingLimit()
    for finding in findings:
        limit.add(finding)
    return limit.told()


class FindingLimit:
    """Collects the findings of one file without growing with the garbage in it."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        self._counts[finding.rule] += 1
        if self._counts[finding.rule] <= MOST_OF_A_RULE:
            self._kept.append(finding)

    def told(self) -> tuple[Finding, ...]:
        """What was kept, in order of lines, then how many more there are of each rule."""
        last = {one.rule: one for one in self._kept}
        more = (
            Finding(
                one.path,
                one.line,
                "caption-and-more",
                one.severity,
                {"rule": rule, "count": str(self._counts[rule] - MOST_OF_A_RULE)},
            )
            for rule, one in last.items()
            if self._counts[rule] > MOST_OF_A_RULE
        )
        return (*sorted(self._kept), *more)


def _removed_finding(removed: Removed, path: str) -> Finding:
    values = {"time": vtt_time(removed.start_ms), "text": removed.text}
    if removed.reason == KNOWN_PHRASE:
        return Finding(path, 0, "caption-removed-phrase", Severity.NOTE, values)
    if removed.reason == REPEAT:
        return Finding(path, 0, "caption-removed-repeat", Severity.NOTE, values)
    return Finding(path, 0, "caption-removed-moment", Severity.NOTE, values)
