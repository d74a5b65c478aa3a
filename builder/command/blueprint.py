"""What planning knows of a project, and the inputs that many jobs share. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from builder.jobs.graph import BlobOf, FileOf, Input
from builder.jobs.store import Result, digest_of
from builder.model.codec import encode
from builder.model.course import Catalogue, Course, Lesson
from builder.model.document import Variant
from builder.model.language import LanguageTag
from builder.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Edition:
    """A course in one language and variant: what becomes one EPUB, one volume of large print, one case package."""

    course: Course
    language: LanguageTag
    variant: Variant
    lessons: tuple[Lesson, ...]

    @property
    def name(self) -> str:
        """``digital-literacy/ky`` or ``digital-literacy/ky.easy``."""
        return f"{self.course.id}/{self.language}" + (".easy" if self.variant is Variant.EASY else "")


@dataclass(frozen=True, slots=True)
class Blueprint:
    """All that planning knows. `resource_files` and `companions` (scripts, captions,
    pronunciation) map project paths to digests; `versions` has a fingerprint of program
    versions by task and by format; `formats` are the names wanted."""

    settings: Settings
    config: str
    config_digest: str
    catalogue: Catalogue
    resource_files: Mapping[str, str]
    companions: Mapping[str, str]
    formats: tuple[str, ...]
    versions: Mapping[str, str]
    blobs: dict[str, bytes] = field(default_factory=dict)
    """Small shared inputs by digest, which the caller puts into the store before running a step."""

    def blob(self, data: bytes) -> BlobOf:
        digest = digest_of(data)
        self.blobs[digest] = data
        return BlobOf(digest)

    def editions(self) -> Iterator[Edition]:
        for course in self.catalogue.courses:
            for language in self.settings.languages:
                for variant in Variant:
                    if lessons := course.lessons_in(language, variant):
                        yield Edition(course, language, variant, lessons)


def read_id(lesson: Lesson) -> str:
    return f"read:{lesson.source}"


def course_input(blueprint: Blueprint, course: Course) -> BlobOf:
    """The course for renderers: without digests, which change with every edit."""
    return blueprint.blob(encode(without_digests(course)))


def course_files(blueprint: Blueprint, course: Course) -> dict[str, FileOf]:
    """The course's published resources whose files exist."""
    folder = f"{blueprint.settings.content}/{course.id}"
    found = ((resource, f"{folder}/{resource}") for resource in sorted(course.resources))
    return {
        resource: FileOf(path, blueprint.resource_files[path])
        for resource, path in found
        if path in blueprint.resource_files
    }


def picture_inputs(
    blueprint: Blueprint, course: Course, lessons: Iterable[Lesson], read: Mapping[str, Result]
) -> dict[str, Input]:
    shown = {str(one) for lesson in lessons for one in facts_list(read[read_id(lesson)], "pictures")}
    files = course_files(blueprint, course)
    return {f"resource/{resource}": files[resource] for resource in sorted(shown) if resource in files}


def facts_list(result: Result, name: str) -> list[object]:
    value = result.facts.get(name, [])
    return value if isinstance(value, list) else []


def without_digests(course: Course) -> Course:
    return replace(
        course,
        lessons=tuple(replace(lesson, source_digest="") for lesson in course.lessons),
        resources={name: replace(one, source_digest="") for name, one in course.resources.items()},
    )
