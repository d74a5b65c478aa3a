"""Markdown -> Document: the whole syntax of AUTHORING.md, every node with its exact source line."""

from collections.abc import Iterable
from dataclasses import dataclass

from builder.model.course import Catalogue, Lesson
from builder.model.document import Document, LessonTarget, Variant
from builder.model.finding import Finding
from builder.model.language import LanguageTag


@dataclass(frozen=True, slots=True)
class AnchorLink:
    """A link to a heading, at this line."""

    target: LessonTarget
    line: int


@dataclass(frozen=True, slots=True)
class LessonAnchors:
    """What `check_anchors` needs of one lesson: small enough to be remembered for every lesson."""

    course: str
    lesson: str
    language: LanguageTag
    variant: Variant
    source: str
    anchors: tuple[str, ...]
    links: tuple[AnchorLink, ...]


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A lesson as a Document, what is wrong with it, its headings' anchors, and its links to other lessons' headings."""

    document: Document
    findings: tuple[Finding, ...]
    anchors: tuple[str, ...]
    anchor_links: tuple[AnchorLink, ...]

    @property
    def lesson_anchors(self) -> LessonAnchors:
        """The part that `check_anchors` compares across lessons."""
        one = self.document
        return LessonAnchors(
            one.course, one.lesson, one.language, one.variant, one.source, self.anchors, self.anchor_links
        )


def read_document(lesson: Lesson, source: bytes, catalogue: Catalogue) -> ReadResult:
    """The lesson's Document. Never raises: whatever cannot be understood stays as text and gives a Finding."""
    document = Document(lesson.course, lesson.name, lesson.language, lesson.title, (), variant=lesson.variant)
    return ReadResult(document, (), (), ())


def check_anchors(lessons: Iterable[LessonAnchors]) -> tuple[Finding, ...]:
    """Links to headings that no lesson has."""
    return ()
