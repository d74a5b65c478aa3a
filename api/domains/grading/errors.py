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


class MarkerTaken(Problem):
    """Every marker's place of this work is taken."""

    slug, status = "marker-taken", 409


class OwnWork(Problem):
    """Nobody marks or decides on a work of their own."""

    slug, status = "own-work", 409


class MarkingUnfinished(Problem):
    """Blind works are released together, when all of them are finished. `count` are not."""

    slug, status = "marking-unfinished", 409


class PlanIncomplete(Problem):
    """The weights of the class's line items do not add to 100. `sum` is what they add to."""

    slug, status = "plan-incomplete", 409


class GradesNotReleased(Problem):
    """A result is made of grades that students have seen. `codes` are those of the line items that are not released."""

    slug, status = "grades-not-released", 409


class GradesMissing(Problem):
    """A line item that counts has no grade; it is nothing only when that is said. `codes` are the line items'."""

    slug, status = "grades-missing", 409


class ScaleNotSet(Problem):
    """Nobody has said in which scale the class is graded."""

    slug, status = "scale-not-set", 409


class ScaleFixed(Problem):
    """Results of the class are proposed or approved in its scale: they keep it."""

    slug, status = "scale-fixed", 409


class ResultOutdated(Problem):
    """Grades have changed since the result was proposed: it is returned and proposed again."""

    slug, status = "result-outdated", 409


class ResultOpen(Problem):
    """A result of this person and class is proposed already. `class_result_id` is that one."""

    slug, status = "result-open", 409


class ResultUnchanged(Problem):
    """The approved result says the same."""

    slug, status = "result-unchanged", 409


class PlanFixed(Problem):
    """Results of the class are approved by these weights: they stay."""

    slug, status = "plan-fixed", 409


class RetakeNotDue(Problem):
    """Whoever passed has nothing to retake; whoever was absent has no grade. `kind` says which."""

    slug, status = "retake-not-due", 409


class RetakesUsedUp(Problem):
    """`most` retakes of one line item."""

    slug, status = "retakes-used-up", 409


class RetakeWindowOver(Problem):
    """`closes_at` is when the window for a retake ended."""

    slug, status = "retake-window-over", 409


class RetakeOpen(Problem):
    """There is one that has not been held. `retake_id` is that one."""

    slug, status = "retake-open", 409


class RetakeNotHeld(Problem):
    """It takes place at `held_at`; a grade comes after that."""

    slug, status = "retake-not-held", 409


class RetakeBegun(Problem):
    """The student has an attempt at it, whose result goes to the journal by itself."""

    slug, status = "retake-begun", 409


class RetakeStillOpen(Problem):
    """The student may begin it until `closes_at`; none: until the sitting is closed."""

    slug, status = "retake-still-open", 409


class AppealExists(Problem):
    """This grade is or was appealed. `appeal_id` is that one."""

    slug, status = "appeal-exists", 409


class AppealTimeOver(Problem):
    """`closes_at` is when the time for an appeal ended."""

    slug, status = "appeal-time-over", 409


class RuleInUse(Problem):
    """There is a rule for this version of the scale: it is changed with its entity tag."""

    slug, status = "retake-rule-exists", 409
