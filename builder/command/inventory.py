"""What a finished build has made, as forms for pages and as the manifest. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from builder.command.blueprint import Blueprint, Edition
from builder.command.plan import profiles
from builder.command.recordings_plan import UsedRecording, media_id, recording_files, used_recordings
from builder.command.sound_plan import audio_id
from builder.jobs.store import Result
from builder.model.course import Course, Lesson, Rights
from builder.model.document import Variant
from builder.model.format import FORMAT_BY_NAME, FORMATS, Maker
from builder.model.language import LanguageTag
from builder.model.manifest import (
    MANIFEST_VERSION,
    Artefact,
    CourseEntry,
    LessonEntry,
    Manifest,
    ResourceEntry,
    Withheld,
)
from builder.publishing import paths
from builder.publishing.requests import Form, RecordingFiles

Forms = Mapping[tuple[str, str], tuple[Form, ...]]
"""By (edition name, lesson name); a whole course's under an empty lesson name."""


@dataclass(frozen=True, slots=True)
class Product:
    """A published file that belongs to a lesson or course, and the job and output that make it."""

    job: str
    output: str
    path: str
    edition: Edition
    lesson: str
    format: str
    profile: str
    size_pt: int | None
    source: str
    source_digest: str
    recording: str = ""
    reviewed: bool | None = None
    media_type: str = ""

    @property
    def type(self) -> str:
        """Its own media type where it has one, else that of its format."""
        return self.media_type or FORMAT_BY_NAME[self.format].media_type


def list_products(blueprint: Blueprint, course_digests: Mapping[str, str]) -> Iterator[Product]:
    """Every lesson x language x variant x format that the plan holds. `course_digests` are of each course.toml."""
    for edition in blueprint.editions():
        course, language, variant = edition.course, edition.language, edition.variant
        digest = course_digests.get(course.source, "")
        for lesson in edition.lessons:
            path = paths.lesson_path(course.id, lesson.name, language, variant)
            yield Product(
                f"page:{path}",
                "page",
                path,
                edition,
                lesson.name,
                "html",
                "",
                None,
                lesson.source,
                lesson.source_digest,
            )
        if variant is Variant.STANDARD:
            path = paths.course_path(course.id, language)
            yield Product(f"page:{path}", "page", path, edition, "", "html", "", None, course.source, digest)
            if "case" in blueprint.formats:
                path = paths.export_path("case", course.id, "", language)
                yield Product(f"format:{path}", "file", path, edition, "", "case", "", None, course.source, digest)
        yield from _sound_products(blueprint, edition, digest)
        for name, profile, size_pt in profiles(blueprint):
            found = FORMAT_BY_NAME[name]
            targets = [(lesson.name, lesson.source, lesson.source_digest) for lesson in edition.lessons]
            targets = targets if found.for_lessons else []
            for lesson_name, source, source_digest in [*targets, *([("", course.source, digest)] * found.for_courses)]:
                path = paths.export_path(name, course.id, lesson_name, language, variant, profile)
                yield Product(
                    f"format:{path}", "file", path, edition, lesson_name, name, profile, size_pt, source, source_digest
                )


def _sound_products(blueprint: Blueprint, edition: Edition, digest: str) -> Iterator[Product]:
    course, language, variant = edition.course, edition.language, edition.variant
    for one in FORMATS:
        if one.maker is not Maker.SOUND or one.name not in blueprint.formats:
            continue
        for lesson in edition.lessons if one.for_lessons else ():
            path = paths.export_path(one.name, course.id, lesson.name, language, variant)
            source = (lesson.source, lesson.source_digest)
            yield Product(audio_id(lesson), one.name, path, edition, lesson.name, one.name, "", None, *source)
        if one.for_courses:
            path = paths.export_path(one.name, course.id, "", language, variant)
            yield Product(f"format:{path}", "file", path, edition, "", one.name, "", None, course.source, digest)


def list_recording_products(blueprint: Blueprint, results: Mapping[str, Result]) -> Iterator[Product]:
    """Every file that was made of a recording, under the first lesson that shows it. `results` has those of
    `plan_words`."""
    seen: set[str] = set()
    for edition in blueprint.editions():
        for lesson in edition.lessons:
            files = recording_files(blueprint, lesson, results)
            for used in used_recordings(blueprint, [lesson], results):
                if used.file not in files or used.tracks_id in seen:
                    continue
                seen.add(used.tracks_id)
                yield from _products_of(edition, lesson, used, files[used.file])


def _products_of(edition: Edition, lesson: Lesson, used: UsedRecording, made: RecordingFiles) -> Iterator[Product]:
    def product(job: str, output: str, path: str, name: str, profile: str, file: str) -> Product:
        source = (lesson.source, lesson.source_digest)
        return Product(job, output, path, edition, lesson.name, name, profile, None, *source, recording=file)

    media = [(used.file, one) for one in made.sources] + [(used.sign_language, one) for one in made.sign_language]
    for file, one in media:
        label = one.label.value
        played = product(media_id(lesson.course, file), label, one.path, "recording", label, file)
        yield replace(played, media_type=one.media_type)
    for track in made.tracks:
        text = track.path.removesuffix(".vtt") + ".txt"
        for name, path in (("captions", track.path), ("transcript", text)):
            words = product(used.tracks_id, path, path, name, track.language, used.file)
            yield replace(words, reviewed=track.is_reviewed)


def forms_of(products: Iterable[Product], results: Mapping[str, Result]) -> Forms:
    """The other forms that were really made, for the pages that offer them."""
    forms: dict[tuple[str, str], tuple[Form, ...]] = {}
    for product in products:
        result = results.get(product.job)
        if (
            result is None
            or product.recording
            or product.format == "html"
            or not FORMAT_BY_NAME[product.format].is_offered
        ):
            continue
        form = Form(
            product.format,
            product.path,
            result.outputs[product.output].size,
            _number(result, "pages"),
            product.edition.language,
            product.edition.variant,
            product.size_pt if product.profile else None,
            _number(result, "words"),
            _number(result, "duration_ms"),
        )
        place = (product.edition.name, product.lesson)
        forms[place] = (*forms.get(place, ()), form)
    return forms


def make_manifest(
    blueprint: Blueprint,
    products: Iterable[Product],
    results: Mapping[str, Result],
    withheld: Mapping[str, str],
) -> Manifest:
    """The manifest of what was really made; lessons or formats that failed are simply not in it."""
    artefacts = [
        Artefact(
            course=product.edition.course.id,
            lesson=product.lesson,
            language=product.edition.language,
            variant=product.edition.variant.value,
            format=product.format,
            path=product.path,
            media_type=product.type,
            size=results[product.job].outputs[product.output].size,
            digest=results[product.job].outputs[product.output].digest,
            source=product.source,
            source_digest=product.source_digest,
            pages=_number(results[product.job], "pages"),
            words=_number(results[product.job], "words"),
            profile=product.profile,
            duration_ms=_number(results[product.job], "duration_ms"),
            recording=product.recording,
            reviewed=product.reviewed,
        )
        for product in products
        if product.job in results
    ]
    return Manifest(
        MANIFEST_VERSION,
        list(blueprint.settings.languages),
        [_course_entry(course, blueprint) for course in blueprint.catalogue.courses],
        artefacts,
        [Withheld(path, reason) for path, reason in withheld.items()],
    )


def _course_entry(course: Course, blueprint: Blueprint) -> CourseEntry:
    folder = f"{blueprint.settings.content}/{course.id}"
    return CourseEntry(
        id=course.id,
        languages=list(course.languages),
        titles=_texts(course.title),
        descriptions=_texts(course.description),
        units=_texts(course.unit),
        type=course.type.value,
        **_rights(course.rights),
        ects=course.credits.ects if course.credits else None,
        national_credits=course.credits.national if course.credits else None,
        people=[{"name": person.name, "role": person.role} for person in course.people],
        lessons=[_lesson_entry(course, name) for name in course.lesson_names()],
        resources=[
            ResourceEntry(
                path=paths.resource_path(course.id, name),
                type=one.type.value,
                languages=list(one.languages),
                **_rights(one.rights),
                unit=one.unit,
                digest=blueprint.resource_files.get(f"{folder}/{name}", ""),
            )
            for name, one in sorted(course.resources.items())
        ],
    )


def _lesson_entry(course: Course, name: str) -> LessonEntry:
    versions = [one for one in course.lessons if one.name == name]
    standard = [one for one in versions if one.variant is Variant.STANDARD] or versions
    return LessonEntry(
        name=name,
        order=standard[0].order,
        titles={one.language: one.title for one in standard},
        type=standard[0].type.value,
        **_rights(standard[0].rights),
    )


def _rights(rights: Rights) -> dict[str, str]:
    return {"holder": rights.holder, "licence": rights.licence, "access": rights.access.value}


def _texts(by_language: Mapping[LanguageTag, str]) -> dict[str, str]:
    return {str(language): text for language, text in by_language.items()}


def _number(result: Result, fact: str) -> int | None:
    number = result.facts.get(fact)
    return number if isinstance(number, int) else None
