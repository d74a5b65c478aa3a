"""What can go wrong for a client, as problem details (RFC 9457) with stable types and words in three languages.

A domain defines its problems in its `errors.py` as subclasses of `Problem`; their words stand in `messages/texts/`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Final, TypeVar
from zoneinfo import ZoneInfo

State = TypeVar("State", bound=StrEnum)
LANGUAGES: Final = ("ky", "ru", "en")
DEFAULT_LANGUAGE: Final = "ky"
TIME_ZONE: Final = ZoneInfo("Asia/Bishkek")
"""In which moments stand in sentences; values for programs are in UTC."""
TYPE_PREFIX: Final = "/problems/"
"""The type is a path on this service, where the problem is explained; it is the same on every installation."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that must be corrected. `pointer` is a JSON pointer into the body, or `?name` for a query parameter,
    `{name}` for a part of the path; `code` names the message, `values` its details."""

    pointer: str
    code: str
    values: Mapping[str, Any]


class ProblemName(str):
    """The slug of another problem, as a value of a message: people read its title."""

    __slots__ = ()


class Problem(Exception):
    """Refuses a request. `slug` and `status` are the contract with clients; `values` fill the message and are sent too,
    so they hold nothing personal."""

    slug: ClassVar[str]
    status: ClassVar[int]

    def __init__(
        self,
        *,
        fields: Sequence[FieldError] = (),
        retry_after_s: int | None = None,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(self.slug)
        self.fields = tuple(fields)
        self.headers = dict(headers or {})
        self.retry_after_s = retry_after_s
        self.values = values if retry_after_s is None else {**values, "retry_after_s": retry_after_s}


class MalformedBody(Problem):
    """Not JSON, not UTF-8, too deep, or a body where none is expected; which of them is said for the pointer ""."""

    slug, status = "malformed-body", 400


class SignInNeeded(Problem):
    slug, status = "sign-in-needed", 401


class NotAllowed(Problem):
    """For what the actor may know of; other people's objects are NotFound."""

    slug, status = "not-allowed", 403


class OriginRefused(Problem):
    """A page of a site that is not this installation's asks whether it may call."""

    slug, status = "origin-refused", 403


class NotFound(Problem):
    slug, status = "not-found", 404


class MethodNotAllowed(Problem):
    slug, status = "method-not-allowed", 405


class Conflict(Problem):
    """Another request got there first, or the data do not permit it."""

    slug, status = "conflict", 409


class MoveNotAllowed(Problem):
    """A state machine has no such move. `state` and `allowed` are codes."""

    slug, status = "move-not-allowed", 409

    def __init__(self, state: str, allowed: Sequence[str]) -> None:
        super().__init__(state=state, allowed=list(allowed))


def check_move(moves: Mapping[State, tuple[State, ...]], state: State, to: State) -> None:
    """Raises MoveNotAllowed with the moves that there are."""
    if to not in moves[state]:
        raise MoveNotAllowed(state.value, [one.value for one in moves[state]])


class StaleVersion(Problem):
    """Somebody else has written since. The current entity tag is sent along."""

    slug, status = "stale-version", 412


class BodyTooLarge(Problem):
    slug, status = "body-too-large", 413


class AddressTooLong(Problem):
    slug, status = "address-too-long", 414


class UnknownMediaType(Problem):
    slug, status = "unknown-media-type", 415


class InvalidFields(Problem):
    """Every field that must be corrected, at once."""

    slug, status = "invalid-fields", 422


class KeyReused(Problem):
    """The idempotency key belongs to another request."""

    slug, status = "idempotency-key-reused", 422


class VersionNeeded(Problem):
    slug, status = "version-needed", 428


class HeadersTooLarge(Problem):
    slug, status = "headers-too-large", 431


class TooManyRequests(Problem):
    slug, status = "too-many-requests", 429


class ServerFault(Problem):
    """Ours. Tells nothing but the number under which it stands in the log."""

    slug, status = "server-fault", 500


class Unavailable(Problem):
    """The database is away or busy. Nothing was stored."""

    slug, status = "unavailable", 503


class StorageFull(Problem):
    slug, status = "storage-full", 507


def invalid(pointer: str, code: str, **values: Any) -> InvalidFields:
    """One field that a rule refuses, e.g. `invalid("/ends_on", "before-start")`."""
    return InvalidFields(fields=[FieldError(pointer, code, values)])


@cache
def load_texts() -> Mapping[str, Mapping[str, Any]]:
    """Problem slug or field code -> its words. Two files that say the same name are a fault of ours."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted(resources.files("api.messages.texts").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            for name, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if name in found:
                    raise ValueError(f"{file.name}: {name!r} has words in another file too")
                found[name] = words
    return found


def words_of(name: str, part: str, language: str, values: Mapping[str, Any]) -> str:
    """The sentence `part` (title, detail, message) of a problem or a field error."""
    template: str = load_texts()[name][language][part]
    return template.format_map({key: _readable(value, language, key) for key, value in values.items()})


_CODES: Final = frozenset(
    {"state", "allowed", "role", "scope", "kind", "breaches", "formats", "language", "languages", "available", "part"}
)
"""Values of closed lists: in sentences people read the words of `messages/texts/words.toml`, programs the code."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def _readable(value: Any, language: str, key: str = "") -> str:
    if isinstance(value, ProblemName):
        return words_of(value, "title", language, {})
    if value is None or value == []:
        return "—"
    if isinstance(value, list | tuple):
        return ", ".join(_readable(one, language, key) for one in value)
    if key in _CODES and (words := load_texts().get(f"word-{value}")) is not None:
        return str(words[language]["word"])
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"
    return str(value)


def problem_body(problem: Problem, language: str) -> dict[str, Any]:
    """The members of the answer, RFC 9457: the title names the kind, the detail this case and what to do."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.slug,
        "title": words_of(problem.slug, "title", language, problem.values),
        "status": problem.status,
        "detail": words_of(problem.slug, "detail", language, problem.values),
    }
    if problem.values:
        body["values"] = problem.values
    if problem.fields:
        body["errors"] = [
            {
                "pointer": one.pointer,
                "code": one.code,
                "message": words_of(f"field-{one.code}", "message", language, one.values),
            }
            for one in problem.fields
        ]
    return body
