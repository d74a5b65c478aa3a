"""The index is the same bytes for the same lessons, holds every word, and is searched as a reader expects."""

import json
import re

import pytest

from builder.model.document import (
    Document,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    MathBlock,
    Paragraph,
    Text,
    Variant,
    walk,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.publishing.search import index_document, index_path, merge_index, stem
from tests.publishing.search.test_stemmer import run_engine
from tests.samples import everything


def lesson(name: str, title: str, *parts: tuple[str, str], language: LanguageTag = KYRGYZ) -> Document:
    """A lesson whose parts are (heading, text); an empty heading is the beginning."""
    blocks: list[Heading | Paragraph] = []
    for number, (heading, text) in enumerate(parts):
        if heading:
            blocks.append(Heading(2, (Text(heading),), f"part-{number}"))
        blocks.append(Paragraph((Text(text),)))
    return Document("course", name, language, title, tuple(blocks))


LIBRARY = lesson(
    "library",
    "Китепкана",
    ("", "Электрондук китепканадан китептерди окуңуз."),
    ("Каталог", "Каталогдо өзгөчө басылмалар бар."),
)
FILES = lesson("files", "Файлдар жана папкалар", ("", "Файл деген эмне?"), ("Папка түзүү", "Папкада китеп сакталат."))
EXAM = lesson("exam", "Экзамен", ("", "Экзаменге даярдануу тартиби."))


def search(query: str, *documents: Document, language: LanguageTag = KYRGYZ) -> list[dict[str, object]]:
    script = merge_index([index_document(one) for one in documents or (LIBRARY, FILES, EXAM)], language).decode()
    program = """
    globalThis.window = globalThis;
    eval(given.script);
    const found = globalThis.jetkiSearchEngine.open(globalThis.jetkiSearchIndex).search(given.query);
    process.stdout.write(JSON.stringify(found.hits.map(one => ({...one, snippet: one.snippet(), near: found.isNear}))));
    """
    found = run_engine(program, {"script": script, "query": query})
    assert isinstance(found, list)
    return found


def titles(query: str, *documents: Document, language: LanguageTag = KYRGYZ) -> list[object]:
    return [one["title"] for one in search(query, *documents, language=language)]


@pytest.mark.parametrize("query", ["китеп", "китептерде", "Китептин", "китеби"])
def test_a_word_is_found_in_any_form(query: str) -> None:
    assert set(titles(query)) == {"Китепкана", "Файлдар жана папкалар"}


def test_a_finished_word_does_not_find_longer_words() -> None:
    assert titles("китепканалар ") == ["Китепкана"]


def test_a_title_counts_more_than_the_text() -> None:
    assert titles("папканы", FILES, lesson("other", "Башка", ("", "Папка папка папка.")))[0] == FILES.title


def test_a_result_leads_to_the_section_with_the_word() -> None:
    (hit,) = search("каталогдун")
    assert hit["url"] == "ky/course/library/index.html#part-1"
    assert hit["heading"] == "Каталог"


def test_the_passage_marks_the_word_in_the_form_it_stands_in() -> None:
    (hit,) = search("басылма")
    assert ["басылмалар", True] in hit["snippet"]  # type: ignore[operator]


def test_letters_that_a_keyboard_lacks_may_be_replaced() -> None:
    assert titles("озгочо") == ["Китепкана"]


def test_the_last_word_may_be_unfinished() -> None:
    assert titles("экза") == ["Экзамен"]


def test_a_slip_of_the_finger_still_finds_and_says_so() -> None:
    (hit,) = search("экзаман")
    assert hit["title"] == "Экзамен"
    assert hit["near"] is True


def test_all_words_of_a_query_count() -> None:
    assert titles("китеп папка")[0] == FILES.title
    assert len(titles("китеп папка")) == 1


def test_nothing_is_found_for_a_word_that_is_not_there() -> None:
    assert titles("вулканология") == []
    assert titles("...") == []


def test_russian_words_are_found_in_any_form() -> None:
    one = lesson("tests", "Сдача тестов", ("", "Перед занятиями прочитайте учёбные правила."), language=RUSSIAN)
    assert titles("занятие", one, language=RUSSIAN) == [one.title]
    assert titles("учебных", one, language=RUSSIAN) == [one.title]


def test_english_words_are_found_in_any_form() -> None:
    one = lesson("plan", "Planning your studies", ("", "Lessons are recorded."), language=ENGLISH)
    assert titles("plans", one, language=ENGLISH) == [one.title]
    assert titles("study lesson", one, language=ENGLISH) == [one.title]


def test_words_of_the_language_itself_are_not_taken_for_properties() -> None:
    one = lesson("js", "The constructor", ("", "A constructor and __proto__ and hasOwnProperty."), language=ENGLISH)
    assert titles("constructor", one, language=ENGLISH) == [one.title]
    assert titles("toString", one, language=ENGLISH) == []


def test_footnotes_are_found_where_they_are_referred_to() -> None:
    note = Footnote(1, (Paragraph((Text("Вулкан жөнүндө."),)),))
    one = Document("course", "n", KYRGYZ, "Тоолор", (Paragraph((Text("Тоо"), FootnoteReference(1))),), (note,))
    assert titles("вулкандар", one) == ["Тоолор"]


def test_easy_language_is_told_apart() -> None:
    easy = Document("course", "exam", KYRGYZ, "Экзамен", (), variant=Variant.EASY)
    assert [(one["url"], one["isEasy"]) for one in search("экзамен", easy)] == [
        ("ky/course/exam/easy/index.html", True)
    ]


def test_the_order_of_entries_does_not_matter() -> None:
    entries = [index_document(one) for one in (LIBRARY, FILES, EXAM)]
    assert merge_index(entries, KYRGYZ) == merge_index(entries[::-1], KYRGYZ)


def test_the_index_is_a_script_that_cannot_end_itself() -> None:
    text = merge_index([index_document(lesson("x", "</script>\u2028", ("", "a</script>b")))], KYRGYZ).decode()
    assert text.startswith("window.jetkiSearchIndex={")
    assert "</" not in text
    assert "\u2028" not in text
    assert json.loads(text.removeprefix("window.jetkiSearchIndex=").removesuffix(";\n"))["lessons"][0][1]


def test_a_foreign_entry_is_refused() -> None:
    with pytest.raises(ValueError):
        merge_index([b"[]"], KYRGYZ)


def test_an_empty_language_has_an_index() -> None:
    assert b'"lessons":[]' in merge_index([], KYRGYZ)
    assert index_path(KYRGYZ) == "ky/search-index.js"


def test_every_word_of_every_node_is_found() -> None:
    """Format parity for search: whatever the sample says in words, its stem is in the entry."""
    document = everything(KYRGYZ)
    entry = json.loads(index_document(document))
    known = {one for section in entry["sections"] for one in section[3]}
    for node in walk(document):
        if isinstance(node, Formula | MathBlock):
            continue
        for attribute in ("text", "alt", "label", "expansion"):
            for word in re.findall(r"[^\W_]+", getattr(node, attribute, "").lower()):
                # H<sub>2</sub>O is one word of the text in three nodes.
                assert stem(word, KYRGYZ) in known or any(word in one for one in known), (node, word)
