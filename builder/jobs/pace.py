"""How long jobs take: measured in this run, remembered from earlier ones."""

import contextlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from builder.jobs.store import write_whole

_ENOUGH: Final = 3
"""So many jobs of a task say more about it than the earlier runs. Our choice."""


class Pace:
    """Mean seconds of a job, by task. Kept beside the ledger, not in it: the ledger holds what is true of a result,
    and how long it took depends on the machine and its load. Without a path, nothing is remembered."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._earlier: dict[str, float] = {}
        self._count: Counter[str] = Counter()
        self._seconds: Counter[str] = Counter()
        if path is not None:
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
                remembered = json.loads(path.read_text(encoding="utf-8"))
                self._earlier = {str(task): float(seconds) for task, seconds in remembered.items()}

    def note(self, task: str, seconds: float) -> None:
        """A job of this task took so long."""
        self._count[task] += 1
        self._seconds[task] += seconds  # type: ignore[assignment]  # typeshed: a Counter counts in int

    def seconds(self, task: str) -> float | None:
        """What a job of this task is expected to take; None if none was ever timed."""
        count = self._count[task]
        if count >= _ENOUGH or (count and task not in self._earlier):
            return self._seconds[task] / count
        return self._earlier.get(task)

    def left(self, jobs: Mapping[str, int], width: int) -> float | None:
        """Seconds for so many jobs of each task, so many at the same time; None while a task's pace is unknown."""
        work = longest = 0.0
        for task, count in jobs.items():
            if count:
                seconds = self.seconds(task)
                if seconds is None:
                    return None
                work += count * seconds
                longest = max(longest, seconds)
        return max(work / width, longest)

    def remember(self) -> None:
        """Writes down what was learned. It only serves estimates: failing to write is not worth a word."""
        if self._path is None or not self._count:
            return
        known = {**self._earlier, **{task: self.seconds(task) for task in self._count}}
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(known, sort_keys=True).encode())
