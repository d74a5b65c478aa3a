"""What the API costs: a part of `make bench`, and by itself `python -m tests.bench.api` with some of `PARTS`, if any.

On SQLite and on PostgreSQL. Requests are compared by the CPU time of this process, in one run; of PostgreSQL that is
the service's share. Exams are asked for over HTTP of a service in a process of its own.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.bench.exams import measure_exams
from tests.bench.lists import measure_lists
from tests.bench.requests import measure_requests
from tests.bench.rosters import measure_rosters
from tests.bench.university import Databases, logging_as_served
from tests.databases import running_cluster

PARTS: Final[Mapping[str, Callable[[Databases], Awaitable[None]]]] = {
    "requests": measure_requests,
    "rosters": measure_rosters,
    "lists": measure_lists,
    "exams": measure_exams,
}


def measure_api(folder: Path, parts: Sequence[str] = ()) -> None:
    """Prints a line for each measure; all of them, or those of some `PARTS`."""
    folder.mkdir(parents=True, exist_ok=True)
    with logging_as_served(), running_cluster(folder) as cluster:
        for databases in (Databases("SQLite", folder, None), Databases("PostgreSQL", folder, cluster)):
            for part in parts or PARTS:
                asyncio.run(_measure(part, databases))


async def _measure(part: str, databases: Databases) -> None:
    await PARTS[part](databases)


def main(parts: Sequence[str]) -> None:
    unknown = [one for one in parts if one not in PARTS]
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; known: {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="jetki-bench-api-") as name:
        measure_api(Path(name), parts)


if __name__ == "__main__":
    main(sys.argv[1:])
