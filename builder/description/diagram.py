"""Flow charts of lessons told step by step in words. Pure: the same diagram gives the same text."""

from dataclasses import dataclass

from builder.model.document import Diagram, DiagramEdge, DiagramNode
from builder.model.labels import labels_for
from builder.model.language import LanguageTag


def describe_diagram(diagram: Diagram, language: LanguageTag) -> tuple[str, ...]:
    """One sentence group per step, from the starts on: what the step is, and where each of its arrows leads.

    Every label of a step and of an arrow occurs. An arrow to an earlier step is told as a way back.
    """
    words = labels_for(language)
    chart = Chart.of(diagram)
    order = chart.reading_order()
    back = find_back_arrows(chart)
    entered = {one.head for one in chart.arrows if one not in back}
    told = []
    for node in order:
        arrows = chart.arrows_from(node)
        shape = chart.nodes[node].shape
        if shape == "decision":
            kind = words.diagram_decision
        elif shape == "round" and arrows and node not in entered:
            kind = words.diagram_start
        elif shape == "round" and not arrows:
            kind = words.diagram_end
        else:
            kind = words.diagram_step
        sentences = [_sentence(kind, chart.nodes[node].label)]
        for arrow in arrows:
            target = chart.nodes[arrow.head].label
            if arrow.label:
                template = words.diagram_answer_back if arrow in back else words.diagram_answer
            else:
                template = words.diagram_back if arrow in back else words.diagram_next
            sentences.append(_sentence(template, target, arrow.label))
        told.append(" ".join(sentences))
    return tuple(told)


def _sentence(template: str, label: str, answer: str = "") -> str:
    """The template filled in; a label that ends its own sentence gets no second full stop."""
    filled = template.format(label=label, answer=answer)
    return filled.removesuffix(".") if label.endswith((".", "?", "!", "…")) else filled


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one step to another, both by their numbers."""

    tail: int
    head: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The diagram with steps by number: short names may be unknown or doubled in a text that is still being written."""

    nodes: tuple[DiagramNode, ...]
    arrows: tuple[Arrow, ...]
    entered: frozenset[int]
    """Steps that another step leads to."""

    @classmethod
    def of(cls, diagram: Diagram) -> "Chart":
        nodes = list(diagram.nodes)
        number: dict[str, int] = {}
        for index, node in enumerate(nodes):
            number.setdefault(node.id, index)
        for edge in diagram.edges:
            for name in (edge.tail, edge.head):
                if name not in number:
                    number[name] = len(nodes)
                    nodes.append(DiagramNode(name, name, line=edge.line))
        arrows = tuple(_arrow(edge, number) for edge in diagram.edges)
        return cls(tuple(nodes), arrows, frozenset(one.head for one in arrows if one.head != one.tail))

    def arrows_from(self, node: int) -> tuple[Arrow, ...]:
        return tuple(one for one in self.arrows if one.tail == node)

    def reading_order(self) -> tuple[int, ...]:
        """Starts first; a step comes after all steps that lead to it, except over a way back."""
        back = find_back_arrows(self)
        forward = [one for one in self.arrows if one not in back]
        waiting = {node: sum(one.head == node for one in forward) for node in range(len(self.nodes))}
        order: list[int] = []
        ready = [node for node, count in waiting.items() if not count]
        while ready:
            node = ready.pop(0)
            order.append(node)
            fresh = []
            for arrow in forward:
                if arrow.tail == node:
                    waiting[arrow.head] -= 1
                    if not waiting[arrow.head]:
                        fresh.append(arrow.head)
            ready = fresh + ready
        return tuple(order)


def _arrow(edge: DiagramEdge, number: dict[str, int]) -> Arrow:
    return Arrow(number[edge.tail], number[edge.head], edge.label)


def find_back_arrows(chart: Chart) -> frozenset[Arrow]:
    """Arrows that close a circle, found by going through the chart from its starts, in the author's order."""
    starts = [node for node in range(len(chart.nodes)) if node not in chart.entered]
    back: set[Arrow] = set()
    open_steps: set[int] = set()
    done: set[int] = set()
    for start in [*starts, *range(len(chart.nodes))]:
        if start in done:
            continue
        open_steps.add(start)
        path = [(start, iter(chart.arrows_from(start)))]
        while path:
            node, ahead = path[-1]
            for arrow in ahead:
                if arrow.head in open_steps:
                    back.add(arrow)
                elif arrow.head not in done:
                    open_steps.add(arrow.head)
                    path.append((arrow.head, iter(chart.arrows_from(arrow.head))))
                    break
            else:
                path.pop()
                open_steps.discard(node)
                done.add(node)
    return frozenset(back)
