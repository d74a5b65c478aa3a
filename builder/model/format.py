"""The forms a lesson comes in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Maker(StrEnum):
    """Who makes a format: the PAGES of the site, a RENDERER that reads Documents alone, the narration (SOUND), or what
    is done with RECORDINGS."""

    PAGES = "pages"
    RENDERER = "renderer"
    SOUND = "sound"
    RECORDINGS = "recordings"


@dataclass(frozen=True, slots=True)
class Format:
    """`name` is what `--only` and the manifest say; `suffix` follows the lesson's, the course's or the recording's
    name. `is_offered` says whether readers are offered the file: a player's timings are for programs."""

    name: str
    suffix: str
    media_type: str
    for_lessons: bool
    for_courses: bool
    maker: Maker = Maker.RENDERER
    is_offered: bool = True


FORMATS: Final[tuple[Format, ...]] = (
    Format("html", "/index.html", "text/html", for_lessons=True, for_courses=True, maker=Maker.PAGES),
    Format("large-print", ".large-print.pdf", "application/pdf", for_lessons=True, for_courses=True),
    # No registered media type exists for BRF; x-brf is what Bookshare and NLS clients use.
    Format("brf", ".brf", "application/x-brf", for_lessons=True, for_courses=True),
    # PEF 1.0, 2.1: application/x-pef+xml.
    Format("pef", ".pef", "application/x-pef+xml", for_lessons=True, for_courses=True),
    Format("text", ".txt", "text/plain; charset=utf-8", for_lessons=True, for_courses=False),
    Format("epub", ".epub", "application/epub+zip", for_lessons=False, for_courses=True),
    # RFC 7845, 9: Opus in Ogg is audio/ogg; browsers want to hear the codec.
    Format("opus", ".opus", "audio/ogg; codecs=opus", for_lessons=True, for_courses=False, maker=Maker.SOUND),
    Format("mp3", ".mp3", "audio/mpeg", for_lessons=True, for_courses=False, maker=Maker.SOUND),
    Format(
        "sync",
        ".sync.json",
        "application/json",
        for_lessons=True,
        for_courses=False,
        maker=Maker.SOUND,
        is_offered=False,
    ),
    Format("m4b", ".m4b", "audio/mp4", for_lessons=False, for_courses=True, maker=Maker.SOUND),
    Format("mp3-zip", ".mp3.zip", "application/zip", for_lessons=False, for_courses=True, maker=Maker.SOUND),
    Format("epub-audio", ".audio.epub", "application/epub+zip", for_lessons=False, for_courses=True, maker=Maker.SOUND),
    Format("daisy", ".daisy.zip", "application/zip", for_lessons=False, for_courses=True, maker=Maker.SOUND),
    Format("recording", ".mp4", "video/mp4", for_lessons=False, for_courses=False, maker=Maker.RECORDINGS),
    Format("captions", ".vtt", "text/vtt; charset=utf-8", for_lessons=False, for_courses=False, maker=Maker.RECORDINGS),
    Format(
        "transcript", ".txt", "text/plain; charset=utf-8", for_lessons=False, for_courses=False, maker=Maker.RECORDINGS
    ),
    Format("case", ".zip", "application/zip", for_lessons=False, for_courses=True, maker=Maker.PAGES),
)

FORMAT_BY_NAME: Final[dict[str, Format]] = {one.name: one for one in FORMATS}
