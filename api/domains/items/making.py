"""Renditions that a machine makes of a question: braille, large print, and sound by a narrator that is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from api.domains.items.content import Content
from api.domains.items.documents import make_document
from api.domains.items.presenting import printed_order
from api.narration import Narrator
from builder.exports.braille import render_brf
from builder.exports.large_print import render_large_print
from builder.exports.unavailable import ProgramMissing
from builder.model.course import Access, Course, Publication, ResourceType, Rights
from builder.model.document import Document
from builder.model.finding import Finding
from builder.model.language import SITE_LANGUAGES
from builder.model.settings import Settings

BRF_TYPE: Final = "text/plain"
"""North American ASCII braille is text; no media type of its own is registered with IANA."""
PDF_TYPE: Final = "application/pdf"
LARGE_PRINT_PT: Final = 18
"""RNIB and the publisher's own default: 16 points at the least for large print, 18 to be sure."""
_SETTINGS: Final = Settings(site_name={})


@dataclass(frozen=True, slots=True)
class Made:
    """A rendition's bytes. `ending` of the file's name."""

    data: bytes
    media_type: str
    ending: str
    duration_ms: int | None = None


class CannotMake(Exception):
    """What stands in the way, as a code: `no-language`, `no-narrator`, `no-voice`, `voice-failed`, `program-missing`,
    `unwritable`, `person-needed`. Words for each: `rendition-<code>` in the domain's texts."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def make_braille(version_id: UUID, content: Content, language: str, points: Decimal) -> Made:
    """The question as BRF, in the braille code of its language. Raises CannotMake."""
    document = _document(version_id, content, language, points, is_spoken=False)
    try:
        rendered = render_brf(_publication(document, {}), _SETTINGS)
    except ProgramMissing as missing:
        raise CannotMake("program-missing") from missing
    _refuse_losses(rendered.findings)
    return Made(rendered.data, BRF_TYPE, "brf")


def make_large_print(
    version_id: UUID, content: Content, language: str, points: Decimal, pictures: Mapping[str, bytes]
) -> Made:
    """The question as a tagged PDF in 18 points; `pictures` by their names in the document. Raises CannotMake."""
    document = _document(version_id, content, language, points, is_spoken=False)
    try:
        rendered = render_large_print(_publication(document, pictures), _SETTINGS, size_pt=LARGE_PRINT_PT)
    except ProgramMissing as missing:
        raise CannotMake("program-missing") from missing
    _refuse_losses(rendered.findings)
    return Made(rendered.data, PDF_TYPE, "pdf")


def make_spoken(narrator: Narrator, version_id: UUID, content: Content, language: str, points: Decimal) -> Made:
    """The question read aloud: prompt, every choice with its label, mathematics in words. Takes seconds of a
    processor; call it in a thread. Raises CannotMake."""
    told = narrator.narrate(_document(version_id, content, language, points, is_spoken=True))
    return Made(told.data, told.media_type, told.ending, told.duration_ms)


def _document(version_id: UUID, content: Content, language: str, points: Decimal, *, is_spoken: bool) -> Document:
    order = printed_order(content, version_id)
    return make_document(str(version_id), content, language, points, order, is_spoken=is_spoken)


def _publication(document: Document, resources: Mapping[str, bytes]) -> Publication:
    titles = {document.language: document.title}
    rights = Rights("", "", Access.RESTRICTED)
    course = Course(document.course, SITE_LANGUAGES, titles, titles, titles, rights, ResourceType.DATA_FILE)
    return Publication(course, document.language, (document,), document.title, resources)


def _refuse_losses(findings: tuple[Finding, ...]) -> None:
    """A rendition in which a sign or a picture is replaced by its name is no rendition of an examination question."""
    if findings:
        raise CannotMake("unwritable")
