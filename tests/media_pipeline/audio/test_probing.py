"""What is told of good files, and the one message for each kind of bad one."""

import ast
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import media_pipeline.audio
from builder.messages import describe_finding
from builder.messages.finding_text import placeholders, rule_texts
from builder.model.finding import Finding
from builder.model.language import ENGLISH, SITE_LANGUAGES
from media_pipeline.audio import MediaKind, MediaProblem, find_doubts, listen, probe
from media_pipeline.audio.protection import is_locked
from tests.media_pipeline.audio.samples import patched, silence, speech_like, tone, write_audio, write_video

_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(14)
_ASF_LOCK = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
_MATROSKA_LOCK = bytes.fromhex(
    "1a45dfa380"  # an empty EBML head, then Segment, Info, Tracks, TrackEntry, ContentEncodings, ContentEncoding, …
    "18538067ff1549a966801654ae6b8cae8a6d8087624084503581ff"
)


def _rule(path: Path, work: Callable[[Path], object] = probe) -> str:
    with pytest.raises(MediaProblem) as caught:
        work(path)
    assert caught.value.values["file"] == path.name
    return caught.value.rule


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels", "expected"),
    [
        ("a.mp3", "libmp3lame", 24_000, 1, "mp3float"),
        ("Үн жазуусу №1 (көчүрмө).ogg", "libopus", 48_000, 2, "opus"),
        ("a.m4a", "aac", 44_100, 2, "aac"),
        ("a.wav", "pcm_s16le", 8_000, 1, "pcm_s16le"),
        ("a.flac", "flac", 44_100, 1, "flac"),
        ("http:x?y=%20.webm", "libopus", 48_000, 1, "opus"),
        ("-i\nb.mp3", "libmp3lame", 48_000, 1, "mp3float"),
    ],
)
def test_sound_is_known(tmp_path: Path, name: str, codec: str, rate: int, channels: int, expected: str) -> None:
    path = write_audio(tmp_path / "plain", [tone(2, rate=rate)], codec, rate, channels, Path(name).suffix[1:])
    path = path.rename(tmp_path / name)
    facts = probe(path)
    assert (facts.kind, facts.audio_codec, facts.channels, facts.sample_rate) == (
        MediaKind.AUDIO,
        expected,
        channels,
        rate,
    )
    assert facts.duration_ms == pytest.approx(2_000, abs=60)
    assert facts.has_audio and (facts.width, facts.height) == (0, 0)


def test_video_is_known(tmp_path: Path) -> None:
    facts = probe(write_video(tmp_path / "v.mp4", 1, tone(1, rate=48_000), (64, 48)))
    assert (facts.kind, facts.width, facts.height, facts.video_codec) == (MediaKind.VIDEO, 64, 48, "h264")
    assert facts.has_audio and facts.duration_ms == pytest.approx(1_000, abs=60)


def test_a_video_without_sound_can_be_used_and_is_told(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 1, None, (64, 48))
    facts = probe(path)
    assert facts.kind is MediaKind.VIDEO and not facts.has_audio
    assert [one.rule for one in find_doubts(path, facts, None)] == ["media-without-sound"]
    assert _rule(path, listen) == "media-without-sound"


def test_a_cover_does_not_make_a_video(tmp_path: Path) -> None:
    from tests.media_pipeline.audio.test_tags import _lesson

    path = tmp_path / "a.mp3"
    path.write_bytes(_lesson().mp3)
    assert probe(path).kind is MediaKind.AUDIO


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "media-empty"),
        ("Бул текст, үн эмес. ".encode(), "media-is-text"),
        (("Это текст. " * 900).encode("cp1251"), "media-is-text"),
        (("Это текст. " * 900).encode("utf-16"), "media-is-text"),
        (b"<!DOCTYPE html>\n<title>404</title>", "media-is-text"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "media-is-text"),
        (bytes(10_000), "media-damaged"),
        (np.random.default_rng(1).bytes(100_000), "media-damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "media-damaged"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "media-damaged"),
        (b"OggS" + bytes(500), "media-damaged"),
        (b"ID3\x03\0\0\0\0\0\x7f" + bytes(3_000), "media-damaged"),
        (_ASF_HEADER + _ASF_LOCK + bytes(100), "media-locked"),
        (_MATROSKA_LOCK, "media-locked"),
    ],
)
@pytest.mark.parametrize("name", ["a.mp3", "Жазуу 1.mp4"])
def test_what_is_no_media_file_gets_its_message(tmp_path: Path, data: bytes, rule: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert _rule(path) == rule


def test_what_is_not_there_or_no_file_gets_its_message(tmp_path: Path) -> None:
    assert _rule(tmp_path / "a.mp3") == "media-unreadable"
    assert _rule(tmp_path) == "media-unreadable"


def test_a_file_cut_off_before_its_table_of_contents_is_damaged(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "v.mp4", 1, tone(1, rate=48_000), (64, 48)).read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: whole.index(b"moov") - 4])
    assert _rule(path) == "media-damaged"


def test_a_file_with_a_good_head_and_a_bad_body_is_damaged(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.flac", [speech_like(3, 1)], "flac")
    data = path.read_bytes()
    path.write_bytes(data[:8_200] + bytes(len(data) - 8_200))
    assert _rule(path) == "media-damaged"


@pytest.mark.parametrize("entry", [b"drms", b"enca", b"aavd"])
def test_locked_sound_is_refused_before_it_is_decoded(tmp_path: Path, entry: bytes) -> None:
    path = write_audio(tmp_path / "a.m4a", [tone(1)], "aac")
    path.write_bytes(patched(path.read_bytes(), (b"mp4a", entry)))
    assert _rule(path) == "media-locked"


def test_locked_pictures_are_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 1, None, (64, 48))
    path.write_bytes(patched(path.read_bytes(), (b"avc1\0\0\0\0", b"encv\0\0\0\0")))
    assert _rule(path) == "media-locked"


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from([b"", _ASF_HEADER, _MATROSKA_LOCK[:12], b"\0\0\0\x18ftypM4A "]))
def test_looking_for_locks_ends_on_any_bytes(noise: bytes, head: bytes) -> None:
    assert is_locked(io.BytesIO(head + noise)) in (True, False)


@pytest.mark.parametrize(("codec", "suffix"), [("libmp3lame", "mp3"), ("pcm_s16le", "wav")])
def test_silence_and_clipping_are_told_and_not_refused(tmp_path: Path, codec: str, suffix: str) -> None:
    cases = {
        "silent": (silence(3), ["media-silent"]),
        "nearly silent": (0.0005 * speech_like(3, 1), ["media-silent"]),
        "clipped": (np.clip(12 * speech_like(3, 1), -1, 1), ["media-clipped"]),
        "good": (speech_like(3, 1), []),
        "loud": (speech_like(3, 1) / np.abs(speech_like(3, 1)).max() * np.float32(0.97), []),
    }
    for name, (samples, rules) in cases.items():
        path = write_audio(tmp_path / f"{name}.{suffix}", [samples], codec)
        assert [one.rule for one in find_doubts(path, probe(path), listen(path))] == rules, name


def test_a_file_shorter_than_it_says_is_told(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.mp3", [speech_like(10, 1)])
    path.write_bytes(path.read_bytes()[:-30_000])
    (doubt,) = find_doubts(path, probe(path), listen(path))
    assert doubt.rule == "media-cut-short" and doubt.values["said"] == "0:00:10"


def test_a_recording_of_ten_hours_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_audio(path, [silence(1, 8_000)], "pcm_u8", 8_000)
    data = bytearray(path.read_bytes())
    ten_hours = 36_000 * 8_000
    at = data.index(b"data") + 4
    data[at : at + 4] = ten_hours.to_bytes(4, "little")
    path.write_bytes(data)
    with path.open("r+b") as file:
        file.truncate(at + 4 + ten_hours)  # a hole: the file takes no room on the disk
    (doubt,) = find_doubts(path, probe(path), None)
    assert doubt.rule == "media-very-long" and doubt.values["hours"] == "10.0"


def test_every_problem_has_words_that_need_just_its_values() -> None:
    folder = Path(media_pipeline.audio.__file__).parent
    seen: set[str] = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "MediaProblem":
                match node.args:
                    case [ast.Constant(value=str(rule))]:
                        seen.add(rule)
                        given_values = {one.arg for one in node.keywords}
                        assert placeholders(rule_texts()[rule][ENGLISH]) == given_values, (path.name, rule)
    assert seen == {rule for rule in rule_texts() if re.match("media-", rule)}
    for rule in seen - {"media-no-ffmpeg"}:
        finding = Finding("a", 0, rule, values={"file": "Жазуу 1.mp4"})
        assert all("Жазуу 1.mp4" in describe_finding(finding, one) for one in SITE_LANGUAGES)


def test_a_problem_keeps_its_values_between_processes() -> None:
    import pickle

    problem = pickle.loads(pickle.dumps(MediaProblem("media-empty", file="a")))
    assert (problem.rule, problem.values) == ("media-empty", {"file": "a"})
