"""Item banks, questions, versions, keys and renditions over HTTP."""

from collections.abc import Sequence

from litestar import Router

from api.domains.items import bank_routes, item_routes, package_routes, rendition_routes

routers: Sequence[Router] = (
    *bank_routes.routers,
    *item_routes.routers,
    *package_routes.routers,
    *rendition_routes.routers,
)
