"""What integrity refuses."""

from api.errors import Problem


class PartInCase(Problem):
    """Who had another part in the case does not take this step. `kind` says which."""

    slug, status = "part-in-case", 403


class HearingNotYet(Problem):
    """The student was promised time until `hearing_at`."""

    slug, status = "hearing-not-yet", 409


class AppealOpen(Problem):
    """The student may appeal until `until`."""

    slug, status = "appeal-open", 409


class AppealOver(Problem):
    """The time for an appeal ended at `until`."""

    slug, status = "appeal-over", 409


class NotToBeAnnulled(Problem):
    """Only the final sanction "annulment" of a confirmed case annuls a result, and only once."""

    slug, status = "not-to-be-annulled", 409


class SeveralAuthors(Problem):
    """A work of several students: say of whom the case is."""

    slug, status = "several-authors", 422


class StillBlind(Problem):
    """While marking is blind, nothing here says whose a work is."""

    slug, status = "marking-still-blind", 409


class CaseExists(Problem):
    """About this work and this student a case runs already."""

    slug, status = "case-exists", 409


class CheckNotYet(Problem):
    """An oral check has not begun: it begins at `begins_at`."""

    slug, status = "check-not-yet", 409


class NothingToChange(Problem):
    """A grade changes by an oral check only after it was held, once, and if the task has a grade."""

    slug, status = "nothing-to-change", 409


class TermsExist(Problem):
    """Terms from that day on were set already."""

    slug, status = "integrity-terms-exist", 409


class ReportOutdated(Problem):
    """The words of a work are not read as they were when the report was made: its places lead to other words."""

    slug, status = "report-outdated", 409
