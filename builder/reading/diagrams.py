"""The fence named `diagram`: a title, steps, arrows between them, one per line."""

import re
from dataclasses import dataclass
from typing import Final

from builder.model.document import Diagram, DiagramEdge, DiagramNode
from builder.reading.front_matter import Problem

_ID: Final = r"[A-Za-z0-9-]{1,64}"
_NODE: Final = re.compile(rf"({_ID})[ \t]*(\[.*\]|\(.*\)|<.*>)")
_EDGE: Final = re.compile(rf"({_ID}?)[ \t]*->[ \t]*({_ID})(?:[ \t]*:(.*))?")
_TITLE: Final = re.compile(r"title[ \t]*:(.*)")
_SHAPES: Final = {"[": "box", "(": "round", "<": "decision"}


@dataclass(frozen=True, slots=True)
class ParsedDiagram:
    """`diagram` is None when a problem makes it incomplete."""

    diagram: Diagram | None
    problems: tuple[Problem, ...]


def parse_diagram(text: str, fence_line: int) -> ParsedDiagram:
    """The diagram of a fence's text; `fence_line` is the line of the fence itself."""
    title = ""
    nodes: dict[str, DiagramNode] = {}
    edges: list[DiagramEdge] = []
    problems: list[Problem] = []
    for line, written in enumerate(text.split("\n"), fence_line + 1):
        words = written.strip()
        if not words:
            continue
        if match := _TITLE.fullmatch(words):
            title = match[1].strip()
        elif match := _NODE.fullmatch(words):
            if match[1] in nodes:
                problems.append((line, "diagram-node-repeated", {"name": match[1]}))
            elif label := match[2][1:-1].strip():
                nodes[match[1]] = DiagramNode(match[1], label, _SHAPES[match[2][0]], line)
            else:
                problems.append((line, "diagram-line-unknown", {"text": words}))
        elif (match := _EDGE.fullmatch(words)) and match[1]:
            edges.append(DiagramEdge(match[1], match[2], (match[3] or "").strip(), line))
        else:
            problems.append((line, "diagram-line-unknown", {"text": words}))
    for edge in edges:
        problems += [
            (edge.line, "diagram-arrow-unknown", {"name": name}) for name in (edge.tail, edge.head) if name not in nodes
        ]
    if not nodes:
        problems.append((fence_line, "diagram-empty", {}))
    if not title:
        problems.append((fence_line, "diagram-title-missing", {}))
    fatal = [rule for _, rule, _ in problems if rule != "diagram-title-missing"]
    diagram = None if fatal else Diagram(title, tuple(nodes.values()), tuple(edges), fence_line)
    return ParsedDiagram(diagram, tuple(problems))
