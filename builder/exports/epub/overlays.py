"""Media overlays (EPUB 3.3, 9): what is heard while which part of a page is shown, as SMIL. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from builder.exports.epub.pages import Page
from builder.exports.hypertext.markup import Attributes, element, empty_element
from builder.exports.sound import Clip

ACTIVE_CLASS: Final = "-epub-media-overlay-active"
PLAYING_CLASS: Final = "-epub-media-overlay-playing"
"""The names that EPUB 3.3, 9.4.1, gives as examples; a book must declare what it uses."""

_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_EPUB_TYPE: Final = "{http://www.idpf.org/2007/ops}type"
# What listeners can leave (escapable: tables, lists, figures, asides) or have left out (skippable: notes), by the terms
# that EPUB 3.3, 9.5, names.
_STRUCTURES: Final[Mapping[str, str]] = {
    "table": "table",
    "tr": "table-row",
    "th": "table-cell",
    "td": "table-cell",
    "ul": "list",
    "ol": "list",
    "li": "list-item",
    "figure": "figure",
}
# The term for one note at the end is deprecated for overlays; players skip what is a footnote.
_NOTES: Final[Mapping[str, str]] = {"endnotes": "endnotes", "endnote": "footnote"}
_TAG: Final = re.compile(r"<(table|tr|th|td|ul|ol|li|figure|section|div)((?: [\w:-]+=\"[^\"]*\")*)>")


@dataclass(frozen=True, slots=True)
class Overlay:
    """The SMIL file of a page, and how long it plays."""

    name: str
    data: bytes
    duration_ms: int


@dataclass(frozen=True, slots=True)
class _Passage:
    """A part of a page that can be left or left out."""

    kind: str
    place: str
    inside: tuple["_Passage | str", ...]


def name_structures(page: Page) -> Page:
    """The page with an id on everything that an overlay may have to name. Full stops keep these ids apart from
    authors' anchors."""
    count = 0

    def named(tag: re.Match[str]) -> str:
        nonlocal count
        if ' id="' in tag[2]:
            return tag[0]
        count += 1
        return f'<{tag[1]} id="part.{count}"{tag[2]}>'

    return Page(page.name, _TAG.sub(named, page.data.decode()).encode(), page.properties)


def places_of(page: Page) -> tuple[str, ...]:
    """Every id of the page, in order."""
    return tuple(one.get("id", "") for one in ElementTree.fromstring(page.data).iter() if one.get("id"))


def spoken_texts(page: Page, prefix: str) -> Iterator[tuple[str, str]]:
    """Ids that begin with `prefix`, and the words in their elements."""
    for one in ElementTree.fromstring(page.data).iter():
        text = " ".join("".join(one.itertext()).split())
        if text and one.get("id", "").startswith(prefix):
            yield one.get("id", ""), text


def write_overlay(page: Page, clips: Sequence[Clip], audio: str, kind: str) -> Overlay:
    """The overlay of a page whose structures are named. Its parts are in the order of the page, which is not always
    the order of hearing: notes are read aloud where they belong, and stand at the end. `kind` is the page's
    ``epub:type``."""
    heard: dict[str, list[Clip]] = {}
    for clip in clips:
        heard.setdefault(clip.element, []).append(clip)
    body = ElementTree.fromstring(page.data).find(f"{_XHTML}body")
    parts = tuple(_parts(body, frozenset(heard))) if body is not None else ()
    writer = _Writer(page.name, audio, heard)
    inside = "\n".join(map(writer.part, parts))
    attributes = {
        "xmlns": "http://www.w3.org/ns/SMIL",
        "xmlns:epub": "http://www.idpf.org/2007/ops",
        "version": "3.0",
    }
    whole = element("body", {"epub:textref": page.name, "epub:type": kind}, f"\n{inside}\n")
    smil = f'<?xml version="1.0" encoding="UTF-8"?>\n{element("smil", attributes, whole)}\n'
    name = page.name.replace(".xhtml", ".smil")
    return Overlay(name, smil.encode(), sum(one.end_ms - one.start_ms for one in clips))


def clock(time_ms: int) -> str:
    """A full clock value (SMIL 3.0, 5.4.1): ``0:01:02.003``."""
    minutes, rest_ms = divmod(time_ms, 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest_ms // 1000:02}.{rest_ms % 1000:03}"


def _parts(node: ElementTree.Element, heard: frozenset[str]) -> Iterator["_Passage | str"]:
    place = node.get("id", "")
    inside: list[_Passage | str] = [place] if place in heard else []
    for child in node:
        inside += _parts(child, heard)
    kind = _kind(node)
    if kind and inside:
        yield _Passage(kind, place, tuple(inside))
    else:
        yield from inside


def _kind(node: ElementTree.Element) -> str:
    given = node.get(_EPUB_TYPE, "")
    if given in _NOTES:
        return _NOTES[given]
    if node.get("role") == "note":
        return "aside"
    return _STRUCTURES.get(node.tag.removeprefix(_XHTML), "")


class _Writer:
    def __init__(self, page: str, audio: str, heard: Mapping[str, Sequence[Clip]]) -> None:
        self.page = page
        self.audio = audio
        self.heard = heard
        self.count = 0

    def part(self, part: "_Passage | str") -> str:
        if isinstance(part, str):
            return "\n".join(self.clip(one) for one in self.heard[part])
        attributes: Attributes = {"epub:textref": f"{self.page}#{part.place}", "epub:type": part.kind}
        return element("seq", attributes, "\n" + "\n".join(map(self.part, part.inside)) + "\n")

    def clip(self, clip: Clip) -> str:
        self.count += 1
        text = empty_element("text", {"src": f"{self.page}#{clip.element}"})
        times = {"clipBegin": clock(clip.start_ms), "clipEnd": clock(clip.end_ms)}
        audio = empty_element("audio", {"src": self.audio, **times})
        return element("par", {"id": f"par-{self.count}"}, text + audio)
