"""A project as jobs, in five steps. Pure: each step reads only what the steps before it have found out.

1. `plan_reading`   every lesson's Markdown -> Document
2. `plan_words`     recordings -> captions and what pages play; Documents -> what is read aloud
3. `plan_formats`   Documents, now with the words of recordings -> large print, braille, EPUB, plain text, sound
4. `plan_pages`     Documents and what is now known of their other forms -> pages, search, media, case packages
5. `plan_course_pages`   the pages that name the size of a case package, which itself holds pages
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from builder.command.blueprint import (
    Blueprint,
    Edition,
    course_files,
    course_input,
    picture_inputs,
    read_id,
    without_digests,
)
from builder.command.recordings_plan import (
    document_of,
    plan_documents,
    plan_recordings,
    published_parts,
    recording_files,
    used_recordings,
)
from builder.command.sound_plan import audio_id, plan_scripts, plan_sound
from builder.jobs.graph import FileOf, Input, Job, OutputOf
from builder.jobs.store import Result
from builder.model.codec import encode
from builder.model.course import Catalogue, Course, Lesson
from builder.model.document import Variant
from builder.model.format import FORMAT_BY_NAME, Maker
from builder.model.language import LanguageTag
from builder.publishing import paths
from builder.publishing.requests import Form, MediaSource, PageKind, RecordingFiles
from builder.publishing.search import index_path

READ_TASK = "jetki:read_lessons"
RENDER_TASK = "builder.command.tasks:render"
PAGE_TASK = "builder.command.tasks:build_pages"
ASSETS_TASK = "builder.command.tasks:collect_assets"
COPY_TASK = "builder.command.tasks:copy_files"
INDEX_TASK = "builder.command.tasks:index_documents"
MERGE_TASK = "builder.command.tasks:merge_indexes"
CASE_TASK = "builder.command.tasks:pack_cases"


def plan_reading(blueprint: Blueprint) -> list[Job]:
    """One job for each lesson file. They see only what links need of the catalogue, so that a new title or a changed
    file elsewhere does not make every lesson be read again."""
    linking = blueprint.blob(encode(_for_linking(blueprint.catalogue)))
    return [
        Job(
            id=read_id(lesson),
            task=READ_TASK,
            subject=lesson.source,
            version=blueprint.versions[READ_TASK],
            parameters={"lesson": encode(lesson).decode()},
            inputs={"source": FileOf(lesson.source, lesson.source_digest), "catalogue": linking},
        )
        for edition in blueprint.editions()
        for lesson in edition.lessons
    ]


def plan_words(blueprint: Blueprint, read: Mapping[str, Result]) -> list[Job]:
    """Captions and playable files of recordings, and scripts of lessons. `read` has the results of `plan_reading`."""
    return [*plan_recordings(blueprint, read), *plan_scripts(blueprint, read)]


def plan_formats(blueprint: Blueprint, read: Mapping[str, Result]) -> list[Job]:
    """Every wanted format of every lesson and course. `read` has the results of the steps before, by job id."""
    jobs: list[Job] = [*plan_documents(blueprint, read), *plan_sound(blueprint, read)]
    settings = blueprint.blob(encode(blueprint.settings))
    for edition in blueprint.editions():
        lessons = [lesson for lesson in edition.lessons if read_id(lesson) in read]
        course = course_input(blueprint, edition.course)
        for name, profile, size_pt in profiles(blueprint):
            found = FORMAT_BY_NAME[name]
            groups: list[tuple[str, str, Sequence[Lesson]]] = []
            if found.for_lessons:
                groups += [(lesson.name, lesson.source, [lesson]) for lesson in lessons]
            if found.for_courses and lessons:
                groups.append(("", edition.course.source, lessons))
            for lesson_name, subject, members in groups:
                inputs: dict[str, Input] = {"course": course, "settings": settings}
                for order, lesson in enumerate(members):
                    inputs[f"document/{order:04}"] = document_of(blueprint, lesson, read)
                inputs |= picture_inputs(blueprint, edition.course, members, read)
                path = paths.export_path(
                    name, edition.course.id, lesson_name, edition.language, edition.variant, profile
                )
                jobs.append(
                    Job(
                        id=f"format:{path}",
                        task=RENDER_TASK,
                        subject=subject,
                        version=blueprint.versions[name],
                        parameters={
                            "format": name,
                            "size_pt": size_pt,
                            "language": edition.language,
                            "variant": edition.variant.value,
                            "whole_course": not lesson_name,
                        },
                        inputs=inputs,
                        publishes={"file": path},
                    )
                )
    return jobs


def plan_pages(
    blueprint: Blueprint, read: Mapping[str, Result], forms: Mapping[tuple[str, str], tuple[Form, ...]]
) -> list[Job]:
    """Lesson pages, lists of courses, search, media and case packages.

    `forms` has the other forms by (edition name, lesson name), the whole course's under an empty lesson name.
    """
    site = _site_inputs(blueprint)
    jobs: list[Job] = []
    for edition in blueprint.editions():
        for lesson in edition.lessons:
            if read_id(lesson) not in read:
                continue
            path = paths.lesson_path(edition.course.id, lesson.name, edition.language, edition.variant)
            document: Mapping[str, Input] = {"document": document_of(blueprint, lesson, read)}
            jobs.append(
                _page_job(
                    blueprint,
                    PageKind.LESSON,
                    path,
                    lesson.source,
                    edition.language,
                    edition.course.id,
                    forms.get((edition.name, lesson.name), ()),
                    {
                        **site,
                        **document,
                        **picture_inputs(blueprint, edition.course, [lesson], read),
                        **_narration(lesson, read),
                    },
                    recording_files(blueprint, lesson, read),
                )
            )
            jobs.append(
                Job(
                    id=_index_id(lesson),
                    task=INDEX_TASK,
                    subject=lesson.source,
                    version=blueprint.versions[INDEX_TASK],
                    inputs=document,
                )
            )
    for language in blueprint.settings.languages:
        for kind, path in ((PageKind.HOME, paths.home_path(language)), (PageKind.SEARCH, paths.search_path(language))):
            jobs.append(_page_job(blueprint, kind, path, blueprint.config, language, "", (), site))
        indexed = [
            lesson
            for edition in blueprint.editions()
            if edition.language == language
            for lesson in edition.lessons
            if read_id(lesson) in read
        ]
        jobs.append(
            Job(
                id=f"search:{language}",
                task=MERGE_TASK,
                subject=blueprint.config,
                version=blueprint.versions[MERGE_TASK],
                parameters={"language": language},
                inputs={
                    f"entry/{order:05}": OutputOf(_index_id(lesson), "entry") for order, lesson in enumerate(indexed)
                },
                publishes={"index": index_path(language)},
            )
        )
    first = blueprint.settings.default_language
    for kind, path in ((PageKind.LANDING, paths.LANDING_PATH), (PageKind.NOT_FOUND, paths.NOT_FOUND_PATH)):
        jobs.append(_page_job(blueprint, kind, path, blueprint.config, first, "", (), site))
    jobs.append(Job("assets", ASSETS_TASK, blueprint.config, blueprint.versions[ASSETS_TASK], publishes={"*": ""}))
    jobs += _plan_media(blueprint)
    if "case" in blueprint.formats:
        jobs += _plan_cases(blueprint, read, forms, site)
    return jobs


def plan_course_pages(blueprint: Blueprint, forms: Mapping[tuple[str, str], tuple[Form, ...]]) -> list[Job]:
    """Every course's first page in each of its languages, with all forms of the course, case packages among them."""
    site = _site_inputs(blueprint)
    return [
        _page_job(
            blueprint,
            PageKind.COURSE,
            paths.course_path(course.id, language),
            course.source,
            language,
            course.id,
            _course_forms(course, language, forms),
            site,
        )
        for course in blueprint.catalogue.courses
        for language in blueprint.settings.languages
        if language in course.languages
    ]


def _course_forms(
    course: Course, language: LanguageTag, forms: Mapping[tuple[str, str], tuple[Form, ...]]
) -> tuple[Form, ...]:
    return tuple(
        form for variant in Variant for form in forms.get((Edition(course, language, variant, ()).name, ""), ())
    )


def _plan_cases(
    blueprint: Blueprint,
    read: Mapping[str, Result],
    forms: Mapping[tuple[str, str], tuple[Form, ...]],
    site: Mapping[str, Input],
) -> Iterator[Job]:
    """A package holds both variants of a course. Its course page is one of its own: it cannot offer the package."""
    for course in blueprint.catalogue.courses:
        for language in blueprint.settings.languages:
            lessons = [
                lesson
                for variant in Variant
                for lesson in course.lessons_in(language, variant)
                if read_id(lesson) in read
            ]
            if not lessons:
                continue
            # A lesson's sound is in the package once; books made of the same sound would fill it four times over.
            course_forms = tuple(
                form
                for form in _course_forms(course, language, forms)
                if FORMAT_BY_NAME[form.format].maker is not Maker.SOUND
            )
            course_path = paths.course_path(course.id, language)
            page = replace(
                _page_job(
                    blueprint, PageKind.COURSE, course_path, course.source, language, course.id, course_forms, site
                ),
                id=f"case-page:{course_path}",
                publishes={},
            )
            yield page
            pages = [paths.lesson_path(course.id, one.name, language, one.variant) for one in lessons]
            inputs: dict[str, Input] = {
                **site,
                f"file/{course_path}": OutputOf(page.id, "page"),
                f"file/{paths.search_path(language)}": OutputOf(f"page:{paths.search_path(language)}", "page"),
            }
            inputs |= {f"file/{path}": OutputOf(f"page:{path}", "page") for path in pages}
            inputs |= {f"file/{form.path}": OutputOf(f"format:{form.path}", "file") for form in course_forms}
            for lesson in lessons:
                edition = Edition(course, lesson.language, lesson.variant, ())
                for form in forms.get((edition.name, lesson.name), ()):
                    is_sound = FORMAT_BY_NAME[form.format].maker is Maker.SOUND
                    made = (audio_id(lesson), form.format) if is_sound else (f"format:{form.path}", "file")
                    inputs[f"file/{form.path}"] = OutputOf(*made)
            shown = list(used_recordings(blueprint, lessons, read))
            played = {file for used in shown for file in (used.file, used.sign_language)}
            # What pages play is in the package, not the big originals that it was made from.
            inputs |= {
                f"file/{paths.resource_path(course.id, resource)}": source
                for resource, source in course_files(blueprint, course).items()
                if resource not in played
            }
            for used in shown:
                inputs |= {f"file/{path}": source for path, source in published_parts(used, read).items()}
            inputs |= {f"entry/{order:05}": OutputOf(_index_id(one), "entry") for order, one in enumerate(lessons)}
            path = paths.export_path("case", course.id, "", language)
            yield Job(
                id=f"format:{path}",
                task=CASE_TASK,
                subject=course.source,
                version=blueprint.versions[CASE_TASK],
                parameters={"course": course.id, "language": language},
                inputs=inputs,
                publishes={"file": path},
            )


def _plan_media(blueprint: Blueprint) -> Iterator[Job]:
    for course in blueprint.catalogue.courses:
        for resource, source in course_files(blueprint, course).items():
            path = paths.resource_path(course.id, resource)
            yield Job(
                id=f"media:{path}",
                task=COPY_TASK,
                subject=source.path,
                version=blueprint.versions[COPY_TASK],
                inputs={"file": replace(source, on_disk=True)},
                publishes={"file": path},
                local=True,  # no worker of a cluster is nearer to a source file
            )


def _narration(lesson: Lesson, read: Mapping[str, Result]) -> dict[str, Input]:
    return {"narration": OutputOf(audio_id(lesson), "sync")} if audio_id(lesson) in read else {}


def _page_job(
    blueprint: Blueprint,
    kind: PageKind,
    path: str,
    subject: str,
    language: LanguageTag,
    course: str,
    forms: Sequence[Form],
    inputs: Mapping[str, Input],
    recordings: Mapping[str, RecordingFiles] | None = None,
) -> Job:
    return Job(
        id=f"page:{path}",
        task=PAGE_TASK,
        subject=subject,
        version=blueprint.versions[PAGE_TASK],
        parameters={
            "kind": kind.value,
            "path": path,
            "language": language,
            "course": course,
            "config": blueprint.config,
            "forms": [_form_values(form) for form in forms],
            "recordings": {name: _recording_values(one) for name, one in (recordings or {}).items()},
        },
        inputs=inputs,
        publishes={"page": path},
        batch="pages",
        local=True,  # mkdocs.yml may name files of the project
    )


def _form_values(form: Form) -> list[object]:
    place = [form.format, form.path, form.size, form.pages, form.language, form.variant.value]
    return [*place, form.font_size_pt, form.words, form.duration_ms]


def _recording_values(files: RecordingFiles) -> list[object]:
    """As `builder.command.tasks` reads them."""
    sources, sign_language = map(_source_values, files.sources), map(_source_values, files.sign_language)
    tracks = [[one.path, one.language, one.kind.value, one.is_reviewed] for one in files.tracks]
    return [list(sources), tracks, files.transcript_path, files.poster, files.duration_ms, list(sign_language)]


def _source_values(one: MediaSource) -> list[object]:
    return [one.path, one.media_type, one.size, one.label.value, one.width, one.height]


def _site_inputs(blueprint: Blueprint) -> dict[str, Input]:
    """What every page may show: settings, titles and rights, but no digests, which change with every edit."""
    catalogue = replace(
        blueprint.catalogue, courses=tuple(without_digests(course) for course in blueprint.catalogue.courses)
    )
    return {
        "settings": blueprint.blob(encode(blueprint.settings)),
        "catalogue": blueprint.blob(encode(catalogue)),
        "config": FileOf(blueprint.config, blueprint.config_digest),
    }


def profiles(blueprint: Blueprint) -> Iterator[tuple[str, str, int | None]]:
    """Wanted renderable formats as (name, profile in the file name, size in points)."""
    for name in blueprint.formats:
        if FORMAT_BY_NAME[name].maker is not Maker.RENDERER:
            continue
        if name != "large-print":
            yield name, "", None
            continue
        for order, size in enumerate(blueprint.settings.large_print_sizes):
            yield name, f"{size}pt" if order else "", size


def _index_id(lesson: Lesson) -> str:
    return f"index:{lesson.source}"


def _for_linking(catalogue: Catalogue) -> Catalogue:
    nothing: Mapping[LanguageTag, str] = {}
    courses = (
        replace(
            without_digests(course),
            title=nothing,
            description=nothing,
            unit=nothing,
            people=(),
            lessons=tuple(
                replace(one, source_digest="", title="", description="", recordings=()) for one in course.lessons
            ),
        )
        for course in catalogue.courses
    )
    return replace(catalogue, courses=tuple(courses))
