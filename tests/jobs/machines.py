"""Real processes for the tests of scale: a scheduler, workers, an S3-type server, and gates that hold a job."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

WAIT_S = 60
"""Nothing here takes longer than some seconds; a machine under load gets this long before a test gives up."""


@contextlib.contextmanager
def running(command: list[str], announcement: str, **environment: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A program that has said the announcement, with the line that it said it in; killed afterwards."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                said.write(line)
                if announcement in line:
                    break
            else:
                said.seek(0)
                raise AssertionError(f"{command} ended: {said.read()}")
            yield process, line.strip()
        finally:
            process.kill()
            process.communicate()


@contextlib.contextmanager
def scheduler(**environment: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A Dask scheduler and its address."""
    options = ["--host", "tcp://127.0.0.1", "--port", "0", "--no-dashboard"]
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", *options]
    with running(command, "Scheduler at:", PYTHONWARNINGS="ignore", **environment) as (process, line):
        yield process, line.rpartition(" ")[2]


@contextlib.contextmanager
def worker(
    address: str, cache: Path, version: str = "v1", tools: str = "", **environment: str
) -> Iterator["subprocess.Popen[str]"]:
    """A worker with one slot."""
    command = [sys.executable, "-m", "tests.jobs.worker_process", address, version, tools, str(cache)]
    with running(command, "ready", **environment) as (process, _line):
        yield process


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
