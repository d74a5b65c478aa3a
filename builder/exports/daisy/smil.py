"""SMIL 1.0 as DAISY 2.02 uses it (2.2): what is heard while which text is shown, one file for each heading. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from builder.exports.hypertext.markup import element, empty_element
from builder.exports.sound import Clip

GENERATOR: Final = "Jetki"
FORMAT: Final = "Daisy 2.02"
_DOCTYPE: Final = '<!DOCTYPE smil PUBLIC "-//W3C//DTD SMIL 1.0//EN" "http://www.w3.org/TR/REC-smil/SMIL10.dtd">'


@dataclass(frozen=True, slots=True)
class Section:
    """From one heading to the next: one SMIL file and one entry of the NCC.

    `clips` are in the order of hearing, their elements ids of `page`. `elapsed_ms` is how long all sections before
    this one play.
    """

    name: str
    title: str
    level: int
    page: str
    audio: str
    clips: tuple[Clip, ...]
    elapsed_ms: int

    @property
    def duration_ms(self) -> int:
        return sum(one.end_ms - one.start_ms for one in self.clips)

    @property
    def start(self) -> str:
        """Where the section begins, for links."""
        return f"{self.name}#{text_id(1)}"


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What every file of a book says about it."""

    identifier: str
    title: str


def text_id(number: int) -> str:
    return f"text-{number:04}"


def write_smil(section: Section, book: BookFacts) -> bytes:
    """The SMIL file of a section."""
    metadata = {
        "dc:format": FORMAT,
        "dc:identifier": book.identifier,
        "dc:title": book.title,
        "ncc:generator": GENERATOR,
        "ncc:totalElapsedTime": clock(section.elapsed_ms),
        "ncc:timeInThisSmil": clock(section.duration_ms),
        "title": section.title,
    }
    pars = [_par(section, number, clip) for number, clip in enumerate(section.clips, 1)]
    whole = element("seq", {"dur": _seconds(section.duration_ms)}, "\n" + "\n".join(pars) + "\n")
    return _smil(metadata, whole)


def write_master(sections: Iterable[Section], book: BookFacts) -> bytes:
    """``master.smil``: all sections in order, for players that read the book as one."""
    listed = list(sections)
    metadata = {
        "dc:format": FORMAT,
        "dc:identifier": book.identifier,
        "dc:title": book.title,
        "ncc:generator": GENERATOR,
        "ncc:timeInThisSmil": clock(sum(one.duration_ms for one in listed)),
    }
    refs = [
        empty_element("ref", {"title": one.title, "src": one.name, "id": f"section-{number:04}"})
        for number, one in enumerate(listed, 1)
    ]
    return _smil(metadata, "\n".join(refs))


def clock(time_ms: int) -> str:
    """``0:01:02.003`` (SMIL 1.0, 4.2.4)."""
    minutes, rest_ms = divmod(time_ms, 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest_ms // 1000:02}.{rest_ms % 1000:03}"


def _par(section: Section, number: int, clip: Clip) -> str:
    text = empty_element("text", {"src": f"{section.page}#{clip.element}", "id": text_id(number)})
    times = {"clip-begin": f"npt={_seconds(clip.start_ms)}", "clip-end": f"npt={_seconds(clip.end_ms)}"}
    audio = empty_element("audio", {"src": section.audio, **times, "id": f"audio-{number:04}"})
    # A sequence of one: readers look for the sound inside of a `seq`, as books of other makers have it.
    sound = element("seq", {}, audio)
    return element("par", {"endsync": "last", "id": f"par-{number:04}"}, text + sound)


def _seconds(time_ms: int) -> str:
    return f"{time_ms // 1000}.{time_ms % 1000:03}s"


def _smil(metadata: Mapping[str, str], body: str) -> bytes:
    metas: Sequence[str] = [empty_element("meta", {"name": name, "content": text}) for name, text in metadata.items()]
    layout = element("layout", {}, empty_element("region", {"id": "text-view"}))
    head = element("head", {}, "\n" + "\n".join([*metas, layout]) + "\n")
    smil = element("smil", {}, f"\n{head}\n{element('body', {}, chr(10) + body + chr(10))}\n")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_DOCTYPE}\n{smil}\n'.encode()
