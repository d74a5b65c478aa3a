"""What an independent program says about one of our files, whichever program it is."""

from dataclasses import dataclass

from builder.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint of a judge.

    `code` is the judge's own identifier (``RSC-005``), `message` its own words, `location` a place that a person can
    open (``EPUB/files.xhtml:12:4``, ``page 3``) or empty.
    """

    severity: Severity
    code: str
    message: str
    location: str = ""

    def __str__(self) -> str:
        return f"{self.location or '-'}: {self.severity} {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judge's answer about `subject` (a path or address). No problems at all is the only clean verdict."""

    program: str
    version: str
    subject: str
    problems: tuple[Problem, ...] = ()

    @property
    def is_clean(self) -> bool:
        """True without errors and without warnings; a judge's notes do not count."""
        return all(one.severity is Severity.NOTE for one in self.problems)

    def __str__(self) -> str:
        head = f"{self.program} {self.version}: {self.subject}"
        return "\n".join([head, *(f"  {one}" for one in self.problems)])


class JudgeMissing(Exception):
    """The program is not installed; `hint` is the command that installs it."""

    def __init__(self, program: str, hint: str) -> None:
        super().__init__(f"{program}: {hint}")
        self.program = program
        self.hint = hint


class JudgeFailed(Exception):
    """The program is there but gave no verdict; `output` is what it said instead."""

    def __init__(self, program: str, output: str) -> None:
        super().__init__(f"{program}: {output.strip()[-500:]}")
        self.program = program
        self.output = output
