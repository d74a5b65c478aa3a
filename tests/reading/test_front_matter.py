from typing import Any

import pytest

from builder.reading.front_matter import inspect_lesson


def _problems(text: str | bytes) -> list[tuple[int, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(line, rule) for line, rule, _ in inspect_lesson(data)["problems"]]


FIELDS: dict[str, dict[str, Any]] = {
    "title: Файлдар": {"title": "Файлдар"},
    "title: 'Файлдар: кайда'": {"title": "Файлдар: кайда"},
    "title: 2026": {"title": "2026"},
    "title: No": {"title": "No"},
    "title: Да  # эскертүү": {"title": "Да"},
    "title: а:б": {"title": "а:б"},
    "title: >\n  Узун\n  аталыш": {"title": "Узун аталыш"},
    "title: а\nlanguage: ky\ndescription: б": {"title": "а", "language": "ky", "description": "б"},
    "title: а\ntype: video-lesson": {"title": "а", "type": "video-lesson"},
    "title: а\nrights: {holder: б, licence: в, access: restricted}": {
        "title": "а",
        "rights": {"holder": "б", "licence": "в", "access": "restricted"},
    },
}


@pytest.mark.parametrize("header", FIELDS)
def test_fields_are_read(header: str) -> None:
    facts = inspect_lesson(f"---\n{header}\n---\nтекст".encode())
    assert facts["fields"] == FIELDS[header]
    assert facts["problems"] == []


PROBLEMS: dict[str, list[tuple[int, str]]] = {
    "текст": [(1, "front-matter-missing")],
    "---\ntitle: а\n\nтекст": [(1, "front-matter-unclosed")],
    "---\n---\nтекст": [(1, "front-matter-title-missing")],
    "---\ndescription: а\n---\nтекст": [(1, "front-matter-title-missing")],
    "---\ndescription: б\ntitle:\n---\nтекст": [(3, "front-matter-title-missing")],
    "---\ntitle: а: б\n---\nтекст": [(2, "front-matter-bad-yaml")],
    "---\ntitle: а\ndescription: 'б\n---\nтекст": [(3, "front-matter-bad-yaml")],
    "---\n- а\n---\nтекст": [(2, "front-matter-bad-yaml"), (1, "front-matter-title-missing")],
    "---\ntitle: а\nauthor: б\n---\nтекст": [(3, "front-matter-unknown-key")],
    "---\ntitle: а\ntitle: б\n---\nтекст": [(3, "front-matter-repeated-key")],
    "---\ntitle: [а]\n---\nтекст": [(2, "front-matter-value-wrong"), (2, "front-matter-title-missing")],
    "---\ntitle: а\ntype: б\n---\nтекст": [(3, "front-matter-value-wrong")],
    "---\ntitle: а\nrights: жок\n---\nтекст": [(3, "front-matter-value-wrong")],
    "---\ntitle: а\nrights:\n  holder: б\n  access: secret\n---\nтекст": [(5, "front-matter-value-wrong")],
    "": [(1, "lesson-empty")],
    " \n\n": [(1, "lesson-empty")],
}


@pytest.mark.parametrize("text", PROBLEMS)
def test_problems_are_named_with_their_line(text: str) -> None:
    assert _problems(text) == PROBLEMS[text]


def test_a_title_with_a_colon_is_saved_though_it_is_not_yaml() -> None:
    assert inspect_lesson("---\ntitle: Файлдар: кайда\n---\nа".encode())["fields"] == {"title": "Файлдар: кайда"}


def test_rights_that_nobody_can_read_are_taken_for_restricted() -> None:
    facts = inspect_lesson("---\ntitle: а\nrights: {holder: б, access: secret}\n---\nв".encode())
    assert facts["fields"]["rights"]["access"] == "restricted"


def test_a_byte_that_is_not_utf8_is_named_with_line_and_place() -> None:
    facts = inspect_lesson("---\ntitle: а\n---\nбв".encode() + b"\xe9 x")
    assert facts["problems"] == [[4, "file-not-utf8", {"byte": "0xE9", "column": "5"}]]
    assert facts["readable"] is False


@pytest.mark.parametrize(
    ("data", "encoding"),
    [("Эта лекция о файлах".encode("cp1251"), "Windows-1251"), ("а".encode("utf-16"), "UTF-16")],
)
def test_other_encodings_are_guessed(data: bytes, encoding: str) -> None:
    ((line, rule, values),) = inspect_lesson(data)["problems"]
    assert (line, rule, values["encoding"]) == (1, "file-other-encoding", encoding)


def test_a_byte_order_mark_is_tolerated() -> None:
    facts = inspect_lesson(b"\xef\xbb\xbf---\ntitle: a\n---\nb")
    assert (facts["fields"], facts["problems"]) == ({"title": "a"}, [])


def test_a_very_large_lesson_is_a_warning_and_readable() -> None:
    facts = inspect_lesson(b"---\ntitle: a\n---\n" + b"word " * 1_000_000)
    assert facts["problems"] == [[1, "lesson-very-large", {"megabytes": "5.0"}]]
    assert facts["readable"] is True


@pytest.mark.parametrize("bomb", ["title: " + "[" * 5000, "a: " + "{a: " * 3000, "- " * 5000, "? " * 5000])
def test_deep_front_matter_is_refused_not_followed(bomb: str) -> None:
    assert "front-matter-bad-yaml" in [rule for _, rule in _problems(f"---\n{bomb}\n---\nа")]
