"""Plain ``mkdocs`` on the same mkdocs.yml."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.publishing import PagesNotBuilt, build_pages
from builder.publishing.requests import PageKind, PageRequest
from tests.publishing.site import SETTINGS, Project, catalogue, make_project

LESSON = """---
title: {title}
---

## {heading} {{#goals}}

{text} ![{text}](../media/disk.svg)
"""
COURSE = """\
id = "basics"
languages = ["ky", "ru"]
type = "lecture-text"

[title]
ky = "Негиздер"
ru = "Основы"

[description]
ky = "Кыскача."
ru = "Кратко."

[unit]
ky = "Кафедра"
ru = "Кафедра"

[rights]
holder = "Кафедра"
licence = "CC-BY-4.0"
access = "public"

[[people]]
name = "Айгүл"
role = "author"

[[resources]]
path = "media/disk.svg"
type = "picture"
languages = []
rights = { holder = "Кафедра", licence = "CC-BY-4.0", access = "public" }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one course with two lessons, one of them in one language only."""
    project = make_project(tmp_path_factory.mktemp("plain") / "project").folder
    (project / "mkdocs.yml").write_text(
        """\
site_name: Test
docs_dir: content
theme:
  name: jetki
plugins:
  - jetki:
      languages: [ky, ru]
      site_name:
        ky: Окуу жай
        ru: Училище
""",
        "utf-8",
    )
    course = project / "content" / "basics"
    for language, name, title in (
        ("ky", "01-files", "Файлдар"),
        ("ru", "01-files", "Файлы"),
        ("ky", "02-mail", "Почта кызматы"),
    ):
        file = course / language / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LESSON.format(title=title, heading=title, text=title), "utf-8")
    (course / "media").mkdir()
    (course / "media" / "disk.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>', "utf-8"
    )
    (course / "course.toml").write_text(COURSE, "utf-8")
    return project


def _mkdocs(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Without the variable that silences Material, which this process may have set already.
    environment = {key: value for key, value in os.environ.items() if key != "NO_MKDOCS_2_WARNING"}
    return subprocess.run(
        [str(Path(sys.executable).with_name("mkdocs")), "build", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def built(folder: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    return folder / "site", _mkdocs(folder)


def test_mkdocs_builds_every_page_of_every_language(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    site, done = built
    assert done.returncode == 0, done.stderr
    assert {one.relative_to(site).as_posix() for one in site.rglob("*.html")} == {
        "index.html",
        "404.html",
        *(f"{language}/{page}" for language in ("ky", "ru") for page in ("index.html", "search.html")),
        "ky/basics/index.html",
        "ru/basics/index.html",
        "ky/basics/files/index.html",
        "ru/basics/files/index.html",
        "ky/basics/mail/index.html",
    }
    assert 'lang="ru"' in (site / "ru/basics/files/index.html").read_text("utf-8").splitlines()[1]


def test_mkdocs_publishes_what_pages_show_and_nothing_of_the_sources(
    built: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    site, _ = built
    assert (site / "media/basics/disk.svg").is_file()
    assert "../../../media/basics/disk.svg" in (site / "ky/basics/files/index.html").read_text("utf-8")
    assert (site / "ky/search-index.js").is_file()
    assert not [one for one in site.rglob("*") if one.suffix in {".md", ".toml"} or "sitemap" in one.name]


def test_mkdocs_says_what_is_wrong_with_the_content(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = built
    assert "content/basics/ky/02-mail.md" in done.stderr, "a lesson without its pair"


def test_mkdocs_is_silent_about_the_theme_it_builds_on(built: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = built
    assert "Zensical" not in done.stdout + done.stderr
    assert "squidfunk" not in done.stdout + done.stderr


def test_two_plain_builds_give_the_same_bytes(
    folder: Path, built: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    site, _ = built
    assert _mkdocs(folder, "--site-dir", "again").returncode == 0
    for one in (path for path in site.rglob("*") if path.is_file()):
        assert one.read_bytes() == (folder / "again" / one.relative_to(site)).read_bytes(), one


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        ("site_name: X\ntheme: {name: material}\nplugins: [jetki]\n", "jetki"),
        ("site_name: X\ntheme: {name: jetki}\nplugins: []\n", "jetki"),
        ("site_name: X\ntheme: {name: no-such-theme}\nplugins: [jetki]\n", "no-such-theme"),
    ],
)
def test_an_unusable_configuration_is_refused_with_its_reason(configuration: str, reason: str, tmp_path: Path) -> None:
    project = make_project(tmp_path / "project").folder
    (project / "mkdocs.yml").write_text(configuration, "utf-8")
    home = PageRequest(PageKind.HOME, SETTINGS.default_language)
    with pytest.raises(PagesNotBuilt) as refused:
        build_pages(project, Path("mkdocs.yml"), SETTINGS, catalogue(), [home])
    assert refused.value.config == project / "mkdocs.yml"
    assert reason in refused.value.reason


def test_no_request_costs_nothing(project: Project) -> None:
    assert project.build([]) == {}


def test_an_unknown_course_is_refused(project: Project) -> None:
    with pytest.raises(KeyError):
        project.build([PageRequest(PageKind.COURSE, SETTINGS.default_language, "no-such-course")])
