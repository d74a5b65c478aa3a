"""A worker of any version and with any tools, as a process: what `jetki worker` starts, with these two made up."""

import sys
from pathlib import Path

from builder.jobs.store import Unreachable
from builder.jobs.worker import serve_orders


def main(scheduler: str, version: str, tools: str, store: str, cache: str) -> int:
    try:
        serve_orders(scheduler, version, tools.split(), 1, store, Path(cache), ready=lambda: print("ready", flush=True))
    except Unreachable as problem:
        print(problem.rule, flush=True)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
