"""The recordings of a project as jobs. Pure.

A recording becomes what pages play, and captions: an author's own, else a machine's. Captions become caption files and
transcripts, and are put into the Documents that show the recording, so that every format has its words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, cast

from builder.command.blueprint import Blueprint, facts_list, read_id
from builder.jobs.graph import FileOf, Input, Job, OutputOf
from builder.jobs.store import Result
from builder.model.captions import CaptionKind
from builder.model.codec import encode
from builder.model.course import Course, Lesson
from builder.model.document import RecordingKind
from builder.model.format import FORMATS, Maker
from builder.model.language import SITE_LANGUAGES, LanguageTag
from builder.publishing import paths
from builder.publishing.requests import MediaSize, MediaSource, RecordingFiles, Track
from builder.reading.recordings import kind_of_recording

PREPARE_TASK: Final = "media_pipeline.tasks:prepare_recordings"
CAPTION_TASK: Final = "media_pipeline.tasks:caption_recordings"
TRACKS_TASK: Final = "media_pipeline.tasks:write_tracks"
READ_SCRIPT_TASK: Final = "builder.command.tasks:read_scripts"
DOCUMENT_TASK: Final = "builder.command.tasks:complete_documents"

_MADE: Final = (
    *(".normal.mp3", ".normal.mp4", ".small.mp4"),
    *(f".{tag}.{ending}" for tag in SITE_LANGUAGES for ending in ("vtt", "txt")),
)
"""Endings of everything that is made of a recording."""

RECORDING_FORMATS: Final = frozenset(one.name for one in FORMATS if one.maker is Maker.RECORDINGS)


def wants_recordings(blueprint: Blueprint) -> bool:
    """Whether recordings are prepared and written down."""
    return not RECORDING_FORMATS.isdisjoint(blueprint.formats)


@dataclass(frozen=True, slots=True)
class UsedRecording:
    """A recording as the lessons of a course use it: the same file, language and script are prepared once.

    `lesson` is the first that shows it, `line` where. A stem is a site path without ending: what is made of a recording
    is named by it.
    """

    lesson: Lesson
    file: str
    kind: RecordingKind
    language: LanguageTag
    script: str
    sign_language: str
    title: str
    line: int
    stem: str
    sign_language_stem: str

    @property
    def captions_id(self) -> str:
        return f"captions:{self.lesson.course}/{self.file}:{self.language}:{self.script}"

    @property
    def tracks_id(self) -> str:
        return f"tracks:{self.lesson.course}/{self.file}:{self.language}:{self.script}"


def media_id(course: str, file: str) -> str:
    """The job that makes a recording ready for pages."""
    return f"recording:{course}/{file}"


def used_recordings(
    blueprint: Blueprint, lessons: Iterable[Lesson], read: Mapping[str, Result]
) -> Iterator[UsedRecording]:
    """Every recording that the lessons show and may publish, in their order."""
    for lesson in lessons:
        if read_id(lesson) not in read:
            continue
        for row in facts_list(read[read_id(lesson)], "recordings"):
            file, kind, language, script, sign_language, title, withheld, line = cast(list[Any], row)
            if not withheld:
                course = _course(blueprint, lesson.course)
                tag = LanguageTag(language)
                yield UsedRecording(
                    lesson,
                    file,
                    RecordingKind(kind),
                    tag,
                    _script_of(course, file, tag) or script,
                    sign_language,
                    title,
                    line,
                    _stem(course, file),
                    _stem(course, sign_language) if sign_language else "",
                )


def _course(blueprint: Blueprint, name: str) -> Course:
    return next(one for one in blueprint.catalogue.courses if one.id == name)


def _script_of(course: Course, file: str, language: LanguageTag) -> str:
    """The first that a lesson names: a recording has one caption file in a language, whoever shows it."""
    declared = (one for lesson in course.lessons for one in lesson.recordings)
    return next((one.script for one in declared if one.file == file and one.language == language and one.script), "")


def _stem(course: Course, file: str) -> str:
    """The resource's path without its ending. Where another resource would meet what is made of this one (``talk.mp3``
    beside ``talk.mp4``, ``talk.ky.txt``), the ending goes in with a hyphen: ``talk-mp4``."""
    path = PurePosixPath(file)
    stem = str(path.with_suffix(""))
    others = set(course.resources) - {file}
    stems = {str(PurePosixPath(one).with_suffix("")) for one in others if kind_of_recording(one)}
    if stem in stems or any(stem + ending in others for ending in _MADE):
        stem = f"{stem}-{path.suffix[1:]}"
    while stem in stems or any(stem + ending in others for ending in _MADE):
        stem += "-"
    return paths.resource_path(course.id, stem)


def plan_recordings(blueprint: Blueprint, read: Mapping[str, Result]) -> list[Job]:
    """What pages play, captions, caption files and transcripts. `read` has the results of reading."""
    if not wants_recordings(blueprint):
        return []
    jobs: dict[str, Job] = {}
    for course in blueprint.catalogue.courses:
        for used in used_recordings(blueprint, course.lessons, read):
            for job in _recording_jobs(blueprint, used):
                jobs.setdefault(job.id, job)
    return list(jobs.values())


def plan_documents(blueprint: Blueprint, found: Mapping[str, Result]) -> list[Job]:
    """Documents that hold the words of their recordings. `found` has the results of `plan_recordings` too."""
    return [
        Job(
            id=_document_id(lesson),
            task=DOCUMENT_TASK,
            subject=lesson.source,
            version=blueprint.versions[DOCUMENT_TASK],
            parameters={"recordings": [used.file for used in known]},
            inputs={
                "document": OutputOf(read_id(lesson), "document"),
                **{f"captions/{order:04}": OutputOf(used.captions_id, "captions") for order, used in enumerate(known)},
            },
        )
        for edition in blueprint.editions()
        for lesson in edition.lessons
        if (known := _captioned(blueprint, lesson, found))
    ]


def document_of(blueprint: Blueprint, lesson: Lesson, found: Mapping[str, Result]) -> OutputOf:
    """The lesson's Document as formats read it: with the words of its recordings where there are some."""
    return OutputOf(_document_id(lesson) if _captioned(blueprint, lesson, found) else read_id(lesson), "document")


def _captioned(blueprint: Blueprint, lesson: Lesson, found: Mapping[str, Result]) -> list[UsedRecording]:
    return [used for used in used_recordings(blueprint, [lesson], found) if used.captions_id in found]


def _document_id(lesson: Lesson) -> str:
    return f"document:{lesson.source}"


def recording_files(blueprint: Blueprint, lesson: Lesson, found: Mapping[str, Result]) -> dict[str, RecordingFiles]:
    """What was made of a lesson's recordings, by resource, for its page. One that failed is not among them."""
    files: dict[str, RecordingFiles] = {}
    for used in used_recordings(blueprint, [lesson], found):
        made = found.get(media_id(lesson.course, used.file))
        if made is None:
            continue
        tracks = found.get(used.tracks_id)
        rows = facts_list(tracks, "tracks") if tracks else []
        known = [cast(tuple[str, str, bool], row) for row in rows]
        own = [language for language, _kind, _reviewed in known if language == lesson.language]
        spoken = [language for language, _kind, _reviewed in known if language == used.language]
        transcript = (own or spoken or [language for language, _kind, _reviewed in known] or [""])[0]
        sign = found.get(media_id(lesson.course, used.sign_language)) if used.sign_language else None
        duration = made.facts.get("duration_ms")
        files[used.file] = RecordingFiles(
            sources=_sources(used.stem, used.kind, made),
            tracks=tuple(
                Track(f"{used.stem}.{language}.vtt", LanguageTag(language), CaptionKind(kind), reviewed)
                for language, kind, reviewed in known
            ),
            transcript_path=f"{used.stem}.{transcript}.txt" if transcript else "",
            duration_ms=duration if isinstance(duration, int) else 0,
            sign_language=_sources(used.sign_language_stem, RecordingKind.VIDEO, sign) if sign else (),
        )
    return files


def published_parts(used: UsedRecording, found: Mapping[str, Result]) -> dict[str, OutputOf]:
    """Site path -> output of everything that was made of a recording and is published."""
    parts: dict[str, OutputOf] = {}
    for file, stem, kind in (
        (used.file, used.stem, used.kind),
        (used.sign_language, used.sign_language_stem, RecordingKind.VIDEO),
    ):
        job = media_id(used.lesson.course, file)
        if file and job in found:
            parts |= {path: OutputOf(job, label) for label, path in media_paths(stem, kind).items()}
    if used.tracks_id in found:
        parts |= {str(path): OutputOf(used.tracks_id, path) for path in found[used.tracks_id].outputs}
    return parts


def _sources(stem: str, kind: RecordingKind, made: Result) -> tuple[MediaSource, ...]:
    sizes = cast(dict[str, list[int]], made.facts.get("sizes", {}))
    media_type = "video/mp4" if kind is RecordingKind.VIDEO else "audio/mpeg"
    return tuple(
        MediaSource(path, media_type, made.outputs[label].size, MediaSize(label), *sizes.get(label, (None, None)))
        for label, path in media_paths(stem, kind).items()
    )


def _recording_jobs(blueprint: Blueprint, used: UsedRecording) -> Iterator[Job]:
    source = _resource(blueprint, used.lesson.course, used.file)
    if source is None:
        return
    yield _prepare_job(blueprint, used, used.file, used.stem, used.kind, source)
    sign = _resource(blueprint, used.lesson.course, used.sign_language) if used.sign_language else None
    if sign is not None:
        yield _prepare_job(blueprint, used, used.sign_language, used.sign_language_stem, RecordingKind.VIDEO, sign)
    inputs: dict[str, Input] = {"recording": source, "speech": blueprint.blob(encode(blueprint.settings.speech))}
    authored = dict(_authored_captions(blueprint, used))
    inputs |= {f"vtt/{tag}": one for tag, one in authored.items()}
    if used.script and used.language not in authored:
        path = f"{blueprint.settings.content}/{used.lesson.course}/{used.script}"
        if path in blueprint.companions:
            script = Job(
                id=f"script:{path}:{used.language}",
                task=READ_SCRIPT_TASK,
                subject=path,
                version=blueprint.versions[READ_SCRIPT_TASK],
                parameters={"path": path, "language": used.language},
                inputs={"script": FileOf(path, blueprint.companions[path])},
            )
            yield script
            inputs["script"] = OutputOf(script.id, "sentences")
    yield Job(
        id=used.captions_id,
        task=CAPTION_TASK,
        subject=used.lesson.source,
        version=blueprint.versions[CAPTION_TASK],
        parameters={
            "file": used.file,
            "path": source.path,
            "language": used.language,
            "vtt": {tag: one.path for tag, one in authored.items()},
        },
        inputs=inputs,
        tools=() if used.language in authored else ("whisper",),
        line=used.line,
    )
    yield Job(
        id=used.tracks_id,
        task=TRACKS_TASK,
        subject=used.lesson.source,
        version=blueprint.versions[TRACKS_TASK],
        parameters={"title": used.title, "stem": used.stem},
        inputs={"captions": OutputOf(used.captions_id, "captions")},
        publishes={"*": ""},
    )


def _prepare_job(
    blueprint: Blueprint, used: UsedRecording, file: str, stem: str, kind: RecordingKind, source: FileOf
) -> Job:
    return Job(
        id=media_id(used.lesson.course, file),
        task=PREPARE_TASK,
        subject=used.lesson.source,
        version=blueprint.versions[PREPARE_TASK],
        parameters={"file": file, "kind": kind.value},
        inputs={"recording": source},
        publishes=media_paths(stem, kind),
        tools=("ffmpeg",),
        line=used.line,
    )


def media_paths(stem: str, kind: RecordingKind) -> dict[str, str]:
    """Site paths of what is made of a recording for pages, by label. The original keeps its own name."""
    if kind is RecordingKind.VIDEO:
        return {"normal": f"{stem}.normal.mp4", "small": f"{stem}.small.mp4"}
    return {"normal": f"{stem}.normal.mp3"}


def _authored_captions(blueprint: Blueprint, used: UsedRecording) -> Iterator[tuple[LanguageTag, FileOf]]:
    stem = PurePosixPath(used.file).with_suffix("")
    for tag in SITE_LANGUAGES:
        path = f"{blueprint.settings.content}/{used.lesson.course}/{stem}.{tag}.vtt"
        digest = blueprint.companions.get(path) or blueprint.resource_files.get(path)
        if digest:
            yield tag, FileOf(path, digest)


def _resource(blueprint: Blueprint, course: str, file: str) -> FileOf | None:
    path = f"{blueprint.settings.content}/{course}/{file}"
    digest = blueprint.resource_files.get(path)
    return FileOf(path, digest, on_disk=True) if digest else None
