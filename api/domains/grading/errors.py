"""What grading refuses."""

from api.errors import Problem


class SelfCheckNotGraded(Problem):
    """A self-check never touches the journal (clause 4.1 e)."""

    slug, status = "self-check-not-graded", 409


class LineItemExists(Problem):
    """The task has a line item, or the class has one with this code. `line_item_id` is that one."""

    slug, status = "line-item-exists", 409


class LineItemInUse(Problem):
    """Somebody has a grade or a work there: what it is out of and how it is marked stays as it is."""

    slug, status = "line-item-in-use", 409


class LineItemNotOpen(Problem):
    """It is cancelled, or already released. `state` is the line item's."""

    slug, status = "line-item-not-open", 409


class NotInClass(Problem):
    """The person has no place in the class."""

    slug, status = "not-in-class", 409


class AlreadyGraded(Problem):
    """There is a grade: it is changed by an amendment with its reason."""

    slug, status = "already-graded", 409


class NotGraded(Problem):
    slug, status = "not-graded", 409


class GradedBlind(Problem):
    """Grades of blind works come from their marking alone, and are seen when all are released."""

    slug, status = "graded-blind", 409


class SecondPersonNeeded(Problem):
    """Somebody else than whoever did the first step has to do this one."""

    slug, status = "second-person-needed", 409


class ResultApproved(Problem):
    """The result of the class is approved: a grade changes only after the result was reopened with a reason."""

    slug, status = "result-approved", 409
