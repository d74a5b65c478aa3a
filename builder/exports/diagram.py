"""Flow charts of lessons drawn as SVG; `builder.description` tells them in words. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Final

from builder.description import Chart, describe_diagram, find_back_arrows
from builder.model.document import Diagram, DiagramNode
from builder.model.language import LanguageTag

__all__ = ["describe_diagram", "draw_diagram"]


def draw_diagram(diagram: Diagram, language: LanguageTag) -> str:
    """An SVG drawing from top to bottom, in the colour of the text around it, without a background.

    The text stays text. Nothing in it has an id, so that a page may hold many of them.
    """
    chart = Chart.of(diagram)
    picture = _Picture.of(chart)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(picture.width)} {_number(picture.height)}"'
        f' width="{_number(picture.width)}" height="{_number(picture.height)}" role="img"'
        f' aria-label="{_xml(diagram.title)}" xml:lang="{_xml(language)}"'
        f' font-family="{_FONTS}" font-size="{_FONT_SIZE}"'
        ' fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round">'
    )
    return head + "".join(picture.parts) + "</svg>"


# ---------------------------------------------------------------- the drawing

# All sizes are our choice, in CSS pixels at natural size: two columns fit a screen 320 px wide at 16 px text.
_FONTS: Final = "Andika, 'Noto Sans', 'DejaVu Sans', sans-serif"
_FONT_SIZE: Final = 16
_LINE: Final = 21.0
_TEXT_WIDTH: Final = 132.0
_ANSWER_WIDTH: Final = 110.0
_PAD_X: Final = 10.0
_PAD_Y: Final = 9.0
_GAP_X: Final = 18.0
_GAP_Y: Final = 30.0
_LANE: Final = 14.0
_MARGIN: Final = 4.0
_HEAD: Final = 9.0
_SWEEPS: Final = 8


@dataclass(slots=True, eq=False)
class _Item:
    """Something that takes a place in a row: a step, an arrow's words, or a bend of a long arrow.

    `top` and `bottom` are those of its row: between them arrows go straight down, so that they touch no neighbour.
    """

    row: int
    lines: tuple[str, ...]
    width: float
    height: float
    shape: str
    x: float = 0.0
    y: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    above: list["_Item"] = field(default_factory=list)
    below: list["_Item"] = field(default_factory=list)

    @property
    def right(self) -> float:
        return self.x + self.width / 2


def _step(node: DiagramNode, row: int) -> _Item:
    lines = _wrap(node.label or node.id, _TEXT_WIDTH)
    width, height = _block(lines)
    if node.shape == "decision":
        # A diamond holds a block of text where w/W + h/H <= 1.
        outer = max(width * 1.5, width + 36.0)
        return _Item(row, lines, outer, height / (1 - width / outer) + 4.0, "decision")
    if node.shape == "round":
        return _Item(row, lines, max(width, 40.0) + 2 * _PAD_X + 12.0, height + 2 * _PAD_Y, "round")
    return _Item(row, lines, max(width, 40.0) + 2 * _PAD_X, height + 2 * _PAD_Y, "box")


def _words(label: str, row: int) -> _Item:
    lines = _wrap(label, _ANSWER_WIDTH)
    width, height = _block(lines)
    return _Item(row, lines, width + 8.0, height + 2.0, "words")


def _bend(row: int) -> _Item:
    return _Item(row, (), 6.0, 0.0, "bend")


@dataclass(frozen=True, slots=True)
class _Way:
    """The items an arrow passes, from its tail on; a way back then goes round the outside to `head`."""

    items: tuple[_Item, ...]
    head: _Item
    back: bool


@dataclass(frozen=True, slots=True)
class _Picture:
    width: float
    height: float
    parts: tuple[str, ...]

    @classmethod
    def of(cls, chart: Chart) -> "_Picture":
        rows, ways = _arrange(chart)
        lanes = _lanes(ways)
        _place_rows(rows, ways)
        _place_columns(rows)
        items = [item for row in rows for item in row]
        inner = max((item.right for item in items), default=0.0)
        tracks = _tracks(ways)
        parts: list[str] = []
        for way in ways:
            parts += _draw_back(way, inner + _LANE * (lanes[id(way)] + 1), tracks) if way.back else _draw_forward(way)
        for item in items:
            parts += _draw_item(item)
        used = max(lanes.values(), default=-1) + 1
        bottom = max((item.y + item.height / 2 for item in items), default=0.0)
        turns = [tracks[id(way), "out"] for way in ways if way.back]
        return cls(
            inner + _LANE * used + _MARGIN + (2.0 if used else 0.0),
            max([bottom, *turns]) + _MARGIN,
            tuple(parts),
        )


def _arrange(chart: Chart) -> tuple[list[list[_Item]], list[_Way]]:
    """Rows of items, ordered so that few arrows cross; even rows hold steps, odd rows the words of arrows."""
    back = find_back_arrows(chart)
    forward = [one for one in chart.arrows if one not in back]
    level: dict[int, int] = {}
    for node in chart.reading_order():
        level[node] = max((level[one.tail] + 1 for one in forward if one.head == node), default=0)
    steps = [_step(node, 2 * level[index]) for index, node in enumerate(chart.nodes)]
    items: list[_Item] = [steps[index] for index in chart.reading_order()]
    ways: list[_Way] = []
    for arrow in chart.arrows:
        tail, head = steps[arrow.tail], steps[arrow.head]
        chain = [tail]
        if arrow.label:
            chain.append(_words(arrow.label, tail.row + 1))
        if arrow in back:
            if not arrow.label:
                chain.append(_bend(tail.row + 1))
        else:
            chain += [_bend(row) for row in range(chain[-1].row + 1, head.row)]
            chain.append(head)
        items += [one for one in chain if one not in steps]
        for upper, lower in pairwise(chain):
            upper.below.append(lower)
            lower.above.append(upper)
        ways.append(_Way(tuple(chain), head, arrow in back))
    rows: list[list[_Item]] = [[] for _ in range(max((item.row for item in items), default=-1) + 1)]
    for item in items:
        rows[item.row].append(item)
    _untangle(rows)
    turns = {id(way.items[-1]) for way in ways if way.back}
    for row in rows:
        row.sort(key=lambda item: id(item) in turns)
    return rows, ways


def _untangle(rows: list[list[_Item]]) -> None:
    """Order each row by the middle of its neighbours' places, down and up; the best order found stays."""
    best = [list(row) for row in rows]
    fewest = _crossings(best)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            places = {id(item): index for other in rows for index, item in enumerate(other)}
            now = {id(item): index for index, item in enumerate(row)}

            def middle(item: _Item, places: dict[int, int] = places, now: dict[int, int] = now) -> float:
                neighbours = item.above if down else item.below  # noqa: B023  (sorted within this turn of the loop)
                if not neighbours:
                    return float(now[id(item)])
                return sum(places[id(one)] for one in neighbours) / len(neighbours)

            row.sort(key=middle)
        crossings = _crossings(rows)
        if crossings < fewest:
            fewest, best = crossings, [list(row) for row in rows]
    rows[:] = best


def _crossings(rows: Sequence[Sequence[_Item]]) -> int:
    total = 0
    for row in rows:
        pairs = []
        places = {id(item): index for other in rows for index, item in enumerate(other)}
        for index, item in enumerate(row):
            pairs += [(index, places[id(one)]) for one in item.below]
        for number, (a, b) in enumerate(pairs):
            total += sum((a - c) * (b - d) < 0 for c, d in pairs[number + 1 :])
    return total


def _place_rows(rows: list[list[_Item]], ways: list[_Way]) -> None:
    y = _MARGIN
    turning_above = {way.head.row for way in ways if way.back}
    for number, row in enumerate(rows):
        height = max((item.height for item in row), default=0.0)
        if number:
            only_bends = all(item.shape == "bend" for item in row)
            y += _GAP_Y / 2 if number % 2 or only_bends else _GAP_Y
            y += 8.0 * sum(way.back and way.items[-1].row == number - 1 for way in ways)
        y += 8.0 * sum(way.back and way.head.row == number for way in ways) + (6.0 if number in turning_above else 0.0)
        for item in row:
            item.top, item.bottom = y, y + height
            item.y = y + (item.height if item.shape == "words" else height) / 2
        y += height


def _place_columns(rows: list[list[_Item]]) -> None:
    """Put items near the middle of their neighbours without touching each other, then move all to the left margin."""
    for row in rows:
        x = 0.0
        for item in row:
            item.x = x + item.width / 2
            x += item.width + _GAP_X
        shift = (x - _GAP_X) / 2
        for item in row:
            item.x -= shift
    for sweep in range(6 * _SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = []
            for item in row:
                near = (item.above + item.below) if sweep > _SWEEPS else (item.above if sweep % 2 == 0 else item.below)
                wanted.append(sum(one.x for one in near) / len(near) if near else item.x)
            _spread(row, wanted)
    _straighten(rows)
    left = min((item.x - item.width / 2 for row in rows for item in row), default=0.0)
    for row in rows:
        for item in row:
            item.x = round(item.x - left + _MARGIN, 2)


def _straighten(rows: list[list[_Item]]) -> None:
    """Put steps that follow one another without a choice under one another, where their neighbours leave room."""
    beside = {
        id(item): (row[:place][-1:], row[place + 1 : place + 2]) for row in rows for place, item in enumerate(row)
    }
    for row in rows:
        for item in row:
            if len(item.above) == 1 and len(item.above[0].below) == 1:
                continue  # stands inside a chain that began above
            chain = [item]
            while len(chain[-1].below) == 1 and len(chain[-1].below[0].above) == 1:
                chain.append(chain[-1].below[0])
            least, most = -math.inf, math.inf
            for one in chain:
                before, after = beside[id(one)]
                for other in before:
                    least = max(least, other.x + other.width / 2 + _GAP_X + one.width / 2)
                for other in after:
                    most = min(most, other.x - other.width / 2 - _GAP_X - one.width / 2)
            if least <= most:
                middle = min(max(chain[-1].x, least), most)
                for one in chain:
                    one.x = middle


def _spread(row: Sequence[_Item], wanted: Sequence[float]) -> None:
    """The places nearest to the wanted ones that keep order and distance: neighbours that collide move as one."""
    groups: list[tuple[list[_Item], float, float]] = []  # items, the group's wanted start, its width
    for item, place in zip(row, wanted, strict=True):
        group, start, width = [item], place - item.width / 2, item.width
        while groups and groups[-1][1] + groups[-1][2] + _GAP_X > start:
            before, other, wide = groups.pop()
            joined = wide + _GAP_X + width
            start = (other * len(before) + (start - wide - _GAP_X) * len(group)) / (len(before) + len(group))
            group, width = before + group, joined
        groups.append((group, start, width))
    for group, start, _ in groups:
        for item in group:
            item.x = start + item.width / 2
            start += item.width + _GAP_X


def _lanes(ways: Iterable[_Way]) -> dict[int, int]:
    """Which lane beside the drawing each way back takes: the innermost one that is free between its rows."""
    taken: list[list[tuple[int, int]]] = []
    lanes = {}
    backs = [way for way in ways if way.back]
    for way in sorted(backs, key=lambda one: one.items[-1].row - one.head.row):
        top, bottom = way.head.row - 1, way.items[-1].row + 1
        free = (lane for lane, spans in enumerate(taken) if all(bottom < a or b < top for a, b in spans))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((top, bottom))
        lanes[id(way)] = lane
    return lanes


def _tracks(ways: Sequence[_Way]) -> dict[tuple[int, str], float]:
    """The heights at which ways back run across: below the words of the arrow, and above the step it returns to."""
    tracks = {}
    backs = [way for way in ways if way.back]
    for way in backs:
        last = way.items[-1]
        before = sorted((one for one in backs if one.items[-1].row == last.row), key=lambda one: -one.items[-1].x)
        tracks[id(way), "out"] = last.bottom + 6.0 + 8.0 * before.index(way)
        same = [one for one in backs if one.head.row == way.head.row]
        tracks[id(way), "in"] = way.head.top - _HEAD - 7.0 - 8.0 * same.index(way)
    return tracks


def _port(item: _Item, side: int, rank: int, count: int) -> tuple[float, float]:
    """Where the arrow number `rank` of `count` meets the outline; `side` is 1 below, -1 above."""
    room = item.width * (0.5 if item.shape == "decision" else 0.6)
    step = min(44.0 if item.shape == "decision" else 26.0, room / max(count - 1, 1))
    dx = (rank - (count - 1) / 2) * step if count > 1 else 0.0
    if item.shape in ("words", "bend"):
        dx = 0.0
    if item.shape == "bend":
        return item.x, item.bottom if side > 0 else item.top
    half = item.height / 2
    if item.shape == "decision":
        half *= 1 - abs(dx) / (item.width / 2)
    return item.x + dx, item.y + side * half


def _leave(upper: _Item, lower: _Item) -> tuple[float, float]:
    ranked = sorted(range(len(upper.below)), key=lambda one: (upper.below[one].x, one))
    rank = next(place for place, one in enumerate(ranked) if upper.below[one] is lower)
    return _port(upper, 1, rank, len(ranked))


def _enter(upper: _Item, lower: _Item) -> tuple[float, float]:
    ranked = sorted(range(len(lower.above)), key=lambda one: (lower.above[one].x, one))
    rank = next(place for place, one in enumerate(ranked) if lower.above[one] is upper)
    return _port(lower, -1, rank, len(ranked))


def _line(points: str) -> str:
    return f'<path d="{points}"/>'


def _curve(upper: _Item, lower: _Item, shorten: float = 0.0) -> str:
    """From one row to the next: straight inside the rows, bent only between them."""
    (x1, y1), (x2, y2) = _leave(upper, lower), _enter(upper, lower)
    y2 -= shorten
    if abs(x1 - x2) < 0.5:
        return f"M{_number(x1)} {_number(y1)}V{_number(y2)}"
    y3, y4 = upper.bottom, lower.top - shorten
    middle = _number((y3 + y4) / 2)
    return (
        f"M{_number(x1)} {_number(y1)}V{_number(y3)}"
        f"C{_number(x1)} {middle} {_number(x2)} {middle} {_number(x2)} {_number(y4)}V{_number(y2)}"
    )


def _point_down(x: float, y: float) -> str:
    """An arrow head whose tip is at the given place."""
    return (
        f'<path fill="currentColor" stroke="none" d="M{_number(x)} {_number(y)}'
        f'L{_number(x - 5)} {_number(y - _HEAD)}L{_number(x + 5)} {_number(y - _HEAD)}Z"/>'
    )


def _draw_forward(way: _Way) -> list[str]:
    parts = []
    for upper, lower in pairwise(way.items):
        if lower is way.head:
            parts.append(_line(_curve(upper, lower, _HEAD - 1)))
            parts.append(_point_down(*_enter(upper, lower)))
        else:
            parts.append(_line(_curve(upper, lower)))
        if upper.shape == "bend":
            parts.append(_line(f"M{_number(upper.x)} {_number(upper.top)}V{_number(upper.bottom)}"))
    return parts


def _draw_back(way: _Way, lane: float, tracks: dict[tuple[int, str], float]) -> list[str]:
    upper, lower = way.items[0], way.items[-1]
    parts = [_line(_curve(upper, lower))]
    out, back = tracks[id(way), "out"], tracks[id(way), "in"]
    start = lower.top if lower.shape == "bend" else lower.y + lower.height / 2
    offset = min(way.head.width / 4, 30.0)
    tip_x, tip_y = _beside(way.head, offset)
    parts.append(
        _line(
            f"M{_number(lower.x)} {_number(start)}V{_number(out)}H{_number(lane)}"
            f"V{_number(back)}H{_number(tip_x)}V{_number(tip_y - _HEAD + 1)}"
        )
    )
    parts.append(_point_down(tip_x, tip_y))
    return parts


def _beside(item: _Item, dx: float) -> tuple[float, float]:
    half = item.height / 2
    if item.shape == "decision":
        half *= 1 - dx / (item.width / 2)
    return item.x + dx, item.y - half


def _draw_item(item: _Item) -> list[str]:
    left, top = item.x - item.width / 2, item.y - item.height / 2
    parts = []
    if item.shape == "decision":
        parts.append(
            f'<path d="M{_number(item.x)} {_number(top)}L{_number(item.right)} {_number(item.y)}'
            f'L{_number(item.x)} {_number(top + item.height)}L{_number(left)} {_number(item.y)}Z"/>'
        )
    elif item.shape in ("box", "round"):
        corner = min(item.height / 2, 20.0) if item.shape == "round" else 2.0
        parts.append(
            f'<rect x="{_number(left)}" y="{_number(top)}" width="{_number(item.width)}"'
            f' height="{_number(item.height)}" rx="{_number(corner)}"/>'
        )
    first = item.y - (len(item.lines) - 1) * _LINE / 2 + _FONT_SIZE * 0.34
    for number, line in enumerate(item.lines):
        parts.append(
            f'<text x="{_number(item.x)}" y="{_number(first + number * _LINE)}" text-anchor="middle"'
            f' fill="currentColor" stroke="none">{_xml(line)}</text>'
        )
    return parts


# ---------------------------------------------------------------- text

_NARROW: Final = frozenset("iIjl|.,:;!'’()[]{}fftr1 -–«»“”\"")
_WIDE: Final = frozenset("mwMWшщжюыфмШЩЖЮЫФМДЪQOОӨGС@%—")


def _text_width(text: str) -> float:
    """A cautious estimate: the reader's font is not known."""
    return _FONT_SIZE * sum(
        0.36
        if one in _NARROW
        else 0.86
        if one in _WIDE
        else 1.0
        if ord(one) > 0x2E80
        else 0.66
        if one.isupper()
        else 0.6
        for one in text
    )


def _wrap(text: str, room: float) -> tuple[str, ...]:
    """Lines no wider than `room`, or than the longest word; only a word of twice the room is broken."""
    room = max(room, min(2 * room, max(map(_text_width, text.split()), default=0.0)))
    lines: list[str] = []
    line = ""
    for word in text.split():
        while _text_width(word) > room:
            cut = 1
            while _text_width(word[: cut + 1]) <= room:
                cut += 1
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:cut])
            word = word[cut:]
        longer = f"{line} {word}" if line else word
        if line and _text_width(longer) > room:
            lines.append(line)
            longer = word
        line = longer
    if line:
        lines.append(line)
    return tuple(lines)


def _block(lines: Sequence[str]) -> tuple[float, float]:
    return max((_text_width(line) for line in lines), default=0.0), len(lines) * _LINE


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _xml(text: str) -> str:
    """Escaped, without the characters that XML 1.0 (2.2) forbids."""
    kept = "".join(one if one >= " " and one not in "\ufffe\uffff" else " " for one in text)
    return escape(kept, quote=True)
