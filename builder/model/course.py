"""Courses and lessons as the project folder declares them, with the rights that publishing needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from builder.model.document import Document, Variant
from builder.model.language import LanguageTag


class Access(StrEnum):
    """RESTRICTED material is kept out of the site (clause 5.2)."""

    PUBLIC = "public"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Rights:
    """Who holds the rights, under which licence (an SPDX identifier or a sentence), and who may see it."""

    holder: str
    licence: str
    access: Access = Access.PUBLIC


class ResourceType(StrEnum):
    """Kinds of digital learning resource (clause 1.3), and the parts they are made of."""

    DATABASE = "database"
    E_BOOK = "e-book"
    LECTURE_TEXT = "lecture-text"
    VIDEO_LESSON = "video-lesson"
    PICTURE = "picture"
    RECORDING = "recording"
    DATA_FILE = "data-file"


@dataclass(frozen=True, slots=True)
class Person:
    """`role` is author, editor, translator or responsible."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Credits:
    ects: float
    national: float


@dataclass(frozen=True, slots=True)
class Resource:
    """A file below the course folder, e.g. ``media/disk.ky.svg``. `languages` is empty for wordless material."""

    path: str
    type: ResourceType
    rights: Rights
    unit: str
    languages: tuple[LanguageTag, ...] = ()
    source_digest: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredRecording:
    """A recording of a lesson as its front matter names it.

    `file`, `script` (the text that was read out) and `sign_language` are paths below the course folder, empty where
    there is none. `language` is the language spoken. `withheld` says that its rights do not allow publication.
    """

    file: str
    title: str
    language: LanguageTag
    script: str = ""
    sign_language: str = ""
    withheld: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson in one language and variant.

    `name` is the file name without number and endings (``01-files.easy.md`` -> ``files``) and the same in all
    languages; `order` is the number. `sign_language` is a resource path or empty. `source_digest` is the SHA-256 of
    the file.
    """

    course: str
    name: str
    order: int
    language: LanguageTag
    variant: Variant
    title: str
    source: str
    source_digest: str
    rights: Rights
    type: ResourceType = ResourceType.LECTURE_TEXT
    description: str = ""
    sign_language: str = ""
    recordings: tuple[DeclaredRecording, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """A course. Texts for people are by language; a language of `languages` always has title and description."""

    id: str
    languages: tuple[LanguageTag, ...]
    title: Mapping[LanguageTag, str]
    description: Mapping[LanguageTag, str]
    unit: Mapping[LanguageTag, str]
    """The responsible unit (clause 1.3)."""
    rights: Rights
    type: ResourceType
    credits: Credits | None = None
    people: tuple[Person, ...] = ()
    resources: Mapping[str, Resource] = field(default_factory=dict)
    lessons: tuple[Lesson, ...] = ()
    """Published lessons in reading order, then by language, standard before easy."""
    source: str = ""
    """Path of course.toml, relative to the project."""

    def lessons_in(self, language: LanguageTag, variant: Variant = Variant.STANDARD) -> tuple[Lesson, ...]:
        """The lessons that exist in this language, in reading order."""
        return tuple(one for one in self.lessons if one.language == language and one.variant == variant)

    def lesson_names(self) -> tuple[str, ...]:
        """Every lesson's name once, in reading order, whatever languages it exists in."""
        return tuple(dict.fromkeys(one.name for one in sorted(self.lessons, key=lambda one: (one.order, one.name))))

    def find_lesson(self, name: str, language: LanguageTag, variant: Variant = Variant.STANDARD) -> Lesson | None:
        """That lesson in exactly that language and variant, or None."""
        for one in self.lessons:
            if (one.name, one.language, one.variant) == (name, language, variant):
                return one
        return None


@dataclass(frozen=True, slots=True)
class Publication:
    """What a renderer gets: one lesson, or all lessons of a course in one language and variant, in reading order.

    A document that belongs to no course has one without a title and without a holder of rights: renderers then name
    neither. `resources` holds the bytes of every picture that the documents show, by resource path.
    """

    course: Course
    language: LanguageTag
    documents: tuple[Document, ...]
    title: str
    resources: Mapping[str, bytes]
    whole_course: bool = False
    variant: Variant = Variant.STANDARD


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that is published, so that links can be resolved and missing languages told honestly.

    `withheld` holds project paths of lessons and resources that exist but are not published because of their rights;
    `undeclared` those of files in course folders that no course.toml declares: they are not published either.
    """

    languages: tuple[LanguageTag, ...]
    courses: tuple[Course, ...]
    withheld: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()

    def find_course(self, course: str) -> Course | None:
        return next((one for one in self.courses if one.id == course), None)
