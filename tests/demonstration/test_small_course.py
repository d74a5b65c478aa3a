"""A course with a sign-language video and a restricted picture, from `jetki new` to every file."""

import io
import zipfile
from pathlib import Path

import pytest

from jetki import main
from tests.formats import WITHOUT_SOUND

_RESOURCES = """
[[resources]]
path = "media/welcome.kgsl.mp4"
type = "recording"
languages = ["ky"]
rights = { holder = "K", licence = "CC-BY-4.0", access = "public" }

[[resources]]
path = "media/closed.svg"
type = "picture"
languages = []
rights = { holder = "K", licence = "K", access = "restricted" }
"""
_SECRET = "only-in-the-restricted-drawing"
_LESSON = """\
---
title: Welcome
{video}---

![A triangle that is not published](../media/closed.svg "Drawing")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("small") / "project"
    assert main(["--plain", "--language", "en", "new", str(project), "--languages", "ky,en", "--course", "x"]) == 0
    course = project / "content" / "x"
    (course / "media").mkdir()
    (course / "media" / "welcome.kgsl.mp4").write_bytes(b"\0\0\0\x14ftypisom a stand-in, not a film")
    (course / "media" / "closed.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>{_SECRET}</title></svg>', "utf-8"
    )
    with (course / "course.toml").open("a", encoding="utf-8") as file:
        file.write(_RESOURCES)
    videos = {"ky": "sign_language: media/welcome.kgsl.mp4\n", "en": ""}
    for language, video in videos.items():
        (course / language / "01-welcome.md").write_text(_LESSON.format(video=video), "utf-8")
    main(["--plain", "--language", "en", "build", "-f", str(project / "mkdocs.yml"), *WITHOUT_SOUND])
    return project / "site"


def test_the_sign_language_video_is_linked_where_it_exists_and_missed_in_words_elsewhere(site: Path) -> None:
    kyrgyz = (site / "ky" / "x" / "welcome" / "index.html").read_text("utf-8")
    english = (site / "en" / "x" / "welcome" / "index.html").read_text("utf-8")
    assert 'href="../../../media/x/welcome.kgsl.mp4"' in kyrgyz
    assert "Жаңсоо тилиндеги видео" in kyrgyz
    assert (site / "media" / "x" / "welcome.kgsl.mp4").is_file()
    assert "welcome.kgsl.mp4" not in english
    assert "no sign-language video" in english
    with zipfile.ZipFile(site / "ky" / "x" / "x.zip") as package:
        assert any(name.endswith("welcome.kgsl.mp4") for name in package.namelist())


def test_a_restricted_drawing_is_in_no_file_and_no_archive(site: Path) -> None:
    looked_at = 0
    for path in site.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            parts = [data]
            if zipfile.is_zipfile(io.BytesIO(data)):
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    assert not [name for name in archive.namelist() if "closed" in name], path
                    parts += [archive.read(name) for name in archive.namelist()]
            assert not [part for part in parts if _SECRET.encode() in part], path
            looked_at += len(parts)
    assert looked_at > 60
    text = (site / "en" / "x" / "welcome" / "welcome.txt").read_text("utf-8")
    assert "A triangle that is not published" in text and "because of its rights" in text
