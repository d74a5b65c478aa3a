"""What the media jobs of a build do, in whatever process: bytes or files in, bytes or files out.

Each function takes all calls of a batch and answers each. Problems of media and voices become the rule and values of
`TaskFailed`; what a person should only hear of becomes a fact.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from builder.jobs.work import Call, Made, TaskFailed
from builder.model.captions import Captions
from builder.model.codec import decode, encode
from builder.model.document import Document, RecordingKind, Variant
from builder.model.finding import Finding, Severity
from builder.model.labels import labels_for
from builder.model.language import SITE_LANGUAGES, LanguageTag
from builder.model.narration import TITLE_ELEMENT, Chapter, Narration, SentenceTiming, parse_narration
from builder.model.settings import SpeechSettings

_TIMES: Final = "times"
"""Name of the output of `speak_chunks` that is no codec's."""


def _finding_values(finding: Finding) -> list[object]:
    return [finding.path, finding.line, finding.rule, finding.severity.value, dict(finding.values)]


# ---------------------------------------------------------------- narration


def write_scripts(calls: Sequence[Call]) -> Sequence[Made]:
    """A lesson's Document as chunks to be spoken: outputs ``chunk/0000`` … and ``places``. Facts: chunks, findings."""
    return [_write_script(call) for call in calls]


def _write_script(call: Call) -> Made:
    from media_pipeline.speech.narration import write_script
    from media_pipeline.speech.normalisation import EMPTY, parse_glossary

    document = cast(Document, decode(call.inputs["document"]))
    glossary = EMPTY
    findings: tuple[Finding, ...] = ()
    if "pronunciation" in call.inputs:
        path = str(call.parameters["pronunciation"])
        glossary, findings = parse_glossary(call.inputs["pronunciation"], path)
    script = write_script(document, glossary, cast(SpeechSettings, decode(call.inputs["speech"])))
    places = [
        [[place.element, list(_chapter_row(place.chapter)) if place.chapter else None] for place in chunk]
        for chunk in script.places
    ]
    outputs = {f"chunk/{number:04}": chunk.to_json() for number, chunk in enumerate(script.chunks)}
    return Made(
        {**outputs, "places": _json(places)},
        {
            "chunks": len(script.chunks),
            "findings": [_finding_values(one) for one in (*findings, *script.findings)],
        },
    )


def _chapter_row(chapter: Any) -> tuple[str, int, str]:
    return chapter.title, chapter.level, chapter.anchor


def script_texts(calls: Sequence[Call]) -> Sequence[Made]:
    """Texts that belong to no lesson (the first pages of a book), as one chunk: input ``texts`` is a JSON list of
    [element, language, text]."""
    return [_script_texts(call) for call in calls]


def _script_texts(call: Call) -> Made:
    from media_pipeline.speech.normalisation import normalise
    from media_pipeline.speech.script import Chunk, Part, Utterance

    utterances, places = [], []
    for element, language, text in json.loads(call.inputs["texts"]):
        words = normalise(text, LanguageTag(language))
        parts = tuple(Part(one.language, one.text) for one in words)
        utterances.append(Utterance(parts, _BETWEEN_TEXTS_MS))
        places.append([element, None])
    return Made(
        {"chunk/0000": Chunk(tuple(utterances)).to_json(), "places": _json([places])}, {"chunks": 1, "findings": []}
    )


_BETWEEN_TEXTS_MS: Final = 500
"""Our choice."""


def speak_chunks(calls: Sequence[Call]) -> Sequence[Made]:
    """A chunk spoken and coded: one output for each of the parameter ``codecs``, and ``times``: the chunk's length and
    its utterances' starts and ends in samples, and the voices."""
    return [_speak_chunk(call) for call in calls]


def _speak_chunk(call: Call) -> Made:
    from media_pipeline.audio import encode_chunk, normalise_loudness
    from media_pipeline.speech.script import parse_chunk
    from media_pipeline.speech.speaking import speak_chunk
    from media_pipeline.speech.voices.errors import VoiceProblem

    settings = cast(SpeechSettings, decode(call.inputs["speech"]))
    try:
        spoken = speak_chunk(parse_chunk(call.inputs["chunk"]), settings)
    except VoiceProblem as problem:
        raise TaskFailed(problem.rule, **problem.values) from problem
    coded = encode_chunk(normalise_loudness(spoken.pcm), cast(list[str], call.parameters["codecs"]))
    times = {"samples": coded.samples, "sentences": spoken.sentences, "voices": spoken.voices}
    return Made({**coded.packets, _TIMES: _json(times)})


def join_lessons(calls: Sequence[Call]) -> Sequence[Made]:
    """A lesson's ``opus``, ``mp3`` and ``sync`` from its spoken chunks (inputs ``chunk/0000/opus`` …) and the
    ``places`` of its script. Facts: duration_ms."""
    return [_join_lesson(call) for call in calls]


def _join_lesson(call: Call) -> Made:
    from media_pipeline.audio import SAMPLE_RATE, LessonTags, draw_cover, join_lesson

    parameters = cast(dict[str, Any], call.parameters)
    language = LanguageTag(parameters["language"])
    chunks = _numbered_groups(call.inputs, "chunk/")
    times = [json.loads(chunk[_TIMES]) for chunk in chunks]
    voices = tuple(dict.fromkeys(voice for one in times for voice in one["voices"]))
    sentences: list[SentenceTiming] = []
    chapters: list[Chapter] = []
    before = 0
    for one, places in zip(times, json.loads(call.inputs["places"]), strict=True):
        for (start, end), (element, chapter) in zip(one["sentences"], places, strict=True):
            start_ms = _ms(before + start, SAMPLE_RATE)
            if chapter:
                title, level, anchor = chapter
                chapters.append(Chapter(title, level, start_ms, anchor))
            if end > start:
                sentences.append(SentenceTiming(element or TITLE_ELEMENT, start_ms, _ms(before + end, SAMPLE_RATE)))
        before += one["samples"]
    words = labels_for(language)
    tags = LessonTags(
        title=parameters["title"],
        course=parameters["course_title"],
        number=parameters["number"],
        total=parameters["total"],
        language=language,
        authors=tuple(parameters["authors"]),
        publisher=parameters["publisher"],
        rights=parameters["rights"],
        comment=words.synthetic_voice.format(voices=", ".join(voices)),
        chapters=tuple(chapters),
        cover=draw_cover(parameters["course"]),
        cover_description=words.audio_cover,
    )
    codecs = [name for name in ("opus", "mp3") if all(name in chunk for chunk in chunks)]
    audio = join_lesson([{name: chunk[name] for name in codecs} for chunk in chunks], tags)
    narration = Narration(
        parameters["course"],
        parameters["lesson"],
        language,
        Variant(parameters["variant"]),
        audio.duration_ms,
        tuple(sentences),
        tuple(chapters),
        voices,
    )
    return Made(
        {"opus": audio.opus, "mp3": audio.mp3, "sync": narration.to_json().encode()}, {"duration_ms": audio.duration_ms}
    )


def _ms(samples: int, rate: int) -> int:
    return round(samples * 1000 / rate)


def bind_books(calls: Sequence[Call]) -> Sequence[Made]:
    """A course's M4B from the AAC packets of its lessons: inputs ``lesson/0000/sync`` and ``lesson/0000/aac/0000``."""
    return [_bind_book(call) for call in calls]


def _bind_book(call: Call) -> Made:
    from media_pipeline.audio import BookPart, BookTags, bind_m4b, draw_cover

    parameters = cast(dict[str, Any], call.parameters)
    language = LanguageTag(parameters["language"])
    parts: list[BookPart] = []
    voices: dict[str, None] = {}
    for title, lesson in zip(parameters["titles"], _numbered_groups(call.inputs, "lesson/"), strict=True):
        narration = parse_narration(lesson["sync"].decode())
        voices |= dict.fromkeys(narration.voices)
        packets = [lesson[name] for name in sorted(lesson) if name.startswith("aac/")]
        parts.append(BookPart(title, packets, narration.chapters))
    words = labels_for(language)
    tags = BookTags(
        title=parameters["course_title"],
        language=language,
        authors=tuple(parameters["authors"]),
        publisher=parameters["publisher"],
        rights=parameters["rights"],
        comment=words.synthetic_voice.format(voices=", ".join(voices)),
        cover=draw_cover(parameters["course"]),
        cover_description=words.audio_cover,
    )
    return Made({"file": bind_m4b(parts, tags)}, {"duration_ms": _total_ms(call)})


def zip_lessons(calls: Sequence[Call]) -> Sequence[Made]:
    """A course's MP3 files in one ZIP: inputs ``lesson/0000/mp3`` and ``lesson/0000/sync``."""
    from media_pipeline.audio import playlist_zip

    made = []
    for call in calls:
        files = [lesson["mp3"] for lesson in _numbered_groups(call.inputs, "lesson/")]
        titles = cast(list[str], call.parameters["titles"])
        data = playlist_zip(list(zip(titles, files, strict=True)), str(call.parameters["course_title"]))
        made.append(Made({"file": data}, {"duration_ms": _total_ms(call)}))
    return made


def _total_ms(call: Call) -> int:
    lessons = _numbered_groups(call.inputs, "lesson/")
    return sum(parse_narration(lesson["sync"].decode()).duration_ms for lesson in lessons)


# ---------------------------------------------------------------- recordings


def prepare_recordings(calls: Sequence[Call]) -> Sequence[Made]:
    """A recording (file ``recording``) made ready for pages: files ``normal`` and, for video, ``small``. Facts:
    duration_ms, and width and height of each video."""
    return [_guarded(_prepare, call) for call in calls]


def _prepare(call: Call) -> Made:
    from media_pipeline.audio import find_doubts, listen, prepare_audio, prepare_video, probe

    path = call.files["recording"]
    name = str(call.parameters["file"])
    facts = probe(path)
    sound = listen(path) if facts.has_audio else None
    doubts = find_doubts(path, facts, sound)
    findings = [
        _finding_values(Finding("", 0, one.rule, Severity.WARNING, {**one.values, "file": name})) for one in doubts
    ]
    known: dict[str, object] = {"duration_ms": facts.duration_ms, "findings": findings}
    if str(call.parameters["kind"]) == RecordingKind.VIDEO:
        small, normal = call.scratch / "small.mp4", call.scratch / "normal.mp4"
        prepare_video(path, small, normal)
        files = {"normal": normal, "small": small}
        known["sizes"] = {label: _size_of(file) for label, file in files.items()}
    else:
        files = {"normal": call.scratch / "normal.mp3"}
        prepare_audio(path, files["normal"])
    return Made(files=files, facts=known)


def _size_of(path: Path) -> list[int]:
    from media_pipeline.audio import probe

    facts = probe(path)
    return [facts.width, facts.height]


def caption_recordings(calls: Sequence[Call]) -> Sequence[Made]:
    """The ``captions`` of a recording: an author's files (inputs ``vtt/ky`` …) as they are, else a machine's.

    Facts: findings. Files: ``recording``; input ``script`` where there is one.
    """
    return [_guarded(_caption, call) for call in calls]


def _caption(call: Call) -> Made:
    from media_pipeline.captions import read_vtt
    from media_pipeline.recordings import write_down

    language = LanguageTag(str(call.parameters["language"]))
    tracks: list[Captions] = []
    findings: list[list[object]] = []
    for tag in SITE_LANGUAGES:
        if f"vtt/{tag}" not in call.inputs:
            continue
        path = str(cast(dict[str, str], call.parameters["vtt"])[tag])
        captions, found = read_vtt(call.inputs[f"vtt/{tag}"], path)
        findings += map(_finding_values, found)
        if captions is not None:
            tracks.append(replace(captions, language=tag))
    if f"vtt/{language}" not in call.inputs:  # an author's file wins, even one that has to be corrected first
        settings = cast(SpeechSettings, decode(call.inputs["speech"]))
        script = json.loads(call.inputs["script"]) if "script" in call.inputs else None
        name, path = str(call.parameters["file"]), str(call.parameters["path"])
        captions, told = write_down(call.files["recording"], name, path, language, script, settings)
        findings += map(_finding_values, told)
        if captions is not None:
            tracks.append(captions)
    return Made({"captions": encode(tuple(tracks))}, {"findings": findings})


def write_tracks(calls: Sequence[Call]) -> Sequence[Made]:
    """Caption files and transcripts, each under its site path: ``<stem>.<language>.vtt`` and ``….txt``. Facts: tracks
    as [language, kind, is reviewed]."""
    from media_pipeline.captions import transcript_text, write_vtt

    made = []
    for call in calls:
        title, stem = str(call.parameters["title"]), str(call.parameters["stem"])
        tracks = cast(tuple[Captions, ...], decode(call.inputs["captions"]))
        outputs: dict[str, bytes] = {}
        for track in tracks:
            outputs[f"{stem}.{track.language}.vtt"] = write_vtt(track, title).encode()
            outputs[f"{stem}.{track.language}.txt"] = transcript_text(track, title).encode()
        made.append(Made(outputs, {"tracks": [[one.language, one.kind.value, one.is_reviewed] for one in tracks]}))
    return made


def _guarded(task: Callable[[Call], Made], call: Call) -> Made:
    """The task, with problems of media and recognition as its own refusals, which name the recording's file."""
    from media_pipeline.audio import MediaProblem
    from media_pipeline.recordings import RecordingProblem

    try:
        return task(call)
    except (MediaProblem, RecordingProblem) as problem:
        raise TaskFailed(problem.rule, **{**problem.values, "file": str(call.parameters["file"])}) from problem


# ---------------------------------------------------------------- reading inputs


def _numbered_groups(inputs: Mapping[str, bytes], prefix: str) -> list[dict[str, bytes]]:
    """``chunk/0003/opus`` -> in the fourth place {"opus": …}."""
    groups: dict[str, dict[str, bytes]] = {}
    for name, data in inputs.items():
        if name.startswith(prefix):
            number, _, rest = name.removeprefix(prefix).partition("/")
            groups.setdefault(number, {})[rest] = data
    return [groups[number] for number in sorted(groups)]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
