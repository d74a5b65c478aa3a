"""What assignments refuse."""

from api.errors import Problem


class NoVersionsLeft(Problem):
    """As many versions as the person may hand in were handed in. `most` is the number."""

    slug, status = "no-versions-left", 409


class TooManyFiles(Problem):
    slug, status = "too-many-files", 409


class NothingToSubmit(Problem):
    """Neither a file nor text, or no text where one is asked for."""

    slug, status = "nothing-to-submit", 409


class NotInGroup(Problem):
    """The assignment is done in groups, and the person is in none."""

    slug, status = "not-in-submission-group", 409


class GroupFull(Problem):
    slug, status = "submission-group-full", 409


class GroupClosed(Problem):
    """The instructor forms the groups, or has formed this one."""

    slug, status = "submission-group-closed", 409


class GroupHasWork(Problem):
    """The group has handed something in: its members stay."""

    slug, status = "submission-group-has-work", 409


class AlreadyInGroup(Problem):
    """Somebody is in another group of this assignment. `group_id` is the one."""

    slug, status = "already-in-submission-group", 409


class NotAStudentHere(Problem):
    """Somebody who was named has no place in the class."""

    slug, status = "not-a-student-of-the-class", 409


class WorkIsBlind(Problem):
    """Works that are marked blind are read through their markings alone until the grades are released."""

    slug, status = "work-is-blind", 409


class WorkMarked(Problem):
    """Marking has ended: the version can no longer be taken back."""

    slug, status = "work-marked", 409


class WorkLookedAt(Problem):
    """Somebody needs the version as it is: it can not be taken back meanwhile. Says nothing of why."""

    slug, status = "work-looked-at", 409


class FixedOnceAnnounced(Problem):
    """Students may rely on it since the assignment was announced. `part` is the field."""

    slug, status = "fixed-once-announced", 409
