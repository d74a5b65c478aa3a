"""Scripts as bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from media_pipeline.speech.script import Chunk, Part, Utterance, parse_chunk

_PARTS = st.builds(Part, st.sampled_from([KYRGYZ, RUSSIAN, ENGLISH]), st.text(st.characters(codec="utf-8")))
_UTTERANCES = st.builds(Utterance, st.lists(_PARTS, max_size=3).map(tuple), st.integers(0, 5_000))


@given(st.lists(_UTTERANCES, max_size=4))
def test_a_chunk_comes_back_from_its_bytes(utterances: list[Utterance]) -> None:
    chunk = Chunk(tuple(utterances))
    assert parse_chunk(chunk.to_json()) == chunk


def test_a_chunks_bytes_are_canonical_text() -> None:
    chunk = Chunk((Utterance((Part(KYRGYZ, "Салам «ңөү»"),), 400),))
    assert chunk.to_json().decode() == '{"version":1,"utterances":[[[["ky","Салам «ңөү»"]],400]]}'


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_chunk(json.dumps({"version": 2, "utterances": []}).encode())
