"""A publication as one EPUB file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from builder.exports.addresses import web_address
from builder.exports.epub.accessibility import examine_accessibility
from builder.exports.epub.archive import pack
from builder.exports.epub.package import Item, package_document
from builder.exports.epub.pages import CONTENTS, STYLE_SHEET, TITLE_PAGE, Page, contents_page, lesson_page, title_page
from builder.exports.epub.style import STYLE
from builder.exports.hypertext import HypertextContext, PictureFacts, PictureSource, examine_picture
from builder.exports.length import count_words
from builder.exports.rendered import Rendered
from builder.model.course import Publication
from builder.model.document import CourseTarget, Document, Heading, LessonTarget, Picture, Target, walk
from builder.model.finding import Finding, Severity
from builder.model.settings import Settings

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


def render_epub(publication: Publication, settings: Settings) -> Rendered:
    """The publication as a reflowable EPUB 3.3 book in one language and variant.

    Links between lessons of the book stay inside it; others lead to the site where `settings.site_url` says where it
    is, and are words alone where it does not. A picture that cannot be embedded is told by its words, with a finding
    (rule ``picture-not-embeddable``).
    """
    pictures, findings = _embed_pictures(publication)
    lessons = [(f"lesson-{number:03}.xhtml", one) for number, one in enumerate(publication.documents, 1)]
    places = {(one.lesson, anchor): name for name, one in lessons for anchor in ("", *_anchors(one))}
    context = HypertextContext(_addresses(publication, settings, places), _sources(pictures), epub=True)
    pages = [
        title_page(publication, settings),
        contents_page(publication, lessons),
        *(lesson_page(name, document, publication, context) for name, document in lessons),
    ]
    shown = {resource: one.facts for resource, one in pictures.items()}
    items = [*map(_page_item, pages), Item("style", STYLE_SHEET, "text/css")]
    items += [_picture_item(one) for one in pictures.values()]
    package = package_document(publication, settings, examine_accessibility(publication.documents, shown), items)
    files = [("META-INF/container.xml", _CONTAINER.encode()), (f"{_FOLDER}/package.opf", package)]
    files += [(f"{_FOLDER}/{one.name}", one.data) for one in pages]
    files.append((f"{_FOLDER}/{STYLE_SHEET}", STYLE.encode()))
    files += [(f"{_FOLDER}/{one.name}", one.data) for one in pictures.values()]
    return Rendered(pack(files), findings=tuple(findings), words=sum(map(count_words, publication.documents)))


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


def _page_item(page: Page) -> Item:
    name = page.name.removesuffix(".xhtml")
    return Item(
        "contents" if page.name == CONTENTS else name, page.name, "application/xhtml+xml", page.properties, True
    )


def _picture_item(picture: _EmbeddedPicture) -> Item:
    return Item(picture.name.partition(".")[0], picture.name, picture.facts.media_type)
