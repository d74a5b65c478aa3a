"""Pages and their theme: MkDocs and Material stay behind this package.

`build_pages` is what `jetki build` calls; `builder.publishing.plugin` is what plain ``mkdocs`` calls. Both take the
same way. Importing this package does not import MkDocs; building pages does.
"""

from builder.publishing.build import (
    build_pages,
    error_page,
    landing_page,
    theme_assets,
)
from builder.publishing.requests import Form, PageKind, PageRequest

__all__ = [
    "Form",
    "PageKind",
    "PageRequest",
    "build_pages",
    "error_page",
    "landing_page",
    "theme_assets",
]
