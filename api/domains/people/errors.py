"""What the domain refuses. Words: `messages/texts/people.toml`."""

from api.errors import Problem


class OwnRights(Problem):
    """Nobody gives a role to themselves, whoever they are."""

    slug, status = "own-rights", 403


class RoleNotYours(Problem):
    """The actor may give roles, but not this one here. `role` and `scope` are codes."""

    slug, status = "role-not-yours", 403


class RoleFollows(Problem):
    """The role comes from an admission, an enrolment, a class's teacher, a curator …, and is changed there."""

    slug, status = "role-follows", 409


class LastAdministrator(Problem):
    """Without another administrator whose role does not end, nobody could give rights any more."""

    slug, status = "last-administrator", 409


class RoleIsOver(Problem):
    """The role has ended, or ends no later than that."""

    slug, status = "role-is-over", 409


class UnitCycle(Problem):
    """A unit cannot lie within itself or within a unit below it."""

    slug, status = "unit-cycle", 409


class UnitTooDeep(Problem):
    slug, status = "unit-too-deep", 409


class UnitHasOpenParts(Problem):
    """Close the units below first."""

    slug, status = "unit-has-open-parts", 409


class UnitClosed(Problem):
    slug, status = "unit-closed", 409


class UniversityStays(Problem):
    """The root is neither moved nor closed, and there is one."""

    slug, status = "university-stays", 409


class EmailOfStaff(Problem):
    """Only administrators say where mail goes to those who hold roles of staff: new passwords go there."""

    slug, status = "email-of-staff", 403


class CodeTaken(Problem):
    """`field` names what must be different: code, source_id."""

    slug, status = "code-taken", 409
