from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.model.document import CourseTarget, LessonTarget, ResourceTarget, Variant
from builder.model.format import FORMATS
from builder.model.language import KYRGYZ, SITE_LANGUAGES
from builder.publishing import paths

_NAMES = st.from_regex(r"[a-zа-яңөү0-9]([a-zа-яңөү0-9-]{0,6}[a-zа-яңөү0-9])?", fullmatch=True)
_PATHS = st.lists(_NAMES | st.just("a b.c%d"), min_size=1, max_size=5).map("/".join)


@settings(max_examples=80)
@given(_PATHS, _PATHS)
def test_a_relative_address_leads_to_its_path(path: str, start: str) -> None:
    address = urljoin(f"https://host.example/{quote(start)}", paths.relative_url(path, start))
    assert unquote(address) == f"https://host.example/{path}"


def test_an_address_names_the_file_so_that_it_works_in_a_folder() -> None:
    assert paths.relative_url("ky/c/index.html", "ky/c/l/index.html") == "../index.html"
    assert paths.relative_url("ky/c/index.html", "ky/c/index.html") == "index.html"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (paths.home_path(KYRGYZ), "ky/index.html"),
        (paths.course_path("c", KYRGYZ), "ky/c/index.html"),
        (paths.lesson_path("c", "l", KYRGYZ), "ky/c/l/index.html"),
        (paths.lesson_path("c", "l", KYRGYZ, Variant.EASY), "ky/c/l/easy/index.html"),
        (paths.export_path("html", "c", "", KYRGYZ), "ky/c/index.html"),
        (paths.export_path("html", "c", "l", KYRGYZ), "ky/c/l/index.html"),
        (paths.export_path("large-print", "c", "l", KYRGYZ), "ky/c/l/l.large-print.pdf"),
        (paths.export_path("large-print", "c", "l", KYRGYZ, profile="22pt"), "ky/c/l/l.22pt.large-print.pdf"),
        (paths.export_path("brf", "c", "l", KYRGYZ, Variant.EASY), "ky/c/l/easy/l.easy.brf"),
        (paths.export_path("epub", "c", "", KYRGYZ), "ky/c/c.epub"),
        (paths.export_path("epub", "c", "", KYRGYZ, Variant.EASY), "ky/c/c.easy.epub"),
        (paths.export_path("case", "c", "", KYRGYZ), "ky/c/c.zip"),
        (paths.resource_path("c", "media/a.ky.svg"), "media/c/a.ky.svg"),
        (paths.site_path_of(LessonTarget("c", "l", KYRGYZ, "x", "easy")), "ky/c/l/easy/index.html"),
        (paths.site_path_of(CourseTarget("c", KYRGYZ)), "ky/c/index.html"),
        (paths.site_path_of(ResourceTarget("c", "media/a.csv")), "media/c/a.csv"),
    ],
)
def test_things_lie_where_the_readme_says(found: str, expected: str) -> None:
    assert found == expected


@settings(max_examples=40)
@given(st.sets(_NAMES, min_size=1, max_size=3), st.sets(_NAMES, min_size=1, max_size=3))
def test_no_two_things_share_a_path(courses: set[str], lessons: set[str]) -> None:
    found = [paths.LANDING_PATH, paths.NOT_FOUND_PATH]
    for language in SITE_LANGUAGES:
        found += [paths.home_path(language), paths.search_path(language)]
        for course in courses:
            for one in FORMATS:
                for variant in Variant:
                    if one.for_courses and not (one.name == "html" and variant is Variant.EASY):
                        found.append(paths.export_path(one.name, course, "", language, variant))
                    if one.for_lessons:
                        found += [paths.export_path(one.name, course, name, language, variant) for name in lessons]
    found += [paths.resource_path(course, "media/a.svg") for course in courses]
    assert len(found) == len(set(found))
