"""What the caller asks for: which pages, and which other forms of each lesson and course exist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from builder.exports.hypertext import examine_picture
from builder.model.course import Catalogue
from builder.model.document import Document, Variant
from builder.model.language import LanguageTag
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


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page to build.

    A LESSON has its `document` (language, course and variant are the document's); a COURSE page names its course.
    `forms` are the files that the page offers. A lesson's page shows those of its own variant, a course's page all.
    `picture_sizes` are width and height in CSS pixels by resource path, where a picture says them: the browser then
    keeps its place while it loads, and the line somebody is reading does not move away.
    """

    kind: PageKind
    language: LanguageTag
    course: str = ""
    document: Document | None = None
    forms: tuple[Form, ...] = ()
    picture_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of_lesson(
        cls, document: Document, forms: tuple[Form, ...] = (), pictures: Mapping[str, bytes] | None = None
    ) -> "PageRequest":
        """The page of this document, which shows these pictures by resource path."""
        sizes = measure_pictures(pictures or {})
        return cls(PageKind.LESSON, document.language, document.course, document, forms, sizes)


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
