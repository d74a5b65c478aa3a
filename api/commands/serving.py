"""`jetki api serve`: makes the tables, says where everything is, and answers until it is told to stop.

SIGTERM and Ctrl+C end it gracefully: no new requests, running ones are finished, then jobs, then the database.
"""

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from socket import socket
from types import FrameType
from typing import Final

import uvicorn

from api.app import create_context, create_service
from api.commands.actions import prepare
from api.commands.collector import rested_collector
from api.commands.main import DONE, PROBLEMS, Talk
from api.domains.access.service import has_administrator
from api.keys import KeyRing
from api.logs import write_json_lines
from api.narration import Narrator
from api.settings import Settings

GRACE_S: Final = 20
"""How long requests that run may take to end. Our choice; process managers wait 30 s or more before they kill."""


def serve(settings: Settings, keys: KeyRing, host: str, port: int, talk: Talk, narrator: Narrator | None = None) -> int:
    """Runs until a signal. A database that cannot be used ends it at once, with a sentence."""
    write_json_lines()
    return asyncio.run(_serve(settings, keys, host, port, talk, narrator))


class _Server(uvicorn.Server):
    """Ends with our words and exit code; uvicorn's own would raise the signal again when all is done. Lets those go who
    only listen, so that a restart does not wait for them."""

    def __init__(self, config: uvicorn.Config, at_stop: Sequence[Callable[[], None]]) -> None:
        super().__init__(config)
        self._at_stop = at_stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        for let_go in self._at_stop:
            self._loop.call_soon_threadsafe(let_go)

    async def serve(self, sockets: list[socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


async def _serve(settings: Settings, keys: KeyRing, host: str, port: int, talk: Talk, narrator: Narrator | None) -> int:
    settings.data.mkdir(parents=True, exist_ok=True)
    context = create_context(settings, keys, narrator=narrator)
    try:
        await prepare(context, talk)
        has_one = await has_administrator(context)
        with rested_collector():
            service = create_service(context, with_work=True)
        server = _Server(
            uvicorn.Config(
                service,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE_S,
                h11_max_incomplete_event_size=32_768,
                lifespan="on",
            ),
            context.at_stop,
        )
        announcing = asyncio.create_task(_announce(server, host, port, has_one, talk))
        try:
            await server.serve()
        finally:
            announcing.cancel()
            with suppress(asyncio.CancelledError):
                await announcing
    finally:
        await context.database.dispose()
    if not server.started:
        talk.complain("port-in-use", host=host, port=port)
        return PROBLEMS
    talk.say("stopped")
    return DONE


async def _announce(server: uvicorn.Server, host: str, port: int, has_administrator: bool, talk: Talk) -> None:
    """Says where the service is once it answers there, and never before."""
    while not server.started:
        await asyncio.sleep(0.02)
    bound = next(iter(server.servers)).sockets[0].getsockname()[1] if server.servers else port
    shown = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
    talk.say("serving", url=shown)
    talk.say("where-docs", url=f"{shown}/docs")
    talk.say("try-it", url=shown)
    if not has_administrator:
        talk.say("first-administrator")
