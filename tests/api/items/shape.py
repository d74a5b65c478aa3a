"""What the schema of QTI 2.2 asks of what we write: which elements, in which order, with which attributes.

Only for elements that we write. Found by reading the schema of version 2.2.2 and the profile of content packages that
belongs to it against our output; said here in a form of our own, and shorter than there: a fault found here is one
there, and what passes here has been looked at there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.domains.items.qti.xml import MATHML, Node

_NAME: Final = r"[A-Za-z_][\w.\-]*"
_FLAG: Final = "true|false"
_COUNT: Final = r"\d+"
_NUMBER: Final = r"-?\d+(\.\d+)?"
_MIME: Final = r"[a-z]+/[a-z0-9.+\-]+"
_LINE: Final = r"[^\t\r\n]*"
_BASE_TYPE: Final = "directedPair|file|float|identifier|string"
_CARDINALITY: Final = "single|multiple|ordered"
_ID: Final = "ID"
_REFS: Final = "IDREFS"
_INLINE: Final = "math|code|br|span|img|object"
_BLOCK: Final = "p|pre|div"
_VALUE: Final = "variable|correct|baseValue|index|multiple|match|equal|divide|product|sum|mapResponse"
_RULES: Final = "((responseCondition|setOutcomeValue) )*"
_BODY: Final = {"id": _ID, "class": r"[\w\-]+( [\w\-]+)*", "xml:lang": "ky|ru|en", "aria-describedby": _REFS}
_FIELD: Final = {**_BODY, "responseIdentifier!": _NAME}


@dataclass(frozen=True, slots=True)
class Shape:
    """`inside`: the names of the children, each with a blank behind it. An attribute with `!` must be there."""

    inside: str = ""
    attributes: Mapping[str, str] = ()  # type: ignore[assignment]  # none
    words: bool = False
    data: bool = False
    """Whether it may have attributes of a program's own, `data-…`."""


def _flow(attributes: Mapping[str, str]) -> Shape:
    return Shape(f"(({_BLOCK}|{_INLINE}) )*", attributes, words=True, data=True)


_NAMED: Final = {"identifier!": _NAME}
_PAIR: Final = f"(({_VALUE}) ){{2}}"
_SHAPES: Final[Mapping[str, Shape]] = {
    "assessmentItem": Shape(
        "(responseDeclaration )*(outcomeDeclaration )*itemBody (responseProcessing )?(modalFeedback )*",
        {"identifier!": _LINE, "title!": _LINE, "label": _LINE, "xml:lang": "ky|ru|en", "toolName": _LINE}
        | {"adaptive": _FLAG, "timeDependent!": _FLAG},
    ),
    "responseDeclaration": Shape(
        "(correctResponse )?(mapping )?",
        {"identifier!": _ID, "cardinality!": _CARDINALITY, "baseType": _BASE_TYPE},
    ),
    "outcomeDeclaration": Shape(
        "(defaultValue )?",
        {**_NAMED, "cardinality!": _CARDINALITY, "baseType": _BASE_TYPE, "normalMaximum": r"\d+(\.\d+)?"}
        | {"externalScored": "human"},
    ),
    "correctResponse": Shape("(value )+"),
    "defaultValue": Shape("(value )+"),
    "value": Shape(words=True),
    "mapping": Shape("(mapEntry )+", {"lowerBound": _NUMBER, "upperBound": _NUMBER, "defaultValue": _NUMBER}),
    "mapEntry": Shape("", {"mapKey!": _LINE, "mappedValue!": _NUMBER, "caseSensitive": _FLAG}),
    "itemBody": Shape(
        f"(({_BLOCK}|rubricBlock|choiceInteraction|orderInteraction|matchInteraction|extendedTextInteraction"
        "|uploadInteraction) )+"
    ),
    "rubricBlock": Shape(f"(({_BLOCK}) )*", {"view!": "scorer"}, data=True),
    "choiceInteraction": Shape(
        "(prompt )?(simpleChoice )+", {**_FIELD, "shuffle": _FLAG, "maxChoices": _COUNT}, data=True
    ),
    "orderInteraction": Shape("(prompt )?(simpleChoice )+", {**_FIELD, "shuffle": _FLAG}, data=True),
    "matchInteraction": Shape(
        "(prompt )?simpleMatchSet simpleMatchSet ", {**_FIELD, "shuffle": _FLAG, "maxAssociations": _COUNT}, data=True
    ),
    "simpleMatchSet": Shape("(simpleAssociableChoice )*"),
    "simpleChoice": _flow({**_BODY, **_NAMED, "fixed": _FLAG}),
    "simpleAssociableChoice": _flow({**_BODY, **_NAMED, "fixed": _FLAG, "matchMax!": _COUNT}),
    "textEntryInteraction": Shape("", {**_FIELD, "expectedLength": _COUNT}, data=True),
    "extendedTextInteraction": Shape("(prompt )?", {**_FIELD, "expectedLength": _COUNT}, data=True),
    "uploadInteraction": Shape("(prompt )?", {**_FIELD, "type": _MIME}, data=True),
    "p": Shape(f"(({_INLINE}|textEntryInteraction) )*", _BODY, words=True, data=True),
    "pre": Shape(f"(({_INLINE}) )*", _BODY, words=True, data=True),
    "code": Shape(f"(({_INLINE}) )*", _BODY, words=True, data=True),
    "span": Shape(f"(({_INLINE}) )*", _BODY, words=True, data=True),
    "div": _flow(_BODY),
    "br": Shape("", _BODY, data=True),
    "img": Shape("", {**_BODY, "src!": _LINE, "alt!": r"[\s\S]*"}, data=True),
    "object": _flow({**_BODY, "data!": r"\S+", "type!": _MIME}),
    "modalFeedback": Shape(
        f"(({_BLOCK}|{_INLINE}) )*",
        {**_NAMED, "outcomeIdentifier!": _NAME, "showHide!": "show|hide"},
        words=True,
    ),
    "responseProcessing": Shape(_RULES),
    "responseCondition": Shape("responseIf (responseElse )?"),
    "responseIf": Shape(f"({_VALUE}) {_RULES}"),
    "responseElse": Shape(_RULES),
    "setOutcomeValue": Shape(f"({_VALUE}) ", _NAMED),
    "variable": Shape("", _NAMED),
    "correct": Shape("", _NAMED),
    "mapResponse": Shape("", _NAMED),
    "baseValue": Shape("", {"baseType!": _BASE_TYPE}, words=True),
    "index": Shape(f"({_VALUE}) ", {"n!": _COUNT}),
    "multiple": Shape(f"(({_VALUE}) )*"),
    "match": Shape(_PAIR),
    "equal": Shape(_PAIR, {"toleranceMode": "exact|absolute|relative", "tolerance": rf"{_NUMBER} {_NUMBER}"}),
    "divide": Shape(_PAIR),
    "product": Shape(f"(({_VALUE}) )+"),
    "sum": Shape("((variable|baseValue|divide|product|sum|index|correct|mapResponse|multiple) )+"),
    "manifest": Shape("metadata organizations resources ", {"identifier!": _ID}),
    "metadata": Shape("(schema schemaversion |lom )"),
    "schema": Shape(words=True),
    "schemaversion": Shape(words=True),
    "organizations": Shape(),
    "resources": Shape("(resource )*"),
    "resource": Shape(
        "(metadata )?(file )*(dependency )*",
        {"identifier!": _ID, "type!": "imsqti_item_xmlv2p2|webcontent", "href": r"\S+"},
    ),
    "file": Shape("", {"href!": r"\S+"}),
    "lom": Shape("general "),
    "general": Shape("(keyword )*"),
    "keyword": Shape("(string )+"),
    "string": Shape(words=True),
}
_MATHEMATICS: Final = frozenset(
    "math semantics annotation mrow mi mn mo ms mtext mspace mfrac msqrt mroot msup msub msubsup mover munder"
    " munderover mtable mtr mtd mpadded mphantom menclose mstyle".split()
)
"""Elements of MathML 2 for presentation."""


def shape_faults(root: Node) -> Iterator[str]:
    """What the schema refuses in a document that we wrote."""
    ids: list[str] = []
    refs: list[str] = []
    declared = {one.attributes["identifier"] for one in root.walk() if one.name.endswith("Declaration")}
    for node in root.walk():
        if node.namespace == MATHML:
            yield from _mathematics_faults(node)
        elif (shape := _SHAPES.get(node.name)) is None:
            yield f"{node.name}: unknown"
        else:
            yield from _faults(node, shape, ids, refs)
        named = node.attributes.get("responseIdentifier") or node.attributes.get("outcomeIdentifier")
        if named is not None and named not in declared:
            yield f"{node.name}: {named} is not declared"
    if len(set(ids)) < len(ids):
        yield f"ids twice: {ids}"
    if missing := set(refs) - set(ids):
        yield f"no such id: {missing}"


def _faults(node: Node, shape: Shape, ids: list[str], refs: list[str]) -> Iterator[str]:
    inside = "".join(f"{one.name} " for one in node.elements())
    if not re.fullmatch(shape.inside, inside):
        yield f"{node.name}: has {inside or 'nothing'}"
    if not shape.words and any(isinstance(one, str) and one.strip() for one in node.children):
        yield f"{node.name}: has words"
    wanted = {name.rstrip("!"): pattern for name, pattern in dict(shape.attributes).items()}
    missing = {name[:-1] for name in dict(shape.attributes) if name.endswith("!")} - set(node.attributes)
    if missing:
        yield f"{node.name}: lacks {missing}"
    for name, value in node.attributes.items():
        kind = wanted.get(name, r"[\s\S]*" if shape.data and name.startswith("data-") else None)
        if kind is None:
            yield f"{node.name}: has {name}"
        elif kind == _REFS:
            refs += value.split()
        elif not re.fullmatch(_NAME if kind == _ID else kind, value):
            yield f"{node.name}: {name} is {value!r}"
        if kind == _ID:
            ids.append(value)


def _mathematics_faults(node: Node) -> Iterator[str]:
    if node.name not in _MATHEMATICS:
        yield f"{node.name}: no mathematics"
    if node.name == "semantics" and [one.name == "annotation" for one in node.elements()] != [False, True]:
        yield "semantics: not one expression and its source"
