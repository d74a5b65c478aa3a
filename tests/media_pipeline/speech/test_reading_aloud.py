"""What is said: everything that the author wrote, once, in order, with the structure in words."""

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.model.captions import Captions, Cue
from builder.model.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
    Block,
    BulletList,
    Cell,
    CodeBlock,
    CodeSpan,
    Deleted,
    Diagram,
    Document,
    Figure,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    Inline,
    Link,
    ListItem,
    Node,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Recording,
    RecordingKind,
    Superscript,
    Table,
    Text,
    WebTarget,
    child_nodes,
    plain_text,
)
from builder.model.language import ENGLISH, RUSSIAN, SITE_LANGUAGES, LanguageTag
from media_pipeline.speech.reading_aloud import Saying, read_aloud
from tests.laws.documents import documents, soup
from tests.samples import everything

_QUIET = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def _everybody_speaks(_: LanguageTag) -> bool:
    return True


def _said(*blocks: Block, notes: tuple[Footnote, ...] = (), language: LanguageTag = RUSSIAN) -> list[str]:
    """What is said after the title."""
    document = Document("c", "l", language, "Т", blocks, notes)
    return [_text(one) for one in read_aloud(document, _everybody_speaks).sayings[1:]]


def _text(saying: Saying) -> str:
    return " ".join("".join(run.text for run in saying.runs).split())


def _p(*inlines: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(one) if isinstance(one, str) else one for one in inlines))


def _cell(text: str) -> Cell:
    return Cell((Text(text),) if text else ())


# ---------------------------------------------------------------- everything, once, in order


def _words(text: str) -> list[str]:
    """Words; raised and lowered numbers are numbers."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower())


def _author(document: Document) -> Iterator[str]:
    """Every text that the author wrote and that is said as it stands, in the order in which it is read."""
    notes = {one.number: one for one in document.footnotes}
    told: set[int] = set()
    full: set[tuple[str, str]] = set()

    def inline(node: Inline) -> Iterator[str]:
        match node:
            case Text(text=text) | CodeSpan(text=text) | Picture(alt=text):
                yield text
            case Abbreviation(text=text, expansion=expansion):
                yield text
                if (text, expansion) not in full:
                    full.add((text, expansion))
                    yield expansion
            case _:
                for one in child_nodes(node):
                    yield from inline(one)  # type: ignore[arg-type]  # inlines hold inlines only

    def notes_in(node: Node) -> Iterator[str]:
        for number in _references(node):
            if number not in told:
                told.add(number)
                yield from blocks(notes[number].blocks)

    def inlines(children: tuple[Inline, ...]) -> Iterator[str]:
        for one in children:
            yield from inline(one)

    def blocks(some: tuple[Block, ...]) -> Iterator[str]:
        for one in some:
            yield from block(one)

    def block(one: Block) -> Iterator[str]:
        match one:
            case Heading() | Paragraph():
                yield from inlines(one.children)
            case CodeBlock():
                yield from inlines(one.caption)
                yield one.text
            case Figure():
                yield "" if one.picture.decorative else one.picture.alt
                yield from inlines(one.caption)
                yield from blocks(one.description)
            case Diagram():
                yield one.title
            case Admonition():
                yield from inlines(one.title)
                yield from blocks(one.blocks)
            case Quotation():
                yield from blocks(one.blocks)
                yield from inlines(one.attribution)
            case Recording():
                yield one.title
            case PassageBlock():
                yield from blocks(one.blocks)
            case Table():
                yield from inlines(one.caption)
                for cell in (*one.header, *(cell for row in one.rows for cell in row)):
                    yield from inlines(cell.children)
            case _:
                for node in child_nodes(one):
                    if isinstance(node, ListItem):
                        yield from blocks(node.blocks)
                    else:
                        for meaning in [node.term, *node.meanings]:  # type: ignore[union-attr]  # a Definition
                            for inside in meaning:
                                yield from block(inside) if _is_block(inside) else inline(inside)
        if not isinstance(one, BulletList | OrderedList | PassageBlock):
            yield from notes_in(one)

    yield document.title
    yield from blocks(document.blocks)
    for note in document.footnotes:
        if note.number not in told:
            told.add(note.number)
            yield from blocks(note.blocks)


def _is_block(node: object) -> bool:
    return isinstance(node, Block)


def _references(node: Node) -> Iterator[int]:
    if isinstance(node, FootnoteReference):
        yield node.number
    for one in child_nodes(node):
        yield from _references(one)


def _check_everything_is_said(document: Document) -> None:
    reading = read_aloud(document, _everybody_speaks)
    heard = [word for one in reading.sayings for run in one.runs if not run.is_added for word in _words(run.text)]
    # Letters and numbers without what divides them: H, a lowered 2 and O are three texts and one word.
    assert "".join(heard) == "".join(word for text in _author(document) for word in _words(text))


@_QUIET
@given(documents())
def test_every_word_is_said_once_in_order(document: Document) -> None:
    _check_everything_is_said(document)


@_QUIET
@given(documents(text=soup()))
def test_every_word_of_any_text_is_said_once_in_order(document: Document) -> None:
    reading = read_aloud(document, _everybody_speaks)
    heard = "".join(run.text for one in reading.sayings for run in one.runs if not run.is_added)
    written = "".join(_author(document))
    assert sorted("".join(_words(heard))) == sorted("".join(_words(written)))


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_sample_is_said_once_in_order(language: LanguageTag) -> None:
    _check_everything_is_said(everything(language))


@_QUIET
@given(documents())
def test_places_are_those_of_marked_sentences_and_the_last_saying_ends_a_unit(document: Document) -> None:
    sayings = read_aloud(document, _everybody_speaks).sayings
    assert sayings[0].element == ""
    for one in sayings[1:]:
        # Before the first words only our own can be without a place: of an empty quotation, say.
        assert one.element.startswith("s.") or all(run.is_added for run in one.runs)
    assert sayings[-1].ends_unit
    assert all(one.pause_ms >= 300 for one in sayings)
    chapters = [one.chapter for one in sayings if one.chapter]
    headings = [one for one in document.blocks if isinstance(one, Heading) and plain_text(one.children).strip()]
    assert [one.anchor for one in chapters] == ["", *(one.anchor for one in headings)]
    assert [one.level for one in chapters] == [1, *(one.level for one in headings)]


# ---------------------------------------------------------------- structure


def test_a_table_tells_size_and_columns_and_the_column_with_every_cell() -> None:
    table = Table(
        (_cell("Вид"), _cell("Размер")),
        ((_cell("Текст"), _cell("15 КБ")), (_cell("Рисунок"), _cell(""))),
        row_headers=True,
    )
    assert _said(table) == [
        "Таблица, столбцов: 2, строк: 2.",
        "Столбцы: Вид",
        "Размер",
        "Текст",
        "Размер: 15 КБ",
        "Рисунок",
        "Размер: пусто.",
        "Конец таблицы.",
    ]


def test_a_row_without_a_header_tells_its_number() -> None:
    table = Table((_cell("A"), _cell("B")), ((_cell("one"), _cell("two. Three")),), (Text("Letters"),))
    assert _said(table, language=ENGLISH) == [
        "Table: Letters",
        "columns: 2, rows: 1.",
        "Columns: A",
        "B",
        "Row 1. A: one",
        "B: two.",
        "Three",
        "End of table.",
    ]


def test_lists_tell_their_length_and_where_inner_ones_end() -> None:
    inner = OrderedList((ListItem((_p("b"),)), ListItem((_p("c"),))), 4)
    outer = BulletList((ListItem((_p("a"), inner)), ListItem((_p("d"),), checked=False)))
    assert _said(outer, language=ENGLISH) == [
        "List, items: 2. a",
        "Inner list, items: 2. Item 4: b",
        "Item 5: c",
        "End of inner list.",
        "not done: d",
    ]


def test_code_tells_its_language_lines_and_indentation() -> None:
    block = CodeBlock("if a:\n    b\n    c\n\nd", "python")
    assert _said(block, language=ENGLISH) == [
        "Code, python, lines: 5.",
        "Line 1: if a:",
        "Line 2: indented by 4, b",
        "Line 3: c",
        "Line 4: blank line",
        "Line 5: indented by 0, d",
        "End of code.",
    ]


def test_a_note_is_read_after_the_paragraph_that_it_belongs_to() -> None:
    note = Footnote(1, (_p("О ней."),))
    first = _p("Слово", FootnoteReference(1), " одно. Второе.")
    assert _said(first, _p("Дальше", FootnoteReference(1), "."), notes=(note,)) == [
        "Слово одно.",
        "Второе.",
        "Сноска 1: О ней.",
        "Дальше (сноска 1) .",
    ]


def test_places_of_several_notes_are_told_in_the_sentence() -> None:
    notes = (Footnote(1, (_p("Раз."),)), Footnote(2, (_p("Два. Три. Четыре."),)), Footnote(3, (_p("Ничья."),)))
    said = _said(_p("А", FootnoteReference(1), " и Б", FootnoteReference(2), "."), notes=notes)
    assert said == [
        "А (сноска 1) и Б (сноска 2) .",
        "Сноска 1: Раз.",
        "Сноска 2: Два.",
        "Три.",
        "Четыре.",
        "Конец сноски.",
        "Сноска 3: Ничья.",
    ]


def test_notes_of_a_table_follow_it() -> None:
    cell = Cell((Text("a"), FootnoteReference(1)))
    said = _said(Table((_cell("H"),), ((cell,),)), notes=(Footnote(1, (_p("Note."),)),), language=ENGLISH)
    assert said[-2:] == ["End of table.", "Note 1: Note."]


def test_long_set_off_passages_say_where_they_end() -> None:
    short = Admonition(AdmonitionKind.TIP, (_p("Раз."),))
    long = Admonition(AdmonitionKind.TASK, (_p("Раз. Два."), _p("Три.")), (Text("Имя"),))
    assert _said(short, long) == ["Совет: Раз.", "Задание. Имя", "Раз.", "Два.", "Три.", "Конец задания."]


def test_a_figure_tells_picture_caption_and_description() -> None:
    figure = Figure(Picture("media/a.png", "дом"), (Text("Мой дом"),), (_p("Он мал."),))
    hidden = Figure(Picture("media/b.png", "", decorative=True), (Text("Узор"),))
    assert _said(figure, hidden) == [
        "Рисунок: дом",
        "Подпись к рисунку: Мой дом",
        "Подробное описание: Он мал.",
        "Узор",
    ]


def test_a_recording_tells_where_it_is_and_whether_there_are_words() -> None:
    plain = Recording("media/a.mp3", "Беседа", RecordingKind.AUDIO, RUSSIAN)
    captions = (Captions(RUSSIAN, (Cue(0, 1000, "Да"),)),)
    full = Recording("media/a.mp4", "Фильм", RecordingKind.VIDEO, RUSSIAN, captions=captions)
    withheld = Recording("media/c.mp4", "Нельзя", RecordingKind.VIDEO, RUSSIAN, withheld=True)
    assert _said(plain, full, withheld) == [
        "Аудиозапись: Беседа",
        "Запись можно открыть на странице занятия.",
        "Видео: Фильм",
        "Запись с субтитрами и расшифровкой можно открыть на странице занятия.",
        "Видео: Нельзя",
        "Запись не публикуется из-за авторских прав.",
    ]


def test_inline_marks_are_told() -> None:
    paragraph = _p("x", Superscript((Text("2"),)), " и ", Deleted((Text("зря"),)), " ", Picture("media/a.png", "знак"))
    assert _said(paragraph) == ["x² и , зачёркнуто: зря, Рисунок: знак"]


def test_a_short_form_is_told_in_full_only_once() -> None:
    short = Abbreviation("ОС", "операционная система")
    assert _said(_p(short, " здесь."), _p(short, " там.")) == ["ОС, операционная система, здесь.", "ОС там."]


def test_what_is_written_at_a_short_form_stays_with_it() -> None:
    short = Abbreviation("UTF", "формат Юникода")
    assert _said(_p(short, "-8 и ", short, "-16")) == ["UTF-8, формат Юникода, и UTF-16"]


def test_a_shown_address_is_computer_text_and_a_link_is_its_words() -> None:
    target = WebTarget("https://example.org/")
    document = Document(
        "c", "l", RUSSIAN, "Т", (_p(Link((Text("https://example.org/"),), target)), _p(Link((Text("сюда"),), target)))
    )
    runs = [one.runs for one in read_aloud(document, _everybody_speaks).sayings[1:]]
    assert [(run.text, run.is_computer_text) for one in runs for run in one] == [
        ("https://example.org/", True),
        ("сюда", False),
    ]


def test_formulas_are_said_in_the_language_of_the_lesson() -> None:
    assert _said(_p("Вот ", Formula("x^2"), ".")) == ["Вот икс в квадрате ."]
    assert _said(_p("Here ", Formula("x_1"), "."), language=ENGLISH) == ["Here x sub one ."]


def test_words_without_a_voice_are_said_after_the_name_of_their_language() -> None:
    tag = LanguageTag("tlh")
    passage = Passage(tag, (Text("nuqneH"),), 7)
    block = PassageBlock(LanguageTag("la"), (_p("Alea iacta est."),), 9)
    document = Document("c", "l", RUSSIAN, "Т", (_p("Он сказал: ", passage, "."), block))
    reading = read_aloud(document, lambda language: language == RUSSIAN)
    assert [_text(one) for one in reading.sayings[1:]] == [
        "Он сказал: на другом языке: nuqneH.",
        "на латыни: Alea iacta est.",
    ]
    assert reading.voiceless == ((tag, 7), (LanguageTag("la"), 9))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(SITE_LANGUAGES))
def test_passages_are_said_by_the_voice_of_their_language(language: LanguageTag) -> None:
    document = Document("c", "l", RUSSIAN, "Т", (_p("А ", Passage(language, (Text("бв"),)), " г."),))
    runs = read_aloud(document, _everybody_speaks).sayings[1].runs
    assert {run.language for run in runs} == {RUSSIAN, language}
