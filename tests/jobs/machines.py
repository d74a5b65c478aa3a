"""Real processes for the tests of scale: a scheduler, workers, an S3-type server, and gates that hold a job."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

WAIT_S = 60
"""Nothing here takes longer than some seconds; a machine under load gets this long before a test gives up."""


_PYTHON = [sys.executable, "-m"]


@contextlib.contextmanager
def program(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator["subprocess.Popen[str]"]:
    """A program that is running, and is killed afterwards."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_line(process: "subprocess.Popen[str]", part: str) -> str:
    """The first line with this text that the program says."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if part in line:
            return line.strip()
    raise AssertionError(f"{process.args!r} ended: {said}")


@contextlib.contextmanager
def scheduler() -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A Dask scheduler and its address."""
    options = ["--host", "tcp://127.0.0.1", "--port", "0", "--no-dashboard"]
    with program([*_PYTHON, "distributed.cli.dask_scheduler", *options]) as process:
        yield process, wait_for_line(process, "Scheduler at:").rpartition(" ")[2]


@dataclass(frozen=True)
class Helper:
    """A worker to be started, with one slot."""

    cache: Path
    version: str = "v1"
    tools: str = ""
    store: str = ""


@contextlib.contextmanager
def workers(
    address: str, helpers: Sequence[Helper], **environment: str
) -> Iterator[tuple["subprocess.Popen[str]", ...]]:
    """Workers that the scheduler knows."""
    with contextlib.ExitStack() as stack:
        started: list[subprocess.Popen[str]] = []
        for one in helpers:
            values = [address, one.version, one.tools, one.store, str(one.cache)]
            started.append(stack.enter_context(program([*_PYTHON, "tests.jobs.worker_process", *values], environment)))
        for process in started:
            wait_for_line(process, "ready")
        yield tuple(started)


@dataclass(frozen=True)
class Bucket:
    """A bucket of an S3-type server, and the variables that lead to it."""

    address: str
    environment: dict[str, str]


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """The URL of an S3-type server on this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def make_bucket(server: str, name: str) -> Bucket:
    """A new bucket. The access key is invented: the server takes any."""
    urllib.request.urlopen(urllib.request.Request(f"{server}/{name}", method="PUT"), timeout=WAIT_S).close()
    variables = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "invented-key",
        "AWS_SECRET_ACCESS_KEY": "invented-secret",
        "AWS_REGION": "us-east-1",
    }
    return Bucket(f"s3://{name}/courses", variables)


class Gate:
    """Holds the jobs that run the task `hold`, and knows which processes they run in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        for name in ("started", "release"):
            os.mkfifo(folder / name)
        self._started = os.open(folder / "started", os.O_RDWR | os.O_NONBLOCK)
        self._release = os.open(folder / "release", os.O_RDWR)

    def wait_for_job(self) -> tuple[int, int]:
        """The process of the next job that is being held, and that process's parent."""
        ready, _, _ = select.select([self._started], [], [], WAIT_S)
        assert ready, "no job has started"
        process, parent = os.read(self._started, 20).split()
        return int(process), int(parent)

    def release(self) -> None:
        """One job may go on."""
        os.write(self._release, b"x")


def wait_until_gone(process: int) -> None:
    """Returns when there is no such process any more."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        try:
            ready, _, _ = select.select([handle], [], [], WAIT_S)
            assert ready, f"process {process} is still there"
        finally:
            os.close(handle)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
