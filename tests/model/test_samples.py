from typing import get_args

import pytest

from builder.model import document
from builder.model.codec import decode, encode
from builder.model.document import walk
from builder.model.language import SITE_LANGUAGES, LanguageTag
from tests.samples import everything


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_sample_has_every_kind_of_node(language: LanguageTag) -> None:
    kinds = {*get_args(document.Block), *get_args(document.Inline)} - {document.Sentence}  # marked later
    assert kinds <= {type(node) for node in walk(everything(language))}


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_sample_survives_encoding(language: LanguageTag) -> None:
    assert decode(encode(everything(language))) == everything(language)
