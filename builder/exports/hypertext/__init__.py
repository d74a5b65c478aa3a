"""Documents as hypertext: the one writer behind the site's pages and the e-book.

What it gives is XML that is valid HTML5 at the same time, so that both read the same markup and no page can break on
an author's text. Class names are those that Material's style sheet knows (``admonition note``, ``highlight``,
``task-list-item``); a theme must also define ``visually-hidden``, ``table-scroll``, ``formula-scroll``, ``diagram``,
``align-centre``, ``align-end``.
"""

from builder.exports.hypertext.body import render_body, render_inlines
from builder.exports.hypertext.contents import TocEntry, toc
from builder.exports.hypertext.context import HypertextContext, PictureSource
from builder.exports.hypertext.pictures import PictureFacts, examine_picture

__all__ = [
    "HypertextContext",
    "PictureFacts",
    "PictureSource",
    "TocEntry",
    "examine_picture",
    "render_body",
    "render_inlines",
    "toc",
]
