"""What the jobs of a build do, in whatever process: bytes in, bytes out.

Each function takes all calls of a batch and answers each. What several calls share (settings, catalogues, courses) is
decoded once per process.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from builder.jobs.work import Call, Made, TaskFailed
from builder.model.captions import CaptionKind
from builder.model.codec import decode, encode
from builder.model.course import Catalogue, Course, Lesson, Publication
from builder.model.document import Block, Document, Figure, Picture, Recording, Variant, map_blocks, walk
from builder.model.finding import Finding, Severity
from builder.model.language import LanguageTag
from builder.model.narration import parse_narration
from builder.model.settings import Settings


def finding_values(finding: Finding) -> list[object]:
    """A finding as JSON, for a job's facts."""
    return [finding.path, finding.line, finding.rule, finding.severity.value, dict(finding.values)]


def finding_of_values(values: Sequence[Any]) -> Finding:
    """The finding that `finding_values` wrote."""
    path, line, rule, severity, more = values
    return Finding(path, line, rule, Severity(severity), more)


Judge = Callable[[Document], Iterable[Finding]]


def read_lessons(calls: Sequence[Call], judges: Sequence[Judge]) -> Sequence[Made]:
    """Documents from Markdown. Facts: findings of the reading and of the judges, anchors, links to check, pictures."""
    return [_read(call, judges) for call in calls]


def _read(call: Call, judges: Sequence[Judge]) -> Made:
    from builder.reading.markdown import read_document

    lesson = cast(Lesson, decode(str(call.parameters["lesson"]).encode()))
    read = read_document(lesson, call.inputs["source"], cast(Catalogue, _decoded(call.inputs["catalogue"])))
    findings = [*read.findings, *(finding for judge in judges for finding in judge(read.document))]
    return Made(
        {"document": encode(read.document)},
        {
            "findings": [finding_values(finding) for finding in findings],
            "anchors": list(read.anchors),
            "anchor_links": [
                [
                    link.target.course,
                    link.target.lesson,
                    link.target.language,
                    link.target.anchor,
                    link.target.variant,
                    link.line,
                ]
                for link in read.anchor_links
            ],
            "pictures": sorted(_pictures_of(read.document)),
            "recordings": [
                [
                    one.resource,
                    one.kind.value,
                    one.language,
                    one.script,
                    one.sign_language,
                    one.title,
                    one.withheld,
                    one.line,
                ]
                for one in walk(read.document)
                if isinstance(one, Recording)
            ],
        },
    )


def _pictures_of(document: Document) -> set[str]:
    pictures = (node.picture if isinstance(node, Figure) else node for node in walk(document))
    return {one.resource for one in pictures if isinstance(one, Picture) and not one.withheld}


def read_scripts(calls: Sequence[Call]) -> Sequence[Made]:
    """The sentences that were read out in a recording, as a JSON list."""
    return [_read_script(call) for call in calls]


def _read_script(call: Call) -> Made:
    from builder.reading.script import find_script_problem, read_script

    problem = find_script_problem(call.inputs["script"])
    if problem is not None:
        line, rule, values = problem
        raise TaskFailed(rule, line=str(line), **values)
    return Made({"sentences": json.dumps(read_script(call.inputs["script"], *_script_place(call))).encode()})


def _script_place(call: Call) -> tuple[str, LanguageTag]:
    return str(call.parameters["path"]), LanguageTag(str(call.parameters["language"]))


def complete_documents(calls: Sequence[Call]) -> Sequence[Made]:
    """Documents whose recordings hold their captions: input ``captions/0000`` belongs to the first of the parameter
    ``recordings``."""
    made = []
    for call in calls:
        files = cast(list[str], call.parameters["recordings"])
        captions = dict(zip(files, map(decode, _numbered(call.inputs, "captions/")), strict=True))

        def with_words(block: Block, captions: Mapping[str, Any] = captions) -> Block:
            known = captions.get(block.resource) if isinstance(block, Recording) else None
            return replace(block, captions=known) if known and isinstance(block, Recording) else block

        document = map_blocks(cast(Document, decode(call.inputs["document"])), with_words)
        made.append(Made({"document": encode(document)}))
    return made


def render(calls: Sequence[Call]) -> Sequence[Made]:
    """One format of one lesson or course. Facts: pages, findings."""
    return [_render(call) for call in calls]


def _render(call: Call) -> Made:
    from builder.exports.registry import RENDERERS
    from builder.exports.unavailable import ProgramMissing

    settings = cast(Settings, _decoded(call.inputs["settings"]))
    publication = _publication(call, whole_course=bool(call.parameters["whole_course"]))
    size_pt = call.parameters["size_pt"]
    try:
        rendered = RENDERERS[str(call.parameters["format"])](
            publication, settings, size_pt if isinstance(size_pt, int) else None
        )
    except ProgramMissing as missing:
        raise TaskFailed("program-missing", program=missing.program, hint=missing.hint) from missing
    findings = [finding_values(finding) for finding in rendered.findings]
    return Made({"file": rendered.data}, {"pages": rendered.pages, "words": rendered.words, "findings": findings})


def _publication(call: Call, *, whole_course: bool) -> Publication:
    course = cast(Course, _decoded(call.inputs["course"]))
    documents = tuple(cast(Document, decode(data)) for data in _numbered(call.inputs, "document/"))
    language = LanguageTag(str(call.parameters["language"]))
    return Publication(
        course,
        language,
        documents,
        course.title[language] if whole_course else documents[0].title,
        _under(call.inputs, "resource/"),
        whole_course=whole_course,
        variant=Variant(str(call.parameters["variant"])),
    )


def write_fronts(calls: Sequence[Call]) -> Sequence[Made]:
    """What is read aloud before a book's first lesson, as a JSON list of [element, language, text]."""
    from builder.exports.epub import front_texts

    made = []
    for call in calls:
        settings = cast(Settings, _decoded(call.inputs["settings"]))
        texts = front_texts(_publication(call, whole_course=True), settings)
        rows = [[one.element, one.language, one.text] for one in texts]
        made.append(Made({"texts": json.dumps(rows, ensure_ascii=False).encode()}))
    return made


def render_with_sound(calls: Sequence[Call]) -> Sequence[Made]:
    """A course's EPUB with sound, or its DAISY book: inputs ``lesson/0000/mp3`` and ``lesson/0000/sync``, and the same
    of ``front``. Facts: words, duration_ms, findings."""
    return [_render_with_sound(call) for call in calls]


def _render_with_sound(call: Call) -> Made:
    from builder.exports.daisy import SoundMissing, render_daisy
    from builder.exports.epub import render_epub
    from builder.exports.sound import LessonSound

    settings = cast(Settings, _decoded(call.inputs["settings"]))
    publication = _publication(call, whole_course=True)

    def sound_of(place: str) -> LessonSound:
        narration = parse_narration(call.inputs[f"{place}/sync"].decode())
        return LessonSound(call.inputs[f"{place}/mp3"], "audio/mpeg", narration)

    lessons = [sound_of(f"lesson/{number:04}") for number in range(len(publication.documents))]
    sound = {one.lesson: read for one, read in zip(publication.documents, lessons, strict=True)}
    front = sound_of("front")
    render = {"epub-audio": render_epub, "daisy": render_daisy}[str(call.parameters["format"])]
    try:
        rendered = render(publication, settings, sound, front)
    except SoundMissing as missing:
        raise TaskFailed("book-without-sound", lessons=", ".join(missing.lessons)) from missing
    duration_ms = sum(one.narration.duration_ms for one in (*lessons, front))
    findings = [finding_values(finding) for finding in rendered.findings]
    return Made({"file": rendered.data}, {"words": rendered.words, "duration_ms": duration_ms, "findings": findings})


def build_pages(calls: Sequence[Call]) -> Sequence[Made]:
    """Pages of one site. Calls whose settings, catalogue or configuration differ are built one after the other."""
    from builder.publishing import PagesNotBuilt
    from builder.publishing import build_pages as build

    made: list[Made] = []
    for group in _grouped(calls, ("settings", "catalogue", "config")):
        first = group[0]
        settings = cast(Settings, _decoded(first.inputs["settings"]))
        catalogue = cast(Catalogue, _decoded(first.inputs["catalogue"]))
        config = first.project / str(first.parameters["config"])
        try:
            pages = build(first.project, config, settings, catalogue, [_request(call) for call in group])
        except PagesNotBuilt as refusal:
            raise TaskFailed("settings-refused", reason=refusal.reason) from refusal
        made += [Made({"page": pages[str(call.parameters["path"])]}) for call in group]
    return made


def _request(call: Call) -> Any:
    from builder.publishing.requests import Form, PageKind, PageRequest, measure_pictures

    values = cast(list[list[Any]], call.parameters["forms"])
    forms = tuple(
        Form(name, path, size, pages, LanguageTag(language), Variant(variant), size_pt, words, duration_ms)
        for name, path, size, pages, language, variant, size_pt, words, duration_ms in values
    )
    kind = PageKind(str(call.parameters["kind"]))
    language = LanguageTag(str(call.parameters["language"]))
    document = cast(Document, decode(call.inputs["document"])) if "document" in call.inputs else None
    sizes = measure_pictures(_under(call.inputs, "resource/"))
    narration = parse_narration(call.inputs["narration"].decode()) if "narration" in call.inputs else None
    recordings = cast(dict[str, list[Any]], call.parameters["recordings"])
    files = {name: _recording_files(row) for name, row in recordings.items()}
    return PageRequest(
        kind, language, str(call.parameters["course"]), document, forms, sizes, narration=narration, recordings=files
    )


def _recording_files(row: list[Any]) -> Any:
    from builder.publishing.requests import MediaSize, MediaSource, RecordingFiles, Track

    def sources(rows: list[list[Any]]) -> tuple[MediaSource, ...]:
        return tuple(
            MediaSource(path, media_type, size, MediaSize(label), width, height)
            for path, media_type, size, label, width, height in rows
        )

    played, tracks, transcript, poster, duration_ms, sign_language = row
    captions = tuple(Track(path, LanguageTag(tag), CaptionKind(kind), known) for path, tag, kind, known in tracks)
    return RecordingFiles(sources(played), captions, transcript, poster, duration_ms, sources(sign_language))


def collect_assets(calls: Sequence[Call]) -> Sequence[Made]:
    """Styles and scripts, each under its site path."""
    from builder.publishing import theme_assets

    return [Made(theme_assets()) for _ in calls]


def copy_files(calls: Sequence[Call]) -> Sequence[Made]:
    """A file as it is, of any size."""
    return [Made(files={"file": call.files["file"]}) for call in calls]


def index_documents(calls: Sequence[Call]) -> Sequence[Made]:
    """A lesson's entry in the search index."""
    from builder.publishing.search import index_document

    return [Made({"entry": index_document(cast(Document, decode(call.inputs["document"])))}) for call in calls]


def merge_indexes(calls: Sequence[Call]) -> Sequence[Made]:
    """A language's search index."""
    from builder.publishing.search import merge_index

    return [
        Made({"index": merge_index(_numbered(call.inputs, "entry/"), LanguageTag(str(call.parameters["language"])))})
        for call in calls
    ]


def pack_cases(calls: Sequence[Call]) -> Sequence[Made]:
    """The offline package of a course in a language."""
    from builder.publishing import theme_assets
    from builder.publishing.case import pack_case

    made: list[Made] = []
    for call in calls:
        settings = cast(Settings, _decoded(call.inputs["settings"]))
        catalogue = cast(Catalogue, _decoded(call.inputs["catalogue"]))
        course = catalogue.find_course(str(call.parameters["course"]))
        if course is None:
            raise LookupError(call.parameters["course"])
        files = {**theme_assets(), **_under(call.inputs, "file/")}
        language = LanguageTag(str(call.parameters["language"]))
        made.append(Made({"file": pack_case(files, course, language, settings, _numbered(call.inputs, "entry/"))}))
    return made


@lru_cache(maxsize=32)
def _decoded(data: bytes) -> Any:
    return decode(data)


def _under(inputs: Mapping[str, bytes], prefix: str) -> dict[str, bytes]:
    return {name.removeprefix(prefix): data for name, data in inputs.items() if name.startswith(prefix)}


def _numbered(inputs: Mapping[str, bytes], prefix: str) -> list[bytes]:
    return [inputs[name] for name in sorted(inputs) if name.startswith(prefix)]


def _grouped(calls: Sequence[Call], names: Sequence[str]) -> list[list[Call]]:
    """Neighbouring calls with the same bytes for these inputs, in the given order."""
    groups: list[list[Call]] = []
    for call in calls:
        if groups and all(groups[-1][0].inputs[name] == call.inputs[name] for name in names):
            groups[-1].append(call)
        else:
            groups.append([call])
    return groups
