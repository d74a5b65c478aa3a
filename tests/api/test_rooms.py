"""Each thing in its room: domains know each other by id and by service, rules are pure."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAINS = Path(__file__).parents[2] / "api" / "domains"
PRIVATE = {"models", "schemas", "routes"}
IMPURE = {"sqlalchemy", "litestar", "time", "random", "secrets", "os", "pathlib", "asyncio", "httpx"}


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _domains() -> list[str]:
    return sorted(one.name for one in DOMAINS.iterdir() if one.is_dir() and not one.name.startswith("_"))


@pytest.mark.parametrize("domain", _domains())
def test_a_domain_never_looks_into_the_tables_of_another(domain: str) -> None:
    for file in (DOMAINS / domain).rglob("*.py"):
        for name in _imports(file):
            parts = name.split(".")
            if parts[:2] == ["api", "domains"] and parts[2] != domain:
                assert not PRIVATE & set(parts[3:4]), f"{file}: {name}"


@pytest.mark.parametrize("domain", _domains())
def test_rules_are_pure(domain: str) -> None:
    for file in (DOMAINS / domain).rglob("*rules.py"):
        for name in _imports(file):
            assert name.split(".")[0] not in IMPURE, f"{file}: {name}"
            assert name.split(".")[-1] not in {"Unit", "Context"}, f"{file}: {name}"
