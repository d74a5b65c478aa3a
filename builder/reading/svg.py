"""SVG pictures: no programs, nothing fetched from elsewhere."""

import re
from typing import Final
from xml.parsers import expat

from builder.reading.front_matter import Problem
from builder.reading.sources import Facts

_REFERENCES: Final = frozenset({"href", "src"})
_PROGRAMS: Final = frozenset(
    "script foreignobject iframe object embed handler audio video canvas link meta base".split()
)
_EMBEDDED: Final = ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
_FETCHING: Final = re.compile(
    r"(?:url|image-set|image|src)\(\s*[\"']?(?!\s*[\"']?(?:#|data:image/(?:png|jpe?g|gif|webp)))|@import",
    re.IGNORECASE,
)
_RUNNING: Final = re.compile(r"(?:javascript|vbscript):", re.IGNORECASE)
_INVISIBLE: Final = re.compile(r"[\x00-\x20\x7f-\xa0]+")
_MOST_PROBLEMS: Final = 20


def inspect_svg(data: bytes) -> Facts:
    """``{"size": bytes, "problems": [[line, rule, values], ...]}``"""
    problems: list[Problem] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    in_style = False

    def report(rule: str, **values: str) -> None:
        if len(problems) < _MOST_PROBLEMS:
            problems.append((parser.CurrentLineNumber, rule, values))

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal in_style
        local = name.rpartition(" ")[2].lower()
        in_style = local == "style"
        if local in _PROGRAMS:
            report("svg-script", found=f"<{local}>")
        for full, value in attributes.items():
            key, bare = full.rpartition(" ")[2].lower(), _INVISIBLE.sub("", value).lower()
            changes = key == "attributename" and (bare.rpartition(":")[2] in _REFERENCES or bare.startswith("on"))
            if key.startswith("on") or changes or _RUNNING.search(bare):
                report("svg-script", found=key)
            elif (key in _REFERENCES and not bare.startswith(_EMBEDDED)) or _fetches(value, key):
                # A plain link <a href> does nothing until it is followed, yet no reader can follow one in a picture.
                report("svg-external", found=value[:80])

    def words(text: str) -> None:
        if in_style and _fetches(text, "style"):
            report("svg-external", found=text.strip()[:80])

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


def _fetches(value: str, key: str) -> bool:
    """Whether a value loads something. In CSS a backslash can spell any word another way, such as ``@\\69mport``."""
    return bool(_FETCHING.search(value)) or (key == "style" and "\\" in value)
