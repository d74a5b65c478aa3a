"""Which pages a build makes: the requested ones, or those of a whole project folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.messages import format_finding
from builder.model.course import Catalogue
from builder.model.document import Picture, walk
from builder.model.finding import Severity
from builder.model.settings import Settings
from builder.publishing import paths
from builder.publishing.requests import PageRequest, site_requests
from builder.publishing.search import index_document, index_path, merge_index
from builder.publishing.views import PageView, Viewer
from builder.reading.markdown import check_anchors, read_document
from builder.reading.project import ScannedProject, scan_project
from builder.reading.settings import read_settings


@dataclass(frozen=True, slots=True)
class PageSource:
    """The pages of one build, other files that belong beside them by site path, and what is wrong in the content."""

    content: Path
    catalogue: Catalogue
    views: tuple[PageView, ...]
    files: tuple[tuple[str, bytes | Path], ...] = ()
    problems: tuple[tuple[Severity, str], ...] = ()

    @classmethod
    def of_requests(
        cls, content: Path, settings: Settings, catalogue: Catalogue, requests: Sequence[PageRequest]
    ) -> "PageSource":
        """Exactly the requested pages."""
        viewer = Viewer(settings, catalogue)
        return cls(content, catalogue, tuple(map(viewer.view, requests)))


def read_project(mkdocs_yml: Path) -> PageSource:
    """The whole project, as plain ``mkdocs`` shows it: every page, the search, and the files that pages show.

    Other formats are not made here, so pages offer none. Raises UnusableConfiguration.
    """
    project = mkdocs_yml.parent
    settings, findings = read_settings(mkdocs_yml)
    scanned = scan_project(project, settings)
    catalogue = scanned.catalogue
    problems = [*findings, *scanned.findings]
    requests = list(site_requests(settings, catalogue))
    files = dict(_published_resources(scanned))
    anchors = []
    entries: dict[str, list[bytes]] = {one: [] for one in settings.languages}
    for lesson in (lesson for course in catalogue.courses for lesson in course.lessons):
        read = read_document(lesson, (project / lesson.source).read_bytes(), catalogue)
        problems.extend(read.findings)
        anchors.append(read.lesson_anchors)
        pictures = {
            one.resource: file.read_bytes()
            for one in walk(read.document)
            if isinstance(one, Picture) and (file := files.get(paths.resource_path(lesson.course, one.resource)))
        }
        requests.append(PageRequest.of_lesson(read.document, pictures=pictures))
        entries[lesson.language].append(index_document(read.document))
    problems.extend(check_anchors(anchors))
    pages = PageSource.of_requests(project / settings.content, settings, catalogue, requests)
    indexes = [(index_path(one), merge_index(entries[one], one)) for one in settings.languages]
    return PageSource(
        pages.content,
        catalogue,
        pages.views,
        (*indexes, *files.items()),
        tuple((one.severity, format_finding(one, settings.default_language)) for one in sorted(problems)),
    )


def _published_resources(scanned: ScannedProject) -> list[tuple[str, Path]]:
    files = []
    for course in scanned.catalogue.courses:
        folder = course.source.rpartition("/")[0]
        for resource in course.resources:
            file = scanned.resource_files.get(f"{folder}/{resource}")
            if file is not None:
                files.append((paths.resource_path(course.id, resource), file))
    return files
