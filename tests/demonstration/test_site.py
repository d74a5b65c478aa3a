"""The demonstration university as a whole: what is there, what is honestly not, and that it can be made again."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from builder.messages.finding_text import rule_texts
from builder.model.document import Variant
from builder.reading.project import scan_project
from builder.reading.settings import read_settings
from jetki import main
from tests.conftest import ROOT, DemonstrationSite, copy_project
from tests.formats import SILENT, WITHOUT_SOUND


def _digests(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_the_content_has_no_problems(demonstration_site: DemonstrationSite) -> None:
    assert demonstration_site.exit_code == 0, demonstration_site.output
    assert re.search(r"errors 0, warnings 0", demonstration_site.output)


def test_every_lesson_comes_in_every_format_that_lessons_come_in(demonstration_site: DemonstrationSite) -> None:
    settings, _ = read_settings(ROOT / "mkdocs.yml")
    lessons = [
        (course.id, lesson.name, str(lesson.language), lesson.variant.value)
        for course in scan_project(ROOT, settings).catalogue.courses
        for lesson in course.lessons
    ]
    made = {(one.course, one.lesson, one.language, one.variant, one.format) for one in demonstration_site.artefacts()}
    wanted = {(*lesson, one.name) for lesson in lessons for one in SILENT if one.for_lessons}
    assert wanted - made == set()
    courses = {(course, language) for course, _name, language, _variant in lessons}
    assert {
        (course, "", language, "standard", one.name)
        for course, language in courses
        for one in SILENT
        if one.for_courses
    } <= made


def test_every_lesson_of_the_guide_has_an_easy_language_version() -> None:
    settings, _ = read_settings(ROOT / "mkdocs.yml")
    guide = scan_project(ROOT, settings).catalogue.find_course("distance-study")
    assert guide is not None
    for language in settings.languages:
        standard = [one.name for one in guide.lessons_in(language)]
        assert len(standard) >= 6
        assert [one.name for one in guide.lessons_in(language, Variant.EASY)] == standard


def test_lessons_in_fewer_languages_are_told_and_never_imitated(demonstration_site: DemonstrationSite) -> None:
    settings, _ = read_settings(ROOT / "mkdocs.yml")
    course = scan_project(ROOT, settings).catalogue.find_course("digital-literacy")
    assert course is not None
    languages = {
        name: tuple(str(one.language) for one in course.lessons if one.name == name) for name in course.lesson_names()
    }
    assert ("ky",) in languages.values()
    assert ("ky", "ru") in languages.values()
    for name, there in languages.items():
        for language in set(settings.languages) - set(there):
            assert not (demonstration_site.folder / language / course.id / name).exists()
            page = (demonstration_site.folder / language / course.id / "index.html").read_text(encoding="utf-8")
            assert re.search(rf'<a href="[^"]*/ky/{course.id}/{name}/index.html" hreflang="ky"', page), (language, name)


def test_restricted_material_is_nowhere_in_the_site(demonstration_site: DemonstrationSite) -> None:
    withheld = json.loads((demonstration_site.folder / "manifest.json").read_text(encoding="utf-8"))["withheld"]
    assert withheld
    secrets = {hashlib.sha256((ROOT / one["path"]).read_bytes()).hexdigest() for one in withheld}
    assert not secrets & set(_digests(demonstration_site.folder).values())
    names = {Path(one["path"]).name for one in withheld}
    assert not {path.name for path in demonstration_site.folder.rglob("*")} & names


def test_every_file_of_the_manifest_is_whole(demonstration_site: DemonstrationSite) -> None:
    for one in demonstration_site.artefacts():
        data = (demonstration_site.folder / one.path).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one.size, one.digest)
        source = (demonstration_site.project / one.source).read_bytes()
        assert hashlib.sha256(source).hexdigest() == one.source_digest


def test_a_second_build_elsewhere_with_other_workers_is_the_same_byte_for_byte(
    demonstration_site: DemonstrationSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "башка папка"
    copy_project(project)
    code = main(
        ["--language", "ky", "--plain", "build", "-f", str(project / "mkdocs.yml"), "--jobs", "1", *WITHOUT_SOUND]
    )
    assert code == 0, capsys.readouterr().err
    assert _digests(project / "site") == _digests(demonstration_site.folder)
    shutil.rmtree(project)


def test_no_file_names_this_machine_or_a_time(demonstration_site: DemonstrationSite) -> None:
    marks = [str(demonstration_site.project).encode(), str(ROOT).encode()]
    for path in demonstration_site.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [mark for mark in marks if mark in data], path


def test_messages_exist_for_every_rule_that_the_demonstration_can_meet() -> None:
    assert {"program-missing", "job-failed", "disk-full", "file-changed", "worker-died", "store-damaged"} <= set(
        rule_texts()
    )
