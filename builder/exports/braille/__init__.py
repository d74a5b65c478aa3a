"""Documents in braille: one layout, written as BRF for embossers and displays and as PEF."""

from builder.exports.liblouis import LiblouisMissing
from builder.exports.rendered import Rendered
from builder.model.course import Publication
from builder.model.settings import Settings


def render_brf(publication: Publication, settings: Settings) -> Rendered:
    """The publication as North American ASCII braille: CRLF after lines, a form feed between pages."""
    return Rendered(b"")


def render_pef(publication: Publication, settings: Settings) -> Rendered:
    """The publication as PEF 1.0: volumes, sections (one for each lesson), pages and rows."""
    return Rendered(b"")


__all__ = ["LiblouisMissing", "render_brf", "render_pef"]
