"""What the caller asks for: which pages, and which other forms of each lesson and course exist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from builder.exports.hypertext import examine_picture
from builder.model.captions import CaptionKind
from builder.model.course import Catalogue
from builder.model.document import Document, Variant
from builder.model.language import LanguageTag
from builder.model.narration import Narration
from builder.model.settings import Settings


class PageKind(StrEnum):
    """LANDING is the choice of language, HOME lists the courses of a language, NOT_FOUND is what a server shows for
    an address that does not exist. LANDING and NOT_FOUND speak every language of the site."""

    LANDING = "landing"
    NOT_FOUND = "not-found"
    HOME = "home"
    COURSE = "course"
    LESSON = "lesson"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Form:
    """One published file of a lesson or course, as the manifest knows it.

    `format` is a name of `builder.model.format.FORMATS`, `path` is below the site folder (as `paths.export_path`
    gives it), `size` in bytes, `pages` for paginated formats, `words` for
    the others. `font_size_pt` tells print profiles apart; None is the
    first size of the settings.
    """

    format: str
    path: str
    size: int
    pages: int | None
    language: LanguageTag
    variant: Variant = Variant.STANDARD
    font_size_pt: int | None = None
    words: int | None = None
    duration_ms: int | None = None


class MediaSize(StrEnum):
    """NORMAL is what is played first; SMALL is the same for slow connections."""

    NORMAL = "normal"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class MediaSource:
    """One published file of a recording. `path` is its site path, `size` in bytes, `width` and `height` those of the
    video in CSS pixels."""

    path: str
    media_type: str
    size: int
    label: MediaSize = MediaSize.NORMAL
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One published WebVTT file. `is_reviewed` says that a person answers for its words."""

    path: str
    language: LanguageTag
    kind: CaptionKind = CaptionKind.CAPTIONS
    is_reviewed: bool = False


@dataclass(frozen=True, slots=True)
class RecordingFiles:
    """What was prepared of a recording, as site paths; empty where there is none.

    `sources` hold at least one file. The words of the page's transcript are the recording's own `captions`.
    """

    sources: tuple[MediaSource, ...]
    tracks: tuple[Track, ...] = ()
    transcript_path: str = ""
    poster: str = ""
    duration_ms: int = 0
    sign_language: tuple[MediaSource, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page to build.

    A LESSON has its `document` (language, course and variant are the document's); a COURSE page names its course.
    `forms` are the files that the page offers. A lesson's page shows those of its own variant, a course's page all.
    `picture_sizes` are width and height in CSS pixels by resource path, where a picture says them: the browser then
    keeps its place while it loads, and the line somebody is reading does not move away.

    `narration` has the times of the lesson's audio version, whose files are the forms ``opus`` and ``mp3`` (at least
    one of them); without it the page has no player. The `document` is given as it was read: the page marks its
    sentences by itself. `recordings` are by `Recording.resource`; a recording that is not among them has its title
    and transcript on the page.
    """

    kind: PageKind
    language: LanguageTag
    course: str = ""
    document: Document | None = None
    forms: tuple[Form, ...] = ()
    picture_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    narration: Narration | None = None
    recordings: Mapping[str, RecordingFiles] = field(default_factory=dict)

    @classmethod
    def of_lesson(
        cls,
        document: Document,
        forms: tuple[Form, ...] = (),
        pictures: Mapping[str, bytes] | None = None,
        narration: Narration | None = None,
        recordings: Mapping[str, RecordingFiles] | None = None,
    ) -> "PageRequest":
        """The page of this document, which shows these pictures by resource path."""
        sizes = measure_pictures(pictures or {})
        return cls(
            PageKind.LESSON, document.language, document.course, document, forms, sizes, narration, recordings or {}
        )


def measure_pictures(pictures: Mapping[str, bytes]) -> dict[str, tuple[int, int]]:
    """Width and height of the pictures that say both."""
    facts = {name: examine_picture(data) for name, data in pictures.items()}
    return {name: (one.width, one.height) for name, one in facts.items() if one and one.width and one.height}


def site_requests(settings: Settings, catalogue: Catalogue) -> tuple[PageRequest, ...]:
    """Every page of the site except those of lessons; the caller adds the forms of courses."""
    requests = [
        PageRequest(PageKind.LANDING, settings.default_language),
        PageRequest(PageKind.NOT_FOUND, settings.default_language),
    ]
    for language in settings.languages:
        if language not in catalogue.languages:
            continue
        requests += [PageRequest(PageKind.HOME, language), PageRequest(PageKind.SEARCH, language)]
        requests += [
            PageRequest(PageKind.COURSE, language, one.id) for one in catalogue.courses if language in one.languages
        ]
    return tuple(requests)
