"""What the domain refuses. Words: `messages/texts/teaching.toml`."""

from api.errors import Problem


class ParentNotOpen(Problem):
    """The session in which it lies must be open first. `parent` is its code."""

    slug, status = "parent-session-not-open", 409


class SessionOver(Problem):
    """Its last day, `ends_on`, has passed."""

    slug, status = "session-over", 409


class SessionNotOver(Problem):
    """It may be closed from its last day, `ends_on`, on."""

    slug, status = "session-not-over", 409


class SessionHasOpenParts(Problem):
    """`parts` are the codes of sessions within it that are open."""

    slug, status = "session-has-open-parts", 409


class SessionHasClasses(Problem):
    """`count` classes have neither ended nor been cancelled."""

    slug, status = "session-has-classes", 409


class SessionNotOpen(Problem):
    """A class needs an open session. `session` is its code."""

    slug, status = "session-not-open", 409


class SessionClosed(Problem):
    """Nothing about it changes any more. `session` is its code."""

    slug, status = "session-closed", 409


class ClassIsOver(Problem):
    """It has ended or was cancelled. `state` is a code."""

    slug, status = "class-is-over", 409


class ClassNotYet(Problem):
    """A class starts on the first day of its session, `starts_on`, or later."""

    slug, status = "class-not-yet", 409


class CourseIsWithdrawn(Problem):
    """No class is opened of a course that is not offered any more. `course` is its code."""

    slug, status = "course-is-withdrawn", 409


class InstructorNeeded(Problem):
    """A class that is open or runs would have no instructor on the day `on`."""

    slug, status = "instructor-needed", 409


class CapacityBelowEnrolled(Problem):
    """More students are enrolled than the class would have places. `enrolled` says how many."""

    slug, status = "capacity-below-enrolled", 409


class CuratorNeeded(Problem):
    """An active group would have no curator on the day `gap_from`."""

    slug, status = "curator-needed", 409


class GroupIsOver(Problem):
    """It has graduated or was dissolved. `state` is a code."""

    slug, status = "group-is-over", 409


class AlreadyInGroup(Problem):
    """The student is in a group of this programme in that time already. `group` is its code."""

    slug, status = "already-in-group", 409


class NotInProgramme(Problem):
    """Nobody is a member of a group without being admitted to its programme."""

    slug, status = "not-in-programme", 409


class OtherProgramme(Problem):
    """A student moves between groups of one programme; another programme is another admission."""

    slug, status = "group-of-other-programme", 409


class TermIsOver(Problem):
    """It has ended already, or ends no later than that day. `ends_on` is its last day."""

    slug, status = "term-is-over", 409


class AlreadyAssigned(Problem):
    """The same person holds the same for some of these days already."""

    slug, status = "already-assigned", 409
