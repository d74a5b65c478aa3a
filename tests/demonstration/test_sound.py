"""A lesson of the demonstration in sound: what is there, that it can be heard, and what independent judges say."""

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]  # it has no types
import pytest
from scipy.signal import resample_poly  # type: ignore[import-untyped]  # it has no types

from a11y_checks.judges.epubcheck import judge_epubs
from a11y_checks.judges.verdict import JudgeMissing
from builder.model.format import FORMATS, Maker
from builder.model.narration import parse_narration
from tests.conftest import DemonstrationSite
from tests.exports.daisy.checking import check_book
from tests.thorough import some

LANGUAGES = ("ky", "ru", "en")
VARIANTS = ("standard", "easy")


def test_the_lesson_and_its_course_come_in_every_form_of_sound(sounding_site: DemonstrationSite) -> None:
    made = {(one.language, one.variant, one.format, bool(one.lesson)) for one in sounding_site.artefacts()}
    for one in FORMATS:
        if one.maker is Maker.SOUND:
            wanted = {(tag, variant, one.name, one.for_lessons) for tag in LANGUAGES for variant in VARIANTS}
            assert wanted <= made, one.name


def test_every_recording_has_what_a_page_needs_and_says_who_answers_for_its_words(
    sounding_site: DemonstrationSite,
) -> None:
    reviewed = {one.language: one.reviewed for one in sounding_site.artefacts() if one.format == "captions"}
    assert reviewed == {"ky": False, "ru": True, "en": True}
    videos = [one for one in sounding_site.artefacts() if one.format == "recording" and one.language == "ru"]
    assert {one.profile for one in videos} == {"normal", "small"}
    page = (sounding_site.folder / "ru/distance-study/welcome/index.html").read_text(encoding="utf-8")
    assert all(Path(one.path).name in page for one in videos)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_of_the_page_is_heard_where_its_time_says(
    sounding_site: DemonstrationSite, language: str
) -> None:
    folder = sounding_site.folder / language / "distance-study" / "welcome"
    narration = parse_narration((folder / "welcome.sync.json").read_text(encoding="utf-8"))
    ids = set(re.findall(r'\bid="([^"]+)"', (folder / "index.html").read_text(encoding="utf-8")))
    assert {one.element for one in narration.sentences} <= ids
    for name in ("welcome.opus", "welcome.mp3"):
        sound = decode(folder / name)
        assert abs(len(sound) / 24 - narration.duration_ms) < 100
        for one in narration.sentences:
            # The voice begins within 20 ms of its time: silence until then, and a sound after it.
            loudest = level(sound, one.start_ms, one.end_ms)
            assert level(sound, one.start_ms - 60, one.start_ms - 20) < loudest / 100, (name, one)
            assert level(sound, one.start_ms, one.start_ms + 20) > loudest / 100, (name, one)


def test_every_lesson_has_the_loudness_that_is_promised(sounding_site: DemonstrationSite) -> None:
    for path in some([*sounding_site.paths("opus"), *sounding_site.paths("mp3")], 2):
        sound = decode(path)
        assert pyloudnorm.Meter(24_000).integrated_loudness(sound) == pytest.approx(-16, abs=1), path
        assert 20 * np.log10(np.abs(resample_poly(sound, 4, 1)).max()) <= -1, path


def test_talking_books_hold_to_their_format(sounding_site: DemonstrationSite) -> None:
    books = sounding_site.paths("daisy")
    assert len(books) == len(LANGUAGES) * len(VARIANTS)
    for book in books:
        with zipfile.ZipFile(book) as archive:
            assert check_book({name: archive.read(name) for name in archive.namelist()}) == set(), book


def test_books_with_sound_pass_the_judge_of_epub(sounding_site: DemonstrationSite) -> None:
    books = sounding_site.paths("epub-audio")
    for language in LANGUAGES:
        assert len([one for one in books if f"/{language}/" in one.as_posix()]) == 2
    try:
        verdicts = judge_epubs(books)
    except JudgeMissing as missing:
        pytest.skip(str(missing))
    assert len(verdicts) == len(books)
    assert [(verdict.subject, verdict.problems) for verdict in verdicts if verdict.problems] == []


def test_simple_players_find_every_lesson_in_order(sounding_site: DemonstrationSite) -> None:
    for path in sounding_site.paths("mp3-zip"):
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
            names = [name for name in package.namelist() if name.endswith(".mp3")]
            assert len(names) == 1 and names[0].startswith("01 ")
            assert all(one.date_time == (1980, 1, 1, 0, 0, 0) for one in package.infolist())


def test_the_manifest_knows_how_long_everything_lasts(sounding_site: DemonstrationSite) -> None:
    for one in sounding_site.artefacts():
        if one.format in ("opus", "mp3", "m4b", "daisy", "epub-audio", "mp3-zip"):
            assert one.duration_ms and one.duration_ms > 15_000
    text = (sounding_site.folder / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["artefacts"]


def decode(path: Path) -> "np.typing.NDArray[np.float32]":
    """The sound as a player gives it, at 24,000 Hz."""
    import av

    resampler = av.AudioResampler("flt", "mono", 24_000)
    with av.open(str(path)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def level(sound: "np.typing.NDArray[np.float32]", begin_ms: float, end_ms: float) -> float:
    """Loudest moment between two times."""
    part = sound[max(int(begin_ms * 24), 0) : int(end_ms * 24)]
    return float(np.abs(part).max(initial=1e-6))
