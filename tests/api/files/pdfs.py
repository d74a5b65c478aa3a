"""PDFs as students hand them in, and as somebody who means harm would."""

import io
import zlib

import pikepdf
import typst


def typeset(words: str, pictures: int = 0) -> bytes:
    """A narrow column with division of words; before it pages that are pictures with the mark of a program."""
    picture = '#image(bytes((0, 128, 255, 64)), format: (encoding: "luma8", width: 2, height: 2))'
    page = f"{picture}\n#text(size: 4pt)[Made with Photo Scanner]\n#pagebreak(weak: true)\n"
    source = '#set page(width: 6cm, height: 20cm)\n#set text(lang: "ru", hyphenate: true)\n#set par(justify: true)\n'
    return bytes(typst.compile((source + page * pictures + words).encode()))


def locked(data: bytes, user: str) -> bytes:
    """With a password for changes, and one for reading unless that is empty."""
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(saved, encryption=pikepdf.Encryption(user=user, owner="өзгөртүү", R=6))
    return saved.getvalue()


def page_of(drawing: bytes) -> bytes:
    """One page of these instructions, packed as tightly as can be."""
    packed = zlib.compress(drawing, 9)
    return _document(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1"
        b"/BaseFont/Times-Roman>>>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    )


def endless_pages() -> bytes:
    """A tree of pages that is its own branch."""
    return _document(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 999999999>>")


def _document(*objects: bytes) -> bytes:
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end
