"""Which files may be published beside lessons."""

from pathlib import Path

import pytest

from builder.command.new import make_project
from builder.model.language import RUSSIAN
from builder.reading.project import scan_project
from builder.reading.settings import read_settings


def _rules(tmp_path: Path, resource: str) -> tuple[set[str], set[str]]:
    """Rules about resources that are broken, and the resources that remain."""
    project = tmp_path / "project"
    make_project(project, [RUSSIAN], "course")
    folder = project / "content" / "course"
    (folder / resource).parent.mkdir(exist_ok=True)
    (folder / resource).write_text("words")
    with (folder / "course.toml").open("a") as file:
        file.write(f'\n[[resources]]\npath = "{resource}"\ntype = "data-file"\nlanguages = []\n')
        file.write('rights = { holder = "A", licence = "CC0-1.0", access = "public" }\n')
    settings, _ = read_settings(project / "mkdocs.yml")
    scanned = scan_project(project, settings)
    rules = {finding.rule for finding in scanned.findings if finding.rule.startswith("resource-")}
    return rules, set(scanned.catalogue.courses[0].resources)


def test_a_file_of_the_media_folder_is_published(tmp_path: Path) -> None:
    assert _rules(tmp_path, "media/table.csv") == (set(), {"media/table.csv"})


def test_a_file_elsewhere_is_not_because_two_could_meet_in_the_site(tmp_path: Path) -> None:
    rules, published = _rules(tmp_path, "table.csv")
    assert "resource-outside-media" in rules
    assert published == set()


@pytest.mark.parametrize("name", ["media/page.html", "media/PAGE.XHTML", "media/drawing.svgz", "media/code.js"])
def test_a_file_that_a_browser_would_run_is_not(name: str, tmp_path: Path) -> None:
    rules, published = _rules(tmp_path, name)
    assert "resource-active" in rules
    assert published == set()
