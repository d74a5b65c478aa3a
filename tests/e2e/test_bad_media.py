"""Recordings, captions and voices that are wrong, through the real command: one message, and everything else built."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import wave
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builder.model.language import ENGLISH
from builder.model.settings import SpeechSettings
from jetki import main
from media_pipeline.commands import MediaCommands
from tests.media_pipeline.audio.samples import patched, silence, speech_like, tone, write_audio, write_video
from tests.media_pipeline.recognition.whisper_model import join_model

ROOT = Path(__file__).parents[2]
FORMATS = "html,text,recording,captions,transcript"
COURSE = """\
id = "talks"
languages = ["en"]
type = "lecture-text"
title = { en = "Talks" }
description = { en = "A course to listen to." }
unit = { en = "Department" }
rights = { holder = "Department", licence = "CC-BY-4.0" }
"""
RESOURCE = """
[[resources]]
path = %s
type = "%s"
languages = ["en"]
rights = { holder = "Department", licence = "CC-BY-4.0", access = "public" }
"""
CONFIG = """\
site_name: Talks
docs_dir: content
site_dir: site
theme:
  name: jetki
plugins:
  - jetki:
      languages: [en]
      default_language: en
      site_name:
        en: Talks
"""

Make = Callable[[Path], object] | bytes


def damaged(path: Path) -> None:
    write_audio(path, [speech_like(4, 1)])
    data = path.read_bytes()
    path.write_bytes(data[:200] + np.random.default_rng(1).bytes(len(data) - 200))


def half(path: Path) -> None:
    write_video(path, 2, tone(2, rate=48_000), (64, 48))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def locked(path: Path) -> None:
    write_audio(path, [tone(1)], "aac")
    path.write_bytes(patched(path.read_bytes(), (b"mp4a", b"drms")))


def without_samples(path: Path) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)


def video(path: Path) -> None:
    write_video(path, 1, tone(1, rate=48_000), (64, 48))


def spoken(words: str) -> Callable[[Path], object]:
    return lambda path: MediaCommands().say(words, ENGLISH, SpeechSettings(), path)


GARBAGE_CAPTIONS = """\
WEBVTT

00:00:03.000 --> 00:00:01.000
reversed

00:00:01.000 --> 00:00:03.000
one

00:00:02.000 --> 00:00:04.000
overlap

00:xx --> 00:00:09.000
garbage
"""
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\nA person wrote this.\n"


@dataclass(frozen=True)
class Case:
    """`says` begins each line that must be printed, `warns` is told of usable files."""

    file: str
    make: Make
    says: tuple[str, ...]
    warns: bool = False
    script: Make | None = None
    captions: Make | None = None
    recording: str = ""


CASES = [
    Case("damaged.mp3", damaged, ("{lesson}:4: The file “media/damaged.mp3” is damaged",)),
    Case("half.mp4", half, ("{lesson}:4: The file “media/half.mp4” is damaged",)),
    Case("empty.mp3", b"", ("{lesson}:4: The file “media/empty.mp3” is empty (0 bytes)",)),
    Case("zero.wav", without_samples, ("{lesson}:4: The recording “media/zero.wav” has no length",)),
    Case("locked.m4a", locked, ("{lesson}:4: The file “media/locked.m4a” is locked",)),
    Case("text.mp3", b"just some words\n" * 20, ("{lesson}:4: The file “media/text.mp3” is neither sound",)),
    Case("mute.mp4", lambda path: write_video(path, 1, None, (64, 48)), ("{lesson}:4: The video “media/mute.mp4”",)),
    Case(
        "silent.mp3",
        lambda path: write_audio(path, [silence(3)]),
        ("{lesson}:4: Nothing can be heard in the recording “media/silent.mp3”",),
        warns=True,
    ),
    Case(
        "clipped.mp3",
        lambda path: write_audio(path, [np.clip(8 * speech_like(4, 3), -1, 1)]),
        ("{lesson}:4: The recording “media/clipped.mp3” was made too loud",),
        warns=True,
        captions=CAPTIONS.encode(),
    ),
    Case(
        "wordless.mp3",
        lambda path: write_audio(path, [tone(3)]),
        ("{lesson}:4: No speech is heard in “media/wordless.mp3”",),
        warns=True,
    ),
    Case(
        "other.wav",
        spoken("Rivers carry water from the mountains to the sea."),
        ("{lesson}:4: This text does not belong to “media/other.wav”: 0 % match, at least 25 % are needed.",),
        script=b"Photosynthesis converts sunlight into chemical energy. Tectonic plates move slowly.",
    ),
    Case(
        "wordless-script.mp3",
        lambda path: write_audio(path, [tone(1)]),
        ("{lesson}:4: The text given for “media/wordless-script.mp3” has no words",),
        script=b"\n",
    ),
    Case(
        "binary-script.mp3",
        lambda path: write_audio(path, [tone(1)]),
        ("content/talks/media/binary-script.md:2: The file is not saved as UTF-8",),
        script=b"text\n\xff\xfe\x00\x80",
    ),
    Case(
        "cues.mp3",
        lambda path: write_audio(path, [speech_like(5, 2)]),
        (
            "content/talks/media/cues.en.vtt:3: The caption ends before it begins, or at the same moment (character 1)",
            "content/talks/media/cues.en.vtt:9: The caption that begins at 00:00:02.000 comes while",
            "content/talks/media/cues.en.vtt:12: The time of a caption is written wrongly (from character 1)",
        ),
        captions=GARBAGE_CAPTIONS.encode(),
    ),
    Case(
        "unreadable-cues.mp3",
        lambda path: write_audio(path, [speech_like(2, 2)]),
        ("content/talks/media/unreadable-cues.en.vtt:1: The caption file is not in UTF-8",),
        captions=b"WEBVTT \xff\xfe",
    ),
    Case("missing.mp3", lambda _path: None, ("content/talks/course.toml:",)),
    Case(
        "signed.mp3",
        lambda path: write_audio(path, [speech_like(2, 2)]),
        ("{lesson}:4: “media/signed.mp3” is not a video",),
        captions=CAPTIONS.encode(),
        recording=", sign_language: media/signed.mp3",
    ),
    Case(
        "Үн -жазуу №1 (көчүрмө).mp3",
        lambda path: write_audio(path, [tone(1)], kind="mp3"),
        (),
        captions=CAPTIONS.encode(),
    ),
    Case("-dash.mp3", lambda path: write_audio(path, [tone(1)], kind="mp3"), (), captions=CAPTIONS.encode()),
]


class Project:
    """A course on disk, and what the command says about it."""

    def __init__(self, folder: Path, speech: str = "") -> None:
        self.folder = folder
        self.course = folder / "content/talks"
        (self.course / "media").mkdir(parents=True)
        (self.course / "en").mkdir()
        (folder / "mkdocs.yml").write_text(CONFIG + speech, encoding="utf-8")
        (self.course / "course.toml").write_text(COURSE, encoding="utf-8")

    def add(self, name: str, make: Make, kind: str = "recording") -> None:
        path = self.course / "media" / name
        if isinstance(make, bytes):
            path.write_bytes(make)
        else:
            make(path)
        with (self.course / "course.toml").open("a", encoding="utf-8") as file:
            file.write(RESOURCE % (json.dumps(f"media/{name}", ensure_ascii=False), kind))

    def lesson(self, name: str, text: str, recording: str = "") -> str:
        head = f"recordings:\n  - {recording}\n" if recording else ""
        path = f"content/talks/en/{name}.md"
        (self.folder / path).write_text(f"---\ntitle: Lesson\n{head}---\n\n{text}\n", encoding="utf-8")
        return path

    def build(self, capsys: pytest.CaptureFixture[str], formats: str = FORMATS) -> tuple[int, list[str]]:
        arguments = ["--language", "en", "--plain", "build", "-f", str(self.folder / "mkdocs.yml"), "--jobs", "1"]
        code = main([*arguments, "--only", formats])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        assert "technical details" not in captured.err
        return code, [one for one in captured.err.splitlines() if one.startswith(("content/", "mkdocs.yml"))]

    def site(self) -> dict[str, bytes]:
        return read_tree(self.folder / "site")

    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.folder / "site/manifest.json").read_text(encoding="utf-8"))
        return manifest


def read_tree(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return join_model(tmp_path_factory.getbasetemp().parent)


@dataclass(frozen=True)
class Built:
    project: Project
    code: int
    said: list[str]
    lessons: dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Built:
    """All cases in one course, built once."""
    project = Project(tmp_path_factory.mktemp("bad-media") / "p", f"      speech:\n        models: {{en: {model}}}\n")
    lessons = {}
    for number, case in enumerate(CASES, 1):
        stem = case.file.rpartition(".")[0]
        project.add(case.file, case.make)
        more = case.recording
        for ending, make in (("md", case.script), ("en.vtt", case.captions)):
            if isinstance(make, bytes):
                (project.course / "media" / f"{stem}.{ending}").write_bytes(make)
        more += f", script: media/{stem}.md" if case.script is not None else ""
        recording = f'{{file: "media/{case.file}"{more}}}'
        lessons[case.file] = project.lesson(f"{number:02}-lesson-{number}", f"alphaword {number}.", recording)
    arguments = ["-f", str(project.folder / "mkdocs.yml"), "--jobs", "2", "--only", FORMATS]
    command = [sys.executable, "-m", "jetki", "--language", "en", "--plain", "build", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Warning" not in done.stderr
    said = [one for one in done.stderr.splitlines() if one.startswith(("content/", "mkdocs.yml"))]
    return Built(project, done.returncode, said, lessons)


@pytest.mark.parametrize("case", CASES, ids=[one.file for one in CASES])
def test_a_bad_recording_is_told_once_with_its_file(case: Case, built: Built) -> None:
    stem = case.file.rpartition(".")[0]
    lesson = built.lessons[case.file]
    about = [one for one in built.said if one.startswith((f"{lesson}:", f"content/talks/media/{stem}."))]
    about += [one for one in built.said if f"“media/{case.file}”" in one and one not in about]
    assert len(about) == len(case.says), about
    for line, start in zip(about, case.says, strict=True):
        assert line.startswith(start.format(lesson=lesson))
        assert line.endswith("(warning)") == case.warns


def test_bad_recordings_leave_the_rest_of_the_build_whole(built: Built) -> None:
    assert built.code == 1
    assert len(built.said) == sum(len(case.says) for case in CASES)
    texts = " ".join(one.read_text(encoding="utf-8") for one in (built.project.folder / "site/en").rglob("*.txt"))
    assert all(f"alphaword {number}." in texts for number in range(1, len(CASES) + 1))
    left = [one for one in built.project.folder.rglob("*") if one.name.startswith((".unfinished-", ".part-"))]
    assert not left


def test_an_authors_captions_win_even_when_they_cannot_be_read(built: Built) -> None:
    site = built.project.folder / "site/media/talks"
    assert not (site / "unreadable-cues.en.vtt").exists()
    assert "A person wrote this." in (site / "clipped.en.vtt").read_text(encoding="utf-8")
    assert (built.project.course / "media/cues.en.vtt").read_text(encoding="utf-8") == GARBAGE_CAPTIONS


def assert_honest(project: Project) -> None:
    """Every path of the manifest once, with the digest of the file that is there."""
    artefacts = project.manifest()["artefacts"]
    assert not [path for path, count in Counter(one["path"] for one in artefacts).items() if count > 1]
    for one in artefacts:
        data = (project.folder / "site" / one["path"]).read_bytes()
        assert one["digest"].endswith(hashlib.sha256(data).hexdigest()), one["path"]


def test_the_manifest_names_what_is_there(built: Built) -> None:
    assert_honest(built.project)


# ---------------------------------------------------------------- names


def test_recordings_whose_names_meet_stay_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Project(tmp_path / "p")
    for name in ("talk.mp4", "talk.normal.mp4"):
        project.add(name, video)
    project.add("talk.mp3", lambda path: write_audio(path, [tone(1)]))
    project.add("talk.en.txt", b"The author's own text.", "data-file")
    for name in ("talk.en.vtt", "talk.normal.en.vtt"):
        (project.course / "media" / name).write_text(CAPTIONS, encoding="utf-8")
    shown = [f"![{name}](../media/{name})" for name in ("talk.mp4", "talk.normal.mp4", "talk.mp3")]
    project.lesson("01-talks", "\n\n".join([*shown, "[text](../media/talk.en.txt)"]))
    assert project.build(capsys) == (0, [])
    site = project.site()
    assert site["media/talks/talk.en.txt"] == b"The author's own text."
    assert site["media/talks/talk.normal.mp4"] == (project.course / "media/talk.normal.mp4").read_bytes()
    assert {"media/talks/talk-mp4.en.vtt", "media/talks/talk-mp3.en.vtt", "media/talks/talk-mp4.normal.mp4"} < set(site)
    assert_honest(project)


def test_a_recording_within_text_is_told_and_its_title_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Project(tmp_path / "p")
    project.add("a.mp3", lambda path: write_audio(path, [tone(1)]))
    (project.course / "media/a.en.vtt").write_text(CAPTIONS, encoding="utf-8")
    places = ["before ![inlineword](../media/a.mp3) after", "## ![headword](../media/a.mp3)"]
    good = ["- item\n\n    ![listword](../media/a.mp3)", "> ![quoteword](../media/a.mp3)"]
    project.lesson("01-places", "\n\n".join([*good, *places]))
    code, said = project.build(capsys, "html,text,recording,captions,transcript")
    assert code == 1
    assert [one.split(": ")[1].split(" stands")[0] for one in said] == ["The recording “../media/a.mp3”"] * 2
    text = next(project.folder.glob("site/en/talks/places/*.txt")).read_text(encoding="utf-8")
    assert all(word in text for word in ("inlineword", "headword", "listword", "quoteword"))
    page = (project.folder / "site/en/talks/places/index.html").read_text(encoding="utf-8")
    assert page.count("<audio") == 2 and "<img" not in page


def test_a_line_above_a_recording_does_not_let_it_be_written_down_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], model: Path
) -> None:
    (tmp_path / "model").symlink_to(model)
    project = Project(tmp_path / "p", f"      speech:\n        models: {{en: {tmp_path / 'model'}}}\n")
    project.add("a.mp3", lambda path: write_audio(path, [tone(2)]))
    lesson = project.lesson("01-tone", "![Tone](../media/a.mp3)")
    code, said = project.build(capsys)
    assert (code, [one.split(": ")[0] for one in said]) == (0, [f"{lesson}:5"])
    (tmp_path / "model").unlink()  # whoever asked it again would be told
    project.lesson("01-tone", "A new line.\n\n![Tone](../media/a.mp3)")
    code, said = project.build(capsys)
    assert (code, [one.split(": ")[0] for one in said]) == (0, [f"{lesson}:7"])


# ---------------------------------------------------------------- what is missing


def test_without_ffmpeg_only_recordings_are_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path / "p")
    project.add("a.mp3", lambda path: write_audio(path, [tone(1)]))
    (project.course / "media/a.en.vtt").write_text(CAPTIONS, encoding="utf-8")
    lesson = project.lesson("01-tone", "alphaword\n\n![Tone](../media/a.mp3)")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/imageio_ffmpeg.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))  # processes of the build inherit both
    monkeypatch.syspath_prepend(tmp_path / "hidden")
    code, said = project.build(capsys)
    assert code == 1
    assert len(said) == 1 and said[0].startswith(f"{lesson}:7: The program ffmpeg was not found")
    assert "alphaword" in next(project.folder.glob("site/en/talks/tone/*.txt")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("speech", "start"),
    [
        ("voices: {en: nothing}", "mkdocs.yml: There is no speech engine “nothing”"),
        ("voices: {en: 'espeak-ng:nobody'}", "mkdocs.yml: There is no voice “espeak-ng:nobody”"),
        ("models: {en: ./nowhere}", "content/talks/en/01-tone.md:7: The model “./nowhere” was not found"),
    ],
)
def test_a_missing_voice_or_model_is_told_once(
    speech: str, start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(tmp_path / "p", f"      speech:\n        {speech}\n")
    shown = ""
    if "models" in speech:
        project.add("a.mp3", lambda path: write_audio(path, [tone(1)]))
        shown = "![Tone](../media/a.mp3)"
    project.lesson("01-tone", f"alphaword\n\n{shown}")
    project.lesson("02-more", "betaword")
    code, said = project.build(capsys, f"{FORMATS},opus,mp3,sync")
    assert code == 1
    assert len(said) == 1 and said[0].startswith(start)
    texts = " ".join(one.read_text(encoding="utf-8") for one in (project.folder / "site/en").rglob("*.txt"))
    assert "alphaword" in texts and "betaword" in texts


# ---------------------------------------------------------------- jetki captions


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
@pytest.mark.parametrize("file", ["empty.mp3", "text.mp3", "locked.m4a", "mute.mp4", "nothing.mp3", "silent.mp3"])
def test_captions_says_why_there_are_none(
    file: str, language: str, built: Built, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, path = built.project.course / "media" / file, tmp_path / f"менин {file}"
    if source.exists():
        shutil.copy(source, path)
    assert main(["--language", language, "--plain", "captions", "--model", str(model), str(path)]) == 1
    said = capsys.readouterr().err.splitlines()
    told = [one for one in said if one.startswith(f"{path}: ")]
    assert len(told) == 1 and "{" not in told[0] and path.name in told[0].removeprefix(f"{path}: ")
    assert [one.name for one in tmp_path.iterdir()] == ([path.name] if source.exists() else [])


def test_captions_never_overwrite_and_are_asked_before_listening(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = write_audio(tmp_path / "a.mp3", [tone(1)])
    mine = tmp_path / "a.en.vtt"
    mine.write_text(CAPTIONS, encoding="utf-8")
    broken = tmp_path / "a.ru.vtt"
    broken.write_bytes(b"\xff")
    before = read_tree(tmp_path)

    def listen(*_arguments: object) -> None:
        raise AssertionError("listened")

    monkeypatch.setattr("media_pipeline.recordings.write_down", listen)
    command = ["--language", "en", "--plain", "captions"]
    assert main([*command, str(recording), "-o", str(mine)]) == 1
    assert "never overwrites" in capsys.readouterr().err
    assert main([*command, "review", str(recording)]) == 1
    captured = capsys.readouterr()
    assert f"{broken}:1: The caption file is not in UTF-8" in captured.err
    assert str(mine) in captured.out
    assert read_tree(tmp_path) == before


def test_captions_that_cannot_be_written_leave_nothing(
    built: Built, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    recording = built.project.course / "media/other.wav"
    path = tmp_path / "file/a.vtt"
    assert (
        main(["--language", "en", "--plain", "captions", "--model", str(model), str(recording), "-o", str(path)]) == 1
    )
    assert f"{path}: The file “a.vtt” could not be written (" in capsys.readouterr().err
    assert read_tree(tmp_path) == {"file": b""}


# ---------------------------------------------------------------- interrupted


@pytest.fixture(scope="module")
def long_course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, bytes]]]:
    """Something to read aloud for a while, and what an uninterrupted build makes of it."""
    folder = tmp_path_factory.mktemp("long")
    project = Project(folder / "whole")
    for number in range(1, 4):
        sections = (f"## Part {part}\n\nWord {number} {part} is read aloud. {'It goes on. ' * 6}" for part in range(3))
        project.lesson(f"{number:02}-lesson-{number}", "\n\n".join(sections))
    shutil.copytree(project.folder, folder / "source")
    run_build(project.folder).communicate(timeout=60)
    yield folder / "source", project.site()


def run_build(folder: Path) -> "subprocess.Popen[str]":
    arguments = ["-f", str(folder / "mkdocs.yml"), "--jobs", "2", "--only", "opus,mp3,sync,m4b"]
    command = [sys.executable, "-m", "jetki", "--language", "en", "--plain", "build", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGKILL", -9)])
def test_a_build_stopped_while_it_speaks_ends_with_the_same_bytes(
    number: str, code: int, long_course: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    source, whole = long_course
    assert sum(name.endswith(".opus") for name in whole) == 3
    folder = shutil.copytree(source, tmp_path / "p")
    with run_build(folder) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Making formats: "):
                break
        process.send_signal(signal.Signals[number])
        _, errors = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert not (folder / "site").exists()
    with run_build(folder) as process:
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert read_tree(folder / "site") == whole
