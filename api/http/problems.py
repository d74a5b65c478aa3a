"""Every error of a request becomes a problem document here, and nowhere else."""

import logging
import re
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from api.errors import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    BodyTooLarge,
    Conflict,
    InvalidFields,
    MalformedBody,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    Problem,
    ServerFault,
    SignInNeeded,
    StaleVersion,
    StorageFull,
    TooManyRequests,
    Unavailable,
    problem_body,
)
from api.http.validation import all_field_errors
from api.ids import new_id

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 5
"""When the database is away. Our choice."""
_log = logging.getLogger("jetki.api")


def preferred_language(header: str | None) -> str:
    """The first of our languages by Accept-Language (RFC 9110, 12.5.4); Kyrgyz when none of them is wanted."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate((header or "").split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", parameters)
        quality = float(match[1]) if match else (0.0 if parameters.strip() else 1.0)
        language = tag.strip().casefold().split("-")[0]
        if language in LANGUAGES and quality > 0:
            wanted.append((-quality, place, language))
    return min(wanted)[2] if wanted else DEFAULT_LANGUAGE


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to any error; what is not known is our fault (500), with a number for the log."""
    problem = _as_problem(request, error)
    language = preferred_language(request.headers.get("accept-language"))
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    if isinstance(problem, SignInNeeded):
        headers["WWW-Authenticate"] = 'Bearer realm="jetki"'
    if isinstance(problem, StaleVersion):
        headers["ETag"] = str(problem.values.get("current", '"0"'))
    if isinstance(problem, MethodNotAllowed) and isinstance(error, HTTPException) and error.headers:
        headers.update({name: value for name, value in error.headers.items() if name.casefold() == "allow"})
    body = msgspec.json.encode(problem_body(problem, language))
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def _as_problem(request: Request[Any, Any, Any], error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return _bad_input(request, error)
    if isinstance(error, NotFoundException):
        return NotFound()
    if isinstance(error, MethodNotAllowedException):
        return MethodNotAllowed()
    if isinstance(error, HTTPException):
        return _known_status(error)
    if isinstance(error, StaleDataError):
        return StaleVersion()
    return _database_problem(error) or _fault(error)


def _bad_input(request: Request[Any, Any, Any], error: ValidationException) -> Problem:
    fields = all_field_errors(request, error)
    return InvalidFields(fields=fields) if fields else MalformedBody()


def _known_status(error: HTTPException) -> Problem:
    match error.status_code:
        case 400:
            return MalformedBody()
        case 401:
            return SignInNeeded()
        case 403:
            return NotAllowed()
        case 413:
            return BodyTooLarge(limit_bytes=BODY_LIMIT_BYTES)
        case 429:
            wait = int(float((error.headers or {}).get("Retry-After", RETRY_AFTER_S)))
            return TooManyRequests(retry_after_s=wait)
    return _fault(error)


BODY_LIMIT_BYTES: Final = 1_000_000
"""Of JSON bodies; imports and files set their own on the route. Our choice."""


def _database_problem(error: Exception) -> Problem | None:
    """The database's errors as ours: nothing was stored, since the transaction did not end."""
    text = str(error)
    if "database or disk is full" in text or getattr(getattr(error, "orig", None), "sqlstate", "") == "53100":
        return StorageFull()
    if isinstance(error, IntegrityError):
        return Conflict()
    away = isinstance(error, OperationalError | InterfaceError | PoolTimeout | ConnectionError | TimeoutError)
    lost = isinstance(error, DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "sqlstate", "")[:2] in {"08", "53", "57", "40"}
    )
    if away or lost:
        _log.warning("database away", extra={"error": type(error).__name__})
        return Unavailable(retry_after_s=RETRY_AFTER_S)
    return None


def _fault(error: Exception) -> Problem:
    number = str(new_id())
    _log.error("server fault", extra={"number": number, "error": type(error).__name__}, exc_info=error)
    return ServerFault(number=number)
