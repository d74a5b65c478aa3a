"""What the caller asks for: which pages, and which other forms of each lesson and course exist."""

from dataclasses import dataclass
from enum import StrEnum

from builder.model.document import Document, Variant
from builder.model.language import LanguageTag


class PageKind(StrEnum):
    """HOME lists the courses of a language; SEARCH is that language's search page."""

    HOME = "home"
    COURSE = "course"
    LESSON = "lesson"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Form:
    """One published file of a lesson or course, as the manifest knows it.

    `format` is a name of `builder.model.format.FORMATS`, `path` is below the site folder (as `paths.export_path`
    gives it), `size` in bytes, `pages` for paginated formats. `font_size_pt` is set for large print.
    """

    format: str
    path: str
    size: int
    pages: int | None
    language: LanguageTag
    variant: Variant = Variant.STANDARD
    font_size_pt: int | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page to build.

    A LESSON has its `document` (language, course and variant are the document's); a COURSE page names its course.
    `forms` are the files that the page offers: those of this lesson, or of this course, in this language, all variants.
    """

    kind: PageKind
    language: LanguageTag
    course: str = ""
    document: Document | None = None
    forms: tuple[Form, ...] = ()

    @classmethod
    def of_lesson(cls, document: Document, forms: tuple[Form, ...] = ()) -> "PageRequest":
        """The page of this document."""
        return cls(PageKind.LESSON, document.language, document.course, document, forms)
