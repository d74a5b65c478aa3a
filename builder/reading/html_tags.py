"""HTML in a lesson: which rule it breaks, and what to write instead."""

import re
from collections.abc import Mapping
from typing import Final

# Elements that run programs or bring in foreign pages, and attributes that do.
_RUNNING: Final = frozenset("script iframe object embed applet frame frameset base meta link".split())
_RUNNING_ATTRIBUTE: Final = re.compile(r"[\s/\"']on[a-z]+\s*=|javascript:|vbscript:|srcdoc\s*=", re.IGNORECASE)

_INSTEAD: Final[Mapping[str, str]] = {
    "b": "**…**",
    "strong": "**…**",
    "i": "*…*",
    "em": "*…*",
    "del": "~~…~~",
    "s": "~~…~~",
    "strike": "~~…~~",
    "sub": "~…~",
    "sup": "^…^",
    "code": "`…`",
    "kbd": "`…`",
    "pre": "```",
    "a": "[…](…)",
    "img": "![…](../media/…)",
    "br": "\\",
    "hr": "---",
    "span": "[…]{lang=…}",
    "abbr": "*[…]: …",
    "q": "«…»",
    "blockquote": "> …",
    "ul": "- …",
    "ol": "1. …",
    "li": "- …",
    "dl": ": …",
    "dt": ": …",
    "dd": ": …",
    "table": "| … | … |",
    "tr": "| … | … |",
    "th": "| … | … |",
    "td": "| … | … |",
    "h1": "## …",
    "h2": "## …",
    "h3": "### …",
    "h4": "#### …",
    "h5": "##### …",
    "h6": "###### …",
    "div": "::: …",
    "details": "!!! note",
    "math": "$…$",
}


def report_tag(kind: str, name: str, rest: str, written: str) -> tuple[str, dict[str, str]]:
    """The rule for a tag or a comment, with the values of its message."""
    if kind == "comment":
        return "html-comment", {"tag": written}
    if name in _RUNNING or _RUNNING_ATTRIBUTE.search(rest):
        return "html-script", {"tag": written}
    return "html-tag", {"tag": written, "instead": _INSTEAD.get(name, "\\" + written)}
