"""Each rule on a document that breaks it and on one that does not."""

import re

import pytest

from a11y_checks.lint import lint_document
from a11y_checks.lint.rules import RULES
from builder.model.document import (
    Block,
    Cell,
    CodeSpan,
    Document,
    Figure,
    Formula,
    Heading,
    Inline,
    LessonTarget,
    Link,
    Paragraph,
    Passage,
    PassageBlock,
    Picture,
    Quotation,
    Strong,
    Table,
    Text,
    WebTarget,
)
from builder.model.finding import Finding, Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag

WEB = WebTarget("https://example.kg")


def _lint(*blocks: Block, language: LanguageTag = KYRGYZ) -> list[tuple[str, int]]:
    document = Document("c", "l", language, "А", blocks, source="content/c/ky/01-l.md")
    return [(one.rule, one.line) for one in lint_document(document)]


def _p(*inlines: Inline | str, line: int = 7) -> Paragraph:
    return Paragraph(tuple(Text(one, line) if isinstance(one, str) else one for one in inlines), line)


def _h(level: int, text: str, line: int) -> Heading:
    return Heading(level, (Text(text, line),) if text else (), f"a{line}", line)


def _figure(alt: str, decorative: bool = False) -> Figure:
    return Figure(Picture("media/disk.svg", alt, decorative, line=7), line=7)


def _link(text: str, target: WebTarget | LessonTarget = WEB, line: int = 7) -> Link:
    return Link((Text(text, line),), target, line)


def _table(header: list[str], rows: list[list[str]], row_headers: bool = False, caption: str = "Аталышы") -> Table:
    def cells(words: list[str], line: int) -> tuple[Cell, ...]:
        return tuple(Cell((Text(one, line),) if one else (), line=line) for one in words)

    return Table(
        cells(header, 7),
        tuple(cells(row, 9 + number) for number, row in enumerate(rows)),
        (Text(caption, 6),) if caption else (),
        row_headers,
        7,
    )


# Rule, blocks that break it, lines where they do.
BAD: list[tuple[str, tuple[Block, ...], list[int]]] = [
    ("heading-level-skipped", (_h(3, "а", 5),), [5]),
    ("heading-level-skipped", (_h(2, "а", 5), _h(4, "б", 6), _h(5, "в", 7), _h(2, "г", 8)), [6]),
    ("heading-level-skipped", (_h(2, "а", 5), Quotation((_h(4, "б", 6),), (), 6)), [6]),
    ("heading-empty", (_h(2, "", 5),), [5]),
    ("heading-empty", (_h(2, "…", 5),), [5]),
    ("heading-in-disguise", (Paragraph((Strong((Text("Максаты", 7),), 7),), 7),), [7]),
    ("picture-without-alt", (_figure(""),), [7]),
    ("picture-without-alt", (_p("а ", Picture("media/disk.svg", " ", line=8)),), [8]),
    ("picture-alt-says-nothing", (_figure("Сүрөт 3"),), [7]),
    ("picture-alt-says-nothing", (_figure("disk-02.PNG"),), [7]),
    ("picture-alt-says-nothing", (_figure("Рисунок."),), [7]),
    ("picture-alt-too-long", (_figure("сөз " * 63),), [7]),
    ("picture-decorative-with-alt", (_figure("Гүл", True),), [7]),
    ("table-header-empty", (_table(["", ""], [["а", "б"]]),), [7]),
    ("table-header-empty", (_table(["", "а", ""], [["б", "в", "г"]], True),), [7]),
    ("table-row-header-empty", (_table(["а", "б"], [["в", "г"], ["", "д"]], True),), [10]),
    ("table-caption-missing", (_table(["а", "б"], [["в", "г"]], caption=""),), [7]),
    ("link-text-vague", (_p(_link("бул жерде")),), [7]),
    ("link-text-vague", (_p(_link("Подробнее…")),), [7]),
    ("link-text-vague", (_p(_link("click here")),), [7]),
    ("link-text-vague", (_p(_link("тут", LessonTarget("c", "l", KYRGYZ))),), [7]),
    ("link-without-words", (_p(Link((Picture("a.svg", "", True, line=7),), WEB, 7)),), [7]),
    ("link-without-words", (_p(_link("→")),), [7]),
    ("link-text-is-address", (_p(_link("https://example.kg/a/b")),), [7]),
    ("link-text-ambiguous", (_p(_link("Расписание"), _link("расписание", WebTarget("https://b.kg"), 8)),), [8]),
    ("text-in-capitals", (_p("Көңүл: БУЛ ЭРЕЖЕНИ БАРДЫК СТУДЕНТТЕР билсин."),), [7]),
    ("language-unmarked", (_p("Ал мындай деди: the quick brown fox jumps."),), [7]),
]

GOOD: list[tuple[Block, ...]] = [
    (_h(2, "а", 5), _h(3, "б", 6), _h(4, "в", 7), _h(2, "г", 8), _h(3, "д", 9)),
    (Paragraph((Strong((Text("Файлды ачыңыз.", 7),), 7),), 7),),
    (_p(Strong((Text("Файл", 7),), 7), " деген эмне"),),
    (_figure("Катуу дисктин түзүлүшү"), _figure("", True), _figure("Сүрөт тартып жаткан бала")),
    (_table(["", "а"], [["б", "в"], ["г", ""]], True),),
    (_p(_link("Сабактардын расписаниеси"), _link("мейкиндик", WebTarget("https://b.kg"))),),
    (_p(_link("Расписание"), _link("Расписание")),),
    (_p(_link("a@b.kg", WebTarget("mailto:a@b.kg"))),),
    (_p("БУУ, ЮНЕСКО жана ЖМБ стандарты. PDF, EPUB, BRF."),),
    (_p("Microsoft Office Word программасы"), _p(CodeSpan("print the quick brown fox", 7))),
    (_p(Passage(ENGLISH, (Text("the quick brown fox jumps", 7),), 7)),),
    (PassageBlock(ENGLISH, (_p("the quick brown fox jumps"),), 7),),
    (_p(_link("the quick brown fox jumps")), _p(Formula("a b c d e f", 7))),
]


@pytest.mark.parametrize(("rule", "blocks", "lines"), BAD, ids=[f"{one[0]}-{number}" for number, one in enumerate(BAD)])
def test_a_rule_finds_its_fault_at_its_line(rule: str, blocks: tuple[Block, ...], lines: list[int]) -> None:
    assert _lint(*blocks) == [(rule, line) for line in lines]


@pytest.mark.parametrize("blocks", GOOD)
def test_sound_documents_have_no_findings(blocks: tuple[Block, ...]) -> None:
    assert _lint(*blocks) == []


def test_cyrillic_words_in_an_english_lesson_need_a_language() -> None:
    assert _lint(_p("The word баш тамга is Kyrgyz."), language=ENGLISH) == [("language-unmarked", 7)]
    assert _lint(_p("The letter ө is Kyrgyz, and so is the word китеп."), language=ENGLISH) == []


def test_russian_is_judged_like_kyrgyz() -> None:
    assert _lint(_p("Он сказал: the quick brown fox."), language=RUSSIAN) == [("language-unmarked", 7)]


def test_every_rule_has_an_example_here() -> None:
    assert {rule for rule, _, _ in BAD} == {one.id for one in RULES}


def test_rules_name_criteria_of_wcag_2_2_and_sources() -> None:
    assert len({one.id for one in RULES}) == len(RULES)
    for rule in RULES:
        assert all(re.fullmatch(r"[1-4]\.[1-5]\.\d{1,2}", one) for one in rule.criteria)
        assert rule.sources
        assert all(one.startswith("https://") for one in rule.sources)


def test_findings_carry_path_severity_and_values() -> None:
    document = Document("c", "l", KYRGYZ, "А", (_p(_link("тут")),), source="content/c/ky/01-l.md")
    assert lint_document(document) == (
        Finding("content/c/ky/01-l.md", 7, "link-text-vague", Severity.WARNING, {"text": "тут"}),
    )
    assert lint_document(document)[0].severity is Severity.WARNING
    assert lint_document(document)[0].values == {"text": "тут"}
