"""Rules of courses, resources, library links, packages and gates. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from builder.model.course import ResourceType
from builder.model.document import Variant


class CourseState(StrEnum):
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    MANIFEST = "manifest"
    """The site brought it, and takes it away again."""
    REGISTRY = "registry"
    """The registry or an import brought it; when the site has it too, the site's words count."""


class ResourceKind(StrEnum):
    COURSE = "course"
    """The course as a whole."""
    LESSON = "lesson"
    FILE = "file"


RANKS: Final = {ResourceKind.COURSE: 0, ResourceKind.LESSON: 1, ResourceKind.FILE: 2}


class ResourceState(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


class Form(StrEnum):
    """What a file is for a reader; several formats may serve one form."""

    PAGE = "page"
    LARGE_PRINT = "large-print"
    BRAILLE = "braille"
    AUDIO = "audio"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
    EPUB = "epub"
    TEXT = "text"
    VIDEO = "video"
    OFFLINE = "offline"
    EASY_LANGUAGE = "easy-language"
    """The lesson's easy-language version, in whatever format."""
    TIMINGS = "timings"
    """For players, not for readers."""


_FORMS: Final[Mapping[str, Form]] = {
    "html": Form.PAGE,
    "large-print": Form.LARGE_PRINT,
    "brf": Form.BRAILLE,
    "pef": Form.BRAILLE,
    "text": Form.TEXT,
    "epub": Form.EPUB,
    "epub-audio": Form.AUDIO,
    "opus": Form.AUDIO,
    "mp3": Form.AUDIO,
    "m4b": Form.AUDIO,
    "mp3-zip": Form.AUDIO,
    "daisy": Form.AUDIO,
    "sync": Form.TIMINGS,
    "recording": Form.VIDEO,
    "captions": Form.CAPTIONS,
    "transcript": Form.TRANSCRIPT,
    "case": Form.OFFLINE,
}


_OF_RECORDINGS: Final = frozenset({Form.VIDEO, Form.CAPTIONS, Form.TRANSCRIPT})


def form_of(format_name: str, variant: str = Variant.STANDARD) -> Form:
    """The form that a format of `builder.model.format` serves. What is made of a recording is the same for both
    versions of a lesson. Raises KeyError for a format that we do not know."""
    form = _FORMS[format_name]
    if variant == Variant.EASY and form not in _OF_RECORDINGS:
        return Form.EASY_LANGUAGE
    return form


ANY: Final = ""
"""In a facet: any language, or any type and form."""


def facets_of(type_: str, languages: Iterable[str], forms: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Under which (facet, language) a resource is found; `forms` are (form, language)."""
    found = {(facet, language) for facet in (ANY, type_facet(type_)) for language in (ANY, *languages)}
    for form, language in forms:
        found |= {(form, ANY), (form, language)}
    return frozenset(found)


def type_facet(type_: str) -> str:
    """Types and forms are told apart: there are a type `video-lesson` and a form `video`."""
    return f"type:{type_}"


# Responsible units


class Unmatched(StrEnum):
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class KnownUnit:
    id: UUID
    code: str
    titles: Mapping[str, str]


class UnitIndex:
    """Finds a unit by its code or by its title in the language of the name; never guesses."""

    def __init__(self, units: Iterable[KnownUnit]) -> None:
        self._by_code: dict[str, set[UUID]] = {}
        self._by_title: dict[tuple[str, str], set[UUID]] = {}
        self._by_any_title: dict[str, set[UUID]] = {}
        for unit in units:
            self._by_code.setdefault(_plain(unit.code), set()).add(unit.id)
            for language, title in unit.titles.items():
                self._by_title.setdefault((language, _plain(title)), set()).add(unit.id)
                self._by_any_title.setdefault(_plain(title), set()).add(unit.id)

    def match(self, names: Mapping[str, str]) -> UUID | Unmatched:
        """The one unit that every known name points to. A name without language has an empty tag."""
        found: set[UUID] = set()
        for language, name in names.items():
            plain = _plain(name)
            if not plain:
                continue
            titled = self._by_title.get((language, plain), set()) if language else self._by_any_title.get(plain, set())
            found |= self._by_code.get(plain, set()) | titled
        if len(found) == 1:
            return next(iter(found))
        return Unmatched.AMBIGUOUS if found else Unmatched.UNKNOWN


def _plain(text: str) -> str:
    """Letter case, form of accents and spaces make no other name."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


# Packages (clauses 4.1 d and 5.2)


class Part(StrEnum):
    """Parts of the e-course package that clause 4.1 d lists."""

    SYLLABUS = "syllabus"
    LECTURES = "lectures"
    PRESENTATIONS = "presentations"
    PRACTICAL_TASKS = "practical-tasks"
    TEST_QUESTIONS = "test-questions"
    LITERATURE = "literature"


class Weight(StrEnum):
    REQUIRED = "required"
    """Without it the package is not complete."""
    ADVISED = "advised"
    """Shown in the report, does not hold the gate."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the report. `clauses` are of the university's regulation; `form` is None for a part."""

    code: str
    weight: Weight
    clauses: tuple[str, ...]
    part: Part | None = None
    form: Form | None = None


_PART_CLAUSES: Final = ("4.1 d", "5.2")

REQUIREMENTS: Final[Mapping[str, Requirement]] = {
    one.code: one
    for one in (
        *(Requirement(part.value, Weight.REQUIRED, _PART_CLAUSES, part=part) for part in Part),
        # Large-font mode, screen readers, subtitles, or an alternative (4.1 g); text alternatives (7.2)
        Requirement("page", Weight.REQUIRED, ("4.1 g", "7.2"), form=Form.PAGE),
        Requirement("large-print", Weight.REQUIRED, ("4.1 g",), form=Form.LARGE_PRINT),
        Requirement("captions", Weight.REQUIRED, ("4.1 g", "7.2"), form=Form.CAPTIONS),
        Requirement("transcript", Weight.REQUIRED, ("7.2",), form=Form.TRANSCRIPT),
        # Clause 7.6 asks for these for official information; for courses we advise them
        Requirement("audio", Weight.ADVISED, ("7.2",), form=Form.AUDIO),
        Requirement("braille", Weight.ADVISED, ("7.6",), form=Form.BRAILLE),
        Requirement("easy-language", Weight.ADVISED, ("7.6",), form=Form.EASY_LANGUAGE),
    )
}
RECORDED: Final = frozenset({ResourceType.RECORDING, ResourceType.VIDEO_LESSON})
LECTURES: Final = frozenset({ResourceType.LECTURE_TEXT, ResourceType.VIDEO_LESSON})
LITERATURE: Final = frozenset({ResourceType.E_BOOK, ResourceType.DATABASE})


@dataclass(frozen=True, slots=True)
class PackageResource:
    """What the readiness of a package depends on, of one published resource. `forms` are (form, language)."""

    id: UUID
    kind: str
    name: str
    type: str
    languages: frozenset[str]
    forms: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Declared:
    """A part that a person declared."""

    part: str
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Waived:
    """A requirement that does not apply; in every language when `language` is None."""

    requirement: str
    language: str | None


@dataclass(frozen=True, slots=True)
class PackageContents:
    """All that is known of the package of one course for one academic session on one day."""

    languages: tuple[str, ...]
    resources: tuple[PackageResource, ...]
    declared: tuple[Declared, ...]
    waived: frozenset[Waived]
    linked: frozenset[str] | None = None
    """Languages of library links that cover the course; None when there is no link, empty for links without words."""


class LineState(StrEnum):
    PRESENT = "present"
    MISSING = "missing"
    WAIVED = "waived"
    NOT_APPLICABLE = "not-applicable"
    """E.g. captions of a course without recordings."""


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """One requirement in one language. `lacking` names the resources that lack the form; empty for a part."""

    requirement: Requirement
    language: str
    state: LineState
    lacking: tuple[UUID, ...] = ()


def assess_package(contents: PackageContents) -> tuple[ReadinessLine, ...]:
    """Every requirement in every language of the course, in the order of the requirements.

    A course without any language has nothing that anybody could read: all parts are missing, in the language `und`.
    """
    return tuple(
        _assess(requirement, language, contents)
        for requirement in REQUIREMENTS.values()
        for language in contents.languages or ("und",)
    )


def is_complete(lines: Iterable[ReadinessLine]) -> bool:
    return not any(missing_lines(lines))


def missing_lines(lines: Iterable[ReadinessLine]) -> tuple[ReadinessLine, ...]:
    """Those that hold the gate."""
    return tuple(
        line for line in lines if line.state is LineState.MISSING and line.requirement.weight is Weight.REQUIRED
    )


def _assess(requirement: Requirement, language: str, contents: PackageContents) -> ReadinessLine:
    state, lacking = (
        (_part_state(requirement.part, language, contents), ())
        if requirement.part is not None
        else _form_state(requirement, language, contents)
    )
    waivers = {Waived(requirement.code, None), Waived(requirement.code, language)}
    if state is LineState.MISSING and not contents.waived.isdisjoint(waivers):
        state = LineState.WAIVED
    return ReadinessLine(requirement, language, state, lacking)


def _part_state(part: Part, language: str, contents: PackageContents) -> LineState:
    if any(one.part == part and language in one.languages for one in contents.declared):
        return LineState.PRESENT
    if part is Part.LECTURES and any(
        one.kind == ResourceKind.LESSON and one.type in LECTURES and language in one.languages
        for one in contents.resources
    ):
        return LineState.PRESENT
    if part is Part.LITERATURE and (
        any(
            one.type in LITERATURE and (language in one.languages or not one.languages)
            for one in contents.resources
            if one.kind != ResourceKind.COURSE
        )
        or (contents.linked is not None and (language in contents.linked or not contents.linked))
    ):
        return LineState.PRESENT
    return LineState.MISSING


def _form_state(
    requirement: Requirement, language: str, contents: PackageContents
) -> tuple[LineState, tuple[UUID, ...]]:
    """Captions and transcripts are of recordings, everything else of lessons. A whole course in one file is as good as
    a file for each lesson."""
    form = (str(requirement.form), language)
    of_recordings = requirement.form in (Form.CAPTIONS, Form.TRANSCRIPT)
    spoken = [one for one in contents.resources if language in one.languages]
    if of_recordings:
        wanted = [one for one in spoken if one.kind == ResourceKind.FILE and one.type in RECORDED]
    else:
        wanted = [one for one in spoken if one.kind == ResourceKind.LESSON]
        if any(one.kind == ResourceKind.COURSE and form in one.forms for one in contents.resources) and (
            requirement.form is not Form.PAGE
        ):
            return LineState.PRESENT, ()
    if not wanted:
        return LineState.NOT_APPLICABLE, ()
    lacking = tuple(one.id for one in wanted if form not in one.forms)
    return (LineState.MISSING if lacking else LineState.PRESENT), lacking


# The gate


class GateState(StrEnum):
    OPEN = "open"
    """Not complete, and there is time."""
    CLOSING = "closing"
    """Not complete, and the day is near."""
    PASSED = "passed"
    FAILED = "failed"
    """Not complete, and the day is over."""
    EXCEPTED = "excepted"
    """Not complete, the day is over, and somebody has let it pass for a while."""


CLOSING_DAYS: Final = 14
"""Before the last day. Our choice; a gate may say another number."""


def gate_state(*, complete: bool, due_on: date, closing_days: int, excepted_until: date | None, on: date) -> GateState:
    """What the gate says on a day. `due_on` is the last day for completing."""
    if complete:
        return GateState.PASSED
    if on <= due_on:
        return GateState.CLOSING if on > due_on - timedelta(days=closing_days) else GateState.OPEN
    if excepted_until is not None and on <= excepted_until:
        return GateState.EXCEPTED
    return GateState.FAILED


def lets_classes_open(state: GateState) -> bool:
    """Clause 5.2: the package is complete before the semester; until the last day there is time."""
    return state is not GateState.FAILED


# Who sees what


@dataclass(frozen=True, slots=True)
class CourseReach:
    """Courses that somebody reaches: those of the units, those named, or all."""

    everything: bool = False
    courses: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()
    persons: frozenset[UUID] = frozenset()
    """For courses for which one of these answers."""

    @property
    def is_empty(self) -> bool:
        return self == CourseReach()


def in_force(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Both days belong to the period."""
    return starts_on <= on and (ends_on is None or on <= ends_on)


def change_of(before: str | None, was_live: bool, after: str) -> Change | None:
    """What has become of something whose digest was `before` (None: it was not known). None when nothing has."""
    if before is None:
        return Change.ADDED
    if not was_live:
        return Change.RESTORED
    return None if before == after else Change.CHANGED


def ordered_languages(languages: Iterable[str], first: Sequence[str] = ("ky", "ru", "en")) -> tuple[str, ...]:
    """The university's languages first, then others by their tags."""
    found = set(languages)
    return tuple([one for one in first if one in found] + sorted(found - set(first)))
