"""What bytes are, whatever their name says.

The first and last bytes and whether all of it is text decide. `puremagic` knows the rarer formats; those that people
hand in are recognised here, strictly: its tables find a match for nearly everything, and several for a zip.
"""

import codecs
import re
from typing import Final

import puremagic

from api.domains.files.rules import TEXT, TEXTUAL, TYPES, UNKNOWN, plain_type, promised_type

HEAD_BYTES: Final = 40_000
"""The farthest place where a format has its mark (CD images) is at 36,870."""
TAIL_BYTES: Final = 600
_ACTIVE_IN: Final = 1024
"""Readers of PDF and browsers look for a beginning so far in, which is how one file is made to be two."""
_MARKUP: Final = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|iframe|svg|img|object|embed|form|style|a\s|table|div|title|h1|p>|!--)",
    re.IGNORECASE,
)
_ACTIVE: Final = re.compile(rb"<(!doctype\s+html|html|script|svg|iframe)", re.IGNORECASE)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_BEGINNINGS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBPVP8", "image/webp"),
    (8, b"WAVEfmt", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (257, b"ustar", "application/x-tar"),
)
_RIFF: Final = frozenset({"image/webp", "audio/wav", "video/x-msvideo"})
_OFFICE: Final = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"))
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_TYPES: Final = frozenset({TYPES["doc"], TYPES["xls"], TYPES["ppt"]})


class TextWatch:
    """Whether everything that was fed is UTF-8 text without control characters."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.is_text = True

    def feed(self, data: bytes, *, last: bool = False) -> None:
        if not self.is_text:
            return
        try:
            self._decoder.decode(data, last)
        except UnicodeDecodeError:
            self.is_text = False
            return
        self.is_text = _CONTROLS.search(data) is None


def sniff(head: bytes, tail: bytes, name: str, *, is_text: bool) -> str:
    """The media type by the bytes: the first HEAD_BYTES, the last TAIL_BYTES, and whether all of it is text. What
    begins as two things at once is `application/octet-stream`. The name only says which text a text is, and which of
    the old office formats, which share one container."""
    if is_text and not head.startswith((b"%PDF-", b"{\\rtf")):
        return _text_type(head, name)
    found = _binary_type(head, tail, name)
    is_two_faced = found not in ("text/html", "image/svg+xml") and _ACTIVE.search(head[:_ACTIVE_IN])
    return UNKNOWN if is_two_faced else found


def _text_type(head: bytes, name: str) -> str:
    start = head[:_ACTIVE_IN].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<?xml"):
        return _xml_type(head)
    if start[:4].lower() == b"<svg":
        return "image/svg+xml"
    promised = promised_type(name)
    if _MARKUP.match(start) and promised != "text/markdown":
        return "text/html"
    if _ACTIVE.search(head[:_ACTIVE_IN]):
        return "text/html"
    return promised if promised in TEXTUAL else TEXT


def _xml_type(head: bytes) -> str:
    if re.search(rb"<(\w+:)?svg[\s>]", head, re.IGNORECASE):
        return "image/svg+xml"
    return "application/xhtml+xml" if re.search(rb"<(\w+:)?html[\s>]", head, re.IGNORECASE) else "application/xml"


def _binary_type(head: bytes, tail: bytes, name: str) -> str:
    for offset, mark, found in _BEGINNINGS:
        if head[offset : offset + len(mark)] == mark and (found not in _RIFF or head.startswith(b"RIFF")):
            return found
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(head)
    if head.startswith(_OLE):
        promised = promised_type(name)
        return promised if promised in _OLE_TYPES else "application/x-ole-storage"
    if head[4:8] == b"ftyp":
        return _iso_type(head[8:12])
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head[:200] else "audio/ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08:
        return "audio/mpeg"
    return _rarer_type(head, tail)


def _zip_type(head: bytes) -> str:
    """By the first entries: office formats begin with what they are (ODF 1.3, 3.3; OPC)."""
    if head[30:38] == b"mimetype":
        declared = re.match(rb"[a-z0-9.+/-]+", head[38:138])
        found = plain_type(declared[0].decode()) if declared else UNKNOWN
        return found if found in TYPES.values() else "application/zip"
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        for folder, ending in _OFFICE:
            if folder in head:
                return TYPES[ending]
    return "application/zip"


def _iso_type(brand: bytes) -> str:
    if brand in (b"M4A ", b"M4B "):
        return "audio/mp4"
    if brand in (b"heic", b"heix", b"mif1"):
        return "image/heic"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def _rarer_type(head: bytes, tail: bytes) -> str:
    try:
        found = puremagic.magic_string(head if len(head) < HEAD_BYTES else head + tail)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    sure = [one for one in found if len(one.byte_match) >= 4 and one.mime_type]
    kinds = {plain_type(one.mime_type) for one in sure if one.confidence == sure[0].confidence}
    return kinds.pop() if len(kinds) == 1 else UNKNOWN
