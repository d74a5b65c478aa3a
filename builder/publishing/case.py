"""The "case" package (clause 5.3): a course to take away and read from a USB stick, without a server or a network."""

from collections.abc import Mapping, Sequence

from builder.model.course import Course
from builder.model.language import LanguageTag
from builder.model.settings import Settings


def pack_case(
    files: Mapping[str, bytes],
    course: Course,
    language: LanguageTag,
    settings: Settings,
    search_entries: Sequence[bytes] = (),
) -> bytes:
    """The zip of a course in one language.

    `files` maps site paths to bytes: the course's pages, its media and other formats, the theme's assets, the
    language's search page. `search_entries` are those of the course's documents (`index_document`).
    The same arguments give the same bytes.
    """
    raise NotImplementedError
