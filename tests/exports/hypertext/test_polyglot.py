"""A browser reads the same tree from our markup as HTML and as XML: one output serves pages and books."""

from playwright.sync_api import Browser

from builder.exports.hypertext import render_body
from builder.model.language import SITE_LANGUAGES
from tests import samples
from tests.exports.epub.test_epubcheck import hostile
from tests.exports.hypertext.reading import CONTEXT

_COMPARE = """markup => {
    const parser = new DOMParser();
    const page = parser.parseFromString(`<!DOCTYPE html><title>t</title><main>${markup}</main>`, 'text/html');
    const book = parser.parseFromString(
        `<main xmlns="http://www.w3.org/1999/xhtml">${markup}</main>`, 'application/xhtml+xml');
    const told = node => {
        if (node.nodeType === Node.TEXT_NODE) return [node.data];
        const attributes = [...node.attributes].filter(one => !one.name.startsWith('xmlns'));
        return [`${node.namespaceURI} ${node.localName}`, ...attributes.map(one => `${one.name}=${one.value}`).sort(),
                ...[...node.childNodes].flatMap(told), 'end'];
    };
    return [told(page.querySelector('main')), told(book.documentElement)];
}"""


def test_html_and_xml_parsers_agree(browser: Browser) -> None:
    documents = [*map(samples.everything, SITE_LANGUAGES), *hostile().documents]
    page = browser.new_page()
    for document in documents:
        as_html, as_xml = page.evaluate(_COMPARE, render_body(document, CONTEXT))
        assert as_html == as_xml
        assert len(as_xml) > 300
    page.close()
