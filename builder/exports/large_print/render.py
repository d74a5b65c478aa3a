"""A publication as a large-print PDF/UA-1: written as Typst source, set, and its tables finished."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from builder.exports.large_print.structure import mark_row_headers
from builder.exports.large_print.style import STYLE, STYLE_FILE, Profile
from builder.exports.large_print.writer import Source, Substitutes, string, virtual_file, write_source
from builder.exports.rendered import Rendered
from builder.exports.typst_compiler import CODE_FONT, MAIN_FILE, MATH_FONT, CannotTypeset, NoGlyphs, text_fonts, typeset
from builder.mathematics import read_formula, to_typst
from builder.model.course import Publication
from builder.model.document import (
    CodeBlock,
    CodeSpan,
    Diagram,
    DiagramEdge,
    DiagramNode,
    Document,
    Formula,
    MathBlock,
    Node,
    Picture,
    Text,
    walk,
)
from builder.model.finding import Finding, Severity
from builder.model.settings import Settings

_PAGES: Final = re.compile(rb"/Type/Pages/Count (\d+)")


def render_large_print(publication: Publication, settings: Settings, *, size_pt: int) -> Rendered:
    """A4 pages with body text of `size_pt` points, tagged, with outlines, languages and spoken formulas.

    Characters that no font has are given by name, pictures that cannot be read by their words, formulas that cannot be
    set by their source; each of these is a finding. Raises FontMissing where no fitting font is installed, and
    CannotTypeset for what would be a fault of this renderer.
    """
    profile = Profile(size_pt)
    substitutes = Substitutes()
    while True:
        source = write_source(publication, settings, profile, text_fonts(), CODE_FONT, MATH_FONT, substitutes)
        try:
            data = typeset(_files(source))
            break
        except CannotTypeset as error:
            wider = _more_substitutes(publication, substitutes, error)
            if wider == substitutes:
                raise
            substitutes = wider
    data = mark_row_headers(data, source.row_headers)
    counted = _PAGES.search(data)
    pages = int(counted[1]) if counted else None
    return Rendered(data, pages, _findings(publication, substitutes))


def _files(source: Source) -> Mapping[str, bytes]:
    return {**source.files, STYLE_FILE: STYLE.encode(), MAIN_FILE: source.text.encode()}


def _more_substitutes(publication: Publication, known: Substitutes, error: CannotTypeset) -> Substitutes:
    """What else must be replaced after this refusal; the same value where nothing was found."""
    if isinstance(error, NoGlyphs):
        fresh = frozenset(one for one in error.characters if not one.isascii()) - known.characters
        if fresh:
            formulas = {latex for latex in _formulas(publication) if fresh.intersection(latex)}
            return replace(known, characters=known.characters | fresh, formulas=known.formulas | formulas)
    pictures = {
        one.resource
        for document in publication.documents
        for one in walk(document)
        if isinstance(one, Picture) and not _can_set_picture(one.resource, publication.resources)
    }
    formulas = {latex for latex in _formulas(publication) if not _can_set_formula(latex)}
    return replace(known, pictures=known.pictures | pictures, formulas=known.formulas | formulas)


def _formulas(publication: Publication) -> frozenset[str]:
    return frozenset(
        one.latex
        for document in publication.documents
        for one in walk(document)
        if isinstance(one, Formula | MathBlock)
    )


def _can_set_picture(resource: str, resources: Mapping[str, bytes]) -> bool:
    data = resources.get(resource)
    if data is None:
        return True
    path, contents = virtual_file(resource, data)
    return _can_set(f'#picture-block({string(path)}, "-")', {path: contents})


def _can_set_formula(latex: str) -> bool:
    return not latex.strip() or _can_set(f'#display-formula("-", $upright({to_typst(read_formula(latex))})$)', {})


def _can_set(body: str, files: Mapping[str, bytes]) -> bool:
    fonts = "".join(string(one) + ", " for one in text_fonts())
    head = (
        f'#import {string(STYLE_FILE)}: *\n#set document(title: "-", date: none)\n'
        f"#show: large-print.with(fonts: ({fonts}), code-font: {string(CODE_FONT)}, math-font: {string(MATH_FONT)})\n"
    )
    try:
        typeset({**files, STYLE_FILE: STYLE.encode(), MAIN_FILE: (head + body).encode()})
    except CannotTypeset:
        return False
    return True


def _findings(publication: Publication, substitutes: Substitutes) -> tuple[Finding, ...]:
    return tuple(
        finding
        for document in publication.documents
        for finding in sorted(set(_findings_of(document, publication.resources, substitutes)))
    )


def _findings_of(document: Document, resources: Mapping[str, bytes], substitutes: Substitutes) -> list[Finding]:
    found: list[Finding] = []

    def report(line: int, rule: str, **values: str) -> None:
        found.append(Finding(document.source, line, rule, Severity.WARNING, values))

    seen: set[str] = set()
    for node in walk(document):
        if isinstance(node, Picture) and not node.withheld:
            if node.resource in substitutes.pictures:
                report(node.line, "large-print-picture", picture=node.resource)
            elif node.resource not in resources:
                report(node.line, "large-print-picture-missing", picture=node.resource)
        if isinstance(node, Formula | MathBlock) and node.latex in substitutes.formulas:
            report(node.line, "large-print-formula", formula=node.latex)
        for character in sorted(substitutes.characters.intersection(_words_of(node)) - seen):
            seen.add(character)
            report(node.line, "large-print-character", character=f"U+{ord(character):04X}")
    return found


def _words_of(node: Node) -> str:
    match node:
        case Text(text=text) | CodeSpan(text=text) | CodeBlock(text=text):
            return text
        case DiagramNode(label=label) | DiagramEdge(label=label):
            return label
        case Diagram(title=title):
            return title
        case _:
            return str(getattr(node, "text", "")) + str(getattr(node, "expansion", ""))
