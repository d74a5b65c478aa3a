"""From requests to the bytes of pages: one genuine MkDocs build in a temporary folder."""

from collections.abc import Sequence
from pathlib import Path

from builder.model.course import Catalogue
from builder.model.settings import Settings
from builder.publishing.requests import PageRequest


def build_pages(
    project: Path, config: Path, settings: Settings, catalogue: Catalogue, requests: Sequence[PageRequest]
) -> dict[str, bytes]:
    """The requested pages by site path, and nothing else: the cost is MkDocs' start and these pages.

    `config` is the project's mkdocs.yml. Deterministic: the same arguments give the same bytes.
    """
    raise NotImplementedError


def landing_page(settings: Settings, catalogue: Catalogue) -> bytes:
    """site/index.html: the choice of language."""
    raise NotImplementedError


def error_page(settings: Settings, catalogue: Catalogue) -> bytes:
    """site/404.html, which a server shows for an address that does not exist, in every language of the site."""
    raise NotImplementedError


def theme_assets() -> dict[str, bytes]:
    """Styles, scripts and icons by site path (``assets/…``), one copy for all languages."""
    raise NotImplementedError
