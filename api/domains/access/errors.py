"""What the domain refuses. Words: `messages/texts/access.toml`."""

from api.errors import Problem


class SignInFailed(Problem):
    """One answer for an unknown login, a wrong password, and an account that has ended or expired."""

    slug, status = "sign-in-failed", 401


class CrossSiteRequest(Problem):
    """A cookie came with a request that a page of ours has not made, or that does not carry the session's token."""

    slug, status = "cross-site-request", 403


class TokenNotValid(Problem):
    """A reset token or an invitation that was never given, was used, or is too old: one answer for all."""

    slug, status = "token-not-valid", 422


class SecondFactorRefused(Problem):
    """A wrong code, or one that was used."""

    slug, status = "second-factor-refused", 422


class SecondFactorPresent(Problem):
    """There is one already; it has to be removed first."""

    slug, status = "second-factor-present", 409


class SecondFactorAbsent(Problem):
    """None was set up, or its setting up was not begun."""

    slug, status = "second-factor-absent", 409


class SecondFactorMandatory(Problem):
    """Staff cannot be without one."""

    slug, status = "second-factor-mandatory", 409


class SessionNeeded(Problem):
    """An API token may not do it: it is for the person who has signed in."""

    slug, status = "session-needed", 403


class LoginTaken(Problem):
    """Logins are unique, also those of ended accounts."""

    slug, status = "login-taken", 409


class AccountPresent(Problem):
    """The person has an account that has not ended."""

    slug, status = "account-present", 409


class AccountEnded(Problem):
    """An ended account stays as it is."""

    slug, status = "account-ended", 409


class OwnAccount(Problem):
    """Nobody ends their own account or changes how long it lasts."""

    slug, status = "own-account", 403


class AccountOfStaff(Problem):
    """Only administrators change the accounts of those who hold roles of staff."""

    slug, status = "account-of-staff", 403


class TooManyTokens(Problem):
    """`most` tokens may be valid at once."""

    slug, status = "too-many-tokens", 409


class TemporaryAccount(Problem):
    """Temporary accounts hold the least rights: no API tokens."""

    slug, status = "temporary-account", 403
