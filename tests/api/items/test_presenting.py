"""What students see: one language, no key, an order of their own that follows from a seed."""

from collections import Counter
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domains.items import prose
from api.domains.items.checking import faults_of, identifiers_of, kind_of, languages_of, with_new_ids
from api.domains.items.content import Content, ItemKind, Key
from api.domains.items.documents import make_document
from api.domains.items.presenting import (
    LETTERS,
    LanguageAbsent,
    Shown,
    order_of,
    present,
    printed_order,
    seed_for,
)
from api.domains.items.seeding import read_questions
from builder.model.document import Formula, Paragraph, plain_text, walk
from tests.api.items.samples import parts, texts, version
from tests.api.items.strategies import proses, questions

VERSION = UUID(int=7)


def sample(kind: str, **other: Any) -> tuple[Content, Key]:
    wire = version(kind, **other)
    return msgspec.convert(wire["content"], Content), msgspec.convert(wire["key"], Key)


def fields_of(kind: Any) -> set[str]:
    """Every field that a struct and those inside it can have."""
    found: set[str] = set()
    waiting, seen = [kind], set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            if one in seen:
                continue
            seen.add(one)
            for field in msgspec.structs.fields(one):
                found.add(field.name)
                waiting.append(field.type)
        else:
            waiting += get_args(one)
    return found


def test_no_struct_for_students_can_hold_a_key() -> None:
    secret = fields_of(Key) - {"kind", "text"}
    assert {"right", "weights", "feedback", "hints", "accepted", "pairs", "value", "tolerance"} <= secret
    assert not secret & fields_of(Shown)
    assert not secret & fields_of(Content)


@pytest.mark.parametrize("kind", ItemKind)
@settings(max_examples=8, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**53))
def test_every_question_is_shown_whole_in_each_of_its_languages(kind: str, data: Any, seed: int) -> None:
    content, _ = data.draw(questions(kind))
    order = order_of(content, seed_for(seed, VERSION))
    assert order == order_of(content, seed_for(seed, VERSION))
    for language in content.prompt:
        shown = msgspec.to_builtins(present(content, language, order))
        assert shown["prompt"] == content.prompt[language]
        told = [one["id"] for name in ("choices", "parts", "sources", "targets") for one in shown.get(name, ())]
        media = {one.id for one in content.media}
        assert sorted(told) == sorted(one for one in identifiers_of(content) if one not in media and one[0] != "m")
    with pytest.raises(LanguageAbsent):
        present(content, "de", order)


def test_every_order_is_as_likely_as_any_other() -> None:
    """Chi-squared over 10,000 seeds and the 24 orders of four parts: below the 99.9 % quantile of 23 degrees."""
    content, _ = sample("ordering")
    counted = Counter(order_of(content, seed_for(seed, VERSION))["parts"] for seed in range(10_000))
    expected = 10_000 / 24
    assert len(counted) == 24
    assert sum((count - expected) ** 2 / expected for count in counted.values()) < 49.7


def test_what_stays_keeps_its_place_and_only_both_may_shuffle() -> None:
    choices = parts("a", "b", "c", "none")
    choices[3]["stays"] = True
    content, _ = sample("single-choice", choices=choices)
    orders = {order_of(content, seed_for(seed, VERSION))["choices"] for seed in range(200)}
    assert len(orders) == 6
    assert {one[3] for one in orders} == {"none"}
    assert order_of(content, "x", shuffle=False)["choices"] == ("a", "b", "c", "none")
    fixed, _ = sample("single-choice", choices=choices, shuffle=False)
    assert order_of(fixed, "x")["choices"] == ("a", "b", "c", "none")


def test_what_is_to_be_ordered_or_matched_never_stands_in_the_authors_order_alone() -> None:
    for kind, group in (("ordering", "parts"), ("matching", "targets")):
        content, _ = sample(kind)
        assert len({order_of(content, str(seed), shuffle=False)[group] for seed in range(50)}) > 1


def test_stored_ids_tell_nothing() -> None:
    content, key = sample("single-choice", choices=parts("right", "b", "wrong"))
    names = identifiers_of(content)
    new = {one: f"p{number}" for number, one in enumerate(names)}
    content, key = with_new_ids(content, msgspec.structs.replace(key, right="right"), new)
    assert identifiers_of(content) == ["p0", "p1", "p2"]
    assert key.right == "p0"  # type: ignore[union-attr]  # a single choice's


# ---------------------------------------------------------------- as a document


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_spoken_question_says_every_choice_with_its_label(language: str) -> None:
    content, _ = sample("single-choice")
    order = printed_order(content, VERSION)
    document = make_document("q", content, language, Decimal("2.5"), order, is_spoken=True)
    said = [plain_text(one.children) for one in walk(document) if isinstance(one, Paragraph)]
    lead = {"ky": "{} жообу: ", "ru": "Ответ {}: ", "en": "Answer {}: "}[language]
    for place, id_ in enumerate(order["choices"]):
        text = next(one.text[language] for one in content.choices if one.id == id_)  # type: ignore[union-attr]
        assert lead.format(LETTERS[language][place]) + text in said
    assert any(isinstance(one, Formula) and one.latex == "x^2" for one in walk(document))
    assert any(("2.5" if language == "en" else "2,5") in one for one in said)


def test_the_demonstration_has_a_sound_question_of_each_kind() -> None:
    made = read_questions()
    assert [kind_of(new.content) for _, new in made] == list(ItemKind)
    for _, new in made:
        assert faults_of(new.content, new.key) == []
        assert languages_of(new.content) == ("en", "ky", "ru")


# ---------------------------------------------------------------- prose


@settings(max_examples=60, deadline=None)
@given(st.text() | proses())
def test_the_canonical_form_of_prose_is_one(text: str) -> None:
    once = prose.normalise(text)
    if not prose.faults_of(text):
        assert prose.normalise(once) == once
        assert prose.parse(once) == prose.parse(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5 $", "unclosed-formula"),
        ("a `b", "unclosed-code"),
        ("```\na", "unclosed-code"),
        (r"$\frac{1}$", "bad-formula"),
        (r"$\unknown$", "bad-formula"),
        ("``` \n\n```", "no-text"),
    ],
)
def test_prose_that_could_not_be_read_aloud_is_refused(text: str, code: str) -> None:
    assert code in {one.code for one in prose.faults_of(text)}
    assert not prose.faults_of(r"5 \$ and \` are signs")


# ---------------------------------------------------------------- soundness


@pytest.mark.parametrize(
    ("kind", "content", "key", "pointer", "code"),
    [
        ("single-choice", {}, {"right": "z"}, "/key/right", "unknown-part"),
        ("single-choice", {}, {"weights": {"a": 5, "b": 1}}, "/key/weights", "right-weighs-most"),
        ("single-choice", {"choices": parts("a", "a", "b")}, {}, "/content/choices/1/id", "id-twice"),
        ("single-choice", {"prompt": {"ky": "?"}}, {}, "/content/choices/0/text", "language-beyond"),
        ("single-choice", {}, {"hints": {"ky": "!"}}, "/key/hints", "language-lacking"),
        ("single-choice", {"prompt": texts("5 $")}, {}, "/content/prompt/ky", "unclosed-formula"),
        ("multiple-choice", {"at_most": 1}, {}, "/key/right", "more-than-allowed"),
        ("multiple-choice", {"at_most": 9}, {}, "/content/at_most", "more-than-choices"),
        ("multiple-choice", {}, {"right": ["a", "a"]}, "/key/right", "part-twice"),
        ("multiple-choice", {}, {"weights": {"b": 1}}, "/key/weights", "right-weigh-more-than-nothing"),
        ("ordering", {}, {"order": ["a", "b", "c"]}, "/key/order", "each-part-once"),
        ("matching", {}, {"pairs": {"x": "a"}}, "/key/pairs", "each-source-once"),
        ("matching", {}, {"pairs": {"x": "a", "y": "a"}}, "/key/pairs", "target-twice"),
        ("numeric", {}, {"tolerance": {"kind": "exact", "amount": "1"}}, "/key/tolerance/amount", "tolerance-amount"),
        ("short-text", {}, {"accepted": {"ky": [{"text": "а"}]}}, "/key/accepted", "languages-differ"),
        ("short-text", {"longest": 2}, {}, "/key/accepted/ky/0/text", "longer-than-allowed"),
        ("essay", {"words_at_least": 9, "words_at_most": 2}, {}, "/content/words_at_most", "less-than-least"),
        ("essay", {}, {"kind": "file"}, "/key/kind", "other-kind"),
    ],
)
def test_an_unsound_question_is_told_where(
    kind: str, content: dict[str, Any], key: dict[str, Any], pointer: str, code: str
) -> None:
    wire = version(kind)
    made = msgspec.convert(wire["content"] | content, Content)
    found = faults_of(made, msgspec.convert(wire["key"] | key, Key))
    assert (pointer, code) in {(one.pointer, one.code) for one in found}
