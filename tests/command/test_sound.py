"""Lessons read aloud and recordings, from the folder to the site: a small project with real voices."""

import json
import re
import shutil
import wave
from pathlib import Path
from typing import Any

import pytest

from builder.model.language import KYRGYZ
from builder.model.narration import parse_narration
from builder.model.settings import SpeechSettings
from jetki import main
from media_pipeline.commands import MediaCommands

ENGLISH = ["--language", "en", "--plain"]
COURSE = """\
id = "talks"
languages = ["ky"]
type = "lecture-text"
title = { ky = "Сүйлөшүүлөр" }
description = { ky = "Угуу үчүн курс." }
unit = { ky = "Кафедра" }
rights = { holder = "Көк-Булут", licence = "CC-BY-4.0" }
people = [{ name = "Айгүл Асанова", role = "author" }]

[[resources]]
path = "media/үн жазуу.wav"
type = "recording"
languages = ["ky"]
rights = { holder = "Көк-Булут", licence = "CC-BY-4.0", access = "public" }

[[resources]]
path = "media/broken.mp3"
type = "recording"
languages = ["ky"]
rights = { holder = "Көк-Булут", licence = "CC-BY-4.0", access = "public" }
"""
SCRIPT = """\
Бул жазууда биз эки суроого жооп беребиз. Биринчиси: файл деген эмне?

Файл — компьютерде сакталган маалымат. Экинчи суроону өзүңүздөр ойлонуңуздар.
"""
FIRST = """\
---
title: Файлдар
recordings:
  - {file: "media/үн жазуу.wav", title: "Эки суроо", script: media/words.md}
---
Компьютер маалыматты файлда сактайт. Файлдын аты болот.

## Папкалар {#folders}

Папкада файлдар турат. Папканы [folder]{lang=en} деп да аташат.

| Түрү | Көлөмү |
|------|--------|
| Текст | 15 КБ |
"""
SECOND = """\
---
title: Издөө
---
Бул сабакта издөөнү үйрөнөбүз.

![Бузулган жазуу](../media/broken.mp3)
"""
FORMATS = "html,text,opus,mp3,sync,m4b,mp3-zip,recording,captions,transcript"


def build(folder: Path, *options: str) -> int:
    return main([*ENGLISH, "build", "-f", str(folder / "mkdocs.yml"), "--jobs", "1", *options])


def speak(text: str, out: Path) -> None:
    """A recording by the same voice that the site has: what is said is known to the word."""
    assert MediaCommands().say(text, KYRGYZ, SpeechSettings(words_per_minute=130), out) is None


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "долбоор"
    course = folder / "content" / "talks"
    (course / "ky").mkdir(parents=True)
    (course / "media").mkdir()
    entry = "{ languages: [ky], site_name: Сайт }"
    (folder / "mkdocs.yml").write_text(
        f"site_name: Сайт\ndocs_dir: content\ntheme: {{name: jetki}}\nplugins: [{{jetki: {entry}}}]\n", encoding="utf-8"
    )
    (course / "course.toml").write_text(COURSE, encoding="utf-8")
    (course / "ky" / "01-files.md").write_text(FIRST, encoding="utf-8")
    (course / "ky" / "02-search.md").write_text(SECOND, encoding="utf-8")
    (course / "media" / "words.md").write_text(SCRIPT, encoding="utf-8")
    speak(SCRIPT, course / "media" / "үн жазуу.wav")
    (course / "media" / "broken.mp3").write_bytes(b"ID3\x04garbage" * 50)
    assert build(folder, "--only", FORMATS) == 1, "the broken recording is an error, and only that"
    return folder


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project, tmp_path / "copy", copy_function=shutil.copy2))


def artefacts(folder: Path) -> list[dict[str, Any]]:
    manifest = json.loads((folder / "site" / "manifest.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = manifest["artefacts"]
    return found


def page(folder: Path, lesson: str) -> str:
    return (folder / "site" / "ky" / "talks" / lesson / "index.html").read_text(encoding="utf-8")


def test_every_lesson_is_read_aloud_although_a_recording_is_broken(project: Path) -> None:
    site = project / "site" / "ky" / "talks"
    for lesson in ("files", "search"):
        for end in (".opus", ".mp3", ".sync.json"):
            assert (site / lesson / f"{lesson}{end}").stat().st_size > 100
    assert (site / "talks.m4b").exists() and (site / "talks.mp3.zip").exists()


def test_timings_name_elements_that_the_page_has(project: Path) -> None:
    narration = parse_narration((project / "site/ky/talks/files/files.sync.json").read_text(encoding="utf-8"))
    ids = set(re.findall(r'\bid="([^"]+)"', page(project, "files")))
    assert {one.element for one in narration.sentences} <= ids
    assert [one.title for one in narration.chapters] == ["Файлдар", "Папкалар"]
    starts = [one.start_ms for one in narration.sentences]
    assert starts == sorted(starts) and narration.sentences[-1].end_ms <= narration.duration_ms


def test_the_manifest_says_how_long_sound_lasts_and_who_answers_for_words(project: Path) -> None:
    by_format = {(one["format"], one["lesson"]): one for one in artefacts(project)}
    lasts = parse_narration((project / "site/ky/talks/files/files.sync.json").read_text(encoding="utf-8")).duration_ms
    assert by_format["opus", "files"]["duration_ms"] == lasts
    assert by_format["captions", "files"]["reviewed"] is False
    assert by_format["captions", "files"]["recording"] == "media/үн жазуу.wav"
    assert by_format["transcript", "files"]["path"] == "media/talks/үн жазуу.ky.txt"
    assert by_format["recording", "files"]["media_type"] == "audio/mpeg"
    assert ("captions", "search") not in by_format


def test_every_word_of_the_script_is_in_captions_and_in_every_form_of_the_lesson(project: Path) -> None:
    captions = (project / "site/media/talks/үн жазуу.ky.vtt").read_text(encoding="utf-8")
    text = " ".join((project / "site/ky/talks/files/files.txt").read_text(encoding="utf-8").split())
    shown = " ".join(re.sub(r"<[^>]+>", " ", page(project, "files")).split())
    for word in re.findall(r"\w+", SCRIPT):
        assert word in captions and word in text and word in shown
    assert "jetki reviewed: no" in captions


def test_captions_of_an_author_win_and_are_left_as_they_are(copy: Path) -> None:
    own = copy / "content/talks/media/үн жазуу.ky.vtt"
    written = "WEBVTT\n\nNOTE\njetki reviewed: yes\n\n00:00.500 --> 00:03.000\nАвтордун өз сөзү.\n"
    own.write_text(written, encoding="utf-8")
    build(copy, "--only", FORMATS)
    assert own.read_text(encoding="utf-8") == written
    assert "Автордун өз сөзү." in (copy / "site/media/talks/үн жазуу.ky.vtt").read_text(encoding="utf-8")
    assert "Автордун өз сөзү." in page(copy, "files")
    assert [one["reviewed"] for one in artefacts(copy) if one["format"] == "captions"] == [True]


def test_an_edited_sentence_is_spoken_again_with_its_neighbours_alone(
    copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import media_pipeline.tasks

    spoken: list[int] = []
    speak_chunks = media_pipeline.tasks.speak_chunks

    def count(calls: Any) -> Any:
        spoken.extend(len(call.inputs["chunk"]) for call in calls)
        return speak_chunks(calls)

    monkeypatch.setattr(media_pipeline.tasks, "speak_chunks", count)
    lesson = copy / "content/talks/ky/01-files.md"
    lesson.write_text(FIRST.replace("Папкада файлдар турат.", "Папканын ичинде файлдар турат."), encoding="utf-8")
    build(copy, "--only", FORMATS)
    assert len(spoken) == 1
    assert "files" in capsys.readouterr().out


def test_the_glossary_of_a_course_decides_what_its_lessons_say(
    copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import media_pipeline.tasks

    said: list[bytes] = []
    speak_chunks = media_pipeline.tasks.speak_chunks

    def listen(calls: Any) -> Any:
        said.extend(call.inputs["chunk"] for call in calls)
        return speak_chunks(calls)

    monkeypatch.setattr(media_pipeline.tasks, "speak_chunks", listen)
    glossary = copy / "content/talks/pronunciation.toml"
    glossary.write_text('[ky]\n"компьютер" = "эсептегич машина"\n"файл" = "15"\n', encoding="utf-8")
    build(copy, "--only", FORMATS)
    assert "эсептегич машина маалыматты файлда сактайт".encode() in b"".join(said).lower()
    lines = [line for line in capsys.readouterr().err.splitlines() if "pronunciation.toml" in line]
    assert len(lines) == 1 and lines[0].startswith("content/talks/pronunciation.toml:3:")


def test_a_broken_recording_is_named_once_with_file_and_line(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(copy / ".jetki")
    build(copy, "--only", FORMATS)
    printed = capsys.readouterr().err
    lines = [line for line in printed.splitlines() if "broken.mp3" in line]
    assert len(lines) == 1 and lines[0].startswith("content/talks/ky/02-search.md:6:")


def test_a_voice_that_is_not_there_is_said_once_and_pages_are_made(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = copy / "mkdocs.yml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("[ky],", "[ky], speech: {voices: {ky: 'nobody:here'}},"),
        encoding="utf-8",
    )
    assert build(copy, "--only", FORMATS) == 1
    printed = capsys.readouterr().err
    lines = [line for line in printed.splitlines() if "nobody" in line]
    assert len(lines) == 1 and lines[0].startswith("mkdocs.yml:")
    assert "Файлдын аты болот." in page(copy, "files")
    assert not (copy / "site/ky/talks/files/files.opus").exists()


def test_two_builds_sound_the_same_byte_for_byte(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(project, other, ignore=shutil.ignore_patterns("site", ".jetki"))
    main([*ENGLISH, "build", "-f", str(other / "mkdocs.yml"), "--jobs", "2", "--only", FORMATS])
    sound = [path for path in (project / "site").rglob("*") if path.is_file()]
    assert len(sound) > 20
    for path in sound:
        assert path.read_bytes() == (other / path.relative_to(project)).read_bytes(), path.name


def test_captions_of_a_file_are_written_once_and_marked_as_not_reviewed(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording, script = tmp_path / "дарс.wav", tmp_path / "words.md"
    shutil.copy(project / "content/talks/media/үн жазуу.wav", recording)
    script.write_text(SCRIPT, encoding="utf-8")
    command = [*ENGLISH, "captions", str(recording), "--language", "ky", "--script", str(script)]
    assert main(command) == 0
    out = tmp_path / "дарс.ky.unreviewed.vtt"
    first = out.read_text(encoding="utf-8")
    assert "jetki reviewed: no" in first and "Файл — компьютерде" in " ".join(first.split())
    assert main(command) == 1
    assert out.read_text(encoding="utf-8") == first
    assert "already there" in capsys.readouterr().err

    assert main([*ENGLISH, "captions", "review", str(recording)]) == 0
    review = tmp_path / "дарс.ky.vtt"
    assert "jetki reviewed: no" in review.read_text(encoding="utf-8")
    review.write_text(review.read_text(encoding="utf-8").replace("reviewed: no", "reviewed: yes"), encoding="utf-8")
    corrected = review.read_bytes()
    assert main([*ENGLISH, "captions", "review", str(recording)]) == 0
    assert review.read_bytes() == corrected
    assert "reviewed" in capsys.readouterr().out


def test_captions_go_where_they_are_wanted(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    media = project / "content/talks/media"
    recording, script, out = str(media / "үн жазуу.wav"), str(media / "words.md"), tmp_path / "субтитр 1.vtt"
    command = [*ENGLISH, "captions", recording, "--language", "ky", "--script", script, "-o"]
    assert main([*command, str(out)]) == 0
    assert "Файл — компьютерде" in " ".join(out.read_text(encoding="utf-8").split())
    assert sorted(media.glob("*.vtt")) == []
    capsys.readouterr()
    assert main([*command, str(tmp_path / "no folder" / "a.vtt")]) == 1
    assert "a.vtt" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_named(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = str(project / "content/talks/media/үн жазуу.wav")
    for language in ("ky", "ru"):
        missing = str(tmp_path / f"no-model-{language}") + ("@kk" if language == "ky" else "")
        assert main([*ENGLISH, "captions", recording, "--language", language, "--model", missing]) == 1
        printed = capsys.readouterr().err
        assert f"no-model-{language}" in printed and "үн жазуу.wav" in printed
    assert list(Path(recording).parent.glob("*.vtt")) == []


@pytest.mark.parametrize(("language", "ways"), [("en", ("script", "model")), ("ru", ("текст", "модел"))])
def test_kyrgyz_without_script_and_model_is_refused_with_the_two_ways_on(
    project: Path, capsys: pytest.CaptureFixture[str], language: str, ways: tuple[str, str]
) -> None:
    recording = project / "content/talks/media/үн жазуу.wav"
    command = ["--language", language, "--plain", "captions", str(recording), "--language", "ky"]
    assert main(command) == 1
    printed = capsys.readouterr().err.lower()
    assert all(way in printed for way in ways)


def test_voices_are_listed_with_licence_and_a_command_that_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import shlex

    monkeypatch.chdir(tmp_path)
    assert main([*ENGLISH, "voices"]) == 0
    printed = capsys.readouterr().out
    assert "GPL" in printed and "rhvoice" in printed.lower()
    sample = next(line for line in printed.splitlines() if "jetki voices --language ky" in line)
    assert main(shlex.split(sample[sample.index("jetki voices") :])[1:]) == 0
    with wave.open(str(tmp_path / "sample.wav")) as sound:
        assert 1 < sound.getnframes() / sound.getframerate() < 15


def test_a_sample_that_cannot_be_written_is_told_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "no folder" / "sample.wav"
    assert main([*ENGLISH, "voices", "--language", "ky", "--say", "Салам", "-o", str(out)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "sample.wav" in line and "(-o)" in line
