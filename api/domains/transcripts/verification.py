"""Whether a transcript is genuine: asked by anybody, without an account.

An unknown code is answered as any other unknown code, and each one asked for makes an address wait longer (row 13 of
our list of failures); a mistyped one is found by its check digits before anything is looked up. Data minimisation:
whoever has the code has the paper, but a code travels farther than its paper (a photograph, a log), so the answer holds
what decides whether the paper is genuine and whose it can be, and no name and no grade. A file is checked as a whole,
by its digest.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select

from api.domains.access.rules import Limit
from api.domains.access.throttling import count_try, counted, take_back
from api.domains.transcripts.content import initials
from api.domains.transcripts.document import shown_day
from api.domains.transcripts.guards import VERIFY
from api.domains.transcripts.models import TranscriptRow
from api.domains.transcripts.rules import Genuineness, State, content_digest, read_code
from api.domains.transcripts.schemas import VerificationOut
from api.domains.transcripts.service import check_seal, content_of
from api.domains.transcripts.words import STATEMENTS
from api.errors import LANGUAGES, MalformedBody, invalid
from api.http.exchange import Exchange
from api.unit import Unit

LARGEST_FILE: Final = 1_000_000
"""Bytes; a transcript of fifty courses has about 40,000."""
HANDED_OUT: Final = frozenset({"code", "content", "digest", "issued_on", "verify_at"})
"""What a transcript's JSON has, all of it or a part."""
UNKNOWN_CODES: Final = Limit(
    "transcript-code:address", 20, timedelta(seconds=2), timedelta(minutes=2), timedelta(hours=2)
)
"""Of one address, which may be a whole campus; codes that exist do not count. Our choice."""


async def verify_code(exchange: Exchange, text: str) -> VerificationOut:
    """Raises InvalidFields for what cannot be a code, TooManyRequests, TranscriptDamaged."""
    code = read_code(text)
    if code is None:
        raise invalid("{code}", "code-mistyped")
    return await _verify(exchange, code, None, exchange.language)


async def verify_on_page(exchange: Exchange, text: str, language: str) -> VerificationOut | None:
    """None for what cannot be a code. Raises TooManyRequests, TranscriptDamaged."""
    code = read_code(text)
    return None if code is None else await _verify(exchange, code, None, language)


async def verify_file(exchange: Exchange, body: bytes) -> VerificationOut:
    """A transcript's JSON as it was handed out. Raises MalformedBody, and what `verify_code` raises."""
    try:
        given = msgspec.json.decode(body)
        json.loads(body, object_pairs_hook=_once)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise MalformedBody() from None
    if not isinstance(given, dict) or not isinstance(given.get("code"), str) or "content" not in given:
        raise invalid("/content", "no-transcript")
    code = read_code(given["code"])
    if code is None:
        raise invalid("/code", "code-mistyped")
    return await _verify(exchange, code, _digest_of(given), exchange.language, given.get("issued_on"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises ValueError for a name that stands there twice: of two marks a reader may see the other one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _digest_of(given: Mapping[str, Any]) -> str:
    """Empty, which no digest is, for what cannot be written as JSON, and for a file that says something besides, or
    another digest. Where to verify may have moved since, and is not looked at."""
    try:
        digest = content_digest(given["content"])
    except (ValueError, RecursionError):
        return ""
    return digest if given.keys() <= HANDED_OUT and given.get("digest", digest) == digest else ""


async def _verify(
    exchange: Exchange, code: str, digest: str | None, language: str, issued_on: Any = None
) -> VerificationOut:
    """`digest`: of the content that somebody has; None when the code alone is asked for. `issued_on`: what a file says
    of it."""
    context = exchange.context
    tries = [counted(context.keys, UNKNOWN_CODES, exchange.request.scope["state"]["address"])]
    await count_try(context, tries)
    async with exchange.writing() as unit:
        unit.require(VERIFY)
        row = await unit.session.scalar(select(TranscriptRow).where(TranscriptRow.code == code))
        if row is None:
            return _say(Genuineness.UNKNOWN, language)
        check_seal(unit, row)
        if issued_on is not None and (row.issued_on is None or issued_on != row.issued_on.isoformat()):
            digest = ""
        found = _show(unit, row, digest, language)
        means = "code" if digest is None else "file"
        unit.record(
            "transcript.verify", "transcript", row.id, person=row.person_id, state=found.state.value, means=means
        )
        await take_back(unit, tries)  # codes that exist do not count
        return found


def _show(unit: Unit, row: TranscriptRow, digest: str | None, language: str) -> VerificationOut:
    state = Genuineness.VALID if row.state == State.ISSUED else Genuineness.SUPERSEDED
    if digest is not None and digest != row.digest:
        return _say(Genuineness.ALTERED, language, code=row.code)
    content = content_of(row)
    superseded_on = None
    if row.superseded_at is not None:
        superseded_on = row.superseded_at.astimezone(unit.settings.time_zone).date()
    return _say(
        state,
        language,
        code=row.code,
        number=row.number,
        version=row.edition,
        issued_on=row.issued_on,
        superseded_on=superseded_on,
        digest=row.digest,
        university=content.university,
        academic_session=content.session.code,
        initials=initials(content),
        courses=content.totals.courses,
        ects_earned=content.totals.ects_earned,
    )


def _say(state: Genuineness, language: str, **values: Any) -> VerificationOut:
    university = values.get("university") or {}
    issued_on = values.get("issued_on")
    words = STATEMENTS[state][language].format(
        number=values.get("number"),
        version=values.get("version"),
        issued_on=shown_day(issued_on, language) if isinstance(issued_on, date) else "",
        university=university.get(language) or next((university[one] for one in LANGUAGES if one in university), "—"),
    )
    return VerificationOut(state=state, statement=words, **values)
