"""What the grading scales refuse."""

from datetime import date

from api.errors import Problem


class NoScaleOnDay(Problem):
    """The scale does not exist, or no version of it is in force on that day."""

    slug, status = "no-scale-on-day", 409

    def __init__(self, code: str, on: date) -> None:
        super().__init__(code=code, on=on)


class ScaleRecorded(Problem):
    """There is a scale with this code, or a conversion between these versions."""

    slug, status = "scale-recorded", 409


class ScaleInUse(Problem):
    """Grades were given by this version: it is followed by a new one, never changed."""

    slug, status = "scale-in-use", 409


class NoConversion(Problem):
    """Nothing says what this grade is on the other scale."""

    slug, status = "no-scale-conversion", 409
