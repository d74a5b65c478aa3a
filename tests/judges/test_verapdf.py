"""veraPDF passes every profile of large print, fails what is no PDF/UA, and says what to install if it cannot run."""

from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from a11y_checks.judges.pdf_structure import judge_structure
from a11y_checks.judges.verapdf import judge_pdfs
from a11y_checks.judges.verdict import JudgeMissing, Verdict
from builder.exports.large_print import render_large_print
from builder.model.course import Publication
from builder.model.document import Cell, Document, Heading, Paragraph, Table, Text
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES
from builder.model.settings import Settings
from tests.samples import COURSE_ID, course, course_publication, lesson_publication

# Java starts once for all files: one worker takes them all.

_SETTINGS = Settings(site_name={KYRGYZ: "Ак-Жол", RUSSIAN: "Ак-Жол", ENGLISH: "Ak-Jol"}, site_url="https://uni.example")
_SIZES = (18, 22, 28)
_GOOD = [
    *(f"{kind}-{language}-{size}" for kind in ("lesson", "course") for language in SITE_LANGUAGES for size in _SIZES),
    "tables-en-18",
]
_BAD = ("untagged", "without-language", "without-alternative", "no-pdf")


@dataclass(frozen=True)
class Judged:
    paths: dict[str, Path]
    verdicts: dict[str, Verdict]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("prints")
    paths = {name: folder / f"{name}.pdf" for name in (*_GOOD, *_BAD)}
    for language in SITE_LANGUAGES:
        for size in _SIZES:
            for kind, publication in (
                ("lesson", lesson_publication(language)),
                ("course", course_publication(language)),
            ):
                data = render_large_print(publication, _SETTINGS, size_pt=size).data
                paths[f"{kind}-{language}-{size}"].write_bytes(data)
    paths["tables-en-18"].write_bytes(render_large_print(_tables(), _SETTINGS, size_pt=18).data)
    _break(paths)
    try:
        verdicts = judge_pdfs(paths.values())
    except JudgeMissing as missing:
        pytest.skip(f"veraPDF cannot run here: {missing.hint}")
    return Judged(paths, dict(zip(paths, verdicts, strict=True)))


def _tables() -> Publication:
    """Tables over several pages, on a turned page, and told row by row."""

    def cells(count: int, text: str) -> tuple[Cell, ...]:
        return tuple(Cell((Text(f"{text} {number}"),)) for number in range(count))

    blocks = (
        Heading(3, (Text("Long"),), "long"),
        Table(cells(3, "head"), tuple(cells(3, f"row {row} cell") for row in range(60)), row_headers=True),
        Heading(5, (Text("Turned"),), "turned"),
        Table(cells(5, "Column"), tuple(cells(5, "programming") for _ in range(6)), (Text("Wide"),), row_headers=True),
        Heading(2, (Text("Told"),), "told"),
        Table(cells(9, "Name"), tuple(cells(9, "administration") for _ in range(3)), (Text("Widest"),)),
        Paragraph((Text("End."),)),
    )
    document = Document(COURSE_ID, "files", ENGLISH, "Tables", blocks)
    return Publication(course(), ENGLISH, (document,), "Tables", {})


def _break(paths: dict[str, Path]) -> None:
    good = paths["lesson-en-18"]
    with pikepdf.open(good) as pdf:
        for page in pdf.pages:
            plain = [
                one for one in pikepdf.parse_content_stream(page) if str(one.operator) not in ("BDC", "BMC", "EMC")
            ]
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(plain))
        pdf.save(paths["untagged"], static_id=True)
    with pikepdf.open(good) as pdf:
        del pdf.Root.Lang
        pdf.save(paths["without-language"], static_id=True)
    with pikepdf.open(good) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure" and "/Alt" in one:
                del one.Alt
        pdf.save(paths["without-alternative"], static_id=True)
    paths["no-pdf"].write_bytes(b"this is no PDF")


@pytest.mark.parametrize("name", _GOOD)
def test_large_print_is_pdf_ua(judged: Judged, name: str) -> None:
    verdict = judged.verdicts[name]
    assert verdict.is_clean and verdict.subject == str(judged.paths[name].resolve()), str(verdict)
    assert verdict.version.startswith("1.")


@pytest.mark.parametrize("name", _GOOD)
def test_large_print_passes_our_own_checks(judged: Judged, name: str) -> None:
    verdict = judge_structure(judged.paths[name])
    assert verdict.is_clean, str(verdict)


@pytest.mark.parametrize(
    ("name", "code"),
    [("untagged", "7.1-3"), ("without-language", "7.2-"), ("without-alternative", "7.3-1"), ("no-pdf", "unreadable")],
)
def test_broken_files_are_not_passed(judged: Judged, name: str, code: str) -> None:
    verdict = judged.verdicts[name]
    assert not verdict.is_clean
    assert any(one.code.startswith(code) and one.message for one in verdict.problems), str(verdict)[:2000]


@pytest.mark.parametrize(
    ("name", "code"),
    [("untagged", "untagged-content"), ("without-language", "no-language"), ("without-alternative", "no-alternative")],
)
def test_our_own_checks_see_broken_files(judged: Judged, name: str, code: str) -> None:
    assert code in {one.code for one in judge_structure(judged.paths[name]).problems}


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JudgeMissing) as caught:
        judge_pdfs([tmp_path / "any.pdf"])
    assert "jdk" in caught.value.hint


def test_no_files_need_no_judge() -> None:
    assert judge_pdfs([]) == ()
