"""`jetki build` and `jetki worker` as people start them: real processes, a real project."""

import hashlib
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs import machines
from tests.jobs.machines import WAIT_S, program, wait_for_line

JETKI = [sys.executable, "-m", "jetki", "--language", "en", "--plain"]
BUILD = ["build", "--only", "mp3,text"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scale") / "project"
    with program([*JETKI, "new", str(folder), "--languages", "en"]) as new:
        assert new.wait(WAIT_S) == 0
    return folder


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with machines.s3_server() as url:
        yield url


def build(project: Path, *options: str) -> list[str]:
    return [*JETKI, *BUILD, "-f", str(project / "mkdocs.yml"), *options]


def finish(command: list[str], **environment: str) -> str:
    with program(command, environment) as process:
        said, _ = process.communicate(timeout=2 * WAIT_S)
        assert process.returncode == 0, said
        return said


def site(project: Path) -> dict[str, str]:
    folder = project / "site"
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_cluster_builds_the_same_site(project: Path, s3: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for copy in (here, there):
        shutil.copytree(project, copy)
    finish(build(here, "--jobs", "2"))
    bucket = machines.make_bucket(s3, "command")
    options = ["--jobs", "1", "--cache", str(tmp_path / "cache")]
    with (
        machines.scheduler() as (_process, address),
        program([*JETKI, "worker", address, *options], bucket.environment) as worker,
    ):
        ready = wait_for_line(worker, "Working for")
        assert address in ready
        assert "ffmpeg" in ready
        said = finish(
            build(there, "--executor", address, "--store", bucket.address, "--jobs", "1"), **bucket.environment
        )
        assert "invented" not in said  # neither key nor secret
        worker.terminate()
        assert worker.wait(WAIT_S) == 0
    assert site(here) == site(there)
    for path in (there / ".jetki").rglob("*"):
        assert not path.is_file() or b"invented" not in path.read_bytes()


def test_ctrl_c_is_over_soon_and_loses_only_what_was_in_flight(project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "project"
    shutil.copytree(project, copy)
    with program(build(copy, "--jobs", "2")) as process:
        wait_for_line(process, "Making formats")
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        said, _ = process.communicate(timeout=WAIT_S)
        # 2 s are promised; a machine that runs other tests at the same time gets some more
        assert time.monotonic() - begun < 6
        assert process.returncode == 130
    assert "Stopped." in said
    recorded = keys(copy)
    assert recorded
    assert not (copy / "site").exists()
    finish(build(copy, "--jobs", "2"))
    assert keys(copy)[: len(recorded)] == recorded
    assert len(set(keys(copy))) == len(keys(copy))  # nothing was recorded, and so nothing was made, a second time
    assert list((copy / ".jetki" / "store").glob("scratch/*")) == []


def keys(project: Path) -> list[str]:
    """Keys of the jobs in the order in which they were finished."""
    return [line.split(" ")[1] for line in (project / ".jetki" / "ledger").read_text().splitlines()]


@pytest.mark.parametrize(
    ("options", "text", "code"),
    [
        (["--executor", "127.0.0.1:8786"], "cannot be the address of a scheduler", 2),
        (["--store", "ftp://host/x"], "cannot be the address of a store", 2),
    ],
)
def test_wrong_addresses_are_explained(project: Path, options: list[str], text: str, code: int) -> None:
    with program(build(project, *options)) as process:
        said, _ = process.communicate(timeout=WAIT_S)
    assert text in said
    assert process.returncode == code
