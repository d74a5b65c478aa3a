"""What the programmes refuse."""

from datetime import date

from api.errors import Problem


class SpecialityClosed(Problem):
    """Clause 3.3. The one problem for programme approval, module approval, admission, enrolment and import."""

    slug, status = "speciality-closed-to-distance", 409

    def __init__(
        self,
        *,
        speciality: str,
        purpose: str,
        act_number: str,
        act_date: date,
        act_issuer: str,
        act_is_confirmed: bool,
        since: date,
        until: date | None,
    ) -> None:
        super().__init__(
            speciality=speciality,
            purpose=purpose,
            act_number=act_number,
            act_date=act_date,
            act_issuer=act_issuer,
            act_is_confirmed=act_is_confirmed,
            since=since,
            until=until,
        )


class DistanceNotApproved(Problem):
    """Clause 3.1. No approval of the course at a distance is in force on that day."""

    slug, status = "distance-not-approved", 409


class InPersonOnly(Problem):
    """Clause 5.7. `kind` is the part of the course that is declared in person."""

    slug, status = "in-person-only", 409


class DecidedAtAnotherLevel(Problem):
    """Who took a step of this case for one body takes none for another."""

    slug, status = "decided-at-another-level", 409


class NotADraft(Problem):
    """What the councils examine or have decided is not changed. `state` is the case's."""

    slug, status = "not-a-draft", 409


class EditionOpen(Problem):
    """An edition of the programme is being prepared or examined already."""

    slug, status = "edition-open", 409


class CurriculumFrozen(Problem):
    """Students follow that curriculum, or the programme is not in force."""

    slug, status = "curriculum-frozen", 409


class AlreadyRecorded(Problem):
    slug, status = "already-recorded", 409
