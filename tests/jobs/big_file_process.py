"""Carries a file through a job, the store and into a site, with less memory than the file is long."""

import resource
import sys
from pathlib import Path

from builder.jobs.executors import InProcess, Workshop
from builder.jobs.graph import FileOf, Job
from builder.jobs.scheduler import run_jobs
from builder.jobs.store import Ledger, Store, digest_of_file


def main(folder: Path) -> None:
    used = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmData"))
    limit = int(used.split()[1]) * 1024 + 64_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    talk = FileOf("talk.mp4", digest_of_file(folder / "talk.mp4"), on_disk=True)
    job = Job("take", "tests.jobs.tasks:take_on_disk", "talk.mp4", inputs={"talk": talk})
    store = Store(folder / "store")
    with Workshop(lambda: InProcess(folder, folder / "store")) as workshop:
        outcome = run_jobs([job], store, Ledger(folder / "ledger"), workshop)
    store.copy_to(outcome.results["take"].outputs["file"].digest, folder / "site.mp4")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
