"""What can go wrong with courses, library links and packages."""

from collections.abc import Sequence
from datetime import date

from api.errors import Problem


class CourseCodeTaken(Problem):
    slug, status = "course-code-taken", 409

    def __init__(self, code: str) -> None:
        super().__init__(code=code)


class PackageNotReady(Problem):
    """The course's package should have been complete. `missing` are `<requirement>/<language>`."""

    slug, status = "package-not-ready", 409

    def __init__(self, due_on: date, missing: Sequence[str]) -> None:
        super().__init__(due_on=due_on.isoformat(), missing=list(missing))


class AlreadyEnded(Problem):
    """What is to be withdrawn, revoked or ended has been before."""

    slug, status = "course-record-ended", 409
