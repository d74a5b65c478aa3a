"""Sentences are for people: states and roles in words, moments in the university's time, nothing left of the code."""

import pytest

from api.domains.enrolment.errors import EnrolmentNotOpen
from api.domains.enrolment.rules import EnrolmentState, PlanState, StudyState
from api.domains.programmes.rules import State
from api.domains.teaching.rules import ClassState, GroupState, SessionKind, SessionState
from api.errors import LANGUAGES, MoveNotAllowed, load_texts, problem_body
from api.identity import Role, Scope

CODES = sorted(
    {
        str(one)
        for words in (
            EnrolmentState,
            PlanState,
            StudyState,
            State,
            ClassState,
            GroupState,
            SessionKind,
            SessionState,
            Role,
            Scope,
        )
        for one in words
    }
)


@pytest.mark.parametrize("code", CODES)
def test_every_state_and_role_has_words(code: str) -> None:
    words = load_texts()[f"word-{code}"]
    assert set(words) == set(LANGUAGES)
    assert all(words[language]["word"].strip() for language in LANGUAGES)


def test_a_refused_move_is_told_in_the_readers_words_and_the_programs_codes() -> None:
    body = problem_body(MoveNotAllowed("on-leave", ["active", "expelled"]), "ru")
    assert "академический отпуск" in body["detail"]
    assert "действует, отчислен" in body["detail"]
    assert body["values"] == {"state": "on-leave", "allowed": ["active", "expelled"]}


def test_a_state_without_moves_says_so() -> None:
    assert problem_body(MoveNotAllowed("graduated", []), "en")["detail"].count("—") == 1


def test_moments_in_sentences_are_those_of_bishkek() -> None:
    body = problem_body(EnrolmentNotOpen(opens_at="2026-09-01T04:00:00.000Z"), "ky")
    assert "2026-09-01 10:00" in body["detail"]
    assert body["values"]["opens_at"] == "2026-09-01T04:00:00.000Z"
