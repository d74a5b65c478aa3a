"""Our hypertext as XHTML 1.0 Transitional, which is what DAISY 2.02 asks for (2.3: text content documents). Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree

from builder.exports.hypertext.markup import Attributes, element, empty_element, escape
from builder.model.language import LanguageTag

DOCTYPE: Final = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">'
)
# What HTML has added since 1.0, and what says the same in it.
_RENAMED: Final = {"section": "div", "figure": "div", "details": "div", "figcaption": "p", "summary": "p"}
_KNOWN: Final = frozenset(
    """p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tr th td blockquote pre code em strong sub sup
    span del a abbr br hr img div""".split()
)
_EMPTY: Final = frozenset({"br", "hr", "img"})
_ATTRIBUTES: Final = frozenset("id class lang dir href title src alt width height start scope".split())
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PLAIN_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")

LinkBack = Callable[[str], str | None]
"""The address in a SMIL file of what is heard at this place."""


def parse_body(markup: str) -> ElementTree.Element:
    """Finished markup as a tree in one ``body``."""
    return ElementTree.fromstring(f"<body>{markup}</body>")


def plain_ids(body: ElementTree.Element) -> dict[str, str]:
    """A name for each id of the page that every player understands: an XML name in ASCII. Most stay as they are."""
    ids = [one.get("id", "") for one in body.iter() if one.get("id")]
    taken = {one for one in ids if _PLAIN_ID.fullmatch(one)}
    names: dict[str, str] = {}
    for number, one in enumerate(ids, 1):
        name = one if one in taken else f"place-{number}"
        while one not in taken and name in taken:
            name += "_"
        names[one] = name
    return names


def write_page(title: str, language: LanguageTag, body: str, metadata: Iterable[Attributes] = ()) -> bytes:
    """An XHTML 1.0 document around finished markup."""
    head = [
        empty_element("meta", {"http-equiv": "Content-type", "content": "text/html; charset=utf-8"}),
        *(empty_element("meta", one) for one in metadata),
        element("title", {}, escape(title)),
    ]
    attributes = {"xmlns": "http://www.w3.org/1999/xhtml", "lang": language, "xml:lang": language}
    inside = element("head", {}, "\n" + "\n".join(head) + "\n") + "\n" + element("body", {}, f"\n{body}\n")
    html = element("html", attributes, f"\n{inside}\n")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{DOCTYPE}\n{html}\n'.encode()


def write_body(body: ElementTree.Element, page: str, ids: Mapping[str, Mapping[str, str]], link_back: LinkBack) -> str:
    """The inside of a page. `ids` has the new names of ids by page; headings lead to where they are heard."""
    writer = _Writer(page, ids, link_back)
    return "".join(escape(body.text or "") if one is None else writer.node(one) for one in (None, *body)).strip()


class _Writer:
    def __init__(self, page: str, ids: Mapping[str, Mapping[str, str]], link_back: LinkBack) -> None:
        self.page = page
        self.ids = ids
        self.link_back = link_back

    def node(self, node: ElementTree.Element) -> str:
        name = _RENAMED.get(node.tag, node.tag if node.tag in _KNOWN else "span")
        attributes = self.attributes(node)
        tail = escape(node.tail or "")
        if name in _EMPTY:
            return empty_element(name, attributes) + tail
        children = list(node)
        if name == "table" and all(one.tag != "tbody" for one in children):
            # XHTML 1.0 wants a row below the head: a table that has none is all body.
            for one in children:
                one.tag = "tbody" if one.tag == "thead" else one.tag
        inside = escape(node.text or "") + "".join(map(self.node, children))
        if name in _HEADINGS and not any(one.tag == "a" for one in node.iter()):
            heard = next(filter(None, (self.link_back(one.get("id", "")) for one in node.iter())), None)
            inside = element("a", {"href": heard}, inside) if heard else inside
        return element(name, attributes, inside) + tail

    def attributes(self, node: ElementTree.Element) -> Attributes:
        kept = {name: value for name, value in node.attrib.items() if name in _ATTRIBUTES}
        if "id" in kept:
            kept["id"] = self.ids[self.page][kept["id"]]
        if "href" in kept:
            kept["href"] = self.address(kept["href"])
        if "lang" in kept:
            kept["xml:lang"] = kept["lang"]
        return kept

    def address(self, href: str) -> str:
        page, sign, fragment = href.partition("#")
        ids = self.ids.get(page or self.page)
        if not sign or ids is None:
            return href
        place = ids.get(unquote(fragment))
        return f"{page}#{place}" if place else (page or f"#{next(iter(ids.values()), '')}")
