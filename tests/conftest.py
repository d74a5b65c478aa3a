"""What many tests share: a browser, and the demonstration site, each made once; and what makes all of them faster."""

import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from a11y_checks.browser.chromium import open_browser
from a11y_checks.judges.verdict import JudgeMissing
from builder.model.manifest import Artefact
from tests.formats import WITHOUT_SOUND
from tests.thorough import THOROUGH, choose_profile

ROOT = Path(__file__).parent.parent
_MEMORY: Final = Path("/dev/shm")
_ROOM_BYTES: Final = 4 * 2**30
"""Our choice: twice what a whole run holds at its height, databases and all."""
_NEW_OBJECTS: Final = 50_000
"""Our choice. So many new objects are looked through for circles at a time; at Python's 700 that costs a fifth of the
time of a test that asks the service."""

_LONGEST: Final = (
    "demonstration/test_sound",
    "e2e/test_demonstration_pages",
    "test_house",
    "browser/test_listening",
    "api/operation/test_commands",
    "api/jobs/test_engine",
    "api/access_matrix/test_http",
    "api/http/test_schemathesis",
    "e2e/test_bad_media",
    "api/jobs/test_takeover",
    "e2e/test_bad_input",
    "api/faults/test_killed",
    "api/faults/test_exam_killed",
    "api/enrolment/test_concurrency",
    "api/webhooks/test_crashes",
    "api/operation/test_migrations",
    "jobs/test_cluster",
    "demonstration/test_judges",
    "jobs/test_command",
    "browser/test_audit",
    "command/test_sound",
    "demonstration/test_site",
    "media_pipeline/recognition/test_alignment",
    "browser/test_recordings",
    "browser/test_search",
    "browser/test_preferences",
    "exports/braille/test_laws",
    "media_pipeline/speech/test_reading_aloud",
)
"""The files of tests that take longest, in their order. They begin, so that no worker is alone with one at the end; the
first two make the sites that others look at, each on another worker. The rest follows, those with most tests first."""


def pytest_configure(config: pytest.Config) -> None:
    """Temporary files are made in memory where there is room and programs may be run from it: tests write and remove
    several gigabytes. `--basetemp` and PYTEST_DEBUG_TEMPROOT choose another place."""
    choose_profile()
    # Tests start hundreds of processes; where bytecode may not be kept each would compile all of our code anew
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    gc.disable()  # until everything is imported, of which nothing is garbage
    if _is_roomy(_MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker more for every two cores: about a third of the time tests wait, for sound that is played, for
    processes that start, for jobs whose time has not come."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + cores // 2


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file go to one worker (`--dist loadfile`): what its fixtures make is made once. Marks for groups do
    nothing with pytest 9.2 and pytest-xdist 3.8."""
    ranks = {ROOT / f"tests/{name}.py": rank for rank, name in enumerate(_LONGEST)}
    counts = Counter(one.path for one in items)
    items.sort(key=lambda one: (ranks.get(one.path, len(ranks)), -counts[one.path]))


def _is_roomy(folder: Path) -> bool:
    try:
        place = os.statvfs(folder)
    except OSError:
        return False
    usable = os.access(folder, os.W_OK | os.X_OK) and not place.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
    return usable and place.f_bavail * place.f_frsize >= _ROOM_BYTES


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
    whole university would take the tests twice as long; and of that lesson the beginning, unless the run is thorough.
    Links to the other lessons are broken in it."""
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
        elif not THOROUGH:
            lesson.write_text(_until(lesson.read_text(encoding="utf-8"), "{#forms}"), encoding="utf-8")


def _until(text: str, anchor: str) -> str:
    """The lines before the section with this anchor."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[: next(number for number, line in enumerate(lines) if anchor in line)])


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser at a time: Playwright allows no second one. It keeps an event loop running in this thread, beside
    which no other can run: so it ends with the file, before tests of the service come."""
    try:
        with open_browser() as one:
            yield one
    except JudgeMissing as missing:
        pytest.skip(str(missing))
