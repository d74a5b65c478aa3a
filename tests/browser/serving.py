"""A folder on a loopback address, with the path that the site has on its server."""

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


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of the folder, without a slash at the end, while the block runs; on a port that is free."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{_Quiet.prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
