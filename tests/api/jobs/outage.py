"""A process of its own for `test_outage.py`: python -m tests.api.jobs.outage CASE FOLDER

Threads of DBOS that wait for a database go on asking for a while; other tests must not have them beside them.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from api.clock import SystemClock
from api.jobs.engine import DbosEngine
from api.jobs.memory import jobs_database
from api.jobs.port import Job, JobEngineUnavailable, JobRun
from tests.api.jobs.conftest import SOON
from tests.databases import Cluster, running_cluster


async def lives_through_an_outage(own_cluster: Cluster, tmp_path: Path) -> None:
    done: list[str] = []
    in_the_midst, release, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work(run: JobRun) -> None:
        if run.key == "before":
            in_the_midst.set()
            await release.wait()
        done.append(run.key)
        if set(done) == {"before", "after"}:
            finished.set()

    own_cluster.create_database("jobs")
    url = jobs_database(own_cluster.url("jobs"), tmp_path)
    engine = DbosEngine(url, [Job("work", work)], [], SystemClock(), pacing=SOON, durable=False)
    await engine.start()
    await engine.enqueue("work", "before", {})
    await in_the_midst.wait()
    own_cluster.stop("immediate")
    release.set()
    began = time.monotonic()
    with pytest.raises(JobEngineUnavailable):
        await engine.enqueue("work", "lost", {})
    assert time.monotonic() - began < 5, "says so at once instead of waiting for its return"
    own_cluster.start()
    async with asyncio.timeout(60):
        while True:
            try:
                await engine.enqueue("work", "after", {})
                break
            except JobEngineUnavailable:
                await asyncio.sleep(0.1)
        await finished.wait()
        while (await engine.count()).running:
            await asyncio.sleep(0.1)
    assert (await engine.failed()) == []
    await engine.stop()
    assert "lost" not in done


async def ends_while_its_database_is_away(own_cluster: Cluster, tmp_path: Path) -> None:
    own_cluster.create_database("jobs")
    url = jobs_database(own_cluster.url("jobs"), tmp_path)
    engine = DbosEngine(url, [], [], SystemClock(), pacing=SOON, durable=False)
    await engine.start()
    own_cluster.stop("immediate")
    async with asyncio.timeout(30):
        await engine.stop()
    with pytest.raises(JobEngineUnavailable):
        await engine.start()
    own_cluster.start()
    await engine.start()
    await engine.stop()


CASES = {"lives": lives_through_an_outage, "ends": ends_while_its_database_is_away}


if __name__ == "__main__":
    with running_cluster(Path(sys.argv[2])) as cluster:
        asyncio.run(CASES[sys.argv[1]](cluster, Path(sys.argv[2])))
    print("done", flush=True)
    os._exit(0)  # without waiting for those threads
