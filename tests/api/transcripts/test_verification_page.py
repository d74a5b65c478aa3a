"""The page for strangers. `tests/browser/test_verification_page.py` judges it in a browser."""

from datetime import date

import pytest
from lxml import html

from api.domains.transcripts.rules import Genuineness
from api.domains.transcripts.schemas import VerificationOut
from api.domains.transcripts.verification_page import PAGE_POLICY, WORDS_OF_PAGE, make_page
from api.domains.transcripts.words import STATEMENTS
from api.errors import LANGUAGES
from tests.api.transcripts.samples import CODE, ISSUE


def answer(language: str) -> VerificationOut:
    return VerificationOut(
        state=Genuineness.SUPERSEDED,
        statement=STATEMENTS[Genuineness.SUPERSEDED][language],
        code=CODE,
        number="2027-000017",
        version=1,
        issued_on=date(2027, 2, 2),
        superseded_on=date(2027, 3, 1),
        digest=ISSUE.digest,
        university={"ru": "Доступный университет"},
        academic_session="2026-27-1",
        initials="Ү. Ж. Ө.",
        courses=5,
        ects_earned="16.5",
    )


PAGES = {
    "answer": make_page("ky", CODE, answer("ky")),
    "mistyped": make_page("ru", '"><script>alert(1)</script>', None),
    "empty": make_page("en", None, None),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_one_title_one_labelled_field_and_its_language(language: str) -> None:
    tree = html.fromstring(make_page(language, CODE, answer(language)))
    assert tree.get("lang") == language
    assert [one.text for one in tree.iter("h1")] == [WORDS_OF_PAGE[language].title]
    (field,) = [one for one in tree.iter("input") if one.get("type") != "hidden"]
    assert [one.text for one in tree.iter("label") if one.get("for") == field.get("id")]
    assert {one.get("lang") for one in tree.iter("a")} == set(LANGUAGES) - {language}
    foreign = [one.get("lang") for one in tree.iter("dd") if one.text == "Доступный университет"]
    assert foreign == [None if language == "ru" else "ru"]


def test_what_was_typed_is_never_markup_and_nothing_may_run() -> None:
    assert b"<script" not in PAGES["mistyped"] and b"&lt;script" in PAGES["mistyped"]
    assert "default-src 'none'" in PAGE_POLICY and "unsafe" not in PAGE_POLICY
