"""Files that attack whoever opens, unpacks, shows or names them. Made when the tests run; none of them stands here."""

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Final

HTML: Final = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
XML_BOMB: Final = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n else b"&a;") * 10) for n in range(10))
    + b"]><l>&a9;</l>"
)
WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return packed.getvalue()


def docx(document: bytes, **others: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": document, **others})


def paragraphs(*lines: str) -> bytes:
    inner = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return f'<w:document xmlns:w="{WORD}"><w:body>{inner}</w:body></w:document>'.encode()


def odt(*lines: str) -> bytes:
    inner = "".join(f"<t:p>{line}</t:p>" for line in lines)
    office, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "text"))
    content = (
        f'<o:document-content xmlns:o="{office}" xmlns:t="{text}"><o:body><o:text>{inner}</o:text></o:body>'
        "</o:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def zip_bomb() -> bytes:
    """A small archive that unfolds to 100 MB."""
    return zipped({f"{number}.txt": bytes(10_000_000) for number in range(10)})


def many_files() -> bytes:
    return zipped({f"{number}/x": b"x" for number in range(10_000)}, zipfile.ZIP_STORED)


def climbing() -> bytes:
    return zipped({"../../../../etc/cron.d/x": b"* * * * * root true", "C:\\x": b"x", "/etc/passwd": b"x"})


PDF_AND_HTML: Final = b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF\n" + bytes(20)
HTML_AND_PDF: Final = b"<html><script>alert(1)</script></html>\n%PDF-1.7\n1 0 obj\n%%EOF\n" + bytes(20)
GIF_AND_JS: Final = b"GIF89a/*\xff\xff\xff" + bytes(10) + b"*/=1;alert(1)"
GIF_OF_TEXT: Final = b"GIF89a=1;alert(document.domain)//"


@cache
def all_files() -> Mapping[str, tuple[str, bytes, str]]:
    """What it is -> name, bytes, and the type by which it is known."""
    return {
        "svg with script": ("drawing.svg", SVG, "image/svg+xml"),
        "html as pdf": ("essay.pdf", HTML, "text/html"),
        "zip bomb": ("data.zip", zip_bomb(), "application/zip"),
        "xml bomb": ("data.xml", XML_BOMB, "application/xml"),
        "10,000 files": ("many.zip", many_files(), "application/zip"),
        "climbing zip": ("up.zip", climbing(), "application/zip"),
        "pdf and html": ("both.pdf", PDF_AND_HTML, "application/octet-stream"),
        "html and pdf": ("both.pdf", HTML_AND_PDF, "text/html"),
        "gif and js": ("both.gif", GIF_AND_JS, "image/gif"),
        "text as gif": ("text.gif", GIF_OF_TEXT, "text/plain"),
        "docx of an xml bomb": (
            "work.docx",
            docx(XML_BOMB),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    }


NAMES: Final = {
    "../../x": "x",
    "..\\..\\x.txt": "x.txt",
    "C:\\x": "x",
    "/etc/passwd": "passwd",
    "essay\u202efdp.exe": "essayfdp.exe",
    "a\u2066b\u2069c.pdf": "abc.pdf",
    "nul\x00byte.pdf": "nulbyte.pdf",
    "line\r\nSet-Cookie: a=b.pdf": "lineSet-Cookie_ a=b.pdf",
    "Ш" * 300 + ".docx": "Ш" * 115 + ".docx",
    "x" * 300: "x" * 120,
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "LPT1.pdf": "_LPT1.pdf",
    "..": "file",
    "": "file",
    " .hidden. ": "hidden",
    'a"b;c.pdf': "a_b;c.pdf",
    "\ufeff\u200bэссе.pdf": "эссе.pdf",
}
"""What is given as a name -> what becomes of it."""
