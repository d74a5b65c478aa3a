"""Every form of a transcript says the same: no course, grade or credit is lost in any of them, in any language."""

import json
import re
import subprocess
import unicodedata
from dataclasses import replace as with_values
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from a11y_checks.judges.pdf_structure import Element, judge_structure, read_structure
from a11y_checks.judges.verapdf import judge_pdfs
from a11y_checks.judges.verdict import JudgeMissing
from api.domains.enrolment.rules import StudyForm
from api.domains.programmes.rules import Level
from api.domains.transcripts.content import ResultContent, plain
from api.domains.transcripts.rendering import Rendition, render
from api.domains.transcripts.rules import Format, Office, State, content_digest
from api.domains.transcripts.words import STATEMENTS, WORDS, Words
from api.errors import load_texts
from builder.exports.braille import braille_to_text, read_pages
from builder.exports.braille.cells import BLANK, FROM_ASCII
from builder.model.language import LanguageTag
from tests.api.transcripts.samples import CODE, CONTENT, DRAFT, ISSUE

LANGUAGES = ("ky", "ru", "en")
PDFS = (Format.PDF, Format.LARGE_PRINT, Format.EXTRA_LARGE_PRINT)


@pytest.fixture(scope="module")
def made() -> dict[tuple[str, Format], Rendition]:
    return {(language, form): render(CONTENT, ISSUE, language, form) for language in LANGUAGES for form in Format}


@pytest.fixture(scope="module")
def prints(made: dict[tuple[str, Format], Rendition], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("transcripts")
    paths = {}
    for (language, form), rendition in made.items():
        if form in PDFS:
            paths[f"{language}-{form}"] = path = folder / rendition.name
            path.write_bytes(rendition.data)
    return paths


# What must be found, from the JSON alone


def cells_of(one: ResultContent, words: Words, language: str) -> dict[str, str]:
    """Column -> cell, as a reader of that language expects it."""

    def amount(text: str | None) -> str:
        return "—" if text is None else text.replace(".", words.comma)

    title = one.titles.get(language) or f"{one.titles['ru']} ({words.no_title})"
    return {
        words.course: title,
        words.course_code: one.course,
        words.ects: amount(one.ects),
        words.national_credits: amount(one.national_credits),
        words.points: f"{amount(one.points)}/{amount(one.most_points)}",
        words.grade: f"{one.grade} ({one.grade_titles[language]})",
        words.scale: str(one.scale + 1),
    }


def expected(language: str) -> list[dict[str, str]]:
    return [cells_of(one, WORDS[language], language) for one in CONTENT.results]


def squeezed(text: str) -> str:
    """Without what line ends and soft breaks do to words."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text).replace("\u200b", "").replace("\u00ad", ""))


# Each form


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_tells_every_cell_after_its_column(made: dict[tuple[str, Format], Rendition], language: str) -> None:
    text = made[language, Format.TEXT].data.decode("utf-8-sig")
    for row in expected(language):
        (course, *rest) = row.items()
        line = "; ".join(f"{column}: {cell}" for column, cell in rest)
        assert f", {course[1]}. {line}\r\n" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_a_table_whose_cells_have_headers(prints: dict[str, Path], language: str) -> None:
    table = _tables(read_structure(prints[f"{language}-pdf"]))[0]
    head, *body = [
        [cell for cell in row.walk() if cell.kind in ("TH", "TD")] for row in table.walk() if row.kind == "TR"
    ]
    rows = expected(language)
    assert [squeezed(cell.text()) for cell in head] == [squeezed(column) for column in rows[0]]
    assert all(cell.kind == "TH" and cell.scope == "Column" for cell in head)
    assert all((row[0].kind, row[0].scope) == ("TH", "Row") for row in body)
    assert [[squeezed(cell.text()) for cell in row] for row in body] == [
        [squeezed(cell) for cell in row.values()] for row in rows
    ]


@pytest.mark.parametrize("form", [Format.LARGE_PRINT, Format.EXTRA_LARGE_PRINT])
@pytest.mark.parametrize("language", LANGUAGES)
def test_large_print_tells_every_cell_in_order(prints: dict[str, Path], language: str, form: Format) -> None:
    """As a table or, where that would not fit, row by row with the columns' names."""
    whole = squeezed(read_structure(prints[f"{language}-{form}"]).text())
    place = whole.index(squeezed(WORDS[language].results_caption))
    for row in expected(language):
        for cell in row.values():
            found = whole.find(squeezed(cell), place)
            assert found >= 0, f"{cell!r} is lost"
            place = found


def _tables(tree: Element) -> list[Element]:
    return [one for one in tree.walk() if one.kind == "Table"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_braille_read_back_cell_by_cell_is_the_json(made: dict[tuple[str, Format], Rendition], language: str) -> None:
    found = [
        {_known(column): _known(cell) for column, cell in row.items()}
        for row in _rows(made[language, Format.BRF].data, language)
    ]
    assert found == [{_known(column): _known(cell) for column, cell in row.items()} for row in expected(language)]


def _rows(brf: bytes, language: str) -> list[dict[str, str]]:
    """The rows of the first table told in rows: `column: cell` from the margin begins a row, two cells in the next
    cell, more than two what goes on."""
    lines = [line for page in read_pages(brf) for line in page.lines]
    code = braille_to_text
    caption = WORDS[language].results_caption
    start = next(
        at + size
        for at in range(len(lines))
        for size in (1, 2, 3)
        if _known(caption) in _known(code("\n".join(lines[at : at + size]), LanguageTag(language)))
        and lines[at + size : at + size + 1] != []
        and not lines[at + size].startswith(BLANK)
    )
    cells: list[tuple[int, list[str]]] = []
    for line in lines[start:]:
        indent = len(line) - len(line.lstrip(BLANK))
        if not line.strip(BLANK) or indent > 6:  # an empty line, or at the top of a page the next heading
            break
        if indent > 2:
            cells[-1][1].append(line)
        else:
            cells.append((indent, [line]))
    rows: list[dict[str, str]] = []
    for indent, parts in cells:
        column, _, cell = code("\n".join(parts), LanguageTag(language)).partition(": ")
        if indent == 0:
            rows.append({})
        rows[-1][column] = cell
    return rows


def _known(text: str) -> str:
    """Without what braille of the language does not tell apart (KNOWN_AMBIGUITIES): capitals, dashes, the blank
    before a dash; and with one blank between words. Digits, commas, letters and words stay."""
    return " ".join(text.casefold().replace("—", "-").replace("–", "-").replace(" -", "-").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_pef_holds_the_pages_of_the_brf(made: dict[tuple[str, Format], Rendition], language: str) -> None:
    tree = etree.fromstring(made[language, Format.PEF].data)
    rows = [one.text or "" for one in tree.iter("{http://www.daisy.org/ns/2008/pef}row")]
    brf = made[language, Format.BRF].data.decode("ascii").replace("\f", "")
    assert [one.rstrip(BLANK) for one in rows] == [line.translate(FROM_ASCII) for line in brf.split("\r\n")[:-1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_is_the_content_with_what_proves_it(made: dict[tuple[str, Format], Rendition], language: str) -> None:
    document = json.loads(made[language, Format.JSON].data)
    assert document["content"] == plain(CONTENT)
    assert content_digest(document["content"]) == document["digest"] == ISSUE.digest
    assert document["verify_at"] == f"https://university.test/v1/verifications/{document['code']}"


@pytest.mark.parametrize("form", [Format.TEXT, Format.BRF, *PDFS])
@pytest.mark.parametrize("language", LANGUAGES)
def test_code_number_sums_and_names_stand_in_every_form(
    made: dict[tuple[str, Format], Rendition], prints: dict[str, Path], language: str, form: Format
) -> None:
    data = made[language, form].data
    if form is Format.TEXT:
        text = data.decode("utf-8-sig")
    elif form is Format.BRF:
        text = braille_to_text(data, LanguageTag(language))
    else:
        text = read_structure(prints[f"{language}-{form}"]).text()
    words, comma = WORDS[language], WORDS[language].comma
    names = ["Үсөнова Жаңыл Өмүрбек кызы", "Usonova Janyl"] if form is not Format.BRF else ["үсөнова жаңыл"]
    totals = CONTENT.totals
    sums = (totals.ects, totals.ects_earned, totals.national_credits, totals.national_credits_earned)
    wanted = [
        CODE,
        CONTENT.number,
        *(one.replace(".", comma) for one in sums),
        words.forms["distance"],
        words.code,
        words.unconfirmed,
    ]
    if form is Format.BRF and language == "en":
        names = ["Usonova Janyl"]
    whole = squeezed(text).casefold()
    assert [one for one in [*wanted, *names] if squeezed(one).casefold() not in whole] == []


# Judges


def test_verapdf_and_our_own_checks_find_nothing(prints: dict[str, Path]) -> None:
    for path in prints.values():
        verdict = judge_structure(path)
        assert verdict.is_clean, str(verdict)
    try:
        verdicts = judge_pdfs(
            prints[f"{language}-{form}"]
            for language, form in (
                ("ky", Format.PDF),
                ("ru", Format.PDF),
                ("en", Format.PDF),
                ("ky", Format.LARGE_PRINT),
            )
        )
    except JudgeMissing as missing:
        pytest.skip(f"veraPDF cannot run here: {missing.hint}")
    assert len(verdicts) == 4
    for verdict in verdicts:
        assert verdict.is_clean, str(verdict)


def test_the_same_content_gives_the_same_bytes(made: dict[tuple[str, Format], Rendition]) -> None:
    for form in Format:
        assert render(CONTENT, ISSUE, "ky", form) == made["ky", form]


def test_what_is_printed_needs_no_letter_that_is_missing(made: dict[tuple[str, Format], Rendition]) -> None:
    assert [one.findings for one in made.values() if one.findings] == []


# What is not there is said


def test_a_missing_title_is_marked_with_its_language_and_said(prints: dict[str, Path]) -> None:
    """In the PDF the Russian words are Russian for the voice; the note says why they stand there."""
    tree = read_structure(prints["ky-pdf"])
    (cell,) = [one for one in tree.walk() if one.kind == "TH" and "История" in one.text()]
    languages = {
        run.language or one.language for one in cell.walk() for run in one.children if not isinstance(run, Element)
    }
    assert "ru" in languages
    assert squeezed(WORDS["ky"].not_in_this_language) in squeezed(tree.text())
    assert squeezed(WORDS["ru"].not_in_this_language) not in squeezed(read_structure(prints["ru-pdf"]).text())


def test_a_title_in_no_language_is_a_dash_that_says_so() -> None:
    nameless = replace(CONTENT, results=[replace(CONTENT.results[0], titles={})])
    text = render(nameless, ISSUE, "en", Format.TEXT).data.decode("utf-8-sig")
    assert "— (no title in English)" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_on_its_face_that_it_is_none(language: str) -> None:
    text = render(CONTENT, DRAFT, language, Format.TEXT).data.decode("utf-8-sig")
    assert WORDS[language].not_issued in text and CODE not in text
    issued = render(CONTENT, ISSUE, language, Format.TEXT).data.decode("utf-8-sig")
    assert WORDS[language].not_issued not in issued


def test_missing_credits_are_a_dash_in_the_table_and_not_a_zero() -> None:
    lacking = replace(CONTENT, results=[replace(CONTENT.results[0], ects=None)])
    text = render(lacking, ISSUE, "en", Format.TEXT).data.decode("utf-8-sig")
    assert "ECTS: —; National credits: 5" in text


def test_a_semester_without_results_can_be_printed() -> None:
    empty = replace(CONTENT, results=[], scales=[])
    for form in Format:
        assert render(empty, with_values(ISSUE, digest="0" * 64), "ky", form).data


def test_words_exist_in_all_languages() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert all(set(words) == set(LANGUAGES) for words in STATEMENTS.values())
    for words in WORDS.values():
        assert set(words.levels) == set(Level)
        assert set(words.forms) >= set(StudyForm)
        assert set(words.offices) == set(Office)
    for state in State:
        assert set(load_texts()[f"word-{state}"]) == set(LANGUAGES)


def test_pdftotext_finds_the_words_too(prints: dict[str, Path]) -> None:
    """Another program's eyes: what is copied out of the PDF is the text, not glyph numbers."""
    done = subprocess.run(["pdftotext", "-raw", prints["ky-pdf"], "-"], capture_output=True, text=True, check=True)
    assert "Жаңыл" in done.stdout and CODE in done.stdout
