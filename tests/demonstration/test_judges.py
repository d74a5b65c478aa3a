"""Independent programs judge what the demonstration university publishes: every e-book, every PDF, every braille file.

Pages are judged in tests/e2e (axe-core, our own rules in Chromium, the Nu HTML checker).
"""

import pytest

from a11y_checks.judges.epubcheck import judge_epubs
from a11y_checks.judges.pdf_structure import judge_structure
from a11y_checks.judges.pef import judge_pef
from a11y_checks.judges.verapdf import judge_pdfs
from a11y_checks.judges.verdict import JudgeMissing, Verdict
from tests.conftest import DemonstrationSite
from tests.thorough import some


def _problems(verdict: Verdict) -> list[str]:
    return [f"{verdict.subject}: {problem}" for problem in verdict.problems]


def test_epubcheck_finds_no_error_and_no_warning(demonstration_site: DemonstrationSite) -> None:
    books = demonstration_site.paths("epub")
    for language in ("ky", "ru", "en"):  # two courses, one of them in easy language too
        assert len([path for path in books if f"/{language}/" in path.as_posix()]) >= 3
    try:
        verdicts = judge_epubs(books)
    except JudgeMissing as missing:
        pytest.skip(str(missing))
    assert len(verdicts) == len(books)
    assert [problem for verdict in verdicts for problem in _problems(verdict)] == []


def test_verapdf_finds_large_print_to_be_pdf_ua(demonstration_site: DemonstrationSite) -> None:
    files = demonstration_site.paths("large-print")
    assert len(files) > 60
    try:
        judged = some(files, 4)
        verdicts = judge_pdfs(judged)
    except JudgeMissing as missing:
        pytest.skip(str(missing))
    assert len(verdicts) == len(judged)
    assert [problem for verdict in verdicts for problem in _problems(verdict)] == []


def test_every_pdf_has_languages_headers_descriptions_and_fonts(demonstration_site: DemonstrationSite) -> None:
    verdicts = [
        judge_structure(path) for path in demonstration_site.paths("large-print") if path.stat().st_size < 400_000
    ]
    assert [problem for verdict in verdicts for problem in _problems(verdict)] == []


def test_every_pef_file_follows_its_schema(demonstration_site: DemonstrationSite) -> None:
    files = demonstration_site.paths("pef")
    assert len(files) > 60
    assert [problem for path in files for problem in _problems(judge_pef(path))] == []
