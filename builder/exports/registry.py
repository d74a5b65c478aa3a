"""Every renderer by the name of its format: the one list that a new format is added to.

To add a format: describe it in `builder.model.format`, write a pure function (Publication, Settings) -> Rendered, name
it here, and give its words in `builder.publishing.words`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from builder.exports.braille import render_brf, render_pef
from builder.exports.epub import render_epub
from builder.exports.large_print import render_large_print
from builder.exports.rendered import Rendered
from builder.exports.text import render_text
from builder.model.course import Publication
from builder.model.settings import Settings

Renderer = Callable[[Publication, Settings, int | None], Rendered]
"""The last argument is the size in points, for formats that come in several."""

RENDERERS: Final[Mapping[str, Renderer]] = {
    "large-print": lambda publication, settings, size_pt: render_large_print(
        publication, settings, size_pt=size_pt or settings.large_print_sizes[0]
    ),
    "brf": lambda publication, settings, _size: render_brf(publication, settings),
    "pef": lambda publication, settings, _size: render_pef(publication, settings),
    "text": lambda publication, settings, _size: render_text(publication, settings),
    "epub": lambda publication, settings, _size: render_epub(publication, settings),
}
