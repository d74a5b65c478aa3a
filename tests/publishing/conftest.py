"""The small site, built once for each test process."""

from collections.abc import Callable

import pytest
from lxml import html

from tests.publishing.site import Project, make_project, requests


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(tmp_path_factory.mktemp("publishing") / "project")


@pytest.fixture(scope="session")
def pages(project: Project) -> dict[str, bytes]:
    """Every page of the small site by its path."""
    return project.build(requests())


@pytest.fixture(scope="session")
def tree(pages: dict[str, bytes]) -> Callable[[str], html.HtmlElement]:
    """A page as elements, by its path."""
    return lambda path: html.document_fromstring(pages[path].decode())
