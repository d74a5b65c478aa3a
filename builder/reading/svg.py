"""SVG pictures: no programs, nothing fetched from elsewhere."""

import re
from typing import Final
from xml.parsers import expat

from builder.reading.front_matter import Problem
from builder.reading.sources import Facts

_REFERENCES: Final = frozenset({"href", "xlink:href", "src"})
_FETCHING: Final = re.compile(r"url\(\s*[\"']?(?!#|data:)|@import", re.IGNORECASE)
_RUNNING: Final = re.compile(r"^\s*(?:javascript|vbscript):", re.IGNORECASE)
_MOST_PROBLEMS: Final = 20


def inspect_svg(data: bytes) -> Facts:
    """``{"size": bytes, "problems": [[line, rule, values], ...]}``"""
    problems: list[Problem] = []
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    in_style = False

    def report(rule: str, **values: str) -> None:
        if len(problems) < _MOST_PROBLEMS:
            problems.append((parser.CurrentLineNumber, rule, values))

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal in_style
        local = name.rpartition(":")[2].lower()
        in_style = local == "style"
        if local in ("script", "foreignobject", "iframe", "handler"):
            report("svg-script", found=f"<{name}>")
        for key, value in attributes.items():
            if key.lower().startswith("on") or _RUNNING.match(value):
                report("svg-script", found=key)
            elif (key.lower() in _REFERENCES and not value.strip().startswith(("#", "data:image/"))) or (
                key.lower() in ("style", "fill", "stroke", "filter", "mask", "clip-path") and _FETCHING.search(value)
            ):
                # A plain link <a href> does nothing until it is followed, yet no reader can follow one in a picture.
                report("svg-external", found=value)

    def words(text: str) -> None:
        if in_style and (match := _FETCHING.search(text)):
            report("svg-external", found=text[match.start() : match.start() + 80])

    def entity(name: str, *_rest: object) -> None:
        report("svg-external", found=f"<!ENTITY {name}>")

    parser.StartElementHandler = start
    parser.CharacterDataHandler = words
    parser.EntityDeclHandler = entity
    parser.ProcessingInstructionHandler = lambda target, _: (
        report("svg-external", found=f"<?{target}?>") if target == "xml-stylesheet" else None
    )
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        problems.append((max(1, parser.ErrorLineNumber), "svg-not-xml", {}))
    return {"size": len(data), "problems": [list(one) for one in problems]}
