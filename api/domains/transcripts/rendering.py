"""A transcript in the forms that people read: made by the publisher's renderers, the same bytes each time."""

from dataclasses import dataclass
from typing import Any, Final

from api.domains.transcripts.content import TranscriptContent, plain
from api.domains.transcripts.document import Issue, make_publication
from api.domains.transcripts.rules import Format, canonical_json
from builder.exports.braille import render_brf, render_pef
from builder.exports.large_print import render_large_print
from builder.exports.text import text_of
from builder.model.finding import Finding
from builder.model.language import LanguageTag
from builder.model.settings import Settings

SIZES_PT: Final = {Format.PDF: 12, Format.LARGE_PRINT: 18, Format.EXTRA_LARGE_PRINT: 28}
"""12 is the size of ordinary documents; 18 and 28 are profiles of large print."""
MEDIA_TYPES: Final = {
    Format.PDF: "application/pdf",
    Format.LARGE_PRINT: "application/pdf",
    Format.EXTRA_LARGE_PRINT: "application/pdf",
    Format.BRF: "application/x-brf",
    Format.PEF: "application/x-pef+xml",
    Format.TEXT: "text/plain",
    Format.JSON: "application/json",
}
ENDINGS: Final = {
    Format.PDF: "pdf",
    Format.LARGE_PRINT: "large-print.pdf",
    Format.EXTRA_LARGE_PRINT: "extra-large-print.pdf",
    Format.BRF: "brf",
    Format.PEF: "pef",
    Format.TEXT: "txt",
    Format.JSON: "json",
}


@dataclass(frozen=True, slots=True)
class Rendition:
    """A finished file. `findings` say what could not be written as it stands, e.g. a letter that no font has."""

    data: bytes
    media_type: str
    name: str
    findings: tuple[Finding, ...]


def render(content: TranscriptContent, issue: Issue, language: str, form: Format) -> Rendition:
    """Takes up to a second of a processor: call it in a thread. Raises ProgramMissing (a font, liblouis or its tables
    is not installed)."""
    name = file_name(content, language, form)
    if form is Format.JSON:
        return Rendition(canonical_json(envelope(content, issue)), MEDIA_TYPES[form], name, ())
    publication = make_publication(content, issue, language)
    settings = Settings(site_name={LanguageTag(language): ""}, publisher=content.university.get(language, ""))
    findings: tuple[Finding, ...] = ()
    if form is Format.TEXT:
        # As the publisher's text files: a byte order mark and CRLF, which every program of today and of then reads.
        data = (text_of(publication.documents[0]) + "\n").replace("\n", "\r\n").encode("utf-8-sig")
    else:
        if form is Format.BRF:
            rendered = render_brf(publication, settings)
        elif form is Format.PEF:
            rendered = render_pef(publication, settings)
        else:
            rendered = render_large_print(publication, settings, size_pt=SIZES_PT[form])
        data, findings = rendered.data, rendered.findings
    return Rendition(data, MEDIA_TYPES[form], name, findings)


def file_name(content: TranscriptContent, language: str, form: Format) -> str:
    """Number, version and language; nobody's name."""
    spoken = "" if form is Format.JSON else f".{language}"
    return f"transcript-{content.number}-{content.version}{spoken}.{ENDINGS[form]}"


def envelope(content: TranscriptContent, issue: Issue) -> dict[str, Any]:
    """The transcript for programs: all languages, with what proves it. The digest is that of `content` as canonical
    JSON."""
    return {
        "code": issue.code,
        "content": plain(content),
        "digest": issue.digest,
        "issued_on": None if issue.issued_on is None else issue.issued_on.isoformat(),
        "verify_at": None if issue.code is None else f"{issue.address}{issue.code}",
    }
