"""The forms a lesson comes in."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Format:
    """`name` is what `--only` and the manifest say; `suffix` follows the lesson's or the course's name."""

    name: str
    suffix: str
    media_type: str
    for_lessons: bool
    for_courses: bool


FORMATS: Final[tuple[Format, ...]] = (
    Format("html", "/index.html", "text/html", for_lessons=True, for_courses=True),
    Format("large-print", ".large-print.pdf", "application/pdf", for_lessons=True, for_courses=True),
    # No registered media type exists for BRF; x-brf is what Bookshare and NLS clients use.
    Format("brf", ".brf", "application/x-brf", for_lessons=True, for_courses=True),
    # PEF 1.0, 2.1: application/x-pef+xml.
    Format("pef", ".pef", "application/x-pef+xml", for_lessons=True, for_courses=True),
    Format("text", ".txt", "text/plain; charset=utf-8", for_lessons=True, for_courses=False),
    Format("epub", ".epub", "application/epub+zip", for_lessons=False, for_courses=True),
    Format("case", ".zip", "application/zip", for_lessons=False, for_courses=True),
)

FORMAT_BY_NAME: Final[dict[str, Format]] = {one.name: one for one in FORMATS}
