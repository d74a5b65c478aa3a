"""A content package of items: `imsmanifest.xml`, one file for each question and language, media. Pure."""

import io
import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast
from urllib.parse import quote, unquote
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from api.archives import ArchiveRefused, Limits, unpack
from api.domains.items.checking import faults_of, files_of, languages_of
from api.domains.items.content import Content, Key
from api.domains.items.qti.reading import CannotRead, ReadItem, Reports, read_item
from api.domains.items.qti.writing import TOOL, write_item
from api.domains.items.qti.xml import Finding, Node, XmlRefused, element, parse, serialise

MANIFEST: Final = "imsmanifest.xml"
LIMITS: Final = Limits(most_files=2_000, largest_file=100_000_000, largest_whole=200_000_000)
"""Our choice: a bank of 500 questions in three languages has 1,500 files."""
MOST_FINDINGS: Final = 1_000
"""A report is for a person."""
_CP: Final = "http://www.imsglobal.org/xsd/imscp_v1p1"
_LOM: Final = "http://ltsc.ieee.org/xsd/LOM"
_ITEM_TYPES: Final = ("imsqti_item_xmlv2p2", "imsqti_item_xmlv2p1")
_PLACEHOLDERS: Final = UUID("6f1d0c52-40c1-5d0a-9f3c-9b1d5a1f7c11")
"""Names files that a package from elsewhere brings, until they are stored. A random number of ours."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The same questions give the same bytes."""


class PackageRefused(Exception):
    """Nothing of the package can be read; see ArchiveRefused and XmlRefused for the codes, and `no-manifest`."""

    def __init__(self, code: str, file: str = "", **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.file = file
        self.values = values


@dataclass(frozen=True, slots=True)
class QtiItem:
    """A question as it goes out and comes in. Media are named by `Medium.file_id`: see `QtiPackage.media`."""

    code: str
    tags: tuple[str, ...]
    points: Decimal
    content: Content
    key: Key


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A media file: its name gives the ending."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class QtiPackage:
    """What was read. `media` holds the files that the items name, `findings` all that was not taken over."""

    items: tuple[QtiItem, ...]
    media: Mapping[UUID, PackageFile]
    findings: tuple[Finding, ...]


# ---------------------------------------------------------------- out


def write_package(items: Sequence[QtiItem], media: Mapping[UUID, PackageFile]) -> bytes:
    """The package as a ZIP archive. `media` holds every file that the items name."""
    paths = {id_: f"media/{id_}{_ending(file.name)}" for id_, file in media.items()}
    from_items = {id_: f"../{path}" for id_, path in paths.items()}
    resources: list[Node] = []
    made: dict[str, bytes] = {}
    for number, item in enumerate(items, 1):
        for language in languages_of(item.content):
            path = f"items/{number:04}.{language}.xml"
            name = f"{item.code} {language}"
            root = write_item(name, item.code, item.points, item.content, item.key, language, from_items)
            made[path] = serialise(root)
            used = [paths[id_] for id_ in dict.fromkeys(files_of(item.content).values())]
            resources.append(_resource(f"item-{number:04}-{language}", path, item.tags, used))
    manifest = element(
        "manifest",
        {"xmlns": _CP, "xmlns:lom": _LOM, "identifier": "jetki-items"},
        element(
            "metadata",
            {},
            element("schema", {}, "QTIv2.2 Package"),
            element("schemaversion", {}, "1.0.0"),
        ),
        element("organizations"),
        element("resources", {}, *resources),
    )
    files = {MANIFEST: serialise(manifest), **made, **{paths[id_]: file.data for id_, file in media.items()}}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _resource(name: str, path: str, tags: Sequence[str], used: Sequence[str]) -> Node:
    keywords = [element("lom:keyword", {}, element("lom:string", {}, one)) for one in tags]
    metadata = element("metadata", {}, element("lom:lom", {}, element("lom:general", {}, *keywords)))
    return element(
        "resource",
        {"identifier": name, "type": _ITEM_TYPES[0], "href": path},
        *([metadata] if keywords else []),
        element("file", {"href": path}),
        *(element("file", {"href": quote(one)}) for one in used),
    )


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem and ending.isascii() and ending.isalnum() and len(ending) < 6 else ""


# ---------------------------------------------------------------- in


def read_package(data: bytes, default_language: str = "ky") -> QtiPackage:
    """The questions of a package; items that do not say their language are taken to be in the default one.

    Raises PackageRefused.
    """
    try:
        files = unpack(data, LIMITS)
    except ArchiveRefused as refused:
        raise PackageRefused(refused.code, refused.file, **refused.values) from refused
    if MANIFEST not in files:
        raise PackageRefused("no-manifest")
    return _Package(files, default_language).read()


class _Package:
    def __init__(self, files: Mapping[str, bytes], default_language: str) -> None:
        self.files = files
        self.default_language = default_language
        self.findings: list[Finding] = []
        self.used: set[str] = {MANIFEST}
        self.media: dict[UUID, str] = {}

    def read(self) -> QtiPackage:
        try:
            manifest = parse(self.files[MANIFEST])
        except XmlRefused as refused:
            raise PackageRefused(refused.code, MANIFEST, line=str(refused.line)) from refused
        groups: dict[str, list[tuple[str, tuple[str, ...], ReadItem]]] = {}
        for path, tags in self.resources(manifest):
            found = self.item(path)
            if found is not None:
                name = found.label if found.tool == TOOL and found.label else f"{path}\0"
                groups.setdefault(name, []).append((path, tags, found))
        items = [made for several in groups.values() if (made := self.merged(several)) is not None]
        media = {id_: self.media[id_] for one in items for id_ in files_of(one.content).values()}
        self.used.update(media.values())
        for path in self.files:
            if path not in self.used:
                self.add(path, 0, "unread-file")
        found_files = {id_: PackageFile(posixpath.basename(path), self.files[path]) for id_, path in media.items()}
        return QtiPackage(tuple(items), found_files, tuple(self.findings[:MOST_FINDINGS]))

    def add(self, file: str, line: int, code: str, **values: str) -> None:
        self.findings.append(Finding(file, line, code, values))

    # ------------------------------------------------------------ manifest

    def resources(self, manifest: Node) -> list[tuple[str, tuple[str, ...]]]:
        """(path, tags) of every item of the manifest."""
        found = []
        manifest.read("identifier", "version")
        for name in ("metadata", "organizations"):
            for one in manifest.all(name):
                for inner in one.elements():
                    if inner.name in ("schema", "schemaversion"):
                        inner.read_all()
        for resources in manifest.all("resources"):
            for one in resources.all("resource"):
                kind, path = one.get("type"), unquote(one.get("href"))
                one.read("identifier")
                for file in (*one.all("file"), *one.all("dependency")):
                    file.read("href", "identifierref")
                if kind.startswith("imsqti_item_"):
                    if kind not in _ITEM_TYPES:
                        self.add(MANIFEST, one.line, "unsupported-resource", type=kind[:60], path=path[:120])
                    elif path not in self.files:
                        self.add(MANIFEST, one.line, "file-missing", path=path[:120])
                    else:
                        found.append((path, self.tags(one)))
                elif kind != "webcontent":
                    self.add(MANIFEST, one.line, "unsupported-resource", type=kind[:60] or "-", path=path[:120])
                    one.read_all()
        self.tell_unread(MANIFEST, manifest)
        return found

    def tags(self, resource: Node) -> tuple[str, ...]:
        found = []
        for metadata in resource.all("metadata"):
            for lom in metadata.all("lom"):
                for general in lom.all("general"):
                    for keyword in general.all("keyword"):
                        found += ["".join(one.text().split("\n")).strip()[:64] for one in keyword.all("string")]
        return tuple(one for one in found if one)

    # ------------------------------------------------------------ items

    def item(self, path: str) -> ReadItem | None:
        self.used.add(path)
        reports = Reports()

        def place(wanted: str) -> UUID | None:
            return self.place(path, wanted)

        try:
            root = parse(self.files[path])
            found = read_item(root, self.default_language, reports, place)
        except XmlRefused as refused:
            self.add(path, refused.line, refused.code)
            return None
        except CannotRead as cannot:
            for line, code, values in reports.found:
                self.add(path, line, code, **values)
            self.add(path, cannot.line, cannot.code, **cannot.values)
            return None
        for line, code, values in reports.found:
            self.add(path, line, code, **values)
        self.tell_unread(path, root)
        return found

    def tell_unread(self, path: str, root: Node) -> None:
        for line, code, values in root.unread():
            self.add(path, line, code, **values)

    def place(self, item: str, wanted: str) -> UUID | None:
        """The placeholder of a media file that an item names; None when the package does not have it."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(item), unquote(wanted)))
        if not wanted or path not in self.files:
            return None
        stem = posixpath.basename(path).partition(".")[0]
        try:
            id_ = UUID(stem)
        except ValueError:
            id_ = uuid5(_PLACEHOLDERS, path)
        self.media[id_] = path
        return id_

    def merged(self, several: Sequence[tuple[str, tuple[str, ...], ReadItem]]) -> QtiItem | None:
        """The languages of one question together. What differs between them beyond words is told, and the question is
        left out."""
        path, tags, first = several[0]
        languages = [next(iter(one.content.prompt)) for _, _, one in several]
        try:
            if len(set(languages)) < len(languages):
                raise _Differs("language")
            if len({one.points for _, _, one in several}) > 1:
                raise _Differs("points")
            content = _merge([one.content for _, _, one in several], "content")
            key = _merge([one.key for _, _, one in several], "key")
        except _Differs as differs:
            self.add(path, 0, "languages-differ", name=differs.field)
            return None
        code = first.label if first.tool == TOOL and first.label else first.identifier
        return self.sound(path, QtiItem(_as_code(code), tags, first.points, content, key))

    def sound(self, path: str, item: QtiItem) -> QtiItem | None:
        """The item when it keeps all bounds and rules of questions; else what it breaks is told."""
        try:
            content = cast(Content, msgspec.convert(msgspec.to_builtins(item.content), Content))
            key = cast(Key, msgspec.convert(msgspec.to_builtins(item.key), Key))
        except (msgspec.ValidationError, ValueError) as beyond:
            self.add(path, 0, "out-of-bounds", fault=str(beyond)[:200])
            return None
        faults = faults_of(content, key)
        for fault in faults:
            self.findings.append(Finding(path, 0, "fault", {"pointer": fault.pointer, "fault": fault}))
        return None if faults else QtiItem(item.code, item.tags, item.points, content, key)


def _as_code(text: str) -> str:
    """The identifier as a code of ours: letters and digits of any script, and . - / + and blanks."""
    kept = "".join(one if one.isalnum() or one in "_.-/+ " else "-" for one in " ".join(text.split()))[:64].strip()
    return kept if kept and (kept[0].isalnum() or kept[0] == "_") else f"item-{kept}"[:64].rstrip()


class _Differs(Exception):
    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


_BY_LANGUAGE: Final = frozenset(
    {
        "prompt",
        "text",
        "long_description",
        "unit",
        "feedback",
        "feedback_right",
        "feedback_wrong",
        "hints",
        "accepted",
    }
)


def _merge(values: Sequence[Any], field: str) -> Any:
    """The same struct with the texts of all; raises _Differs where anything else is not the same."""
    first = values[0]
    if isinstance(first, Struct):
        if len({type(one) for one in values}) > 1:
            raise _Differs(field)
        names = first.__struct_fields__
        return replace(first, **{name: _merge([getattr(one, name) for one in values], name) for name in names})
    if field in _BY_LANGUAGE and any(isinstance(one, dict) for one in values):
        return {language: text for one in values if one is not None for language, text in one.items()}
    if field == "choice_feedback":
        parts = list(dict.fromkeys(part for one in values for part in one))
        return {part: _merge([one[part] for one in values if part in one], "feedback") for part in parts}
    if isinstance(first, list) and all(isinstance(one, Struct) for one in first):
        if len({len(one) for one in values}) > 1:
            raise _Differs(field)
        return [_merge(parts, field) for parts in zip(*values, strict=True)]
    if any(one != first for one in values):
        raise _Differs(field)
    return first
