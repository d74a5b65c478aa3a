"""From requests to the bytes of pages: one genuine MkDocs build in a temporary folder."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from builder.model.course import Catalogue
from builder.model.settings import Settings
from builder.publishing.requests import PageRequest


def build_pages(
    project: Path, config: Path, settings: Settings, catalogue: Catalogue, requests: Sequence[PageRequest]
) -> dict[str, bytes]:
    """The requested pages by site path, and nothing else: the cost is MkDocs' start and these pages.

    `config` is the mkdocs.yml, seen from the `project` folder or absolute. Deterministic: the same arguments give the
    same bytes. Raises PagesNotBuilt, and KeyError for a course or lesson that the catalogue does not have.
    """
    if not requests:
        return {}
    # MkDocs takes a moment to import, and a caller may need no page at all.
    from builder.publishing.plugin import build_with_mkdocs
    from builder.publishing.project import PageSource

    source = PageSource.of_requests(project / settings.content, settings, catalogue, requests)
    with tempfile.TemporaryDirectory(prefix="jetki-pages-") as folder:
        site, docs = Path(folder, "site"), Path(folder, "docs")
        docs.mkdir()
        build_with_mkdocs(project / config, docs, site, source)
        return {one.path: (site / one.path).read_bytes() for one in source.views}
