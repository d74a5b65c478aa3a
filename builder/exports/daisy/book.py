"""A publication as one DAISY 2.02 book."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree

from builder.exports.addresses import web_address
from builder.exports.daisy.ncc import write_ncc
from builder.exports.daisy.plain import without_drawings
from builder.exports.daisy.smil import BookFacts, Section, write_master, write_smil
from builder.exports.daisy.xhtml import parse_body, plain_ids, write_body, write_page
from builder.exports.epub.archive import pack_files
from builder.exports.epub.package import book_identifier
from builder.exports.epub.pages import TITLE_PLACES, title_page, title_place
from builder.exports.hypertext import HypertextContext, PictureSource, examine_picture, render_body
from builder.exports.hypertext.markup import element, escape
from builder.exports.length import count_words
from builder.exports.rendered import Rendered
from builder.exports.sound import Clip, LessonSound, cut_clips, cut_section
from builder.exports.titles import edition_title
from builder.model.course import Publication
from builder.model.document import CourseTarget, Document, Heading, LessonTarget, Picture, Target, walk
from builder.model.settings import Settings
from builder.sentences import mark_sentences

_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_FRONT: Final = "front.html"
# DAISY 2.02, 2.5: pictures are JPEG, GIF or PNG.
_PICTURES: Final = frozenset({".png", ".jpg", ".gif"})
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}


class SoundMissing(ValueError):
    """Lessons that nobody has read aloud, or whose sound is no MP3: a talking book cannot hold them."""

    def __init__(self, lessons: tuple[str, ...]) -> None:
        super().__init__(", ".join(lessons))
        self.lessons = lessons


@dataclass(slots=True)
class _Page:
    """A text document of the book, with the sound that belongs to it."""

    name: str
    title: str
    document: Document | None
    body: ElementTree.Element
    sound: LessonSound
    audio: str
    clips: tuple[Clip, ...]
    ids: Mapping[str, str] = field(default_factory=dict)


def render_daisy(
    publication: Publication, settings: Settings, sound: Mapping[str, LessonSound], front: LessonSound
) -> Rendered:
    """The publication as a zip of a DAISY 2.02 book with full text and audio: every heading can be jumped to, every
    sentence is a phrase of its own.

    `sound` has every lesson's MP3 and timings by its name, `front` those of `front_texts` (of which the title page is
    used: contents are the player's own). Formulas are in words and diagrams as steps; pictures that the format cannot
    hold are told by their words. Raises SoundMissing.
    """
    missing = [one.lesson for one in publication.documents if one.lesson not in sound]
    mute = [name for name, one in sound.items() if one.media_type != "audio/mpeg"]
    if missing or mute or front.media_type != "audio/mpeg":
        raise SoundMissing((*missing, *mute))
    pictures = _pictures(publication)
    pages = [_front_page(publication, settings, front), *_lesson_pages(publication, settings, sound, pictures)]
    if unheard := tuple(one.title for one in pages if not one.clips):
        raise SoundMissing(unheard)
    ids = {one.name: plain_ids(one.body) for one in pages}
    sections = _sections(pages, ids)
    book = BookFacts(book_identifier(publication, "daisy"), edition_title(publication))
    heard = {
        (section.page, clip.element): f"{section.name}#text-{number:04}"
        for section in sections
        for number, clip in reversed(list(enumerate(section.clips, 1)))
    }
    files: list[tuple[str, bytes]] = [("master.smil", write_master(sections, book))]
    files += [(one.name, write_smil(one, book)) for one in sections]
    files += [(one.name, _text_document(one, publication, ids, heard)) for one in pages]
    files += [(one.audio, one.sound.audio) for one in pages]
    files += list(pictures.values())
    voices = tuple(dict.fromkeys(voice for one in pages for voice in one.sound.narration.voices))
    ncc = write_ncc(publication, settings, book, sections, voices, len(files) + 1)
    words = sum(map(count_words, publication.documents))
    return Rendered(pack_files([("ncc.html", ncc), *files]), words=words)


# ---------------------------------------------------------------- pages


def _front_page(publication: Publication, settings: Settings, front: LessonSound) -> _Page:
    markup = ElementTree.fromstring(title_page(publication, settings, spoken=True).data)
    body = ElementTree.Element("body")
    for one in markup.iter():
        if one.get("id", "").startswith(TITLE_PLACES):
            body.append(_bare(one))
    places = [one.get("id", "") for one in body]
    return _Page(
        _FRONT, edition_title(publication), None, body, front, "front.mp3", cut_section(front.narration, places)
    )


def _bare(node: ElementTree.Element) -> ElementTree.Element:
    bare = ElementTree.Element(node.tag.removeprefix(_XHTML), node.attrib)
    bare.text = "".join(node.itertext())
    bare.tail = "\n"
    return bare


def _lesson_pages(
    publication: Publication,
    settings: Settings,
    sound: Mapping[str, LessonSound],
    pictures: Mapping[str, tuple[str, bytes]],
) -> Iterator[_Page]:
    documents = [without_drawings(mark_sentences(one)) for one in publication.documents]
    names = {one.lesson: f"lesson-{number:03}.html" for number, one in enumerate(documents, 1)}
    context = HypertextContext(_addresses(publication, settings, names), _sources(pictures))
    for document in documents:
        title = title_place(document)
        heading = element("h1", {"id": title}, escape(document.title))
        body = parse_body(f"{heading}\n{render_body(document, context)}")
        places = frozenset(one.get("id", "") for one in body.iter())
        name, own = names[document.lesson], sound[document.lesson]
        clips = cut_clips(own.narration, places, title)
        yield _Page(name, document.title, document, body, own, name.replace(".html", ".mp3"), clips)


def _text_document(
    page: _Page,
    publication: Publication,
    ids: Mapping[str, Mapping[str, str]],
    heard: Mapping[tuple[str, str], str],
) -> bytes:
    names = ids[page.name]
    body = write_body(page.body, page.name, ids, lambda place: heard.get((page.name, names.get(place, ""))))
    language = page.document.language if page.document else publication.language
    return write_page(page.title, language, body)


def _sections(pages: list[_Page], ids: Mapping[str, Mapping[str, str]]) -> list[Section]:
    """The book from heading to heading, in the order of hearing."""
    sections: list[Section] = []
    elapsed_ms = 0
    for page in pages:
        headings = _headings_by_place(page.body)
        parts: list[tuple[ElementTree.Element | None, list[Clip]]] = []
        for clip in page.clips:
            heading = headings.get(clip.element)
            if not parts or (heading is not None and heading is not parts[-1][0]):
                parts.append((heading, []))
            named = Clip(ids[page.name][clip.element], clip.start_ms, clip.end_ms)
            parts[-1][1].append(named)
        for heading, clips in parts:
            words = " ".join("".join(heading.itertext()).split()) if heading is not None else ""
            section = Section(
                f"section-{len(sections) + 1:04}.smil",
                words or page.title,
                _HEADINGS[heading.tag] if heading is not None else 1,
                page.name,
                page.audio,
                tuple(clips),
                elapsed_ms,
            )
            elapsed_ms += section.duration_ms
            sections.append(section)
    return sections


def _headings_by_place(body: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {
        inside.get("id", ""): heading
        for heading in body.iter()
        if heading.tag in _HEADINGS
        for inside in heading.iter()
        if inside.get("id")
    }


# ---------------------------------------------------------------- addresses, pictures


def _addresses(
    publication: Publication, settings: Settings, names: Mapping[str, str]
) -> Callable[[Target], str | None]:
    own = (publication.course.id, publication.language, publication.variant)
    anchors = {
        (one.lesson, heading.anchor)
        for one in publication.documents
        for heading in walk(one)
        if isinstance(heading, Heading)
    }

    def href_of(target: Target) -> str | None:
        match target:
            case LessonTarget() if (target.course, target.language, target.variant) == own and target.lesson in names:
                page = names[target.lesson]
                is_there = bool(target.anchor) and (target.lesson, target.anchor) in anchors
                return f"{page}#{target.anchor}" if is_there else page
            case CourseTarget(course=course, language=language) if (course, language) == own[:2]:
                return _FRONT
        return web_address(target, settings.site_url)

    return href_of


def _pictures(publication: Publication) -> dict[str, tuple[str, bytes]]:
    """Name and bytes of each picture that is shown, by its place in the course."""
    pictures: dict[str, tuple[str, bytes]] = {}
    for document in publication.documents:
        for node in walk(document):
            if not isinstance(node, Picture) or node.withheld or node.resource in pictures:
                continue
            data = publication.resources.get(node.resource)
            facts = examine_picture(data) if data else None
            if data and facts and facts.suffix in _PICTURES:
                pictures[node.resource] = (f"picture-{len(pictures) + 1:03}{facts.suffix}", data)
    return pictures


def _sources(pictures: Mapping[str, tuple[str, bytes]]) -> Callable[[str], PictureSource | None]:
    return lambda resource: PictureSource(pictures[resource][0]) if resource in pictures else None
