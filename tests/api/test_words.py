"""Sentences are for people: states and roles in words, moments in the university's time, nothing left of the code."""

import re

import pytest

from api.domains.accommodations.rules import CaseState as AccommodationCaseState
from api.domains.accommodations.rules import Feature, ObjectionState
from api.domains.accommodations.rules import PlanState as AccommodationPlanState
from api.domains.assignments.definitions import FIXED
from api.domains.assignments.rules import SubmissionState
from api.domains.conditions.incident_rules import IncidentState
from api.domains.conditions.rules import TaskState
from api.domains.enrolment.errors import EnrolmentNotOpen
from api.domains.enrolment.rules import EnrolmentState, PlanState, StudyState
from api.domains.grading.rules import (
    AppealState,
    EntryState,
    EventKind,
    LineItemState,
    MarkingState,
    ResultState,
    RetakeCause,
    RetakeState,
    WorkState,
)
from api.domains.integrity.rules import CaseState as IntegrityCaseState
from api.domains.integrity.rules import CheckState, Part
from api.domains.items.renditions import RenditionFormat
from api.domains.items.schemas import BankState, ItemState
from api.domains.programmes.rules import State
from api.domains.teaching.rules import ClassState, GroupState, SessionKind, SessionState
from api.domains.tests.errors import RenditionMissing
from api.domains.tests.rules import AttemptState, SittingState
from api.domains.transcripts.rules import State as TranscriptState
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
            AccommodationCaseState,
            AccommodationPlanState,
            AppealState,
            AttemptState,
            BankState,
            CheckState,
            EntryState,
            EventKind,
            Feature,
            IncidentState,
            IntegrityCaseState,
            ItemState,
            LineItemState,
            MarkingState,
            ObjectionState,
            Part,
            RenditionFormat,
            ResultState,
            RetakeCause,
            RetakeState,
            SittingState,
            SubmissionState,
            TaskState,
            TranscriptState,
            WorkState,
        )
        for one in words
    }
    | {*FIXED, "penalty_percent"}  # fields of an assignment
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


def test_formats_and_languages_are_told_in_words() -> None:
    body = problem_body(RenditionMissing(formats=["large-print", "spoken"], missing=2, language="ky"), "ru")
    assert "крупный шрифт, озвученные вопросы" in body["detail"] and "кыргызский" in body["detail"]
    assert (body["values"]["formats"], body["values"]["language"]) == (["large-print", "spoken"], "ky")


PLACEHOLDER = re.compile(r"\{(\w+)\}")
GLUED = re.compile(r"\}[а-яёөүң]")


def test_a_text_gives_the_same_values_in_each_language_and_no_ending_hangs_on_one() -> None:
    """An ending after a value follows its last vowel: whoever writes the sentence cannot know it."""
    faults = []
    for name, words in load_texts().items():
        for part in words["ky"]:
            texts = [words[language][part] for language in LANGUAGES]
            if len({tuple(sorted(set(PLACEHOLDER.findall(text)))) for text in texts}) > 1:
                faults.append(f"{name}.{part}: not the same values in {', '.join(LANGUAGES)}")
            if any(GLUED.search(text) for text in texts):
                faults.append(f"{name}.{part}: an ending hangs on a value")
    assert not faults
