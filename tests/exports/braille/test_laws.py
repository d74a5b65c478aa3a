"""What holds for every document: nothing is lost, nothing is too wide or too tall, nothing reads as noise."""

import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.exports.braille import braille_to_text, read_pages, render_brf, render_pef, transcribe
from builder.exports.braille.cells import BLANK, BREAK, CONTINUED, NO_BREAK
from builder.exports.braille.computer import write_code
from builder.exports.braille.languages import Code, code_for
from builder.exports.braille.transcribe import Transcriber
from builder.exports.braille.word_by_word import translate_words
from builder.model.course import Publication
from builder.model.document import (
    CodeBlock,
    CodeSpan,
    Definition,
    DefinitionList,
    Document,
    Formula,
    MathBlock,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Text,
    child_nodes,
    walk,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.settings import BrailleSettings, Settings
from tests.laws.documents import documents, soup, words
from tests.samples import RESOURCES, course, everything

SIZES = [(40, 25), (28, 27), (32, 25)]
_SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _settings(size: tuple[int, int] = (40, 25)) -> Settings:
    return Settings(site_name={}, braille=BrailleSettings(cells_per_line=size[0], lines_per_page=size[1]))


def _publication(*made: Document, whole_course: bool = False) -> Publication:
    return Publication(course(), made[0].language, made, made[0].title, RESOURCES, whole_course)


def _stream(brf: bytes) -> str:
    """The braille as a reader's finger follows it: divided words joined, one blank between the others."""
    joined = ""
    for page in read_pages(brf):
        for line in page.lines:
            line = line.strip(BLANK)
            joined = joined.removesuffix(CONTINUED) + line if joined.endswith(CONTINUED) else f"{joined}{BLANK}{line}"
    return re.sub(f"{BLANK}+", BLANK, joined)


@given(documents())
@_SLOW
def test_no_line_is_wider_and_no_page_taller_than_the_settings_say(document: Document) -> None:
    for cells, lines in SIZES:
        rendered = render_brf(_publication(document), _settings((cells, lines)))
        pages = [page.removesuffix("\r\n").split("\r\n") for page in rendered.data.decode("ascii").split("\f")]
        assert len(pages) == rendered.pages
        assert all(len(page) <= lines for page in pages)
        assert all(len(line) <= cells for page in pages for line in page)
        assert all(page[1:] for page in pages), "a page without text"


@given(documents(text=soup()), st.sampled_from(SIZES))
@_SLOW
def test_any_characters_give_braille_and_never_an_escape(document: Document, size: tuple[int, int]) -> None:
    rendered = render_brf(_publication(document), _settings(size))
    assert set(rendered.data) <= set(range(32, 96)) | {10, 12, 13}
    for finding in rendered.findings:
        assert finding.rule == "character-not-in-braille"
        assert finding.path == document.source
        assert finding.values["name"]


@given(documents())
@_SLOW
def test_every_word_picture_and_formula_of_the_document_is_in_the_braille(document: Document) -> None:
    _assert_complete(document)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_kind_of_node_is_in_the_braille(language: LanguageTag) -> None:
    _assert_complete(everything(language))
    meanings = tuple((Paragraph((Text(one),)),) for one in ("үй", "суу"))
    items = (Definition((Text("бир"),), meanings), Definition((Text("экинчи"),), meanings))
    _assert_complete(Document("c", "l", KYRGYZ, "а", (DefinitionList(items),)))


def _assert_complete(document: Document) -> None:
    stream = _stream(render_brf(_publication(document), _settings()).data)
    solid = stream.replace(BLANK, "")
    # As often as in the document: a caption may repeat a heading's words.
    wanted = Counter(cells.replace(" ", "").replace(BLANK, "") for cells in _expected(document))
    for cells, times in wanted.items():
        assert solid.count(cells) >= times, cells


def _expected(document: Document) -> list[str]:
    """The cells of every piece of content, written each by itself in the language of its place."""
    base = Transcriber(document, BrailleSettings())
    found: list[str] = []

    def visit(node: object, language: LanguageTag, block_language: LanguageTag) -> None:
        code = base.code(block_language)
        match node:
            case PassageBlock(language=tag):
                language = block_language = tag
            case Passage(language=tag):
                language = tag
            case Text(text=text):
                found.extend(_word(one, code, language) for one in text.split())
            case Picture(alt=alt, decorative=False):
                found.extend(_word(one, code, language) for one in alt.split())
            case CodeSpan(text=text) | CodeBlock(text=text):
                found.append(write_code(text, ueb=not code.cyrillic, other=lambda one: base.text(one, language)))
            case Formula(latex=latex) | MathBlock(latex=latex):
                found.append(base.formula(latex, block_language))
            case _:
                pass
        for child in child_nodes(node):  # type: ignore[arg-type]
            visit(child, language, block_language)

    for block in (*document.blocks, *document.footnotes):
        visit(block, document.language, document.language)
    found.extend(_word(one, base.code(document.language), document.language) for one in document.title.split())
    return found


def _word(word: str, around: Code, language: LanguageTag) -> str:
    """Letters alone: the signs before a foreign word depend on where it stands."""
    own = code_for(language, BrailleSettings())
    code = own if own is not None and own.cyrillic and not word.isascii() else around
    if not word.isascii() and not code.cyrillic:
        code = code_for(KYRGYZ, BrailleSettings()) or code
    cells = transcribe._cells_of(word, code, None)
    return cells.lstrip("⠠⠨") if code.cyrillic else cells


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_text_comes_back_from_the_braille(language: LanguageTag, data: st.DataObject) -> None:
    text = data.draw(words(language, most=8))
    document = Document("c", "l", language, "", ())
    cells = Transcriber(document, BrailleSettings()).text(text, language)
    assert braille_to_text(cells, language) == text


_USUAL = {
    KYRGYZ: ["үй", "Жаңы", "окуу-усулдук", "2026", "5", "а", "⣿", "10 000", "А4", "жыл"],
    RUSSIAN: ["дом", "Новый", "учебно-методический", "2026", "5", "а", "⣿", "10 000", "А4", "год"],
    ENGLISH: ["house", "New", "I", "A", "HTML", "2026", "5", "don't", "⣿", "well-known", "A4", "abc", "PC"],
}
_ALPHABETS = {
    KYRGYZ: "абвңөүүАҢ019 .,;:!?()«»⣿—-",
    RUSSIAN: "абвнуАН019 .,;:!?()«»⣿—-",
    ENGLISH: "abcieABC019 .,;:!?()'’“”⣿—-",
}


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_word_by_word_gives_the_same_cells_as_the_whole_text(language: LanguageTag, data: st.DataObject) -> None:
    code = code_for(language, BrailleSettings())
    assert code is not None
    signs = st.sampled_from(["", "", "", ",", ".", "?", "!", ";", ":", ")", "».", "),", "»"])
    usual = st.builds(
        "{}{}{}".format, st.sampled_from(["", "", "", "«", "("]), st.sampled_from(_USUAL[language]), signs
    )
    odd = st.text(st.sampled_from(_ALPHABETS[language]), min_size=1, max_size=5)
    text = data.draw(st.lists(st.one_of(usual, usual, usual, odd, st.just("—")), max_size=7).map(" ".join))
    text = transcribe._THOUSANDS.sub("⣾", text) if code.cyrillic else text
    quick = translate_words(text, code.tables, cyrillic=code.cyrillic)
    if quick is None:
        return
    whole = transcribe._cells_of(text, code, None, word_by_word=False)
    assert quick.replace("⣾", NO_BREAK) == whole


@given(documents())
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_document_gives_the_same_bytes(document: Document) -> None:
    publication = _publication(document)
    assert render_brf(publication, _settings()).data == render_brf(publication, _settings()).data
    assert render_pef(publication, _settings()).data == render_pef(publication, _settings()).data


@given(st.lists(documents(language=KYRGYZ), min_size=1, max_size=4), st.integers(5, 12), st.sampled_from(SIZES))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_volume_has_more_pages_than_settings_allow(made: list[Document], limit: int, size: tuple[int, int]) -> None:
    braille = BrailleSettings(cells_per_line=size[0], lines_per_page=size[1], pages_per_volume=limit)
    publication = _publication(*made, whole_course=True)
    pef = render_pef(publication, Settings(site_name={}, braille=braille)).data.decode()
    volumes = pef.split("<volume ")[1:]
    assert volumes
    assert all(volume.count("<page>") <= limit for volume in volumes)


def test_break_marks_never_reach_a_file() -> None:
    document = Document("c", "l", KYRGYZ, "Ата, эне", ())
    cells = Transcriber(document, BrailleSettings()).text("Ата, эне; бала", KYRGYZ)
    assert BREAK in cells
    assert BREAK not in render_pef(_publication(document), _settings()).data.decode()


def test_walk_reaches_what_the_law_of_words_looks_at() -> None:
    document = Document("c", "l", KYRGYZ, "а", (CodeBlock("x"),))
    assert [type(one) for one in walk(document)] == [CodeBlock]
