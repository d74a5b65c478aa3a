"""A folder on a loopback address, with the path that the site has on its server."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    prefix = "/study"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: requests are no news."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(self.prefix) or "/")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes on to the next page hangs up on the last one; anything else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of the folder, without a slash at the end, while the block runs; on a port that is free."""
    server = _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{_Quiet.prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
