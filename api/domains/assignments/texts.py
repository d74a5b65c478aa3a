"""The words of files that were handed in, for comparing works: plain text, Markdown, DOCX, ODT and PDF.

Archives come from strangers: entries are counted and measured before and while they are read, nothing is written
anywhere, and XML with a document type of its own is refused, so that neither a zip bomb nor an XML bomb unfolds. A PDF
is read by a program of its own with little memory and little time (`pdf_words.py`).
"""

import io
import json
import signal
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # has none
from defusedxml.sax import make_parser  # type: ignore[import-untyped]  # has none

from api.domains.assignments.pdf_words import CANNOT_RUN

MOST_FILE_BYTES: Final = 50_000_000
"""Of a file that is read at all."""
MOST_XML_BYTES: Final = 20_000_000
"""Of an archive's document, unfolded: about 3,000 pages with their markup."""
MOST_ENTRIES: Final = 5_000
MOST_CHARACTERS: Final = 2_000_000
"""Of one file: about 1,000 pages."""
READABLE: Final[Mapping[str, str]] = {
    "text/plain": "text",
    "text/markdown": "text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/pdf": "pdf",
}
"""Media type -> how it is read."""
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_WORD: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_ODF_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_ODF_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_BREAKS: Final = frozenset({"p", "br", "cr", "h", "line-break"})
_SPACES: Final = frozenset({"tab", "s"})


PDF_SECONDS: Final = 40
"""Until the program that reads a PDF is ended, whatever it is doing."""
_CANNOT_RUN: Final = (CANNOT_RUN, 126, 127)
"""With those of the system: said to whoever runs the service, and not of every student's file that it is damaged."""
_PDF_PROGRAM: Final = (sys.executable, "-I", "-B", str(Path(__file__).with_name("pdf_words.py")))


class Unreadable(Exception):
    """No text can be taken from the file. `reason`: type, too-large, archive, xml, encoding; of a PDF also encrypted,
    broken, no-text (pictures of pages), no-letters (fonts that do not say what they draw), too-slow."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Words(NamedTuple):
    text: str
    lacks_pages: bool = False
    """Of a PDF: some pages could not be read, e.g. because they are pictures."""


def words_in(media_type: str, data: bytes) -> Words:
    """The words of a file, paragraphs or printed lines in lines of their own; at most MOST_CHARACTERS. Takes up to
    `PDF_SECONDS`. Raises Unreadable."""
    match READABLE.get(media_type):
        case "text":
            return Words(_plain_text(data))
        case "docx":
            return Words(_text_of_xml(_entry(data, "word/document.xml"), _WordReader()))
        case "odt":
            return Words(_text_of_xml(_entry(data, "content.xml"), _OdfReader()))
        case "pdf":
            return _words_of_pdf(data)
    raise Unreadable("type")


def _words_of_pdf(data: bytes) -> Words:
    try:
        done = subprocess.run(
            _PDF_PROGRAM, input=data, capture_output=True, timeout=PDF_SECONDS, env={}, cwd="/", check=False
        )
        if done.returncode in _CANNOT_RUN:
            raise RuntimeError("the program that reads PDFs cannot run")
        if done.returncode:
            raise Unreadable(_why_ended(done.returncode))
        said: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unreadable("too-slow") from None
    except ValueError:
        raise Unreadable("broken") from None
    if "refused" in said:
        raise Unreadable(said["refused"])
    return Words(said["text"], said["lacks_pages"])


def _why_ended(code: int) -> str:
    """The system ends who has used up its time (SIGXCPU, then SIGKILL); all else is the file's doing."""
    return "too-slow" if -code in (signal.SIGXCPU, signal.SIGKILL) else "broken"


def _plain_text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")[:MOST_CHARACTERS]
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None


def _entry(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MOST_ENTRIES:
                raise Unreadable("too-large")
            with archive.open(name) as entry:
                raw = entry.read(MOST_XML_BYTES + 1)  # what the directory says about sizes is a stranger's word
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Unreadable("archive") from error
    if len(raw) > MOST_XML_BYTES:
        raise Unreadable("too-large")
    return raw


class _Enough(Exception):
    """As much was read as is wanted."""


class _Reader(ContentHandler):
    """Collects what people read, in the order of reading; holds nothing of the tree."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._length = 0

    def take(self, words: str) -> None:
        self.parts.append(words)
        self._length += len(words)
        if self._length > MOST_CHARACTERS:
            raise _Enough

    def take_mark(self, name: str) -> None:
        if name in _BREAKS:
            self.take("\n")
        elif name in _SPACES:
            self.take(" ")


class _WordReader(_Reader):
    """DOCX: only runs of text; not what was deleted, nor codes of fields."""

    def __init__(self) -> None:
        super().__init__()
        self._is_text = False

    def startElementNS(self, name: Any, qname: Any, attributes: Any) -> None:
        space, local = name
        self._is_text = space in (_WORD, _STRICT_WORD) and local == "t"

    def endElementNS(self, name: Any, qname: Any) -> None:
        self._is_text = False
        if name[0] in (_WORD, _STRICT_WORD):
            self.take_mark(name[1])

    def characters(self, content: str) -> None:
        if self._is_text:
            self.take(content)


class _OdfReader(_Reader):
    """ODT: what stands in the body, but not the record of changes."""

    def __init__(self) -> None:
        super().__init__()
        self._in_body = 0
        self._hidden = 0

    def startElementNS(self, name: Any, qname: Any, attributes: Any) -> None:
        self._in_body += name == (_ODF_OFFICE, "body")
        self._hidden += name == (_ODF_TEXT, "tracked-changes")

    def endElementNS(self, name: Any, qname: Any) -> None:
        self._in_body -= name == (_ODF_OFFICE, "body")
        self._hidden -= name == (_ODF_TEXT, "tracked-changes")
        if name[0] == _ODF_TEXT and self._in_body and not self._hidden:
            self.take_mark(name[1])

    def characters(self, content: str) -> None:
        if self._in_body and not self._hidden:
            self.take(content)


def _text_of_xml(raw: bytes, reader: _Reader) -> str:
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    try:
        parser.parse(io.BytesIO(raw))
    except _Enough:
        pass
    except (SAXException, DefusedXmlException, LookupError, ValueError) as error:
        raise Unreadable("xml") from error
    return "".join(reader.parts)[:MOST_CHARACTERS].strip()
