"""All routes of the domain."""

from collections.abc import Sequence

from litestar import Router

from api.domains.teaching import class_routes, group_routes, session_routes, support_routes

routers: Sequence[Router] = (
    session_routes.router,
    *class_routes.routers,
    group_routes.router,
    support_routes.router,
)
