"""What a screen reader finds in a tagged PDF: its structure in reading order, and our own checks of it.

veraPDF judges the file by the standard; this looks for what the standard leaves open: that passages carry their
language, that row headers are there, that an outline leads to every heading. pikepdf reads the file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from a11y_checks.judges.verdict import JudgeFailed, JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

if TYPE_CHECKING:
    import pikepdf

_PROGRAM: Final = "PDF structure"
_VERSION: Final = "1"
_HEADING: Final = re.compile(r"H([1-6])")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one language inside an element; an empty language is the element's."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """A structure element. `language` is the one in force; `alternative` its Alt text; `scope` that of a table header.

    `children` holds elements and runs in reading order.
    """

    kind: str
    language: str
    alternative: str = ""
    scope: str = ""
    children: tuple["Element | Run", ...] = ()

    def text(self) -> str:
        """All words inside, the alternative in place of what has one."""
        if self.alternative:
            return self.alternative
        return "".join(one.text if isinstance(one, Run) else one.text() for one in self.children)

    def words(self) -> str:
        """The words that are printed, without those that stand for pictures and formulas."""
        if self.alternative:
            return ""
        return "".join(one.text if isinstance(one, Run) else one.words() for one in self.children)

    def walk(self) -> Iterator["Element"]:
        yield self
        for one in self.children:
            if isinstance(one, Element):
                yield from one.walk()


def read_structure(path: Path) -> Element:
    """The structure tree with its words. Raises JudgeMissing without pikepdf, JudgeFailed for a file without a tree."""
    with _open(path) as pdf:
        return _Reader(pdf).tree()


def tell_reading_order(path: Path) -> str:
    """What is read aloud and in which order, one line for each element that holds words, for people to read.

    ``P: words [ru: words in Russian] words``; indented as the elements stand in each other.
    """
    lines: list[str] = []
    _tell(read_structure(path), 0, lines)
    return "\n".join(lines) + "\n"


def judge_structure(path: Path) -> Verdict:
    """Our own findings on a file: codes are names, locations are the words in question."""
    with _open(path) as pdf:
        return Verdict(_PROGRAM, _VERSION, str(path), tuple(_problems(pdf)))


# ---------------------------------------------------------------- checks


def _problems(pdf: "pikepdf.Pdf") -> Iterator[Problem]:
    root: Any = pdf.Root
    if not str(root.get("/Lang", "")):
        yield _error("no-language", "the document names no language")
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
        yield _error("not-tagged", "the document does not call itself tagged")
    if not str(pdf.docinfo.get("/Title", "")).strip():
        yield _error("no-title", "the document has no title")
    yield from _font_problems(pdf)
    yield from _untagged_content(pdf)
    if "/StructTreeRoot" not in root:
        yield _error("no-structure", "the document has no structure tree")
        return
    tree = _Reader(pdf).tree()
    headings = [(int(found[1]), one) for one in tree.walk() if (found := _HEADING.fullmatch(one.kind))]
    yield from _heading_problems(headings)
    outline = list(_outline_titles(pdf))
    if len(outline) < len(headings):
        yield _error("short-outline", f"{len(outline)} bookmarks for {len(headings)} headings")
    for _, heading in headings:
        # How a bookmark writes a formula is left to the program that made it.
        if heading.text() == heading.words() and _squeeze(heading.text()) not in outline:
            yield _error("heading-not-in-outline", "no bookmark leads to this heading", heading.text())
    for one in tree.walk():
        if one.kind in ("Figure", "Formula") and not one.alternative.strip():
            yield _error("no-alternative", f"a {one.kind} has no alternative text")
        if one.kind == "TH" and not one.scope:
            yield _error("no-scope", "a table header does not say what it heads", one.text())
        if one.kind == "Table" and not any(inner.kind == "TH" for inner in one.walk()):
            yield _error("no-header", "a table has no header cell", one.text()[:60])
        if one.kind == "Link" and not one.text().strip():
            yield _error("empty-link", "a link has no words")


def _error(code: str, message: str, location: str = "") -> Problem:
    return Problem(Severity.ERROR, code, message, location)


def _heading_problems(headings: Sequence[tuple[int, Element]]) -> Iterator[Problem]:
    if not headings:
        yield _error("no-heading", "the document has no heading")
    level = 0
    for now, heading in headings:
        if now > level + 1:
            yield _error("skipped-level", f"heading level {now} after {level}", heading.text())
        level = now


def _font_problems(pdf: "pikepdf.Pdf") -> Iterator[Problem]:
    told = set()
    for one in pdf.objects:
        if not _is_dictionary(one) or one.get("/Type") != "/Font" or one.get("/Subtype") in ("/Type0", "/Type3"):
            continue
        descriptor: Any = one.get("/FontDescriptor", {})
        name = str(one.get("/BaseFont", ""))
        if not any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")) and name not in told:
            told.add(name)
            yield _error("font-not-embedded", "a font is not in the file", name)


def _untagged_content(pdf: "pikepdf.Pdf") -> Iterator[Problem]:
    import pikepdf

    for number, page in enumerate(pdf.pages, 1):
        open_marks = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator in ("BDC", "BMC"):
                open_marks += 1
            elif operator == "EMC":
                open_marks -= 1
            elif operator in ("Tj", "TJ", "'", '"', "Do", "sh") and open_marks <= 0:
                yield _error("untagged-content", "words or pictures outside the structure", f"page {number}")
                break


def _outline_titles(pdf: "pikepdf.Pdf") -> Iterator[str]:
    with pdf.open_outline() as outline:
        stack = list(outline.root)
        while stack:
            item = stack.pop()
            yield _squeeze(item.title)
            stack.extend(item.children)


def _squeeze(text: str) -> str:
    return "".join(text.split())


# ---------------------------------------------------------------- telling


def _tell(element: Element, depth: int, lines: list[str]) -> None:
    inner = [one for one in element.children if isinstance(one, Element)]
    if any(one.kind in _BLOCKS for one in inner) and not element.alternative:
        lines.append("  " * depth + _head(element))
        for one in element.children:
            if isinstance(one, Element):
                _tell(one, depth + 1, lines)
            elif one.text.strip():
                lines.append("  " * (depth + 1) + _bracketed(one))
        return
    words = _inline(element).rstrip()
    lines.append("  " * depth + (f"{_head(element)}: {words}" if words else _head(element)))


_BLOCKS: Final = frozenset(
    "P H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table THead TBody TR TH TD Caption BlockQuote TOC TOCI Div Document".split()
)


def _head(element: Element) -> str:
    return f"{element.kind} ({element.scope})" if element.scope else element.kind


def _inline(element: Element) -> str:
    if element.alternative:
        return f"«{element.alternative}»"
    parts = []
    for one in element.children:
        if isinstance(one, Run):
            parts.append(_bracketed(one))
        elif one.kind in ("Span", "P"):
            parts.append(_inline(one))
        else:
            parts.append(f"<{one.kind}: {_inline(one)}>")
    return "".join(parts)


def _bracketed(run: Run) -> str:
    return f"[{run.language}: {run.text}]" if run.language else run.text


# ---------------------------------------------------------------- reading


def _open(path: Path) -> "pikepdf.Pdf":
    try:
        import pikepdf
    except ImportError as error:
        raise JudgeMissing(_PROGRAM, "python -m pip install pikepdf") from error
    try:
        return pikepdf.open(path)
    except pikepdf.PdfError as error:
        raise JudgeFailed(_PROGRAM, str(error)) from error


def _is_dictionary(value: object) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Stream)


@dataclass(slots=True)
class _Reader:
    """Reads the words of every piece of marked content, then puts them into the tree."""

    pdf: "pikepdf.Pdf"
    words: dict[tuple[tuple[int, int], int], list[Run]] = field(default_factory=dict)
    """By page object and number of the marked content."""

    def tree(self) -> Element:
        root: Any = self.pdf.Root
        if "/StructTreeRoot" not in root:
            raise JudgeFailed(_PROGRAM, "no structure tree")
        for page in self.pdf.pages:
            self._read_page(page)
        language = str(root.get("/Lang", ""))
        children = self._children(root.StructTreeRoot.get("/K"), language, None)
        found = [one for one in children if isinstance(one, Element)]
        return found[0] if len(found) == 1 else Element("StructTreeRoot", language, children=children)

    def _element(self, node: Any, language: str, page: Any) -> Element:
        page = node.get("/Pg", page)
        own = str(node.get("/Lang", language))
        children = self._children(node.get("/K"), own, page)
        if own != language:
            # The language of a whole element is told with its words, where a listener meets it.
            children = tuple(Run(one.text, one.language or own) if isinstance(one, Run) else one for one in children)
        attributes = node.get("/A", [])
        scope = ""
        for one in attributes if not _is_dictionary(attributes) else [attributes]:
            if _is_dictionary(one) and "/Scope" in one:
                scope = str(one.Scope).removeprefix("/")
        kind = str(node.get("/S", "")).removeprefix("/")
        return Element(kind, own, str(node.get("/Alt", "")), scope, children)

    def _children(self, kids: Any, language: str, page: Any) -> tuple[Element | Run, ...]:
        if kids is None:
            return ()
        out: list[Element | Run] = []
        for kid in [kids] if isinstance(kids, int) or _is_dictionary(kids) else list(kids):
            if isinstance(kid, int) or not _is_dictionary(kid):
                out += self._runs(page, int(kid), language)
            elif kid.get("/Type") == "/MCR":
                out += self._runs(kid.get("/Pg", page), int(kid.MCID), language)
            elif kid.get("/Type") == "/OBJR":
                continue
            else:
                out.append(self._element(kid, language, page))
        return tuple(out)

    def _runs(self, page: Any, number: int, language: str) -> list[Run]:
        runs = self.words.get((page.objgen, number), []) if page is not None else []
        return [Run(one.text, "" if one.language == language else one.language) for one in runs]

    def _read_page(self, page: Any) -> None:
        import pikepdf

        fonts = {name: _Font.of(font) for name, font in page.get("/Resources", {}).get("/Font", {}).items()}
        font: _Font | None = None
        stack: list[tuple[int | None, str, str | None]] = []  # number, language, actual text
        for instruction in pikepdf.parse_content_stream(page):
            operands: Any = instruction.operands
            match str(instruction.operator):
                case "BDC":
                    given = operands[1]
                    number, language = (stack[-1][0], stack[-1][1]) if stack else (None, "")
                    actual = None
                    if _is_dictionary(given):
                        number = int(given["/MCID"]) if "/MCID" in given else number
                        language = str(given.get("/Lang", language))
                        actual = str(given["/ActualText"]) if "/ActualText" in given else None
                    stack.append((number, language, actual))
                    if actual is not None:
                        self._add(page, stack[:-1] or stack, actual)
                case "BMC":
                    stack.append((None, "", None))
                case "EMC":
                    if stack:
                        stack.pop()
                case "Tf":
                    font = fonts.get(str(operands[0]))
                case "Tj" | "'" | '"' | "TJ" if font and not any(one[2] is not None for one in stack):
                    shown = operands[-1]
                    parts = [shown] if isinstance(shown, pikepdf.String) else list(shown)
                    text = "".join(font.decode(bytes(one)) for one in parts if isinstance(one, pikepdf.String))
                    self._add(page, stack, text)
                case _:
                    pass

    def _add(self, page: Any, stack: Sequence[tuple[int | None, str, str | None]], text: str) -> None:
        if not stack or stack[-1][0] is None:
            return
        number, language, _ = stack[-1]
        runs = self.words.setdefault((page.objgen, number or 0), [])
        if runs and runs[-1].language == language:
            runs[-1] = Run(runs[-1].text + text, language)
        else:
            runs.append(Run(text, language))


_CODE_RANGE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_CODE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_SECTION: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Font:
    """Glyph codes to letters, from the font's ToUnicode table (ISO 32000-1, 9.10.3)."""

    letters: dict[int, str]
    bytes_per_code: int

    @classmethod
    def of(cls, font: Any) -> "_Font":
        letters: dict[int, str] = {}
        table = bytes(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else b""
        for kind, body in _SECTION.findall(table):
            if kind == b"bfchar":
                for code, text in _CODE.findall(body):
                    letters[int(code, 16)] = _letters(text)
            else:
                for first, last, text in _CODE_RANGE.findall(body):
                    start = int(first, 16)
                    for code in range(start, int(last, 16) + 1):
                        base = _letters(text)
                        letters[code] = base[:-1] + chr(ord(base[-1]) + code - start)
        return cls(letters, 2 if font.get("/Subtype") == "/Type0" else 1)

    def decode(self, codes: bytes) -> str:
        size = self.bytes_per_code
        numbers = (int.from_bytes(codes[place : place + size], "big") for place in range(0, len(codes), size))
        return "".join(self.letters.get(number, "\ufffd") for number in numbers)


def _letters(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode()).decode("utf-16-be", errors="replace")
