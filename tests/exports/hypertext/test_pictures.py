"""What some bytes of a picture tell."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.exports.hypertext import PictureFacts, examine_picture


def png(width: int, height: int, extra: bytes = b"") -> bytes:
    """A white picture, made here."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xff" * width) * height
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def svg(inside: str = "", attributes: str = 'viewBox="0 0 40 30"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


JPEG = b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xc0\x00\x11\x08\x00\x1e\x00\x28\x03"
GIF = b"GIF89a" + struct.pack("<HH", 40, 30)
WEBP = b"RIFF\x1a\x00\x00\x00WEBP"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(40, 30), "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP + b"VP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x27\x00\x00\x1d\x00\x00", "image/webp"),
        (WEBP + b"VP8 \x0a\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\x28\x00\x1e\x00", "image/webp"),
        (WEBP + b"VP8L\x05\x00\x00\x00\x2f" + struct.pack("<I", 39 | 29 << 14), "image/webp"),
        (svg(), "image/svg+xml"),
        (svg(attributes='width="40px" height="30" viewBox="0 0 9 9"'), "image/svg+xml"),
    ],
)
def test_kind_and_size_come_from_the_bytes(data: bytes, media_type: str) -> None:
    facts = examine_picture(data)
    assert facts is not None
    assert (facts.media_type, facts.width, facts.height, facts.moves) == (media_type, 40, 30, False)


@pytest.mark.parametrize("size", ['width="100%" height="100%"', "", 'viewBox="0 0 a b"', 'width="0" height="0"'])
def test_a_size_that_is_not_told_is_not_invented(size: str) -> None:
    assert examine_picture(svg(attributes=size)) == PictureFacts("image/svg+xml", ".svg")


@pytest.mark.parametrize(
    "data",
    [
        svg("<animate attributeName='x'/>"),
        svg("<style>@keyframes a { from { opacity: 0 } }</style>"),
        png(1, 1, b"\x00\x00\x00\x08acTL" + bytes(12)),
        GIF + b"\x00\x21\xf9\x04" * 2,
        WEBP + b"VP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x27\x00\x00\x1d\x00\x00ANIM",
    ],
)
def test_a_picture_that_may_move_is_known(data: bytes) -> None:
    facts = examine_picture(data)
    assert facts is not None
    assert facts.moves


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a text about <svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>",
        b"<html><svg xmlns='http://www.w3.org/2000/svg'/></html>",
        svg("<script>alert(1)</script>"),
        svg("<rect onclick='x()'/>"),
        svg("<image href='https://example.org/x.png'/>"),
        svg("<style>@import 'x.css';</style>"),
        svg("<style>rect { fill: url(https://example.org/x) }</style>"),
        svg("<foreignObject/>"),
    ],
)
def test_what_would_not_open_everywhere_is_no_picture(data: bytes) -> None:
    assert examine_picture(data) is None


def test_a_drawing_may_use_its_own_parts() -> None:
    assert (
        examine_picture(svg("<defs><g id='a'/></defs><use href='#a'/><style>g { fill: url(#b) }</style>")) is not None
    )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([png(40, 30), JPEG, GIF, WEBP + b"VP8X" + bytes(30), svg("<g/>")]), st.integers(0, 60), st.binary()
)
def test_broken_bytes_are_never_an_error(data: bytes, cut: int, rest: bytes) -> None:
    examine_picture(data[:cut] + rest)
