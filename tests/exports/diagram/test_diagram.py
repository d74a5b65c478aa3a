"""Flow charts in words and as drawings."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.exports.diagram import describe_diagram, draw_diagram
from builder.model.document import Diagram, DiagramEdge, DiagramNode
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from tests.laws.documents import soup, words

_SVG = "{http://www.w3.org/2000/svg}"
_APPLICATION = Diagram(
    "Арыз берүү тартиби",
    (
        DiagramNode("start", "Арызды жазуу", "round"),
        DiagramNode("check", "Документтер толукпу?", "decision"),
        DiagramNode("send", "Дирекцияга жөнөтүү"),
    ),
    (
        DiagramEdge("start", "check"),
        DiagramEdge("check", "send", "ооба"),
        DiagramEdge("check", "start", "жок"),
    ),
)


def test_steps_are_told_from_the_start_with_answers_and_ways_back() -> None:
    assert describe_diagram(_APPLICATION, KYRGYZ) == (
        "Башталышы: «Арызды жазуу». Андан кийин: «Документтер толукпу?»",
        "Суроо: «Документтер толукпу?» «ооба» болсо: «Дирекцияга жөнөтүү». «жок» болсо, кайра кайтуу: «Арызды жазуу».",
        "Кадам: «Дирекцияга жөнөтүү».",
    )


@pytest.mark.parametrize(
    ("language", "first"),
    [
        (KYRGYZ, "Башталышы: «A». Андан кийин: «B»."),
        (RUSSIAN, "Начало: «A». Далее: «B»."),
        (ENGLISH, "Start: “A”. Then: “B”."),
    ],
)
def test_steps_are_told_in_the_language_of_the_document(language: LanguageTag, first: str) -> None:
    chart = Diagram("T", (DiagramNode("a", "A", "round"), DiagramNode("b", "B", "round")), (DiagramEdge("a", "b"),))
    assert describe_diagram(chart, language)[0] == first


def test_a_step_is_told_after_all_steps_that_lead_to_it() -> None:
    chart = Diagram(
        "T",
        tuple(DiagramNode(one, one) for one in "abcd"),
        (DiagramEdge("a", "d"), DiagramEdge("a", "b"), DiagramEdge("b", "c"), DiagramEdge("c", "d")),
    )
    told = [re.findall("“(.)”", step)[0] for step in describe_diagram(chart, ENGLISH)]
    assert told == ["a", "b", "c", "d"]


def test_two_answers_fit_a_narrow_screen_at_reading_size() -> None:
    """WCAG 2.2, 1.4.10: 320 CSS px wide, where nothing is scaled down."""
    chart = Diagram(
        "T",
        (
            DiagramNode("q", "Документтер толукпу?", "decision"),
            DiagramNode("y", "Дирекцияга жөнөтүү"),
            DiagramNode("n", "Жетпегенин тапшыруу"),
        ),
        (DiagramEdge("q", "y", "ооба"), DiagramEdge("q", "n", "жок"), DiagramEdge("n", "q")),
    )
    root = ElementTree.fromstring(draw_diagram(chart, KYRGYZ))
    assert float(root.attrib["width"]) <= 320 and root.attrib["font-size"] == "16"


def test_drawing_takes_the_colour_around_it_and_has_no_ground_and_no_ids() -> None:
    drawn = draw_diagram(_APPLICATION, KYRGYZ)
    assert 'stroke="currentColor"' in drawn and "#" not in drawn and " id=" not in drawn and "style=" not in drawn


def _texts(drawn: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(drawn).iter(f"{_SVG}text")]


@st.composite
def _charts(draw: st.DrawFn, text: st.SearchStrategy[str]) -> Diagram:
    count = draw(st.integers(1, 7))
    shapes = st.sampled_from(["box", "round", "decision"])
    nodes = tuple(DiagramNode(f"n{number}", draw(text), draw(shapes)) for number in range(count))
    ends = st.integers(0, count - 1).map(lambda number: f"n{number}")
    edges = draw(st.lists(st.builds(DiagramEdge, ends, ends, st.one_of(st.just(""), text)), max_size=9))
    return Diagram(draw(text), nodes, tuple(edges))


@settings(max_examples=60, deadline=None)
@given(_charts(soup()), st.sampled_from(SITE_LANGUAGES))
def test_every_label_is_told(chart: Diagram, language: LanguageTag) -> None:
    told = " ".join(describe_diagram(chart, language))
    assert len(describe_diagram(chart, language)) == len(chart.nodes)
    for node in chart.nodes:
        assert node.label in told
    for edge in chart.edges:
        assert edge.label in told


@settings(max_examples=60, deadline=None)
@given(_charts(words(KYRGYZ)), st.sampled_from(SITE_LANGUAGES))
def test_every_label_is_drawn_once(chart: Diagram, language: LanguageTag) -> None:
    drawn = draw_diagram(chart, language)
    assert drawn == draw_diagram(chart, language)
    labels = [one.label for one in chart.nodes] + [one.label for one in chart.edges]
    expected = "".join("".join(labels).split())
    squeezed = "".join(_texts(drawn))
    assert sorted(squeezed.replace(" ", "")) == sorted(expected)


@settings(max_examples=60, deadline=None)
@given(_charts(words(RUSSIAN)))
def test_nothing_is_drawn_over_anything(chart: Diagram) -> None:
    boxes = _boxes(draw_diagram(chart, RUSSIAN))
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and top >= 0
        for other_left, other_top, other_right, other_bottom in boxes[number + 1 :]:
            apart = right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top
            assert apart, boxes


def _boxes(drawn: str) -> list[tuple[float, float, float, float]]:
    """The outlines of steps, and the first lines of arrows' words, which stand outside of all outlines."""
    root = ElementTree.fromstring(drawn)
    boxes = []
    for one in root.iter(f"{_SVG}rect"):
        x, y, width, height = (float(one.attrib[name]) for name in ("x", "y", "width", "height"))
        boxes.append((x, y, x + width, y + height))
    for one in root.iter(f"{_SVG}path"):
        numbers = [float(value) for value in re.findall(r"-?[\d.]+", one.attrib["d"])]
        if one.attrib["d"].endswith("Z") and len(numbers) == 8:
            boxes.append((min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])))
    outlines = list(boxes)
    for one in root.iter(f"{_SVG}text"):
        x, y = float(one.attrib["x"]), float(one.attrib["y"])
        inside = any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in outlines)
        if not inside:
            boxes.append((x - 2, y - 8, x + 2, y))
    return boxes


@settings(max_examples=40, deadline=None)
@given(_charts(soup()))
def test_any_label_gives_well_formed_svg(chart: Diagram) -> None:
    root = ElementTree.fromstring(draw_diagram(chart, ENGLISH))
    assert float(root.attrib["width"]) > 0 and float(root.attrib["height"]) > 0


def test_unknown_short_names_and_no_steps_do_no_harm() -> None:
    assert describe_diagram(Diagram("T", (), ()), ENGLISH) == ()
    ElementTree.fromstring(draw_diagram(Diagram("T", (), ()), ENGLISH))
    half = Diagram("T", (DiagramNode("a", "A"),), (DiagramEdge("a", "b", "x"),))
    assert describe_diagram(half, ENGLISH) == ("Step: “A”. If “x”: “b”.", "Step: “b”.")
