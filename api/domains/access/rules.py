"""What a login and a password look like, how long waits grow, when a session counts. Pure.

Limits and periods without a source are our choice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from unicodedata import normalize
from urllib.parse import urlsplit

from api.identity import STAFF, AccountKind, HeldRole, Role, Scope

LONGEST_LOGIN: Final = 128
LONGEST_TOKEN_NAME: Final = 300
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
"""In code points after NFKC. NIST SP 800-63B-4, 3.1.1.2 asks for at least 64, and for no rules of composition."""

RESET_LIVES: Final = timedelta(hours=1)
RESET_WAITS_FOR_MAIL: Final = timedelta(hours=12)
"""A request whose mail could not be sent for so long is not answered any more: nobody expects it."""
INVITATION_LIVES: Final = timedelta(days=14)
IDLE: Final = timedelta(hours=2)
"""Longer than an examination, whose autosaves keep the session awake anyway."""
SEEN_EVERY: Final = timedelta(minutes=5)
"""How often it is noted that a session or token is in use."""
MOST_SESSIONS: Final = 20
MOST_TOKENS: Final = 20
LONGEST_TOKEN_DAYS: Final = 365
RECOVERY_CODES: Final = 10
TOTP_STEP_S: Final = 30
TOTP_DRIFT: Final = 1
"""Steps that a telephone's clock may be behind or ahead (RFC 6238, 5.2 recommends one)."""
KNOWN_BROWSER_LIVES: Final = timedelta(days=180)


class ResetKind(StrEnum):
    INVITATION = "invitation"
    """The first password of a new account."""
    RESET = "reset"
    """Of a forgotten one."""


class NextStep(StrEnum):
    """What a session lacks."""

    GIVE_SECOND_FACTOR = "give-second-factor"
    """Nothing else is answered until it is given."""
    SET_UP_SECOND_FACTOR = "set-up-second-factor"
    """The roles of staff are withheld until it is set up."""


# Logins


def fold_login(text: str) -> str:
    """The form in which logins are stored and compared: NFKC, no difference of case, no space around."""
    folded = text
    while True:  # one round is enough for nearly all letters, but not for every one
        again = normalize("NFKC", normalize("NFKC", folded).casefold()).strip()
        if again == folded:
            return again
        folded = again


_LOGIN: Final = re.compile(r"[^\W_][\w.@+\-]{2,127}")


def is_login(folded: str) -> bool:
    """Whether it may become a login: 3 to 128 letters and digits of any script, and . _ - @ +"""
    return _LOGIN.fullmatch(folded) is not None


# Passwords


def fold_password(text: str) -> str:
    """The form that is hashed (NFKC): the same keys give the same password on every keyboard and system."""
    return normalize("NFKC", text)


_WORDS: Final = tuple(
    """password passwort parol passw0rd p@ssw0rd qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl zxcvbnm
    1q2w3e4r5t 1qaz2wsx3edc qazwsxedc iloveyou letmein welcome administrator admin dragon monkey football princess
    sunshine superman student teacher university changeme secret login master trustno1 whatever jetki bishkek osh
    kyrgyzstan kirgizia manas allah
    пароль парольпароль йцукен йцукенгшщзхъ фывапролджэ ячсмить привет любовь солнышко наташа марина студент
    преподаватель университет администратор кыргызстан киргизия бишкек ош манас россия москва спартак
    сырсөз купуясөз жеткиликтүү окутуучу мектеп сүйөм апамапам""".split()
)
"""Words that stand at the head of published lists of leaked passwords, the rows of our keyboards, and what comes to
mind here. Compared after everything but letters was taken away, so `Password2026!!` is one of them."""
_ROWS: Final = (
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
)


def password_fault(password: str, login: str) -> str | None:
    """The code of what is wrong with a new password, None when it may be used. `password` as `fold_password`."""
    if len(password) < SHORTEST_PASSWORD:
        return "password-too-short"
    if len(password) > LONGEST_PASSWORD:
        return "password-too-long"
    folded = fold_login(password)
    known = {login, login.partition("@")[0]}
    if folded in known or _is_only(folded, known):
        return "password-is-login"
    return "password-too-common" if _is_common(folded) else None


def _is_common(folded: str) -> bool:
    if _is_repeated(folded) or any(folded in row or folded in row[::-1] for row in _ROWS):
        return True
    letters = "".join(one for one in folded if one.isalpha())
    if not letters:  # dates and telephone numbers: digits alone are soon tried
        return all(one.isdigit() or one in "+-./() " for one in folded)
    return _is_only(letters, _WORDS) or _is_only(folded, _WORDS) or _is_repeated(letters)


def _is_only(text: str, words: Iterable[str]) -> bool:
    """Whether nothing is left of the text but digits and signs, once it is cut into these words."""
    rest = text
    for word in sorted((one for one in words if len(one) > 2), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != text and not any(one.isalpha() for one in rest)


def _is_repeated(text: str) -> bool:
    """Whether the text is one piece of at most six characters again and again, or has fewer than five different."""
    return len(set(text)) < 5 or any(
        len(text) > 2 * size and text == (text[:size] * len(text))[: len(text)] for size in range(1, 7)
    )


# Waits


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at once; each further one only after a wait, which doubles. The count is forgotten `forget` after
    the last try."""

    name: str
    free: int
    first_wait: timedelta
    longest_wait: timedelta
    forget: timedelta

    def wait_after(self, tries: int) -> timedelta:
        """How long nobody gets another try after this one, the first being 1."""
        beyond = tries - self.free
        if beyond < 0:
            return timedelta()
        return min(self.first_wait * (1 << min(beyond, 32)), self.longest_wait)


_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SIGN_IN_PAIR: Final = Limit("sign-in:login+address", 5, 2 * _SECOND, 15 * _MINUTE, 2 * _HOUR)
SIGN_IN_KNOWN: Final = Limit("sign-in:known-browser", 8, 2 * _SECOND, 15 * _MINUTE, 2 * _HOUR)
SIGN_IN_LOGIN: Final = Limit("sign-in:login", 20, 2 * _SECOND, _MINUTE, 2 * _HOUR)
"""Of strangers from everywhere together. It never ends for as long as they go on, so it does not hold for browsers
that the account has been signed in with, nor for one that has just used a mailed token."""
SIGN_IN_ADDRESS: Final = Limit("sign-in:address", 60, 2 * _SECOND, 2 * _MINUTE, 2 * _HOUR)
"""One address may be a whole campus. Successes do not count."""
SECOND_FACTOR: Final = Limit("second-factor", 5, 4 * _SECOND, 15 * _MINUTE, 24 * _HOUR)
"""At the longest wait a guesser gets 96 tries a day, each right with 3 in 10⁶. Whoever is here knows the password."""
RESET_LOGIN: Final = Limit("reset:login", 3, _MINUTE, _HOUR, 24 * _HOUR)
RESET_ADDRESS: Final = Limit("reset:address", 30, 10 * _SECOND, 10 * _MINUTE, 2 * _HOUR)
RESET_USE: Final = Limit("reset-use:address", 60, 2 * _SECOND, 5 * _MINUTE, 2 * _HOUR)
PASSWORD_AGAIN: Final = Limit("password-again:account", 5, 2 * _SECOND, 15 * _MINUTE, 2 * _HOUR)
"""The password of somebody who is signed in, asked before what a stranger at an open computer must not do."""


# Accounts, sessions, tokens


def is_open(ended_at: datetime | None, valid_until: datetime | None, now: datetime) -> bool:
    """Whether an account lets anybody in, by the clock alone: no job has to have run."""
    return ended_at is None and (valid_until is None or now < valid_until)


def is_session_alive(expires_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    return now < expires_at and now < last_seen_at + IDLE


def needs_second_factor(roles: Iterable[HeldRole], *, is_production: bool) -> bool:
    """Whether the roles are staff's, for whom a second factor is mandatory in production."""
    return is_production and any(held.role in STAFF for held in roles)


_TEMPORARY_SCOPES: Final = frozenset({Scope.CLASS, Scope.PROGRAMME, Scope.GROUP, Scope.CASE})


def granted_roles(
    roles: tuple[HeldRole, ...], kind: AccountKind, *, has_second_factor: bool, is_production: bool
) -> tuple[HeldRole, ...]:
    """The roles that count. A temporary account has a student's in classes, groups, programmes and cases alone,
    whatever the person was given; staff without a second factor have what they are beside that."""
    if kind is AccountKind.TEMPORARY:
        return tuple(held for held in roles if held.role is Role.STUDENT and held.scope in _TEMPORARY_SCOPES)
    if not has_second_factor and needs_second_factor(roles, is_production=is_production):
        return tuple(held for held in roles if held.role not in STAFF)
    return roles


# Requests


def is_own_origin(
    origin: str | None, fetch_site: str | None, host: str, allowed: frozenset[str], *, is_production: bool
) -> bool | None:
    """Whether a page of ours sent the request; None when the client says nothing of where it comes from.

    `Origin` decides where it is sent (`null` is nobody's); Sec-Fetch-Site (W3C Fetch Metadata) where it is not.
    Outside of production a page from the very host and port that is asked is ours too, by whatever name.
    """
    if origin is not None:
        if origin in allowed:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return not is_production and parts.scheme in ("http", "https") and bool(host) and parts.netloc == host
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return None


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write them in `Origin`."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
