"""The command line as a person meets it: what it prints, and the exit code."""

from pathlib import Path

import pytest

from jetki import main


def _printed(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--language", "ru"], "не указана команда"),
        (["--language", "ky", "жыйна"], "жыйна деген параметр жок"),
        (["--language", "en", "build", "--only", "pdf"], "there is no format “pdf”"),
        (["--language", "en", "build", "--jobs", "many"], "many is not possible"),
        (["--language", "en", "build", "--jobs", "0"], "at least 1"),
        (["--language", "en", "build", "-f", "nowhere.yml"], "nowhere.yml was not found"),
        (["--language", "en", "serve", "-a", "somewhere"], "somewhere is not possible"),
        (["--language", "de", "formats"], "there is no language “de”"),
        (["--language", "en", "new"], "DIR is missing"),
    ],
)
def test_wrong_usage_is_explained_and_exits_with_2(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mkdocs.yml").touch()
    assert main(arguments) == 2
    assert words in _printed(capsys)


def test_formats_are_listed_in_the_readers_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "ky", "formats"]) == 0
    assert "Брайл ариби" in _printed(capsys)


def test_doctor_says_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "en", "doctor"]) == 0
    printed = _printed(capsys)
    assert "liblouis: found" in printed or "install it with: sudo apt-get install liblouis20" in printed


def test_doctor_looks_for_the_browser_that_the_audit_would_take(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JETKI_CHROMIUM", "no-such-browser")
    assert main(["--language", "en", "doctor"]) == 0
    assert "Chromium: missing" in capsys.readouterr().out


def test_new_leaves_a_full_folder_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["--language", "en", "new", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert "is not empty" in _printed(capsys)


@pytest.mark.parametrize("course", ["Course", "курс", "a b", "../x", ""])
def test_new_refuses_an_unusable_course_id(course: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "en", "new", str(tmp_path / "p"), "--course", course]) == 2
    assert not (tmp_path / "p").exists()
    assert "cannot be a course's id" in _printed(capsys)
