"""What the domain refuses. Words: `messages/texts/accommodations.toml`."""

from api.errors import Problem


class CaseIsOpen(Problem):
    """The student has an open case already."""

    slug, status = "accommodation-case-open", 409


class CaseIsClosed(Problem):
    slug, status = "accommodation-case-closed", 409


class NobodyCoordinates(Problem):
    """Every open case has a coordinator (clause 7.1), and nobody of the office could be one."""

    slug, status = "accommodation-nobody-coordinates", 409


class OwnCase(Problem):
    """Nobody decides about themselves."""

    slug, status = "accommodation-own-case", 403


class PartyHasSpoken(Problem):
    slug, status = "accommodation-party-has-spoken", 409


class OnePersonOneParty(Problem):
    """Department, dean's office and office are three persons."""

    slug, status = "accommodation-one-person-one-party", 409


class PlanInPreparation(Problem):
    """A case has one version in preparation at a time."""

    slug, status = "accommodation-plan-in-preparation", 409


class PlanIsActive(Problem):
    """A case with an active plan is not closed."""

    slug, status = "accommodation-plan-active", 409


class PlanIsOver(Problem):
    """Its last day, `valid_until`, has passed before it was activated."""

    slug, status = "accommodation-plan-over", 409


class NothingToObject(Problem):
    """There is no proposal yet, or the plan has ended. `state` is the plan's."""

    slug, status = "accommodation-nothing-to-object", 409


class ObjectionIsOpen(Problem):
    slug, status = "accommodation-objection-open", 409


class ReportIsSigned(Problem):
    slug, status = "accommodation-report-signed", 409


class PeriodNotOver(Problem):
    """A report is signed when its period is over, on `ends_on`."""

    slug, status = "accommodation-period-not-over", 409
