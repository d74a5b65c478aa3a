"""Counts and times of requests for Prometheus, and a line in the log for each; one middleware, around everything."""

import logging
import time
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_log = logging.getLogger("jetki.api.requests")
BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Of one application in one process: several in a test do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "jetki_requests", "Answers by route", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "jetki_request_seconds", "Time to answer", ("route",), registry=self.registry, buckets=BUCKETS_S
        )
        self.running = Gauge("jetki_requests_running", "Requests being answered", registry=self.registry)


def observed(app: ASGIApp, metrics: Metrics) -> ASGIApp:
    """The application, with each answer counted and logged by its route."""

    async def observe(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with metrics.running.track_inprogress():
            try:
                await app(scope, receive, note_status)
            finally:
                seconds = time.perf_counter() - started
                route = scope.get("path_template") or "none"
                method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
                metrics.requests.labels(method, route, str(status)).inc()
                metrics.seconds.labels(route).observe(seconds)
                _log.info(
                    "answered",
                    extra={
                        "request": scope.get("state", {}).get("request_id", ""),
                        "route": route,
                        "method": method,
                        "status": status,
                        "duration_ms": round(seconds * 1000, 1),
                    },
                )

    return observe


KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted as one: strangers must not be able to fill the memory with names."""
