"""Every error of a request becomes a problem document here, and nowhere else."""

import logging
import re
from functools import lru_cache
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from litestar.utils.scope.state import ScopeState
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from api.errors import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    BodyTooLarge,
    Conflict,
    InvalidFields,
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
from api.http.intake import accepted_types, malformed, parameter_errors
from api.ids import new_id

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 5
"""When the database is away. Our choice."""
_log = logging.getLogger("jetki.api")


def preferred_language(header: str | None) -> str:
    """The one of our languages that is wanted most by Accept-Language (RFC 9110, 12.5.4); Kyrgyz when none is."""
    return _preferred(header) if header and len(header) <= LONGEST_LANGUAGES else DEFAULT_LANGUAGE


LONGEST_LANGUAGES: Final = 500
"""Nobody's browser sends more; the rest are attempts to keep us busy."""


@lru_cache(256)
def _preferred(header: str) -> str:
    wanted: dict[str, tuple[float, int]] = {}
    for place, part in enumerate(header.split(",")):
        tag, _, parameters = part.partition(";")
        match = re.fullmatch(r"\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", parameters)
        quality = float(match[1]) if match else (0.0 if parameters.strip() else 1.0)
        language = tag.strip().casefold().partition("-")[0]
        if language not in wanted or wanted[language] < (quality, -place):
            wanted[language] = (quality, -place)
    others = wanted.get("*", (0.0, 0))
    best = max(LANGUAGES, key=lambda one: (*wanted.get(one, others), one == DEFAULT_LANGUAGE))
    return best if wanted.get(best, others)[0] > 0 else DEFAULT_LANGUAGE


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to any error; what is not known is our fault (500), with a number for the log."""
    problem = as_problem(request, error)
    status, headers, body = problem_message(problem, preferred_language(request.headers.get("accept-language")))
    if isinstance(problem, MethodNotAllowed) and isinstance(error, HTTPException) and error.headers:
        headers.update({name: value for name, value in error.headers.items() if name.casefold() == "allow"})
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def problem_message(problem: Problem, language: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer."""
    headers = {"Content-Type": MEDIA_TYPE, "Content-Language": language, "Cache-Control": "no-store", **problem.headers}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    if isinstance(problem, SignInNeeded):
        headers["WWW-Authenticate"] = 'Bearer realm="jetki"'
    if isinstance(problem, StaleVersion) and "current" in problem.values:
        headers["ETag"] = str(problem.values["current"])
    return problem.status, headers, msgspec.json.encode(problem_body(problem, language))


def as_problem(request: Request[Any, Any, Any], error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationException):
        return _bad_input(request, error)
    if isinstance(error, NotFoundException):
        return NotFound()
    if isinstance(error, MethodNotAllowedException):
        return MethodNotAllowed()
    if isinstance(error, HTTPException):
        return _known_status(request, error)
    if isinstance(error, StaleDataError):
        return StaleVersion()
    return _database_problem(error) or _fault(request, error)


def _bad_input(request: Request[Any, Any, Any], error: ValidationException) -> Problem:
    if not ScopeState.from_scope(request.scope).body and accepted_types(request.route_handler):
        return malformed("no-body")
    fields = parameter_errors(request, error)
    return InvalidFields(fields=fields) if fields else malformed("not-valid")


def _known_status(request: Request[Any, Any, Any], error: HTTPException) -> Problem:
    match error.status_code:
        case 400:
            return malformed("not-valid")
        case 401:
            return SignInNeeded()
        case 403:
            return NotAllowed()
        case 413:
            return BodyTooLarge(limit_bytes=request.route_handler.resolve_request_max_body_size())
        case 429:
            wait = int(float((error.headers or {}).get("Retry-After", RETRY_AFTER_S)))
            return TooManyRequests(retry_after_s=wait)
        case 500 if error.detail == _GONE:
            _log.info("the client went away before the whole of its request was here")
            return malformed("not-valid")  # nobody reads it
    return _fault(request, error)


_GONE: Final = "client disconnected prematurely"
"""What Litestar says when a connection ends within a request's body, e.g. of an upload from a telephone."""


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


def _fault(request: Request[Any, Any, Any], error: Exception) -> Problem:
    number = request.scope["state"].get("request_id") or str(new_id())
    _log.error("server fault", extra={"number": number, "error": type(error).__name__}, exc_info=error)
    return ServerFault(number=number)
