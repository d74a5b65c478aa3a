"""Reads `manifest.json` of the built site: what it says, checked, or every reason why it is refused.

The words are those of `builder.model`; Markdown is never read here. Two kinds of fault are told apart. A manifest that
is damaged, or says what no builder of ours says (paths that leave the site, files of unknown courses), is refused as a
whole. Material without the metadata that publishing needs (clause 1.3: type, language, rights, responsible unit) is
left out and named.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from api.domains.courses.rules import ResourceKind, form_of
from builder.model.course import Access, ResourceType
from builder.model.document import Variant
from builder.model.format import FORMAT_BY_NAME
from builder.model.language import UnknownLanguageTag, parse_language_tag
from builder.model.manifest import MANIFEST_VERSION, Artefact, CourseEntry, LessonEntry, ResourceEntry

LARGEST_BYTES: Final = 128 * 1024 * 1024
"""Our choice: about 200,000 files."""
MOST_FAULTS: Final = 50
LONGEST_PATH: Final = 1000
LONGEST_LINE: Final = 300
LONGEST_TEXT: Final = 20_000
MOST_TITLES: Final = 50
LARGEST_CREDITS: Final = 300
"""Our choice: no course has more than a whole bachelor's programme of 240."""
_CODE: Final = re.compile(r"\w[\w.\-]{0,63}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w-]+=[\w.+-]+)*", re.ASCII)
_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_FORBIDDEN_BUT_LINES: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and halves of characters; descriptions have lines."""
_STEP: Final = re.compile(r"\.([^.\[\]`]+)|\[(\d+)\]")
_MISSING: Final = re.compile(r"Object missing required field `(\w+)`")
"""msgspec's words and paths."""
_RIGHTS: Final = ("type", "holder", "licence", "access")

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class ManifestFault:
    """`place` is a JSON pointer into the manifest; `code` has words in `messages/texts/courses.toml`."""

    code: str
    place: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class ManifestRefused(Exception):
    """The manifest cannot be taken, for all these reasons; nothing was stored."""

    def __init__(self, faults: Sequence[ManifestFault]) -> None:
        super().__init__("; ".join(f"{one.code} {one.place}".strip() for one in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Material that is not shown. `course` and `name` say which; `lacks` what it lacks."""

    course: str
    kind: ResourceKind
    name: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A resource as the manifest has it: the course as a whole (empty name), a lesson, or a file."""

    kind: ResourceKind
    name: str
    position: int
    titles: Mapping[str, str]
    type: str
    languages: tuple[str, ...]
    unit: str
    holder: str
    licence: str
    access: str
    path: str | None
    file_digest: str | None
    renditions: tuple[Artefact, ...]

    def content(self) -> dict[str, Any]:
        """What a revision keeps."""
        known = {one.name: getattr(self, one.name) for one in fields(self)}
        renditions = [{**asdict(one), "form": form_of(one.format, one.variant).value} for one in self.renditions]
        return {**known, "languages": list(self.languages), "renditions": renditions}


@dataclass(frozen=True, slots=True)
class PublishedCourse:
    """A course of the manifest, with what of it is published."""

    entry: CourseEntry
    material: tuple[Material, ...]

    def content(self) -> dict[str, Any]:
        """What a revision keeps: everything but the material, which has revisions of its own."""
        known = asdict(self.entry)
        del known["lessons"], known["resources"]
        return known


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """The whole manifest. `digest` is of the file; `unknown_formats` counts files whose format we do not know yet."""

    digest: str
    courses: tuple[PublishedCourse, ...]
    unpublished: tuple[Unpublished, ...]
    withheld: int
    unknown_formats: Mapping[str, int]


def load_manifest(path: Path) -> PublishedSite:
    """The manifest at this path. Raises ManifestRefused."""
    try:
        if not path.is_file():
            raise ManifestRefused([ManifestFault("no-file")])
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise ManifestRefused([ManifestFault("unreadable")]) from error
    return read_manifest(data)


def read_manifest(data: bytes) -> PublishedSite:
    """The manifest in these bytes. Raises ManifestRefused. Pure."""
    if len(data) > LARGEST_BYTES:
        raise ManifestRefused([ManifestFault("too-large", values={"megabytes": str(LARGEST_BYTES // 1024**2)})])
    try:
        decoded = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise ManifestRefused([ManifestFault("not-json")]) from None
    if not isinstance(decoded, dict):
        raise ManifestRefused([ManifestFault("not-a-manifest")])
    _check_manifest_version(decoded.get("version"))
    return _Reader().read(decoded, hashlib.sha256(data).hexdigest())


def canonical_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON."""
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _check_manifest_version(version: object) -> None:
    if type(version) is not int or version < 1:
        raise ManifestRefused([ManifestFault("no-version", "/version")])
    if version > MANIFEST_VERSION:
        raise ManifestRefused(
            [ManifestFault("newer-version", "/version", {"found": str(version)[:20], "known": str(MANIFEST_VERSION)})]
        )


class _Reader:
    """Collects every fault before it refuses."""

    def __init__(self) -> None:
        self.faults: list[ManifestFault] = []
        self.unpublished: list[Unpublished] = []
        self.unknown_formats: dict[str, int] = defaultdict(int)

    def fault(self, code: str, place: str, **values: str) -> None:
        self.faults.append(ManifestFault(code, place, values))
        if len(self.faults) >= MOST_FAULTS:
            raise ManifestRefused(self.faults)

    def read(self, decoded: dict[str, Any], digest: str) -> PublishedSite:
        entries = list(self._courses(self._list(decoded, "courses", "")))
        artefacts = list(self._artefacts(self._list(decoded, "artefacts", "")))
        withheld = self._list(decoded, "withheld", "")
        courses = list(self._put_together(entries, artefacts))
        if self.faults:
            raise ManifestRefused(self.faults)
        return PublishedSite(
            digest, tuple(courses), tuple(self.unpublished), len(withheld), dict(sorted(self.unknown_formats.items()))
        )

    def _list(self, value: Mapping[str, Any], name: str, place: str) -> list[Any]:
        found = value.get(name)
        if not isinstance(found, list):
            self.fault("not-a-list", f"{place}/{name}")
            return []
        return found

    def _courses(self, values: Sequence[Any]) -> Iterator[tuple[str, CourseEntry, dict[str, Any]]]:
        codes: set[str] = set()
        for number, value in enumerate(values):
            place = f"/courses/{number}"
            if not self._is_object(value, place):
                continue
            lists = {name: self._list(value, name, place) for name in ("lessons", "resources")}
            known: dict[str, Any] = {"languages": [], "titles": {}, "descriptions": {}, "units": {}, "people": []}
            known |= {"ects": None, "national_credits": None, **dict.fromkeys(_RIGHTS, "")}
            entry = self._entry(known | _without_nulls(value) | {"lessons": [], "resources": []}, CourseEntry, place)
            if entry is None:
                continue
            self._check_course(entry, place)
            if entry.id in codes:
                self.fault("twice", f"{place}/id", value=_shown(entry.id))
            codes.add(entry.id)
            yield place, entry, lists

    def _check_course(self, entry: CourseEntry, place: str) -> None:
        if not _CODE.fullmatch(entry.id):
            self.fault("bad-code", f"{place}/id", value=_shown(entry.id))
        if not entry.titles:
            self.fault("no-title", f"{place}/titles")
        for name, texts, longest in (
            ("titles", entry.titles, LONGEST_LINE),
            ("units", entry.units, LONGEST_LINE),
            ("descriptions", entry.descriptions, LONGEST_TEXT),
        ):
            self._check_texts(texts, f"{place}/{name}", longest)
        self._check_languages(entry.languages, f"{place}/languages")
        self._check_line(entry.holder, f"{place}/holder")
        self._check_line(entry.licence, f"{place}/licence")
        for name, number in (("ects", entry.ects), ("national_credits", entry.national_credits)):
            if number is not None and not 0 <= number <= LARGEST_CREDITS:
                self.fault("out-of-range", f"{place}/{name}")
        if len(entry.people) > MOST_TITLES:
            self.fault("too-many", f"{place}/people", most=str(MOST_TITLES))
        for index, person in enumerate(entry.people[:MOST_TITLES]):
            if set(person) != {"name", "role"}:
                self.fault("wrong-type", f"{place}/people/{index}")
            for name, text in person.items():
                self._check_line(text, f"{place}/people/{index}/{_pointer(name)}")

    def _artefacts(self, values: Sequence[Any]) -> Iterator[tuple[str, Artefact]]:
        paths: set[str] = set()
        for number, value in enumerate(values):
            place = f"/artefacts/{number}"
            one = self._entry(value, Artefact, place)
            if one is None:
                continue
            if one.format not in FORMAT_BY_NAME:
                self.unknown_formats[_shown(one.format)] += 1
                continue
            self._check_path(one.path, f"{place}/path")
            if one.path in paths:
                self.fault("twice", f"{place}/path", value=_shown(one.path))
            paths.add(one.path)
            self._check_artefact(one, place)
            yield place, one

    def _check_artefact(self, one: Artefact, place: str) -> None:
        if not _DIGEST.fullmatch(one.digest):
            self.fault("bad-digest", f"{place}/digest")
        self._check_languages([one.language], f"{place}/language")
        if one.variant not in set(Variant):
            self.fault("unknown-word", f"{place}/variant", value=_shown(one.variant))
        if not _MEDIA_TYPE.fullmatch(one.media_type) or len(one.media_type) > 100:
            self.fault("wrong-type", f"{place}/media_type")
        numbers = {"size": one.size, "pages": one.pages, "words": one.words, "duration_ms": one.duration_ms}
        for name, number in numbers.items():
            largest = 2**31 - 1 if name in {"pages", "words"} else 2**53 - 1  # integers that JSON readers keep exactly
            if number is not None and not 0 <= number <= largest:
                self.fault("out-of-range", f"{place}/{name}")
        for name in ("lesson", "profile", "source", "source_digest"):
            longest = {"profile": 64, "source": LONGEST_PATH}.get(name, LONGEST_LINE)
            self._check_line(getattr(one, name), f"{place}/{name}", longest)
        if one.recording:
            self._check_path(one.recording, f"{place}/recording")

    def _put_together(
        self,
        entries: Sequence[tuple[str, CourseEntry, dict[str, Any]]],
        artefacts: Sequence[tuple[str, Artefact]],
    ) -> Iterator[PublishedCourse]:
        made: dict[tuple[str, str], list[tuple[str, Artefact]]] = defaultdict(list)
        for place, one in artefacts:
            made[one.course, one.lesson].append((place, one))
        for place, entry, lists in entries:
            lessons = list(self._lessons(entry, lists["lessons"], place))
            files = list(self._files(entry, lists["resources"], place))
            by_lesson = {name: made.pop((entry.id, name), []) for name in ["", *(name for name, _ in lessons)]}
            yield PublishedCourse(entry, tuple(_materials(entry, self._whole(entry), lessons, files, by_lesson)))
        for left in made.values():
            for place, one in left:
                self.fault("unknown-reference", place, value=_shown(f"{one.course}/{one.lesson}"))

    def _whole(self, entry: CourseEntry) -> Material | None:
        lacks = self._lacking({name: getattr(entry, name) for name in _RIGHTS})
        lacks += ["language"] * (not entry.languages) + ["unit"] * (not any(entry.units.values()))
        if lacks:
            self.unpublished.append(Unpublished(entry.id, ResourceKind.COURSE, "", tuple(lacks)))
            return None
        return Material(
            ResourceKind.COURSE,
            "",
            0,
            entry.titles,
            entry.type,
            tuple(entry.languages),
            _first(entry.units),
            entry.holder,
            entry.licence,
            entry.access,
            None,
            None,
            (),
        )

    def _lessons(self, course: CourseEntry, values: Sequence[Any], above: str) -> Iterator[tuple[str, Material | None]]:
        names: set[str] = set()
        for number, value in enumerate(values):
            place = f"{above}/lessons/{number}"
            if not self._is_object(value, place):
                continue
            lacks = self._lacking(value)
            known: dict[str, Any] = dict.fromkeys(_RIGHTS, "") | {"titles": {}}
            entry = self._entry(known | _without_nulls(value), LessonEntry, place)
            if entry is None:
                continue
            self._check_line(entry.name, f"{place}/name")
            self._check_texts(entry.titles, f"{place}/titles", LONGEST_LINE)
            self._check_line(entry.holder, f"{place}/holder")
            self._check_line(entry.licence, f"{place}/licence")
            if not entry.name:
                self.fault("no-title", f"{place}/name")
            if entry.name in names:
                self.fault("twice", f"{place}/name", value=_shown(entry.name))
            names.add(entry.name)
            if not 0 <= entry.order <= 2**31 - 1:
                self.fault("out-of-range", f"{place}/order")
            lacks += ["language"] * (not entry.titles) + ["unit"] * (not any(course.units.values()))
            if lacks:
                self.unpublished.append(Unpublished(course.id, ResourceKind.LESSON, entry.name, tuple(lacks)))
                yield entry.name, None
                continue
            yield (
                entry.name,
                Material(
                    ResourceKind.LESSON,
                    entry.name,
                    entry.order,
                    entry.titles,
                    entry.type,
                    tuple(entry.titles),
                    _first(course.units),
                    entry.holder,
                    entry.licence,
                    entry.access,
                    None,
                    None,
                    (),
                ),
            )

    def _files(self, course: CourseEntry, values: Sequence[Any], above: str) -> Iterator[Material]:
        paths: set[str] = set()
        for number, value in enumerate(values):
            place = f"{above}/resources/{number}"
            if not self._is_object(value, place):
                continue
            # an empty list says that the material has no words; no list says nothing
            lacks = self._lacking(value)
            lacks += ["language"] * (value.get("languages") is None) + ["unit"] * (not value.get("unit"))
            known: dict[str, Any] = dict.fromkeys((*_RIGHTS, "unit", "digest"), "") | {"languages": []}
            entry = self._entry(known | _without_nulls(value), ResourceEntry, place)
            if entry is None:
                continue
            self._check_path(entry.path, f"{place}/path")
            if entry.path in paths:
                self.fault("twice", f"{place}/path", value=_shown(entry.path))
            paths.add(entry.path)
            self._check_languages(entry.languages, f"{place}/languages")
            for name in ("holder", "licence", "unit"):
                self._check_line(getattr(entry, name), f"{place}/{name}")
            if entry.digest and not _DIGEST.fullmatch(entry.digest):
                self.fault("bad-digest", f"{place}/digest")
            if lacks:
                self.unpublished.append(Unpublished(course.id, ResourceKind.FILE, entry.path, tuple(lacks)))
                continue
            yield Material(
                ResourceKind.FILE,
                entry.path,
                0,  # files have no order of reading; their place in the list may move without a change
                {},
                entry.type,
                tuple(entry.languages),
                entry.unit,
                entry.holder,
                entry.licence,
                entry.access,
                entry.path,
                entry.digest or None,
                (),
            )

    def _is_object(self, value: Any, place: str) -> bool:
        if not isinstance(value, dict):
            self.fault("wrong-type", place)
            return False
        return True

    def _lacking(self, value: Mapping[str, Any]) -> list[str]:
        """Which of type and rights is not said, or said in a word that is in no list of ours."""
        lacks = [name for name in _RIGHTS if not value.get(name)]
        for name, words in (("type", ResourceType), ("access", Access)):
            if name not in lacks and value.get(name) not in [one.value for one in words]:
                lacks.append(name)
        return lacks

    def _entry(self, value: Any, kind: type[Entry], place: str) -> Entry | None:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            text, _, path = str(error).partition(" - at `$")
            within = "".join(f"/{_pointer(name or index)}" for name, index in _STEP.findall(path))
            missing = _MISSING.match(text)
            if missing:
                self.fault("missing", f"{place}{within}/{missing[1]}")
            else:
                self.fault("wrong-type", place + within)
            return None

    def _check_languages(self, tags: Sequence[str], place: str) -> None:
        if len(tags) > MOST_TITLES:
            self.fault("too-many", place, most=str(MOST_TITLES))
        if len(set(tags)) != len(tags):
            self.fault("twice", place, value=_shown(", ".join(tags)))
        for tag in tags[:MOST_TITLES]:
            try:
                is_known = parse_language_tag(tag) == tag and len(tag) <= 35
            except UnknownLanguageTag:
                is_known = False
            if not is_known:
                self.fault("unknown-language", place, value=_shown(tag))

    def _check_texts(self, texts: Mapping[str, str], place: str, longest: int) -> None:
        self._check_languages(list(texts), place)
        for tag, text in texts.items():
            self._check_line(text, f"{place}/{_pointer(tag)}", longest)
            if not text.strip():
                self.fault("no-title", f"{place}/{_pointer(tag)}")

    def _check_line(self, text: str, place: str, longest: int = LONGEST_LINE) -> None:
        if len(text) > longest:
            self.fault("too-long", place, longest=str(longest))
        elif (_FORBIDDEN_BUT_LINES if longest == LONGEST_TEXT else _FORBIDDEN).search(text):
            self.fault("bad-characters", place)

    def _check_path(self, path: str, place: str) -> None:
        """A path below the site: relative and never upwards."""
        if len(path) > LONGEST_PATH:
            self.fault("too-long", place, longest=str(LONGEST_PATH))
        elif _FORBIDDEN.search(path):
            self.fault("bad-characters", place)
        elif not _stays_below(path):
            self.fault("bad-path", place, value=_shown(path))


def _materials(
    entry: CourseEntry,
    whole: Material | None,
    lessons: Sequence[tuple[str, Material | None]],
    files: Sequence[Material],
    made: Mapping[str, Sequence[tuple[str, Artefact]]],
) -> Iterator[Material]:
    """Everything published of a course, each with its files. What is made of a recording belongs to the recording."""
    recordings = {one.name for one in files}
    of_recording: dict[str, list[Artefact]] = defaultdict(list)
    of_lesson: dict[str, list[Artefact]] = defaultdict(list)
    for name, found in made.items():
        for _, one in found:
            # the site keeps media/<name> of a course at media/<course>/<name>
            kept = f"media/{entry.id}/{one.recording.removeprefix('media/')}" if one.recording else ""
            (of_recording[kept] if kept in recordings else of_lesson[name]).append(one)
    for material in [whole, *(material for _, material in lessons)]:
        if material is not None:
            yield _with_renditions(material, of_lesson[material.name])
    for material in files:
        yield _with_renditions(material, of_recording[material.name])


def _with_renditions(material: Material, renditions: Sequence[Artefact]) -> Material:
    return replace(material, renditions=tuple(sorted(renditions, key=lambda one: one.path)))


def _stays_below(path: str) -> bool:
    """Below the site's base as a POSIX, a Windows and a URL path. Other characters are escaped in addresses."""
    parts = path.split("/")
    return not ("\\" in path or ":" in parts[0] or any(part.strip(" .") == "" for part in parts))


def _without_nulls(value: Mapping[str, Any]) -> dict[str, Any]:
    """What is null says as little as what is not there."""
    return {name: one for name, one in value.items() if one is not None}


def _first(texts: Mapping[str, str]) -> str:
    return next((text for text in texts.values() if text), "")


def _pointer(name: str) -> str:
    """RFC 6901, 3; shortened, because it is shown."""
    return _shown(name).replace("~", "~0").replace("/", "~1")


def _shown(text: str) -> str:
    """Safe to print in a message."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text[:100])
