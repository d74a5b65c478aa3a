"""The MkDocs plugin `jetki`: pages come from Documents, not from MkDocs' own Markdown.

MkDocs gives the life cycle, the theme's environment and the preview server. Everything that stands on a page is
decided in `views`; this file is glue.
"""

import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from builder.exports.hypertext import HypertextContext, PictureSource, render_body
from builder.model.course import Catalogue
from builder.model.document import LessonTarget, Recording, Target, WebTarget
from builder.model.finding import Severity
from builder.publishing import paths
from builder.publishing.assets import theme_assets
from builder.publishing.environment import quicken
from builder.publishing.project import PageSource, read_project
from builder.publishing.recordings import render_recording
from builder.publishing.refusal import PagesNotBuilt
from builder.publishing.requests import PageKind
from builder.publishing.search import interface_words, render_search_page_body
from builder.publishing.views import PageView
from builder.reading.settings import UnusableConfiguration

log = get_plugin_logger("jetki")


class AnyOptions(Config):  # type: ignore[no-untyped-call]
    """No option of MkDocs' own kind: `builder.reading.settings` checks them, for every command alike."""


class JetkiPlugin(BasePlugin[AnyOptions]):  # type: ignore[no-untyped-call]
    """`source` is set by `build_pages`; plain ``mkdocs`` leaves it empty, then the project is read anew each time."""

    source: PageSource | None = None

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[list[tuple[str, Exception]], list[tuple[str, str]]]:
        """Accepts every option."""
        self.config = AnyOptions(config_file_path)
        return [], []

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Keeps out what would differ between two builds, or lead a reader to pages that do not exist."""
        if config.theme.name != "jetki":
            raise ConfigurationError("theme: name must be jetki, so that every page is accessible")
        config.theme.static_templates.clear()
        quicken(config.theme)
        self._pages = self.source or _read_project(config)
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Our pages instead of the Markdown files, and only those assets that our pages ask for."""
        kept = [] if self.source else [one for one in files if one.src_uri in theme_assets()]
        others = [_plain_file(path, content, config) for path, content in self._pages.files]
        pages = [_page_file(view, self._pages.catalogue, config) for view in self._pages.views]
        return Files([*kept, *others, *pages])

    def on_page_context(
        self, context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """The view, and `jetki` with what the partials of search and preferences ask for."""
        if isinstance(page, DocumentPage):
            view = page.view
            context.update(  # type: ignore[call-arg]
                view=view,
                words=view.words,
                root=view.site.root,
                jetki=SimpleNamespace(
                    root=view.site.root, language=view.language, words=interface_words(view.language)
                ),
            )
        return context

    def on_post_page(self, output: str, page: Page, config: MkDocsConfig) -> str:
        """Frees a written page's body: a site may have thousands."""
        page.content = ""
        return output

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., Any]) -> LiveReloadServer:
        """Watches the content wherever the settings put it."""
        server.watch(str(self._pages.content))
        return server


class DocumentPage(Page):
    """A page whose content comes from a Document instead of a Markdown file."""

    def __init__(self, view: PageView, catalogue: Catalogue, file: File, config: MkDocsConfig) -> None:
        super().__init__(view.title, file, config)
        self.view = view
        self._catalogue = catalogue

    def read_source(self, config: MkDocsConfig) -> None:
        """There is none: reading has happened."""
        self.markdown = ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """The page's body, below its title."""
        if self.view.document is not None:
            self.content = render_body(self.view.document, hypertext_context(self.view))
        elif self.view.kind is PageKind.SEARCH:
            self.content = render_search_page_body(self._catalogue, self.view.language)
        else:
            self.content = ""

    def validate_anchor_links(self, *, files: Files, log_level: int) -> None:
        """Reading has checked the links, with their lines."""


def build_with_mkdocs(config_file: Path, docs: Path, site: Path, source: PageSource) -> None:
    """Writes the pages of `source` below `site`. Raises PagesNotBuilt."""
    said = _Said()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(said)
    try:
        config = load_config(str(config_file), docs_dir=str(docs), site_dir=str(site))
        plugin = config.plugins.get("jetki")
        if not isinstance(plugin, JetkiPlugin):
            raise ConfigurationError("plugins: the entry jetki is missing")
        plugin.source = source
        build(config)
    except (MkDocsException, Abort) as error:
        raise PagesNotBuilt(config_file, " ".join([*said.errors, str(error)])) from error
    finally:
        logger.removeHandler(said)


class _Said(logging.Handler):
    """Keeps what MkDocs says of an error: its exception often says only that there was one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(record.getMessage())


def hypertext_context(view: PageView) -> HypertextContext:
    """Addresses as the page sees them."""
    course = view.document.course if view.document else ""

    def href_of(target: Target) -> str:
        if isinstance(target, WebTarget):
            return target.url
        anchor = quote(target.anchor) if isinstance(target, LessonTarget) else ""
        return paths.relative_url(paths.site_path_of(target), view.path) + (f"#{anchor}" if anchor else "")

    def src_of(resource: str) -> PictureSource:
        size = view.picture_sizes.get(resource, (None, None))
        return PictureSource(paths.relative_url(paths.resource_path(course, resource), view.path), *size)

    numbers = count(1)

    def recording_of(recording: Recording) -> str | None:
        files = None if recording.withheld else view.recordings.get(recording.resource)
        if files is None:
            return None
        return render_recording(
            recording, files, view.language, next(numbers), lambda path: paths.relative_url(path, view.path)
        )

    return HypertextContext(href_of, src_of, recording_of=recording_of)


def _read_project(config: MkDocsConfig) -> PageSource:
    try:
        source = read_project(Path(config.config_file_path))
    except UnusableConfiguration as error:
        raise ConfigurationError(str(error)) from error
    for severity, message in source.problems:
        log.log(logging.INFO if severity is Severity.NOTE else logging.WARNING, message)
    return source


def _page_file(view: PageView, catalogue: Catalogue, config: MkDocsConfig) -> File:
    """A page that MkDocs builds and leaves out of its own navigation: ours comes from the catalogue."""
    file = File(
        view.path.removesuffix(".html") + ".md",
        None,
        config.site_dir,
        config.use_directory_urls,
        dest_uri=view.path,
        inclusion=InclusionLevel.NOT_IN_NAV,
    )
    file.generated_by = "jetki"
    file.page = DocumentPage(view, catalogue, file, config)
    return file


def _plain_file(path: str, content: bytes | Path, config: MkDocsConfig) -> File:
    if isinstance(content, bytes):
        file = File.generated(config, path, content=content)
    else:
        file = File.generated(config, path, abs_src_path=str(content))
    file.dest_uri = path
    return file
