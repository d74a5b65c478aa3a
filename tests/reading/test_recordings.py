"""Recordings of a lesson: what the front matter and the text say of them."""

from pathlib import Path

import pytest

from builder.model.document import Paragraph, Recording, RecordingKind
from builder.model.finding import Finding
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from builder.model.settings import Settings
from builder.reading.markdown import ReadResult, read_document
from builder.reading.project import ScannedProject, scan_project
from builder.reading.recordings import kind_of_recording

COURSE = """\
id = "talks"
languages = ["ky"]
type = "lecture-text"
title = { ky = "Лекциялар" }
description = { ky = "Жазуулар." }
unit = { ky = "Кафедра" }
rights = { holder = "Көк-Булут", licence = "CC-BY-4.0" }
"""
RESOURCE = """
[[resources]]
path = "media/%s"
type = "recording"
languages = ["ky"]
rights = { holder = "Көк-Булут", licence = "CC-BY-4.0", access = "%s" }
"""


def scan(folder: Path, header: str, body: str, restricted: str = "") -> ScannedProject:
    """A project of one lesson with the files that every test may name."""
    course = folder / "content" / "talks"
    (course / "ky").mkdir(parents=True)
    (course / "media").mkdir()
    for name in ("talk.mp4", "sign.mp4", "дарс 1.mp3"):
        (course / "media" / name).write_bytes(b"media")
    (course / "media" / "talk.md").write_text("Салам.\n", encoding="utf-8")
    (course / "media" / "talk.ky.vtt").write_text("WEBVTT\n", encoding="utf-8")
    (course / "pronunciation.toml").write_text("", encoding="utf-8")
    declared = [RESOURCE % (name, "public") for name in ("talk.mp4", "sign.mp4", "дарс 1.mp3") if name != restricted]
    declared += [RESOURCE % (restricted, "restricted")] if restricted else []
    (course / "course.toml").write_text(COURSE + "".join(declared), encoding="utf-8")
    text = f"---\ntitle: Дарс\n{header}---\n{body}"
    (course / "ky" / "01-talk.md").write_text(text, encoding="utf-8")
    return scan_project(folder, Settings(site_name={KYRGYZ: "Сайт"}, languages=(KYRGYZ,)))


def read(folder: Path, scanned: ScannedProject) -> ReadResult:
    lesson = scanned.catalogue.courses[0].lessons[0]
    return read_document(lesson, (folder / lesson.source).read_bytes(), scanned.catalogue)


def rules(findings: tuple[Finding, ...]) -> list[tuple[int, str]]:
    return [(one.line, one.rule) for one in findings]


def test_a_declared_recording_stands_before_the_text(tmp_path: Path) -> None:
    header = """\
recordings:
  - file: media/talk.mp4
    title: "Биринчи лекция: кириш сөз"
    script: media/talk.md
    sign_language: media/sign.mp4
  - {file: "media/дарс 1.mp3", language: ru}
"""
    scanned = scan(tmp_path, header, "Текст.\n")
    assert scanned.findings == ()
    first, second, text = read(tmp_path, scanned).document.blocks
    assert first == Recording(
        "media/talk.mp4",
        "Биринчи лекция: кириш сөз",
        RecordingKind.VIDEO,
        KYRGYZ,
        "media/talk.md",
        "media/sign.mp4",
        line=4,
    )
    assert second == Recording("media/дарс 1.mp3", "дарс 1", RecordingKind.AUDIO, RUSSIAN, line=8)
    assert isinstance(text, Paragraph)


def test_the_text_may_give_a_recording_its_place(tmp_path: Path) -> None:
    header = "recordings: [{file: media/talk.mp4, title: Лекция, script: media/talk.md}]\n"
    body = "Мурда.\n\n![](../media/talk.mp4)\n\nКийин.\n\n![Кыска дарс](<../media/дарс 1.mp3>){lang=en}\n"
    scanned = scan(tmp_path, header, body)
    result = read(tmp_path, scanned)
    assert rules(result.findings) == []
    kinds = [type(one).__name__ for one in result.document.blocks]
    assert kinds == ["Paragraph", "Recording", "Paragraph", "Recording"]
    shown = [one for one in result.document.blocks if isinstance(one, Recording)]
    assert (shown[0].title, shown[0].script, shown[0].language) == ("Лекция", "media/talk.md", KYRGYZ)
    assert (shown[1].title, shown[1].script, shown[1].language) == ("Кыска дарс", "", ENGLISH)


def test_scripts_captions_and_pronunciation_need_no_declaration(tmp_path: Path) -> None:
    header = "recordings: [{file: media/talk.mp4, script: media/talk.md}]\n"
    scanned = scan(tmp_path, header, "Текст.\n")
    assert scanned.findings == ()
    assert sorted(scanned.companions) == [
        "content/talks/media/talk.ky.vtt",
        "content/talks/media/talk.md",
        "content/talks/pronunciation.toml",
    ]


@pytest.mark.parametrize(
    ("entry", "rule", "line"),
    [
        ("{title: Лекция}", "recording-without-file", 3),
        ("{file: media/talk.md}", "recording-not-media", 3),
        ("{file: media/other.mp4}", "recording-file-undeclared", 3),
        ("{file: media/talk.mp4, script: media/none.md}", "recording-script-missing", 3),
        ("{file: media/talk.mp4, script: ../secret.md}", "recording-script-missing", 3),
        ("{file: media/talk.mp4, sign_language: media/none.mp4}", "sign-language-undeclared", 3),
        ("{file: media/talk.mp4, language: kg}", "language-mistaken", 3),
        ("{file: media/talk.mp4, speed: 2}", "front-matter-unknown-key", 3),
        ("media/talk.mp4", "front-matter-value-wrong", 3),
        ("{file: [media/talk.mp4]}", "front-matter-value-wrong", 3),
    ],
)
def test_what_is_wrong_with_an_entry_is_told_at_its_line(tmp_path: Path, entry: str, rule: str, line: int) -> None:
    scanned = scan(tmp_path, f"recordings: [{entry}]\n", "Текст.\n")
    assert (line, rule) in rules(scanned.findings)
    assert read(tmp_path, scanned).document.blocks, "the lesson itself is published all the same"


def test_a_restricted_recording_keeps_its_words_only(tmp_path: Path) -> None:
    header = "recordings: [{file: media/talk.mp4, title: Лекция}]\n"
    scanned = scan(tmp_path, header, "Текст.\n", restricted="talk.mp4")
    first = read(tmp_path, scanned).document.blocks[0]
    assert isinstance(first, Recording) and first.withheld
    assert "media/talk.mp4" not in scanned.catalogue.courses[0].resources


def test_a_recording_that_nobody_declared_is_told_as_a_missing_picture_is(tmp_path: Path) -> None:
    result = read(tmp_path, scan(tmp_path, "", "![Лекция](../media/none.mp4)\n"))
    assert [rule for _, rule in rules(result.findings)] == ["picture-missing"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("media/a.MP4", RecordingKind.VIDEO),
        ("../media/%D0%B4%D0%B0%D1%80%D1%81.ogg", RecordingKind.AUDIO),
        ("media/a.mp4.svg", None),
        ("media/mp4", None),
    ],
)
def test_the_ending_says_what_a_recording_is(path: str, kind: RecordingKind | None) -> None:
    assert kind_of_recording(path) is kind
