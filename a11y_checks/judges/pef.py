"""PEF files against a schema and by count: lxml judges the structure, this what a schema cannot say.

No validator of PEF is packaged that runs on a current Java; the schema `pef.rng` is our own, from the specification.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from a11y_checks.judges.verdict import JudgeMissing, Problem, Verdict
from builder.model.finding import Severity

if TYPE_CHECKING:
    from lxml import etree

_PROGRAM: Final = "PEF 1.0"
_VERSION: Final = "2011"
_PEF: Final = "{http://www.daisy.org/ns/2008/pef}"
_SCHEMA: Final = Path(__file__).with_name("pef.rng")
_SIX_DOTS: Final = "\u283f"


def judge_pef(path: Path) -> Verdict:
    """The schema's complaints on a file, and ours: rows wider or pages taller than they say, cells of eight dots.

    Locations are ``file.pef:12``. Raises JudgeMissing where lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise JudgeMissing(_PROGRAM, "python -m pip install lxml") from error
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as error:
        problem = Problem(Severity.ERROR, "xml", str(error), f"{path.name}:{error.lineno}")
        return Verdict(_PROGRAM, _VERSION, str(path), (problem,))
    schema = _schema()
    problems: list[Problem] = []
    if not schema.validate(tree):
        problems += [
            Problem(Severity.ERROR, "schema", one.message, f"{path.name}:{one.line}") for one in schema.error_log
        ]
    else:
        problems += _count(tree, path.name)
    return Verdict(_PROGRAM, _VERSION, str(path), tuple(problems))


def _count(tree: "etree._ElementTree", name: str) -> Iterator[Problem]:
    for volume in tree.iter(f"{_PEF}volume"):
        for section in volume.iter(f"{_PEF}section"):
            cells = int(section.get("cols") or volume.get("cols") or 0)
            lines = int(section.get("rows") or volume.get("rows") or 0)
            for page in section.iter(f"{_PEF}page"):
                rows = list(page.iter(f"{_PEF}row"))
                if len(rows) > lines:
                    yield _error("tall-page", f"{len(rows)} rows on a page of {lines}", name, page)
                if not any(row.text for row in rows):
                    yield Problem(Severity.WARNING, "empty-page", "a page without braille", f"{name}:{page.sourceline}")
                for row in rows:
                    text = row.text or ""
                    if len(text) > cells:
                        yield _error("wide-row", f"{len(text)} cells in a row of {cells}", name, row)
                    if any(cell > _SIX_DOTS for cell in text):
                        yield _error(
                            "eight-dots", "a cell with dots 7 or 8, which embossers of six dots leave out", name, row
                        )


def _error(code: str, message: str, name: str, element: Any) -> Problem:
    return Problem(Severity.ERROR, code, message, f"{name}:{element.sourceline}")


@cache
def _schema() -> Any:
    from lxml import etree

    return etree.RelaxNG(etree.parse(_SCHEMA))
