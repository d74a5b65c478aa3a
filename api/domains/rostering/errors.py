"""What an import is refused for."""

from api.errors import Problem


class RosterRefused(Problem):
    """Nothing was stored. `errors` says what is wrong with which row, `faults` how many there are in all; the pointer
    is `/<file>/<line>/<column>`."""

    slug, status = "roster-refused", 422
