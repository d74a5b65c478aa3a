"""What conditions refuse."""

from typing import Final

from api.errors import Problem


class WindowInvalid(Problem):
    """A task opens before it is due, and is due before or when it closes."""

    slug, status = "window-invalid", 422


class TaskNotOpenYet(Problem):
    """`opens_at` is the moment."""

    slug, status = "task-not-open-yet", 409


class TaskOver(Problem):
    """The close of this person's window has passed, by the server's clock."""

    slug, status = "task-over", 409


class OwnDecision(Problem):
    """Nobody decides about themselves: no extension for oneself, no decision about one's own report."""

    slug, status = "own-decision", 403


class NotInTheClass(Problem):
    """The person has no place in the class of the task."""

    slug, status = "no-place-in-class", 409


class NothingAdded(Problem):
    """An extension adds minutes, moves the window to a later moment, or adds attempts; nothing is ever taken away."""

    slug, status = "nothing-added", 422


class NoAttemptToExtend(Problem):
    """The student has handed in every attempt: time alone could not be used."""

    slug, status = "no-attempt-to-extend", 409


class AttemptNotLengthened(Problem):
    """The student writes the last attempt, which ends when its minutes are over: a later moment alone gives nothing."""

    slug, status = "attempt-not-lengthened", 409


class SittingClosed(Problem):
    """The sitting of the exam is closed: nobody can begin it any more, whatever they are given."""

    slug, status = "sitting-closed", 409


class ExtensionOver(Problem):
    """Also with it the student's time is over: since `closes_at`."""

    slug, status = "extension-over", 409


class ExtensionInUse(Problem):
    """The student may have begun or handed in something by it, which keeps its time."""

    slug, status = "extension-in-use", 409


UNUSABLE: Final[tuple[type[Problem], ...]] = (NoAttemptToExtend, AttemptNotLengthened, SittingClosed, ExtensionOver)
"""What is refused beforehand, since it would be promised and never had."""


class ReportTooLate(Problem):
    """A failure is reported at once; at the latest `until`."""

    slug, status = "report-too-late", 409


class IncidentClosed(Problem):
    """Evidence is added until the report is decided."""

    slug, status = "incident-decided", 409


class NotInHand(Problem):
    """Words and evidence of a report are for whoever has taken it in hand, and who has not read it does not decide."""

    slug, status = "incident-not-in-hand", 409


class TooMuchEvidence(Problem):
    """`most` files belong to a report at most."""

    slug, status = "too-much-evidence", 409


class ReminderTermsExist(Problem):
    """Terms from that day on were set already."""

    slug, status = "reminder-terms-exist", 409
