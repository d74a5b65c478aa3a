"""What is mailed: the way to a first or a new password, and that a password was set."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from api.domains.access.accounts import CREATED
from api.domains.access.models import AccountRow, ResetTokenRow
from api.domains.access.recovery import INVITED, PASSWORD_SET, RESET_ASKED, give_token
from api.domains.access.rules import INVITATION_LIVES, RESET_LIVES, RESET_WAITS_FOR_MAIL, ResetKind, is_open
from api.domains.people.service import recipient_of
from api.events import OutboxRow
from api.mail import Composer, Mail
from api.unit import Unit

PASSWORD_PAGE: Final = "/account/password/"
"""Of the site. The token stands behind `#`, so that no server and no other page ever gets it."""


async def compose_token_mail(unit: Unit, event: OutboxRow) -> Mail | None:
    """None when there is nobody to write to: no such login, no address, an account that has ended, a token used."""
    row = await unit.session.get(
        ResetTokenRow, UUID(event.ids["reset-token"]), with_for_update=True, populate_existing=True
    )
    if row is None or row.account_id is None or row.used_at is not None:
        return None
    kind = ResetKind(row.kind)
    longest = RESET_WAITS_FOR_MAIL if kind is ResetKind.RESET else INVITATION_LIVES
    if row.created_at + longest <= unit.now:
        return None
    account = await unit.session.get_one(AccountRow, row.account_id)
    if not is_open(account.ended_at, account.valid_until, unit.now):
        return None
    recipient = await recipient_of(unit, account.person_id)
    if recipient is None:
        return None
    token = await give_token(unit, row)
    return recipient.letter(
        "access",
        kind.value,
        login=account.login,
        link=f"{recipient.site}{PASSWORD_PAGE}#token={token}",
        token=token,
        hours=str(int(RESET_LIVES.total_seconds()) // 3600),
        days=str(INVITATION_LIVES.days),
    )


async def compose_notice(unit: Unit, event: OutboxRow) -> Mail | None:
    """That the password was set: whoever did not do it learns of it."""
    account = await unit.session.get(AccountRow, UUID(event.ids["account"]))
    if account is None or account.ended_at is not None:
        return None
    recipient = await recipient_of(unit, account.person_id)
    return None if recipient is None else recipient.letter("access", "password-set")


MAILS: Final[Mapping[str, Composer]] = {
    CREATED: compose_token_mail,
    INVITED: compose_token_mail,
    PASSWORD_SET: compose_notice,
    RESET_ASKED: compose_token_mail,
}
