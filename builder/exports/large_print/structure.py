"""Row headers for the tables of a PDF that Typst wrote: it can only mark the cells of the first row as headers.

The change is an incremental update (ISO 32000-1, 7.5.6): new versions of the cells' structure elements are added at the
end, the rest of the file stays as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

_REFERENCE: Final = re.compile(rb"(\d+) 0 R")
_ROOT: Final = re.compile(rb"/StructTreeRoot (\d+) 0 R")
_KIND: Final = re.compile(rb"/Type/StructElem/S/([A-Za-z0-9]+)")
_TABLE_ATTRIBUTES: Final = re.compile(rb"<</O/Table[^<>]*>>")


class UnexpectedStructure(Exception):
    """The file is not built as Typst builds it."""


def mark_row_headers(pdf: bytes, tables: Sequence[bool]) -> bytes:
    """The file with the first cell of each body row as a header of that row (TH, Scope Row; ISO 32000-1, 14.8.4.3.4).

    `tables` says for every table, in reading order, whether its first column names the rows. In such a table readers
    find the headers of a cell by their scope; the lists of column headers that Typst gives would hide the row's.
    Raises UnexpectedStructure.
    """
    if not any(tables):
        return pdf
    objects = _Objects(pdf)
    found = [number for number, kind in objects.elements() if kind == b"Table"]
    if len(found) != len(tables):
        raise UnexpectedStructure(f"{len(found)} tables in the file, {len(tables)} in the document")
    changed: dict[int, bytes] = {}
    for number, wanted in zip(found, tables, strict=True):
        if wanted:
            changed.update(_with_row_headers(objects, number))
    return _append(pdf, changed, objects.start_of_index)


def _with_row_headers(objects: "_Objects", table: int) -> Iterator[tuple[int, bytes]]:
    for part in objects.kids(table):
        if objects.kind(part) != b"TBody":
            continue
        for row in objects.kids(part):
            for place, cell in enumerate(objects.kids(row)):
                body = objects.body(cell)
                attributes = b"<</O/Table/Scope/Row>>" if place == 0 else b""
                body = _TABLE_ATTRIBUTES.sub(attributes, body, count=1)
                if place == 0:
                    body = body.replace(b"/S/TD", b"/S/TH", 1)
                    if b"/Scope/Row" not in body:
                        raise UnexpectedStructure(f"cell {cell} has no table attributes")
                yield cell, body


class _Objects:
    """The structure elements of the file, by object number."""

    def __init__(self, pdf: bytes) -> None:
        tail = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", pdf)
        if not tail:
            raise UnexpectedStructure("no cross-reference table")
        self.start_of_index = int(tail[1])
        self._pdf = pdf
        self._offsets = _read_index(pdf, self.start_of_index)

    def body(self, number: int) -> bytes:
        start = self._pdf.index(b"obj", self._offsets[number]) + 3
        return self._pdf[start : self._pdf.index(b"endobj", start)].strip()

    def kind(self, number: int) -> bytes:
        found = _KIND.search(self.body(number))
        return found[1] if found else b""

    def kids(self, number: int) -> tuple[int, ...]:
        """The structure elements inside, without marked content and annotations, which stand in dictionaries."""
        body = re.sub(rb"<<.*?>>", b" ", self.body(number)[2:-2])
        found = re.search(rb"/K\s*\[(.*?)\]", body) or re.search(rb"/K\s*(\d+ 0 R)", body)
        return tuple(int(one) for one in _REFERENCE.findall(found[1])) if found else ()

    def elements(self) -> Iterator[tuple[int, bytes]]:
        """All structure elements in reading order."""
        root = _ROOT.search(self._pdf)
        if not root:
            raise UnexpectedStructure("no structure tree")
        stack = list(reversed(self.kids(int(root[1]))))
        while stack:
            number = stack.pop()
            yield number, self.kind(number)
            stack.extend(reversed(self.kids(number)))


def _read_index(pdf: bytes, start: int) -> Mapping[int, int]:
    head = re.compile(rb"xref\s+0 (\d+)\s+").match(pdf, start)
    if not head:
        raise UnexpectedStructure("no plain cross-reference table")
    # ISO 32000-1, 7.5.4: every entry is exactly 20 bytes.
    return {number: int(pdf[head.end() + 20 * number :][:10]) for number in range(int(head[1]))}


def _append(pdf: bytes, changed: Mapping[int, bytes], previous: int) -> bytes:
    trailer = pdf[pdf.rindex(b"trailer") :]
    dictionary = trailer[trailer.index(b"<<") : trailer.rindex(b">>")]
    out = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    index = bytearray(b"xref\n")
    for number, body in sorted(changed.items()):
        index += b"%d 1\n%010d 00000 n\r\n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += index + b"trailer\n" + dictionary + b"/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, start)
    return bytes(out)
