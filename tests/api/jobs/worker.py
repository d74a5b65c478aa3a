"""A process of its own for `test_takeover.py`: python -m tests.api.jobs.worker URL NOTES

Carries out the job `work`, which writes `begin KEY` and `end KEY` to the file NOTES, waiting in between for the
seconds of its payload; `fatal` ends the process by SIGKILL. Prints `ready` and ends with its input.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from api.clock import SystemClock
from api.jobs.engine import DbosEngine
from api.jobs.port import Backoff, Job, JobRun
from tests.api.jobs.conftest import SOON


async def main(url: str, notes: Path) -> None:
    def note(word: str, run: JobRun) -> None:
        with notes.open("a", encoding="utf-8") as file:
            file.write(f"{word} {run.key} {os.getpid()}\n")

    async def work(run: JobRun) -> None:
        note("begin", run)
        await asyncio.sleep(float(run.payload["seconds"]))
        note("end", run)

    async def fatal(run: JobRun) -> None:
        note("begin", run)
        os.kill(os.getpid(), signal.SIGKILL)

    soon = Backoff(first=timedelta(milliseconds=1), attempts=2)
    jobs = [Job("work", work), Job("fatal", fatal, soon)]
    engine = DbosEngine(make_url(url), jobs, [], SystemClock(), pacing=SOON, durable=False)
    await engine.start()
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, key, seconds = line.split()
        await engine.enqueue(name, key, {"seconds": seconds})
        print("stored", flush=True)
    await engine.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
