"""A package is complete, its links lead somewhere from a folder, and it is the same bytes every time."""

import io
import posixpath
import re
import zipfile
from dataclasses import replace
from functools import cache
from urllib.parse import unquote, urlsplit

import pytest

from builder.model.course import Catalogue
from builder.model.language import ENGLISH, KYRGYZ, LanguageTag
from builder.publishing.case import START, pack_case
from builder.publishing.paths import course_path, lesson_path, search_path
from builder.publishing.search import index_document, replace_search_page_body
from tests.browser.media import media_site_files
from tests.browser.sites import small_site_files
from tests.publishing.site import SETTINGS, catalogue, document

COURSE = catalogue().courses[0]
HREF = re.compile(r'(?:href|src|action)="([^"]*)"')


@cache
def site() -> dict[str, bytes]:
    return small_site_files()


def course_files(language: LanguageTag) -> dict[str, bytes]:
    """What the command hands over: the course's pages, files, assets and the search page."""
    wanted = (f"{language}/{COURSE.id}/", "assets/", f"media/{COURSE.id}/", search_path(language))
    return {path: data for path, data in site().items() if path.startswith(wanted)}


@cache
def packed(language: LanguageTag = KYRGYZ, site_url: str = "") -> bytes:
    entries = [index_document(document(one)) for one in COURSE.lessons if one.language == language]
    return pack_case(course_files(language), COURSE, language, replace(SETTINGS, site_url=site_url), entries)


def unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        assert len({name.partition("/")[0] for name in names}) == 1, "one folder, so that it unpacks tidily"
        return {name.partition("/")[2]: package.read(name).decode("utf-8", "replace") for name in names}


def local_links(files: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (path, address)
        for path, text in files.items()
        if path.endswith(".html")
        for address in HREF.findall(text)
        if not urlsplit(address).scheme and not address.startswith("#")
    ]


@pytest.mark.parametrize("site_url", ["", "https://kok-bulut.example/study/"])
@pytest.mark.parametrize("language", [KYRGYZ, ENGLISH])
def test_every_local_link_leads_to_a_file_of_the_package(language: LanguageTag, site_url: str) -> None:
    files = unpacked(packed(language, site_url))
    links = local_links(files)
    assert len(links) > 30
    broken = []
    for path, address in links:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(urlsplit(address).path)))
        if target not in files:
            broken.append((path, address))
    assert broken == []


def test_a_page_outside_becomes_words_and_a_note_without_an_address() -> None:
    page = unpacked(packed())[lesson_path(COURSE.id, "files", KYRGYZ)]
    assert "(бул пакетте жок)" in page
    assert not re.search(r'href="[^"]*ru/[^"]*index\.html', page)


def test_a_page_outside_is_on_the_web_where_the_address_is_known() -> None:
    page = unpacked(packed(site_url="https://kok-bulut.example/study/"))[lesson_path(COURSE.id, "files", KYRGYZ)]
    assert f'href="https://kok-bulut.example/study/ru/{COURSE.id}/files/index.html"' in page
    assert "бул пакетте жок" not in page


def test_the_package_starts_with_a_page_in_its_language() -> None:
    start = unpacked(packed())[START]
    assert '<html lang="ky">' in start
    assert f'href="{course_path(COURSE.id, KYRGYZ)}"' in start


def test_the_way_home_leads_to_the_start_page() -> None:
    page = unpacked(packed())[lesson_path(COURSE.id, "files", KYRGYZ)]
    assert not re.search(r"<span[^>]*>Башкы барак", page)
    assert re.search(r'<a href="../../../index.html">Башкы барак</a>', page)


def test_search_knows_only_the_lessons_of_the_package() -> None:
    """The site has another course whose lessons the package does not hold."""
    other = replace(COURSE, id="other", lessons=tuple(replace(one, course="other") for one in COURSE.lessons))
    whole = Catalogue((KYRGYZ,), (COURSE, other))
    files = course_files(KYRGYZ)
    page = replace_search_page_body(files[search_path(KYRGYZ)].decode(), whole, KYRGYZ)
    assert "other/files" in page
    entries = [index_document(document(one)) for one in COURSE.lessons if one.language == KYRGYZ]
    found = unpacked(pack_case({**files, search_path(KYRGYZ): page.encode()}, COURSE, KYRGYZ, SETTINGS, entries))
    assert "other/files" not in found[search_path(KYRGYZ)]
    assert f"{COURSE.id}/files/index.html" in found[search_path(KYRGYZ)]
    assert f"{COURSE.id}/files/index.html" in found["ky/search-index.js"]
    assert "other/" not in found["ky/search-index.js"]


def test_links_that_end_in_a_folder_name_its_page() -> None:
    files = {**course_files(KYRGYZ)}
    page = lesson_path(COURSE.id, "files", KYRGYZ)
    files[page] = files[page].replace(b"</main>", b'<a href="../search/#a">A</a><a href="..">B</a></main>')
    text = unpacked(pack_case(files, COURSE, KYRGYZ, SETTINGS))[page]
    assert '<a href="../search/index.html#a">A</a>' in text
    assert '<a href="../index.html">B</a>' in text


@cache
def speaking(lost: str = "", site_url: str = "") -> dict[str, str]:
    """The package of a lesson with sound and recordings, without the files whose path has `lost` in it."""
    wanted = (f"en/{COURSE.id}/", "assets/", f"media/{COURSE.id}/")
    files = {path: data for path, data in media_site_files().items() if path.startswith(wanted)}
    files = {path: data for path, data in files.items() if not lost or lost not in path}
    files[course_path(COURSE.id, ENGLISH)] = b"<!doctype html>"
    return unpacked(pack_case(files, COURSE, ENGLISH, replace(SETTINGS, site_url=site_url)))


def test_sound_recordings_and_captions_lie_in_the_package() -> None:
    page = speaking()[lesson_path(COURSE.id, "files", ENGLISH)]
    addresses = re.findall(r'<(?:source|track)\b[^>]*?src="([^"]*)"', page)
    assert len(addresses) == 8
    folder = posixpath.dirname(lesson_path(COURSE.id, "files", ENGLISH))
    assert [one for one in addresses if posixpath.normpath(posixpath.join(folder, one)) not in speaking()] == []


def test_a_player_keeps_the_files_that_are_there() -> None:
    page = speaking(lost=".opus")[lesson_path(COURSE.id, "files", ENGLISH)]
    assert "files.mp3" in page
    assert "<source" in page
    assert not re.search(r"<source[^>]*files\.opus", page)


def test_a_player_without_files_becomes_a_note() -> None:
    page = speaking(lost="/talk.")[lesson_path(COURSE.id, "files", ENGLISH)]
    assert "<video" not in page
    assert page.count("<p>(not in this package)</p>") == 2
    assert "<audio" in page


def test_files_that_are_left_out_are_played_from_the_web_where_the_address_is_known() -> None:
    page = speaking(lost="/talk.", site_url="https://kok-bulut.example/study/")
    html = page[lesson_path(COURSE.id, "files", ENGLISH)]
    assert f'src="https://kok-bulut.example/study/media/{COURSE.id}/talk.normal.mp4"' in html


def test_two_packages_of_the_same_course_are_equal() -> None:
    entries = [index_document(document(one)) for one in COURSE.lessons if one.language == KYRGYZ]
    files = course_files(KYRGYZ)
    turned = dict(reversed(files.items()))
    settings = replace(SETTINGS, site_url="")
    assert pack_case(turned, COURSE, KYRGYZ, settings, entries[::-1]) == packed()


def test_a_package_bears_no_date_of_its_making() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist() == sorted(package.namelist())


def test_a_course_without_its_page_is_refused() -> None:
    with pytest.raises(KeyError):
        pack_case({}, COURSE, KYRGYZ, SETTINGS)


def test_files_other_than_pages_stay_as_they_are() -> None:
    files = {**course_files(KYRGYZ), "ky/x.pdf": b'<a href="../">\x00\xff'}
    with zipfile.ZipFile(io.BytesIO(pack_case(files, COURSE, KYRGYZ, SETTINGS))) as package:
        assert package.read(f"{COURSE.id}-ky/ky/x.pdf") == b'<a href="../">\x00\xff'
