"""Pages and their theme: MkDocs and Material stay behind this package.

`build_pages` is what `jetki build` calls; `builder.publishing.plugin` is what plain ``mkdocs`` calls. Both take the
same way. Importing this package does not import MkDocs; building pages does.
"""

from builder.publishing.assets import theme_assets
from builder.publishing.build import build_pages
from builder.publishing.refusal import PagesNotBuilt
from builder.publishing.requests import (
    Form,
    MediaSize,
    MediaSource,
    PageKind,
    PageRequest,
    RecordingFiles,
    Track,
    site_requests,
)

__all__ = [
    "Form",
    "MediaSize",
    "MediaSource",
    "PageKind",
    "PageRequest",
    "PagesNotBuilt",
    "RecordingFiles",
    "Track",
    "build_pages",
    "site_requests",
    "theme_assets",
]
