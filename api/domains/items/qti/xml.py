"""XML from strangers as a small tree with line numbers that knows what of it was read; and such a tree as XML."""

import io
import xml.sax
import xml.sax.handler
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it has no types
from defusedxml.expatreader import DefusedExpatParser  # type: ignore[import-untyped]

DEEPEST: Final = 60
MOST_NODES: Final = 20_000
MOST_ATTRIBUTES: Final = 60
LARGEST: Final = 4_000_000
"""Bytes of one file. Limits are our choice; a question has some hundred elements."""
XML: Final = "http://www.w3.org/XML/1998/namespace"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
_SPACE: Final = " \t\r\n"


class XmlRefused(Exception):
    """`code`: `xml-broken`, `xml-declares` (a document type or entities), `xml-too-deep`, `xml-too-large`."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True, slots=True)
class Finding:
    """What was not taken over, and where. `code` names the message."""

    file: str
    line: int
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Node:
    """An element. Its namespace counts only for mathematics; `attributes` by local name, those of XML as ``xml:lang``.

    Whoever reads an element calls `read`, which marks it and gives an attribute's value marks that: what is not marked
    in the end was not taken over.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)
    line: int = 0
    namespace: str = ""
    is_read: bool = False
    attributes_read: set[str] = field(default_factory=set)
    text_read: bool = False

    def get(self, name: str, default: str = "") -> str:
        """The attribute, from now on read."""
        self.attributes_read.add(name)
        return self.attributes.get(name, default)

    def elements(self) -> "list[Node]":
        return [one for one in self.children if isinstance(one, Node)]

    def read(self, *names: str) -> "Node":
        """Marks the element, and attributes that mean nothing more to us than that they are there."""
        self.is_read = True
        self.attributes_read.update(names)
        return self

    def all(self, name: str) -> "list[Node]":
        """The children of this name, read."""
        return [one.read() for one in self.elements() if one.name == name]

    def first(self, name: str) -> "Node | None":
        return next(iter(self.all(name)), None)

    def read_all(self) -> None:
        """Marks everything inside, too."""
        self.text_read = True
        self.read(*self.attributes)
        for one in self.elements():
            one.read_all()

    def walk(self) -> "Iterator[Node]":
        yield self
        for one in self.elements():
            yield from one.walk()

    def text(self) -> str:
        """All characters inside."""
        self.text_read = True
        return "".join(one if isinstance(one, str) else one.text() for one in self.children)

    def inside(self) -> "list[Node | str]":
        """What is inside, its text from now on read."""
        self.text_read = True
        return self.children

    def unread(self) -> "Iterator[tuple[int, str, Mapping[str, str]]]":
        """(line, code, values) of what nobody has read: elements (not what is inside them too), attributes, and text
        where only elements were looked for."""
        if not self.is_read:
            values = {"name": self.name, "text": " ".join(self.text().split())[:80] or "-"}
            yield self.line, "unsupported-element", values
            return
        for name, value in self.attributes.items():
            if name not in self.attributes_read:
                yield self.line, "unsupported-attribute", {"element": self.name, "name": name, "value": value[:80]}
        text = " ".join(" ".join(one for one in self.children if isinstance(one, str)).split())
        if text and not self.text_read:
            yield self.line, "unsupported-text", {"element": self.name, "text": text[:80]}
        for one in self.elements():
            yield from one.unread()


# ---------------------------------------------------------------- reading


def parse(data: bytes) -> Node:
    """The root element. Raises XmlRefused: no document type, no entities, nothing from elsewhere, not too much."""
    if len(data) > LARGEST:
        raise XmlRefused("xml-too-large")
    builder = _Builder()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setContentHandler(builder)
    try:
        parser.parse(io.BytesIO(data))
    except DefusedXmlException as fault:
        raise XmlRefused("xml-declares", builder.line()) from fault
    except (xml.sax.SAXException, UnicodeError, ValueError, LookupError) as fault:
        raise XmlRefused("xml-broken", builder.line()) from fault
    if builder.root is None:
        raise XmlRefused("xml-broken")
    return builder.root


class _Builder(xml.sax.handler.ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.locator: Any = None

    def line(self) -> int:
        return int(self.locator.getLineNumber() or 0) if self.locator is not None else 0

    def setDocumentLocator(self, locator: Any) -> None:
        self.locator = locator

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_NODES or len(attrs) > MOST_ATTRIBUTES:
            raise XmlRefused("xml-too-deep" if len(self.open) >= DEEPEST else "xml-too-large", self.line())
        attributes = {(f"xml:{local}" if space == XML else local): value for (space, local), value in attrs.items()}
        attributes.pop("schemaLocation", None)  # where the schema lies; nothing is ever fetched
        node = Node(name[1], attributes, [], self.line(), name[0] or "")
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        self.open.pop()

    def characters(self, content: str) -> None:
        if self.open:
            children = self.open[-1].children
            if children and isinstance(children[-1], str):
                children[-1] += content
            else:
                children.append(content)


# ---------------------------------------------------------------- writing


def element(name: str, attributes: Mapping[str, str | None] | None = None, *children: "Node | str") -> Node:
    """An element to be written; attributes that are None are left out."""
    kept = {key: value for key, value in (attributes or {}).items() if value is not None}
    return Node(name, kept, [one for one in children if one != ""])


def serialise(root: Node) -> bytes:
    """The document in UTF-8. Elements that hold elements alone are written on lines of their own, so that a line number
    says where something is."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_write(root, 0)) + "\n").encode()


_IN_TEXT: Final = {"\r": "&#13;"}
_IN_ATTRIBUTE: Final = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


KEEPS_SPACE: Final = frozenset({"p", "pre", "code", "math", "value", "span"})
"""White space inside these is text."""


def _write(node: Node, depth: int, *, inline: bool = False) -> Iterator[str]:
    yield f"<{node.name}"
    for name, value in node.attributes.items():
        yield f' {name}="{escape(value, _IN_ATTRIBUTE)}"'
    if not node.children:
        yield "/>"
        return
    yield ">"
    inside = inline or node.name in KEEPS_SPACE or any(isinstance(one, str) for one in node.children)
    for one in node.children:
        if not inside:
            yield "\n" + "  " * (depth + 1)
        if isinstance(one, str):
            yield escape(one, _IN_TEXT)
        else:
            yield from _write(one, depth + 1, inline=inside)
    if not inside:
        yield "\n" + "  " * depth
    yield f"</{node.name}>"


def is_blank(text: str) -> bool:
    return not text.strip(_SPACE)


def same(one: Sequence["Node | str"], other: Sequence["Node | str"]) -> bool:
    """Whether two contents say the same, white space between elements aside."""
    left = [part for part in one if not (isinstance(part, str) and is_blank(part))]
    right = [part for part in other if not (isinstance(part, str) and is_blank(part))]
    return len(left) == len(right) and all(_same(a, b) for a, b in zip(left, right, strict=True))


def _same(one: Node | str, other: Node | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one.strip(_SPACE) == other.strip(_SPACE)
    return one.name == other.name and one.attributes == other.attributes and same(one.children, other.children)
