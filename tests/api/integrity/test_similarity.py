"""Passages in common: what is certainly found, what is seen through, what does not count."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domains.integrity.similarity import (
    FEW,
    LEAST_RUN,
    LEAST_SHARED,
    LONGEST_WORDS,
    Automaton,
    compare,
    find_common_passages,
    fold_word,
    hash_gram,
    pairs_alike,
    pairs_by_prints,
    prints_of,
    read_text,
    winnow,
)
from tests.api.integrity.samples import found_by_share, plant

WORDS = ("билим", "окуу", "китеп", "тил", "өмүр", "үй", "жаңы", "сабак", "школа", "язык", "год", "суу")
texts = st.lists(st.sampled_from(WORDS), max_size=60)


def run(offset: int, length: int = 30) -> list[str]:
    """Words that stand nowhere else."""
    return [f"сөз{offset + number}" for number in range(length)]


@given(texts, texts, st.lists(st.sampled_from(WORDS), min_size=LEAST_RUN, max_size=20), st.data())
@settings(max_examples=150, deadline=None)
def test_every_shared_run_is_found_in_both_texts(
    one: list[str], other: list[str], shared: list[str], data: st.DataObject
) -> None:
    """The law: wherever a run of `LEAST_RUN` words or more stands in both, all its words lie in passages, on both
    sides; the passages are the same words in both; the texts share a print, so they are a candidate pair."""
    here = data.draw(st.integers(0, len(one)))
    there = data.draw(st.integers(0, len(other)))
    first = read_text(" ".join(one[:here] + shared + one[here:]))
    second = read_text(" ".join(other[:there] + shared + other[there:]))
    overlap = compare(first, second)
    in_first = {at for passage in overlap.passages for at in range(passage.first, passage.first + passage.words)}
    in_second = {at for passage in overlap.passages for at in range(passage.second, passage.second + passage.words)}
    assert set(range(here, here + len(shared))) <= in_first
    assert set(range(there, there + len(shared))) <= in_second
    assert (len(in_first), len(in_second)) == (overlap.first_words, overlap.second_words)
    for passage in overlap.passages:
        assert passage.words >= LEAST_RUN
        assert (
            first.words[passage.first : passage.first + passage.words]
            == second.words[passage.second : passage.second + passage.words]
        )
    assert prints_of(first) & prints_of(second)
    assert pairs_by_prints([prints_of(first), prints_of(second)]) == {(0, 1)}


@given(texts, texts)
@settings(max_examples=100, deadline=None)
def test_nothing_is_found_that_is_not_there(one: list[str], other: list[str]) -> None:
    """Against a search that is too simple to be wrong: a word counts if some run through it stands in both."""
    overlap = compare(read_text(" ".join(one)), read_text(" ".join(other)))
    runs = {tuple(one[at : at + LEAST_RUN]) for at in range(len(one) - LEAST_RUN + 1)}
    expected = {
        at + step
        for at in range(len(other) - LEAST_RUN + 1)
        if tuple(other[at : at + LEAST_RUN]) in runs
        for step in range(LEAST_RUN)
    }
    assert overlap.second_words == len(expected)


@given(texts)
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_texts_changes_nothing(one: list[str]) -> None:
    both = (" ".join([*one, *run(0)]), " ".join([*run(0), *reversed(one)]))
    (forth,) = find_common_passages(both).matches
    (back,) = find_common_passages(both[::-1]).matches
    assert (forth.shared_words, forth.first_words, forth.second_words) == (
        back.shared_words,
        back.second_words,
        back.first_words,
    )


def test_winnowing_keeps_less_than_half_of_the_grams_and_one_of_every_window() -> None:
    hashes = [hash_gram([str(number)]) for number in range(2000)]
    kept = winnow(hashes)
    assert all(kept & set(hashes[at : at + 4]) for at in range(len(hashes) - 3))
    assert len(kept) < 0.45 * len(hashes)  # expected 2 / (window + 1)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_are_the_same_in_every_form_of_unicode_and_kyrgyz_letters_stay_their_own(form: str) -> None:
    text = "Өкмөт үчүн жаңы Ёлка, й жана Ы."
    assert read_text(unicodedata.normalize(form, text)).words == ("өкмөт", "үчүн", "жаңы", "елка", "й", "жана", "ы")  # type: ignore[arg-type]  # one of the forms
    assert not set(read_text("өң үн").words) & set(read_text("он ун").words)


@pytest.mark.parametrize(
    ("written", "folded", "is_trick"),
    [
        ("cлoвo", "слово", True),  # Latin c and o
        ("Tөлөө", "төлөө", True),  # Latin T
        ("сло\u200bво", "слово", False),  # an invisible sign, reported by itself
        ("wоrd", "word", True),  # Cyrillic о in an English word
        ("PDFти", "pdfти", False),  # an abbreviation with an ending
        ("cop", "сор", False),  # a whole word of twins, like "сор": no trick, and the same
        ("Hop", "hop", False),
        ("сөзοн", "сөзон", True),  # Greek omicron
    ],
)
def test_letters_that_look_the_same_are_seen_through(written: str, folded: str, is_trick: bool) -> None:
    assert fold_word(written) == (folded, is_trick)


def test_a_copy_that_hides_its_words_is_found_and_the_tricks_are_shown_with_their_places() -> None:
    source = "Билим берүү порталында тапшырма ачылып студент аны өз мөөнөтүндө аткарып " * 4
    hidden = source.replace("о", "o", 3).replace("тапшырма", "тап\u200bшырма", 2)
    findings = find_common_passages([source, hidden])
    (match,) = findings.matches
    assert match.second_words == len(source.split())
    (mark,) = findings.marks
    assert (mark.text, mark.mixed_words, mark.invisible_signs) == (1, 3, 2)
    shown = {hidden[start:end] for start, end in mark.places}
    assert "\u200b" in shown
    assert any("o" in word for word in shown)


def test_passages_say_where_they_stand_in_the_texts_as_handed_in() -> None:
    shared = " ".join(run(0)).replace("сөз7", "СӨЗ7,")
    one, other = f"Башка. {shared}!", f"{' '.join(run(100, 9))} — {shared} аягы"
    (match,) = find_common_passages([one, other]).matches
    ((start, end, other_start, other_end, words),) = match.passages
    assert one[start:end] == other[other_start:other_end] == shared
    assert words == 30


def test_what_everybody_was_given_does_not_count_and_cuts_passages() -> None:
    task, quoted = " ".join(run(500, 40)), " ".join(run(700, 40))
    own = run(0, 30)
    one = f"{task} {' '.join(own[:20])} {quoted} {' '.join(own[20:])}"
    other = f"{task} {' '.join(run(900, 30))} {quoted}"
    assert find_common_passages([one, other]).matches[0].shared_words == 80
    assert find_common_passages([one, other], [task, quoted]).matches == ()
    (match,) = find_common_passages([one, one], [task, quoted]).matches
    assert match.shared_words == 30


def test_a_text_that_a_whole_class_has_copied_is_found_by_hashing() -> None:
    copied = " ".join(run(0, 200))
    several = [f"{copied} {' '.join(run(1000 + 40 * number, 10))}" for number in range(FEW + 3)]
    prints = [prints_of(read_text(text)) for text in several]
    every = len(several) * (len(several) - 1) // 2
    assert len(pairs_by_prints(prints)) < every // 10
    assert len(pairs_alike(prints, len(prints))) == every
    assert len(find_common_passages(several).matches) == every


def test_what_one_student_of_each_class_copies_becomes_no_commonplace() -> None:
    """Of twenty earlier classes each has one such passage; what a whole class was given is one in every class."""
    copied, quoted = " ".join(run(0, 60)), " ".join(run(500, 60))

    def members(start: int, *passages: str) -> list[str]:
        return [
            f"{passage} {' '.join(run(2000 + 1500 * (start + number), 1500))}"
            for number, passage in enumerate(passages)
        ]

    earlier = [members(100 + 20 * number, copied, *("" for _ in range(3))) for number in range(FEW + 8)]
    earlier.append(members(10, *(quoted for _ in range(FEW + 1))))
    findings = find_common_passages(members(0, copied, quoted, ""), (), earlier)
    places = [3 + 4 * number for number in range(FEW + 8)]
    assert [(one.first, one.second) for one in findings.matches] == [(0, place) for place in places]
    assert len(findings.word_counts) == 3 + 4 * (FEW + 8) + FEW + 1


def test_short_common_phrases_are_not_reported() -> None:
    phrase = run(0, LEAST_SHARED - 1)
    assert find_common_passages([" ".join(phrase + run(100)), " ".join(phrase + run(200))]).matches == ()


def test_hostile_texts_take_no_longer_than_others() -> None:
    """One word ten thousand times has a hundred million common runs; an automaton of it has as many states as words.
    What is longer than is looked at is said."""
    endless = read_text("а " * (LONGEST_WORDS + 1))
    assert endless.is_cut
    overlap = compare(endless, read_text("а " * 10_000))
    assert (overlap.first_words, overlap.second_words) == (LONGEST_WORDS, 10_000)
    assert len(overlap.passages) <= 4
    nothing = [read_text(text) for text in ("", " \u200b\u3164 ", "-- ,, __")]
    assert all(one.words == () and compare(one, one).passages == () for one in nothing)
    assert [*Automaton((), ()).runs_in(("а",), (False,))] == []


@pytest.mark.parametrize("language", ["ky", "ru"])
def test_planted_copies_are_found_and_nothing_else(language: str) -> None:
    planted = plant(language, 50, 3, seed=11)
    findings = find_common_passages(planted.texts)
    pairs = [(one.first, one.second) for one in findings.matches]
    assert found_by_share(planted, pairs) == {0.3: 3, 0.5: 3, 0.7: 3}
    assert set(pairs) == set(planted.copies)
    for match in findings.matches:
        share = planted.copies[match.first, match.second]
        assert share - 0.02 <= match.second_words / findings.word_counts[match.second] <= share + 0.1
