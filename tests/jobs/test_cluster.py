"""The job graph on a Dask cluster: real processes, and a store on an S3-type server."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.jobs.cluster import Cluster
from builder.jobs.executors import InProcess, Workshop
from builder.jobs.graph import Job, OutputOf
from builder.jobs.remote_store import open_store
from builder.jobs.scheduler import Outcome, run_jobs
from builder.jobs.store import Blobs, Ledger
from builder.jobs.work import Place
from tests.jobs import machines
from tests.jobs.machines import WAIT_S, Bucket, Gate

pytestmark = pytest.mark.xdist_group("cluster")  # one scheduler and one S3 server for all of these tests


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with machines.s3_server() as url:
        yield url


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with machines.scheduler() as (_process, address):
        yield address


@pytest.fixture
def bucket(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    made = machines.make_bucket(s3, f"bucket-{abs(hash(tmp_path))}")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


class Site:
    """A project on the coordinating machine, with jobs that leave a mark for each time they run."""

    def __init__(self, folder: Path, store: str) -> None:
        self.folder = folder
        self.marks = folder / "marks"
        self.marks.mkdir()
        self.place = Place(store, str(folder / "cache"))
        self.store: Blobs = open_store(self.place.store, folder / "cache")
        self.ledger = folder / "ledger"

    def job(self, word: str, *needs: str, task: str = "join", tools: tuple[str, ...] = (), **more: str) -> Job:
        return Job(
            word,
            f"tests.jobs.tasks:{task}",
            word,
            parameters={"word": word, "marks": str(self.marks), **more},
            inputs={other: OutputOf(other, "out") for other in needs},
            tools=tools,
        )

    def run(
        self,
        scheduler: str,
        *jobs: Job,
        version: str = "v1",
        patience_s: float = WAIT_S,
        progress: Callable[[int, int, Job | None, float | None], None] = lambda _done, _total, _job, _left: None,
    ) -> Outcome:
        def start() -> Cluster:
            return Cluster(scheduler, version, self.folder, self.store, self.place, 1, patience_s)

        with Workshop(start) as workshop:
            return run_jobs(jobs, self.store, Ledger(self.ledger), workshop, progress)

    def runs(self, word: str) -> int:
        return len(list(self.marks.glob(f"{word}-*")))


def bytes_of(outcome: Outcome, store: Blobs) -> dict[str, bytes]:
    return {name: store.get(result.outputs["out"].digest) for name, result in outcome.results.items()}


def test_a_killed_worker_costs_only_the_job_it_was_doing(
    scheduler: str, bucket: Bucket, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = Site(tmp_path, bucket.address)
    gate = Gate(tmp_path)
    quick = [f"quick{number}" for number in range(6)]

    def plan(site: Site, task: str) -> list[Job]:
        return [
            site.job("slow", task=task, gate=str(gate.folder)),
            *(site.job(word) for word in quick),
            site.job("after", "slow", *quick),
        ]

    all_quick = threading.Event()

    def watch(done: int, _total: int, _job: Job | None, _left: float | None) -> None:
        if done == len(quick):
            all_quick.set()

    def kill_in_mid_job() -> None:
        process, parent = gate.wait_for_job()
        assert all_quick.wait(WAIT_S)
        machines.kill(parent)
        machines.wait_until_gone(process)
        again, _parent = gate.wait_for_job()
        assert again != process
        gate.release()

    with (
        machines.worker(scheduler, tmp_path / "a", **bucket.environment),
        machines.worker(scheduler, tmp_path / "b", **bucket.environment),
    ):
        killer = threading.Thread(target=kill_in_mid_job)
        killer.start()
        outcome = site.run(scheduler, *plan(site, "hold"), progress=watch)
        killer.join(WAIT_S)
    assert not outcome.failures
    assert {word: site.runs(word) for word in (*quick, "slow", "after")} == dict.fromkeys((*quick, "slow", "after"), 1)

    elsewhere = Site(tmp_path_factory.mktemp("local"), str(tmp_path_factory.mktemp("store")))
    with Workshop(lambda: InProcess(elsewhere.folder, elsewhere.place)) as workshop:
        local = run_jobs(plan(elsewhere, "join"), elsewhere.store, Ledger(elsewhere.ledger), workshop)
    assert bytes_of(outcome, site.store) == bytes_of(local, elsewhere.store)
