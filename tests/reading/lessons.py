"""A small catalogue in memory, and a lesson of it to read Markdown as."""

from collections.abc import Mapping

from builder.model.course import Catalogue, Course, Lesson, Resource, ResourceType, Rights
from builder.model.document import (
    Abbreviation,
    Block,
    CodeBlock,
    CodeSpan,
    DiagramEdge,
    DiagramNode,
    Document,
    Formula,
    Inline,
    MathBlock,
    Paragraph,
    Picture,
    Text,
    Variant,
    walk,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.reading.markdown import ReadResult, read_document

RIGHTS = Rights("Университет", "CC-BY-4.0")
HEADER = "---\ntitle: Файлдар\n---\n"
FIRST_LINE = 4
"""The line of the first character behind HEADER."""


def make_lesson(
    name: str,
    order: int,
    language: LanguageTag = KYRGYZ,
    variant: Variant = Variant.STANDARD,
    course: str = "computing",
) -> Lesson:
    suffix = ".easy.md" if variant is Variant.EASY else ".md"
    source = f"content/{course}/{language}/{order:02d}-{name}{suffix}"
    return Lesson(course, name, order, language, variant, name.title(), source, "", RIGHTS)


FILES = make_lesson("files", 1)
FILES_RU = make_lesson("files", 1, RUSSIAN)


def _make_course(name: str, lessons: tuple[Lesson, ...], resources: Mapping[str, Resource]) -> Course:
    return Course(
        id=name,
        languages=(KYRGYZ, RUSSIAN, ENGLISH),
        title={},
        description={},
        unit={},
        rights=RIGHTS,
        type=ResourceType.LECTURE_TEXT,
        resources=resources,
        lessons=lessons,
        source=f"content/{name}/course.toml",
    )


def _picture(path: str) -> Resource:
    return Resource(path, ResourceType.PICTURE, RIGHTS, "Кафедра")


CATALOGUE = Catalogue(
    languages=(KYRGYZ, RUSSIAN, ENGLISH),
    courses=(
        _make_course(
            "computing",
            (
                FILES,
                FILES_RU,
                make_lesson("files", 1, KYRGYZ, Variant.EASY),
                make_lesson("search", 2, RUSSIAN),
                make_lesson("search", 2, ENGLISH),
                make_lesson("издөө", 3),
            ),
            {
                "media/disk.svg": _picture("media/disk.svg"),
                "media/table.csv": Resource("media/table.csv", ResourceType.DATA_FILE, RIGHTS, "Кафедра"),
            },
        ),
        _make_course(
            "study",
            (make_lesson("welcome", 1, RUSSIAN, course="study"),),
            {"media/house.svg": _picture("media/house.svg")},
        ),
        _make_course("empty", (), {}),
    ),
    withheld=("content/computing/media/secret.png", "content/computing/ky/09-draft.md"),
    undeclared=("content/computing/media/forgotten.png",),
)


def read(markdown: str, lesson: Lesson = FILES) -> ReadResult:
    """The result of a lesson whose text begins at FIRST_LINE."""
    return read_document(lesson, (HEADER + markdown).encode(), CATALOGUE)


def read_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of Markdown that must have nothing wrong with it."""
    result = read(markdown)
    assert result.findings == ()
    return result.document.blocks


def read_inlines(markdown: str) -> tuple[Inline, ...]:
    """The inlines of one faultless paragraph."""
    (block,) = read_blocks(markdown)
    assert isinstance(block, Paragraph)
    return block.children


def rules_of(result: ReadResult) -> list[tuple[str, int]]:
    """Rules with their lines, counted from the first line behind the header."""
    return [(one.rule, one.line - FIRST_LINE + 1) for one in result.findings]


def read_text(document: Document) -> str:
    """Everything that a document says, run together."""
    words: list[str] = []
    for node in walk(document):
        match node:
            case Text(text=text) | CodeSpan(text=text) | CodeBlock(text=text):
                words.append(text)
            case Abbreviation(text=text, expansion=full):
                words += [text, full]
            case Formula(latex=text) | MathBlock(latex=text) | Picture(alt=text):
                words.append(text)
            case DiagramNode(label=text) | DiagramEdge(label=text):
                words.append(text)
    return "".join(words)
