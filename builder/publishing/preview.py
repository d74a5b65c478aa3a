"""A local server that reloads open pages after each build; MkDocs' own, which adds its script as it serves."""

from collections.abc import Callable, Sequence
from pathlib import Path

from mkdocs.livereload import LiveReloadServer


class _PreviewServer(LiveReloadServer):
    """Says where it can be reached as soon as it can be."""

    started: Callable[[str], None]

    def server_activate(self) -> None:
        super().server_activate()
        host, port = self.server_address[:2]
        self.started(f"http://{host if isinstance(host, str) else host.decode()}:{port}/")


def serve_folder(
    folder: Path,
    watched: Sequence[Path],
    host: str,
    port: int,
    build: Callable[[], None],
    started: Callable[[str], None],
) -> None:
    """Serves until interrupted; calls `started` with the address, and `build` when something watched has changed.

    Raises OSError when the address cannot be used.
    """
    server = _PreviewServer(builder=build, host=host, port=port, root=str(folder))
    server.started = started
    for path in watched:
        server.watch(str(path))
    try:
        server.serve()  # type: ignore[no-untyped-call]  # MkDocs 1.6 leaves its annotations out here
    except KeyboardInterrupt:
        server.shutdown(wait=True)
    finally:
        server.server_close()
