"""Prose as XHTML of an item's body, and back. Pure."""

from collections.abc import Callable, Sequence
from typing import Final

from api.domains.items import prose
from api.domains.items.qti.xml import MATHML, Node, element, is_blank, parse
from builder.mathematics import read_formula, to_mathml
from builder.model.document import Block, CodeBlock, CodeSpan, Formula, Inline, LineBreak, MathBlock, Paragraph, Text

TEX: Final = "application/x-tex"
_LANGUAGE: Final = "language-"
_PLAIN_BLOCKS: Final = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "address"})
_GROUPS: Final = frozenset(
    {"div", "blockquote", "section", "article", "ul", "ol", "dl", "table", "tbody", "thead", "tfoot", "tr", "figure"}
)
INLINE: Final = frozenset(
    {"span", "em", "strong", "b", "i", "u", "sub", "sup", "small", "big", "tt", "q", "a", "abbr", "cite", "dfn", "kbd"}
    | {"samp", "var", "acronym", "ins", "del", "mark", "label"}
)
Report = Callable[[int, str, str], None]
"""(line, code, name): something of the text was not taken over as it stood."""


def write_prose(text: str) -> list[Node]:
    """The blocks of a text."""
    return [_write_block(block) for block in prose.parse(text)]


def _write_block(block: Block) -> Node:
    match block:
        case Paragraph(children=children):
            return element("p", {}, *map(_write_inline, children))
        case MathBlock(latex=latex):
            return element("div", {}, _write_formula(latex, display=True))
        case CodeBlock(text=text, language=language):
            name = f"{_LANGUAGE}{language}" if language else None
            return element("pre", {"class": name}, text)
        case _:
            raise TypeError(type(block).__name__)


def _write_inline(inline: Inline) -> Node | str:
    match inline:
        case Text(text=text):
            return text
        case LineBreak():
            return element("br")
        case Formula(latex=latex):
            return _write_formula(latex, display=False)
        case CodeSpan(text=text):
            return element("code", {}, text)
        case _:
            raise TypeError(type(inline).__name__)


def _write_formula(latex: str, *, display: bool) -> Node:
    """MathML for programs that show it, with its source beside it: how we get it back to the letter."""
    made = parse(to_mathml(read_formula(latex), display=display).encode())
    annotation = element("annotation", {"encoding": TEX}, latex)
    inside = element("semantics", {}, *made.children, annotation)
    return element("math", {"xmlns": MATHML, "display": "block" if display else "inline"}, inside)


# ---------------------------------------------------------------- reading


def read_prose(nodes: Sequence[Node | str], report: Report) -> str:
    """The text of these blocks, or of text with inlines. What prose has no form for is reported; its words are kept."""
    reader = _Reader(report)
    reader.blocks(nodes)
    return prose.normalise(prose.write(reader.found))


class _Reader:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.found: list[Block] = []
        self.run: list[Inline] = []

    def blocks(self, nodes: Sequence[Node | str]) -> None:
        """A sequence in which blocks and inlines may stand side by side."""
        for node in nodes:
            if isinstance(node, str):
                if not is_blank(node) or self.run:
                    self.run.append(Text(_collapsed(node)))
            elif node.name == "p" and node.namespace != MATHML:
                self.end()
                node.read()
                self.inlines(node.inside())
                self.end()
            elif node.name == "pre":
                self.end()
                name = node.read().get("class")
                language = name.removeprefix(_LANGUAGE) if name.startswith(_LANGUAGE) else ""
                if name and not language:
                    self.report(node.line, "formatting-lost", "class")
                for one in node.elements():
                    one.read_all()
                self.found.append(CodeBlock(node.text().strip("\n"), language))
            elif node.name == "div" and (formula := _only_formula(node)) is not None:
                self.end()
                latex = self.formula(formula)
                node.read()
                if latex is not None:
                    self.found.append(MathBlock(latex))
            elif node.name in _GROUPS or node.name in _PLAIN_BLOCKS or node.name in ("li", "dt", "dd", "td", "th"):
                self.end()
                node.read()
                if node.name != "div":
                    self.report(node.line, "formatting-lost", node.name)
                self.blocks(node.inside())
                self.end()
            else:
                self.inline(node)
        self.end()

    def inlines(self, nodes: Sequence[Node | str]) -> None:
        for node in nodes:
            if isinstance(node, str):
                self.run.append(Text(_collapsed(node)))
            else:
                self.inline(node)

    def inline(self, node: Node) -> None:
        if node.name == "br":
            node.read()
            self.run.append(LineBreak())
        elif node.name == "math":
            latex = self.formula(node)
            if latex is not None:
                self.run.append(Formula(latex))
        elif node.name == "code":
            node.read()
            for one in node.elements():
                one.read_all()
            text = node.text().replace("\n", " ")
            self.run.append(CodeSpan(text) if text and "`" not in text else Text(text))
        elif node.name in INLINE:
            node.read()
            self.report(node.line, "formatting-lost", node.name)
            self.inlines(node.inside())
        # What is not known stays unread: it is told in the end.

    def formula(self, node: Node) -> str | None:
        """The source of a formula that brings it along. Without one nothing could read it aloud."""
        for one in node.walk():
            if one.name == "annotation" and one.attributes.get("encoding") == TEX:
                node.read_all()
                latex = " ".join(one.text().split())
                if latex and not read_formula(latex).problems:
                    return latex
        self._lost(node)
        return None

    def _lost(self, node: Node) -> None:
        node.read_all()
        words = " ".join(node.text().split())
        self.report(node.line, "formula-lost", words[:80] or "-")
        if words:
            self.run.append(Text(f" {words} "))

    def end(self) -> None:
        """Ends a paragraph."""
        if any(
            not isinstance(one, Text | LineBreak) or (isinstance(one, Text) and one.text.strip()) for one in self.run
        ):
            self.found.append(Paragraph(tuple(_joined(self.run))))
        self.run = []


def _only_formula(node: Node) -> Node | None:
    inside = [one for one in node.children if not (isinstance(one, str) and is_blank(one))]
    if len(inside) == 1 and isinstance(inside[0], Node) and inside[0].name == "math":
        return inside[0] if inside[0].attributes.get("display") == "block" else None
    return None


def _joined(run: Sequence[Inline]) -> list[Inline]:
    made: list[Inline] = []
    for one in run:
        if isinstance(one, Text) and made and isinstance(made[-1], Text):
            made[-1] = Text(made[-1].text + one.text)
        else:
            made.append(one)
    return made


def _collapsed(text: str) -> str:
    """As XHTML is read: white space of any length is a blank. A no-break space is a character."""
    for sign in "\t\r\n":
        text = text.replace(sign, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text
