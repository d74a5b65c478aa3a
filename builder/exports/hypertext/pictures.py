"""What kind of picture some bytes are, how large, and whether it moves: from the bytes, not from the name."""

import re
import struct
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "{http://www.w3.org/2000/svg}"
# JPEG frames that carry the size: ITU-T T.81, table B.1, without DHT (C4), JPG (C8) and DAC (CC).
_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LENGTH: Final = re.compile(r"\s*([0-9]*\.?[0-9]+)(px)?\s*")


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """`suffix` has its full stop. Sizes are in CSS pixels, None where the picture does not say them.

    `moves` is true where it may be animated: its hazards are then unknown.
    """

    media_type: str
    suffix: str
    width: int | None = None
    height: int | None = None
    moves: bool = False


def examine_picture(data: bytes) -> PictureFacts | None:
    """The facts of an SVG, PNG, JPEG, WebP or GIF picture; None for anything else.

    None also for an SVG that is not well-formed, carries script, or asks for something from outside itself: it would
    not open everywhere, or not be the same everywhere.
    """
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return PictureFacts("image/png", ".png", width, height, b"acTL" in data[:4096])
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return PictureFacts("image/gif", ".gif", width, height, data.count(b"\x00\x21\xf9\x04") > 1)
    if data.startswith(b"\xff\xd8\xff"):
        width_and_height = _jpeg_size(data)
        return PictureFacts("image/jpeg", ".jpg", *width_and_height)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return PictureFacts("image/webp", ".webp", *_webp_size(data), moves=b"ANIM" in data[:64])
    return _examine_svg(data)


def _examine_svg(data: bytes) -> PictureFacts | None:
    if b"<svg" not in data and b":svg" not in data:
        return None
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    if root.tag != f"{_SVG}svg":
        return None
    moves = False
    for one in root.iter():
        name = str(one.tag).removeprefix(_SVG)
        if name in ("script", "foreignObject"):
            return None
        moves = moves or name in ("animate", "animateTransform", "animateMotion", "set")
        moves = moves or (name == "style" and "@keyframes" in (one.text or ""))
        for attribute, value in one.attrib.items():
            local = attribute.rpartition("}")[2].lower()
            if local.startswith("on") or (local in ("href", "src") and name != "a" and _is_outside(value)):
                return None
        if name == "style" and re.search(r"@import|url\(\s*['\"]?(?!#)", one.text or ""):
            return None
    return PictureFacts("image/svg+xml", ".svg", *_svg_size(root), moves=moves)


def _is_outside(reference: str) -> bool:
    """An embedded raster picture is part of the drawing; everything else but a place in it is outside."""
    if reference.startswith(("#", "data:image/png", "data:image/jpeg")):
        return False
    return bool(reference.strip())


def _svg_size(root: ElementTree.Element) -> tuple[int | None, int | None]:
    sides = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if sides[0] and sides[1]:
        return _positive(float(sides[0][1])), _positive(float(sides[1][1]))
    numbers = root.get("viewBox", "").replace(",", " ").split()
    if len(numbers) == 4 and all(_LENGTH.fullmatch(one) for one in numbers[2:]):
        return _positive(float(numbers[2])), _positive(float(numbers[3]))
    return None, None


def _positive(value: float) -> int | None:
    return round(value) if 0.5 <= value < 1e6 else None


def _jpeg_size(data: bytes) -> tuple[int | None, int | None]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width or None, height or None
        if marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None, None


def _webp_size(data: bytes) -> tuple[int | None, int | None]:
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8 " and len(data) >= 30:
        return (int.from_bytes(data[26:28], "little") & 0x3FFF), (int.from_bytes(data[28:30], "little") & 0x3FFF)
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None, None
