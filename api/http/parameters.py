"""What a handler takes from path, query and headers, as its signature says it: asked when a request comes in, and told
in the OpenAPI document.

Litestar drops the bounds of a type inside `| None`; here they are read from the signature itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from litestar.handlers import BaseRouteHandler
from litestar.params import CookieParameter, HeaderParameter, ParameterKwarg, PathParameter, QueryParameter
from litestar.types import Empty
from msgspec import Meta

Place = Literal["path", "query", "header", "cookie"]
REMEMBERED: Final = 1024
"""How many handlers' parameters are remembered: more than there are; tests make many applications."""
_PLACES: Final[tuple[tuple[type[ParameterKwarg], Place], ...]] = (
    (PathParameter, "path"),
    (QueryParameter, "query"),
    (HeaderParameter, "header"),
    (CookieParameter, "cookie"),
)
_PREFIXES: Final = {"query": "?", "header": "header:", "cookie": "cookie:"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`type` has all bounds and is never None: whoever leaves an optional parameter out does not send "null"."""

    argument: str
    name: str
    place: Place
    type: Any
    is_required: bool
    is_list: bool
    default: Any
    description: str

    @property
    def pointer(self) -> str:
        """How an error names it."""
        return f"{{{self.name}}}" if self.place == "path" else _PREFIXES[self.place] + self.name


@lru_cache(REMEMBERED)
def parameters_of(handler: BaseRouteHandler) -> Sequence[Parameter]:
    """All parameters of a handler, in the order of its signature."""
    hints = get_type_hints(handler.fn, include_extras=True)
    found = []
    for argument, field in handler.parsed_fn_signature.parameters.items():
        marker = _marker(hints[argument])
        if marker is None:
            continue
        place = next(place for kind, place in _PLACES if isinstance(marker, kind))
        bare, bounds = _taken_apart(hints[argument], marker)
        expected = Annotated[(bare, *bounds)] if bounds else bare
        found.append(
            Parameter(
                argument,
                marker.name or argument,
                place,
                expected,
                not field.has_default,
                get_origin(_innermost(bare)) in (list, tuple, set, frozenset),
                field.default if field.has_default else Empty,
                marker.description or "",
            )
        )
    return found


def _marker(hint: Any) -> ParameterKwarg | None:
    return next((one for one in getattr(hint, "__metadata__", ()) if isinstance(one, ParameterKwarg)), None)


def _taken_apart(hint: Any, marker: ParameterKwarg) -> tuple[Any, list[Meta]]:
    """The type without its marker and without None, and the bounds that stand outside of both."""
    bounds = [one for one in hint.__metadata__ if isinstance(one, Meta)]
    named = {
        name: value
        for name in ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length")
        if (value := getattr(marker, name)) is not None
    }
    named |= {
        name: value
        for name, value in (("min_length", marker.min_items), ("max_length", marker.max_items))
        if value is not None
    }
    if named:
        bounds.append(Meta(**named))
    inner = hint.__origin__
    if get_origin(inner) in (Union, UnionType):
        members = [one for one in get_args(inner) if one is not NoneType]
        inner = members[0] if len(members) == 1 else Union[tuple(members)]  # noqa: UP007 (of a number not known here)
    return inner, bounds


def _innermost(hint: Any) -> Any:
    return hint.__origin__ if get_origin(hint) is Annotated else hint
