"""Chunks: padding, their container, and that decoding is kept in bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.audio import BLOCK_SAMPLES, CODECS, chunks, coding, encode_chunk, normalise_loudness
from media_pipeline.audio.chunks import Packets, pack_packets, unpack_packets
from media_pipeline.audio.coding import decode
from media_pipeline.audio.loudness import find_peaks
from tests.media_pipeline.audio.samples import Samples, pcm, silence, speech_like, tone


@pytest.mark.parametrize("samples", [0, 1, 479, 2_879, 2_880, 2_881, 30_000])
def test_a_chunk_is_whole_blocks_of_frames(samples: int) -> None:
    chunk = encode_chunk(pcm(0.1 * speech_like(2, 1)[:samples]))
    assert chunk.samples % BLOCK_SAMPLES == 0 and chunk.samples >= max(1, samples)
    assert set(chunk.packets) == set(CODECS)
    for name, data in chunk.packets.items():
        packets = unpack_packets(data)
        assert (packets.codec, packets.samples) == (name, chunk.samples)
        assert len(packets.body) == -(-chunk.samples // CODECS[name].frame_samples)
        assert len(packets.packets) > len(packets.body), "the flush is there"


def test_a_chunk_that_ends_in_silence_is_not_made_longer() -> None:
    spoken = np.concatenate([tone(1), silence(0.2)])
    assert encode_chunk(pcm(spoken), ("mp3",)).samples == 28_800 == len(spoken)


@pytest.mark.parametrize("ending", [0.0, 0.05, 0.119])
def test_a_chunk_that_ends_in_sound_gains_silence(ending: float) -> None:
    spoken = np.concatenate([tone(1.08), silence(ending)])
    assert encode_chunk(pcm(spoken), ("mp3",)).samples == 28_800


@given(
    st.sampled_from(sorted(CODECS)),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=20),
    st.lists(st.binary(max_size=400)),
)
@settings(max_examples=60)
def test_packets_come_back_from_their_container(name: str, samples: int, setup: bytes, packets: list[bytes]) -> None:
    one = Packets(name, samples, setup, tuple(packets))
    assert unpack_packets(pack_packets(one)) == one


@given(st.binary(max_size=100), st.integers(0, 200))
@settings(max_examples=60)
def test_anything_else_is_refused(noise: bytes, cut: int) -> None:
    whole = pack_packets(Packets("opus", 2_880, b"", (b"abc", b"de")))
    for data in (noise, whole[: min(cut, len(whole) - 1)], whole + b"x", b"x" + whole):
        with pytest.raises(ValueError):
            unpack_packets(data)


@pytest.mark.parametrize("name", CODECS)
def test_sound_that_would_come_out_too_loud_is_coded_more_quietly(name: str) -> None:
    loud = np.clip(4 * speech_like(3, 5), -1, 1).astype("f4")
    packets = unpack_packets(encode_chunk(pcm(loud), (name,)).packets[name])
    places, _heights = find_peaks(decode(name, packets.setup, packets.packets), 10 ** (-1 / 20))
    assert len(places) == 0


def test_a_noise_of_the_coder_is_coded_again_otherwise_and_not_made_quieter(monkeypatch: pytest.MonkeyPatch) -> None:
    """libopus put a crack of +4 dBFS into a Kyrgyz sentence; turning the place down only moved it."""
    speech = normalise_loudness(pcm(speech_like(5, 1, pitch=90)))
    tried: list[int] = []
    given_samples: list[Samples] = []

    def encode(samples: Samples, name: str, setting: int = 0) -> tuple[bytes, tuple[bytes, ...]]:
        tried.append(setting)
        given_samples.append(samples.copy())
        return coding.encode(samples, name, setting)

    def decode(name: str, setup: bytes, packets: tuple[bytes, ...]) -> Samples:
        heard = coding.decode(name, setup, packets)
        if tried[-1] < 2:
            heard[48_000] = 1.4
        return heard

    monkeypatch.setattr(chunks, "encode", encode)
    monkeypatch.setattr(chunks, "decode", decode)
    coded = unpack_packets(encode_chunk(speech, ("opus",)).packets["opus"])
    assert tried == [0, 0, 1, 2], "once for the loudness that Opus takes away, then at other levels"
    assert all(np.array_equal(one, given_samples[1]) for one in given_samples[2:])
    assert (coded.setup, coded.packets) == coding.encode(given_samples[1], "opus", 2)
