"""The routes of the domain, by subject."""

from collections.abc import Sequence
from typing import Final

from litestar import Router

from api.domains.enrolment.routing import enrolments, plans, prerequisites, studies, windows

routers: Final[Sequence[Router]] = (
    *enrolments.routers,
    *plans.routers,
    *prerequisites.routers,
    *studies.routers,
    *windows.routers,
)
