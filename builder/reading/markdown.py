"""Markdown -> Document: the whole syntax of AUTHORING.md, every node with its exact source line."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from builder.model.course import Catalogue, Lesson
from builder.model.document import Document, LessonTarget, Variant
from builder.model.finding import Finding
from builder.model.language import LanguageTag
from builder.reading.assembly import Assembler
from builder.reading.characters import clean_characters
from builder.reading.front_matter import decode_source, split_front_matter
from builder.reading.rules import SEVERITIES


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
    """A lesson as a Document, what is wrong with it, its headings' anchors, its links to other lessons' headings."""

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
    """The lesson's Document. Never raises: whatever cannot be understood stays as text and gives a Finding.

    Findings about the front matter and the file itself come from `scan_project`, not from here.
    """
    text, _ = decode_source(source)
    text = unicodedata.normalize("NFC", text)
    _, lines_before, _ = split_front_matter(text)
    body = text.split("\n", lines_before)[-1] if text.count("\n") >= lines_before else ""
    cleaned, removed_at = clean_characters(body)
    assembler = Assembler(lesson, cleaned, lines_before + 1, catalogue)
    if removed_at >= 0:
        assembler.report(lines_before + 1 + body.count("\n", 0, removed_at), "characters-removed")
    blocks, footnotes = assembler.assemble()
    blocks = (*assembler.recordings_without_place(), *blocks)
    if not blocks:
        assembler.report(max(1, lines_before), "lesson-without-text")
    document = Document(
        course=lesson.course,
        lesson=lesson.name,
        language=lesson.language,
        title=unicodedata.normalize("NFC", lesson.title),
        blocks=blocks,
        footnotes=footnotes,
        variant=lesson.variant,
        description=unicodedata.normalize("NFC", lesson.description),
        source=lesson.source,
    )
    links = tuple(AnchorLink(target, line) for target, line in assembler.anchor_links)
    return ReadResult(document, _in_order(assembler.findings), assembler.anchors.all(), links)


def check_anchors(lessons: Iterable[LessonAnchors]) -> tuple[Finding, ...]:
    """Links to headings that the other lesson does not have. Lessons that were not given are not judged."""
    lessons = tuple(lessons)
    anchors = {(one.course, one.lesson, one.language, one.variant.value): frozenset(one.anchors) for one in lessons}
    findings = []
    for lesson in lessons:
        for link in lesson.links:
            target = link.target
            known = anchors.get((target.course, target.lesson, target.language, target.variant))
            if known is not None and target.anchor not in known:
                values = {"anchor": target.anchor, "lesson": target.lesson, "language": target.language}
                rule = "anchor-broken-elsewhere"
                findings.append(Finding(lesson.source, link.line, rule, SEVERITIES[rule], values))
    return _in_order(findings)


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By line, each once."""
    unique = {(one.path, one.line, one.rule, tuple(sorted(one.values.items()))): one for one in findings}
    return tuple(sorted(unique.values()))
