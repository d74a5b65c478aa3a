"""site/manifest.json: what was published, for which lesson, in which language, variant and format."""

import json
from dataclasses import asdict, dataclass
from typing import Final

MANIFEST_VERSION: Final = 1
MANIFEST_PATH: Final = "manifest.json"
"""Below the site folder."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """One published file. `lesson` is empty for a whole course. Digests are SHA-256 in hexadecimal, size in bytes."""

    course: str
    lesson: str
    language: str
    variant: str
    format: str
    path: str
    media_type: str
    size: int
    digest: str
    source: str
    source_digest: str
    pages: int | None = None
    """Pages of a paginated format (print or braille), None elsewhere."""
    words: int | None = None
    """Words of the author in a format without pages, None elsewhere."""
    profile: str = ""
    """Which of several files of one format, e.g. ``22pt``; empty for the default."""
    duration_ms: int | None = None
    """How long a sound or video lasts, None elsewhere."""
    reviewed: bool | None = None
    """Whether a person answers for the words of captions or a transcript, None elsewhere."""
    recording: str = ""
    """The resource that captions, a transcript or a converted recording belong to, else empty."""


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """A lesson of the manifest: its titles by language, with rights and type for the catalogue (clause 1.3)."""

    name: str
    order: int
    titles: dict[str, str]
    type: str
    holder: str
    licence: str
    access: str


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    path: str
    type: str
    languages: list[str]
    holder: str
    licence: str
    access: str
    unit: str
    digest: str


@dataclass(frozen=True, slots=True)
class CourseEntry:
    id: str
    languages: list[str]
    titles: dict[str, str]
    descriptions: dict[str, str]
    units: dict[str, str]
    type: str
    holder: str
    licence: str
    access: str
    ects: float | None
    national_credits: float | None
    people: list[dict[str, str]]
    lessons: list[LessonEntry]
    resources: list[ResourceEntry]


@dataclass(frozen=True, slots=True)
class Withheld:
    """Material kept out of the site, and the rule that says why (e.g. ``rights-restricted``, ``lesson-failed``)."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Manifest:
    version: int
    languages: list[str]
    courses: list[CourseEntry]
    artefacts: list[Artefact]
    withheld: list[Withheld]

    def to_json(self) -> str:
        """Stable text: sorted artefacts, sorted keys, no clock, one final line end."""
        ordered = asdict(self)
        ordered["artefacts"].sort(key=lambda one: one["path"])
        ordered["withheld"].sort(key=lambda one: (one["path"], one["reason"]))
        return json.dumps(ordered, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
