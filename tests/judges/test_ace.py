"""The judge of accessible e-books gives verdicts, and says what to install where it cannot."""

import io
import zipfile
from pathlib import Path

import pytest

from a11y_checks.judges.ace import judge_accessible_epub
from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Verdict
from builder.exports.epub import front_texts, render_epub
from builder.model.finding import Severity
from builder.model.language import KYRGYZ
from tests import samples
from tests.exports.epub.reading import SETTINGS
from tests.exports.sounding import front_sound, sound_of

# A browser starts for each book: one worker takes them all.


def judged(path: Path) -> Verdict:
    try:
        return judge_accessible_epub(path)
    except JudgeMissing as missing:
        pytest.skip(f"DAISY Ace cannot run here: {missing.hint}")


def sounding_book() -> bytes:
    publication = samples.lesson_publication(KYRGYZ)
    sound = {one.lesson: sound_of(one) for one in publication.documents}
    front = front_sound(publication.documents[0], front_texts(publication, SETTINGS))
    return render_epub(publication, SETTINGS, sound, front).data


def test_ace_finds_nothing_in_a_book_that_reads_itself_aloud(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sounding_book())
    verdict = judged(path)
    assert (verdict.program, verdict.problems) == ("DAISY Ace", ())
    assert verdict.version.startswith("1.")


def test_ace_finds_what_is_wrong_and_where(tmp_path: Path) -> None:
    path = tmp_path / "broken.epub"
    with zipfile.ZipFile(io.BytesIO(sounding_book())) as good, zipfile.ZipFile(path, "w") as broken:
        for name in good.namelist():
            data = good.read(name)
            if name == "EPUB/package.opf":
                data = data.replace(b"schema:accessibilityFeature", b"schema:about")
            if name == "EPUB/lesson-001.xhtml":
                data = data.replace(b"<hr />", b'<img src="picture-001.svg" />')
            broken.writestr(name, data)
    verdict = judged(path)
    found = {(one.severity, one.code, one.location) for one in verdict.problems}
    assert (Severity.ERROR, "image-alt", "lesson-001.xhtml") in found
    assert (Severity.ERROR, "metadata-accessibilityfeature", "EPUB/package.opf") in found


def test_without_node_or_the_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JETKI_ACE", str(tmp_path / "none.js"))
    monkeypatch.setattr("a11y_checks.judges.ace._find_node", lambda: "node")
    with pytest.raises(JudgeMissing) as caught:
        judge_accessible_epub(tmp_path / "book.epub")
    assert "@daisy/ace-cli" in caught.value.hint
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JudgeMissing) as caught:
        judge_accessible_epub(tmp_path / "book.epub")
    assert "nodejs" in caught.value.hint


def test_a_program_that_gives_no_report_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "ace.js"
    program.write_text("", encoding="utf-8")
    monkeypatch.setenv("JETKI_ACE", str(program))
    monkeypatch.setattr("a11y_checks.judges.ace._find_node", lambda: "true")
    monkeypatch.setattr("a11y_checks.judges.ace.find_chromium", lambda: "chromium")
    with pytest.raises(JudgeFailed):
        judge_accessible_epub(tmp_path / "book.epub")
