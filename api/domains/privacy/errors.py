"""What the domain refuses. Words: `messages/texts/privacy.toml`."""

from api.errors import Problem


class PeriodExists(Problem):
    """For that category a period begins on that day already; it cannot be changed any more."""

    slug, status = "retention-period-exists", 409
