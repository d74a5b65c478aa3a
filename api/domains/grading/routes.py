"""The routes of the domain, by subject."""

from collections.abc import Sequence
from typing import Final

from litestar import Router

from api.domains.grading.routing import (
    appeals,
    journal,
    line_items,
    marking,
    own,
    ratings,
    results,
    retakes,
    rubrics,
)

routers: Final[Sequence[Router]] = (
    *appeals.routers,
    *journal.routers,
    *line_items.routers,
    *marking.routers,
    *own.routers,
    *ratings.routers,
    *results.routers,
    *retakes.routers,
    *rubrics.routers,
)
