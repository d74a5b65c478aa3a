"""Talking to the person at the terminal: with a moving bar, or in plain lines for screen readers and logs."""

import math
import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from builder.command.wording import Wording

_STEP_PERCENT: Final = 20
"""How often plain progress speaks: a screen reader reads every line aloud. Our choice."""

_WORTH_SAYING_S: Final = 10.0
"""A shorter wait needs no estimate. Our choice."""

_SILENCE_S: Final = 10.0
_LONGEST_SILENCE_S: Final = 60.0
"""Long work says after so many seconds that it goes on, then after twice as many, up to a minute. Our choice."""


class Talk:
    """`plain` is also meant when the output is no terminal. Results go to stdout, progress and problems to stderr."""

    def __init__(
        self,
        wording: Wording,
        *,
        plain: bool,
        out: TextIO | None = None,
        problems: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wording = wording
        self._out = out or sys.stdout
        self._problems = problems or sys.stderr
        self.plain = plain or not self._out.isatty() or not self._problems.isatty()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._stage = ""
        self._spoken = 0
        self._clock = clock
        self._silent_since = 0.0
        self._silence_s = _SILENCE_S

    def say(self, name: str, /, **values: object) -> None:
        """A line of the wording."""
        self.say_text(self.wording(name, **values))

    def say_text(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def complain(self, text: str, *, severe: bool = True) -> None:
        """A problem, on stderr."""
        if self.plain:
            print(text, file=self._problems, flush=True)
        else:
            Console(file=self._problems, highlight=False, soft_wrap=True).print(
                text, style="bold red" if severe else "yellow", markup=False
            )

    def stage(self, name: str) -> None:
        """The next step of a build begins."""
        self._stage = self.wording(f"stage-{name}")
        self._spoken = 0
        self._silent_since, self._silence_s = self._clock(), _SILENCE_S
        if self.plain:
            print(self._stage, file=self._problems, flush=True)
            return
        if self._bar is None:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                TextColumn("{task.fields[left]}"),
                console=Console(file=self._problems),
            )
            self._bar.start()
        if self._task is not None:
            self._bar.update(self._task, completed=self._bar.tasks[-1].total or 1, left="")
        self._task = self._bar.add_task(self._stage, total=None, left="")

    def progress(self, done: int, total: int, _subject: str, left_s: float | None = None) -> None:
        """How far the step is, and the seconds that it will probably still take, if anybody can know."""
        left = "" if left_s is None or left_s < _WORTH_SAYING_S or done >= total else self._time(left_s)
        if self._bar is not None and self._task is not None:
            text = self.wording("left", time=left) if left else ""
            self._bar.update(self._task, completed=done, total=total, left=text)
            return
        percent = 100 * done // max(total, 1)
        if percent >= 100:
            return
        silent = self._clock() - self._silent_since >= self._silence_s
        if percent >= self._spoken + _STEP_PERCENT or silent:
            name = "progress-left" if left else "progress-still" if silent else "progress"
            line = self.wording(name, stage=self._stage, percent=percent, time=left)
            print(line, file=self._problems, flush=True)
            self._spoken = percent - percent % _STEP_PERCENT
            self._silent_since = self._clock()
            if silent:
                self._silence_s = min(2 * self._silence_s, _LONGEST_SILENCE_S)

    def _time(self, seconds: float) -> str:
        """In steps that say no more than an estimate can know: 5 s, a minute, a quarter of an hour above two hours."""
        if seconds <= 55:
            return self.wording("time-seconds", number=5 * math.ceil(seconds / 5))
        minutes = math.ceil(seconds / 60)
        if minutes < 60:
            return self.wording("time-minutes", number=minutes)
        minutes = minutes if minutes < 120 else 15 * math.ceil(minutes / 15)
        hours = self.wording("time-hours", number=minutes // 60)
        return f"{hours} {self.wording('time-minutes', number=minutes % 60)}" if minutes % 60 else hours

    def finish_progress(self) -> None:
        """The bar is done; call before anything else is said."""
        if self._bar is not None:
            if self._task is not None:
                task = self._bar.tasks[-1]
                self._bar.update(self._task, total=task.total or 1, completed=task.total or 1, left="")
            self._bar.stop()
            self._bar = self._task = None
