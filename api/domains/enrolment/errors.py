"""What enrolment refuses."""

from api.errors import Problem


class NotAStudent(Problem):
    """The person has no active study that fits: not admitted, on leave, expelled, or of another programme."""

    slug, status = "not-a-student", 409


class StudyExists(Problem):
    """One live study per person and programme."""

    slug, status = "study-exists", 409


class ProgrammeNotOpen(Problem):
    """The programme admits nobody: not approved, suspended or superseded. `state` is the programme's."""

    slug, status = "programme-not-open", 409


class EnrolmentNotOpen(Problem):
    """No window yet, or one that opens later: `opens_at` is a moment or empty."""

    slug, status = "enrolment-not-open", 409


class EnrolmentClosed(Problem):
    slug, status = "enrolment-closed", 409


class ClassNotOpen(Problem):
    """The class is not (or no longer) one that people enrol in. `state` is the class's."""

    slug, status = "class-not-open", 409


class ClassFull(Problem):
    """Only for those who do not want to wait."""

    slug, status = "class-full", 409


class AlreadyEnrolled(Problem):
    """`enrolment_id` is the live one."""

    slug, status = "already-enrolled", 409


class AlreadyInCourse(Problem):
    """Two classes of one course at once. `class_id` is the other one."""

    slug, status = "already-in-course", 409


class PrerequisitesMissing(Problem):
    """`courses` holds, for each prerequisite that is not met, the codes of the courses one of which is needed."""

    slug, status = "prerequisites-missing", 409


class NotInPlan(Problem):
    """The programme asks for an approved individual plan that holds the class or its course."""

    slug, status = "not-in-study-plan", 409


class WithdrawalClosed(Problem):
    slug, status = "withdrawal-closed", 409


class OutsideCreditLimits(Problem):
    """`breaches` are codes as in the plan; the dean's office may approve with a reason."""

    slug, status = "outside-credit-limits", 409


class PlanExists(Problem):
    """One plan at a time is drafted or proposed for a study and a semester."""

    slug, status = "study-plan-exists", 409


class PrerequisiteCycle(Problem):
    """The course would come to need itself."""

    slug, status = "prerequisite-cycle", 409
