"""Lines into pages, pages into volumes.

The first line of every page is its information line: the running head at the left (the lesson's title, except where
the page shows that title itself) and the page number at the right end, in every language. RNIB's manual for
braillists calls it the page information line; that both stand on one line, and at the top, is our choice: one line
more for the text. Each volume counts its pages from 1, the title page included, so that a page number is also the
number of the sheet side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from builder.exports.braille.cells import CONTINUED, number_cells
from builder.exports.braille.flow import Flow, centre, wrap
from builder.exports.braille.lesson import lay_out_lesson
from builder.exports.braille.transcribe import Transcriber
from builder.model.course import Publication
from builder.model.document import Document, Variant
from builder.model.finding import Finding
from builder.model.settings import BrailleSettings, Settings

_LEADER: Final = CONTINUED
"""Guide dots of a table of contents are dots 5 (BANA Braille Formats 2016, section 2)."""


@dataclass(slots=True)
class Page:
    """One side of a sheet: at most `lines_per_page` lines, the information line first."""

    lines: list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading in the contents: `page` counts from 0 in its section."""

    level: int
    cells: str
    page: int


@dataclass(slots=True)
class Section:
    """The pages of one lesson, or of a part of it where a volume ends within a lesson."""

    title: str
    pages: list[Page]
    entries: list[Entry]
    first_shows_title: bool = True


@dataclass(slots=True)
class Volume:
    sections: list[Section]


@dataclass(frozen=True, slots=True)
class Book:
    """A publication as braille pages. `document_titles` are print texts, for metadata."""

    volumes: tuple[Volume, ...]
    settings: BrailleSettings
    findings: tuple[Finding, ...] = field(default=())

    @property
    def page_count(self) -> int:
        return sum(len(section.pages) for volume in self.volumes for section in volume.sections)


def make_book(publication: Publication, settings: Settings) -> Book:
    """Lay the publication out. Raises LiblouisMissing, UnusableBrailleTable."""
    braille = settings.braille
    findings: list[Finding] = []
    sections = []
    for document in publication.documents:
        flow, transcriber = lay_out_lesson(document, braille)
        sections.append(_paginate(flow, braille))
        findings += transcriber.findings
    if not publication.whole_course:
        volume = Volume(sections)
        _number(volume, braille)
        return Book((volume,), braille, tuple(findings))
    front = _FrontMatter(publication, settings)
    volumes = tuple(front.bind(sections))
    return Book(volumes, braille, (*findings, *front.transcriber.findings))


# ---------------------------------------------------------------- pages


def _paginate(flow: Flow, settings: BrailleSettings) -> Section:
    """Pages of lines without information lines: each leaves its first line free."""
    room = settings.lines_per_page - 1
    pages: list[Page] = []
    page: list[str] = []
    where: list[int] = []
    held_until = 0
    for at, line in enumerate(flow.lines):
        if at >= held_until and at in flow.together:
            held_until = _held_until(flow, at, room)
            wanted = held_until - at
            if len(page) + wanted > room:
                pages.append(Page(_trimmed(page)))
                page = []
        if len(page) == room:
            pages.append(Page(_trimmed(page)))
            page = []
        where.append(len(pages))
        if line or page:
            page.append(line.rstrip(" "))
    if page or not pages:
        pages.append(Page(_trimmed(page)))
    entries = [Entry(mark.level, mark.cells, where[mark.line]) for mark in flow.marks]
    title = flow.marks[0].cells if flow.marks else ""
    return Section(title, pages, entries)


def _held_until(flow: Flow, at: int, room: int) -> int:
    """The line after those that stay together with line `at`, through everything that is held to what it is held to.

    What is taller than half a page may be divided after that: it would leave too much paper empty.
    """
    end, line = at + 1, at
    while line < end:
        reach = line + flow.together.get(line, 0)
        if reach - at > max(room // 2, 4):
            break
        end = max(end, reach)
        line += 1
    return min(end, len(flow.lines))


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _number(volume: Volume, settings: BrailleSettings) -> None:
    """Put the information line on every page."""
    width = settings.cells_per_line
    number = 0
    for section in volume.sections:
        for at, page in enumerate(section.pages):
            number += 1
            cells = number_cells(number)
            head = "" if at == 0 and section.first_shows_title else _shortened(section.title, width - len(cells) - 3)
            page.lines.insert(0, head.ljust(width - len(cells)) + cells)


def _shortened(cells: str, room: int) -> str:
    """The first words of a running head that fit; the title in full stands on the lesson's first page."""
    if len(cells) <= room:
        return cells
    words = cells[: room + 1].split(" ")
    return " ".join(words[:-1]) or cells[:room]


# ---------------------------------------------------------------- volumes


class _FrontMatter:
    def __init__(self, publication: Publication, settings: Settings) -> None:
        self.publication = publication
        self.settings = settings
        self.braille = settings.braille
        self.width = settings.braille.cells_per_line
        self.language = publication.language
        course = publication.course
        place = Document(course.id, "", self.language, publication.title, (), source=course.source)
        self.transcriber = Transcriber(place, settings.braille)
        self.words = self.transcriber.words(self.language)

    def bind(self, sections: list[Section]) -> list[Volume]:
        """The sections in volumes of at most `pages_per_volume` pages, each with title page and contents."""
        groups = self._divide(sections)
        volumes = []
        for number, group in enumerate(groups, 1):
            title = Section("", self._title_pages(number, len(groups)), [])
            volume = Volume([title, self._contents(group, len(title.pages)), *group])
            _number(volume, self.braille)
            volumes.append(volume)
        return volumes

    def _divide(self, sections: list[Section]) -> list[list[Section]]:
        limit = self.braille.pages_per_volume
        whole = self._front_pages(sections) + sum(len(one.pages) for one in sections)
        if whole <= limit or not sections:
            return [sections]
        groups: list[list[Section]] = []
        group: list[Section] = []
        waiting = list(sections)
        while waiting:
            section = waiting.pop(0)
            room = limit - self._front_pages([*group, section]) - sum(len(one.pages) for one in group)
            if len(section.pages) <= room:
                group.append(section)
                continue
            if group:
                groups.append(group)
                group = []
                waiting.insert(0, section)
                continue
            # One lesson is longer than a volume: divide it where a part of it begins, if one does near the end.
            # Contents of the whole lesson may leave no room at all; those of its first part are shorter.
            first, second = self._cut(section, room if room >= limit // 2 else self._room_for_part(section))
            groups.append([first])
            waiting.insert(0, second)
        if group:
            groups.append(group)
        return groups

    def _room_for_part(self, section: Section) -> int:
        """The most pages from the beginning of a long lesson that fit into a volume with their own contents."""
        limit = self.braille.pages_per_volume
        least, most = 1, limit
        while least < most:
            middle = (least + most + 1) // 2
            entries = [one for one in section.entries if one.page < middle]
            part = Section(section.title, section.pages[:middle], entries, section.first_shows_title)
            if self._front_pages([part]) + middle <= limit:
                least = middle
            else:
                most = middle - 1
        return least

    def _cut(self, section: Section, room: int) -> tuple[Section, Section]:
        starts = [
            one.page for one in section.entries if one.level == 2 and room // 2 <= one.page <= room and one.page > 0
        ]
        at = max(starts, default=room)
        first = Section(
            section.title,
            section.pages[:at],
            [one for one in section.entries if one.page < at],
            section.first_shows_title,
        )
        later = [Entry(one.level, one.cells, one.page - at) for one in section.entries if one.page >= at]
        continued = self.transcriber.text(f" ({self.words.continued})", self.language)
        name = section.title.removesuffix(continued) + continued
        second = Section(name, section.pages[at:], [Entry(1, name, 0), *later], first_shows_title=False)
        return first, second

    def _front_pages(self, sections: Sequence[Section]) -> int:
        """Title page and contents; the numbers in the contents do not change how many lines it has."""
        return len(self._title_pages(1, 2)) + len(self._contents(sections, 0).pages)

    def _title_pages(self, number: int, total: int) -> list[Page]:
        course, language = self.publication.course, self.language
        site = self.settings.site_name.get(language, "")
        over = [one for one in (site, course.unit.get(language, "")) if one]
        title = [self.publication.title]
        if self.publication.variant is Variant.EASY:
            title.append(f"({self.words.easy_language})")
        below = []
        authors = ", ".join(one.name for one in course.people if one.role == "author")
        if authors:
            below.append(f"{self.words.authors}: {authors}")
        rights = f"{self.words.rights}: {course.rights.holder}, {course.rights.licence}"
        flow = Flow(self.width)
        for text in over:
            flow.add(self._centred(text))
        for group in (title, [self.words.volume_of.format(number=number, total=total)], below, [rights]):
            if not group:
                continue
            flow.lines += [""] * (2 if group is title and flow.lines else 1 if flow.lines else 0)
            for text in group:
                flow.add(self._centred(text))
            if group is title:
                flow.add(["⠒" * self.width])
        return _paginate(flow, self.braille).pages

    def _centred(self, text: str) -> list[str]:
        return centre(self.transcriber.text(text, self.language), self.width)

    def _contents(self, sections: Sequence[Section], pages_before: int) -> Section:
        """Titles of lessons and of their parts (level 2), guide dots, page numbers.

        Page numbers depend on how long the contents are; their width is kept free, so the lines do not change.
        """
        title = self.transcriber.text(self.words.contents, self.language)
        pages: list[Page] = [Page([])]
        while True:
            flow = Flow(self.width)
            flow.add([*centre(title, self.width), "⠒" * self.width], keep_next=1)
            flow.blank()
            page = pages_before + len(pages) + 1
            for section in sections:
                for entry in section.entries:
                    if entry.level <= 2:
                        flow.add(self._entry(entry, page + entry.page), keep=True)
                page += len(section.pages)
            made = _paginate(flow, self.braille).pages
            if len(made) == len(pages):
                return Section(title, made, [])
            pages = made

    def _entry(self, entry: Entry, page: int) -> list[str]:
        number = number_cells(page)
        indent = 0 if entry.level == 1 else 2
        lines = wrap(entry.cells, self.width - 8, indent, indent + 4) or [" " * indent]
        room = self.width - len(lines[-1]) - len(number) - 2
        lines[-1] += " " + _LEADER * room + " " + number
        return lines
