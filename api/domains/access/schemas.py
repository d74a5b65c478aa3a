"""Bodies and answers. Passwords, codes and tokens come in bodies alone, never in addresses."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, field

from api.domains.access.rules import LONGEST_LOGIN, LONGEST_TOKEN_DAYS, NextStep
from api.http.wire import END, Input, Line, Moment, Output, Reason
from api.identity import AccountKind, Role, Scope

Login = Annotated[str, Meta(min_length=1, max_length=LONGEST_LOGIN)]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
"""As typed; the rules for new ones are applied after normalisation."""
ShownToken = Annotated[str, Meta(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+" + END)]
OneTimeCode = Annotated[str, Meta(min_length=6, max_length=40)]
"""Six digits of the application, or a recovery code; spaces and hyphens do not count."""
TokenScope = Annotated[str, Meta(max_length=64, pattern=r"^[a-z0-9-]+:[a-z0-9-]+" + END)]


class SignInIn(Input):
    login: Login
    password: Password


class RoleShown(Output):
    """A role in force today. `ids` is empty for the whole university; a unit's role holds for the units below too."""

    role: Role
    scope: Scope
    ids: list[UUID]


class SessionOut(Output):
    """Who the service takes the client for. A visitor gets `is_signed_in: false` and nothing else of meaning."""

    is_signed_in: bool
    """False also while the second factor is to be given: until then nothing else is answered."""
    next_step: NextStep | None = None
    """`give-second-factor`: send a code to `/v1/session/second-factor`. `set-up-second-factor`: your roles as staff
    rest until you have set one up at `/v1/second-factor`."""
    withheld_roles: list[Role] = field(default_factory=list)
    """Roles that rest until the next step is done."""
    csrf_token: str | None = None
    """To be sent as X-CSRF-Token with everything but GET."""
    session_id: UUID | None = None
    account_id: UUID | None = None
    person_id: UUID | None = None
    account_kind: AccountKind | None = None
    is_second_factor_given: bool = False
    roles: list[RoleShown] = field(default_factory=list)
    expires_at: datetime | None = None
    """Sooner, when the session is not used for `idle_minutes`."""
    idle_minutes: int | None = None
    token_scopes: list[str] = field(default_factory=list)
    """Of an API token."""


class CodeIn(Input):
    code: OneTimeCode


class PasswordIn(Input):
    password: Password


class PasswordChangeIn(Input):
    password: Password
    new_password: Password


class SessionListed(Output):
    """`last_seen_at` is right to some minutes; `client` is what the browser calls itself."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    client: str
    is_second_factor_given: bool
    is_this: bool


class ResetIn(Input):
    login: Login


class TokenUse(Input):
    token: ShownToken
    password: Password


class PasswordWasSet(Output):
    """Sign in with this login now."""

    login: str


class SecondFactorState(Output):
    is_set_up: bool
    is_mandatory: bool
    recovery_codes_left: int


class SecondFactorPrepared(Output):
    """`uri` is for a QR code; `secret` is the same to be typed."""

    secret: str
    uri: str


class RecoveryCodes(Output):
    """Each lets in once. They are shown this once: print them, or have them printed in braille."""

    recovery_codes: list[str]


class ApiTokenIn(Input):
    name: Line
    scopes: Annotated[list[TokenScope], Meta(min_length=1, max_length=50)]
    days: Annotated[int, Meta(ge=1, le=LONGEST_TOKEN_DAYS)]
    """How long it is valid."""


class ApiTokenOut(Output):
    """`last_used_at` is right to some minutes."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class ApiTokenMade(ApiTokenOut):
    """`token` is shown this once; send it as `Authorization: Bearer …`."""

    token: str


class TokenScopes(Output):
    scopes: list[str]


class AccountIn(Input):
    person_id: UUID
    login: Login
    kind: Literal["permanent", "temporary"]
    valid_until: Moment | None = None
    """Needed for a temporary account."""


class AccountChange(Input):
    valid_until: Moment | None


class AccountEnd(Input):
    reason: Reason


class AccountOut(Output):
    id: UUID
    person_id: UUID
    login: str
    kind: Literal["permanent", "temporary"]
    created_at: datetime
    valid_until: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    has_password: bool
    """False until the invitation was used."""
    version: int


class HandedInvitation(Output):
    """For one person's hands. The token is shown this once."""

    login: str
    token: str
    days: int
