"""Builds the small test site into a folder, with everything that a browser asks for."""

import tempfile
from pathlib import Path

from builder.model.language import SITE_LANGUAGES
from builder.publishing import theme_assets
from builder.publishing.paths import resource_path
from builder.publishing.search import index_document, index_path, merge_index
from tests.publishing.site import catalogue, document, make_project, requests
from tests.samples import COURSE_ID, PICTURE

_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><rect width="320" height="160"/></svg>\n'


def small_site_files() -> dict[str, bytes]:
    """Every file of the small test site by site path."""
    with tempfile.TemporaryDirectory() as folder:
        files = dict(make_project(Path(folder, "project")).build(requests()))
    files |= theme_assets()
    files[resource_path(COURSE_ID, PICTURE)] = _PICTURE
    files[resource_path(COURSE_ID, "media/table.csv")] = b"a,b\n1,2\n"
    lessons = [one for course in catalogue().courses for one in course.lessons]
    for language in SITE_LANGUAGES:
        entries = [index_document(document(one)) for one in lessons if one.language == language]
        files[index_path(language)] = merge_index(entries, language)
    return files


def write_files(files: dict[str, bytes], folder: Path) -> Path:
    """Writes the files below the folder and gives it back."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder
