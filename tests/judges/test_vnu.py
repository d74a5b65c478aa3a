"""The Nu HTML checker is asked once for a folder, and its words come back with file and line."""

from pathlib import Path

import pytest

from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing
from a11y_checks.judges.vnu import judge_html
from builder.model.finding import Severity

PAGE = """<!doctype html>
<html lang="ky">
<head><meta charset="utf-8"><title>Сабак</title></head>
<body>
{body}
</body></html>
"""


def write(folder: Path, name: str, body: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(PAGE.format(body=body), "utf-8")


def test_errors_are_told_apart_by_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "good.html", "<h1>Файлдар</h1>")
    write(tmp_path, "ky/сабак.html", "<h1>Файлдар</h1>\n<img src='a.png'>")
    (tmp_path / "style.css").write_text("p { nonsense: 1 }")
    try:
        verdict = judge_html(tmp_path)
    except JudgeMissing as missing:
        pytest.skip(str(missing))
    (problem,) = [one for one in verdict.problems if one.severity is Severity.ERROR]
    assert "alt" in problem.message
    assert problem.location.startswith("ky/сабак.html:6:")
    assert verdict.version[:1].isdigit()
    assert not verdict.is_clean


def test_a_folder_without_pages_is_no_clean_verdict(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        judge_html(tmp_path)


def test_a_missing_program_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.html", "")
    monkeypatch.setenv("JETKI_VNU_JAR", str(tmp_path / "none.jar"))
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    with pytest.raises(JudgeMissing, match="npm install"):
        judge_html(tmp_path)


def test_a_program_that_does_not_answer_gives_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.html", "")
    broken = tmp_path / "broken.jar"
    broken.write_bytes(b"not a program")
    monkeypatch.setenv("JETKI_VNU_JAR", str(broken))
    try:
        with pytest.raises(JudgeFailed):
            judge_html(tmp_path)
    except JudgeMissing as missing:
        pytest.skip(str(missing))
