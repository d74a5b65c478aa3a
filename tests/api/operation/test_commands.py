"""`jetki api …` as its users run it: what it says, its exit codes, and that nothing is lost."""

import base64
import gzip
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from api.commands.main import DONE, PROBLEMS, UNUSABLE, run
from api.db.base import Base
from api.db.migrate import newest_revision
from api.jobs.memory import Memory, jobs_database, open_engine
from tests.databases import Cluster

Run = Callable[..., tuple[int, str, str]]
KEY = "1:" + base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def new_database(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Address of another empty database of this kind."""

    def make(name: str) -> str:
        if backend == "sqlite":
            return f"sqlite+aiosqlite:///{tmp_path / name}.sqlite3"
        cluster: Cluster = request.getfixturevalue("cluster")
        unique = f"{name}_{abs(hash(str(tmp_path)))}"
        cluster.create_database(unique)
        request.addfinalizer(lambda: cluster.drop_database(unique))
        return cluster.url(unique)

    return make


@pytest.fixture
def jetki(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command over a database; gives back the exit code and what was said."""

    def run_it(url: str, *arguments: str, **environ: str) -> tuple[int, str, str]:
        settings = {"JETKI_DATA": str(tmp_path / "data"), "JETKI_DATABASE_URL": url, "JETKI_KEYS": KEY, "LANG": "en"}
        code = run(arguments, settings | environ, tmp_path)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_it


def _rows(url: str) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of every table, as Python values."""
    engine = create_engine(url.replace("+aiosqlite", "").replace("+asyncpg", "+psycopg"))
    with engine.connect() as connection:
        found = {
            table.name: sorted(tuple(map(_text, row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def _text(value: Any) -> str:
    """PostgreSQL keeps the members of an object in an order of its own."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else str(value)


def test_a_university_is_backed_up_and_restored_row_by_row(
    jetki: Run, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    first, second = new_database("first"), new_database("second")
    code, said, _ = jetki(first, "seed", "--students", "12")
    assert code == DONE
    assert re.search(r'"login": .*student-plan: .*/v1/verifications/\d{4}-', said, re.DOTALL)  # what to try
    file = tmp_path / "backup.jsonl.gz"
    code, said, _ = jetki(first, "backup", str(file))
    assert code == DONE
    assert str(file) in said
    assert jetki(second, "restore", str(file))[0] == DONE
    before, after = _rows(first), _rows(second)
    assert sum(map(len, before.values())) > 200
    assert before == after
    assert jetki(second, "check")[0] == DONE
    # a second time it has to be asked for, and then gives the same again
    code, _, complaint = jetki(second, "restore", str(file))
    assert (code, "--replace" in complaint) == (PROBLEMS, True)
    assert jetki(second, "restore", "--replace", str(file))[0] == DONE
    assert _rows(second) == before


def test_restoring_forgets_the_jobs_of_the_database_that_was(
    jetki: Run, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    url, file = new_database("first"), tmp_path / "backup.gz"
    jetki(url, "migrate")
    assert jetki(url, "backup", str(file))[0] == DONE
    began: list[int] = []
    for restored in (False, True):
        if restored:
            assert jetki(url, "restore", "--replace", str(file))[0] == DONE
        engine = open_engine(jobs_database(url, tmp_path / "data"), durable=False)
        memory = Memory(engine)
        memory.prepare(datetime(2026, 9, 1 + len(began), tzinfo=UTC))
        began.append(memory.began_at().day)
        engine.dispose()
    assert began == [1, 2]


def test_a_backup_moves_a_university_to_the_other_kind_of_database(
    jetki: Run, cluster: Cluster, tmp_path: Path
) -> None:
    name = f"moved_{abs(hash(str(tmp_path)))}"
    cluster.create_database(name)
    one, other = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}", cluster.url(name)
    back = f"sqlite+aiosqlite:///{tmp_path / 'back.sqlite3'}"
    jetki(one, "seed", "--students", "6")
    for source, target in ((one, other), (other, back)):
        assert jetki(source, "backup", str(tmp_path / "b.gz"))[0] == DONE
        assert jetki(target, "restore", str(tmp_path / "b.gz"))[0] == DONE
        assert jetki(target, "check")[0] == DONE
    assert _rows(back) == _rows(one)
    cluster.drop_database(name)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "text", "row-missing"])
def test_a_damaged_backup_changes_nothing(damage: str, jetki: Run, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}"
    jetki(url, "seed", "--students", "4")
    file = tmp_path / "backup.gz"
    jetki(url, "backup", str(file))
    raw, before = file.read_bytes(), _rows(url)
    lines = gzip.decompress(raw).splitlines(keepends=True)
    file.write_bytes(
        {
            "cut": raw[: len(raw) // 2],
            "changed": gzip.compress(b"".join(lines).replace("Доступный".encode(), "Недоступный".encode())),
            "empty": b"",
            "text": b"not a backup at all",
            "row-missing": gzip.compress(b"".join(lines[:20] + lines[21:])),
        }[damage]
    )
    code, _, complaint = jetki(url, "restore", "--replace", str(file))
    assert code == PROBLEMS
    assert "The database was not changed" in complaint
    assert _rows(url) == before


def test_the_first_administrator_signs_in_with_what_was_said(jetki: Run, new_database: Callable[[str], str]) -> None:
    url = new_database("admin")
    code, said, _ = jetki(url, "create-admin", "aida", "--given-name", "Аида", "--family-name", "Осмонова")
    assert code == DONE
    password = re.search(r"only once\): (\S+)", said)
    assert password is not None
    assert len(password[1]) >= 20
    code, _, complaint = jetki(url, "create-admin", "AIDA", "--given-name", "Аида", "--family-name", "Осмонова")
    assert code == PROBLEMS
    assert complaint.strip()


def test_check_finds_what_was_tampered_with(jetki: Run, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}"
    said = jetki(url, "seed", "--students", "4")[1]
    assert "student-plan" not in said  # too few for stories
    assert "/v1/verifications/" not in said
    assert jetki(url, "check")[0] == DONE
    with sqlite3.connect(tmp_path / "one.sqlite3") as database:
        database.execute("DROP TRIGGER audit_entry_no_update")
        database.execute("UPDATE audit_entry SET what = 'nothing' WHERE number = 3")
    database.close()
    code, _, complaint = jetki(url, "check")
    assert code == PROBLEMS
    assert "3" in complaint


def test_check_tells_a_missing_key_from_tampering(jetki: Run, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}"
    jetki(url, "seed", "--students", "4")
    other = "other:" + base64.b64encode(bytes(range(1, 33))).decode()
    code, _, complaint = jetki(url, "check", JETKI_KEYS=other)
    assert code == PROBLEMS
    assert "add the keys of that time" in complaint
    assert jetki(url, "check", JETKI_KEYS=f"{other},{KEY}")[0] == DONE


def test_migrate_says_from_where_to_where(jetki: Run, new_database: Callable[[str], str]) -> None:
    url = new_database("empty")
    code, said, _ = jetki(url, "migrate")
    assert code == DONE
    assert str(newest_revision()) in said
    assert "already" in jetki(url, "migrate")[1]
    assert jetki(url, "migrate", "--to", "base")[0] == DONE


def test_sync_takes_the_manifest_or_says_why_not(jetki: Run, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}"
    code, _, complaint = jetki(url, "sync", str(tmp_path / "none.json"))
    assert code == PROBLEMS
    assert complaint.strip()
    broken = tmp_path / "manifest.json"
    broken.write_text("{", encoding="utf-8")
    assert jetki(url, "sync", str(broken))[0] == PROBLEMS
    broken.write_text(
        json.dumps({"version": 1, "languages": ["ky"], "courses": [], "artefacts": [], "withheld": []}),
        encoding="utf-8",
    )
    assert jetki(url, "sync", str(broken))[0] == DONE


def test_production_refuses_what_is_unsafe(jetki: Run, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}"
    unsafe = {"JETKI_ENVIRONMENT": "production", "JETKI_DEBUG": "1", "JETKI_SECURE_COOKIES": "0", "JETKI_KEYS": ""}
    code, _, complaint = jetki(url, "migrate", **unsafe)
    assert code == UNUSABLE
    named = {line.split(":")[0] for line in complaint.splitlines()}
    assert named == {"JETKI_KEYS", "JETKI_DEBUG", "JETKI_SECURE_COOKIES", "JETKI_PUBLIC_URL"}
    zeros = "1:" + base64.b64encode(bytes(32)).decode()
    safe = {"JETKI_ENVIRONMENT": "production", "JETKI_PUBLIC_URL": "https://uni.kg"}
    assert jetki(url, "migrate", **safe, JETKI_KEYS=zeros)[0] == UNUSABLE
    assert jetki(url, "migrate", **safe)[0] == DONE
    assert jetki(url, "seed", **safe)[0] == UNUSABLE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JETKI_DATABASE_URL", "mysql://x"),
        ("JETKI_DATABASE_URL", "::"),
        ("JETKI_ENVIRONMENT", "staging"),
        ("JETKI_ORIGINS", "*"),
        ("JETKI_SESSION_HOURS", "-1"),
        ("JETKI_REQUESTS_PER_MINUTE", "many"),
        ("JETKI_KEYS", "1:short"),
        ("JETKI_SECURE_COOKIES", "perhaps"),
        ("JETKI_SMTP_URL", "foo://x"),
        ("JETKI_MAIL_FROM", "nobody"),
        ("JETKI_ORIGINS", "http://evil.kg/path"),
        ("JETKI_PUBLIC_URL", "https://uni.kg/?z"),
        ("JETKI_SITE_URL", "uni.kg"),
        ("JETKI_TRUSTED_PROXIES", "10.0.0.0/8"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, jetki: Run, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'one.sqlite3'}"
    code, _, complaint = jetki(url, "migrate", **{name: value})
    assert code == UNUSABLE
    assert complaint.startswith(f"{name}:")


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_help_speaks_the_readers_language(language: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        run(["--language", language, "--help"], {}, tmp_path)
    text = capsys.readouterr().out
    expected = {"ky": "кызматты иштетүү", "ru": "запустить службу", "en": "run the service"}
    assert expected[language] in text


def test_what_it_writes_is_for_its_owner_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["migrate"], {"LANG": "ky"}, tmp_path) == DONE
    written = list((tmp_path / "jetki-data").iterdir())
    assert {one.name for one in written} >= {"keys", "university.sqlite3"}
    for one in (tmp_path / "jetki-data", *written):
        assert one.stat().st_mode & 0o077 == 0, one
    assert str(newest_revision()) in capsys.readouterr().out
