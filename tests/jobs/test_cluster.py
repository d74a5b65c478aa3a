"""The job graph on a Dask cluster: real processes, and a store on an S3-type server."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from builder.jobs.cluster import Cluster
from builder.jobs.executors import InProcess, Processes, Workshop
from builder.jobs.graph import FileOf, Input, Job, OutputOf
from builder.jobs.scheduler import Outcome, Progress, run_jobs
from builder.jobs.store import Blobs, Ledger, Unreachable, digest_of
from builder.jobs.work import Place
from tests.jobs import machines
from tests.jobs.machines import WAIT_S, Bucket, Gate, Helper


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
    made = machines.make_bucket(s3, f"bucket-{digest_of(str(tmp_path).encode())[:12]}")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


class Site:
    """A project on the coordinating machine, with jobs that leave a mark for each time they run."""

    def __init__(self, folder: Path, store: str, marks: Path | None = None) -> None:
        self.folder = folder
        self.marks = marks or folder / "marks"
        self.marks.mkdir(parents=True, exist_ok=True)
        self.place = Place(store, str(folder / "cache"))
        self.store: Blobs = self.place.open()
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
        lost_s: float = WAIT_S,
        progress: Progress = lambda _done, _total, _job, _left: None,
    ) -> Outcome:
        def start() -> Cluster:
            return Cluster(scheduler, version, self.folder, self.store, self.place, 1, patience_s, lost_s=lost_s)

        with Workshop(start) as workshop:
            return run_jobs(jobs, self.store, Ledger(self.ledger), workshop, progress)

    def runs(self, word: str) -> int:
        return len(list(self.marks.glob(f"{word}-*")))


def test_a_killed_worker_costs_only_the_job_it_was_doing(
    scheduler: str, bucket: Bucket, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = Site(tmp_path, bucket.address)
    gate = Gate(tmp_path)
    quick = [f"quick{number}" for number in range(6)]
    plan = [
        site.job("slow", task="hold", gate=str(gate.folder)),
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
        machines.wait_until_gone(process)  # the job's own process ends with the worker
        again, _parent = gate.wait_for_job()
        assert again != process
        gate.release()

    with (
        machines.workers(scheduler, [Helper(tmp_path / "a"), Helper(tmp_path / "b")], **bucket.environment),
        side_by_side(kill_in_mid_job),
    ):
        outcome = site.run(scheduler, *plan, progress=watch)
    assert not outcome.failures
    words = [*quick, "slow", "after"]
    assert {word: site.runs(word) for word in words} == dict.fromkeys(words, 1)

    local = Site(tmp_path_factory.mktemp("local"), str(tmp_path_factory.mktemp("store")), site.marks)
    gate.release()
    with Workshop(lambda: Processes(local.folder, local.place, 2)) as workshop:
        expected = run_jobs(plan, local.store, Ledger(local.ledger), workshop)
    assert outcome.keys == expected.keys
    assert outcome.results == expected.results
    assert {name: site.store.get(one.outputs["out"].digest) for name, one in outcome.results.items()} == {
        name: local.store.get(one.outputs["out"].digest) for name, one in expected.results.items()
    }


def test_a_job_goes_only_to_a_worker_that_has_its_tools(scheduler: str, bucket: Bucket, tmp_path: Path) -> None:
    site = Site(tmp_path, bucket.address)
    task = "tests.jobs.tasks:describe"
    sounds = [Job(f"sound{n}", task, "", parameters={"n": n}, tools=("ffmpeg",)) for n in range(8)]
    words = Job("words", task, "", tools=("ffmpeg", "whisper"))
    helpers = [Helper(tmp_path / "a", tools="ffmpeg"), Helper(tmp_path / "b")]
    with machines.workers(scheduler, helpers, **bucket.environment) as (with_ffmpeg, without):
        outcome = site.run(scheduler, *sounds, words, patience_s=1)
        assert without.poll() is None
    assert set(outcome.results) == {job.id for job in sounds}
    assert {one.facts["parent"] for one in outcome.results.values()} == {with_ffmpeg.pid}
    assert [(one.job.id, one.rule, one.values) for one in outcome.failures] == [
        ("words", "no-worker-with-tool", {"tools": "whisper"})
    ]


def test_a_worker_of_another_version_gets_no_orders(scheduler: str, bucket: Bucket, tmp_path: Path) -> None:
    site = Site(tmp_path, bucket.address)
    with machines.workers(scheduler, [Helper(tmp_path / "a", version="1.0+old")], **bucket.environment):
        outcome = site.run(scheduler, site.job("a"), version="1.0+new", patience_s=1)
    (failure,) = outcome.failures
    assert (failure.rule, failure.values) == ("worker-version", {"ours": "1.0+new", "theirs": "1.0+old"})
    assert site.runs("a") == 0


def test_a_cluster_without_workers_is_not_waited_for_for_ever(scheduler: str, bucket: Bucket, tmp_path: Path) -> None:
    outcome = Site(tmp_path, bucket.address).run(scheduler, *[Site(tmp_path, bucket.address).job("a")], patience_s=0.5)
    (failure,) = outcome.failures
    assert (failure.rule, failure.values) == ("no-worker", {"scheduler": scheduler})


def test_an_order_that_kills_its_process_fails_alone(scheduler: str, bucket: Bucket, tmp_path: Path) -> None:
    site = Site(tmp_path, bucket.address)
    jobs = [site.job(word, task="die_on_bad") for word in ("a", "bad", "b")]
    with machines.workers(scheduler, [Helper(tmp_path / "w")], **bucket.environment) as (worker,):
        outcome = site.run(scheduler, *jobs, site.job("after", "a", "b"))
        assert worker.poll() is None
    assert {one.job.id: one.rule for one in outcome.failures} == {"bad": "worker-died"}
    assert set(outcome.results) == {"a", "b", "after"}


def test_source_files_reach_workers_through_the_store(scheduler: str, bucket: Bucket, tmp_path: Path) -> None:
    site = Site(tmp_path / "project", bucket.address)
    (site.folder / "lesson.md").write_text("Ала-Тоо")
    (site.folder / "talk.mp4").write_bytes(b"film" * 1000)
    inputs: dict[str, Input] = {
        "lesson": FileOf("lesson.md", digest_of("Ала-Тоо".encode())),
        "talk": FileOf("talk.mp4", digest_of(b"film" * 1000), on_disk=True),
    }
    there = Job("there", "tests.jobs.tasks:describe", "lesson.md", inputs=inputs)
    here = replace(there, id="here", local=True)
    changed = replace(there, id="changed", inputs={"lesson": FileOf("lesson.md", digest_of(b"old"))})
    missing = replace(there, id="missing", inputs={"lesson": FileOf("lost.md", digest_of(b"old"))})
    with machines.workers(scheduler, [Helper(tmp_path / "w")], **bucket.environment):
        outcome = site.run(scheduler, there, here, changed, missing)
    assert {one.job.id: (one.rule, one.values["file"]) for one in outcome.failures} == {
        "changed": ("file-changed", "lesson.md"),
        "missing": ("file-unreadable", "lost.md"),
    }
    assert outcome.results["there"].outputs == outcome.results["here"].outputs
    project = str(site.folder)
    assert {name: one.facts["project"] for name, one in outcome.results.items()} == {
        "there": os.devnull,
        "here": project,
    }


def test_a_worker_that_does_not_see_the_store_says_so(scheduler: str, tmp_path: Path) -> None:
    site = Site(tmp_path / "project", str(tmp_path / "store"))
    other = str(tmp_path / "other")
    with machines.workers(scheduler, [Helper(tmp_path / "w", store=other)]):
        outcome = site.run(scheduler, site.job("a"))
    (failure,) = outcome.failures
    assert (failure.rule, failure.values["store"]) == ("worker-store", other)


def test_a_shared_folder_is_a_store_for_a_cluster_too(scheduler: str, tmp_path: Path) -> None:
    site = Site(tmp_path / "project", str(tmp_path / "store"))
    with machines.workers(scheduler, [Helper(tmp_path / "w")]):
        outcome = site.run(scheduler, site.job("a"), site.job("b", "a"))
    assert site.store.get(outcome.results["b"].outputs["out"].digest) == b"b+a"


def test_a_lost_scheduler_is_said_and_what_was_finished_is_kept(bucket: Bucket, tmp_path: Path) -> None:
    site = Site(tmp_path, bucket.address)
    gate = Gate(tmp_path)
    plan = [site.job("a"), site.job("held", "a", task="hold", gate=str(gate.folder))]
    with (
        machines.scheduler() as (process, address),
        machines.workers(address, [Helper(tmp_path / "w")], **bucket.environment) as (worker,),
    ):

        def kill() -> None:
            gate.wait_for_job()
            process.kill()

        with side_by_side(kill), pytest.raises(Unreachable) as lost:
            site.run(address, *plan, lost_s=1)
        assert worker.wait(WAIT_S) == 3  # it ends as well, so that whoever watches over it can start it anew
    assert (lost.value.rule, lost.value.values) == ("cluster-lost", {"scheduler": address})
    gate.release()
    with Workshop(lambda: InProcess(site.folder, site.place)) as workshop:
        again = run_jobs(plan, site.store, Ledger(site.ledger), workshop)
    assert (again.ran, site.runs("a"), site.runs("held")) == (1, 1, 1)


def test_an_interrupt_takes_the_orders_back_from_the_workers(scheduler: str, bucket: Bucket, tmp_path: Path) -> None:
    site = Site(tmp_path, bucket.address)
    gate = Gate(tmp_path)
    held = threading.Event()

    def interrupt(_done: int, _total: int, _job: Job | None, _left: float | None) -> None:
        if held.is_set():
            raise KeyboardInterrupt

    process = 0

    def wait_for_job() -> None:
        nonlocal process
        process, _parent = gate.wait_for_job()
        held.set()

    with machines.workers(scheduler, [Helper(tmp_path / "w")], **bucket.environment) as (worker,):
        with side_by_side(wait_for_job), pytest.raises(KeyboardInterrupt):
            site.run(scheduler, site.job("held", task="hold", gate=str(gate.folder)), progress=interrupt)
        machines.wait_until_gone(process)  # nobody released it: it was stopped
        assert worker.poll() is None
        outcome = site.run(scheduler, site.job("next"))
    assert set(outcome.results) == {"next"}
    assert site.runs("held") == 0


def test_a_worker_stops_cleanly_and_its_job_goes_to_another(scheduler: str, bucket: Bucket, tmp_path: Path) -> None:
    site = Site(tmp_path, bucket.address)
    gate = Gate(tmp_path)
    helpers = [Helper(tmp_path / "a"), Helper(tmp_path / "b")]
    with machines.workers(scheduler, helpers, **bucket.environment) as both:

        def stop_one() -> None:
            process, parent = gate.wait_for_job()
            (busy,) = [one for one in both if one.pid == parent]
            busy.terminate()
            assert busy.wait(WAIT_S) == 0
            machines.wait_until_gone(process)
            gate.wait_for_job()
            gate.release()

        with side_by_side(stop_one):
            outcome = site.run(scheduler, site.job("held", task="hold", gate=str(gate.folder)))
    assert (set(outcome.results), site.runs("held")) == ({"held"}, 1)


@pytest.mark.parametrize(
    ("address", "rule"),
    [("127.0.0.1:8786", "cluster-address"), ("tcp://user@host:1", "cluster-address"), ("", "cluster-unreachable")],
)
def test_a_scheduler_that_cannot_be_reached_is_named(address: str, rule: str, tmp_path: Path) -> None:
    with socket.socket() as nobody:  # bound, but nobody listens
        nobody.bind(("127.0.0.1", 0))
        address = address or f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(Unreachable) as problem:
            site = Site(tmp_path, str(tmp_path / "store"))
            Cluster(address, "v1", site.folder, site.store, site.place, 1, connect_s=1)
    assert (problem.value.rule, problem.value.values["scheduler"]) == (rule, address)


@contextmanager
def side_by_side(script: Callable[[], None]) -> Iterator[None]:
    """Runs the script in a thread; what goes wrong there is raised here."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(script)
        yield
        done.result(WAIT_S)
