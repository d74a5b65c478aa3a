"""Builds of a small project, from the folder to the exit code. All in this process, without worker processes."""

import errno
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import builder.command.site_folder
import builder.jobs.store
from builder.exports.registry import RENDERERS
from builder.exports.unavailable import ProgramMissing
from jetki import main
from tests.formats import WITHOUT_SOUND

ENGLISH = ["--language", "en", "--plain"]


class Project:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def build(self, *options: str) -> tuple[int, str]:
        wanted = options if "--only" in options else (*WITHOUT_SOUND, *options)
        code = main([*ENGLISH, "build", "-f", str(self.folder / "mkdocs.yml"), "--jobs", "1", *wanted])
        captured = self._capsys.readouterr()
        return code, captured.out + captured.err

    def lesson(self, language: str) -> Path:
        return self.folder / "content" / "first-course" / language / "01-welcome.md"

    def edit(self, language: str, change: Callable[[str], str]) -> None:
        path = self.lesson(language)
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def site(self) -> dict[str, str]:
        """Digest of every file of the site by path."""
        site = self.folder / "site"
        return {
            path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(site.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project, built once; tests work on copies."""
    folder = tmp_path_factory.mktemp("built") / "project"
    assert main([*ENGLISH, "new", str(folder)]) == 0
    assert main([*ENGLISH, "build", "-f", str(folder / "mkdocs.yml"), "--jobs", "1", *WITHOUT_SOUND]) == 0
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    shutil.copytree(built, tmp_path / "project", copy_function=shutil.copy2)
    return Project(tmp_path / "project", capsys)


def test_a_new_project_builds_in_every_language_and_format(project: Project) -> None:
    expected = {"index.html", "manifest.json", "404.html"}
    for language in ("ky", "ru", "en"):
        lesson = f"{language}/first-course/welcome"
        expected |= {f"{lesson}/welcome{end}" for end in (".large-print.pdf", ".brf", ".pef", ".txt")}
        course = f"{language}/first-course/first-course"
        expected |= {f"{course}{end}" for end in (".epub", ".large-print.pdf", ".brf", ".pef", ".zip")}
        expected |= {f"{lesson}/index.html", f"{language}/first-course/index.html", f"{language}/index.html"}
    assert expected <= project.site().keys()


def test_the_manifest_tells_the_truth(project: Project) -> None:
    files = project.site()
    manifest = json.loads((project.folder / "site" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == 1
    for one in manifest["artefacts"]:
        path = project.folder / "site" / one["path"]
        assert (files[one["path"]], path.stat().st_size) == (one["digest"], one["size"])
        source = project.folder / one["source"]
        assert hashlib.sha256(source.read_bytes()).hexdigest() == one["source_digest"]
    lessons = {(one["language"], one["format"]) for one in manifest["artefacts"] if one["lesson"] == "welcome"}
    formats = {"html", "large-print", "brf", "pef", "text"}
    assert lessons == {(language, name) for language in ("ky", "ru", "en") for name in formats}


def test_nothing_is_done_when_nothing_changed(project: Project) -> None:
    before = project.site()
    code, printed = project.build()
    assert (code, project.site()) == (0, before)
    assert "Nothing had changed" in printed


def test_two_builds_in_two_folders_are_the_same_byte_for_byte(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "деңиз"
    other.parent.mkdir()
    shutil.copytree(project.folder, other, ignore=shutil.ignore_patterns("site", ".jetki"), copy_function=shutil.copy)
    assert main([*ENGLISH, "build", "-f", str(other / "mkdocs.yml"), "--jobs", "2", *WITHOUT_SOUND]) == 0
    assert Project(other, project._capsys).site() == project.site()


def test_an_edit_rebuilds_its_lesson_and_its_course_alone(project: Project) -> None:
    before = project.site()
    project.edit("ru", lambda text: text.replace("Короткие предложения", "Ясные предложения"))
    assert project.build()[0] == 0
    changed = {path for path, digest in project.site().items() if before.get(path) != digest}
    assert "ru/first-course/welcome/welcome.brf" in changed
    assert {path for path in changed if not path.startswith("ru/")} == {"manifest.json"}


def test_only_the_wanted_formats_are_made(project: Project) -> None:
    assert project.build("--only", "text,html")[0] == 0
    endings = {
        Path(path).suffix for path in project.site() if "/first-course/" in path and not path.startswith("media")
    }
    assert endings == {".html", ".txt"}


def test_problems_are_listed_with_path_and_line_and_the_rest_is_built(project: Project) -> None:
    project.edit("en", lambda text: text.replace("## An example", "#### An example") + "\n[away](../../../secret.md)\n")
    code, printed = project.build()
    assert code == 1
    lines = [line for line in printed.splitlines() if line.startswith("content/first-course/en/01-welcome.md:")]
    assert len(lines) >= 2
    assert "An example" in (project.folder / "site/en/first-course/welcome/welcome.txt").read_text(encoding="utf-8")


def test_warnings_fail_only_a_strict_build(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise ProgramMissing("liblouis", "apt-get install liblouis20")

    monkeypatch.setitem(RENDERERS, "brf", refuse)
    shutil.rmtree(project.folder / ".jetki")
    code, printed = project.build()
    assert code == 0
    assert sum("liblouis" in line for line in printed.splitlines()) == 1
    assert "ru/first-course/welcome/welcome.brf" not in project.site()
    assert "ru/first-course/welcome/index.html" in project.site()
    assert project.build("--strict")[0] == 1


def test_a_failing_format_is_named_and_stops_nothing_else(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_arguments: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setitem(RENDERERS, "epub", stumble)
    shutil.rmtree(project.folder / ".jetki")
    code, printed = project.build()
    assert code == 1
    assert "content/first-course/course.toml" in printed
    assert "a fault of ours" in printed
    assert "ky/first-course/first-course.large-print.pdf" in project.site()


@pytest.mark.parametrize("name", ["store", "ledger", "sources.json", "site.json"])
def test_any_part_of_the_work_folder_may_be_lost(project: Project, name: str) -> None:
    before = project.site()
    path = project.folder / ".jetki" / name
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_bytes(path.read_bytes()[:100] if path.exists() else b"{")
    assert project.build()[0] == 0
    assert project.site() == before


def test_a_truncated_store_and_a_damaged_site_are_repaired(project: Project) -> None:
    before = project.site()
    for blob in (project.folder / ".jetki" / "store").rglob("*"):
        if blob.is_file():
            blob.write_bytes(blob.read_bytes()[: blob.stat().st_size // 2])
    (project.folder / "site/en/first-course/first-course.epub").write_bytes(b"PK")
    (project.folder / "site/manifest.json").unlink()
    assert project.build()[0] == 0
    assert project.site() == before


def test_blobs_with_other_content_of_the_same_size_are_noticed(project: Project) -> None:
    before = project.site()
    for blob in (project.folder / ".jetki" / "store").rglob("*"):
        if blob.is_file():
            blob.write_bytes(b"x" * blob.stat().st_size)
    shutil.rmtree(project.folder / "site")
    assert project.build()[0] == 0
    assert project.site() == before


def test_a_full_disk_is_said_and_leaves_nothing_half_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = project.site()
    project.edit("ky", lambda text: text + "\nЖаңы сүйлөм.\n")

    def refuse(path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(builder.jobs.store, "write_whole", refuse)
        patch.setattr(builder.command.site_folder, "write_whole", refuse)
        code, printed = project.build()
    assert code == 1
    assert "No space left" in printed
    assert all(before.get(path) == digest for path, digest in project.site().items())
    assert project.build()[0] == 0
    assert "Жаңы сүйлөм" in (project.folder / "site/ky/first-course/welcome/welcome.txt").read_text(encoding="utf-8")


def test_an_unusable_configuration_exits_with_2(project: Project) -> None:
    (project.folder / "mkdocs.yml").write_text("site_name: [", encoding="utf-8")
    code, printed = project.build()
    assert code == 2
    assert printed.startswith("mkdocs.yml:")


def test_an_interrupted_build_says_so_and_goes_on(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = project.site()
    shutil.rmtree(project.folder / ".jetki")
    render = RENDERERS["epub"]

    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setitem(RENDERERS, "epub", interrupt)
        code, printed = project.build()
    assert code == 130
    assert "goes on from there" in printed
    assert RENDERERS["epub"] is render
    assert project.build()[0] == 0
    assert project.site() == before


def test_a_build_waits_for_another_of_the_same_project(project: Project) -> None:
    with (project.folder / ".jetki" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build = [
            sys.executable,
            "-m",
            "jetki",
            *ENGLISH,
            "build",
            "-f",
            str(project.folder / "mkdocs.yml"),
            *WITHOUT_SOUND,
        ]
        waiting = subprocess.Popen(build, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr is not None
        assert "Another build of this project is running" in waiting.stderr.readline()
        assert waiting.poll() is None
    _, errors = waiting.communicate(timeout=60)
    assert (waiting.returncode, "Traceback" in errors) == (0, False)
