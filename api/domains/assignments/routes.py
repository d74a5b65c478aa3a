"""The routes of assignments."""

from collections.abc import Sequence
from typing import Final

from litestar import Router

from api.domains.assignments.routing import definitions, groups, markings, works

routers: Final[Sequence[Router]] = (
    Router("/v1", route_handlers=[*definitions.handlers, *groups.handlers, *markings.handlers, *works.handlers]),
)
