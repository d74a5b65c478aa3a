"""Lessons read aloud, as jobs. Pure.

Document -> script of chunks -> every chunk spoken and coded -> joined to a lesson's files -> a course's books.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from builder.command.blueprint import Blueprint, Edition, course_input, picture_inputs, read_id
from builder.command.recordings_plan import document_of
from builder.jobs.graph import FileOf, Input, Job, OutputOf
from builder.jobs.store import Result
from builder.model.codec import encode
from builder.model.course import Lesson
from builder.model.format import FORMATS, Maker
from builder.model.settings import SpeechSettings
from builder.publishing import paths

SCRIPT_TASK: Final = "media_pipeline.tasks:write_scripts"
TEXTS_TASK: Final = "media_pipeline.tasks:script_texts"
SPEAK_TASK: Final = "media_pipeline.tasks:speak_chunks"
JOIN_TASK: Final = "media_pipeline.tasks:join_lessons"
M4B_TASK: Final = "media_pipeline.tasks:bind_books"
ZIP_TASK: Final = "media_pipeline.tasks:zip_lessons"
FRONT_TASK: Final = "builder.command.tasks:write_fronts"
BOOK_TASK: Final = "builder.command.tasks:render_with_sound"

SOUND_FORMATS: Final = frozenset(one.name for one in FORMATS if one.maker is Maker.SOUND)
_LESSON_FILES: Final = ("opus", "mp3", "sync")


def audio_id(lesson: Lesson) -> str:
    return f"audio:{lesson.source}"


def wants_sound(blueprint: Blueprint) -> bool:
    """Whether any of the wanted formats is made of narration."""
    return not SOUND_FORMATS.isdisjoint(blueprint.formats)


# ---------------------------------------------------------------- lessons read aloud


def _script_id(lesson: Lesson) -> str:
    return f"script:{lesson.source}"


def _script_job(blueprint: Blueprint, lesson: Lesson) -> Job:
    inputs: dict[str, Input] = {
        "document": OutputOf(read_id(lesson), "document"),
        "speech": blueprint.blob(encode(_speaking(blueprint.settings.speech))),
    }
    path = f"{blueprint.settings.content}/{lesson.course}/pronunciation.toml"
    if path in blueprint.companions:
        inputs["pronunciation"] = FileOf(path, blueprint.companions[path])
    return Job(
        id=_script_id(lesson),
        task=SCRIPT_TASK,
        subject=lesson.source,
        version=blueprint.versions[SCRIPT_TASK],
        parameters={"pronunciation": path},
        inputs=inputs,
    )


def plan_scripts(blueprint: Blueprint, read: Mapping[str, Result]) -> list[Job]:
    """What every lesson's audio version says, in chunks. `read` has the results of reading."""
    if not wants_sound(blueprint):
        return []
    lessons = (lesson for edition in blueprint.editions() for lesson in edition.lessons)
    return [_script_job(blueprint, lesson) for lesson in lessons if read_id(lesson) in read]


def plan_sound(blueprint: Blueprint, found: Mapping[str, Result]) -> list[Job]:
    """Chunks, lessons and books. `found` has the results of reading and of `plan_scripts`."""
    if not wants_sound(blueprint):
        return []
    jobs: list[Job] = []
    for edition in blueprint.editions():
        spoken: list[tuple[Lesson, int]] = []
        for lesson in edition.lessons:
            if _script_id(lesson) not in found:
                continue
            count = cast(int, found[_script_id(lesson)].facts["chunks"])
            spoken.append((lesson, count))
            jobs += _lesson_jobs(blueprint, edition, lesson, count)
        if spoken:
            jobs += _book_jobs(blueprint, edition, spoken, found)
    return jobs


def _lesson_jobs(blueprint: Blueprint, edition: Edition, lesson: Lesson, count: int) -> Iterator[Job]:
    yield from _chunk_jobs(blueprint, _script_id(lesson), lesson.source, count)
    numbers = {one.name: number for number, one in enumerate(edition.lessons, 1)}
    published: dict[str, str] = {
        name: _lesson_path(name, lesson) for name in _LESSON_FILES if name in blueprint.formats
    }
    yield _join_job(
        blueprint,
        edition,
        audio_id(lesson),
        _script_id(lesson),
        lesson.source,
        count,
        {"title": lesson.title, "lesson": lesson.name, "number": numbers[lesson.name]},
        published,
    )


def _lesson_path(name: str, lesson: Lesson) -> str:
    return paths.export_path(name, lesson.course, lesson.name, lesson.language, lesson.variant)


def _chunk_jobs(blueprint: Blueprint, script: str, subject: str, count: int) -> Iterator[Job]:
    speech = blueprint.blob(encode(_speaking(blueprint.settings.speech)))
    codecs = ["opus", "mp3", *(["aac"] if "m4b" in blueprint.formats else [])]
    for number in range(count):
        yield Job(
            id=_chunk_id(script, number),
            task=SPEAK_TASK,
            subject=subject,
            version=blueprint.versions[SPEAK_TASK],
            parameters={"codecs": codecs},
            inputs={"chunk": OutputOf(script, f"chunk/{number:04}"), "speech": speech},
            tools=_engines(blueprint),
        )


def _chunk_id(script: str, number: int) -> str:
    return f"speech:{script.partition(':')[2]}:{number:04}"


def _engines(blueprint: Blueprint) -> tuple[str, ...]:
    """Engines that a worker needs beside the one that comes with Jetki."""
    named = {voice.partition(":")[0] for voice in blueprint.settings.speech.voices.values()}
    return tuple(sorted(named - {"espeak-ng"}))


def _speaking(settings: SpeechSettings) -> SpeechSettings:
    """What a chunk's sound depends on: another model for recordings must not make every lesson be spoken anew."""
    return replace(settings, models={})


def _join_job(
    blueprint: Blueprint,
    edition: Edition,
    name: str,
    script: str,
    subject: str,
    count: int,
    own: Mapping[str, object],
    published: Mapping[str, str],
) -> Job:
    inputs: dict[str, Input] = {"places": OutputOf(script, "places")}
    for number in range(count):
        for output in ("opus", "mp3", "times"):
            inputs[f"chunk/{number:04}/{output}"] = OutputOf(_chunk_id(script, number), output)
    return Job(
        id=name,
        task=JOIN_TASK,
        subject=subject,
        version=blueprint.versions[JOIN_TASK],
        parameters={**_course_tags(blueprint, edition), "total": len(edition.lessons), **own},
        inputs=inputs,
        publishes=published,
    )


def _course_tags(blueprint: Blueprint, edition: Edition) -> dict[str, object]:
    course = edition.course
    return {
        "course": course.id,
        "course_title": course.title[edition.language],
        "language": edition.language,
        "variant": edition.variant.value,
        "authors": [person.name for person in course.people if person.role == "author"],
        "publisher": blueprint.settings.publisher,
        "rights": f"{course.rights.holder}, {course.rights.licence}",
    }


# ---------------------------------------------------------------- books


def _book_jobs(
    blueprint: Blueprint, edition: Edition, spoken: Sequence[tuple[Lesson, int]], found: Mapping[str, Result]
) -> Iterator[Job]:
    wanted = [name for name in ("m4b", "mp3-zip", "epub-audio", "daisy") if name in blueprint.formats]
    tags = {**_course_tags(blueprint, edition), "titles": [lesson.title for lesson, _ in spoken]}
    if {"epub-audio", "daisy"} & set(wanted):
        yield from _front_jobs(blueprint, edition, [lesson for lesson, _ in spoken])
    for name in wanted:
        inputs: dict[str, Input] = {}
        for number, (lesson, count) in enumerate(spoken):
            inputs[f"lesson/{number:04}/sync"] = OutputOf(audio_id(lesson), "sync")
            if name == "m4b":
                for chunk in range(count):
                    place = f"lesson/{number:04}/aac/{chunk:04}"
                    inputs[place] = OutputOf(_chunk_id(_script_id(lesson), chunk), "aac")
            else:
                inputs[f"lesson/{number:04}/mp3"] = OutputOf(audio_id(lesson), "mp3")
        task, parameters = {"m4b": M4B_TASK, "mp3-zip": ZIP_TASK}.get(name, BOOK_TASK), tags
        if task == BOOK_TASK:
            lessons = [lesson for lesson, _ in spoken]
            inputs |= _front_inputs(blueprint, edition, lessons, found)
            inputs |= {"front/sync": OutputOf(_front_audio(edition), "sync")}
            inputs |= {"front/mp3": OutputOf(_front_audio(edition), "mp3")}
            parameters = {"format": name, "language": edition.language, "variant": edition.variant.value}
        path = paths.export_path(name, edition.course.id, "", edition.language, edition.variant)
        yield Job(
            id=f"format:{path}",
            task=task,
            subject=edition.course.source,
            version=blueprint.versions[task],
            parameters=parameters,
            inputs=inputs,
            publishes={"file": path},
        )


def _front_script(edition: Edition) -> str:
    return f"script:{edition.name}"


def _front_audio(edition: Edition) -> str:
    return f"audio:{edition.name}"


def _front_jobs(blueprint: Blueprint, edition: Edition, lessons: Sequence[Lesson]) -> Iterator[Job]:
    """The first pages of a book, which no lesson holds: their texts, as script, spoken, joined."""
    texts = f"front:{edition.name}"
    subject = edition.course.source
    inputs: dict[str, Input] = {**_book_inputs(blueprint, edition)}
    inputs |= {f"document/{order:04}": document_of(blueprint, lesson, {}) for order, lesson in enumerate(lessons)}
    parameters = {"language": edition.language, "variant": edition.variant.value}
    yield Job(texts, FRONT_TASK, subject, blueprint.versions[FRONT_TASK], parameters, inputs)
    script = _front_script(edition)
    yield Job(script, TEXTS_TASK, subject, blueprint.versions[TEXTS_TASK], {}, {"texts": OutputOf(texts, "texts")})
    yield from _chunk_jobs(blueprint, script, subject, 1)
    own = {"title": edition.course.title[edition.language], "lesson": "", "number": 0}
    yield _join_job(blueprint, edition, _front_audio(edition), script, subject, 1, own, {})


def _book_inputs(blueprint: Blueprint, edition: Edition) -> dict[str, Input]:
    return {"course": course_input(blueprint, edition.course), "settings": blueprint.blob(encode(blueprint.settings))}


def _front_inputs(
    blueprint: Blueprint, edition: Edition, lessons: Sequence[Lesson], found: Mapping[str, Result]
) -> dict[str, Input]:
    inputs = _book_inputs(blueprint, edition)
    inputs |= {f"document/{order:04}": document_of(blueprint, lesson, found) for order, lesson in enumerate(lessons)}
    return inputs | picture_inputs(blueprint, edition.course, lessons, found)
