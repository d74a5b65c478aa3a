"""The project folder as a catalogue: which courses, lessons and resources there are and may be published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from builder.model.course import Catalogue
from builder.model.finding import Finding
from builder.model.settings import Settings
from builder.reading.sources import FreshSourceFiles, SourceFiles


@dataclass(frozen=True, slots=True)
class ScannedProject:
    """`withheld` says for each project path of `catalogue.withheld` which rule keeps it out of the site.

    `resource_files` has the file of every published resource, by project path (``content/c/media/x.svg``).
    """

    catalogue: Catalogue
    findings: tuple[Finding, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    resource_files: Mapping[str, Path] = field(default_factory=dict)


def scan_project(root: Path, settings: Settings, files: SourceFiles | None = None) -> ScannedProject:
    """Every course.toml and every lesson's front matter below ``root/settings.content``.

    A file whose digest and facts `files` remembers is not read. Never raises for bad content: that gives findings.
    """
    files = files or FreshSourceFiles()
    return ScannedProject(Catalogue(settings.languages, ()), ())
