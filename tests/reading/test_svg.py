"""Pictures that could run or fetch something when they are opened."""

import pytest

from builder.reading.svg import inspect_svg

_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" xmlns:s="{ns}">{body}</svg>'


def _rules(body: str) -> set[str]:
    text = _PICTURE.format(ns="http://www.w3.org/2000/svg", body=body)
    return {str(rule) for _line, rule, _values in inspect_svg(text.encode())["problems"]}


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        "<s:script/>",
        "<foreignObject/>",
        '<rect onclick="x()"/>',
        '<a href="javascript:x()"/>',
        '<a x:href="java&#9;script:x()"/>',
        '<a x:href=" VBScript:x"/>',
        '<animate attributeName="href" values="#;javascript:x()"/>',
        '<set attributeName="x:href" to="#a"/>',
        '<set attributeName="onload" to="x()"/>',
    ],
)
def test_what_runs_is_a_program(body: str) -> None:
    assert _rules(body) == {"svg-script"}


@pytest.mark.parametrize(
    "body",
    [
        '<image href="https://example.org/a.png"/>',
        '<image x:href="a.png"/>',
        '<image href="data:image/svg+xml,%3Csvg/%3E"/>',
        '<rect cursor="url(https://example.org/c)"/>',
        "<rect style=\"background: image-set('https://example.org/x' 1x)\"/>",
        '<style>@import "x.css"</style>',
        '<style>@\\69mport "x.css"</style>',
        '<rect style="fill: u\\72l(https://example.org/)"/>',
    ],
)
def test_what_fetches_is_told(body: str) -> None:
    assert _rules(body) == {"svg-external"}


@pytest.mark.parametrize(
    "body",
    [
        '<rect fill="url(\'#g\')" style="stroke: url( #g )"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<use x:href="#a"/>',
        '<text aria-label="C:\\study\\file.txt (javascript)">C:\\study</text>',
        '<animate attributeName="opacity" values="0;1"/>',
    ],
)
def test_what_stays_inside_the_picture_is_fine(body: str) -> None:
    assert _rules(body) == set()
