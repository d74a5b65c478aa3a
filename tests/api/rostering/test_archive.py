"""Reading archives: everything that is wrong is found, with file, line and column; nothing that is sent breaks it."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.domains.rostering.archive import COLUMNS, Faults, read_archive
from api.domains.rostering.rules import Roster, read_roster
from api.errors import load_texts
from tests.api.rostering.archives import Tables, pack, semester, shuffled


def _read(data: bytes) -> tuple[Roster, list[tuple[str, int, str, str]]]:
    archive, faults = read_archive(data)
    roster = read_roster(archive, "ky", faults)
    return roster, [(one.file, one.line, one.column, one.code) for one in faults.found]


def test_a_sound_archive_has_no_faults() -> None:
    roster, faults = _read(pack(semester()))
    assert faults == []
    assert [one.code for one in roster.orgs] == ["F", "MATH"]
    assert [one.kind for one in roster.sessions] == ["semester", "year"]
    assert len(roster.enrollments) == 4


@pytest.mark.parametrize(
    ("file", "line", "column", "cell", "code"),
    [
        ("orgs.csv", 2, "type", "galaxy", "unknown-word"),
        ("orgs.csv", 2, "name", "", "cell-empty"),
        ("orgs.csv", 2, "parentSourcedId", "o2", "cycle"),
        ("orgs.csv", 2, "sourcedId", "o2", "source-twice"),
        ("academicSessions.csv", 2, "startDate", "2026-02-30", "not-a-day"),
        ("academicSessions.csv", 2, "endDate", "2027-01-01", "ends-before-start"),
        ("academicSessions.csv", 2, "startDate", "01.02.2028", "not-a-day"),
        ("classes.csv", 2, "termSourcedIds", "a,b", "one-term"),
        ("classes.csv", 2, "metadata.capacity", "-3", "not-in-range"),
        ("classes.csv", 2, "metadata.capacity", "٣", "not-in-range"),
        ("classes.csv", 2, "classCode", "<script>", "not-a-code"),
        ("users.csv", 3, "givenName", "Ай\u0000гүл", "control-characters"),
        ("users.csv", 3, "email", "nobody", "not-an-email"),
        ("users.csv", 3, "familyName", "а" * 1001, "cell-too-long"),
        ("users.csv", 3, "metadata.intakeYear", "soon", "not-in-range"),
        ("users.csv", 3, "status", "sleeping", "unknown-word"),
    ],
)
def test_a_wrong_cell_is_named(file: str, line: int, column: str, cell: str, code: str) -> None:
    tables = semester()
    table = tables[file]
    table[line - 1][table[0].index(column)] = cell
    _, faults = _read(pack(tables))
    found = {(one[0], one[2], one[3]) for one in faults}
    assert (file, column, code) in found
    if code != "source-twice":
        assert (file, line, column, code) in faults


def _zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in files.items():
            packed.writestr(name.replace("__", "."), raw)
    return out.getvalue()


GOOD = b"propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\n"


@pytest.mark.parametrize(
    ("data", "file", "code"),
    [
        (b"", "", "not-an-archive"),
        (b"PK\x03\x04 cut off", "", "not-an-archive"),
        (pack(semester())[:-40], "", "not-an-archive"),
        (_zip(orgs__csv=b"sourcedId,name,type\n"), "manifest.csv", "no-manifest"),
        (_zip(manifest__csv=b"propertyName,value\noneroster.version,9\n"), "manifest.csv", "unknown-version"),
        (_zip(manifest__csv=GOOD), "orgs.csv", "file-missing"),
        (_zip(manifest__csv=GOOD, orgs__csv=b""), "orgs.csv", "column-missing"),
        (_zip(manifest__csv=GOOD, orgs__csv=b"sourcedId,name,type,name\n"), "orgs.csv", "column-twice"),
        (
            _zip(manifest__csv=GOOD, orgs__csv="sourcedId,name,type\no1,Кафедра,x".encode("cp1251")),
            "orgs.csv",
            "not-utf8",
        ),
        (_zip(manifest__csv=GOOD, orgs__csv=b'sourcedId,name,type\n"o1,x,school\n'), "orgs.csv", "broken-line"),
        (_zip(manifest__csv=GOOD, orgs__csv=b"sourcedId,name,type\no1,x\n"), "orgs.csv", "cell-count"),
        (_zip(**{f"f{one}__csv": b"" for one in range(50)}), "", "too-many-files"),
    ],
)
def test_a_broken_archive_is_refused_with_a_reason(data: bytes, file: str, code: str) -> None:
    _, faults = _read(data)
    assert (file, code) in {(one[0], one[3]) for one in faults}


def test_a_bomb_is_not_unpacked() -> None:
    """200 MB of zeros in 200 kB: sizes are counted while unpacking."""
    _, faults = _read(_zip(manifest__csv=GOOD, orgs__csv=bytes(101_000_000)))
    assert ("orgs.csv", 0, "", "file-too-large") in faults


def test_every_fault_has_words_in_three_languages() -> None:
    source = "".join((one.read_text(encoding="utf-8")) for one in _sources())
    codes = {code for code in load_texts() if code.startswith("field-roster-")}
    for code in codes:
        assert f'"{code.removeprefix("field-roster-")}"' in source, code
        assert set(load_texts()[code]) == {"ky", "ru", "en"}


def _sources() -> list[Path]:
    return list((Path(__file__).parents[3] / "api/domains/rostering").glob("*.py"))


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_order_of_lines_means_nothing(seed: int) -> None:
    def told(tables: Tables) -> list[list[tuple[object, ...]]]:
        roster, faults = _read(pack(tables))
        assert faults == []
        parts = (roster.orgs, roster.sessions, roster.courses, roster.classes, roster.users, roster.enrollments)
        return [[(one.row.source_id, sorted(one.row.cells.items())) for one in part] for part in parts]

    assert told(shuffled(semester(), seed)) == told(semester())


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.dictionaries(st.sampled_from([*COLUMNS, "manifest.csv"]), st.binary(max_size=200), max_size=4).map(
            lambda files: _zip(**{name.replace(".", "__"): raw for name, raw in files.items()})
        ),
        st.tuples(st.sampled_from(list(COLUMNS)), st.integers(0, 6), st.text(max_size=30)).map(
            lambda one: _with_cell(*one)
        ),
    )
)
@settings(max_examples=120, deadline=None)
def test_nothing_that_is_sent_breaks_the_reader(data: bytes) -> None:
    archive, faults = read_archive(data)
    read_roster(archive, "ky", faults)
    assert isinstance(faults, Faults)
    assert all(one.code and one.line >= 0 for one in faults.found)


def _with_cell(file: str, column: int, text: str) -> bytes:
    tables = semester()
    row = tables[file][1]
    row[column % len(row)] = text.encode("utf-8", "replace").decode()
    return pack(tables)
