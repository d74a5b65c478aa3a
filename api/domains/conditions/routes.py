"""Tasks as each person has them, extensions, technical failures, reminders."""

from collections.abc import Sequence

from litestar import Router

from api.domains.conditions.extension_routes import router as extension_router
from api.domains.conditions.incident_routes import incident_router, outage_router
from api.domains.conditions.task_routes import class_router, own_router, task_router, terms_router

routers: Sequence[Router] = (
    class_router,
    extension_router,
    incident_router,
    outage_router,
    own_router,
    task_router,
    terms_router,
)
