"""A preview that builds again when a file changes."""

import errno
from collections.abc import Callable
from pathlib import Path

from builder.command.console import Talk
from builder.reading.settings import read_settings


def serve_project(config: Path, host: str, port: int, build: Callable[[], int], talk: Talk) -> int:
    """Builds, serves the site folder and reloads open pages after each new build, until Ctrl+C. Gives an exit code.

    A build with problems in the content is shown all the same: the author is just repairing them.
    """
    from builder.publishing.preview import serve_folder

    code = build()
    if code > 1:
        return code
    settings, _findings = read_settings(config)
    project = config.resolve().parent

    def build_again() -> None:
        talk.say("rebuilding")
        build()

    try:
        serve_folder(
            project / settings.site,
            [config.resolve(), project / settings.content],
            host,
            port,
            build_again,
            lambda url: talk.say("serving", url=url),
        )
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        talk.complain(talk.wording("port-taken", address=f"{host}:{port}"))
        return 2
    return 0
