"""What a transcript is and how it moves, its number, its code, its digest. Pure.

A transcript is what a person has reached in one academic session of one study. Its content is frozen when it is
approved; an error or a later grade is a new version that takes the old one's place.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from api.errors import MoveNotAllowed


class State(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    ISSUED = "issued"
    SUPERSEDED = "superseded"


MOVES: Final[Mapping[State, tuple[State, ...]]] = {
    State.DRAFT: (State.APPROVED,),
    State.APPROVED: (State.ISSUED, State.SUPERSEDED),
    State.ISSUED: (State.SUPERSEDED,),
    State.SUPERSEDED: (),
}
"""An approved one is superseded without having been issued when a grade changed in between: it cannot be corrected, and
what is known to be wrong is not handed out."""


def check_move(state: State, to: State) -> None:
    """Raises MoveNotAllowed with the moves that there are."""
    if to not in MOVES[state]:
        raise MoveNotAllowed(state.value, [one.value for one in MOVES[state]])


class Office(StrEnum):
    """Who approved (clause 6.5)."""

    REGISTRY = "registry"
    DEANS_OFFICE = "deans-office"


class Format(StrEnum):
    """How a transcript is handed out."""

    PDF = "pdf"
    LARGE_PRINT = "large-print"
    EXTRA_LARGE_PRINT = "extra-large-print"
    JSON = "json"
    """The content with digest and code, as it can be posted to be checked."""
    BRF = "brf"
    PEF = "pef"
    TEXT = "text"


class Gap(StrEnum):
    """What the office should know before it approves; a transcript with gaps is approved with a reason."""

    TITLE_MISSING = "title-missing"
    """In the language named; another language's title stands there, and says so."""
    CREDITS_MISSING = "credits-missing"
    SCALE_UNCONFIRMED = "scale-unconfirmed"
    RESULT_MISSING = "result-missing"
    """The person is in a class whose result is not approved."""
    RESULT_OUTDATED = "result-outdated"
    """A grade has changed since the result was approved, e.g. was annulled; no other result is approved yet."""
    NO_RESULTS = "no-results"


class Genuineness(StrEnum):
    """What a stranger is told."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    """It was genuine; a later version has taken its place."""
    ALTERED = "altered"
    """A file that is not what was issued under its code."""
    UNKNOWN = "unknown"


# Numbers


def chain_number(year: int, sequence: int) -> str:
    """The number of a transcript in all its versions, e.g. 2026-000017: digits alone, so that it is the same in every
    script and in braille."""
    return f"{year}-{sequence:06}"


# Codes

GROUPS: Final = 6
GROUP_DIGITS: Final = 4
DIGITS: Final = GROUPS * GROUP_DIGITS
RANDOM_DIGITS: Final = DIGITS - 2
CODES: Final = 10**RANDOM_DIGITS
"""10²², 73 bits: of a million transcripts one is guessed in 10¹⁶ tries."""
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015.]+")


def make_code(chosen: int) -> str:
    """A code of 24 digits in groups of four, from a number below CODES that nobody can guess.

    Digits alone: no letter of one alphabet looks like one of another, they are said in every language, typed on every
    telephone, and take one number sign per group in braille. The last two are check digits after ISO/IEC 7064 MOD 97-10
    (as in an IBAN): they find every wrong digit and every exchange of two neighbours.
    """
    if not 0 <= chosen < CODES:
        raise ValueError("not below CODES")
    digits = f"{chosen:0{RANDOM_DIGITS}}{98 - chosen * 100 % 97:02}"
    return "-".join(digits[start : start + GROUP_DIGITS] for start in range(0, DIGITS, GROUP_DIGITS))


def read_code(text: str) -> str | None:
    """The code as it is stored, however it was grouped; None for what no code can be, e.g. with a wrong digit."""
    digits = _SEPARATORS.sub("", text)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()) or int(digits) % 97 != 1:
        return None
    chosen = int(digits[:RANDOM_DIGITS])
    code = make_code(chosen)
    return code if code.replace("-", "") == digits else None


# Digests


def canonical_json(value: Any) -> bytes:
    """The one way in which the content is written for its digest: UTF-8, keys sorted by code points, no spaces, only
    what JSON must escape is escaped. For content without fractions, as ours is, that is what RFC 8785 asks for.

    Raises ValueError for what no JSON text is (single surrogates, infinite numbers).
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def content_digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def sealed_text(number: str, version: int, digest: str, code: str, issued_on: date) -> str:
    """What the key ring seals: whoever cannot read the keys cannot make a transcript, nor change one."""
    return f"{number}\n{version}\n{digest}\n{code}\n{issued_on.isoformat()}"
