"""All routes of accommodations."""

from collections.abc import Sequence
from typing import Final

from litestar import Router

from api.domains.accommodations import (
    case_routes,
    class_routes,
    evidence_routes,
    objection_routes,
    plan_routes,
    report_routes,
)

routers: Final[Sequence[Router]] = (
    case_routes.router,
    class_routes.router,
    *evidence_routes.routers,
    *objection_routes.routers,
    plan_routes.router,
    report_routes.router,
)
