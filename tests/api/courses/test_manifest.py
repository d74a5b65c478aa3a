"""Reading the manifest: whatever the bytes, the answer is the site or the list of reasons; never another error."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.domains.courses import manifest as reader
from api.domains.courses.manifest import ManifestRefused, PublishedSite, load_manifest, read_manifest
from api.domains.courses.service import refusal_lines
from api.errors import LANGUAGES
from tests.api.courses.samples import artefact, course, in_all_forms, manifest, resource

VALID = manifest([course(resources=[resource("media/digital-literacy/a.svg")])], in_all_forms(course()))


def refused(data: bytes | str) -> list[tuple[str, str]]:
    with pytest.raises(ManifestRefused) as caught:
        read_manifest(data.encode() if isinstance(data, str) else data)
    for language in LANGUAGES:  # every reason has words, and they are a line each
        lines = refusal_lines(caught.value, language)
        assert len(lines) == len(caught.value.faults) + 1
        assert all(line.isprintable() for line in lines)
    return [(one.code, one.place) for one in caught.value.faults]


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    """The valid manifest after a change of its JSON."""
    found = json.loads(VALID.to_json())
    change(found)
    return json.dumps(found)


def test_what_the_builder_writes_is_read() -> None:
    site = read_manifest(VALID.to_json().encode())
    assert site.courses[0].entry.titles == course().titles
    assert [one.name for one in site.courses[0].material] == ["", "files", "media/digital-literacy/a.svg"]
    assert sum(len(one.renditions) for one in site.courses[0].material) == len(VALID.artefacts)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-json"),
        (b'{"version": 1', "not-json"),
        (b"\xff\xfe{}", "not-json"),
        (b'{"version": 1, "courses": NaN}', "not-json"),
        (b'{"a":' * 200_000, "not-json"),
        (b"[" * 200_000 + b"]" * 200_000, "not-json"),
        (b"[]", "not-a-manifest"),
        (b"null", "not-a-manifest"),
        (b"{}", "no-version"),
        (b'{"version": "1"}', "no-version"),
        (b'{"version": true}', "no-version"),
        (b'{"version": 0}', "no-version"),
        (b'{"version": 2}', "newer-version"),
        (b'{"version": ' + b"9" * 400 + b"}", "newer-version"),
    ],
)
def test_damage_is_refused_at_once(data: bytes, code: str) -> None:
    assert [found for found, _ in refused(data)] == [code]


def test_a_newer_version_is_named_with_the_one_we_read() -> None:
    with pytest.raises(ManifestRefused) as caught:
        read_manifest(b'{"version": 7}')
    assert "7" in refusal_lines(caught.value, "ru")[1]
    assert "1" in refusal_lines(caught.value, "ru")[1]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../secret",
            "a/../../b",
            "/etc/passwd",
            "//host/x",
            "ky//x",
            "ky/./x",
            "",
            ".",
            "ky/..",
            "ky/ ..",
            "ky/.. /x",
        ),
        *("C:/x", "c:x", "..\\x", "ky\\x", "http://evil.example/x", "javascript:alert(1)", "ky/x\x00.html", "ky/\n"),
        "a" * 1001,
    ],
)
def test_a_path_that_leaves_the_site_is_refused(path: str) -> None:
    data = changed(lambda found: found["artefacts"][0].update(path=path))
    assert [place for _, place in refused(data)] == ["/artefacts/0/path"]
    data = changed(lambda found: found["courses"][0]["resources"][0].update(path=path))
    assert [place for _, place in refused(data)] == ["/courses/0/resources/0/path"]


@pytest.mark.parametrize("path", ["ky/сабак 1/а.html", "ky/100%/x#1?.html", "media/ж.svg", "ky/a..b/c", "ky/%2e%2e/x"])
def test_other_paths_are_taken_as_they_are(path: str) -> None:
    site = read_manifest(changed(lambda found: found["artefacts"][0].update(path=path)).encode())
    assert path in {one.path for material in site.courses[0].material for one in material.renditions}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda m: m.pop("artefacts"), ("not-a-list", "/artefacts")),
        (lambda m: m.update(courses={}), ("not-a-list", "/courses")),
        (lambda m: m["courses"].append(7), ("wrong-type", "/courses/1")),
        (lambda m: m["courses"].append(m["courses"][0]), ("twice", "/courses/1/id")),
        (lambda m: m["courses"][0].pop("id"), ("missing", "/courses/0/id")),
        (lambda m: m["courses"][0].update(id="../x"), ("bad-code", "/courses/0/id")),
        (lambda m: m["courses"][0].update(titles={}), ("no-title", "/courses/0/titles")),
        (lambda m: m["courses"][0].update(titles={"ky": ""}), ("no-title", "/courses/0/titles/ky")),
        (lambda m: m["courses"][0].update(titles={"kg": "x"}), ("unknown-language", "/courses/0/titles")),
        (lambda m: m["courses"][0].update(titles={"ky": "a\x00"}), ("bad-characters", "/courses/0/titles/ky")),
        (lambda m: m["courses"][0].update(titles={"ky": 5}), ("wrong-type", "/courses/0/titles")),
        (lambda m: m["courses"][0].update(ects=-1), ("out-of-range", "/courses/0/ects")),
        (lambda m: m["courses"][0].update(ects=1e300), ("out-of-range", "/courses/0/ects")),
        (lambda m: m["courses"][0].update(people=[{"name": "x"}]), ("wrong-type", "/courses/0/people/0")),
        (lambda m: m["courses"][0]["lessons"].append([]), ("wrong-type", "/courses/0/lessons/1")),
        (lambda m: m["courses"][0]["lessons"][0].update(order=2**40), ("out-of-range", "/courses/0/lessons/0/order")),
        (lambda m: m["artefacts"][0].update(size=-1), ("out-of-range", "/artefacts/0/size")),
        (lambda m: m["artefacts"][0].update(size=2**80), ("out-of-range", "/artefacts/0/size")),
        (lambda m: m["artefacts"][0].update(pages=1.5), ("wrong-type", "/artefacts/0/pages")),
        (lambda m: m["artefacts"][0].update(digest="00"), ("bad-digest", "/artefacts/0/digest")),
        (lambda m: m["artefacts"][0].update(variant="x"), ("unknown-word", "/artefacts/0/variant")),
        (lambda m: m["artefacts"][0].update(language="uk-en"), ("unknown-language", "/artefacts/0/language")),
        (lambda m: m["artefacts"][0].update(lesson="other"), ("unknown-reference", "/artefacts/0")),
        (lambda m: m["artefacts"][0].update(course="other"), ("unknown-reference", "/artefacts/0")),
        (lambda m: m["artefacts"].append(m["artefacts"][0]), ("twice", f"/artefacts/{len(VALID.artefacts)}/path")),
    ],
)
def test_what_no_builder_says_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], object], fault: tuple[str, str]
) -> None:
    assert fault in refused(changed(change))


def test_every_fault_is_named_at_once_but_not_without_end() -> None:
    bad = [artefact("digital-literacy", "files", "ky", "html", path=f"../{number}") for number in range(1000)]
    faults = refused(manifest([course()], bad).to_json())
    assert len(faults) == reader.MOST_FAULTS
    assert faults[1] == ("bad-path", "/artefacts/1/path")


@pytest.mark.parametrize("field", ["type", "languages", "holder", "licence", "access", "unit"])
@pytest.mark.parametrize("said", ["missing", "null", "empty"])
def test_each_piece_of_metadata_is_needed(field: str, said: str) -> None:
    def change(found: dict[str, Any]) -> None:
        entry = found["courses"][0]["resources"][0]
        if said == "missing":
            del entry[field]
        else:
            entry[field] = None if said == "null" or field == "languages" else ""

    site = read_manifest(changed(change).encode())
    (one,) = site.unpublished
    assert (one.course, one.name) == ("digital-literacy", "media/digital-literacy/a.svg")
    assert one.lacks == ({"languages": "language"}.get(field, field),)
    assert [one.kind.value for one in site.courses[0].material] == ["course", "lesson"]


def test_material_without_words_needs_no_language() -> None:
    site = read_manifest(changed(lambda m: m["courses"][0]["resources"][0].update(languages=[])).encode())
    assert site.unpublished == ()


def test_a_course_without_unit_publishes_no_lesson() -> None:
    site = read_manifest(changed(lambda m: m["courses"][0].update(units={})).encode())
    assert {(one.kind.value, one.lacks) for one in site.unpublished} == {("course", ("unit",)), ("lesson", ("unit",))}
    assert [one.kind.value for one in site.courses[0].material] == ["file"]


def test_formats_that_we_do_not_know_yet_are_left_out_and_counted() -> None:
    site = read_manifest(changed(lambda m: m["artefacts"][0].update(format="hologram")).encode())
    assert site.unknown_formats == {"hologram": 1}
    assert sum(len(one.renditions) for one in site.courses[0].material) == len(VALID.artefacts) - 1


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LARGEST_BYTES", 1000)
    path = tmp_path / "m.json"
    path.write_bytes(b" " * 1001)
    with pytest.raises(ManifestRefused, match="too-large"):
        load_manifest(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # reading it would wait for ever
    for path in (tmp_path, tmp_path / "absent", tmp_path / "pipe", Path("a\x00b")):
        with pytest.raises(ManifestRefused, match=r"no-file|unreadable"):
            load_manifest(path)


# Laws

_words = st.sampled_from(
    ["", "ky", "ru", "digital-literacy", "files", "html", "public", "../x", "\x00", "\ud800", "a" * 400]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | _words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | _words, inner, max_size=3),
    max_leaves=6,
)


def outcome(data: bytes) -> PublishedSite | None:
    """The site, or None when it is refused with reasons that have words. Any other exception is a failure."""
    try:
        return read_manifest(data)
    except ManifestRefused as caught:
        assert caught.faults
        assert all(line.isprintable() for line in refusal_lines(caught, "ky"))
        return None


def encoded(found: Any) -> bytes:
    return json.dumps(found).encode("utf-8", "surrogatepass")


@given(st.binary(max_size=200))
@example(b'{"version":1,"courses":[],"artefacts":[],"withheld":["\xed\xa0\x80"]}')
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_answered(data: bytes) -> None:
    outcome(data)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_manifest_with_anything_in_any_place_is_answered(data: st.DataObject) -> None:
    found = json.loads(json.dumps(asdict(VALID)))
    for _ in range(data.draw(st.integers(1, 3))):
        node: Any = found
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = data.draw(st.sampled_from(keys)) if keys else None
            inner = node[key] if key is not None else None
            if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 4)):
                node = inner
                continue
            break
        if key is None:
            continue
        if isinstance(node, dict) and data.draw(st.integers(0, 3)) == 0:
            del node[key]
        else:
            node[key] = data.draw(_values)
    found["version"] = 1
    site = outcome(encoded(found))
    if site is not None:
        for one in site.courses:
            for material in one.material:
                assert material.type and material.holder and material.licence and material.access and material.unit
                for file in material.renditions:
                    assert ".." not in file.path.split("/")
                    assert not file.path.startswith("/")


@given(st.integers(0, len(VALID.to_json().encode())))
@settings(max_examples=60, deadline=None)
def test_a_file_that_was_cut_off_is_refused(length: int) -> None:
    whole = VALID.to_json().encode()
    assert (outcome(whole[:length]) is None) == (length < len(whole.rstrip()))


@given(st.permutations(list(VALID.artefacts)))
@settings(max_examples=30, deadline=None)
def test_the_order_of_files_means_nothing(artefacts: list[Any]) -> None:
    def contents(found: Any) -> list[dict[str, Any]]:
        site = outcome(encoded(asdict(found)))
        assert site is not None
        return [one.content() for course_ in site.courses for one in course_.material]

    assert contents(manifest(VALID.courses, artefacts)) == contents(VALID)
