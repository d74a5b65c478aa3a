"""Where a link leads and which file a picture shows, by what the catalogue publishes."""

import difflib
import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from builder.model.course import Catalogue, Course, Lesson
from builder.model.document import CourseTarget, LessonTarget, ResourceTarget, Target, WebTarget
from builder.model.language import LanguageTag

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB_SCHEMES: Final = ("http", "https", "mailto", "tel")
_HOST: Final = re.compile(r"\w[\w.-]*")
_LESSON_FILE: Final = re.compile(r"\d+-(?P<name>.+?)(?P<easy>\.easy)?\.md")
_MOST_SUGGESTIONS: Final = 50
"""Looking for a similar name costs time: after so many broken links an author needs no more guesses (our choice)."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """`target` is None where the link cannot be followed; then, or beside it, `rule` with `values` says why."""

    target: Target | None
    rule: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """`resource` is empty where no file may be shown and no file is withheld."""

    resource: str
    withheld: bool = False
    rule: str = ""
    values: dict[str, str] = field(default_factory=dict)


class CatalogueIndex:
    """A catalogue by project path and by name."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.lessons: dict[str, Lesson] = {}
        self.by_name: dict[tuple[str, str], list[Lesson]] = {}
        self.courses: dict[str, Course] = {}
        self.resources: dict[str, tuple[str, str]] = {}
        for course in catalogue.courses:
            self.courses[_nfc(course.source)] = course
            folder = posixpath.dirname(course.source)
            for path in course.resources:
                self.resources[_nfc(posixpath.join(folder, path))] = (course.id, path)
            for lesson in course.lessons:
                self.lessons[_nfc(lesson.source)] = lesson
                self.by_name.setdefault((course.id, lesson.name), []).append(lesson)
        self.withheld = frozenset(map(_nfc, catalogue.withheld))
        self.undeclared = frozenset(map(_nfc, catalogue.undeclared))


_indexed: list[CatalogueIndex] = []


def index_catalogue(catalogue: Catalogue) -> CatalogueIndex:
    """The index of a catalogue; that of the last one is kept, because a build reads every lesson with the same."""
    if not _indexed or _indexed[0].catalogue is not catalogue:
        _indexed[:] = [CatalogueIndex(catalogue)]
    return _indexed[0]


class LinkResolver:
    """Resolves what one lesson links to."""

    def __init__(self, lesson: Lesson, catalogue: Catalogue) -> None:
        self._lesson = lesson
        self._index = index_catalogue(catalogue)
        self._folder = posixpath.dirname(lesson.source)
        # content/<course>/<language>/NN-name.md
        self._course_folder = posixpath.dirname(self._folder)
        self._guesses = 0
        self._known: dict[str, Resolved] = {}

    def resolve_link(self, href: str) -> Resolved:
        """Where the address leads. The same address always gives the same answer."""
        if href not in self._known:
            self._known[href] = self._resolve(href.strip())
        return self._known[href]

    def resolve_picture(self, href: str) -> ShownPicture:
        """Which of the course's resources a picture shows."""
        if _SCHEME.match(href) or href.startswith("//"):
            return ShownPicture("", rule="picture-from-web", values={"path": href})
        path = self._project_path(href)
        if path is None:
            return ShownPicture("", rule="path-leaves-project", values={"path": href})
        if path in self._index.withheld:
            inside = path.removeprefix(self._course_folder + "/")
            return ShownPicture(inside, withheld=True, rule="picture-withheld", values={"path": href})
        if path in self._index.resources:
            course, resource = self._index.resources[path]
            if course == self._lesson.course:
                return ShownPicture(resource)
            return ShownPicture("", rule="picture-elsewhere", values={"path": href, "course": course})
        if path in self._index.undeclared:
            declared = path.removeprefix(self._course_folder + "/")
            return ShownPicture("", rule="picture-undeclared", values={"path": declared})
        return ShownPicture("", rule="picture-missing", values={"path": href})

    def _resolve(self, href: str) -> Resolved:
        scheme = _SCHEME.match(href)
        if scheme or href.startswith("//"):
            return _resolve_web(href, scheme[1].lower() if scheme else "https")
        path, _, anchor = href.partition("#")
        anchor = _nfc(unquote(anchor))
        if not path:
            own = self._lesson
            return Resolved(LessonTarget(own.course, own.name, own.language, anchor, own.variant.value))
        full = self._project_path(path)
        if full is None:
            return Resolved(None, "link-leaves-project", {"path": path})
        if full in self._index.withheld:
            return Resolved(None, "link-withheld", {"path": path})
        if full in self._index.courses:
            return self._resolve_course(self._index.courses[full], path)
        if full in self._index.resources:
            return Resolved(ResourceTarget(*self._index.resources[full]))
        if full in self._index.undeclared:
            declared = posixpath.join(*full.split("/")[2:]) if full.count("/") > 1 else full
            return Resolved(None, "link-undeclared-resource", {"path": declared})
        return self._resolve_lesson(full, path, anchor)

    def _resolve_course(self, course: Course, path: str) -> Resolved:
        readable = {one.language for one in course.lessons}
        language = self._nearest(readable)
        if language is None:
            return Resolved(None, "link-course-empty", {"path": path})
        target = CourseTarget(course.id, language)
        if language == self._lesson.language:
            return Resolved(target)
        return Resolved(target, "link-other-language", {"path": path, "language": language})

    def _resolve_lesson(self, full: str, path: str, anchor: str) -> Resolved:
        lesson = self._index.lessons.get(full)
        if lesson is None:
            lesson = self._lesson_in_other_form(full)
            if lesson is None:
                return self._broken(full, path)
        target = LessonTarget(lesson.course, lesson.name, lesson.language, anchor, lesson.variant.value)
        if lesson.language == self._lesson.language:
            return Resolved(target)
        return Resolved(target, "link-other-language", {"path": path, "language": lesson.language})

    def _lesson_in_other_form(self, full: str) -> Lesson | None:
        """The lesson of that name in the language and variant nearest to what was asked for."""
        parts = full.split("/")
        match = _LESSON_FILE.fullmatch(parts[-1])
        if len(parts) < 3 or not match:
            return None
        same_number = [
            one
            for one in self._index.by_name.get((parts[-3], match["name"]), ())
            if one.source.rsplit("/", 1)[-1].split("-")[0] == parts[-1].split("-")[0]
        ]
        language = self._nearest({one.language for one in same_number})
        candidates = [one for one in same_number if one.language == language]
        wanted = "easy" if match["easy"] else "standard"
        return next((one for one in candidates if one.variant == wanted), candidates[0] if candidates else None)

    def _nearest(self, languages: set[LanguageTag]) -> LanguageTag | None:
        order = (self._lesson.language, *self._index.catalogue.languages)
        return next((one for one in order if one in languages), min(languages, default=None))

    def _project_path(self, href: str) -> str | None:
        path = unquote(href.partition("#")[0].partition("?")[0])
        if path.startswith("/") or "\\" in path or "\0" in path:
            return None
        full = posixpath.normpath(posixpath.join(self._folder, path))
        return None if full == ".." or full.startswith(("../", "/")) else _nfc(full)

    def _broken(self, full: str, path: str) -> Resolved:
        """With the name that may have been meant."""
        self._guesses += 1
        if self._guesses <= _MOST_SUGGESTIONS:
            folder, name = posixpath.split(full)
            course = posixpath.dirname(folder) + "/"
            names = sorted({posixpath.basename(one) for one in self._index.lessons if one.startswith(course)})
            near = difflib.get_close_matches(name[:100], names, 1, 0.6)
            if near:
                return Resolved(None, "link-broken-similar", {"path": path, "suggestion": near[0]})
        return Resolved(None, "link-broken", {"path": path})


def _resolve_web(href: str, scheme: str) -> Resolved:
    if scheme not in _WEB_SCHEMES:
        return Resolved(None, "link-scheme", {"scheme": scheme, "path": href})
    # RFC 3986: what may stand as it is; everything else becomes percent codes, so that every format accepts it.
    address = ("https:" + href) if href.startswith("//") else href
    address = quote(address, safe=":/?#@!$&'()*+,;=%~-._")
    address = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", address)
    try:
        parts = urlsplit(address)
        host = unquote(parts.hostname or "")
        usable = bool(_HOST.fullmatch(host)) if scheme.startswith("http") else bool(parts.path)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        return Resolved(None, "link-address-wrong", {"path": href})
    return Resolved(WebTarget(address))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
