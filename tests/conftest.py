"""What many tests share: a browser, and the demonstration site, each made once."""

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from a11y_checks.browser.chromium import open_browser
from a11y_checks.judges.verdict import JudgeMissing
from builder.model.manifest import Artefact
from tests.formats import WITHOUT_SOUND

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class DemonstrationSite:
    """`project` is a copy of the repository's mkdocs.yml and content; `folder` its site; `output` what was printed."""

    project: Path
    folder: Path
    exit_code: int
    output: str

    def artefacts(self) -> list[Artefact]:
        """What the manifest lists."""
        return [Artefact(**one) for one in json.loads((self.folder / "manifest.json").read_text())["artefacts"]]

    def paths(self, format_name: str) -> list[Path]:
        """The files of one format."""
        return [self.folder / one.path for one in self.artefacts() if one.format == format_name]


@pytest.fixture(scope="session")
def demonstration_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> DemonstrationSite:
    """The demonstration university, built by the `jetki` command from a copy of the repository's content, in every
    format but those of sound (`sounding_site`)."""
    return _build_once(tmp_path_factory, worker_id, "demonstration", copy_project, WITHOUT_SOUND)


@pytest.fixture(scope="session")
def sounding_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> DemonstrationSite:
    """One lesson of the guide with its easy version, in every language and every format: six hours of sound for the
    whole university would take the tests twice as long. Links to the other lessons are broken in it."""
    return _build_once(tmp_path_factory, worker_id, "sounding", _copy_first_lesson, ())


def _build_once(
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    name: str,
    copy: Callable[[Path], None],
    options: tuple[str, ...],
) -> DemonstrationSite:
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    project = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker builds, the others wait for it
        result = shared / f"{name}.txt"
        if not result.exists():
            copy(project)
            code, output = _build(project, options)
            result.write_text(f"{code}\n{output}", encoding="utf-8")
        code_line, _, printed = result.read_text(encoding="utf-8").partition("\n")
    return DemonstrationSite(project, project / "site", int(code_line), printed)


def _copy_first_lesson(target: Path) -> None:
    copy_project(target)
    shutil.rmtree(target / "content" / "digital-literacy")
    for lesson in (target / "content").rglob("[0-9]*.md"):
        if not lesson.name.startswith("01-"):
            lesson.unlink()


def copy_project(target: Path) -> None:
    """The repository's mkdocs.yml and content in a folder of their own."""
    target.mkdir(parents=True)
    shutil.copy(ROOT / "mkdocs.yml", target)
    shutil.copytree(ROOT / "content", target / "content")


def _build(project: Path, options: tuple[str, ...]) -> tuple[int, str]:
    command = [sys.executable, "-m", "jetki", "--language", "en", "--plain", "build", "-f", str(project / "mkdocs.yml")]
    command += options
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for a worker: Playwright allows no second one at a time. Tests that use it are marked
    ``xdist_group("browser")``, so that one worker has them all."""
    try:
        with open_browser() as one:
            yield one
    except JudgeMissing as missing:
        pytest.skip(str(missing))
