"""What the writer makes of each kind of node."""

import pytest

from builder.exports.hypertext import HypertextContext, render_body
from builder.model.document import (
    Abbreviation,
    Admonition,
    AdmonitionKind,
    Alignment,
    BulletList,
    Cell,
    CodeBlock,
    Deleted,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Figure,
    Footnote,
    FootnoteReference,
    Formula,
    Heading,
    Inline,
    LessonTarget,
    Link,
    ListItem,
    MathBlock,
    OrderedList,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Table,
    Text,
    WebTarget,
)
from builder.model.labels import labels_for
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from tests import samples
from tests.exports.hypertext.reading import (
    BOOK,
    CONTEXT,
    EPUB,
    MATHML,
    NOWHERE,
    SVG,
    XML_LANG,
    find,
    lesson_of,
    text_of,
    tree_of,
)

ARABIC = LanguageTag("ar")


def words(text: str) -> tuple[Inline, ...]:
    return (Text(text),)


def cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(words(one)) for one in texts)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@pytest.mark.parametrize("context", [CONTEXT, BOOK, NOWHERE], ids=["page", "book", "nowhere"])
def test_a_lesson_with_everything_is_well_formed(language: LanguageTag, context: HypertextContext) -> None:
    tree = tree_of(samples.everything(language), context)
    assert find(tree, "h2").get("id") == "goals"


def test_pages_have_nothing_that_only_books_may_have() -> None:
    markup = render_body(samples.everything(KYRGYZ), CONTEXT)
    assert "epub:" not in markup


# ---------------------------------------------------------------- languages


def test_a_passage_tells_its_language_and_a_book_tells_it_twice() -> None:
    document = lesson_of(Passage(RUSSIAN, words("Создать")))
    page, book = find(tree_of(document), ".//span"), find(tree_of(document, BOOK), ".//span")
    assert page.attrib == {"lang": "ru"}
    assert book.attrib == {"lang": "ru", XML_LANG: "ru"}


def test_direction_is_told_only_where_it_changes() -> None:
    inner = Passage(ENGLISH, words("file"))
    tree = tree_of(lesson_of(PassageBlock(ARABIC, (Paragraph((Text("ملف "), inner)),)), Passage(RUSSIAN, words("да"))))
    assert find(tree, "div").get("dir") == "rtl"
    assert find(tree, "div/p/span").get("dir") == "ltr"
    assert find(tree, "p/span").get("dir") is None


def test_words_around_a_passage_are_in_its_language() -> None:
    admonition = Admonition(AdmonitionKind.WARNING, (Paragraph(words("Сохраните копию.")),))
    tree = tree_of(lesson_of(PassageBlock(RUSSIAN, (admonition,))))
    assert text_of(find(tree, ".//p[@class='admonition-title']")) == "Осторожно"


def test_words_around_a_passage_without_labels_keep_the_language_of_the_lesson() -> None:
    admonition = Admonition(AdmonitionKind.NOTE, (Paragraph(words("Datei")),))
    tree = tree_of(lesson_of(PassageBlock(LanguageTag("de"), (admonition,))))
    title = find(tree, ".//p[@class='admonition-title']/span")
    assert (title.get("lang"), title.text) == ("ky", "Эскертүү")


# ---------------------------------------------------------------- links, abbreviations, deletions


def test_a_link_that_is_read_in_another_language_says_so() -> None:
    link = find(tree_of(lesson_of(Link(words("сабак"), LessonTarget("course", "two", RUSSIAN)))), ".//a")
    assert (text_of(link), link.get("hreflang")) == ("сабак (орусча)", "ru")


def test_a_link_to_the_lesson_itself_is_its_anchor() -> None:
    target = LessonTarget("course", "lesson", KYRGYZ, "goals")
    document = lesson_of(Heading(2, words("Максаты"), "goals"), Link(words("максат"), target))
    assert find(tree_of(document), ".//a").get("href") == "#goals"


def test_a_link_to_a_missing_place_of_the_lesson_is_words() -> None:
    document = lesson_of(Link(words("максат"), LessonTarget("course", "lesson", KYRGYZ, "nowhere")))
    tree = tree_of(document)
    assert tree.find(".//a") is None
    assert text_of(tree) == "максат"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://", "http://a b/",
     "https://a..b/", "https://.b/",
     "https://[", "//example.org", "vbscript:x", " javascript:alert(1)", "http://x:99999/"],
)  # fmt: skip
def test_an_address_that_must_not_be_followed_is_words(url: str) -> None:
    tree = tree_of(lesson_of(Link(words("бул жерде"), WebTarget(url))))
    assert tree.find(".//a") is None
    assert text_of(tree) == "бул жерде"


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://example.org/?a=1&b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a[1]?b=]#c#d", "https://example.org/a%5B1%5D?b=%5D#c%23d"),
        ("https://кыргыз.example/үй", "https://кыргыз.example/үй"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("https://example.org./", "https://example.org./"),
        ("mailto:dekan@example.org", "mailto:dekan@example.org"),
        ("tel:+996312000000", "tel:+996312000000"),
    ],
)
def test_web_addresses_are_kept_or_encoded(url: str, href: str) -> None:
    assert find(tree_of(lesson_of(Link(words("x"), WebTarget(url)))), ".//a").get("href") == href


def test_a_note_inside_a_link_comes_after_it() -> None:
    link = Link((Text("дарек"), FootnoteReference(1)), WebTarget("https://example.org/"))
    note = Footnote(1, (Paragraph(words("Эскертүү.")),))
    paragraph = find(tree_of(lesson_of(link, footnotes=(note,))), "p")
    assert [one.tag for one in paragraph] == ["a", "sup"]
    assert [len(one) for one in paragraph] == [0, 1]


def test_a_link_inside_a_link_is_words() -> None:
    inner = Link(words("ички"), WebTarget("https://example.org/2"))
    tree = tree_of(lesson_of(Link((Text("тышкы "), inner), WebTarget("https://example.org/1"))))
    assert [one.get("href") for one in tree.iter("a")] == ["https://example.org/1"]


def test_an_abbreviation_is_spelled_out_where_it_comes_first() -> None:
    short = Abbreviation("ОС", "operating system", ENGLISH)
    tree = tree_of(lesson_of(short, short))
    assert text_of(tree.findall("p")[0]) == "ОС (operating system)"
    assert find(tree, "p/span").get("lang") == "en"
    later = find(tree.findall("p")[1], "abbr")
    assert (text_of(tree.findall("p")[1]), later.get("title")) == ("ОС", "operating system")


def test_a_heading_leaves_the_spelling_out_to_the_text() -> None:
    short = Abbreviation("ББК", "Билим берүү китепканасы")
    with_text = tree_of(lesson_of(Heading(2, (short,), "a"), short))
    alone = tree_of(lesson_of(Heading(2, (short,), "a")))
    assert text_of(find(with_text, "h2")) == "ББК"
    assert text_of(find(with_text, "p")) == "ББК (Билим берүү китепканасы)"
    assert text_of(find(alone, "h2")) == "ББК (Билим берүү китепканасы)"


def test_deleted_text_is_heard_as_deleted() -> None:
    assert text_of(find(tree_of(lesson_of(Deleted(words("12")))), ".//del")) == "[сызылган: 12]"


# ---------------------------------------------------------------- tables, lists, code


def test_table_cells_have_their_headers() -> None:
    table = Table(cells("Түрү", "Көлөмү"), (cells("Текст", "15 КБ"),), words("Файлдар"), row_headers=True)
    tree = tree_of(lesson_of(table))
    assert [(one.text, one.get("scope")) for one in tree.iter("th")] == [
        ("Түрү", "col"), ("Көлөмү", "col"), ("Текст", "row"),
    ]  # fmt: skip
    assert [one.text for one in tree.iter("td")] == ["15 КБ"]
    assert text_of(find(tree, ".//caption")) == "Файлдар"


def test_only_a_wide_table_gets_a_box_that_scrolls_and_the_box_has_a_name() -> None:
    narrow = Table(cells("А", "Б"), (cells("1", "2"),))
    wide = Table(cells("Санариптештирүү", "Жеткиликтүүлүк"), (cells("1", "2"),), words("Сөздөр"))
    nameless = Table(wide.header, wide.rows)
    tree = tree_of(lesson_of(narrow, wide, nameless))
    first, second = tree.findall("div")
    assert tree.find("table") is not None
    assert (first.get("role"), first.get("tabindex")) == ("group", "0")
    assert first.get("aria-labelledby") == find(first, "table/caption").get("id")
    assert second.get("aria-label") == "3-таблица"


def test_cells_keep_their_alignment() -> None:
    table = Table((Cell(words("n"), Alignment.END),), ((Cell(words("1"), Alignment.CENTRE),),))
    tree = tree_of(lesson_of(table))
    assert (find(tree, ".//th").get("class"), find(tree, ".//td").get("class")) == ("align-end", "align-centre")


def test_a_task_says_its_state_in_words_and_has_no_control() -> None:
    items = tuple(ListItem((Paragraph(words("иш")),), state) for state in (True, False))
    tree = tree_of(lesson_of(BulletList(items)))
    labels = labels_for(KYRGYZ)
    seen = [text_of(find(one, "span[@class='visually-hidden']")) for one in tree.iter("li")]
    assert seen == [f"{labels.task_done}: ", f"{labels.task_open}: "]
    assert [find(one, "span").get("aria-hidden") for one in tree.iter("li")] == ["true", "true"]
    assert tree.find(".//input") is None


def test_an_ordered_list_begins_where_the_author_begins() -> None:
    items = (ListItem((Paragraph(words("а")), Paragraph(words("б")))),)
    tree = tree_of(lesson_of(OrderedList(items, 3), OrderedList(items)))
    assert [one.get("start") for one in tree.iter("ol")] == ["3", None]
    assert [text_of(one) for one in find(tree, "ol/li")] == ["а", "б"]


def test_code_keeps_every_character_and_is_kept_out_of_translation() -> None:
    source = '\n\nfor x in "<&>":\n\tprint(x)  \n\n'
    for language in ("python", "", "no-such-language", "html", "console"):
        code = find(tree_of(lesson_of(CodeBlock(source, language))), ".//pre/code")
        assert text_of(code) == source
    pre = find(tree_of(lesson_of(CodeBlock("x = 1", "python"))), ".//pre")
    assert pre.attrib == {"translate": "no"}


def test_only_long_code_can_be_reached_and_has_a_name() -> None:
    pre = find(tree_of(lesson_of(CodeBlock("x = " + "1 + " * 30, "python"))), ".//pre")
    assert (pre.get("tabindex"), pre.get("role"), pre.get("aria-label")) == ("0", "group", "Код (Python)")
    folded = find(tree_of(lesson_of(CodeBlock("x = " + "1 + " * 30, "python")), BOOK), ".//pre")
    assert folded.get("tabindex") is None


def test_code_has_the_standard_classes() -> None:
    tree = tree_of(lesson_of(CodeBlock("for x in y: pass", "python")))
    assert find(tree, ".//div[@class='highlight']//span[@class='k']").text == "for"


# ---------------------------------------------------------------- pictures, diagrams, formulas


def test_a_picture_has_its_words_its_size_and_its_long_description() -> None:
    figure = Figure(Picture("media/a.svg", "Дарак"), words("1-сүрөт"), (Paragraph(words("Эки папка.")),))
    tree = tree_of(lesson_of(figure))
    image, details = find(tree, "figure/img"), find(tree, "details")
    assert image.attrib == {
        "src": "media/a.svg", "alt": "Дарак", "width": "640", "height": "480", "aria-details": details.get("id") or "",
    }  # fmt: skip
    assert text_of(find(details, "summary")) == "Толук сыпаттама: 1-сүрөт"
    assert text_of(find(details, "p")) == "Эки папка."
    assert [one.tag for one in tree.iter()] == ["main", "figure", "img", "figcaption", "details", "summary", "p"]


def test_a_decorative_picture_is_silent() -> None:
    assert find(tree_of(lesson_of(Picture("media/a.svg", "", decorative=True))), ".//img").get("alt") == ""


@pytest.mark.parametrize("block", [True, False])
def test_a_withheld_picture_gives_its_words_and_never_its_file(block: bool) -> None:
    picture = Picture("media/closed.svg", "Дарак", withheld=True)
    markup = render_body(lesson_of(Figure(picture) if block else picture), CONTEXT)
    assert "media/closed.svg" not in markup
    assert "Дарак" in markup
    assert labels_for(KYRGYZ).picture_withheld in markup


def test_a_picture_without_a_file_gives_its_words() -> None:
    tree = tree_of(lesson_of(Picture("media/a.svg", "Дарак")), NOWHERE)
    assert (tree.find(".//img"), text_of(tree)) == (None, "[Дарак]")


def test_a_diagram_is_drawn_and_listed() -> None:
    nodes = (DiagramNode("a", "Баштоо", "round"), DiagramNode("b", "Сактоо"))
    tree = tree_of(lesson_of(Diagram("Тартип", nodes, (DiagramEdge("a", "b", "ооба"),))))
    assert find(tree, f"figure/div/{SVG}svg").get("role") == "img"
    listed = [text_of(one) for one in find(tree, "figure/ol")]
    assert len(listed) == 2
    assert all(label in " ".join(listed) for label in ("Баштоо", "Сактоо", "ооба"))


def test_formulas_are_mathml() -> None:
    tree = tree_of(lesson_of(Formula("x^2"), MathBlock(r"\frac{a}{b}")))
    assert [one.get("display") for one in tree.iter(f"{MATHML}math")] in ([None, "block"], ["inline", "block"])


# ---------------------------------------------------------------- notes, quotations, set-off passages


def test_notes_are_linked_both_ways() -> None:
    note = Footnote(1, (Paragraph(words("Түшүндүрмө.")),))
    sentence = Paragraph((FootnoteReference(1), FootnoteReference(1)))
    tree = tree_of(lesson_of(sentence, footnotes=(note,)), BOOK)
    marks = [one for one in tree.iter("a") if one.get("role") == "doc-noteref"]
    assert [one.get("href") for one in marks] == ["#note-1", "#note-1"]
    assert len({one.get("id") for one in marks}) == 2
    assert [one.get("aria-label") for one in marks] == ["1-түшүндүрмө"] * 2
    assert {one.get(f"{EPUB}type") for one in marks} == {"noteref"}
    section = find(tree, "section[@role='doc-endnotes']")
    assert find(section, "ol/li").get("id") == "note-1"
    back = find(section, ".//a[@role='doc-backlink']")
    assert back.get("href") == f"#{marks[0].get('id')}"
    assert back.get("aria-label") == labels_for(KYRGYZ).note_back.format(number=1)


def test_a_note_that_nothing_points_to_has_no_way_back() -> None:
    tree = tree_of(lesson_of(Text("a"), footnotes=(Footnote(1, (Paragraph(words("b")),)),)))
    assert tree.find(".//a") is None


def test_the_authors_anchors_keep_their_names() -> None:
    note = Footnote(1, (Paragraph(words("b")),))
    headings = [Heading(2, words("x"), name) for name in ("notes", "note-1", "note-mark-1", "table-1", "admonition-1")]
    table = Table(cells("Санариптештирүү", "Жеткиликтүүлүк"), (), words("Сөздөр"))
    admonition = Admonition(AdmonitionKind.NOTE, (Paragraph(words("а")),))
    tree = tree_of(lesson_of(*headings, FootnoteReference(1), table, admonition, footnotes=(note,)))
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids)) == 10


def test_a_quotation_names_its_source() -> None:
    tree = tree_of(lesson_of(Quotation((Paragraph(words("Билим.")),), words("макал"))))
    assert text_of(find(tree, "figure/blockquote/p")) == "Билим."
    assert text_of(find(tree, "figure/figcaption")) == "— макал"


def test_a_set_off_passage_says_its_kind_also_under_a_title_of_its_own() -> None:
    body = (Paragraph(words("а")),)
    own = Admonition(AdmonitionKind.TIP, body, words("Ыкма"))
    tree = tree_of(
        lesson_of(own, Admonition(AdmonitionKind.TIP, body), Admonition(AdmonitionKind.TIP, body, words("Кеңеш")))
    )
    titles = [text_of(one) for one in tree.iter("p") if one.get("class") == "admonition-title"]
    assert titles == ["Кеңеш: Ыкма", "Кеңеш", "Кеңеш"]
    note = find(tree, "div")
    assert (note.get("class"), note.get("role")) == ("admonition tip", "note")
    assert note.get("aria-labelledby") == find(note, "p").get("id")
