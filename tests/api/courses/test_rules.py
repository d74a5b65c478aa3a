"""Laws of readiness, gates and names of units."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.domains.courses.rules import (
    REQUIREMENTS,
    Change,
    Declared,
    Form,
    GateState,
    KnownUnit,
    LineState,
    PackageContents,
    PackageResource,
    Part,
    UnitIndex,
    Unmatched,
    Waived,
    Weight,
    assess_package,
    change_of,
    facets_of,
    form_of,
    gate_state,
    is_complete,
    lets_classes_open,
    missing_lines,
)
from api.ids import new_id
from builder.model.course import ResourceType
from builder.model.format import FORMATS

LANGUAGES = ("ky", "ru", "en")
languages = st.frozensets(st.sampled_from(LANGUAGES), min_size=1)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))

resources = st.builds(
    PackageResource,
    st.builds(new_id),
    st.sampled_from(["course", "lesson", "file"]),
    st.text(max_size=3),
    st.sampled_from([one.value for one in ResourceType]),
    languages,
    st.frozensets(st.tuples(st.sampled_from([one.value for one in Form]), st.sampled_from(LANGUAGES))),
)
declared = st.builds(Declared, st.sampled_from([one.value for one in Part]), languages)
waived = st.builds(Waived, st.sampled_from(sorted(REQUIREMENTS)), st.none() | st.sampled_from(LANGUAGES))
contents = st.builds(
    PackageContents,
    languages.map(lambda found: tuple(sorted(found))),
    st.lists(resources, max_size=4).map(tuple),
    st.lists(declared, max_size=4).map(tuple),
    st.frozensets(waived, max_size=4),
    st.none() | languages,
)


def missing(found: PackageContents) -> set[tuple[str, str]]:
    return {(one.requirement.code, one.language) for one in missing_lines(assess_package(found))}


@given(contents)
def test_every_requirement_is_judged_once_in_every_language(found: PackageContents) -> None:
    judged = [(one.requirement.code, one.language) for one in assess_package(found)]
    assert sorted(judged) == sorted((code, tag) for code in REQUIREMENTS for tag in found.languages)


@given(contents, declared)
def test_declaring_a_part_never_makes_more_missing(found: PackageContents, more: Declared) -> None:
    after = PackageContents(found.languages, found.resources, (*found.declared, more), found.waived, found.linked)
    assert missing(after) <= missing(found)
    assert not {(more.part, tag) for tag in more.languages} & missing(after)


@given(contents, waived)
def test_an_exemption_touches_its_requirement_alone(found: PackageContents, more: Waived) -> None:
    after = PackageContents(found.languages, found.resources, found.declared, found.waived | {more}, found.linked)
    gone = missing(found) - missing(after)
    assert missing(after) <= missing(found)
    assert {code for code, _ in gone} <= {more.requirement}
    if more.language is not None:
        assert {tag for _, tag in gone} <= {more.language}
    assert not any(code == more.requirement and more.language in (None, tag) for code, tag in missing(after))


@given(contents)
def test_only_what_is_required_holds_the_gate(found: PackageContents) -> None:
    lines = assess_package(found)
    wanted = [one for one in lines if one.state is LineState.MISSING and one.requirement.weight is Weight.REQUIRED]
    assert is_complete(lines) == (not wanted)


@given(contents)
def test_a_missing_form_names_resources_that_lack_it(found: PackageContents) -> None:
    by_id = {one.id: one for one in found.resources}
    for line in assess_package(found):
        if line.requirement.form is not None and line.state in (LineState.MISSING, LineState.WAIVED):
            assert line.lacking
            for id_ in line.lacking:
                assert (line.requirement.form.value, line.language) not in by_id[id_].forms
                assert line.language in by_id[id_].languages


def test_an_empty_course_lacks_every_part() -> None:
    lines = assess_package(PackageContents((), (), (), frozenset()))
    assert {one.requirement.code for one in missing_lines(lines)} == {part.value for part in Part}


gates = st.fixed_dictionaries(
    {
        "complete": st.booleans(),
        "due_on": days,
        "closing_days": st.integers(0, 120),
        "excepted_until": st.none() | days,
    }
)


@given(gates, days)
def test_a_complete_package_always_passes(gate: dict[str, Any], on: date) -> None:
    assert gate_state(**{**gate, "complete": True}, on=on) is GateState.PASSED


@given(gates, days)
def test_classes_may_open_until_the_last_day_and_on_days_of_an_exception(gate: dict[str, Any], on: date) -> None:
    state = gate_state(**gate, on=on)
    until = gate["excepted_until"]
    expected = gate["complete"] or on <= gate["due_on"] or (until is not None and on <= until)
    assert lets_classes_open(state) == expected


@given(gates, days)
def test_without_a_deed_the_gate_only_moves_towards_failing(gate: dict[str, Any], on: date) -> None:
    order = [GateState.OPEN, GateState.CLOSING, GateState.EXCEPTED, GateState.FAILED]
    today, tomorrow = gate_state(**gate, on=on), gate_state(**gate, on=on + timedelta(days=1))
    if not gate["complete"]:
        assert order.index(today) <= order.index(tomorrow)


@given(gates, st.integers(1, 400))
def test_an_exception_never_shuts_a_gate(gate: dict[str, Any], later: int) -> None:
    on = gate["due_on"] + timedelta(days=later)
    without = gate_state(**{**gate, "excepted_until": None}, on=on)
    assert lets_classes_open(gate_state(**gate, on=on)) or not lets_classes_open(without)


def test_every_format_of_the_builder_serves_a_form() -> None:
    """A format that is added to the builder has to be given its form here."""
    for one in FORMATS:
        assert isinstance(form_of(one.name), Form)
        assert form_of(one.name, "easy") in (Form.EASY_LANGUAGE, form_of(one.name))
    assert form_of("brf") is form_of("pef") is Form.BRAILLE
    assert form_of("captions", "easy") is Form.CAPTIONS
    assert form_of("html", "easy") is Form.EASY_LANGUAGE


def test_a_resource_is_found_under_its_type_forms_and_languages() -> None:
    assert facets_of("e-book", ["ky"], [("braille", "ru")]) == {
        *(("", ""), ("", "ky"), ("type:e-book", ""), ("type:e-book", "ky"), ("braille", ""), ("braille", "ru"))
    }


@given(st.lists(st.tuples(st.text(max_size=4), st.dictionaries(st.sampled_from(LANGUAGES), st.text(max_size=4)))))
def test_a_unit_is_found_only_by_a_name_that_it_has(found: list[tuple[str, dict[str, str]]]) -> None:
    units = [KnownUnit(new_id(), code, titles) for code, titles in found]
    index = UnitIndex(units)
    for unit in units:
        for tag, title in unit.titles.items():
            matched = index.match({tag: title})
            if title.strip() and not isinstance(matched, Unmatched):
                assert matched == unit.id
    assert index.match({}) is Unmatched.UNKNOWN
    assert index.match({"ky": " "}) is Unmatched.UNKNOWN
    assert index.match({"ky": "no unit is called so"}) is Unmatched.UNKNOWN


def test_two_units_of_one_name_are_never_told_apart_by_guessing() -> None:
    twins = [KnownUnit(new_id(), "a", {"ky": "Кафедра"}), KnownUnit(new_id(), "b", {"ky": "кафедра "})]
    assert UnitIndex(twins).match({"ky": "Кафедра"}) is Unmatched.AMBIGUOUS
    assert UnitIndex(twins).match({"ky": "b"}) == twins[1].id


def test_what_becomes_of_something() -> None:
    assert change_of(None, False, "x") is Change.ADDED
    assert change_of("x", True, "x") is None
    assert change_of("x", True, "y") is Change.CHANGED
    assert change_of("x", False, "x") is Change.RESTORED
