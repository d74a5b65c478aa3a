"""The template environment of a build: MkDocs' own, made quick to start and safe for an author's text."""

from pathlib import Path
from typing import Final

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from jinja2.bccache import Bucket
from mkdocs.theme import Theme

from builder.model.labels import OWN_NAMES
from builder.publishing import paths
from builder.publishing.assets import THEME_SCRIPTS, THEME_STYLES, material_stylesheet


def quicken(theme: Theme) -> None:
    """Makes the theme's environments share compiled templates, and look for assets where assets are.

    Material brings 14,000 icons among its templates; going through their names took most of a small build. Compiling
    took most of the rest.
    """
    make = theme.get_env

    def make_quick() -> Environment:
        environment = make()
        environment.loader = _AssetLoader([str(one) for one in theme.dirs])
        environment.bytecode_cache = _COMPILED
        environment.autoescape = True
        environment.trim_blocks = environment.lstrip_blocks = True
        environment.globals |= {
            "stylesheets": (material_stylesheet(), *THEME_STYLES),
            "scripts": THEME_SCRIPTS,
            "own_names": OWN_NAMES,
        }
        return environment

    theme.get_env = make_quick  # type: ignore[method-assign]


class _AssetLoader(FileSystemLoader):
    """Finds every template, but lists only the assets, which is what MkDocs asks the list for."""

    def list_templates(self) -> list[str]:
        return sorted(
            {
                path.relative_to(folder).as_posix()
                for folder in map(Path, self.searchpath)
                for path in (folder / paths.ASSETS).rglob("*")
                if path.is_file()
            }
        )


class _CompiledTemplates(BytecodeCache):
    """Compiled templates of this process, by name and content."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._code.get(f"{bucket.key} {bucket.checksum}")
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


_COMPILED: Final = _CompiledTemplates()
