from builder.model.codec import decode, encode
from builder.model.course import Access, Course, ResourceType, Rights
from builder.model.document import Document, Emphasis, Paragraph, Text, plain_text, walk
from builder.model.language import KYRGYZ

DOCUMENT = Document(
    course="c",
    lesson="l",
    language=KYRGYZ,
    title="Өлкө",
    blocks=(Paragraph((Text("Бир ", 3), Emphasis((Text("эки", 3),), 3)), 3),),
)


def test_a_document_survives_encoding() -> None:
    assert decode(encode(DOCUMENT)) == DOCUMENT


def test_a_course_with_mappings_survives_encoding() -> None:
    course = Course(
        id="c",
        languages=(KYRGYZ,),
        title={KYRGYZ: "Т"},
        description={KYRGYZ: "С"},
        unit={KYRGYZ: "Б"},
        rights=Rights("Университет", "CC-BY-4.0", Access.RESTRICTED),
        type=ResourceType.LECTURE_TEXT,
    )
    assert decode(encode(course)) == course


def test_equal_values_give_equal_bytes() -> None:
    assert encode(DOCUMENT) == encode(decode(encode(DOCUMENT)))


def test_walk_and_plain_text_read_in_order() -> None:
    assert [type(node).__name__ for node in walk(DOCUMENT)] == ["Paragraph", "Text", "Emphasis", "Text"]
    first = DOCUMENT.blocks[0]
    assert isinstance(first, Paragraph)
    assert plain_text(first.children) == "Бир эки"
