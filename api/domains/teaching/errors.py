"""What can go wrong with sessions, classes and groups."""

from api.errors import Problem


class CapacityBelowEnrolled(Problem):
    """More students are enrolled than the class would have places. `enrolled` says how many."""

    slug, status = "capacity-below-enrolled", 409


class CuratorNeeded(Problem):
    """An active group would have no curator on some day. `gap_from` is the first."""

    slug, status = "curator-needed", 409
