"""What stands on a page around the author's text, as values that the templates only have to print.

Pure: the same request, settings and catalogue give the same view. Every address is relative to the page, so that a
page works on a server, in a folder and in a case package alike.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import urljoin

from builder.exports.hypertext import TocEntry, toc
from builder.model.course import Access, Catalogue, Course, Lesson, Rights
from builder.model.document import Document, Recording, Variant, walk
from builder.model.format import FORMAT_BY_NAME, FORMATS
from builder.model.labels import LABELS, OWN_NAMES, Labels
from builder.model.language import ENGLISH, KYRGYZ, LanguageTag
from builder.model.settings import Settings
from builder.publishing import paths
from builder.publishing.listening import ListeningView, view_listening
from builder.publishing.requests import Form, PageKind, PageRequest, RecordingFiles
from builder.publishing.words import LICENCE_ADDRESSES, WORDS, Words, count, write_length, write_number, write_size
from builder.sentences import mark_sentences

NEIGHBOURS: Final = 12
"""Lessons listed beside a page before and after it, so that a page does not grow with its course. Our choice."""


_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_KYRGYZ_ONLY: Final = re.compile("[ңөүҢӨҮ]")
_FORMAT_ORDER: Final = {one.name: order for order, one in enumerate(FORMATS)}


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link as a page shows it; `language` is set where it leads into another language, `note` says so in words."""

    title: str
    url: str
    language: LanguageTag | None = None
    note: str = ""
    description: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """An entry of the language switcher: a language that this page exists in, by its own name."""

    language: LanguageTag
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Alternate:
    """A translation of the page, for search engines: absolute where the site's address is known."""

    language: LanguageTag
    url: str


@dataclass(frozen=True, slots=True)
class FormLink:
    """A file to download, described in words."""

    text: str
    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Text that its author gave once for all languages; `language` is set where its letters are not the page's."""

    text: str
    language: LanguageTag | None = None


@dataclass(frozen=True, slots=True)
class RightsView:
    holder: "Wording"
    licence: "Wording"
    licence_url: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A lesson or course that does not exist in the page's language, with the languages in which it does."""

    links: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """A course on the list of courses."""

    link: PageLink
    lessons: str


@dataclass(frozen=True, slots=True)
class SiteLinks:
    """Where every page leads; `root` is the site's own folder, with a final slash, or empty on the landing page."""

    root: str
    home: str
    search: str
    landing: str


@dataclass(frozen=True, slots=True)
class PageView:
    """A page. Which fields are filled depends on its kind; empty ones are not shown."""

    kind: PageKind
    path: str
    language: LanguageTag
    site_name: str
    title: str
    head_title: str
    description: str
    words: Words
    labels: Labels
    site: "SiteLinks"
    canonical_url: str = ""
    crumbs: tuple[PageLink, ...] = ()
    choices: tuple[LanguageChoice, ...] = ()
    missing: tuple[str, ...] = ()
    """Plain sentences for the languages that this page does not exist in."""
    alternates: tuple[Alternate, ...] = ()
    document: Document | None = None
    picture_sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    recordings: Mapping[str, RecordingFiles] = field(default_factory=dict)
    listening: ListeningView | None = None
    plays: bool = False
    """Whether anything on the page can be played, so that the page needs the player's script and styles."""
    contents: tuple[TocEntry, ...] = ()
    position: str = ""
    is_easy: bool = False
    previous: PageLink | None = None
    next: PageLink | None = None
    siblings: tuple[PageLink, ...] = ()
    course: PageLink | None = None
    forms: tuple[FormLink, ...] = ()
    easy_forms: tuple[FormLink, ...] = ()
    easy: PageLink | None = None
    standard: PageLink | None = None
    sign_language: PageLink | None = None
    sign_language_note: str = ""
    translations: tuple[PageLink, ...] = ()
    rights: RightsView | None = None
    unit: str = ""
    people: tuple[tuple[Wording, str], ...] = ()
    """Names with their roles."""
    credits: str = ""
    type: str = ""
    withheld: str = ""
    lessons: tuple[tuple[PageLink, PageLink | None], ...] = ()
    """Lessons of a course, each with its easy-language version."""
    elsewhere: tuple[Elsewhere, ...] = ()
    elsewhere_title: str = ""
    courses: tuple[CourseEntry, ...] = ()
    sections: tuple["PageView", ...] = ()
    """The same page in each language, for pages that speak all of them."""


@dataclass
class Viewer:
    """Makes views of the pages of one catalogue; keeps what pages share."""

    settings: Settings
    catalogue: Catalogue
    _indexes: dict[str, "_CourseIndex"] = field(default_factory=dict, init=False, repr=False)

    def view(self, request: PageRequest) -> PageView:
        """The page that is asked for. Raises KeyError for a course or lesson that the catalogue does not have."""
        match request.kind:
            case PageKind.LESSON:
                return self._lesson(request)
            case PageKind.COURSE:
                return self._course(request)
            case PageKind.HOME:
                return self._home(request.language)
            case PageKind.SEARCH:
                return self._search(request.language)
            case _:
                return self._for_all_languages(request.kind)

    @cached_property
    def languages(self) -> tuple[LanguageTag, ...]:
        """Languages of the site in the order of the settings."""
        return tuple(one for one in self.settings.languages if one in self.catalogue.languages)

    # ------------------------------------------------------------ lesson

    def _lesson(self, request: PageRequest) -> PageView:
        document = request.document
        if document is None:
            raise ValueError("a lesson page needs its document")
        index = self._index(document.course)
        lesson = index.lessons[document.lesson, document.language, document.variant]
        language, words = document.language, WORDS[document.language]
        path = paths.lesson_path(document.course, document.lesson, language, document.variant)
        to = _Addresses(path)
        listening = view_listening(document, request.narration, request.forms, to) if request.narration else None
        recordings = {
            one.resource: request.recordings[one.resource]
            for one in walk(document)
            if isinstance(one, Recording) and not one.withheld and one.resource in request.recordings
        }
        course_link = PageLink(index.course.title[language], to(paths.course_path(index.course.id, language)))
        here = index.readable_in(language, document.variant)
        at = here.index(lesson)
        easy = document.variant is Variant.EASY
        other = index.find(lesson.name, language, Variant.STANDARD if easy else Variant.EASY)
        other_link = _lesson_link(other, to) if other else None
        editions = {
            one: edition for one in self.languages if (edition := index.edition(lesson.name, one, document.variant))
        }
        sign_language, sign_language_note = _sign_language(
            index.course, lesson.sign_language or (other.sign_language if other else ""), to, words
        )
        return PageView(
            kind=PageKind.LESSON,
            picture_sizes=request.picture_sizes,
            path=path,
            language=language,
            site_name=self.settings.site_name[language],
            title=document.title,
            head_title=self._head_title(
                language,
                document.title + (f" ({LABELS[language].easy_language})" if easy else ""),
                index.course.title[language],
            ),
            description=document.description or lesson.description,
            words=words,
            labels=LABELS[language],
            site=_site_links(to, language),
            canonical_url=self._absolute(path),
            crumbs=(
                PageLink(words.home, to(paths.home_path(language))),
                course_link,
                PageLink(document.title, "", current=True),
            ),
            choices=tuple(
                LanguageChoice(one, OWN_NAMES[one], to(_page_of(edition)), one == language)
                for one, edition in editions.items()
            ),
            missing=self._missing(words.lesson_missing, language, editions),
            alternates=self._alternates(
                to,
                {one: _page_of(edition) for one, edition in editions.items() if edition.variant is document.variant},
            ),
            document=mark_sentences(document) if listening else document,
            recordings=recordings,
            listening=listening,
            plays=bool(listening or recordings),
            contents=tuple(one for one in toc(document) if one.level <= 3),
            position=words.lesson_of.format(number=at + 1, total=len(here)),
            is_easy=easy,
            previous=_lesson_link(here[at - 1], to) if at > 0 else None,
            next=_lesson_link(here[at + 1], to) if at + 1 < len(here) else None,
            siblings=tuple(
                _lesson_link(one, to, current=one is lesson)
                for one in here[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
            ),
            course=course_link,
            forms=self._forms(request.forms, document.variant, to, language),
            easy=None if easy else other_link,
            standard=other_link if easy else None,
            sign_language=sign_language,
            sign_language_note=sign_language_note,
            translations=tuple(
                PageLink(edition.title, to(_page_of(edition)), one, LABELS[language].language_names[one])
                for one, edition in editions.items()
                if one != language
            ),
            rights=_rights(lesson.rights, language),
        )

    # ------------------------------------------------------------ course

    def _course(self, request: PageRequest) -> PageView:
        index, language = self._index(request.course), request.language
        course, words, labels = index.course, WORDS[language], LABELS[language]
        path = paths.course_path(course.id, language)
        to = _Addresses(path)
        title = course.title[language]
        offered = [one for one in self.languages if one in course.languages]
        return PageView(
            kind=PageKind.COURSE,
            path=path,
            language=language,
            site_name=self.settings.site_name[language],
            title=title,
            head_title=self._head_title(language, title),
            description=course.description[language],
            words=words,
            labels=labels,
            site=_site_links(to, language),
            canonical_url=self._absolute(path),
            crumbs=(PageLink(words.home, to(paths.home_path(language))), PageLink(title, "", current=True)),
            choices=tuple(
                LanguageChoice(one, OWN_NAMES[one], to(paths.course_path(course.id, one)), one == language)
                for one in offered
            ),
            missing=self._missing(words.course_missing, language, offered),
            alternates=self._alternates(to, {one: paths.course_path(course.id, one) for one in offered}),
            forms=self._forms(request.forms, Variant.STANDARD, to, language),
            easy_forms=self._forms(request.forms, Variant.EASY, to, language),
            rights=_rights(course.rights, language),
            unit=course.unit.get(language, ""),
            people=tuple((_wording(one.name, language), words.roles.get(one.role, one.role)) for one in course.people),
            credits=_credits(course, language),
            type=words.types[course.type],
            withheld=self._withheld(course, language),
            lessons=tuple(
                (
                    _lesson_link(one, to),
                    _lesson_link(easy, to)
                    if one.variant is Variant.STANDARD and (easy := index.find(one.name, language, Variant.EASY))
                    else None,
                )
                for one in index.readable_in(language, Variant.STANDARD)
            ),
            elsewhere=tuple(self._lessons_elsewhere(index, language, to)),
            elsewhere_title=_sentence(words.only_elsewhere.format(language=labels.language_names[language])),
        )

    def _lessons_elsewhere(self, index: "_CourseIndex", language: LanguageTag, to: "_Addresses") -> Iterable[Elsewhere]:
        for name in index.names:
            editions = {one: index.edition(name, one, Variant.STANDARD) for one in self.languages}
            if editions.get(language) is None:
                found = {one: edition for one, edition in editions.items() if edition}
                if found:
                    yield _elsewhere(
                        language, {one: (edition.title, to(_page_of(edition))) for one, edition in found.items()}
                    )

    def _withheld(self, course: Course, language: LanguageTag) -> str:
        folder = course.source.rpartition("/")[0] + "/"
        number = sum(1 for one in self.catalogue.withheld if one.startswith(folder))
        if not number:
            return ""
        sentence = count(number, WORDS[language].withheld, language).partition("\N{NO-BREAK SPACE}")[2]
        return sentence.format(count=write_number(number, language))

    # ------------------------------------------------------------ home, search, landing, not found

    def _home(self, language: LanguageTag) -> PageView:
        words, labels = WORDS[language], LABELS[language]
        path = paths.home_path(language)
        to = _Addresses(path)
        site_name = self.settings.site_name[language]
        return PageView(
            kind=PageKind.HOME,
            path=path,
            language=language,
            site_name=site_name,
            title=words.courses,
            head_title=f"{words.courses} — {site_name}",
            description="",
            words=words,
            labels=labels,
            site=_site_links(to, language),
            canonical_url=self._absolute(path),
            choices=tuple(
                LanguageChoice(one, OWN_NAMES[one], to(paths.home_path(one)), one == language) for one in self.languages
            ),
            alternates=self._alternates(to, {one: paths.home_path(one) for one in self.languages}),
            courses=tuple(
                CourseEntry(
                    PageLink(
                        course.title[language],
                        to(paths.course_path(course.id, language)),
                        description=course.description[language],
                    ),
                    count(
                        len(self._index(course.id).readable_in(language, Variant.STANDARD)),
                        words.lesson_count,
                        language,
                    ),
                )
                for course in self.catalogue.courses
                if language in course.languages
            ),
            elsewhere=tuple(
                _elsewhere(
                    language,
                    {
                        one: (course.title[one], to(paths.course_path(course.id, one)))
                        for one in self.languages
                        if one in course.languages
                    },
                )
                for course in self.catalogue.courses
                if language not in course.languages
            ),
            elsewhere_title=_sentence(words.courses_elsewhere.format(language=labels.language_names[language])),
        )

    def _search(self, language: LanguageTag) -> PageView:
        words = WORDS[language]
        path = paths.search_path(language)
        to = _Addresses(path)
        return PageView(
            kind=PageKind.SEARCH,
            path=path,
            language=language,
            site_name=self.settings.site_name[language],
            title=words.search,
            head_title=self._head_title(language, words.search),
            description="",
            words=words,
            labels=LABELS[language],
            site=_site_links(to, language),
            canonical_url=self._absolute(path),
            crumbs=(PageLink(words.home, to(paths.home_path(language))), PageLink(words.search, "", current=True)),
            choices=tuple(
                LanguageChoice(one, OWN_NAMES[one], to(paths.search_path(one)), one == language)
                for one in self.languages
            ),
            alternates=self._alternates(to, {one: paths.search_path(one) for one in self.languages}),
        )

    def _for_all_languages(self, kind: PageKind) -> PageView:
        path = paths.LANDING_PATH if kind is PageKind.LANDING else paths.NOT_FOUND_PATH
        # A server shows 404.html at any depth, so its addresses start at the site's root.
        to = _Addresses(path) if kind is PageKind.LANDING else _Addresses(path, self._root)
        language = self.settings.default_language
        sections = tuple(self._section(kind, one, path, to) for one in self.languages)
        own = next((one for one in sections if one.language == language), sections[0])
        return PageView(
            kind=kind,
            path=path,
            language=own.language,
            site_name=own.site_name,
            title=own.title,
            head_title=own.site_name if kind is PageKind.LANDING else f"{own.title} — {own.site_name}",
            description="",
            words=own.words,
            labels=own.labels,
            site=own.site,
            canonical_url=self._absolute(path) if kind is PageKind.LANDING else "",
            alternates=self._alternates(to, {one: paths.home_path(one) for one in self.languages})
            if kind is PageKind.LANDING
            else (),
            sections=sections,
        )

    def _section(self, kind: PageKind, language: LanguageTag, path: str, to: "_Addresses") -> PageView:
        words = WORDS[language]
        landing = kind is PageKind.LANDING
        return PageView(
            kind=kind,
            path=path,
            language=language,
            site_name=self.settings.site_name[language],
            title=self.settings.site_name[language] if landing else words.not_found,
            head_title="",
            description="",
            words=words,
            labels=LABELS[language],
            site=_site_links(to, language),
        )

    # ------------------------------------------------------------ shared

    @property
    def _root(self) -> str:
        """Path of the site on its server, with a slash at both ends."""
        address = urljoin(self.settings.site_url, ".") if self.settings.site_url else "/"
        return "/" + address.partition("://")[2].partition("/")[2] if "://" in address else address

    def _index(self, course: str) -> "_CourseIndex":
        index = self._indexes.get(course)
        if index is None:
            found = self.catalogue.find_course(course)
            if found is None:
                raise KeyError(course)
            index = self._indexes[course] = _CourseIndex(found)
        return index

    def _head_title(self, language: LanguageTag, *parts: str) -> str:
        return " — ".join((*parts, self.settings.site_name[language]))

    def _absolute(self, path: str) -> str:
        if not self.settings.site_url:
            return ""
        return urljoin(
            self.settings.site_url.rstrip("/") + "/", paths.relative_url(path, "").removesuffix("index.html")
        )

    def _alternates(self, to: "_Addresses", pages: dict[LanguageTag, str]) -> tuple[Alternate, ...]:
        if len(pages) < 2:
            return ()
        return tuple(Alternate(one, self._absolute(path) or to(path)) for one, path in pages.items())

    def _missing(self, template: str, language: LanguageTag, present: Iterable[LanguageTag]) -> tuple[str, ...]:
        found = set(present)
        names = LABELS[language].language_names
        return tuple(_sentence(template.format(language=names[one])) for one in self.languages if one not in found)

    def _forms(
        self, forms: Sequence[Form], variant: Variant, to: "_Addresses", language: LanguageTag
    ) -> tuple[FormLink, ...]:
        return tuple(
            FormLink(self._describe(one, language), to(one.path), FORMAT_BY_NAME[one.format].media_type)
            for one in sorted(forms, key=lambda one: (_FORMAT_ORDER[one.format], one.font_size_pt or 0, one.path))
            if one.variant is variant
            and one.language == language
            and one.format != "html"
            and FORMAT_BY_NAME[one.format].is_offered
        )

    def _describe(self, form: Form, language: LanguageTag) -> str:
        words = WORDS[language]
        parts = [words.formats[form.format]]
        if form.format == "large-print":
            parts.append(count(form.font_size_pt or self.settings.large_print_sizes[0], words.point_count, language))
        if form.pages:
            parts.append(count(form.pages, words.page_count, language))
        elif form.words:
            parts.append(count(form.words, words.word_count, language))
        if form.duration_ms:
            parts.append(write_length(form.duration_ms, language))
        parts.append(write_size(form.size, language))
        return ", ".join(parts)


class _Addresses:
    """Site path -> the address by which a page reaches it."""

    def __init__(self, page: str, root: str = "") -> None:
        self._page = "" if root else page
        self.root = root or "../" * page.count("/")

    def __call__(self, path: str) -> str:
        return (self.root if not self._page else "") + paths.relative_url(path, self._page)


class _CourseIndex:
    """A course with its lessons at hand, so that a page costs the same in a course of ten lessons and of a thousand."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.names = course.lesson_names()
        self.lessons = {(one.name, one.language, one.variant): one for one in course.lessons}
        self._readable: dict[tuple[LanguageTag, Variant], tuple[Lesson, ...]] = {}

    def find(self, name: str, language: LanguageTag, variant: Variant) -> Lesson | None:
        return self.lessons.get((name, language, variant))

    def edition(self, name: str, language: LanguageTag, preferred: Variant) -> Lesson | None:
        """The lesson in that language, in the preferred variant if there is one, in the other otherwise."""
        return self.find(name, language, preferred) or next(
            (found for one in Variant if (found := self.find(name, language, one))), None
        )

    def readable_in(self, language: LanguageTag, preferred: Variant) -> tuple[Lesson, ...]:
        """What a reader of this language goes through from the first lesson to the last."""
        key = (language, preferred)
        if key not in self._readable:
            editions = (self.edition(name, language, preferred) for name in self.names)
            self._readable[key] = tuple(one for one in editions if one)
        return self._readable[key]


def _site_links(to: _Addresses, language: LanguageTag) -> SiteLinks:
    return SiteLinks(to.root, to(paths.home_path(language)), to(paths.search_path(language)), to(paths.LANDING_PATH))


def _page_of(lesson: Lesson) -> str:
    return paths.lesson_path(lesson.course, lesson.name, lesson.language, lesson.variant)


def _lesson_link(lesson: Lesson, to: _Addresses, *, current: bool = False) -> PageLink:
    return PageLink(lesson.title, to(_page_of(lesson)), description=lesson.description, current=current)


def _sign_language(course: Course, video: str, to: _Addresses, words: Words) -> tuple[PageLink | None, str]:
    """The video, or the sentence that says why there is none. Both variants of a lesson share it."""
    if not video:
        return None, words.sign_language_missing
    resource = course.resources.get(video)
    if resource is None or resource.rights.access is not Access.PUBLIC:
        return None, words.sign_language_withheld
    kind = resource.path.rpartition(".")[2].upper()
    return PageLink(f"{words.sign_language} ({kind})", to(paths.resource_path(course.id, resource.path))), ""


def _elsewhere(language: LanguageTag, editions: dict[LanguageTag, tuple[str, str]]) -> Elsewhere:
    words, names = WORDS[language], LABELS[language].language_names
    template = words.only_in if len(editions) == 1 else words.exists_in
    return Elsewhere(
        tuple(PageLink(title, url, one, template.format(language=names[one])) for one, (title, url) in editions.items())
    )


def _rights(rights: Rights, language: LanguageTag) -> RightsView:
    known = WORDS[language].licences.get(rights.licence)
    return RightsView(
        _wording(rights.holder, language),
        Wording(known) if known else _wording(rights.licence, language),
        LICENCE_ADDRESSES.get(rights.licence, ""),
    )


def _wording(text: str, language: LanguageTag) -> Wording:
    """Kyrgyz for Cyrillic letters that the page's language does not write, so that no English voice spells them."""
    foreign = _CYRILLIC if language == ENGLISH else _KYRGYZ_ONLY
    return Wording(text, KYRGYZ if language != KYRGYZ and foreign.search(text) else None)


def _credits(course: Course, language: LanguageTag) -> str:
    if course.credits is None:
        return ""
    national = count(course.credits.national, WORDS[language].national_credits, language)
    return f"ECTS: {write_number(course.credits.ects, language)}; {national}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
