from collections.abc import Callable
from pathlib import Path

import pytest

from builder.jobs.executors import Executor, InProcess, Processes, Workshop
from builder.jobs.graph import BrokenPlan, FileOf, Job, OutputOf
from builder.jobs.scheduler import Outcome, run_jobs
from builder.jobs.store import Ledger, Store, digest_of

JOIN = "tests.jobs.tasks:join"


class Bench:
    """A project with a store, and what its jobs left behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marks = folder / "marks"
        self.marks.mkdir()
        self.store = Store(folder / "store")
        self.ledger_path = folder / "store" / "ledger"

    def job(self, word: str, *needs: str, task: str = JOIN, **more: str) -> Job:
        inputs = {other: OutputOf(other, "out") for other in needs}
        return Job(word, task, word, parameters={"word": word, "marks": str(self.marks), **more}, inputs=inputs)

    def run(self, *jobs: Job, executor: Callable[[], Executor] | None = None) -> Outcome:
        workshop = Workshop(executor or (lambda: InProcess(self.folder, self.folder / "store")))
        with workshop:
            return run_jobs(jobs, self.store, Ledger(self.ledger_path), workshop)

    def processes(self) -> Executor:
        return Processes(self.folder, self.folder / "store", 2)

    def text(self, outcome: Outcome, job: str) -> str:
        return self.store.get(outcome.results[job].outputs["out"].digest).decode()

    def runs(self, word: str) -> int:
        return len(list(self.marks.glob(f"{word}-*")))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_job_gets_what_it_needs(bench: Bench) -> None:
    outcome = bench.run(bench.job("c", "a", "b"), bench.job("a"), bench.job("b", "a"))
    assert bench.text(outcome, "c") == "c+a+b+a"


def test_what_is_made_is_not_made_again(bench: Bench) -> None:
    jobs = bench.job("a"), bench.job("b", "a")
    bench.run(*jobs)

    def no_executor() -> Executor:
        raise AssertionError("nothing should be run")

    again = bench.run(*jobs, executor=no_executor)
    assert again.ran == 0
    assert bench.text(again, "b") == "b+a"


def test_the_same_bytes_stop_a_change_from_spreading(bench: Bench) -> None:
    bench.run(bench.job("a"), bench.job("b", "a"))
    outcome = bench.run(bench.job("a", comment="changes the job, not its bytes"), bench.job("b", "a"))
    assert outcome.ran == 1
    assert bench.runs("b") == 1


@pytest.mark.parametrize(
    ("word", "rule"), [("bad", "math-unknown-macro"), ("bug", "job-failed"), ("full", "disk-full")]
)
def test_a_failure_stops_only_what_needs_it(bench: Bench, word: str, rule: str) -> None:
    task = "tests.jobs.tasks:fail_on_bad"
    jobs = bench.job("a", task=task), bench.job(word, task=task), bench.job("after", word), bench.job("b", "a")
    outcome = bench.run(*jobs)
    assert {failure.job.id: (failure.rule, failure.blocked_by) for failure in outcome.failures} == {
        word: (rule, ""),
        "after": (rule, word),
    }
    assert set(outcome.results) == {"a", "b"}


def test_one_failure_in_a_batch_leaves_the_others_alone(bench: Bench) -> None:
    task = "tests.jobs.tasks:fail_on_bad"
    jobs = [Job(word, task, word, parameters={"word": word}, batch="pages") for word in ("a", "bad", "b", "c")]
    outcome = bench.run(*jobs)
    assert set(outcome.results) == {"a", "b", "c"}
    assert [failure.job.id for failure in outcome.failures] == ["bad"]


def test_a_dying_worker_fails_its_job_and_no_other(bench: Bench) -> None:
    task = "tests.jobs.tasks:die_on_bad"
    jobs = [bench.job(word, task=task) for word in ("a", "b", "bad", "c", "d")]
    outcome = bench.run(*jobs, executor=bench.processes)
    assert {failure.job.id: failure.rule for failure in outcome.failures} == {"bad": "worker-died"}
    assert set(outcome.results) == {"a", "b", "c", "d"}


def test_processes_and_one_process_make_the_same(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Bench(tmp_path_factory.mktemp("other"))
    words = [f"w{number}" for number in range(30)]

    def plan(at: Bench) -> list[Job]:
        return [*(at.job(word) for word in words), at.job("all", *words)]

    one, two = bench.run(*plan(bench)), other.run(*plan(other), executor=other.processes)
    assert bench.text(one, "all") == other.text(two, "all")


def test_a_truncated_blob_is_made_again_in_mid_build(bench: Bench) -> None:
    jobs = bench.job("a"), bench.job("b", "a")
    first = bench.run(*jobs)
    (blob,) = [path for path in (bench.folder / "store").rglob("*") if path.is_file() and path.read_bytes() == b"a"]
    blob.write_bytes(b"x")  # same size, other content: only the digest can tell
    later = bench.run(*jobs, bench.job("c", "a", "b"))
    assert bench.text(later, "c") == "c+a+b+a"
    assert bench.runs("a") == 2
    assert later.results["b"] == first.results["b"]


def test_what_was_lost_with_all_that_it_was_made_from_is_made_again(bench: Bench) -> None:
    bench.run(bench.job("a"), bench.job("b", "a"))
    for blob in [path for path in (bench.folder / "store" / "blobs").rglob("*") if path.is_file()]:
        blob.write_bytes(b"x" * blob.stat().st_size)
    later = bench.run(bench.job("a"), bench.job("b", "a"), bench.job("c", "a"), bench.job("d", "b"))
    assert not later.failures
    assert bench.text(later, "d") == "d+b+a"


def test_an_interrupted_build_goes_on_where_it_stopped(bench: Bench) -> None:
    def stop(_done: int, _total: int, job: Job | None, _left: float | None) -> None:
        if job is not None and job.id == "b":
            raise KeyboardInterrupt

    jobs = bench.job("a"), bench.job("b", "a"), bench.job("c", "b")
    workshop = Workshop(lambda: InProcess(bench.folder, bench.folder / "store"))
    with workshop, pytest.raises(KeyboardInterrupt):
        run_jobs(jobs, bench.store, Ledger(bench.ledger_path), workshop, stop)
    outcome = bench.run(*jobs)
    assert (outcome.ran, bench.runs("a"), bench.runs("b")) == (1, 1, 1)


def test_a_source_that_changes_during_the_build_is_named(bench: Bench) -> None:
    (bench.folder / "lesson.md").write_text("new")
    job = Job("read", JOIN, "lesson.md", parameters={"word": "w"}, inputs={"f": FileOf("lesson.md", digest_of(b"old"))})
    (failure,) = bench.run(job).failures
    assert (failure.rule, failure.values) == ("file-changed", {"file": "lesson.md"})


def test_plans_that_cannot_be_run_are_refused(bench: Bench) -> None:
    with pytest.raises(BrokenPlan, match="not planned"):
        bench.run(bench.job("a", "ghost"))
    with pytest.raises(BrokenPlan, match="each other"):
        bench.run(bench.job("a", "b"), bench.job("b", "a"))
    with pytest.raises(BrokenPlan, match="twice"):
        bench.run(bench.job("a"), bench.job("a"))
