"""What pages say about files, against the files: every size and number of pages, every entry of a braille contents."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pikepdf
import pytest
from lxml import etree, html

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.publishing.words import write_size
from tests.conftest import DemonstrationSite

_PEF: Final = "{http://www.daisy.org/ns/2008/pef}"
_DIGITS: Final = {cell: str(digit) for cell, digit in zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚", "1234567890", strict=True)}
_ENTRY: Final = re.compile(r"(.+?)⠀⠐+⠀(⠼[⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚]+)")


def _linked_files(site: Path) -> dict[Path, list[tuple[LanguageTag, str]]]:
    """What every link of every page says, by the file that it leads to."""
    found: dict[Path, list[tuple[LanguageTag, str]]] = {}
    for page in sorted(site.rglob("*.html")):
        tree = html.document_fromstring(page.read_bytes().decode("utf-8"))
        for link in tree.iter("a"):
            address = link.get("href", "").partition("#")[0].partition("?")[0]
            if address and not re.match("[a-z]+:", address):
                target = (page.parent / unquote(address)).resolve()
                words = " ".join("".join(map(str, link.itertext())).split())
                found.setdefault(target, []).append((LanguageTag(tree.get("lang", "")), words))
    return found


def _braille_volumes(path: Path) -> list[list[list[str]]]:
    """Rows of the pages of the volumes of a PEF file."""
    tree = etree.parse(str(path))
    return [
        [[(row.text or "").replace(" ", "⠀") for row in page.iter(f"{_PEF}row")] for page in volume.iter(f"{_PEF}page")]
        for volume in tree.iter(f"{_PEF}volume")
    ]


def _brf_pages(path: Path) -> list[list[str]]:
    """Lines of the pages of a BRF file."""
    pages = path.read_bytes().decode("ascii").split("\f")
    return [page.rstrip("\r\n").split("\r\n") for page in pages if page.strip()]


def _number(cells: str) -> int:
    return int("".join(_DIGITS[cell] for cell in cells.removeprefix("⠼")))


def _count_pages(path: Path) -> int | None:
    match path.suffix:
        case ".pdf":
            with pikepdf.open(path) as pdf:
                return len(pdf.pages)
        case ".brf":
            return len(_brf_pages(path))
        case ".pef":
            return sum(map(len, _braille_volumes(path)))
    return None


def test_every_published_file_is_linked_with_its_true_size_and_pages(demonstration_site: DemonstrationSite) -> None:
    links = _linked_files(demonstration_site.folder.resolve())
    checked = 0
    for one in demonstration_site.artefacts():
        path = (demonstration_site.folder / one.path).resolve()
        assert path in links, f"no page leads to {one.path}"
        if one.format in ("html", "captions", "transcript"):  # a page says no size of a few lines of text
            continue
        pages = _count_pages(path)
        assert one.pages == pages, one.path
        described = [(language, words) for language, words in links[path] if language == one.language]
        assert described, one.path
        for language, words in described:
            size = " ".join(write_size(path.stat().st_size, language).split())
            assert size in words, (one.path, words)
            if pages is not None:
                assert re.search(rf"(?<!\d){pages} (бет|страниц|page)", words), (one.path, words)
            checked += 1
    assert checked > 300


def test_every_entry_of_a_braille_contents_leads_to_its_page(demonstration_site: DemonstrationSite) -> None:
    courses = [one for one in demonstration_site.artefacts() if one.format == "pef" and not one.lesson]
    volumes = [volume for one in courses for volume in _braille_volumes(demonstration_site.folder / one.path)]
    assert len(volumes) > len(courses) >= 9, "the longer course has more than one volume"
    entries = 0
    for volume in volumes:
        assert [_number(page[0].split("⠀")[-1]) for page in volume] == list(range(1, len(volume) + 1))
        for row in (row for page in volume[1:] for row in page):
            if found := _ENTRY.fullmatch(row):
                target = "⠀".join(line.strip("⠀") for line in volume[_number(found[2]) - 1][1:])
                assert found[1].strip("⠀") in target, row
                entries += 1
    assert entries > 300


@pytest.mark.parametrize("language", [KYRGYZ, RUSSIAN, ENGLISH])
def test_both_braille_files_have_pages_of_the_set_size(
    language: LanguageTag, demonstration_site: DemonstrationSite
) -> None:
    files = [path for path in demonstration_site.paths("brf") if f"/{language}/" in path.as_posix()]
    assert len(files) > 20
    for path in files:
        pages = _brf_pages(path)
        assert max(len(page) for page in pages) <= 25, path
        assert max(len(line) for page in pages for line in page) <= 40, path
        assert sum(map(len, _braille_volumes(path.with_suffix(".pef")))) == len(pages)
