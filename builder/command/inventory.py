"""What a finished build has made, as forms for pages and as the manifest. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from builder.command.plan import Blueprint, Edition, profiles
from builder.jobs.store import Result
from builder.model.course import Course, Rights
from builder.model.document import Variant
from builder.model.format import FORMAT_BY_NAME
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
from builder.publishing.requests import Form

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
        for name, profile, size_pt in profiles(blueprint):
            found = FORMAT_BY_NAME[name]
            targets = [(lesson.name, lesson.source, lesson.source_digest) for lesson in edition.lessons]
            targets = targets if found.for_lessons else []
            for lesson_name, source, source_digest in [*targets, *([("", course.source, digest)] * found.for_courses)]:
                path = paths.export_path(name, course.id, lesson_name, language, variant, profile)
                yield Product(
                    f"format:{path}", "file", path, edition, lesson_name, name, profile, size_pt, source, source_digest
                )


def forms_of(products: Iterable[Product], results: Mapping[str, Result]) -> Forms:
    """The other forms that were really made, for the pages that offer them."""
    forms: dict[tuple[str, str], tuple[Form, ...]] = {}
    for product in products:
        result = results.get(product.job)
        if result is None or product.format == "html":
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
            media_type=FORMAT_BY_NAME[product.format].media_type,
            size=results[product.job].outputs[product.output].size,
            digest=results[product.job].outputs[product.output].digest,
            source=product.source,
            source_digest=product.source_digest,
            pages=_number(results[product.job], "pages"),
            words=_number(results[product.job], "words"),
            profile=product.profile,
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
