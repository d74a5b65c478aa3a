"""All routes of tests, sittings and attempts."""

from collections import defaultdict

from litestar import Router
from litestar.handlers import HTTPRouteHandler

from api.domains.tests.routing import attempts, definitions, mine, sittings, staff

_BY_PATH: defaultdict[str, list[HTTPRouteHandler]] = defaultdict(list)
for _module in (definitions, mine, sittings, attempts, staff):
    for _path, _handlers in _module.HANDLERS.items():
        _BY_PATH[_path] += _handlers

routers = tuple(Router(path, route_handlers=handlers) for path, handlers in _BY_PATH.items())
