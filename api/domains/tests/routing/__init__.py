"""The routes, by who uses them. Each file gives its handlers by path; `routes.py` puts those of one path together."""

from collections.abc import Mapping, Sequence

from litestar.handlers import HTTPRouteHandler

Handlers = Mapping[str, Sequence[HTTPRouteHandler]]
