"""A publication as one EPUB file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from builder.exports.addresses import web_address
from builder.exports.epub.accessibility import examine_accessibility
from builder.exports.epub.archive import pack
from builder.exports.epub.overlays import Overlay, name_structures, places_of, spoken_texts, write_overlay
from builder.exports.epub.package import Item, Sounding, package_document
from builder.exports.epub.pages import (
    CONTENTS,
    CONTENTS_PLACES,
    STYLE_SHEET,
    TITLE_PAGE,
    TITLE_PLACES,
    Page,
    contents_page,
    lesson_page,
    title_page,
    title_place,
)
from builder.exports.epub.style import SOUND_STYLE, STYLE
from builder.exports.hypertext import HypertextContext, PictureFacts, PictureSource, examine_picture
from builder.exports.length import count_words
from builder.exports.rendered import Rendered
from builder.exports.sound import Clip, FrontText, LessonSound, audio_name, cut_clips, cut_section
from builder.model.course import Publication
from builder.model.document import CourseTarget, Document, Heading, LessonTarget, Picture, Target, walk
from builder.model.finding import Finding, Severity
from builder.model.settings import Settings
from builder.sentences import mark_sentences

_FOLDER: Final = "EPUB"
_CONTAINER: Final = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="{_FOLDER}/package.opf" media-type="application/oebps-package+xml" /></rootfiles>
</container>
"""
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^\[>]*>")


@dataclass(frozen=True, slots=True)
class _EmbeddedPicture:
    name: str
    data: bytes
    facts: PictureFacts


def render_epub(
    publication: Publication,
    settings: Settings,
    sound: Mapping[str, LessonSound] | None = None,
    front: LessonSound | None = None,
) -> Rendered:
    """The publication as a reflowable EPUB 3.3 book in one language and variant.

    Links between lessons of the book stay inside it; others lead to the site where `settings.site_url` says where it
    is, and are words alone where it does not. A picture that cannot be embedded is told by its words, with a finding
    (rule ``picture-not-embeddable``).

    `sound` has lessons by their names, `front` the texts of `front_texts`: then the book reads itself aloud (media
    overlays). It says that it does so throughout only where every page has sound.
    """
    sound = sound or {}
    if sound or front:
        publication = replace(publication, documents=tuple(map(mark_sentences, publication.documents)))
    pictures, findings = _embed_pictures(publication)
    lessons = _named(publication)
    places = {(one.lesson, anchor): name for name, one in lessons for anchor in ("", *_anchors(one))}
    context = HypertextContext(_addresses(publication, settings, places), _sources(pictures), epub=True)
    spoken = _Spoken()
    pages = [
        *(spoken.front(page, front) for page in _front_pages(publication, settings, spoken=front is not None)),
        *(
            spoken.lesson(lesson_page(name, document, publication, context), document, sound.get(document.lesson))
            for name, document in lessons
        ),
    ]
    shown = {resource: one.facts for resource, one in pictures.items()}
    is_spoken = len(spoken.overlays) == len(pages)
    style = STYLE + (SOUND_STYLE if spoken.overlays else "")
    items = [_page_item(one, one.name in spoken.overlays) for one in pages]
    items += [Item("style", STYLE_SHEET, "text/css"), *map(_picture_item, pictures.values())]
    items += [Item(_overlay_id(one), one.name, "application/smil+xml") for one in spoken.overlays.values()]
    items += [Item(f"sound-{name.partition('.')[0]}", name, one.media_type) for name, one in spoken.files.items()]
    access = examine_accessibility(publication.documents, shown, is_spoken=is_spoken)
    package = package_document(publication, settings, access, items, spoken.sounding())
    files = [("META-INF/container.xml", _CONTAINER.encode()), (f"{_FOLDER}/package.opf", package)]
    files += [(f"{_FOLDER}/{one.name}", one.data) for one in pages]
    files.append((f"{_FOLDER}/{STYLE_SHEET}", style.encode()))
    files += [(f"{_FOLDER}/{one.name}", one.data) for one in pictures.values()]
    files += [(f"{_FOLDER}/{one.name}", one.data) for one in spoken.overlays.values()]
    files += [(f"{_FOLDER}/{name}", one.audio) for name, one in spoken.files.items()]
    return Rendered(pack(files), findings=tuple(findings), words=sum(map(count_words, publication.documents)))


def front_texts(publication: Publication, settings: Settings) -> tuple[FrontText, ...]:
    """What is read aloud before the first lesson, with the places that the sound's timings must name: the title page,
    then the contents."""
    texts = (
        text
        for page, prefix in zip(
            _front_pages(publication, settings, spoken=True), (TITLE_PLACES, CONTENTS_PLACES), strict=True
        )
        for text in spoken_texts(page, prefix)
    )
    return tuple(FrontText(place, publication.language, text) for place, text in texts)


def _named(publication: Publication) -> list[tuple[str, Document]]:
    return [(f"lesson-{number:03}.xhtml", one) for number, one in enumerate(publication.documents, 1)]


def _front_pages(publication: Publication, settings: Settings, *, spoken: bool) -> tuple[Page, Page]:
    return (
        title_page(publication, settings, spoken=spoken),
        contents_page(publication, _named(publication), spoken=spoken),
    )


class _Spoken:
    """Collects the sound of a book page by page."""

    def __init__(self) -> None:
        self.overlays: dict[str, Overlay] = {}
        """By the name of the page."""
        self.files: dict[str, LessonSound] = {}

    def front(self, page: Page, sound: LessonSound | None) -> Page:
        if sound is None:
            return page
        page = name_structures(page)
        clips = cut_section(sound.narration, places_of(page))
        kind = "toc" if page.name == CONTENTS else "titlepage"
        return self.add(page, clips, "front", sound, kind)

    def lesson(self, page: Page, document: Document, sound: LessonSound | None) -> Page:
        if sound is None:
            return page
        page = name_structures(page)
        clips = cut_clips(sound.narration, places_of(page), title_place(document))
        return self.add(page, clips, page.name.removesuffix(".xhtml"), sound, "chapter")

    def add(self, page: Page, clips: tuple[Clip, ...], stem: str, sound: LessonSound, kind: str) -> Page:
        if clips:
            name = audio_name(stem, sound)
            self.files[name] = sound
            self.overlays[page.name] = write_overlay(page, clips, name, kind)
        return page

    def sounding(self) -> Sounding | None:
        if not self.overlays:
            return None
        durations = {_overlay_id(one): one.duration_ms for one in self.overlays.values()}
        voices = dict.fromkeys(voice for one in self.files.values() for voice in one.narration.voices)
        return Sounding(durations, tuple(voices))


def _overlay_id(overlay: Overlay) -> str:
    return f"overlay-{overlay.name.removesuffix('.smil')}"


def _embed_pictures(publication: Publication) -> tuple[dict[str, _EmbeddedPicture], list[Finding]]:
    """Each picture that is shown once, named by its place; findings for those that cannot be embedded."""
    pictures: dict[str, _EmbeddedPicture] = {}
    findings: list[Finding] = []
    for document in publication.documents:
        for node in walk(document):
            if not isinstance(node, Picture) or node.withheld or node.resource in pictures:
                continue
            data = publication.resources.get(node.resource)
            if not data:
                # That the file is missing has been said by whoever read the lesson.
                continue
            facts = examine_picture(data)
            if facts is None:
                values = {"picture": node.resource, "format": "EPUB"}
                rule = "picture-not-embeddable"
                findings.append(Finding(document.source, node.line, rule, Severity.WARNING, values))
                continue
            if facts.suffix == ".svg":
                # External identifiers are not allowed (EPUB 3.3, 3.9), and SVG has no use for one.
                data = _DOCTYPE.sub(b"", data, count=1)
            name = f"picture-{len(pictures) + 1:03}{facts.suffix}"
            pictures[node.resource] = _EmbeddedPicture(name, data, facts)
    return pictures, findings


def _anchors(document: Document) -> tuple[str, ...]:
    return tuple(one.anchor for one in walk(document) if isinstance(one, Heading))


def _addresses(
    publication: Publication, settings: Settings, places: Mapping[tuple[str, str], str]
) -> Callable[[Target], str | None]:
    course, language, variant = publication.course.id, publication.language, publication.variant

    def href_of(target: Target) -> str | None:
        match target:
            case LessonTarget(course=where, language=tongue, variant=form) if (where, tongue, form) == (
                course,
                language,
                variant,
            ):
                if (target.lesson, target.anchor) in places:
                    page = places[target.lesson, target.anchor]
                    return f"{page}#{target.anchor}" if target.anchor else page
                if (target.lesson, "") in places:
                    return places[target.lesson, ""]
            case CourseTarget(course=where, language=tongue) if (where, tongue) == (course, language):
                return TITLE_PAGE
        return web_address(target, settings.site_url)

    return href_of


def _sources(pictures: Mapping[str, _EmbeddedPicture]) -> Callable[[str], PictureSource | None]:
    def src_of(resource: str) -> PictureSource | None:
        picture = pictures.get(resource)
        if picture is None:
            return None
        return PictureSource(picture.name, picture.facts.width, picture.facts.height)

    return src_of


def _page_item(page: Page, is_spoken: bool) -> Item:
    name = page.name.removesuffix(".xhtml")
    overlay = f"overlay-{name}" if is_spoken else ""
    item = "contents" if page.name == CONTENTS else name
    return Item(item, page.name, "application/xhtml+xml", page.properties, True, overlay)


def _picture_item(picture: _EmbeddedPicture) -> Item:
    return Item(picture.name.partition(".")[0], picture.name, picture.facts.media_type)
