"""Where every published thing lies below the site folder: the one place that knows.

Paths have forward slashes and no leading slash. Lesson names and course ids hold letters, digits and hyphens only, so
a path can never collide with another: language folders have two or three letters, the shared folders more, and
what lies beside lessons has a full stop in its name.

=====================  ======================================================
landing page           ``index.html``
page not found         ``404.html``
courses of a language  ``ky/index.html``
search                 ``ky/search.html``
course                 ``ky/<course>/index.html``
lesson                 ``ky/<course>/<lesson>/index.html``
easy language          ``ky/<course>/<lesson>/easy/index.html``
lesson's files         ``ky/<course>/<lesson>/<lesson>.large-print.pdf``
                       ``ky/<course>/<lesson>/easy/<lesson>.easy.large-print.pdf``
course's files         ``ky/<course>/<course>.epub``, ``ky/<course>/<course>.easy.epub``
pictures, recordings   ``media/<course>/<path below the course's media folder>``: once for all languages
styles and scripts     ``assets/…``: once for all languages
=====================  ======================================================
"""

from typing import Final
from urllib.parse import quote

from builder.model.document import CourseTarget, LessonTarget, ResourceTarget, Variant
from builder.model.format import FORMAT_BY_NAME
from builder.model.language import LanguageTag

LANDING_PATH: Final = "index.html"
NOT_FOUND_PATH: Final = "404.html"
ASSETS: Final = "assets"
MEDIA: Final = "media"


def home_path(language: LanguageTag) -> str:
    """The page that lists the courses of a language."""
    return f"{language}/index.html"


def search_path(language: LanguageTag) -> str:
    """The search page of a language."""
    return f"{language}/search.html"


def course_path(course: str, language: LanguageTag) -> str:
    """The first page of a course."""
    return f"{language}/{course}/index.html"


def lesson_path(course: str, lesson: str, language: LanguageTag, variant: Variant = Variant.STANDARD) -> str:
    """The page of a lesson."""
    return f"{_lesson_folder(course, lesson, language, variant)}/index.html"


def resource_path(course: str, resource: str) -> str:
    """A picture or other file of a course; `resource` as in `Course.resources` (``media/disk.ky.svg``)."""
    return f"{MEDIA}/{course}/{resource.removeprefix('media/')}"


def export_path(
    format_name: str,
    course: str,
    lesson: str,
    language: LanguageTag,
    variant: Variant = Variant.STANDARD,
    profile: str = "",
) -> str:
    """Where a format of a lesson lies, or of the whole course when `lesson` is empty.

    `profile` tells apart files of one format, e.g. ``22pt``: ``files.22pt.large-print.pdf``. Raises KeyError for an
    unknown format.
    """
    if format_name == "html":
        return lesson_path(course, lesson, language, variant) if lesson else course_path(course, language)
    middle = (".easy" if variant is Variant.EASY else "") + (f".{profile}" if profile else "")
    suffix = middle + FORMAT_BY_NAME[format_name].suffix
    if lesson:
        return f"{_lesson_folder(course, lesson, language, variant)}/{lesson}{suffix}"
    return f"{language}/{course}/{course}{suffix}"


def site_path_of(target: LessonTarget | CourseTarget | ResourceTarget) -> str:
    """Where a link inside the site leads, without the anchor."""
    match target:
        case LessonTarget():
            return lesson_path(target.course, target.lesson, target.language, Variant(target.variant))
        case CourseTarget():
            return course_path(target.course, target.language)
        case ResourceTarget():
            return resource_path(target.course, target.resource)


def relative_url(path: str, start: str) -> str:
    """The percent-encoded address of site path `path` for a page at site path `start`.

    ``index.html`` stays in the address: pages are also read from a folder, where no server supplies it.
    """
    here = start.split("/")[:-1]
    there = path.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return quote("/".join([".."] * (len(here) - shared) + there[shared:]))


def _lesson_folder(course: str, lesson: str, language: LanguageTag, variant: Variant) -> str:
    return f"{language}/{course}/{lesson}" + ("/easy" if variant is Variant.EASY else "")
