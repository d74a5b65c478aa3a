"""Whole lessons for proofreading: every line of cells with its print beneath."""

from pathlib import Path

import pytest

from builder.model.language import SITE_LANGUAGES, LanguageTag
from builder.model.settings import Settings
from tests.exports.braille.proof import proofread
from tests.exports.golden import assert_golden
from tests.samples import lesson_publication


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_a_lesson_reads_as_it_was_proofread(language: LanguageTag) -> None:
    text = proofread(lesson_publication(language), Settings(site_name={}))
    assert_golden(Path(__file__).parent / "golden" / f"{language}.txt", text)
