"""Talking to the person at the terminal: with a moving bar, or in plain lines for screen readers and logs."""

import sys
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from builder.command.wording import Wording

_STEP_PERCENT = 20
"""How often plain progress speaks: a screen reader reads every line aloud. Our choice."""


class Talk:
    """`plain` is also meant when the output is no terminal. Results go to stdout, progress and problems to stderr."""

    def __init__(
        self, wording: Wording, *, plain: bool, out: TextIO | None = None, problems: TextIO | None = None
    ) -> None:
        self.wording = wording
        self._out = out or sys.stdout
        self._problems = problems or sys.stderr
        self.plain = plain or not self._out.isatty() or not self._problems.isatty()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._stage = ""
        self._spoken = 0

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
        if self.plain:
            print(self._stage, file=self._problems, flush=True)
            return
        if self._bar is None:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                console=Console(file=self._problems),
            )
            self._bar.start()
        if self._task is not None:
            self._bar.update(self._task, completed=self._bar.tasks[-1].total or 1)
        self._task = self._bar.add_task(self._stage, total=None)

    def progress(self, done: int, total: int, _subject: str, _left_s: float | None = None) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total)
            return
        percent = 100 * done // max(total, 1)
        if percent >= self._spoken + _STEP_PERCENT and percent < 100:
            self._spoken = percent - percent % _STEP_PERCENT
            line = self.wording("progress", stage=self._stage, percent=self._spoken)
            print(line, file=self._problems, flush=True)

    def finish_progress(self) -> None:
        """The bar is done; call before anything else is said."""
        if self._bar is not None:
            if self._task is not None:
                task = self._bar.tasks[-1]
                self._bar.update(self._task, total=task.total or 1, completed=task.total or 1)
            self._bar.stop()
            self._bar = self._task = None
