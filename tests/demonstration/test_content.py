"""The course on digital literacy shows everything that a course may need, in every language."""

import re
from typing import Final

import pytest
from lxml import etree, html

from tests.conftest import DemonstrationSite

_TEXT: Final = "//*[contains(concat(' ', @class, ' '), ' jetki-text ')]"
_NEEDED: Final = {
    "nested list": "//li//li",
    "table with row headers": "//table//th[@scope='row']",
    "table with column headers": "//table//th[@scope='col']",
    "picture with its words": "//img[string-length(@alt) > 10]",
    "diagram": "//svg[@role='img'] | //figure//svg",
    "code": "//pre//code",
    "code in a line": "//p//code",
    "definition list": "//dl/dt",
    "quotation": "//blockquote",
    "abbreviation": "//abbr",
    "formula in a line": "//math[@display='inline']",
    "formula on its own": "//math[@display='block']",
    "passage in another language": "//*[@lang]",
    "link to another lesson": "//a[starts-with(@href, '../') and contains(@href, 'index.html')]",
    "link to the other course": "//a[contains(@href, 'distance-study/')]",
}


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_course_has_every_kind_of_content(language: str, demonstration_site: DemonstrationSite) -> None:
    pages = sorted((demonstration_site.folder / language / "digital-literacy").glob("*/index.html"))
    assert len(pages) >= 8
    trees = [html.document_fromstring(page.read_bytes().decode("utf-8")) for page in pages]
    texts = [etree.tostring(one, encoding="unicode") for tree in trees for one in _select(tree, _TEXT)]
    assert len(texts) == len(pages)
    lessons = [html.fromstring(text) for text in texts]
    assert [name for name, path in _NEEDED.items() if not any(_select(one, path) for one in lessons)] == []
    whole = "".join(texts)
    assert re.search("footnote", whole)
    assert len(re.findall("admonition", whole)) > 3
    assert re.search("description", whole)
    assert re.search("task", whole)


def _select(tree: html.HtmlElement, path: str) -> list[etree._Element]:
    found = tree.xpath(path)
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, etree._Element)]
