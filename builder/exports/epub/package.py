"""The package document (EPUB 3.3, 5): what the book is, what belongs to it, and in which order it is read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from builder.exports.addresses import web_address
from builder.exports.epub.accessibility import CONFORMANCE, Accessibility
from builder.exports.epub.overlays import ACTIVE_CLASS, PLAYING_CLASS, clock
from builder.exports.epub.words import summarise_accessibility
from builder.exports.hypertext.markup import Attributes, element, empty_element, escape
from builder.exports.titles import edition_title
from builder.model.course import Publication
from builder.model.document import CourseTarget, Passage, PassageBlock, walk
from builder.model.settings import Settings

MODIFIED: Final = "1980-01-01T00:00:00Z"
"""EPUB 3.3, 5.5.3.7, wants a time of the last change. A build has no clock, and the same content must give the same
bytes: so this is the zip format's first day, as on every file in the book, and says nothing about the content."""

_NAMESPACE: Final = uuid.UUID("5f1e2f0c-9f0e-5b7c-8f57-6a65746b6900")
"""Our own namespace for name-based identifiers (RFC 9562, 5.5); chosen once."""

# MARC relators (Library of Congress), which EPUB 3.3 names for roles; the element that each belongs in.
_ROLES: Final = {
    "author": ("dc:creator", "aut"),
    "editor": ("dc:contributor", "edt"),
    "translator": ("dc:contributor", "trl"),
    "responsible": ("dc:contributor", "rpy"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book; `in_spine` where it is read in its turn, `overlay` the id of its media overlay."""

    id: str
    href: str
    media_type: str
    properties: tuple[str, ...] = ()
    in_spine: bool = False
    overlay: str = ""


@dataclass(frozen=True, slots=True)
class Sounding:
    """What a book says about its sound: how long each overlay (by its item's id) plays, and who speaks."""

    durations_ms: Mapping[str, int]
    narrators: tuple[str, ...]


def book_identifier(publication: Publication, form: str = "") -> str:
    """A UUID from course, language, variant and, for a single lesson, its name: the same book in every build.

    `form` tells apart what is published in several forms, such as with sound and without.
    """
    names = [publication.course.id, publication.language, publication.variant]
    if not publication.whole_course:
        names += [one.lesson for one in publication.documents]
    if form:
        names.append(f"form {form}")
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, '/'.join(names))}"


def package_document(
    publication: Publication,
    settings: Settings,
    accessibility: Accessibility,
    items: Sequence[Item],
    sounding: Sounding | None = None,
) -> bytes:
    """The OPF file: metadata, manifest and spine in the order of `items`."""
    manifest = [
        empty_element(
            "item",
            {
                "id": one.id,
                "href": one.href,
                "media-type": one.media_type,
                "properties": " ".join(one.properties) or None,
                "media-overlay": one.overlay or None,
            },
        )
        for one in items
    ]
    spine = [empty_element("itemref", {"idref": one.id}) for one in items if one.in_spine]
    attributes = {
        "xmlns": "http://www.idpf.org/2007/opf",
        "version": "3.0",
        "unique-identifier": "book-id",
        "xml:lang": publication.language,
        "prefix": "a11y: http://www.idpf.org/epub/vocab/package/a11y/#",
    }
    metadata = element(
        "metadata",
        {"xmlns:dc": "http://purl.org/dc/elements/1.1/"},
        _lines(
            [
                *_publication_metadata(publication, settings, "sound" if sounding else ""),
                *(_sound_metadata(sounding) if sounding else ()),
                *_access(publication, settings, accessibility),
            ]
        ),
    )
    inside = [metadata, element("manifest", {}, _lines(manifest)), element("spine", {}, _lines(spine))]
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + element("package", attributes, _lines(inside)) + "\n").encode()


def _sound_metadata(sounding: Sounding) -> list[str]:
    """EPUB 3.3, 9.3.5: how long each overlay plays and all of them, who speaks, and how the place is shown."""
    lines = [
        _meta("media:duration", clock(duration), {"refines": f"#{item}"})
        for item, duration in sounding.durations_ms.items()
    ]
    lines.append(_meta("media:duration", clock(sum(sounding.durations_ms.values()))))
    lines += [_meta("media:narrator", one) for one in sounding.narrators]
    lines.append(_meta("media:active-class", ACTIVE_CLASS))
    lines.append(_meta("media:playback-active-class", PLAYING_CLASS))
    return lines


def _publication_metadata(publication: Publication, settings: Settings, form: str) -> list[str]:
    course, language = publication.course, publication.language
    lines = [
        element("dc:identifier", {"id": "book-id"}, book_identifier(publication, form)),
        element("dc:title", {}, escape(edition_title(publication))),
        element("dc:language", {}, escape(language)),
    ]
    for number, person in enumerate(course.people, 1):
        name, role = _ROLES.get(person.role, ("dc:contributor", "ctb"))
        lines.append(element(name, {"id": f"person-{number}"}, escape(person.name)))
        lines.append(_meta("role", role, {"refines": f"#person-{number}", "scheme": "marc:relators"}))
    if settings.publisher:
        lines.append(element("dc:publisher", {}, escape(settings.publisher)))
    lines.append(element("dc:rights", {}, escape(f"{course.rights.holder}. {course.rights.licence}")))
    if description := course.description.get(language, ""):
        lines.append(element("dc:description", {}, escape(description)))
    if source := web_address(CourseTarget(course.id, language), settings.site_url):
        lines.append(element("dc:source", {}, escape(source)))
    lines.append(_meta("dcterms:modified", MODIFIED))
    return lines


def _access(publication: Publication, settings: Settings, accessibility: Accessibility) -> list[str]:
    foreign = any(
        isinstance(one, Passage | PassageBlock) for document in publication.documents for one in walk(document)
    )
    certifier = settings.accessibility_certifier
    # A claim of conformance belongs to whoever examined the book (EPUB Accessibility 1.1, 4.2 and 4.3), and no book
    # in which a picture has no words can conform.
    claims = bool(certifier) and accessibility.pictures_described
    lines = [_meta("schema:accessMode", one) for one in accessibility.access_modes]
    lines += [_meta("schema:accessModeSufficient", one) for one in accessibility.sufficient_modes]
    lines += [_meta("schema:accessibilityFeature", one) for one in accessibility.features]
    lines += [_meta("schema:accessibilityHazard", one) for one in accessibility.hazards]
    summary = summarise_accessibility(accessibility, publication.language, foreign=foreign, certified=claims)
    lines.append(_meta("schema:accessibilitySummary", summary))
    if claims:
        lines.append(_meta("dcterms:conformsTo", CONFORMANCE, {"id": "conformance"}))
        lines.append(_meta("a11y:certifiedBy", certifier, {"refines": "#conformance"}))
    return lines


def _meta(name: str, value: str, attributes: Attributes | None = None) -> str:
    return element("meta", {"property": name, **(attributes or {})}, escape(value))


def _lines(parts: Sequence[str]) -> str:
    return "\n" + "\n".join(parts) + "\n"
