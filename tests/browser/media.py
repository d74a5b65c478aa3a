"""A small site that speaks: lessons with an audio version and recordings, made here of tones and grey pictures."""

import io
import tempfile
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import av
import numpy

from builder.model.captions import CaptionOrigin, Captions, Cue
from builder.model.document import (
    CodeBlock,
    Diagram,
    Document,
    Figure,
    MathBlock,
    Recording,
    RecordingKind,
    Sentence,
    Variant,
    walk,
)
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from builder.model.narration import TITLE_ELEMENT, Narration, SentenceTiming
from builder.publishing import (
    Form,
    MediaSize,
    MediaSource,
    PageRequest,
    RecordingFiles,
    Track,
    theme_assets,
)
from builder.publishing.paths import export_path, lesson_path, resource_path
from builder.sentences import mark_sentences
from tests.publishing.site import catalogue, document, make_project
from tests.samples import COURSE_ID, PICTURE

STANDARD: Final = Variant.STANDARD
RATE: Final = 48_000
SENTENCE_MS: Final = 900
PAUSE_MS: Final = 170
CUE_MS: Final = 1_500

_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><rect width="320" height="160"/></svg>\n'
_WORDS: Final = {
    KYRGYZ: ("Саламатсызбы!", "Бүгүн файлдар жөнүндө\nсүйлөшөбүз.", "A < B & C эмнени билдирет?", "Рахмат."),
    RUSSIAN: ("Здравствуйте!", "Сегодня мы поговорим\nо файлах.", "Что значит A < B & C?", "Спасибо."),
    ENGLISH: ("Good morning!", "Today we shall talk\nabout files.", "What does A < B & C mean?", "Thank you."),
}


def lesson_address(language: LanguageTag = ENGLISH, lesson: str = "files") -> str:
    """Site path of a lesson that speaks."""
    return lesson_path(COURSE_ID, lesson, language)


def narrated_document(language: LanguageTag) -> Document:
    """A lesson with every kind of node, a video with sign language and a sound recording."""
    lessons = catalogue().courses[0].lessons
    lesson = next(one for one in lessons if (one.name, one.language, one.variant) == ("files", language, STANDARD))
    whole = document(lesson)
    return replace(whole, blocks=(*whole.blocks, video(language), sound(language)))


def cues(language: LanguageTag, rounds: int = 6) -> tuple[Cue, ...]:
    """Short cues, one after the other; the last of each round is doubtful, every other round has another speaker."""
    words = _WORDS[language]
    return tuple(
        Cue(
            at * CUE_MS,
            (at + 1) * CUE_MS - 100,
            words[at % len(words)],
            "Айгүл" if at // len(words) % 2 else "Бакыт",
            is_sure=at % len(words) != len(words) - 1,
        )
        for at in range(rounds * len(words))
    )


def video(language: LanguageTag) -> Recording:
    """A video with captions of two languages: a machine's in the page's, a person's in another."""
    other = ENGLISH if language == RUSSIAN else RUSSIAN
    return Recording(
        "media/talk.mp4",
        {KYRGYZ: "Файл деген эмне", RUSSIAN: "Что такое файл", ENGLISH: "What a file is"}[language],
        RecordingKind.VIDEO,
        language,
        sign_language="media/talk.sign.mp4",
        captions=(
            Captions(language, cues(language)),
            Captions(other, cues(other), CaptionOrigin.AUTHOR),
        ),
    )


def sound(language: LanguageTag) -> Recording:
    """A sound recording in another language than the page's."""
    spoken = ENGLISH if language != ENGLISH else KYRGYZ
    return Recording(
        "media/memo.mp3",
        {KYRGYZ: "Үн каты", RUSSIAN: "Голосовая заметка", ENGLISH: "A voice memo"}[language],
        RecordingKind.AUDIO,
        spoken,
        captions=(Captions(spoken, cues(spoken, 1), CaptionOrigin.AUTHOR),),
    )


def recording_files(language: LanguageTag) -> dict[str, RecordingFiles]:
    """What the build would have prepared."""
    folder = f"media/{COURSE_ID}"
    other = ENGLISH if language == RUSSIAN else RUSSIAN
    spoken = ENGLISH if language != ENGLISH else KYRGYZ
    return {
        "media/talk.mp4": RecordingFiles(
            (
                MediaSource(f"{folder}/talk.normal.mp4", "video/mp4", 2_400_000, MediaSize.NORMAL, 320, 180),
                MediaSource(f"{folder}/talk.small.mp4", "video/mp4", 700_000, MediaSize.SMALL, 160, 90),
            ),
            (
                Track(f"{folder}/talk.{language}.vtt", language),
                Track(f"{folder}/talk.{other}.vtt", other, is_reviewed=True),
            ),
            f"{folder}/talk.{language}.txt",
            duration_ms=len(cues(language)) * CUE_MS,
            sign_language=(MediaSource(f"{folder}/talk.sign.mp4", "video/mp4", 900_000, MediaSize.NORMAL, 160, 160),),
        ),
        "media/memo.mp3": RecordingFiles(
            (MediaSource(f"{folder}/memo.mp3", "audio/mpeg", 90_000),),
            (Track(f"{folder}/memo.{spoken}.vtt", spoken, is_reviewed=True),),
            f"{folder}/memo.{spoken}.txt",
            duration_ms=6_000,
        ),
    }


def narration(whole: Document) -> Narration:
    """Every sentence and block in turn, as long as each other."""
    places = [
        one.id
        for one in walk(mark_sentences(whole))
        if isinstance(one, Sentence | CodeBlock | Diagram | Figure | MathBlock | Recording)
        and not (isinstance(one, Figure) and one.picture.decorative)
    ]
    step = SENTENCE_MS + PAUSE_MS
    timings = tuple(
        SentenceTiming(name, at * step, at * step + SENTENCE_MS) for at, name in enumerate([TITLE_ELEMENT, *places])
    )
    return Narration(
        whole.course,
        whole.lesson,
        whole.language,
        whole.variant,
        len(timings) * step,
        timings,
        (),
        ("espeak-ng",),
    )


def audio_forms(whole: Document, size: int = 90_000) -> tuple[Form, ...]:
    """The two files of the audio version."""
    return tuple(
        Form(
            name,
            export_path(name, whole.course, whole.lesson, whole.language, whole.variant),
            size,
            None,
            whole.language,
            whole.variant,
        )
        for name in ("opus", "mp3")
    )


def media_request(language: LanguageTag) -> PageRequest:
    """The page of the lesson that speaks."""
    whole = narrated_document(language)
    return PageRequest.of_lesson(
        whole,
        audio_forms(whole),
        {PICTURE: _PICTURE},
        narration=narration(whole),
        recordings=recording_files(language),
    )


@cache
def media_site_files() -> dict[str, bytes]:
    """Every file of the site that speaks, by site path."""
    with tempfile.TemporaryDirectory() as folder:
        files = dict(make_project(Path(folder, "project")).build([media_request(one) for one in SITE_LANGUAGES]))
    files |= theme_assets()
    files[resource_path(COURSE_ID, PICTURE)] = _PICTURE
    longest_ms = 0
    for language in SITE_LANGUAGES:
        whole = narrated_document(language)
        longest_ms = max(longest_ms, narration(whole).duration_ms)
        for form in audio_forms(whole):
            files[form.path] = b""
        for one, made in zip((video(language), sound(language)), recording_files(language).values(), strict=True):
            for captions, track in zip(one.captions, made.tracks, strict=True):
                files[track.path] = _vtt(captions)
            files[made.transcript_path] = "\n".join(cue.text for cue in one.captions[0].cues).encode()
    sounds = {".opus": make_sound(longest_ms, "ogg", "libopus"), ".mp3": make_sound(longest_ms, "mp3", "libmp3lame")}
    for path in [one for one in files if one.endswith((".opus", ".mp3"))]:
        files[path] = sounds[path[path.rindex(".") :]]
    duration_ms = len(cues(ENGLISH)) * CUE_MS
    folder_path = f"media/{COURSE_ID}"
    files[f"{folder_path}/memo.mp3"] = make_sound(8_000, "mp3", "libmp3lame")
    files[f"{folder_path}/talk.normal.mp4"] = make_video(duration_ms, 320, 180)
    files[f"{folder_path}/talk.small.mp4"] = make_video(duration_ms, 160, 90)
    files[f"{folder_path}/talk.sign.mp4"] = make_video(duration_ms, 160, 160)
    return files


# ---------------------------------------------------------------- files that play


@cache
def make_sound(duration_ms: int, container: str, codec: str) -> bytes:
    """A quiet tone of that length."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=RATE, layout="mono")
        stream.bit_rate = 24_000
        _encode_tone(file, stream, duration_ms)
    return target.getvalue()


@cache
def make_video(duration_ms: int, width: int, height: int) -> bytes:
    """A picture that grows brighter, five times a second, with a tone."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as file:
        pictures: Any = file.add_stream("libx264", rate=5, options={"preset": "ultrafast", "g": "5"})
        pictures.width, pictures.height, pictures.pix_fmt = width, height, "yuv420p"
        tone: Any = file.add_stream("aac", rate=RATE, layout="mono")
        tone.bit_rate = 32_000
        number = duration_ms * 5 // 1000
        for at in range(number):
            grey = numpy.full((height, width, 3), 20 + 200 * at // number, numpy.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            file.mux(pictures.encode(frame))
        file.mux(pictures.encode(None))
        _encode_tone(file, tone, duration_ms)
    return target.getvalue()


def _encode_tone(file: Any, stream: Any, duration_ms: int) -> None:
    size = 960
    times = numpy.arange(duration_ms * RATE // 1000) / RATE
    samples = (numpy.sin(2 * numpy.pi * 220 * times) * 2_000).astype(numpy.int16)
    for at in range(0, len(samples) - size, size):
        frame = av.AudioFrame.from_ndarray(samples[None, at : at + size], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def _vtt(captions: Captions) -> bytes:
    def time(value_ms: int) -> str:
        minutes, rest = divmod(value_ms, 60_000)
        return f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"

    def safe(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;")

    blocks = [f"{time(one.start_ms)} --> {time(one.end_ms)}\n{safe(one.text)}" for one in captions.cues]
    return ("WEBVTT\n\n" + "\n\n".join(blocks) + "\n").encode()
