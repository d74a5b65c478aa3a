"""An empty database for a service of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import Cluster


@pytest.fixture
def new_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    def make() -> str:
        if backend == "sqlite":
            return f"sqlite+aiosqlite:///{tmp_path / 'university.sqlite3'}"
        cluster: Cluster = request.getfixturevalue("cluster")
        name = f"killed_{abs(hash(str(tmp_path)))}"
        cluster.create_database(name)
        request.addfinalizer(lambda: cluster.drop_database(name))
        return cluster.url(name)

    return make
