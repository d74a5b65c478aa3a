"""A worker of any version and with any tools, as a process: what `jetki worker` starts, with these two made up."""

import sys
from pathlib import Path

from builder.jobs.worker import serve_orders


def main(scheduler: str, version: str, tools: str, cache: str) -> None:
    serve_orders(scheduler, version, tools.split(), 1, "", Path(cache), ready=lambda: print("ready", flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
