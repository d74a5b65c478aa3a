"""What the domain refuses. Words: `messages/texts/tests.toml`."""

from api.errors import Problem


class TestEmpty(Problem):
    """Nothing can be announced without a question."""

    __test__ = False
    slug, status = "test-empty", 409


class TestAnnounced(Problem):
    """Its questions and rules stay as they were announced."""

    __test__ = False
    slug, status = "test-announced", 409


class TestInUse(Problem):
    """Somebody has begun it."""

    __test__ = False
    slug, status = "test-in-use", 409


class NoAttemptLeft(Problem):
    """`attempts` is how many this student has."""

    slug, status = "no-attempt-left", 409


class RenditionMissing(Problem):
    """What was promised to this student does not exist yet: `formats` (codes), `missing` of them, in `language`. The
    inclusive-education office is told, and it is ordered."""

    slug, status = "rendition-missing", 409


class IdentityNotChecked(Problem):
    """A proctored test needs the record of an identity check."""

    slug, status = "identity-not-checked", 409


class WarningNotAcknowledged(Problem):
    """The warning of a proctored test has to be read first."""

    slug, status = "warning-not-acknowledged", 409


class SittingNotOpen(Problem):
    """`state` is the sitting's."""

    slug, status = "sitting-not-open", 409


class NotACandidate(Problem):
    """A retake is for those who were named."""

    slug, status = "not-a-candidate", 409


class SittingNotPlanned(Problem):
    """An exam is announced through its sitting, with its format (clause 6.2)."""

    slug, status = "sitting-not-planned", 409


class SittingAnnouncedLate(Problem):
    """The format is to be known before the exam begins (clause 6.2). `opens_at` is that moment."""

    slug, status = "sitting-announced-late", 409


class ControlInPersonOnly(Problem):
    """Clause 5.7: a programme of the class declares the course's control as held in person only."""

    slug, status = "control-in-person-only", 409


class SittingStillRunning(Problem):
    """`count` students still write, or may still begin."""

    slug, status = "sitting-still-running", 409


class ResultsIncomplete(Problem):
    """`count` attempts have no grade yet."""

    slug, status = "results-incomplete", 409


class AttemptOver(Problem):
    """It was handed in, by the student or at the deadline. `state` is a code."""

    slug, status = "attempt-over", 409


class AttemptOnBreak(Problem):
    """Until `break_ends_at` at the latest."""

    slug, status = "attempt-on-break", 409


class PlaceNotYet(Problem):
    """A later place of a test that goes in order. `reached` is the present one."""

    slug, status = "place-not-yet", 409


class PlaceGone(Problem):
    """An earlier place of a test that goes in order. `reached` is the present one."""

    slug, status = "place-gone", 409


class LastPlace(Problem):
    """After it the test is handed in."""

    slug, status = "last-place", 409


class NoBreakLeft(Problem):
    slug, status = "no-break-left", 409


class NotOnBreak(Problem):
    slug, status = "not-on-break", 409


class TooManyUploads(Problem):
    """So many files were sent for this place of the attempt already. `most` is their number."""

    slug, status = "too-many-uploads", 409


class StaleResponse(Problem):
    """Another tab has saved since. `current` is the version that counts now."""

    slug, status = "stale-response", 412
