"""Styles, scripts and icons: our own, and the one style sheet of Material that pages use."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from builder.publishing import paths

_THEME: Final = Path(__file__).parent / "theme"

THEME_STYLES: Final = (
    "assets/stylesheets/jetki.css",
    "assets/stylesheets/search.css",
    "assets/stylesheets/preferences.css",
)
"""Style sheets that every page loads after Material's, in this order."""

THEME_SCRIPTS: Final = (
    "assets/javascripts/search.js",
    "assets/javascripts/preferences.js",
)
"""Scripts that every page loads after it has been read; no page needs one."""


@cache
def theme_assets() -> dict[str, bytes]:
    """Every asset by site path (``assets/…``), one copy for all languages."""
    found = {path.relative_to(_THEME).as_posix(): path for path in (_THEME / paths.ASSETS).rglob("*.*")}
    found[material_stylesheet()] = _material_folder() / material_stylesheet()
    return {path: found[path].read_bytes() for path in sorted(found)}


@cache
def material_stylesheet() -> str:
    """Site path of Material's style sheet; its name holds a fingerprint that changes with Material's version."""
    folder = _material_folder()
    return min(path.relative_to(folder).as_posix() for path in folder.glob("assets/stylesheets/main.*.min.css"))


def _material_folder() -> Path:
    found = find_spec("material")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("mkdocs-material is not installed", name="material")
    return Path(found.submodule_search_locations[0], "templates")
